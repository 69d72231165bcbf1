/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a domain traces, replay explains: in kernels of every generation and design,
 * where memcgs come and go, with what a probe would have told and without.
 */
#include "core/shrinker/domain.h"

#include "core/model/design.h"
#include "core/shrinker/info.h"
#include "core/shrinker/slab.h"
#include "tests/unit/outcome.h"
#include "tests/unit/toy.h"

enum { NODES = 2, GROUPS = 6, TOYS = 5, SEEDS = 24 };

struct kernel {
	struct shr_release release;
	const char *name;
	bool memcgs, kmem;
	bool told; /* has a probe */
};

static const struct kernel kernels[] = {
	{ { 3, 0, 86 }, "3.0.86", false, false, false },
	{ { 3, 1, 3 }, "3.1.3", false, false, false },
	{ { 3, 9, 6 }, "3.9.6", false, false, false },
	{ { 3, 16, 0 }, "3.16.0", false, false, false },
	{ { 3, 19, 8 }, "3.19.8", false, false, false },
	{ { 4, 4, 0 }, "4.4.0", true, true, false },
	{ { 4, 9, 115 }, "4.9.115", true, true, false },
	{ { 4, 14, 74 }, "4.14.74", true, true, false },
	{ { 4, 16, 13 }, "4.16.13", true, false, false },
	{ { 4, 19, 13 }, "4.19.13", true, true, false },
	{ { 4, 19, 90 }, "4.19.90", true, true, false },
	{ { 4, 20, 0 }, "4.20.0", true, true, false },
	{ { 5, 0, 1 }, "5.0.1", true, true, false },
	{ { 5, 10, 223 }, "5.10.223", true, true, true },
	{ { 5, 15, 135 }, "5.15.135", true, true, true },
	{ { 6, 1, 192 }, "6.1.192", true, true, false },
	{ { 6, 6, 9 }, "6.6.9", true, false, true },
	{ { 6, 12, 107 }, "6.12.107", true, true, true },
	{ { 6, 12, 107 }, "6.12.107", true, true, false },
	{ { 6, 12, 107 }, "6.12.107", false, false, true },
	{ { 7, 0, 0 }, "7.0.0", true, true, true },
	{ { 7, 2, 13 }, "7.2.13", true, true, false },
	{ { 7, 2, 13 }, "7.2.13", true, false, false },
};

struct world {
	struct tape tape; /* first: the tracer casts back */
	const struct kernel *kernel;
	struct shr_design design;
	bool told; /* a probe says whose each call is */
	struct shr_domain *domain;
	struct toy toys[TOYS];
	struct shr_memcg *groups[GROUPS]; /* NULL: none there now */
	uint64_t seed;
};

static int64_t pick(struct world *world, int64_t low, int64_t high)
{
	return any_of(&world->seed, low, high);
}

/* What a probe on the tracepoint adds, just after it. */
static void trace_told(struct shr_tracer *tracer, const struct shr_event *event,
		       const struct shr_shrinker *shrinker,
		       const struct shr_control *control)
{
	const struct world *world = (const struct world *)tracer;
	struct shr_event identity = {
		.kind = SHR_IDENTITY,
		.pid = event->pid,
		.shrinker = event->shrinker,
		.has = SHR_HAS_CPU | SHR_HAS_PID | SHR_HAS_SHRINKER | SHR_HAS_BATCH |
		       SHR_HAS_SEEKS | SHR_HAS_FLAGS,
		.identity = { .batch = shrinker->batch,
			      .seeks = shrinker->seeks,
			      .flags = shr_shrinker_raw_flags(shrinker),
			      .id = shrinker->id },
	};

	tape_trace(tracer, event, shrinker, control);
	if (!world->told || event->kind != SHR_START)
		return;
	if (control->memcg) {
		identity.memcg_id = shr_memcg_id(control->memcg);
		identity.has |= SHR_HAS_MEMCG;
	}
	if (shrinker->id >= 0)
		identity.has |= SHR_HAS_ID;
	tape_trace(tracer, &identity, shrinker, control);
}

static void trace_cgroup(struct world *world, enum shr_context_kind kind, uint64_t id)
{
	const struct shr_event event = { .kind = SHR_CONTEXT,
					 .pid = 1,
					 .has = SHR_HAS_PID | SHR_HAS_MEMCG |
						SHR_HAS_CPU,
					 .memcg_id = id,
					 .context = { .kind = kind } };

	tape_trace(&world->tape.tracer, &event, NULL, NULL);
}

/* What the in-tree table says of each, so that it can be looked up. */
static void set_up_toy(struct world *world, int i)
{
	static const struct {
		enum fake_callback callback;
		unsigned flags;
		int64_t batch;
	} kinds[TOYS] = {
		{ FAKE_SUPER, SHR_SHRINKER_NUMA | SHR_SHRINKER_MEMCG, 1024 },
		{ FAKE_EXT4, 0, 0 },
		{ FAKE_OWN, SHR_SHRINKER_NUMA | SHR_SHRINKER_MEMCG, 0 },
		{ FAKE_SUPER, SHR_SHRINKER_NUMA | SHR_SHRINKER_MEMCG, 1024 },
		{ FAKE_OTHER, SHR_SHRINKER_NUMA, 77 },
	};
	const bool old =
		world->kernel->release.major == 3 && world->kernel->release.minor < 12;
	struct shr_err err;
	struct toy *toy = &world->toys[i];

	toy_alloc(toy, world->domain, kinds[i].flags);
	toy->shrinker->callback = kinds[i].callback;
	if (old && kinds[i].callback == FAKE_SUPER)
		toy->shrinker->callback = FAKE_OLD_SUPER;
	toy->shrinker->batch = kinds[i].batch;
	toy->says_empty = i != 2;
	toy->pinned = 10 * i;
	assert_int_equal(shr_shrinker_register(toy->shrinker, &err), 0);
}

static void world_open(struct world *world, const struct kernel *kernel)
{
	assert_true(shr_design_of_release(kernel->release, &world->design));
	tape_init(&world->tape);
	world->tape.tracer.trace = trace_told;
	world->kernel = kernel;
	world->domain = toy_domain(
		&(struct shr_domain_options){ .release = kernel->release,
					      .nodes = NODES,
					      .memcgs = kernel->memcgs,
					      .kmem = kernel->kmem,
					      .tracer = &world->tape.tracer });
	for (int i = 0; i < TOYS; i++)
		set_up_toy(world, i);
}

static void world_close(struct world *world)
{
	for (int i = 0; i < TOYS; i++)
		toy_free(&world->toys[i]);
	shr_domain_free(world->domain);
	tape_release(&world->tape);
}

static void add_objects(struct world *world)
{
	struct toy *toy = &world->toys[pick(world, 0, TOYS - 1)];
	struct shr_memcg *root = shr_memcg_root(world->domain);
	struct shr_memcg *memcg = world->groups[pick(world, 0, GROUPS - 1)];
	bool by_node = toy->shrinker->flags & SHR_SHRINKER_NUMA;
	int32_t nid = by_node ? (int32_t)pick(world, 0, NODES - 1) : 0;
	uint64_t id = 0;

	memcg = memcg ? memcg : root;
	if (memcg && toy->shrinker->flags & SHR_SHRINKER_MEMCG)
		id = shr_memcg_id(memcg);
	toy->objects[nid][id] += pick(world, 1, pick(world, 0, 3) ? 300 : 40000);
	if (id)
		shr_info_set_shrinker(memcg, nid, toy->shrinker);
	/* A kernel of before 4.19 looks for what is no memcg's own under none. */
	if (id == 1)
		toy->objects[nid][0] += 100;
}

static bool has_children(const struct world *world, const struct shr_memcg *memcg)
{
	for (int i = 0; i < GROUPS; i++)
		if (world->groups[i] && shr_memcg_parent(world->groups[i]) == memcg)
			return true;
	return false;
}

static void make_group(struct world *world, struct shr_memcg **group)
{
	struct shr_memcg *parent = world->groups[pick(world, 0, GROUPS - 1)];

	*group = some_memcg(parent ? parent : shr_memcg_root(world->domain));
	if (shr_memcg_id(*group) < TOY_MEMCGS) {
		trace_cgroup(world, SHR_CGROUP_MKDIR, shr_memcg_id(*group));
		return;
	}
	shr_memcg_offline(*group);
	*group = NULL;
}

static void come_or_go(struct world *world)
{
	struct shr_memcg **group = &world->groups[pick(world, 0, GROUPS - 1)];

	if (!shr_memcg_root(world->domain))
		return;
	if (!*group && world->tape.count < 20000) {
		make_group(world, group);
	} else if (*group && !has_children(world, *group)) {
		trace_cgroup(world, SHR_CGROUP_RMDIR, shr_memcg_id(*group));
		shr_memcg_offline(*group);
		*group = NULL;
	}
}

static void refuse_some(struct world *world, const struct shr_reclaimer *by)
{
	for (int i = 0; i < TOYS; i++) {
		struct toy *toy = &world->toys[i];
		bool super = i == 0 || i == 3;

		toy->asked = 0;
		toy->stops = super ? !(by->may & SHR_MAY_FS)
				   : i == 2 && world->told && !pick(world, 0, 3);
		toy->after = super ? 0 : (unsigned)pick(world, 0, 2);
	}
}

/* One node, all memcgs, as reclaim goes over them. */
static void reclaim(struct world *world)
{
	struct shr_memcg *memcg = NULL;
	const struct shr_reclaimer by = {
		.pid = (int32_t)pick(world, 1, 3),
		.cpu = (uint32_t)pick(world, 0, 1),
		.priority = (int)pick(world, 0, 12),
		.may = SHR_MAY_IO | SHR_MAY_DIRECT_RECLAIM | SHR_MAY_KSWAPD_RECLAIM |
		       SHR_MAY_RECLAIM_KNOWN | (pick(world, 0, 3) ? SHR_MAY_FS : 0),
		.pgs_scanned = (uint64_t)pick(world, 0, 300),
		.lru_pgs = (uint64_t)pick(world, 300, 3000),
		.nodes = (uint64_t)pick(world, 1, 3),
	};
	int32_t nid = (int32_t)pick(world, 0, NODES - 1);

	refuse_some(world, &by);
	if (!shr_memcg_root(world->domain) || world->design.pass != SHR_PASS_MAP)
		shr_slab_shrink(world->domain, &by, nid, NULL);
	if (!shr_memcg_root(world->domain))
		return;
	while ((memcg = shr_memcg_next(world->domain, memcg)))
		shr_slab_shrink(world->domain, &by, nid, memcg);
}

static void drop(struct world *world)
{
	const struct shr_reclaimer by = { .pid = 9,
					  .may = SHR_MAY_IO | SHR_MAY_FS |
						 SHR_MAY_DIRECT_RECLAIM |
						 SHR_MAY_KSWAPD_RECLAIM |
						 SHR_MAY_RECLAIM_KNOWN };

	refuse_some(world, &by);
	shr_slab_drop(world->domain, &by);
}

static void live(struct world *world, int steps)
{
	while (steps--) {
		int64_t what = pick(world, 0, 99);

		if (what < 60)
			add_objects(world);
		else if (what < 97)
			reclaim(world);
		else if (what < 99)
			come_or_go(world);
		else
			drop(world);
	}
}

static void check_explained(const struct outcome *outcome, const char *kernel,
			    uint64_t seed)
{
	assert_true(outcome->count > 300);
	for (size_t i = 0; i < outcome->count; i++)
		if (outcome->calls[i].verdict == SHR_UNEXPLAINED)
			fail_msg("%s, seed %llu: call %llu of %zu differs 0x%x", kernel,
				 (unsigned long long)seed,
				 (unsigned long long)outcome->calls[i].n,
				 outcome->count, outcome->calls[i].differ);
	assert_int_equal(outcome->summary->pairs.orphan_starts, 0);
	assert_int_equal(outcome->summary->pairs.orphan_ends, 0);
}

static void check_world(const struct kernel *kernel, uint64_t seed, bool blind)
{
	struct world world = { .seed = seed, .told = kernel->told && !blind };
	struct outcome outcome;

	world_open(&world, kernel);
	bool known = world.told || (world.design.layout == SHR_LAYOUT_T7 && !blind);

	live(&world, 600);
	outcome_begin(&outcome, world.design.layout, kernel->name);
	outcome.options.blind = blind;
	outcome_replay(&outcome, world.tape.events, world.tape.count, 64);
	check_explained(&outcome, kernel->name, seed);
	/* Where all is known, little is left to explain. */
	if (known)
		assert_true(outcome_count(&outcome, SHR_EXACT) +
				    outcome_count(&outcome, SHR_REFUSED) +
				    outcome_count(&outcome, SHR_REPARENTED) ==
			    outcome.count);
	outcome_end(&outcome);
	world_close(&world);
}

static void test_explained(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kernels); i++)
		for (uint64_t seed = 1; seed <= SEEDS; seed++)
			check_world(&kernels[i], seed, false);
}

static void test_explained_blind(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kernels); i++)
		for (uint64_t seed = 1; seed <= SEEDS; seed++)
			check_world(&kernels[i], seed, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_explained),
		cmocka_unit_test(test_explained_blind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
