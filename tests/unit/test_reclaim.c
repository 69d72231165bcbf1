/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/shrinker/reclaim.h"

#include "tests/unit/reclaimed.h"

/* One turn of direct reclaim on two nodes, from the second on. */
static void test_order(void **state)
{
	static const struct {
		unsigned major, minor;
		const char *log;
	} rows[] = {
		{ 3, 11, "12.1:0 12.0:0 n0:0 m0:0 p0:0 " },
		{ 3, 12, "12.1:0 12.0:0 n0:0 n1:0 m0:0 m1:0 p0:0 " },
		{ 3, 18, "12.1:0 12.0:0 n0:0 n1:0 m0:0 m1:0 p0:0 " },
		{ 3, 19, "12.1:0 n1:0 m1:0 p0:0 12.0:0 n0:0 m0:0 p0:0 " },
		{ 4, 0,
		  "12.1:1 12.1:2 m1:2 12.1:3 m1:3 12.1:4 m1:4 n1:0 m1:0 p0:0 "
		  "12.0:1 12.0:2 m0:2 12.0:3 m0:3 12.0:4 m0:4 n0:0 m0:0 p0:0 " },
		{ 4, 15,
		  "12.1:1 m1:1 12.1:2 m1:2 12.1:3 m1:3 12.1:4 m1:4 n1:0 p0:0 "
		  "12.0:1 m0:1 12.0:2 m0:2 12.0:3 m0:3 12.0:4 m0:4 n0:0 p0:0 " },
		{ 4, 19,
		  "12.1:1 n1:1 m1:1 p1:1 12.1:2 m1:2 12.1:3 m1:3 12.1:4 m1:4 "
		  "12.0:1 n0:1 m0:1 p0:1 12.0:2 m0:2 12.0:3 m0:3 12.0:4 m0:4 " },
		{ 6, 10,
		  "12.1:1 n1:1 m1:1 p1:1 12.1:2 m1:2 12.1:3 m1:3 12.1:4 m1:4 "
		  "12.0:1 n0:1 m0:1 p0:1 12.0:2 m0:2 12.0:3 m0:3 12.0:4 m0:4 " },
		{ 6, 12, "12.1:1 n1:1 m1:1 p1:1 12.0:1 n0:1 m0:1 p0:1 " },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world;

		world_open(&world, rows[i].major, rows[i].minor, 2);
		open_toys(&world);
		world.request.nid = 1;
		world.answer = (struct shr_pages_answer){ .scanned = 64,
							  .reclaimed = 32,
							  .eligible = 100 };
		direct(&world);
		assert_log(&world, rows[i].log);
		assert_int_equal(world.result.priority, 12);
		assert_int_equal(world.result.turns, 1);
		world_close(&world);
	}
}

/* kswapd of one node: of that alone, and all of its memcgs. */
static void test_kswapd_order(void **state)
{
	static const struct {
		unsigned major, minor;
		const char *log;
	} rows[] = {
		{ 3, 11, "12.1:0 n0:0 m0:0 p0:0 " },
		{ 3, 18, "12.1:0 n1:0 m1:0 p0:0 " },
		{ 3, 19, "12.1:0 n1:0 m1:0 p0:0 " },
		{ 6, 12, "12.1:1 n1:1 m1:1 p1:1 12.1:2 m1:2 12.1:3 m1:3 12.1:4 m1:4 " },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world;

		world_open(&world, rows[i].major, rows[i].minor, 2);
		open_toys(&world);
		world.request.nid = 1;
		world.balanced_after = 1;
		world.answer.reclaimed = 64;
		kswapd(&world);
		assert_log(&world, rows[i].log);
		kswapd(&world);
		assert_log(&world, "");
		assert_int_equal(world.result.turns, 0);
		world_close(&world);
	}
}

/* Without any toys, so that the log is of pages alone, and on one node. */
static const char *const all_down =
	"12.0:0 11.0:0 10.0:0 9.0:0 8.0:0 7.0:0 6.0:0 5.0:0 4.0:0 3.0:0 2.0:0 1.0:0 ";

static void test_priorities(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 3, 18, 1);
	direct(&world);
	assert_memory_equal(world.log.text, all_down, strlen(all_down));
	assert_string_equal(world.log.text + strlen(all_down), "0.0:0 ");
	assert_int_equal(world.result.turns, 13);
	assert_int_equal(world.result.priority, 0);
	assert_int_equal(world.result.reclaimed, 0);
	world.log.len = 0;
	kswapd(&world);
	assert_log(&world, all_down);
	assert_int_equal(world.result.priority, 1);
	shr_reclaim_node(&world.request, &world.result);
	assert_log(&world, "4.0:0 3.0:0 2.0:0 1.0:0 0.0:0 ");
	world_close(&world);
}

/* How many turns a reclaimer that gets nothing makes in all. */
static void test_retries(void **state)
{
	static const struct {
		unsigned major, minor, turns, spared_turns;
	} rows[] = {
		{ 3, 19, 13, 13 }, { 4, 0, 26, 26 },  { 4, 11, 26, 26 },
		{ 4, 12, 13, 26 }, { 6, 10, 13, 26 }, { 6, 12, 26, 39 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world;

		world_open(&world, rows[i].major, rows[i].minor, 1);
		direct(&world);
		assert_int_equal(world.result.turns, rows[i].turns);
		world.protection[2] = SHR_PROTECTION_LOW;
		direct(&world);
		assert_int_equal(world.result.turns, rows[i].spared_turns);
		world_close(&world);
	}
}

/* Direct reclaim and limits want 32 pages at least, all turns together. */
static void test_stops(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 5, 10, 1);
	world.answer = (struct shr_pages_answer){ .scanned = 9, .reclaimed = 3 };
	direct(&world);
	assert_int_equal(world.result.turns, 3);
	assert_int_equal(world.result.reclaimed, 36);
	assert_int_equal(world.result.scanned, 108);
	assert_int_equal(world.result.priority, 10);
	world.request.nr_to_reclaim = 49;
	direct(&world);
	assert_int_equal(world.result.turns, 5);
	limit(&world, 2);
	assert_int_equal(world.result.turns, 9);
	world_close(&world);
}

/* Slab's pages count for all; for limits they do up to 6.3. */
static void test_slab_pages(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 6, 3, 1);
	world.slab_pages = 16;
	limit(&world, 2);
	assert_int_equal(world.result.turns, 2);
	world_close(&world);
	world_open(&world, 6, 4, 1);
	world.slab_pages = 16;
	limit(&world, 2);
	assert_int_equal(world.result.turns, 13);
	direct(&world);
	assert_int_equal(world.result.turns, 2);
	world_close(&world);
	world_open(&world, 3, 18, 1);
	world.slab_pages = 16;
	direct(&world);
	assert_int_equal(world.result.turns, 2);
	world_close(&world);
}

/* It stays where it scans enough and gets some. */
static void test_kswapd_stays(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 3, 19, 1);
	world.answer = (struct shr_pages_answer){ .scanned = 32, .reclaimed = 1 };
	world.balanced_after = 3;
	kswapd(&world);
	assert_log(&world, "12.0:0 12.0:0 12.0:0 ");
	world.answer.scanned = 31;
	world.balanced_after = 6;
	kswapd(&world);
	assert_log(&world, "12.0:0 11.0:0 10.0:0 ");
	world.answer = (struct shr_pages_answer){ .scanned = 32 };
	world.balanced_after = 8;
	kswapd(&world);
	assert_log(&world, "12.0:0 11.0:0 ");
	/* Pages without end, and no balance: it ends in the end. */
	world.answer.reclaimed = 32;
	world.balanced_after = UINT32_MAX;
	world.pages.shrink = NULL;
	kswapd(&world);
	assert_int_equal(world.result.turns, 12);
	world_close(&world);
}

static void shrink_more(struct shr_pages *pages, const struct shr_pages_ask *ask,
			struct shr_pages_answer *answer)
{
	(void)pages, (void)ask;
	*answer = (struct shr_pages_answer){ .scanned = 64, .reclaimed = 64 };
}

static void test_kswapd_ends(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 6, 12, 1);
	world.pages.shrink = shrink_more;
	kswapd(&world);
	assert_int_equal(world.result.turns, 12 * 10000);
	world_close(&world);
	world_open(&world, 3, 10, 1);
	world.pages.shrink = shrink_more;
	kswapd(&world);
	assert_int_equal(world.result.turns, 10000);
	world_close(&world);
}

static void test_kswapd_starts_over(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 3, 10, 1);
	world.answer.reclaimed = 16;
	world.balanced_after = 5;
	kswapd(&world);
	assert_log(&world, "12.0:0 11.0:0 12.0:0 11.0:0 12.0:0 ");
	world.answer.reclaimed = 0;
	world.balanced_after = UINT32_MAX;
	kswapd(&world);
	assert_int_equal(world.result.turns, 13);
	assert_int_equal(world.result.priority, 0);
	world_close(&world);
}

/* Beyond balance by so many pages, no deeper than 10, and without slab up to 5.2. */
static void test_boost(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 5, 0, 1);
	open_toy(&world, &world.plain, 'p', 0);
	world.balanced_after = 0;
	world.request.nr_boost = 48;
	world.answer.reclaimed = 3;
	kswapd(&world);
	assert_log(&world, "12.0:1 12.0:2 12.0:3 12.0:4 11.0:1 11.0:2 11.0:3 11.0:4 "
			   "10.0:1 10.0:2 10.0:3 10.0:4 10.0:1 10.0:2 10.0:3 10.0:4 ");
	world.answer.reclaimed = 0;
	kswapd(&world);
	assert_int_equal(world.result.turns, 1);
	/* Not balanced: the boost is off, and it begins anew. */
	world.log.len = 0;
	world.balanced_after = world.asked + 1;
	kswapd(&world);
	assert_log(&world, "12.0:1 p0:1 12.0:2 12.0:3 12.0:4 ");
	toy_free(&world.plain);
	world_close(&world);

	world_open(&world, 5, 3, 1);
	open_toy(&world, &world.plain, 'p', 0);
	world.balanced_after = 0;
	world.request.nr_boost = 1;
	world.answer.reclaimed = 3;
	kswapd(&world);
	assert_log(&world, "12.0:1 p0:1 12.0:2 12.0:3 12.0:4 ");
	toy_free(&world.plain);
	world_close(&world);
}

static void test_proactive(void **state)
{
	static const struct {
		unsigned major, minor, wanted;
	} rows[] = { { 5, 19, 1000 }, { 6, 8, 32 }, { 6, 10, 250 } };
	struct world world;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		world_open(&world, rows[i].major, rows[i].minor, 1);
		world.request.nr_to_reclaim = 1000;
		world.answer.reclaimed = 1000;
		assert_true(shr_reclaim_proactive(&world.request, world.memcgs[4],
						  &world.result));
		assert_int_equal(world.wanted, rows[i].wanted);
		assert_int_equal(world.result.turns, 1);
		/* 4 in each turn, 32 or more in each go. */
		world.answer.reclaimed = 4;
		assert_true(shr_reclaim_proactive(&world.request, world.memcgs[4],
						  &world.result));
		assert_in_range(world.result.reclaimed, 1000, 1031);
		assert_int_equal(world.result.turns * 4, world.result.reclaimed);
		assert_int_equal(world.wanted, 32);
		world_close(&world);
	}
	world_open(&world, 6, 10, 1);
	world.request.nr_to_reclaim = 100;
	shr_reclaim_proactive(&world.request, world.memcgs[4], &world.result);
	assert_int_equal(world.result.turns, 17 * 13);
	assert_int_equal(world.result.reclaimed, 0);
	world_close(&world);
}

static void test_no_proactive(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 5, 18, 1);
	world.request.nr_to_reclaim = 64;
	assert_false(
		shr_reclaim_proactive(&world.request, world.memcgs[2], &world.result));
	world_close(&world);
	world_open(&world, 6, 16, 1);
	world.request.nr_to_reclaim = 64;
	assert_false(shr_reclaim_proactive(&world.request, NULL, &world.result));
	assert_int_equal(world.asked, 0);
	assert_int_equal(world.result.turns, 0);
	world_close(&world);
}

static void test_node_proactive(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 6, 17, 2);
	world.request.nr_to_reclaim = 64;
	world.request.nid = 1;
	world.answer.reclaimed = 16;
	assert_true(shr_reclaim_proactive(&world.request, NULL, &world.result));
	assert_log(&world, "12.1:1 12.1:2 12.1:3 12.1:4 ");
	assert_int_equal(world.result.reclaimed, 64);
	world_close(&world);
}

/* Up to 3.18 slab goes on after pages, until it is enough or frees nothing. */
static void test_node(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 3, 18, 2);
	open_toy(&world, &world.plain, 'p', 0);
	world.plain.objects[0][0] = 100000;
	world.request.nid = 1;
	world.answer = (struct shr_pages_answer){ .scanned = 10,
						  .reclaimed = 32,
						  .eligible = 100 };
	world.slab_pages = 12;
	shr_reclaim_node(&world.request, &world.result);
	assert_log(&world, "4.1:0 p0:0 p0:0 p0:0 ");
	assert_int_equal(world.result.reclaimed, 32 + 3 * 12);
	world.slab_pages = 0;
	world.plain.pinned = INT64_MAX;
	shr_reclaim_node(&world.request, &world.result);
	assert_log(&world, "4.1:0 p0:0 ");
	toy_free(&world.plain);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_kswapd_order),
		cmocka_unit_test(test_priorities),
		cmocka_unit_test(test_retries),
		cmocka_unit_test(test_stops),
		cmocka_unit_test(test_slab_pages),
		cmocka_unit_test(test_kswapd_stays),
		cmocka_unit_test(test_kswapd_ends),
		cmocka_unit_test(test_kswapd_starts_over),
		cmocka_unit_test(test_boost),
		cmocka_unit_test(test_proactive),
		cmocka_unit_test(test_no_proactive),
		cmocka_unit_test(test_node_proactive),
		cmocka_unit_test(test_node),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
