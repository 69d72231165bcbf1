/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * aware - whether a shrinker counts by node or by memcg, where nothing says so.
 *
 * From 4.19 to 5.12 the two events show the node: the start has the one that was
 * asked, the end the one that counts, which is 0 for a shrinker that is not
 * NUMA-aware.  Later only the amounts do: what a call on one node leaves, the next on
 * another finds, or does not.  A shrinker that is called for two memcgs is
 * memcg-aware, for only those are (shrink_slab_memcg(), 4.19 and later).
 */
#ifndef CORE_REPLAY_AWARE_H
#define CORE_REPLAY_AWARE_H

#include "core/model/generation.h"

#include <stdbool.h>

struct shr_call;
struct shr_counters;

/*
 * Let @call, whose lane is set and counter is not, tell about its instance.  Where it
 * shows that all nodes share one counter, what is known of theirs goes there.  False:
 * no memory.
 */
bool shr_aware_learn(struct shr_counters *counters, const struct shr_generation *gen,
		     const struct shr_call *call);

/* @call has given back its remainder. */
void shr_aware_note(const struct shr_call *call);

#endif /* CORE_REPLAY_AWARE_H */
