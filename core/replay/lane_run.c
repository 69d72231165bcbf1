/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/lane_run.h"

bool shr_run_same_pass(const struct shr_call *a, const struct shr_call *b)
{
	return a->nid == b->nid && a->start.priority == b->start.priority &&
	       a->start.gfp == b->start.gfp &&
	       a->start.gfp_names == b->start.gfp_names && a->reclaim == b->reclaim;
}

uint64_t shr_run_pause(const struct shr_call *call)
{
	return call->floor_ns && call->start_ns > call->floor_ns
		       ? call->start_ns - call->floor_ns
		       : 0;
}

/* Where in the run that shrinker was called; run->count if it was not. */
static size_t place_in(const struct shr_run *run, uint64_t shrinker)
{
	size_t i = 0;

	while (i < run->count && run->calls[i]->shrinker != shrinker)
		i++;
	return i;
}

/*
 * @next calls again what was called at @place: the memcg changed somewhere between,
 * and most likely at the longest pause.
 */
static void end_at_pause(struct shr_run *run, size_t place, const struct shr_call *next)
{
	uint64_t longest = 2 * shr_run_pause(next);

	for (size_t i = run->count; --i > place;)
		if (shr_run_pause(run->calls[i]) > longest) {
			longest = shr_run_pause(run->calls[i]);
			run->count = i;
		}
}

void shr_run_begin(struct shr_call *call, struct shr_run *run)
{
	run->count = 0;
	run->closed = true;
	for (struct shr_call *next = call; next; next = next->later) {
		size_t place = place_in(run, next->shrinker);

		if (!shr_run_same_pass(call, next) || run->count == SHR_RUN_MAX)
			return;
		if (place < run->count) {
			end_at_pause(run, place, next);
			return;
		}
		run->calls[run->count++] = next;
	}
	run->closed = run->count == SHR_RUN_MAX;
}
