/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two threads that meet in one place alone, so that nothing but what that place
 * promises orders what they do: a sanitizer that sees races tells if it does not.  In
 * the crowd of test_threads.c they meet in too many places.
 */
#include "core/shrinker/domain.h"
#include "core/shrinker/grace.h"
#include "core/shrinker/ids.h"
#include "core/shrinker/info.h"
#include "core/shrinker/lru_parts.h"
#include "core/shrinker/rwsem.h"
#include "core/shrinker/slab.h"
#include "tests/unit/machine.h"
#include "tests/unit/toy.h"

#include <pthread.h>
#include <sched.h>

enum { ROUNDS = 1000, IDS = 1 << 13, STEP = 1 << 5 };

static void start(pthread_t *thread, void *(*work)(void *), void *arg)
{
	assert_int_equal(pthread_create(thread, NULL, work, arg), 0);
}

/*
 * One who adds and one who shrinks meet in nothing but a bit: what was written before
 * it was set is seen after it was cleared.
 */
struct handover {
	struct shr_domain *domain;
	struct shr_memcg *memcg;
	struct shr_shrinker *shrinker;
	unsigned added; /* not atomic: that is what the bit is for */
	bool again;	/* the next question comes after the bit was cleared */
	_Atomic unsigned taken;
	_Atomic bool failed;
};

static uint64_t handover_count(struct shr_shrinker *shrinker,
			       struct shr_control *control)
{
	struct handover *handover = shrinker->private_data;

	(void)control;
	handover->again = !handover->again;
	if (handover->again)
		return SHR_SHRINK_EMPTY;
	if (handover->added != handover->taken + 1)
		handover->failed = true;
	atomic_store_explicit(&handover->taken, handover->added, memory_order_release);
	return SHR_SHRINK_EMPTY;
}

static uint64_t handover_scan(struct shr_shrinker *shrinker,
			      struct shr_control *control)
{
	(void)shrinker, (void)control;
	return SHR_SHRINK_STOP;
}

static void *handing(void *arg)
{
	struct handover *handover = arg;

	for (unsigned n = 1; n <= ROUNDS; n++) {
		handover->added = n;
		shr_info_set_shrinker(handover->memcg, 0, handover->shrinker);
		while (atomic_load_explicit(&handover->taken, memory_order_acquire) < n)
			sched_yield();
	}
	return NULL;
}

static void check_handover(struct shr_release release)
{
	struct handover handover = {
		.domain = toy_domain(&(struct shr_domain_options){
			.release = release, .memcgs = true, .kmem = true })
	};
	struct shr_err err;
	pthread_t thread;

	handover.memcg = some_memcg(shr_memcg_root(handover.domain));
	handover.shrinker =
		shr_shrinker_alloc(handover.domain, SHR_SHRINKER_MEMCG, &err, "handed");
	assert_non_null(handover.shrinker);
	handover.shrinker->count = handover_count;
	handover.shrinker->scan = handover_scan;
	handover.shrinker->private_data = &handover;
	assert_int_equal(shr_shrinker_register(handover.shrinker, &err), 0);
	start(&thread, handing, &handover);
	while (handover.taken < ROUNDS)
		shr_slab_shrink(handover.domain, &some_reclaimer, 0, handover.memcg);
	pthread_join(thread, NULL);
	assert_false(handover.failed);
	shr_shrinker_free(handover.shrinker);
	shr_domain_free(handover.domain);
}

static void test_handover(void **state)
{
	(void)state;
	check_handover((struct shr_release){ 6, 6, 0 });
	check_handover((struct shr_release){ 6, 12, 0 });
}

/* One who looks up while another grows the table, and retires the old ones. */
struct growth {
	struct shr_grace grace;
	struct shr_ids ids;
	unsigned holders[IDS]; /* not atomic: that is what the table is for */
	_Atomic unsigned looked;
	_Atomic bool done, failed;
};

static void *looking(void *arg)
{
	struct growth *growth = arg;
	uint64_t seed = 5;

	while (!atomic_load_explicit(&growth->done, memory_order_relaxed)) {
		uint32_t id = (uint32_t)any_of(&seed, 0, IDS - 1);

		shr_grace_enter(&growth->grace);
		const unsigned *holder = shr_ids_find(&growth->ids, id);

		if (holder && *holder != id)
			growth->failed = true;
		shr_grace_leave(&growth->grace);
		/* relaxed: they do not meet here. */
		atomic_fetch_add_explicit(&growth->looked, 1, memory_order_relaxed);
	}
	return NULL;
}

static void wait_for_looks(struct growth *growth)
{
	unsigned before = atomic_load_explicit(&growth->looked, memory_order_relaxed);

	while (atomic_load_explicit(&growth->looked, memory_order_relaxed) - before < 8)
		sched_yield();
}

static void test_growth(void **state)
{
	static struct growth growth;
	pthread_t thread;

	(void)state;
	shr_grace_init(&growth.grace);
	start(&thread, looking, &growth);
	for (unsigned id = 0; id < IDS; id++) {
		growth.holders[id] = id;
		assert_int_equal(
			shr_ids_take(&growth.ids, &growth.holders[id], &growth.grace),
			id);
		if (id % STEP == 0) {
			wait_for_looks(&growth);
			shr_grace_settle(&growth.grace);
		}
	}
	atomic_store_explicit(&growth.done, true, memory_order_relaxed);
	pthread_join(thread, NULL);
	assert_false(growth.failed);
	shr_grace_release(&growth.grace);
	shr_ids_release(&growth.ids);
}

/* Two who write and two who read what a semaphore guards. */
struct guarded {
	struct shr_rwsem sem;
	unsigned a, b; /* not atomic, and equal */
	_Atomic unsigned writes, reads;
	_Atomic bool failed;
};

static void *writing(void *arg)
{
	struct guarded *guarded = arg;

	while (atomic_fetch_add_explicit(&guarded->writes, 1, memory_order_relaxed) <
		       ROUNDS ||
	       atomic_load_explicit(&guarded->reads, memory_order_relaxed) < ROUNDS) {
		shr_rwsem_write(&guarded->sem);
		guarded->a++;
		guarded->b++;
		shr_rwsem_write_unlock(&guarded->sem);
		sched_yield();
	}
	return NULL;
}

static void *reading(void *arg)
{
	struct guarded *guarded = arg;

	for (unsigned round = 0;
	     atomic_load_explicit(&guarded->reads, memory_order_relaxed) < 2 * ROUNDS;
	     round++) {
		if (round % 8 == 0)
			shr_rwsem_read(&guarded->sem);
		else if (!shr_rwsem_try_read(&guarded->sem))
			continue;
		if (guarded->a != guarded->b)
			guarded->failed = true;
		shr_rwsem_read_unlock(&guarded->sem);
		atomic_fetch_add_explicit(&guarded->reads, 1, memory_order_relaxed);
	}
	return NULL;
}

static void test_rwsem(void **state)
{
	static struct guarded guarded;
	pthread_t threads[4];

	(void)state;
	shr_rwsem_init(&guarded.sem, NULL);
	for (unsigned i = 0; i < 4; i++)
		start(&threads[i], i % 2 ? writing : reading, &guarded);
	for (unsigned i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	assert_false(guarded.failed);
	assert_int_equal(guarded.a, guarded.b);
	shr_rwsem_release(&guarded.sem);
}

/* One who adds to a memcg's list and takes back, while another ends the memcg. */
struct ending {
	struct shr_domain *domain;
	struct shr_shrinker *shrinker;
	struct shr_lru *lru;
	_Atomic(struct shr_memcg *) memcg; /* the adder's reference; NULL: none now */
	_Atomic unsigned added;
	_Atomic bool done;
};

static void *adding(void *arg)
{
	struct ending *ending = arg;
	struct shr_lru_item item = { NULL, NULL };
	struct shr_err err;

	while (!ending->done) {
		struct shr_memcg *memcg = ending->memcg;

		if (!memcg) {
			sched_yield();
			continue;
		}
		for (bool online = true; online;) {
			online = shr_memcg_is_online(memcg);
			shr_lru_add(ending->lru, &item, 0, memcg, &err);
			atomic_fetch_add_explicit(&ending->added, 1,
						  memory_order_relaxed);
			shr_lru_del(ending->lru, &item, 0, memcg);
		}
		ending->memcg = NULL;
		shr_memcg_put(memcg);
	}
	return NULL;
}

/* The first memcg after the root has the same number over and over. */
static void *finding(void *arg)
{
	struct ending *ending = arg;

	while (!ending->done)
		shr_lru_found_put(ending->lru, shr_lru_find(ending->lru, 0, 1));
	return NULL;
}

/* @spins: end it so soon after it was shown, or 0: after the first was added to it. */
static void end_one(struct ending *ending, struct shr_memcg *root, unsigned spins)
{
	struct shr_memcg *memcg = some_memcg(root);
	unsigned before = ending->added;

	ending->memcg = shr_memcg_get(memcg);
	for (unsigned i = 0; i < spins; i++)
		atomic_load_explicit(&ending->added, memory_order_relaxed);
	while (!spins && ending->added == before)
		sched_yield();
	shr_memcg_offline(memcg);
	while (ending->memcg)
		sched_yield();
	assert_int_equal(shr_lru_count(ending->lru, 0, root), 0);
	assert_int_equal(shr_lru_count_node(ending->lru, 0), 0);
	assert_null(shr_lru_find(ending->lru, 0, 1).list);
}

static void check_ending(struct shr_release release)
{
	struct ending ending = {
		.domain = toy_domain(&(struct shr_domain_options){
			.release = release, .memcgs = true, .kmem = true })
	};
	struct shr_memcg *root = shr_memcg_root(ending.domain);
	struct shr_err err;
	pthread_t threads[2];

	ending.shrinker =
		shr_shrinker_alloc(ending.domain, SHR_SHRINKER_MEMCG, &err, "ending");
	assert_non_null(ending.shrinker);
	ending.lru = shr_lru_new(ending.domain, ending.shrinker, SHR_LRU_RETRIES, &err);
	assert_non_null(ending.lru);
	start(&threads[0], adding, &ending);
	start(&threads[1], finding, &ending);
	for (unsigned round = 0; round < ROUNDS; round++)
		end_one(&ending, root, round % 128 * 16);
	ending.done = true;
	for (unsigned i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	shr_lru_free(ending.lru);
	shr_shrinker_free(ending.shrinker);
	shr_domain_free(ending.domain);
}

static void test_ending(void **state)
{
	(void)state;
	check_ending((struct shr_release){ 6, 6, 0 });
	check_ending((struct shr_release){ 6, 13, 0 });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_handover),
		cmocka_unit_test(test_growth),
		cmocka_unit_test(test_rwsem),
		cmocka_unit_test(test_ending),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
