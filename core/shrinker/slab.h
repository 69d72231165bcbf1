/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * slab - passes: every shrinker of a node and a memcg is asked to shrink.
 */
#ifndef CORE_SHRINKER_SLAB_H
#define CORE_SHRINKER_SLAB_H

#include <stdint.h>

struct shr_domain;
struct shr_memcg;
struct shr_reclaimer;

/*
 * shrink_slab() of the domain's kernel: which shrinkers it calls, and in which order,
 * is its release's (shr_pass_rule).  Returns what they say they freed, and 1 where some
 * kernels say so to be asked again.
 *
 * @memcg, to which the caller has a reference: from 4.19 on NULL only where the domain
 * has none, and the root's pass is the one that asks all shrinkers; before, NULL is the
 * pass for what is no memcg's own.  @nid is below the domain's nodes.
 */
uint64_t shr_slab_shrink(struct shr_domain *domain, const struct shr_reclaimer *by,
			 int32_t nid, struct shr_memcg *memcg);

/*
 * What a write of 2 to drop_caches does: passes for all nodes and memcgs until little
 * is freed (shr_drop_rule).  Of @by, priority and pages are as drop_caches has them.
 * Callbacks that free for ever keep it going for ever, before 5.15.
 */
uint64_t shr_slab_drop(struct shr_domain *domain, const struct shr_reclaimer *by);

#endif /* CORE_SHRINKER_SLAB_H */
