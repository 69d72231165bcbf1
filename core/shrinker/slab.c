/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/shrinker/slab.h"

#include "core/shrinker/domain_parts.h"
#include "core/shrinker/memcg.h"
#include "core/shrinker/pass.h"
#include "core/shrinker/stats_parts.h"
#include "core/shrinker/walk_lockless.h"
#include "core/shrinker/walk_rwsem.h"

#include <assert.h>
#include <stddef.h>

/* SWAP_CLUSTER_MAX: what a pass takes for no pages scanned at all, up to 4.15. */
static const uint64_t least_pages = 32;

static uint64_t walk_list(struct shr_pass *pass)
{
	uint64_t freed = pass->domain->design.lockless ? shr_walk_lockless_list(pass)
						       : shr_walk_rwsem_list(pass);

	shr_stats_add(pass->domain, &pass->stats);
	return freed;
}

static uint64_t walk_map(struct shr_pass *pass)
{
	uint64_t freed = pass->domain->design.lockless ? shr_walk_lockless_map(pass)
						       : shr_walk_rwsem_map(pass);

	shr_stats_add(pass->domain, &pass->stats);
	return freed;
}

/* From 4.19 on: a memcg's map, or everybody for the root. */
static uint64_t shrink_by_map(struct shr_pass *pass)
{
	const struct shr_domain *domain = pass->domain;

	if (!domain->memcgs)
		return domain->design.disabled_skips ? 0 : walk_list(pass);
	if (pass->memcg == domain->root)
		return walk_list(pass);
	if (!shr_memcg_is_online(pass->memcg))
		return 0;
	if (!domain->kmem && domain->design.kmem == SHR_KMEM_NOTHING)
		return 0;
	return walk_map(pass);
}

/*
 * From 4.0 to 4.18: one list for all.  What is accounted to no memcg is shrunk without
 * one, and up to 4.4 so is the root's own.
 */
static uint64_t shrink_by_awareness(struct shr_pass *pass)
{
	const struct shr_domain *domain = pass->domain;
	const bool split = domain->design.pass == SHR_PASS_SPLIT;

	if (!pass->memcg) {
		pass->filter =
			split && domain->kmem ? SHR_PASS_UNAWARE : SHR_PASS_EVERYBODY;
		return walk_list(pass);
	}
	if (!domain->kmem || !shr_memcg_is_online(pass->memcg) ||
	    (!split && pass->memcg == domain->root))
		return 0;
	pass->filter = SHR_PASS_AWARE;
	return walk_list(pass);
}

uint64_t shr_slab_shrink(struct shr_domain *domain, const struct shr_reclaimer *by,
			 int32_t nid, struct shr_memcg *memcg)
{
	struct shr_pass pass = {
		.domain = domain, .by = *by, .nid = nid, .memcg = memcg
	};

	assert(nid >= 0 && nid < domain->nodes);
	if (!pass.by.pgs_scanned)
		pass.by.pgs_scanned = least_pages;
	switch (domain->design.pass) {
	case SHR_PASS_MAP:
		assert(!memcg == !domain->memcgs);
		return shrink_by_map(&pass);
	case SHR_PASS_MEMCG:
	case SHR_PASS_SPLIT:
		return shrink_by_awareness(&pass);
	default:
		assert(!memcg);
		return walk_list(&pass);
	}
}

/* All that there is on a node; from 4.0 to 4.18 what is no memcg's own comes first. */
static uint64_t drop_node(struct shr_domain *domain, const struct shr_reclaimer *by,
			  int32_t nid)
{
	struct shr_memcg *memcg = NULL;
	uint64_t freed = 0;

	if (!domain->memcgs || domain->design.pass != SHR_PASS_MAP)
		freed += shr_slab_shrink(domain, by, nid, NULL);
	if (!domain->memcgs)
		return freed;
	while ((memcg = shr_memcg_next(domain, memcg)))
		freed += shr_slab_shrink(domain, by, nid, memcg);
	return freed;
}

static uint64_t drop_nodes(struct shr_domain *domain, const struct shr_reclaimer *by)
{
	uint64_t freed = 0;

	for (int32_t nid = 0; nid < domain->nodes; nid++)
		freed += drop_node(domain, by, nid);
	return freed;
}

/* Whether drop_caches starts over that has freed so much by its @rounds-th round. */
static bool starts_over(enum shr_drop_rule rule, uint64_t freed, unsigned rounds)
{
	static const uint64_t little = 10;

	if (rule < SHR_DROP_NODE_HALVING)
		return freed > little;
	return rounds < 64 && freed >> rounds > 1;
}

static uint64_t drop_until_little(struct shr_domain *domain,
				  const struct shr_reclaimer *by, int32_t nid)
{
	const enum shr_drop_rule rule = domain->design.drop;
	const bool node = rule == SHR_DROP_NODE || rule == SHR_DROP_NODE_HALVING;
	uint64_t sum = 0, freed;
	unsigned rounds = 0;

	do {
		freed = node			? drop_node(domain, by, nid)
			: rule == SHR_DROP_MASK ? shr_slab_shrink(domain, by, 0, NULL)
						: drop_nodes(domain, by);
		sum += freed;
	} while (starts_over(rule, freed, rounds++));
	return sum;
}

uint64_t shr_slab_drop(struct shr_domain *domain, const struct shr_reclaimer *by)
{
	const enum shr_drop_rule rule = domain->design.drop;
	struct shr_reclaimer dropping = *by;
	uint64_t sum = 0;

	dropping.priority = 0;
	dropping.pgs_scanned = dropping.lru_pgs = 1000;
	dropping.nodes = UINT64_MAX;
	if (rule != SHR_DROP_NODE && rule != SHR_DROP_NODE_HALVING)
		return drop_until_little(domain, &dropping, 0);
	for (int32_t nid = 0; nid < domain->nodes; nid++)
		sum += drop_until_little(domain, &dropping, nid);
	return sum;
}
