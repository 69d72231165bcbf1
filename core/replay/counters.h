/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * counters - the deferred counts of all shrinkers, under the key of each generation.
 *
 * One counter a shrinker up to 3.11; one a node, for NUMA-aware shrinkers, up to
 * 5.12; and one a memcg, for memcg-aware ones, from 5.13 (3c6f17e6c5d0 "mm: vmscan:
 * add per memcg shrinker nr_deferred").  A call takes its counter at the start and
 * gives the remainder back at the end; nothing else moves it.
 */
#ifndef CORE_REPLAY_COUNTERS_H
#define CORE_REPLAY_COUNTERS_H

#include "core/model/generation.h"
#include "core/replay/cgroups.h"
#include "core/replay/lane.h"
#include "core/replay/ledger.h"
#include "core/replay/map.h"

#include <stdbool.h>
#include <stdint.h>

struct shr_call;
struct shr_err;
struct shr_instance;

struct shr_counters {
	struct shr_map counters; /* struct shr_counter, owned */
	struct shr_map by_memcg; /* lanes */
	struct shr_map visits;	 /* which memcgs each shrinker was called for */
	struct shr_lane **lanes; /* owned, as are they: by number from 1 */
	size_t lane_count, lane_cap;
	struct shr_cgroups cgroups; /* that came and went */
};

/* Accepts one that is all zero, and leaves one.  Lanes go with it. */
void shr_counters_release(struct shr_counters *counters);

/*
 * Set the lane of @call, whose instance is set, by the memcg that was recorded for it;
 * leaves it alone where none was.  Returns 0, or -1 when memory runs out.
 */
int shr_counters_lane(struct shr_counters *counters, struct shr_call *call,
		      struct shr_err *err);

/*
 * The counter that @call, whose instance and lane are set, works on under @key; made at
 * first sight.  Counts the instance's lanes.  NULL with *err filled in when memory
 * runs out.
 */
struct shr_counter *shr_counters_find(struct shr_counters *counters,
				      enum shr_key_rule key,
				      const struct shr_call *call, struct shr_err *err);

/* A lane of a memcg that is not known; NULL: no memory. */
struct shr_lane *shr_counters_new_lane(struct shr_counters *counters,
				       const struct shr_call *call);

/* The counter that @call works on if it is of @lane; NULL if there is none yet. */
struct shr_counter *shr_counters_of_lane(const struct shr_call *call,
					 const struct shr_lane *lane);

/* Let @counter be @lane's instead of its own's.  False: no memory. */
bool shr_counters_move(struct shr_counters *counters, struct shr_counter *counter,
		       struct shr_lane *lane);

/*
 * The same, and let its own lane have what @lane had of the same shrinker and node, if
 * anything.
 */
bool shr_counters_swap(struct shr_counters *counters, struct shr_counter *counter,
		       struct shr_lane *lane);

/* It is not known which of its shrinker's counters @call moves: any of them. */
void shr_counters_doubt(struct shr_call *call);

/*
 * The end of @call, whose instance and lane are set, has no start: what it found is
 * not known, and where a memcg is missing neither is whose counter it moved.
 */
void shr_counters_stray(struct shr_call *call);

/* Let @to hold what @from holds, with all that is known of it. */
void shr_counters_copy(struct shr_counter *to, const struct shr_counter *from);

/* Whether the counters of @instance are each memcg's own, from 5.13 on. */
bool shr_counters_by_memcg(const struct shr_instance *instance);

/* The node whose counter @call works on; 0 where all nodes share one. */
uint32_t shr_counters_slot(const struct shr_call *call);

/* The counter of @instance for @lane (NULL: none) and @slot; NULL: no memory. */
struct shr_counter *shr_counters_get(struct shr_counters *counters,
				     struct shr_instance *instance,
				     struct shr_lane *lane, uint32_t slot);

/* A cgroup was removed: if it is a lane's, that may end from now on. */
void shr_counters_rmdir(struct shr_counters *counters, int32_t root, uint64_t id,
			uint32_t path, uint64_t ts_ns);

#endif /* CORE_REPLAY_COUNTERS_H */
