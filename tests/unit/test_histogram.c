/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/stress/histogram.h"

#include "core/sim/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_empty(void **state)
{
	static const struct histogram empty;

	(void)state;
	assert_int_equal(histogram_percentile(&empty, 50), 0);
	assert_int_equal(histogram_percentile(&empty, 100), 0);
}

static void test_small_values_are_exact(void **state)
{
	static struct histogram h;

	(void)state;
	for (uint64_t value = 1; value <= 50; value++)
		histogram_add(&h, value);
	for (unsigned percent = 2; percent <= 100; percent += 2)
		assert_int_equal(histogram_percentile(&h, percent), percent / 2);
	assert_int_equal(histogram_percentile(&h, 0), 1);
	assert_int_equal(histogram_percentile(&h, 99), 50);
}

static void test_cells_have_no_gaps(void **state)
{
	(void)state;
	/* Around each power of 2, and at both ends: what comes out is near, not below.
	 */
	for (unsigned bit = 0; bit < 64; bit++)
		for (int off = -1; off <= 1; off++) {
			struct histogram *h = calloc(1, sizeof(*h));
			uint64_t value = (UINT64_C(1) << bit) + (uint64_t)off;

			assert_non_null(h);
			histogram_add(h, value);
			histogram_add(h, UINT64_MAX);
			uint64_t half = histogram_percentile(h, 50);

			assert_true(half >= value && half - value <= value / 32);
			assert_true(histogram_percentile(h, 100) == UINT64_MAX);
			free(h);
		}
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Against the sorted values themselves, and merged of two halves. */
static void test_against_sorting(void **state)
{
	static struct histogram halves[2], sum;
	static uint64_t values[5000];
	struct shr_random random = shr_random_of(3, 0);

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		values[i] =
			shr_random_next(&random) >> shr_random_between(&random, 0, 62);
		histogram_add(&halves[i % 2], values[i]);
	}
	histogram_merge(&sum, &halves[0]);
	histogram_merge(&sum, &halves[1]);
	qsort(values, 5000, sizeof(values[0]), compare);
	assert_int_equal(sum.count, 5000);
	for (unsigned percent = 1; percent <= 100; percent++) {
		uint64_t exact = values[percent * 50 - 1];
		uint64_t told = histogram_percentile(&sum, percent);

		assert_true(told >= exact && told - exact <= exact / 32);
	}
	assert_true(histogram_percentile(&sum, 100) == values[4999]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_small_values_are_exact),
		cmocka_unit_test(test_cells_have_no_gaps),
		cmocka_unit_test(test_against_sorting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
