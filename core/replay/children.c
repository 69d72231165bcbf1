/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/children.h"

#include "core/replay/counters.h"
#include "core/replay/instance.h"
#include "core/replay/ledger.h"

enum { TRIES_MAX = 4096 };

uint64_t shr_lane_ended_ns(const struct shr_lane *lane)
{
	return lane->rmdir_ns ? lane->rmdir_ns : lane->last_ns;
}

int64_t shr_counter_holds(const struct shr_counter *counter)
{
	return counter->known ? counter->value : counter->inherited;
}

/* How many of its last movements came after its memcg was removed. */
static uint32_t moved_since(const struct shr_counter *counter)
{
	uint32_t since = 0;

	if (!counter->lane || !counter->lane->rmdir_ns)
		return 0;
	while (since < SHR_HISTORY && since < counter->history_count &&
	       shr_counter_was(counter, since)->until_ns > counter->lane->rmdir_ns)
		since++;
	return since;
}

bool shr_counter_may_have_held(const struct shr_counter *counter, int64_t value)
{
	const uint32_t since = moved_since(counter);

	/* More than is remembered. */
	if (since == SHR_HISTORY)
		return true;
	for (uint32_t back = 0; back < since; back++)
		if (shr_counter_was(counter, back)->value == value)
			return true;
	return false;
}

/* It goes offline a while after cgroup_rmdir, and is called until then. */
static bool may_have_ended(const struct shr_counters *counters,
			   const struct shr_lane *lane, const struct shr_lane *heir,
			   uint64_t now_ns)
{
	if (lane->joined || lane->last_ns >= now_ns)
		return false;
	/* It has, but this counter did not show up yet. */
	if (lane->into)
		return lane->into == heir && lane->rmdir_ns;
	if (!counters->cgroups.last_rmdir_ns)
		return true;
	return lane->cgroup ? lane->rmdir_ns != 0
			    : counters->cgroups.last_rmdir_ns > lane->first_ns;
}

static void add_amount(struct shr_child *child, int64_t amount)
{
	if (amount <= 0)
		return;
	for (unsigned i = 0; i < child->count; i++)
		if (child->amounts[i] == amount)
			return;
	child->amounts[child->count++] = amount;
}

static struct shr_child child_of(struct shr_counter *counter)
{
	struct shr_child child = { .counter = counter };
	const uint32_t since = moved_since(counter);

	add_amount(&child, shr_counter_holds(counter));
	for (uint32_t back = 0; back < since; back++)
		add_amount(&child, shr_counter_was(counter, back)->value);
	return child;
}

/* Of too many, those that ended last stay. */
static void insert(struct shr_children *children, const struct shr_child *child)
{
	const uint64_t ended_ns = shr_lane_ended_ns(child->counter->lane);
	struct shr_child *all = children->child;
	unsigned at = children->count;

	if (at == SHR_CHILDREN &&
	    shr_lane_ended_ns(all[--at].counter->lane) >= ended_ns)
		return;
	for (children->count = at + 1;
	     at && shr_lane_ended_ns(all[at - 1].counter->lane) < ended_ns; at--)
		all[at] = all[at - 1];
	all[at] = *child;
}

static void find_of(struct shr_children *children, const struct shr_counters *counters,
		    const struct shr_instance *instance, const struct shr_counter *heir,
		    uint64_t now_ns)
{
	for (struct shr_counter *counter = instance->counters; counter;
	     counter = counter->next_of_instance) {
		if (counter->lane == heir->lane || counter->slot != heir->slot ||
		    !counter->lane || counter->passed_on ||
		    !may_have_ended(counters, counter->lane, heir->lane, now_ns))
			continue;
		struct shr_child child = child_of(counter);

		if (child.count)
			insert(children, &child);
	}
}

void shr_children_find(struct shr_children *children,
		       const struct shr_counters *counters,
		       const struct shr_counter *heir, uint64_t now_ns)
{
	children->count = 0;
	children->tries = 0;
	/* Of memcgs that ended before the id changed hands, too. */
	for (const struct shr_instance *instance = heir->instance; instance;
	     instance = shr_instance_before(instance))
		find_of(children, counters, instance, heir, now_ns);
}

/* Some of the children, whichever: for lanes that are known to have ended. */
static bool choose_any(struct shr_children *children, unsigned at, int64_t rest)
{
	if (!rest)
		return true;
	if (at == children->count || rest < 0 || children->tries++ > TRIES_MAX)
		return false;
	struct shr_child *child = &children->child[at];

	for (unsigned i = 0; i < child->count; i++) {
		child->chosen = child->amounts[i];
		if (choose_any(children, at + 1, rest - child->chosen))
			return true;
	}
	child->chosen = 0;
	return choose_any(children, at + 1, rest);
}

/*
 * Lanes that fell silent one after the other.  Silence alone does not tell whether a
 * lane has ended, and some sum of many lanes would fit any amount; but what ends at
 * once arrives at once.
 */
static bool choose_together(struct shr_children *children, int64_t extra)
{
	for (unsigned first = 0; first < children->count; first++) {
		int64_t rest = extra;
		unsigned end = first;

		while (end < children->count && rest > 0)
			rest -= children->child[end++].amounts[0];
		if (rest)
			continue;
		for (; first < end; first++)
			children->child[first].chosen =
				children->child[first].amounts[0];
		return true;
	}
	return false;
}

bool shr_children_are_removed(const struct shr_children *children)
{
	for (unsigned i = 0; i < children->count; i++)
		if (!children->child[i].counter->lane->rmdir_ns)
			return false;
	return children->count;
}

bool shr_children_choose(struct shr_children *children, int64_t extra)
{
	return shr_children_are_removed(children) ? choose_any(children, 0, extra)
						  : choose_together(children, extra);
}
