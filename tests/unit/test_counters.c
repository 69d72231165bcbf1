/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/replay/counters.h"

#include "core/err.h"
#include "core/replay/instance.h"
#include "tests/unit/machine.h"

static const struct shr_aware is_aware = { SHR_FROM_TABLE, true };
static const struct shr_aware not_aware = { SHR_FROM_TABLE, false };
static const struct shr_aware unknown = { SHR_FROM_NOTHING, false };

static struct shr_call on(struct shr_instance *instance, int32_t nid, uint64_t memcg)
{
	return (struct shr_call){
		.has = SHR_HAS_NID,
		.nid = nid,
		.memcg_from = memcg ? SHR_MEMCG_EVENT : SHR_MEMCG_NONE,
		.cgroup = memcg,
		.instance = instance,
	};
}

static struct shr_counter *find_call(struct shr_counters *counters,
				     enum shr_key_rule key, struct shr_call *call)
{
	struct shr_err err;

	assert_int_equal(shr_counters_lane(counters, call, &err), 0);
	struct shr_counter *counter = shr_counters_find(counters, key, call, &err);

	assert_non_null(counter);
	return counter;
}

static struct shr_counter *find(struct shr_counters *counters, enum shr_key_rule key,
				struct shr_instance *instance, int32_t nid,
				uint64_t memcg)
{
	struct shr_call call = on(instance, nid, memcg);

	return find_call(counters, key, &call);
}

/* Whether (nid 0, memcg 5) shares its counter with the other node, the other memcg. */
static void check_shares(enum shr_key_rule key, struct shr_aware numa,
			 struct shr_aware memcg, bool nodes, bool memcgs)
{
	struct shr_instance instance = { .numa = numa, .memcg = memcg };
	struct shr_counters counters = { 0 };
	struct shr_counter *here = find(&counters, key, &instance, 0, 5);

	assert_false(here->known);
	assert_int_equal(find(&counters, key, &instance, 1, 5) == here, nodes);
	assert_int_equal(find(&counters, key, &instance, 0, 6) == here, memcgs);
	assert_int_equal(find(&counters, key, &instance, 1, 6) == here,
			 nodes && memcgs);
	assert_ptr_equal(find(&counters, key, &instance, 0, 5), here);
	shr_counters_release(&counters);
}

static void test_one_a_shrinker(void **state)
{
	(void)state;
	check_shares(SHR_KEY_SHRINKER, is_aware, is_aware, true, true);
	check_shares(SHR_KEY_SHRINKER, unknown, unknown, true, true);
}

static void test_one_a_node(void **state)
{
	(void)state;
	check_shares(SHR_KEY_SLOT, is_aware, is_aware, false, true);
	check_shares(SHR_KEY_SLOT, not_aware, is_aware, true, true);
}

static void test_one_a_memcg(void **state)
{
	(void)state;
	check_shares(SHR_KEY_MEMCG, is_aware, is_aware, false, false);
	check_shares(SHR_KEY_MEMCG, not_aware, is_aware, true, false);
	check_shares(SHR_KEY_MEMCG, is_aware, not_aware, false, true);
	check_shares(SHR_KEY_MEMCG, not_aware, not_aware, true, true);
}

/* Then a wrong key shows as such, and is not hidden in one counter. */
static void test_unknown_awareness_is_awareness(void **state)
{
	(void)state;
	check_shares(SHR_KEY_SLOT, unknown, unknown, false, true);
	check_shares(SHR_KEY_MEMCG, unknown, unknown, false, false);
}

static void test_shrinkers_apart(void **state)
{
	struct shr_instance a = { .ordinal = 0 }, b = { .ordinal = 1 };
	struct shr_counters counters = { 0 };

	(void)state;
	assert_ptr_not_equal(find(&counters, SHR_KEY_SHRINKER, &a, 0, 0),
			     find(&counters, SHR_KEY_SHRINKER, &b, 0, 0));
	assert_ptr_not_equal(find(&counters, SHR_KEY_MEMCG, &a, 1, 7),
			     find(&counters, SHR_KEY_MEMCG, &b, 1, 7));
	shr_counters_release(&counters);
}

/* Before 3.16 no event has a node: all of them are one slot. */
static void test_without_nid(void **state)
{
	struct shr_instance instance = { .numa = is_aware, .memcg = is_aware };
	struct shr_counters counters = { 0 };
	struct shr_call call = on(&instance, 3, 0);

	(void)state;
	call.has = 0;
	assert_ptr_equal(find_call(&counters, SHR_KEY_SLOT, &call),
			 find(&counters, SHR_KEY_SLOT, &instance, 0, 0));
	shr_counters_release(&counters);
}

/* A probe may know the memcg by its address only; none is none. */
static void test_memcg_by_address(void **state)
{
	struct shr_instance instance = { .numa = is_aware, .memcg = is_aware };
	struct shr_counters counters = { 0 };
	struct shr_call call = on(&instance, 0, 0), other;

	(void)state;
	call.memcg_from = SHR_MEMCG_IDENTITY;
	call.identity_has = SHR_HAS_MEMCG_PTR;
	call.identity.memcg = 0xffff888004a2c000;
	other = call;
	other.identity.memcg = 0xffff888004a2d000;
	struct shr_counter *first = find_call(&counters, SHR_KEY_MEMCG, &call);

	assert_ptr_not_equal(find_call(&counters, SHR_KEY_MEMCG, &other), first);
	assert_int_equal(call.lane->number, 1);
	assert_int_equal(other.lane->number, 2);
	/* What is left in a call without identity is not looked at. */
	struct shr_counter *none = find(&counters, SHR_KEY_MEMCG, &instance, 0, 0);

	call.lane = NULL;
	call.identity_has = 0;
	call.memcg_from = SHR_MEMCG_NONE;
	assert_ptr_equal(find_call(&counters, SHR_KEY_MEMCG, &call), none);
	assert_null(call.lane);
	/* From 7.1 on memcg_id is 0 where memcgs are off. */
	call.memcg_from = SHR_MEMCG_EVENT;
	assert_ptr_equal(find_call(&counters, SHR_KEY_MEMCG, &call), none);
	assert_null(call.lane);
	shr_counters_release(&counters);
}

/* A lane is a memcg, the same for all shrinkers; each counts those it was called for.
 */
static void test_lanes(void **state)
{
	static const uint64_t memcgs[] = { 120, 1, 120, 120, 77, 1, 0 };
	static const uint32_t lanes[] = { 1, 2, 1, 1, 3, 2, 0 };
	struct shr_instance a = { .memcg = is_aware };
	struct shr_instance b = { .ordinal = 1, .memcg = not_aware };
	struct shr_counters counters = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(memcgs); i++) {
		struct shr_call call = on(&a, (int32_t)i & 1, memcgs[i]);

		find_call(&counters, SHR_KEY_MEMCG, &call);
		assert_int_equal(call.lane ? call.lane->number : 0, lanes[i]);
	}
	assert_int_equal(a.lanes, 3);

	struct shr_call call = on(&b, 0, 77);

	find_call(&counters, SHR_KEY_MEMCG, &call);
	assert_int_equal(call.lane->number, 3);
	find_call(&counters, SHR_KEY_MEMCG, &call);
	assert_int_equal(call.lane->number, 3);
	assert_int_equal(b.lanes, 1);
	assert_int_equal(a.lanes, 3);
	shr_counters_release(&counters);
}

/* Calls are given their lanes ahead of their turn, before their counters are looked up.
 */
static void test_lanes_ahead(void **state)
{
	struct shr_instance instance = { .numa = is_aware, .memcg = is_aware };
	struct shr_counters counters = { 0 };
	struct shr_call now = on(&instance, 0, 120);
	struct shr_call next = on(&instance, 0, 77), behind = next, last = now;
	struct shr_err err;

	(void)state;
	find_call(&counters, SHR_KEY_MEMCG, &now);
	assert_int_equal(shr_counters_lane(&counters, &next, &err), 0);
	assert_int_equal(shr_counters_lane(&counters, &behind, &err), 0);
	assert_int_equal(shr_counters_lane(&counters, &last, &err), 0);
	assert_int_equal(next.lane->cgroup, 77);
	assert_ptr_equal(behind.lane, next.lane);
	assert_ptr_equal(last.lane, now.lane);
	shr_counters_release(&counters);
}

/* Calls keep pointers to counters: these stay where they are, with what they hold. */
static void test_counters_stay(void **state)
{
	enum { KEYS = 2000 };
	static struct shr_counter *all[KEYS];
	struct shr_instance instance = { .numa = is_aware, .memcg = is_aware };
	struct shr_counters counters = { 0 };

	(void)state;
	for (int i = 0; i < KEYS; i++) {
		all[i] = find(&counters, SHR_KEY_MEMCG, &instance, i & 1,
			      1 + (uint64_t)i / 2);
		assert_false(all[i]->known);
		assert_int_equal(all[i]->value, 0);
		all[i]->value = i;
		all[i]->known = true;
	}
	for (int i = 0; i < KEYS; i++) {
		struct shr_counter *again = find(&counters, SHR_KEY_MEMCG, &instance,
						 i & 1, 1 + (uint64_t)i / 2);

		assert_ptr_equal(again, all[i]);
		assert_int_equal(again->value, i);
	}
	assert_int_equal(instance.lanes, KEYS / 2);
	shr_counters_release(&counters);
	shr_counters_release(&counters);
	assert_int_equal(counters.lane_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_a_shrinker),
		cmocka_unit_test(test_one_a_node),
		cmocka_unit_test(test_one_a_memcg),
		cmocka_unit_test(test_unknown_awareness_is_awareness),
		cmocka_unit_test(test_shrinkers_apart),
		cmocka_unit_test(test_without_nid),
		cmocka_unit_test(test_memcg_by_address),
		cmocka_unit_test(test_lanes),
		cmocka_unit_test(test_lanes_ahead),
		cmocka_unit_test(test_counters_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
