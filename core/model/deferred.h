/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * deferred - which counter a call works on, how it moves it, and how that is traced.
 *
 * A call takes what its counter holds, by an exchange with 0, and adds its remainder
 * at the end.  Where the counter is follows from the generation and from what the
 * shrinker is aware of; the domain of core/shrinker, which has the counters, and
 * replay, which infers them, ask here.
 */
#ifndef CORE_MODEL_DEFERRED_H
#define CORE_MODEL_DEFERRED_H

#include "core/model/generation.h"

#include <stdbool.h>
#include <stdint.h>

/* What a shrinker keeps apart. */
struct shr_awareness {
	bool numa;
	bool memcg;
};

/* The node under which the counter is kept: 0 where all nodes share it. */
uint32_t shr_deferred_slot(enum shr_key_rule key, struct shr_awareness aware,
			   int32_t nid);

/* Whether each memcg has its own counter. */
bool shr_deferred_by_memcg(enum shr_key_rule key, struct shr_awareness aware);

/* What the counter holds after @store was added to @before; both wrap. */
int64_t shr_deferred_after(int64_t before, int64_t store);

/* What it held before @store was added and made it @after. */
int64_t shr_deferred_before(int64_t after, int64_t store);

/* The amounts of an end event. */
struct shr_traced_end {
	int64_t unused_scan;
	int64_t total_scan;
};

/*
 * What @rule makes of a call that took @deferred, left @left of its plan, and whose
 * addition made @after of @before.
 */
struct shr_traced_end shr_deferred_traced(enum shr_end_rule rule, int64_t deferred,
					  int64_t left, int64_t before, int64_t after);

#endif /* CORE_MODEL_DEFERRED_H */
