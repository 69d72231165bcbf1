/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/find.h"

#include "core/err.h"

#include <stddef.h>
#include <stdlib.h>

static int no_memory(struct shr_err *err)
{
	return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
}

static unsigned class_of(const struct shr_call *call)
{
	switch (call->verdict) {
	case SHR_UNEXPLAINED:
		return 2;
	case SHR_LOST_EVENTS:
	case SHR_AMBIGUOUS:
		return 1;
	default:
		return 0;
	}
}

static uint64_t distance(const struct shr_call *call, enum shr_amount amount)
{
	int64_t seen = call->observed.value[amount];
	int64_t said = call->predicted.value[amount];
	bool more = amount == SHR_DELTA ? (uint64_t)seen > (uint64_t)said : seen > said;

	return more ? (uint64_t)seen - (uint64_t)said : (uint64_t)said - (uint64_t)seen;
}

static uint64_t largest_distance(const struct shr_call *call)
{
	unsigned both = call->observed.known & call->predicted.known;
	uint64_t largest = 0;

	for (unsigned amount = 0; amount < SHR_AMOUNT_COUNT; amount++)
		if (both >> amount & 1 && distance(call, amount) > largest)
			largest = distance(call, amount);
	return largest;
}

static int64_t planned_of(const struct shr_call *call)
{
	return shr_amounts_has(&call->observed, SHR_PLANNED)
		       ? call->observed.value[SHR_PLANNED]
		       : INT64_MIN;
}

static bool is_worse(const struct shr_call *call, const struct shr_call *than)
{
	if (class_of(call) != class_of(than))
		return class_of(call) > class_of(than);
	uint64_t here = largest_distance(call), there = largest_distance(than);

	return here != there ? here > there : planned_of(call) > planned_of(than);
}

static bool runs_at(const struct shr_call *call, uint64_t at_ns)
{
	return call->start_ns <= at_ns && at_ns <= call->end_ns;
}

static void note_running(struct shr_find *find, uint64_t n)
{
	if (find->running < SHR_RUNNING)
		find->running_n[find->running] = n;
	find->running++;
}

static bool is_wanted_at(struct shr_find *find, const struct shr_call *call)
{
	if (runs_at(call, find->at_ns)) {
		if (!find->runs)
			return find->runs = true;
		note_running(find, call->n);
		return false;
	}
	return call->start_ns > find->at_ns && !find->found;
}

static bool is_wanted(struct shr_find *find, const struct shr_call *call)
{
	if (find->how == SHR_FIND_N)
		return call->n == find->n;
	if (!shr_filter_passes(&find->filter, call))
		return false;
	find->passed++;
	if (find->how == SHR_FIND_AT)
		return is_wanted_at(find, call);
	return !find->found || is_worse(call, &find->call);
}

static struct shr_taker taker_of(const struct shr_call *call, int64_t amount)
{
	return (struct shr_taker){ call->n, call->start_ns, call->pid, call->comm,
				   amount };
}

/*
 * Stamps can be equal, and then a call can take what one with a higher number left:
 * it is remembered until that comes.
 */
static bool note_early(struct shr_find *find, const struct shr_call *call)
{
	for (uint32_t i = 0; i < SHR_PARTS && i < call->gave.count; i++) {
		const struct shr_part *part = &call->gave.part[i];

		if (!call->expected_known || part->n <= call->n)
			continue;
		void **slot = shr_map_add(&find->early, part->n, 0);

		if (!slot)
			return false;
		struct shr_taker *taker = *slot ? *slot : malloc(sizeof(*taker));

		if (!taker) {
			find->early.count--;
			return false;
		}
		*taker = taker_of(call, part->amount);
		*slot = taker;
	}
	return true;
}

/* What was remembered of the call, if it is the one found; it is forgotten. */
static void claim_early(struct shr_find *find, const struct shr_call *call, bool wanted)
{
	struct shr_taker *taker = shr_map_find(&find->early, call->n, 0);

	if (!taker)
		return;
	if (wanted) {
		find->taken = true;
		find->taker = *taker;
	}
	shr_map_remove(&find->early, call->n, 0);
	free(taker);
}

/*
 * Whoever takes the counter next takes all of it: if that call's sources are not
 * known, or too many to be kept, so is what became of this remainder.
 */
static void look_for_taker(struct shr_find *find, const struct shr_call *call)
{
	if (call->counter != find->call.counter || find->taken || find->vague_n)
		return;
	for (uint32_t i = 0; i < SHR_PARTS && i < call->gave.count; i++)
		if (call->expected_known && call->gave.part[i].n == find->call.n) {
			find->taken = true;
			find->taker = taker_of(call, call->gave.part[i].amount);
			return;
		}
	if (call->start_ns >= find->call.end_ns &&
	    (!call->expected_known || call->gave.count > SHR_PARTS))
		find->vague_n = call->n;
}

static void take(struct shr_find *find, const struct shr_call *call, bool first)
{
	find->found = true;
	find->call = *call;
	find->first_on_counter = first;
	find->taken = false;
	find->vague_n = 0;
}

int shr_find_call(struct shr_find *find, const struct shr_call *call,
		  struct shr_err *err)
{
	void **seen = shr_map_add(&find->counters, (uintptr_t)call->counter, 0);

	if (!seen)
		return no_memory(err);
	bool first = !*seen;

	*seen = call->counter;
	find->calls++;
	bool wanted = is_wanted(find, call);

	if (wanted)
		take(find, call, first);
	else if (find->found)
		look_for_taker(find, call);
	claim_early(find, call, wanted);
	return note_early(find, call) ? 0 : no_memory(err);
}

void shr_find_release(struct shr_find *find)
{
	for (size_t i = 0; i < find->early.cap; i++)
		free(find->early.entries[i].value);
	shr_map_release(&find->early);
	shr_map_release(&find->counters);
}
