/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A node is shrunk memcg by memcg: the pages of each, and right after them its slab.
 * Up to 3.18 slab was nobody's, and came after the pages of all nodes; in 3.19 after
 * those of each.  From 4.0 to 4.18 what is no memcg's follows the last memcg, and is
 * shrunk for the pages of all of them.
 */
#include "core/shrinker/domain_parts.h"
#include "core/shrinker/memcg.h"
#include "core/shrinker/memcg_walk.h"
#include "core/shrinker/reclaim_parts.h"
#include "core/shrinker/slab.h"
#include "core/shrinker/vmpressure.h"

#include <stddef.h>

static bool is_global(const struct shr_reclaim_run *run)
{
	return !run->target || run->target == run->domain->root;
}

bool shr_reclaim_slab_is_last(const struct shr_reclaim_run *run)
{
	return run->domain->design.pass < SHR_PASS_NODE;
}

static struct shr_pressure_sums sums_of(const struct shr_reclaim_run *run)
{
	return (struct shr_pressure_sums){ run->scanned, run->reclaimed };
}

/* Report what @run has done since it had @before. */
static void report(const struct shr_reclaim_run *run, struct shr_memcg *memcg,
		   bool tree, struct shr_pressure_sums before)
{
	const struct shr_pressure_sums pages = { run->scanned - before.scanned,
						 run->reclaimed - before.reclaimed };

	if (!run->silent)
		shr_vmpressure_add(run->domain, &run->by, memcg, tree, pages);
}

static struct shr_pages_answer shrink_pages(struct shr_reclaim_run *run, int32_t nid,
					    struct shr_memcg *memcg)
{
	struct shr_pages *pages = run->request->pages;
	const struct shr_pages_ask ask = { .by = &run->by,
					   .nid = nid,
					   .memcg = memcg,
					   .nr_to_reclaim = run->nr_to_reclaim,
					   .nr_reclaimed = run->reclaimed };
	struct shr_pages_answer answer = { .scanned = 0 };

	if (pages && pages->shrink)
		pages->shrink(pages, &ask, &answer);
	run->scanned += answer.scanned;
	run->eligible += answer.eligible;
	run->reclaimed += answer.reclaimed;
	return answer;
}

static uint64_t shrink_slab(const struct shr_reclaim_run *run, int32_t nid,
			    struct shr_memcg *memcg, uint64_t scanned,
			    uint64_t eligible)
{
	struct shr_reclaimer by = run->by;

	if (run->boosts && run->design->boost_spares_slab)
		return 0;
	by.pgs_scanned = scanned;
	by.lru_pgs = eligible < UINT32_MAX ? eligible : UINT32_MAX - 1;
	return shr_slab_shrink(run->domain, &by, nid, memcg);
}

/* Pages that slab gave back count as reclaimed, though nobody scanned them. */
uint64_t shr_reclaim_count_slab_pages(struct shr_reclaim_run *run)
{
	struct shr_pages *pages = run->request->pages;
	const uint64_t count =
		pages && pages->slab_pages ? pages->slab_pages(pages, &run->by) : 0;

	if (is_global(run) || run->design->limits_count_slab)
		run->reclaimed += count;
	return count;
}

uint64_t shr_reclaim_shrink_slab(struct shr_reclaim_run *run, uint64_t mask,
				 uint64_t *pages)
{
	/* Which node is up to the mask, and before there were masks to nobody. */
	run->by.nodes = mask;
	const uint64_t freed = shrink_slab(run, 0, NULL, run->scanned, run->eligible);

	*pages += shr_reclaim_count_slab_pages(run);
	return freed;
}

enum shr_protection shr_reclaim_protection(const struct shr_reclaim_run *run,
					   const struct shr_memcg *memcg)
{
	struct shr_pages *pages = run->request->pages;
	const struct shr_memcg *target = run->target ? run->target : run->domain->root;
	enum shr_protection protection;

	if (memcg == target || !pages || !pages->protection)
		return SHR_PROTECTION_NONE;
	protection = pages->protection(pages, target, memcg);
	if (protection == SHR_PROTECTION_MIN && !run->design->min)
		return SHR_PROTECTION_NONE;
	return protection;
}

/* Whether @memcg is left alone, and is remembered if that might be reconsidered. */
static bool is_protected(struct shr_reclaim_run *run, const struct shr_memcg *memcg)
{
	const enum shr_protection protection = shr_reclaim_protection(run, memcg);

	if (protection != SHR_PROTECTION_LOW)
		return protection == SHR_PROTECTION_MIN;
	if (run->spares_none)
		return false;
	run->spared = true;
	return true;
}

struct shr_pages_answer shr_reclaim_shrink_memcg(struct shr_reclaim_run *run,
						 int32_t nid, struct shr_memcg *memcg)
{
	const enum shr_pass_rule pass = run->domain->design.pass;
	const struct shr_pressure_sums before = sums_of(run);
	const struct shr_pages_answer answer = shrink_pages(run, nid, memcg);

	if (memcg ? pass >= SHR_PASS_MEMCG : pass == SHR_PASS_MAP)
		shrink_slab(run, nid, memcg, answer.scanned, answer.eligible);
	report(run, memcg, false, before);
	return answer;
}

/* Limits of old kernels end as soon as they can; so do all who are not kswapd now. */
static bool ends_early(const struct shr_reclaim_run *run)
{
	switch (run->design->walk) {
	case SHR_WALK_SHARED:
		return run->target;
	case SHR_WALK_PARTIAL:
		return !run->kswapd && !run->whole;
	default:
		return false;
	}
}

static bool shares_walk(const struct shr_reclaim_run *run)
{
	return run->design->walk == SHR_WALK_SHARED || ends_early(run);
}

static void shrink_memcgs(struct shr_reclaim_run *run, int32_t nid)
{
	struct shr_memcg *target = run->target ? run->target : run->domain->root;
	struct shr_memcg_walk walk;
	struct shr_memcg *memcg;

	if (!target) {
		shr_reclaim_shrink_memcg(run, nid, NULL);
		return;
	}
	shr_memcg_walk_begin(&walk, target, nid, run->by.priority, shares_walk(run));
	while ((memcg = shr_memcg_walk_next(&walk))) {
		if (is_protected(run, memcg))
			continue;
		shr_reclaim_shrink_memcg(run, nid, memcg);
		if (ends_early(run) && run->reclaimed >= run->nr_to_reclaim)
			break;
	}
	shr_memcg_walk_end(&walk);
}

/* Slab that is no memcg's, or that of all: for all pages of the node. */
static void shrink_rest(struct shr_reclaim_run *run, int32_t nid, uint64_t scanned,
			uint64_t eligible)
{
	const enum shr_pass_rule pass = run->domain->design.pass;

	if (!run->target && pass >= SHR_PASS_NODE && pass < SHR_PASS_MAP)
		shrink_slab(run, nid, NULL, scanned, eligible);
}

void shr_reclaim_shrink_node(struct shr_reclaim_run *run, int32_t nid)
{
	const struct shr_pressure_sums before = sums_of(run);
	const uint64_t eligible = run->eligible;

	if (shr_reclaim_by_bins(run)) {
		shr_reclaim_shrink_many(run, nid);
		return;
	}
	shrink_memcgs(run, nid);
	shrink_rest(run, nid, run->scanned - before.scanned, run->eligible - eligible);
	if (!shr_reclaim_slab_is_last(run))
		shr_reclaim_count_slab_pages(run);
	report(run, run->target, true, before);
}
