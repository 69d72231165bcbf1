/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/counters.h"

#include "core/err.h"
#include "core/model/deferred.h"
#include "core/replay/instance.h"

#include <stdlib.h>

static void free_values(struct shr_map *map)
{
	for (size_t i = 0; i < map->cap; i++)
		free(map->entries[i].value);
	shr_map_release(map);
}

void shr_counters_release(struct shr_counters *counters)
{
	free_values(&counters->counters);
	for (size_t i = 0; i < counters->lane_count; i++)
		free(counters->lanes[i]);
	free(counters->lanes);
	shr_map_release(&counters->by_memcg);
	shr_map_release(&counters->visits);
	shr_cgroups_release(&counters->cgroups);
	*counters = (struct shr_counters){ 0 };
}

/* The cgroup id where there is one, else the address of the memcg; 0 for none. */
static uint64_t memcg_of(const struct shr_call *call)
{
	if (call->memcg_from == SHR_MEMCG_NONE || call->cgroup)
		return call->cgroup;
	return call->identity_has & SHR_HAS_MEMCG_PTR ? call->identity.memcg : 0;
}

static bool has_room(struct shr_counters *counters)
{
	if (counters->lane_count < counters->lane_cap)
		return true;
	size_t cap = counters->lane_cap ? counters->lane_cap * 2 : 16;
	void *grown = reallocarray(counters->lanes, cap, sizeof(struct shr_lane *));

	if (!grown)
		return false;
	counters->lanes = grown;
	counters->lane_cap = cap;
	return true;
}

struct shr_lane *shr_counters_new_lane(struct shr_counters *counters,
				       const struct shr_call *call)
{
	struct shr_lane *lane = has_room(counters) ? calloc(1, sizeof(*lane)) : NULL;

	if (!lane)
		return NULL;
	counters->lanes[counters->lane_count++] = lane;
	lane->number = (uint32_t)counters->lane_count;
	lane->cgroup = call->cgroup;
	if (call->identity_has & SHR_HAS_MEMCG_PTR)
		lane->memcg = call->identity.memcg;
	lane->first_ns = call->start_ns;
	if (call->cgroup) {
		lane->path = shr_cgroups_path(&counters->cgroups, call->cgroup);
		/* A memcg is called for a while after its cgroup was removed. */
		lane->rmdir_ns =
			shr_cgroups_when_removed(&counters->cgroups, call->cgroup);
	}
	return lane;
}

/* A lane that is inferred is of no memcg that is known. */
static bool is_lane_of(const struct shr_lane *lane, uint64_t memcg)
{
	return lane && (lane->cgroup ? lane->cgroup : lane->memcg) == memcg;
}

int shr_counters_lane(struct shr_counters *counters, struct shr_call *call,
		      struct shr_err *err)
{
	uint64_t memcg = memcg_of(call);

	if (!memcg)
		return 0;
	call->lane = call->instance->last_lane;
	if (is_lane_of(call->lane, memcg))
		return 0;
	void **slot = shr_map_add(&counters->by_memcg, memcg, 0);

	if (slot && !*slot)
		*slot = shr_counters_new_lane(counters, call);
	if (slot && !*slot)
		counters->by_memcg.count--;
	call->lane = slot ? *slot : NULL;
	return call->lane ? 0 : shr_fail(err, SHR_ERR_NOMEM, "out of memory");
}

void shr_counters_rmdir(struct shr_counters *counters, int32_t root, uint64_t id,
			uint32_t path, uint64_t ts_ns)
{
	struct shr_lane *lane = shr_map_find(&counters->by_memcg, id, 0);

	if (!shr_cgroups_rmdir(&counters->cgroups, root, id, ts_ns) || !lane)
		return;
	lane->rmdir_ns = ts_ns;
	if (path)
		lane->path = path;
}

/* Whether the shrinker was called for this memcg for the first time. */
static bool note_visit(struct shr_counters *counters, struct shr_instance *instance,
		       struct shr_lane *lane)
{
	void **visit = shr_map_add(&counters->visits, instance->ordinal, lane->number);

	if (!visit)
		return false;
	instance->lanes += !*visit;
	*visit = lane;
	return true;
}

/* Unknown awareness is taken for awareness: then a wrong key shows as such. */
static bool is_aware(struct shr_aware aware)
{
	return !aware.from || aware.value;
}

static struct shr_counter *new_counter(struct shr_instance *instance,
				       struct shr_lane *lane, uint32_t slot)
{
	struct shr_counter *counter = calloc(1, sizeof(*counter));

	if (!counter)
		return NULL;
	counter->instance = instance;
	counter->lane = lane;
	counter->slot = slot;
	counter->next_of_instance = instance->counters;
	instance->counters = counter;
	if (lane) {
		counter->next_of_lane = lane->counters;
		lane->counters = counter;
	}
	return counter;
}

/* The counter that was the memcg's under the instance's id before; NULL: none was. */
static struct shr_counter *counter_before(const struct shr_counters *counters,
					  const struct shr_counter *counter)
{
	const struct shr_instance *before = counter->instance;
	struct shr_counter *old = NULL;

	while (!old && (before = shr_instance_before(before)))
		old = shr_map_find(&counters->counters,
				   (uint64_t)before->ordinal << 32 | counter->slot,
				   counter->lane->number);
	return old;
}

/* What the last holder of the instance's id left in the memcg's counter is its own. */
static void inherit_by_id(const struct shr_counters *counters,
			  struct shr_counter *counter)
{
	struct shr_counter *old =
		counter->lane ? counter_before(counters, counter) : NULL;

	if (!old)
		return;
	old->passed_on = true;
	if (!old->known) {
		counter->inherited = old->inherited;
		counter->legacies = old->legacies;
		return;
	}
	counter->known = counter->sure = true;
	counter->value = counter->inherited = old->value;
	counter->left_by = old->instance;
	counter->gaps_seen = old->gaps_seen;
	counter->seen_ns = old->seen_ns;
	counter->opened_ns = old->opened_ns;
}

struct shr_counter *shr_counters_get(struct shr_counters *counters,
				     struct shr_instance *instance,
				     struct shr_lane *lane, uint32_t slot)
{
	void **found = shr_map_add(&counters->counters,
				   (uint64_t)instance->ordinal << 32 | slot,
				   lane ? lane->number : 0);

	if (!found)
		return NULL;
	if (*found)
		return *found;
	struct shr_counter *counter = new_counter(instance, lane, slot);

	*found = counter;
	if (counter)
		inherit_by_id(counters, counter);
	else
		counters->counters.count--;
	return counter;
}

struct shr_counter *shr_counters_of_lane(const struct shr_call *call,
					 const struct shr_lane *lane)
{
	struct shr_counter *counter = call->instance->last;
	uint32_t slot = shr_counters_slot(call);

	if (counter && counter->lane == lane && counter->slot == slot)
		return counter;
	for (counter = call->instance->counters; counter;
	     counter = counter->next_of_instance)
		if (counter->lane == lane && counter->slot == slot)
			return counter;
	return NULL;
}

static uint64_t place_of(const struct shr_counter *counter)
{
	return (uint64_t)counter->instance->ordinal << 32 | counter->slot;
}

static void unlink_of_lane(struct shr_counter *counter)
{
	struct shr_counter **link = &counter->lane->counters;

	while (*link != counter)
		link = &(*link)->next_of_lane;
	*link = counter->next_of_lane;
}

/* To another lane's list; its place in the map is the caller's. */
static void relink(struct shr_counter *counter, struct shr_lane *lane)
{
	unlink_of_lane(counter);
	counter->lane = lane;
	counter->next_of_lane = lane->counters;
	lane->counters = counter;
	counter->instance->last = NULL;
}

bool shr_counters_move(struct shr_counters *counters, struct shr_counter *counter,
		       struct shr_lane *lane)
{
	void **place =
		shr_map_add(&counters->counters, place_of(counter), lane->number);

	if (!place)
		return false;
	*place = counter;
	shr_map_remove(&counters->counters, place_of(counter), counter->lane->number);
	relink(counter, lane);
	return true;
}

/* Of a counter that is there. */
static bool replace(struct shr_counters *counters, const struct shr_counter *counter,
		    struct shr_counter *by)
{
	void **place = shr_map_add(&counters->counters, place_of(counter),
				   counter->lane->number);

	if (place)
		*place = by;
	return place;
}

bool shr_counters_swap(struct shr_counters *counters, struct shr_counter *counter,
		       struct shr_lane *lane)
{
	struct shr_counter *other =
		shr_map_find(&counters->counters, place_of(counter), lane->number);
	struct shr_lane *from = counter->lane;

	if (!other)
		return shr_counters_move(counters, counter, lane);
	if (!replace(counters, counter, other) || !replace(counters, other, counter))
		return false;
	relink(other, from);
	relink(counter, lane);
	return true;
}

void shr_counters_doubt(struct shr_call *call)
{
	call->counter->known = false;
	for (struct shr_counter *counter = call->instance->counters; counter;
	     counter = counter->next_of_instance)
		counter->gaps_seen = 0;
}

void shr_counters_stray(struct shr_call *call)
{
	const bool any_slot = !(call->has & SHR_HAS_NID);
	const uint32_t slot = shr_counters_slot(call);

	for (struct shr_counter *counter = call->instance->counters; counter;
	     counter = counter->next_of_instance) {
		bool other = call->lane && counter->lane && call->lane != counter->lane;

		if (!other && (any_slot || counter->slot == slot))
			counter->stray_ns = call->end_ns;
	}
}

void shr_counters_copy(struct shr_counter *to, const struct shr_counter *from)
{
	const struct shr_counter place = *to;

	*to = *from;
	to->early = place.early;
	to->instance = place.instance;
	to->lane = place.lane;
	to->slot = place.slot;
	to->next_of_instance = place.next_of_instance;
	to->next_of_lane = place.next_of_lane;
}

static struct shr_awareness awareness_of(const struct shr_instance *instance)
{
	return (struct shr_awareness){ is_aware(instance->numa),
				       is_aware(instance->memcg) };
}

bool shr_counters_by_memcg(const struct shr_instance *instance)
{
	return is_aware(instance->memcg);
}

/* Up to 3.11, where shrinkers have one counter, no event names a node. */
uint32_t shr_counters_slot(const struct shr_call *call)
{
	if (!(call->has & SHR_HAS_NID))
		return 0;
	return shr_deferred_slot(SHR_KEY_SLOT, awareness_of(call->instance), call->nid);
}

struct shr_counter *shr_counters_find(struct shr_counters *counters,
				      enum shr_key_rule key,
				      const struct shr_call *call, struct shr_err *err)
{
	struct shr_instance *instance = call->instance;
	struct shr_lane *lane = call->lane;
	bool by_memcg = shr_deferred_by_memcg(key, awareness_of(instance));
	uint32_t slot = key == SHR_KEY_SHRINKER ? 0 : shr_counters_slot(call);

	/* Most calls work on the counter that the shrinker's last one did. */
	if (instance->last && instance->last_slot == slot &&
	    instance->last_lane == lane)
		return instance->last;
	instance->last = NULL;
	if (!lane || note_visit(counters, instance, lane))
		instance->last = shr_counters_get(counters, instance,
						  by_memcg ? lane : NULL, slot);
	instance->last_slot = slot;
	instance->last_lane = lane;
	if (!instance->last)
		shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	return instance->last;
}
