/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/sums.h"

#include "core/model/intree.h"
#include "core/replay/instance.h"
#include "core/replay/purpose.h"
#include "core/stream.h"

/* Amounts are a capture's, and a damaged one can hold any: sums wrap. */
static int64_t plus(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

static int64_t minus(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a - (uint64_t)b);
}

struct shr_movement shr_movement_of(int64_t deferred, uint64_t delta, int64_t scanned,
				    int64_t store)
{
	int64_t net = minus((int64_t)delta, scanned);
	int64_t written_off = minus(plus(deferred, net), store);

	if (written_off < 0) {
		net = minus(store, deferred);
		written_off = 0;
	}
	return (struct shr_movement){
		.added = net > 0 ? net : 0,
		.paid = net < 0 ? minus(0, net) : 0,
		.written_off = written_off,
	};
}

struct shr_party shr_party_of(const struct shr_call *call, struct shr_source *src)
{
	struct shr_party party = {
		.pid = call->pid,
		.comm = call->comm,
		.has = call->has,
		.gfp_names = call->start.gfp_names,
		.gfp = call->start.gfp,
		.priority = call->start.priority,
		.lane = call->lane,
	};
	struct shr_str comm = { "", 0 };

	/* Its name is not asked for where an event has said what there is to say. */
	if (!call->reclaim)
		comm = src->comm(src, call->pid, call->comm);
	party.reclaim = shr_reclaim_of(call, comm, &party.recorded);
	return party;
}

static bool wants_fs(const struct shr_call *call)
{
	return call->foreseen_refusal &&
	       call->instance->refusal == SHR_REFUSES_WITHOUT_FS;
}

void shr_sums_add(struct shr_sums *sums, const struct shr_call *call,
		  const struct shr_party *party, const struct shr_movement *movement)
{
	bool refused = shr_call_is_refused(call);

	sums->calls++;
	sums->refusals += refused;
	sums->want_fs += refused && wants_fs(call);
	sums->inferred += !party->recorded;
	sums->unknown += !movement;
	sums->doubtful += call->verdict >= SHR_LOST_EVENTS;
	if (!movement)
		return;
	sums->moved.added = plus(sums->moved.added, movement->added);
	sums->moved.paid = plus(sums->moved.paid, movement->paid);
	sums->moved.written_off = plus(sums->moved.written_off, movement->written_off);
	if (movement->added > sums->largest.amount)
		sums->largest = (struct shr_growth){ call->n, call->start_ns,
						     movement->added, *party };
}

void shr_sums_join(struct shr_sums *sums, const struct shr_sums *part)
{
	sums->calls += part->calls;
	sums->refusals += part->refusals;
	sums->want_fs += part->want_fs;
	sums->inferred += part->inferred;
	sums->unknown += part->unknown;
	sums->doubtful += part->doubtful;
	sums->moved.added = plus(sums->moved.added, part->moved.added);
	sums->moved.paid = plus(sums->moved.paid, part->moved.paid);
	sums->moved.written_off =
		plus(sums->moved.written_off, part->moved.written_off);
	if (part->largest.amount > sums->largest.amount)
		sums->largest = part->largest;
}

static int descending(int64_t a, int64_t b)
{
	return (a < b) - (a > b);
}

int shr_sums_compare(const struct shr_sums *a, const struct shr_sums *b)
{
	int order = descending(a->moved.added, b->moved.added);

	if (!order)
		order = descending(a->moved.paid, b->moved.paid);
	if (!order)
		order = descending(a->moved.written_off, b->moved.written_off);
	return order;
}
