/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * text_output - a source's events as a tool would have printed the capture.
 *
 * Text loses what it loses there: times are in microseconds unless nanoseconds are
 * asked for (which trace and trace_pipe cannot), allocation flags are names, trace
 * hides addresses from 4.15 on, so that identities, whose addresses nobody hides, are
 * not known to belong to it; and of 7.1 and later libtraceevent prints functions as
 * addresses.  Only perf script tells the release; none tells the clock, or the cgroups
 * there were at first.
 */
#ifndef CLI_SIM_TEXT_OUTPUT_H
#define CLI_SIM_TEXT_OUTPUT_H

#include "cli/sim/record_text.h"

#include <stdbool.h>

struct census;
struct interrupt;
struct shr_err;
struct shr_source;

struct text_output_settings {
	enum text_tool tool;
	bool nanoseconds;	     /* report -t, script --ns */
	bool force;		     /* replace the file if there is one */
	struct interrupt *interrupt; /* what ends it before its time; may be NULL */
};

/*
 * Write @source, of which @census was taken, to @path; "-" is standard output.  0; 1
 * when its reader has gone, who has seen enough; or -1 with *err filled in: then there
 * is no file.
 */
int text_output_write(const struct census *census, struct shr_source *source,
		      const char *path, const struct text_output_settings *settings,
		      struct shr_err *err);

#endif /* CLI_SIM_TEXT_OUTPUT_H */
