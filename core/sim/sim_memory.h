/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sim_memory - pages of a simulation: who has how many, and what reclaim finds.
 *
 * Those of a memcg's LRU and of its objects count against its limit and those above
 * it; where the scenario has memory, all count against what nodes have free, too.
 */
#ifndef CORE_SIM_SIM_MEMORY_H
#define CORE_SIM_SIM_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

struct shr_reclaim_request;
struct shr_sim;
struct shr_sim_group;
struct shr_sim_task;

/* What reclaim asks of pages, into sim->pages; nodes have all free that they have. */
void shr_sim_memory_init(struct shr_sim *sim);

/* @pages of @nid are @group's; whether there is room was asked before. */
void shr_sim_memory_take(struct shr_sim *sim, struct shr_sim_group *group, int32_t nid,
			 uint64_t pages);
void shr_sim_memory_return(struct shr_sim *sim, struct shr_sim_group *group,
			   int32_t nid, uint64_t pages);

/* The same, and they are on its LRU. */
void shr_sim_memory_give(struct shr_sim *sim, struct shr_sim_group *group, int32_t nid,
			 uint64_t pages);

/* What is on its LRU is its parent's. */
void shr_sim_memory_reparent(struct shr_sim *sim, struct shr_sim_group *group);

/*
 * Of a task: see that the memcg of @id and the node have room for @pages more, by
 * reclaim if need be.  False: they have none, or the memcg is gone.
 */
bool shr_sim_memory_make_room(struct shr_sim_task *task, uint64_t id, int32_t nid,
			      uint64_t pages, uint64_t gfp);

/* A request of @task's to reclaim @pages from @nid on. */
void shr_sim_memory_request(struct shr_sim_task *task, int32_t nid, uint64_t pages,
			    uint64_t gfp, struct shr_reclaim_request *request);

#endif /* CORE_SIM_SIM_MEMORY_H */
