/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tasks in virtual time: who runs when, who waits, and how it all comes to an end.
 */
#include "core/sim/sched.h"

#include "core/err.h"
#include "core/shrinker/domain.h"
#include "core/shrinker/rwsem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* What tasks did, in that order: "a0 b5 " is a at 0 and b at 5. */
struct diary {
	struct shr_sched *sched;
	char text[512];
	size_t len;
	struct shr_rwsem sem;
	int here; /* something to wait for */
};

struct worker {
	struct diary *diary;
	char letter;
	uint64_t step_ns;
	int steps;
};

static void note(struct worker *worker)
{
	struct diary *diary = worker->diary;

	diary->len += (size_t)snprintf(
		diary->text + diary->len, sizeof(diary->text) - diary->len, "%c%llu ",
		worker->letter, (unsigned long long)shr_sched_now(diary->sched));
}

static void diary_open(struct diary *diary)
{
	struct shr_err err;

	*diary = (struct diary){ .sched = shr_sched_new(&err) };
	assert_non_null(diary->sched);
	shr_rwsem_init(&diary->sem, shr_sched_waiter(diary->sched));
}

static void diary_close(struct diary *diary)
{
	shr_sched_free(diary->sched);
	shr_rwsem_release(&diary->sem);
}

static void start(struct worker *worker, uint64_t at_ns, void (*run)(void *data))
{
	struct shr_err err;

	assert_int_equal(
		shr_sched_start(worker->diary->sched, at_ns, run, worker, &err), 0);
}

static void work(void *data)
{
	struct worker *worker = data;

	for (int i = 0; i < worker->steps; i++) {
		assert_ptr_equal(shr_sched_current(worker->diary->sched), worker);
		note(worker);
		shr_sched_sleep(worker->diary->sched, worker->step_ns);
	}
}

static void test_in_order_of_time(void **state)
{
	struct diary diary;
	struct worker a = { &diary, 'a', 10, 3 }, b = { &diary, 'b', 4, 4 },
		      c = { &diary, 'c', 1, 1 };
	struct shr_err err;

	(void)state;
	diary_open(&diary);
	start(&a, 0, work);
	start(&b, 2, work);
	start(&c, 100, work);
	assert_int_equal(shr_sched_count(diary.sched), 3);
	assert_int_equal(shr_sched_run(diary.sched, &err), 0);
	/* Those due at once go in the order in which they came to be so. */
	assert_string_equal(diary.text, "a0 b2 b6 a10 b10 b14 a20 c100 ");
	assert_int_equal(shr_sched_now(diary.sched), 101);
	assert_int_equal(shr_sched_count(diary.sched), 0);
	assert_int_equal(shr_sched_run(diary.sched, &err), 0);
	diary_close(&diary);
}

static void pause_once(void *data)
{
	struct worker *worker = data;

	note(worker);
	shr_sched_pause(worker->diary->sched);
	note(worker);
}

static void test_pauses(void **state)
{
	struct diary diary;
	struct worker a = { &diary, 'a', 0, 0 }, b = { &diary, 'b', 1, 1 };
	struct shr_err err;

	(void)state;
	diary_open(&diary);
	start(&a, 5, pause_once);
	start(&b, 5, work);
	assert_int_equal(shr_sched_run(diary.sched, &err), 1);
	assert_string_equal(diary.text, "a5 ");
	/* Nobody else had a turn meanwhile. */
	assert_int_equal(shr_sched_run(diary.sched, &err), 0);
	assert_string_equal(diary.text, "a5 a5 b5 ");
	diary_close(&diary);
}

static void read_long(void *data)
{
	struct worker *worker = data;
	struct diary *diary = worker->diary;

	assert_true(shr_rwsem_try_read(&diary->sem));
	shr_sched_sleep(diary->sched, 50);
	note(worker);
	shr_rwsem_read_unlock(&diary->sem);
}

static void write_briefly(void *data)
{
	struct worker *worker = data;
	struct diary *diary = worker->diary;

	shr_rwsem_write(&diary->sem);
	note(worker);
	shr_sched_sleep(diary->sched, 5);
	shr_rwsem_write_unlock(&diary->sem);
}

static void try_in_vain(void *data)
{
	struct worker *worker = data;
	struct diary *diary = worker->diary;

	assert_false(shr_rwsem_try_read(&diary->sem));
	note(worker);
}

/* Writers wait for the reader, and for each other; who tries finds it taken. */
static void test_waits_for_a_semaphore(void **state)
{
	struct diary diary;
	struct worker r = { &diary, 'r', 0, 0 }, w = { &diary, 'w', 0, 0 },
		      v = { &diary, 'v', 0, 0 }, t = { &diary, 't', 0, 0 };
	struct shr_err err;

	(void)state;
	diary_open(&diary);
	start(&r, 0, read_long);
	start(&w, 10, write_briefly);
	start(&v, 11, write_briefly);
	start(&t, 20, try_in_vain);
	assert_int_equal(shr_sched_run(diary.sched, &err), 0);
	assert_string_equal(diary.text, "r50 w50 v55 t120 ");
	assert_int_equal(shr_sched_misses(diary.sched), 1);
	diary_close(&diary);
}

static void wait_for_ever(void *data)
{
	struct worker *worker = data;
	struct shr_waiter *waiter = shr_sched_waiter(worker->diary->sched);

	note(worker);
	for (;;)
		waiter->wait(waiter, &worker->diary->here);
}

static void test_tells_deadlocks(void **state)
{
	struct diary diary;
	struct worker a = { &diary, 'a', 0, 0 }, b = { &diary, 'b', 0, 0 },
		      c = { &diary, 'c', 7, 1 };
	struct shr_err err;

	(void)state;
	diary_open(&diary);
	start(&a, 0, wait_for_ever);
	start(&b, 3, wait_for_ever);
	start(&c, 3, work);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(shr_sched_run(diary.sched, &err), -1);
		assert_string_equal(err.reason, "deadlock: all 2 tasks that are left "
						"wait for each other, at 10 ns");
	}
	assert_false(shr_sched_end(diary.sched));
	diary_close(&diary);
}

static void work_until_the_end(void *data)
{
	struct worker *worker = data;
	struct diary *diary = worker->diary;

	while (!shr_sched_is_ending(diary->sched)) {
		shr_rwsem_write(&diary->sem);
		shr_sched_sleep(diary->sched, 3);
		shr_rwsem_write_unlock(&diary->sem);
		shr_sched_pause(diary->sched);
	}
	worker->steps = 1;
}

/* Wherever they were: within what they hold, waiting, or not even begun. */
static void test_ends_half_way(void **state)
{
	struct diary diary;
	struct worker a = { &diary, 'a', 0, 0 }, b = { &diary, 'b', 0, 0 },
		      c = { &diary, 'c', 0, 0 };
	struct shr_err err;

	(void)state;
	for (int runs = 0; runs < 5; runs++) {
		diary_open(&diary);
		a.steps = b.steps = c.steps = 0;
		start(&a, 0, work_until_the_end);
		start(&b, 1, work_until_the_end);
		start(&c, 1000000, work_until_the_end);
		for (int i = 0; i < runs; i++)
			assert_int_equal(shr_sched_run(diary.sched, &err), 1);
		assert_true(shr_sched_end(diary.sched));
		assert_int_equal(a.steps, runs > 0);
		assert_int_equal(c.steps, 0);
		diary_close(&diary);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_order_of_time),
		cmocka_unit_test(test_pauses),
		cmocka_unit_test(test_waits_for_a_semaphore),
		cmocka_unit_test(test_tells_deadlocks),
		cmocka_unit_test(test_ends_half_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
