/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * reclaim - who calls the passes over shrinkers: kswapd, direct reclaim, limits.
 *
 * A driver is one run of a reclaimer: it goes over memcgs and nodes at one priority
 * after another until it has got enough, as the domain's release does it (the reclaim
 * rules of core/model/design.h), and makes slab's passes on its way.  Slab is half of
 * what a reclaimer shrinks: the other half, pages, is the owner's, who is asked for
 * each memcg and node what there was (struct shr_pages).  His answers decide how hard
 * slab is shrunk up to 4.15, and when a reclaimer stops in all releases.
 *
 *	const struct shr_reclaim_request request = {
 *		.domain = domain, .pages = &pages, .by = { .pid = 77, .gfp = gfp },
 *	};
 *	struct shr_reclaim_result result;
 *
 *	shr_reclaim_direct(&request, &result);
 *	use(result.reclaimed);
 *
 * All may be called from any number of threads on one domain, each with its own
 * request.
 *
 * Not modelled: zones (a node is one), compaction and orders, throttling, soft limits
 * (which shrink no slab), and turns that start over for what pages were spared (skipped
 * deactivation, cache trimming).  Nor is should_continue_reclaim(), which repeats a
 * walk for compaction alone.  Of the multi-gen LRU there is the order of memcgs; how
 * pages age, and which of a memcg go, is in the answers of their owner.
 */
#ifndef CORE_SHRINKER_RECLAIM_H
#define CORE_SHRINKER_RECLAIM_H

#include "core/shrinker/reclaimer.h"

#include <stdbool.h>
#include <stdint.h>

struct shr_domain;
struct shr_memcg;

enum {
	SHR_RECLAIM_PRIORITY = 12,     /* where reclaimers begin */
	SHR_RECLAIM_NODE_PRIORITY = 4, /* where node_reclaim does */
	SHR_RECLAIM_CLUSTER = 32,      /* pages: the least that one wants */
};

/* What memory.min and memory.low say of a memcg. */
enum shr_protection {
	SHR_PROTECTION_NONE,
	SHR_PROTECTION_LOW, /* left alone, unless nothing else could be reclaimed */
	SHR_PROTECTION_MIN, /* left alone in any case (4.18) */
};

/* The pages of a memcg on a node, to be shrunk. */
struct shr_pages_ask {
	/* Who reclaims, and at which priority; of the rest only gfp and may count. */
	const struct shr_reclaimer *by;
	int32_t nid;
	struct shr_memcg *memcg; /* borrowed; NULL: all of them, where there are none */
	uint64_t nr_to_reclaim;	 /* of which the reclaimer has so far: */
	uint64_t nr_reclaimed;
};

struct shr_pages_answer {
	uint64_t scanned, reclaimed;
	/* How many there were to be scanned; up to 4.15, and for the multi-gen LRU. */
	uint64_t eligible;
	bool exhausted; /* for that: all that are left are young */
};

/*
 * What there is besides slab; first in a struct of the owner's.  Any may be NULL: then
 * there are no pages, no node is balanced, none protected, and slab frees none.
 * Several threads may call at once.
 */
struct shr_pages {
	/* Shrink some; *answer is all 0 before. */
	void (*shrink)(struct shr_pages *pages, const struct shr_pages_ask *ask,
		       struct shr_pages_answer *answer);
	/* Whether kswapd has nothing to do on that node. */
	bool (*is_balanced)(struct shr_pages *pages, int32_t nid);
	/* Of @memcg, to a reclaimer whose walk began above it, at @target. */
	enum shr_protection (*protection)(struct shr_pages *pages,
					  const struct shr_memcg *target,
					  const struct shr_memcg *memcg);
	/* Pages that what @by freed from slab gave back since this was asked last. */
	uint64_t (*slab_pages)(struct shr_pages *pages, const struct shr_reclaimer *by);
	/*
	 * For the multi-gen LRU alone: any number below @below, by which it puts memcgs
	 * into bins and begins with one (NULL: always the same); and how many pages of
	 * a node are inactive, by which it chooses its first priority (NULL: 12).
	 */
	uint32_t (*random)(struct shr_pages *pages, uint32_t below);
	uint64_t (*inactive)(struct shr_pages *pages, int32_t nid);
};

struct shr_reclaim_request {
	struct shr_domain *domain;
	struct shr_pages *pages; /* borrowed; NULL: as one without any callback */
	/* Priority, pages and nodes of it are the driver's; all else is the caller's.
	 */
	struct shr_reclaimer by;
	/*
	 * Where the reclaimer runs.  Others follow in ascending order, and after the
	 * last the first: that of the kernel where all are equally far.
	 */
	int32_t nid;
	uint64_t nr_to_reclaim; /* pages; 0: SHR_RECLAIM_CLUSTER, which is the least */
	uint64_t nr_boost;	/* kswapd's: pages to reclaim beyond balance (5.0) */
	/*
	 * The multi-gen LRU is enabled (CONFIG_LRU_GEN, 6.1).  From 6.3 on it has its
	 * own order for who reclaims everywhere, which is memcg_bins.h.
	 */
	bool mglru;
};

struct shr_reclaim_result {
	uint64_t scanned, reclaimed; /* pages, slab's included */
	int priority;		     /* the last it was at */
	unsigned turns;		     /* how many times it went over all nodes */
};

/*
 * kswapd of request->nid, woken: from 12 down to 1 (to 3.10: 0) until that node is
 * balanced.  It stays at a priority while it scans as much as it wants, and gets some.
 * Ends anyway, which a kernel would not: it goes down after 10000 turns at one priority
 * (to 3.10: begins again so often), so that pages that never are balanced and never run
 * out keep nobody for ever.
 */
void shr_reclaim_kswapd(const struct shr_reclaim_request *request,
			struct shr_reclaim_result *result);

/* An allocation found nothing: all nodes, 12 to 0, until it has got enough. */
void shr_reclaim_direct(const struct shr_reclaim_request *request,
			struct shr_reclaim_result *result);

/*
 * @memcg, to which the caller has a reference, is at its limit: the same for its
 * subtree alone.  Its domain has memcgs.
 */
void shr_reclaim_memcg(const struct shr_reclaim_request *request,
		       struct shr_memcg *memcg, struct shr_reclaim_result *result);

/*
 * A write of nr_to_reclaim pages to @memcg's memory.reclaim (5.19): limit reclaim again
 * and again until so many are reclaimed, or for the 17th time nothing was.  @memcg
 * NULL: to the same file of request->nid (6.17), which is reclaimed from 12 on. @result
 * sums all up.  Nobody is told of pressure by it from 6.0 on.
 *
 * False, with nothing done, where the release has no such file.
 */
bool shr_reclaim_proactive(const struct shr_reclaim_request *request,
			   struct shr_memcg *memcg, struct shr_reclaim_result *result);

/*
 * node_reclaim (zone_reclaim to 4.7) of request->nid alone, before an allocation goes
 * elsewhere: 4 to 0.  Up to 3.18 it shrinks slab after that, until so many pages were
 * given back or nothing more is freed: callbacks that free for ever keep it going.
 */
void shr_reclaim_node(const struct shr_reclaim_request *request,
		      struct shr_reclaim_result *result);

#endif /* CORE_SHRINKER_RECLAIM_H */
