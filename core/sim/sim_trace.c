/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Each event takes a nanosecond, so that no two of them happened at once: whoever
 * merges them by time gets the same order.
 */
#include "core/sim/sim_trace.h"

#include "core/shrinker/memcg.h"
#include "core/shrinker/shrinker.h"
#include "core/sim/sim_cache.h"
#include "core/sim/sim_parts.h"

/* Where memcgs lie in the emulated kernel; none is ever where another was. */
static const uint64_t first_memcg = 0xffff8882d0000000, memcg_step = 0x1000;

static const struct shr_release first_with_batch = { 3, 1, 0 },
				first_with_flags = { 3, 12, 0 },
				first_with_id = { 4, 19, 0 },
				first_with_no_id = { 7, 2, 0 };

/* Until when events are lost that @loss has at @now_ns; 0: none are. */
static uint64_t lost_until(const struct shr_scenario_loss *loss, uint64_t now_ns)
{
	const struct shr_times *times = &loss->times;

	if (now_ns < times->from_ns)
		return 0;
	uint64_t since_ns = now_ns - times->from_ns;

	if (times->every_ns)
		since_ns %= times->every_ns;
	uint64_t from_ns = now_ns - since_ns;

	return from_ns < times->until_ns && since_ns < loss->for_ns
		       ? from_ns + loss->for_ns
		       : 0;
}

static uint64_t clock_ns(const struct shr_sim *sim)
{
	return sim->scenario->start_ns + shr_sched_now(sim->sched);
}

static void append(struct shr_sim *sim, const struct shr_event *event)
{
	if (sim->count == SHR_SIM_BATCH)
		shr_sched_pause(sim->sched);
	/* Nobody will ask for more. */
	if (shr_sched_is_ending(sim->sched))
		return;
	sim->events[sim->count++] = *event;
	shr_sched_tick(sim->sched);
}

/* Told at once, as stream.h has it: how many they are nobody knows yet. */
static void append_loss(struct shr_sim *sim, uint32_t cpu)
{
	struct shr_sim_cpu *of = &sim->cpus[cpu];
	const struct shr_event loss = {
		.kind = SHR_LOST,
		.has = SHR_HAS_TIME | SHR_HAS_CPU,
		.cpu = cpu,
		.ts_ns = sim->scenario->start_ns + of->lost_until_ns,
		.lost = { .from_ns = of->last_ns },
	};

	sim->capture.lost_gaps++;
	append(sim, &loss);
}

static bool is_lost(struct shr_sim *sim, uint32_t cpu)
{
	const struct shr_scenario *scenario = sim->scenario;
	const uint64_t now_ns = shr_sched_now(sim->sched);
	struct shr_sim_cpu *of = &sim->cpus[cpu];

	if (now_ns < of->lost_until_ns)
		return true;
	for (size_t i = 0; i < scenario->loss_count; i++) {
		uint64_t until_ns = lost_until(&scenario->loss[i], now_ns);

		if (scenario->loss[i].cpu == cpu && until_ns > of->lost_until_ns)
			of->lost_until_ns = until_ns;
	}
	if (now_ns >= of->lost_until_ns)
		return false;
	append_loss(sim, cpu);
	return true;
}

/* @event happens now, to the running task, if there is one. */
static void record(struct shr_sim *sim, struct shr_event *event)
{
	const struct shr_sim_task *task = shr_sim_current(sim);

	if (shr_sched_is_ending(sim->sched) || !task)
		return;
	event->cpu = task->cpu;
	event->pid = task->pid;
	event->comm = task->comm;
	event->has |= SHR_HAS_TIME | SHR_HAS_CPU | SHR_HAS_PID;
	if (is_lost(sim, task->cpu))
		return;
	event->ts_ns = clock_ns(sim);
	sim->cpus[task->cpu].last_ns = event->ts_ns;
	sim->capture.context += event->kind == SHR_CONTEXT;
	append(sim, event);
}

static bool is_from(const struct shr_sim *sim, struct shr_release release)
{
	return shr_release_compare(sim->scenario->release, release) >= 0;
}

static int32_t raw_id(const struct shr_sim *sim, const struct shr_shrinker *shrinker)
{
	if (shrinker->id >= 0)
		return shrinker->id;
	return is_from(sim, first_with_no_id) ? -1 : 0;
}

/* Just behind its start: what a probe reads in that kernel, and the name in any. */
static void record_identity(struct shr_sim *sim, const struct shr_event *start,
			    const struct shr_shrinker *shrinker,
			    const struct shr_control *control)
{
	const struct shr_memcg *memcg = control->memcg;
	struct shr_event event = {
		.kind = SHR_IDENTITY,
		.shrinker = start->shrinker,
		.has = SHR_HAS_SHRINKER | SHR_HAS_SEEKS | SHR_HAS_NAME,
		.identity = { .batch = shrinker->batch,
			      .seeks = shrinker->seeks,
			      .flags = shr_shrinker_raw_flags(shrinker),
			      .id = raw_id(sim, shrinker),
			      .name = shr_sim_cache_of(shrinker)->name_token },
	};

	event.has |= is_from(sim, first_with_batch) ? SHR_HAS_BATCH : 0;
	event.has |= is_from(sim, first_with_flags) ? SHR_HAS_FLAGS : 0;
	event.has |= is_from(sim, first_with_id) ? SHR_HAS_ID : 0;
	event.has |= sim->scenario->memcgs ? SHR_HAS_MEMCG_PTR : 0;
	if (memcg) {
		event.memcg_id = shr_memcg_id(memcg);
		event.identity.memcg = first_memcg + event.memcg_id * memcg_step;
		event.has |= SHR_HAS_MEMCG;
	}
	record(sim, &event);
}

void shr_sim_trace(struct shr_tracer *tracer, const struct shr_event *event,
		   const struct shr_shrinker *shrinker,
		   const struct shr_control *control)
{
	struct shr_sim *sim =
		(struct shr_sim *)((char *)tracer - offsetof(struct shr_sim, tracer));
	struct shr_event copy = *event;

	record(sim, &copy);
	if (event->kind != SHR_START)
		return;
	struct shr_sim_task *task = shr_sim_current(sim);

	sim->sums.calls++;
	if (task)
		task->batches = 0;
	if (sim->scenario->identity)
		record_identity(sim, event, shrinker, control);
}

void shr_sim_trace_context(struct shr_sim *sim, enum shr_context_kind kind,
			   const struct shr_sim_group *group)
{
	struct shr_event event = { .kind = SHR_CONTEXT, .context = { .kind = kind } };

	if (!sim->scenario->context)
		return;
	if (group) {
		event.memcg_id = group->id;
		event.context.path = group->path_token;
		event.has |= SHR_HAS_MEMCG | SHR_HAS_NAME | SHR_HAS_ROOT;
	}
	record(sim, &event);
}
