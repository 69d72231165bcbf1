/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * duty - what a thread does, over and over, until the arena ends.
 */
#ifndef CLI_STRESS_DUTY_H
#define CLI_STRESS_DUTY_H

#include "cli/stress/stress_tally.h"
#include "core/err.h"
#include "core/sim/random.h"

#include <pthread.h>

struct arena;
struct object;
struct worker;

/* 0, or -1 with worker->err filled in: then it is done no more. */
typedef int duty_round(struct worker *worker);

/* How many objects each worker has, to add and to take back. */
enum { DUTY_OBJECTS = 1024 };

/* Its tally is padded from others' by its size. */
struct worker {
	pthread_t thread;
	struct arena *arena;
	duty_round *round;
	unsigned task; /* of those who shrink */
	struct shr_random random;
	struct object *objects; /* borrowed: DUTY_OBJECTS */
	struct stress_tally tally;
	int status;
	struct shr_err err;
};

/*
 * A task that works with its objects and then has to reclaim: mostly from a memcg, at
 * times, as kswapd does, from all.
 */
duty_round duty_shrink;

/* A task whose reclaim comes to the shrinker that blocks. */
duty_round duty_block;

/* A filesystem is mounted, used and unmounted. */
duty_round duty_mount;

/* A memcg ends, and another one comes. */
duty_round duty_group;

#endif /* CLI_STRESS_DUTY_H */
