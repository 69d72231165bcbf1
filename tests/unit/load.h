/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * load - machines under load: tasks whose calls overlap, but never on one counter.
 *
 * Each era is a kernel with its generation, its layout, and what a probe tells of it;
 * run_era() lets four tasks begin and end calls on its shrinkers as chance has it.
 */
#ifndef TESTS_UNIT_LOAD_H
#define TESTS_UNIT_LOAD_H

#include "tests/unit/machine.h"

static const struct cache root = {
	0xffff888001000000, FAKE_SUPER, 1024, 2, true, true, 1
};
static const struct cache data = {
	0xffff888001000800, FAKE_SUPER, 1024, 2, true, true, 1
};
static const struct cache ext4 = {
	0xffff888002000000, FAKE_EXT4, 0, 2, false, false, 0
};
static const struct cache own = { 0xffff888003000000, FAKE_OWN, 0, 2, true, true, 0 };
static const struct cache old_super = {
	0xffff888004000000, FAKE_OLD_SUPER, 1024, 2, false, false, 0
};
static const struct cache vmap = {
	0xffff888005000000, FAKE_VMAP, 0, 2, false, false, 0
};
enum { TASKS = 4 };

struct load {
	struct machine *machine;
	const struct cache *const *caches;
	size_t cache_count;
	int nodes, memcgs; /* cgroups 1 to memcgs, 0: none */
	uint64_t seed;
	bool busy[TASKS];
	struct open_call open[TASKS];
};

static struct ask any_ask(struct load *load, int32_t task)
{
	bool no_fs = !any_of(&load->seed, 0, 3);
	/* Small caches tell the generations apart. */
	int64_t most = any_of(&load->seed, 0, 1) ? 300 : 60000;

	return (struct ask){
		.pid = task + 1,
		.cpu = (uint32_t)any_of(&load->seed, 0, 1),
		.end_cpu = (uint32_t)any_of(&load->seed, 0, 1),
		.nid = (int32_t)any_of(&load->seed, 0, load->nodes - 1),
		.memcg = load->memcgs ? (uint64_t)any_of(&load->seed, 1, load->memcgs)
				      : 0,
		.priority = (int)any_of(&load->seed, 1, 12),
		.pgs_scanned = (uint64_t)any_of(&load->seed, 1, 300),
		.lru_pgs = (uint64_t)any_of(&load->seed, 300, 3000),
		.freeable = any_of(&load->seed, 1, most),
		.may_not = no_fs ? SHR_MAY_FS : 0,
	};
}

static bool is_taken(struct load *load, const int64_t *counter)
{
	for (int task = 0; task < TASKS; task++) {
		const struct open_call *open = &load->open[task];

		if (load->busy[task] &&
		    machine_counter(load->machine, open->cache, open->ask.nid,
				    open->ask.memcg) == counter)
			return true;
	}
	return false;
}

static void load_step(struct load *load)
{
	int task = (int)any_of(&load->seed, 0, TASKS - 1);
	const struct cache *cache =
		load->caches[any_of(&load->seed, 0, (int64_t)load->cache_count - 1)];
	struct ask ask = any_ask(load, task);

	if (load->busy[task]) {
		machine_end(load->machine, &load->open[task]);
		load->busy[task] = false;
		return;
	}
	if (is_taken(load, machine_counter(load->machine, cache, ask.nid, ask.memcg)))
		return;
	ask.stops = cache->callback == FAKE_VMAP ||
		    (ask.may_not && (cache->callback == FAKE_SUPER ||
				     cache->callback == FAKE_OLD_SUPER));
	load->open[task] = machine_begin(load->machine, cache, &ask);
	load->busy[task] = true;
}

static void run_load(struct load *load, int steps)
{
	while (steps--)
		load_step(load);
	for (int task = 0; task < TASKS; task++)
		if (load->busy[task])
			machine_end(load->machine, &load->open[task]);
}

struct era {
	enum shr_generation_id id;
	unsigned layout;
	const char *kernel;
	int nodes, memcgs;
	enum machine_identity identity;
};

static const struct era eras[] = {
	{ SHR_GEN_3_0_39, SHR_LAYOUT_T1, "3.0.86", 1, 0, IDENTITY_NONE },
	{ SHR_GEN_3_1, SHR_LAYOUT_T1, "3.1.3", 1, 0, IDENTITY_NONE },
	{ SHR_GEN_3_2, SHR_LAYOUT_T1, "3.9.6", 1, 0, IDENTITY_NONE },
	/* Counters are kept by node now, which events name from 3.16 on. */
	{ SHR_GEN_3_12, SHR_LAYOUT_T2, "3.12", 1, 0, IDENTITY_NONE },
	{ SHR_GEN_3_14, SHR_LAYOUT_T2, "3.15.5", 1, 0, IDENTITY_NONE },
	{ SHR_GEN_3_14, SHR_LAYOUT_T3, "3.16", 2, 0, IDENTITY_NONE },
	{ SHR_GEN_4_10, SHR_LAYOUT_T3, "4.9.115", 2, 3, IDENTITY_NONE },
	{ SHR_GEN_4_14, SHR_LAYOUT_T3, "4.14.74", 2, 3, IDENTITY_NONE },
	{ SHR_GEN_4_16, SHR_LAYOUT_T4, "4.16.13", 2, 3, IDENTITY_NONE },
	{ SHR_GEN_4_19_0, SHR_LAYOUT_T4, "4.19.13", 2, 3, IDENTITY_NONE },
	{ SHR_GEN_4_19_24, SHR_LAYOUT_T4, "4.19.90", 2, 3, IDENTITY_NONE },
	{ SHR_GEN_4_20, SHR_LAYOUT_T4, "4.20", 2, 3, IDENTITY_NONE },
	{ SHR_GEN_5_0, SHR_LAYOUT_T4, "5.0.1", 2, 3, IDENTITY_NONE },
	{ SHR_GEN_5_0, SHR_LAYOUT_T5, "5.10.223", 2, 3, IDENTITY_BEFORE },
	{ SHR_GEN_5_13, SHR_LAYOUT_T5, "5.15.135", 2, 4, IDENTITY_BEFORE },
	{ SHR_GEN_5_13, SHR_LAYOUT_T6, "6.12.107", 2, 4, IDENTITY_AFTER },
	{ SHR_GEN_5_13, SHR_LAYOUT_T7, "7.2.13", 2, 4, IDENTITY_NONE },
	{ SHR_GEN_5_13, SHR_LAYOUT_T7, "7.2.13", 2, 4, IDENTITY_AFTER },
};

UNUSED static void run_era(struct machine *machine, const struct era *era, int steps)
{
	static const struct cache *const older[] = { &old_super, &ext4, &own };
	static const struct cache *const newer[] = { &root, &data, &ext4, &own, &vmap };
	bool old = era->id < SHR_GEN_3_12;
	size_t count = COUNT(newer) - (era->layout < SHR_LAYOUT_T6); /* vmap: 6.9 */
	struct load load = { .machine = machine,
			     .caches = old ? older : newer,
			     .cache_count = old ? COUNT(older) : count,
			     .nodes = era->nodes,
			     .memcgs = era->memcgs,
			     .seed = 1 + (uint64_t)era->id };

	machine_init(machine, era->id, era->layout);
	machine->identity = era->identity;
	run_load(&load, steps);
}

#endif /* TESTS_UNIT_LOAD_H */
