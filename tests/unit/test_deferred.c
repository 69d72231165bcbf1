/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/model/deferred.h"

#include "tests/unit/machine.h"

static const struct shr_awareness none = { false, false }, numa = { true, false },
				  both = { true, true };

static void test_slot(void **state)
{
	(void)state;
	assert_int_equal(shr_deferred_slot(SHR_KEY_SHRINKER, both, 3), 0);
	assert_int_equal(shr_deferred_slot(SHR_KEY_SLOT, none, 3), 0);
	assert_int_equal(shr_deferred_slot(SHR_KEY_SLOT, numa, 3), 3);
	assert_int_equal(shr_deferred_slot(SHR_KEY_MEMCG, none, 3), 0);
	assert_int_equal(shr_deferred_slot(SHR_KEY_MEMCG, both, 3), 3);
}

static void test_by_memcg(void **state)
{
	(void)state;
	assert_false(shr_deferred_by_memcg(SHR_KEY_SLOT, both));
	assert_false(shr_deferred_by_memcg(SHR_KEY_MEMCG, numa));
	assert_true(shr_deferred_by_memcg(SHR_KEY_MEMCG, both));
}

/* Both ways, and past either end of a long. */
static void test_movement(void **state)
{
	static const int64_t amounts[] = { 0, 1, -1, 17, INT64_MAX, INT64_MIN };

	(void)state;
	assert_int_equal(shr_deferred_after(INT64_MAX, 1), INT64_MIN);
	for (size_t i = 0; i < COUNT(amounts); i++)
		for (size_t k = 0; k < COUNT(amounts); k++)
			assert_int_equal(
				shr_deferred_before(
					shr_deferred_after(amounts[i], amounts[k]),
					amounts[k]),
				amounts[i]);
}

static void check_traced(enum shr_end_rule rule, int64_t unused, int64_t total)
{
	/* Took 100, left 30 of its plan, and added these to 5 of others. */
	struct shr_traced_end traced = shr_deferred_traced(rule, 100, 30, 5, 35);

	assert_int_equal(traced.unused_scan, unused);
	assert_int_equal(traced.total_scan, total);
}

static void test_traced(void **state)
{
	(void)state;
	check_traced(SHR_END_OLD_AT_END, 5, 30);
	check_traced(SHR_END_DIFFERENCE, 100, -65);
	check_traced(SHR_END_LEFT, 100, 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slot),
		cmocka_unit_test(test_by_memcg),
		cmocka_unit_test(test_movement),
		cmocka_unit_test(test_traced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
