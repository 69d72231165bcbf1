/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/stress/arena.h"

#include "cli/stress/slice.h"
#include "core/err.h"
#include "core/shrinker/reclaimer.h"
#include "core/shrinker/shrinker.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

/*
 * Both designs run the rules of the first kernel with the second one, so that they
 * differ in nothing else.
 */
static const struct shr_release release = { 6, 7, 0 };

static void init_signals(struct arena *arena)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&arena->changed, &attr);
	pthread_condattr_destroy(&attr);
	pthread_mutex_init(&arena->lock, NULL);
}

/* Only the last task finds something here: the others are not held up in the callback.
 */
static uint64_t stuck_count(struct shr_shrinker *shrinker, struct shr_control *control)
{
	static const uint64_t enough_at_any_priority = 1 << 20;
	const struct arena *arena = shrinker->private_data;

	if (control->by->pid != (int32_t)arena->task_count - 1)
		return 0;
	return enough_at_any_priority;
}

static uint64_t stuck_scan(struct shr_shrinker *shrinker, struct shr_control *control)
{
	struct arena *arena = shrinker->private_data;

	(void)control;
	arena_rest(arena, arena->options->stuck_ns);
	return SHR_SHRINK_STOP;
}

static int open_stuck(struct arena *arena, struct shr_err *err)
{
	struct shr_shrinker *shrinker =
		shr_shrinker_alloc(arena->domain, 0, err, "stuck");

	arena->stuck = shrinker;
	if (!shrinker)
		return -1;
	shrinker->count = stuck_count;
	shrinker->scan = stuck_scan;
	shrinker->private_data = arena;
	return shr_shrinker_register(shrinker, err);
}

static int open_caches(struct arena *arena, struct shr_err *err)
{
	for (unsigned i = 0; i < ARENA_CACHES; i++)
		if (superblock_open(&arena->caches[i], arena->domain, arena->tasks,
				    NULL, err))
			return -1;
	return arena->options->stuck_ns ? open_stuck(arena, err) : 0;
}

int arena_open(struct arena *arena, const struct stress_options *options,
	       const struct slice_turn *turn, unsigned task_count, struct shr_err *err)
{
	const struct shr_domain_options rules = {
		.release = release,
		.locking = turn->locking,
		.memcgs = options->memcgs,
		.kmem = options->memcgs,
	};

	*arena = (struct arena){ .options = options, .task_count = task_count };
	init_signals(arena);
	arena->tasks = calloc(task_count, sizeof(arena->tasks[0]));
	if (!arena->tasks)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	arena->domain = shr_domain_new(&rules, err);
	if (!arena->domain ||
	    groups_open(&arena->groups, arena->domain, options->memcgs, err))
		return -1;
	return open_caches(arena, err);
}

void arena_close(struct arena *arena)
{
	shr_shrinker_free(arena->stuck);
	for (unsigned i = 0; i < ARENA_CACHES; i++) {
		superblock_shut(&arena->caches[i], NULL);
		superblock_close(&arena->caches[i]);
	}
	groups_close(&arena->groups);
	shr_domain_free(arena->domain);
	free(arena->tasks);
	pthread_cond_destroy(&arena->changed);
	pthread_mutex_destroy(&arena->lock);
}

uint64_t arena_count(struct arena *arena)
{
	uint64_t count = 0;

	for (unsigned i = 0; i < ARENA_CACHES; i++)
		count += (uint64_t)shr_lru_count_node(arena->caches[i].lru, 0);
	return count;
}

void arena_start(struct arena *arena)
{
	pthread_mutex_lock(&arena->lock);
	arena->started = true;
	pthread_cond_broadcast(&arena->changed);
	pthread_mutex_unlock(&arena->lock);
}

void arena_end(struct arena *arena)
{
	pthread_mutex_lock(&arena->lock);
	arena->started = true;
	/* relaxed: who sees it late makes another round. */
	atomic_store_explicit(&arena->ended, true, memory_order_relaxed);
	pthread_cond_broadcast(&arena->changed);
	pthread_mutex_unlock(&arena->lock);
}

void arena_wait(struct arena *arena)
{
	pthread_mutex_lock(&arena->lock);
	while (!arena->started)
		pthread_cond_wait(&arena->changed, &arena->lock);
	pthread_mutex_unlock(&arena->lock);
}

bool arena_has_ended(struct arena *arena)
{
	return atomic_load_explicit(&arena->ended, memory_order_relaxed);
}

static struct timespec in_ns(uint64_t ns)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	ns += (uint64_t)ts.tv_nsec;
	ts.tv_sec += (time_t)(ns / 1000000000);
	ts.tv_nsec = (long)(ns % 1000000000);
	return ts;
}

void arena_rest(struct arena *arena, uint64_t ns)
{
	if (!ns)
		return;
	const struct timespec until = in_ns(ns);

	pthread_mutex_lock(&arena->lock);
	while (!arena_has_ended(arena) &&
	       pthread_cond_timedwait(&arena->changed, &arena->lock, &until) !=
		       ETIMEDOUT)
		;
	pthread_mutex_unlock(&arena->lock);
}
