/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/shrinker/reclaim.h"

#include "core/shrinker/info.h"
#include "core/shrinker/vmpressure.h"
#include "tests/unit/machine.h"
#include "tests/unit/toy.h"

/*
 * A root (memcg 1) with children 2 and 4, and 3 below 2; toys n (NUMA-aware), m (and
 * memcg-aware) and p (neither).  Its pages log who was asked, as toys do: "12.0:3 " is
 * memcg 3's of node 0 at priority 12.
 */
struct world {
	struct shr_pages pages; /* first: callbacks cast back */
	struct shr_domain *domain;
	struct shr_memcg *memcgs[5]; /* by id */
	struct toy numa, memcg, plain;
	struct toy_log log;
	struct tape tape;
	struct shr_pages_answer answer; /* to each question */
	unsigned asked, balanced_after;
	uint64_t wanted; /* by who asked last */
	int32_t nodes;
	uint64_t slab_pages;
	enum shr_protection protection[5];
	struct shr_reclaim_request request;
	struct shr_reclaim_result result;
};

static void pages_shrink(struct shr_pages *pages, const struct shr_pages_ask *ask,
			 struct shr_pages_answer *answer)
{
	struct world *world = (struct world *)pages;
	struct toy_log *log = &world->log;
	const unsigned long long id = ask->memcg ? shr_memcg_id(ask->memcg) : 0;

	log->len += (size_t)snprintf(log->text + log->len, sizeof(log->text) - log->len,
				     "%d.%d:%llu ", ask->by->priority, ask->nid, id);
	assert_true(log->len < sizeof(log->text));
	*answer = world->answer;
	world->asked++;
	world->wanted = ask->nr_to_reclaim;
}

static bool pages_balanced(struct shr_pages *pages, int32_t nid)
{
	const struct world *world = (struct world *)pages;

	assert_int_equal(nid, world->request.nid);
	return world->asked >= world->balanced_after;
}

static enum shr_protection pages_protection(struct shr_pages *pages,
					    const struct shr_memcg *target,
					    const struct shr_memcg *memcg)
{
	(void)target;
	return ((struct world *)pages)->protection[shr_memcg_id(memcg)];
}

static uint64_t pages_of_slab(struct shr_pages *pages, const struct shr_reclaimer *by)
{
	(void)by;
	return ((struct world *)pages)->slab_pages;
}

static void open_toy(struct world *world, struct toy *toy, char letter, unsigned flags)
{
	toy_register(toy, world->domain, flags);
	toy->letter = letter;
	toy->log = &world->log;
	toy->shrinker->seeks = 2;
}

static void open_toys(struct world *world)
{
	open_toy(world, &world->numa, 'n', SHR_SHRINKER_NUMA);
	open_toy(world, &world->memcg, 'm', SHR_SHRINKER_NUMA | SHR_SHRINKER_MEMCG);
	open_toy(world, &world->plain, 'p', 0);
	for (int i = 2; i < 5; i++)
		for (int32_t nid = 0; world->memcgs[i] && nid < world->nodes; nid++)
			shr_info_set_shrinker(world->memcgs[i], nid,
					      world->memcg.shrinker);
}

/* Memcgs from 4.0 on. */
static void world_open(struct world *world, unsigned major, unsigned minor,
		       int32_t nodes)
{
	const bool memcgs = major >= 4;

	*world = (struct world){ .pages = { pages_shrink, pages_balanced,
					    pages_protection, pages_of_slab },
				 .balanced_after = UINT32_MAX,
				 .nodes = nodes };
	world->domain = toy_domain(
		&(struct shr_domain_options){ .release = { major, minor, 0 },
					      .nodes = nodes,
					      .memcgs = memcgs,
					      .kmem = memcgs,
					      .tracer = tape_init(&world->tape) });
	if (memcgs) {
		world->memcgs[1] = shr_memcg_root(world->domain);
		world->memcgs[2] = some_memcg(world->memcgs[1]);
		world->memcgs[3] = some_memcg(world->memcgs[2]);
		world->memcgs[4] = some_memcg(world->memcgs[1]);
	}
	world->request = (struct shr_reclaim_request){
		.domain = world->domain,
		.pages = &world->pages,
		.by = { .pid = 7, .may = SHR_MAY_IO | SHR_MAY_FS }
	};
}

static void world_close(struct world *world)
{
	if (world->numa.shrinker) {
		toy_free(&world->numa);
		toy_free(&world->memcg);
		toy_free(&world->plain);
	}
	shr_domain_free(world->domain);
	tape_release(&world->tape);
}

/* What was logged since the last time. */
static void assert_log(struct world *world, const char *text)
{
	assert_string_equal(world->log.text, text);
	world->log = (struct toy_log){ .len = 0 };
}

static void direct(struct world *world)
{
	shr_reclaim_direct(&world->request, &world->result);
}

static void limit(struct world *world, int memcg)
{
	shr_reclaim_memcg(&world->request, world->memcgs[memcg], &world->result);
}

static void kswapd(struct world *world)
{
	shr_reclaim_kswapd(&world->request, &world->result);
}

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
		world.answer = (struct shr_pages_answer){ 64, 32, 100 };
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
	/* Where all that is left is protected, what is low gives in. */
	limit(&world, 2);
	assert_int_equal(world.asked, 3);
	assert_log(&world, "12.0:2 m0:2 ");
	assert_int_equal(world.result.turns, 14);
	world_close(&world);

	world_open(&world, 4, 17, 1);
	world.protection[3] = SHR_PROTECTION_MIN;
	world.answer.reclaimed = 8;
	limit(&world, 2);
	assert_log(&world, "12.0:2 12.0:3 11.0:2 11.0:3 ");
	world_close(&world);
}

/* Direct reclaim and limits want 32 pages at least, all turns together. */
static void test_stops(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 5, 10, 1);
	world.answer = (struct shr_pages_answer){ 9, 3, 0 };
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
	world.answer = (struct shr_pages_answer){ 32, 1, 0 };
	world.balanced_after = 3;
	kswapd(&world);
	assert_log(&world, "12.0:0 12.0:0 12.0:0 ");
	world.answer.scanned = 31;
	world.balanced_after = 6;
	kswapd(&world);
	assert_log(&world, "12.0:0 11.0:0 10.0:0 ");
	world.answer = (struct shr_pages_answer){ 32, 0, 0 };
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
	*answer = (struct shr_pages_answer){ 64, 64, 0 };
}

static void test_kswapd_ends(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 6, 12, 1);
	world.pages.shrink = shrink_more;
	kswapd(&world);
	assert_int_equal(world.result.turns, 12 * 100);
	world_close(&world);
	world_open(&world, 3, 10, 1);
	world.pages.shrink = shrink_more;
	kswapd(&world);
	assert_int_equal(world.result.turns, 100);
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
		world.answer = (struct shr_pages_answer){ 7, 0, 100 };
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
	world.answer = (struct shr_pages_answer){ 40, 16, 100 };
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
		shr_reclaim_proactive(&world.request, world.memcgs[4], &world.result);
		assert_int_equal(world.wanted, rows[i].wanted);
		assert_int_equal(world.result.turns, 1);
		/* 4 in each turn, 32 or more in each go. */
		world.answer.reclaimed = 4;
		shr_reclaim_proactive(&world.request, world.memcgs[4], &world.result);
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

static void test_node_proactive(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 6, 17, 2);
	world.request.nr_to_reclaim = 64;
	world.request.nid = 1;
	world.answer.reclaimed = 16;
	shr_reclaim_proactive(&world.request, NULL, &world.result);
	assert_log(&world, "12.1:1 12.1:2 12.1:3 12.1:4 ");
	assert_int_equal(world.result.reclaimed, 64);
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

	*ear = (struct ear){ .listener = { .interest = { level }, .tell = on_tell } };
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
	world.answer = (struct shr_pages_answer){ 128, 128, 0 };
	direct(&world);
	assert_int_equal(root.told, 1);
	/* Nothing scanned: nothing is told before 3, and then at 3, 2, 1 and 0. */
	world.answer = (struct shr_pages_answer){ 0 };
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

/* Up to 3.18 slab goes on after pages, until it is enough or frees nothing. */
static void test_node(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 3, 18, 2);
	open_toy(&world, &world.plain, 'p', 0);
	world.plain.objects[0][0] = 100000;
	world.request.nid = 1;
	world.answer = (struct shr_pages_answer){ 10, 32, 100 };
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
		cmocka_unit_test(test_without_memcgs),
		cmocka_unit_test(test_priorities),
		cmocka_unit_test(test_retries),
		cmocka_unit_test(test_protection),
		cmocka_unit_test(test_stops),
		cmocka_unit_test(test_slab_pages),
		cmocka_unit_test(test_kswapd_stays),
		cmocka_unit_test(test_kswapd_ends),
		cmocka_unit_test(test_kswapd_starts_over),
		cmocka_unit_test(test_boost),
		cmocka_unit_test(test_pressures),
		cmocka_unit_test(test_pressures_by_turn),
		cmocka_unit_test(test_priority_of_slab),
		cmocka_unit_test(test_subtree),
		cmocka_unit_test(test_shared_by_priority),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_partial),
		cmocka_unit_test(test_walk_forgets),
		cmocka_unit_test(test_proactive),
		cmocka_unit_test(test_node_proactive),
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_told_not),
		cmocka_unit_test(test_node),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
