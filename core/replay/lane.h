/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lane - the calls of one memcg, whoever made them.
 *
 * Where the capture names the memcg of a call (7.1 and later, or a recorded
 * identity), a lane is that memcg.  Where it does not, lanes are followed: a lane is
 * then a number and no more, and stands for the same memcg as long as the inference
 * is right.
 */
#ifndef CORE_REPLAY_LANE_H
#define CORE_REPLAY_LANE_H

#include "core/replay/trail.h"

#include <stdbool.h>
#include <stdint.h>

struct shr_counter;

struct shr_lane {
	uint32_t number; /* from 1, in order of appearance */
	uint64_t cgroup; /* id; 0 where only an address is known, or nothing */
	uint64_t memcg;	 /* address of the struct mem_cgroup; 0 if not known */
	uint32_t path;	 /* token of the cgroup's path, 0 if not recorded */
	uint64_t first_ns, last_ns; /* starts of its first and last call so far */
	uint64_t rmdir_ns;	    /* cgroup_rmdir was recorded then; 0: not */
	struct shr_lane *into;	    /* the parent that took over its counts; or NULL */
	uint64_t into_ns;	    /* that was found out then, if it is inferred */
	bool joined; /* it was another lane's memcg: it is not used any more */

	struct shr_counter *counters; /* private to counters.h: of this memcg */
	struct shr_trail trail;	      /* private to follow.h */
};

#endif /* CORE_REPLAY_LANE_H */
