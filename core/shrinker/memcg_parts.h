/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * memcg_parts - what a memcg is made of.
 */
#ifndef CORE_SHRINKER_MEMCG_PARTS_H
#define CORE_SHRINKER_MEMCG_PARTS_H

#include "core/shrinker/vmpressure_parts.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct shr_bin_item;
struct shr_domain;
struct shr_err;
struct shr_info;
struct shr_memcg_place;

struct shr_memcg {
	struct shr_domain *domain;
	uint64_t id;
	int32_t number; /* among those that exist, recycled: where lists are by memcg */
	struct shr_memcg *parent; /* a reference; NULL: the root */
	/* Under domain->tree. */
	struct shr_memcg *first_child, *last_child, *next, *prev;
	_Atomic unsigned refs;
	_Atomic bool online;
	_Atomic bool lists_left; /* its lists are its parent's; under domain->lrus */
	struct shr_vmpressure pressure;
	struct shr_memcg_place *places;	   /* owned: where walks are; memcg_walk.h */
	struct shr_bin_item *bin_items;	   /* owned: by node, or NULL; memcg_bins.h */
	_Atomic(struct shr_info *) info[]; /* by node; info.h */
};

/* As shr_memcg_online(); the root, where @parent is NULL. */
struct shr_memcg *shr_memcg_enter(struct shr_domain *domain, struct shr_memcg *parent,
				  uint64_t id, struct shr_err *err);

/* Under tree: another reference, unless the last one is gone already. */
bool shr_memcg_try_get(struct shr_memcg *memcg);

/*
 * Under tree, of one that is in it, and below @top or @top itself: the next in
 * pre-order, which need not exist much longer; NULL after the last below @top.
 */
struct shr_memcg *shr_memcg_successor(const struct shr_memcg *memcg,
				      const struct shr_memcg *top);

#endif /* CORE_SHRINKER_MEMCG_PARTS_H */
