/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/shrinker/memcg_walk.h"

#include "tests/unit/machine.h"
#include "tests/unit/toy.h"

static struct shr_domain *domain_of(unsigned major, unsigned minor)
{
	return toy_domain(&(struct shr_domain_options){ .release = { major, minor, 0 },
							.nodes = 2,
							.memcgs = true,
							.kmem = true });
}

/* Go to the end, and name who came. */
static void assert_rest(struct shr_memcg_walk *walk, const char *ids)
{
	const struct shr_memcg *memcg;
	char found[64] = "";
	size_t len = 0;

	while ((memcg = shr_memcg_walk_next(walk)))
		len += (size_t)snprintf(found + len, sizeof(found) - len, "%d ",
					(int)shr_memcg_id(memcg));
	assert_string_equal(found, ids);
	shr_memcg_walk_end(walk);
}

/* Root 1: 2 (3, 4 (5)), 6. */
static void grow(struct shr_domain *domain, struct shr_memcg *memcgs[7])
{
	memcgs[1] = shr_memcg_root(domain);
	memcgs[2] = some_memcg(memcgs[1]);
	memcgs[3] = some_memcg(memcgs[2]);
	memcgs[4] = some_memcg(memcgs[2]);
	memcgs[5] = some_memcg(memcgs[4]);
	memcgs[6] = some_memcg(memcgs[1]);
}

static void test_alone(void **state)
{
	struct shr_domain *domain = domain_of(6, 12);
	struct shr_memcg *memcgs[7];
	struct shr_memcg_walk walk, other;

	(void)state;
	grow(domain, memcgs);
	shr_memcg_walk_begin(&walk, memcgs[1], 0, 12, false);
	assert_rest(&walk, "1 2 3 4 5 6 ");
	shr_memcg_walk_begin(&walk, memcgs[2], 0, 12, false);
	shr_memcg_walk_begin(&other, memcgs[2], 0, 12, false);
	assert_ptr_equal(shr_memcg_walk_next(&walk), memcgs[2]);
	assert_rest(&other, "2 3 4 5 ");
	assert_rest(&walk, "3 4 5 ");
	shr_memcg_walk_begin(&walk, memcgs[6], 1, 12, false);
	assert_rest(&walk, "6 ");
	shr_domain_free(domain);
}

/* Two that share have one walk between them, and both end with it. */
static void test_shared(void **state)
{
	struct shr_domain *domain = domain_of(4, 9);
	struct shr_memcg *memcgs[7];
	struct shr_memcg_walk a, b;

	(void)state;
	grow(domain, memcgs);
	shr_memcg_walk_begin(&a, memcgs[1], 0, 12, true);
	shr_memcg_walk_begin(&b, memcgs[1], 0, 12, true);
	assert_ptr_equal(shr_memcg_walk_next(&a), memcgs[1]);
	assert_ptr_equal(shr_memcg_walk_next(&b), memcgs[2]);
	assert_ptr_equal(shr_memcg_walk_next(&a), memcgs[3]);
	assert_ptr_equal(shr_memcg_walk_next(&b), memcgs[4]);
	assert_rest(&a, "5 6 ");
	assert_rest(&b, "");
	/* By node, priority and target. */
	shr_memcg_walk_begin(&a, memcgs[1], 0, 12, true);
	assert_ptr_equal(shr_memcg_walk_next(&a), memcgs[1]);
	shr_memcg_walk_begin(&b, memcgs[1], 1, 12, true);
	assert_ptr_equal(shr_memcg_walk_next(&b), memcgs[1]);
	shr_memcg_walk_end(&b);
	shr_memcg_walk_begin(&b, memcgs[1], 0, 11, true);
	assert_ptr_equal(shr_memcg_walk_next(&b), memcgs[1]);
	shr_memcg_walk_end(&b);
	shr_memcg_walk_begin(&b, memcgs[2], 0, 12, true);
	assert_rest(&b, "2 3 4 5 ");
	shr_memcg_walk_end(&a);
	shr_domain_free(domain);
}

/* From 6.11 on of all priorities; who begins at the end begins anew, for all. */
static void test_shared_by_all(void **state)
{
	struct shr_domain *domain = domain_of(6, 12);
	struct shr_memcg *memcgs[7];
	struct shr_memcg_walk a, b;

	(void)state;
	grow(domain, memcgs);
	shr_memcg_walk_begin(&a, memcgs[4], 0, 12, true);
	shr_memcg_walk_begin(&b, memcgs[4], 0, 3, true);
	assert_ptr_equal(shr_memcg_walk_next(&a), memcgs[4]);
	shr_memcg_walk_end(&a);
	assert_ptr_equal(shr_memcg_walk_next(&b), memcgs[5]);
	shr_memcg_walk_begin(&a, memcgs[4], 0, 0, true);
	assert_ptr_equal(shr_memcg_walk_next(&a), memcgs[4]);
	assert_null(shr_memcg_walk_next(&b));
	shr_memcg_walk_end(&a);
	shr_domain_free(domain);
}

/*
 * The same in words: a list of who is there in order, of who stays with whom, and a
 * place in it.
 */
enum { MAX = 60, WALKS = 4, TARGETS = 3 };

struct group {
	struct shr_memcg *memcg; /* NULL: it is gone */
	int parent;
	bool online;
	int held; /* by walks that are at it */
};

struct place {
	int at; /* 0: at the beginning */
	unsigned generation;
};

struct walk {
	struct shr_memcg_walk real;
	bool open, begun;
	int target, at;
	unsigned generation;
};

struct model {
	struct shr_domain *domain;
	struct group groups[MAX]; /* by id; the root is 1 */
	int last;
	struct place places[TARGETS + 1]; /* by target: the first groups */
	struct walk walks[WALKS];
	bool renews;
};

static bool has_children(const struct model *model, int id)
{
	for (int i = 1; i <= model->last; i++)
		if (model->groups[i].memcg && model->groups[i].parent == id)
			return true;
	return false;
}

/* Who is gone for good: nobody is at it, and it has no children; then its parent. */
static void bury(struct model *model, int id)
{
	struct group *group = &model->groups[id];

	if (group->online || group->held || has_children(model, id))
		return;
	group->memcg = NULL;
	for (int i = 1; i <= TARGETS; i++)
		if (model->places[i].at == id)
			model->places[i].at = 0;
	bury(model, group->parent);
}

/* Pre-order below @id, itself first. */
static void list(const struct model *model, int id, int *ids, int *count)
{
	ids[(*count)++] = id;
	for (int i = id + 1; i <= model->last; i++)
		if (model->groups[i].memcg && model->groups[i].parent == id)
			list(model, i, ids, count);
}

static int after(const struct model *model, int target, int id)
{
	int ids[MAX], count = 0;

	list(model, target, ids, &count);
	if (!id)
		return ids[0];
	for (int i = 0; i < count - 1; i++)
		if (ids[i] == id)
			return ids[i + 1];
	return 0;
}

static int model_step(struct model *model, struct walk *walk)
{
	struct place *place = &model->places[walk->target];
	int next;

	if (walk->begun && walk->generation != place->generation)
		return 0;
	next = after(model, walk->target, place->at);
	if (!next && (walk->begun || model->renews))
		place->generation++;
	if (!next && !walk->begun)
		next = after(model, walk->target, 0);
	if (!walk->begun)
		walk->generation = place->generation;
	place->at = next;
	return next;
}

static void let_go(struct model *model, struct walk *walk)
{
	int at = walk->at;

	walk->at = 0;
	if (!at)
		return;
	model->groups[at].held--;
	bury(model, at);
}

static void close_walk(struct model *model, struct walk *walk)
{
	shr_memcg_walk_end(&walk->real);
	let_go(model, walk);
	walk->open = false;
}

static void step(struct model *model, struct walk *walk, uint64_t *seed)
{
	if (!walk->open) {
		*walk = (struct walk){ .open = true,
				       .target = (int)any_of(seed, 1, TARGETS) };
		shr_memcg_walk_begin(&walk->real, model->groups[walk->target].memcg, 1,
				     12, true);
	}
	struct shr_memcg *real = shr_memcg_walk_next(&walk->real);
	int next = model_step(model, walk);

	assert_int_equal(real ? shr_memcg_id(real) : 0, next);
	if (next)
		model->groups[next].held++;
	let_go(model, walk);
	walk->at = next;
	walk->begun = true;
	if (!next || !any_of(seed, 0, 5))
		close_walk(model, walk);
}

static void birth(struct model *model, uint64_t *seed)
{
	int parent = (int)any_of(seed, 1, model->last);

	if (model->last == MAX - 1 || !model->groups[parent].online)
		return;
	model->groups[++model->last] =
		(struct group){ .memcg = some_memcg(model->groups[parent].memcg),
				.parent = parent,
				.online = true };
}

/* Not of the targets: their walks' owners hold them. */
static void death(struct model *model, uint64_t *seed)
{
	int id = (int)any_of(seed, 1, model->last);

	if (id <= TARGETS || !model->groups[id].online)
		return;
	for (int i = 1; i <= model->last; i++)
		if (model->groups[i].online && model->groups[i].parent == id)
			return;
	model->groups[id].online = false;
	shr_memcg_offline(model->groups[id].memcg);
	bury(model, id);
}

static void run_model(unsigned major, unsigned minor, bool renews)
{
	uint64_t seed = 3;

	for (int round = 0; round < 100; round++) {
		struct model model = { .domain = domain_of(major, minor),
				       .renews = renews,
				       .last = 1 };

		model.groups[1] =
			(struct group){ shr_memcg_root(model.domain), 0, true, 0 };
		while (model.last < TARGETS)
			birth(&model, &seed);
		for (int i = 0; i < 300; i++) {
			int64_t what = any_of(&seed, 0, 9);

			if (what == 0)
				birth(&model, &seed);
			else if (what == 1)
				death(&model, &seed);
			else
				step(&model, &model.walks[any_of(&seed, 0, WALKS - 1)],
				     &seed);
		}
		for (int i = 0; i < WALKS; i++)
			if (model.walks[i].open)
				close_walk(&model, &model.walks[i]);
		shr_domain_free(model.domain);
	}
}

static void test_model(void **state)
{
	(void)state;
	run_model(5, 3, false);
	run_model(6, 12, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alone),
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_shared_by_all),
		cmocka_unit_test(test_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
