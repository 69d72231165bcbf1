/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arena - what the threads of a slice share: the domain and all that is in it, and when
 * to begin, to rest and to end.
 */
#ifndef CLI_STRESS_ARENA_H
#define CLI_STRESS_ARENA_H

#include "cli/stress/groups.h"
#include "cli/stress/superblock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct shr_err;
struct slice_turn;
struct stress_options;

/* As many as a small machine has mounted all the time. */
enum { ARENA_CACHES = 16 };

struct arena {
	const struct stress_options *options; /* borrowed */
	struct shr_domain *domain;	      /* owned */
	struct groups groups;
	struct superblock caches[ARENA_CACHES];
	struct shr_shrinker *stuck; /* owned; NULL: none blocks */
	unsigned task_count;
	struct reclaim_tally *tasks; /* owned */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool started;
	_Atomic bool ended; /* also under lock, for who rests */
};

/*
 * A domain with its caches and memcgs, for @task_count tasks that shrink, the last of
 * which is the one that gets stuck.  0, or -1 with *err filled in; close it then, too.
 */
int arena_open(struct arena *arena, const struct stress_options *options,
	       const struct slice_turn *turn, unsigned task_count, struct shr_err *err);
void arena_close(struct arena *arena);

/* Objects that are in lists now. */
uint64_t arena_count(struct arena *arena);

/* Let all threads begin, and end. */
void arena_start(struct arena *arena);
void arena_end(struct arena *arena);

/* Of a thread: wait for the start. */
void arena_wait(struct arena *arena);

/* Whether it is over. */
bool arena_has_ended(struct arena *arena);

/* Sleep for so long, or until the end; not at all for 0. */
void arena_rest(struct arena *arena, uint64_t ns);

#endif /* CLI_STRESS_ARENA_H */
