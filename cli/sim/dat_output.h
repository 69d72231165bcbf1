/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dat_output - a source's events as the trace.dat that its kernel would have given.
 *
 * Formats, ring-buffer pages, symbols, task names, the release, and in our own option
 * the cgroups there were at first.  It loses nothing of what a record can hold: what
 * an event does not tell is 0 in it, a task has one name, a loss whose CPU is not known
 * is CPU 0's, and what the source did not understand is not there.  Nothing in it comes
 * from this machine or this moment, but for how a zstd library packs.
 */
#ifndef CLI_SIM_DAT_OUTPUT_H
#define CLI_SIM_DAT_OUTPUT_H

#include "cli/record/dat_packer.h"

#include <stdbool.h>

struct census;
struct interrupt;
struct shr_err;
struct shr_source;

struct dat_output_settings {
	unsigned version; /* 6 or 7 */
	enum dat_compression compression;
	bool force;		     /* replace the file if there is one */
	struct interrupt *interrupt; /* what ends it before its time; may be NULL */
};

/*
 * Write @source, of which @census was taken, to @path; "-" is standard output.  0, or
 * -1 with *err filled in: then there is no file, unless the reason says so.
 */
int dat_output_write(const struct census *census, struct shr_source *source,
		     const char *path, const struct dat_output_settings *settings,
		     struct shr_err *err);

#endif /* CLI_SIM_DAT_OUTPUT_H */
