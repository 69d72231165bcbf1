/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/reparent.h"

#include "core/replay/counters.h"
#include "core/replay/instance.h"
#include "core/replay/ledger.h"

enum {
	CHILDREN_MAX = 20,
	TRIES_MAX = 4096,
	AHEAD = 512, /* steps in which a lane that has ended does not show up */
};

/* Counters of lanes that may have ended, the one that ended last in front. */
struct children {
	const struct shr_counter *counters[CHILDREN_MAX];
	bool chosen[CHILDREN_MAX];
	unsigned count;
	unsigned tries;
};

/* When a lane was heard of last. */
static uint64_t ended_ns(const struct shr_lane *lane)
{
	return lane->rmdir_ns ? lane->rmdir_ns : lane->last_ns;
}

/* It goes offline a while after cgroup_rmdir, and is called until then. */
static bool may_have_ended(const struct shr_counters *counters,
			   const struct shr_lane *lane, uint64_t now_ns)
{
	if (lane->into || lane->joined || lane->last_ns >= now_ns)
		return false;
	if (!counters->cgroups.last_rmdir_ns)
		return true;
	return lane->cgroup ? lane->rmdir_ns != 0
			    : counters->cgroups.last_rmdir_ns > lane->first_ns;
}

/* Of too many, those that ended last stay. */
static void insert(struct children *children, const struct shr_counter *counter)
{
	unsigned at = children->count;

	if (at == CHILDREN_MAX &&
	    ended_ns(children->counters[--at]->lane) >= ended_ns(counter->lane))
		return;
	for (children->count = at + 1;
	     at && ended_ns(children->counters[at - 1]->lane) < ended_ns(counter->lane);
	     at--)
		children->counters[at] = children->counters[at - 1];
	children->counters[at] = counter;
}

static void find_children(const struct shr_counters *counters,
			  const struct shr_counter *parent, uint64_t now_ns,
			  struct children *children)
{
	for (const struct shr_counter *counter = parent->instance->counters; counter;
	     counter = counter->next_of_instance)
		if (counter != parent && counter->slot == parent->slot &&
		    counter->lane && counter->known && counter->value > 0 &&
		    may_have_ended(counters, counter->lane, now_ns))
			insert(children, counter);
}

/* Some of the children, whichever: for lanes that are known to have ended. */
static bool choose_any(struct children *children, unsigned at, int64_t rest)
{
	if (!rest)
		return true;
	if (at == children->count || rest < 0 || children->tries++ > TRIES_MAX)
		return false;
	children->chosen[at] = true;
	if (choose_any(children, at + 1, rest - children->counters[at]->value))
		return true;
	children->chosen[at] = false;
	return choose_any(children, at + 1, rest);
}

/*
 * Lanes that fell silent one after the other.  Silence alone does not tell whether a
 * lane has ended, and some sum of many lanes would fit any amount; but what ends at
 * once arrives at once.
 */
static bool choose_together(struct children *children, int64_t extra)
{
	for (unsigned first = 0; first < children->count; first++) {
		int64_t rest = extra;
		unsigned end = first;

		while (end < children->count && rest > 0)
			rest -= children->counters[end++]->value;
		if (rest)
			continue;
		while (first < end)
			children->chosen[first++] = true;
		return true;
	}
	return false;
}

static bool ends_are_known(const struct children *children)
{
	for (unsigned i = 0; i < children->count; i++)
		if (!children->counters[i]->lane->rmdir_ns)
			return false;
	return true;
}

static bool choose(struct children *children, int64_t extra)
{
	return ends_are_known(children) ? choose_any(children, 0, extra)
					: choose_together(children, extra);
}

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

/* Every counter of @child is added to the same of @parent; the child's stay. */
static void move_counts(struct shr_counters *counters, struct shr_lane *child,
			struct shr_lane *parent)
{
	child->into = parent;
	for (struct shr_counter *from = child->counters; from;
	     from = from->next_of_lane) {
		struct shr_counter *to =
			shr_counters_get(counters, from->instance, parent, from->slot);

		if (!to || !from->known || from->value <= 0)
			continue;
		leave(to, child, from->value);
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

/* The counter that moves to @parent with the lane of @from. */
static const struct shr_counter *heir_of(const struct shr_counter *from,
					 const struct shr_lane *parent)
{
	const struct shr_counter *to = parent->counters;

	while (to && (to->instance != from->instance || to->slot != from->slot))
		to = to->next_of_lane;
	return to;
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
 * All counters of a memcg move at once.  If a call finds another one exactly as it
 * was, the memcg has not ended, and the amount that fits is chance.
 */
static bool is_refuted(const struct shr_lane *child, const struct shr_counter *counter,
		       const struct shr_step *step)
{
	for (const struct shr_counter *from = child->counters; from;
	     from = from->next_of_lane) {
		const struct shr_counter *to = heir_of(from, counter->lane);

		if (!to || to == counter || !to->known || !from->known ||
		    from->value <= 0)
			continue;
		const struct shr_call *next = next_on(to, step);

		if (next && next->start.deferred == to->value)
			return true;
	}
	return false;
}

/* Take out what the steps that follow show not to have ended. */
static void drop_alive(struct children *children, const struct shr_counter *counter,
		       const struct shr_step *next)
{
	unsigned count = 0;

	for (unsigned i = 0; i < children->count; i++) {
		const struct shr_counter *child = children->counters[i];

		if (!shows_up(child->lane, next) &&
		    !is_refuted(child->lane, counter, next))
			children->counters[count++] = child;
	}
	children->count = count;
}

bool shr_reparent_explains(const struct shr_counters *counters,
			   const struct shr_counter *counter, int64_t extra,
			   uint64_t now_ns)
{
	struct children children = { .count = 0 };

	if (!counter->lane || extra <= 0)
		return false;
	find_children(counters, counter, now_ns, &children);
	return choose(&children, extra);
}

bool shr_reparent(struct shr_counters *counters, struct shr_counter *counter,
		  int64_t extra, const struct shr_step *step)
{
	struct children children = { .count = 0 };
	uint64_t now_ns =
		step->kind == SHR_STEP_END ? step->call->end_ns : step->call->start_ns;

	if (!counter->lane || extra <= 0)
		return false;
	find_children(counters, counter, now_ns, &children);
	drop_alive(&children, counter, step->next);
	if (!choose(&children, extra))
		return false;
	for (unsigned i = 0; i < children.count; i++)
		if (children.chosen[i])
			move_counts(counters, children.counters[i]->lane,
				    counter->lane);
	return true;
}
