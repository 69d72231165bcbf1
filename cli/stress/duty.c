/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/stress/duty.h"

#include "cli/stress/arena.h"
#include "cli/stress/slice.h"
#include "core/shrinker/memcg.h"
#include "core/shrinker/reclaimer.h"
#include "core/shrinker/slab.h"

#include <stddef.h>

enum {
	MOVES = 16,	 /* objects that are looked after before each reclaim */
	MOUNT_FILES = 4, /* objects that a mount brings along */
	GLOBAL_ONE_IN = 8,
	TAKEN_BACK_ONE_IN = 4,
	HARDEST = 0,
	PRIORITIES = 5, /* from 4 on, as node_reclaim() begins: lists are short */
	LIGHTEST = 12,
};

static struct shr_reclaimer reclaimer(const struct worker *worker, int priority)
{
	return (struct shr_reclaimer){ .pid = (int32_t)worker->task,
				       .priority = priority };
}

/* A free object is used, and now and then one that is used is given up. */
static int move_object(struct worker *worker, struct shr_memcg *memcg)
{
	struct object *object = &worker->objects[shr_random_between(&worker->random, 0,
								    DUTY_OBJECTS - 1)];
	struct superblock *cache = &worker->arena->caches[shr_random_between(
		&worker->random, 0, ARENA_CACHES - 1)];

	if (object_is_listed(object)) {
		if (!shr_random_between(&worker->random, 0, TAKEN_BACK_ONE_IN - 1))
			worker->tally.deleted += object_del(object);
		return 0;
	}
	if (object_add(object, cache, memcg, &worker->err) < 0)
		return -1;
	worker->tally.added++;
	return 0;
}

/* Every memcg there is, those that have ended and are still held included. */
static void shrink_all(struct shr_domain *domain, const struct shr_reclaimer *by)
{
	struct shr_memcg *memcg = NULL;

	if (!shr_memcg_root(domain))
		shr_slab_shrink(domain, by, 0, NULL);
	else
		while ((memcg = shr_memcg_next(domain, memcg)))
			shr_slab_shrink(domain, by, 0, memcg);
}

int duty_shrink(struct worker *worker)
{
	struct arena *arena = worker->arena;
	struct shr_memcg *memcg = groups_pick(&arena->groups, &worker->random);
	const struct shr_reclaimer by =
		reclaimer(worker, HARDEST + (int)shr_random_between(&worker->random, 0,
								    PRIORITIES - 1));
	int status = 0;

	for (unsigned i = 0; i < MOVES && !status; i++)
		status = move_object(worker, memcg);
	if (shr_random_between(&worker->random, 0, GLOBAL_ONE_IN - 1))
		shr_slab_shrink(arena->domain, &by, 0, memcg);
	else
		shrink_all(arena->domain, &by);
	shr_memcg_put(memcg);
	return status;
}

int duty_block(struct worker *worker)
{
	struct shr_domain *domain = worker->arena->domain;
	const struct shr_reclaimer by = reclaimer(worker, LIGHTEST);

	shr_slab_shrink(domain, &by, 0, shr_memcg_root(domain));
	return 0;
}

static int use_mount(struct worker *worker, struct superblock *mount)
{
	struct shr_memcg *memcg = groups_pick(&worker->arena->groups, &worker->random);
	int status = 0;

	for (unsigned i = 0; i < MOUNT_FILES && !status; i++) {
		if (object_add(&worker->objects[i], mount, memcg, &worker->err) < 0)
			status = -1;
		else
			worker->tally.added++;
	}
	shr_memcg_put(memcg);
	return status;
}

int duty_mount(struct worker *worker)
{
	struct arena *arena = worker->arena;
	struct superblock mount;
	uint64_t took_ns;

	if (superblock_open(&mount, arena->domain, arena->tasks, &took_ns,
			    &worker->err))
		return -1;
	histogram_add(&worker->tally.registering, took_ns);
	int status = use_mount(worker, &mount);

	arena_rest(arena, arena->options->pause_ns);
	superblock_shut(&mount, &took_ns);
	histogram_add(&worker->tally.freeing, took_ns);
	for (unsigned i = 0; i < MOUNT_FILES; i++)
		if (object_is_listed(&worker->objects[i]))
			worker->tally.deleted += object_del(&worker->objects[i]);
	superblock_close(&mount);
	arena_rest(arena, arena->options->pause_ns);
	return status;
}

int duty_group(struct worker *worker)
{
	struct arena *arena = worker->arena;

	if (groups_replace(&arena->groups, &worker->random, &worker->err))
		return -1;
	worker->tally.memcgs++;
	arena_rest(arena, arena->options->pause_ns);
	return 0;
}
