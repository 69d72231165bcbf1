/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * output - stdout as people and pipes want it: paged and coloured on a terminal.
 *
 *	struct output out;
 *
 *	output_open(&out, &options);
 *	printf("%sunexplained%s\n", out.bad, out.plain);
 *	status = output_close(&out, status);
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>
#include <sys/types.h>

struct options;

struct output {
	/* Escape sequences, or empty strings. */
	const char *bold, *good, *bad, *dim, *plain;
	pid_t pager; /* 0: none */
};

void output_open(struct output *out, const struct options *options);

/*
 * Flush and wait for the pager.  @status, or EXIT_TROUBLE when what was printed could
 * not be written; a reader that closed the pipe has had enough and is no trouble.
 */
int output_close(struct output *out, int status);

#endif /* CLI_OUTPUT_H */
