/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/shrinker/domain.h"

#include "core/err.h"
#include "core/shrinker/domain_parts.h"
#include "core/shrinker/memcg.h"
#include "core/shrinker/memcg_bins.h"
#include "core/shrinker/memcg_parts.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>

static const struct shr_release first_with_memcgs = { 4, 0, 0 };

static const struct shr_generation *generation_of(struct shr_release release)
{
	unsigned mask = shr_generations_of_release(release);

	for (unsigned id = SHR_GEN_COUNT; id-- > 0;)
		if (mask >> id & 1)
			return shr_generation_get((enum shr_generation_id)id);
	return NULL;
}

/* The semaphore in a release that has none any more is that of the last one. */
static void set_locking(struct shr_design *design, enum shr_locking locking)
{
	if (locking == SHR_LOCKING_OF_RELEASE)
		return;
	if (locking == SHR_LOCKING_RWSEM && design->lockless)
		design->bails_out = true;
	design->lockless = locking == SHR_LOCKING_LOCKLESS;
}

/* What its rules make necessary. */
static int set_up(struct shr_domain *domain, struct shr_err *err)
{
	if (!shr_bins_init(domain))
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	if (domain->memcgs && !shr_memcg_enter(domain, NULL, 1, err))
		return -1;
	return 0;
}

static int set_rules(struct shr_domain *domain,
		     const struct shr_domain_options *options, struct shr_err *err)
{
	const struct shr_release release = options->release;

	domain->gen = generation_of(release);
	if (!domain->gen || !shr_design_of_release(release, &domain->design))
		return shr_fail(err, SHR_ERR_UNSUPPORTED,
				"expected a release from 3.0.39 on, not '%u.%u.%u'",
				release.major, release.minor, release.patch);
	if (options->generation)
		domain->gen = options->generation;
	if (!(domain->gen->layouts & domain->design.layout))
		return shr_fail(err, SHR_ERR_RANGE,
				"no kernel %u.%u.%u has generation '%s'", release.major,
				release.minor, release.patch, domain->gen->name);
	if (options->memcgs && shr_release_compare(release, first_with_memcgs) < 0)
		return shr_fail(err, SHR_ERR_RANGE,
				"expected no memcgs before 4.0, which is the first to "
				"shrink them");
	set_locking(&domain->design, options->locking);
	domain->end = shr_generation_end_rule(domain->gen, domain->design.layout);
	return 0;
}

static void set_size(struct shr_domain *domain,
		     const struct shr_domain_options *options)
{
	assert(options->nodes >= 0 && options->nodes <= SHR_NODES_MAX);
	domain->nodes = options->nodes ? options->nodes : 1;
	domain->long_size = options->long_size ? options->long_size : 8;
	domain->memcgs = options->memcgs;
	domain->kmem = options->memcgs && options->kmem;
	domain->tracer = options->tracer;
	domain->waiter = options->waiter;
}

struct shr_domain *shr_domain_new(const struct shr_domain_options *options,
				  struct shr_err *err)
{
	struct shr_domain *domain = calloc(1, sizeof(*domain));

	if (!domain) {
		shr_fail(err, SHR_ERR_NOMEM, "out of memory");
		return NULL;
	}
	set_size(domain, options);
	shr_rwsem_init(&domain->registry, domain->waiter);
	shr_grace_init(&domain->grace);
	pthread_mutex_init(&domain->tree, NULL);
	pthread_mutex_init(&domain->lrus, NULL);
	shr_vmpressure_init(&domain->pressure);
	if (set_rules(domain, options, err) || set_up(domain, err)) {
		shr_domain_free(domain);
		return NULL;
	}
	return domain;
}

/*
 * The last ones first: nobody took them offline, so that each has the reference of its
 * creation left and, where it had children, theirs are gone with them.
 */
static void free_memcgs(struct shr_memcg *root)
{
	while (root) {
		struct shr_memcg *last = root;

		while (last->last_child)
			last = last->last_child;
		if (last == root)
			root = NULL;
		shr_memcg_put(last);
	}
}

void shr_domain_free(struct shr_domain *domain)
{
	if (!domain)
		return;
	assert(!domain->last && !domain->first_lru);
	free_memcgs(domain->root);
	shr_bins_release(domain);
	shr_ids_release(&domain->ids);
	shr_ids_release(&domain->addresses);
	shr_ids_release(&domain->memcg_numbers);
	shr_grace_release(&domain->grace);
	shr_vmpressure_release(&domain->pressure);
	pthread_mutex_destroy(&domain->lrus);
	pthread_mutex_destroy(&domain->tree);
	shr_rwsem_release(&domain->registry);
	free(domain);
}

const struct shr_generation *shr_domain_generation(const struct shr_domain *domain)
{
	return domain->gen;
}
