/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pass - one pass while it runs: for what it asks, and whom.
 *
 * slab.c says which shrinkers a pass is for; walk_rwsem.h and walk_lockless.h find
 * them, each under its own lock, and ask each by the functions here.
 */
#ifndef CORE_SHRINKER_PASS_H
#define CORE_SHRINKER_PASS_H

#include "core/shrinker/reclaimer.h"
#include "core/shrinker/stats.h"

#include <stdbool.h>
#include <stdint.h>

struct shr_domain;
struct shr_info_unit;
struct shr_shrinker;

enum shr_pass_filter {
	SHR_PASS_EVERYBODY,
	SHR_PASS_AWARE,	  /* the memcg-aware */
	SHR_PASS_UNAWARE, /* the others */
};

struct shr_pass {
	struct shr_domain *domain;
	struct shr_reclaimer by;
	int32_t nid;
	struct shr_memcg *memcg;
	enum shr_pass_filter filter;
	struct shr_stats stats; /* what it came to */
};

/* Whether the pass is for @shrinker at all.  It cannot go meanwhile. */
bool shr_pass_is_for(const struct shr_pass *pass, const struct shr_shrinker *shrinker);

/* Ask @shrinker, if the pass is for it; what it freed.  It cannot go meanwhile. */
uint64_t shr_pass_ask(struct shr_pass *pass, struct shr_shrinker *shrinker);

/*
 * Ask the @shrinker of @bit in @unit of the pass's memcg, and clear the bit if it has
 * nothing there.
 */
uint64_t shr_pass_ask_bit(struct shr_pass *pass, struct shr_info_unit *unit,
			  unsigned bit, struct shr_shrinker *shrinker);

#endif /* CORE_SHRINKER_PASS_H */
