/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * With the multi-gen LRU enabled, from 6.3 on, who reclaims everywhere takes memcgs
 * from bins, the root being one of them, and ends as soon as he has enough.  Nobody
 * hears of the pressure on all of them together: only of each memcg's own.
 */
#include "core/shrinker/domain_parts.h"
#include "core/shrinker/memcg.h"
#include "core/shrinker/memcg_bins.h"
#include "core/shrinker/reclaim_parts.h"

#include <stddef.h>

enum { LEAST_FOR_A_GUESS = 64 }; /* BITS_PER_LONG: MIN_LRU_BATCH */

/* As fls(): the number of the highest bit that is set, from 1 on; 0 for 0. */
static int highest_bit(uint64_t value)
{
	int bit = 0;

	for (; value; value >>= 1)
		bit++;
	return bit;
}

/*
 * Who wants much does not begin at 12, but where the inactive pages of a generation of
 * memcgs are about as many as he wants.  Up to 6.6 there were two generations; that
 * makes a difference here of one at most, and none in the bins.
 */
static void guess_priority(struct shr_reclaim_run *run, int32_t nid)
{
	struct shr_pages *pages = run->request->pages;
	int guess;

	if (run->by.priority != SHR_RECLAIM_PRIORITY ||
	    run->nr_to_reclaim < LEAST_FOR_A_GUESS || !pages || !pages->inactive)
		return;
	guess = highest_bit(pages->inactive(pages, nid) / SHR_BIN_GENERATIONS) - 1 -
		highest_bit(run->nr_to_reclaim - 1);
	if (guess < run->design->mglru_first)
		guess = run->design->mglru_first;
	if (guess < SHR_RECLAIM_PRIORITY)
		run->by.priority = guess;
}

/* A memcg too small for this priority, or gone, is tried once more. */
static enum shr_bins_move move_of(const struct shr_reclaim_run *run,
				  const struct shr_memcg *memcg, bool was_tail,
				  const struct shr_pages_answer *answer)
{
	if (answer->exhausted && shr_memcg_is_online(memcg))
		return SHR_BINS_YOUNG;
	if (!answer->exhausted && answer->eligible >> run->by.priority)
		return SHR_BINS_STAY;
	return was_tail ? SHR_BINS_YOUNG : SHR_BINS_TAIL;
}

static enum shr_bins_move shrink_one(struct shr_reclaim_run *run, int32_t nid,
				     struct shr_memcg *memcg, bool was_tail)
{
	const enum shr_protection protection = shr_reclaim_protection(run, memcg);

	if (protection == SHR_PROTECTION_MIN)
		return SHR_BINS_YOUNG;
	if (protection == SHR_PROTECTION_LOW && !was_tail)
		return SHR_BINS_TAIL;
	const struct shr_pages_answer answer =
		shr_reclaim_shrink_memcg(run, nid, memcg);

	shr_reclaim_count_slab_pages(run);
	return move_of(run, memcg, was_tail, &answer);
}

/* kswapd counts each turn by itself. */
static bool has_enough(const struct shr_reclaim_run *run, int32_t nid, uint64_t before)
{
	struct shr_pages *pages = run->request->pages;

	if (!run->kswapd)
		return run->reclaimed >= run->nr_to_reclaim;
	if (run->reclaimed - before >= run->nr_to_reclaim)
		return true;
	return run->design->mglru_balance && pages && pages->is_balanced &&
	       pages->is_balanced(pages, nid);
}

static void shrink_bins(struct shr_reclaim_run *run, int32_t nid)
{
	struct shr_pages *pages = run->request->pages;
	const uint64_t before = run->reclaimed;
	enum shr_bins_move move = SHR_BINS_STAY;
	struct shr_bins_walk walk;
	struct shr_memcg *memcg;

	shr_bins_begin(&walk, run->domain, nid,
		       pages && pages->random ? pages->random(pages, UINT32_MAX) : 0);
	while ((memcg = shr_bins_next(&walk, move))) {
		move = shrink_one(run, nid, memcg, shr_bins_was_tail(&walk));
		if (has_enough(run, nid, before))
			break;
	}
	shr_bins_end(&walk, move);
}

bool shr_reclaim_by_bins(const struct shr_reclaim_run *run)
{
	return run->request->mglru && run->design->mglru == SHR_MGLRU_MANY &&
	       (!run->target || run->target == run->domain->root);
}

void shr_reclaim_shrink_many(struct shr_reclaim_run *run, int32_t nid)
{
	guess_priority(run, nid);
	if (run->domain->memcgs) {
		shrink_bins(run, nid);
		return;
	}
	shr_reclaim_shrink_memcg(run, nid, NULL);
	shr_reclaim_count_slab_pages(run);
}
