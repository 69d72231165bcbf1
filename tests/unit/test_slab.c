/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/shrinker/slab.h"

#include "core/shrinker/info.h"
#include "tests/unit/toy.h"

enum { PLAIN, NUMA, AWARE, TOYS };

/* A plain shrinker, one by node, one by node and memcg; two memcgs, on two nodes. */
struct lab {
	struct shr_domain *domain;
	struct shr_memcg *root, *a, *b; /* ids 1, 2 and 3; NULL where there are none */
	struct toy toys[TOYS];
	struct toy_log log;
};

static const unsigned flags_of[TOYS] = { 0, SHR_SHRINKER_NUMA,
					 SHR_SHRINKER_NUMA | SHR_SHRINKER_MEMCG };

static void lab_open(struct lab *lab, const struct shr_domain_options *options)
{
	struct shr_domain_options two = *options;

	two.nodes = 2;
	*lab = (struct lab){ .domain = toy_domain(&two) };
	lab->root = shr_memcg_root(lab->domain);
	if (lab->root) {
		lab->a = some_memcg(lab->root);
		lab->b = some_memcg(lab->root);
	}
	for (int i = 0; i < TOYS; i++) {
		toy_register(&lab->toys[i], lab->domain, flags_of[i]);
		lab->toys[i].letter = (char)("pna"[i]);
		lab->toys[i].log = &lab->log;
	}
}

static void lab_of(struct lab *lab, unsigned major, unsigned minor, bool memcgs)
{
	lab_open(lab, &(struct shr_domain_options){ .release = { major, minor, 0 },
						    .memcgs = memcgs,
						    .kmem = true });
}

static void lab_close(struct lab *lab)
{
	for (int i = 0; i < TOYS; i++)
		toy_free(&lab->toys[i]);
	shr_domain_free(lab->domain);
}

/* Add an object of the memcg-aware one as its owner would. */
static void add_object(struct lab *lab, struct shr_memcg *memcg, int32_t nid)
{
	lab->toys[AWARE].objects[nid][shr_memcg_id(memcg)]++;
	shr_info_set_shrinker(memcg, nid, lab->toys[AWARE].shrinker);
}

static void check_log(struct lab *lab, const char *text)
{
	assert_string_equal(lab->log.text, text);
	lab->log = (struct toy_log){ .len = 0 };
}

static void check_pass(struct lab *lab, int32_t nid, struct shr_memcg *memcg,
		       const char *text)
{
	shr_slab_shrink(lab->domain, &some_reclaimer, nid, memcg);
	check_log(lab, text);
}

static void check_mask(struct lab *lab, uint64_t nodes, const char *text)
{
	struct shr_reclaimer by = some_reclaimer;

	by.nodes = nodes;
	shr_slab_shrink(lab->domain, &by, 0, NULL);
	check_log(lab, text);
}

/* To 3.18: by a mask of nodes, which each shrinker goes over. */
static void test_masks(void **state)
{
	struct lab lab;

	(void)state;
	lab_of(&lab, 3, 2, false);
	check_mask(&lab, 3, "p0:0 n0:0 a0:0 ");
	lab_close(&lab);
	lab_of(&lab, 3, 12, false);
	check_mask(&lab, 3, "p0:0 n0:0 n1:0 a0:0 a1:0 ");
	check_mask(&lab, 2, "n1:0 a1:0 ");
	lab_close(&lab);
	lab_of(&lab, 3, 14, false);
	check_mask(&lab, 2, "p0:0 n1:0 a1:0 ");
	lab_close(&lab);
}

/* 3.19: everybody for one node, who counts for all of them for node 0. */
static void test_node(void **state)
{
	struct lab lab;

	(void)state;
	lab_of(&lab, 3, 19, false);
	check_pass(&lab, 1, NULL, "p0:0 n1:0 a1:0 ");
	lab_close(&lab);
}

static void test_awareness(void **state)
{
	struct lab lab;

	(void)state;
	lab_of(&lab, 4, 4, true);
	check_pass(&lab, 1, lab.a, "a1:2 ");
	check_pass(&lab, 1, lab.root, "");
	check_pass(&lab, 1, NULL, "p0:0 n1:0 a1:0 ");
	lab_close(&lab);
	lab_of(&lab, 4, 6, true);
	check_pass(&lab, 1, lab.a, "a1:2 ");
	check_pass(&lab, 1, lab.root, "a1:1 ");
	check_pass(&lab, 1, NULL, "p0:0 n1:0 ");
	lab_close(&lab);
	/* Without kmem accounting nothing is a memcg's. */
	lab_open(&lab, &(struct shr_domain_options){ .release = { 4, 6, 0 },
						     .memcgs = true });
	check_pass(&lab, 1, lab.a, "");
	check_pass(&lab, 1, NULL, "p0:0 n1:0 a1:0 ");
	lab_close(&lab);
}

static void test_maps(void **state)
{
	static const unsigned releases[][2] = {
		{ 4, 19 }, { 6, 6 }, { 6, 7 }, { 7, 2 }
	};
	struct lab lab;

	(void)state;
	for (size_t i = 0; i < COUNT(releases); i++) {
		lab_of(&lab, releases[i][0], releases[i][1], true);
		check_pass(&lab, 1, lab.root, "p1:1 n1:1 a1:1 ");
		check_pass(&lab, 1, lab.a, "");
		add_object(&lab, lab.a, 1);
		check_pass(&lab, 0, lab.a, "");
		check_pass(&lab, 1, lab.a, "a1:2 ");
		/* 0 is not EMPTY: the bit stays. */
		check_pass(&lab, 1, lab.a, "a1:2 ");
		shr_memcg_get(lab.a);
		shr_memcg_offline(lab.a);
		check_pass(&lab, 1, lab.a, "");
		shr_memcg_put(lab.a);
		lab_close(&lab);
	}
}

/* By id, whoever registered first; and who has no id is not asked. */
static void test_map_order(void **state)
{
	struct lab lab;
	struct toy first, second;
	struct shr_err err;

	(void)state;
	lab_of(&lab, 6, 12, true);
	toy_alloc(&first, lab.domain, SHR_SHRINKER_MEMCG);
	toy_alloc(&second, lab.domain, SHR_SHRINKER_MEMCG);
	first.log = second.log = &lab.log;
	first.letter = 'f';
	second.letter = 's';
	assert_int_equal(shr_shrinker_register(second.shrinker, &err), 0);
	assert_int_equal(shr_shrinker_register(first.shrinker, &err), 0);
	shr_info_set_shrinker(lab.a, 0, second.shrinker);
	shr_info_set_shrinker(lab.a, 0, first.shrinker);
	add_object(&lab, lab.a, 0);
	check_pass(&lab, 0, lab.a, "a0:2 f0:2 s0:2 ");
	check_pass(&lab, 0, lab.root, "p0:1 n0:1 a0:1 s0:1 f0:1 ");
	toy_free(&first);
	toy_free(&second);
	lab_close(&lab);
}

/* EMPTY: the bit goes, it counts once more, and what came meanwhile brings it back. */
static void test_empty(void **state)
{
	static const unsigned minors[] = { 6, 12 };
	struct lab lab;

	(void)state;
	for (size_t i = 0; i < COUNT(minors); i++) {
		lab_of(&lab, 6, minors[i], true);
		lab.toys[AWARE].says_empty = true;
		shr_info_set_shrinker(lab.a, 0, lab.toys[AWARE].shrinker);
		check_pass(&lab, 0, lab.a, "a0:2 a0:2 ");
		assert_false(shr_info_is_set(lab.a, 0, 0));
		check_pass(&lab, 0, lab.a, "");
		shr_info_set_shrinker(lab.a, 0, lab.toys[AWARE].shrinker);
		lab.toys[AWARE].adds = 200;
		assert_int_equal(shr_slab_shrink(lab.domain, &some_reclaimer, 0, lab.a),
				 200);
		assert_true(shr_info_is_set(lab.a, 0, 0));
		lab_close(&lab);
	}
}

/* The bit of who is not registered yet: kept by the semaphore's walk, else lost. */
static void test_early_bit(void **state)
{
	static const unsigned minors[] = { 6, 12 };
	struct lab lab;
	struct toy early;

	(void)state;
	for (size_t i = 0; i < COUNT(minors); i++) {
		lab_of(&lab, 6, minors[i], true);
		toy_alloc(&early, lab.domain, SHR_SHRINKER_MEMCG);
		shr_info_set_shrinker(lab.a, 0, early.shrinker);
		check_pass(&lab, 0, lab.a, "");
		assert_int_equal(shr_info_is_set(lab.a, 0, 1), minors[i] == 6);
		shr_info_set_shrinker(lab.a, 0, early.shrinker);
		toy_free(&early);
		check_pass(&lab, 0, lab.a, "");
		assert_false(shr_info_is_set(lab.a, 0, 1));
		lab_close(&lab);
	}
}

static void check_idle(unsigned major, unsigned minor, const char *text, bool bit)
{
	struct lab lab;
	struct toy nonslab;
	struct shr_err err;

	lab_open(&lab, &(struct shr_domain_options){ .release = { major, minor, 0 },
						     .memcgs = true });
	toy_alloc(&nonslab, lab.domain, SHR_SHRINKER_MEMCG | SHR_SHRINKER_NONSLAB);
	assert_int_equal(shr_shrinker_register(nonslab.shrinker, &err), 0);
	nonslab.log = &lab.log;
	nonslab.letter = 's';
	add_object(&lab, lab.a, 0);
	shr_info_set_shrinker(lab.a, 0, nonslab.shrinker);
	check_pass(&lab, 0, lab.a, text);
	assert_int_equal(shr_info_is_set(lab.a, 0, 0), bit);
	toy_free(&nonslab);
	lab_close(&lab);
}

/* Without kmem accounting: nobody, or those that free more than slabs. */
static void test_no_kmem(void **state)
{
	(void)state;
	check_idle(5, 3, "", true);
	check_idle(5, 4, "s0:2 ", true);
	check_idle(7, 0, "s0:2 ", true);
	/* There the slab's is not memcg-aware, and the other one has id 0. */
	check_idle(7, 1, "s0:2 ", true);
}

static void test_no_memcgs(void **state)
{
	static const unsigned releases[][2] = {
		{ 4, 19 }, { 4, 20 }, { 5, 2 }, { 5, 3 }
	};
	struct lab lab;

	(void)state;
	for (size_t i = 0; i < COUNT(releases); i++) {
		bool skips = i == 1 || i == 2;

		lab_of(&lab, releases[i][0], releases[i][1], false);
		check_pass(&lab, 1, NULL, skips ? "" : "p1:0 n1:0 a1:0 ");
		lab_close(&lab);
	}
}

static void check_drop(struct lab *lab, const char *text)
{
	shr_slab_drop(lab->domain, &some_reclaimer);
	check_log(lab, text);
}

/* Each node for itself and all together, memcgs after what is none's, or the root. */
static void test_drop_order(void **state)
{
	struct lab lab;

	(void)state;
	lab_of(&lab, 3, 12, false);
	check_drop(&lab, "p0:0 n0:0 n1:0 a0:0 a1:0 ");
	lab_close(&lab);
	lab_of(&lab, 3, 19, false);
	check_drop(&lab, "p0:0 n0:0 a0:0 p0:0 n1:0 a1:0 ");
	lab_close(&lab);
	lab_of(&lab, 4, 18, true);
	check_drop(&lab, "p0:0 n0:0 a0:1 a0:2 a0:3 p0:0 n1:0 a1:1 a1:2 a1:3 ");
	lab_close(&lab);
	lab_of(&lab, 6, 12, true);
	add_object(&lab, lab.b, 1);
	check_drop(&lab, "p0:1 n0:1 a0:1 p1:1 n1:1 a1:1 a1:3 ");
	lab_close(&lab);
}

/* A shrinker that frees what it is told, call by call, and then nothing. */
struct script {
	struct toy toy; /* for the log */
	const uint64_t *frees;
	size_t left;
};

static uint64_t script_count(struct shr_shrinker *shrinker, struct shr_control *control)
{
	struct script *script = shrinker->private_data;

	toy_note(&script->toy, control);
	return 1000;
}

static uint64_t script_scan(struct shr_shrinker *shrinker, struct shr_control *control)
{
	struct script *script = shrinker->private_data;

	(void)control;
	return script->left ? script->left--, *script->frees++ : 0;
}

/* A batch is what a call of 4.15 plans, and all but 2 of what one of 4.16 does. */
static void check_rounds(unsigned major, unsigned minor, const uint64_t frees[4],
			 const char *text)
{
	struct shr_domain *domain = toy_domain(&(struct shr_domain_options){
		.release = { major, minor, 0 }, .nodes = 2 });
	struct toy_log log = { .len = 0 };
	struct script script = { .frees = frees, .left = 4 };
	struct shr_err err;
	struct shr_shrinker *shrinker =
		shr_shrinker_alloc(domain, SHR_SHRINKER_NUMA, &err, "script");

	script.toy.log = &log;
	script.toy.letter = 'n';
	shrinker->count = script_count;
	shrinker->scan = script_scan;
	shrinker->batch = 1998;
	shrinker->private_data = &script;
	assert_int_equal(shr_shrinker_register(shrinker, &err), 0);
	shr_slab_drop(domain, &some_reclaimer);
	assert_string_equal(log.text, text);
	shr_shrinker_free(shrinker);
	shr_domain_free(domain);
}

/* Again while more than 10 were freed; from 5.15 on it has to be more each time. */
static void test_drop_rounds(void **state)
{
	static const uint64_t none[4], both[] = { 6, 5, 10, 0 }, one[4] = { 11, 10 };
	static const uint64_t twice[4] = { 2, 3, 1 }, sums[] = { 1, 1, 2, 1 };

	(void)state;
	check_rounds(3, 12, both, "n0:0 n1:0 n0:0 n1:0 ");
	check_rounds(3, 19, both, "n0:0 n1:0 n0:0 n1:0 ");
	check_rounds(5, 14, one, "n0:0 n0:0 n1:0 ");
	check_rounds(5, 15, twice, "n0:0 n0:0 n1:0 ");
	check_rounds(6, 2, sums, "n0:0 n1:0 n0:0 n1:0 ");
	check_rounds(6, 2, none, "n0:0 n1:0 ");
}

/* Passes where nobody says how many pages were scanned take 32 for it, up to 4.15. */
static void test_least_pages(void **state)
{
	struct tape tape;
	struct shr_reclaimer by = some_reclaimer;
	struct shr_domain *domain = toy_domain(&(struct shr_domain_options){
		.release = { 4, 14, 0 }, .tracer = tape_init(&tape) });
	struct toy toy;

	(void)state;
	by.pgs_scanned = 0;
	toy_register(&toy, domain, 0);
	toy.objects[0][0] = 1;
	shr_slab_shrink(domain, &by, 0, NULL);
	assert_int_equal(tape.events[0].start.pgs_scanned, 32);
	toy_free(&toy);
	shr_domain_free(domain);
	tape_release(&tape);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_masks),	    cmocka_unit_test(test_node),
		cmocka_unit_test(test_awareness),   cmocka_unit_test(test_maps),
		cmocka_unit_test(test_map_order),   cmocka_unit_test(test_empty),
		cmocka_unit_test(test_early_bit),   cmocka_unit_test(test_no_kmem),
		cmocka_unit_test(test_no_memcgs),   cmocka_unit_test(test_drop_order),
		cmocka_unit_test(test_drop_rounds), cmocka_unit_test(test_least_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
