/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tracepoint - mm_shrink_slab_start and _end, as the domain's kernel would record them.
 *
 * Events say what a parser would find in that layout, and no more: no node up to 3.15,
 * no memcg before 7.1.  They have no time, which is whose they are told to.
 */
#ifndef CORE_SHRINKER_TRACEPOINT_H
#define CORE_SHRINKER_TRACEPOINT_H

#include <stdint.h>

struct shr_slab_call;

/* @call has taken its counter and made its plan. */
void shr_tracepoint_start(const struct shr_slab_call *call);

/* Its addition made @after of @before. */
void shr_tracepoint_end(const struct shr_slab_call *call, int64_t before,
			int64_t after);

#endif /* CORE_SHRINKER_TRACEPOINT_H */
