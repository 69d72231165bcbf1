/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/model/scan.h"

#include "core/model/generation.h"
#include "core/model/width.h"

#include <assert.h>

/* What count_objects() answers when there is nothing at all, from 4.19 on. */
static const int64_t shrink_empty = -2;

static int64_t twice(int64_t freeable, unsigned long_size)
{
	return shr_to_long(2 * (uint64_t)freeable, long_size);
}

static int64_t min(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

bool shr_scan_enters(const struct shr_generation *gen, int64_t count)
{
	switch (gen->entry) {
	case SHR_ENTRY_ALWAYS:
		return true;
	case SHR_ENTRY_POSITIVE:
		return count > 0;
	case SHR_ENTRY_NONZERO:
		return count != 0;
	case SHR_ENTRY_NOTEMPTY:
		return count != 0 && count != shrink_empty;
	}
	return false;
}

/*
 * seeks is an int beside an unsigned long here: as a divisor it is widened to that,
 * while do_div() takes 32 bits of lru_pgs + 1 whatever the width of a long.
 */
static bool delta_by_lru(const struct shr_generation *gen,
			 const struct shr_scan_input *in,
			 const struct shr_scan_params *params, uint64_t *delta)
{
	unsigned size = params->long_size;
	uint64_t seeks = shr_to_ulong((uint64_t)(int64_t)params->seeks, size);
	uint32_t lru_pgs = (uint32_t)(in->lru_pgs + 1);
	uint64_t freeable = (uint64_t)shr_to_long((uint64_t)in->freeable, size);

	if (seeks == 0 || lru_pgs == 0)
		return false;
	if (gen->plan == SHR_PLAN_UNSIGNED)
		freeable = shr_to_ulong(freeable, size);
	*delta = shr_to_ulong(4 * in->pgs_scanned, size) / seeks * freeable / lru_pgs;
	return true;
}

static bool delta_by_priority(const struct shr_generation *gen,
			      const struct shr_scan_input *in,
			      const struct shr_scan_params *params, uint64_t *delta)
{
	unsigned size = params->long_size;
	int64_t freeable = shr_to_long((uint64_t)in->freeable, size);
	uint32_t seeks = (uint32_t)params->seeks;
	uint64_t work;

	if (seeks)
		work = 4 * (uint64_t)shr_shift(freeable, in->priority, size) / seeks;
	else if (gen->delta == SHR_DELTA_PRIORITY_HALF)
		work = (uint64_t)(freeable / 2);
	else
		return false;

	if (gen->min_scan) {
		int64_t batch = shr_to_long((uint64_t)params->batch, size);
		uint64_t least = (uint64_t)min(freeable, batch);

		work = work > least ? work : least;
	}
	*delta = work;
	return true;
}

bool shr_scan_delta(const struct shr_generation *gen, const struct shr_scan_input *in,
		    const struct shr_scan_params *params, uint64_t *delta)
{
	if (gen->delta == SHR_DELTA_LRU)
		return delta_by_lru(gen, in, params, delta);
	return delta_by_priority(gen, in, params, delta);
}

static void plan_cap(struct shr_plan *plan, int64_t limit, enum shr_cap cap)
{
	if (plan->planned > limit) {
		plan->planned = limit;
		plan->caps |= cap;
	}
}

/* delta is unsigned beside freeable / 4, so a negative freeable always halves. */
static struct shr_plan plan_signed(int64_t deferred, int64_t freeable, uint64_t delta,
				   unsigned long_size)
{
	int64_t total = shr_to_long((uint64_t)deferred + delta, long_size);
	struct shr_plan plan = { .planned = total, .total = total };

	if (total < 0)
		plan = (struct shr_plan){ freeable, deferred, SHR_CAP_NEGATIVE };
	if (delta < (uint64_t)(freeable / 4))
		plan_cap(&plan, freeable / 2, SHR_CAP_HALF);
	plan_cap(&plan, twice(freeable, long_size), SHR_CAP_TWICE);
	return plan;
}

static struct shr_plan plan_unsigned(int64_t deferred, int64_t freeable, uint64_t delta,
				     unsigned long_size)
{
	uint64_t count = shr_to_ulong((uint64_t)freeable, long_size);
	uint64_t total = shr_to_ulong((uint64_t)deferred + delta, long_size);
	uint64_t limit = shr_to_ulong(2 * count, long_size);
	struct shr_plan plan = { .total = shr_to_long(total, long_size) };

	if (delta < count / 4 && total > count / 2) {
		total = count / 2;
		plan.caps |= SHR_CAP_HALF;
	}
	if (total > limit) {
		total = limit;
		plan.caps |= SHR_CAP_TWICE;
	}
	plan.planned = shr_to_long(total, long_size);
	return plan;
}

static struct shr_plan plan_proportional(const struct shr_scan_input *in,
					 int64_t deferred, int64_t freeable,
					 uint64_t delta, unsigned long_size)
{
	uint64_t share = (uint64_t)shr_shift(deferred, in->priority, long_size);
	struct shr_plan plan = {
		.planned = shr_to_long(share + delta, long_size),
		.total = shr_to_long((uint64_t)deferred + delta, long_size),
	};

	plan_cap(&plan, twice(freeable, long_size), SHR_CAP_TWICE);
	return plan;
}

struct shr_plan shr_scan_plan(const struct shr_generation *gen,
			      const struct shr_scan_input *in, uint64_t delta,
			      unsigned long_size)
{
	int64_t deferred = shr_to_long((uint64_t)in->deferred, long_size);
	int64_t freeable = shr_to_long((uint64_t)in->freeable, long_size);

	switch (gen->plan) {
	case SHR_PLAN_SIGNED:
		break;
	case SHR_PLAN_UNSIGNED:
		return plan_unsigned(deferred, freeable, delta, long_size);
	case SHR_PLAN_PROPORTIONAL:
		return plan_proportional(in, deferred, freeable, delta, long_size);
	}
	return plan_signed(deferred, freeable, delta, long_size);
}

int64_t shr_scan_next(const struct shr_generation *gen, int64_t left, int64_t freeable,
		      int64_t batch)
{
	assert(batch > 0);
	if (gen->plan == SHR_PLAN_UNSIGNED)
		return (uint64_t)left >= (uint64_t)batch ? batch : 0;
	if (left >= batch)
		return batch;
	if (gen->loop == SHR_LOOP_WHOLE || left < freeable)
		return 0;
	return left;
}

/* What shr_scan_next() takes whole batches off until it asks for less, or nothing. */
static int64_t loop_rest(const struct shr_generation *gen, int64_t planned,
			 int64_t batch)
{
	if (gen->plan == SHR_PLAN_UNSIGNED)
		return (int64_t)((uint64_t)planned % (uint64_t)batch);
	return planned < 0 ? planned : planned % batch;
}

struct shr_loop shr_scan_loop(const struct shr_generation *gen, int64_t planned,
			      int64_t freeable, int64_t batch)
{
	assert(batch > 0);
	/* Most calls plan less than a batch and less than there is: no division. */
	if (planned >= 0 && planned < batch && planned < freeable)
		return (struct shr_loop){ .left = planned };

	int64_t rest = loop_rest(gen, planned, batch);
	int64_t tail = shr_scan_next(gen, rest, freeable, batch);
	uint64_t whole = (uint64_t)planned - (uint64_t)rest;

	return (struct shr_loop){
		.scanned = (int64_t)(whole + (uint64_t)tail),
		.left = rest - tail,
		.batches = whole / (uint64_t)batch + (tail != 0),
	};
}

int64_t shr_scan_store(const struct shr_generation *gen,
		       const struct shr_scan_input *in, const struct shr_plan *plan,
		       int64_t scanned, unsigned long_size)
{
	int64_t total = gen->store == SHR_STORE_LEFT ? plan->planned : plan->total;
	int64_t kept = shr_to_long((uint64_t)total - (uint64_t)scanned, long_size);
	int64_t freeable = shr_to_long((uint64_t)in->freeable, long_size);

	switch (gen->store) {
	case SHR_STORE_LEFT:
		if (gen->plan == SHR_PLAN_UNSIGNED)
			return kept;
		break;
	case SHR_STORE_UNCAPPED:
		if (total < scanned)
			return 0;
		break;
	case SHR_STORE_CAPPED:
		return min(kept > 0 ? kept : 0, twice(freeable, long_size));
	}
	return kept > 0 ? kept : 0;
}
