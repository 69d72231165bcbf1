/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * weigh - what speaks for each lane that a run may be of, and for a new one.
 *
 * Each of its calls is a witness, and what they say adds up:
 *
 *	deferred	what a counter of the lane holds now, exactly; the strongest
 *	freeable	near to what the lane's last call on that shrinker left
 *	the task	one at its memcg's limit keeps coming back to the same lane
 *	the order	a pass goes through the memcgs in the same order each time
 *	the root	only its pass calls shrinkers that are not memcg-aware
 *	silence		a lane not heard of for long may have ended
 *
 * The witnesses are heard once; any part of the run can then be weighed.
 */
#ifndef CORE_REPLAY_WEIGH_H
#define CORE_REPLAY_WEIGH_H

#include "core/replay/lane_run.h"
#include "core/replay/memo.h"

struct shr_counter;
struct shr_counters;
struct shr_lane;

/* What the lanes are known by, apart from the run. */
struct shr_scene {
	const struct shr_counters *counters;
	const struct shr_lane *root; /* the root memcg's; NULL: not known yet */
	uint64_t runs;		     /* decided so far */
	uint64_t gaps;		     /* that the capture has had */
};

struct shr_scales {
	const struct shr_scene *scene;
	const struct shr_run *run;
	const struct shr_memo *memo; /* of the run's task; NULL: it has none */
	bool task_known;	     /* to some lane */
	/* Of the first i calls: */
	int32_t fresh[SHR_RUN_MAX + 1]; /* what they say of a lane without counters */
	int32_t split[SHR_RUN_MAX + 1]; /* and for two memcgs in what is one lane */
	size_t rootly[SHR_RUN_MAX + 1]; /* how many only the root's pass makes */
	size_t old[SHR_RUN_MAX + 1];	/* how many find something */
};

struct shr_choice {
	struct shr_lane *lane; /* NULL: a new one */
	int32_t score;
};

/* Hear the calls of @run, whose instances are set.  The arguments are borrowed. */
void shr_weigh_run(struct shr_scales *scales, const struct shr_scene *scene,
		   const struct shr_run *run, const struct shr_memo *memo);

/* The best lane for the calls @from to before @to of the run. */
struct shr_choice shr_weigh(const struct shr_scales *scales, size_t from, size_t to);

/* What it takes to have two lanes in what looks like one run, before @call. */
int32_t shr_weigh_cut(const struct shr_call *call);

/* Whether the task of @call did something else before it. */
bool shr_weigh_paused(const struct shr_call *call);

/*
 * Whether nothing explains that @call does not find what @counter holds: no movement
 * of others nearby, and nothing left by lanes that ended.
 */
bool shr_weigh_rules_out(const struct shr_scene *scene, const struct shr_call *call,
			 const struct shr_counter *counter);

/* Shrinkers that are not are called in the root's pass alone. */
bool shr_weigh_is_memcg_aware(const struct shr_call *call);

#endif /* CORE_REPLAY_WEIGH_H */
