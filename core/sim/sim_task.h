/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sim_task - threads of the simulated kernel.
 */
#ifndef CORE_SIM_SIM_TASK_H
#define CORE_SIM_SIM_TASK_H

#include <stdbool.h>
#include <stdint.h>

struct shr_err;
struct shr_reclaimer;
struct shr_sim;
struct shr_times;
struct shr_sim_task;

struct shr_sim_task_start {
	void (*work)(struct shr_sim_task *task);
	const void *what;
	const char *comm;
	uint64_t number;
	uint64_t at_ns, until_ns;
	int32_t pid; /* 0: the next one */
	int32_t nid;
};

/* A task that begins at its time, and is gone when its work is done.  0 or -1. */
int shr_sim_task_start(struct shr_sim *sim, const struct shr_sim_task_start *start,
		       struct shr_err *err);

/* Tasks that never came to run, when none will any more. */
void shr_sim_task_free_all(struct shr_sim *sim);

/* Sleep until @at_ns, if that is to come.  False: it is over before. */
bool shr_sim_task_sleep_until(struct shr_sim_task *task, uint64_t at_ns);

/*
 * Sleep until @times say so again, later by @late_ns; *round, 0 at first, is how often
 * they did, and those that passed meanwhile are left out.  False: that was the last.
 */
bool shr_sim_task_await(struct shr_sim_task *task, const struct shr_times *times,
			uint64_t late_ns, uint64_t *round);

/* Who @task is as a reclaimer, by @gfp. */
void shr_sim_task_as_reclaimer(const struct shr_sim_task *task, uint64_t gfp,
			       struct shr_reclaimer *by);

/* The mask of those names; @other where there is none. */
uint64_t shr_sim_task_gfp(const struct shr_sim *sim, const char *names,
			  const char *other);

#endif /* CORE_SIM_SIM_TASK_H */
