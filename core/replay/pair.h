/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pair - events in, calls out, each at the moment it can be judged.
 *
 * Start and end events are joined by task: a call may sleep and move to another
 * CPU, and a task outside reclaim (drop_caches) may enter reclaim inside a callback
 * and nest a call in a call, so each task has a stack.
 *
 * What comes out is a sequence of steps in the order of time, which lags behind the
 * events: a call's start is handed out once its end is known, so that whoever
 * handles the start already sees the whole call.  The lag is bounded; a call still
 * open when the window is full is started without its end.
 *
 *	shr_pair_event(pair, &event, &err);
 *	while ((step = shr_pair_next(pair))) {
 *		...SHR_STEP_START, SHR_STEP_END, SHR_STEP_GAP, ...
 *		shr_pair_take(pair);
 *	}
 *
 * Calls belong to the pairing: they and their steps live until shr_pair_drop().
 */
#ifndef CORE_REPLAY_PAIR_H
#define CORE_REPLAY_PAIR_H

#include "core/replay/call.h"

struct shr_err;
struct shr_pair;

struct shr_pair_stats {
	uint64_t starts;
	uint64_t ends;
	uint64_t orphan_starts; /* found so far; final after finish and the last step */
	uint64_t orphan_ends;
	uint64_t gaps;
};

/* @blind: pass over recorded identity and memcg_id.  NULL: no memory, *err set. */
struct shr_pair *shr_pair_new(bool blind, struct shr_err *err);

/* Accepts NULL. */
void shr_pair_free(struct shr_pair *pair);

/*
 * Take in one event; the steps that have become possible must be taken before the
 * next.  Returns 0, or -1 with *err filled in when memory runs out.
 */
int shr_pair_event(struct shr_pair *pair, const struct shr_event *event,
		   struct shr_err *err);

/* No more events: calls still open are orphans, and nothing waits any longer. */
void shr_pair_finish(struct shr_pair *pair);

/*
 * The next step that can be taken, or NULL when more events are needed first.  It is
 * handed out again until shr_pair_take(); those behind it hang on step->next, and can
 * be looked at.
 */
struct shr_step *shr_pair_next(struct shr_pair *pair);

/* Move past the step that shr_pair_next() returned. */
void shr_pair_take(struct shr_pair *pair);

/* How many steps there are, the next one included. */
size_t shr_pair_waiting(const struct shr_pair *pair);

/* Give a call back once nothing refers to it; also the one that carries a step alone.
 */
void shr_pair_drop(struct shr_pair *pair, struct shr_call *call);

/* So far; valid as long as @pair. */
const struct shr_pair_stats *shr_pair_stats(const struct shr_pair *pair);

#endif /* CORE_REPLAY_PAIR_H */
