/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * trail - what a lane is known again by: who reclaims in it, and what comes after it.
 */
#ifndef CORE_REPLAY_TRAIL_H
#define CORE_REPLAY_TRAIL_H

#include "core/replay/lane_run.h"

#include <stdint.h>

struct shr_lane;

enum { SHR_TRAIL_TASKS = 8 };

struct shr_trail {
	struct {
		int32_t pid;
		uint32_t runs;
	} tasks[SHR_TRAIL_TASKS]; /* those that ran in it, by and by forgotten */
	uint32_t runs;		  /* of all of them; the old ones count half */
	uint64_t last_run;	  /* which of all runs its last one was */
	struct shr_lane *next;	  /* whose run came after this one's in a pass */

	/* Private to weigh.h: of the run that is being decided. */
	int32_t base;
	int32_t sums[SHR_RUN_MAX + 1];
};

/* @pid had a run in the lane, the @run th of all. */
void shr_trail_note(struct shr_trail *trail, int32_t pid, uint64_t run);

/* It was another lane after all. */
void shr_trail_drop(struct shr_trail *trail, int32_t pid);

/* How many of the runs were @pid's. */
uint32_t shr_trail_runs(const struct shr_trail *trail, int32_t pid);

#endif /* CORE_REPLAY_TRAIL_H */
