/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sim_parts - what a simulation is made of.
 *
 * One task runs at a time and is only ever interrupted where it sleeps or waits, so
 * that nothing here has a lock.
 */
#ifndef CORE_SIM_SIM_PARTS_H
#define CORE_SIM_SIM_PARTS_H

#include "core/err.h"
#include "core/model/design.h"
#include "core/shrinker/domain.h"
#include "core/shrinker/reclaim.h"
#include "core/sim/random.h"
#include "core/sim/scenario.h"
#include "core/sim/sched.h"
#include "core/sim/sim.h"
#include "core/sim/tokens.h"
#include "core/stream.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shr_memcg;
struct shr_shrinker;
struct shr_sim_cache;
struct shr_sim_group;

enum { SHR_SIM_BATCH = 512 };

/* A thread of the simulated kernel; it is what sched's tasks run with. */
struct shr_sim_task {
	struct shr_sim *sim;
	struct shr_sim_task *next, *prev; /* of all */
	void (*work)(struct shr_sim_task *task);
	const void *what;  /* of the scenario */
	uint64_t number;   /* of those of one statement, from 1 */
	uint64_t until_ns; /* when what it made is to go again */
	struct shr_random random;
	uint64_t freed_pages; /* by its scans, since it was asked last */
	uint64_t batches;     /* of the call that it is in */
	int32_t pid, nid;
	uint32_t cpu;
	uint32_t comm;
};

/* A memcg. */
struct shr_sim_group {
	const struct shr_scenario_memcg *conf; /* NULL: it is only above others */
	struct shr_memcg *memcg;
	struct shr_sim_group *parent;
	char *path; /* owned */
	uint64_t id;
	uint64_t usage;	 /* pages, with those below */
	uint64_t *pages; /* owned: on its LRU, by node */
	unsigned slot;	 /* where caches keep its objects */
	unsigned children;
	uint32_t path_token;
};

struct shr_sim_node {
	uint64_t free;
	bool kswapd_runs;
};

struct shr_sim_cpu {
	uint64_t last_ns;	/* its last event; 0: none yet */
	uint64_t lost_until_ns; /* its events are, up to then */
};

struct shr_sim {
	struct shr_source src;	  /* first: its functions cast back */
	struct shr_tracer tracer; /* as these do */
	struct shr_pages pages;
	struct shr_capture capture;
	const struct shr_scenario *scenario;
	struct shr_design design;
	struct shr_sched *sched;   /* owned */
	struct shr_domain *domain; /* owned */
	struct shr_tokens tokens;
	struct shr_listed_cgroup *listed; /* owned */
	struct shr_random random;
	uint64_t end_ns;

	struct shr_event *events; /* owned: SHR_SIM_BATCH */
	size_t count;
	struct shr_sim_cpu *cpus; /* owned */

	struct shr_sim_group **groups; /* owned, as each of them; by id */
	size_t group_count, group_cap;
	struct shr_sim_group *root; /* without a memcg where there are none */
	bool *slots;		    /* owned: which are taken */
	unsigned slot_count;
	uint64_t last_id;
	bool cgroup_busy; /* somebody makes one, or removes one */

	struct shr_sim_cache **caches; /* owned, as each of them; NULL: gone */
	size_t cache_count, cache_cap;
	uint64_t last_cache;
	struct shr_sim_node *nodes; /* owned */
	struct shr_sim_task *tasks; /* owned: the first of all */
	uint64_t task_count;	    /* that there ever were */
	struct shr_sim_sums sums;
	struct shr_err err; /* why it cannot go on; code NONE: it can */
};

/* Whether to begin nothing any more. */
bool shr_sim_is_over(const struct shr_sim *sim);

/* The simulation cannot go on; the first reason is kept. */
void shr_sim_fail(struct shr_sim *sim, const struct shr_err *err);

/* The task that runs; NULL before any does. */
struct shr_sim_task *shr_sim_current(const struct shr_sim *sim);

/* Let @ns of work pass. */
void shr_sim_work(struct shr_sim *sim, uint64_t ns);

/* When something began that the running task may have to wait for. */
struct shr_sim_since {
	uint64_t now_ns, waited_ns;
};
struct shr_sim_since shr_sim_since(const struct shr_sim *sim);

/* It is done: add how long it took. */
void shr_sim_waits_add(const struct shr_sim *sim, struct shr_sim_waits *waits,
		       struct shr_sim_since since);

#endif /* CORE_SIM_SIM_PARTS_H */
