/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/doubt.h"

#include "core/replay/counters.h"
#include "core/replay/instance.h"

enum {
	AHEAD = 512,	/* steps that are looked at for more of the same */
	FAMILIAR = 4,	/* calls for each memcg, by when all have been seen */
	COLLAPSED = 16, /* what was left of a cache, to what is there now */
};

/* A start on another counter of the same shrinker that held something. */
static bool is_like(const struct shr_step *step, const struct shr_call *call)
{
	const struct shr_call *other = step->call;

	return step->kind == SHR_STEP_START && other->introduced &&
	       other->instance == call->instance && other->counter &&
	       other->counter != call->counter && other->counter->known &&
	       other->counter->value && !other->taken;
}

bool shr_doubt_is_renewed(const struct shr_step *step)
{
	const struct shr_call *call = step->call;
	const struct shr_counter *counter = call->counter;
	unsigned alike = 0, seen = 0;

	if (call->start.deferred || !counter->value || call->instance->id_known)
		return false;
	for (const struct shr_step *next = step->next; next && seen < AHEAD;
	     next = next->next, seen++) {
		if (!is_like(next, call))
			continue;
		if (next->call->start.deferred)
			return false;
		alike++;
	}
	return alike || call->start.freeable < counter->freeable / COLLAPSED;
}

/* Counters of other memcgs that a call on @counter could be on. */
static bool is_rival(const struct shr_counter *other, const struct shr_counter *counter)
{
	return other != counter && other->lane && other->slot == counter->slot;
}

/* @sure: name lanes, too, whose counters are theirs beyond doubt. */
static void name_rivals(struct shr_call *call, bool sure)
{
	const struct shr_counter *counter = call->instance->counters;
	unsigned count = 0;

	call->rivals[count++] = call->lane;
	for (; counter && count < SHR_RIVALS; counter = counter->next_of_instance)
		if (is_rival(counter, call->counter) && (sure || !counter->sure))
			call->rivals[count++] = counter->lane;
}

bool shr_doubt_lane(const struct shr_counters *counters, struct shr_call *call)
{
	const struct shr_counter *counter = call->counter;

	if (call->memcg_from != SHR_MEMCG_INFERRED || !counter->lane)
		return false;
	/*
	 * Nothing has shown yet that the counter is its lane's; or memcgs have ended,
	 * and which lanes were theirs is guessed.
	 */
	call->unsure =
		!counter->sure || (call->start.deferred > counter->value &&
				   counters->cgroups.last_rmdir_ns > counter->seen_ns);
	if (call->unsure)
		name_rivals(call, false);
	return call->unsure;
}

void shr_doubt_first_sight(struct shr_call *call)
{
	const struct shr_counter *counter = call->counter;
	uint64_t known = 0;

	if (call->memcg_from != SHR_MEMCG_INFERRED || !counter->lane ||
	    counter->known || !call->start.deferred)
		return;
	for (const struct shr_counter *other = call->instance->counters; other;
	     other = other->next_of_instance)
		known += is_rival(other, counter) && other->known;
	call->unsure = known && call->instance->calls > FAMILIAR * known;
	if (call->unsure)
		name_rivals(call, true);
}

void shr_doubt_none(struct shr_call *call)
{
	call->unsure = false;
	for (unsigned i = 0; i < SHR_RIVALS; i++)
		call->rivals[i] = NULL;
}
