/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Windows are filled and emptied under one lock, so that what is reported is in exactly
 * one of them, whoever fills it.  The kernel's work empties it later: what was reported
 * until then is in the same window, and who filled it a second time finds it empty.
 *
 * A memcg's parent lives as long as the memcg, so an event needs nothing but its
 * reporter's reference on its way up.
 */
#include "core/shrinker/vmpressure.h"

#include "core/err.h"
#include "core/shrinker/domain_parts.h"
#include "core/shrinker/memcg.h"
#include "core/shrinker/memcg_parts.h"
#include "core/shrinker/reclaimer.h"
#include "core/shrinker/vmpressure_parts.h"

#include <assert.h>
#include <stddef.h>

void shr_vmpressure_init(struct shr_vmpressure *pressure)
{
	*pressure = (struct shr_vmpressure){ .sockets = 0 };
	pthread_mutex_init(&pressure->lock, NULL);
	pthread_mutex_init(&pressure->events, NULL);
}

void shr_vmpressure_release(struct shr_vmpressure *pressure)
{
	assert(!pressure->first);
	pthread_mutex_destroy(&pressure->events);
	pthread_mutex_destroy(&pressure->lock);
}

/* The kernel signals eventfds of a memcg that goes, once, and takes them off. */
void shr_vmpressure_offline(struct shr_vmpressure *pressure)
{
	pthread_mutex_lock(&pressure->events);
	struct shr_vmpressure_listener *listener = pressure->first;

	pressure->first = NULL;
	for (struct shr_vmpressure_listener *at = listener; at; at = at->next)
		at->at = NULL;
	pthread_mutex_unlock(&pressure->events);
	while (listener) {
		struct shr_vmpressure_listener *next = listener->next;

		if (listener->gone)
			listener->gone(listener);
		listener = next;
	}
}

/* What @memcg, or the domain where it is NULL, keeps. */
static struct shr_vmpressure *pressure_of(struct shr_domain *domain,
					  struct shr_memcg *memcg)
{
	if (!memcg)
		memcg = domain->root;
	return memcg ? &memcg->pressure : &domain->pressure;
}

int shr_vmpressure_register(struct shr_domain *domain, struct shr_memcg *memcg,
			    struct shr_vmpressure_listener *listener,
			    struct shr_err *err)
{
	struct shr_vmpressure *pressure = pressure_of(domain, memcg);

	if (domain->design.reclaim.report == SHR_REPORT_NONE)
		return shr_fail(err, SHR_ERR_UNSUPPORTED,
				"expected no listener before 3.10, which is the first "
				"to tell of pressure");
	if (listener->interest.mode != SHR_PRESSURE_DEFAULT &&
	    !domain->design.reclaim.listening_modes)
		return shr_fail(err, SHR_ERR_UNSUPPORTED,
				"expected no mode '%s' before 4.13",
				shr_pressure_mode_name(listener->interest.mode));
	assert(!listener->at);
	pthread_mutex_lock(&pressure->events);
	listener->at = pressure;
	listener->next = pressure->first;
	pressure->first = listener;
	pthread_mutex_unlock(&pressure->events);
	return 0;
}

void shr_vmpressure_unregister(struct shr_vmpressure_listener *listener)
{
	struct shr_vmpressure *pressure = listener->at;
	struct shr_vmpressure_listener **at;

	if (!pressure)
		return;
	pthread_mutex_lock(&pressure->events);
	for (at = &pressure->first; *at != listener; at = &(*at)->next)
		;
	*at = listener->next;
	listener->at = NULL;
	pthread_mutex_unlock(&pressure->events);
}

/* Whether anybody is told. */
static bool tell(struct shr_vmpressure *pressure, struct shr_pressure_step step)
{
	bool told = false;

	pthread_mutex_lock(&pressure->events);
	for (struct shr_vmpressure_listener *at = pressure->first; at; at = at->next)
		if (shr_pressure_concerns(at->interest, step)) {
			at->tell(at, step.level);
			told = true;
		}
	pthread_mutex_unlock(&pressure->events);
	return told;
}

/*
 * Up to 4.12 kernels ended where somebody was told.  All who listened there would have
 * been silent above that anyway: there were no modes.
 */
static void tell_upwards(struct shr_domain *domain, struct shr_memcg *memcg,
			 enum shr_pressure_level level)
{
	struct shr_pressure_step step = { .level = level };

	if (!memcg)
		memcg = domain->root;
	do {
		if (tell(pressure_of(domain, memcg), step))
			step.told = true;
		step.ancestor = true;
		memcg = memcg ? memcg->parent : NULL;
	} while (memcg);
}

/* True if that filled the window. */
static bool fill(struct shr_vmpressure *pressure, struct shr_pressure_sums *sums,
		 struct shr_pressure_sums pages, unsigned long_size,
		 struct shr_pressure_sums *window)
{
	pthread_mutex_lock(&pressure->lock);
	const bool full = shr_pressure_add(sums, pages, long_size, window);

	pthread_mutex_unlock(&pressure->lock);
	return full;
}

static void stop_sockets(struct shr_vmpressure *pressure)
{
	pthread_mutex_lock(&pressure->lock);
	pressure->sockets++;
	pthread_mutex_unlock(&pressure->lock);
}

void shr_vmpressure_add(struct shr_domain *domain, const struct shr_reclaimer *by,
			struct shr_memcg *memcg, bool tree,
			struct shr_pressure_sums pages)
{
	const struct shr_reclaim_design *design = &domain->design.reclaim;
	struct shr_vmpressure *pressure = pressure_of(domain, memcg);
	struct shr_pressure_sums window;

	if (design->report == SHR_REPORT_NONE || !shr_pressure_counts(by->gfp, by->may))
		return;
	if (!tree && (design->report != SHR_REPORT_EACH || !memcg || !memcg->parent))
		return;
	if (!fill(pressure, tree ? &pressure->tree : &pressure->own, pages,
		  domain->long_size, &window))
		return;
	const enum shr_pressure_level level =
		shr_pressure_level(window, design->underflows, domain->long_size);

	if (tree)
		tell_upwards(domain, memcg, level);
	else if (level > SHR_PRESSURE_LOW)
		stop_sockets(pressure);
}

void shr_vmpressure_prio(struct shr_domain *domain, const struct shr_reclaimer *by,
			 struct shr_memcg *memcg)
{
	const struct shr_pressure_sums window = { .scanned = SHR_PRESSURE_WINDOW };

	if (by->priority <= SHR_PRESSURE_CRITICAL_PRIORITY)
		shr_vmpressure_add(domain, by, memcg, true, window);
}

uint64_t shr_vmpressure_sockets(struct shr_memcg *memcg)
{
	struct shr_vmpressure *pressure = &memcg->pressure;

	pthread_mutex_lock(&pressure->lock);
	const uint64_t sockets = pressure->sockets;

	pthread_mutex_unlock(&pressure->lock);
	return sockets;
}
