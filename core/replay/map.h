/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * map - pointers by a pair of 64-bit keys, in open addressing.
 *
 * Replay looks up a task and a shrinker for every event, so this is kept to one
 * probe of one cache line in the usual case.  A slot's address is valid until the
 * next shr_map_add() or shr_map_remove().
 *
 *	void **slot = shr_map_add(&map, address, 0);
 *
 *	if (slot && !*slot)
 *		*slot = thing_new();
 */
#ifndef CORE_REPLAY_MAP_H
#define CORE_REPLAY_MAP_H

#include <stddef.h>
#include <stdint.h>

struct shr_map_entry {
	uint64_t a;
	uint64_t b;
	void *value; /* NULL: an empty entry */
};

struct shr_map {
	struct shr_map_entry *entries; /* owned; cap is 0 or a power of two */
	size_t cap;
	size_t count;
};

/* An empty map is all zero. */
void shr_map_release(struct shr_map *map);

/* The value of (@a, @b), or NULL. */
void *shr_map_find(const struct shr_map *map, uint64_t a, uint64_t b);

/*
 * Where the value of (@a, @b) is kept: for a new key *slot is NULL, and the caller
 * must set it before anything else is done with the map.  NULL: no memory.
 */
void **shr_map_add(struct shr_map *map, uint64_t a, uint64_t b);

/* Forget (@a, @b) if it is there. */
void shr_map_remove(struct shr_map *map, uint64_t a, uint64_t b);

#endif /* CORE_REPLAY_MAP_H */
