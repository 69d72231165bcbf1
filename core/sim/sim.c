/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sim/sim.h"

#include "core/model/gfp.h"
#include "core/shrinker/lru.h"
#include "core/shrinker/memcg.h"
#include "core/sim/sim_cache.h"
#include "core/sim/sim_driver.h"
#include "core/sim/sim_group.h"
#include "core/sim/sim_memory.h"
#include "core/sim/sim_parts.h"
#include "core/sim/sim_task.h"
#include "core/sim/sim_trace.h"

#include <stdlib.h>
#include <string.h>

bool shr_sim_is_over(const struct shr_sim *sim)
{
	return sim->err.code || shr_sched_is_ending(sim->sched) ||
	       shr_sched_now(sim->sched) >= sim->end_ns;
}

void shr_sim_fail(struct shr_sim *sim, const struct shr_err *err)
{
	if (!sim->err.code)
		sim->err = *err;
}

struct shr_sim_task *shr_sim_current(const struct shr_sim *sim)
{
	return shr_sched_current(sim->sched);
}

void shr_sim_work(struct shr_sim *sim, uint64_t ns)
{
	if (shr_sim_current(sim) && ns)
		shr_sched_sleep(sim->sched, ns);
}

struct shr_sim_since shr_sim_since(const struct shr_sim *sim)
{
	return (struct shr_sim_since){ shr_sched_now(sim->sched),
				       shr_sched_waited(sim->sched) };
}

void shr_sim_waits_add(const struct shr_sim *sim, struct shr_sim_waits *waits,
		       struct shr_sim_since since)
{
	const struct shr_sim_since now = shr_sim_since(sim);
	uint64_t took_ns = now.now_ns - since.now_ns;

	waits->count++;
	waits->waited += now.waited_ns != since.waited_ns;
	waits->sum_ns += took_ns;
	if (took_ns > waits->max_ns)
		waits->max_ns = took_ns;
}

static bool resolve(struct shr_source *src, uint64_t callback,
		    struct shr_symbol *symbol)
{
	const struct shr_sim *sim = (const struct shr_sim *)src;
	const struct shr_scenario_cache *cache;

	*symbol = (struct shr_symbol){ .name = { "", 0 }, .module = { "", 0 } };
	if (!callback || callback > sim->scenario->cache_count)
		return false;
	cache = &sim->scenario->cache[callback - 1];
	symbol->name = (struct shr_str){ cache->symbol, strlen(cache->symbol) };
	if (cache->module)
		symbol->module =
			(struct shr_str){ cache->module, strlen(cache->module) };
	return true;
}

static struct shr_str text_of(struct shr_source *src, uint32_t token)
{
	return shr_tokens_text(&((struct shr_sim *)src)->tokens, token);
}

static struct shr_str comm_of(struct shr_source *src, int32_t pid, uint32_t comm)
{
	(void)pid;
	return text_of(src, comm);
}

static void print_gfp(struct shr_source *src, const struct shr_start *start,
		      bool has_gfp, char *buf, size_t size)
{
	const struct shr_sim *sim = (const struct shr_sim *)src;

	shr_gfp_print(sim->scenario->release, has_gfp ? start->gfp : 0, buf, size);
}

static int next(struct shr_source *src, struct shr_batch *batch, struct shr_err *err)
{
	struct shr_sim *sim = (struct shr_sim *)src;

	sim->count = 0;
	int got = shr_sched_run(sim->sched, err);

	/* What came before a fault is handed out before it. */
	if (!sim->count && got >= 0 && sim->err.code) {
		*err = sim->err;
		got = -1;
	}
	if (!sim->count && got < 0)
		return -1;
	*batch = (struct shr_batch){ sim->events, sim->count };
	sim->sums.events += sim->count;
	return sim->count != 0;
}

struct shr_source *shr_sim_source(struct shr_sim *sim)
{
	return &sim->src;
}

const struct shr_sim_sums *shr_sim_sums(struct shr_sim *sim)
{
	sim->sums.now_ns = shr_sched_now(sim->sched);
	sim->sums.dropped = shr_sched_misses(sim->sched);
	return &sim->sums;
}

static void describe(struct shr_sim *sim)
{
	const struct shr_scenario *scenario = sim->scenario;

	sim->capture = (struct shr_capture){
		.format = "simulation",
		.kernel = { scenario->kernel, strlen(scenario->kernel) },
		.clock = { "mono", 4 },
		.clock_unit = SHR_CLOCK_NS,
		.layouts = sim->design.layout,
		.long_size = scenario->long_size,
	};
	sim->src = (struct shr_source){ &sim->capture, next,	  resolve,
					comm_of,       print_gfp, text_of };
}

static int make_domain(struct shr_sim *sim, struct shr_err *err)
{
	const struct shr_scenario *scenario = sim->scenario;
	const struct shr_domain_options options = {
		.release = scenario->release,
		.generation = scenario->generation,
		.locking = scenario->locking,
		.nodes = scenario->nodes,
		.memcgs = scenario->memcgs,
		.kmem = scenario->kmem,
		.long_size = scenario->long_size,
		.tracer = &sim->tracer,
		.waiter = shr_sched_waiter(sim->sched),
	};

	sim->domain = shr_domain_new(&options, err);
	if (!sim->domain)
		return -1;
	shr_design_of_release(scenario->release, &sim->design);
	return 0;
}

static int allocate_parts(struct shr_sim *sim, struct shr_err *err)
{
	const struct shr_scenario *scenario = sim->scenario;

	sim->sched = shr_sched_new(err);
	if (!sim->sched)
		return -1;
	sim->events = calloc(SHR_SIM_BATCH, sizeof(*sim->events));
	sim->cpus = calloc(scenario->cpus, sizeof(*sim->cpus));
	sim->nodes = calloc((size_t)scenario->nodes, sizeof(*sim->nodes));
	if (sim->events && sim->cpus && sim->nodes)
		return 0;
	return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
}

/* The memcgs that are there when recording begins, as a recorder lists them. */
static int list_cgroups(struct shr_sim *sim, struct shr_err *err)
{
	if (!sim->scenario->memcgs)
		return 0;
	sim->listed = calloc(sim->group_count, sizeof(*sim->listed));
	if (!sim->listed)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	for (size_t i = 0; i < sim->group_count; i++)
		sim->listed[i] =
			(struct shr_listed_cgroup){ sim->groups[i]->id,
						    sim->groups[i]->path_token };
	sim->capture.cgroups = sim->listed;
	sim->capture.cgroup_count = sim->group_count;
	return 0;
}

static int set_up(struct shr_sim *sim, struct shr_err *err)
{
	if (allocate_parts(sim, err) || make_domain(sim, err))
		return -1;
	shr_sim_memory_init(sim);
	describe(sim);
	return shr_sim_group_enter_root(sim, err) ||
			       shr_sim_group_enter_first(sim, err) ||
			       shr_sim_driver_mount_first(sim, err) ||
			       list_cgroups(sim, err) || shr_sim_driver_start(sim, err)
		       ? -1
		       : 0;
}

struct shr_sim *shr_sim_new(const struct shr_scenario *scenario, struct shr_err *err)
{
	struct shr_sim *sim = calloc(1, sizeof(*sim));

	if (!sim) {
		shr_fail(err, SHR_ERR_NOMEM, "out of memory");
		return NULL;
	}
	sim->scenario = scenario;
	sim->end_ns = scenario->duration_ns;
	sim->random = shr_random_of(scenario->seed, 0);
	sim->tracer.trace = shr_sim_trace;
	if (!set_up(sim, err))
		return sim;
	shr_sim_free(sim);
	return NULL;
}

/*
 * Where tasks wait for each other for ever, what they hold is the domain's: it stays
 * as it is, for there is no way to take it from them.
 */
static void free_domain(struct shr_sim *sim)
{
	while (sim->cache_count)
		shr_sim_cache_umount(sim->caches[sim->cache_count - 1]);
	shr_domain_free(sim->domain);
}

void shr_sim_free(struct shr_sim *sim)
{
	if (!sim)
		return;
	if (!sim->sched || shr_sched_end(sim->sched))
		free_domain(sim);
	shr_sched_free(sim->sched);
	shr_sim_task_free_all(sim);
	shr_sim_group_free_all(sim);
	free(sim->caches);
	shr_tokens_release(&sim->tokens);
	free(sim->listed);
	free(sim->nodes);
	free(sim->cpus);
	free(sim->events);
	free(sim);
}
