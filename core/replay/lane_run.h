/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lane_run - a task's calls from one on, as far as they can be of one memcg.
 *
 * shrink_slab_memcg() and shrink_slab() (4.19 and later) go through the shrinkers of
 * one memcg with one node, priority and mask, and call each once.  So another node,
 * priority or mask ends a run, and a shrinker that was called already.  Where exactly
 * the memcg changed before that, the time tells: between two memcgs the task reclaims
 * pages, between two shrinkers it does nothing.
 */
#ifndef CORE_REPLAY_LANE_RUN_H
#define CORE_REPLAY_LANE_RUN_H

#include "core/replay/call.h"

#include <stddef.h>

enum { SHR_RUN_MAX = 8 };

struct shr_run {
	struct shr_call *calls[SHR_RUN_MAX];
	size_t count;
	bool closed; /* the call after them is known, or there is none */
};

/* The run that begins with @call; only starts need to have been seen. */
void shr_run_begin(struct shr_call *call, struct shr_run *run);

/* Whether @call is of the same node, priority and mask. */
bool shr_run_same_pass(const struct shr_call *a, const struct shr_call *b);

/* How long the task of @call did something else before it, ns; 0 if not known. */
uint64_t shr_run_pause(const struct shr_call *call);

#endif /* CORE_REPLAY_LANE_RUN_H */
