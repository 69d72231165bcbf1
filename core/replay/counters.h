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
#include "core/replay/map.h"

#include <stdbool.h>
#include <stdint.h>

struct shr_call;
struct shr_err;

struct shr_counter {
	int64_t value;
	bool known;	    /* false until first seen, and after a start without end */
	uint64_t gaps_seen; /* how many gaps the capture had when it was last seen */
};

struct shr_counters {
	struct shr_map counters; /* struct shr_counter, owned */
	struct shr_map lanes;	 /* lane numbers by memcg */
	struct shr_map visits;	 /* which memcgs each shrinker was called for */
	uint32_t lane_count;
};

void shr_counters_release(struct shr_counters *counters);

/*
 * The counter that @call, whose instance is set, works on under @key; made at first
 * sight.  Sets call->lane and counts call->instance's lanes.  NULL with *err filled in
 * when memory runs out.
 */
struct shr_counter *shr_counters_find(struct shr_counters *counters,
				      enum shr_key_rule key, struct shr_call *call,
				      struct shr_err *err);

#endif /* CORE_REPLAY_COUNTERS_H */
