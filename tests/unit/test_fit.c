/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/replay/fit.h"

#include "core/replay/instance.h"
#include "tests/unit/machine.h"

#define BIT(id) (1u << SHR_GEN_##id)

enum { ROWS = 4 };

static const unsigned min_scan = BIT(4_19_0) | BIT(4_20);

/* A call that kernels of one trace layout answer differently. */
struct scenario {
	const char *name;
	unsigned layout;
	struct cache cache;
	struct ask ask;
	int64_t deferred; /* in the counter before */
	/* Run by any of the first, it leaves the second. */
	struct {
		unsigned run_by, left;
	} rows[ROWS];
};

static const struct cache super = {
	.callback = FAKE_SUPER, .batch = 1024, .seeks = 2, .numa = true
};
static const struct cache own = { .callback = FAKE_OWN, .seeks = 2 };

static const struct scenario scenarios[] = {
	/* The differential table, row by row; D: delta, F: freeable. */
	{ "much deferred, D small, refused",
	  SHR_LAYOUT_T3,
	  { .callback = FAKE_SUPER, .batch = 1024, .seeks = 2, .numa = true },
	  { .freeable = 3000,
	    .pgs_scanned = 1,
	    .lru_pgs = 15721,
	    .may_not = SHR_MAY_FS,
	    .stops = true },
	  100000,
	  { { BIT(3_14), BIT(3_14) },
	    { BIT(4_10) | BIT(4_14), BIT(4_10) | BIT(4_14) } } },
	{ "much deferred, F at most 4 batches",
	  SHR_LAYOUT_T4,
	  { .callback = FAKE_SUPER, .batch = 1024, .seeks = 2, .numa = true },
	  { .freeable = 3000, .priority = 12 },
	  100000,
	  { { BIT(4_16) | BIT(4_19_24) | BIT(5_0),
	      BIT(4_16) | BIT(4_19_24) | BIT(5_0) },
	    { BIT(4_19_0) | BIT(4_20), BIT(4_19_0) | BIT(4_20) } } },
	{ "much deferred, D small",
	  SHR_LAYOUT_T5,
	  { .callback = FAKE_SUPER, .batch = 1024, .seeks = 2, .numa = true },
	  { .freeable = 10000, .priority = 4 },
	  50000,
	  { { BIT(5_0), BIT(5_0) }, { BIT(5_13), BIT(5_13) } } },
	{ "F 100, batch 128, priority 12",
	  SHR_LAYOUT_T4,
	  { .callback = FAKE_EXT4, .seeks = 2 },
	  { .freeable = 100, .priority = 12 },
	  0,
	  { { BIT(4_16) | BIT(4_19_24) | BIT(5_0),
	      BIT(4_16) | BIT(4_19_24) | BIT(5_0) },
	    { BIT(4_19_0) | BIT(4_20), BIT(4_19_0) | BIT(4_20) } } },
	{ "F 100, batch 1024, priority 12, deferred 150",
	  SHR_LAYOUT_T5,
	  { .callback = FAKE_SUPER, .batch = 1024, .seeks = 2, .numa = true },
	  { .freeable = 100, .priority = 12 },
	  150,
	  { { BIT(5_0), BIT(5_0) }, { BIT(5_13), BIT(5_13) } } },
	{ "seeks 0, F 352, batch 1024",
	  SHR_LAYOUT_T4,
	  { .callback = FAKE_SUPER, .batch = 1024, .numa = true },
	  { .freeable = 352 },
	  0,
	  { { BIT(4_20), BIT(4_20) }, { BIT(5_0), BIT(5_0) } } },
	{ "seeks 0, F 5000: only the generations that have it",
	  SHR_LAYOUT_T4,
	  { .callback = FAKE_SUPER, .batch = 1024, .numa = true },
	  { .freeable = 5000, .priority = 3 },
	  0,
	  { { BIT(4_20) | BIT(5_0), BIT(4_20) | BIT(5_0) } } },
	{ "the same plan, refused: what goes back tells",
	  SHR_LAYOUT_T5,
	  { .callback = FAKE_SUPER, .batch = 1024, .seeks = 2, .numa = true },
	  { .freeable = 1000, .may_not = SHR_MAY_FS, .stops = true },
	  5000,
	  { { BIT(5_0), BIT(5_0) }, { BIT(5_13), BIT(5_13) } } },
	{ "the callback counts itself",
	  SHR_LAYOUT_T3,
	  { .callback = FAKE_I915, .batch = 128, .seeks = 2 },
	  { .freeable = 1000, .nr_scanned = 50 },
	  0,
	  { { BIT(3_14) | BIT(4_10), BIT(3_14) | BIT(4_10) | BIT(4_14) },
	    { BIT(4_14), BIT(4_14) } } },
	{ "one counter, node 1, to 5.1",
	  SHR_LAYOUT_T4,
	  { .callback = FAKE_EXT4, .seeks = 2 },
	  { .freeable = 5000, .nid = 1 },
	  0,
	  { { BIT(4_16),
	      BIT(4_16) | BIT(4_19_24) | BIT(5_0) | BIT(4_19_0) | BIT(4_20) },
	    { BIT(4_19_24) | BIT(5_0) | BIT(4_19_0) | BIT(4_20),
	      BIT(4_19_24) | BIT(5_0) | BIT(4_19_0) | BIT(4_20) } } },
	{ "one counter, node 1, from 5.2",
	  SHR_LAYOUT_T5,
	  { .callback = FAKE_EXT4, .seeks = 2 },
	  { .freeable = 5000, .nid = 1 },
	  0,
	  { { BIT(5_0), BIT(5_0) }, { BIT(5_13), BIT(5_13) } } },
	/* What is not in the table: the oldest layouts. */
	{ "small cache under pressure",
	  SHR_LAYOUT_T2,
	  { .callback = FAKE_EXT4, .seeks = 2 },
	  { .freeable = 100, .pgs_scanned = 500, .lru_pgs = 999 },
	  10,
	  { { BIT(3_12), BIT(3_12) }, { BIT(3_14), BIT(3_14) } } },
	{ "batch 1024 and something deferred",
	  SHR_LAYOUT_T1,
	  { .callback = FAKE_OLD_SUPER, .batch = 1024, .seeks = 2 },
	  { .freeable = 1300 },
	  300,
	  { { BIT(3_0_39), BIT(3_0_39) },
	    { BIT(3_1), BIT(3_1) },
	    { BIT(3_2), BIT(3_2) } } },
};

static struct shr_instance instance_of(const struct cache *cache)
{
	struct shr_instance instance = {
		.callback = cache->callback,
		.batch = { .from = SHR_FROM_IDENTITY,
			   .value = cache->batch ? cache->batch : 128 },
		.seeks = { .from = SHR_FROM_IDENTITY, .value = cache->seeks },
		.numa = { SHR_FROM_TABLE, cache->numa },
		.refusal = cache->callback == FAKE_SUPER ? SHR_REFUSES_WITHOUT_FS
							 : SHR_REFUSES_NEVER,
		.may_count = cache->callback == FAKE_I915,
	};

	return instance;
}

/* A call on @id, put to the test of @fit. */
static void observe(struct shr_fit *fit, enum shr_generation_id id, unsigned layout,
		    const struct cache *cache, const struct ask *ask, int64_t deferred)
{
	struct shr_instance instance = instance_of(cache);
	struct machine machine;
	struct shr_call call;

	machine_init(&machine, id, layout);
	*machine_counter(&machine, cache, ask->nid, ask->memcg) = deferred;
	machine_call(&machine, cache, ask);
	machine_joined(&machine, &call);
	call.instance = &instance;
	shr_fit_observe(fit, &call, true);
	machine_release(&machine);
}

static void observe_scenario(struct shr_fit *fit, const struct scenario *scenario,
			     enum shr_generation_id id)
{
	observe(fit, id, scenario->layout, &scenario->cache, &scenario->ask,
		scenario->deferred);
}

/* What every generation of a layout answers alike. */
static void observe_neutral(struct shr_fit *fit, enum shr_generation_id id,
			    unsigned layout)
{
	const struct ask ask = { .freeable = 100000 };

	observe(fit, id, layout, &super, &ask, 0);
}

static struct shr_fit fit_of(unsigned layout, unsigned hint)
{
	struct shr_fit fit = { .hint = hint };

	shr_fit_layouts(&fit, layout, 8);
	return fit;
}

static bool is_one(unsigned mask)
{
	return mask && !(mask & (mask - 1));
}

/* Calls @check for every generation that runs a scenario, and what it must leave. */
static void each_run(void (*check)(const struct scenario *scenario,
				   enum shr_generation_id id, unsigned left))
{
	for (size_t i = 0; i < COUNT(scenarios); i++)
		for (unsigned row = 0; row < ROWS; row++)
			for (unsigned id = 0; id < SHR_GEN_COUNT; id++)
				if (scenarios[i].rows[row].run_by >> id & 1)
					check(&scenarios[i], id,
					      scenarios[i].rows[row].left);
}

static void check_left(const struct shr_fit *fit, const struct scenario *scenario,
		       enum shr_generation_id id, unsigned left)
{
	if (fit->left != left)
		fail_msg("%s on %s leaves 0x%x, not 0x%x", scenario->name,
			 shr_generation_get(id)->name, fit->left, left);
}

static void check_one_call(const struct scenario *scenario, enum shr_generation_id id,
			   unsigned left)
{
	struct shr_fit fit = fit_of(scenario->layout, 0);

	assert_true(fit.left & ~left || !is_one(left));
	observe_scenario(&fit, scenario, id);
	check_left(&fit, scenario, id, left);
	assert_true(left >> fit.rules.gen->id & 1);
	if (is_one(left))
		assert_int_equal(shr_fit_source(&fit), SHR_FIT_VALUES);
	assert_int_equal(shr_fit_kernel_agrees(&fit), -1);
	assert_int_equal(fit.against[id], 0);
}

/* One discriminating call suffices. */
static void test_one_call(void **state)
{
	(void)state;
	each_run(check_one_call);
}

/* And it may be anywhere among calls that say nothing. */
static void check_among_many(const struct scenario *scenario, enum shr_generation_id id,
			     unsigned left)
{
	struct shr_fit fit = fit_of(scenario->layout, 0);
	unsigned possible = fit.left;

	for (int i = 0; i < 100; i++)
		observe_neutral(&fit, id, scenario->layout);
	if (fit.left != possible)
		fail_msg("on %s a neutral call leaves 0x%x of 0x%x",
			 shr_generation_get(id)->name, fit.left, possible);
	observe_scenario(&fit, scenario, id);
	check_left(&fit, scenario, id, left);
	for (int i = 0; i < 100; i++)
		observe_neutral(&fit, id, scenario->layout);
	check_left(&fit, scenario, id, left);
}

static void test_among_many(void **state)
{
	(void)state;
	each_run(check_among_many);
}

/* A release that values contradict is overruled, and that is reported. */
static void check_wrong_hint(const struct scenario *scenario, enum shr_generation_id id,
			     unsigned left)
{
	for (unsigned wrong = 0; wrong < SHR_GEN_COUNT; wrong++) {
		struct shr_fit fit = fit_of(scenario->layout, 1u << wrong);

		if (!(fit.possible >> wrong & 1) || left >> wrong & 1)
			continue;
		assert_int_equal(fit.rules.gen->id, wrong); /* until a value speaks */
		assert_int_equal(shr_fit_kernel_agrees(&fit), 1);
		observe_scenario(&fit, scenario, id);
		check_left(&fit, scenario, id, left);
		assert_int_equal(shr_fit_kernel_agrees(&fit), 0);
		assert_int_not_equal(fit.rules.gen->id, wrong);
		if (is_one(left)) {
			assert_int_equal(fit.rules.gen->id, id);
			assert_int_equal(shr_fit_source(&fit), SHR_FIT_VALUES);
		}
	}
}

static void test_wrong_hint(void **state)
{
	(void)state;
	each_run(check_wrong_hint);
}

/* Among those that values leave, the release decides. */
static void check_right_hint(const struct scenario *scenario, enum shr_generation_id id,
			     unsigned left)
{
	struct shr_fit fit = fit_of(scenario->layout, 1u << id);

	observe_scenario(&fit, scenario, id);
	check_left(&fit, scenario, id, left);
	assert_int_equal(fit.rules.gen->id, id);
	assert_int_equal(shr_fit_kernel_agrees(&fit), 1);
	assert_int_equal(shr_fit_source(&fit),
			 is_one(left) ? SHR_FIT_VALUES : SHR_FIT_KERNEL);
}

static void test_right_hint(void **state)
{
	(void)state;
	each_run(check_right_hint);
}

/* Every pair that the table tells apart is told apart by one of the calls above. */
static void test_pairs(void **state)
{
	static const struct {
		unsigned a, b;
	} pairs[] = {
		{ BIT(3_0_39), BIT(3_1) },     { BIT(3_0_39), BIT(3_2) },
		{ BIT(3_1), BIT(3_2) },	       { BIT(3_12), BIT(3_14) },
		{ BIT(3_14), BIT(4_10) },      { BIT(3_14), BIT(4_14) },
		{ BIT(4_14), BIT(4_10) },      { BIT(4_19_0), BIT(4_16) },
		{ BIT(4_19_0), BIT(4_19_24) }, { BIT(4_19_0), BIT(5_0) },
		{ BIT(4_20), BIT(4_16) },      { BIT(4_20), BIT(4_19_0) },
		{ BIT(4_20), BIT(4_19_24) },   { BIT(4_20), BIT(5_0) },
		{ BIT(4_19_24), BIT(4_16) },   { BIT(5_0), BIT(4_16) },
		{ BIT(5_0), BIT(4_19_0) },     { BIT(5_0), BIT(4_19_24) },
		{ BIT(5_0), BIT(5_13) },       { BIT(5_13), BIT(5_0) },
	};

	(void)state;
	for (size_t p = 0; p < COUNT(pairs); p++) {
		bool told = false;

		for (size_t i = 0; i < COUNT(scenarios); i++)
			for (unsigned row = 0; row < ROWS; row++)
				told |= (scenarios[i].rows[row].run_by & pairs[p].a) &&
					!(scenarios[i].rows[row].left & pairs[p].b);
		if (!told)
			fail_msg("no scenario tells 0x%x from 0x%x", pairs[p].a,
				 pairs[p].b);
	}
}

/* No batch, no seeks: plans alone tell most of it. */
static void test_without_parameters(void **state)
{
	struct shr_instance instance = { .callback = FAKE_UNRESOLVED,
					 .may_count = true,
					 .refusal = SHR_REFUSES_MAYBE };
	const struct ask ask = { .freeable = 10000, .priority = 4 };

	(void)state;
	for (int i = 0; i < 2; i++) {
		enum shr_generation_id id = i ? SHR_GEN_5_0 : SHR_GEN_5_13;
		struct shr_fit fit = fit_of(SHR_LAYOUT_T5, 0);
		struct machine machine;
		struct shr_call call;

		machine_init(&machine, id, SHR_LAYOUT_T5);
		*machine_counter(&machine, &own, 0, 0) = 50000;
		machine_call(&machine, &own, &ask);
		machine_joined(&machine, &call);
		call.instance = &instance;
		shr_fit_observe(&fit, &call, false);
		assert_int_equal(fit.rules.gen->id, id);
		assert_int_equal(fit.left, 1u << id);
		machine_release(&machine);
	}
}

static void test_layouts(void **state)
{
	static const struct {
		unsigned layout, left;
	} cases[] = {
		{ SHR_LAYOUT_T1, BIT(3_0_39) | BIT(3_1) | BIT(3_2) },
		{ SHR_LAYOUT_T2, BIT(3_12) | BIT(3_14) },
		{ SHR_LAYOUT_T3, BIT(3_14) | BIT(4_10) | BIT(4_14) },
		{ SHR_LAYOUT_T4,
		  BIT(4_16) | BIT(4_19_0) | BIT(4_19_24) | BIT(4_20) | BIT(5_0) },
		{ SHR_LAYOUT_T5, BIT(5_0) | BIT(5_13) },
		{ SHR_LAYOUT_T6, BIT(5_13) },
		{ SHR_LAYOUT_T7, BIT(5_13) },
		{ 0, (1u << SHR_GEN_COUNT) - 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct shr_fit fit = fit_of(cases[i].layout, 0);

		assert_int_equal(fit.possible, cases[i].left);
		assert_int_equal(fit.left, cases[i].left);
		assert_int_equal(shr_fit_source(&fit), SHR_FIT_LAYOUT);
		/* The latest, where nothing else decides. */
		assert_int_equal(fit.rules.gen->id, 31 - __builtin_clz(cases[i].left));
	}
}

/* Layouts become known while events come: what was counted stays. */
static void test_layouts_grow(void **state)
{
	struct shr_fit fit = fit_of(0, 0);

	(void)state;
	observe(&fit, SHR_GEN_5_0, SHR_LAYOUT_T5, &super,
		&(struct ask){ .freeable = 100, .priority = 12 }, 150);
	assert_true(fit.against[SHR_GEN_5_13] > 0);
	shr_fit_layouts(&fit, SHR_LAYOUT_T5, 8);
	assert_int_equal(fit.possible, BIT(5_0) | BIT(5_13));
	assert_int_equal(fit.rules.gen->id, SHR_GEN_5_0);
	assert_true(fit.against[SHR_GEN_5_13] > 0);
}

static void test_long_size(void **state)
{
	struct shr_fit fit = fit_of(SHR_LAYOUT_T5, 0);

	(void)state;
	assert_int_equal(fit.rules.long_size, 8);
	shr_fit_layouts(&fit, SHR_LAYOUT_T5, 4);
	assert_int_equal(fit.rules.long_size, 4);
	shr_fit_layouts(&fit, SHR_LAYOUT_T5, 0);
	assert_int_equal(fit.rules.long_size, 8); /* what most machines have */
}

/* A release outside of what the layout allows can only disagree. */
static void test_hint_against_layout(void **state)
{
	struct shr_fit fit = fit_of(SHR_LAYOUT_T6, BIT(4_20));

	(void)state;
	assert_int_equal(fit.rules.gen->id, SHR_GEN_5_13);
	assert_int_equal(shr_fit_source(&fit), SHR_FIT_LAYOUT);
	assert_int_equal(shr_fit_kernel_agrees(&fit), 0);
}

/* --kernel is not discussed; values choose only where it leaves a choice. */
static void test_forced(void **state)
{
	struct shr_fit fit = { .forced = BIT(5_0), .hint = BIT(5_13) };
	const struct ask small = { .freeable = 100, .priority = 12 };

	(void)state;
	shr_fit_layouts(&fit, SHR_LAYOUT_T6, 8);
	assert_int_equal(fit.rules.gen->id, SHR_GEN_5_0);
	assert_int_equal(shr_fit_source(&fit), SHR_FIT_OPTION);
	assert_int_equal(shr_fit_kernel_agrees(&fit), 0);
	for (int i = 0; i < 10; i++)
		observe(&fit, SHR_GEN_5_13, SHR_LAYOUT_T6, &super, &small, 150);
	assert_int_equal(fit.rules.gen->id, SHR_GEN_5_0);

	fit = (struct shr_fit){ .forced = BIT(4_19_0) | BIT(4_19_24) };
	shr_fit_layouts(&fit, SHR_LAYOUT_T4, 8);
	observe(&fit, SHR_GEN_4_19_0, SHR_LAYOUT_T4, &super, &small, 0);
	assert_int_equal(fit.rules.gen->id, SHR_GEN_4_19_0);
	assert_int_equal(shr_fit_source(&fit), SHR_FIT_OPTION);
	fit = (struct shr_fit){ .forced = BIT(4_19_0) | BIT(4_19_24) };
	shr_fit_layouts(&fit, SHR_LAYOUT_T4, 8);
	observe(&fit, SHR_GEN_4_19_24, SHR_LAYOUT_T4, &super, &small, 0);
	assert_int_equal(fit.rules.gen->id, SHR_GEN_4_19_24);
}

/* One odd call is counted, and does not turn a lead. */
static void test_odd_call(void **state)
{
	struct shr_fit fit = fit_of(SHR_LAYOUT_T5, 0);
	const struct ask small = { .freeable = 100, .priority = 12 };

	(void)state;
	for (int i = 0; i < 3; i++)
		observe(&fit, SHR_GEN_5_0, SHR_LAYOUT_T5, &super, &small, 150);
	observe(&fit, SHR_GEN_5_13, SHR_LAYOUT_T5, &super, &small, 150);
	assert_int_equal(fit.rules.gen->id, SHR_GEN_5_0);
	assert_int_equal(fit.against[SHR_GEN_5_0], 1);
	assert_int_equal(fit.against[SHR_GEN_5_13], 3);
	assert_int_equal(fit.observed, 4);
}

/* Without a batch the minimum of 4.19.0 cannot be computed, and is not held against. */
static void test_min_scan_without_batch(void **state)
{
	struct shr_instance instance = instance_of(&super);
	const struct ask ask = { .freeable = 900, .priority = 12 };
	struct shr_fit fit = fit_of(SHR_LAYOUT_T4, 0);
	struct machine machine;
	struct shr_call call;

	(void)state;
	instance.batch.from = SHR_FROM_NOTHING;
	machine_init(&machine, SHR_GEN_4_19_0, SHR_LAYOUT_T4);
	machine_call(&machine, &super, &ask);
	machine_joined(&machine, &call);
	call.instance = &instance;
	shr_fit_observe(&fit, &call, true);
	assert_int_equal(fit.left, min_scan);
	machine_release(&machine);
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(shr_fit_from_name(SHR_FIT_LAYOUT), "layout");
	assert_string_equal(shr_fit_from_name(SHR_FIT_KERNEL), "kernel");
	assert_string_equal(shr_fit_from_name(SHR_FIT_VALUES), "values");
	assert_string_equal(shr_fit_from_name(SHR_FIT_OPTION), "option");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_call),
		cmocka_unit_test(test_among_many),
		cmocka_unit_test(test_wrong_hint),
		cmocka_unit_test(test_right_hint),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_without_parameters),
		cmocka_unit_test(test_layouts),
		cmocka_unit_test(test_layouts_grow),
		cmocka_unit_test(test_long_size),
		cmocka_unit_test(test_hint_against_layout),
		cmocka_unit_test(test_forced),
		cmocka_unit_test(test_odd_call),
		cmocka_unit_test(test_min_scan_without_batch),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
