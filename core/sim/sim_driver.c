/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sim/sim_driver.h"

#include "core/shrinker/memcg.h"
#include "core/shrinker/reclaim.h"
#include "core/shrinker/slab.h"
#include "core/sim/sim_cache.h"
#include "core/sim/sim_group.h"
#include "core/sim/sim_memory.h"
#include "core/sim/sim_parts.h"
#include "core/sim/sim_task.h"
#include "core/sim/sim_trace.h"

#include <stdlib.h>

/* Those of one statement run one after the other, not all at once. */
static uint64_t stagger(const struct shr_times *times, uint64_t number, uint64_t count)
{
	return times->every_ns / count * (number - 1);
}

/* Slab passes for all memcgs of a node at a priority, as reclaim makes them. */
static void pass_node(struct shr_sim *sim, const struct shr_reclaimer *by, int32_t nid)
{
	const bool by_map = sim->design.pass == SHR_PASS_MAP;
	struct shr_memcg *memcg = NULL;

	if (!sim->scenario->memcgs || !by_map)
		shr_slab_shrink(sim->domain, by, nid, NULL);
	if (!sim->scenario->memcgs)
		return;
	while ((memcg = shr_memcg_next(sim->domain, memcg)))
		shr_slab_shrink(sim->domain, by, nid, memcg);
}

static void pass_memcg(struct shr_sim *sim, const struct shr_reclaimer *by, int32_t nid,
		       const char *path)
{
	struct shr_sim_group *group = shr_sim_group_at(sim, path);

	if (!group || !group->memcg)
		return;
	struct shr_memcg *memcg = shr_memcg_get(group->memcg);

	shr_slab_shrink(sim->domain, by, nid, memcg);
	shr_memcg_put(memcg);
}

/* Up to 3.18 a pass is for a mask of nodes. */
static uint64_t nodes_of(const struct shr_sim *sim, int32_t nid)
{
	if (nid >= 0)
		return UINT64_C(1) << nid;
	return UINT64_MAX >> (64 - sim->scenario->nodes);
}

static void make_passes(struct shr_sim_task *task, uint64_t gfp)
{
	const struct shr_scenario_reclaim *conf = task->what;
	struct shr_sim *sim = task->sim;
	const bool mask = sim->design.pass < SHR_PASS_NODE;
	const int32_t first = conf->nid < 0 || mask ? 0 : conf->nid;
	const int32_t last = mask	     ? 0
			     : conf->nid < 0 ? sim->scenario->nodes - 1
					     : conf->nid;
	struct shr_reclaimer by;

	shr_sim_task_as_reclaimer(task, gfp, &by);
	by.pgs_scanned = conf->pgs_scanned;
	by.lru_pgs = conf->lru_pgs;
	by.nodes = nodes_of(sim, conf->nid);
	for (by.priority = conf->first_priority; by.priority >= conf->last_priority;
	     by.priority--)
		for (int32_t nid = first; nid <= last; nid++)
			if (conf->memcg)
				pass_memcg(sim, &by, nid, conf->memcg);
			else
				pass_node(sim, &by, nid);
}

static void reclaim_memcg(struct shr_sim_task *task,
			  const struct shr_reclaim_request *request)
{
	const struct shr_scenario_reclaim *conf = task->what;
	struct shr_sim *sim = task->sim;
	const struct shr_sim_group *group = shr_sim_group_at(sim, conf->memcg);
	struct shr_reclaim_result result;

	if (!group)
		return;
	struct shr_memcg *memcg = shr_memcg_get(group->memcg);

	shr_sim_trace_context(sim, SHR_MEMCG_BEGIN, NULL);
	if (conf->how == SHR_HOW_PROACTIVE)
		shr_reclaim_proactive(request, memcg, &result);
	else
		shr_reclaim_memcg(request, memcg, &result);
	shr_sim_trace_context(sim, SHR_MEMCG_END, NULL);
	sim->sums.limit++;
	shr_memcg_put(memcg);
}

static void reclaim_nodes(struct shr_sim_task *task,
			  const struct shr_reclaim_request *request, bool direct)
{
	struct shr_sim *sim = task->sim;
	struct shr_reclaim_result result;

	shr_sim_trace_context(sim, direct ? SHR_DIRECT_BEGIN : SHR_NODE_BEGIN, NULL);
	if (direct)
		shr_reclaim_direct(request, &result);
	else
		shr_reclaim_node(request, &result);
	shr_sim_trace_context(sim, direct ? SHR_DIRECT_END : SHR_NODE_END, NULL);
	sim->sums.direct++;
}

static void reclaim_once(struct shr_sim_task *task)
{
	const struct shr_scenario_reclaim *conf = task->what;
	const uint64_t gfp = shr_sim_task_gfp(task->sim, conf->gfp, "GFP_KERNEL");
	struct shr_reclaim_request request;

	shr_sim_memory_request(task, conf->nid < 0 ? 0 : conf->nid, conf->pages, gfp,
			       &request);
	switch (conf->how) {
	case SHR_HOW_PASSES:
		make_passes(task, gfp);
		break;
	case SHR_HOW_DIRECT:
	case SHR_HOW_NODE:
		reclaim_nodes(task, &request, conf->how == SHR_HOW_DIRECT);
		break;
	case SHR_HOW_LIMIT:
	case SHR_HOW_PROACTIVE:
		reclaim_memcg(task, &request);
		break;
	}
}

static void reclaim(struct shr_sim_task *task)
{
	const struct shr_scenario_reclaim *conf = task->what;
	uint64_t late_ns = stagger(&conf->times, task->number, conf->count);
	uint64_t round = 0;

	while (shr_sim_task_await(task, &conf->times, late_ns, &round))
		reclaim_once(task);
}

static void drop(struct shr_sim_task *task)
{
	struct shr_sim *sim = task->sim;
	struct shr_reclaimer by;
	uint64_t round = 0;

	while (shr_sim_task_await(task, task->what, 0, &round)) {
		shr_sim_task_as_reclaimer(
			task, shr_sim_task_gfp(sim, "GFP_KERNEL", NULL), &by);
		shr_slab_drop(sim->domain, &by);
	}
}

/* Some pages for itself, on a node; they stay on the LRU of its memcg. */
static void allocate(struct shr_sim_task *task, int32_t nid, uint64_t gfp)
{
	const struct shr_scenario_task *conf = task->what;
	struct shr_sim *sim = task->sim;
	struct shr_sim_group *group =
		shr_sim_group_at(sim, conf->memcg ? conf->memcg : "/");

	if (!group)
		return;
	uint64_t id = group->id;

	if (!shr_sim_memory_make_room(task, id, nid, conf->pages, gfp))
		return;
	group = shr_sim_group_find(sim, id);
	shr_sim_memory_give(sim, group, nid, conf->pages);
}

static void allocate_often(struct shr_sim_task *task)
{
	const struct shr_scenario_task *conf = task->what;
	const uint64_t gfp =
		shr_sim_task_gfp(task->sim, conf->gfp, "GFP_HIGHUSER_MOVABLE");
	uint64_t late_ns = stagger(&conf->times, task->number, conf->count);
	uint64_t round = 0;

	while (shr_sim_task_await(task, &conf->times, late_ns, &round)) {
		int32_t nid = conf->nid >= 0
				      ? conf->nid
				      : (int32_t)(round %
						  (uint64_t)task->sim->scenario->nodes);

		allocate(task, nid, gfp);
	}
}

/* What a task looks for again after it slept. */
struct spot {
	uint64_t serial, id;
	int32_t nid;
};

/* A cache of @conf, and a memcg that it is used in, by chance; false: none. */
static bool choose_spot(struct shr_sim_task *task,
			const struct shr_scenario_cache *conf, struct spot *spot)
{
	const struct shr_sim *sim = task->sim;
	uint64_t found = 0;

	for (size_t i = 0; i < sim->cache_count; i++) {
		const struct shr_sim_cache *cache = sim->caches[i];

		if (cache->conf != conf || cache->going)
			continue;
		for (size_t k = 0; k < sim->group_count; k++) {
			if (!shr_sim_cache_is_used_in(cache, sim->groups[k]) ||
			    shr_random_between(&task->random, 0, found++))
				continue;
			*spot = (struct spot){
				.serial = cache->serial,
				.id = sim->groups[k]->id,
				.nid = (int32_t)shr_random_between(
					&task->random, 0, (uint64_t)cache->nodes - 1),
			};
		}
	}
	return found;
}

static void grow_at(struct shr_sim_task *task, const struct spot *spot, uint64_t count)
{
	struct shr_sim *sim = task->sim;
	struct shr_sim_cache *cache = shr_sim_cache_find(sim, spot->serial);
	struct shr_sim_group *group = shr_sim_group_find(sim, spot->id);
	uint64_t pages = shr_sim_cache_pages_for(cache, group, spot->nid, count);
	struct shr_err err;

	if (pages &&
	    !shr_sim_memory_make_room(task, spot->id, spot->nid, pages,
				      shr_sim_task_gfp(sim, "GFP_KERNEL", NULL)))
		return;
	cache = shr_sim_cache_find(sim, spot->serial);
	group = shr_sim_group_find(sim, spot->id);
	if (cache && group && !cache->going &&
	    shr_sim_cache_add(cache, group, spot->nid, count, &err))
		shr_sim_fail(sim, &err);
}

static void grow(struct shr_sim_task *task)
{
	const struct shr_growth *growth = task->what;
	const struct shr_scenario *scenario = task->sim->scenario;
	const struct shr_scenario_cache *conf = &scenario->cache[task->number - 1];
	uint64_t round = 0;
	struct spot spot = { .nid = 0 };

	while (shr_sim_task_await(task, &growth->times, 0, &round))
		if (choose_spot(task, conf, &spot))
			grow_at(task, &spot, growth->count);
}

static struct shr_sim_cache *mount_now(struct shr_sim_task *task)
{
	struct shr_sim *sim = task->sim;
	const struct shr_sim_since since = shr_sim_since(sim);
	struct shr_err err;
	struct shr_sim_cache *cache =
		shr_sim_cache_mount(sim, task->what, task->number, &err);

	if (!cache)
		shr_sim_fail(sim, &err);
	else
		shr_sim_waits_add(sim, &sim->sums.mounts, since);
	return cache;
}

/* That of the beginning with that number. */
static struct shr_sim_cache *find_mounted(struct shr_sim_task *task)
{
	const struct shr_sim *sim = task->sim;
	uint64_t number = 0;

	for (size_t i = 0; i < sim->cache_count; i++)
		if (sim->caches[i]->conf == task->what && ++number == task->number)
			return sim->caches[i];
	return NULL;
}

static void live(struct shr_sim_task *task)
{
	const struct shr_scenario_cache *conf = task->what;
	const bool comes = conf->stay.from_ns || conf->stay.every_ns;
	struct shr_sim *sim = task->sim;
	struct shr_sim_cache *cache = comes ? mount_now(task) : find_mounted(task);

	if (!cache || !shr_sim_task_sleep_until(task, task->until_ns))
		return;
	const struct shr_sim_since since = shr_sim_since(sim);

	shr_sim_cache_umount(cache);
	shr_sim_waits_add(sim, &sim->sums.umounts, since);
}

static int start_life(struct shr_sim *sim, const struct shr_scenario_cache *conf,
		      uint64_t number, uint64_t at_ns, uint64_t until_ns,
		      struct shr_err *err)
{
	const struct shr_sim_task_start start = { .work = live,
						  .what = conf,
						  .comm = "mount",
						  .number = number,
						  .at_ns = at_ns,
						  .until_ns = until_ns };

	return shr_sim_task_start(sim, &start, err);
}

static void churn(struct shr_sim_task *task)
{
	const struct shr_scenario_cache *conf = task->what;
	const struct shr_stay *stay = &conf->stay;
	const struct shr_times times = { stay->from_ns, stay->until_ns,
					 stay->every_ns };
	uint64_t round = 0, number = 0;
	struct shr_err err;

	while (shr_sim_task_await(task, &times, 0, &round))
		for (uint64_t i = 0; i < stay->times; i++) {
			uint64_t now_ns = shr_sched_now(task->sim->sched);
			uint64_t lives_ns = shr_random_between(
				&task->random, stay->least_ns, stay->most_ns);

			if (start_life(task->sim, conf, ++number, now_ns,
				       now_ns + lives_ns, &err))
				shr_sim_fail(task->sim, &err);
		}
}

int shr_sim_driver_mount_first(struct shr_sim *sim, struct shr_err *err)
{
	for (size_t i = 0; i < sim->scenario->cache_count; i++) {
		const struct shr_scenario_cache *conf = &sim->scenario->cache[i];

		if (conf->stay.from_ns || conf->stay.every_ns)
			continue;
		for (uint64_t k = 1; k <= conf->stay.times; k++)
			if (!shr_sim_cache_mount(sim, conf, k, err))
				return -1;
	}
	return 0;
}

static int start_cache(struct shr_sim *sim, size_t at, struct shr_err *err)
{
	const struct shr_scenario_cache *conf = &sim->scenario->cache[at];
	const struct shr_stay *stay = &conf->stay;

	for (size_t i = 0; i < conf->growth_count; i++) {
		const struct shr_sim_task_start start = { .work = grow,
							  .what = &conf->growths[i],
							  .comm = "worker",
							  .number = at + 1 };

		if (shr_sim_task_start(sim, &start, err))
			return -1;
	}
	if (stay->every_ns)
		return shr_sim_task_start(
			sim,
			&(struct shr_sim_task_start){
				.work = churn, .what = conf, .comm = "mountd" },
			err);
	for (uint64_t i = 1; i <= stay->times; i++)
		if ((stay->from_ns || stay->until_ns != SHR_NEVER) &&
		    start_life(sim, conf, i, stay->from_ns, stay->until_ns, err))
			return -1;
	return 0;
}

static int start_allocators(struct shr_sim *sim, struct shr_err *err)
{
	for (size_t i = 0; i < sim->scenario->task_count; i++) {
		const struct shr_scenario_task *conf = &sim->scenario->task[i];

		for (uint64_t k = 1; k <= conf->count; k++)
			if (shr_sim_task_start(sim,
					       &(struct shr_sim_task_start){
						       .work = allocate_often,
						       .what = conf,
						       .comm = conf->name,
						       .number = k },
					       err))
				return -1;
	}
	return 0;
}

static int start_reclaimers(struct shr_sim *sim, struct shr_err *err)
{
	for (size_t i = 0; i < sim->scenario->reclaim_count; i++) {
		const struct shr_scenario_reclaim *conf = &sim->scenario->reclaim[i];

		for (uint64_t k = 1; k <= conf->count; k++)
			if (shr_sim_task_start(
				    sim,
				    &(struct shr_sim_task_start){ .work = reclaim,
								  .what = conf,
								  .comm = conf->name,
								  .number = k },
				    err))
				return -1;
	}
	for (size_t i = 0; i < sim->scenario->drop_count; i++)
		if (shr_sim_task_start(sim,
				       &(struct shr_sim_task_start){
					       .work = drop,
					       .what = &sim->scenario->drop[i],
					       .comm = "bash" },
				       err))
			return -1;
	return 0;
}

int shr_sim_driver_start(struct shr_sim *sim, struct shr_err *err)
{
	for (size_t i = 0; i < sim->scenario->cache_count; i++)
		if (start_cache(sim, i, err))
			return -1;
	return start_allocators(sim, err) || start_reclaimers(sim, err) ? -1 : 0;
}
