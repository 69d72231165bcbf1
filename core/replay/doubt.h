/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * doubt - what a start can still mean that does not find what its counter held.
 *
 * Two things that no event tells: that the shrinker at this address is not the one
 * that was there before, so that its counters began anew; and, where lanes are
 * inferred, that the amount is another lane's.
 */
#ifndef CORE_REPLAY_DOUBT_H
#define CORE_REPLAY_DOUBT_H

#include <stdbool.h>

struct shr_call;
struct shr_counters;
struct shr_step;

/*
 * Whether the start @step shows that its shrinker's counters have begun anew: it finds
 * nothing where something was, and so do calls behind it on all others that held
 * something, one at least; or hardly anything is left of its cache.
 */
bool shr_doubt_is_renewed(const struct shr_step *step);

/*
 * Whether the call's counter may be another lane's.  If so call->rivals are set, and
 * call->unsure.
 */
bool shr_doubt_lane(const struct shr_counters *counters, struct shr_call *call);

/*
 * A call finds something in a counter that was not seen before, and may be another
 * lane's all the same: any amount that fits nowhere else would make a new lane.  A
 * memcg that is new has deferred nothing, and those that were there before the capture
 * have been seen after some calls for each.  Sets the same as shr_doubt_lane().
 */
void shr_doubt_first_sight(struct shr_call *call);

/* Its counter turned out to be its lane's. */
void shr_doubt_none(struct shr_call *call);

#endif /* CORE_REPLAY_DOUBT_H */
