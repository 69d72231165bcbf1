/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/reparent.h"

#include "core/replay/children.h"
#include "core/replay/counters.h"
#include "core/replay/estate.h"
#include "core/replay/instance.h"
#include "core/replay/ledger.h"

enum {
	AHEAD = 512, /* steps in which a lane that has ended does not show up */
};

static int64_t sum(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

static void leave(struct shr_counter *to, const struct shr_lane *child, int64_t amount)
{
	uint32_t count = to->legacies.count++;

	to->value = sum(to->value, amount);
	to->inherited = sum(to->inherited, amount);
	if (count < SHR_PARTS) {
		to->legacies.legacy[count].lane = child;
		to->legacies.legacy[count].amount = amount;
	}
}

/* Whether @call is for the memcg of @lane, by what was recorded or decided. */
static bool is_of(const struct shr_call *call, const struct shr_lane *lane)
{
	if (call->lane)
		return call->lane == lane;
	if (lane->cgroup)
		return call->cgroup == lane->cgroup;
	return lane->memcg && (call->identity_has & SHR_HAS_MEMCG_PTR) &&
	       call->identity.memcg == lane->memcg;
}

static bool shows_up(const struct shr_lane *lane, const struct shr_step *step)
{
	for (unsigned seen = 0; step && seen < AHEAD; step = step->next, seen++)
		if (step->kind == SHR_STEP_START && is_of(step->call, lane))
			return true;
	return false;
}

/* Its counter of the same shrinker and node as @counter; NULL: it has none. */
static struct shr_counter *counter_of(const struct shr_lane *lane,
				      const struct shr_counter *counter)
{
	struct shr_counter *other = lane->counters;

	while (other &&
	       (other->instance != counter->instance || other->slot != counter->slot))
		other = other->next_of_lane;
	return other;
}

/* The next start on @counter, which may not have been introduced yet. */
static const struct shr_call *next_on(const struct shr_counter *counter,
				      const struct shr_step *step)
{
	for (unsigned seen = 0; step && seen < AHEAD; step = step->next, seen++) {
		const struct shr_call *call = step->call;

		if (step->kind == SHR_STEP_START &&
		    call->shrinker == counter->instance->address && !call->taken &&
		    is_of(call, counter->lane) &&
		    (!counter->instance->numa.value ||
		     (uint32_t)call->nid == counter->slot))
			return call;
	}
	return NULL;
}

/*
 * Whether a first call found in @to what @child had left there: then it was not
 * missed, for nothing was known of it, and is not there any more.
 */
static bool was_found_first(const struct shr_counter *to, const struct shr_lane *child)
{
	return to->known && to->opened_ns > shr_lane_ended_ns(child);
}

/* The same of any counter that what @from held may have gone to. */
static bool may_be_found(const struct shr_counter *from)
{
	const struct shr_counter *to = from->instance->counters;

	while (to && (to->slot != from->slot || !was_found_first(to, from->lane)))
		to = to->next_of_instance;
	return to;
}

/* Whether the next call finds what @from held on top of what is in @to. */
static bool is_still_there(const struct shr_counter *to, const struct shr_counter *from,
			   const struct shr_step *step)
{
	const struct shr_call *next = next_on(to, step);

	return next && next->start.deferred == sum(to->value, shr_counter_holds(from));
}

/* Whether @to, which the next call finds as it is or not, is left as it is for now. */
static bool is_put_off(const struct shr_counter *to, const struct shr_counter *from,
		       const struct shr_step *step)
{
	if (!to->known || is_still_there(to, from, step))
		return false;
	return was_found_first(to, from->lane) ||
	       (shr_counter_may_have_held(from, 0) && next_on(to, step));
}

/* The counter is @parent's now, and whose id it is since then. */
static struct shr_counter *counter_at(struct shr_counters *counters,
				      const struct shr_counter *from,
				      struct shr_lane *parent)
{
	struct shr_instance *instance = from->instance;

	while (instance->heir && shr_instance_before(instance->heir))
		instance = instance->heir;
	return shr_counters_get(counters, instance, parent, from->slot);
}

static void pass_on(struct shr_counter *from, struct shr_counter *to, int64_t amount)
{
	from->passed_on = true;
	from->bequest = amount;
	leave(to, from->lane, amount);
}

/*
 * Every counter of @child is added to the same of @parent; the child's stay.  What is
 * not certain is settled when a call on that counter does not find what it should.
 */
static void move_counts(struct shr_counters *counters, struct shr_lane *child,
			struct shr_lane *parent, const struct shr_step *step)
{
	child->into = parent;
	for (struct shr_counter *from = child->counters; from;
	     from = from->next_of_lane) {
		if (from->passed_on || shr_counter_holds(from) <= 0)
			continue;
		struct shr_counter *to = counter_at(counters, from, parent);

		if (to && !is_put_off(to, from, step))
			pass_on(from, to, shr_counter_holds(from));
	}
}

/*
 * All counters of a memcg move at once.  If a call finds another one exactly as it
 * was, the memcg has not ended, and the amount that fits is chance.
 */
static bool is_refuted(const struct shr_lane *child, const struct shr_counter *counter,
		       const struct shr_step *step)
{
	for (const struct shr_counter *from = child->counters; from;
	     from = from->next_of_lane) {
		const struct shr_counter *to = counter_of(counter->lane, from);

		if (!to || to == counter || !to->known || !from->known ||
		    from->value <= 0 || shr_counter_may_have_held(from, 0) ||
		    may_be_found(from))
			continue;
		const struct shr_call *next = next_on(to, step);

		if (next && next->start.deferred == to->value)
			return true;
	}
	return false;
}

/* Take out what the steps that follow show not to have ended. */
static void drop_alive(struct shr_children *children, const struct shr_counter *counter,
		       const struct shr_step *next)
{
	unsigned count = 0;

	for (unsigned i = 0; i < children->count; i++) {
		struct shr_child *child = &children->child[i];
		const struct shr_lane *lane = child->counter->lane;

		if (lane->into ||
		    (!shows_up(lane, next) && !is_refuted(lane, counter, next)))
			children->child[count++] = *child;
	}
	children->count = count;
}

/* Whether what the @nth left is not in @counter, as a call that misses it shows. */
static bool may_be_missing(const struct shr_counter *counter, uint32_t nth)
{
	const struct shr_lane *lane = counter->legacies.legacy[nth].lane;
	const struct shr_counter *from = counter_of(lane, counter);

	return lane->rmdir_ns || (from && may_be_found(from));
}

/* It may be found later, or was by somebody else. */
static void take_one_back(struct shr_counter *counter, uint32_t nth)
{
	struct shr_legacies *legacies = &counter->legacies;
	const int64_t amount = legacies->legacy[nth].amount;
	struct shr_counter *from = counter_of(legacies->legacy[nth].lane, counter);

	legacies->legacy[nth] = legacies->legacy[--legacies->count];
	counter->value = sum(counter->value, -amount);
	counter->inherited = sum(counter->inherited, -amount);
	if (!from)
		return;
	from->passed_on = false;
	from->bequest = 0;
}

/*
 * What is missing, a negative @extra, may be what a memcg between had got, that found
 * it first; or it has not arrived yet.
 */
static bool take_back(struct shr_counter *counter, int64_t extra)
{
	const int64_t missing = (int64_t)(0 - (uint64_t)extra);
	const struct shr_legacies *legacies = &counter->legacies;

	for (uint32_t i = 0; i < legacies->count && legacies->count <= SHR_PARTS; i++) {
		if (legacies->legacy[i].amount != missing ||
		    !may_be_missing(counter, i))
			continue;
		take_one_back(counter, i);
		return true;
	}
	return false;
}

static bool is_inferred(const struct shr_lane *lane)
{
	return !lane->cgroup && !lane->memcg;
}

bool shr_reparent_explains(const struct shr_counters *counters,
			   const struct shr_counter *counter, int64_t extra,
			   uint64_t now_ns)
{
	struct shr_children children;

	if (!counter->lane)
		return false;
	if (is_inferred(counter->lane))
		return shr_estate_explains(counters, counter,
					   sum(counter->value, extra));
	if (extra <= 0)
		return false;
	shr_children_find(&children, counters, counter, now_ns);
	return shr_children_choose(&children, extra);
}

/* Those that were chosen first: others of theirs may be added to the same counter. */
static void move_chosen(struct shr_counters *counters,
			const struct shr_children *children, struct shr_counter *to,
			const struct shr_step *step)
{
	for (unsigned i = 0; i < children->count; i++)
		if (children->child[i].chosen)
			pass_on(children->child[i].counter, to,
				children->child[i].chosen);
	for (unsigned i = 0; i < children->count; i++)
		if (children->child[i].chosen)
			move_counts(counters, children->child[i].counter->lane,
				    to->lane, step);
}

bool shr_reparent(struct shr_counters *counters, struct shr_counter *counter,
		  int64_t extra, const struct shr_step *step)
{
	struct shr_children children;
	uint64_t now_ns =
		step->kind == SHR_STEP_END ? step->call->end_ns : step->call->start_ns;

	if (!counter->lane)
		return false;
	if (is_inferred(counter->lane))
		return shr_estate_settle(counters, counter, step);
	if (extra <= 0)
		return take_back(counter, extra);
	shr_children_find(&children, counters, counter, now_ns);
	drop_alive(&children, counter, step->next);
	if (!shr_children_choose(&children, extra)) {
		/* A pass that began before goes on for a while. */
		shr_children_find(&children, counters, counter, now_ns);
		if (!shr_children_are_removed(&children) ||
		    !shr_children_choose(&children, extra))
			return false;
	}
	move_chosen(counters, &children, counter, step);
	return true;
}
