/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reclaimers on one domain: of all kinds, while shrinkers are mounted, memcgs come and
 * go, and listeners do.  As test_threads.c, for some rounds or SHR_THREADS_SECONDS.
 *
 * What must hold: no memcg is asked for after it is gone; who walks alone comes to
 * everybody who stays; of what is reported to one memcg nothing is lost and nothing
 * told twice; nobody is told who does not listen any more.
 */
#include "core/shrinker/reclaim.h"

#include "core/shrinker/info.h"
#include "core/shrinker/vmpressure.h"
#include "tests/unit/machine.h"
#include "tests/unit/toy.h"

#include <pthread.h>
#include <time.h>

enum {
	ROUNDS = 300,
	NODES = 2,
	STAYING = 3, /* memcgs that are always there, with the ids from 2 on */
	RECLAIMING = 4,
	PRESSING = 2,
	THREADS = RECLAIMING + PRESSING + 3,
	CHUNK = 64, /* pages of a report: windows are full by these exactly */
};

struct ear {
	struct shr_vmpressure_listener listener; /* first: callbacks cast back */
	/* Not atomic: nobody is told before it is set or after it is cleared. */
	bool listens;
	_Atomic uint64_t told;
};

struct crowd {
	struct shr_domain *domain;
	struct shr_memcg *staying[STAYING], *pressed;
	struct ear ear; /* of pressed alone */
	_Atomic uint64_t pressed_pages, turns;
	_Atomic unsigned done; /* threads that have made their rounds */
	struct timespec until;
	bool timed;
	bool whole; /* kswapd walks alone */
	_Atomic bool failed;
};

struct worker {
	struct shr_pages pages; /* first: callbacks cast back */
	pthread_t thread;
	struct crowd *crowd;
	uint64_t seed;
	bool balanced; /* once it was asked for pages */
	unsigned seen; /* bit: memcg id */
};

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
	if (!crowd->timed) {
		crowd->done += round == ROUNDS;
		return crowd->done < THREADS;
	}
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec < crowd->until.tv_sec;
}

static void on_tell(struct shr_vmpressure_listener *listener,
		    enum shr_pressure_level level)
{
	struct ear *ear = (struct ear *)listener;

	(void)level;
	if (!ear->listens)
		abort();
	ear->told++;
}

static void pages_shrink(struct shr_pages *pages, const struct shr_pages_ask *ask,
			 struct shr_pages_answer *answer)
{
	struct worker *worker = (struct worker *)pages;
	const uint64_t id = shr_memcg_id(ask->memcg);

	worker->seen |= id <= STAYING + 1 ? 1u << id : 0;
	worker->balanced = true;
	answer->scanned = (uint64_t)any_of(&worker->seed, 0, 40);
	answer->reclaimed = (uint64_t)any_of(&worker->seed, 0, 12);
	answer->eligible = (uint64_t)any_of(&worker->seed, 0, 10000);
	answer->exhausted = any_of(&worker->seed, 0, 1);
}

static bool pages_balanced(struct shr_pages *pages, int32_t nid)
{
	(void)nid;
	return ((struct worker *)pages)->balanced;
}

static uint32_t pages_random(struct shr_pages *pages, uint32_t below)
{
	return (uint32_t)any_of(&((struct worker *)pages)->seed, 0, (int64_t)below - 1);
}

static void kswapd(struct worker *worker, struct shr_reclaim_request *request,
		   struct shr_reclaim_result *result)
{
	const unsigned all = (1u << (STAYING + 2)) - 2;

	worker->balanced = false;
	worker->seen = 0;
	shr_reclaim_kswapd(request, result);
	if (worker->crowd->whole && !request->mglru)
		expect(worker->crowd, worker->seen == all);
}

static void *reclaiming(void *arg)
{
	struct worker *worker = arg;
	struct crowd *crowd = worker->crowd;

	worker->pages = (struct shr_pages){ .shrink = pages_shrink,
					    .is_balanced = pages_balanced,
					    .random = pages_random };
	for (unsigned round = 0; goes_on(crowd, round); round++) {
		struct shr_reclaim_request request = {
			.domain = crowd->domain,
			.pages = &worker->pages,
			.by = { .pid = 1, .may = SHR_MAY_IO },
			.nid = (int32_t)(round % NODES),
			.mglru = any_of(&worker->seed, 0, 1),
		};
		struct shr_reclaim_result result;

		switch (any_of(&worker->seed, 0, 2)) {
		case 0:
			shr_reclaim_direct(&request, &result);
			break;
		case 1:
			shr_reclaim_memcg(
				&request,
				crowd->staying[any_of(&worker->seed, 0, STAYING - 1)],
				&result);
			break;
		default:
			kswapd(worker, &request, &result);
		}
		crowd->turns += result.turns;
	}
	return NULL;
}

static void *pressing(void *arg)
{
	struct worker *worker = arg;
	struct crowd *crowd = worker->crowd;
	const struct shr_reclaimer by = { .may = SHR_MAY_FS };
	const struct shr_pressure_sums pages = { .scanned = CHUNK };

	for (unsigned round = 0; goes_on(crowd, round); round++)
		for (int i = 0; i < 50; i++) {
			shr_vmpressure_add(crowd->domain, &by, crowd->pressed, true,
					   pages);
			crowd->pressed_pages += CHUNK;
		}
	return NULL;
}

static void listen(struct ear *ear, struct shr_domain *domain, struct shr_memcg *memcg,
		   enum shr_pressure_mode mode)
{
	struct shr_err err;

	ear->listener.interest = (struct shr_pressure_interest){ .mode = mode };
	ear->listener.tell = on_tell;
	ear->listens = true;
	if (shr_vmpressure_register(domain, memcg, &ear->listener, &err))
		abort();
}

/* At the root, and at who goes; both hear all there is below. */
static void *listening(void *arg)
{
	struct worker *worker = arg;
	struct crowd *crowd = worker->crowd;
	struct ear ears[STAYING] = { { .listens = false } };

	for (unsigned round = 0; goes_on(crowd, round); round++) {
		for (int i = 0; i < STAYING; i++)
			listen(&ears[i], crowd->domain, i ? crowd->staying[i] : NULL,
			       i ? SHR_PRESSURE_DEFAULT : SHR_PRESSURE_HIERARCHY);
		for (int i = 0; i < STAYING; i++) {
			shr_vmpressure_unregister(&ears[i].listener);
			ears[i].listens = false;
		}
	}
	return NULL;
}

static void on_gone(struct shr_vmpressure_listener *listener)
{
	((struct ear *)listener)->listens = false;
}

/* Memcgs that end while walks are at them, and somebody listens. */
static void *grouping(void *arg)
{
	struct worker *worker = arg;
	struct crowd *crowd = worker->crowd;
	struct ear ear = { .listener = { .gone = on_gone } };
	struct shr_err err;

	for (unsigned round = 0; goes_on(crowd, round); round++) {
		struct shr_memcg *parent =
			crowd->staying[any_of(&worker->seed, 0, STAYING - 1)];
		struct shr_memcg *memcg = shr_memcg_online(parent, 0, &err);
		struct shr_memcg *child = shr_memcg_online(memcg, 0, &err);

		listen(&ear, crowd->domain, child, SHR_PRESSURE_LOCAL);
		shr_memcg_offline(child);
		expect(crowd, !ear.listens);
		shr_memcg_offline(memcg);
	}
	return NULL;
}

static uint64_t one(struct shr_shrinker *shrinker, struct shr_control *control)
{
	(void)shrinker, (void)control;
	return 1;
}

static void *mounting(void *arg)
{
	struct worker *worker = arg;
	struct crowd *crowd = worker->crowd;
	struct shr_err err;

	for (unsigned round = 0; goes_on(crowd, round); round++) {
		struct shr_shrinker *shrinker = shr_shrinker_alloc(
			crowd->domain, SHR_SHRINKER_NUMA | SHR_SHRINKER_MEMCG, &err,
			"mount");

		shrinker->count = shrinker->scan = one;
		if (shr_shrinker_register(shrinker, &err))
			abort();
		for (int i = 0; i < STAYING; i++)
			shr_info_set_shrinker(crowd->staying[i], i % NODES, shrinker);
		shr_shrinker_free(shrinker);
	}
	return NULL;
}

static void crowd_open(struct crowd *crowd, struct shr_release release)
{
	const struct shr_domain_options options = {
		.release = release, .nodes = NODES, .memcgs = true, .kmem = true
	};
	const char *seconds = getenv("SHR_THREADS_SECONDS");

	*crowd = (struct crowd){ .domain = toy_domain(&options) };
	crowd->whole =
		shr_release_compare(release, (struct shr_release){ 5, 4, 0 }) >= 0;
	for (int i = 0; i < STAYING; i++)
		crowd->staying[i] = some_memcg(shr_memcg_root(crowd->domain));
	crowd->pressed = some_memcg(crowd->staying[0]);
	listen(&crowd->ear, crowd->domain, crowd->pressed, SHR_PRESSURE_DEFAULT);
	crowd->timed = seconds != NULL;
	clock_gettime(CLOCK_MONOTONIC, &crowd->until);
	if (seconds)
		crowd->until.tv_sec += 1 + strtol(seconds, NULL, 10) / 3;
}

static void crowd_work(struct crowd *crowd)
{
	static const struct {
		void *(*work)(void *);
		unsigned count;
	} kinds[] = { { reclaiming, RECLAIMING },
		      { pressing, PRESSING },
		      { listening, 1 },
		      { grouping, 1 },
		      { mounting, 1 } };
	struct worker workers[THREADS];
	unsigned count = 0;

	for (size_t kind = 0; kind < COUNT(kinds); kind++)
		for (unsigned i = 0; i < kinds[kind].count; i++, count++) {
			workers[count] =
				(struct worker){ .crowd = crowd, .seed = 5 + count };
			assert_int_equal(pthread_create(&workers[count].thread, NULL,
							kinds[kind].work,
							&workers[count]),
					 0);
		}
	while (count)
		pthread_join(workers[--count].thread, NULL);
}

static void run(unsigned major, unsigned minor)
{
	struct crowd crowd;

	crowd_open(&crowd, (struct shr_release){ major, minor, 0 });
	crowd_work(&crowd);
	assert_false(crowd.failed);
	assert_int_not_equal(crowd.turns, 0);
	assert_int_equal(crowd.ear.told, crowd.pressed_pages / SHR_PRESSURE_WINDOW);
	shr_vmpressure_unregister(&crowd.ear.listener);
	shr_domain_free(crowd.domain);
}

/* Walks are shared by all, by priority. */
static void test_shared(void **state)
{
	(void)state;
	run(5, 3);
}

/* Everybody walks alone, or by bins. */
static void test_whole(void **state)
{
	(void)state;
	run(6, 6);
}

/* All but kswapd share. */
static void test_partial(void **state)
{
	(void)state;
	run(6, 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_partial),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
