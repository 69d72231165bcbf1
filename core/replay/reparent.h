/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * reparent - deferred work that outlives its memcg.
 *
 * When a memcg goes offline, every one of its counters is added to its parent's (from
 * 5.13 on, a178015cde69 "mm: memcontrol: reparent nr_deferred when memcg offline");
 * the child's own are read and not cleared.  No event tells of it.  What shows is that
 * a counter holds more than its last call left, and by exactly the sum of what lanes
 * that have ended held under the same shrinker and node.  Once that names the lanes,
 * all their other counters have moved, too, and later calls must find them moved.
 */
#ifndef CORE_REPLAY_REPARENT_H
#define CORE_REPLAY_REPARENT_H

#include <stdbool.h>
#include <stdint.h>

struct shr_counter;
struct shr_counters;
struct shr_step;

/* Whether memcgs that have ended may account for @extra in @counter, at @now_ns. */
bool shr_reparent_explains(const struct shr_counters *counters,
			   const struct shr_counter *counter, int64_t extra,
			   uint64_t now_ns);

/*
 * The same for the movement @step, looking at the steps behind it, too.  If they do,
 * their counts are moved to the counter's lane, this and all others, and
 * @counter->legacies tells of it.
 */
bool shr_reparent(struct shr_counters *counters, struct shr_counter *counter,
		  int64_t extra, const struct shr_step *step);

#endif /* CORE_REPLAY_REPARENT_H */
