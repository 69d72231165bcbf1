/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * domain_parts - what a domain is made of, and what protects which part.
 *
 *	registry	writers: the list of shrinkers, ids, the sizes of memcgs' info
 *			readers: up to 6.6 passes, for all of their walk
 *	tree		who is whose child among memcgs, and their numbers; where walks
 *			that are shared are, and who is in which bin
 *	lrus		which lists there are; whose lists are their parent's
 *	grace		what lookups without a lock may still see
 *
 * Tree is taken within registry, and nothing within tree; lrus is taken alone, and the
 * locks of lists within it.  No callback runs under tree or lrus, nor in a read section
 * of grace.
 */
#ifndef CORE_SHRINKER_DOMAIN_PARTS_H
#define CORE_SHRINKER_DOMAIN_PARTS_H

#include "core/model/design.h"
#include "core/shrinker/domain.h"
#include "core/shrinker/grace.h"
#include "core/shrinker/ids.h"
#include "core/shrinker/rwsem.h"
#include "core/shrinker/stats_parts.h"
#include "core/shrinker/vmpressure_parts.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct shr_bins;
struct shr_lru;
struct shr_memcg;

struct shr_domain {
	const struct shr_generation *gen;
	struct shr_design design;
	enum shr_end_rule end;
	bool memcgs, kmem;
	int32_t nodes;
	unsigned long_size;
	struct shr_tracer *tracer;
	struct shr_waiter *waiter;
	struct shr_memcg *root;

	/* Under registry. */
	_Atomic(struct shr_shrinker *) first; /* in the order of registration */
	struct shr_shrinker *last;
	struct shr_ids ids;	  /* of memcg-aware shrinkers */
	struct shr_ids addresses; /* of all */
	uint32_t nr_max;	  /* ids that every memcg's info has room for */

	/* What all read ends here: it is not near what each pass writes to. */
	char apart_from_locks[SHR_STRIPE_SIZE];

	pthread_mutex_t tree;
	struct shr_ids memcg_numbers;
	struct shr_bins *bins; /* owned: by node, or NULL; memcg_bins.h */
	uint64_t last_memcg_id;
	struct shr_vmpressure pressure; /* where there is no root */

	pthread_mutex_t lrus;
	struct shr_lru *first_lru;

	struct shr_grace grace;

	char apart_from_registry[SHR_STRIPE_SIZE];
	struct shr_rwsem registry;

	char apart_from_stripes[SHR_STRIPE_SIZE];
	struct shr_stripe stripes[SHR_STRIPES];
};

#endif /* CORE_SHRINKER_DOMAIN_PARTS_H */
