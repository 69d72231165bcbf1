/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * estate - what memcgs left to a parent, where lanes are inferred.
 *
 * Of one shrinker and node, lanes are as good as certain: each call finds what the last
 * one left.  That a lane's counters of two shrinkers are one memcg's is a guess, which
 * shows when it ends: then all counters of a memcg move to its parent's at once, and
 * some of a lane's stay behind.  So each counter of the parent is settled by itself,
 * once a call does not find there what it should: of all that the shrinker's counters
 * on the node hold, what adds up to the amount, is not found again by the calls that
 * follow, and differs least from what the lanes that ended have left.  Counters that
 * two lanes had mixed up change places then.
 */
#ifndef CORE_REPLAY_ESTATE_H
#define CORE_REPLAY_ESTATE_H

#include <stdbool.h>
#include <stdint.h>

struct shr_counter;
struct shr_counters;
struct shr_lane;
struct shr_step;

/* Whether what memcgs left may account for @found in @heir, of an inferred lane. */
bool shr_estate_explains(const struct shr_counters *counters,
			 const struct shr_counter *heir, int64_t found);

/*
 * The same for the start @step on @heir, looking at the steps behind it, too.  If it
 * does, @heir holds what the call found, and heir->legacies tells of who left it.
 * False also if memory runs out.
 */
bool shr_estate_settle(struct shr_counters *counters, struct shr_counter *heir,
		       const struct shr_step *step);

/*
 * The same where it is the lane of the start's call that is wrong: another lane's
 * counter and what memcgs left there are what it found.  If so the call is on that
 * counter from now on: of its lane, or, if it can only be of its own, as that one's.
 */
bool shr_estate_find(struct shr_counters *counters, const struct shr_step *step);

/* A call shows that @lane, which was taken to have ended, goes on. */
void shr_estate_reopen(struct shr_lane *lane);

#endif /* CORE_REPLAY_ESTATE_H */
