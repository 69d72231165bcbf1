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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none),	cmocka_unit_test(test_passes),
		cmocka_unit_test(test_drops),	cmocka_unit_test(test_locks),
		cmocka_unit_test(test_memcgs),	cmocka_unit_test(test_nids),
		cmocka_unit_test(test_layouts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
