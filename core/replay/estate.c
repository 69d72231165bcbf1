/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/estate.h"

#include "core/replay/counters.h"
#include "core/replay/instance.h"

enum {
	PIECES_MAX = 20,
	ENDS_MAX = 4, /* of more, no sum says anything */
	TRIES_MAX = 20000,
	AHEAD = 512,	  /* steps in which what has ended is not found again */
	DISTINCT = 16,	  /* an amount that hardly another counter has, too */
	LAG = 1000000000, /* ns from cgroup_rmdir to when its memcg goes offline */
};

/* A counter of the heir's shrinker and node that may be part of what it got. */
struct piece {
	struct shr_counter *counter;
	bool due; /* of a lane that ended: it is expected there */
	bool chosen;
};

struct estate {
	struct shr_counter *heir;
	int64_t own; /* what calls have left in it */
	struct piece pieces[PIECES_MAX];
	unsigned count;
	unsigned ends; /* memcgs that may have ended, and left a piece each; */
	bool counted;  /* their number is known: else those that ended at once count one
			*/
	unsigned tries;
};

static int64_t plus(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

static int64_t minus(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a - (uint64_t)b);
}

/* Whether @heir is expected to have got what @lane left. */
static bool is_due(const struct shr_counter *heir, const struct shr_lane *lane)
{
	for (uint32_t i = 0; i < heir->legacies.count; i++)
		if (heir->legacies.legacy[i].lane == lane)
			return true;
	return false;
}

/* Whether nothing that was recorded says that the memcg of @lane goes on. */
static bool may_have_ended(const struct shr_counters *counters,
			   const struct shr_lane *lane)
{
	if (lane->into || lane->joined)
		return false;
	if (lane->cgroup)
		return lane->rmdir_ns;
	return !counters->cgroups.last_rmdir_ns ||
	       counters->cgroups.last_rmdir_ns > lane->first_ns;
}

/* @call may not have been introduced yet. */
static bool is_of_place(const struct shr_call *call, const struct shr_counter *counter)
{
	const struct shr_instance *instance = counter->instance;
	const bool shared = instance->numa.from && !instance->numa.value;

	return call->shrinker == instance->address &&
	       call->callback == instance->callback &&
	       (shared || (uint32_t)call->nid == counter->slot);
}

/* Whether a call behind @step finds what @counter holds, before another leaves as much.
 */
static bool is_found_again(const struct shr_counter *counter,
			   const struct shr_step *step)
{
	const struct shr_step *next = step->next;

	if (counter->value < DISTINCT)
		return false;
	for (unsigned seen = 0; next && seen < AHEAD; next = next->next, seen++) {
		const struct shr_call *call = next->call;

		if (next->kind == SHR_STEP_START && !call->taken &&
		    call->start.deferred == counter->value &&
		    is_of_place(call, counter))
			return true;
		if (next->kind == SHR_STEP_END &&
		    call->end.new_scan == counter->value && is_of_place(call, counter))
			return false;
	}
	return false;
}

/* Which of two pieces is rather part of it: what is due, then what ended last. */
static bool goes_before(const struct piece *a, const struct piece *b)
{
	if (a->due != b->due)
		return a->due;
	return a->counter->lane->last_ns > b->counter->lane->last_ns;
}

/* Of too many, the last ones are left out. */
static void insert(struct estate *estate, struct piece piece)
{
	unsigned at = estate->count;

	if (at == PIECES_MAX && !goes_before(&piece, &estate->pieces[--at]))
		return;
	for (estate->count = at + 1; at && goes_before(&piece, &estate->pieces[at - 1]);
	     at--)
		estate->pieces[at] = estate->pieces[at - 1];
	estate->pieces[at] = piece;
}

static bool is_inferred(const struct shr_lane *lane)
{
	return !lane->cgroup && !lane->memcg;
}

/* A lane that ended lately, and has nothing here: it may be another's that has. */
static bool is_vacant(const struct shr_counter *heir, const struct shr_lane *lane)
{
	return lane->into == heir->lane && is_inferred(lane) &&
	       lane->into_ns >= heir->seen_ns && !is_due(heir, lane);
}

/* How many memcgs may have ended since the heir's last call. */
static unsigned count_ends(const struct shr_counters *counters,
			   const struct shr_counter *heir)
{
	unsigned count = heir->legacies.count + 1;

	if (counters->cgroups.last_rmdir_ns)
		return shr_cgroups_removed_since(
			&counters->cgroups,
			heir->seen_ns > LAG ? heir->seen_ns - LAG : 0);
	for (size_t i = 0; i < counters->lane_count; i++)
		count += is_vacant(heir, counters->lanes[i]);
	return count;
}

/* @step NULL: without regard to what follows. */
static void collect(const struct shr_counters *counters, struct estate *estate,
		    const struct shr_step *step)
{
	const struct shr_counter *heir = estate->heir;

	for (struct shr_counter *counter = heir->instance->counters; counter;
	     counter = counter->next_of_instance) {
		if (counter == heir || counter->slot != heir->slot || !counter->lane ||
		    !counter->known || counter->value <= 0 || counter->open)
			continue;
		struct piece piece = { counter, is_due(heir, counter->lane), false };

		if (!piece.due && !may_have_ended(counters, counter->lane))
			continue;
		if (!step || !is_found_again(counter, step))
			insert(estate, piece);
	}
}

/* False: too much has arrived there to tell its parts. */
static bool open_estate(const struct shr_counters *counters, struct shr_counter *heir,
			const struct shr_step *step, struct estate *estate)
{
	estate->heir = heir;
	estate->own = minus(heir->value, heir->inherited);
	estate->count = estate->tries = 0;
	if (!heir->known || heir->left_by || heir->legacies.count > SHR_PARTS)
		return false;
	estate->counted = counters->cgroups.last_rmdir_ns;
	estate->ends = count_ends(counters, heir);
	collect(counters, estate, step);
	return true;
}

/* At most @most pieces from @at on that are @rest together. */
static bool choose_from(struct estate *estate, unsigned at, int64_t rest, unsigned most)
{
	if (!rest)
		return true;
	if (at == estate->count || rest < 0 || !most || estate->tries++ > TRIES_MAX)
		return false;
	struct piece *piece = &estate->pieces[at];

	piece->chosen = true;
	if (choose_from(estate, at + 1, minus(rest, piece->counter->value), most - 1))
		return true;
	piece->chosen = false;
	return choose_from(estate, at + 1, rest, most);
}

/* Lanes that fell silent one after the other: what ends at once arrives at once. */
static bool choose_together(struct estate *estate, unsigned first, int64_t rest)
{
	for (; first < estate->count && rest > 0; first++) {
		int64_t over = rest;
		unsigned end = first;

		while (end < estate->count && over > 0)
			over = minus(over, estate->pieces[end++].counter->value);
		if (over || (estate->counted && end - first > estate->ends))
			continue;
		while (first < end)
			estate->pieces[first++].chosen = true;
		return true;
	}
	return !rest;
}

/* All that is due, and what went along with it. */
static bool choose_due(struct estate *estate, int64_t rest)
{
	unsigned i = 0;

	for (; i < estate->count && estate->pieces[i].due; i++) {
		estate->pieces[i].chosen = true;
		rest = minus(rest, estate->pieces[i].counter->value);
	}
	if (choose_together(estate, i, rest))
		return true;
	while (i--)
		estate->pieces[i].chosen = false;
	return false;
}

/* As much as is expected, else as few pieces as can be. */
static bool choose(struct estate *estate, int64_t found)
{
	int64_t rest = minus(found, estate->own);

	if (rest < 0)
		return false;
	if (choose_due(estate, rest))
		return true;
	for (unsigned most = 0; most <= estate->ends && most <= ENDS_MAX; most++)
		if (choose_from(estate, 0, rest, most))
			return true;
	return false;
}

bool shr_estate_explains(const struct shr_counters *counters,
			 const struct shr_counter *heir, int64_t found)
{
	struct estate estate;

	/* Only looked at. */
	return open_estate(counters, (struct shr_counter *)(uintptr_t)heir, NULL,
			   &estate) &&
	       choose(&estate, found);
}

static void leave(struct shr_counter *to, struct shr_counter *from)
{
	uint32_t count = to->legacies.count++;

	from->left = true;
	to->value = plus(to->value, from->value);
	to->inherited = plus(to->inherited, from->value);
	if (count < SHR_PARTS) {
		to->legacies.legacy[count].lane = from->lane;
		to->legacies.legacy[count].amount = from->value;
	}
}

/* What else @lane has goes to the same parent, but for what is found again. */
static bool leave_others(struct shr_counters *counters, struct shr_lane *lane,
			 const struct shr_counter *heir, const struct shr_step *step)
{
	for (struct shr_counter *from = lane->counters; from;
	     from = from->next_of_lane) {
		if (from->instance == heir->instance && from->slot == heir->slot)
			continue;
		if (!from->known || from->value <= 0 || is_found_again(from, step))
			continue;
		struct shr_counter *to = shr_counters_get(counters, from->instance,
							  heir->lane, from->slot);

		if (!to)
			return false;
		leave(to, from);
	}
	return true;
}

/* Whether calls that follow find what the lane holds elsewhere. */
static bool goes_on(const struct shr_lane *lane, const struct shr_counter *but,
		    const struct shr_step *step)
{
	for (const struct shr_counter *counter = lane->counters; counter;
	     counter = counter->next_of_lane)
		if (counter != but && counter->known && is_found_again(counter, step))
			return true;
	return false;
}

/* A lane that ended, and has left nothing here. */
static struct shr_lane *find_vacant(const struct shr_counters *counters,
				    const struct shr_counter *heir)
{
	for (size_t i = counters->lane_count; i--;)
		if (is_vacant(heir, counters->lanes[i]))
			return counters->lanes[i];
	return NULL;
}

/*
 * The memcg of a counter that was not due has ended: which lane is that?  NULL: no
 * memory.
 */
static struct shr_lane *bury(struct shr_counters *counters,
			     const struct shr_counter *heir,
			     struct shr_counter *counter, const struct shr_step *step)
{
	struct shr_lane *lane = find_vacant(counters, heir);

	if (lane)
		return shr_counters_swap(counters, counter, lane) ? lane : NULL;
	lane = counter->lane;
	if (goes_on(lane, counter, step)) {
		lane = shr_counters_new_lane(counters, step->call);
		if (!lane || !shr_counters_move(counters, counter, lane))
			return NULL;
	}
	lane->into = heir->lane;
	lane->into_ns = step->call->start_ns;
	return leave_others(counters, lane, heir, step) ? lane : NULL;
}

/* What was chosen, and nothing else, is in the heir's counter. */
static bool hand_over(struct shr_counters *counters, const struct estate *estate,
		      const struct shr_step *step)
{
	struct shr_counter *heir = estate->heir;

	heir->value = estate->own;
	heir->inherited = 0;
	heir->legacies.count = 0;
	/* What is due comes first: then the lanes are known that have not left that. */
	for (unsigned i = 0; i < estate->count; i++) {
		struct shr_counter *counter = estate->pieces[i].counter;

		if (!estate->pieces[i].chosen)
			continue;
		if (!estate->pieces[i].due && !bury(counters, heir, counter, step))
			return false;
		leave(heir, counter);
	}
	return true;
}

bool shr_estate_settle(struct shr_counters *counters, struct shr_counter *heir,
		       const struct shr_step *step)
{
	struct estate estate;

	return open_estate(counters, heir, step, &estate) &&
	       choose(&estate, step->call->start.deferred) &&
	       hand_over(counters, &estate, step);
}

/* Whether the call may be on the counter of another lane, as far as that goes. */
static bool may_be_on(const struct shr_call *call, const struct shr_counter *counter)
{
	return counter != call->counter && counter->slot == call->counter->slot &&
	       counter->lane && is_inferred(counter->lane) && !counter->lane->into &&
	       !counter->lane->joined && counter->known && !counter->open &&
	       counter->value > 0;
}

/* How far the call's cache is from what it was by @counter. */
static uint64_t distance(const struct shr_call *call, const struct shr_counter *counter)
{
	int64_t was = counter->freeable, is = call->start.freeable;

	return was > is ? (uint64_t)was - (uint64_t)is : (uint64_t)is - (uint64_t)was;
}

/* Of two that each may have left to the other, the one whose cache it is has lived. */
static struct shr_counter *find_heir(const struct shr_counters *counters,
				     const struct shr_step *step)
{
	const struct shr_call *call = step->call;
	struct shr_counter *best = NULL;

	for (struct shr_counter *heir = call->instance->counters; heir;
	     heir = heir->next_of_instance) {
		struct estate estate;

		if (may_be_on(call, heir) && !is_found_again(heir, step) &&
		    (!best || distance(call, heir) < distance(call, best)) &&
		    open_estate(counters, heir, step, &estate) &&
		    choose(&estate, call->start.deferred))
			best = heir;
	}
	return best;
}

bool shr_estate_find(struct shr_counters *counters, const struct shr_step *step)
{
	struct shr_call *call = step->call;
	struct shr_counter *heir;

	if (call->start.deferred < DISTINCT || !counters->cgroups.last_rmdir_ns)
		return false;
	heir = find_heir(counters, step);
	if (!heir || (call->firm && !shr_counters_swap(counters, heir, call->lane)))
		return false;
	call->counter = heir;
	call->lane = heir->lane;
	return shr_estate_settle(counters, heir, step);
}

/* What its parent has taken of it is gone all the same: that was another memcg's. */
void shr_estate_reopen(struct shr_lane *lane)
{
	const struct shr_lane *parent = lane->into;

	for (struct shr_counter *from = lane->counters; from;
	     from = from->next_of_lane) {
		const struct shr_counter *to = parent->counters;

		while (to && (to->instance != from->instance || to->slot != from->slot))
			to = to->next_of_lane;
		if (from->left && !(to && is_due(to, lane)))
			shr_ledger_forget(from);
		from->left = false;
	}
	lane->into = NULL;
}
