/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/stress/crew.h"

#include "cli/stress/arena.h"
#include "cli/stress/duty.h"
#include "cli/stress/slice.h"
#include "core/err.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct crew {
	struct arena *arena;
	struct object *objects; /* owned: of all workers */
	unsigned count;		/* with a thread */
	struct worker workers[];
};

static void *work(void *arg)
{
	struct worker *worker = arg;

	arena_wait(worker->arena);
	while (!arena_has_ended(worker->arena) && !worker->status)
		worker->status = worker->round(worker);
	if (worker->status)
		arena_end(worker->arena);
	return NULL;
}

static int start_worker(struct crew *crew, duty_round *round, unsigned task,
			uint64_t seed, struct shr_err *err)
{
	struct worker *worker = &crew->workers[crew->count];

	*worker = (struct worker){ .arena = crew->arena, .round = round, .task = task };
	worker->random = shr_random_of(seed, (uint64_t)crew->count);
	worker->objects = crew->objects + (size_t)crew->count * DUTY_OBJECTS;
	int fault = pthread_create(&worker->thread, NULL, work, worker);

	if (fault)
		return shr_fail(err, SHR_ERR_NOMEM, "expected to get thread %u: %s",
				crew->count + 1, strerror(fault));
	crew->count++;
	return 0;
}

static int start_all(struct crew *crew, const struct slice_turn *turn,
		     struct shr_err *err)
{
	const struct stress_options *options = crew->arena->options;
	const struct {
		duty_round *round;
		unsigned count;
	} duties[] = {
		{ duty_shrink, turn->threads },
		{ duty_block, options->stuck_ns != 0 },
		{ duty_mount, options->mounts },
		{ duty_group, options->memcgs != 0 },
	};

	/* The numbers of those who shrink come first: mounts have none, and need none.
	 */
	for (size_t kind = 0; kind < sizeof(duties) / sizeof(duties[0]); kind++)
		for (unsigned i = 0; i < duties[kind].count; i++)
			if (start_worker(crew, duties[kind].round, crew->count,
					 turn->seed, err))
				return -1;
	return 0;
}

/* Without threads yet; NULL: no memory. */
static struct crew *new_crew(struct arena *arena)
{
	size_t most = arena->task_count + (size_t)arena->options->mounts + 1;
	struct crew *crew = calloc(1, sizeof(*crew) + most * sizeof(crew->workers[0]));

	if (!crew)
		return NULL;
	crew->arena = arena;
	crew->objects = calloc(most * DUTY_OBJECTS, sizeof(crew->objects[0]));
	if (crew->objects)
		return crew;
	free(crew);
	return NULL;
}

struct crew *crew_new(struct arena *arena, const struct slice_turn *turn,
		      struct shr_err *err)
{
	struct crew *crew = new_crew(arena);
	struct shr_err joining;
	struct stress_tally nothing = { 0 };

	if (!crew) {
		shr_fail(err, SHR_ERR_NOMEM, "out of memory");
		return NULL;
	}
	if (start_all(crew, turn, err) == 0)
		return crew;
	arena_end(arena);
	crew_join(crew, &nothing, &joining);
	crew_free(crew);
	return NULL;
}

int crew_join(struct crew *crew, struct stress_tally *tally, struct shr_err *err)
{
	int status = 0;

	for (unsigned i = 0; i < crew->count; i++) {
		struct worker *worker = &crew->workers[i];

		pthread_join(worker->thread, NULL);
		stress_tally_add(tally, &worker->tally);
		if (worker->status && !status)
			*err = worker->err;
		status = worker->status ? -1 : status;
	}
	return status;
}

/* What is in a list is taken out first: it goes. */
static void give_back(struct worker *worker)
{
	for (unsigned i = 0; i < DUTY_OBJECTS; i++) {
		struct object *object = &worker->objects[i];

		if (object_is_listed(object))
			object_del(object);
		object_release(object);
	}
}

void crew_free(struct crew *crew)
{
	if (!crew)
		return;
	for (unsigned i = 0; i < crew->count; i++)
		give_back(&crew->workers[i]);
	free(crew->objects);
	free(crew);
}
