/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/aware.h"

#include "core/replay/counters.h"
#include "core/replay/instance.h"

static void settle(struct shr_aware *aware, bool value)
{
	*aware = (struct shr_aware){ SHR_FROM_VALUES, value };
}

/* What either event says of the node, in the kernels where they differ. */
static bool learn_from_nodes(const struct shr_generation *gen,
			     const struct shr_call *call)
{
	if (gen->id < SHR_GEN_4_19_0 || gen->id > SHR_GEN_5_0 || !call->ended ||
	    !(call->end_has & SHR_HAS_NID) || !call->nid)
		return false;
	settle(&call->instance->numa, call->end_nid == call->nid);
	return true;
}

static const struct shr_counter *counter_of_node(const struct shr_call *call)
{
	const struct shr_counter *counter = call->instance->counters;

	for (; counter; counter = counter->next_of_instance)
		if (counter->slot == (uint32_t)call->nid &&
		    (!counter->lane || counter->lane == call->lane))
			return counter;
	return NULL;
}

/* What was left last, on another node: does this one find it, or its own? */
static void learn_from_amount(const struct shr_call *call)
{
	const struct shr_counter *own = counter_of_node(call);
	const struct shr_left *left = &call->instance->left;
	int64_t deferred = call->start.deferred;
	bool finds_own = own && own->known && own->value == deferred;

	if (!left->known || left->lane != call->lane || left->nid == call->nid ||
	    !deferred || left->amount == (own ? own->value : 0))
		return;
	if (finds_own)
		settle(&call->instance->numa, true);
	else if (left->amount == deferred)
		settle(&call->instance->numa, false);
}

/* Of the counters that turn out to be one, the one that moved last is right. */
static bool share(struct shr_counters *counters, const struct shr_instance *instance)
{
	for (struct shr_counter *counter = instance->counters; counter;
	     counter = counter->next_of_instance) {
		struct shr_counter *shared =
			shr_counters_get(counters, counter->instance, counter->lane, 0);

		if (!shared)
			return false;
		if (counter->seen_ns > shared->seen_ns)
			shr_counters_copy(shared, counter);
	}
	return true;
}

bool shr_aware_learn(struct shr_counters *counters, const struct shr_generation *gen,
		     const struct shr_call *call)
{
	struct shr_instance *instance = call->instance;

	if (!instance->memcg.from && instance->lanes > 1 &&
	    call->memcg_from != SHR_MEMCG_INFERRED)
		settle(&instance->memcg, true);
	if (instance->numa.from || !(call->has & SHR_HAS_NID))
		return true;
	if (!learn_from_nodes(gen, call))
		learn_from_amount(call);
	if (!instance->numa.from || instance->numa.value)
		return true;
	instance->last = NULL;
	return share(counters, instance);
}

void shr_aware_note(const struct shr_call *call)
{
	struct shr_instance *instance = call->instance;

	if (!instance->numa.from && (call->end_has & SHR_HAS_NEW_SCAN))
		instance->left = (struct shr_left){ true, call->nid, call->lane,
						    call->end.new_scan };
}
