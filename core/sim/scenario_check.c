/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sim/scenario_check.h"

#include "core/err.h"
#include "core/model/gfp.h"
#include "core/sim/scenario.h"

#include <string.h>

static int fail_line(uint64_t line, struct shr_err *err, const char *what)
{
	return shr_fail_at(err, SHR_ERR_RANGE, SHR_NO_OFFSET, line, "%s", what);
}

static int check_gfp(const struct shr_scenario *scenario, const char *gfp,
		     uint64_t line, struct shr_err *err)
{
	uint64_t mask;

	if (!gfp || shr_gfp_parse(scenario->release,
				  (struct shr_str){ gfp, strlen(gfp) }, &mask))
		return 0;
	return shr_fail_at(err, SHR_ERR_RANGE, SHR_NO_OFFSET, line,
			   "expected gfp flags of %s, not '%.60s'", scenario->kernel,
			   gfp);
}

static int check_stay(const struct shr_stay *stay, const char *name, uint64_t line,
		      struct shr_err *err)
{
	if (stay->until_ns <= stay->from_ns)
		return fail_line(line, err, "expected 'until' after 'from'");
	if (stay->every_ns && !stay->most_ns)
		return fail_line(line, err, "expected 'lives' with 'every'");
	if (stay->most_ns && !stay->every_ns)
		return fail_line(line, err, "expected 'every' with 'lives'");
	if ((stay->times > 1 || stay->every_ns) && !strstr(name, "%d"))
		return fail_line(line, err,
				 "expected %d in the name of what is there many times");
	return 0;
}

static int check_cache(const struct shr_scenario *scenario,
		       const struct shr_scenario_cache *cache, struct shr_err *err)
{
	if (check_stay(&cache->stay, cache->name, cache->line, err))
		return -1;
	if (!cache->symbol)
		return fail_line(cache->line, err, "expected a 'callback'");
	if (!cache->seeks && scenario->generation->delta != SHR_DELTA_PRIORITY_HALF)
		return shr_fail_at(err, SHR_ERR_RANGE, SHR_NO_OFFSET, cache->line,
				   "expected seeks above 0: %s divides by it",
				   scenario->kernel);
	if (cache->lists && (cache->objects > SHR_SCENARIO_OBJECTS ||
			     (cache->growth_count && cache->most == shr_scenario_most)))
		return fail_line(cache->line, err,
				 "expected at most 1000000 'objects' on 'lists', and a "
				 "bound by 'most' where they grow");
	if (cache->lists && cache->growth_count && cache->most > SHR_SCENARIO_OBJECTS)
		return fail_line(cache->line, err,
				 "expected 'most' up to 1000000 on 'lists'");
	return 0;
}

/*
 * Where a release may carry several, the first of a line is what it was when it came
 * out, and any later one has all that was brought back to it.
 */
static const struct shr_generation *generation_of(struct shr_release release)
{
	const unsigned mask = shr_generations_of_release(release);
	const bool first = release.patch == 0;
	unsigned id = first ? 0 : SHR_GEN_COUNT - 1;

	while (!(mask >> id & 1))
		id += first ? 1 : -1u;
	return shr_generation_get((enum shr_generation_id)id);
}

static int check_caches(struct shr_scenario *scenario, struct shr_err *err)
{
	if (!scenario->generation)
		scenario->generation = generation_of(scenario->release);
	for (size_t i = 0; i < scenario->cache_count; i++)
		if (check_cache(scenario, &scenario->cache[i], err))
			return -1;
	return 0;
}

static int check_reclaim(const struct shr_scenario *scenario,
			 const struct shr_scenario_reclaim *reclaim,
			 struct shr_err *err)
{
	static const struct shr_release first_with_memory_reclaim = { 5, 19, 0 };
	const bool limits =
		reclaim->how == SHR_HOW_LIMIT || reclaim->how == SHR_HOW_PROACTIVE;

	if (limits && !reclaim->memcg)
		return fail_line(reclaim->line, err,
				 "expected a 'memcg', whose limit it is");
	if (limits && !scenario->memcgs)
		return fail_line(reclaim->line, err, "expected a kernel with memcgs");
	if (reclaim->how == SHR_HOW_PROACTIVE &&
	    shr_release_compare(scenario->release, first_with_memory_reclaim) < 0)
		return fail_line(reclaim->line, err,
				 "expected a kernel from 5.19 on, the first with "
				 "memory.reclaim");
	if (reclaim->nid >= scenario->nodes)
		return fail_line(reclaim->line, err, "expected a node that there is");
	return check_gfp(scenario, reclaim->gfp, reclaim->line, err);
}

static int check_tasks(const struct shr_scenario *scenario, struct shr_err *err)
{
	for (size_t i = 0; i < scenario->task_count; i++) {
		const struct shr_scenario_task *task = &scenario->task[i];

		if (!task->pages)
			return fail_line(
				task->line, err,
				"expected 'pages', and when it allocates them");
		if (task->nid >= scenario->nodes)
			return fail_line(task->line, err,
					 "expected a node that there is");
		if (check_gfp(scenario, task->gfp, task->line, err))
			return -1;
	}
	for (size_t i = 0; i < scenario->reclaim_count; i++)
		if (check_reclaim(scenario, &scenario->reclaim[i], err))
			return -1;
	return 0;
}

static int check_memcgs(struct shr_scenario *scenario,
			const struct shr_scenario_lines *lines, struct shr_err *err)
{
	static const struct shr_release first_with_memcgs = { 4, 0, 0 };
	const bool has = shr_release_compare(scenario->release, first_with_memcgs) >= 0;

	if (!has && lines->first_memcg)
		return fail_line(lines->first_memcg, err,
				 "expected no memcgs before 4.0, the first kernel to "
				 "shrink them");
	if (!lines->memcgs)
		scenario->memcgs = scenario->kmem = has;
	if (!scenario->memcgs && scenario->memcg_count)
		return fail_line(scenario->memcg[0].line, err,
				 "expected no memcg with 'memcgs no'");
	for (size_t i = 0; i < scenario->memcg_count; i++)
		if (check_stay(&scenario->memcg[i].stay, scenario->memcg[i].path,
			       scenario->memcg[i].line, err))
			return -1;
	return 0;
}

int shr_scenario_check(struct shr_scenario *scenario,
		       const struct shr_scenario_lines *lines, struct shr_err *err)
{
	const struct shr_scenario_memory *memory = &scenario->memory;

	if (!lines->kernel)
		return fail_line(lines->last ? lines->last : 1, err,
				 "expected a statement 'kernel'");
	if (memory->present &&
	    (memory->min > memory->low || memory->low > memory->high ||
	     memory->high > memory->pages || memory->lru > memory->pages))
		return fail_line(lines->last, err,
				 "expected min, low, high and lru of memory to ascend, "
				 "within its pages");
	for (size_t i = 0; i < scenario->loss_count; i++)
		if (scenario->loss[i].cpu >= scenario->cpus)
			return fail_line(
				lines->last, err,
				"expected to lose events of a CPU that there is");
	if (check_memcgs(scenario, lines, err) || check_caches(scenario, err))
		return -1;
	return check_tasks(scenario, err);
}
