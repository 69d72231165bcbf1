/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/model/generation.h"

#include "core/stream.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

static const struct shr_generation generations[SHR_GEN_COUNT] = {
	[SHR_GEN_3_0_39] = {
		.id = SHR_GEN_3_0_39,
		.name = "3.0.39",
		.releases = "3.0.39 to 3.0.y",
		.layouts = SHR_LAYOUT_T1,
		.entry = SHR_ENTRY_POSITIVE,
		.delta = SHR_DELTA_LRU,
		.plan = SHR_PLAN_SIGNED,
		.loop = SHR_LOOP_WHOLE,
		.store = SHR_STORE_LEFT,
		.retval = SHR_RETVAL_LAST,
		.key = SHR_KEY_SHRINKER,
		.fixed_batch = true,
		.source = "\"vmscan: add shrink_slab tracepoints\" and its series, but "
			  "for \"vmscan: add customisable shrinker batch size\", in "
			  "Mel Gorman's stable series of July 2012, 3.0.39",
	},
	[SHR_GEN_3_1] = {
		.id = SHR_GEN_3_1,
		.name = "3.1",
		.releases = "3.1",
		.layouts = SHR_LAYOUT_T1,
		.entry = SHR_ENTRY_ALWAYS,
		.delta = SHR_DELTA_LRU,
		.plan = SHR_PLAN_UNSIGNED,
		.loop = SHR_LOOP_WHOLE,
		.store = SHR_STORE_LEFT,
		.retval = SHR_RETVAL_LAST,
		.key = SHR_KEY_SHRINKER,
		.source = "\"vmscan: add shrink_slab tracepoints\", 3567b59aa80a "
			  "\"vmscan: reduce wind up shrinker->nr when shrinker can't "
			  "do work\", \"vmscan: add customisable shrinker batch "
			  "size\", 3.1",
	},
	[SHR_GEN_3_2] = {
		.id = SHR_GEN_3_2,
		.name = "3.2",
		.releases = "3.2 to 3.11",
		.layouts = SHR_LAYOUT_T1,
		.entry = SHR_ENTRY_POSITIVE,
		.delta = SHR_DELTA_LRU,
		.plan = SHR_PLAN_SIGNED,
		.loop = SHR_LOOP_WHOLE,
		.store = SHR_STORE_LEFT,
		.retval = SHR_RETVAL_LAST,
		.key = SHR_KEY_SHRINKER,
		.source = "635697c663f3 \"vmscan: fix initial shrinker size "
			  "handling\", 83aeeada7c69 \"vmscan: use atomic-long for "
			  "shrinker batching\", 3.2",
	},
	[SHR_GEN_3_12] = {
		.id = SHR_GEN_3_12,
		.name = "3.12",
		.releases = "3.12 and 3.13",
		.layouts = SHR_LAYOUT_T2,
		.entry = SHR_ENTRY_NONZERO,
		.delta = SHR_DELTA_LRU,
		.plan = SHR_PLAN_SIGNED,
		.loop = SHR_LOOP_WHOLE,
		.store = SHR_STORE_LEFT,
		.retval = SHR_RETVAL_FREED,
		.key = SHR_KEY_SLOT,
		.source = "\"mm: new shrinker API\", 3.12",
	},
	[SHR_GEN_3_14] = {
		.id = SHR_GEN_3_14,
		.name = "3.14",
		.releases = "3.14 to 4.9, but for stable releases with 4.10's",
		.layouts = SHR_LAYOUT_T2 | SHR_LAYOUT_T3,
		.entry = SHR_ENTRY_NONZERO,
		.delta = SHR_DELTA_LRU,
		.plan = SHR_PLAN_SIGNED,
		.loop = SHR_LOOP_TAIL,
		.store = SHR_STORE_LEFT,
		.retval = SHR_RETVAL_FREED,
		.key = SHR_KEY_SLOT,
		.source = "0b1fb40a3b12 \"mm: vmscan: shrink all slab objects if tight "
			  "on memory\", 3.14",
	},
	[SHR_GEN_4_10] = {
		.id = SHR_GEN_4_10,
		.name = "4.10",
		.releases = "4.10 to 4.13; 4.4.70 and 4.9.37 or before",
		.layouts = SHR_LAYOUT_T3,
		.entry = SHR_ENTRY_NONZERO,
		.delta = SHR_DELTA_LRU,
		.plan = SHR_PLAN_SIGNED,
		.loop = SHR_LOOP_TAIL,
		.store = SHR_STORE_UNCAPPED,
		.retval = SHR_RETVAL_FREED,
		.key = SHR_KEY_SLOT,
		.source = "\"mm/vmscan.c: set correct defer count for shrinker\", 4.10",
	},
	[SHR_GEN_4_14] = {
		.id = SHR_GEN_4_14,
		.name = "4.14",
		.releases = "4.14 and 4.15",
		.layouts = SHR_LAYOUT_T3,
		.entry = SHR_ENTRY_NONZERO,
		.delta = SHR_DELTA_LRU,
		.plan = SHR_PLAN_SIGNED,
		.loop = SHR_LOOP_FEEDBACK,
		.store = SHR_STORE_UNCAPPED,
		.retval = SHR_RETVAL_FREED,
		.key = SHR_KEY_SLOT,
		.source = "\"mm: track actual nr_scanned during shrink_slab()\", 4.14",
	},
	[SHR_GEN_4_16] = {
		.id = SHR_GEN_4_16,
		.name = "4.16",
		.releases = "4.16 to 4.18",
		.layouts = SHR_LAYOUT_T4,
		.entry = SHR_ENTRY_NONZERO,
		.delta = SHR_DELTA_PRIORITY,
		.plan = SHR_PLAN_SIGNED,
		.loop = SHR_LOOP_FEEDBACK,
		.store = SHR_STORE_UNCAPPED,
		.retval = SHR_RETVAL_FREED,
		.key = SHR_KEY_SLOT,
		.source = "9092c71bb724 \"mm: use sc->priority for slab shrink "
			  "targets\", 4.16",
	},
	[SHR_GEN_4_19_0] = {
		.id = SHR_GEN_4_19_0,
		.name = "4.19.0",
		.releases = "4.19.0 to 4.19.23 or so, parts of 4.18.y",
		.layouts = SHR_LAYOUT_T4,
		.entry = SHR_ENTRY_NOTEMPTY,
		.delta = SHR_DELTA_PRIORITY,
		.min_scan = true,
		.plan = SHR_PLAN_SIGNED,
		.loop = SHR_LOOP_FEEDBACK,
		.store = SHR_STORE_UNCAPPED,
		.retval = SHR_RETVAL_FREED,
		.key = SHR_KEY_SLOT,
		.source = "172b06c32b94 \"mm: slowly shrink slabs with a relatively "
			  "small number of objects\", 4.19; 62aad93f09c1 in 4.18.y",
	},
	[SHR_GEN_4_19_24] = {
		.id = SHR_GEN_4_19_24,
		.name = "4.19.24",
		.releases = "4.19.24 or so to 4.19.y",
		.layouts = SHR_LAYOUT_T4,
		.entry = SHR_ENTRY_NOTEMPTY,
		.delta = SHR_DELTA_PRIORITY,
		.plan = SHR_PLAN_SIGNED,
		.loop = SHR_LOOP_FEEDBACK,
		.store = SHR_STORE_UNCAPPED,
		.retval = SHR_RETVAL_FREED,
		.key = SHR_KEY_SLOT,
		.source = "a9a238e83fbb \"Revert \"mm: slowly shrink slabs with a "
			  "relatively small number of objects\"\", in 4.19.y",
	},
	[SHR_GEN_4_20] = {
		.id = SHR_GEN_4_20,
		.name = "4.20",
		.releases = "4.20",
		.layouts = SHR_LAYOUT_T4,
		.entry = SHR_ENTRY_NOTEMPTY,
		.delta = SHR_DELTA_PRIORITY_HALF,
		.min_scan = true,
		.plan = SHR_PLAN_SIGNED,
		.loop = SHR_LOOP_FEEDBACK,
		.store = SHR_STORE_UNCAPPED,
		.retval = SHR_RETVAL_FREED,
		.key = SHR_KEY_SLOT,
		.source = "4b85afbdacd2 \"mm: zero-seek shrinkers\", 4.20",
	},
	[SHR_GEN_5_0] = {
		.id = SHR_GEN_5_0,
		.name = "5.0",
		.releases = "5.0 to 5.12",
		.layouts = SHR_LAYOUT_T4 | SHR_LAYOUT_T5,
		.entry = SHR_ENTRY_NOTEMPTY,
		.delta = SHR_DELTA_PRIORITY_HALF,
		.plan = SHR_PLAN_SIGNED,
		.loop = SHR_LOOP_FEEDBACK,
		.store = SHR_STORE_UNCAPPED,
		.retval = SHR_RETVAL_FREED,
		.key = SHR_KEY_SLOT,
		.source = "a9a238e83fbb \"Revert \"mm: slowly shrink slabs with a "
			  "relatively small number of objects\"\", 5.0",
	},
	[SHR_GEN_5_13] = {
		.id = SHR_GEN_5_13,
		.name = "5.13",
		.releases = "5.13 and later",
		.layouts = SHR_LAYOUT_T5 | SHR_LAYOUT_T6 | SHR_LAYOUT_T7,
		.entry = SHR_ENTRY_NOTEMPTY,
		.delta = SHR_DELTA_PRIORITY_HALF,
		.plan = SHR_PLAN_PROPORTIONAL,
		.loop = SHR_LOOP_FEEDBACK,
		.store = SHR_STORE_CAPPED,
		.retval = SHR_RETVAL_FREED,
		.key = SHR_KEY_MEMCG,
		.source = "18bb473e5031 \"mm: vmscan: shrink deferred objects "
			  "proportional to priority\", 3c6f17e6c5d0 \"mm: vmscan: add "
			  "per memcg shrinker nr_deferred\", 5.13",
	},
};

#define BIT(id) (1u << SHR_GEN_##id)

/*
 * What releases carry from @from on, up to the next row.  Two bits: somewhere in
 * between a stable release took the younger arithmetic.
 */
struct era {
	struct shr_release from;
	unsigned generations;
};

static const struct era eras[] = {
	{ { 3, 0, 39 }, BIT(3_0_39) },
	{ { 3, 1, 0 }, BIT(3_1) },
	{ { 3, 2, 0 }, BIT(3_2) },
	{ { 3, 12, 0 }, BIT(3_12) },
	{ { 3, 14, 0 }, BIT(3_14) },
	/*
	 * 4.10's change went to stable for 4.0 and later.  Read: not in 4.3.0, 4.4.0,
	 * 4.6.2; in 4.4.70, 4.9.37 and a vendor's 4.2.8.  Lines of stable that were
	 * closed before it was merged never had it.
	 */
	{ { 4, 1, 0 }, BIT(3_14) | BIT(4_10) },
	{ { 4, 3, 0 }, BIT(3_14) },
	{ { 4, 4, 0 }, BIT(3_14) | BIT(4_10) },
	{ { 4, 4, 70 }, BIT(4_10) },
	{ { 4, 5, 0 }, BIT(3_14) },
	{ { 4, 8, 0 }, BIT(3_14) | BIT(4_10) },
	{ { 4, 9, 37 }, BIT(4_10) },
	{ { 4, 14, 0 }, BIT(4_14) },
	{ { 4, 16, 0 }, BIT(4_16) },
	/* 62aad93f09c1 came and was to be reverted; neither release is known. */
	{ { 4, 18, 0 }, BIT(4_16) | BIT(4_19_0) },
	/* The revert a9a238e83fbb: not in 4.19.13, in 4.19.40. */
	{ { 4, 19, 0 }, BIT(4_19_0) | BIT(4_19_24) },
	{ { 4, 19, 1 }, BIT(4_19_0) },
	{ { 4, 19, 14 }, BIT(4_19_0) | BIT(4_19_24) },
	{ { 4, 19, 40 }, BIT(4_19_24) },
	{ { 4, 20, 0 }, BIT(4_20) },
	{ { 5, 0, 0 }, BIT(5_0) },
	{ { 5, 13, 0 }, BIT(5_13) },
};

static const size_t era_count = sizeof(eras) / sizeof(eras[0]);

const struct shr_generation *shr_generation_get(enum shr_generation_id id)
{
	assert((unsigned)id < SHR_GEN_COUNT);
	return &generations[id];
}

const struct shr_generation *shr_generation_find(const char *name)
{
	for (size_t i = 0; i < SHR_GEN_COUNT; i++) {
		if (strcmp(generations[i].name, name) == 0)
			return &generations[i];
	}
	return NULL;
}

unsigned shr_generations_of_release(struct shr_release release)
{
	for (size_t i = era_count; i-- > 0;) {
		if (shr_release_compare(release, eras[i].from) >= 0)
			return eras[i].generations;
	}
	return 0;
}

unsigned shr_generations_of_layouts(unsigned layouts)
{
	unsigned mask = 0;

	for (unsigned i = 0; i < SHR_GEN_COUNT; i++) {
		if (generations[i].layouts & layouts)
			mask |= 1u << i;
	}
	return mask;
}

enum shr_end_rule shr_generation_end_rule(const struct shr_generation *gen,
					  unsigned layouts)
{
	const unsigned computed = SHR_LAYOUT_T1 | SHR_LAYOUT_T2;
	unsigned possible = gen->layouts & layouts;

	if (!possible)
		possible = gen->layouts;
	if (possible & ~computed)
		return SHR_END_LEFT;
	return gen->id <= SHR_GEN_3_1 ? SHR_END_OLD_AT_END : SHR_END_DIFFERENCE;
}
