/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/ledger.h"

#include "core/model/deferred.h"
#include "core/replay/counters.h"

enum {
	AHEAD = 512,	 /* steps that are looked at for what goes before */
	RIVALS_MAX = 64, /* movements of one counter among them */
	DEPTH_MAX = 24,	 /* movements that go before another */
	TRIES_MAX = 20000,
};

static bool is_addition(const struct shr_step *step)
{
	return step->kind == SHR_STEP_END;
}

int64_t shr_ledger_before(const struct shr_step *step)
{
	const struct shr_call *call = step->call;

	if (!is_addition(step))
		return call->start.deferred;
	return shr_deferred_before(call->end.new_scan, call->store);
}

static int64_t after(const struct shr_step *step)
{
	return is_addition(step) ? step->call->end.new_scan : 0;
}

static uint64_t stamp(const struct shr_step *step)
{
	return is_addition(step) ? step->call->end_ns : step->call->start_ns;
}

/* The earliest moment of the movement: the last time its task was seen before. */
static uint64_t floor_of(const struct shr_step *step)
{
	return is_addition(step) ? step->call->start_ns : step->call->floor_ns;
}

static bool entered(const struct shr_step *step)
{
	return is_addition(step) ? step->call->added : step->call->taken;
}

/* An addition whose remainder is not known says only where it ends. */
static bool tells_before(const struct shr_step *step)
{
	const struct shr_call *call = step->call;

	if (!is_addition(step))
		return call->has & SHR_HAS_DEFERRED;
	return call->store_known && (call->end_has & SHR_HAS_NEW_SCAN);
}

static struct shr_part part_of(const struct shr_call *call, int64_t amount)
{
	return (struct shr_part){ .n = call->n,
				  .start_ns = call->start_ns,
				  .pid = call->pid,
				  .amount = amount,
				  .weak_ns = call->weak_ns,
				  .pending = call->n ? NULL : call };
}

static void remember(struct shr_counter *counter, const struct shr_step *step,
		     uint64_t until_ns)
{
	int64_t moved = (int64_t)((uint64_t)after(step) - (uint64_t)counter->value);

	counter->history[counter->history_count++ % SHR_HISTORY] =
		(struct shr_was){ counter->value, until_ns,
				  part_of(step->call, moved) };
}

/* Parts become a call's evidence; it waits until all of them can be named. */
static void hand_over(struct shr_call *call, struct shr_parts *to,
		      const struct shr_parts *from)
{
	to->count = from->count;
	to->total = from->total;
	for (uint32_t i = 0; i < SHR_PARTS && i < from->count; i++) {
		to->part[i] = from->part[i];
		call->pending += from->part[i].pending != NULL;
	}
}

static void take_legacies(struct shr_counter *counter, struct shr_call *call)
{
	call->inherited = counter->inherited;
	call->legacies = counter->legacies;
	if (counter->left_by) {
		call->reuse = SHR_REUSE_ID;
		call->before = counter->left_by;
	}
	counter->inherited = 0;
	counter->legacies.count = 0;
	counter->left_by = NULL;
}

void shr_ledger_forget(struct shr_counter *counter)
{
	counter->known = false;
	counter->open = 0;
	counter->parts.count = 0;
	counter->parts.total = 0;
	counter->inherited = 0;
	counter->legacies.count = 0;
	counter->left_by = NULL;
}

/* Since when what the call finds says little of whose counter it is. */
static uint64_t weak_since(const struct shr_counter *counter,
			   const struct shr_call *call)
{
	const struct shr_part *part = &counter->parts.part[0];

	if (!call->start.deferred)
		return call->start_ns;
	return counter->parts.count == 1 && part->pid == call->pid &&
			       part->amount == call->start.deferred
		       ? part->weak_ns
		       : 0;
}

/* A counter seen for the first time cannot hold less than what was left to it. */
static bool has_legacies(const struct shr_counter *counter, const struct shr_call *call)
{
	return counter->known || counter->inherited <= call->start.deferred;
}

static void move_exchange(struct shr_counter *counter, struct shr_call *call)
{
	if (!has_legacies(counter, call))
		shr_ledger_forget(counter);
	call->expected = counter->value;
	call->expected_known = counter->known;
	call->taken = true;
	hand_over(call, &call->gave, &counter->parts);
	if (counter->inherited)
		take_legacies(counter, call);
	call->weak_ns = weak_since(counter, call);
	counter->open++;
	counter->value = 0;
	counter->known = true;
	counter->parts.count = 0;
	counter->parts.total = 0;
}

static void move_addition(struct shr_counter *counter, struct shr_call *call)
{
	hand_over(call, &call->others, &counter->parts);
	call->arrived = counter->inherited;
	call->arrivals = counter->legacies;
	call->added = true;
	counter->open -= counter->open > 0;
	counter->value = call->end.new_scan;
	counter->known = call->end_has & SHR_HAS_NEW_SCAN;
	if (!call->store_known || !call->store)
		return;
	struct shr_part part = part_of(call, call->store);

	shr_parts_add(&counter->parts, &part);
}

static void move(struct shr_counter *counter, struct shr_step *step, uint64_t now_ns)
{
	remember(counter, step, now_ns);
	if (is_addition(step))
		move_addition(counter, step->call);
	else
		move_exchange(counter, step->call);
}

/* A movement that went the other way round than it was recorded. */
static void add_ahead(struct shr_call *call, const struct shr_part *part)
{
	if (call->ahead.count < SHR_PARTS)
		call->pending += part->pending != NULL;
	shr_parts_add(&call->ahead, part);
}

/* An exchange went before the last @count movements: they are still to come. */
static void exchange_before(struct shr_counter *counter, struct shr_call *call,
			    uint32_t count)
{
	counter->open++;
	call->expected = counter->value;
	call->expected_known = call->taken = true;
	call->weak_ns = call->start_ns;
	for (uint32_t i = 0; i < count; i++) {
		const struct shr_was *was =
			&counter->history[(counter->history_count - 1 - i) %
					  SHR_HISTORY];
		struct shr_part part = was->by;

		part.amount = (int64_t) - (uint64_t)part.amount;
		if (part.amount)
			add_ahead(call, &part);
	}
}

/*
 * An addition of nothing went before the last @count movements: what others had added
 * by then is its evidence.  False: not all of that is remembered.
 */
static bool add_before(struct shr_counter *counter, struct shr_call *call,
		       uint32_t count)
{
	int64_t missing = shr_counter_was(counter, count - 1)->value;
	struct shr_parts parts = { .count = 0 };
	uint32_t i = count;

	for (; missing && i < SHR_HISTORY && i < counter->history_count; i++)
		missing -= shr_counter_was(counter, i)->by.amount;
	if (missing)
		return false;
	while (i-- > count)
		if (shr_counter_was(counter, i)->by.amount)
			shr_parts_add(&parts, &shr_counter_was(counter, i)->by);
	hand_over(call, &call->others, &parts);
	counter->open -= counter->open > 0;
	call->added = true;
	return true;
}

/*
 * To take 0 from an empty counter, or to add 0 to any, changes nothing: it fits at any
 * moment when the counter had just that, also before what was entered since.
 */
static bool fits_earlier(struct shr_counter *counter, struct shr_step *step)
{
	uint32_t count = counter->history_count;
	int64_t value = after(step);

	if (shr_ledger_before(step) != value)
		return false;
	for (uint32_t i = 0; i < SHR_HISTORY && i < count; i++) {
		const struct shr_was *was = shr_counter_was(counter, i);

		/* Not before what its own task did earlier. */
		if (was->until_ns < floor_of(step) || was->by.pid == step->call->pid)
			return false;
		if (was->value != value)
			continue;
		if (is_addition(step))
			return add_before(counter, step->call, i + 1);
		exchange_before(counter, step->call, i + 1);
		return true;
	}
	return false;
}

/* Movements of the same counter that may have gone before @step. */
struct rivals {
	struct shr_step *steps[RIVALS_MAX];
	bool used[RIVALS_MAX];
	size_t count;
	size_t seen;  /* steps looked at */
	size_t tries; /* so far, at finding a way */
};

static void find_rivals(struct shr_ledger_owner *owner, const struct shr_step *step,
			struct rivals *rivals)
{
	const struct shr_counter *counter = step->call->counter;

	for (struct shr_step *next = step->next; next && rivals->seen < AHEAD;
	     next = next->next) {
		rivals->seen++;
		if (next->kind != SHR_STEP_START && next->kind != SHR_STEP_END)
			continue;
		/* A task's own movements keep their order. */
		if (entered(next) || next->call->pid == step->call->pid ||
		    floor_of(next) > stamp(step) || rivals->count == RIVALS_MAX)
			continue;
		if (owner->may_move(owner, next->call, counter,
				    stamp(next) - stamp(step)) &&
		    tells_before(next))
			rivals->steps[rivals->count++] = next;
	}
}

/* An addition can only follow its own call's exchange. */
static bool is_due(const struct rivals *rivals, const struct shr_step *step)
{
	if (!is_addition(step) || step->call->taken)
		return true;
	for (size_t i = 0; i < rivals->count; i++)
		if (rivals->used[i] && rivals->steps[i]->call == step->call)
			return true;
	return false;
}

/* Find what leads from @value to @want, in as few movements as can be. */
static bool lead(struct rivals *rivals, int64_t value, int64_t want, unsigned depth,
		 struct shr_step **path)
{
	if (value == want)
		return true;
	if (!depth || rivals->tries++ > TRIES_MAX)
		return false;
	for (size_t i = 0; i < rivals->count; i++) {
		struct shr_step *step = rivals->steps[i];

		if (rivals->used[i] || shr_ledger_before(step) != value ||
		    !is_due(rivals, step))
			continue;
		rivals->used[i] = true;
		*path = step;
		if (lead(rivals, after(step), want, depth - 1, path + 1))
			return true;
		rivals->used[i] = false;
	}
	*path = NULL;
	return false;
}

/* What was recorded later goes first; an exchange says what that changed for it. */
static void enter_path(struct shr_ledger_owner *owner, struct shr_counter *counter,
		       const struct shr_step *step, struct shr_step *const *path)
{
	for (size_t i = 0; i < DEPTH_MAX && path[i]; i++) {
		int64_t moved =
			(int64_t)((uint64_t)after(path[i]) - (uint64_t)counter->value);
		struct shr_part part = part_of(path[i]->call, moved);

		owner->moves(owner, path[i]->call, counter);
		move(counter, path[i], stamp(step));
		if (!path[i]->call->n && !is_addition(path[i])) {
			path[i]->call->next = counter->early;
			counter->early = path[i]->call;
		}
		if (!is_addition(step))
			add_ahead(step->call, &part);
	}
}

static bool enter_rivals(struct shr_ledger_owner *owner, struct rivals *rivals,
			 struct shr_counter *counter, const struct shr_step *step)
{
	struct shr_step *path[DEPTH_MAX + 1];

	for (unsigned depth = 1; depth <= DEPTH_MAX; depth++) {
		for (size_t i = 0; i <= DEPTH_MAX; i++)
			path[i] = NULL;
		if (!lead(rivals, counter->value, shr_ledger_before(step), depth, path))
			continue;
		enter_path(owner, counter, step, path);
		return true;
	}
	return false;
}

/* The movement does not fit where it was recorded: find where it does. */
static enum shr_entry enter_elsewhere(struct shr_ledger_owner *owner,
				      struct shr_step *step, bool more)
{
	struct rivals rivals = { .count = 0 };
	struct shr_counter *counter = step->call->counter;
	int64_t value = counter->value;

	if (fits_earlier(counter, step))
		return SHR_ENTRY_FITS;
	find_rivals(owner, step, &rivals);
	if (enter_rivals(owner, &rivals, counter, step)) {
		move(counter, step, stamp(step));
		if (!is_addition(step))
			step->call->expected = value;
		return SHR_ENTRY_FITS;
	}
	return more && rivals.seen < AHEAD ? SHR_ENTRY_WAITS : SHR_ENTRY_BREAKS;
}

enum shr_entry shr_ledger_enter(struct shr_ledger_owner *owner, struct shr_step *step,
				bool more)
{
	struct shr_counter *counter = step->call->counter;

	if (entered(step))
		return SHR_ENTRY_FITS;
	if (!counter->known || !tells_before(step)) {
		counter->opened_ns = stamp(step);
		move(counter, step, stamp(step));
		return SHR_ENTRY_OPENS;
	}
	if (counter->value != shr_ledger_before(step))
		return enter_elsewhere(owner, step, more);
	move(counter, step, stamp(step));
	return SHR_ENTRY_FITS;
}

void shr_ledger_force(struct shr_step *step)
{
	move(step->call->counter, step, stamp(step));
	/* What led to here is not known, and no evidence for what comes. */
	step->call->counter->history_count = 0;
}
