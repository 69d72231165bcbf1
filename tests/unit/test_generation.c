/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/model/generation.h"

#include "core/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define BIT(id)	     (1u << SHR_GEN_##id)

static void test_names(void **state)
{
	static const char *const names[] = {
		"3.0.39", "3.1",    "3.2",     "3.12", "3.14", "4.10", "4.14",
		"4.16",	  "4.19.0", "4.19.24", "4.20", "5.0",  "5.13",
	};

	(void)state;
	assert_int_equal(COUNT(names), SHR_GEN_COUNT);
	for (unsigned i = 0; i < SHR_GEN_COUNT; i++) {
		const struct shr_generation *gen = shr_generation_get(i);

		assert_int_equal(gen->id, i);
		assert_string_equal(gen->name, names[i]);
		assert_ptr_equal(shr_generation_find(names[i]), gen);
	}
	assert_null(shr_generation_find("4.19"));
	assert_null(shr_generation_find("5.13 "));
	assert_null(shr_generation_find(""));
}

/* Each is described and carries where it comes from: a release, and no bare claim. */
static void test_sources(void **state)
{
	(void)state;
	for (unsigned i = 0; i < SHR_GEN_COUNT; i++) {
		const struct shr_generation *gen = shr_generation_get(i);

		assert_non_null(strstr(gen->source, "\""));
		assert_non_null(strpbrk(gen->source, "345"));
		assert_int_equal(strncmp(gen->releases, gen->name, strlen(gen->name)),
				 0);
		assert_int_not_equal(gen->layouts, 0);
	}
	/* Its hash could not be verified, so it must not be cited. */
	assert_null(strstr(shr_generation_get(SHR_GEN_4_10)->source, "5f33a080"));
}

struct mapping {
	struct shr_release release;
	unsigned mask;
};

static void test_releases(void **state)
{
	static const struct mapping mappings[] = {
		{ { 0, 0, 0 }, 0 },
		{ { 2, 6, 39 }, 0 },
		{ { 3, 0, 0 }, 0 },
		{ { 3, 0, 38 }, 0 },
		{ { 3, 0, 39 }, BIT(3_0_39) },
		{ { 3, 0, 101 }, BIT(3_0_39) },
		{ { 3, 1, 0 }, BIT(3_1) },
		{ { 3, 1, 10 }, BIT(3_1) },
		{ { 3, 2, 0 }, BIT(3_2) },
		{ { 3, 11, 10 }, BIT(3_2) },
		{ { 3, 12, 0 }, BIT(3_12) },
		{ { 3, 13, 10 }, BIT(3_12) },
		{ { 3, 14, 1 }, BIT(3_14) },
		{ { 3, 19, 8 }, BIT(3_14) },
		{ { 4, 0, 5 }, BIT(3_14) },
		{ { 4, 1, 52 }, BIT(3_14) | BIT(4_10) },
		{ { 4, 2, 8 }, BIT(3_14) | BIT(4_10) },
		{ { 4, 3, 0 }, BIT(3_14) },
		{ { 4, 4, 0 }, BIT(3_14) | BIT(4_10) },
		{ { 4, 4, 69 }, BIT(3_14) | BIT(4_10) },
		{ { 4, 4, 70 }, BIT(4_10) },
		{ { 4, 4, 302 }, BIT(4_10) },
		{ { 4, 6, 2 }, BIT(3_14) },
		{ { 4, 7, 10 }, BIT(3_14) },
		{ { 4, 9, 0 }, BIT(3_14) | BIT(4_10) },
		{ { 4, 9, 36 }, BIT(3_14) | BIT(4_10) },
		{ { 4, 9, 37 }, BIT(4_10) },
		{ { 4, 9, 337 }, BIT(4_10) },
		{ { 4, 10, 17 }, BIT(4_10) },
		{ { 4, 13, 16 }, BIT(4_10) },
		{ { 4, 14, 0 }, BIT(4_14) },
		{ { 4, 14, 336 }, BIT(4_14) },
		{ { 4, 15, 18 }, BIT(4_14) },
		{ { 4, 16, 13 }, BIT(4_16) },
		{ { 4, 17, 0 }, BIT(4_16) },
		{ { 4, 18, 0 }, BIT(4_16) | BIT(4_19_0) },
		{ { 4, 18, 20 }, BIT(4_16) | BIT(4_19_0) },
		{ { 4, 19, 0 }, BIT(4_19_0) | BIT(4_19_24) },
		{ { 4, 19, 1 }, BIT(4_19_0) },
		{ { 4, 19, 13 }, BIT(4_19_0) },
		{ { 4, 19, 24 }, BIT(4_19_0) | BIT(4_19_24) },
		{ { 4, 19, 39 }, BIT(4_19_0) | BIT(4_19_24) },
		{ { 4, 19, 40 }, BIT(4_19_24) },
		{ { 4, 19, 304 }, BIT(4_19_24) },
		{ { 4, 20, 17 }, BIT(4_20) },
		{ { 5, 0, 1 }, BIT(5_0) },
		{ { 5, 10, 223 }, BIT(5_0) },
		{ { 5, 12, 9 }, BIT(5_0) },
		{ { 5, 13, 0 }, BIT(5_13) },
		{ { 6, 12, 107 }, BIT(5_13) },
		{ { 7, 3, 0 }, BIT(5_13) },
		{ { 8, 0, 0 }, BIT(5_13) },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(mappings); i++) {
		struct shr_release release = mappings[i].release;
		unsigned mask = shr_generations_of_release(release);

		if (mask != mappings[i].mask)
			fail_msg("%u.%u.%u maps to %#x, not %#x", release.major,
				 release.minor, release.patch, mask, mappings[i].mask);
	}
}

/* No release from the first on is without a generation, and none ever goes back. */
static void test_releases_without_gap(void **state)
{
	unsigned before = BIT(3_0_39);

	(void)state;
	for (unsigned number = 300; number < 800; number++) {
		unsigned patch = number == 300 ? 39 : 0;
		struct shr_release release = { number / 100, number % 100, patch };
		unsigned mask = shr_generations_of_release(release);
		unsigned youngest = mask & ~(mask - 1);

		assert_int_not_equal(mask, 0);
		assert_true(mask >= (before & ~(before - 1)));
		assert_true(youngest >= (before & ~(before - 1)));
		before = mask;
	}
}

static void test_layouts(void **state)
{
	(void)state;
	assert_int_equal(shr_generations_of_layouts(0), 0);
	assert_int_equal(shr_generations_of_layouts(SHR_LAYOUT_T1),
			 BIT(3_0_39) | BIT(3_1) | BIT(3_2));
	assert_int_equal(shr_generations_of_layouts(SHR_LAYOUT_T2),
			 BIT(3_12) | BIT(3_14));
	assert_int_equal(shr_generations_of_layouts(SHR_LAYOUT_T3),
			 BIT(3_14) | BIT(4_10) | BIT(4_14));
	assert_int_equal(shr_generations_of_layouts(SHR_LAYOUT_T4),
			 BIT(4_16) | BIT(4_19_0) | BIT(4_19_24) | BIT(4_20) | BIT(5_0));
	assert_int_equal(shr_generations_of_layouts(SHR_LAYOUT_T5),
			 BIT(5_0) | BIT(5_13));
	assert_int_equal(shr_generations_of_layouts(SHR_LAYOUT_T6), BIT(5_13));
	assert_int_equal(shr_generations_of_layouts(SHR_LAYOUT_T7), BIT(5_13));
	assert_int_equal(shr_generations_of_layouts(SHR_LAYOUT_T1 | SHR_LAYOUT_T2),
			 BIT(3_0_39) | BIT(3_1) | BIT(3_2) | BIT(3_12) | BIT(3_14));
}

static enum shr_end_rule end_rule(enum shr_generation_id id, unsigned layouts)
{
	return shr_generation_end_rule(shr_generation_get(id), layouts);
}

static void test_end_rules(void **state)
{
	const unsigned all = 2 * SHR_LAYOUT_T7 - 1;

	(void)state;
	assert_int_equal(end_rule(SHR_GEN_3_0_39, all), SHR_END_OLD_AT_END);
	assert_int_equal(end_rule(SHR_GEN_3_1, SHR_LAYOUT_T1), SHR_END_OLD_AT_END);
	assert_int_equal(end_rule(SHR_GEN_3_2, SHR_LAYOUT_T1), SHR_END_DIFFERENCE);
	assert_int_equal(end_rule(SHR_GEN_3_2, 0), SHR_END_DIFFERENCE);
	assert_int_equal(end_rule(SHR_GEN_3_12, SHR_LAYOUT_T2), SHR_END_DIFFERENCE);
	assert_int_equal(end_rule(SHR_GEN_3_14, SHR_LAYOUT_T2), SHR_END_DIFFERENCE);
	assert_int_equal(end_rule(SHR_GEN_3_14, SHR_LAYOUT_T1 | SHR_LAYOUT_T2),
			 SHR_END_DIFFERENCE);
	assert_int_equal(end_rule(SHR_GEN_3_14, SHR_LAYOUT_T3), SHR_END_LEFT);
	assert_int_equal(end_rule(SHR_GEN_3_14, 0), SHR_END_LEFT);
	for (unsigned id = SHR_GEN_4_10; id < SHR_GEN_COUNT; id++) {
		assert_int_equal(end_rule(id, all), SHR_END_LEFT);
		assert_int_equal(end_rule(id, 0), SHR_END_LEFT);
		/* The capture contradicts the generation: the generation stands. */
		assert_int_equal(end_rule(id, SHR_LAYOUT_T1), SHR_END_LEFT);
	}
}

/* From @first on to the next row. */
struct step {
	enum shr_generation_id first;
	int rule;
};

static int step_of(const struct step *steps, size_t count, unsigned id)
{
	int rule = steps[0].rule;

	for (size_t i = 0; i < count && steps[i].first <= id; i++)
		rule = steps[i].rule;
	return rule;
}

static void test_rules(void **state)
{
	static const struct step loop[] = {
		{ SHR_GEN_3_0_39, SHR_LOOP_WHOLE },
		{ SHR_GEN_3_14, SHR_LOOP_TAIL },
		{ SHR_GEN_4_14, SHR_LOOP_FEEDBACK },
	};
	static const struct step store[] = {
		{ SHR_GEN_3_0_39, SHR_STORE_LEFT },
		{ SHR_GEN_4_10, SHR_STORE_UNCAPPED },
		{ SHR_GEN_5_13, SHR_STORE_CAPPED },
	};
	static const struct step key[] = {
		{ SHR_GEN_3_0_39, SHR_KEY_SHRINKER },
		{ SHR_GEN_3_12, SHR_KEY_SLOT },
		{ SHR_GEN_5_13, SHR_KEY_MEMCG },
	};

	(void)state;
	for (unsigned id = 0; id < SHR_GEN_COUNT; id++) {
		const struct shr_generation *gen = shr_generation_get(id);

		assert_int_equal(gen->loop, step_of(loop, COUNT(loop), id));
		assert_int_equal(gen->store, step_of(store, COUNT(store), id));
		assert_int_equal(gen->key, step_of(key, COUNT(key), id));
		assert_int_equal(gen->retval, id < SHR_GEN_3_12 ? SHR_RETVAL_LAST
								: SHR_RETVAL_FREED);
		assert_int_equal(gen->fixed_batch, id == SHR_GEN_3_0_39);
		assert_int_equal(gen->min_scan,
				 id == SHR_GEN_4_19_0 || id == SHR_GEN_4_20);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_releases),
		cmocka_unit_test(test_releases_without_gap),
		cmocka_unit_test(test_layouts),
		cmocka_unit_test(test_end_rules),
		cmocka_unit_test(test_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
