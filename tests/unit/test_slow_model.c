/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A domain against a model of it that is slow and obvious: arrays of all bits, counters
 * and objects, with a call's loop in closed form.  Random things happen to both, and
 * after each both must be the same.
 */
#include "core/shrinker/domain_parts.h"
#include "core/shrinker/info.h"
#include "core/shrinker/slab.h"
#include "core/shrinker/slab_call.h"
#include "tests/unit/machine.h"
#include "tests/unit/toy.h"

enum { NODES = 2, IDS = 192, TOYS_MAX = 150, GROUPS = 24, STEPS = 3000 };

/* As far as ids go; what is not there is all zero. */
struct group {
	struct shr_memcg *memcg; /* NULL: not there */
	int parent;		 /* among groups; -1: the root, which is 0 */
	bool bit[NODES][IDS];
	int64_t deferred[NODES][IDS];
};

struct holder {
	struct toy toy;
	bool exists, registered, aware, numa;
	uint64_t order; /* of registration */
	int64_t own[NODES];
	int64_t objects[NODES][TOY_MEMCGS];
};

struct twin {
	struct shr_domain *domain;
	struct group groups[GROUPS];
	struct holder holders[TOYS_MAX];
	int by_id[IDS]; /* the holder, plus 1; 0: free */
	int room;	/* ids that there is room for */
	uint64_t registrations;
	uint64_t seed;
};

static int64_t pick(struct twin *twin, int64_t low, int64_t high)
{
	return any_of(&twin->seed, low, high);
}

static int32_t slot_of(const struct holder *holder, int32_t nid)
{
	return holder->numa ? nid : 0;
}

static uint64_t cell_of(const struct holder *holder, const struct group *group)
{
	return holder->aware ? shr_memcg_id(group->memcg) : 0;
}

/* What a call does to its counter and its objects; whether there was anything. */
static bool model_call(struct twin *twin, struct holder *holder, struct group *group,
		       int32_t nid, int priority)
{
	const struct shr_generation *gen = shr_domain_generation(twin->domain);
	const int32_t slot = slot_of(holder, nid);
	int64_t *objects = &holder->objects[slot][cell_of(holder, group)];
	int64_t *counter = holder->aware
				   ? &group->deferred[slot][holder->toy.shrinker->id]
				   : &holder->own[slot];
	const struct shr_scan_params params = { SHR_DEFAULT_BATCH, 2, 8 };
	const struct shr_scan_input in = { .deferred = *counter,
					   .freeable = *objects,
					   .priority = priority };
	uint64_t delta;

	if (!*objects)
		return false;
	assert_true(shr_scan_delta(gen, &in, &params, &delta));
	struct shr_plan plan = shr_scan_plan(gen, &in, delta, 8);
	struct shr_loop loop =
		shr_scan_loop(gen, plan.planned, in.freeable, params.batch);

	*counter = shr_scan_store(gen, &in, &plan, loop.scanned, 8);
	*objects -= loop.scanned < *objects ? loop.scanned : *objects;
	return true;
}

static void model_map_pass(struct twin *twin, struct group *group, int32_t nid,
			   int priority)
{
	for (int id = 0; id < twin->room; id++) {
		int by = twin->by_id[id];
		struct holder *holder = by ? &twin->holders[by - 1] : NULL;

		if (!group->bit[nid][id])
			continue;
		if (!holder)
			group->bit[nid][id] = false;
		else if (!holder->registered)
			group->bit[nid][id] = !twin->domain->design.lockless;
		else
			group->bit[nid][id] =
				model_call(twin, holder, group, nid, priority);
	}
}

static void model_root_pass(struct twin *twin, int32_t nid, int priority)
{
	for (uint64_t order = 1; order <= twin->registrations; order++)
		for (int i = 0; i < TOYS_MAX; i++)
			if (twin->holders[i].registered &&
			    twin->holders[i].order == order)
				model_call(twin, &twin->holders[i], &twin->groups[0],
					   nid, priority);
}

static void do_pass(struct twin *twin)
{
	struct group *group = &twin->groups[pick(twin, 0, GROUPS - 1)];
	struct shr_reclaimer by = some_reclaimer;
	int32_t nid = (int32_t)pick(twin, 0, NODES - 1);

	if (!group->memcg)
		group = &twin->groups[0];
	by.priority = (int)pick(twin, 0, 12);
	shr_slab_shrink(twin->domain, &by, nid, group->memcg);
	if (group == &twin->groups[0])
		model_root_pass(twin, nid, by.priority);
	else
		model_map_pass(twin, group, nid, by.priority);
}

/* Room is made by 64; kernels that copy set all bits that there were. */
static void model_room(struct twin *twin, int id)
{
	if (id < twin->room)
		return;
	for (int g = 0; g < GROUPS; g++)
		for (int nid = 0; nid < NODES; nid++)
			for (int old = 0; old < twin->room; old++)
				if (twin->groups[g].memcg &&
				    twin->domain->design.growth_fills)
					twin->groups[g].bit[nid][old] = true;
	twin->room = (id / 64 + 1) * 64;
	assert_true(twin->room <= IDS);
}

static void model_id(struct twin *twin, struct holder *holder)
{
	int id = 0;

	if (!holder->aware)
		return;
	while (twin->by_id[id])
		id++;
	assert_int_equal(holder->toy.shrinker->id, id);
	twin->by_id[id] = (int)(holder - twin->holders) + 1;
	model_room(twin, id);
}

static void do_alloc(struct twin *twin, struct holder *holder)
{
	*holder = (struct holder){ .exists = true,
				   .aware = pick(twin, 0, 9),
				   .numa = pick(twin, 0, 3) };
	toy_alloc(&holder->toy, twin->domain,
		  (holder->aware ? SHR_SHRINKER_MEMCG : 0) |
			  (holder->numa ? SHR_SHRINKER_NUMA : 0));
	holder->toy.says_empty = true;
	model_id(twin, holder);
}

static void do_register(struct twin *twin, struct holder *holder)
{
	struct shr_err err;

	assert_int_equal(shr_shrinker_register(holder->toy.shrinker, &err), 0);
	holder->registered = true;
	holder->order = ++twin->registrations;
}

static void do_free(struct twin *twin, struct holder *holder)
{
	if (holder->aware)
		twin->by_id[holder->toy.shrinker->id] = 0;
	toy_free(&holder->toy);
	holder->exists = holder->registered = false;
}

/* There get more of them for a while, and then fewer, so that maps have to grow. */
static void do_shrinker(struct twin *twin, int step)
{
	struct holder *holder = &twin->holders[pick(twin, 0, TOYS_MAX - 1)];
	bool grows = step % 1000 < 600;

	if (!holder->exists)
		do_alloc(twin, holder);
	else if (!holder->registered && pick(twin, 0, 1))
		do_register(twin, holder);
	else if (!grows || !pick(twin, 0, 4))
		do_free(twin, holder);
}

static bool has_children(const struct twin *twin, int group)
{
	for (int g = 1; g < GROUPS; g++)
		if (twin->groups[g].memcg && twin->groups[g].parent == group)
			return true;
	return false;
}

static void model_offline(struct twin *twin, struct group *group)
{
	struct group *parent = &twin->groups[group->parent];

	for (int nid = 0; nid < NODES; nid++)
		for (int id = 0; id < IDS; id++)
			parent->deferred[nid][id] += group->deferred[nid][id];
	*group = (struct group){ .memcg = NULL };
}

static void do_group(struct twin *twin)
{
	int g = (int)pick(twin, 1, GROUPS - 1), parent = (int)pick(twin, 0, GROUPS - 1);
	struct group *group = &twin->groups[g];

	if (group->memcg) {
		if (has_children(twin, g))
			return;
		shr_memcg_offline(group->memcg);
		model_offline(twin, group);
		return;
	}
	if (!twin->groups[parent].memcg ||
	    twin->domain->last_memcg_id + 1 >= TOY_MEMCGS)
		return;
	group->parent = parent;
	group->memcg = some_memcg(twin->groups[parent].memcg);
}

static void do_add(struct twin *twin)
{
	struct holder *holder = &twin->holders[pick(twin, 0, TOYS_MAX - 1)];
	struct group *group = &twin->groups[pick(twin, 0, GROUPS - 1)];
	int32_t nid = slot_of(holder, (int32_t)pick(twin, 0, NODES - 1));
	int64_t count = pick(twin, 1, pick(twin, 0, 1) ? 9 : 9000);

	if (!holder->exists || !group->memcg)
		return;
	holder->objects[nid][cell_of(holder, group)] += count;
	holder->toy.objects[nid][cell_of(holder, group)] += count;
	shr_info_set_shrinker(group->memcg, nid, holder->toy.shrinker);
	if (holder->aware && group != &twin->groups[0])
		group->bit[nid][holder->toy.shrinker->id] = true;
}

static void check_group(const struct twin *twin, const struct group *group)
{
	for (int32_t nid = 0; nid < NODES; nid++)
		for (int id = 0; id < twin->room; id++) {
			assert_int_equal(shr_info_is_set(group->memcg, nid, id),
					 group->bit[nid][id]);
			assert_int_equal(*shr_info_deferred(group->memcg, nid, id),
					 group->deferred[nid][id]);
		}
}

static void check_holder(const struct holder *holder)
{
	for (int32_t nid = 0; nid < NODES; nid++) {
		const struct shr_control control = { .nid = nid };

		if (!holder->aware)
			assert_int_equal(
				*shr_slab_counter(holder->toy.shrinker, &control),
				holder->own[slot_of(holder, nid)]);
		for (int id = 0; id < TOY_MEMCGS; id++)
			assert_int_equal(holder->toy.objects[nid][id],
					 holder->objects[nid][id]);
	}
}

static void check_same(const struct twin *twin)
{
	for (int g = 0; g < GROUPS; g++)
		if (twin->groups[g].memcg)
			check_group(twin, &twin->groups[g]);
	for (int i = 0; i < TOYS_MAX; i++)
		if (twin->holders[i].exists)
			check_holder(&twin->holders[i]);
}

static void step_twin(struct twin *twin, int step)
{
	int64_t what = pick(twin, 0, 99);

	if (what < 25)
		do_shrinker(twin, step);
	else if (what < 30)
		do_group(twin);
	else if (what < 65)
		do_add(twin);
	else
		do_pass(twin);
}

static void run_twin(struct shr_release release, uint64_t seed)
{
	static struct twin twin;

	twin = (struct twin){ .seed = seed };
	twin.domain = toy_domain(&(struct shr_domain_options){
		.release = release, .nodes = NODES, .memcgs = true, .kmem = true });
	twin.groups[0].memcg = shr_memcg_root(twin.domain);
	for (int step = 0; step < STEPS; step++) {
		step_twin(&twin, step);
		if (step % 10 == 0)
			check_same(&twin);
	}
	check_same(&twin);
	assert_true(twin.room > SHR_UNIT_IDS);
	for (int i = 0; i < TOYS_MAX; i++)
		if (twin.holders[i].exists)
			do_free(&twin, &twin.holders[i]);
	shr_domain_free(twin.domain);
}

static void test_rwsem(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed < 4; seed++)
		run_twin((struct shr_release){ 6, 1, 0 }, seed);
}

static void test_lockless(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed < 4; seed++)
		run_twin((struct shr_release){ 7, 2, 0 }, seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rwsem),
		cmocka_unit_test(test_lockless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
