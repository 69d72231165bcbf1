/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lru - objects in the order of their use, by node and memcg: what most shrinkers scan.
 *
 * The kernel's list_lru.  An object is added at the tail of the list of its node and
 * memcg; who shrinks walks from the head, and asks a callback what to do with each.
 * When the first object comes into a memcg's list, its shrinker's bit is set there.
 * When a memcg goes, its objects go to the head of its parent's lists: whoever adds or
 * deletes by the memcg that is gone is led there.
 *
 * One lock guards all lists of a node, and from 6.13 on each list has its own
 * ("mm/list_lru: split the lock to per-cgroup scope").
 *
 *	lru = shr_lru_new(domain, shrinker, SHR_LRU_RETRIES, &err);
 *	shr_lru_add(lru, &object->item, nid, memcg, &err);
 *	count = shr_lru_count(lru, nid, memcg);
 *	freed = shr_lru_walk_one(lru, &ask, nid, memcg, &nr_to_walk);
 */
#ifndef CORE_SHRINKER_LRU_H
#define CORE_SHRINKER_LRU_H

#include <stdbool.h>
#include <stdint.h>

struct shr_domain;
struct shr_err;
struct shr_lru;
struct shr_lru_walk;
struct shr_memcg;
struct shr_shrinker;

/* Embedded in an object; all zero, or shr_lru_item_init(), before its first use. */
struct shr_lru_item {
	struct shr_lru_item *next, *prev; /* NULL: in no list */
};

/* What a callback has done with an item, or wants to be done. */
enum shr_lru_status {
	SHR_LRU_REMOVED,       /* it called shr_lru_isolate() */
	SHR_LRU_REMOVED_RETRY, /* the same, and may have dropped the lock */
	SHR_LRU_ROTATE,	       /* used again: to the tail with it */
	SHR_LRU_SKIP,	       /* cannot be freed now */
	SHR_LRU_RETRY,	       /* it may have dropped the lock: begin again */
	SHR_LRU_STOP,	       /* enough (6.9); it may have dropped the lock */
};

/* What SHR_LRU_RETRY is good for. */
enum shr_lru_retry {
	SHR_LRU_RETRIES,     /* as merged (3.12): the walk begins again at the head */
	SHR_LRU_RETRIES_ONCE /* as first proposed: the same item is asked once more, and
				then passed over */
};

struct shr_lru_ask {
	/* Called with the list's lock held; @walk is for the two functions below. */
	enum shr_lru_status (*isolate)(const struct shr_lru_ask *ask,
				       struct shr_lru_walk *walk,
				       struct shr_lru_item *item);
	void *data;
};

/*
 * Lists by node and, if @shrinker (or NULL) is memcg-aware and the domain accounts
 * kernel memory, by memcg.  It may outlive @shrinker.  NULL with *err filled in when
 * memory runs out.
 */
struct shr_lru *shr_lru_new(struct shr_domain *domain,
			    const struct shr_shrinker *shrinker,
			    enum shr_lru_retry retry, struct shr_err *err);

/* Nobody uses it any more; items left in it are their owners'.  NULL is fine. */
void shr_lru_free(struct shr_lru *lru);

/*
 * Add at the tail: 1, 0 where the item is in a list already, or -1 when memory runs out
 * for the list.  @memcg, whose object it is, may be NULL; the caller has a reference.
 */
int shr_lru_add(struct shr_lru *lru, struct shr_lru_item *item, int32_t nid,
		struct shr_memcg *memcg, struct shr_err *err);

/* Whether it was in a list, from which it was taken.  Arguments are those of add. */
bool shr_lru_del(struct shr_lru *lru, struct shr_lru_item *item, int32_t nid,
		 struct shr_memcg *memcg);

/* How many there are now of a node and memcg (NULL: of none), or of all of a node. */
int64_t shr_lru_count(struct shr_lru *lru, int32_t nid, struct shr_memcg *memcg);
int64_t shr_lru_count_node(struct shr_lru *lru, int32_t nid);

/*
 * Walk from the head.  Each time that an item is asked costs one of *@nr_to_walk, and
 * nobody is asked when that is 0.  Returns how many were removed.
 */
uint64_t shr_lru_walk_one(struct shr_lru *lru, const struct shr_lru_ask *ask,
			  int32_t nid, struct shr_memcg *memcg, uint64_t *nr_to_walk);

/* The same for all of a node: what is no memcg's or the root's, then memcg by memcg. */
uint64_t shr_lru_walk_node(struct shr_lru *lru, const struct shr_lru_ask *ask,
			   int32_t nid, uint64_t *nr_to_walk);

/* The same for each node in the mask @nodes. */
uint64_t shr_lru_walk_nodes(struct shr_lru *lru, const struct shr_lru_ask *ask,
			    uint64_t nodes, uint64_t *nr_to_walk);

/* Of a callback: take the item from its list. */
void shr_lru_isolate(struct shr_lru_walk *walk, struct shr_lru_item *item);

/*
 * Of a callback: drop the list's lock, to do what takes long or wants other locks.  It
 * must then return one of those that say so, and may not touch the list any more.
 */
void shr_lru_unlock(struct shr_lru_walk *walk);

#endif /* CORE_SHRINKER_LRU_H */
