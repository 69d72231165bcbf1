/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/replay/filter.h"

#include "core/replay/instance.h"
#include "tests/unit/machine.h"

static struct shr_instance ext4 = { .label = "ext4_es_scan#2" };

static struct shr_call call_at(uint64_t start_ns)
{
	ext4.symbol.name = fake_str("ext4_es_scan");
	ext4.name = fake_str("ext4-es:vda1");
	return (struct shr_call){
		.start_ns = start_ns,
		.end_ns = start_ns + 500,
		.pid = 77,
		.nid = 1,
		.has = SHR_HAS_TIME | SHR_HAS_PID | SHR_HAS_NID,
		.memcg_from = SHR_MEMCG_EVENT,
		.cgroup = 120,
		.instance = &ext4,
	};
}

static void test_none(void **state)
{
	const struct shr_filter filter = { 0 };
	const struct shr_call call = call_at(0);
	const struct shr_event lost = { .kind = SHR_LOST };

	(void)state;
	assert_true(shr_filter_passes(&filter, &call));
	assert_true(shr_filter_passes_event(&filter, &lost));
}

static bool passes_at(const struct shr_filter *filter, uint64_t start_ns)
{
	const struct shr_call call = call_at(start_ns);
	const struct shr_event event = { .ts_ns = start_ns, .has = SHR_HAS_TIME };
	bool passes = shr_filter_passes(filter, &call);

	assert_int_equal(shr_filter_passes_event(filter, &event), passes);
	return passes;
}

static void test_time(void **state)
{
	struct shr_filter filter = {
		.has_since = true, .since_ns = 2000, .has_until = true, .until_ns = 3000
	};

	(void)state;
	assert_false(passes_at(&filter, 1999));
	assert_true(passes_at(&filter, 2000));
	assert_true(passes_at(&filter, 3000)); /* it is the start that counts */
	assert_false(passes_at(&filter, 3001));
	filter.has_since = false;
	assert_true(passes_at(&filter, 0));
	filter.has_until = false;
	assert_true(passes_at(&filter, UINT64_MAX));
}

static void test_relative_time(void **state)
{
	struct shr_filter filter = { .has_since = true,
				     .since_relative = true,
				     .since_ns = 10,
				     .has_until = true,
				     .until_ns = 5020 };

	(void)state;
	assert_false(passes_at(&filter, 4000)); /* before there is a beginning */
	shr_filter_begin(&filter, 5000);
	shr_filter_begin(&filter, 9000); /* once is enough */
	assert_false(passes_at(&filter, 5009));
	assert_true(passes_at(&filter, 5010));
	assert_true(passes_at(&filter, 5020)); /* was not relative */
	assert_false(passes_at(&filter, 5021));
}

static void test_node_and_task(void **state)
{
	struct shr_filter filter = { .has_nid = true, .nid = 1 };
	struct shr_call call = call_at(0);

	(void)state;
	assert_true(shr_filter_passes(&filter, &call));
	filter.nid = 0;
	assert_false(shr_filter_passes(&filter, &call));
	filter = (struct shr_filter){ .has_pid = true, .pid = 77 };
	assert_true(shr_filter_passes(&filter, &call));
	filter.pid = 78;
	assert_false(shr_filter_passes(&filter, &call));
}

/* What the capture does not say is not 0. */
static void test_unknown_is_not_zero(void **state)
{
	const struct shr_filter node = { .has_nid = true }, task = { .has_pid = true },
				memcg = { .has_memcg = true };
	const struct shr_event lost = { .kind = SHR_LOST, .has = SHR_HAS_TIME };
	struct shr_call call = call_at(0);

	(void)state;
	call.has = SHR_HAS_TIME;
	call.nid = call.pid = 0;
	call.cgroup = 0;
	call.memcg_from = SHR_MEMCG_NONE;
	assert_false(shr_filter_passes(&node, &call));
	assert_false(shr_filter_passes(&task, &call));
	assert_false(shr_filter_passes(&memcg, &call));
	assert_false(shr_filter_passes_event(&node, &lost));
	assert_false(shr_filter_passes_event(&task, &lost));
	assert_false(shr_filter_passes_event(&memcg, &lost));
	call.has |= SHR_HAS_NID | SHR_HAS_PID;
	assert_true(shr_filter_passes(&node, &call));
	assert_true(shr_filter_passes(&task, &call));
}

static void test_memcg(void **state)
{
	struct shr_filter filter = { .has_memcg = true, .memcg = 120 };
	struct shr_call call = call_at(0);

	(void)state;
	assert_true(shr_filter_passes(&filter, &call));
	filter.memcg = 121;
	assert_false(shr_filter_passes(&filter, &call));

	/* By its address, where a probe recorded that. */
	filter.memcg = 0xffff888004a2c000;
	call.identity.memcg = filter.memcg;
	assert_false(shr_filter_passes(&filter, &call));
	call.identity_has = SHR_HAS_MEMCG_PTR;
	call.memcg_from = SHR_MEMCG_IDENTITY;
	assert_true(shr_filter_passes(&filter, &call));

	/* Then its id is not known, and that is not 0. */
	call.cgroup = filter.memcg = 0;
	assert_false(shr_filter_passes(&filter, &call));
	call.identity_has |= SHR_HAS_MEMCG;
	assert_true(shr_filter_passes(&filter, &call));
	call.memcg_from = SHR_MEMCG_NONE;
	assert_false(shr_filter_passes(&filter, &call));
}

static void test_shrinker(void **state)
{
	static const char *const good[] = { "ext4_es_scan", "ext4_es_scan#2",
					    "ext4-es:*", "*" };
	static const char *const bad[] = { "ext4_es_scan#1", "super*", "vda1", "" };
	const struct shr_call call = call_at(0);

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		const struct shr_filter filter = { .shrinker = good[i] };

		assert_true(shr_filter_passes(&filter, &call));
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		const struct shr_filter filter = { .shrinker = bad[i] };

		assert_false(shr_filter_passes(&filter, &call));
	}
}

/* Every condition must hold. */
static void test_all_of_them(void **state)
{
	const struct shr_call call = call_at(2500);
	const struct shr_filter all = {
		.shrinker = "ext4*",
		.has_nid = true,
		.nid = 1,
		.has_memcg = true,
		.memcg = 120,
		.has_pid = true,
		.pid = 77,
		.has_since = true,
		.since_ns = 2000,
		.has_until = true,
		.until_ns = 3000,
	};
	struct shr_filter one = all;

	(void)state;
	assert_true(shr_filter_passes(&all, &call));
	one.shrinker = "super*";
	assert_false(shr_filter_passes(&one, &call));
	one = all;
	one.nid = 0;
	assert_false(shr_filter_passes(&one, &call));
	one = all;
	one.memcg = 1;
	assert_false(shr_filter_passes(&one, &call));
	one = all;
	one.pid = 1;
	assert_false(shr_filter_passes(&one, &call));
	one = all;
	one.since_ns = 2501;
	assert_false(shr_filter_passes(&one, &call));
	one = all;
	one.until_ns = 2499;
	assert_false(shr_filter_passes(&one, &call));
}

static void test_events(void **state)
{
	const struct shr_event start = { .kind = SHR_START,
					 .has = SHR_HAS_TIME | SHR_HAS_PID |
						SHR_HAS_NID | SHR_HAS_MEMCG,
					 .pid = 77,
					 .nid = 1,
					 .memcg_id = 120 };
	struct shr_filter filter = { .has_nid = true, .nid = 1 };

	(void)state;
	assert_true(shr_filter_passes_event(&filter, &start));
	filter.nid = 0;
	assert_false(shr_filter_passes_event(&filter, &start));
	filter = (struct shr_filter){ .has_pid = true, .pid = 77 };
	assert_true(shr_filter_passes_event(&filter, &start));
	filter.pid = 1;
	assert_false(shr_filter_passes_event(&filter, &start));
	filter = (struct shr_filter){ .has_memcg = true, .memcg = 120 };
	assert_true(shr_filter_passes_event(&filter, &start));
	filter.memcg = 1;
	assert_false(shr_filter_passes_event(&filter, &start));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_relative_time),
		cmocka_unit_test(test_node_and_task),
		cmocka_unit_test(test_unknown_is_not_zero),
		cmocka_unit_test(test_memcg),
		cmocka_unit_test(test_shrinker),
		cmocka_unit_test(test_all_of_them),
		cmocka_unit_test(test_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
