/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * regroup - what an amount that does not fit says about lanes chosen before.
 *
 * A call that finds nothing may be of any memcg that has nothing, or whose work another
 * call has just taken.  Which one it was can show only later, when an amount is
 * missing from one counter and is too much in another.  Then the calls in question are
 * given to the lane that their amounts belong to, or two lanes turn out to be one; a
 * movement is never changed.
 */
#ifndef CORE_REPLAY_REGROUP_H
#define CORE_REPLAY_REGROUP_H

#include <stdbool.h>

struct shr_call;
struct shr_counters;
struct shr_err;
struct shr_follow;
struct shr_step;
struct shr_turns;

/*
 * The movement of @step, of an inferred lane, does not fit its counter.  1: calls have
 * been given to other lanes, and now it does; 0: that does not help; -1: *err says why.
 */
int shr_regroup(struct shr_counters *counters, struct shr_follow *follow,
		struct shr_turns *turns, struct shr_step *step, struct shr_err *err);

/*
 * The start of @call, of an inferred lane, finds what another lane's counter holds, and
 * its own held just that since the other was used: whose calls were whose from then on
 * nothing had told, and this does.  True: they have changed places, and @call is on the
 * one it fits.
 */
bool shr_regroup_alike(struct shr_counters *counters, struct shr_call *call);

#endif /* CORE_REPLAY_REGROUP_H */
