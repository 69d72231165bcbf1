/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * follow - which memcg a call is for, where the capture does not say.
 *
 * Before 7.1 no event names the memcg.  But calls come in runs (lane_run.h), and a
 * whole run goes to the lane that most speaks for (weigh.h), or begins a new one.  That
 * is decided call by call, each when it is next in line, so that every counter is up to
 * date, and with a look ahead to the others of its run.  Most calls need no such care:
 * they find exactly what their task's lane has for them.
 *
 * What turns out wrong later is mended by regroup.h.
 */
#ifndef CORE_REPLAY_FOLLOW_H
#define CORE_REPLAY_FOLLOW_H

#include "core/replay/lane_run.h"

struct shr_counters;
struct shr_err;
struct shr_follow;
struct shr_lane;

/* @counters is borrowed.  NULL: no memory. */
struct shr_follow *shr_follow_new(struct shr_counters *counters);

/* Accepts NULL. */
void shr_follow_free(struct shr_follow *follow);

/*
 * Whether the lane of @call, whose instance is set, is obvious without its run.  Sets
 * its lane, and its counter if it has one there.
 */
bool shr_follow_obvious(struct shr_follow *follow, struct shr_call *call);

/*
 * Give the first call of @run, whose instances are all set, to a lane.  @gaps: how many
 * the capture has had.  Returns 0, or -1 with *err filled in when memory runs out.
 */
int shr_follow_decide(struct shr_follow *follow, const struct shr_run *run,
		      uint64_t gaps, struct shr_err *err);

/* @call was found to be of call->lane by other means. */
void shr_follow_note(struct shr_follow *follow, struct shr_call *call);

/* What @pid did last was not in lane @from, but in @to. */
void shr_follow_move(struct shr_follow *follow, int32_t pid, struct shr_lane *from,
		     struct shr_lane *to);

#endif /* CORE_REPLAY_FOLLOW_H */
