/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sim/sim_object.h"

#include "core/shrinker/lru.h"
#include "core/sim/sim_cache.h"
#include "core/sim/sim_parts.h"

#include <stdlib.h>

struct object {
	struct shr_lru_item item; /* first: callbacks cast back */
	bool referenced, pinned;
};

int shr_sim_object_add(struct shr_sim_cache *cache, int32_t nid,
		       struct shr_memcg *memcg, uint64_t count, struct shr_err *err)
{
	const struct shr_scenario_cache *conf = cache->conf;

	while (count--) {
		struct object *object = calloc(1, sizeof(*object));

		if (!object)
			return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
		object->pinned = shr_random_percent(&cache->random, conf->pinned);
		object->referenced =
			shr_random_percent(&cache->random, conf->referenced);
		if (shr_lru_add(cache->lru, &object->item, nid, memcg, err) < 0) {
			free(object);
			return -1;
		}
	}
	return 0;
}

static enum shr_lru_status isolate(const struct shr_lru_ask *ask,
				   struct shr_lru_walk *walk, struct shr_lru_item *item)
{
	const struct shr_sim_cache *cache = ask->data;
	struct object *object = (struct object *)item;

	if (object->pinned)
		return SHR_LRU_SKIP;
	if (object->referenced) {
		object->referenced = false;
		return cache->conf->referenced_rule == SHR_REFERENCED_ROTATES
			       ? SHR_LRU_ROTATE
			       : SHR_LRU_SKIP;
	}
	shr_lru_isolate(walk, item);
	free(object);
	return SHR_LRU_REMOVED;
}

uint64_t shr_sim_object_scan(struct shr_sim_cache *cache, int32_t nid,
			     struct shr_memcg *memcg, uint64_t count)
{
	const struct shr_lru_ask ask = { isolate, cache };

	return shr_lru_walk_one(cache->lru, &ask, nid, memcg, &count);
}

static enum shr_lru_status evict(const struct shr_lru_ask *ask,
				 struct shr_lru_walk *walk, struct shr_lru_item *item)
{
	(void)ask;
	shr_lru_isolate(walk, item);
	free(item);
	return SHR_LRU_REMOVED;
}

void shr_sim_object_free_all(struct shr_sim_cache *cache)
{
	const struct shr_lru_ask ask = { evict, cache };

	for (int32_t nid = 0; nid < cache->sim->scenario->nodes; nid++) {
		uint64_t all = UINT64_MAX;

		shr_lru_walk_node(cache->lru, &ask, nid, &all);
	}
}
