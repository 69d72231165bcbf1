/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/replay/instance.h"

#include "core/err.h"
#include "core/replay/settings.h"
#include "tests/unit/machine.h"

static struct shr_instance resolved(const char *symbol,
				    const struct shr_release *release,
				    const struct shr_setting *settings)
{
	struct shr_instance instance = { .symbol.name = fake_str(symbol) };
	struct shr_err err;

	snprintf(instance.label, sizeof(instance.label), "%s", symbol);
	assert_int_equal(shr_instance_resolve(&instance, release, settings, &err), 0);
	return instance;
}

static void check_param(const struct shr_param *param, enum shr_from from,
			int64_t value)
{
	assert_int_equal(param->from, from);
	if (from)
		assert_int_equal(param->value, value);
}

static void test_from_names(void **state)
{
	(void)state;
	assert_null(shr_from_name(SHR_FROM_NOTHING));
	assert_string_equal(shr_from_name(SHR_FROM_OPTION), "option");
	assert_string_equal(shr_from_name(SHR_FROM_IDENTITY), "identity");
	assert_string_equal(shr_from_name(SHR_FROM_TABLE), "table");
	assert_string_equal(shr_from_name(SHR_FROM_VALUES), "values");
}

static void test_table(void **state)
{
	const struct shr_release new = { 6, 12, 0 };
	struct shr_instance ext4 = resolved("ext4_es_scan", &new, NULL);

	(void)state;
	assert_true(ext4.in_table);
	assert_false(ext4.may_count);
	check_param(&ext4.batch, SHR_FROM_TABLE, 128); /* 0 as set */
	check_param(&ext4.seeks, SHR_FROM_TABLE, 2);
	assert_int_equal(ext4.numa.from, SHR_FROM_TABLE);
	assert_false(ext4.numa.value);
	assert_int_equal(ext4.refusal, SHR_REFUSES_NEVER);
	shr_instance_release(&ext4);
}

/* What the table leaves open is for values to decide, among what it allows. */
static void test_table_with_choice(void **state)
{
	const struct shr_release new = { 6, 12, 0 }, old = { 4, 19, 0 };
	struct shr_instance super = resolved("super_cache_scan", &new, NULL);

	(void)state;
	check_param(&super.batch, SHR_FROM_TABLE, 1024);
	check_param(&super.seeks, SHR_FROM_NOTHING, 0);
	assert_int_equal(super.seeks.fit.count, 2);
	assert_int_equal(super.seeks.fit.values[0], 0);
	assert_int_equal(super.seeks.fit.values[1], 2);
	assert_true(super.memcg.value);
	assert_int_equal(super.refusal, SHR_REFUSES_WITHOUT_FS);
	shr_instance_release(&super);

	super = resolved("super_cache_scan", &old, NULL);
	check_param(&super.seeks, SHR_FROM_TABLE, 2);
	shr_instance_release(&super);
}

/* Without a release all rows may apply: only what they agree on is known. */
static void test_table_without_release(void **state)
{
	struct shr_instance shadow = resolved("scan_shadow_nodes", NULL, NULL);
	struct shr_instance super = resolved("super_cache_scan", NULL, NULL);
	struct shr_instance ttm = resolved("ttm_pool_shrinker_scan", NULL, NULL);

	(void)state;
	check_param(&shadow.batch, SHR_FROM_TABLE, 128);
	check_param(&shadow.seeks, SHR_FROM_NOTHING, 0);
	assert_int_equal(shadow.seeks.fit.count, 2);
	assert_int_equal(shadow.numa.from, SHR_FROM_TABLE);
	assert_int_equal(shadow.memcg.from, SHR_FROM_NOTHING); /* since 4.6 */
	assert_int_equal(super.memcg.from, SHR_FROM_NOTHING);  /* since 4.0 */
	check_param(&ttm.batch, SHR_FROM_NOTHING, 0);
	assert_true(ttm.may_count);
	assert_int_equal(ttm.refusal, SHR_REFUSES_MAYBE);
	shr_instance_release(&shadow);
	shr_instance_release(&super);
	shr_instance_release(&ttm);
}

/* Of a module's shrinker nothing is known, and everything is possible. */
static void test_not_in_table(void **state)
{
	const struct shr_release new = { 6, 12, 0 };
	struct shr_instance own = resolved("own_scan", &new, NULL);

	(void)state;
	assert_false(own.in_table);
	assert_true(own.may_count);
	assert_int_equal(own.refusal, SHR_REFUSES_MAYBE);
	check_param(&own.batch, SHR_FROM_NOTHING, 0);
	check_param(&own.seeks, SHR_FROM_NOTHING, 0);
	assert_int_equal(own.numa.from, SHR_FROM_NOTHING);
	assert_int_equal(own.memcg.from, SHR_FROM_NOTHING);
	shr_instance_release(&own);
}

static void test_options_win(void **state)
{
	static char ext4[] = "ext4*", own[] = "own*", other[] = "other*";
	const struct shr_setting settings[] = {
		{ ext4, SHR_SET_BATCH, 0 }, /* 0 is 128, as in the kernel */
		{ ext4, SHR_SET_SEEKS, 0 }, /* and here it is 0 */
		{ own, SHR_SET_BATCH, 777 },
		{ other, SHR_SET_SEEKS, 5 },
		{ NULL, 0, 0 },
	};
	const struct shr_release new = { 6, 12, 0 };
	struct shr_instance first = resolved("ext4_es_scan", &new, settings);
	struct shr_instance second = resolved("own_scan", &new, settings);

	(void)state;
	check_param(&first.batch, SHR_FROM_OPTION, 128);
	check_param(&first.seeks, SHR_FROM_OPTION, 0);
	check_param(&second.batch, SHR_FROM_OPTION, 777);
	check_param(&second.seeks, SHR_FROM_NOTHING, 0);
	shr_instance_release(&first);
	shr_instance_release(&second);
}

static struct shr_call identified(uint32_t has, int64_t batch, int32_t seeks,
				  uint32_t flags)
{
	return (struct shr_call){
		.identity_has = has,
		.identity = { .batch = batch, .seeks = seeks, .flags = flags },
	};
}

static void test_identity(void **state)
{
	const struct shr_release new = { 6, 12, 0 };
	struct shr_instance super = resolved("super_cache_scan", &new, NULL);
	struct shr_call call = identified(SHR_HAS_BATCH | SHR_HAS_SEEKS, 2048, 4, 0);

	(void)state;
	shr_instance_identify(&super, &call, &new);
	check_param(&super.batch, SHR_FROM_IDENTITY, 2048);
	check_param(&super.seeks, SHR_FROM_IDENTITY, 4);
	assert_int_equal(super.seeks.fit.count, 0); /* nothing left to infer */
	/* A shrinker may change them, as i915 does. */
	call.identity.batch = 0;
	shr_instance_identify(&super, &call, &new);
	check_param(&super.batch, SHR_FROM_IDENTITY, 128);
	/* What no shrinker can have was read wrongly; what is not there is not 0. */
	call = identified(SHR_HAS_BATCH | SHR_HAS_SEEKS, -7, -1, 0);
	shr_instance_identify(&super, &call, &new);
	call = identified(SHR_HAS_ID, 5, 5, 0);
	shr_instance_identify(&super, &call, &new);
	check_param(&super.batch, SHR_FROM_IDENTITY, 128);
	check_param(&super.seeks, SHR_FROM_IDENTITY, 4);
	assert_int_equal(super.memcg.from, SHR_FROM_TABLE);
	shr_instance_release(&super);
}

static void test_option_over_identity(void **state)
{
	static char all[] = "*";
	const struct shr_setting settings[] = { { all, SHR_SET_BATCH, 64 },
						{ NULL, 0, 0 } };
	const struct shr_release new = { 6, 12, 0 };
	struct shr_instance own = resolved("own_scan", &new, settings);
	struct shr_call call = identified(SHR_HAS_BATCH | SHR_HAS_SEEKS, 32, 1, 0);

	(void)state;
	shr_instance_identify(&own, &call, &new);
	check_param(&own.batch, SHR_FROM_OPTION, 64);
	check_param(&own.seeks, SHR_FROM_IDENTITY, 1);
	shr_instance_release(&own);
}

/* NUMA_AWARE and MEMCG_AWARE moved up a bit in 5.13 and in 6.7. */
static void test_flags(void **state)
{
	static const struct flags {
		struct shr_release release;
		uint32_t flags;
		bool numa, memcg;
	} cases[] = {
		{ { 5, 10, 0 }, 0x0, false, false }, { { 5, 10, 0 }, 0x1, true, false },
		{ { 5, 10, 0 }, 0x2, false, true },  { { 5, 12, 19 }, 0x3, true, true },
		{ { 5, 13, 0 }, 0x1, false, false }, { { 6, 1, 0 }, 0x7, true, true },
		{ { 6, 6, 0 }, 0x5, false, true },   { { 6, 7, 0 }, 0x3, false, false },
		{ { 6, 12, 0 }, 0xf, true, true },   { { 7, 2, 0 }, 0x7, true, false },
		{ { 7, 2, 0 }, 0x1b, false, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct shr_instance own = resolved("own_scan", NULL, NULL);
		struct shr_call call = identified(SHR_HAS_FLAGS, 0, 0, cases[i].flags);

		shr_instance_identify(&own, &call, NULL);
		assert_int_equal(own.numa.from, SHR_FROM_NOTHING);
		shr_instance_identify(&own, &call, &cases[i].release);
		assert_int_equal(own.numa.from, SHR_FROM_IDENTITY);
		if (own.numa.value != cases[i].numa ||
		    own.memcg.value != cases[i].memcg)
			fail_msg("flags 0x%x in %u.%u", cases[i].flags,
				 cases[i].release.major, cases[i].release.minor);
		shr_instance_release(&own);
	}
}

static struct shr_call judged(enum shr_verdict verdict, unsigned known)
{
	struct shr_call call = { .verdict = verdict,
				 .observed.known = known,
				 .predicted.known = known };

	for (unsigned i = 0; i < SHR_AMOUNT_COUNT; i++) {
		call.observed.value[i] = 10 + (int64_t)i;
		call.predicted.value[i] = 20 + (int64_t)i;
	}
	return call;
}

static void test_tally(void **state)
{
	struct shr_call exact = judged(SHR_EXACT, (1u << SHR_AMOUNT_COUNT) - 1);
	struct shr_call refused = judged(SHR_REFUSED, (1u << SHR_AMOUNT_COUNT) - 1);
	struct shr_tally tally = { 0 };

	(void)state;
	shr_tally_add(&tally, &exact);
	refused.observed.value[SHR_DEFERRED] = 4;
	shr_tally_add(&tally, &refused);
	assert_int_equal(tally.calls, 2);
	assert_int_equal(tally.planned, 2 * (10 + SHR_PLANNED));
	assert_int_equal(tally.scanned_observed, 2 * (10 + SHR_SCANNED));
	assert_int_equal(tally.scanned_predicted, 2 * (20 + SHR_SCANNED));
	assert_int_equal(tally.freed, 2 * (10 + SHR_FREED));
	assert_int_equal(tally.refusals, 1);
	assert_true(tally.deferred_known);
	assert_int_equal(tally.deferred_first, 10);
	assert_int_equal(tally.deferred_last, 4);
	assert_int_equal(tally.deferred_max, 10);
	assert_int_equal(tally.verdicts[SHR_EXACT], 1);
	assert_int_equal(tally.verdicts[SHR_REFUSED], 1);
}

/* Nothing is added of what the capture does not say. */
static void test_tally_without_amounts(void **state)
{
	struct shr_call call = judged(SHR_EXACT, 0);
	struct shr_tally tally = { 0 };

	(void)state;
	shr_tally_add(&tally, &call);
	assert_int_equal(tally.calls, 1);
	assert_int_equal(tally.verdicts[SHR_EXACT], 1);
	assert_int_equal(tally.planned, 0);
	assert_int_equal(tally.scanned_predicted, 0);
	assert_int_equal(tally.scanned_observed, 0);
	assert_int_equal(tally.freed, 0);
	assert_false(tally.deferred_known);
}

/* A foreseen refusal counts where the callback would have been asked at all. */
static void test_tally_of_foreseen_refusals(void **state)
{
	struct shr_call call = judged(SHR_EXACT, 0);
	struct shr_tally tally = { 0 };

	(void)state;
	call.foreseen_refusal = true;
	shr_tally_add(&tally, &call);
	assert_int_equal(tally.refusals, 0);
	call.batches = 3;
	shr_tally_add(&tally, &call);
	assert_int_equal(tally.refusals, 1);
}

static void test_tally_join(void **state)
{
	const struct shr_tally part = { .calls = 2,
					.planned = 3,
					.scanned_predicted = 4,
					.scanned_observed = 5,
					.freed = 6,
					.refusals = 7,
					.deferred_first = 1,
					.deferred_last = 2,
					.deferred_max = -8,
					.deferred_known = true,
					.verdicts[SHR_UNEXPLAINED] = 2 };
	const struct shr_tally none = { .calls = 1 };
	struct shr_tally sum = { 0 };

	(void)state;
	shr_tally_join(&sum, &none);
	assert_false(sum.deferred_known);
	shr_tally_join(&sum, &part);
	assert_int_equal(sum.deferred_max, -8); /* and not the 0 of what is unknown */
	shr_tally_join(&sum, &part);
	assert_int_equal(sum.calls, 5);
	assert_int_equal(sum.planned, 6);
	assert_int_equal(sum.scanned_predicted, 8);
	assert_int_equal(sum.scanned_observed, 10);
	assert_int_equal(sum.freed, 12);
	assert_int_equal(sum.refusals, 14);
	assert_int_equal(sum.verdicts[SHR_UNEXPLAINED], 4);
}

/* The words of messages and machine output. */
static void test_words(void **state)
{
	static const char *const verdicts[] = {
		"exact",  "refused", "own_count", "concurrent", "reparented",
		"reused", "lost",    "ambiguous", "unexplained"
	};
	static const char *const amounts[] = { "deferred", "freeable",	  "delta",
					       "planned",  "left",	  "scanned",
					       "freed",	   "new_deferred" };

	(void)state;
	assert_int_equal(COUNT(verdicts), SHR_VERDICT_COUNT);
	for (unsigned i = 0; i < SHR_VERDICT_COUNT; i++) {
		enum shr_verdict verdict = shr_verdict_find(verdicts[i]);

		assert_true(verdict < SHR_VERDICT_COUNT);
		assert_string_equal(shr_verdict_name(verdict), verdicts[i]);
	}
	assert_int_equal(shr_verdict_find("Exact"), SHR_VERDICT_COUNT);
	assert_int_equal(shr_verdict_find(""), SHR_VERDICT_COUNT);
	assert_int_equal(COUNT(amounts), SHR_AMOUNT_COUNT);
	for (unsigned i = 0; i < SHR_AMOUNT_COUNT; i++)
		assert_string_equal(shr_amount_name(i), amounts[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_from_names),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_table_with_choice),
		cmocka_unit_test(test_table_without_release),
		cmocka_unit_test(test_not_in_table),
		cmocka_unit_test(test_options_win),
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_option_over_identity),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_tally),
		cmocka_unit_test(test_tally_without_amounts),
		cmocka_unit_test(test_tally_of_foreseen_refusals),
		cmocka_unit_test(test_tally_join),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
