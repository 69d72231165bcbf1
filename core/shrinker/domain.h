/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * domain - one emulated kernel: its release's rules, its nodes, shrinkers and memcgs.
 *
 * Everything hangs off a domain, and domains know nothing of each other.  All
 * functions that take one, a shrinker or a memcg may be called from any thread unless
 * they say otherwise.
 *
 *	const struct shr_domain_options options = {
 *		.release = { 6, 12, 0 }, .nodes = 2, .memcgs = true, .kmem = true,
 *	};
 *	struct shr_domain *domain = shr_domain_new(&options, &err);
 *
 *	shr_slab_shrink(domain, &reclaimer, nid, shr_memcg_root(domain));
 *	shr_domain_free(domain);
 */
#ifndef CORE_SHRINKER_DOMAIN_H
#define CORE_SHRINKER_DOMAIN_H

#include "core/model/generation.h"
#include "core/model/release.h"

#include <stdbool.h>
#include <stdint.h>

struct shr_control;
struct shr_domain;
struct shr_err;
struct shr_event;
struct shr_shrinker;
struct shr_waiter;

enum { SHR_NODES_MAX = 64 };

enum shr_locking {
	SHR_LOCKING_OF_RELEASE, /* the first to 6.6, then the second */
	SHR_LOCKING_RWSEM,	/* walk_rwsem.c says how that works */
	SHR_LOCKING_LOCKLESS,	/* walk_lockless.c does */
};

/* Who is told of tracepoints; first in a struct of the owner's. */
struct shr_tracer {
	/*
	 * @event, without a time, happened now in this thread; @shrinker and @control
	 * say what it does not.  All are borrowed for the call.  Several threads may
	 * call at once.
	 */
	void (*trace)(struct shr_tracer *tracer, const struct shr_event *event,
		      const struct shr_shrinker *shrinker,
		      const struct shr_control *control);
};

struct shr_domain_options {
	struct shr_release release;
	/* NULL: the release's, and the youngest of these where it may carry several. */
	const struct shr_generation *generation;
	enum shr_locking locking;
	int32_t nodes;		   /* 1 to SHR_NODES_MAX; 0: one */
	bool memcgs;		   /* there is a root memcg, and can be others (4.0) */
	bool kmem;		   /* kernel memory is accounted to them */
	unsigned long_size;	   /* 4 or 8; 0: 8 */
	struct shr_tracer *tracer; /* borrowed; NULL: nobody */
	struct shr_waiter *waiter; /* borrowed; NULL: who waits blocks (waiter.h) */
};

/*
 * NULL with *err filled in when memory runs out, or where there is no such kernel: its
 * release had no tracepoints yet, no memcgs or not that generation.
 */
struct shr_domain *shr_domain_new(const struct shr_domain_options *options,
				  struct shr_err *err);

/*
 * Nobody is inside, and every shrinker and list was freed; memcgs go with it.  NULL is
 * fine.
 */
void shr_domain_free(struct shr_domain *domain);

/* Its arithmetic; never NULL. */
const struct shr_generation *shr_domain_generation(const struct shr_domain *domain);

#endif /* CORE_SHRINKER_DOMAIN_H */
