/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A callback does its work, which takes time, and then looks at what there is, so that
 * what it says is true at the moment at which it says so.
 */
#include "core/sim/sim_scan.h"

#include "core/shrinker/lru.h"
#include "core/shrinker/shrinker.h"
#include "core/sim/sim_cache.h"
#include "core/sim/sim_group.h"
#include "core/sim/sim_object.h"
#include "core/sim/sim_parts.h"

static const struct shr_release first_with_empty = { 4, 19, 0 };

static struct shr_sim_place *place_of(const struct shr_sim_cache *cache,
				      const struct shr_sim_group *group, int32_t nid)
{
	if (!group || group->slot >= cache->slot_count || !cache->places[group->slot])
		return NULL;
	return &cache->places[group->slot][nid];
}

/* Whose objects @control asks for; NULL: nobody's any more. */
static struct shr_sim_group *group_of(const struct shr_sim_cache *cache,
				      const struct shr_control *control)
{
	if (!cache->by_memcg)
		return cache->sim->root;
	return shr_sim_group_of(cache->sim, control->memcg);
}

static int32_t node_of(const struct shr_sim_cache *cache,
		       const struct shr_control *control)
{
	return cache->nodes > 1 ? control->nid : 0;
}

static uint64_t count_all(const struct shr_sim_cache *cache, int32_t nid)
{
	uint64_t count = 0;

	for (unsigned i = 0; i < cache->slot_count; i++)
		if (cache->places[i])
			count += cache->places[i][nid].objects;
	return count;
}

static uint64_t count_now(const struct shr_sim_cache *cache,
			  const struct shr_control *control)
{
	const int32_t nid = node_of(cache, control);
	const struct shr_sim_place *place =
		place_of(cache, group_of(cache, control), nid);

	if (cache->conf->counts_all)
		return count_all(cache, nid);
	return place ? place->objects : 0;
}

/* As i915 does: towards twice what an object holds, which is different each time. */
static void move_batch(struct shr_sim_cache *cache)
{
	int64_t batch = cache->shrinker->batch;
	int64_t holds = (int64_t)shr_random_between(&cache->random, 64, 8192);

	batch = (batch + 2 * holds) >> 1;
	cache->shrinker->batch = batch > 128 ? batch : 128;
}

uint64_t shr_sim_scan_count(struct shr_shrinker *shrinker, struct shr_control *control)
{
	struct shr_sim_cache *cache = shr_sim_cache_of(shrinker);
	struct shr_sim *sim = cache->sim;

	sim->sums.counts++;
	shr_sim_work(sim, cache->conf->count_ns);
	if (shr_sched_is_ending(sim->sched))
		return 0;
	if (cache->conf->batch_moves)
		move_batch(cache);
	uint64_t count = count_now(cache, control);

	if (count || !cache->conf->says_empty)
		return count;
	return shr_release_compare(sim->scenario->release, first_with_empty) < 0
		       ? 0
		       : SHR_SHRINK_EMPTY;
}

static bool refuses(struct shr_sim_cache *cache, const struct shr_reclaimer *by)
{
	const struct shr_scenario_refusal *refusal = &cache->conf->refusal;
	const struct shr_sim_task *task = shr_sim_current(cache->sim);

	if (refusal->always || (refusal->without_fs && !(by->may & SHR_MAY_FS)) ||
	    (refusal->without_io && !(by->may & SHR_MAY_IO)))
		return true;
	if (refusal->after_set && task && task->batches > refusal->after)
		return true;
	return refusal->busy && shr_random_percent(&cache->random, refusal->busy);
}

/* Once, from each of its times on. */
static void be_stuck(struct shr_sim_cache *cache)
{
	const struct shr_stuck *stuck = &cache->conf->stuck;
	const struct shr_times *times = &stuck->times;
	uint64_t now_ns = shr_sched_now(cache->sim->sched);

	if (!stuck->for_ns || now_ns < times->from_ns || now_ns >= times->until_ns ||
	    now_ns < cache->next_stuck)
		return;
	cache->next_stuck =
		times->every_ns ? now_ns + times->every_ns -
					  (now_ns - times->from_ns) % times->every_ns
				: SHR_NEVER;
	cache->sim->sums.stuck++;
	shr_sim_work(cache->sim, stuck->for_ns);
}

/* So many of @looked as there are of @part in @count; @looked is not above that. */
static uint64_t proportion(uint64_t looked, uint64_t part, uint64_t count)
{
	/* Beyond that a product might not fit, and a bit less says as much. */
	while (looked >> 31 || count >> 31) {
		looked >>= 1;
		part >>= 1;
		count >>= 1;
	}
	return count ? looked * part / count : 0;
}

/* What a scan frees of those that are numbers. */
static uint64_t scan_numbers(struct shr_sim_place *place, uint64_t looked)
{
	uint64_t kept = proportion(looked, place->pinned, place->objects);
	uint64_t spared = proportion(looked, place->referenced, place->objects);

	kept = kept < place->pinned ? kept : place->pinned;
	if (spared > looked - kept)
		spared = looked - kept;
	place->referenced -= spared;
	uint64_t freed = looked - kept - spared;

	/* Who is neither goes first; rounding must not take more than there are. */
	if (freed > place->objects - place->pinned)
		freed = place->objects - place->pinned;
	return freed;
}

static uint64_t scan_place(struct shr_sim_cache *cache, struct shr_sim_group *group,
			   int32_t nid, uint64_t nr_to_scan)
{
	struct shr_sim_place *place = place_of(cache, group, nid);
	uint64_t freed;

	if (!place || !place->objects)
		return 0;
	if (cache->lru) {
		freed = shr_sim_object_scan(cache, nid, group->memcg, nr_to_scan);
	} else {
		uint64_t looked =
			nr_to_scan < place->objects ? nr_to_scan : place->objects;

		freed = scan_numbers(place, looked);
		if (place->referenced > place->objects - freed)
			place->referenced = place->objects - freed;
	}
	shr_sim_cache_forget(cache, group, nid, freed);
	return freed;
}

/* Of whoever has some, the root first. */
static uint64_t scan_all(struct shr_sim_cache *cache, int32_t nid, uint64_t nr_to_scan)
{
	const struct shr_sim *sim = cache->sim;
	uint64_t freed = 0;

	for (size_t i = 0; i < sim->group_count && freed < nr_to_scan; i++)
		freed += scan_place(cache, sim->groups[i], nid, nr_to_scan - freed);
	return freed;
}

/* False: none, as the callback tells; kernels would ask for ever. */
static bool feed_back(const struct shr_sim_cache *cache, struct shr_control *control)
{
	uint64_t nr = control->nr_to_scan;

	control->nr_scanned = nr / 100 * cache->conf->feedback +
			      nr % 100 * cache->conf->feedback / 100;
	return control->nr_scanned;
}

uint64_t shr_sim_scan_scan(struct shr_shrinker *shrinker, struct shr_control *control)
{
	struct shr_sim_cache *cache = shr_sim_cache_of(shrinker);
	struct shr_sim *sim = cache->sim;
	struct shr_sim_task *task = shr_sim_current(sim);
	const uint64_t nr_to_scan = control->nr_to_scan;
	const int32_t nid = node_of(cache, control);

	sim->sums.batches++;
	if (task)
		task->batches++;
	if (shr_sched_is_ending(sim->sched) || refuses(cache, control->by) ||
	    (cache->conf->feeds_back && !feed_back(cache, control))) {
		sim->sums.refusals++;
		return SHR_SHRINK_STOP;
	}
	be_stuck(cache);
	shr_sim_work(sim, nr_to_scan * cache->conf->scan_ns);
	uint64_t freed =
		cache->conf->counts_all
			? scan_all(cache, nid, nr_to_scan)
			: scan_place(cache, group_of(cache, control), nid, nr_to_scan);

	sim->sums.scanned += nr_to_scan;
	sim->sums.freed += freed;
	if (task)
		task->freed_pages += freed / cache->conf->per_page;
	return freed;
}
