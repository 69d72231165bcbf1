/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A walk holds the lock of its list but for where its callback drops it.  After that
 * nothing it knew of the list holds: it takes the lock again and begins at the head, or
 * ends.  A reference keeps the list meanwhile, and if its memcg went it is empty.
 */
#include "core/shrinker/domain_parts.h"
#include "core/shrinker/lru.h"
#include "core/shrinker/lru_parts.h"

#include <assert.h>
#include <stddef.h>

struct shr_lru_walk {
	struct shr_lru *lru;
	struct shr_lru_list *list;
	int32_t nid;
	bool unlocked;
};

void shr_lru_isolate(struct shr_lru_walk *walk, struct shr_lru_item *item)
{
	assert(!walk->unlocked);
	shr_lru_list_pull(item);
	atomic_fetch_sub_explicit(&walk->list->count, 1, memory_order_relaxed);
	atomic_fetch_sub_explicit(&walk->lru->node[walk->nid].count, 1,
				  memory_order_relaxed);
}

void shr_lru_unlock(struct shr_lru_walk *walk)
{
	assert(!walk->unlocked);
	walk->unlocked = true;
	pthread_mutex_unlock(walk->list->lock);
}

static void lock_again(struct shr_lru_walk *walk)
{
	if (walk->unlocked)
		pthread_mutex_lock(walk->list->lock);
	walk->unlocked = false;
}

/* As first proposed: an item that says so is asked once more, and then passed over. */
static enum shr_lru_status ask_item(struct shr_lru_walk *walk,
				    const struct shr_lru_ask *ask,
				    struct shr_lru_item *item)
{
	enum shr_lru_status status = ask->isolate(ask, walk, item);

	if (status != SHR_LRU_RETRY || walk->lru->retry != SHR_LRU_RETRIES_ONCE)
		return status;
	/* Then callbacks kept the lock, or took it again: the item is still there. */
	assert(!walk->unlocked);
	status = ask->isolate(ask, walk, item);
	return status == SHR_LRU_RETRY ? SHR_LRU_SKIP : status;
}

/* The item to go on with; NULL: the walk ends. */
static struct shr_lru_item *after(struct shr_lru_walk *walk, struct shr_lru_item *item,
				  struct shr_lru_item *next, enum shr_lru_status status)
{
	assert(!walk->unlocked || status == SHR_LRU_RETRY ||
	       status == SHR_LRU_REMOVED_RETRY || status == SHR_LRU_STOP);
	lock_again(walk);
	switch (status) {
	case SHR_LRU_ROTATE:
		shr_lru_list_pull(item);
		shr_lru_list_push(walk->list, item);
		return next;
	case SHR_LRU_REMOVED:
	case SHR_LRU_SKIP:
		return next;
	case SHR_LRU_REMOVED_RETRY:
	case SHR_LRU_RETRY:
		return walk->list->head.next;
	case SHR_LRU_STOP:
		break;
	}
	return NULL;
}

static uint64_t walk_list(struct shr_lru *lru, struct shr_lru_list *list, int32_t nid,
			  const struct shr_lru_ask *ask, uint64_t *nr_to_walk)
{
	struct shr_lru_walk walk = { .lru = lru, .list = list, .nid = nid };
	uint64_t removed = 0;

	pthread_mutex_lock(list->lock);
	struct shr_lru_item *item = list->head.next;

	while (item && item != &list->head && *nr_to_walk) {
		struct shr_lru_item *next = item->next;

		(*nr_to_walk)--;
		enum shr_lru_status status = ask_item(&walk, ask, item);

		removed += status == SHR_LRU_REMOVED || status == SHR_LRU_REMOVED_RETRY;
		item = after(&walk, item, next, status);
	}
	pthread_mutex_unlock(list->lock);
	return removed;
}

static uint64_t walk_number(struct shr_lru *lru, const struct shr_lru_ask *ask,
			    int32_t nid, uint32_t number, uint64_t *nr_to_walk)
{
	struct shr_lru_found found = shr_lru_find(lru, nid, number);

	if (!found.list)
		return 0;
	uint64_t removed = walk_list(lru, found.list, nid, ask, nr_to_walk);

	shr_lru_found_put(lru, found);
	return removed;
}

uint64_t shr_lru_walk_one(struct shr_lru *lru, const struct shr_lru_ask *ask,
			  int32_t nid, struct shr_memcg *memcg, uint64_t *nr_to_walk)
{
	return walk_number(lru, ask, nid, shr_lru_number(lru, memcg), nr_to_walk);
}

uint64_t shr_lru_walk_node(struct shr_lru *lru, const struct shr_lru_ask *ask,
			   int32_t nid, uint64_t *nr_to_walk)
{
	struct shr_grace *grace = &lru->domain->grace;
	uint64_t removed = walk_number(lru, ask, nid, 0, nr_to_walk);

	shr_grace_enter(grace);
	uint32_t end = shr_ids_end(&lru->memcgs);
	shr_grace_leave(grace);
	for (uint32_t number = 1; number < end && *nr_to_walk; number++)
		removed += walk_number(lru, ask, nid, number, nr_to_walk);
	return removed;
}

uint64_t shr_lru_walk_nodes(struct shr_lru *lru, const struct shr_lru_ask *ask,
			    uint64_t nodes, uint64_t *nr_to_walk)
{
	uint64_t removed = 0;

	for (int32_t nid = 0; nid < lru->domain->nodes && *nr_to_walk; nid++)
		if (nodes >> nid & 1)
			removed += shr_lru_walk_node(lru, ask, nid, nr_to_walk);
	return removed;
}
