/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * vmpressure_parts - what a memcg, or a domain without any, keeps of its pressure.
 *
 * Both locks are taken alone, and nothing is taken within them but what listeners take.
 */
#ifndef CORE_SHRINKER_VMPRESSURE_PARTS_H
#define CORE_SHRINKER_VMPRESSURE_PARTS_H

#include "core/model/pressure.h"

#include <pthread.h>

struct shr_vmpressure_listener;

struct shr_vmpressure {
	pthread_mutex_t lock; /* of what is summed up: */
	struct shr_pressure_sums tree, own;
	uint64_t sockets;

	pthread_mutex_t events; /* of who listens, held while they are told */
	struct shr_vmpressure_listener *first; /* the last to register */
};

/* Nothing was scanned, and nobody listens. */
void shr_vmpressure_init(struct shr_vmpressure *pressure);

/* Nobody listens any more. */
void shr_vmpressure_release(struct shr_vmpressure *pressure);

/* Its memcg goes offline: nobody listens any more, and who did is told so. */
void shr_vmpressure_offline(struct shr_vmpressure *pressure);

#endif /* CORE_SHRINKER_VMPRESSURE_PARTS_H */
