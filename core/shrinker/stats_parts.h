/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * stats_parts - where passes are counted: in one of several stripes, by their thread.
 */
#ifndef CORE_SHRINKER_STATS_PARTS_H
#define CORE_SHRINKER_STATS_PARTS_H

#include "core/shrinker/stats.h"

#include <stdatomic.h>
#include <stdint.h>

/* Threads of one stripe share its lines; more stripes than most machines have CPUs. */
enum { SHR_STRIPES = 64, SHR_STRIPE_SIZE = 128 };

/* Wherever the first begins, no line has counters of two. */
struct shr_stripe {
	_Atomic uint64_t passes, dropped, cut, calls;
	char apart[SHR_STRIPE_SIZE - 4 * sizeof(_Atomic uint64_t)];
};

/* Count @more, which one pass came to. */
void shr_stats_add(struct shr_domain *domain, const struct shr_stats *more);

#endif /* CORE_SHRINKER_STATS_PARTS_H */
