/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * purpose - what the task of a call was reclaiming for.
 *
 * Direct reclaim, reclaim at a memcg's limit and node reclaim are bracketed by events
 * of their own (mm_vmscan_*_begin and _end), kswapd by those of its waking and
 * sleeping.  Where the capture has them they are what counts; where not, only kswapd
 * (by its name) and drop_caches (by its priority 0, which reclaim seldom reaches) can
 * be told.
 */
#ifndef CORE_REPLAY_PURPOSE_H
#define CORE_REPLAY_PURPOSE_H

#include "core/replay/call.h"

/* What a task is in after an event of @kind, if it was in @now before. */
enum shr_reclaim shr_reclaim_after(enum shr_reclaim now, enum shr_context_kind kind);

/*
 * What @call was made for; @comm names its task, empty if not known.  *recorded: an
 * event says so, and it is not inferred.
 */
enum shr_reclaim shr_reclaim_of(const struct shr_call *call, struct shr_str comm,
				bool *recorded);

/* "kswapd", "direct", "memcg", "node", "drop_caches", "unknown": the names of JSON. */
const char *shr_reclaim_name(enum shr_reclaim reclaim);

#endif /* CORE_REPLAY_PURPOSE_H */
