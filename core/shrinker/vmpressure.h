/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * vmpressure - who is told that memory gets short, and when.
 *
 * Reclaim reports what it scanned and reclaimed, for a memcg and for the whole
 * subtree that it was at.  A window's worth of the subtree's makes an event, which goes
 * from its memcg up to the root, and is told to listeners on its way; model/pressure.h
 * has its level.  A window's worth of a memcg's own makes that memcg's sockets take no
 * more memory for a second (8e8ae645249b "mm: memcontrol: hook up vmpressure to socket
 * pressure", 4.5).
 *
 * The kernel leaves events to a work queue.  Here whoever fills a window tells
 * listeners at once, in his own thread: as a work queue that is never late.
 *
 *	listener.interest = (struct shr_pressure_interest){ SHR_PRESSURE_MEDIUM };
 *	listener.tell = tell;
 *	if (shr_vmpressure_register(domain, memcg, &listener, &err) == 0)
 *		shr_reclaim_direct(&request, &result);
 *	shr_vmpressure_unregister(&listener);
 *
 * All functions may be called from any thread.  Hierarchies are those in which a limit
 * counts for all below; that listeners are found in version 1 of cgroups and sockets in
 * version 2 is not asked.
 */
#ifndef CORE_SHRINKER_VMPRESSURE_H
#define CORE_SHRINKER_VMPRESSURE_H

#include "core/model/pressure.h"

#include <stdbool.h>
#include <stdint.h>

struct shr_domain;
struct shr_err;
struct shr_memcg;
struct shr_reclaimer;
struct shr_vmpressure;

struct shr_vmpressure_listener {
	/* The owner's, before it is registered. */
	struct shr_pressure_interest interest;
	/*
	 * Called when user space's eventfd would be signalled, by the thread that
	 * reclaims and with a lock of the memcg's listeners held: it must neither
	 * reclaim nor register or unregister anybody.  From several at a time, if it
	 * is the tell of several.
	 */
	void (*tell)(struct shr_vmpressure_listener *listener,
		     enum shr_pressure_level level);
	/*
	 * Called once, when its memcg goes offline; it is not registered any more then,
	 * and may be freed.  NULL: nobody wants to know.
	 */
	void (*gone)(struct shr_vmpressure_listener *listener);

	/* The domain's alone; NULL before its first use. */
	struct shr_vmpressure *at;
	struct shr_vmpressure_listener *next;
};

/*
 * Let @listener, which stays its owner's and is not registered, be told of pressure at
 * @memcg and below; NULL: everywhere.  The caller has a reference to @memcg, which is
 * online.  0, or -1 with *err where the release has no such events (before 3.10) or no
 * such mode (before 4.13).
 */
int shr_vmpressure_register(struct shr_domain *domain, struct shr_memcg *memcg,
			    struct shr_vmpressure_listener *listener,
			    struct shr_err *err);

/*
 * It is not called any more when this returns.  Nothing happens where its memcg has
 * gone offline, or where it was never registered.  Not while its memcg is going
 * offline; and before its domain is freed.
 */
void shr_vmpressure_unregister(struct shr_vmpressure_listener *listener);

/*
 * @by has scanned and reclaimed @pages, with @tree of all the memcgs below @memcg
 * (NULL: everywhere), else of @memcg itself.  The caller has a reference to @memcg.
 */
void shr_vmpressure_add(struct shr_domain *domain, const struct shr_reclaimer *by,
			struct shr_memcg *memcg, bool tree,
			struct shr_pressure_sums pages);

/*
 * @by begins at by->priority: at 3 or less it is a whole window of which nothing could
 * be reclaimed, so critical.
 */
void shr_vmpressure_prio(struct shr_domain *domain, const struct shr_reclaimer *by,
			 struct shr_memcg *memcg);

/*
 * How often @memcg's sockets were told to take no more memory for a second; never the
 * root's.
 */
uint64_t shr_vmpressure_sockets(struct shr_memcg *memcg);

#endif /* CORE_SHRINKER_VMPRESSURE_H */
