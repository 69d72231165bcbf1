/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * children - counters of memcgs that may have ended, and what each may have left.
 *
 * When a memcg was removed is recorded, or it only fell silent; it goes offline some
 * while later, and what it leaves to its parent is what its counters hold at that
 * moment.  Calls that run then have taken theirs, and give back what nobody inherits:
 * so a counter may have left any amount that it has had since its cgroup was removed.
 */
#ifndef CORE_REPLAY_CHILDREN_H
#define CORE_REPLAY_CHILDREN_H

#include <stdbool.h>
#include <stdint.h>

struct shr_counter;
struct shr_counters;
struct shr_lane;

enum { SHR_CHILDREN = 20, SHR_CHILD_AMOUNTS = 9 };

struct shr_child {
	struct shr_counter *counter;	    /* borrowed */
	int64_t chosen;			    /* what it has left; 0: nothing */
	int64_t amounts[SHR_CHILD_AMOUNTS]; /* may be that, the likeliest first */
	unsigned count;
};

/* The one that ended last in front. */
struct shr_children {
	struct shr_child child[SHR_CHILDREN];
	unsigned count;
	unsigned tries; /* private */
};

/* When a lane was heard of last. */
uint64_t shr_lane_ended_ns(const struct shr_lane *lane);

/*
 * What a counter is known to hold: also of one that no call has used yet what others
 * left to it.
 */
int64_t shr_counter_holds(const struct shr_counter *counter);

/* Whether the counter of a removed memcg had @value at some time since, but not now. */
bool shr_counter_may_have_held(const struct shr_counter *counter, int64_t value);

/* All that may have left something to @heir by @now_ns, and had not before. */
void shr_children_find(struct shr_children *children,
		       const struct shr_counters *counters,
		       const struct shr_counter *heir, uint64_t now_ns);

/* Choose children that have left just @extra.  False: there are none. */
bool shr_children_choose(struct shr_children *children, int64_t extra);

/* Whether there are any, and of all it is recorded that they were removed. */
bool shr_children_are_removed(const struct shr_children *children);

#endif /* CORE_REPLAY_CHILDREN_H */
