/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/shrinker/lru.h"

#include "core/shrinker/info.h"
#include "tests/unit/machine.h"
#include "tests/unit/toy.h"

enum { ITEMS = 8 };

/* Named a, b, c ... in the order in which they are made. */
struct thing {
	struct shr_lru_item item; /* first: the callback casts back */
	char letter;
	const char *says; /* a letter of isolate() for each call; the last one stays */
};

struct lab {
	struct shr_domain *domain;
	struct shr_memcg *root, *a, *aa;
	struct toy toy;
	struct shr_lru *lru;
	struct thing things[ITEMS];
	struct shr_lru_ask ask;
	char asked[256]; /* letters, in that order */
};

/* x removes, X removes and drops the lock, o rotates, s skips, r retries, . stops. */
static enum shr_lru_status isolate(const struct shr_lru_ask *ask,
				   struct shr_lru_walk *walk, struct shr_lru_item *item)
{
	struct thing *thing = (struct thing *)item;
	char *asked = ask->data;
	char says = *thing->says;

	if (thing->says[1])
		thing->says++;
	asked[strlen(asked)] = thing->letter;
	if (says == 'x' || says == 'X')
		shr_lru_isolate(walk, item);
	if (says == 'X')
		shr_lru_unlock(walk);
	switch (says) {
	case 'x':
		return SHR_LRU_REMOVED;
	case 'X':
		return SHR_LRU_REMOVED_RETRY;
	case 'o':
		return SHR_LRU_ROTATE;
	case 'r':
		return SHR_LRU_RETRY;
	case '.':
		return SHR_LRU_STOP;
	default:
		return SHR_LRU_SKIP;
	}
}

static void lab_open_as(struct lab *lab, const struct shr_domain_options *options,
			enum shr_lru_retry retry)
{
	struct shr_err err;

	*lab = (struct lab){ .domain = toy_domain(options) };
	lab->root = shr_memcg_root(lab->domain);
	lab->a = some_memcg(lab->root);
	lab->aa = some_memcg(lab->a);
	toy_register(&lab->toy, lab->domain, SHR_SHRINKER_NUMA | SHR_SHRINKER_MEMCG);
	lab->lru = shr_lru_new(lab->domain, lab->toy.shrinker, retry, &err);
	assert_non_null(lab->lru);
	lab->ask = (struct shr_lru_ask){ isolate, lab->asked };
	for (int i = 0; i < ITEMS; i++)
		lab->things[i] =
			(struct thing){ .letter = (char)('a' + i), .says = "x" };
}

static void lab_open(struct lab *lab, unsigned minor)
{
	lab_open_as(lab,
		    &(struct shr_domain_options){ .release = { 6, minor, 0 },
						  .nodes = 2,
						  .memcgs = true,
						  .kmem = true },
		    SHR_LRU_RETRIES);
}

static void lab_close(struct lab *lab)
{
	shr_lru_free(lab->lru);
	toy_free(&lab->toy);
	shr_domain_free(lab->domain);
}

static void add(struct lab *lab, int i, int32_t nid, struct shr_memcg *memcg)
{
	struct shr_err err;

	assert_int_equal(shr_lru_add(lab->lru, &lab->things[i].item, nid, memcg, &err),
			 1);
}

static void check_walk(struct lab *lab, struct shr_memcg *memcg, uint64_t budget,
		       uint64_t removed, const char *asked)
{
	uint64_t left = budget;

	memset(lab->asked, 0, sizeof(lab->asked));
	assert_int_equal(shr_lru_walk_one(lab->lru, &lab->ask, 0, memcg, &left),
			 removed);
	assert_string_equal(lab->asked, asked);
	assert_int_equal(budget - left, strlen(asked));
}

static void test_add_and_delete(void **state)
{
	struct lab lab;
	struct shr_err err;
	struct shr_lru_item *item = &lab.things[0].item;

	(void)state;
	lab_open(&lab, 12);
	assert_false(shr_lru_del(lab.lru, item, 0, lab.a));
	add(&lab, 0, 0, lab.a);
	assert_int_equal(shr_lru_add(lab.lru, item, 0, lab.a, &err), 0);
	assert_int_equal(shr_lru_count(lab.lru, 0, lab.a), 1);
	assert_int_equal(shr_lru_count(lab.lru, 1, lab.a), 0);
	assert_int_equal(shr_lru_count(lab.lru, 0, lab.root), 0);
	assert_int_equal(shr_lru_count_node(lab.lru, 0), 1);
	assert_true(shr_lru_del(lab.lru, item, 0, lab.a));
	assert_false(shr_lru_del(lab.lru, item, 0, lab.a));
	assert_int_equal(shr_lru_count_node(lab.lru, 0), 0);
	lab_close(&lab);
	shr_lru_free(NULL);
}

/* The first object of a memcg on a node sets its shrinker's bit; the root has none. */
static void test_bit(void **state)
{
	struct lab lab;

	(void)state;
	lab_open(&lab, 12);
	add(&lab, 0, 1, lab.a);
	assert_true(shr_info_is_set(lab.a, 1, 0));
	assert_false(shr_info_is_set(lab.a, 0, 0));
	assert_false(shr_info_is_set(lab.aa, 1, 0));
	add(&lab, 1, 1, lab.root);
	assert_false(shr_info_is_set(lab.root, 1, 0));
	lab_close(&lab);
}

static void test_statuses(void **state)
{
	struct lab lab;

	(void)state;
	lab_open(&lab, 12);
	for (int i = 0; i < 5; i++)
		add(&lab, i, 0, lab.a);
	lab.things[0].says = "s";
	lab.things[1].says = "ox";
	lab.things[2].says = "X";
	lab.things[3].says = "rx";
	lab.things[4].says = "x";
	/* a stays; b goes to the end; after c and d it begins again. */
	check_walk(&lab, lab.a, 100, 4, "abcadadeb");
	assert_int_equal(shr_lru_count(lab.lru, 0, lab.a), 1);
	add(&lab, 5, 0, lab.a);
	add(&lab, 6, 0, lab.a);
	lab.things[5].says = ".";
	check_walk(&lab, lab.a, 100, 0, "af");
	lab_close(&lab);
}

static void test_budget(void **state)
{
	struct lab lab;

	(void)state;
	lab_open(&lab, 13);
	for (int i = 0; i < 3; i++)
		add(&lab, i, 0, lab.a);
	check_walk(&lab, lab.a, 0, 0, "");
	/* Rotated, a list goes round until the budget is spent; alone, once. */
	for (int i = 0; i < 3; i++)
		lab.things[i].says = "o";
	check_walk(&lab, lab.a, 7, 0, "abcabca");
	lab.things[1].says = lab.things[2].says = "x";
	check_walk(&lab, lab.a, 2, 2, "bc");
	check_walk(&lab, lab.a, 7, 0, "a");
	/* One that always retries costs all of it. */
	lab.things[0].says = "r";
	check_walk(&lab, lab.a, 4, 0, "aaaa");
	lab_close(&lab);
}

/* As it was first proposed: once more, for the same price, and then the next. */
static void test_retry_once(void **state)
{
	struct lab lab;
	uint64_t budget = 2;

	(void)state;
	lab_open_as(&lab,
		    &(struct shr_domain_options){
			    .release = { 6, 12, 0 }, .memcgs = true, .kmem = true },
		    SHR_LRU_RETRIES_ONCE);
	add(&lab, 0, 0, lab.a);
	add(&lab, 1, 0, lab.a);
	lab.things[0].says = "r";
	lab.things[1].says = "rx";
	assert_int_equal(shr_lru_walk_one(lab.lru, &lab.ask, 0, lab.a, &budget), 1);
	assert_string_equal(lab.asked, "aabb");
	assert_int_equal(budget, 0);
	lab_close(&lab);
}

/* The root's first, then memcg by memcg; nodes in their order, for one budget. */
static void test_whole_nodes(void **state)
{
	struct lab lab;
	uint64_t budget = 4;

	(void)state;
	lab_open(&lab, 12);
	add(&lab, 0, 0, lab.aa);
	add(&lab, 1, 0, lab.a);
	add(&lab, 2, 0, NULL);
	add(&lab, 3, 1, lab.root);
	add(&lab, 4, 1, lab.a);
	assert_int_equal(shr_lru_walk_nodes(lab.lru, &lab.ask, 3, &budget), 4);
	assert_string_equal(lab.asked, "cbad");
	assert_int_equal(shr_lru_count_node(lab.lru, 0), 0);
	assert_int_equal(shr_lru_count_node(lab.lru, 1), 1);
	budget = 9;
	assert_int_equal(shr_lru_walk_nodes(lab.lru, &lab.ask, 1, &budget), 0);
	assert_int_equal(shr_lru_walk_node(lab.lru, &lab.ask, 1, &budget), 1);
	assert_int_equal(budget, 8);
	lab_close(&lab);
}

/* Who goes leaves his items at the head of his parent's, and is led there. */
static void test_reparent(void **state)
{
	static const unsigned minors[] = { 1, 12, 13 };
	struct lab lab;

	(void)state;
	for (size_t i = 0; i < COUNT(minors); i++) {
		struct shr_err err;

		lab_open(&lab, minors[i]);
		add(&lab, 0, 0, lab.a);
		add(&lab, 1, 0, lab.aa);
		add(&lab, 2, 0, lab.aa);
		shr_memcg_get(lab.aa);
		shr_memcg_get(lab.a);
		shr_memcg_offline(lab.aa);
		assert_int_equal(shr_lru_count(lab.lru, 0, lab.aa), 0);
		assert_int_equal(shr_lru_count(lab.lru, 0, lab.a), 3);
		assert_true(shr_info_is_set(lab.a, 0, 0));
		assert_true(shr_lru_del(lab.lru, &lab.things[2].item, 0, lab.aa));
		assert_int_equal(
			shr_lru_add(lab.lru, &lab.things[3].item, 0, lab.aa, &err), 1);
		check_walk(&lab, lab.aa, 9, 0, "");
		check_walk(&lab, lab.a, 1, 1, "b");
		shr_memcg_offline(lab.a);
		assert_int_equal(shr_lru_count(lab.lru, 0, lab.root), 2);
		assert_true(shr_lru_del(lab.lru, &lab.things[3].item, 0, lab.aa));
		shr_memcg_put(lab.aa);
		shr_memcg_put(lab.a);
		check_walk(&lab, lab.root, 9, 1, "a");
		lab_close(&lab);
	}
}

/* A memcg that goes without ever having had an item, and one above that has none. */
static void test_reparent_empty(void **state)
{
	struct lab lab;

	(void)state;
	lab_open(&lab, 13);
	add(&lab, 0, 0, lab.aa);
	shr_memcg_offline(some_memcg(lab.root));
	shr_memcg_offline(lab.aa);
	assert_int_equal(shr_lru_count(lab.lru, 0, lab.a), 1);
	assert_true(shr_info_is_set(lab.a, 0, 0));
	assert_true(shr_lru_del(lab.lru, &lab.things[0].item, 0, lab.a));
	shr_memcg_offline(lab.a);
	assert_int_equal(shr_lru_count_node(lab.lru, 0), 0);
	lab_close(&lab);
}

/* Without kmem accounting all are in the node's list. */
static void test_no_kmem(void **state)
{
	struct lab lab;

	(void)state;
	lab_open_as(
		&lab,
		&(struct shr_domain_options){ .release = { 6, 12, 0 }, .memcgs = true },
		SHR_LRU_RETRIES);
	add(&lab, 0, 0, lab.a);
	assert_int_equal(shr_lru_count(lab.lru, 0, NULL), 1);
	assert_false(shr_info_is_set(lab.a, 0, 0));
	check_walk(&lab, lab.aa, 9, 1, "a");
	lab_close(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_add_and_delete),
		cmocka_unit_test(test_bit),
		cmocka_unit_test(test_statuses),
		cmocka_unit_test(test_budget),
		cmocka_unit_test(test_retry_once),
		cmocka_unit_test(test_whole_nodes),
		cmocka_unit_test(test_reparent),
		cmocka_unit_test(test_reparent_empty),
		cmocka_unit_test(test_no_kmem),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
