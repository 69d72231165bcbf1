/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/shrinker/tracepoint.h"

#include "core/event.h"
#include "core/model/deferred.h"
#include "core/model/width.h"
#include "core/shrinker/domain_parts.h"
#include "core/shrinker/memcg.h"
#include "core/shrinker/shrinker.h"
#include "core/shrinker/slab_call.h"
#include "core/stream.h"

#include <stddef.h>

static int32_t traced_nid(const struct shr_slab_call *call, bool end)
{
	const struct shr_shrinker *shrinker = call->shrinker;
	enum shr_nid_rule rule = shrinker->domain->design.nid;

	if (shrinker->flags & SHR_SHRINKER_NUMA || rule == SHR_NID_BOTH)
		return call->control->nid;
	return rule == SHR_NID_START && !end ? call->control->nid : 0;
}

static struct shr_event new_event(const struct shr_slab_call *call, enum shr_kind kind)
{
	const struct shr_reclaimer *by = call->control->by;
	const struct shr_memcg *memcg = call->control->memcg;
	const unsigned layout = call->shrinker->domain->design.layout;
	struct shr_event event = {
		.kind = kind,
		.shrinker = call->shrinker->address,
		.callback = call->shrinker->callback,
		.pid = by->pid,
		.cpu = by->cpu,
		.comm = by->comm,
		.has = SHR_HAS_CPU | SHR_HAS_PID | SHR_HAS_SHRINKER | SHR_HAS_CALLBACK |
		       SHR_HAS_DEFERRED | SHR_HAS_TOTAL_SCAN,
	};

	if (!(layout & (SHR_LAYOUT_T1 | SHR_LAYOUT_T2))) {
		event.nid = traced_nid(call, kind == SHR_END);
		event.has |= SHR_HAS_NID;
	}
	if (layout & SHR_LAYOUT_T7) {
		event.memcg_id = memcg ? shr_memcg_id(memcg) : 0;
		event.has |= SHR_HAS_MEMCG;
	}
	return event;
}

static void tell(const struct shr_slab_call *call, const struct shr_event *event)
{
	struct shr_tracer *tracer = call->shrinker->domain->tracer;

	tracer->trace(tracer, event, call->shrinker, call->control);
}

void shr_tracepoint_start(const struct shr_slab_call *call)
{
	const struct shr_domain *domain = call->shrinker->domain;

	if (!domain->tracer)
		return;
	struct shr_event event = new_event(call, SHR_START);

	event.has |= SHR_HAS_FREEABLE | SHR_HAS_DELTA | SHR_HAS_GFP | SHR_HAS_MAY;
	event.start = (struct shr_start){
		.deferred = call->in.deferred,
		.freeable = call->in.freeable,
		.delta = call->delta,
		.total_scan = call->plan.planned,
		.gfp = call->control->by->gfp,
		.may = call->control->by->may,
	};
	if (domain->gen->delta == SHR_DELTA_LRU) {
		event.has |= SHR_HAS_LRU;
		event.start.pgs_scanned = call->in.pgs_scanned;
		event.start.lru_pgs = call->in.lru_pgs;
	} else {
		event.has |= SHR_HAS_PRIORITY;
		event.start.priority = (int16_t)call->in.priority;
	}
	tell(call, &event);
}

void shr_tracepoint_end(const struct shr_slab_call *call, int64_t before, int64_t after)
{
	const struct shr_domain *domain = call->shrinker->domain;

	if (!domain->tracer)
		return;
	struct shr_event event = new_event(call, SHR_END);
	const struct shr_traced_end traced = shr_deferred_traced(
		domain->end, call->in.deferred, call->left, before, after);
	const bool last = domain->gen->retval == SHR_RETVAL_LAST;

	event.has |= SHR_HAS_NEW_SCAN | SHR_HAS_RETVAL;
	event.end = (struct shr_end){
		.deferred = traced.unused_scan,
		.new_scan = after,
		.total_scan =
			shr_to_long((uint64_t)traced.total_scan, domain->long_size),
		.retval = last ? call->last : (int32_t)(uint32_t)call->freed,
	};
	tell(call, &event);
}
