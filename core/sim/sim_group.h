/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sim_group - memcgs of a simulation: how they come, go, and what they use.
 *
 * Whoever sleeps may find a group gone, and looks it up again by its id.
 */
#ifndef CORE_SIM_SIM_GROUP_H
#define CORE_SIM_SIM_GROUP_H

#include <stdint.h>

struct shr_err;
struct shr_memcg;
struct shr_scenario_memcg;
struct shr_sim;
struct shr_sim_group;
struct shr_sim_task;

/* The root.  Returns 0 or -1. */
int shr_sim_group_enter_root(struct shr_sim *sim, struct shr_err *err);

/*
 * Those that are there from the beginning, and whatever has to be above the others;
 * nothing of it is recorded.  Returns 0 or -1.
 */
int shr_sim_group_enter_first(struct shr_sim *sim, struct shr_err *err);

/* All of them, when nobody runs any more. */
void shr_sim_group_free_all(struct shr_sim *sim);

/* By id, or by its memcg (NULL: the root's); NULL: it is gone. */
struct shr_sim_group *shr_sim_group_find(const struct shr_sim *sim, uint64_t id);
struct shr_sim_group *shr_sim_group_of(const struct shr_sim *sim,
				       const struct shr_memcg *memcg);
struct shr_sim_group *shr_sim_group_at(const struct shr_sim *sim, const char *path);

/* @group and those above it use @pages more, or less. */
void shr_sim_group_charge(struct shr_sim_group *group, int64_t pages);

/* Of a task: lead the life of the memcg that it is for. */
void shr_sim_group_live(struct shr_sim_task *task);

/* Of a task: let memcgs come again and again. */
void shr_sim_group_churn(struct shr_sim_task *task);

#endif /* CORE_SIM_SIM_GROUP_H */
