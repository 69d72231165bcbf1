/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which memcgs reclaimers come to, and in which order. */
#include "core/shrinker/memcg_walk.h"

#include "tests/unit/reclaimed.h"

/* Without memcgs in kernels that have them there is one walk, of none. */
static void test_without_memcgs(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 3, 19, 1);
	shr_domain_free(world.domain);
	world.domain =
		toy_domain(&(struct shr_domain_options){ .release = { 6, 12, 0 } });
	world.request.domain = world.domain;
	open_toys(&world);
	world.answer.reclaimed = 32;
	direct(&world);
	assert_log(&world, "12.0:0 n0:0 m0:0 p0:0 ");
	world_close(&world);
}

static void test_protection(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 6, 1, 1);
	world.protection[2] = SHR_PROTECTION_LOW;
	world.protection[3] = SHR_PROTECTION_MIN;
	world.answer.reclaimed = 32;
	open_toys(&world);
	direct(&world);
	assert_log(&world, "12.0:1 n0:1 m0:1 p0:1 12.0:4 m0:4 ");
	/* Its own protection is no limit's business. */
	limit(&world, 2);
	assert_log(&world, "12.0:2 m0:2 ");
	limit(&world, 3);
	assert_log(&world, "12.0:3 m0:3 ");
	/* What is low gives in where there is nothing else, and the rest does not. */
	world.answer.reclaimed = 0;
	world.asked = 0;
	limit(&world, 2);
	assert_int_equal(world.asked, 13);
	world.protection[3] = SHR_PROTECTION_LOW;
	limit(&world, 2);
	assert_int_equal(world.result.turns, 26);
	assert_int_equal(world.asked, 13 + 13 + 26);
	world_close(&world);

	world_open(&world, 4, 17, 1);
	world.protection[3] = SHR_PROTECTION_MIN;
	world.answer.reclaimed = 8;
	limit(&world, 2);
	assert_log(&world, "12.0:2 12.0:3 11.0:2 11.0:3 ");
	world_close(&world);
}

/* Of a limit: that memcg and those below, and nothing that is nobody's. */
static void test_subtree(void **state)
{
	static const struct {
		unsigned major, minor;
	} rows[] = { { 4, 4 }, { 4, 15 }, { 5, 10 }, { 6, 10 } };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world;

		world_open(&world, rows[i].major, rows[i].minor, 1);
		open_toys(&world);
		world.answer.reclaimed = 16;
		limit(&world, 2);
		assert_log(&world, "12.0:2 m0:2 12.0:3 m0:3 ");
		limit(&world, 4);
		assert_log(&world, "12.0:4 m0:4 11.0:4 m0:4 ");
		world_close(&world);
	}
}

/* Up to 5.3 a limit ends its walk, and the next one goes on with it. */
static void test_shared_by_priority(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 5, 3, 1);
	world.answer.reclaimed = 32;
	for (int i = 0; i < 2; i++) {
		limit(&world, 1);
		assert_log(&world, "12.0:1 ");
		limit(&world, 1);
		assert_log(&world, "12.0:2 ");
		limit(&world, 2);
		assert_log(&world, "12.0:2 ");
		limit(&world, 1);
		assert_log(&world, "12.0:3 ");
		limit(&world, 2);
		assert_log(&world, "12.0:3 ");
		limit(&world, 1);
		assert_log(&world, "12.0:4 ");
	}
	limit(&world, 1);
	limit(&world, 1);
	assert_log(&world, "12.0:1 12.0:2 ");
	/* Its walk at 12 begins in the middle; that at 11 is another. */
	world.answer.reclaimed = 8;
	limit(&world, 1);
	assert_log(&world, "12.0:3 12.0:4 11.0:1 11.0:2 ");
	/* Of reclaim everywhere each goes to the end. */
	world.answer.reclaimed = 32;
	direct(&world);
	assert_log(&world, "12.0:1 12.0:2 12.0:3 12.0:4 ");
	world_close(&world);
}

static void test_whole(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 5, 4, 1);
	world.answer.reclaimed = 32;
	for (int i = 0; i < 2; i++) {
		limit(&world, 2);
		assert_log(&world, "12.0:2 12.0:3 ");
	}
	world_close(&world);
}

/* One for all priorities, direct reclaim included; kswapd has its own. */
static void test_partial(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 6, 12, 1);
	world.answer.reclaimed = 32;
	direct(&world);
	direct(&world);
	assert_log(&world, "12.0:1 12.0:2 ");
	world.balanced_after = world.asked + 1;
	kswapd(&world);
	assert_log(&world, "12.0:1 12.0:2 12.0:3 12.0:4 ");
	world.answer.reclaimed = 8;
	direct(&world);
	assert_log(&world, "12.0:3 12.0:4 11.0:1 11.0:2 ");
	/* Nothing at all: once more, over all of them. */
	world.answer.reclaimed = 0;
	direct(&world);
	assert_int_equal(world.result.turns, 26);
	assert_memory_equal(world.log.text, "12.0:3 12.0:4 11.0:1 ", 21);
	world_close(&world);
}

/* A walk that is at somebody who goes begins again. */
static void test_walk_forgets(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 6, 12, 1);
	world.answer.reclaimed = 32;
	for (int i = 0; i < 3; i++)
		direct(&world);
	assert_log(&world, "12.0:1 12.0:2 12.0:3 ");
	shr_memcg_offline(world.memcgs[3]);
	direct(&world);
	direct(&world);
	direct(&world);
	assert_log(&world, "12.0:1 12.0:2 12.0:4 ");
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_memcgs),
		cmocka_unit_test(test_protection),
		cmocka_unit_test(test_subtree),
		cmocka_unit_test(test_shared_by_priority),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_partial),
		cmocka_unit_test(test_walk_forgets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
