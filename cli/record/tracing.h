/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tracing - everything of the kernel's that a capture needs, set up and taken down.
 *
 * An instance with the events enabled, the identity event, and the texts that describe
 * both; what killed recorders have left is removed on the way.  Who reads the events,
 * into a file or at once, is not known here.  Reasons go to standard error.
 *
 *	if (tracing_find(dir) != EXIT_GOOD)
 *		...
 *	status = tracing_open(&tracing, &options, false);
 *	if (status == EXIT_GOOD)
 *		...session_start(&tracing.session, &err), and read the buffers
 *	status = tracing_close(&tracing, status);
 */
#ifndef CLI_RECORD_TRACING_H
#define CLI_RECORD_TRACING_H

#include "cli/record/checks.h"
#include "cli/record/identity.h"
#include "cli/record/metadata.h"
#include "cli/record/session.h"

#include <stdbool.h>
#include <stdint.h>

struct shr_err;
struct tracing_options;

/* All fields are for reading. */
struct tracing {
	struct session session;
	struct identity identity;
	struct metadata metadata;
	struct checks checks;
	uint64_t untold; /* calls whose identity could not be told: set by the close */
};

/*
 * Where tracefs is, for the whole process: @dir, or where it is mounted.  EXIT_GOOD, or
 * EXIT_TROUBLE after complaining, with what `check` knows this user can do about it.
 */
int tracing_find(const char *dir);

/*
 * Nothing is recorded before session_start().  @all_symbols as metadata_begin() has it.
 * EXIT_GOOD, or EXIT_TROUBLE after complaining; close it in both cases.  tracefs has
 * been found.
 */
int tracing_open(struct tracing *tracing, const struct tracing_options *options,
		 bool all_symbols);

/*
 * Remove what was made: whoever reads the buffers has closed them.  @status, or
 * EXIT_TROUBLE after complaining that something remains.  Accepts what a failed open
 * left.
 */
int tracing_close(struct tracing *tracing, int status);

/* Print what the kernel refused, with its own lines.  Returns EXIT_TROUBLE. */
int tracing_complain(const struct tracing *tracing, const struct shr_err *err);

#endif /* CLI_RECORD_TRACING_H */
