/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/shrinker/stats.h"

#include "core/shrinker/domain_parts.h"
#include "core/shrinker/stats_parts.h"

#include <pthread.h>

/* Threads' descriptors lie far apart, and alike modulo powers of 2: hence the factor.
 */
static struct shr_stripe *own_stripe(struct shr_domain *domain)
{
	static const uint64_t golden = 0x9e3779b97f4a7c15;
	uint64_t thread = (uint64_t)pthread_self();

	return &domain->stripes[thread * golden >> 32 & (SHR_STRIPES - 1)];
}

/*
 * relaxed: a number is all that it tells.  Most passes are neither dropped nor cut, and
 * what is 0 costs nothing.
 */
static void count(_Atomic uint64_t *counter, uint64_t more)
{
	if (more)
		atomic_fetch_add_explicit(counter, more, memory_order_relaxed);
}

void shr_stats_add(struct shr_domain *domain, const struct shr_stats *more)
{
	struct shr_stripe *stripe = own_stripe(domain);

	count(&stripe->passes, more->passes);
	count(&stripe->dropped, more->dropped);
	count(&stripe->cut, more->cut);
	count(&stripe->calls, more->calls);
}

static uint64_t read_one(_Atomic uint64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

void shr_stats_read(struct shr_domain *domain, struct shr_stats *stats)
{
	*stats = (struct shr_stats){ .passes = 0 };
	for (unsigned i = 0; i < SHR_STRIPES; i++) {
		struct shr_stripe *stripe = &domain->stripes[i];

		stats->passes += read_one(&stripe->passes);
		stats->dropped += read_one(&stripe->dropped);
		stats->cut += read_one(&stripe->cut);
		stats->calls += read_one(&stripe->calls);
	}
}
