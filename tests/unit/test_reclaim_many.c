/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The multi-gen LRU's order of memcgs. */
#include "core/shrinker/memcg_bins.h"
#include "tests/unit/reclaimed.h"

static uint32_t pages_random(struct shr_pages *pages, uint32_t below)
{
	return (uint32_t)any_of(&((struct world *)pages)->seed, 0, (int64_t)below - 1);
}

static uint64_t pages_inactive(struct shr_pages *pages, int32_t nid)
{
	(void)nid;
	return ((struct world *)pages)->inactive;
}

static void many_open(struct world *world, unsigned major, unsigned minor,
		      uint64_t seed)
{
	world_open(world, major, minor, 1);
	world->seed = seed;
	world->pages.random = pages_random;
	world->pages.inactive = pages_inactive;
	world->request.mglru = true;
	world->answer.eligible = UINT32_MAX;
}

/* How often memcg @id was asked for its pages. */
static unsigned times(const struct world *world, int id)
{
	char what[16];
	unsigned count = 0;

	snprintf(what, sizeof(what), ":%d ", id);
	for (const char *at = world->log.text; (at = strstr(at, what)); at++)
		count++;
	return count;
}

static void forget(struct world *world)
{
	world->log = (struct toy_log){ .len = 0 };
}

/* Who stays, as is usual, comes up in each turn, once. */
static void test_all_once(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed < 50; seed++) {
		struct world world;

		many_open(&world, 6, 3, seed);
		world.answer.reclaimed = 7;
		direct(&world);
		assert_int_equal(world.result.turns, 2);
		for (int id = 1; id < 5; id++)
			assert_in_range(times(&world, id), 1, 2);
		assert_int_equal(world.asked, 5);
		world_close(&world);
	}
}

/* Any memcg can be the first, and the root is but one of them. */
static void test_any_first(void **state)
{
	unsigned first[5] = { 0 };

	(void)state;
	for (uint64_t seed = 1; seed < 200; seed++) {
		struct world world;

		many_open(&world, 6, 12, seed);
		world.answer.reclaimed = 32;
		direct(&world);
		assert_int_equal(world.asked, 1);
		first[world.log.text[world.log.len - 2] - '0']++;
		world_close(&world);
	}
	for (int id = 1; id < 5; id++)
		assert_in_range(first[id], 20, 100);
}

/* Who has nothing old left waits until all others have been shrunk. */
static void test_generations(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed < 50; seed++) {
		struct world world;

		many_open(&world, 6, 8, seed);
		world.answer.reclaimed = 32;
		world.answer.exhausted = true;
		for (int round = 0; round < 5; round++) {
			for (int i = 0; i < 4; i++)
				direct(&world);
			for (int id = 1; id < 5; id++)
				assert_int_equal(times(&world, id), 1);
			forget(&world);
		}
		world_close(&world);
	}
}

/* The small ones get a second try in their generation, and then are young. */
static void test_small(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed < 50; seed++) {
		struct world world;

		many_open(&world, 6, 8, seed);
		world.answer.reclaimed = 32;
		world.answer.eligible = 4095;
		for (int i = 0; i < 8; i++)
			direct(&world);
		for (int id = 1; id < 5; id++)
			assert_int_equal(times(&world, id), 2);
		world_close(&world);
	}
}

static void test_protection(void **state)
{
	struct world world;

	(void)state;
	many_open(&world, 6, 12, 5);
	world.protection[2] = SHR_PROTECTION_MIN;
	world.protection[3] = SHR_PROTECTION_LOW;
	world.answer.reclaimed = 8;
	world.answer.exhausted = true;
	for (int i = 0; i < 30; i++)
		direct(&world);
	assert_int_equal(times(&world, 2), 0);
	assert_in_range(times(&world, 3), 20, times(&world, 1));
	world_close(&world);
}

/* Who goes offline is the first of the oldest; who is gone is in no bin. */
static void test_offline(void **state)
{
	struct world world;

	(void)state;
	many_open(&world, 6, 12, 9);
	world.answer.reclaimed = 32;
	world.answer.exhausted = true;
	direct(&world);
	shr_memcg_get(world.memcgs[3]);
	shr_memcg_offline(world.memcgs[3]);
	for (int i = 0; i < 6; i++)
		direct(&world);
	assert_in_range(times(&world, 3), 1, 3);
	shr_memcg_put(world.memcgs[3]);
	forget(&world);
	for (int i = 0; i < 6; i++)
		direct(&world);
	assert_int_equal(times(&world, 3), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(times(&world, i == 2 ? 4 : i + 1), 2);
	world_close(&world);
}

/* kswapd ends its turns, too, and from 6.8 on at balance. */
static void test_kswapd(void **state)
{
	struct world world;

	(void)state;
	many_open(&world, 6, 7, 5);
	world.answer.reclaimed = 16;
	world.balanced_after = 1;
	kswapd(&world);
	assert_int_equal(world.asked, 2);
	assert_int_equal(world.result.turns, 1);
	world_close(&world);
	many_open(&world, 6, 8, 5);
	world.answer.reclaimed = 16;
	world.balanced_after = 1;
	kswapd(&world);
	assert_int_equal(world.asked, 1);
	world_close(&world);
}

/* Not for limits; nor before 6.3, nor where it is off. */
static void test_walks(void **state)
{
	struct world world;

	(void)state;
	many_open(&world, 6, 12, 5);
	world.answer.reclaimed = 8;
	limit(&world, 2);
	assert_log(&world, "12.0:2 12.0:3 11.0:2 11.0:3 ");
	world_close(&world);
	many_open(&world, 6, 2, 5);
	world.answer.reclaimed = 8;
	direct(&world);
	assert_log(&world, "12.0:1 12.0:2 12.0:3 12.0:4 ");
	world_close(&world);
	many_open(&world, 6, 3, 5);
	world.request.mglru = false;
	world.answer.reclaimed = 8;
	direct(&world);
	assert_log(&world, "12.0:1 12.0:2 12.0:3 12.0:4 ");
	world_close(&world);
}

/* Inactive pages of a generation, of which 2^priority at a time are to be enough. */
static void test_first_priority(void **state)
{
	static const struct {
		unsigned minor;
		uint64_t wanted, inactive;
		int priority;
	} rows[] = {
		{ 9, 63, 3000, 12 },	{ 9, 64, 3 << 13, 7 },
		{ 9, 64, 3 << 12, 6 },	{ 9, 64, 3 << 11, 5 },
		{ 9, 64, 3, 0 },	{ 9, 64, UINT64_MAX, 12 },
		{ 12, 64, 3, 6 },	{ 12, 64, 3 << 13, 7 },
		{ 12, 65, 3 << 13, 6 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world;

		many_open(&world, 6, rows[i].minor, 5);
		world.request.nr_to_reclaim = rows[i].wanted;
		world.inactive = rows[i].inactive;
		world.balanced_after = 1;
		world.answer.reclaimed = 1000;
		kswapd(&world);
		assert_int_equal(world.result.priority, rows[i].priority);
		world_close(&world);
	}
}

static void test_without_memcgs(void **state)
{
	struct world world;

	(void)state;
	many_open(&world, 6, 12, 5);
	shr_domain_free(world.domain);
	world.domain =
		toy_domain(&(struct shr_domain_options){ .release = { 6, 12, 0 } });
	world.request.domain = world.domain;
	world.answer.reclaimed = 32;
	direct(&world);
	assert_log(&world, "12.0:0 ");
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_once),
		cmocka_unit_test(test_any_first),
		cmocka_unit_test(test_generations),
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_protection),
		cmocka_unit_test(test_offline),
		cmocka_unit_test(test_kswapd),
		cmocka_unit_test(test_walks),
		cmocka_unit_test(test_first_priority),
		cmocka_unit_test(test_without_memcgs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
