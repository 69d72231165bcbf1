/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * memcg_walk - in which order reclaimers go over memcgs, and which of them.
 *
 * A walk goes over a memcg and all below it, each before its children.  One that is
 * shared is gone on with by all reclaimers of that memcg, node and, up to 5.3,
 * priority: each memcg comes up for one of them, whoever asks next.  Who ends a walk
 * early leaves the rest to who comes after him; who begins one in its middle goes to
 * its end, and not around.
 *
 *	shr_memcg_walk_begin(&walk, target, nid, priority, shared);
 *	while ((memcg = shr_memcg_walk_next(&walk)))
 *		if (shrink(memcg) >= enough)
 *			break;
 *	shr_memcg_walk_end(&walk);
 */
#ifndef CORE_SHRINKER_MEMCG_WALK_H
#define CORE_SHRINKER_MEMCG_WALK_H

#include <stdbool.h>
#include <stdint.h>

struct shr_memcg;

/* Where a shared walk is; under domain->tree. */
struct shr_memcg_place {
	struct shr_memcg *position; /* no reference; NULL: at the beginning */
	uint32_t generation;	    /* how often it came to its end */
};

struct shr_memcg_walk {
	struct shr_memcg *target;
	struct shr_memcg_place *place; /* NULL: it is nobody else's */
	uint32_t generation;
	struct shr_memcg *at; /* a reference; NULL: not begun, or over */
};

/* The caller has a reference to @target until the end. */
void shr_memcg_walk_begin(struct shr_memcg_walk *walk, struct shr_memcg *target,
			  int32_t nid, int priority, bool shared);

/*
 * The next memcg, borrowed until the next call, or NULL at the end.  Includes those
 * that are offline and still exist.
 */
struct shr_memcg *shr_memcg_walk_next(struct shr_memcg_walk *walk);

/* Over, wherever it is. */
void shr_memcg_walk_end(struct shr_memcg_walk *walk);

/* Room for the places of walks that begin at @memcg.  False: no memory. */
bool shr_memcg_walk_online(struct shr_memcg *memcg);

/* @memcg is about to leave the tree, which is locked: no walk is at it any more. */
void shr_memcg_walk_forget(const struct shr_memcg *memcg);

#endif /* CORE_SHRINKER_MEMCG_WALK_H */
