/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/instances.h"

#include "core/err.h"
#include "core/stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int no_memory(struct shr_err *err)
{
	return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
}

void shr_instances_release(struct shr_instances *instances)
{
	for (size_t i = 0; i < instances->count; i++) {
		shr_instance_release(instances->all[i]);
		free(instances->all[i]);
	}
	free(instances->all);
	shr_map_release(&instances->by_address);
	shr_map_release(&instances->by_callback);
	shr_map_release(&instances->by_id);
}

static int label(struct shr_instances *instances, struct shr_instance *instance,
		 struct shr_err *err)
{
	void **count = shr_map_add(&instances->by_callback, instance->callback, 1);
	char base[64];

	if (!count)
		return no_memory(err);
	uintptr_t nth = (uintptr_t)*count + 1;

	*count = (void *)nth;
	if (instance->symbol.name.len)
		snprintf(base, sizeof(base), "%.*s", (int)instance->symbol.name.len,
			 instance->symbol.name.ptr);
	else
		snprintf(base, sizeof(base), "0x%" PRIx64, instance->callback);
	if (nth == 1)
		snprintf(instance->label, sizeof(instance->label), "%s", base);
	else
		snprintf(instance->label, sizeof(instance->label), "%s#%zu", base,
			 (size_t)nth);
	return 0;
}

static int list(struct shr_instances *instances, struct shr_instance *instance,
		struct shr_err *err)
{
	if (instances->count == instances->cap) {
		size_t cap = instances->cap ? instances->cap * 2 : 32;
		void *grown =
			reallocarray(instances->all, cap, sizeof(*instances->all));

		if (!grown)
			return no_memory(err);
		instances->all = grown;
		instances->cap = cap;
	}
	instance->ordinal = (uint32_t)instances->count;
	instances->all[instances->count++] = instance;
	return 0;
}

static struct shr_instance *new_instance(struct shr_instances *instances,
					 const struct shr_call *call,
					 struct shr_err *err)
{
	struct shr_source *src = instances->src;
	struct shr_instance *instance = calloc(1, sizeof(*instance));

	if (!instance) {
		no_memory(err);
		return NULL;
	}
	instance->address = call->shrinker;
	instance->anonymous = !(call->has & SHR_HAS_SHRINKER);
	instance->callback = call->callback;
	if (!src->symbol(src, call->callback, &instance->symbol))
		instance->symbol = (struct shr_symbol){ .name = { "", 0 },
							.module = { "", 0 },
							.address = call->callback };
	instance->name = (struct shr_str){ "", 0 };
	if (list(instances, instance, err) < 0) {
		free(instance);
		return NULL;
	}
	if (label(instances, instance, err) < 0 ||
	    shr_instance_resolve(instance, instances->release, instances->settings,
				 err) < 0)
		return NULL;
	return instance;
}

/* Where the text printed no address, one callback is all there is to go by. */
static uint64_t address_of(const struct shr_call *call)
{
	return call->has & SHR_HAS_SHRINKER ? call->shrinker : call->callback;
}

/*
 * A superblock is called by its type until it is mounted ("sb-ext4"), and by its device
 * besides from then on ("sb-ext4:vda1"); no other name changes.
 */
static bool is_renamed(struct shr_str before, struct shr_str after)
{
	return !before.len || !after.len ||
	       (after.len > before.len && after.ptr[before.len] == ':' &&
		!memcmp(before.ptr, after.ptr, before.len));
}

static bool has_other_name(const struct shr_instances *instances,
			   const struct shr_instance *here, const struct shr_call *call)
{
	struct shr_source *src = instances->src;
	struct shr_str name;

	if (!(call->identity_has & SHR_HAS_NAME) || !here->name.len)
		return false;
	name = src->text(src, call->identity.name);
	if (name.ptr == here->name.ptr)
		return false;
	return (name.len != here->name.len ||
		memcmp(name.ptr, here->name.ptr, name.len) != 0) &&
	       !is_renamed(here->name, name);
}

/* Neither its callback nor its id, seeks or name change while a shrinker lives. */
static bool is_other(const struct shr_instances *instances,
		     const struct shr_instance *here, const struct shr_call *call)
{
	uint32_t has = call->identity_has;

	if (here->callback != call->callback)
		return true;
	if ((has & SHR_HAS_ID) && here->id_known && here->id != call->identity.id)
		return true;
	if ((has & SHR_HAS_SEEKS) && here->seeks.from == SHR_FROM_IDENTITY &&
	    here->seeks.value != call->identity.seeks)
		return true;
	return has_other_name(instances, here, call);
}

/* From 5.13 on the counters of a memcg go by the id: who has it next inherits them. */
static int note_id(struct shr_instances *instances, struct shr_instance *instance,
		   int32_t id, struct shr_err *err)
{
	void **holder = shr_map_add(&instances->by_id, (uint32_t)id, 0);

	if (!holder)
		return no_memory(err);
	instance->id = id;
	instance->id_known = true;
	/* Who is not memcg-aware has none: 0 up to 7.1, which one other has, then -1.
	 */
	if (id && !instance->memcg.from)
		instance->memcg = (struct shr_aware){ SHR_FROM_IDENTITY, id > 0 };
	instance->inherits = *holder;
	if (instance->inherits)
		instance->inherits->heir = instance;
	*holder = instance;
	return 0;
}

static int note_identity(struct shr_instances *instances, struct shr_call *call,
			 struct shr_err *err)
{
	struct shr_instance *instance = call->instance;
	struct shr_source *src = instances->src;

	if (!call->identity_has)
		return 0;
	shr_instance_identify(instance, call, instances->release);
	if (call->identity.name && !instance->name.len)
		instance->name = src->text(src, call->identity.name);
	if (!(call->identity_has & SHR_HAS_ID) || instance->id_known)
		return 0;
	return note_id(instances, instance, call->identity.id, err);
}

/* A few shrinkers have most of the calls: they are found without the map. */
static struct shr_instance **recent_of(struct shr_instances *instances,
				       const struct shr_call *call)
{
	return &instances->recent[(call->shrinker >> 6) % SHR_RECENT_INSTANCES];
}

/* Let another live at the address of @call from now on. */
static int move_in(struct shr_instances *instances, struct shr_call *call, void **place,
		   struct shr_err *err)
{
	struct shr_instance *before = *place;
	struct shr_instance *instance = new_instance(instances, call, err);

	if (!instance) {
		if (!before)
			instances->by_address.count--;
		return -1;
	}
	*place = instance;
	*recent_of(instances, call) = NULL;
	call->instance = instance;
	if (before) {
		call->reuse = SHR_REUSE_ADDRESS;
		call->before = before;
	}
	return 0;
}

int shr_instances_find(struct shr_instances *instances, struct shr_call *call,
		       struct shr_err *err)
{
	struct shr_instance **recent = recent_of(instances, call);

	if (*recent && !call->identity_has && (*recent)->address == call->shrinker &&
	    (*recent)->callback == call->callback) {
		call->instance = *recent;
		return 0;
	}
	void **place = shr_map_add(&instances->by_address, address_of(call), 0);

	if (!place)
		return no_memory(err);
	call->instance = *place;
	if ((!call->instance || is_other(instances, call->instance, call)) &&
	    move_in(instances, call, place, err) < 0)
		return -1;
	if (!call->instance->anonymous)
		*recent = call->instance;
	return note_identity(instances, call, err);
}

struct shr_instance *shr_instances_known(const struct shr_instances *instances,
					 const struct shr_call *call)
{
	struct shr_instance *here =
		shr_map_find(&instances->by_address, address_of(call), 0);

	return here && here->callback == call->callback ? here : NULL;
}

bool shr_instances_changes(const struct shr_instances *instances,
			   const struct shr_call *call)
{
	const struct shr_instance *here =
		shr_map_find(&instances->by_address, address_of(call), 0);

	return here && is_other(instances, here, call);
}

int shr_instances_renew(struct shr_instances *instances, struct shr_call *call,
			struct shr_err *err)
{
	void **place = shr_map_add(&instances->by_address, address_of(call), 0);

	if (!place)
		return no_memory(err);
	if (move_in(instances, call, place, err) < 0)
		return -1;
	return note_identity(instances, call, err);
}
