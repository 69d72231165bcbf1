/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/replay/settings.h"

#include "core/err.h"
#include "core/replay/instance.h"
#include "tests/unit/machine.h"

struct good {
	const char *text;
	const char *pattern;
	enum shr_set_param param;
	int64_t value;
};

static void test_parse(void **state)
{
	static const struct good goods[] = {
		{ "super_cache_scan.batch=512", "super_cache_scan", SHR_SET_BATCH,
		  512 },
		{ "super_cache_scan*.seeks=0", "super_cache_scan*", SHR_SET_SEEKS, 0 },
		{ "own_scan#2.batch=0", "own_scan#2", SHR_SET_BATCH, 0 },
		/* A name may hold dots and equals signs: the last ones count. */
		{ "sb-nfs:10.0.0.1.batch=64", "sb-nfs:10.0.0.1", SHR_SET_BATCH, 64 },
		{ "sb-a=b.seeks=4", "sb-a=b", SHR_SET_SEEKS, 4 },
		{ "x.batch=2147483647", "x", SHR_SET_BATCH, 2147483647 },
		{ "x.batch=0x400", "x", SHR_SET_BATCH, 1024 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(goods); i++) {
		struct shr_setting setting = { 0 };
		struct shr_err err = { 0 };

		if (shr_setting_parse(&setting, goods[i].text, &err) != 0)
			fail_msg("%s: %s", goods[i].text, err.reason);
		assert_string_equal(setting.pattern, goods[i].pattern);
		assert_int_equal(setting.param, goods[i].param);
		assert_int_equal(setting.value, goods[i].value);
		shr_setting_release(&setting);
		assert_null(setting.pattern);
	}
}

struct bad {
	const char *text;
	enum shr_err_code code;
	const char *reason;
};

static void test_parse_refuses(void **state)
{
	static const struct bad bads[] = {
		{ "", SHR_ERR_SYNTAX, NULL },
		{ "super_cache_scan", SHR_ERR_SYNTAX, NULL },
		{ "batch=3", SHR_ERR_SYNTAX, NULL },
		{ ".batch=3", SHR_ERR_SYNTAX, NULL },
		{ "x.batch", SHR_ERR_SYNTAX, NULL },
		{ "x.flags=3", SHR_ERR_SYNTAX,
		  "only batch and seeks can be set, not 'flags'" },
		{ "x.=3", SHR_ERR_SYNTAX, "only batch and seeks can be set, not ''" },
		{ "x.batches=3", SHR_ERR_SYNTAX,
		  "only batch and seeks can be set, not 'batches'" },
		{ "x.batch=", SHR_ERR_RANGE, "'' is not a batch" },
		{ "x.batch=many", SHR_ERR_RANGE, "'many' is not a batch" },
		{ "x.batch=12k", SHR_ERR_RANGE, "'12k' is not a batch" },
		{ "x.seeks=-1", SHR_ERR_RANGE, "'-1' is not a seeks" },
		{ "x.batch=2147483648", SHR_ERR_RANGE, "'2147483648' is not a batch" },
		{ "x.batch=99999999999999999999", SHR_ERR_RANGE,
		  "'99999999999999999999' is not a batch" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bads); i++) {
		struct shr_setting setting = { 0 };
		struct shr_err err = { 0 };
		char want[120];

		snprintf(want, sizeof(want),
			 "expected SHRINKER.batch=N or SHRINKER.seeks=N, not '%s'",
			 bads[i].text);
		assert_int_equal(shr_setting_parse(&setting, bads[i].text, &err), -1);
		assert_int_equal(err.code, bads[i].code);
		assert_string_equal(err.reason, bads[i].reason ? bads[i].reason : want);
		shr_setting_release(&setting);
	}
}

static void test_matches(void **state)
{
	struct shr_instance instance = { .symbol.name = fake_str("super_cache_scan"),
					 .name = fake_str("sb-ext4:vda1"),
					 .label = "super_cache_scan#3" };

	(void)state;
	/* The label, the symbol, the name, and globs over each. */
	assert_true(shr_instance_matches(&instance, "super_cache_scan#3"));
	assert_true(shr_instance_matches(&instance, "super_cache_scan"));
	assert_true(shr_instance_matches(&instance, "sb-ext4:vda1"));
	assert_true(shr_instance_matches(&instance, "super*#3"));
	assert_true(shr_instance_matches(&instance, "sb-*:vda?"));
	assert_true(shr_instance_matches(&instance, "*[ab]1"));
	assert_true(shr_instance_matches(&instance, "*"));
	/* All of it, not a part; and only this one. */
	assert_false(shr_instance_matches(&instance, "super_cache_scan#2"));
	assert_false(shr_instance_matches(&instance, "super"));
	assert_false(shr_instance_matches(&instance, "cache_scan"));
	assert_false(shr_instance_matches(&instance, "SUPER_CACHE_SCAN"));
	assert_false(shr_instance_matches(&instance, "sb-ext4"));
	assert_false(shr_instance_matches(&instance, ""));
}

/* Names are slices and end where they end; without one there is nothing to match. */
static void test_matches_slices(void **state)
{
	struct shr_instance instance = { .symbol.name = { "ext4_es_scan_and_more", 12 },
					 .name = fake_str(""),
					 .label = "0xffff" };
	char long_name[400];

	(void)state;
	assert_true(shr_instance_matches(&instance, "ext4_es_scan"));
	assert_true(shr_instance_matches(&instance, "0xffff"));
	assert_false(shr_instance_matches(&instance, "ext4_es_scan_and_more"));
	assert_false(shr_instance_matches(&instance, ""));
	memset(long_name, 'n', sizeof(long_name));
	instance.name = (struct shr_str){ long_name, sizeof(long_name) };
	assert_true(shr_instance_matches(&instance, "ext4*"));
}

static void test_setting_matches(void **state)
{
	const struct shr_instance instance = { .symbol.name = fake_str("own_scan"),
					       .label = "own_scan" };
	struct shr_setting setting = { 0 };
	struct shr_err err;

	(void)state;
	assert_int_equal(shr_setting_parse(&setting, "own*.seeks=7", &err), 0);
	assert_true(shr_setting_matches(&setting, &instance));
	shr_setting_release(&setting);
	assert_int_equal(shr_setting_parse(&setting, "other*.seeks=7", &err), 0);
	assert_false(shr_setting_matches(&setting, &instance));
	shr_setting_release(&setting);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_refuses),
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_matches_slices),
		cmocka_unit_test(test_setting_matches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
