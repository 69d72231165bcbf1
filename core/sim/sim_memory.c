/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sim/sim_memory.h"

#include "core/model/gfp.h"
#include "core/shrinker/memcg.h"
#include "core/shrinker/reclaim.h"
#include "core/sim/sim_group.h"
#include "core/sim/sim_parts.h"
#include "core/sim/sim_task.h"
#include "core/sim/sim_trace.h"

#include <stdlib.h>

/* How often an allocation comes back to reclaim that got nothing. */
enum { LIMIT_RETRIES = 5, DIRECT_RETRIES = 16 };

static struct shr_sim *shr_sim_of(struct shr_pages *pages)
{
	return (struct shr_sim *)((char *)pages - offsetof(struct shr_sim, pages));
}

static uint64_t lesser(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

void shr_sim_memory_take(struct shr_sim *sim, struct shr_sim_group *group, int32_t nid,
			 uint64_t pages)
{
	sim->nodes[nid].free -= lesser(pages, sim->nodes[nid].free);
	shr_sim_group_charge(group, (int64_t)pages);
}

void shr_sim_memory_return(struct shr_sim *sim, struct shr_sim_group *group,
			   int32_t nid, uint64_t pages)
{
	uint64_t all = sim->scenario->memory.pages;

	sim->nodes[nid].free = lesser(sim->nodes[nid].free + pages, all);
	shr_sim_group_charge(group, -(int64_t)pages);
}

void shr_sim_memory_give(struct shr_sim *sim, struct shr_sim_group *group, int32_t nid,
			 uint64_t pages)
{
	shr_sim_memory_take(sim, group, nid, pages);
	group->pages[nid] += pages;
}

void shr_sim_memory_reparent(struct shr_sim *sim, struct shr_sim_group *group)
{
	for (int32_t nid = 0; nid < sim->scenario->nodes; nid++) {
		uint64_t pages = group->pages[nid];

		group->pages[nid] = 0;
		group->parent->pages[nid] += pages;
		group->usage -= pages;
	}
}

/* How many of @want pages are worth scanning to get @need of them. */
static uint64_t enough(const struct shr_sim *sim, uint64_t want, uint64_t need)
{
	unsigned percent = sim->scenario->memory.reclaimable;

	if (!percent)
		return want;
	need = need > SHR_RECLAIM_CLUSTER ? need : SHR_RECLAIM_CLUSTER;
	return lesser(want, need * 100 / percent);
}

static void shrink(struct shr_pages *pages, const struct shr_pages_ask *ask,
		   struct shr_pages_answer *answer)
{
	struct shr_sim *sim = shr_sim_of(pages);
	const struct shr_scenario_memory *memory = &sim->scenario->memory;
	struct shr_sim_group *group = shr_sim_group_of(sim, ask->memcg);

	if (!group || shr_sched_is_ending(sim->sched))
		return;
	answer->eligible = group->pages[ask->nid];
	uint64_t need = ask->nr_to_reclaim > ask->nr_reclaimed
				? ask->nr_to_reclaim - ask->nr_reclaimed
				: 0;
	uint64_t scanned =
		enough(sim, group->pages[ask->nid] >> ask->by->priority, need);

	shr_sim_work(sim, scanned * memory->scan_ns);
	/* Meanwhile others may have had some, or the memcg may be gone. */
	group = shr_sim_group_of(sim, ask->memcg);
	if (!group)
		return;
	answer->scanned = lesser(scanned, group->pages[ask->nid]);
	answer->reclaimed = answer->scanned / 100 * memory->reclaimable +
			    answer->scanned % 100 * memory->reclaimable / 100;
	group->pages[ask->nid] -= answer->reclaimed;
	shr_sim_memory_return(sim, group, ask->nid, answer->reclaimed);
}

static bool is_balanced(struct shr_pages *pages, int32_t nid)
{
	const struct shr_sim *sim = shr_sim_of(pages);

	return shr_sched_is_ending(sim->sched) ||
	       sim->nodes[nid].free >= sim->scenario->memory.high;
}

static enum shr_protection protection(struct shr_pages *pages,
				      const struct shr_memcg *target,
				      const struct shr_memcg *memcg)
{
	const struct shr_sim_group *group = shr_sim_group_of(shr_sim_of(pages), memcg);

	(void)target;
	if (!group || !group->conf)
		return SHR_PROTECTION_NONE;
	if (group->usage <= group->conf->min)
		return SHR_PROTECTION_MIN;
	return group->usage <= group->conf->low ? SHR_PROTECTION_LOW
						: SHR_PROTECTION_NONE;
}

static uint64_t slab_pages(struct shr_pages *pages, const struct shr_reclaimer *by)
{
	struct shr_sim_task *task = shr_sim_current(shr_sim_of(pages));
	uint64_t freed = task ? task->freed_pages : 0;

	(void)by;
	if (task)
		task->freed_pages = 0;
	return freed;
}

static uint32_t random_below(struct shr_pages *pages, uint32_t below)
{
	struct shr_sim *sim = shr_sim_of(pages);

	return below ? (uint32_t)shr_random_between(&sim->random, 0, below - 1) : 0;
}

void shr_sim_memory_init(struct shr_sim *sim)
{
	sim->pages = (struct shr_pages){
		.shrink = shrink,
		.is_balanced = sim->scenario->memory.present ? is_balanced : NULL,
		.protection = protection,
		.slab_pages = slab_pages,
		.random = random_below,
	};
	for (int32_t nid = 0; nid < sim->scenario->nodes; nid++)
		sim->nodes[nid].free = sim->scenario->memory.pages;
}

void shr_sim_memory_request(struct shr_sim_task *task, int32_t nid, uint64_t pages,
			    uint64_t gfp, struct shr_reclaim_request *request)
{
	*request = (struct shr_reclaim_request){
		.domain = task->sim->domain,
		.pages = &task->sim->pages,
		.nid = nid,
		.nr_to_reclaim = pages,
		.mglru = task->sim->scenario->memory.mglru,
	};
	shr_sim_task_as_reclaimer(task, gfp, &request->by);
	task->freed_pages = 0;
}

static void kswapd(struct shr_sim_task *task)
{
	struct shr_sim *sim = task->sim;
	uint64_t gfp = shr_sim_task_gfp(sim, "GFP_KERNEL", NULL);
	struct shr_reclaim_request request;
	struct shr_reclaim_result result;

	shr_sim_trace_context(sim, SHR_KSWAPD_WAKE, NULL);
	shr_sim_memory_request(task, task->nid, 0, gfp, &request);
	shr_reclaim_kswapd(&request, &result);
	sim->sums.kswapd++;
	shr_sim_trace_context(sim, SHR_KSWAPD_SLEEP, NULL);
	sim->nodes[task->nid].kswapd_runs = false;
}

static void wake_kswapd(struct shr_sim *sim, int32_t nid)
{
	enum { FIRST_PID = 60 };
	char *comm = NULL;
	struct shr_err err;

	if (sim->nodes[nid].kswapd_runs)
		return;
	sim->nodes[nid].kswapd_runs = true;
	if (shr_tokens_number("kswapd%d", (uint64_t)nid, &comm, &err) ||
	    shr_sim_task_start(sim,
			       &(struct shr_sim_task_start){ .work = kswapd,
							     .comm = comm,
							     .pid = FIRST_PID + nid,
							     .nid = nid },
			       &err))
		shr_sim_fail(sim, &err);
	free(comm);
}

/* Who of @group and those above has no room for @pages; NULL: nobody. */
static struct shr_sim_group *find_full(struct shr_sim_group *group, uint64_t pages)
{
	for (; group; group = group->parent)
		if (group->conf && group->conf->limit != SHR_NEVER &&
		    group->usage + pages > group->conf->limit)
			return group;
	return NULL;
}

static void reclaim_limit(struct shr_sim_task *task, struct shr_sim_group *full,
			  uint64_t pages, uint64_t gfp)
{
	struct shr_sim *sim = task->sim;
	struct shr_memcg *memcg = shr_memcg_get(full->memcg);
	struct shr_reclaim_request request;
	struct shr_reclaim_result result;

	shr_sim_memory_request(task, task->nid, pages,
			       shr_gfp_of_limit(sim->scenario->release, gfp), &request);
	shr_sim_trace_context(sim, SHR_MEMCG_BEGIN, NULL);
	shr_reclaim_memcg(&request, memcg, &result);
	shr_sim_trace_context(sim, SHR_MEMCG_END, NULL);
	sim->sums.limit++;
	shr_memcg_put(memcg);
}

static bool make_limit_room(struct shr_sim_task *task, uint64_t id, uint64_t pages,
			    uint64_t gfp)
{
	const bool may =
		shr_gfp_may(task->sim->scenario->release, gfp) & SHR_MAY_DIRECT_RECLAIM;

	for (unsigned i = 0; i <= LIMIT_RETRIES; i++) {
		struct shr_sim_group *group = shr_sim_group_find(task->sim, id);
		struct shr_sim_group *full = group ? find_full(group, pages) : NULL;

		if (!full)
			return group;
		if (!may || i == LIMIT_RETRIES || shr_sim_is_over(task->sim))
			break;
		reclaim_limit(task, full, pages, gfp);
	}
	return false;
}

static bool make_node_room(struct shr_sim_task *task, int32_t nid, uint64_t pages,
			   uint64_t gfp)
{
	struct shr_sim *sim = task->sim;
	const struct shr_scenario_memory *memory = &sim->scenario->memory;
	const uint16_t may = shr_gfp_may(sim->scenario->release, gfp);
	const struct shr_sim_node *node = &sim->nodes[nid];
	struct shr_reclaim_request request;
	struct shr_reclaim_result result;

	for (unsigned i = 0; i <= DIRECT_RETRIES; i++) {
		if (node->free < memory->low + pages && may & SHR_MAY_KSWAPD_RECLAIM)
			wake_kswapd(sim, nid);
		if (node->free >= memory->min + pages)
			return true;
		if (!(may & SHR_MAY_DIRECT_RECLAIM) || i == DIRECT_RETRIES ||
		    shr_sim_is_over(sim))
			break;
		shr_sim_memory_request(task, nid, pages, gfp, &request);
		shr_sim_trace_context(sim, SHR_DIRECT_BEGIN, NULL);
		shr_reclaim_direct(&request, &result);
		shr_sim_trace_context(sim, SHR_DIRECT_END, NULL);
		sim->sums.direct++;
	}
	return false;
}

bool shr_sim_memory_make_room(struct shr_sim_task *task, uint64_t id, int32_t nid,
			      uint64_t pages, uint64_t gfp)
{
	struct shr_sim *sim = task->sim;
	const struct shr_sim_since since = shr_sim_since(sim);

	task->nid = nid;
	bool made = make_limit_room(task, id, pages, gfp) &&
		    (!sim->scenario->memory.present ||
		     make_node_room(task, nid, pages, gfp));

	sim->sums.failed += !made;
	shr_sim_waits_add(sim, &sim->sums.allocations, since);
	return made && shr_sim_group_find(sim, id);
}
