/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parsers/merge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { STREAMS = 5, RECORDS = 40 };

/* @count records of @stream with the times in @ts, all in one run. */
static void fill(struct shr_stream *stream, uint32_t order, const uint64_t *ts,
		 size_t count)
{
	*stream = (struct shr_stream){ .cpu = order, .order = order };
	for (size_t i = 0; i < count; i++)
		stream->run.records[i].ts = ts[i];
	stream->run.count = count;
}

/* Take everything as a reader does; the (time, order) pairs in the order taken. */
static size_t drain(struct shr_merge *merge, uint64_t *ts, uint32_t *order)
{
	size_t taken = 0;

	shr_merge_start(merge);
	while (merge->count) {
		struct shr_stream *top = merge->heap[0];
		uint64_t bound = shr_merge_bound(merge);
		bool goes_on;

		do {
			ts[taken] = shr_stream_record(top)->ts;
			order[taken++] = top->order;
			goes_on = ++top->next < top->run.count;
		} while (goes_on && shr_stream_record(top)->ts < bound);
		shr_merge_settle(merge, goes_on);
	}
	return taken;
}

static void test_nothing(void **state)
{
	struct shr_merge merge;

	(void)state;
	assert_true(shr_merge_init(&merge, 0));
	shr_merge_start(&merge);
	assert_int_equal(merge.count, 0);
	shr_merge_release(&merge);
}

static void test_one_has_no_bound(void **state)
{
	struct shr_stream one;
	struct shr_merge merge;

	(void)state;
	fill(&one, 0, (uint64_t[]){ 7 }, 1);
	assert_true(shr_merge_init(&merge, 1));
	shr_merge_add(&merge, &one);
	shr_merge_start(&merge);
	assert_int_equal(shr_merge_bound(&merge), UINT64_MAX);
	shr_merge_release(&merge);
}

static void test_equal_times_keep_the_order_of_adding(void **state)
{
	static const uint64_t same[] = { 5, 5, 6 };
	const uint32_t want[] = { 0, 0, 1, 1, 2, 2, 0, 1, 2 };
	uint64_t ts[9];
	uint32_t order[9];
	struct shr_stream streams[3];
	struct shr_merge merge;

	(void)state;
	assert_true(shr_merge_init(&merge, 3));
	/* Added in another order than the heap will have them. */
	for (uint32_t i = 0; i < 3; i++)
		fill(&streams[i], i, same, 3);
	shr_merge_add(&merge, &streams[2]);
	shr_merge_add(&merge, &streams[0]);
	shr_merge_add(&merge, &streams[1]);
	assert_int_equal(drain(&merge, ts, order), 9);
	for (size_t i = 0; i < 9; i++)
		assert_int_equal(order[i], want[i]);
	shr_merge_release(&merge);
}

static void test_the_largest_time_is_a_time(void **state)
{
	struct shr_stream streams[2];
	struct shr_merge merge;

	(void)state;
	fill(&streams[0], 0, (uint64_t[]){ UINT64_MAX }, 1);
	fill(&streams[1], 1, (uint64_t[]){ UINT64_MAX }, 1);
	assert_true(shr_merge_init(&merge, 2));
	shr_merge_add(&merge, &streams[0]);
	shr_merge_add(&merge, &streams[1]);
	shr_merge_start(&merge);
	assert_int_equal(shr_merge_bound(&merge), UINT64_MAX);
	shr_merge_settle(&merge, false);
	assert_ptr_equal(merge.heap[0], &streams[1]);
	shr_merge_release(&merge);
}

/* Streams of random lengths and steps come out sorted, and nothing is lost. */
static void test_random_streams(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct shr_stream streams[STREAMS];
		uint64_t ts[STREAMS * RECORDS];
		uint32_t order[STREAMS * RECORDS];
		size_t total = 0;
		struct shr_merge merge;

		assert_true(shr_merge_init(&merge, STREAMS));
		for (uint32_t i = 0; i < STREAMS; i++) {
			uint64_t times[RECORDS], now = (unsigned)rand_r(&seed) % 8;
			size_t count = 1 + (unsigned)rand_r(&seed) % RECORDS;

			for (size_t k = 0; k < count; k++)
				times[k] = now += (unsigned)rand_r(&seed) % 4;
			fill(&streams[i], i, times, count);
			shr_merge_add(&merge, &streams[i]);
			total += count;
		}
		assert_int_equal(drain(&merge, ts, order), total);
		for (size_t i = 1; i < total; i++)
			assert_true(ts[i - 1] < ts[i] ||
				    (ts[i - 1] == ts[i] && order[i - 1] <= order[i]));
		shr_merge_release(&merge);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_one_has_no_bound),
		cmocka_unit_test(test_equal_times_keep_the_order_of_adding),
		cmocka_unit_test(test_the_largest_time_is_a_time),
		cmocka_unit_test(test_random_streams),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
