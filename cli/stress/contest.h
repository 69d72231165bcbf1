/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * contest - both designs under the same stress, in turns.
 *
 * A machine is never quiet, and slower in one second than in the next.  So the time of
 * each design is cut into slices, and they take turns: what else goes on hurts both.
 *
 *	struct contest contest;
 *
 *	status = contest_run(&contest, &options, &interrupt, &err);
 *	...contest.rows, also after a failure: what was done counts
 *	contest_release(&contest);
 */
#ifndef CLI_STRESS_CONTEST_H
#define CLI_STRESS_CONTEST_H

#include "cli/stress/slice.h"
#include "cli/stress/stress_tally.h"

#include <stddef.h>

enum { CONTEST_DESIGNS = 2 };

/* By number of threads. */
struct contest_row {
	unsigned threads;
	struct stress_tally tally[CONTEST_DESIGNS]; /* without time: it has not run */
};

struct contest {
	struct stress_options options;
	struct contest_row *rows; /* owned */
	size_t count;
	bool partial; /* a signal ended it */
};

/* Which design is in which place, and its name: "rwsem", "lockless". */
enum shr_locking contest_design(unsigned place);
const char *contest_design_name(unsigned place);

/* Whether it takes part. */
bool contest_has(const struct contest *contest, unsigned place);

/* Run all of it.  0, or -1 with *err filled in; a signal is no failure. */
int contest_run(struct contest *contest, const struct stress_options *options,
		struct interrupt *interrupt, struct shr_err *err);
void contest_release(struct contest *contest);

#endif /* CLI_STRESS_CONTEST_H */
