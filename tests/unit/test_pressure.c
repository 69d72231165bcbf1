/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/model/pressure.h"

#include "core/err.h"
#include "tests/unit/machine.h"

static void test_levels(void **state)
{
	static const struct {
		uint64_t scanned, reclaimed;
		enum shr_pressure_level level, underflowing;
	} rows[] = {
		{ 512, 0, SHR_PRESSURE_CRITICAL, SHR_PRESSURE_CRITICAL },
		{ 512, 25, SHR_PRESSURE_CRITICAL, SHR_PRESSURE_CRITICAL },
		{ 512, 26, SHR_PRESSURE_MEDIUM, SHR_PRESSURE_MEDIUM },
		{ 512, 204, SHR_PRESSURE_MEDIUM, SHR_PRESSURE_MEDIUM },
		{ 512, 205, SHR_PRESSURE_LOW, SHR_PRESSURE_LOW },
		{ 512, 511, SHR_PRESSURE_LOW, SHR_PRESSURE_LOW },
		{ 512, 512, SHR_PRESSURE_LOW, SHR_PRESSURE_LOW },
		{ 512, 513, SHR_PRESSURE_LOW, SHR_PRESSURE_CRITICAL },
		{ 512, 5000, SHR_PRESSURE_LOW, SHR_PRESSURE_CRITICAL },
		{ 100000, 100, SHR_PRESSURE_CRITICAL, SHR_PRESSURE_CRITICAL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct shr_pressure_sums window = { rows[i].scanned,
							  rows[i].reclaimed };

		assert_int_equal(shr_pressure_level(window, false, 8), rows[i].level);
		assert_int_equal(shr_pressure_level(window, false, 4), rows[i].level);
		assert_int_equal(shr_pressure_level(window, true, 8),
				 rows[i].underflowing);
	}
}

/* Products of 32-bit kernels wrap: what is nearly all reclaimed looks like little. */
static void test_narrow(void **state)
{
	const struct shr_pressure_sums window = { 70000, 69000 };
	const struct shr_pressure_sums wraps = { 1u << 31, 1u << 31 };

	(void)state;
	assert_int_equal(shr_pressure_level(window, false, 8), SHR_PRESSURE_LOW);
	assert_int_equal(shr_pressure_level(window, false, 4), SHR_PRESSURE_MEDIUM);
	assert_int_equal(shr_pressure_level(wraps, true, 4), SHR_PRESSURE_LOW);
}

static void test_window(void **state)
{
	struct shr_pressure_sums sums = { .scanned = 0 }, window = { 1, 1 };

	(void)state;
	assert_false(shr_pressure_add(&sums, (struct shr_pressure_sums){ 511, 7 }, 8,
				      &window));
	assert_false(shr_pressure_add(&sums, (struct shr_pressure_sums){ 0, 900 }, 8,
				      &window));
	assert_int_equal(window.scanned, 1);
	assert_true(shr_pressure_add(&sums, (struct shr_pressure_sums){ 33, 1 }, 8,
				     &window));
	assert_int_equal(window.scanned, 544);
	assert_int_equal(window.reclaimed, 8);
	assert_int_equal(sums.scanned, 0);
	assert_int_equal(sums.reclaimed, 0);
}

static void test_masks(void **state)
{
	(void)state;
	assert_false(shr_pressure_counts(0, 0));
	assert_false(shr_pressure_counts(0x15, SHR_MAY_DIRECT_RECLAIM));
	assert_true(shr_pressure_counts(0x2, 0));
	assert_true(shr_pressure_counts(0x8, 0));
	assert_true(shr_pressure_counts(0, SHR_MAY_IO));
	assert_true(shr_pressure_counts(0, SHR_MAY_FS));
}

static void test_concerns(void **state)
{
	const struct shr_pressure_interest any = { SHR_PRESSURE_LOW,
						   SHR_PRESSURE_DEFAULT };
	const struct shr_pressure_interest all = { SHR_PRESSURE_MEDIUM,
						   SHR_PRESSURE_HIERARCHY };
	const struct shr_pressure_interest own = { SHR_PRESSURE_LOW,
						   SHR_PRESSURE_LOCAL };
	struct shr_pressure_step step = { .level = SHR_PRESSURE_MEDIUM };

	(void)state;
	assert_true(shr_pressure_concerns(any, step));
	assert_true(shr_pressure_concerns(all, step));
	assert_true(shr_pressure_concerns(own, step));
	step.ancestor = true;
	assert_true(shr_pressure_concerns(any, step));
	assert_false(shr_pressure_concerns(own, step));
	step.told = true;
	assert_false(shr_pressure_concerns(any, step));
	assert_true(shr_pressure_concerns(all, step));
	step.level = SHR_PRESSURE_LOW;
	assert_false(shr_pressure_concerns(all, step));
}

static struct shr_str str(const char *text)
{
	return (struct shr_str){ text, strlen(text) };
}

static void test_parse(void **state)
{
	struct shr_pressure_interest interest;
	struct shr_err err;

	(void)state;
	assert_int_equal(shr_pressure_parse(str("critical"), &interest, &err), 0);
	assert_int_equal(interest.level, SHR_PRESSURE_CRITICAL);
	assert_int_equal(interest.mode, SHR_PRESSURE_DEFAULT);
	assert_int_equal(shr_pressure_parse(str("low,hierarchy"), &interest, &err), 0);
	assert_int_equal(interest.level, SHR_PRESSURE_LOW);
	assert_int_equal(interest.mode, SHR_PRESSURE_HIERARCHY);
	assert_int_equal(shr_pressure_parse(str("medium,local"), &interest, &err), 0);
	assert_string_equal(shr_pressure_level_name(interest.level), "medium");
	assert_string_equal(shr_pressure_mode_name(interest.mode), "local");
}

static void test_refused(void **state)
{
	static const char *const texts[] = { "",     "lo",     "loww",	   "low ",
					     "low,", ",local", "low,loca", "high" };
	struct shr_pressure_interest interest;
	struct shr_err err;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		assert_int_equal(shr_pressure_parse(str(texts[i]), &interest, &err),
				 -1);
	assert_int_equal(
		shr_pressure_parse((struct shr_str){ NULL, 0 }, &interest, &err), -1);
	assert_int_equal(shr_pressure_parse(str("low,any"), &interest, &err), -1);
	assert_string_equal(err.reason,
			    "expected 'default', 'hierarchy' or 'local', not 'any'");
	assert_int_equal(shr_pressure_parse(str("high,any"), &interest, &err), -1);
	assert_string_equal(err.reason,
			    "expected 'low', 'medium' or 'critical', not 'high'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),	 cmocka_unit_test(test_narrow),
		cmocka_unit_test(test_window),	 cmocka_unit_test(test_masks),
		cmocka_unit_test(test_concerns), cmocka_unit_test(test_parse),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
