/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/purpose.h"

#include <string.h>

enum shr_reclaim shr_reclaim_after(enum shr_reclaim now, enum shr_context_kind kind)
{
	switch (kind) {
	case SHR_DIRECT_BEGIN:
		return SHR_RECLAIM_DIRECT;
	case SHR_MEMCG_BEGIN:
		return SHR_RECLAIM_MEMCG;
	case SHR_NODE_BEGIN:
		return SHR_RECLAIM_NODE;
	case SHR_KSWAPD_WAKE:
		return SHR_RECLAIM_KSWAPD;
	case SHR_DIRECT_END:
	case SHR_MEMCG_END:
	case SHR_NODE_END:
	case SHR_KSWAPD_SLEEP:
		return SHR_RECLAIM_UNKNOWN;
	case SHR_CGROUP_MKDIR:
	case SHR_CGROUP_RMDIR:
	case SHR_MEMCG_FLUSH:
	case SHR_CONTEXT_COUNT:
		break;
	}
	return now;
}

static bool is_kswapd(struct shr_str comm)
{
	return comm.len > 6 && !memcmp(comm.ptr, "kswapd", 6) && comm.ptr[6] >= '0' &&
	       comm.ptr[6] <= '9';
}

/* drop_slab() asks with GFP_KERNEL and priority 0, up to 4.15 with 1000 of 1000 pages.
 */
static bool is_like_drop_caches(const struct shr_call *call)
{
	const unsigned kernel = SHR_MAY_IO | SHR_MAY_FS;

	if ((call->has & SHR_HAS_MAY) && (call->start.may & kernel) != kernel)
		return false;
	if (call->has & SHR_HAS_PRIORITY)
		return call->start.priority == 0;
	return (call->has & SHR_HAS_LRU) && call->start.pgs_scanned == 1000 &&
	       call->start.lru_pgs == 1000;
}

enum shr_reclaim shr_reclaim_of(const struct shr_call *call, struct shr_str comm,
				bool *recorded)
{
	*recorded = call->reclaim != SHR_RECLAIM_UNKNOWN;
	if (*recorded)
		return call->reclaim;
	if (is_kswapd(comm))
		return SHR_RECLAIM_KSWAPD;
	return is_like_drop_caches(call) ? SHR_RECLAIM_DROP_CACHES
					 : SHR_RECLAIM_UNKNOWN;
}

const char *shr_reclaim_name(enum shr_reclaim reclaim)
{
	static const char *const names[SHR_RECLAIM_COUNT] = {
		[SHR_RECLAIM_UNKNOWN] = "unknown",
		[SHR_RECLAIM_KSWAPD] = "kswapd",
		[SHR_RECLAIM_DIRECT] = "direct",
		[SHR_RECLAIM_MEMCG] = "memcg",
		[SHR_RECLAIM_NODE] = "node",
		[SHR_RECLAIM_DROP_CACHES] = "drop_caches",
	};

	return names[reclaim];
}
