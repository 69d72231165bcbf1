/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ids - who has which number; the lowest free one is given out next.
 *
 * Numbers are recycled at once, as the kernel's idr does, so that whoever gets one
 * inherits what others keep under it.  Writers exclude each other; readers look up in
 * a read section of grace, or while no writer can run.
 */
#ifndef CORE_SHRINKER_IDS_H
#define CORE_SHRINKER_IDS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct shr_grace;
struct shr_id_table;

struct shr_ids {
	_Atomic(struct shr_id_table *) table; /* owned; NULL: none yet */
	uint32_t lowest;		      /* none below it is free */
};

/* All ids are free again.  Nobody looks up. */
void shr_ids_release(struct shr_ids *ids);

/* The lowest free id, @holder's from now on; -1 when memory runs out. */
int32_t shr_ids_take(struct shr_ids *ids, void *holder, struct shr_grace *grace);

/* @id, which is free, is @holder's.  False when memory runs out. */
bool shr_ids_set(struct shr_ids *ids, uint32_t id, void *holder,
		 struct shr_grace *grace);

/* @id is free again.  Who looked it up before may still hold what he found. */
void shr_ids_drop(struct shr_ids *ids, int32_t id);

/* All ids that have a holder are below this; as shr_ids_find(). */
uint32_t shr_ids_end(struct shr_ids *ids);

/* Its holder, or NULL: any number may be asked for. */
void *shr_ids_find(struct shr_ids *ids, uint32_t id);

#endif /* CORE_SHRINKER_IDS_H */
