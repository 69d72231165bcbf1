/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/model/design.h"

#include "core/model/generation.h"
#include "core/stream.h"
#include "tests/unit/machine.h"

static struct shr_design design_of(unsigned major, unsigned minor, unsigned patch)
{
	struct shr_design design;

	assert_true(shr_design_of_release((struct shr_release){ major, minor, patch },
					  &design));
	return design;
}

static void test_none(void **state)
{
	struct shr_design design;

	(void)state;
	assert_false(shr_design_of_release((struct shr_release){ 2, 6, 39 }, &design));
	assert_true(shr_design_of_release((struct shr_release){ 3, 0, 0 }, &design));
}

static void test_passes(void **state)
{
	(void)state;
	assert_int_equal(design_of(3, 11, 99).pass, SHR_PASS_ALL);
	assert_int_equal(design_of(3, 13, 10).pass, SHR_PASS_MASK_ZERO);
	assert_int_equal(design_of(3, 14, 0).pass, SHR_PASS_MASK);
	assert_int_equal(design_of(3, 19, 8).pass, SHR_PASS_NODE);
	assert_int_equal(design_of(4, 4, 155).pass, SHR_PASS_MEMCG);
	assert_int_equal(design_of(4, 6, 2).pass, SHR_PASS_SPLIT);
	assert_int_equal(design_of(4, 18, 0).pass, SHR_PASS_SPLIT);
	assert_int_equal(design_of(4, 19, 0).pass, SHR_PASS_MAP);
	assert_int_equal(design_of(8, 0, 0).pass, SHR_PASS_MAP);
}

static void test_drops(void **state)
{
	(void)state;
	assert_int_equal(design_of(3, 18, 0).drop, SHR_DROP_MASK);
	assert_int_equal(design_of(3, 19, 0).drop, SHR_DROP_NODES);
	assert_int_equal(design_of(5, 14, 21).drop, SHR_DROP_NODE);
	assert_int_equal(design_of(6, 1, 192).drop, SHR_DROP_NODE_HALVING);
	assert_int_equal(design_of(6, 2, 0).drop, SHR_DROP_NODES_HALVING);
}

static void test_locks(void **state)
{
	(void)state;
	assert_int_equal(design_of(4, 16, 13).not_locked, 1);
	assert_int_equal(design_of(4, 18, 0).not_locked, 0);
	assert_false(design_of(4, 15, 17).bails_out);
	assert_true(design_of(4, 15, 18).bails_out);
	assert_true(design_of(6, 6, 9).bails_out);
	assert_false(design_of(6, 7, 0).bails_out);
	assert_false(design_of(6, 12, 0).split_lru);
	assert_true(design_of(6, 13, 0).split_lru);
	assert_false(design_of(6, 6, 9).lockless);
	assert_true(design_of(6, 7, 0).lockless);
	assert_true(design_of(6, 6, 9).growth_fills);
	assert_false(design_of(6, 7, 0).growth_fills);
}

static void test_memcgs(void **state)
{
	(void)state;
	assert_int_equal(design_of(5, 3, 18).kmem, SHR_KMEM_NOTHING);
	assert_int_equal(design_of(5, 4, 0).kmem, SHR_KMEM_NONSLAB);
	assert_int_equal(design_of(7, 0, 0).kmem, SHR_KMEM_NONSLAB);
	assert_int_equal(design_of(7, 1, 3).kmem, SHR_KMEM_CLEAR);
	assert_false(design_of(7, 0, 0).nokmem_unaware);
	assert_true(design_of(7, 1, 0).nokmem_unaware);
	assert_false(design_of(4, 19, 304).disabled_skips);
	assert_true(design_of(4, 20, 0).disabled_skips);
	assert_true(design_of(5, 2, 1).disabled_skips);
	assert_false(design_of(5, 3, 0).disabled_skips);
}

static void test_nids(void **state)
{
	(void)state;
	assert_int_equal(design_of(4, 18, 20).nid, SHR_NID_ZERO);
	assert_int_equal(design_of(4, 19, 0).nid, SHR_NID_START);
	assert_int_equal(design_of(5, 12, 9).nid, SHR_NID_START);
	assert_int_equal(design_of(5, 13, 0).nid, SHR_NID_BOTH);
}

/* No release has a layout that none of the generations it may carry can write. */
static void test_layouts(void **state)
{
	(void)state;
	assert_int_equal(design_of(3, 0, 86).layout, SHR_LAYOUT_T1);
	assert_int_equal(design_of(7, 3, 0).layout, SHR_LAYOUT_T7);
	for (unsigned major = 3; major < 8; major++)
		for (unsigned minor = 0; minor < 22; minor++)
			for (unsigned patch = 0; patch < 80; patch++) {
				struct shr_release release = { major, minor, patch };
				unsigned mask = shr_generations_of_release(release);
				unsigned layout = design_of(major, minor, patch).layout;

				assert_true(!mask ||
					    mask & shr_generations_of_layouts(layout));
			}
}

static struct shr_reclaim_design reclaim_of(unsigned major, unsigned minor)
{
	return design_of(major, minor, 0).reclaim;
}

static void test_walks(void **state)
{
	(void)state;
	assert_int_equal(reclaim_of(5, 3).walk, SHR_WALK_SHARED);
	assert_int_equal(reclaim_of(5, 4).walk, SHR_WALK_WHOLE);
	assert_int_equal(reclaim_of(6, 9).walk, SHR_WALK_WHOLE);
	assert_int_equal(reclaim_of(6, 12).walk, SHR_WALK_PARTIAL);
	assert_int_equal(reclaim_of(3, 19).spared, SHR_SPARED_NEVER);
	assert_int_equal(reclaim_of(4, 11).spared, SHR_SPARED_ALWAYS);
	assert_int_equal(reclaim_of(4, 12).spared, SHR_SPARED_IF_ANY);
	assert_int_equal(reclaim_of(6, 0).mglru, SHR_MGLRU_NONE);
	assert_int_equal(reclaim_of(6, 2).mglru, SHR_MGLRU_WALK);
	assert_int_equal(reclaim_of(6, 3).mglru, SHR_MGLRU_MANY);
	assert_int_equal(reclaim_of(6, 9).mglru_first, 0);
	assert_int_equal(reclaim_of(6, 12).mglru_first, 6);
	assert_false(reclaim_of(6, 7).mglru_balance);
	assert_true(reclaim_of(6, 8).mglru_balance);
	assert_false(reclaim_of(4, 17).min);
	assert_true(reclaim_of(4, 18).min);
}

static void test_reclaimers(void **state)
{
	(void)state;
	assert_true(reclaim_of(3, 10).kswapd_starts_over);
	assert_false(reclaim_of(3, 11).kswapd_starts_over);
	assert_false(reclaim_of(4, 20).boost || reclaim_of(4, 20).boost_spares_slab);
	assert_true(reclaim_of(5, 2).boost && reclaim_of(5, 2).boost_spares_slab);
	assert_true(reclaim_of(5, 3).boost && !reclaim_of(5, 3).boost_spares_slab);
	assert_int_equal(reclaim_of(5, 18).proactive, SHR_PROACTIVE_NONE);
	assert_int_equal(reclaim_of(6, 7).proactive, SHR_PROACTIVE_ALL);
	assert_int_equal(reclaim_of(6, 8).proactive, SHR_PROACTIVE_CLUSTER);
	assert_int_equal(reclaim_of(6, 9).proactive, SHR_PROACTIVE_QUARTER);
	assert_false(reclaim_of(6, 16).node_proactive);
	assert_true(reclaim_of(6, 17).node_proactive);
	assert_true(reclaim_of(6, 3).limits_count_slab);
	assert_false(reclaim_of(6, 4).limits_count_slab);
}

static void test_reports(void **state)
{
	(void)state;
	assert_int_equal(reclaim_of(3, 9).report, SHR_REPORT_NONE);
	assert_int_equal(reclaim_of(4, 4).report, SHR_REPORT_TREE);
	assert_int_equal(reclaim_of(4, 5).report, SHR_REPORT_EACH);
	assert_true(reclaim_of(4, 10).underflows);
	assert_false(reclaim_of(4, 11).underflows);
	assert_false(reclaim_of(4, 12).listening_modes);
	assert_true(reclaim_of(4, 13).listening_modes);
	assert_false(reclaim_of(5, 19).proactive_is_silent);
	assert_true(reclaim_of(6, 0).proactive_is_silent);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none),	   cmocka_unit_test(test_passes),
		cmocka_unit_test(test_drops),	   cmocka_unit_test(test_locks),
		cmocka_unit_test(test_memcgs),	   cmocka_unit_test(test_nids),
		cmocka_unit_test(test_layouts),	   cmocka_unit_test(test_walks),
		cmocka_unit_test(test_reclaimers), cmocka_unit_test(test_reports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
