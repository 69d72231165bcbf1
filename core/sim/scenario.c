/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sim/scenario.h"

#include <stdlib.h>
#include <string.h>

void shr_scenario_init(struct shr_scenario *scenario)
{
	*scenario = (struct shr_scenario){
		.release = { 6, 12, 0 },
		.long_size = 8,
		.nodes = 1,
		.cpus = 2,
		.memcgs = true,
		.kmem = true,
		.seed = 1,
		.start_ns = UINT64_C(100) * 1000000000,
		.duration_ns = 1000000000,
		.identity = true,
		.context = true,
	};
}

static void release_cache(struct shr_scenario_cache *cache)
{
	for (size_t i = 0; i < cache->pattern_count; i++)
		free(cache->patterns[i]);
	free(cache->name);
	free(cache->symbol);
	free(cache->module);
}

static void release_tasks(struct shr_scenario *scenario)
{
	for (size_t i = 0; i < scenario->task_count; i++) {
		free(scenario->task[i].name);
		free(scenario->task[i].memcg);
		free(scenario->task[i].gfp);
	}
	for (size_t i = 0; i < scenario->reclaim_count; i++) {
		free(scenario->reclaim[i].name);
		free(scenario->reclaim[i].memcg);
		free(scenario->reclaim[i].gfp);
	}
	free(scenario->task);
	free(scenario->reclaim);
}

void shr_scenario_release(struct shr_scenario *scenario)
{
	for (size_t i = 0; i < scenario->memcg_count; i++)
		free(scenario->memcg[i].path);
	for (size_t i = 0; i < scenario->cache_count; i++)
		release_cache(&scenario->cache[i]);
	release_tasks(scenario);
	free(scenario->memcg);
	free(scenario->cache);
	free(scenario->drop);
	free(scenario->loss);
	free(scenario->kernel);
	shr_scenario_init(scenario);
}
