/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/shrinker/shrinker.h"

#include "core/shrinker/info.h"
#include "core/shrinker/slab.h"
#include "tests/unit/toy.h"

/* One of each design, and the oldest. */
static const struct shr_domain_options kernels[] = {
	{ .release = { 3, 2, 0 } },
	{ .release = { 4, 14, 0 }, .nodes = 2, .memcgs = true, .kmem = true },
	{ .release = { 6, 6, 0 }, .nodes = 2, .memcgs = true, .kmem = true },
	{ .release = { 6, 12, 0 }, .nodes = 2, .memcgs = true, .kmem = true },
};

static struct shr_memcg *pass_for(const struct shr_domain_options *options,
				  struct shr_domain *domain)
{
	return options->release.major >= 5 ? shr_memcg_root(domain) : NULL;
}

static void test_fresh(void **state)
{
	struct shr_domain *domain = toy_domain(&kernels[3]);
	struct shr_err err;
	struct shr_shrinker *shrinker =
		shr_shrinker_alloc(domain, SHR_SHRINKER_NUMA | SHR_SHRINKER_REGISTERED,
				   &err, "sb-%s:%d", "ext4", 7);

	(void)state;
	assert_string_equal(shrinker->name, "sb-ext4:7");
	assert_int_equal(shrinker->seeks, 2);
	assert_int_equal(shrinker->batch, 0);
	assert_int_equal(shrinker->flags, SHR_SHRINKER_NUMA | SHR_SHRINKER_ALLOCATED);
	assert_int_equal(shrinker->id, -1);
	shr_shrinker_free(shrinker);
	shr_shrinker_free(NULL);
	shr_domain_free(domain);
}

/* Only what is registered is called, in that order, and what is freed never is. */
static void test_life(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kernels); i++) {
		struct shr_domain *domain = toy_domain(&kernels[i]);
		struct shr_memcg *memcg = pass_for(&kernels[i], domain);
		struct toy never, early, late;
		struct shr_err err;

		toy_alloc(&never, domain, SHR_SHRINKER_MEMCG);
		toy_alloc(&late, domain, 0);
		toy_register(&early, domain, 0);
		shr_slab_shrink(domain, &some_reclaimer, 0, memcg);
		assert_int_equal(never.counts + late.counts, 0);
		assert_int_not_equal(early.counts, 0);
		assert_int_equal(shr_shrinker_register(late.shrinker, &err), 0);
		assert_true(late.shrinker->flags & SHR_SHRINKER_REGISTERED);
		toy_free(&early);
		toy_free(&never);
		early.counts = 0;
		shr_slab_shrink(domain, &some_reclaimer, 0, memcg);
		assert_int_equal(early.counts, 0);
		assert_int_not_equal(late.counts, 0);
		toy_free(&late);
		assert_int_equal(shr_slab_shrink(domain, &some_reclaimer, 0, memcg), 0);
		shr_domain_free(domain);
	}
}

/* From the middle, the front and the end of the list; addresses are used again. */
static void test_unlink(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kernels); i++) {
		struct shr_domain *domain = toy_domain(&kernels[i]);
		struct toy toys[6];
		uint64_t address;

		for (size_t k = 0; k < COUNT(toys); k++)
			toy_register(&toys[k], domain, 0);
		address = toys[2].shrinker->address;
		toy_free(&toys[2]);
		toy_free(&toys[0]);
		toy_free(&toys[5]);
		for (size_t k = 0; k < COUNT(toys); k++)
			toys[k].counts = 0;
		shr_slab_shrink(domain, &some_reclaimer, 0,
				pass_for(&kernels[i], domain));
		for (size_t k = 0; k < COUNT(toys); k++)
			assert_int_equal(toys[k].counts != 0, !!toys[k].shrinker);
		toy_register(&toys[0], domain, 0);
		toy_register(&toys[2], domain, 0);
		assert_int_equal(toys[2].shrinker->address, address);
		for (size_t k = 0; k < COUNT(toys) - 1; k++)
			toy_free(&toys[k]);
		shr_domain_free(domain);
	}
}

/* The lowest free id, in kernels that have maps, of the memcg-aware. */
static void test_ids(void **state)
{
	struct shr_domain *domain = toy_domain(&kernels[2]);
	struct toy a, b, c, plain;

	(void)state;
	toy_register(&a, domain, SHR_SHRINKER_MEMCG);
	toy_alloc(&plain, domain, SHR_SHRINKER_NUMA);
	toy_alloc(&b, domain, SHR_SHRINKER_MEMCG);
	assert_int_equal(a.shrinker->id, 0);
	assert_int_equal(b.shrinker->id, 1);
	assert_int_equal(plain.shrinker->id, -1);
	toy_free(&a);
	toy_alloc(&c, domain, SHR_SHRINKER_MEMCG);
	assert_int_equal(c.shrinker->id, 0);
	toy_free(&plain);
	toy_free(&b);
	toy_free(&c);
	shr_domain_free(domain);

	domain = toy_domain(&kernels[1]);
	toy_alloc(&a, domain, SHR_SHRINKER_MEMCG);
	assert_true(a.shrinker->flags & SHR_SHRINKER_MEMCG);
	assert_int_equal(a.shrinker->id, -1);
	toy_free(&a);
	shr_domain_free(domain);
}

static unsigned flags_left(const struct shr_domain_options *options, unsigned flags)
{
	struct shr_domain *domain = toy_domain(options);
	struct toy toy;
	unsigned left;

	toy_alloc(&toy, domain, flags);
	left = toy.shrinker->flags & ~(unsigned)SHR_SHRINKER_ALLOCATED;
	toy_free(&toy);
	shr_domain_free(domain);
	return left;
}

/* Without memcgs nobody is aware of them; from 7.1 on nor, without kmem, are slabs. */
static void test_fallback(void **state)
{
	const unsigned aware = SHR_SHRINKER_MEMCG;
	const unsigned nonslab = SHR_SHRINKER_MEMCG | SHR_SHRINKER_NONSLAB;
	struct shr_domain_options options = { .release = { 6, 12, 0 } };

	(void)state;
	assert_int_equal(flags_left(&options, aware), 0);
	options.memcgs = true;
	assert_int_equal(flags_left(&options, aware), aware);
	options.release = (struct shr_release){ 7, 1, 0 };
	assert_int_equal(flags_left(&options, aware), 0);
	assert_int_equal(flags_left(&options, nonslab), nonslab);
	options.kmem = true;
	assert_int_equal(flags_left(&options, aware), aware);
}

static unsigned raw_flags(unsigned major, unsigned minor)
{
	const struct shr_domain_options options = { .release = { major, minor, 0 },
						    .memcgs = true,
						    .kmem = true };
	struct shr_domain *domain = toy_domain(&options);
	struct toy toy;
	unsigned flags;

	toy_register(&toy, domain, SHR_SHRINKER_NUMA | SHR_SHRINKER_MEMCG);
	flags = shr_shrinker_raw_flags(toy.shrinker);
	toy_free(&toy);
	shr_domain_free(domain);
	return flags;
}

/* Registered, allocated, NUMA-aware, memcg-aware, as far as there is a bit for it. */
static void test_raw_flags(void **state)
{
	(void)state;
	assert_int_equal(raw_flags(4, 19), 0x3);
	assert_int_equal(raw_flags(5, 12), 0x3);
	assert_int_equal(raw_flags(5, 13), 0x7);
	assert_int_equal(raw_flags(6, 6), 0x7);
	assert_int_equal(raw_flags(6, 7), 0xf);
}

static void check_refused(struct shr_release release, int32_t seeks, int64_t batch,
			  bool refused)
{
	const struct shr_domain_options options = { .release = release };
	struct shr_domain *domain = toy_domain(&options);
	struct shr_err err = { .reason = "" };
	struct toy toy;

	toy_alloc(&toy, domain, 0);
	toy.shrinker->seeks = seeks;
	toy.shrinker->batch = batch;
	assert_int_equal(shr_shrinker_register(toy.shrinker, &err), refused ? -1 : 0);
	assert_int_equal(err.reason[0] != '\0', refused);
	toy_free(&toy);
	shr_domain_free(domain);
}

static void test_parameters(void **state)
{
	(void)state;
	check_refused((struct shr_release){ 4, 19, 100 }, 0, 0, true);
	check_refused((struct shr_release){ 3, 2, 0 }, 0, 0, true);
	check_refused((struct shr_release){ 4, 20, 0 }, 0, 0, false);
	check_refused((struct shr_release){ 6, 12, 0 }, -1, 0, true);
	check_refused((struct shr_release){ 6, 12, 0 }, 2, -1, true);
	check_refused((struct shr_release){ 6, 12, 0 }, 2, 4096, false);
}

/* What there is of a shrinker whose one callback says what is left. */
static int shrink_thing(struct shr_shrinker *shrinker, struct shr_control *control,
			uint64_t nr_to_scan)
{
	int *left = shrinker->private_data;

	(void)control;
	if (*left < 0)
		return -1;
	*left -= (int)nr_to_scan < *left ? (int)nr_to_scan : *left;
	return *left;
}

/* A callback of either kind does the same in a kernel of either kind. */
static void test_single_callback(void **state)
{
	static const struct shr_release releases[] = { { 3, 2, 0 }, { 4, 9, 37 } };

	(void)state;
	for (size_t i = 0; i < COUNT(releases); i++) {
		struct tape tape;
		const struct shr_domain_options options = { .release = releases[i],
							    .tracer =
								    tape_init(&tape) };
		struct shr_domain *domain = toy_domain(&options);
		struct shr_err err;
		struct toy toy;
		int left = 1000;
		struct shr_shrinker *single =
			shr_shrinker_alloc(domain, 0, &err, "single");

		single->shrink = shrink_thing;
		single->private_data = &left;
		assert_int_equal(shr_shrinker_register(single, &err), 0);
		toy_register(&toy, domain, 0);
		toy.objects[0][0] = 1000;
		/* 4 * 1000 / 2 * 1000 / 1001 = 1998: 15 batches of 128. */
		assert_int_equal(shr_slab_shrink(domain, &some_reclaimer, 0, NULL),
				 2000);
		assert_int_equal(left, 0);
		assert_int_equal(toy.objects[0][0], 0);
		assert_int_equal(tape.count, 4);
		assert_int_equal(tape.events[1].end.retval, i ? 1000 : 0);
		assert_int_equal(tape.events[3].end.retval, tape.events[1].end.retval);
		assert_int_equal(tape.events[3].end.new_scan, 1998 % 128);
		shr_shrinker_free(single);
		toy_free(&toy);
		shr_domain_free(domain);
		tape_release(&tape);
	}
}

/* -1 and SHR_SHRINK_STOP stand for each other; nothing of that batch counts. */
static void test_no_progress(void **state)
{
	struct tape tape;
	const struct shr_domain_options options = { .release = { 3, 2, 0 },
						    .tracer = tape_init(&tape) };
	struct shr_domain *domain = toy_domain(&options);
	struct toy toy;

	(void)state;
	toy_register(&toy, domain, 0);
	toy.objects[0][0] = 1000;
	toy.stops = true;
	assert_int_equal(shr_slab_shrink(domain, &some_reclaimer, 0, NULL), 0);
	assert_int_equal(tape.events[1].end.retval, -1);
	assert_int_equal(tape.events[1].end.new_scan, 1998);
	toy_free(&toy);
	shr_domain_free(domain);
	tape_release(&tape);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fresh),
		cmocka_unit_test(test_life),
		cmocka_unit_test(test_unlink),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_fallback),
		cmocka_unit_test(test_raw_flags),
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_single_callback),
		cmocka_unit_test(test_no_progress),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
