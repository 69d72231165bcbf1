/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/stress/superblock.h"

#include "cli/clock.h"
#include "core/shrinker/memcg.h"
#include "core/shrinker/reclaimer.h"
#include "core/shrinker/shrinker.h"

#include <stddef.h>

/* The only node there is: a second would double the lists and show nothing new. */
enum { NID = 0 };

static uint64_t count_objects(struct shr_shrinker *shrinker,
			      struct shr_control *control)
{
	const struct superblock *superblock = shrinker->private_data;
	int64_t count = shr_lru_count(superblock->lru, NID, control->memcg);

	return count > 0 ? (uint64_t)count : SHR_SHRINK_EMPTY;
}

static enum shr_lru_status isolate(const struct shr_lru_ask *ask,
				   struct shr_lru_walk *walk, struct shr_lru_item *item)
{
	struct object *object =
		(struct object *)((char *)item - offsetof(struct object, item));

	(void)ask;
	shr_lru_isolate(walk, item);
	/* release: its owner, who finds it free, finds it out of the list. */
	atomic_store_explicit(&object->listed, false, memory_order_release);
	return SHR_LRU_REMOVED;
}

static uint64_t scan_objects(struct shr_shrinker *shrinker, struct shr_control *control)
{
	static const struct shr_lru_ask ask = { isolate, NULL };
	const struct superblock *superblock = shrinker->private_data;
	uint64_t budget = control->nr_to_scan;
	uint64_t freed =
		shr_lru_walk_one(superblock->lru, &ask, NID, control->memcg, &budget);

	superblock->tally[control->by->pid].freed += freed;
	return freed;
}

static struct shr_shrinker *alloc_shrinker(struct superblock *superblock,
					   struct shr_domain *domain,
					   struct shr_err *err)
{
	struct shr_shrinker *shrinker = shr_shrinker_alloc(
		domain, SHR_SHRINKER_NUMA | SHR_SHRINKER_MEMCG, err, "sb-stress");

	if (!shrinker)
		return NULL;
	shrinker->count = count_objects;
	shrinker->scan = scan_objects;
	shrinker->private_data = superblock;
	return shrinker;
}

int superblock_open(struct superblock *superblock, struct shr_domain *domain,
		    struct reclaim_tally *tally, uint64_t *took_ns, struct shr_err *err)
{
	uint64_t begin = clock_now_ns();
	struct shr_shrinker *shrinker = alloc_shrinker(superblock, domain, err);
	uint64_t allocated = clock_now_ns();

	if (!shrinker)
		return -1;
	*superblock = (struct superblock){ .shrinker = shrinker, .tally = tally };
	superblock->lru = shr_lru_new(domain, shrinker, SHR_LRU_RETRIES, err);

	uint64_t made = clock_now_ns();

	if (!superblock->lru || shr_shrinker_register(shrinker, err)) {
		superblock_shut(superblock, NULL);
		superblock_close(superblock);
		return -1;
	}
	if (took_ns)
		*took_ns = allocated - begin + (clock_now_ns() - made);
	return 0;
}

void superblock_shut(struct superblock *superblock, uint64_t *took_ns)
{
	uint64_t begin = clock_now_ns();

	shr_shrinker_free(superblock->shrinker);
	superblock->shrinker = NULL;
	if (took_ns)
		*took_ns = clock_now_ns() - begin;
}

void superblock_close(struct superblock *superblock)
{
	shr_lru_free(superblock->lru);
	*superblock = (struct superblock){ .lru = NULL };
}

bool object_is_listed(struct object *object)
{
	return atomic_load_explicit(&object->listed, memory_order_acquire);
}

int object_add(struct object *object, struct superblock *superblock,
	       struct shr_memcg *memcg, struct shr_err *err)
{
	shr_memcg_put(object->memcg);
	object->memcg = memcg ? shr_memcg_get(memcg) : NULL;
	object->at = superblock;
	/* Before it is there to be freed: relaxed, for the list's lock comes after. */
	atomic_store_explicit(&object->listed, true, memory_order_relaxed);
	int added = shr_lru_add(superblock->lru, &object->item, NID, memcg, err);

	if (added < 0)
		atomic_store_explicit(&object->listed, false, memory_order_relaxed);
	return added;
}

bool object_del(struct object *object)
{
	if (!shr_lru_del(object->at->lru, &object->item, NID, object->memcg))
		return false;
	atomic_store_explicit(&object->listed, false, memory_order_relaxed);
	return true;
}

void object_release(struct object *object)
{
	shr_memcg_put(object->memcg);
	object->memcg = NULL;
}
