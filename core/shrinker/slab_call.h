/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * slab_call - one run of do_shrink_slab(): count, exchange, plan, loop, write back.
 *
 * Its arithmetic is that of core/model; here are the counter, the callbacks and the
 * tracepoints.  It comes in two halves so that who needs calls that overlap can make
 * them in one thread; a pass makes both at once by shr_slab_call().
 *
 *	if (shr_slab_begin(&call, shrinker, &control))
 *		freed = shr_slab_end(&call);
 */
#ifndef CORE_SHRINKER_SLAB_CALL_H
#define CORE_SHRINKER_SLAB_CALL_H

#include "core/model/scan.h"
#include "core/shrinker/atomic.h"

#include <stdbool.h>
#include <stdint.h>

struct shr_control;
struct shr_shrinker;

struct shr_slab_call {
	struct shr_shrinker *shrinker;
	struct shr_control *control;
	shr_atomic_int64 *counter; /* it works on */
	struct shr_scan_params params;
	struct shr_scan_input in;
	uint64_t delta;
	struct shr_plan plan;
	int64_t left, scanned;
	uint64_t freed;
	int last; /* that shrink() returned; to 3.11 */
};

/*
 * Count, take the counter and trace the start.  False where the kernel goes no further
 * because there is nothing: call->freed is then 0 or SHR_SHRINK_EMPTY.  The shrinker
 * is registered and cannot go, nor can control->memcg, until shr_slab_end().
 */
bool shr_slab_begin(struct shr_slab_call *call, struct shr_shrinker *shrinker,
		    struct shr_control *control);

/*
 * Scan, give back what is left, and trace the end; returns what was freed.  Where a
 * kernel would ask for ever, for it is told that none of what it asked for was scanned,
 * the loop ends.
 */
uint64_t shr_slab_end(struct shr_slab_call *call);

/* Both: what was freed, or SHR_SHRINK_EMPTY where there was nothing to count. */
uint64_t shr_slab_call(struct shr_shrinker *shrinker, struct shr_control *control);

/* The counter that a call on @shrinker for @control works on, under the domain's key.
 */
shr_atomic_int64 *shr_slab_counter(const struct shr_shrinker *shrinker,
				   const struct shr_control *control);

#endif /* CORE_SHRINKER_SLAB_CALL_H */
