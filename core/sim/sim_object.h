/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sim_object - objects of simulated caches that are on a list_lru.
 */
#ifndef CORE_SIM_SIM_OBJECT_H
#define CORE_SIM_SIM_OBJECT_H

#include <stdint.h>

struct shr_err;
struct shr_memcg;
struct shr_sim_cache;

/* Put @count new ones on the list of @nid and @memcg.  0 or -1. */
int shr_sim_object_add(struct shr_sim_cache *cache, int32_t nid,
		       struct shr_memcg *memcg, uint64_t count, struct shr_err *err);

/* Look at @count of them, from the oldest on; how many were freed. */
uint64_t shr_sim_object_scan(struct shr_sim_cache *cache, int32_t nid,
			     struct shr_memcg *memcg, uint64_t count);

/* All of them go. */
void shr_sim_object_free_all(struct shr_sim_cache *cache);

#endif /* CORE_SIM_SIM_OBJECT_H */
