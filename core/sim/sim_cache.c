/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sim/sim_cache.h"

#include "core/shrinker/info.h"
#include "core/shrinker/lru.h"
#include "core/shrinker/shrinker.h"
#include "core/sim/sim_memory.h"
#include "core/sim/sim_object.h"
#include "core/sim/sim_parts.h"
#include "core/sim/sim_scan.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

struct shr_sim_cache *shr_sim_cache_of(const struct shr_shrinker *shrinker)
{
	return shrinker->private_data;
}

bool shr_sim_cache_is_used_in(const struct shr_sim_cache *cache,
			      const struct shr_sim_group *group)
{
	const struct shr_scenario_cache *conf = cache->conf;
	const bool root = group == cache->sim->root;

	if (cache->going)
		return false;
	if (!cache->by_memcg || !conf->pattern_count)
		return root;
	for (size_t i = 0; i < conf->pattern_count; i++)
		if (!fnmatch(conf->patterns[i], group->path, 0))
			return true;
	return false;
}

/* Of @group: *by_node, for all nodes.  False: no memory. */
static bool find_place(struct shr_sim_cache *cache, const struct shr_sim_group *group,
		       struct shr_sim_place **by_node)
{
	if (group->slot >= cache->slot_count) {
		unsigned count = cache->sim->slot_count;
		struct shr_sim_place **places =
			reallocarray(cache->places, count, sizeof(*places));

		if (!places)
			return false;
		memset(places + cache->slot_count, 0,
		       (count - cache->slot_count) * sizeof(*places));
		cache->places = places;
		cache->slot_count = count;
	}
	if (!cache->places[group->slot])
		cache->places[group->slot] = calloc((size_t)cache->sim->scenario->nodes,
						    sizeof(**cache->places));
	*by_node = cache->places[group->slot];
	return *by_node;
}

static uint64_t pages_of(const struct shr_sim_cache *cache, uint64_t objects)
{
	return objects / cache->conf->per_page + (objects % cache->conf->per_page != 0);
}

uint64_t shr_sim_cache_pages_for(const struct shr_sim_cache *cache,
				 const struct shr_sim_group *group, int32_t nid,
				 uint64_t count)
{
	uint64_t objects = 0;

	if (group->slot < cache->slot_count && cache->places[group->slot])
		objects = cache->places[group->slot][nid].objects;
	return pages_of(cache, objects + count) - pages_of(cache, objects);
}

static uint64_t share(uint64_t count, unsigned percent)
{
	return count / 100 * percent + count % 100 * percent / 100;
}

int shr_sim_cache_add(struct shr_sim_cache *cache, struct shr_sim_group *group,
		      int32_t nid, uint64_t count, struct shr_err *err)
{
	const struct shr_scenario_cache *conf = cache->conf;
	struct shr_sim_place *place;

	if (!find_place(cache, group, &place))
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	place += nid;
	uint64_t room = conf->most > place->objects ? conf->most - place->objects : 0;
	uint64_t added = count < room ? count : room;

	if (!added)
		return 0;
	shr_sim_memory_take(cache->sim, group, nid,
			    shr_sim_cache_pages_for(cache, group, nid, added));
	place->objects += added;
	cache->sim->sums.objects += added;
	if (cache->lru)
		return shr_sim_object_add(cache, nid, group->memcg, added, err);
	place->referenced += share(added, conf->referenced);
	place->pinned += share(added, conf->pinned);
	shr_info_set_shrinker(group->memcg, nid, cache->shrinker);
	return 0;
}

void shr_sim_cache_forget(struct shr_sim_cache *cache, struct shr_sim_group *group,
			  int32_t nid, uint64_t count)
{
	struct shr_sim_place *place = &cache->places[group->slot][nid];
	uint64_t before = pages_of(cache, place->objects);

	place->objects -= count;
	cache->sim->sums.objects -= count;
	shr_sim_memory_return(cache->sim, group, nid,
			      before - pages_of(cache, place->objects));
}

/* Its first objects in @group. */
static int fill(struct shr_sim_cache *cache, struct shr_sim_group *group,
		struct shr_err *err)
{
	if (!shr_sim_cache_is_used_in(cache, group))
		return 0;
	for (int32_t nid = 0; nid < cache->nodes; nid++)
		if (shr_sim_cache_add(cache, group, nid, cache->conf->objects, err))
			return -1;
	return 0;
}

int shr_sim_cache_enter_group(struct shr_sim *sim, struct shr_sim_group *group,
			      struct shr_err *err)
{
	for (size_t i = 0; i < sim->cache_count; i++)
		if (fill(sim->caches[i], group, err))
			return -1;
	return 0;
}

/* What @cache has of @group is its parent's; its lists see to themselves. */
static void reparent(struct shr_sim_cache *cache, struct shr_sim_group *group)
{
	struct shr_sim_place *from, *to;

	if (group->slot >= cache->slot_count || !cache->places[group->slot])
		return;
	from = cache->places[group->slot];
	if (!find_place(cache, group->parent, &to)) {
		const struct shr_err err = { .code = SHR_ERR_NOMEM,
					     .reason = "out of memory" };

		shr_sim_fail(cache->sim, &err);
		return;
	}
	for (int32_t nid = 0; nid < cache->nodes; nid++) {
		uint64_t had = pages_of(cache, from[nid].objects);
		uint64_t more = shr_sim_cache_pages_for(cache, group->parent, nid,
							from[nid].objects);

		if (!from[nid].objects)
			continue;
		shr_sim_memory_return(cache->sim, group, nid, had);
		shr_sim_memory_take(cache->sim, group->parent, nid, more);
		to[nid].objects += from[nid].objects;
		to[nid].referenced += from[nid].referenced;
		to[nid].pinned += from[nid].pinned;
		if (!cache->lru)
			shr_info_set_shrinker(group->parent->memcg, nid,
					      cache->shrinker);
	}
	free(from);
	cache->places[group->slot] = NULL;
}

void shr_sim_cache_leave_group(struct shr_sim *sim, struct shr_sim_group *group)
{
	for (size_t i = 0; i < sim->cache_count; i++)
		reparent(sim->caches[i], group);
}

static bool link_cache(struct shr_sim *sim, struct shr_sim_cache *cache)
{
	if (sim->cache_count == sim->cache_cap) {
		size_t cap = sim->cache_cap ? 2 * sim->cache_cap : 16;
		struct shr_sim_cache **caches =
			reallocarray(sim->caches, cap, sizeof(*caches));

		if (!caches)
			return false;
		sim->caches = caches;
		sim->cache_cap = cap;
	}
	sim->caches[sim->cache_count++] = cache;
	return true;
}

struct shr_sim_cache *shr_sim_cache_find(const struct shr_sim *sim, uint64_t serial)
{
	for (size_t i = 0; i < sim->cache_count; i++)
		if (sim->caches[i]->serial == serial)
			return sim->caches[i];
	return NULL;
}

static struct shr_sim_cache *new_cache(struct shr_sim *sim,
				       const struct shr_scenario_cache *conf,
				       struct shr_err *err)
{
	struct shr_sim_cache *cache = calloc(1, sizeof(*cache));

	if (!cache) {
		shr_fail(err, SHR_ERR_NOMEM, "out of memory");
		return NULL;
	}
	cache->sim = sim;
	cache->conf = conf;
	cache->serial = ++sim->last_cache;
	cache->random = shr_random_of(~sim->scenario->seed, cache->serial);
	return cache;
}

/* Caches with the same function have the same token: that of the first of them. */
static uint64_t callback_token(const struct shr_scenario *scenario,
			       const struct shr_scenario_cache *conf)
{
	size_t i = 0;

	while (&scenario->cache[i] != conf &&
	       (strcmp(scenario->cache[i].symbol, conf->symbol) != 0 ||
		strcmp(scenario->cache[i].module ? scenario->cache[i].module : "",
		       conf->module ? conf->module : "") != 0))
		i++;
	return i + 1;
}

static int set_up_shrinker(struct shr_sim_cache *cache, const char *name,
			   struct shr_err *err)
{
	const struct shr_scenario_cache *conf = cache->conf;
	struct shr_sim *sim = cache->sim;
	struct shr_shrinker *shrinker;

	cache->name_token = shr_tokens_intern(&sim->tokens, name, err);
	if (!cache->name_token)
		return -1;
	shrinker = shr_shrinker_alloc(sim->domain, conf->flags, err, "%s", name);
	if (!shrinker)
		return -1;
	cache->shrinker = shrinker;
	cache->nodes = shrinker->flags & SHR_SHRINKER_NUMA ? sim->scenario->nodes : 1;
	/* Slab is accounted to memcgs only as kernel memory is. */
	cache->by_memcg = shrinker->flags & SHR_SHRINKER_MEMCG &&
			  (sim->scenario->kmem ||
			   (shrinker->flags & SHR_SHRINKER_NONSLAB && !conf->lists));
	shrinker->count = shr_sim_scan_count;
	shrinker->scan = shr_sim_scan_scan;
	shrinker->private_data = cache;
	shrinker->callback = callback_token(sim->scenario, conf);
	shrinker->seeks = conf->seeks;
	shrinker->batch = conf->batch;
	if (conf->lists)
		cache->lru = shr_lru_new(sim->domain, shrinker, SHR_LRU_RETRIES, err);
	return conf->lists && !cache->lru ? -1 : shr_shrinker_register(shrinker, err);
}

static void free_cache(struct shr_sim_cache *cache)
{
	if (cache->lru)
		shr_sim_object_free_all(cache);
	shr_lru_free(cache->lru);
	for (unsigned i = 0; i < cache->slot_count; i++)
		free(cache->places[i]);
	free(cache->places);
	free(cache);
}

struct shr_sim_cache *shr_sim_cache_mount(struct shr_sim *sim,
					  const struct shr_scenario_cache *conf,
					  uint64_t number, struct shr_err *err)
{
	struct shr_sim_cache *cache = new_cache(sim, conf, err);
	char *name = NULL;

	if (!cache)
		return NULL;
	if (shr_tokens_number(conf->name, number, &name, err) ||
	    set_up_shrinker(cache, name, err))
		goto fail;
	free(name);
	if (!link_cache(sim, cache)) {
		name = NULL;
		shr_fail(err, SHR_ERR_NOMEM, "out of memory");
		goto fail;
	}
	for (size_t i = 0; i < sim->group_count; i++)
		if (fill(cache, sim->groups[i], err))
			return NULL;
	return cache;
fail:
	free(name);
	shr_shrinker_free(cache->shrinker);
	free_cache(cache);
	return NULL;
}

/* Nobody scans it any more: what it has left goes, group by group. */
static void forget_all(struct shr_sim_cache *cache)
{
	struct shr_sim *sim = cache->sim;

	for (size_t i = 0; i < sim->group_count; i++) {
		struct shr_sim_group *group = sim->groups[i];

		if (group->slot >= cache->slot_count || !cache->places[group->slot])
			continue;
		for (int32_t nid = 0; nid < cache->nodes; nid++)
			shr_sim_cache_forget(cache, group, nid,
					     cache->places[group->slot][nid].objects);
	}
}

void shr_sim_cache_umount(struct shr_sim_cache *cache)
{
	if (!cache)
		return;
	struct shr_sim *sim = cache->sim;
	size_t i = 0;

	/* Waits for passes that use it, while memcgs go on to come and go. */
	cache->going = true;
	shr_shrinker_free(cache->shrinker);
	while (sim->caches[i] != cache)
		i++;
	memmove(&sim->caches[i], &sim->caches[i + 1],
		(--sim->cache_count - i) * sizeof(*sim->caches));
	forget_all(cache);
	free_cache(cache);
}
