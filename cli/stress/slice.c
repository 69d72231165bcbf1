/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/stress/slice.h"

#include "cli/clock.h"
#include "cli/interrupt.h"
#include "cli/stress/arena.h"
#include "cli/stress/crew.h"
#include "cli/stress/stress_tally.h"
#include "core/err.h"

#include <inttypes.h>

/* For so long at most nobody notices that a worker has failed. */
static const uint64_t look_ns = 100000000;

static void wait_for_end(struct arena *arena, uint64_t span_ns,
			 struct interrupt *interrupt)
{
	const uint64_t end_ns = clock_now_ns() + span_ns;
	uint64_t now_ns;

	while (!arena_has_ended(arena) && (now_ns = clock_now_ns()) < end_ns) {
		uint64_t left_ns = end_ns - now_ns;

		if (interrupt_wait(interrupt, left_ns < look_ns ? left_ns : look_ns))
			return;
	}
}

static void count_all(struct arena *arena, struct stress_tally *tally)
{
	shr_stats_read(arena->domain, &tally->stats);
	for (unsigned i = 0; i < arena->task_count; i++)
		tally->freed += arena->tasks[i].freed;
	tally->left = arena_count(arena);
}

static int check_objects(const struct stress_tally *tally, struct shr_err *err)
{
	if (tally->added == tally->freed + tally->deleted + tally->left)
		return 0;
	return shr_fail(err, SHR_ERR_RANGE,
			"expected %" PRIu64 " objects that were added, found %" PRIu64
			" freed, %" PRIu64 " deleted and %" PRIu64 " left",
			tally->added, tally->freed, tally->deleted, tally->left);
}

static int run_crew(struct arena *arena, struct crew *crew,
		    const struct slice_turn *turn, struct interrupt *interrupt,
		    struct stress_tally *tally, struct shr_err *err)
{
	const uint64_t begin_ns = clock_now_ns();

	arena_start(arena);
	wait_for_end(arena, turn->span_ns, interrupt);
	arena_end(arena);
	int status = crew_join(crew, tally, err);

	tally->elapsed_ns = clock_now_ns() - begin_ns;
	count_all(arena, tally);
	return status ? status : check_objects(tally, err);
}

int slice_run(const struct stress_options *options, const struct slice_turn *turn,
	      struct interrupt *interrupt, struct stress_tally *tally,
	      struct shr_err *err)
{
	const unsigned tasks = turn->threads + (options->stuck_ns != 0);
	struct arena arena;
	struct crew *crew = NULL;
	int status = arena_open(&arena, options, turn, tasks, err);

	*tally = (struct stress_tally){ .elapsed_ns = 0 };
	if (!status) {
		crew = crew_new(&arena, turn, err);
		status =
			crew ? run_crew(&arena, crew, turn, interrupt, tally, err) : -1;
	}
	crew_free(crew);
	arena_close(&arena);
	return status;
}
