/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/map.h"

#include <stdbool.h>
#include <stdlib.h>

/* Fibonacci hashing: addresses and pids differ in their middle bits. */
static size_t home_of(const struct shr_map *map, uint64_t a, uint64_t b)
{
	uint64_t mixed = (a ^ b * 0xff51afd7ed558ccdu) * 0x9e3779b97f4a7c15u;

	return (size_t)(mixed >> 32 ^ mixed) & (map->cap - 1);
}

/* The entry of the key, or the empty one where it belongs. */
static struct shr_map_entry *entry_of(const struct shr_map *map, uint64_t a, uint64_t b)
{
	size_t i = home_of(map, a, b);

	while (map->entries[i].value &&
	       (map->entries[i].a != a || map->entries[i].b != b))
		i = (i + 1) & (map->cap - 1);
	return &map->entries[i];
}

void shr_map_release(struct shr_map *map)
{
	free(map->entries);
	*map = (struct shr_map){ 0 };
}

void *shr_map_find(const struct shr_map *map, uint64_t a, uint64_t b)
{
	return map->cap ? entry_of(map, a, b)->value : NULL;
}

static bool grow(struct shr_map *map)
{
	struct shr_map bigger = { .cap = map->cap ? map->cap * 2 : 64 };

	bigger.entries = calloc(bigger.cap, sizeof(*bigger.entries));
	if (!bigger.entries)
		return false;
	for (size_t i = 0; i < map->cap; i++) {
		const struct shr_map_entry *old = &map->entries[i];

		if (old->value)
			*entry_of(&bigger, old->a, old->b) = *old;
	}
	bigger.count = map->count;
	free(map->entries);
	*map = bigger;
	return true;
}

void **shr_map_add(struct shr_map *map, uint64_t a, uint64_t b)
{
	if (map->count * 2 >= map->cap && !grow(map))
		return NULL;
	struct shr_map_entry *entry = entry_of(map, a, b);

	if (!entry->value) {
		entry->a = a;
		entry->b = b;
		map->count++;
	}
	return &entry->value;
}

void shr_map_remove(struct shr_map *map, uint64_t a, uint64_t b)
{
	if (!map->cap)
		return;
	size_t mask = map->cap - 1;
	size_t hole = (size_t)(entry_of(map, a, b) - map->entries);

	if (!map->entries[hole].value)
		return;
	map->count--;
	/* Pull back what probing had pushed behind the hole. */
	for (size_t i = (hole + 1) & mask; map->entries[i].value; i = (i + 1) & mask) {
		size_t home = home_of(map, map->entries[i].a, map->entries[i].b);

		if (((i - home) & mask) < ((i - hole) & mask))
			continue;
		map->entries[hole] = map->entries[i];
		hole = i;
	}
	map->entries[hole].value = NULL;
}
