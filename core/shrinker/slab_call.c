/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/shrinker/slab_call.h"

#include "core/model/deferred.h"
#include "core/model/width.h"
#include "core/shrinker/domain_parts.h"
#include "core/shrinker/info.h"
#include "core/shrinker/shrinker.h"
#include "core/shrinker/single.h"
#include "core/shrinker/tracepoint.h"

#include <assert.h>

static struct shr_awareness awareness_of(const struct shr_shrinker *shrinker)
{
	return (struct shr_awareness){ shrinker->flags & SHR_SHRINKER_NUMA,
				       shrinker->flags & SHR_SHRINKER_MEMCG };
}

shr_atomic_int64 *shr_slab_counter(const struct shr_shrinker *shrinker,
				   const struct shr_control *control)
{
	enum shr_key_rule key = shrinker->domain->gen->key;
	struct shr_awareness aware = awareness_of(shrinker);
	uint32_t slot = shr_deferred_slot(key, aware, control->nid);

	if (control->memcg && shr_deferred_by_memcg(key, aware))
		return shr_info_deferred(control->memcg, (int32_t)slot, shrinker->id);
	return &shrinker->deferred[slot];
}

static int64_t effective_batch(const struct shr_shrinker *shrinker)
{
	int64_t batch = atomic_load_explicit(&shrinker->batch, memory_order_relaxed);

	assert(batch >= 0);
	if (shrinker->domain->gen->fixed_batch || !batch)
		return SHR_DEFAULT_BATCH;
	return batch;
}

static int64_t count_objects(const struct shr_slab_call *call)
{
	if (call->shrinker->domain->gen->retval == SHR_RETVAL_LAST)
		return shr_single_shrink(call->shrinker, call->control, 0);
	return (int64_t)shr_single_count(call->shrinker, call->control);
}

/* relaxed: a count is all that a counter tells, and exchanges take each part once. */
static void take_deferred(struct shr_slab_call *call)
{
	int64_t taken =
		atomic_exchange_explicit(call->counter, 0, memory_order_relaxed);

	/* Kept wider than that kernel's long, which it is equal to modulo its width. */
	call->in.deferred = shr_to_long((uint64_t)taken, call->params.long_size);
}

static void make_plan(struct shr_slab_call *call)
{
	const struct shr_generation *gen = call->shrinker->domain->gen;
	bool divides = shr_scan_delta(gen, &call->in, &call->params, &call->delta);

	/* Registration saw to the seeks. */
	assert(divides);
	(void)divides;
	call->plan = shr_scan_plan(gen, &call->in, call->delta, call->params.long_size);
	call->left = call->plan.planned;
}

bool shr_slab_begin(struct shr_slab_call *call, struct shr_shrinker *shrinker,
		    struct shr_control *control)
{
	const struct shr_domain *domain = shrinker->domain;
	const bool early = domain->gen->entry == SHR_ENTRY_ALWAYS;

	/* Up to 4.18 whoever counts for all nodes is asked for node 0. */
	if (domain->design.nid == SHR_NID_ZERO && !awareness_of(shrinker).numa)
		control->nid = 0;
	/* The batch before the count, which may change it. */
	*call = (struct shr_slab_call){
		.shrinker = shrinker,
		.control = control,
		.counter = shr_slab_counter(shrinker, control),
		.params = { effective_batch(shrinker), shrinker->seeks,
			    domain->long_size },
		.in = { .pgs_scanned = control->by->pgs_scanned,
			.lru_pgs = control->by->lru_pgs,
			.priority = control->by->priority },
	};
	if (early)
		take_deferred(call);
	call->in.freeable =
		shr_to_long((uint64_t)count_objects(call), domain->long_size);
	if (!shr_scan_enters(domain->gen, call->in.freeable)) {
		if (domain->gen->entry == SHR_ENTRY_NOTEMPTY && call->in.freeable)
			call->freed = SHR_SHRINK_EMPTY;
		return false;
	}
	if (!early)
		take_deferred(call);
	make_plan(call);
	shr_tracepoint_start(call);
	return true;
}

static void account(struct shr_slab_call *call, int64_t worked)
{
	unsigned size = call->params.long_size;

	call->left = shr_to_long((uint64_t)call->left - (uint64_t)worked, size);
	call->scanned = shr_to_long((uint64_t)call->scanned + (uint64_t)worked, size);
}

/* Up to 3.11: what there was before, and what there is after.  False: no progress. */
static bool shrink_batch(struct shr_slab_call *call, int64_t next)
{
	int before = shr_single_shrink(call->shrinker, call->control, 0);

	call->last = shr_single_shrink(call->shrinker, call->control, (uint64_t)next);
	if (call->last == -1)
		return false;
	if (call->last < before)
		call->freed += (uint64_t)((int64_t)before - call->last);
	account(call, next);
	return true;
}

static bool scan_batch(struct shr_slab_call *call, int64_t next)
{
	const struct shr_generation *gen = call->shrinker->domain->gen;
	struct shr_control *control = call->control;

	control->nr_to_scan = control->nr_scanned = (uint64_t)next;
	uint64_t freed = shr_single_scan(call->shrinker, control);

	if (freed == SHR_SHRINK_STOP)
		return false;
	if (gen->loop == SHR_LOOP_FEEDBACK)
		next = (int64_t)control->nr_scanned;
	call->freed += freed;
	account(call, next);
	return next;
}

static void run_loop(struct shr_slab_call *call)
{
	const struct shr_generation *gen = call->shrinker->domain->gen;
	bool goes_on = true;

	while (goes_on) {
		int64_t next = shr_scan_next(gen, call->left, call->in.freeable,
					     call->params.batch);

		if (!next)
			break;
		goes_on = gen->retval == SHR_RETVAL_LAST ? shrink_batch(call, next)
							 : scan_batch(call, next);
	}
}

uint64_t shr_slab_end(struct shr_slab_call *call)
{
	unsigned size = call->params.long_size;

	run_loop(call);
	int64_t store = shr_scan_store(call->shrinker->domain->gen, &call->in,
				       &call->plan, call->scanned, size);
	/* relaxed: as take_deferred(). */
	int64_t before =
		atomic_fetch_add_explicit(call->counter, store, memory_order_relaxed);
	int64_t after = shr_deferred_after(before, store);

	shr_tracepoint_end(call, shr_to_long((uint64_t)before, size),
			   shr_to_long((uint64_t)after, size));
	return call->freed;
}

uint64_t shr_slab_call(struct shr_shrinker *shrinker, struct shr_control *control)
{
	struct shr_slab_call call;

	if (!shr_slab_begin(&call, shrinker, control))
		return call.freed;
	return shr_slab_end(&call);
}
