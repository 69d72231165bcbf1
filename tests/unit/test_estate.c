/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/replay/estate.h"

#include "core/err.h"
#include "core/replay/counters.h"
#include "core/replay/instance.h"
#include "tests/unit/fake_source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { LANES = 5, STEPS = 8, START_NS = 100000 };

/*
 * Two shrinkers with a counter each in every lane: that of lane i was last called
 * i * 100 ns after the others' and is 0 in the first, the parent's.
 */
struct lab {
	struct shr_counters counters;
	struct shr_instance here, there;
	struct shr_counter *on[LANES];	  /* of the first */
	struct shr_counter *other[LANES]; /* and of the second */
	struct shr_call calls[STEPS];	  /* the first one finds what is in question */
	struct shr_step steps[STEPS];
};

static struct shr_counter *new_counter(struct lab *lab, struct shr_instance *instance,
				       struct shr_lane *lane, int64_t value)
{
	struct shr_counter *counter =
		shr_counters_get(&lab->counters, instance, lane, 0);

	assert_non_null(counter);
	counter->known = true;
	counter->value = value;
	counter->seen_ns = lane->last_ns;
	return counter;
}

static void add_lane(struct lab *lab, int i, int64_t value, int64_t other)
{
	struct shr_lane *lane = shr_counters_new_lane(&lab->counters, &lab->calls[0]);

	assert_non_null(lane);
	lane->first_ns = 1;
	lane->last_ns = 100 * (uint64_t)i;
	lab->on[i] = new_counter(lab, &lab->here, lane, value);
	lab->other[i] = new_counter(lab, &lab->there, lane, other);
}

static void lab_init(struct lab *lab, const int64_t values[LANES], unsigned removed)
{
	*lab = (struct lab){ .here = { .address = 0x1000, .ordinal = 0 },
			     .there = { .address = 0x2000, .ordinal = 1 } };
	for (int i = 0; i < LANES; i++)
		add_lane(lab, i, values[i], 7 * values[i]);
	for (unsigned i = 0; i < removed; i++)
		shr_cgroups_rmdir(&lab->counters.cgroups, 0, i + 1, 5000 + i);
	for (int i = 0; i < STEPS; i++)
		lab->steps[i] = (struct shr_step){ .kind = SHR_STEP_GAP,
						   .call = &lab->calls[i] };
	for (int i = 0; i + 1 < STEPS; i++)
		lab->steps[i].next = &lab->steps[i + 1];
}

static void lab_release(struct lab *lab)
{
	shr_counters_release(&lab->counters);
}

/* The @i th step is a start on the first shrinker that finds @deferred, */
static void start(struct lab *lab, int i, int64_t deferred)
{
	lab->steps[i].kind = SHR_STEP_START;
	lab->calls[i] = (struct shr_call){ .instance = i ? NULL : &lab->here,
					   .shrinker = 0x1000,
					   .start_ns = START_NS + (uint64_t)i,
					   .counter = i ? NULL : lab->on[0],
					   .lane = i ? NULL : lab->on[0]->lane,
					   .start = { .deferred = deferred } };
}

/* or an end that leaves @left there. */
static void end(struct lab *lab, int i, int64_t left)
{
	lab->steps[i].kind = SHR_STEP_END;
	lab->calls[i] =
		(struct shr_call){ .shrinker = 0x1000, .end = { .new_scan = left } };
}

/* The parent's call finds @found. */
static bool settle(struct lab *lab, int64_t found)
{
	start(lab, 0, found);
	return shr_estate_settle(&lab->counters, lab->on[0], &lab->steps[0]);
}

/* What is expected in the parent's counter, and of whom. */
static void check_left(const struct shr_counter *heir, int64_t own,
		       const struct shr_counter *const *from, uint32_t count)
{
	int64_t sum = 0;

	assert_int_equal(heir->legacies.count, count);
	for (uint32_t i = 0; i < count; i++) {
		assert_ptr_equal(heir->legacies.legacy[i].lane, from[i]->lane);
		assert_int_equal(heir->legacies.legacy[i].amount, from[i]->value);
		assert_ptr_equal(from[i]->lane->into, heir->lane);
		sum += from[i]->value;
	}
	assert_int_equal(heir->inherited, sum);
	assert_int_equal(heir->value, own + sum);
}

static const int64_t plain[LANES] = { 100, 31, 47, 59, 83 };

static void test_one_ended(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab, plain, 1);
	assert_true(settle(&lab, 100 + 47));
	check_left(lab.on[0], 100, (const struct shr_counter *[]){ lab.on[2] }, 1);
	/* All that it had goes there. */
	check_left(lab.other[0], 700, (const struct shr_counter *[]){ lab.other[2] },
		   1);
	lab_release(&lab);
}

/* As many as were removed, in any order; no more, and not one object more or less. */
static void test_several_ended(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab, plain, 2);
	assert_true(settle(&lab, 100 + 83 + 31));
	check_left(lab.on[0], 100,
		   (const struct shr_counter *[]){ lab.on[4], lab.on[1] }, 2);
	lab_release(&lab);
	lab_init(&lab, plain, 1);
	assert_false(settle(&lab, 100 + 83 + 31));
	assert_false(settle(&lab, 100 + 83 + 1));
	assert_false(settle(&lab, 100 - 31));
	assert_int_equal(lab.on[0]->value, 100);
	assert_int_equal(lab.on[0]->legacies.count, 0);
	lab_release(&lab);
}

/* Not what a later call finds where it was, unless another call has left as much. */
static void test_found_again(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab, plain, 1);
	start(&lab, 3, 47);
	assert_false(settle(&lab, 100 + 47));
	end(&lab, 2, 47);
	assert_true(settle(&lab, 100 + 47));
	lab_release(&lab);
}

/* Of a lane that ended, the counter of another shrinker has not arrived. */
static void test_nothing_arrived(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab, plain, 1);
	assert_true(settle(&lab, 100 + 47));
	assert_int_equal(lab.other[0]->value, 700 + 7 * 47);
	start(&lab, 0, 700);
	assert_true(shr_estate_settle(&lab.counters, lab.other[0], &lab.steps[0]));
	check_left(lab.other[0], 700, NULL, 0);
	lab_release(&lab);
}

/* Another lane's has arrived instead: the two were mixed up there. */
static void test_changed_places(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab, plain, 1);
	assert_true(settle(&lab, 100 + 47));
	const struct shr_lane *ended = lab.on[2]->lane, *lives = lab.on[3]->lane;

	start(&lab, 0, 700 + 7 * 59);
	assert_true(shr_estate_settle(&lab.counters, lab.other[0], &lab.steps[0]));
	check_left(lab.other[0], 700, (const struct shr_counter *[]){ lab.other[3] },
		   1);
	assert_ptr_equal(lab.other[3]->lane, ended);
	assert_ptr_equal(lab.other[2]->lane, lives);
	assert_null(lives->into);
	lab_release(&lab);
}

/* A lane that goes on with another shrinker has not ended: its counter is another's. */
static void test_lane_goes_on(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab, plain, 1);
	const struct shr_lane *lives = lab.on[2]->lane;

	start(&lab, 3, 7 * 47);
	lab.calls[3].shrinker = 0x2000;
	assert_true(settle(&lab, 100 + 47));
	check_left(lab.on[0], 100, (const struct shr_counter *[]){ lab.on[2] }, 1);
	assert_ptr_not_equal(lab.on[2]->lane, lives);
	assert_null(lives->into);
	assert_int_equal(lab.other[0]->value, 700);
	lab_release(&lab);
}

/* What a lane left and nobody took is its own again, what was taken is gone. */
static void test_reopen(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab, plain, 1);
	assert_true(settle(&lab, 100 + 47));
	lab.on[0]->inherited = 0;
	lab.on[0]->legacies.count = 0;
	shr_estate_reopen(lab.on[2]->lane);
	assert_null(lab.on[2]->lane->into);
	assert_false(lab.on[2]->known);
	assert_true(lab.other[2]->known);
	lab_release(&lab);
}

/* The call was given to the wrong lane: of two, the one whose cache it is has got it.
 */
static void check_found(bool firm)
{
	struct lab lab;

	lab_init(&lab, plain, 1);
	start(&lab, 0, 59 + 83);
	lab.calls[0].firm = firm;
	lab.calls[0].start.freeable = 900;
	lab.on[3]->freeable = 400;
	lab.on[4]->freeable = 890;
	const struct shr_lane *mine = lab.on[0]->lane, *its = lab.on[4]->lane;

	assert_true(shr_estate_find(&lab.counters, &lab.steps[0]));
	assert_ptr_equal(lab.calls[0].counter, lab.on[4]);
	assert_ptr_equal(lab.calls[0].lane, firm ? mine : its);
	assert_ptr_equal(lab.on[4]->lane, lab.calls[0].lane);
	assert_ptr_equal(lab.on[0]->lane, firm ? its : mine);
	check_left(lab.on[4], 83, (const struct shr_counter *[]){ lab.on[3] }, 1);
	lab_release(&lab);
}

static void test_find(void **state)
{
	struct lab lab;

	(void)state;
	check_found(false);
	check_found(true);
	/* Nobody has ended, as far as is known; or too many would have had to. */
	lab_init(&lab, plain, 0);
	start(&lab, 0, 59 + 83);
	assert_false(shr_estate_find(&lab.counters, &lab.steps[0]));
	lab_release(&lab);
	lab_init(&lab, plain, 1);
	start(&lab, 0, 31 + 59 + 83);
	assert_false(shr_estate_find(&lab.counters, &lab.steps[0]));
	lab_release(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_ended),
		cmocka_unit_test(test_several_ended),
		cmocka_unit_test(test_found_again),
		cmocka_unit_test(test_nothing_arrived),
		cmocka_unit_test(test_changed_places),
		cmocka_unit_test(test_lane_goes_on),
		cmocka_unit_test(test_reopen),
		cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
