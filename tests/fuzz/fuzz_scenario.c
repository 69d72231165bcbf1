/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a scenario: it is read, or there is a reason with a place inside it; and
 * what was read is within its bounds.
 */
#include "core/err.h"
#include "core/sim/scenario.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_fault(const struct shr_err *err, size_t size)
{
	assert(err->code != SHR_ERR_NONE && *err->reason);
	assert(err->offset <= size || err->offset == SHR_NO_OFFSET);
	assert(err->code == SHR_ERR_NOMEM || err->line > 0);
}

static void check_caches(const struct shr_scenario *scenario)
{
	for (size_t i = 0; i < scenario->cache_count; i++) {
		const struct shr_scenario_cache *cache = &scenario->cache[i];

		assert(*cache->name && *cache->symbol && cache->seeks >= 0);
		assert(cache->batch >= 0 && cache->objects <= shr_scenario_most);
		assert(cache->stay.times >= 1 &&
		       cache->stay.times <= SHR_SCENARIO_TIMES);
		assert(cache->growth_count <= SHR_SCENARIO_GROWTHS);
		for (size_t k = 0; k < cache->pattern_count; k++)
			assert(*cache->patterns[k] == '/');
	}
}

static void check_scenario(const struct shr_scenario *scenario)
{
	assert(scenario->generation && *scenario->kernel);
	assert(scenario->nodes >= 1 && scenario->nodes <= SHR_NODES_MAX);
	assert(scenario->cpus >= 1 && scenario->cpus <= SHR_SCENARIO_CPUS);
	assert(scenario->duration_ns <= shr_scenario_longest_ns);
	for (size_t i = 0; i < scenario->memcg_count; i++)
		assert(*scenario->memcg[i].path == '/');
	for (size_t i = 0; i < scenario->loss_count; i++)
		assert(scenario->loss[i].cpu < scenario->cpus);
	check_caches(scenario);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct shr_scenario scenario;
	struct shr_err err = { .code = SHR_ERR_NONE };

	shr_scenario_init(&scenario);
	if (shr_scenario_parse(&scenario, (struct shr_str){ (const char *)data, size },
			       &err))
		check_fault(&err, size);
	else
		check_scenario(&scenario);
	shr_scenario_release(&scenario);
	return 0;
}
