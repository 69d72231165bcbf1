/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/replay/find.h"

#include "core/err.h"
#include "core/replay/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct shr_counter counters[2];

/* A call from @start_ns to @end_ns on the first counter, exact, with 10 planned. */
static struct shr_call call_of(uint64_t n, uint64_t start_ns, uint64_t end_ns)
{
	struct shr_call call = { .n = n,
				 .start_ns = start_ns,
				 .end_ns = end_ns,
				 .counter = &counters[0],
				 .expected_known = true };

	call.observed.value[SHR_PLANNED] = call.predicted.value[SHR_PLANNED] = 10;
	call.observed.known = call.predicted.known = 1u << SHR_PLANNED;
	return call;
}

static void show(struct shr_find *find, const struct shr_call *call)
{
	struct shr_err err;

	assert_int_equal(shr_find_call(find, call, &err), 0);
}

/* The call's remainder of @amount is part of what @taker took. */
static void take(struct shr_call *taker, uint64_t n, int64_t amount)
{
	const struct shr_part part = { .n = n, .amount = amount };

	shr_parts_add(&taker->gave, &part);
}

static void test_number(void **state)
{
	struct shr_find find = { .how = SHR_FIND_N, .n = 2 };
	struct shr_call calls[3] = { call_of(1, 0, 5), call_of(2, 10, 15),
				     call_of(3, 20, 25) };

	(void)state;
	calls[1].counter = &counters[1];
	take(&calls[2], 2, 7);
	for (int i = 0; i < 3; i++)
		show(&find, &calls[i]);
	assert_true(find.found);
	assert_int_equal(find.call.n, 2);
	assert_int_equal(find.calls, 3);
	assert_true(find.first_on_counter);
	/* Another counter's calls take nothing of it. */
	assert_false(find.taken);
	shr_find_release(&find);
}

static void test_taker(void **state)
{
	struct shr_find find = { .how = SHR_FIND_N, .n = 2 };
	struct shr_call calls[4] = { call_of(1, 0, 5), call_of(2, 10, 15),
				     call_of(3, 20, 25), call_of(4, 30, 35) };

	(void)state;
	calls[2].pid = 54;
	take(&calls[2], 1, 3);
	take(&calls[2], 2, 7);
	take(&calls[3], 2, 9);
	for (int i = 0; i < 4; i++)
		show(&find, &calls[i]);
	assert_false(find.first_on_counter);
	assert_true(find.taken);
	assert_int_equal(find.taker.n, 3);
	assert_int_equal(find.taker.pid, 54);
	assert_int_equal(find.taker.amount, 7);
	shr_find_release(&find);
}

/* Of calls with one stamp the later number may have come first. */
static void test_early_taker(void **state)
{
	struct shr_find find = { .how = SHR_FIND_N, .n = 3 };
	struct shr_call calls[4] = { call_of(1, 5, 5), call_of(2, 5, 5),
				     call_of(3, 5, 5), call_of(4, 5, 5) };

	(void)state;
	take(&calls[0], 3, 7);
	take(&calls[1], 4, 8);
	take(&calls[1], 99, 8); /* will not come */
	for (int i = 0; i < 4; i++)
		show(&find, &calls[i]);
	assert_true(find.taken);
	assert_int_equal(find.taker.n, 1);
	assert_int_equal(find.taker.amount, 7);
	shr_find_release(&find);
}

/* Whose deferred is not known, or from more calls than are kept, may have taken it. */
static void test_vague_taker(void **state)
{
	for (int way = 0; way < 2; way++) {
		struct shr_find find = { .how = SHR_FIND_N, .n = 1 };
		struct shr_call first = call_of(1, 0, 5), next = call_of(2, 10, 15);
		struct shr_call last = call_of(3, 20, 25);

		(void)state;
		next.expected_known = way != 0;
		for (int i = 0; way && i <= SHR_PARTS; i++)
			take(&next, 100 + (uint64_t)i, 1);
		take(&last, 1, 7);
		show(&find, &first);
		show(&find, &next);
		show(&find, &last);
		assert_false(find.taken);
		assert_int_equal(find.vague_n, 2);
		shr_find_release(&find);
	}
}

static uint64_t number_at(uint64_t at_ns, uint64_t *running)
{
	struct shr_find find = { .how = SHR_FIND_AT, .at_ns = at_ns };
	const struct shr_call calls[4] = { call_of(1, 10, 15), call_of(2, 20, 40),
					   call_of(3, 30, 35), call_of(4, 50, 55) };

	for (int i = 0; i < 4; i++)
		show(&find, &calls[i]);
	*running = find.running;
	assert_int_equal(find.runs, find.found && find.call.start_ns <= at_ns);
	shr_find_release(&find);
	return find.found ? find.call.n : 0;
}

static void test_time(void **state)
{
	uint64_t running;

	(void)state;
	assert_int_equal(number_at(0, &running), 1);
	assert_int_equal(number_at(10, &running), 1);
	assert_int_equal(number_at(15, &running), 1);
	assert_int_equal(number_at(16, &running), 2);
	assert_int_equal(running, 0);
	assert_int_equal(number_at(32, &running), 2);
	assert_int_equal(running, 1);
	assert_int_equal(number_at(36, &running), 2);
	assert_int_equal(running, 0);
	assert_int_equal(number_at(41, &running), 4);
	assert_int_equal(number_at(56, &running), 0);
}

static uint64_t worst_of(const struct shr_call *calls, size_t count)
{
	struct shr_find find = { .how = SHR_FIND_WORST };

	for (size_t i = 0; i < count; i++)
		show(&find, &calls[i]);
	shr_find_release(&find);
	return find.call.n;
}

static void test_worst(void **state)
{
	struct shr_call calls[5] = { call_of(1, 0, 1), call_of(2, 2, 3),
				     call_of(3, 4, 5), call_of(4, 6, 7),
				     call_of(5, 8, 9) };

	(void)state;
	assert_int_equal(worst_of(calls, 5), 1);
	calls[1].observed.value[SHR_PLANNED] = calls[1].predicted.value[SHR_PLANNED] =
		11;
	assert_int_equal(worst_of(calls, 5), 2);
	calls[2].predicted.value[SHR_PLANNED] = 8;
	assert_int_equal(worst_of(calls, 5), 3);
	calls[3].verdict = SHR_LOST_EVENTS;
	assert_int_equal(worst_of(calls, 5), 4);
	calls[4].verdict = SHR_UNEXPLAINED;
	assert_int_equal(worst_of(calls, 5), 5);
}

/* As far apart as 64 bits allow, and a delta that is no negative number. */
static void test_distances(void **state)
{
	struct shr_call calls[2] = { call_of(1, 0, 1), call_of(2, 2, 3) };

	(void)state;
	calls[0].observed.value[SHR_LEFT] = INT64_MAX;
	calls[0].predicted.value[SHR_LEFT] = INT64_MIN;
	calls[0].observed.known = calls[0].predicted.known = 1u << SHR_LEFT;
	calls[1].observed.value[SHR_DELTA] = -1;
	calls[1].observed.known = calls[1].predicted.known = 1u << SHR_DELTA;
	assert_int_equal(worst_of(calls, 2), 1);
	calls[0].predicted.value[SHR_LEFT] = -1;
	assert_int_equal(worst_of(calls, 2), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_number),	    cmocka_unit_test(test_taker),
		cmocka_unit_test(test_early_taker), cmocka_unit_test(test_vague_taker),
		cmocka_unit_test(test_time),	    cmocka_unit_test(test_worst),
		cmocka_unit_test(test_distances),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
