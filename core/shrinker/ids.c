/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A table is replaced by a larger one when it is full, and retired.  A reader in the
 * old one sees what was there when it was replaced, at the latest: as if it had looked
 * a moment earlier.
 */
#include "core/shrinker/ids.h"

#include "core/shrinker/grace.h"

#include <stddef.h>
#include <stdlib.h>

enum { FIRST_CAP = 64 };

struct shr_id_table {
	struct shr_retired retired; /* first: free casts back */
	uint32_t cap;
	_Atomic(void *) holder[];
};

/* Of a writer: nobody else replaces the table, or writes into it. */
static struct shr_id_table *own_table(const struct shr_ids *ids)
{
	return atomic_load_explicit(&ids->table, memory_order_relaxed);
}

static void *own_holder(const struct shr_id_table *table, uint32_t id)
{
	return atomic_load_explicit(&table->holder[id], memory_order_relaxed);
}

static void free_table(struct shr_retired *retired)
{
	free(retired);
}

void shr_ids_release(struct shr_ids *ids)
{
	free(own_table(ids));
	*ids = (struct shr_ids){ .table = NULL };
}

static struct shr_id_table *new_table(uint32_t cap)
{
	struct shr_id_table *table =
		calloc(1, sizeof(*table) + cap * sizeof(table->holder[0]));

	if (table)
		table->cap = cap;
	return table;
}

/* Room for @id: at least as much again as there is. */
static struct shr_id_table *grow(struct shr_ids *ids, uint32_t id,
				 struct shr_grace *grace)
{
	struct shr_id_table *old = own_table(ids);
	uint32_t cap = old ? 2 * old->cap : FIRST_CAP;

	if (id >= INT32_MAX / 2)
		return NULL;
	while (cap <= id)
		cap *= 2;
	struct shr_id_table *grown = new_table(cap);

	if (!grown)
		return NULL;
	for (uint32_t i = 0; old && i < old->cap; i++)
		atomic_init(&grown->holder[i], own_holder(old, i));
	/* release: who finds the table finds what was copied into it. */
	atomic_store_explicit(&ids->table, grown, memory_order_release);
	if (old)
		shr_grace_retire(grace, &old->retired, free_table);
	return grown;
}

int32_t shr_ids_take(struct shr_ids *ids, void *holder, struct shr_grace *grace)
{
	const struct shr_id_table *table = own_table(ids);
	uint32_t id = ids->lowest;

	while (table && id < table->cap && own_holder(table, id))
		id++;
	if (!shr_ids_set(ids, id, holder, grace))
		return -1;
	ids->lowest = id + 1;
	return (int32_t)id;
}

bool shr_ids_set(struct shr_ids *ids, uint32_t id, void *holder,
		 struct shr_grace *grace)
{
	struct shr_id_table *table = own_table(ids);

	if (!table || id >= table->cap)
		table = grow(ids, id, grace);
	if (!table)
		return false;
	/* release: who finds the holder finds it as it is now. */
	atomic_store_explicit(&table->holder[id], holder, memory_order_release);
	return true;
}

void shr_ids_drop(struct shr_ids *ids, int32_t id)
{
	/* release: who finds nobody any more finds why. */
	atomic_store_explicit(&own_table(ids)->holder[id], NULL, memory_order_release);
	if ((uint32_t)id < ids->lowest)
		ids->lowest = (uint32_t)id;
}

uint32_t shr_ids_end(struct shr_ids *ids)
{
	const struct shr_id_table *table =
		atomic_load_explicit(&ids->table, memory_order_acquire);

	return table ? table->cap : 0;
}

void *shr_ids_find(struct shr_ids *ids, uint32_t id)
{
	const struct shr_id_table *table =
		atomic_load_explicit(&ids->table, memory_order_acquire);

	if (!table || id >= table->cap)
		return NULL;
	return atomic_load_explicit(&table->holder[id], memory_order_acquire);
}
