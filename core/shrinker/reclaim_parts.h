/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * reclaim_parts - one run of a reclaimer, and what it does at one priority.
 *
 * reclaim.c drives it over priorities and nodes; reclaim_node.c shrinks a node,
 * and reclaim_many.c does as the multi-gen LRU has it.
 */
#ifndef CORE_SHRINKER_RECLAIM_PARTS_H
#define CORE_SHRINKER_RECLAIM_PARTS_H

#include "core/shrinker/reclaim.h"

#include <stdbool.h>
#include <stdint.h>

struct shr_reclaim_design;

struct shr_reclaim_run {
	const struct shr_reclaim_request *request;
	struct shr_domain *domain;
	const struct shr_reclaim_design *design; /* the domain's */
	struct shr_reclaimer by;		 /* with the priority that it is at */
	struct shr_memcg *target; /* whose limit it is; NULL: it reclaims everywhere */
	uint64_t nr_to_reclaim;
	uint64_t reclaimed;	    /* so far, */
	uint64_t scanned, eligible; /* in this turn, */
	uint64_t scanned_before;    /* and before it */
	unsigned turns;
	bool kswapd;
	bool silent;	  /* nobody is told of its pressure */
	bool boosts;	  /* it goes beyond balance */
	bool whole;	  /* its walks are not shared any more */
	bool spares_none; /* memory.low protects nobody any more, */
	bool spared;	  /* but did */
};

/* One node at run->by.priority: its pages and, from 3.19 on, its slab. */
void shr_reclaim_shrink_node(struct shr_reclaim_run *run, int32_t nid);

/*
 * Slab of the nodes in @mask, after the pages of this turn, as it was up to 3.18.
 * Returns the objects that were freed, and adds to *@pages those that gave back.
 */
uint64_t shr_reclaim_shrink_slab(struct shr_reclaim_run *run, uint64_t mask,
				 uint64_t *pages);

/* The pages of @memcg on @nid, and its slab in the measure of them. */
struct shr_pages_answer shr_reclaim_shrink_memcg(struct shr_reclaim_run *run,
						 int32_t nid, struct shr_memcg *memcg);

/* Count pages that slab gave back, which it returns, as reclaimed. */
uint64_t shr_reclaim_count_slab_pages(struct shr_reclaim_run *run);

/* What the release knows of what protects @memcg; the target never is. */
enum shr_protection shr_reclaim_protection(const struct shr_reclaim_run *run,
					   const struct shr_memcg *memcg);

/* Whether the multi-gen LRU gives it memcgs by bins, and one node of such. */
bool shr_reclaim_by_bins(const struct shr_reclaim_run *run);
void shr_reclaim_shrink_many(struct shr_reclaim_run *run, int32_t nid);

/* Whether slab is shrunk like that. */
bool shr_reclaim_slab_is_last(const struct shr_reclaim_run *run);

#endif /* CORE_SHRINKER_RECLAIM_PARTS_H */
