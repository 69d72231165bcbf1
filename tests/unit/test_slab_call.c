/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/shrinker/slab_call.h"

#include "core/shrinker/slab.h"
#include "tests/unit/load.h"
#include "tests/unit/toy.h"

/* A toy in a domain of its own, and what its calls traced. */
struct lab {
	struct tape tape;
	struct shr_domain *domain;
	struct toy toy;
	struct shr_reclaimer by;
};

static void lab_open(struct lab *lab, struct shr_release release, int64_t batch,
		     int32_t seeks)
{
	const struct shr_domain_options options = { .release = release,
						    .tracer = tape_init(&lab->tape) };
	struct shr_err err;

	lab->domain = toy_domain(&options);
	toy_alloc(&lab->toy, lab->domain, 0);
	lab->toy.shrinker->batch = batch;
	lab->toy.shrinker->seeks = seeks;
	assert_int_equal(shr_shrinker_register(lab->toy.shrinker, &err), 0);
	lab->by = some_reclaimer;
}

static void lab_close(struct lab *lab)
{
	toy_free(&lab->toy);
	shr_domain_free(lab->domain);
	tape_release(&lab->tape);
}

static uint64_t lab_call(struct lab *lab, int64_t deferred, int64_t freeable)
{
	struct shr_control control = { .by = &lab->by };

	lab->toy.objects[0][0] = freeable;
	*shr_slab_counter(lab->toy.shrinker, &control) = deferred;
	return shr_slab_call(lab->toy.shrinker, &control);
}

static void check_last(const struct lab *lab, uint64_t delta, int64_t planned,
		       int64_t left, int64_t new_scan)
{
	const struct shr_event *end = &lab->tape.events[lab->tape.count - 1];

	assert_int_equal(end->kind, SHR_END);
	assert_int_equal(end[-1].kind, SHR_START);
	assert_int_equal(end[-1].start.delta, delta);
	assert_int_equal(end[-1].start.total_scan, planned);
	assert_int_equal(end->end.total_scan, left);
	assert_int_equal(end->end.new_scan, new_scan);
}

/* Calls that were recorded in kernels, or are in mails about them. */
static void test_recorded(void **state)
{
	struct lab lab;

	(void)state;
	lab_open(&lab, (struct shr_release){ 6, 18, 0 }, 1024, 2);
	lab_call(&lab, 12, 1440);
	check_last(&lab, 2880, 2880, 832, 844);
	lab_close(&lab);

	lab_open(&lab, (struct shr_release){ 6, 18, 0 }, 1024, 0);
	assert_int_equal(lab_call(&lab, 0, 352), 0);
	check_last(&lab, 176, 176, 176, 176);
	assert_int_equal(lab_call(&lab, 176, 352), 352);
	check_last(&lab, 176, 352, 0, 0);
	lab_close(&lab);

	lab_open(&lab, (struct shr_release){ 4, 19, 90 }, 1024, 2);
	lab.by.priority = 12;
	lab_call(&lab, 4994376020, 93689873);
	check_last(&lab, 45746, 46844936, 8, 4947576838);
	lab_close(&lab);

	lab_open(&lab, (struct shr_release){ 4, 14, 0 }, 1024, 2);
	lab.by.pgs_scanned = 1;
	lab.by.lru_pgs = 15721;
	lab_call(&lab, 3641681686040, 246404277);
	check_last(&lab, 31345, 123202138, 602, 3641558515849);
	lab_close(&lab);
}

static void check_quiet(struct shr_release release, bool says_empty, uint64_t returns)
{
	struct lab lab;
	struct shr_control control = { .by = &lab.by };

	lab_open(&lab, release, 0, 2);
	lab.toy.says_empty = says_empty;
	assert_int_equal(lab_call(&lab, 55, 0), returns);
	assert_int_equal(lab.tape.count, 0);
	assert_int_equal(*shr_slab_counter(lab.toy.shrinker, &control), 55);
	lab_close(&lab);
}

/* No objects: no events, and the counter is left alone, but in 3.1. */
static void test_nothing(void **state)
{
	struct lab lab;

	(void)state;
	check_quiet((struct shr_release){ 3, 0, 86 }, false, 0);
	check_quiet((struct shr_release){ 3, 2, 0 }, true, 0);
	check_quiet((struct shr_release){ 4, 14, 0 }, false, 0);
	check_quiet((struct shr_release){ 6, 12, 0 }, false, 0);
	check_quiet((struct shr_release){ 6, 12, 0 }, true, SHR_SHRINK_EMPTY);
	lab_open(&lab, (struct shr_release){ 3, 1, 3 }, 0, 2);
	lab_call(&lab, 55, 0);
	assert_int_equal(lab.tape.count, 2);
	lab_close(&lab);
}

/* STOP: nothing of that batch counts; what was to do is deferred. */
static void test_stop(void **state)
{
	struct lab lab;

	(void)state;
	lab_open(&lab, (struct shr_release){ 6, 12, 0 }, 128, 2);
	lab.toy.stops = true;
	lab.toy.after = 3;
	assert_int_equal(lab_call(&lab, 0, 1000), 384);
	check_last(&lab, 2000, 2000, 2000 - 384, 2000 - 384);
	assert_int_equal(lab.toy.scans, 3);
	lab_close(&lab);
}

/* nr_scanned is what counts from 4.14 on; none ends the loop. */
static void test_own_count(void **state)
{
	struct lab lab;

	(void)state;
	lab_open(&lab, (struct shr_release){ 4, 14, 0 }, 100, 2);
	lab.by.lru_pgs = 999;
	lab.toy.scanned = 300;
	lab_call(&lab, 0, 1000);
	check_last(&lab, 2000, 2000, -100, 0);
	lab_close(&lab);

	lab_open(&lab, (struct shr_release){ 4, 10, 0 }, 100, 2);
	lab.by.lru_pgs = 999;
	lab.toy.scanned = 300;
	lab_call(&lab, 0, 1000);
	check_last(&lab, 2000, 2000, 0, 0);
	lab_close(&lab);
}

/* What a callback frees beyond 32 bits is cut in the trace, and in nothing else. */
static void test_retval(void **state)
{
	struct lab lab;

	(void)state;
	lab_open(&lab, (struct shr_release){ 6, 12, 0 }, INT64_C(1) << 33, 2);
	assert_int_equal(lab_call(&lab, 0, (INT64_C(1) << 32) + 5),
			 (INT64_C(1) << 32) + 5);
	assert_int_equal(lab.tape.events[1].end.retval, 5);
	lab_close(&lab);
}

/* Between a call's halves another takes what there is, and both give back. */
static void test_overlap(void **state)
{
	struct lab lab;
	struct shr_slab_call call;
	struct shr_control control = { .by = &lab.by };

	(void)state;
	lab_open(&lab, (struct shr_release){ 6, 12, 0 }, 1024, 2);
	lab.toy.objects[0][0] = 1440;
	*shr_slab_counter(lab.toy.shrinker, &control) = 12;
	assert_true(shr_slab_begin(&call, lab.toy.shrinker, &control));
	assert_int_equal(*shr_slab_counter(lab.toy.shrinker, &control), 0);
	lab_call(&lab, 0, 1440);
	check_last(&lab, 2880, 2880, 832, 832);
	shr_slab_end(&call);
	assert_int_equal(lab.tape.events[3].end.new_scan, 832 + 844);
	assert_int_equal(lab.tape.events[3].end.deferred, 12);
	lab_close(&lab);
}

/* A 32-bit kernel's counter wraps where its long does. */
static void test_narrow(void **state)
{
	const struct shr_domain_options options = { .release = { 4, 14, 0 },
						    .long_size = 4 };
	struct shr_domain *domain = toy_domain(&options);
	struct shr_control control = { .by = &some_reclaimer };
	struct toy toy;
	struct shr_slab_call call;

	(void)state;
	toy_register(&toy, domain, 0);
	toy.objects[0][0] = 100;
	*shr_slab_counter(toy.shrinker, &control) = INT64_C(0x1fffffff6);
	assert_true(shr_slab_begin(&call, toy.shrinker, &control));
	assert_int_equal(call.in.deferred, -10);
	shr_slab_end(&call);
	toy_free(&toy);
	shr_domain_free(domain);
}

/* The releases of load.h's eras, as they stand there. */
static struct shr_release release_of(const struct era *era)
{
	struct shr_release release = { 0 };

	assert_true(shr_release_parse(fake_str(era->kernel), &release));
	return release;
}

static void check_equal(const struct shr_event *a, const struct shr_event *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->has & ~(unsigned)(SHR_HAS_TIME | SHR_HAS_GFP),
			 b->has & ~(unsigned)(SHR_HAS_TIME | SHR_HAS_GFP));
	assert_int_equal(a->nid, b->nid);
	if (a->kind == SHR_START) {
		assert_int_equal(a->start.deferred, b->start.deferred);
		assert_int_equal(a->start.freeable, b->start.freeable);
		assert_int_equal(a->start.delta, b->start.delta);
		assert_int_equal(a->start.total_scan, b->start.total_scan);
		assert_int_equal(a->start.priority, b->start.priority);
		assert_int_equal(a->start.pgs_scanned, b->start.pgs_scanned);
		assert_int_equal(a->start.lru_pgs, b->start.lru_pgs);
	} else {
		assert_int_equal(a->end.deferred, b->end.deferred);
		assert_int_equal(a->end.new_scan, b->end.new_scan);
		assert_int_equal(a->end.total_scan, b->end.total_scan);
	}
}

static struct ask some_ask(uint64_t *seed, const struct era *era)
{
	return (struct ask){
		.nid = (int32_t)any_of(seed, 0, era->nodes - 1),
		.memcg = era->memcgs ? (uint64_t)any_of(seed, 1, era->memcgs) : 0,
		.priority = (int)any_of(seed, 0, 12),
		.pgs_scanned = (uint64_t)any_of(seed, 1, 300),
		.lru_pgs = (uint64_t)any_of(seed, 300, 3000),
		.freeable = any_of(seed, 1, any_of(seed, 0, 1) ? 300 : 60000),
		.stops = !any_of(seed, 0, 4),
		.stop_after = (unsigned)any_of(seed, 0, 2),
		.nr_scanned = any_of(seed, 0, 4) ? 0 : any_of(seed, 1, 500),
	};
}

static void ask_domain(struct toy *toy, const struct ask *ask,
		       struct shr_memcg *const *memcgs)
{
	const struct shr_reclaimer by = { .pid = 1,
					  .priority = ask->priority,
					  .pgs_scanned = ask->pgs_scanned,
					  .lru_pgs = ask->lru_pgs,
					  .may = SHR_MAY_IO | SHR_MAY_FS };
	struct shr_control control = { .by = &by,
				       .nid = ask->nid,
				       .memcg = memcgs[ask->memcg] };

	for (int nid = 0; nid < TOY_NODES; nid++)
		for (int id = 0; id < TOY_MEMCGS; id++)
			toy->objects[nid][id] = ask->freeable;
	toy->asked = 0;
	toy->stops = ask->stops;
	toy->after = ask->stop_after;
	toy->scanned = (uint64_t)ask->nr_scanned;
	shr_slab_call(toy->shrinker, &control);
}

/* Batch by batch, against the machine, which keeps its counters in a list. */
static void run_both(const struct era *era, struct machine *machine,
		     struct shr_domain *domain, const struct cache *cache)
{
	struct shr_memcg *memcgs[8] = { NULL, shr_memcg_root(domain) };
	unsigned flags = (cache->numa ? SHR_SHRINKER_NUMA : 0) |
			 (cache->memcg ? SHR_SHRINKER_MEMCG : 0);
	uint64_t seed = 77 + (uint64_t)era->id;
	struct shr_err err;
	struct toy toy;

	for (int i = 2; i <= era->memcgs; i++)
		memcgs[i] = some_memcg(memcgs[1]);
	toy_alloc(&toy, domain, flags);
	toy.shrinker->batch = cache->batch;
	toy.shrinker->seeks = cache->seeks;
	assert_int_equal(shr_shrinker_register(toy.shrinker, &err), 0);
	for (int step = 0; step < 500; step++) {
		struct ask ask = some_ask(&seed, era);

		ask_domain(&toy, &ask, memcgs);
		machine_call(machine, cache, &ask);
	}
	toy_free(&toy);
	for (int i = 2; i <= era->memcgs; i++)
		shr_memcg_offline(memcgs[i]);
}

static void test_as_the_machine(void **state)
{
	static const struct cache *const caches[] = { &data, &ext4, &own };

	(void)state;
	for (size_t i = 0; i < COUNT(eras); i++)
		for (size_t k = 0; k < COUNT(caches); k++) {
			struct machine machine;
			struct tape tape;
			const struct shr_domain_options options = {
				.release = release_of(&eras[i]),
				.generation = shr_generation_get(eras[i].id),
				.nodes = eras[i].nodes,
				.memcgs = eras[i].memcgs != 0,
				.kmem = true,
				.tracer = tape_init(&tape),
			};
			struct shr_domain *domain = toy_domain(&options);

			machine_init(&machine, eras[i].id, eras[i].layout);
			run_both(&eras[i], &machine, domain, caches[k]);
			assert_int_equal(machine.count, tape.count);
			for (size_t n = 0; n < tape.count; n++)
				check_equal(&tape.events[n], &machine.events[n]);
			machine_release(&machine);
			shr_domain_free(domain);
			tape_release(&tape);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recorded), cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_stop),	 cmocka_unit_test(test_own_count),
		cmocka_unit_test(test_retval),	 cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_narrow),	 cmocka_unit_test(test_as_the_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
