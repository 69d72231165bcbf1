/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/shrinker/reclaim.h"

#include "core/shrinker/domain_parts.h"
#include "core/shrinker/reclaim_parts.h"
#include "core/shrinker/vmpressure.h"

#include <assert.h>
#include <stddef.h>

enum {
	TURNS_AT_ONE_PRIORITY = 10000, /* of kswapd: see reclaim.h */
	PROACTIVE_RETRIES = 16,
};

static struct shr_reclaim_run run_of(const struct shr_reclaim_request *request)
{
	const uint64_t least = SHR_RECLAIM_CLUSTER;

	return (struct shr_reclaim_run){
		.request = request,
		.domain = request->domain,
		.design = &request->domain->design.reclaim,
		.by = request->by,
		.nr_to_reclaim =
			request->nr_to_reclaim > least ? request->nr_to_reclaim : least,
	};
}

static void finish(struct shr_reclaim_run *run, struct shr_reclaim_result *result)
{
	*result = (struct shr_reclaim_result){
		.scanned = run->scanned_before + run->scanned,
		.reclaimed = run->reclaimed,
		.priority = run->by.priority,
		.turns = run->turns,
	};
}

static void begin_turn(struct shr_reclaim_run *run, int priority)
{
	run->by.priority = priority;
	run->scanned_before += run->scanned;
	run->scanned = run->eligible = 0;
	run->turns++;
}

static bool has_enough(const struct shr_reclaim_run *run)
{
	return run->reclaimed >= run->nr_to_reclaim;
}

/* All nodes, from the request's on. */
static void shrink_nodes(struct shr_reclaim_run *run)
{
	const int32_t nodes = run->domain->nodes;
	uint64_t pages = 0;

	for (int32_t i = 0; i < nodes; i++)
		shr_reclaim_shrink_node(run, (run->request->nid + i) % nodes);
	if (shr_reclaim_slab_is_last(run) && !run->target)
		shr_reclaim_shrink_slab(run, UINT64_MAX, &pages);
}

/* 12 to 0, or until there is enough. */
static void go_down(struct shr_reclaim_run *run)
{
	for (int at = SHR_RECLAIM_PRIORITY; at >= 0; at = run->by.priority - 1) {
		begin_turn(run, at);
		if (!run->silent)
			shr_vmpressure_prio(run->domain, &run->by, run->target);
		shrink_nodes(run);
		if (has_enough(run))
			return;
	}
}

/* Whether it has to be gone down again, with what was left out. */
static bool goes_again(struct shr_reclaim_run *run)
{
	if (run->reclaimed)
		return false;
	if (run->design->walk == SHR_WALK_PARTIAL && !run->whole) {
		run->whole = true;
		return true;
	}
	if (run->spares_none || run->design->spared == SHR_SPARED_NEVER ||
	    (run->design->spared == SHR_SPARED_IF_ANY && !run->spared))
		return false;
	run->spares_none = true;
	return true;
}

static void reclaim_everything(struct shr_reclaim_run *run)
{
	do
		go_down(run);
	while (goes_again(run));
}

void shr_reclaim_direct(const struct shr_reclaim_request *request,
			struct shr_reclaim_result *result)
{
	struct shr_reclaim_run run = run_of(request);

	reclaim_everything(&run);
	finish(&run, result);
}

void shr_reclaim_memcg(const struct shr_reclaim_request *request,
		       struct shr_memcg *memcg, struct shr_reclaim_result *result)
{
	struct shr_reclaim_run run = run_of(request);

	assert(memcg);
	run.target = memcg;
	reclaim_everything(&run);
	finish(&run, result);
}

/* One node from @priority to 0, or until there is enough. */
static void go_down_node(struct shr_reclaim_run *run, int priority)
{
	for (int at = priority; at >= 0; at = run->by.priority - 1) {
		begin_turn(run, at);
		shr_reclaim_shrink_node(run, run->request->nid);
		if (has_enough(run))
			return;
	}
}

/* Up to 3.18: until that freed nothing, or gave back as many pages as are wanted. */
static void shrink_slab_of_node(struct shr_reclaim_run *run)
{
	const uint64_t mask = UINT64_C(1) << run->request->nid;
	uint64_t pages = 0;

	while (shr_reclaim_shrink_slab(run, mask, &pages) && pages < run->nr_to_reclaim)
		;
}

void shr_reclaim_node(const struct shr_reclaim_request *request,
		      struct shr_reclaim_result *result)
{
	struct shr_reclaim_run run = run_of(request);

	go_down_node(&run, SHR_RECLAIM_NODE_PRIORITY);
	if (shr_reclaim_slab_is_last(&run))
		shrink_slab_of_node(&run);
	finish(&run, result);
}

/* How many of @left pages are asked for at a time. */
static uint64_t proactive_batch(const struct shr_reclaim_run *run, uint64_t left)
{
	switch (run->design->proactive) {
	case SHR_PROACTIVE_CLUSTER:
		return left < SHR_RECLAIM_CLUSTER ? left : SHR_RECLAIM_CLUSTER;
	case SHR_PROACTIVE_QUARTER:
		return left / 4;
	default:
		return left;
	}
}

/* One step of memory.reclaim; what it got, which it adds to *@result. */
static uint64_t reclaim_some(struct shr_reclaim_run run, uint64_t batch,
			     struct shr_reclaim_result *result)
{
	run.nr_to_reclaim = batch > SHR_RECLAIM_CLUSTER ? batch : SHR_RECLAIM_CLUSTER;
	if (run.target)
		reclaim_everything(&run);
	else
		go_down_node(&run, SHR_RECLAIM_PRIORITY);
	result->scanned += run.scanned_before + run.scanned;
	result->reclaimed += run.reclaimed;
	result->priority = run.by.priority;
	result->turns += run.turns;
	return run.reclaimed;
}

bool shr_reclaim_proactive(const struct shr_reclaim_request *request,
			   struct shr_memcg *memcg, struct shr_reclaim_result *result)
{
	struct shr_reclaim_run run = run_of(request);
	const uint64_t wanted = request->nr_to_reclaim;
	unsigned retries = PROACTIVE_RETRIES;

	*result = (struct shr_reclaim_result){ .priority = SHR_RECLAIM_PRIORITY };
	if (memcg ? run.design->proactive == SHR_PROACTIVE_NONE
		  : !run.design->node_proactive)
		return false;
	run.target = memcg;
	run.silent = run.design->proactive_is_silent;
	while (result->reclaimed < wanted) {
		const uint64_t batch =
			proactive_batch(&run, wanted - result->reclaimed);

		if (!reclaim_some(run, batch, result) && !retries--)
			break;
	}
	return true;
}

static bool is_balanced(const struct shr_reclaim_run *run)
{
	struct shr_pages *pages = run->request->pages;

	return pages && pages->is_balanced &&
	       pages->is_balanced(pages, run->request->nid);
}

/* Its node alone; what it got of it. */
static uint64_t kswapd_turn(struct shr_reclaim_run *run, int priority)
{
	const int32_t nid = run->request->nid;
	const uint64_t before = run->reclaimed;
	uint64_t pages = 0;

	begin_turn(run, priority);
	shr_reclaim_shrink_node(run, nid);
	if (shr_reclaim_slab_is_last(run))
		shr_reclaim_shrink_slab(run, UINT64_C(1) << nid, &pages);
	return run->reclaimed - before;
}

/*
 * Up to 3.10: from 12 again whenever it has got 32 pages, and until there is balance;
 * a kernel gives up on a node that has nothing more to give, which is here one that
 * gave nothing from 12 to 0.
 */
static void start_over_until_balance(struct shr_reclaim_run *run)
{
	int at = SHR_RECLAIM_PRIORITY;
	uint64_t got = 0;

	for (unsigned starts = 0;
	     starts < TURNS_AT_ONE_PRIORITY && !is_balanced(run);) {
		got += kswapd_turn(run, at);
		if (got < SHR_RECLAIM_CLUSTER && at-- > 0)
			continue;
		if (!got)
			return;
		at = SHR_RECLAIM_PRIORITY;
		got = 0;
		starts++;
	}
}

/* What kswapd still has to get beyond balance, and the priority of its next turn. */
struct kswapd {
	uint64_t boost;
	int at;
	unsigned stayed;
};

/* Whether there is a next turn; a boost is forgotten where there is no balance. */
static bool kswapd_goes_on(struct shr_reclaim_run *run, struct kswapd *kswapd)
{
	const bool balanced = is_balanced(run);

	if (!balanced && kswapd->boost)
		*kswapd = (struct kswapd){ .at = SHR_RECLAIM_PRIORITY };
	run->boosts = kswapd->boost;
	return kswapd->at >= 1 && (kswapd->boost || !balanced);
}

/* Whether it stays at its priority: it scans enough there, or is not to go deeper. */
static bool kswapd_stays(const struct shr_reclaim_run *run, struct kswapd *kswapd,
			 uint64_t got)
{
	static const int deepest_boost = SHR_RECLAIM_PRIORITY - 2;
	const bool limit = kswapd->boost && run->by.priority == deepest_boost;

	if (!got || (!limit && run->scanned < run->nr_to_reclaim))
		return false;
	return ++kswapd->stayed < TURNS_AT_ONE_PRIORITY;
}

static void go_down_to_balance(struct shr_reclaim_run *run, uint64_t boost)
{
	struct kswapd kswapd = { .boost = boost, .at = SHR_RECLAIM_PRIORITY };

	while (kswapd_goes_on(run, &kswapd)) {
		const uint64_t got = kswapd_turn(run, kswapd.at);
		const bool stays = kswapd_stays(run, &kswapd, got);

		if (kswapd.boost && !got)
			return;
		kswapd.boost -= got < kswapd.boost ? got : kswapd.boost;
		if (stays)
			continue;
		kswapd.at = run->by.priority - 1;
		kswapd.stayed = 0;
	}
}

void shr_reclaim_kswapd(const struct shr_reclaim_request *request,
			struct shr_reclaim_result *result)
{
	struct shr_reclaim_run run = run_of(request);

	run.kswapd = true;
	run.by.priority = SHR_RECLAIM_PRIORITY;
	if (run.design->kswapd_starts_over)
		start_over_until_balance(&run);
	else
		go_down_to_balance(&run, run.design->boost ? request->nr_boost : 0);
	finish(&run, result);
}
