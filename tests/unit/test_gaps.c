/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/replay/gaps.h"

#include "tests/unit/machine.h"

static void check(const struct shr_gap *gap, uint32_t cpu, uint64_t from_ns,
		  uint64_t to_ns, uint64_t count)
{
	assert_int_equal(gap->cpu, cpu);
	assert_int_equal(gap->from_ns, from_ns);
	assert_int_equal(gap->to_ns, to_ns);
	assert_int_equal(gap->count, count);
}

static void check_since(const struct shr_gaps *gaps, uint64_t seen,
			const struct shr_gap *want)
{
	struct shr_gap gap = shr_gaps_since(gaps, seen);

	check(&gap, want->cpu, want->from_ns, want->to_ns, want->count);
}

/* The capture is incomplete as a whole: nothing is known of where and how much. */
static void test_none(void **state)
{
	const struct shr_gaps gaps = { .count = 0 };

	(void)state;
	check_since(&gaps, 0, &(struct shr_gap){ .cpu = SHR_NO_CPU });
}

static void test_since(void **state)
{
	static const struct shr_gap three[] = { { 1, 100, 200, 5 },
						{ 1, 300, 400, 7 },
						{ 2, 150, 350, 11 } };
	struct shr_gaps gaps = { .count = 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(three); i++)
		shr_gaps_add(&gaps, &three[i]);
	check_since(&gaps, 2, &three[2]);
	check_since(&gaps, 1, &(struct shr_gap){ SHR_NO_CPU, 150, 400, 18 });
	check_since(&gaps, 0, &(struct shr_gap){ SHR_NO_CPU, 100, 400, 23 });
	check_since(&gaps, 3, &(struct shr_gap){ .cpu = SHR_NO_CPU });
}

static void test_same_cpu(void **state)
{
	static const struct shr_gap two[] = { { 3, 10, 20, 1 }, { 3, 30, 40, 2 } };
	struct shr_gaps gaps = { .count = 0 };

	(void)state;
	shr_gaps_add(&gaps, &two[0]);
	shr_gaps_add(&gaps, &two[1]);
	check_since(&gaps, 0, &(struct shr_gap){ 3, 10, 40, 3 });
}

/* A sum with something unknown in it, or that is too large, is not known. */
static void test_unknown_counts(void **state)
{
	static const uint64_t others[] = { 0, UINT64_MAX };

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++) {
		const struct shr_gap known = { 0, 1, 2, 4 };
		const struct shr_gap other = { 0, 3, 4, others[i] };
		struct shr_gaps gaps = { .count = 0 };

		shr_gaps_add(&gaps, &known);
		shr_gaps_add(&gaps, &other);
		check_since(&gaps, 0, &(struct shr_gap){ 0, 1, 4, 0 });
		shr_gaps_add(&gaps, &known);
		check_since(&gaps, 0, &(struct shr_gap){ 0, 1, 4, 0 });
		check_since(&gaps, 2, &known);
	}
}

/* Only the last are kept: what was before them counts for nobody knows how much. */
static void test_forgotten(void **state)
{
	const uint64_t total = SHR_GAPS_KEPT + 10;
	struct shr_gaps gaps = { .count = 0 };

	(void)state;
	for (uint64_t i = 0; i < total; i++)
		shr_gaps_add(&gaps, &(struct shr_gap){ 1, 10 * i, 10 * i + 5, 1 });
	assert_int_equal(gaps.count, total);
	check_since(&gaps, 10,
		    &(struct shr_gap){ 1, 100, 10 * (total - 1) + 5, SHR_GAPS_KEPT });
	check_since(&gaps, 9, &(struct shr_gap){ 1, 100, 10 * (total - 1) + 5, 0 });
	check_since(&gaps, total - 1,
		    &(struct shr_gap){ 1, 10 * (total - 1), 10 * (total - 1) + 5, 1 });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none),	  cmocka_unit_test(test_since),
		cmocka_unit_test(test_same_cpu),  cmocka_unit_test(test_unknown_counts),
		cmocka_unit_test(test_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
