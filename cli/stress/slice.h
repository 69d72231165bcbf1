/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * slice - one domain under stress for some time, from its making to its end.
 *
 *	struct stress_tally tally = { 0 };
 *
 *	if (slice_run(&options, &turn, &interrupt, &tally, &err) == 0)
 *		use(&tally);
 */
#ifndef CLI_STRESS_SLICE_H
#define CLI_STRESS_SLICE_H

#include "core/shrinker/domain.h"

#include <stdbool.h>
#include <stdint.h>

struct interrupt;
struct shr_err;
struct stress_tally;

struct stress_options {
	unsigned designs; /* mask of 1 << enum shr_locking */
	bool scaling;	  /* 1, 2, 4 ... threads, and not `threads` alone */
	unsigned threads, mounts, memcgs;
	uint64_t span_ns;  /* for each design and number of threads */
	uint64_t pause_ns; /* of who mounts, and of who ends memcgs; 0: none */
	uint64_t stuck_ns; /* one callback takes so long; 0: none does */
	uint64_t seed;
};

/* What differs from slice to slice. */
struct slice_turn {
	enum shr_locking locking;
	unsigned threads;
	uint64_t span_ns;
	uint64_t seed;
};

/*
 * Run for the turn's time, or until a signal comes.  *tally is what came of it.  0, or
 * -1 with *err filled in: no memory, no threads, or objects that got lost.
 */
int slice_run(const struct stress_options *options, const struct slice_turn *turn,
	      struct interrupt *interrupt, struct stress_tally *tally,
	      struct shr_err *err);

#endif /* CLI_STRESS_SLICE_H */
