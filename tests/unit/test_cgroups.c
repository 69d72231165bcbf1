/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/replay/cgroups.h"

#include "core/err.h"
#include "tests/unit/machine.h"

enum { V2 = 0, CPU = 3, MEMORY = 4 };

static void make(struct shr_cgroups *cgroups, int32_t root, uint64_t id, uint32_t path)
{
	struct shr_err err;

	assert_int_equal(shr_cgroups_mkdir(cgroups, root, id, path, &err), 0);
}

static void test_one_hierarchy(void **state)
{
	struct shr_cgroups cgroups = { 0 };

	(void)state;
	assert_int_equal(shr_cgroups_path(&cgroups, 85), 0);
	make(&cgroups, V2, 85, 7);
	make(&cgroups, V2, 86, 0);
	assert_int_equal(cgroups.expected, 2);
	assert_int_equal(shr_cgroups_path(&cgroups, 85), 7);
	assert_int_equal(shr_cgroups_path(&cgroups, 86), 0);
	assert_int_equal(cgroups.last_rmdir_ns, 0);
	assert_true(shr_cgroups_rmdir(&cgroups, V2, 85, 5000));
	assert_int_equal(cgroups.last_rmdir_ns, 5000);
	assert_int_equal(shr_cgroups_path(&cgroups, 85), 0);
	shr_cgroups_release(&cgroups);
}

/* An id says which hierarchy is the memcgs', even against more events of another. */
static void test_ids_choose_hierarchy(void **state)
{
	struct shr_cgroups cgroups = { 0 };

	(void)state;
	for (uint64_t id = 1; id <= 10; id++)
		make(&cgroups, CPU, id, 100 + (uint32_t)id);
	make(&cgroups, MEMORY, 5, 205);
	make(&cgroups, MEMORY, 70, 270);
	/* 5 is in both: as long as nothing else is known, the one with more events. */
	assert_int_equal(shr_cgroups_path(&cgroups, 5), 105);
	assert_int_equal(shr_cgroups_path(&cgroups, 70), 270);
	assert_int_equal(shr_cgroups_path(&cgroups, 5), 205);
	shr_cgroups_release(&cgroups);
}

static void test_other_hierarchies_do_not_end_memcgs(void **state)
{
	struct shr_cgroups cgroups = { 0 };

	(void)state;
	make(&cgroups, MEMORY, 70, 270);
	assert_int_equal(shr_cgroups_path(&cgroups, 70), 270);
	for (uint64_t id = 1; id <= 10; id++)
		make(&cgroups, CPU, id, 100);
	assert_false(shr_cgroups_rmdir(&cgroups, CPU, 3, 5000));
	assert_int_equal(cgroups.last_rmdir_ns, 0);
	assert_true(shr_cgroups_rmdir(&cgroups, MEMORY, 70, 6000));
	assert_int_equal(cgroups.last_rmdir_ns, 6000);
	shr_cgroups_release(&cgroups);
}

/* A damaged capture can name any hierarchy. */
static void test_too_many_hierarchies(void **state)
{
	struct shr_cgroups cgroups = { 0 };

	(void)state;
	for (int32_t root = 0; root < 1000; root++)
		make(&cgroups, root * 7, 1, 1 + (uint32_t)root);
	assert_int_equal(cgroups.root_count, SHR_ROOTS);
	assert_false(shr_cgroups_rmdir(&cgroups, 999 * 7, 1, 5000));
	assert_int_equal(cgroups.paths.count, SHR_ROOTS);
	shr_cgroups_release(&cgroups);
}

static void test_listed(void **state)
{
	struct shr_cgroups cgroups = { 0 };
	struct shr_err err;

	(void)state;
	assert_int_equal(shr_cgroups_list(&cgroups, 70, 7, &err), 0);
	assert_int_equal(shr_cgroups_list(&cgroups, 71, 0, &err), 0);
	assert_int_equal(cgroups.expected, 0);
	assert_int_equal(shr_cgroups_path(&cgroups, 70), 7);
	assert_int_equal(shr_cgroups_path(&cgroups, 71), 0);
	/* The same id of another hierarchy is another cgroup, and no sign of it. */
	make(&cgroups, CPU, 70, 170);
	make(&cgroups, MEMORY, 90, 290);
	assert_int_equal(shr_cgroups_path(&cgroups, 90), 290);
	assert_int_equal(shr_cgroups_path(&cgroups, 70), 7);
	make(&cgroups, CPU, 90, 190);
	assert_int_equal(shr_cgroups_path(&cgroups, 90), 290);
	/* One that was made while events were recorded can be listed, too. */
	make(&cgroups, MEMORY, 71, 271);
	assert_int_equal(shr_cgroups_list(&cgroups, 71, 271, &err), 0);
	assert_int_equal(shr_cgroups_path(&cgroups, 71), 271);
	shr_cgroups_release(&cgroups);
}

static void test_removed_since(void **state)
{
	struct shr_cgroups cgroups = { 0 };

	(void)state;
	assert_int_equal(shr_cgroups_removed_since(&cgroups, 0), 0);
	for (unsigned i = 0; i < 3; i++)
		assert_true(shr_cgroups_rmdir(&cgroups, MEMORY, 70 + i, 1000 * i));
	assert_int_equal(shr_cgroups_removed_since(&cgroups, 0), 3);
	assert_int_equal(shr_cgroups_removed_since(&cgroups, 1000), 2);
	assert_int_equal(shr_cgroups_removed_since(&cgroups, 2001), 0);
	for (unsigned i = 0; i < 2 * SHR_REMOVALS; i++)
		assert_true(shr_cgroups_rmdir(&cgroups, MEMORY, 100 + i, 5000 + i));
	assert_int_equal(shr_cgroups_removed_since(&cgroups, 0), SHR_REMOVALS);
	assert_int_equal(
		shr_cgroups_removed_since(&cgroups, 5000 + 2 * SHR_REMOVALS - 5), 5);
	shr_cgroups_release(&cgroups);
}

static void test_when_removed(void **state)
{
	struct shr_cgroups cgroups = { 0 };
	struct shr_err err;

	(void)state;
	assert_int_equal(shr_cgroups_when_removed(&cgroups, 70), 0);
	assert_true(shr_cgroups_rmdir(&cgroups, MEMORY, 70, 1000));
	assert_true(shr_cgroups_rmdir(&cgroups, MEMORY, 71, 2000));
	assert_int_equal(shr_cgroups_when_removed(&cgroups, 70), 1000);
	assert_int_equal(shr_cgroups_when_removed(&cgroups, 71), 2000);
	assert_int_equal(shr_cgroups_when_removed(&cgroups, 72), 0);
	/* The id is another's. */
	assert_int_equal(shr_cgroups_mkdir(&cgroups, MEMORY, 70, 0, &err), 0);
	assert_int_equal(shr_cgroups_when_removed(&cgroups, 70), 0);
	assert_int_equal(shr_cgroups_when_removed(&cgroups, 71), 2000);
	for (unsigned i = 0; i < SHR_REMOVALS; i++)
		assert_true(shr_cgroups_rmdir(&cgroups, MEMORY, 100 + i, 5000 + i));
	assert_int_equal(shr_cgroups_when_removed(&cgroups, 71), 0);
	shr_cgroups_release(&cgroups);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_hierarchy),
		cmocka_unit_test(test_listed),
		cmocka_unit_test(test_ids_choose_hierarchy),
		cmocka_unit_test(test_other_hierarchies_do_not_end_memcgs),
		cmocka_unit_test(test_too_many_hierarchies),
		cmocka_unit_test(test_removed_since),
		cmocka_unit_test(test_when_removed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
