/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * stats - what the passes of a domain came to: how many got through, and who was turned
 * away by the semaphore.
 *
 * Counting costs a pass one or two additions in a line of memory that its thread has
 * mostly to itself, whatever the number of shrinkers, and no call anything.
 */
#ifndef CORE_SHRINKER_STATS_H
#define CORE_SHRINKER_STATS_H

#include <stdint.h>

struct shr_domain;

/* A pass is one walk over the list of shrinkers or over the map of a memcg. */
struct shr_stats {
	uint64_t passes;  /* that asked shrinkers; the next is not among them */
	uint64_t dropped; /* failed trylocks: somebody registered, and nobody was asked
			   */
	uint64_t cut; /* of the passes: ended early, for somebody waited to register */
	uint64_t calls; /* runs of do_shrink_slab() that passes made */
};

/*
 * All since the domain was made.  Of passes that run meanwhile it has nothing or all,
 * though not of all numbers at once.
 */
void shr_stats_read(struct shr_domain *domain, struct shr_stats *stats);

#endif /* CORE_SHRINKER_STATS_H */
