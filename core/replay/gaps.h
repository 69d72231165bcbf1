/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * gaps - where events are missing, and what that makes of several at once.
 *
 * A counter that comes back after a gap may have been moved by calls that nobody saw.
 * Who looks at it says how many gaps there had been when it was seen last; all since
 * then are its evidence, put together into one.
 */
#ifndef CORE_REPLAY_GAPS_H
#define CORE_REPLAY_GAPS_H

#include "core/replay/call.h"

enum { SHR_GAPS_KEPT = 64 };

struct shr_gaps {
	uint64_t count;
	uint64_t until_ns;		    /* the last moment of any */
	struct shr_gap kept[SHR_GAPS_KEPT]; /* a ring: the last of them */
};

/* @gap, which is copied, has been told of. */
void shr_gaps_add(struct shr_gaps *gaps, const struct shr_gap *gap);

/*
 * All but the first @seen gaps in one: of no one CPU where they are of several, from
 * the first to the last, and of no known count where one has none.  Without any: a
 * capture that is incomplete as a whole.
 */
struct shr_gap shr_gaps_since(const struct shr_gaps *gaps, uint64_t seen);

/* Whether events may be missing at @ts_ns, in gaps that have been told of. */
bool shr_gaps_open(const struct shr_gaps *gaps, uint64_t ts_ns);

/*
 * What who looks now must remember to be told later of all gaps that matter: those
 * still open go on mattering.
 */
uint64_t shr_gaps_seen(const struct shr_gaps *gaps, uint64_t ts_ns);

/*
 * The first gap behind @step that was open at @ts_ns, among the next few steps: text
 * tells of a loss only where it ends.  NULL: none.
 */
const struct shr_gap *shr_gaps_ahead(const struct shr_step *step, uint64_t ts_ns);

#endif /* CORE_REPLAY_GAPS_H */
