/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Threads on one domain: some shrink, some mount and unmount, memcgs come and go, and
 * objects are added.  For a number of rounds, or for SHR_THREADS_SECONDS in all;
 * `make tsan` runs it under the sanitizer that sees races.
 *
 * What must hold: no callback is asked whose shrinker is gone, everybody who is
 * registered all the while is reached, no object is without its bit in the end,
 * objects, items of lists and deferred work are neither lost nor made.
 */
#include "core/shrinker/domain.h"

#include "core/shrinker/info.h"
#include "core/shrinker/lru.h"
#include "core/shrinker/slab.h"
#include "core/shrinker/slab_call.h"
#include "tests/unit/machine.h"
#include "tests/unit/toy.h"

#include <pthread.h>
#include <time.h>

enum {
	ROUNDS = 1000,
	STABLE = 4, /* caches that are there all the time */
	NODES = 2,
	STAYING = 3, /* memcgs that are, too, with the ids from 2 on */
	SHRINKING = 3,
	MOUNTING = 2,
	ADDING = 2,
	PACING = 2,
	LISTING = 2,
	WALKING = 2,
	THREADS = SHRINKING + MOUNTING + ADDING + PACING + LISTING + WALKING + 1,
	ITEMS = 16,
	PASSERS = 8,
	CROWDS = 3, /* one after the other */
};

/* A cache whose objects of memcgs that went are not counted any more. */
struct cache_of {
	struct shr_shrinker *shrinker;
	/* Not atomic: it is set before and cleared after all calls, or that is a race.
	 */
	bool alive;
	bool paced; /* there is something for pacing() alone */
	_Atomic int64_t objects[NODES][STAYING + 2]; /* by memcg id */
	_Atomic int64_t added, freed;
	_Atomic unsigned seen[PASSERS]; /* the last pass of each task */
};

struct crowd {
	struct shr_domain *domain;
	struct shr_memcg *staying[STAYING];
	struct cache_of stable[STABLE];
	struct cache_of paced; /* what its counter takes and gets is summed up: */
	_Atomic int64_t taken, stored;
	struct shr_lru *lru; /* of the first stable cache */
	_Atomic int64_t listed, unlisted, isolated;
	pthread_mutex_t lock; /* of the memcgs that listing() has just now: */
	struct shr_memcg *listed_for[LISTING];
	_Atomic uint64_t passes;
	_Atomic unsigned done; /* threads that have made their rounds */
	bool lockless;
	bool timed;
	struct timespec until;
	_Atomic bool failed;
};

struct worker {
	pthread_t thread;
	struct crowd *crowd;
	uint64_t seed;
	unsigned number;
};

/* Asserts of cmocka are for one thread: others say so, and it fails at the end. */
static void expect(struct crowd *crowd, bool holds)
{
	if (!holds)
		crowd->failed = true;
}

static bool goes_on(struct crowd *crowd, unsigned round)
{
	struct timespec now;

	if (crowd->failed)
		return false;
	/* All go on until the last has made his. */
	if (!crowd->timed) {
		crowd->done += round == ROUNDS;
		return crowd->done < THREADS;
	}
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec < crowd->until.tv_sec;
}

static uint64_t memcg_place(const struct shr_control *control)
{
	uint64_t id = control->memcg ? shr_memcg_id(control->memcg) : 0;

	return id < STAYING + 2 ? id : 0;
}

static uint64_t cache_count(struct shr_shrinker *shrinker, struct shr_control *control)
{
	struct cache_of *cache = shrinker->private_data;
	int64_t count = atomic_load_explicit(
		&cache->objects[control->nid][memcg_place(control)],
		memory_order_relaxed);

	if (!cache->alive)
		abort();
	if (cache->paced && !control->by->comm)
		return SHR_SHRINK_EMPTY;
	if (control->by->priority == 0)
		cache->seen[control->by->pid] = control->by->cpu;
	if (count)
		return (uint64_t)count;
	/* The moment in which somebody may add, and the bit must not get lost. */
	for (int i = 0; i < 300; i++)
		atomic_load_explicit(&cache->freed, memory_order_relaxed);
	return SHR_SHRINK_EMPTY;
}

static uint64_t cache_scan(struct shr_shrinker *shrinker, struct shr_control *control)
{
	struct cache_of *cache = shrinker->private_data;
	_Atomic int64_t *objects = &cache->objects[control->nid][memcg_place(control)];
	int64_t there = *objects, freed;

	if (!cache->alive)
		abort();
	do {
		freed = there < (int64_t)control->nr_to_scan
				? there
				: (int64_t)control->nr_to_scan;
	} while (!atomic_compare_exchange_weak(objects, &there, there - freed));
	cache->freed += freed;
	return freed ? (uint64_t)freed : SHR_SHRINK_STOP;
}

static void cache_open(struct cache_of *cache, struct shr_domain *domain)
{
	struct shr_err err;

	cache->shrinker = shr_shrinker_alloc(
		domain, SHR_SHRINKER_NUMA | SHR_SHRINKER_MEMCG, &err, "cache");
	if (!cache->shrinker)
		abort();
	cache->alive = true;
	cache->shrinker->count = cache_count;
	cache->shrinker->scan = cache_scan;
	cache->shrinker->private_data = cache;
	if (shr_shrinker_register(cache->shrinker, &err))
		abort();
}

static void cache_close(struct cache_of *cache)
{
	shr_shrinker_free(cache->shrinker);
	cache->alive = false;
}

/* As list_lru does: the objects, then, where they are the first, the bit. */
static void cache_add(struct cache_of *cache, struct shr_memcg *memcg, int32_t nid,
		      int64_t count)
{
	_Atomic int64_t *objects = &cache->objects[nid][shr_memcg_id(memcg)];

	cache->added += count;
	/* relaxed: that it is seen with the bit is up to the latter. */
	if (!atomic_fetch_add_explicit(objects, count, memory_order_relaxed))
		shr_info_set_shrinker(memcg, nid, cache->shrinker);
}

/* One walk over all memcgs, as reclaim does it; each root pass reaches all. */
static void shrink_once(struct worker *worker, unsigned round)
{
	struct crowd *crowd = worker->crowd;
	struct shr_reclaimer by = some_reclaimer;
	int32_t nid = (int32_t)(round % NODES);
	struct shr_memcg *memcg = NULL;

	by.pid = (int32_t)worker->number;
	by.cpu = round + 1;
	by.priority = any_of(&worker->seed, 0, 1) ? 0 : 3;
	while ((memcg = shr_memcg_next(crowd->domain, memcg))) {
		shr_slab_shrink(crowd->domain, &by, nid, memcg);
		crowd->passes++;
		if (memcg != shr_memcg_root(crowd->domain) || by.priority ||
		    !crowd->lockless)
			continue;
		for (int i = 0; i < STABLE; i++)
			expect(crowd, crowd->stable[i].seen[by.pid] == by.cpu);
	}
}

static void *shrinking(void *arg)
{
	struct worker *worker = arg;

	for (unsigned round = 0; goes_on(worker->crowd, round); round++)
		shrink_once(worker, round);
	return NULL;
}

/* Several at a time, so that maps grow, too; some of them never registered. */
static void *mounting(void *arg)
{
	struct worker *worker = arg;
	struct crowd *crowd = worker->crowd;
	struct cache_of *mounts = calloc(40, sizeof(*mounts));
	struct shr_lru *lrus[40];
	struct shr_err err;

	for (unsigned round = 0; goes_on(crowd, round); round++) {
		int count = (int)any_of(&worker->seed, 1, round % 16 ? 3 : 40);

		for (int i = 0; i < count; i++) {
			cache_open(&mounts[i], crowd->domain);
			cache_add(&mounts[i], crowd->staying[i % STAYING], i % NODES,
				  9);
			lrus[i] = shr_lru_new(crowd->domain, mounts[i].shrinker,
					      SHR_LRU_RETRIES, &err);
			shr_shrinker_free(shr_shrinker_alloc(
				crowd->domain, SHR_SHRINKER_MEMCG, &err, "never"));
		}
		for (int i = 0; i < count; i++) {
			cache_close(&mounts[i]);
			shr_lru_free(lrus[i]);
		}
	}
	free(mounts);
	return NULL;
}

static void *adding(void *arg)
{
	struct worker *worker = arg;
	struct crowd *crowd = worker->crowd;

	for (unsigned round = 0; goes_on(crowd, round); round++)
		for (int i = 0; i < 50; i++)
			cache_add(&crowd->stable[any_of(&worker->seed, 0, STABLE - 1)],
				  crowd->staying[any_of(&worker->seed, 0, STAYING - 1)],
				  (int32_t)any_of(&worker->seed, 0, NODES - 1),
				  any_of(&worker->seed, 1, 3));
	return NULL;
}

/* Memcgs that end while passes are in them, and leave bits and counts behind. */
static void *grouping(void *arg)
{
	struct worker *worker = arg;
	struct crowd *crowd = worker->crowd;
	struct shr_err err;

	for (unsigned round = 0; goes_on(crowd, round); round++) {
		struct shr_memcg *parent =
			crowd->staying[any_of(&worker->seed, 0, STAYING - 1)];
		struct shr_memcg *memcg = shr_memcg_online(parent, 0, &err);
		struct shr_memcg *child = shr_memcg_online(memcg, 0, &err);

		for (int i = 0; i < STABLE; i++)
			shr_info_set_shrinker(child, i % NODES,
					      crowd->stable[i].shrinker);
		shr_memcg_offline(child);
		shr_memcg_offline(memcg);
	}
	return NULL;
}

/* Calls whose movements are summed up: they and the counter must agree. */
static void *pacing(void *arg)
{
	struct worker *worker = arg;
	struct crowd *crowd = worker->crowd;

	for (unsigned round = 0; goes_on(crowd, round); round++) {
		const struct shr_reclaimer by = { .pid = (int32_t)worker->number,
						  .comm = 1,
						  .priority = 1 + (int)(round % 12) };
		struct shr_control control = { .by = &by, .memcg = crowd->staying[0] };
		struct shr_slab_call call;

		cache_add(&crowd->paced, control.memcg, 0, 100);
		if (!shr_slab_begin(&call, crowd->paced.shrinker, &control))
			continue;
		crowd->taken += call.in.deferred;
		shr_slab_end(&call);
		crowd->stored += shr_scan_store(shr_domain_generation(crowd->domain),
						&call.in, &call.plan, call.scanned, 8);
	}
	return NULL;
}

/* Any status but STOP, at random; those that may, drop the lock. */
static enum shr_lru_status isolate_any(const struct shr_lru_ask *ask,
				       struct shr_lru_walk *walk,
				       struct shr_lru_item *item)
{
	struct worker *worker = ask->data;
	int64_t what = any_of(&worker->seed, 0, 6);

	switch (what) {
	case 0:
	case 1:
		shr_lru_isolate(walk, item);
		if (what)
			shr_lru_unlock(walk);
		return what ? SHR_LRU_REMOVED_RETRY : SHR_LRU_REMOVED;
	case 2:
		shr_lru_unlock(walk);
		return SHR_LRU_RETRY;
	case 3:
		return SHR_LRU_SKIP;
	default:
		return SHR_LRU_ROTATE;
	}
}

static void *walking(void *arg)
{
	struct worker *worker = arg;
	struct crowd *crowd = worker->crowd;
	const struct shr_lru_ask ask = { isolate_any, worker };

	for (unsigned round = 0; goes_on(crowd, round); round++) {
		struct shr_memcg *memcg = crowd->staying[round % STAYING];
		uint64_t budget = 20;

		crowd->isolated +=
			(int64_t)(round % 2 ? shr_lru_walk_nodes(crowd->lru, &ask, 3,
								 &budget)
					    : shr_lru_walk_one(crowd->lru, &ask, 0,
							       memcg, &budget));
	}
	return NULL;
}

static void list_some(struct worker *worker, struct shr_lru_item *items,
		      struct shr_memcg *memcg)
{
	struct crowd *crowd = worker->crowd;
	struct shr_err err;

	for (int i = 0; i < ITEMS; i++) {
		int64_t k = any_of(&worker->seed, 0, ITEMS - 1);
		int32_t nid = (int32_t)(k % NODES);

		if (any_of(&worker->seed, 0, 2))
			crowd->listed +=
				shr_lru_add(crowd->lru, &items[k], nid, memcg, &err);
		else
			crowd->unlisted +=
				shr_lru_del(crowd->lru, &items[k], nid, memcg);
	}
}

/* Let others have @memcg, too; NULL: no more. */
static void share(struct worker *worker, struct shr_memcg *memcg)
{
	struct crowd *crowd = worker->crowd;
	struct shr_memcg **place = &crowd->listed_for[worker->number];

	pthread_mutex_lock(&crowd->lock);
	shr_memcg_put(*place);
	*place = memcg ? shr_memcg_get(memcg) : NULL;
	pthread_mutex_unlock(&crowd->lock);
}

/* With a reference; one that is always there where nobody shares. */
static struct shr_memcg *shared(const struct worker *worker)
{
	struct crowd *crowd = worker->crowd;

	pthread_mutex_lock(&crowd->lock);
	struct shr_memcg *memcg = crowd->listed_for[(worker->number + 1) % LISTING];

	shr_memcg_get(memcg ? memcg : crowd->staying[0]);
	pthread_mutex_unlock(&crowd->lock);
	return memcg ? memcg : crowd->staying[0];
}

static void unlist_all(struct worker *worker, struct shr_lru_item *items,
		       struct shr_memcg *memcg)
{
	struct crowd *crowd = worker->crowd;

	for (int i = 0; i < ITEMS; i++) {
		crowd->unlisted += shr_lru_del(crowd->lru, &items[i], i % NODES, memcg);
		expect(crowd, !items[i].next);
	}
}

/*
 * Items of a memcg of one's own, and of one that somebody else has: both go meanwhile.
 * In the end none is in a list.
 */
static void *listing(void *arg)
{
	struct worker *worker = arg;
	struct crowd *crowd = worker->crowd;
	struct shr_lru_item items[ITEMS] = { { NULL, NULL } };
	struct shr_lru_item others[ITEMS] = { { NULL, NULL } };
	struct shr_err err;

	for (unsigned round = 0; goes_on(crowd, round); round++) {
		struct shr_memcg *parent =
			crowd->staying[any_of(&worker->seed, 0, STAYING - 1)];
		struct shr_memcg *memcg =
			shr_memcg_get(shr_memcg_online(parent, 0, &err));
		struct shr_memcg *other = shared(worker);

		share(worker, memcg);
		list_some(worker, items, memcg);
		list_some(worker, others, other);
		shr_memcg_offline(memcg);
		list_some(worker, items, memcg);
		list_some(worker, others, other);
		unlist_all(worker, items, memcg);
		unlist_all(worker, others, other);
		shr_memcg_put(memcg);
		shr_memcg_put(other);
	}
	share(worker, NULL);
	return NULL;
}

static void check_lists(struct crowd *crowd)
{
	for (int32_t nid = 0; nid < NODES; nid++) {
		assert_int_equal(shr_lru_count_node(crowd->lru, nid), 0);
		for (int i = 0; i < STAYING; i++)
			assert_int_equal(
				shr_lru_count(crowd->lru, nid, crowd->staying[i]), 0);
	}
	assert_int_not_equal(crowd->isolated, 0);
	assert_int_equal(crowd->listed, crowd->unlisted + crowd->isolated);
}

static void check_objects(struct crowd *crowd, const struct cache_of *cache)
{
	int64_t left = 0;

	for (int32_t nid = 0; nid < NODES; nid++)
		for (uint64_t id = 0; id < STAYING + 2; id++) {
			int64_t here = cache->objects[nid][id];

			left += here;
			if (here && id >= 2)
				assert_true(shr_info_is_set(crowd->staying[id - 2], nid,
							    cache->shrinker->id));
		}
	assert_int_equal(cache->added - cache->freed, left);
}

static void crowd_open(struct crowd *crowd, struct shr_release release)
{
	const struct shr_domain_options options = {
		.release = release, .nodes = NODES, .memcgs = true, .kmem = true
	};
	const char *seconds = getenv("SHR_THREADS_SECONDS");
	struct shr_err err;

	*crowd = (struct crowd){ .domain = toy_domain(&options) };
	crowd->lockless = release.minor >= 7;
	for (int i = 0; i < STAYING; i++)
		crowd->staying[i] = some_memcg(shr_memcg_root(crowd->domain));
	for (int i = 0; i < STABLE; i++)
		cache_open(&crowd->stable[i], crowd->domain);
	cache_open(&crowd->paced, crowd->domain);
	crowd->paced.paced = true;
	crowd->lru = shr_lru_new(crowd->domain, crowd->stable[0].shrinker,
				 SHR_LRU_RETRIES, &err);
	assert_non_null(crowd->lru);
	pthread_mutex_init(&crowd->lock, NULL);
	crowd->timed = seconds != NULL;
	clock_gettime(CLOCK_MONOTONIC, &crowd->until);
	if (seconds)
		crowd->until.tv_sec += 1 + strtol(seconds, NULL, 10) / CROWDS;
}

static void crowd_work(struct crowd *crowd)
{
	static const struct {
		void *(*work)(void *);
		unsigned count;
	} kinds[] = { { shrinking, SHRINKING }, { mounting, MOUNTING },
		      { adding, ADDING },	{ listing, LISTING },
		      { walking, WALKING },	{ grouping, 1 },
		      { pacing, PACING } };
	struct worker workers[16];
	unsigned count = 0;

	for (size_t kind = 0; kind < COUNT(kinds); kind++)
		for (unsigned i = 0; i < kinds[kind].count; i++, count++) {
			workers[count] = (struct worker){ .crowd = crowd,
							  .seed = 77 + count,
							  .number = i };
			assert_int_equal(pthread_create(&workers[count].thread, NULL,
							kinds[kind].work,
							&workers[count]),
					 0);
		}
	while (count)
		pthread_join(workers[--count].thread, NULL);
}

static void crowd_close(struct crowd *crowd)
{
	shr_lru_free(crowd->lru);
	pthread_mutex_destroy(&crowd->lock);
	for (int i = 0; i < STABLE; i++)
		cache_close(&crowd->stable[i]);
	cache_close(&crowd->paced);
	shr_domain_free(crowd->domain);
}

static void run(struct shr_release release)
{
	struct crowd crowd;
	struct shr_control control = { .nid = 0 };

	crowd_open(&crowd, release);
	crowd_work(&crowd);
	assert_false(crowd.failed);
	assert_int_not_equal(crowd.passes, 0);
	for (int i = 0; i < STABLE; i++)
		check_objects(&crowd, &crowd.stable[i]);
	check_lists(&crowd);
	control.memcg = crowd.staying[0];
	assert_int_equal(*shr_slab_counter(crowd.paced.shrinker, &control),
			 crowd.stored - crowd.taken);
	crowd_close(&crowd);
}

static void test_rwsem(void **state)
{
	(void)state;
	run((struct shr_release){ 6, 6, 0 });
}

static void test_lockless(void **state)
{
	(void)state;
	run((struct shr_release){ 6, 12, 0 });
}

/* Each list of a list_lru has a lock of its own. */
static void test_lockless_split(void **state)
{
	(void)state;
	run((struct shr_release){ 6, 13, 0 });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rwsem),
		cmocka_unit_test(test_lockless),
		cmocka_unit_test(test_lockless_split),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
