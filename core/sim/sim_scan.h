/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sim_scan - callbacks of simulated caches: how they count, and what a scan finds.
 */
#ifndef CORE_SIM_SIM_SCAN_H
#define CORE_SIM_SIM_SCAN_H

#include <stdint.h>

struct shr_control;
struct shr_err;
struct shr_memcg;
struct shr_shrinker;
struct shr_sim_cache;
struct shr_sim_place;

/* As count() and scan() of a shrinker. */
uint64_t shr_sim_scan_count(struct shr_shrinker *shrinker, struct shr_control *control);
uint64_t shr_sim_scan_scan(struct shr_shrinker *shrinker, struct shr_control *control);

#endif /* CORE_SIM_SIM_SCAN_H */
