/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lru_parts - what list_lrus are made of.
 */
#ifndef CORE_SHRINKER_LRU_PARTS_H
#define CORE_SHRINKER_LRU_PARTS_H

#include "core/shrinker/grace.h"
#include "core/shrinker/ids.h"
#include "core/shrinker/lru.h"

#include <pthread.h>
#include <stdatomic.h>

/* The items of a node and memcg: a ring through `head`. */
struct shr_lru_list {
	pthread_mutex_t own;   /* used from 6.13 on */
	pthread_mutex_t *lock; /* own, or that of the node */
	struct shr_lru_item head;
	_Atomic int64_t count; /* changes under lock */
	bool dead;	       /* under lock: its items are the parent's */
};

struct shr_lru_node {
	struct shr_lru_list list; /* what is no memcg's, or the root's */
	_Atomic int64_t count;	  /* of all memcgs */
};

/* A memcg's lists; used with a reference, found in a read section. */
struct shr_lru_memcg {
	struct shr_retired retired; /* first: free casts back */
	int32_t nodes;
	_Atomic unsigned refs;
	struct shr_lru_list list[]; /* by node */
};

struct shr_lru {
	struct shr_domain *domain;
	int32_t shrinker_id; /* whose bits are set; -1: nobody's */
	enum shr_lru_retry retry;
	bool by_memcg;
	struct shr_lru *next, *prev; /* of the domain */
	struct shr_ids memcgs;	     /* struct shr_lru_memcg, by the memcg's number */
	struct shr_lru_node node[];
};

/* A list that was found; empty where there is none. */
struct shr_lru_found {
	struct shr_lru_list *list;
	struct shr_lru_memcg *of; /* a reference; NULL: the node's own */
};

/* The list of @nid for the memcg of @number (0: the root's, or nobody's). */
struct shr_lru_found shr_lru_find(struct shr_lru *lru, int32_t nid, uint32_t number);
void shr_lru_found_put(struct shr_lru *lru, struct shr_lru_found found);

/* The number under which @memcg's items are. */
uint32_t shr_lru_number(const struct shr_lru *lru, const struct shr_memcg *memcg);

/* To the tail, and out of wherever it is.  Under the lock; counts are the caller's. */
void shr_lru_list_push(struct shr_lru_list *list, struct shr_lru_item *item);
void shr_lru_list_pull(struct shr_lru_item *item);

/* @memcg goes: what is in its lists is its parent's, before all that is there. */
void shr_lru_reparent(struct shr_memcg *memcg);

#endif /* CORE_SHRINKER_LRU_PARTS_H */
