/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sim/sim_task.h"

#include "core/model/gfp.h"
#include "core/shrinker/reclaimer.h"
#include "core/sim/sim_parts.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_PID = 1000 };

static void unlink_task(struct shr_sim_task *task)
{
	*(task->prev ? &task->prev->next : &task->sim->tasks) = task->next;
	if (task->next)
		task->next->prev = task->prev;
}

static void choose_cpu(struct shr_sim_task *task)
{
	uint32_t cpus = task->sim->scenario->cpus;

	task->cpu = (uint32_t)shr_random_between(&task->random, 0, cpus - 1);
}

static void run(void *data)
{
	struct shr_sim_task *task = data;

	choose_cpu(task);
	task->work(task);
	unlink_task(task);
	free(task);
}

static struct shr_sim_task *new_task(struct shr_sim *sim,
				     const struct shr_sim_task_start *start,
				     struct shr_err *err)
{
	struct shr_sim_task *task = calloc(1, sizeof(*task));

	if (!task) {
		shr_fail(err, SHR_ERR_NOMEM, "out of memory");
		return NULL;
	}
	*task = (struct shr_sim_task){
		.sim = sim,
		.work = start->work,
		.what = start->what,
		.number = start->number,
		.until_ns = start->until_ns,
		.nid = start->nid,
		.pid = start->pid ? start->pid
				  : (int32_t)(FIRST_PID + sim->task_count % 1000000),
		.random = shr_random_of(sim->scenario->seed, ++sim->task_count),
		.comm = shr_tokens_intern(&sim->tokens, start->comm, err),
	};
	if (task->comm)
		return task;
	free(task);
	return NULL;
}

int shr_sim_task_start(struct shr_sim *sim, const struct shr_sim_task_start *start,
		       struct shr_err *err)
{
	struct shr_sim_task *task = new_task(sim, start, err);

	if (!task)
		return -1;
	if (shr_sched_start(sim->sched, start->at_ns, run, task, err)) {
		free(task);
		return -1;
	}
	task->next = sim->tasks;
	if (task->next)
		task->next->prev = task;
	sim->tasks = task;
	return 0;
}

void shr_sim_task_free_all(struct shr_sim *sim)
{
	struct shr_sim_task *next;

	for (struct shr_sim_task *task = sim->tasks; task; task = next) {
		next = task->next;
		free(task);
	}
	sim->tasks = NULL;
}

bool shr_sim_task_sleep_until(struct shr_sim_task *task, uint64_t at_ns)
{
	struct shr_sim *sim = task->sim;
	uint64_t now_ns = shr_sched_now(sim->sched);

	if (at_ns >= sim->end_ns || shr_sim_is_over(sim))
		return false;
	if (at_ns > now_ns) {
		shr_sched_sleep(sim->sched, at_ns - now_ns);
		/* Who slept is put where there is room. */
		if (shr_random_percent(&task->random, 25))
			choose_cpu(task);
	}
	return !shr_sim_is_over(sim);
}

bool shr_sim_task_await(struct shr_sim_task *task, const struct shr_times *times,
			uint64_t late_ns, uint64_t *round)
{
	const uint64_t now_ns = shr_sched_now(task->sim->sched);
	const uint64_t first_ns = times->from_ns + late_ns;

	if (!times->every_ns)
		return !(*round)++ && shr_sim_task_sleep_until(task, first_ns);
	if (*round && now_ns > first_ns &&
	    *round < (now_ns - first_ns) / times->every_ns + 1)
		*round = (now_ns - first_ns) / times->every_ns + 1;
	uint64_t due_ns = first_ns + (*round)++ * times->every_ns;

	return due_ns < times->until_ns && shr_sim_task_sleep_until(task, due_ns);
}

void shr_sim_task_as_reclaimer(const struct shr_sim_task *task, uint64_t gfp,
			       struct shr_reclaimer *by)
{
	*by = (struct shr_reclaimer){
		.pid = task->pid,
		.cpu = task->cpu,
		.comm = task->comm,
		.gfp = gfp,
		.may = shr_gfp_may(task->sim->scenario->release, gfp),
	};
}

uint64_t shr_sim_task_gfp(const struct shr_sim *sim, const char *names,
			  const char *other)
{
	const char *text = names ? names : other;
	uint64_t mask;

	/* The scenario was checked: it has none but names of this release. */
	shr_gfp_parse(sim->scenario->release, (struct shr_str){ text, strlen(text) },
		      &mask);
	return mask;
}
