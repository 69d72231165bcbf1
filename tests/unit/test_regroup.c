/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/replay/regroup.h"

#include "core/err.h"
#include "core/replay/counters.h"
#include "core/replay/follow.h"
#include "core/replay/instance.h"
#include "core/replay/turns.h"
#include "tests/unit/machine.h"

/* Two lanes with a counter each of one shrinker, and a call on the first. */
struct lab {
	struct shr_counters counters;
	struct shr_follow *follow;
	struct shr_turns turns;
	struct shr_instance instance;
	struct shr_call call;
	struct shr_counter *here, *there;
};

static struct shr_counter *new_counter(struct lab *lab)
{
	struct shr_lane *lane = shr_counters_new_lane(&lab->counters, &lab->call);
	struct shr_counter *counter =
		lane ? shr_counters_get(&lab->counters, &lab->instance, lane, 0) : NULL;

	assert_non_null(counter);
	counter->known = true;
	return counter;
}

static void lab_init(struct lab *lab)
{
	*lab = (struct lab){ .follow = shr_follow_new(&lab->counters) };
	assert_non_null(lab->follow);
	lab->instance.memcg = (struct shr_aware){ SHR_FROM_TABLE, true };
	lab->call = (struct shr_call){ .instance = &lab->instance,
				       .pid = 1,
				       .start_ns = 1000,
				       .memcg_from = SHR_MEMCG_INFERRED };
	lab->here = new_counter(lab);
	lab->there = new_counter(lab);
	lab->call.counter = lab->here;
	lab->call.lane = lab->here->lane;
}

static void lab_release(struct lab *lab)
{
	shr_follow_free(lab->follow);
	shr_counters_release(&lab->counters);
}

/* A call that had found nothing itself, or something, added @amount. */
static void put(struct shr_counter *counter, int64_t amount, bool found_nothing)
{
	const struct shr_part part = { .pid = 7,
				       .amount = amount,
				       .start_ns = 500,
				       .weak_ns = found_nothing ? 500 : 0 };

	shr_parts_add(&counter->parts, &part);
	counter->value += amount;
}

static int find(struct lab *lab, int64_t deferred)
{
	struct shr_step step = { .kind = SHR_STEP_START, .call = &lab->call };
	struct shr_err err;

	lab->call.start.deferred = deferred;
	return shr_regroup(&lab->counters, lab->follow, &lab->turns, &step, &err);
}

static void check_values(const struct lab *lab, int64_t here, int64_t there)
{
	assert_int_equal(lab->here->value, here);
	assert_int_equal(lab->here->parts.total, here);
	assert_int_equal(lab->there->value, there);
	assert_int_equal(lab->there->parts.total, there);
}

/* What is missing here was added there. */
static void test_fetch(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab);
	put(lab.here, 5, false);
	put(lab.there, 11, false);
	put(lab.there, 30, true);
	assert_int_equal(find(&lab, 35), 1);
	check_values(&lab, 35, 11);
	assert_int_equal(lab.here->parts.count, 2);
	assert_int_equal(lab.here->parts.part[1].amount, 30);
	/* What was here when that came is remembered. */
	assert_int_equal(lab.here->history_count, 1);
	assert_int_equal(lab.here->history[0].value, 5);
	assert_int_equal(lab.here->history[0].until_ns, 500);
	lab_release(&lab);
}

/* But not what belongs there, nor an amount that is off by one. */
static void check_kept(int64_t there, bool found_nothing, int64_t found)
{
	struct lab lab;

	lab_init(&lab);
	put(lab.there, there, found_nothing);
	assert_int_equal(find(&lab, found), 0);
	check_values(&lab, 0, there);
	lab_release(&lab);
}

static void test_nothing_to_fetch(void **state)
{
	(void)state;
	check_kept(30, false, 30);
	check_kept(30, true, 29);
	check_kept(30, true, 31);
}

/* Two calls were each given to the other's lane. */
static void test_exchange(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab);
	put(lab.here, 10, true);
	put(lab.there, 30, true);
	assert_int_equal(find(&lab, 30), 1);
	check_values(&lab, 30, 10);
	lab_release(&lab);
}

/* Nobody else has it: then it was of a memcg that has no lane yet. */
static void test_give_away(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab);
	put(lab.here, 4, false);
	put(lab.here, 10, true);
	assert_int_equal(find(&lab, 4), 1);
	check_values(&lab, 4, 0);
	assert_int_equal(lab.counters.lane_count, 3);
	const struct shr_counter *given =
		shr_counters_of_lane(&lab.call, lab.counters.lanes[2]);

	assert_non_null(given);
	assert_true(given->known);
	assert_int_equal(given->value, 10);
	lab_release(&lab);
}

/* Calls that have not come out yet go with their amounts. */
static void test_calls_move(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab);
	put(lab.there, 30, true);
	struct shr_call queued = { .pid = 7,
				   .start_ns = 500,
				   .counter = lab.there,
				   .lane = lab.there->lane,
				   .taken = true };
	struct shr_call earlier = queued;

	earlier.start_ns = 499;
	shr_turns_queue(&lab.turns, &earlier);
	shr_turns_queue(&lab.turns, &queued);
	lab.there->open = 2;
	assert_int_equal(find(&lab, 30), 1);
	assert_ptr_equal(queued.lane, lab.here->lane);
	assert_ptr_equal(queued.counter, lab.here);
	assert_ptr_equal(earlier.counter, lab.there);
	assert_int_equal(lab.there->open, 1);
	assert_int_equal(lab.here->open, 1);
	lab_release(&lab);
}

/* What was recorded is not guessed anew. */
static void test_recorded_lanes_stay(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab);
	put(lab.there, 30, true);
	lab.call.memcg_from = SHR_MEMCG_EVENT;
	assert_int_equal(find(&lab, 30), 0);
	check_values(&lab, 0, 30);
	lab_release(&lab);
}

/* While the call was open others left 50; it adds @store and finds @after. */
static int end_beside_others(struct lab *lab, int64_t store, int64_t after)
{
	struct shr_step step = { .kind = SHR_STEP_END, .call = &lab->call };
	struct shr_err err;

	lab_init(lab);
	put(lab->here, 50, false);
	lab->here->history[0] = (struct shr_was){ .by = { .pid = 7, .amount = 50 } };
	lab->here->history_count = 1;
	lab->call.store = store;
	lab->call.store_known = true;
	lab->call.end.new_scan = after;
	return shr_regroup(&lab->counters, lab->follow, &lab->turns, &step, &err);
}

/* It finds its own and nothing of theirs: they were at another memcg. */
static void test_split(void **state)
{
	struct lab lab;

	(void)state;
	assert_int_equal(end_beside_others(&lab, 8, 8), 1);
	assert_ptr_not_equal(lab.call.counter, lab.here);
	assert_ptr_equal(lab.call.counter->lane, lab.call.lane);
	assert_int_equal(lab.call.counter->value, 0);
	assert_int_equal(lab.call.counter->open, 1);
	assert_ptr_equal(lab.here->lane, lab.counters.lanes[2]);
	assert_int_equal(lab.here->value, 50);
	lab_release(&lab);
	assert_int_equal(end_beside_others(&lab, 8, 9), 0);
	lab_release(&lab);
}

/*
 * The call found @found and adds nothing; before its end there were 30 more than
 * were left here.  Another lane's counter has 30, which it got @got_ns.
 */
static int end_where_more_is(struct lab *lab, int64_t found, uint64_t got_ns,
			     int64_t missing)
{
	struct shr_step step = { .kind = SHR_STEP_END, .call = &lab->call };
	struct shr_err err;

	lab_init(lab);
	put(lab->there, 30, false);
	lab->there->history[0] = (struct shr_was){ .until_ns = got_ns,
						   .by = { .pid = 7, .amount = 30 } };
	lab->there->history_count = 1;
	lab->there->lane->first_ns = 10;
	lab->here->open = 1;
	lab->call.start.deferred = found;
	lab->call.end.new_scan = missing;
	return shr_regroup(&lab->counters, lab->follow, &lab->turns, &step, &err);
}

/* It found nothing, which it would have on the other lane, too: it was there. */
static void test_call_goes_over(void **state)
{
	struct lab lab;

	(void)state;
	assert_int_equal(end_where_more_is(&lab, 0, 1500, 30), 1);
	assert_ptr_equal(lab.call.counter, lab.there);
	assert_ptr_equal(lab.call.lane, lab.there->lane);
	assert_int_equal(lab.here->open, 0);
	assert_int_equal(lab.there->open, 1);
	check_values(&lab, 0, 30);
	lab_release(&lab);
}

/* It found something of its own: then the others came here. */
static void test_gather(void **state)
{
	struct lab lab;

	(void)state;
	assert_int_equal(end_where_more_is(&lab, 9, 1500, 30), 1);
	assert_ptr_equal(lab.call.counter, lab.here);
	assert_int_equal(lab.here->value, 30);
	assert_int_equal(lab.here->parts.total, 30);
	assert_false(lab.there->known);
	lab_release(&lab);
}

/* Not what was there before the call began, and not another amount. */
static void test_nothing_to_gather(void **state)
{
	struct lab lab;

	(void)state;
	assert_int_equal(end_where_more_is(&lab, 9, 900, 30), 0);
	lab_release(&lab);
	assert_int_equal(end_where_more_is(&lab, 0, 900, 30), 0);
	lab_release(&lab);
	assert_int_equal(end_where_more_is(&lab, 9, 1500, 31), 0);
	check_values(&lab, 0, 30);
	lab_release(&lab);
}

/*
 * The other lane's counter held @held before what is missing was left there, by a call
 * that began at @ts_ns: by amounts that repeat that was taken for its memcg's.
 */
static int end_where_it_repeats(struct lab *lab, int64_t held, uint64_t ts_ns)
{
	struct shr_step step = { .kind = SHR_STEP_END, .call = &lab->call };
	struct shr_err err;

	lab_init(lab);
	put(lab->there, 30, false);
	lab->there->parts.part[0].start_ns = ts_ns;
	lab->there->history[0] = (struct shr_was){ .value = held, .until_ns = 1500 };
	lab->there->history[1] = (struct shr_was){ .value = 0, .until_ns = 1600 };
	lab->there->history_count = 2;
	lab->there->lane->first_ns = 10;
	lab->here->open = 1;
	lab->call.start.deferred = 9;
	lab->call.end.new_scan = 30;
	return shr_regroup(&lab->counters, lab->follow, &lab->turns, &step, &err);
}

static void test_take_over(void **state)
{
	struct lab lab;

	(void)state;
	assert_int_equal(end_where_it_repeats(&lab, 2, 1500), 1);
	check_values(&lab, 30, 0);
	assert_int_equal(lab.here->parts.count, 1);
	assert_int_equal(lab.here->parts.part[0].pid, 7);
	lab_release(&lab);
	/* Not what was left by a call that was there before. */
	assert_int_equal(end_where_it_repeats(&lab, 2, 999), 0);
	check_values(&lab, 0, 30);
	lab_release(&lab);
}

/* The call ended with more than it left, as much as a lane has that came up at @ts_ns.
 */
static int end_beside_young(struct lab *lab, uint64_t ts_ns)
{
	struct shr_step step = { .kind = SHR_STEP_END, .call = &lab->call };
	struct shr_err err;

	lab->there->lane->first_ns = ts_ns;
	lab->call.start.deferred = 9;
	lab->call.end.new_scan = 30;
	return shr_regroup(&lab->counters, lab->follow, &lab->turns, &step, &err);
}

/* The call has emptied its counter by the time of its start event, not at that time. */
static void test_join_before_start_event(void **state)
{
	struct lab lab;

	(void)state;
	for (uint64_t ts_ns = 899; ts_ns <= 900; ts_ns++) {
		lab_init(&lab);
		put(lab.there, 30, false);
		/* 9 came at 900, and were taken by the event's stamp. */
		lab.here->history[0] = (struct shr_was){ .value = 0, .until_ns = 900 };
		lab.here->history[1] = (struct shr_was){ .value = 9, .until_ns = 1000 };
		lab.here->history_count = 2;
		assert_int_equal(end_beside_young(&lab, ts_ns), ts_ns >= 900);
		assert_int_equal(lab.there->lane->joined, ts_ns >= 900);
		lab_release(&lab);
	}
}

/* A lane that came up while the call was open is its own, with all its counters. */
static void test_join(void **state)
{
	struct shr_instance second = { .ordinal = 1,
				       .memcg = { SHR_FROM_TABLE, true } };
	struct shr_call on_second = { .instance = &second };
	struct lab lab;

	(void)state;
	lab_init(&lab);
	put(lab.there, 30, false);
	struct shr_counter *more =
		shr_counters_get(&lab.counters, &second, lab.there->lane, 0);

	assert_non_null(more);
	more->known = true;
	put(more, 6, false);
	assert_int_equal(end_beside_young(&lab, lab.call.start_ns + 1), 1);
	assert_int_equal(lab.here->value, 30);
	assert_true(lab.there->lane->joined);
	const struct shr_counter *joined =
		shr_counters_of_lane(&on_second, lab.here->lane);

	assert_non_null(joined);
	assert_int_equal(joined->value, 6);
	lab_release(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fetch),
		cmocka_unit_test(test_nothing_to_fetch),
		cmocka_unit_test(test_exchange),
		cmocka_unit_test(test_give_away),
		cmocka_unit_test(test_calls_move),
		cmocka_unit_test(test_recorded_lanes_stay),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_call_goes_over),
		cmocka_unit_test(test_gather),
		cmocka_unit_test(test_nothing_to_gather),
		cmocka_unit_test(test_take_over),
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_join_before_start_event),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
