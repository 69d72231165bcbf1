/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sim_driver - tasks of a scenario: who allocates, reclaims, mounts, and fills caches.
 */
#ifndef CORE_SIM_SIM_DRIVER_H
#define CORE_SIM_SIM_DRIVER_H

struct shr_err;
struct shr_sim;

/* What is mounted from the beginning.  Returns 0 or -1. */
int shr_sim_driver_mount_first(struct shr_sim *sim, struct shr_err *err);

/* All tasks of the scenario are to begin at their times.  Returns 0 or -1. */
int shr_sim_driver_start(struct shr_sim *sim, struct shr_err *err);

#endif /* CORE_SIM_SIM_DRIVER_H */
