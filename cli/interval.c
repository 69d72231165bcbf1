/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/interval.h"

#include "core/err.h"
#include "core/stream.h"

#include <stdlib.h>
#include <string.h>

void interval_init(struct interval *interval)
{
	*interval = (struct interval){ 0 };
}

void interval_release(struct interval *interval)
{
	free(interval->tallies);
	free(interval->copies);
	free(interval->sorted);
	*interval = (struct interval){ 0 };
}

void interval_begin(struct interval *interval, uint64_t now_ns,
		    const struct shr_capture *capture)
{
	interval->number++;
	interval->begin_ns = now_ns;
	interval->lost_events_before = capture->lost_events;
	interval->lost_gaps_before = capture->lost_gaps;
	if (interval->cap)
		memset(interval->tallies, 0,
		       interval->cap * sizeof(*interval->tallies));
}

/* A new shrinker appears far less often than a call. */
static int make_room(struct interval *interval, size_t count, struct shr_err *err)
{
	size_t cap = interval->cap;

	if (count <= cap)
		return 0;
	count += count / 2 + 16;
	struct shr_tally *tallies =
		reallocarray(interval->tallies, count, sizeof(*tallies));

	if (!tallies)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	interval->tallies = tallies;
	memset(tallies + cap, 0, (count - cap) * sizeof(*tallies));
	struct shr_instance *copies =
		reallocarray(interval->copies, count, sizeof(*copies));

	if (!copies)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	interval->copies = copies;
	struct shr_instance **sorted =
		reallocarray(interval->sorted, count, sizeof(*sorted));

	if (!sorted)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	interval->sorted = sorted;
	interval->cap = count;
	return 0;
}

int interval_add(struct interval *interval, const struct shr_call *call,
		 struct shr_err *err)
{
	uint32_t ordinal = call->instance->ordinal;

	if (make_room(interval, (size_t)ordinal + 1, err) < 0)
		return -1;
	shr_tally_add(&interval->tallies[ordinal], call);
	return 0;
}

/* Who scanned most goes first; of equals, who deferred most; of these, who came first.
 */
static int by_work(const void *a, const void *b)
{
	const struct shr_instance *x = *(struct shr_instance *const *)a;
	const struct shr_instance *y = *(struct shr_instance *const *)b;
	const struct shr_tally *left = &x->tally, *right = &y->tally;

	if (left->scanned_observed != right->scanned_observed)
		return left->scanned_observed > right->scanned_observed ? -1 : 1;
	if (left->deferred_max != right->deferred_max)
		return left->deferred_max > right->deferred_max ? -1 : 1;
	return x->ordinal < y->ordinal ? -1 : 1;
}

int interval_end(struct interval *interval, uint64_t now_ns,
		 const struct shr_capture *capture, const struct shr_summary *all,
		 struct shr_err *err)
{
	struct shr_summary *sums = &interval->sums;
	size_t count = 0;

	if (make_room(interval, all->instance_count, err) < 0)
		return -1;
	*sums = (struct shr_summary){ .instances = interval->sorted };
	for (size_t i = 0; i < all->instance_count; i++) {
		const struct shr_tally *tally = &interval->tallies[i];

		if (!tally->calls)
			continue;
		interval->copies[count] = *all->instances[i];
		interval->copies[count].tally = *tally;
		interval->sorted[count] = &interval->copies[count];
		shr_tally_join(&sums->all, tally);
		count++;
	}
	if (count)
		qsort(interval->sorted, count, sizeof(*interval->sorted), by_work);
	sums->instance_count = count;
	interval->end_ns = now_ns;
	interval->lost_events = capture->lost_events - interval->lost_events_before;
	interval->lost_gaps = capture->lost_gaps - interval->lost_gaps_before;
	return 0;
}
