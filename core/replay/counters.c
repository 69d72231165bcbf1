/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/counters.h"

#include "core/err.h"
#include "core/replay/instance.h"

#include <stdlib.h>

void shr_counters_release(struct shr_counters *counters)
{
	for (size_t i = 0; i < counters->counters.cap; i++)
		free(counters->counters.entries[i].value);
	shr_map_release(&counters->counters);
	shr_map_release(&counters->lanes);
	shr_map_release(&counters->visits);
	*counters = (struct shr_counters){ 0 };
}

/* The cgroup id where there is one, else the address of the memcg; 0 for none. */
static uint64_t memcg_of(const struct shr_call *call)
{
	if (call->memcg_from == SHR_MEMCG_NONE || call->cgroup)
		return call->cgroup;
	return call->identity_has & SHR_HAS_MEMCG_PTR ? call->identity.memcg : 0;
}

static int set_lane(struct shr_counters *counters, struct shr_call *call,
		    uint64_t memcg, struct shr_err *err)
{
	void **lane = shr_map_add(&counters->lanes, memcg, 0);

	if (!lane)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	if (!*lane)
		*lane = (void *)(uintptr_t)++counters->lane_count;
	call->lane = (uint32_t)(uintptr_t)*lane;

	void **visit = shr_map_add(&counters->visits, call->instance->ordinal, memcg);

	if (!visit)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	if (!*visit)
		call->instance->lanes++;
	*visit = *lane;
	return 0;
}

/* Unknown awareness is taken for awareness: then a wrong key shows as such. */
static bool is_aware(struct shr_aware aware)
{
	return !aware.from || aware.value;
}

static struct shr_counter *look_up(struct shr_counters *counters,
				   const struct shr_instance *instance, uint64_t slot,
				   uint64_t memcg, struct shr_err *err)
{
	void **found = shr_map_add(&counters->counters,
				   (uint64_t)instance->ordinal << 32 | slot, memcg);

	if (found && !*found)
		*found = calloc(1, sizeof(struct shr_counter));
	if (found && *found)
		return *found;
	if (found)
		counters->counters.count--;
	shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	return NULL;
}

struct shr_counter *shr_counters_find(struct shr_counters *counters,
				      enum shr_key_rule key, struct shr_call *call,
				      struct shr_err *err)
{
	struct shr_instance *instance = call->instance;
	bool by_slot = key != SHR_KEY_SHRINKER && (call->has & SHR_HAS_NID) &&
		       is_aware(instance->numa);
	bool by_memcg = key == SHR_KEY_MEMCG && is_aware(instance->memcg);
	uint64_t memcg = memcg_of(call);
	uint64_t slot = by_slot ? (uint32_t)call->nid : 0;

	/* Most calls work on the counter that the shrinker's last one did. */
	call->lane = instance->last_lane;
	if (instance->last && instance->last_slot == slot &&
	    instance->last_memcg == memcg)
		return instance->last;
	call->lane = 0;
	if (memcg && set_lane(counters, call, memcg, err) < 0)
		return NULL;
	instance->last = look_up(counters, instance, slot, by_memcg ? memcg : 0, err);
	instance->last_slot = slot;
	instance->last_memcg = memcg;
	instance->last_lane = call->lane;
	return instance->last;
}
