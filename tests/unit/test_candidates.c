/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/replay/candidates.h"

#include "tests/unit/machine.h"

static void check_values(const struct shr_candidates *set, const int32_t *values,
			 uint32_t count)
{
	assert_int_equal(set->count, count);
	for (uint32_t i = 0; i < count; i++)
		assert_int_equal(set->values[i], values[i]);
}

/* The call of these tests is a number, and what divides it fits. */
static bool divides(int64_t value, const void *call)
{
	return *(const int64_t *)call % value == 0;
}

static void test_range(void **state)
{
	static const int32_t few[] = { 3, 4, 5 };
	static const int32_t around[] = { -1, 0, 1 };
	struct shr_candidates set;

	(void)state;
	assert_true(shr_candidates_range(&set, 3, 5));
	check_values(&set, few, 3);
	assert_int_equal(set.evidence, 0);
	assert_int_equal(set.contradicted, 0);
	shr_candidates_release(&set);
	assert_true(shr_candidates_range(&set, -1, 1));
	check_values(&set, around, 3);
	shr_candidates_release(&set);
	assert_true(shr_candidates_range(&set, 9, 9));
	assert_int_equal(set.count, 1);
	assert_int_equal(set.values[0], 9);
	shr_candidates_release(&set);
}

static void test_list(void **state)
{
	static const int32_t given[] = { 1024, 2, 128, 2, 1024, 0, INT32_MAX, 2 };
	static const int32_t kept[] = { 0, 2, 128, 1024, INT32_MAX };
	struct shr_candidates set;

	(void)state;
	assert_true(shr_candidates_list(&set, given, COUNT(given)));
	check_values(&set, kept, COUNT(kept));
	shr_candidates_release(&set);
	assert_true(shr_candidates_list(&set, given, 1));
	check_values(&set, given, 1);
	shr_candidates_release(&set);
}

static void test_filter_narrows(void **state)
{
	static const int32_t of_12[] = { 1, 2, 3, 4, 6 };
	static const int32_t of_8[] = { 1, 2, 4 };
	const int64_t twelve = 12, eight = 8, four = 4;
	struct shr_candidates set;

	(void)state;
	assert_true(shr_candidates_range(&set, 1, 10));
	assert_int_equal(shr_candidates_filter(&set, divides, &twelve), COUNT(of_12));
	check_values(&set, of_12, COUNT(of_12));
	assert_int_equal(shr_candidates_filter(&set, divides, &eight), COUNT(of_8));
	check_values(&set, of_8, COUNT(of_8));
	/* A call that all fit is evidence, too. */
	assert_int_equal(shr_candidates_filter(&set, divides, &four), COUNT(of_8));
	assert_int_equal(set.evidence, 3);
	assert_int_equal(set.contradicted, 0);
	shr_candidates_release(&set);
}

/* It is the call that is odd: the set stays as it is. */
static void test_filter_contradicted(void **state)
{
	static const int32_t even[] = { 2, 4, 8 };
	const int64_t seven = 7, four = 4;
	struct shr_candidates set;

	(void)state;
	assert_true(shr_candidates_list(&set, even, COUNT(even)));
	assert_int_equal(shr_candidates_filter(&set, divides, &seven), 0);
	check_values(&set, even, COUNT(even));
	assert_int_equal(set.contradicted, 1);
	assert_int_equal(set.evidence, 0);
	assert_int_equal(shr_candidates_filter(&set, divides, &four), 2);
	assert_int_equal(shr_candidates_filter(&set, divides, &seven), 0);
	check_values(&set, even, 2);
	assert_int_equal(set.contradicted, 2);
	assert_int_equal(set.evidence, 1);
	shr_candidates_release(&set);
}

static void test_release(void **state)
{
	struct shr_candidates set = { 0 };

	(void)state;
	shr_candidates_release(&set);
	assert_true(shr_candidates_range(&set, 1, 100));
	shr_candidates_release(&set);
	assert_int_equal(set.count, 0);
	assert_null(set.values);
	shr_candidates_release(&set);
	assert_null(set.values);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_range),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_filter_narrows),
		cmocka_unit_test(test_filter_contradicted),
		cmocka_unit_test(test_release),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
