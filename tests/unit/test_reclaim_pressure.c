/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How hard reclaimers press on slab, and who hears of it. */
#include "core/shrinker/reclaim.h"
#include "core/shrinker/vmpressure.h"
#include "tests/unit/reclaimed.h"

/* What each call was asked for: the S and L of its start event. */
static void assert_pressures(const struct world *world, const char *text)
{
	char found[512] = "";
	size_t len = 0;

	for (size_t i = 0; i < world->tape.count; i++) {
		const struct shr_event *event = &world->tape.events[i];

		if (event->kind == SHR_START)
			len += (size_t)snprintf(found + len, sizeof(found) - len,
						"%d/%d ", (int)event->start.pgs_scanned,
						(int)event->start.lru_pgs);
	}
	assert_string_equal(found, text);
}

static void fill_toys(struct world *world)
{
	for (int32_t nid = 0; nid < 2; nid++)
		for (int id = 0; id < 5; id++) {
			world->memcg.objects[nid][id] = 10;
			world->plain.objects[nid][id] = 10;
		}
}

static void test_pressures(void **state)
{
	static const struct {
		unsigned major, minor;
		const char *text;
	} rows[] = {
		/* All nodes together; m is asked for each. */
		{ 3, 18, "14/200 14/200 14/200 " },
		{ 3, 19, "7/100 7/100 7/100 7/100 " },
		/* Each memcg but the root, then all; then the other node. */
		{ 4, 4,
		  "7/100 7/100 7/100 28/400 28/400 "
		  "7/100 7/100 7/100 28/400 28/400 " },
		{ 4, 15,
		  "7/100 7/100 7/100 7/100 28/400 "
		  "7/100 7/100 7/100 7/100 28/400 " },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct world world;

		world_open(&world, rows[i].major, rows[i].minor, 2);
		open_toys(&world);
		fill_toys(&world);
		world.slab_pages = 32;
		world.answer =
			(struct shr_pages_answer){ .scanned = 7, .eligible = 100 };
		direct(&world);
		assert_pressures(&world, rows[i].text);
		world_close(&world);
	}
}

/* In each turn by itself, and not of the turns before. */
static void test_pressures_by_turn(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 3, 18, 1);
	open_toys(&world);
	fill_toys(&world);
	world.answer = (struct shr_pages_answer){ .scanned = 40,
						  .reclaimed = 16,
						  .eligible = 100 };
	direct(&world);
	assert_pressures(&world, "40/100 40/100 40/100 40/100 ");
	world_close(&world);
}

/* From 4.16 on it is the priority. */
static void test_priority_of_slab(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 5, 10, 1);
	open_toys(&world);
	fill_toys(&world);
	world.answer.reclaimed = 4;
	direct(&world);
	for (size_t i = 0; i < world.tape.count; i++)
		if (world.tape.events[i].kind == SHR_START)
			assert_int_equal(world.tape.events[i].start.priority,
					 i < world.tape.count / 2 ? 12 : 11);
	assert_int_equal(world.tape.count, 20);
	world_close(&world);
}

struct ear {
	struct shr_vmpressure_listener listener; /* first: callbacks cast back */
	unsigned told;
};

static void on_tell(struct shr_vmpressure_listener *listener,
		    enum shr_pressure_level level)
{
	(void)level;
	((struct ear *)listener)->told++;
}

static void listen(struct ear *ear, struct world *world, struct shr_memcg *memcg,
		   enum shr_pressure_level level)
{
	struct shr_err err;

	*ear = (struct ear){ .listener = { .interest = { .level = level },
					   .tell = on_tell } };
	assert_int_equal(
		shr_vmpressure_register(world->domain, memcg, &ear->listener, &err), 0);
}

/* Reports are for the target; by priority, whatever is scanned. */
static void test_told(void **state)
{
	struct world world;
	struct ear root, two;

	(void)state;
	world_open(&world, 6, 10, 1);
	listen(&root, &world, NULL, SHR_PRESSURE_LOW);
	listen(&two, &world, world.memcgs[2], SHR_PRESSURE_CRITICAL);
	world.answer = (struct shr_pages_answer){ .scanned = 128, .reclaimed = 128 };
	direct(&world);
	assert_int_equal(root.told, 1);
	/* Nothing scanned: nothing is told before 3, and then at 3, 2, 1 and 0. */
	world.answer = (struct shr_pages_answer){ .scanned = 0 };
	limit(&world, 2);
	assert_int_equal(two.told, 4);
	assert_int_equal(root.told, 1);
	/* Two memcgs of which nothing was reclaimed, in each of 13 turns. */
	world.answer.scanned = 256;
	limit(&world, 2);
	assert_int_equal(two.told, 4 + 13 + 4);
	assert_int_equal(shr_vmpressure_sockets(world.memcgs[2]), 6);
	assert_int_equal(shr_vmpressure_sockets(world.memcgs[3]), 6);
	kswapd(&world);
	assert_int_equal(root.told, 1 + 12);
	shr_vmpressure_unregister(&root.listener);
	shr_vmpressure_unregister(&two.listener);
	world_close(&world);
}

/* Pages of slab are reclaimed and were never scanned; memory.reclaim is silent. */
static void test_told_not(void **state)
{
	struct world world;
	struct ear medium, low;

	(void)state;
	world_open(&world, 6, 1, 1);
	listen(&medium, &world, NULL, SHR_PRESSURE_MEDIUM);
	listen(&low, &world, NULL, SHR_PRESSURE_LOW);
	world.slab_pages = 2000;
	world.answer.scanned = 512;
	direct(&world);
	assert_int_equal(medium.told, 0);
	assert_int_equal(low.told, 1);
	world.slab_pages = 0;
	shr_reclaim_proactive(&(struct shr_reclaim_request){ .domain = world.domain,
							     .pages = &world.pages,
							     .by = world.request.by,
							     .nr_to_reclaim = 1 },
			      world.memcgs[2], &world.result);
	assert_int_equal(world.result.turns, 17 * 13);
	assert_int_equal(medium.told, 0);
	shr_vmpressure_unregister(&medium.listener);
	shr_vmpressure_unregister(&low.listener);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pressures),
		cmocka_unit_test(test_pressures_by_turn),
		cmocka_unit_test(test_priority_of_slab),
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_told_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
