/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/replay/memo.h"

#include "core/replay/lane.h"
#include "tests/unit/machine.h"

enum { TASK = 17 };

static struct shr_call call_on(uint64_t shrinker, int32_t nid, int16_t priority)
{
	return (struct shr_call){ .pid = TASK,
				  .shrinker = shrinker,
				  .nid = nid,
				  .start = { .priority = priority } };
}

static void test_place_is_one_task_s(void **state)
{
	struct shr_memos memos = { 0 };
	struct shr_lane lane = { .number = 1 };
	struct shr_call call = call_on(1, 0, 12);

	(void)state;
	assert_null(shr_memos_find(&memos, TASK));
	shr_memo_begin(shr_memos_place(&memos, TASK), &call, &lane, false);
	assert_ptr_equal(shr_memos_find(&memos, TASK)->lane, &lane);
	assert_null(shr_memos_find(&memos, TASK + SHR_MEMOS));
	call.pid = TASK + SHR_MEMOS;
	shr_memo_begin(shr_memos_place(&memos, call.pid), &call, &lane, false);
	assert_null(shr_memos_find(&memos, TASK));
	assert_int_equal(shr_memos_find(&memos, call.pid)->runs, 1);
}

static void test_run_goes_on(void **state)
{
	struct shr_memo memo = { 0 };
	struct shr_lane lane = { .number = 1 };
	struct shr_call first = call_on(1, 0, 12), second = call_on(2, 0, 12);
	struct shr_call node = call_on(2, 1, 12), priority = call_on(2, 0, 11);

	(void)state;
	shr_memo_begin(&memo, &first, &lane, false);
	memo.left = 2;
	shr_memo_see(&memo, &first);
	assert_true(shr_memo_goes_on(&memo, &second));
	assert_false(shr_memo_goes_on(&memo, &first));
	assert_false(shr_memo_goes_on(&memo, &node));
	assert_false(shr_memo_goes_on(&memo, &priority));
	shr_memo_see(&memo, &second);
	shr_memo_see(&memo, &second);
	assert_int_equal(memo.left, 0);
	for (size_t i = memo.seen_count; i < SHR_MEMO_SEEN + 5; i++)
		shr_memo_see(&memo, &second);
	assert_int_equal(memo.seen_count, SHR_MEMO_SEEN);
	struct shr_call third = call_on(3, 0, 12);

	assert_false(shr_memo_goes_on(&memo, &third));
}

/* A pass remembers the lanes it went through, and which came after which. */
static void test_pass(void **state)
{
	struct shr_memo memo = { 0 };
	struct shr_lane lanes[4] = { { .number = 1 } };
	struct shr_call call = call_on(1, 0, 12), lower = call_on(1, 0, 11);

	(void)state;
	for (size_t i = 0; i < 3; i++)
		shr_memo_begin(&memo, &call, &lanes[i], i == 0);
	assert_int_equal(memo.visited_count, 3);
	assert_int_equal(shr_memo_visit(&memo, &lanes[1]), 1);
	assert_int_equal(shr_memo_visit(&memo, &lanes[3]), memo.visited_count);
	assert_ptr_equal(lanes[0].trail.next, &lanes[1]);
	assert_ptr_equal(lanes[1].trail.next, &lanes[2]);
	/* The root begins another. */
	shr_memo_begin(&memo, &call, &lanes[0], true);
	assert_int_equal(memo.visited_count, 1);
	shr_memo_begin(&memo, &call, &lanes[1], false);
	shr_memo_begin(&memo, &lower, &lanes[2], false);
	assert_int_equal(memo.visited_count, 1);
	assert_ptr_equal(lanes[1].trail.next, &lanes[2]);
}

static void test_trail(void **state)
{
	struct shr_trail trail = { 0 };

	(void)state;
	assert_int_equal(shr_trail_runs(&trail, 5), 0);
	for (uint64_t run = 1; run <= 40; run++)
		shr_trail_note(&trail, run % 4 ? 5 : 6, run);
	assert_int_equal(shr_trail_runs(&trail, 5), 30);
	assert_int_equal(shr_trail_runs(&trail, 6), 10);
	assert_int_equal(trail.runs, 40);
	assert_int_equal(trail.last_run, 40);
	shr_trail_drop(&trail, 5);
	assert_int_equal(shr_trail_runs(&trail, 5), 0);
	assert_int_equal(trail.runs, 10);
}

/* What was long ago counts less, and the table stays as small as it is. */
static void test_trail_forgets(void **state)
{
	struct shr_trail trail = { 0 };
	uint32_t runs = 0;

	(void)state;
	for (uint64_t run = 1; run <= 10000; run++)
		shr_trail_note(&trail, (int32_t)(run / 1000), run);
	assert_true(shr_trail_runs(&trail, 9) > shr_trail_runs(&trail, 8));
	for (size_t i = 0; i < SHR_TRAIL_TASKS; i++)
		runs += trail.tasks[i].runs;
	assert_int_equal(trail.runs, runs);
	assert_true(trail.runs <= 65);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_place_is_one_task_s),
		cmocka_unit_test(test_run_goes_on),
		cmocka_unit_test(test_pass),
		cmocka_unit_test(test_trail),
		cmocka_unit_test(test_trail_forgets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
