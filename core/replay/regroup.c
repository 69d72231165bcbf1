/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/regroup.h"

#include "core/err.h"
#include "core/replay/counters.h"
#include "core/replay/follow.h"
#include "core/replay/instance.h"
#include "core/replay/turns.h"

static int no_memory(struct shr_err *err)
{
	return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
}

static int64_t plus(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

static int64_t minus(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a - (uint64_t)b);
}

/* What is looked for: a part that may be another lane's. */
struct wanted {
	const struct shr_call *call; /* where it does not fit */
	bool end;		     /* the call's addition, else its exchange */
};

/*
 * Whether nothing but this moment speaks for the lane of @part: its call found
 * nothing; or, while @wanted's call was open, its task did, and went on from there.
 */
static bool is_loose(const struct wanted *wanted, const struct shr_part *part)
{
	if (part->weak_ns == part->start_ns)
		return true;
	return wanted->end && part->weak_ns >= wanted->call->start_ns;
}

static uint32_t kept(const struct shr_parts *parts)
{
	return parts->count < SHR_PARTS ? parts->count : SHR_PARTS;
}

/* Where in @parts a loose one of @amount is; SHR_PARTS if there is none. */
static uint32_t find_part(const struct wanted *wanted, const struct shr_parts *parts,
			  int64_t amount)
{
	for (uint32_t i = 0; i < kept(parts); i++)
		if (parts->part[i].amount == amount &&
		    is_loose(wanted, &parts->part[i]))
			return i;
	return SHR_PARTS;
}

static struct shr_part take_part(struct shr_counter *counter, uint32_t at)
{
	struct shr_parts *parts = &counter->parts;
	struct shr_part part = parts->part[at];

	counter->value = minus(counter->value, part.amount);
	parts->total = minus(parts->total, part.amount);
	parts->count--;
	for (; at + 1 < SHR_PARTS && at < parts->count; at++)
		parts->part[at] = parts->part[at + 1];
	return part;
}

/* Its calls that have not come out yet can still be given to the right lane. */
static void move_calls(struct shr_turns *turns, const struct shr_part *part,
		       struct shr_counter *from, struct shr_counter *to)
{
	for (struct shr_call *call = turns->first; call; call = call->next)
		if (call->pid == part->pid && call->counter == from && call->taken &&
		    call->start_ns >= part->weak_ns) {
			call->lane = to->lane;
			call->counter = to;
			from->open -= !call->added && from->open;
			to->open += !call->added;
		}
}

/* It came while the part's call ran, which was after its start. */
static void remember(struct shr_counter *counter, const struct shr_part *part)
{
	counter->history[counter->history_count++ % SHR_HISTORY] = (struct shr_was){
		.value = counter->value, .until_ns = part->start_ns, .by = *part
	};
}

static void move_part(struct shr_follow *follow, struct shr_turns *turns,
		      struct shr_counter *from, struct shr_counter *to, uint32_t at)
{
	struct shr_part part = take_part(from, at);

	move_calls(turns, &part, from, to);
	shr_follow_move(follow, part.pid, from->lane, to->lane);
	remember(to, &part);
	to->value = plus(to->value, part.amount);
	shr_parts_add(&to->parts, &part);
}

static bool is_like(const struct shr_counter *counter, const struct shr_counter *other)
{
	return other != counter && other->lane && other->slot == counter->slot &&
	       other->known && other->parts.count <= SHR_PARTS;
}

/*
 * What is missing here was added to another lane's counter.  @spare: a part of the
 * counter that goes there instead, SHR_PARTS for none.
 */
static bool fetch(struct shr_follow *follow, struct shr_turns *turns,
		  const struct wanted *wanted, int64_t missing, uint32_t spare)
{
	struct shr_counter *counter = wanted->call->counter;

	for (struct shr_counter *from = counter->instance->counters; from;
	     from = from->next_of_instance) {
		if (!is_like(counter, from))
			continue;
		uint32_t at = find_part(wanted, &from->parts, missing);

		if (at == SHR_PARTS)
			continue;
		move_part(follow, turns, from, counter, at);
		if (spare < SHR_PARTS)
			move_part(follow, turns, counter, from, spare);
		return true;
	}
	return false;
}

/* The same in exchange for a part that is too much here. */
static bool exchange(struct shr_follow *follow, struct shr_turns *turns,
		     const struct wanted *wanted, int64_t missing)
{
	const struct shr_parts *parts = &wanted->call->counter->parts;

	if (parts->count >= SHR_PARTS)
		return false;
	for (uint32_t i = 0; i < parts->count; i++)
		if (is_loose(wanted, &parts->part[i]) &&
		    fetch(follow, turns, wanted, plus(missing, parts->part[i].amount),
			  i))
			return true;
	return false;
}

/* What is too much here was some other memcg's, of which nothing else is known yet. */
static int give_away(struct shr_counters *counters, struct shr_follow *follow,
		     struct shr_turns *turns, const struct wanted *wanted,
		     int64_t surplus, struct shr_err *err)
{
	const struct shr_call *call = wanted->call;
	struct shr_counter *counter = call->counter;
	uint32_t at = find_part(wanted, &counter->parts, surplus);

	if (at == SHR_PARTS || counter->parts.count > SHR_PARTS)
		return 0;
	struct shr_lane *lane = shr_counters_new_lane(counters, call);
	struct shr_counter *to =
		lane ? shr_counters_get(counters, call->instance, lane, counter->slot)
		     : NULL;

	if (!to)
		return no_memory(err);
	to->known = true;
	to->gaps_seen = counter->gaps_seen;
	to->seen_ns = counter->seen_ns;
	move_part(follow, turns, counter, to, at);
	return 1;
}

/* Whether all movements since the call's own exchange are other tasks'. */
static bool others_since(const struct shr_counter *counter, int32_t pid)
{
	for (uint32_t i = 0; i < SHR_HISTORY && i < counter->history_count; i++) {
		const struct shr_was *was =
			&counter->history[(counter->history_count - 1 - i) %
					  SHR_HISTORY];

		if (was->by.pid == pid)
			return i > 0;
	}
	return true;
}

static void move_tasks(struct shr_follow *follow, const struct shr_counter *counter,
		       const struct shr_call *call)
{
	for (uint32_t i = 0; i < SHR_HISTORY && i < counter->history_count; i++) {
		const struct shr_was *was =
			&counter->history[(counter->history_count - 1 - i) %
					  SHR_HISTORY];

		if (was->by.pid == call->pid)
			return;
		shr_follow_move(follow, was->by.pid, call->lane, counter->lane);
	}
}

/*
 * The call finds at its end what it left at its start, nothing; but others have found
 * and left their own there since.  Then they are at another memcg, all of them.
 */
static int split(struct shr_counters *counters, struct shr_follow *follow,
		 struct shr_call *call, struct shr_err *err)
{
	struct shr_counter *others = call->counter;
	struct shr_lane *lane;

	if (!others->value || call->end.new_scan != call->store ||
	    !others_since(others, call->pid))
		return 0;
	lane = shr_counters_new_lane(counters, call);
	if (!lane || !shr_counters_move(counters, others, lane))
		return no_memory(err);
	move_tasks(follow, others, call);
	others->open -= others->open > 0;
	call->counter =
		shr_counters_get(counters, call->instance, call->lane, others->slot);
	if (!call->counter)
		return no_memory(err);
	call->counter->known = true;
	call->counter->open = 1;
	return 1;
}

/*
 * When the call emptied its counter, at the earliest: the kernel does so before it
 * writes the start event, and whoever comes in between finds nothing.
 */
static uint64_t emptied_ns(const struct shr_call *call)
{
	const struct shr_counter *counter = call->counter;

	for (uint32_t i = 0; i < SHR_HISTORY && i < counter->history_count; i++) {
		const struct shr_was *was = shr_counter_was(counter, i);

		if (was->until_ns < call->start_ns)
			return was->until_ns;
	}
	return call->start_ns;
}

/* Whether the lane came up while @call was open: only guesses speak for it. */
static bool is_young(const struct shr_lane *lane, const struct shr_call *call)
{
	return !lane->cgroup && !lane->memcg && !lane->into && !lane->joined &&
	       lane->first_ns >= emptied_ns(call);
}

/* What is known of a lane's counter is another's. */
static bool join_counter(struct shr_counters *counters, struct shr_counter *from,
			 struct shr_lane *lane)
{
	struct shr_counter *to =
		shr_counters_get(counters, from->instance, lane, from->slot);

	if (!to)
		return false;
	if (!to->known) {
		shr_counters_copy(to, from);
	} else {
		to->value = plus(to->value, from->value);
		for (uint32_t i = 0; i < kept(&from->parts); i++)
			shr_parts_add(&to->parts, &from->parts.part[i]);
		to->open += from->open;
	}
	shr_ledger_forget(from);
	return true;
}

/* Whether the counter held nothing at @ts_ns, as far back as is remembered. */
static bool held_nothing(const struct shr_counter *counter, uint64_t ts_ns)
{
	bool nothing = !counter->value;

	for (uint32_t i = 0; i < SHR_HISTORY && i < counter->history_count; i++) {
		const struct shr_was *was = shr_counter_was(counter, i);

		if (was->until_ns < ts_ns)
			return nothing;
		nothing = !was->value;
	}
	return nothing && counter->history_count <= SHR_HISTORY;
}

/*
 * The call found nothing, as it would have on another lane, where others have left
 * since what is there before its end: it was there.
 */
static bool go_over(struct shr_follow *follow, struct shr_step *step)
{
	struct shr_call *call = step->call;
	struct shr_counter *other = call->instance->counters;

	for (; other; other = other->next_of_instance)
		if (is_like(call->counter, other) && !other->lane->joined &&
		    other->value == shr_ledger_before(step) &&
		    held_nothing(other, call->start_ns))
			break;
	if (!other || call->start.deferred)
		return false;
	shr_follow_move(follow, call->pid, call->lane, other->lane);
	call->counter->open -= call->counter->open > 0;
	other->open++;
	call->counter = other;
	call->lane = other->lane;
	return true;
}

/*
 * What is missing at the end of the call is what another lane's counter holds, which
 * held nothing when the call emptied its own: who left it there was here.
 */
static bool gather(struct shr_counters *counters, struct shr_follow *follow,
		   struct shr_turns *turns, struct shr_call *call, int64_t missing)
{
	struct shr_counter *from = call->instance->counters;

	for (; from; from = from->next_of_instance)
		if (is_like(call->counter, from) && from->value == missing &&
		    held_nothing(from, call->start_ns))
			break;
	if (!from || !join_counter(counters, from, call->lane))
		return false;
	for (struct shr_call *other = turns->first; other; other = other->next) {
		if (other->counter != from || other->start_ns < call->start_ns)
			continue;
		shr_follow_move(follow, other->pid, other->lane, call->lane);
		other->lane = call->lane;
		other->counter = call->counter;
	}
	return true;
}

static void move_all_calls(struct shr_turns *turns, struct shr_follow *follow,
			   struct shr_lane *from, struct shr_lane *to)
{
	for (struct shr_call *call = turns->first; call; call = call->next) {
		if (call->lane != from)
			continue;
		call->lane = to;
		if (call->counter->lane == from)
			call->counter = shr_counters_of_lane(call, to);
		shr_follow_move(follow, call->pid, from, to);
	}
}

/*
 * What is missing at the end of the call is all that some call has left in a counter
 * while it was open, and no more is there: of amounts that repeat, that call found
 * another memcg's.
 */
static bool take_over(struct shr_follow *follow, struct shr_turns *turns,
		      struct shr_call *call, int64_t missing)
{
	struct shr_counter *from = call->instance->counters;

	for (; from; from = from->next_of_instance)
		if (is_like(call->counter, from) && from->value == missing &&
		    from->parts.count == 1 && from->parts.part[0].amount == missing &&
		    from->parts.part[0].pid != call->pid &&
		    from->parts.part[0].start_ns >= emptied_ns(call))
			break;
	if (!from)
		return false;
	from->parts.part[0].weak_ns = from->parts.part[0].start_ns;
	move_part(follow, turns, from, call->counter, 0);
	return true;
}

/*
 * What is missing at the end of the call is what a lane holds that came up while it was
 * open: the call had emptied the counter, and who found it empty was taken for another
 * memcg's.  They are one.
 */
static int join(struct shr_counters *counters, struct shr_follow *follow,
		struct shr_turns *turns, struct shr_call *call, int64_t missing,
		struct shr_err *err)
{
	struct shr_counter *from = call->instance->counters;

	for (; from; from = from->next_of_instance)
		if (is_like(call->counter, from) && from->value == missing &&
		    is_young(from->lane, call))
			break;
	if (!from)
		return 0;
	struct shr_lane *lane = from->lane;

	for (struct shr_counter *each = lane->counters; each; each = each->next_of_lane)
		if (each->known && !join_counter(counters, each, call->lane))
			return no_memory(err);
	move_all_calls(turns, follow, lane, call->lane);
	lane->joined = true;
	return 1;
}

/* Whether @counter held, when it was @other's turn no more, what that one still does.
 */
static bool were_alike(const struct shr_counter *counter,
		       const struct shr_counter *other)
{
	const uint64_t since_ns =
		other->history_count ? shr_counter_was(other, 0)->until_ns : 0;

	for (uint32_t i = 0; i < SHR_HISTORY && i < counter->history_count; i++) {
		const struct shr_was *was = shr_counter_was(counter, i);

		if (was->until_ns <= since_ns)
			return false;
		if (was->value == other->value)
			return true;
	}
	return false;
}

bool shr_regroup_alike(struct shr_counters *counters, struct shr_call *call)
{
	struct shr_counter *counter = call->counter;
	struct shr_counter *other = call->instance->counters;

	if (call->memcg_from != SHR_MEMCG_INFERRED || !counter->lane || counter->open)
		return false;
	for (; other; other = other->next_of_instance)
		if (is_like(counter, other) && other->known && !other->open &&
		    !other->lane->joined && !other->lane->into &&
		    other->value == call->start.deferred && were_alike(counter, other))
			break;
	if (!other || !shr_counters_swap(counters, counter, other->lane))
		return false;
	call->counter = other;
	return true;
}

int shr_regroup(struct shr_counters *counters, struct shr_follow *follow,
		struct shr_turns *turns, struct shr_step *step, struct shr_err *err)
{
	struct shr_call *call = step->call;
	struct shr_counter *counter = call->counter;
	const struct wanted wanted = { call, step->kind == SHR_STEP_END };
	int64_t missing;
	int got = 0;

	if (call->memcg_from != SHR_MEMCG_INFERRED || !counter->lane || !counter->known)
		return 0;
	missing = minus(shr_ledger_before(step), counter->value);
	if (wanted.end)
		got = split(counters, follow, call, err);
	if (got)
		return got;
	if (fetch(follow, turns, &wanted, missing, SHR_PARTS) ||
	    exchange(follow, turns, &wanted, missing))
		return 1;
	if (wanted.end)
		got = join(counters, follow, turns, call, missing, err);
	if (got)
		return got;
	if (wanted.end &&
	    (go_over(follow, step) || gather(counters, follow, turns, call, missing) ||
	     take_over(follow, turns, call, missing)))
		return 1;
	return give_away(counters, follow, turns, &wanted, minus(0, missing), err);
}
