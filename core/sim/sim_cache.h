/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sim_cache - caches of a simulation: their objects, and what their callbacks do.
 *
 * A place is what a cache has of a memcg on a node.  Its objects are numbers, or, on
 * lists, things on a list_lru whose isolate callback is asked about each.
 */
#ifndef CORE_SIM_SIM_CACHE_H
#define CORE_SIM_SIM_CACHE_H

#include "core/sim/random.h"

#include <stdbool.h>
#include <stdint.h>

struct shr_err;
struct shr_lru;
struct shr_memcg;
struct shr_scenario_cache;
struct shr_shrinker;
struct shr_sim;
struct shr_sim_group;
struct shr_sim_task;

struct shr_sim_place {
	uint64_t objects;
	uint64_t referenced, pinned; /* of these; not of those on lists */
};

struct shr_sim_cache {
	struct shr_sim *sim;
	const struct shr_scenario_cache *conf;
	struct shr_shrinker *shrinker; /* owned */
	struct shr_lru *lru;	       /* owned; NULL: its objects are numbers */
	struct shr_sim_place **places; /* owned, as each of them: by slot, by node */
	unsigned slot_count;
	int32_t nodes;	 /* that it tells apart */
	bool by_memcg;	 /* it tells memcgs apart */
	bool going;	 /* nobody adds to it any more */
	uint64_t serial; /* no other cache ever has it */
	uint64_t next_stuck;
	struct shr_random random;
	uint32_t name_token;
};

/* The cache that @shrinker, one of a simulation's, shrinks; never NULL. */
struct shr_sim_cache *shr_sim_cache_of(const struct shr_shrinker *shrinker);

/*
 * A cache of @conf, which is used from now on; its waits are the running task's.  NULL
 * with *err filled in.
 */
struct shr_sim_cache *shr_sim_cache_mount(struct shr_sim *sim,
					  const struct shr_scenario_cache *conf,
					  uint64_t number, struct shr_err *err);

/* It is not used any more, and its objects are gone.  NULL is fine. */
void shr_sim_cache_umount(struct shr_sim_cache *cache);

/* NULL: it is gone. */
struct shr_sim_cache *shr_sim_cache_find(const struct shr_sim *sim, uint64_t serial);

/* A memcg came: caches that are used in it have their first objects.  0 or -1. */
int shr_sim_cache_enter_group(struct shr_sim *sim, struct shr_sim_group *group,
			      struct shr_err *err);

/* A memcg goes: its objects are its parent's. */
void shr_sim_cache_leave_group(struct shr_sim *sim, struct shr_sim_group *group);

/* Pages that @count more objects take there. */
uint64_t shr_sim_cache_pages_for(const struct shr_sim_cache *cache,
				 const struct shr_sim_group *group, int32_t nid,
				 uint64_t count);

/* Add them, up to the bound of a place.  0 or -1. */
int shr_sim_cache_add(struct shr_sim_cache *cache, struct shr_sim_group *group,
		      int32_t nid, uint64_t count, struct shr_err *err);

/* @count of them are gone from there. */
void shr_sim_cache_forget(struct shr_sim_cache *cache, struct shr_sim_group *group,
			  int32_t nid, uint64_t count);

/* Whether objects of @group can be in it. */
bool shr_sim_cache_is_used_in(const struct shr_sim_cache *cache,
			      const struct shr_sim_group *group);

#endif /* CORE_SIM_SIM_CACHE_H */
