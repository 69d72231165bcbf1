/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a callback that does not return does to others, under either design.
 */
#include "core/shrinker/domain_parts.h"
#include "core/shrinker/slab.h"
#include "core/shrinker/stats.h"
#include "tests/unit/toy.h"

#include <pthread.h>
#include <sched.h>

/* A pass that is stuck in its first shrinker until it is let go; one comes after it. */
struct jam {
	struct shr_domain *domain;
	struct shr_memcg *memcg;
	struct toy stuck, other, late;
	_Atomic bool inside, let_go, done;
	uint64_t passed; /* what the pass returned */
	pthread_t passing, waiting;
};

/* The first who asks stays. */
static uint64_t stuck_count(struct shr_shrinker *shrinker, struct shr_control *control)
{
	struct jam *jam = shrinker->private_data;

	(void)control;
	if (atomic_exchange(&jam->inside, true))
		return 0;
	while (!jam->let_go)
		sched_yield();
	return 0;
}

static void *passing(void *arg)
{
	struct jam *jam = arg;

	jam->passed = shr_slab_shrink(jam->domain, &some_reclaimer, 0, jam->memcg);
	return NULL;
}

static void *registering(void *arg)
{
	struct jam *jam = arg;
	struct shr_err err;

	shr_shrinker_register(jam->late.shrinker, &err);
	jam->done = true;
	return NULL;
}

static void *freeing(void *arg)
{
	struct jam *jam = arg;

	toy_free(&jam->stuck);
	jam->done = true;
	return NULL;
}

static void start(struct jam *jam, pthread_t *thread, void *(*work)(void *))
{
	assert_int_equal(pthread_create(thread, NULL, work, jam), 0);
}

static void jam_open(struct jam *jam, unsigned major, unsigned minor)
{
	struct shr_err err;

	*jam = (struct jam){ .domain = toy_domain(&(struct shr_domain_options){
				     .release = { major, minor, 0 },
				     .memcgs = major == 4 }) };
	toy_alloc(&jam->stuck, jam->domain, 0);
	jam->stuck.shrinker->count = stuck_count;
	jam->stuck.shrinker->private_data = jam;
	assert_int_equal(shr_shrinker_register(jam->stuck.shrinker, &err), 0);
	toy_register(&jam->other, jam->domain, 0);
	toy_alloc(&jam->late, jam->domain, 0);
	start(jam, &jam->passing, passing);
	while (!jam->inside)
		sched_yield();
}

static void jam_let_go(struct jam *jam)
{
	jam->let_go = true;
	pthread_join(jam->passing, NULL);
	pthread_join(jam->waiting, NULL);
	assert_true(jam->done);
}

static void jam_close(struct jam *jam)
{
	toy_free(&jam->stuck);
	toy_free(&jam->other);
	toy_free(&jam->late);
	shr_domain_free(jam->domain);
}

static void check_stats(struct jam *jam, uint64_t passes, uint64_t dropped,
			uint64_t cut, uint64_t calls)
{
	struct shr_stats stats;

	shr_stats_read(jam->domain, &stats);
	assert_int_equal(stats.passes, passes);
	assert_int_equal(stats.dropped, dropped);
	assert_int_equal(stats.cut, cut);
	assert_int_equal(stats.calls, calls);
}

/* Who registers waits, passes are dropped because he does, and the first may end. */
static void check_rwsem(unsigned major, unsigned minor, uint64_t dropped,
			bool bails_out)
{
	struct jam jam;

	jam_open(&jam, major, minor);
	assert_int_equal(shr_slab_shrink(jam.domain, &some_reclaimer, 0, NULL), 0);
	assert_int_equal(jam.other.counts, 1);
	/* Without maps memcgs come and go as they like. */
	if (shr_memcg_root(jam.domain))
		shr_memcg_offline(some_memcg(shr_memcg_root(jam.domain)));
	start(&jam, &jam.waiting, registering);
	while (!shr_rwsem_is_contended(&jam.domain->registry))
		sched_yield();
	assert_int_equal(shr_slab_shrink(jam.domain, &some_reclaimer, 0, NULL),
			 dropped);
	assert_int_equal(jam.other.counts, 1);
	assert_false(jam.done);
	jam_let_go(&jam);
	assert_int_equal(jam.passed, bails_out);
	assert_int_equal(jam.other.counts, bails_out ? 1 : 2);
	/* Those of the second pass are two. */
	check_stats(&jam, 2, 1, bails_out, bails_out ? 3 : 4);
	jam_close(&jam);
}

static void test_rwsem(void **state)
{
	(void)state;
	check_rwsem(4, 14, 1, false);
	check_rwsem(4, 16, 1, true);
	check_rwsem(4, 18, 0, true);
	check_rwsem(6, 6, 0, true);
}

/* Nobody waits who does not want that very shrinker gone. */
static void test_lockless(void **state)
{
	struct jam jam;

	(void)state;
	jam_open(&jam, 6, 12);
	start(&jam, &jam.waiting, registering);
	while (!jam.done)
		sched_yield();
	shr_slab_shrink(jam.domain, &some_reclaimer, 0, NULL);
	assert_int_equal(jam.other.counts, 1);
	assert_int_equal(jam.late.counts, 1);
	toy_free(&jam.late);
	jam_let_go(&jam);
	assert_int_equal(jam.other.counts, 2);
	jam_close(&jam);
}

static void test_lockless_free(void **state)
{
	struct jam jam;

	(void)state;
	jam_open(&jam, 6, 12);
	start(&jam, &jam.waiting, freeing);
	/* It is not to be had any more as soon as somebody frees it. */
	while (atomic_load(&jam.stuck.shrinker->refs) > 1)
		sched_yield();
	assert_int_equal(shr_slab_shrink(jam.domain, &some_reclaimer, 0, NULL), 0);
	assert_false(jam.done);
	jam_let_go(&jam);
	assert_int_equal(jam.other.counts, 2);
	jam_close(&jam);
}

/* Either design in a kernel of the other. */
static void test_chosen(void **state)
{
	struct shr_domain_options options = { .release = { 6, 12, 0 },
					      .locking = SHR_LOCKING_RWSEM };
	struct shr_domain *domain = toy_domain(&options);

	(void)state;
	assert_false(domain->design.lockless);
	assert_true(domain->design.bails_out);
	shr_domain_free(domain);
	options.release = (struct shr_release){ 5, 10, 0 };
	options.locking = SHR_LOCKING_LOCKLESS;
	domain = toy_domain(&options);
	assert_true(domain->design.lockless);
	shr_domain_free(domain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rwsem),
		cmocka_unit_test(test_lockless),
		cmocka_unit_test(test_lockless_free),
		cmocka_unit_test(test_chosen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
