/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/gaps.h"

enum { AHEAD = 512 };

void shr_gaps_add(struct shr_gaps *gaps, const struct shr_gap *gap)
{
	gaps->kept[gaps->count++ % SHR_GAPS_KEPT] = *gap;
	if (gap->to_ns > gaps->until_ns)
		gaps->until_ns = gap->to_ns;
}

static void join(struct shr_gap *all, const struct shr_gap *gap)
{
	if (all->cpu != gap->cpu)
		all->cpu = SHR_NO_CPU;
	if (gap->from_ns < all->from_ns)
		all->from_ns = gap->from_ns;
	if (gap->to_ns > all->to_ns)
		all->to_ns = gap->to_ns;
	if (!all->count || !gap->count || all->count > UINT64_MAX - gap->count)
		all->count = 0;
	else
		all->count += gap->count;
}

struct shr_gap shr_gaps_since(const struct shr_gaps *gaps, uint64_t seen)
{
	uint64_t oldest = gaps->count > SHR_GAPS_KEPT ? gaps->count - SHR_GAPS_KEPT : 0;
	uint64_t i = seen > oldest ? seen : oldest;

	if (i >= gaps->count)
		return (struct shr_gap){ .cpu = SHR_NO_CPU };
	struct shr_gap all = gaps->kept[i % SHR_GAPS_KEPT];

	while (++i < gaps->count)
		join(&all, &gaps->kept[i % SHR_GAPS_KEPT]);
	/* What was forgotten counts, too, but nobody knows for how much. */
	if (seen < oldest)
		all.count = 0;
	return all;
}

bool shr_gaps_open(const struct shr_gaps *gaps, uint64_t ts_ns)
{
	return gaps->count && ts_ns <= gaps->until_ns;
}

uint64_t shr_gaps_seen(const struct shr_gaps *gaps, uint64_t ts_ns)
{
	return gaps->count - shr_gaps_open(gaps, ts_ns);
}

const struct shr_gap *shr_gaps_ahead(const struct shr_step *step, uint64_t ts_ns)
{
	for (unsigned seen = 0; step && seen < AHEAD; step = step->next, seen++)
		if (step->kind == SHR_STEP_GAP && step->call->gap.from_ns <= ts_ns)
			return &step->call->gap;
	return NULL;
}
