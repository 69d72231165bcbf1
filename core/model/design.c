/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/model/design.h"

#include "core/stream.h"

#include <stddef.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* From a release on, up to the next row. */
struct since {
	struct shr_release from;
	unsigned rule;
};

static const struct since layouts[] = {
	{ { 3, 0, 0 }, SHR_LAYOUT_T1 },	 { { 3, 12, 0 }, SHR_LAYOUT_T2 },
	{ { 3, 16, 0 }, SHR_LAYOUT_T3 }, { { 4, 16, 0 }, SHR_LAYOUT_T4 },
	{ { 5, 2, 0 }, SHR_LAYOUT_T5 },	 { { 5, 19, 0 }, SHR_LAYOUT_T6 },
	{ { 7, 1, 0 }, SHR_LAYOUT_T7 },
};

/* Read: 4.4.0 and 4.6.2 on either side of 4.5. */
static const struct since passes[] = {
	{ { 3, 0, 0 }, SHR_PASS_ALL },	 { { 3, 12, 0 }, SHR_PASS_MASK_ZERO },
	{ { 3, 14, 0 }, SHR_PASS_MASK }, { { 3, 19, 0 }, SHR_PASS_NODE },
	{ { 4, 0, 0 }, SHR_PASS_MEMCG }, { { 4, 5, 0 }, SHR_PASS_SPLIT },
	{ { 4, 19, 0 }, SHR_PASS_MAP },
};

static const struct since drops[] = {
	{ { 3, 0, 0 }, SHR_DROP_MASK },
	{ { 3, 19, 0 }, SHR_DROP_NODES },
	{ { 4, 0, 0 }, SHR_DROP_NODE },
	{ { 5, 15, 0 }, SHR_DROP_NODE_HALVING },
	{ { 6, 2, 0 }, SHR_DROP_NODES_HALVING },
};

/* 0a432dcbeb32 "mm: shrinker: make shrinker not depend on memcg kmem", 5.4. */
static const struct since kmems[] = {
	{ { 3, 0, 0 }, SHR_KMEM_NOTHING },
	{ { 5, 4, 0 }, SHR_KMEM_NONSLAB },
	{ { 7, 1, 0 }, SHR_KMEM_CLEAR },
};

static const struct since nids[] = {
	{ { 3, 0, 0 }, SHR_NID_ZERO },
	{ { 4, 19, 0 }, SHR_NID_START },
	{ { 5, 13, 0 }, SHR_NID_BOTH },
};

/*
 * "mm: do not stall register_shrinker()", 4.16; in 4.15.18, too.  4.14.y took it at a
 * release that is not known.
 */
static const struct since bail_outs[] = {
	{ { 3, 0, 0 }, false },
	{ { 4, 15, 18 }, true },
	{ { 4, 16, 0 }, true },
	{ { 6, 7, 0 }, false },
};

/* Read: 1 in 4.16.13, 0 in 4.18.0. */
static const struct since not_locked[] = {
	{ { 3, 0, 0 }, 1 },
	{ { 4, 18, 0 }, 0 },
};

/*
 * 1ba6fc9af35b "mm: vmscan: do not share cgroup iteration between reclaimers", 5.4;
 * "mm: vmscan: restore incremental cgroup iteration" came after 6.9 (read) and before
 * 6.12 (read), and was first posted too late for 6.10.
 */
static const struct since walks[] = {
	{ { 3, 0, 0 }, SHR_WALK_SHARED },
	{ { 5, 4, 0 }, SHR_WALK_WHOLE },
	{ { 6, 11, 0 }, SHR_WALK_PARTIAL },
};

/* "mm/vmscan: more restrictive condition for retry in do_try_to_free_pages", 4.12. */
static const struct since spareds[] = {
	{ { 3, 0, 0 }, SHR_SPARED_NEVER },
	{ { 4, 0, 0 }, SHR_SPARED_ALWAYS },
	{ { 4, 12, 0 }, SHR_SPARED_IF_ANY },
};

static const struct since mglrus[] = {
	{ { 3, 0, 0 }, SHR_MGLRU_NONE },
	{ { 6, 1, 0 }, SHR_MGLRU_WALK },
	{ { 6, 3, 0 }, SHR_MGLRU_MANY },
};

/*
 * "memcg: introduce per-memcg reclaim interface", 5.19; "mm:vmscan: fix inaccurate
 * reclaim during proactive reclaim", 6.8; "mm: memcg: use larger batches for proactive
 * reclaim", 6.9.
 */
static const struct since proactives[] = {
	{ { 3, 0, 0 }, SHR_PROACTIVE_NONE },
	{ { 5, 19, 0 }, SHR_PROACTIVE_ALL },
	{ { 6, 8, 0 }, SHR_PROACTIVE_CLUSTER },
	{ { 6, 9, 0 }, SHR_PROACTIVE_QUARTER },
};

/*
 * 70ddf637eebe "memcg: add memory.pressure_level events", 3.10; 8e8ae645249b "mm:
 * memcontrol: hook up vmpressure to socket pressure", 4.5.
 */
static const struct since reports[] = {
	{ { 3, 0, 0 }, SHR_REPORT_NONE },
	{ { 3, 10, 0 }, SHR_REPORT_TREE },
	{ { 4, 5, 0 }, SHR_REPORT_EACH },
};

static unsigned rule_of(struct shr_release release, const struct since *rows,
			size_t count)
{
	while (--count && shr_release_compare(release, rows[count].from) < 0)
		;
	return rows[count].rule;
}

static bool since(struct shr_release release, unsigned major, unsigned minor)
{
	return shr_release_compare(release, (struct shr_release){ major, minor, 0 }) >=
	       0;
}

/*
 * kswapd: "mm: vmscan: flatten kswapd priority loop", 3.11.  Pressure: "mm: vmpressure:
 * fix sending wrong events on underflow", 4.11; "mm, vmpressure: pass-through
 * notification support", 4.13; "mm: vmpressure: don't count proactive reclaim in
 * vmpressure", 6.0.  Limits: "mm: vmscan: ignore non-LRU-based reclaim in memcg
 * reclaim", 6.4.  Multi-gen LRU: "mm/mglru: try to stop at high watermarks", 6.8; its
 * first priority was 0 in 6.9 and 6 in 6.12 (both read).
 *
 * But for that, and for what is said to be read above, these are the releases that took
 * the patches; no trees on either side were read.
 */
static struct shr_reclaim_design reclaim_of(struct shr_release release)
{
	return (struct shr_reclaim_design){
		.walk = rule_of(release, walks, COUNT(walks)),
		.spared = rule_of(release, spareds, COUNT(spareds)),
		.mglru = rule_of(release, mglrus, COUNT(mglrus)),
		.proactive = rule_of(release, proactives, COUNT(proactives)),
		.report = rule_of(release, reports, COUNT(reports)),
		.mglru_first = since(release, 6, 12) ? 6 : 0,
		.mglru_balance = since(release, 6, 8),
		.kswapd_starts_over = !since(release, 3, 11),
		.boost = since(release, 5, 0),
		.boost_spares_slab = since(release, 5, 0) && !since(release, 5, 3),
		.min = since(release, 4, 18),
		.limits_count_slab = !since(release, 6, 4),
		.node_proactive = since(release, 6, 17),
		.proactive_is_silent = since(release, 6, 0),
		.underflows = !since(release, 4, 11),
		.listening_modes = since(release, 4, 13),
	};
}

bool shr_design_of_release(struct shr_release release, struct shr_design *design)
{
	if (!since(release, 3, 0))
		return false;
	/* c42d50aefd17 "mm: shrinker: add infrastructure for dynamically allocating
	 * shrinker" and its series, 6.7. */
	const bool lockless = since(release, 6, 7);

	*design = (struct shr_design){
		.layout = rule_of(release, layouts, COUNT(layouts)),
		.pass = rule_of(release, passes, COUNT(passes)),
		.drop = rule_of(release, drops, COUNT(drops)),
		.kmem = rule_of(release, kmems, COUNT(kmems)),
		.nid = rule_of(release, nids, COUNT(nids)),
		.aware_bit = shr_design_aware_bit(release),
		.lockless = lockless,
		.bails_out = rule_of(release, bail_outs, COUNT(bail_outs)),
		.growth_fills = !lockless,
		.split_lru = since(release, 6, 13),
		.nokmem_unaware = since(release, 7, 1),
		.disabled_skips = since(release, 4, 20) && !since(release, 5, 3),
		.single_callback = !since(release, 3, 12),
		.not_locked = rule_of(release, not_locked, COUNT(not_locked)),
		.reclaim = reclaim_of(release),
	};
	return true;
}

unsigned shr_design_aware_bit(struct shr_release release)
{
	if (!since(release, 5, 13))
		return 0;
	return since(release, 6, 7) ? 2 : 1;
}
