/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/replay/aware.h"

#include "core/replay/counters.h"
#include "core/replay/instance.h"
#include "tests/unit/machine.h"

struct lab {
	struct shr_counters counters;
	struct shr_instance instance;
	struct shr_call call;
};

static void lab_init(struct lab *lab)
{
	*lab = (struct lab){ .call = { .instance = &lab->instance,
				       .has = SHR_HAS_NID | SHR_HAS_DEFERRED,
				       .end_has = SHR_HAS_NID | SHR_HAS_NEW_SCAN,
				       .ended = true } };
}

static void lab_release(struct lab *lab)
{
	shr_counters_release(&lab->counters);
}

/* The counter of a node, which held @value when it moved at @seen_ns. */
static struct shr_counter *lab_counter(struct lab *lab, uint32_t slot, int64_t value,
				       uint64_t seen_ns)
{
	struct shr_counter *counter =
		shr_counters_get(&lab->counters, &lab->instance, NULL, slot);

	assert_non_null(counter);
	counter->known = true;
	counter->value = value;
	counter->seen_ns = seen_ns;
	return counter;
}

static void learn(struct lab *lab, enum shr_generation_id id, int32_t nid,
		  int64_t deferred)
{
	lab->call.nid = nid;
	lab->call.start.deferred = deferred;
	assert_true(
		shr_aware_learn(&lab->counters, shr_generation_get(id), &lab->call));
}

/* The last call was on @nid and left @amount. */
static void leave(struct lab *lab, int32_t nid, int64_t amount)
{
	lab->call.nid = nid;
	lab->call.end.new_scan = amount;
	shr_aware_note(&lab->call);
}

/* From 4.19 to 5.12 the end has the node that counts. */
static void check_nodes(enum shr_generation_id id, int32_t nid, int32_t end_nid,
			enum shr_from from, bool value)
{
	struct lab lab;

	lab_init(&lab);
	lab.call.end_nid = end_nid;
	learn(&lab, id, nid, 0);
	assert_int_equal(lab.instance.numa.from, from);
	assert_int_equal(lab.instance.numa.value, value);
	lab_release(&lab);
}

static void test_nodes(void **state)
{
	(void)state;
	check_nodes(SHR_GEN_4_19_0, 1, 1, SHR_FROM_VALUES, true);
	check_nodes(SHR_GEN_5_0, 1, 0, SHR_FROM_VALUES, false);
	check_nodes(SHR_GEN_5_0, 0, 0, SHR_FROM_NOTHING, false);
	check_nodes(SHR_GEN_5_13, 1, 1, SHR_FROM_NOTHING, false);
}

/* On node 1 a call finds its own 7, or what was left on node 0. */
static void check_amount(int64_t own, int64_t left, int64_t found, enum shr_from from,
			 bool value)
{
	struct lab lab;

	lab_init(&lab);
	lab_counter(&lab, 0, left, 200);
	lab_counter(&lab, 1, own, 100);
	leave(&lab, 0, left);
	learn(&lab, SHR_GEN_5_13, 1, found);
	assert_int_equal(lab.instance.numa.from, from);
	assert_int_equal(lab.instance.numa.value, value);
	lab_release(&lab);
}

static void test_amounts(void **state)
{
	(void)state;
	check_amount(7, 40, 7, SHR_FROM_VALUES, true);
	check_amount(7, 40, 40, SHR_FROM_VALUES, false);
	/* Neither: another memcg's, perhaps. */
	check_amount(7, 40, 9, SHR_FROM_NOTHING, false);
	/* Nothing, or the same on both, tells nothing. */
	check_amount(7, 0, 0, SHR_FROM_NOTHING, false);
	check_amount(40, 40, 40, SHR_FROM_NOTHING, false);
}

static void test_one_node_tells_nothing(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab);
	leave(&lab, 1, 40);
	learn(&lab, SHR_GEN_5_13, 1, 40);
	assert_int_equal(lab.instance.numa.from, SHR_FROM_NOTHING);
	lab_release(&lab);
}

/* What another memcg's call left is no word about nodes. */
static void test_another_lane_tells_nothing(void **state)
{
	struct shr_lane other = { .number = 1 };
	struct lab lab;

	(void)state;
	lab_init(&lab);
	lab.call.lane = &other;
	leave(&lab, 0, 40);
	lab.call.lane = NULL;
	learn(&lab, SHR_GEN_5_13, 1, 40);
	assert_int_equal(lab.instance.numa.from, SHR_FROM_NOTHING);
	lab_release(&lab);
}

/* One counter for all nodes: it holds what the last movement on any of them left. */
static void test_counters_become_one(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab);
	lab_counter(&lab, 0, 12, 100);
	lab_counter(&lab, 1, 40, 300);
	leave(&lab, 1, 40);
	learn(&lab, SHR_GEN_5_13, 0, 40);
	assert_int_equal(lab.instance.numa.from, SHR_FROM_VALUES);
	assert_false(lab.instance.numa.value);
	assert_int_equal(shr_counters_get(&lab.counters, &lab.instance, NULL, 0)->value,
			 40);
	lab_release(&lab);
}

/* What is settled stays. */
static void test_known_is_not_learnt(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab);
	lab.instance.numa = (struct shr_aware){ SHR_FROM_TABLE, true };
	leave(&lab, 0, 40);
	assert_false(lab.instance.left.known);
	learn(&lab, SHR_GEN_5_13, 1, 40);
	assert_int_equal(lab.instance.numa.from, SHR_FROM_TABLE);
	assert_true(lab.instance.numa.value);
	lab_release(&lab);
}

/* Only memcg-aware shrinkers are called for more than one memcg. */
static void check_memcg(uint32_t lanes, enum shr_memcg_from known, enum shr_from from)
{
	struct lab lab;

	lab_init(&lab);
	lab.instance.lanes = lanes;
	lab.call.memcg_from = known;
	learn(&lab, SHR_GEN_5_13, 0, 0);
	assert_int_equal(lab.instance.memcg.from, from);
	assert_int_equal(lab.instance.memcg.value, from == SHR_FROM_VALUES);
	lab_release(&lab);
}

static void test_memcgs(void **state)
{
	(void)state;
	check_memcg(2, SHR_MEMCG_EVENT, SHR_FROM_VALUES);
	check_memcg(2, SHR_MEMCG_IDENTITY, SHR_FROM_VALUES);
	check_memcg(1, SHR_MEMCG_EVENT, SHR_FROM_NOTHING);
	/* Lanes that are guesses themselves prove nothing. */
	check_memcg(2, SHR_MEMCG_INFERRED, SHR_FROM_NOTHING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nodes),
		cmocka_unit_test(test_amounts),
		cmocka_unit_test(test_one_node_tells_nothing),
		cmocka_unit_test(test_another_lane_tells_nothing),
		cmocka_unit_test(test_counters_become_one),
		cmocka_unit_test(test_known_is_not_learnt),
		cmocka_unit_test(test_memcgs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
