/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sim/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_fair_enough(void **state)
{
	struct shr_random random = shr_random_of(1, 0), same = shr_random_of(1, 0);
	unsigned seen[6] = { 0 };

	(void)state;
	for (unsigned i = 0; i < 6000; i++) {
		uint64_t roll = shr_random_between(&random, 10, 15);

		assert_int_equal(roll, shr_random_between(&same, 10, 15));
		assert_in_range(roll, 10, 15);
		seen[roll - 10]++;
	}
	for (unsigned i = 0; i < 6; i++)
		assert_in_range(seen[i], 850, 1150);
}

static void test_each_has_its_own(void **state)
{
	struct shr_random first = shr_random_of(7, 0), second = shr_random_of(7, 1);
	struct shr_random other = shr_random_of(8, 0);
	uint64_t value = shr_random_next(&first);

	(void)state;
	assert_int_not_equal(value, shr_random_next(&second));
	assert_int_not_equal(value, shr_random_next(&other));
}

static void test_percent(void **state)
{
	struct shr_random random = shr_random_of(1, 2);
	unsigned hits = 0;

	(void)state;
	for (unsigned i = 0; i < 10000; i++) {
		hits += shr_random_percent(&random, 30);
		assert_false(shr_random_percent(&random, 0));
		assert_true(shr_random_percent(&random, 100));
	}
	assert_in_range(hits, 2800, 3200);
}

/* The whole range of numbers, and a range of one. */
static void test_ends(void **state)
{
	struct shr_random random = shr_random_of(1, 3);
	uint64_t all = 0;

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		all |= shr_random_between(&random, 0, UINT64_MAX);
		assert_int_equal(shr_random_between(&random, 5, 5), 5);
	}
	assert_true(all == UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fair_enough),
		cmocka_unit_test(test_each_has_its_own),
		cmocka_unit_test(test_percent),
		cmocka_unit_test(test_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
