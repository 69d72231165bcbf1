/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * run - one capture through replay, from its path to its summary.
 *
 *	struct run run;
 *
 *	status = run_open(&run, path, &options, sink);
 *	if (status == EXIT_GOOD)
 *		status = run_read(&run);
 *	...run.summary, also after trouble: what was read counts
 *	run_close(&run);
 */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include "cli/input.h"
#include "core/replay/replay.h"

struct argp_state;
struct options;

struct run {
	struct input input;
	struct shr_replay *replay;
	const struct shr_summary *summary; /* borrowed; set by run_read() */
};

/* EXIT_GOOD, or EXIT_TROUBLE after complaining.  @sink may be NULL. */
int run_open(struct run *run, const char *path, const struct options *options,
	     struct shr_call_sink *sink);

/* The same for a run whose input the caller has begun, its source set. */
int run_begin(struct run *run, const struct options *options,
	      struct shr_call_sink *sink);

/*
 * Read and judge what the source has now.  EXIT_GOOD, or EXIT_TROUBLE after
 * complaining.
 */
int run_take(struct run *run);

/* Judge what waits, for nothing more will come.  @status, or as run_take(). */
int run_finish(struct run *run, int status);

/* Read and judge everything.  EXIT_GOOD, or EXIT_TROUBLE after complaining. */
int run_read(struct run *run);

/* Whether there is something to print: not after trouble before the first event. */
bool run_has_answer(const struct run *run, int status);

/* Accepts what a failed open left. */
void run_close(struct run *run);

/* The verdicts that make the exit status 1, as a mask; unexplained is always there. */
unsigned run_parse_verdicts(struct argp_state *state, const char *list);

/* @status, raised to EXIT_DIFFERENT if a call has one of the verdicts in @mask. */
int run_status(const struct run *run, unsigned mask, int status);

#endif /* CLI_RUN_H */
