/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * superblock - a cache as a mounted filesystem has one: a shrinker, and the objects
 * that it may free, in a list by memcg.
 *
 * Objects are their owner's, who adds them and may take them back; a shrinker that
 * frees one takes it from the list, and its owner finds it free.
 */
#ifndef CLI_STRESS_SUPERBLOCK_H
#define CLI_STRESS_SUPERBLOCK_H

#include "core/shrinker/lru.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct shr_domain;
struct shr_err;
struct shr_memcg;
struct superblock;

struct object {
	struct shr_lru_item item;
	_Atomic bool listed; /* set by its owner, cleared by who takes it out */
	/* The owner's: where it is, or was last.  The memcg is a reference. */
	struct superblock *at;
	struct shr_memcg *memcg;
};

/* Who shrinks in its scan() counts what is freed: task control->by->pid. */
struct reclaim_tally {
	uint64_t freed;
	char apart[120]; /* from the next task's */
};

struct superblock {
	struct shr_shrinker *shrinker;
	struct shr_lru *lru;
	struct reclaim_tally *tally; /* borrowed; of all tasks */
};

/*
 * Mount it.  *took_ns, unless NULL: what it took to allocate and to register the
 * shrinker.  0, or -1 with *err filled in and nothing to close.
 */
int superblock_open(struct superblock *superblock, struct shr_domain *domain,
		    struct reclaim_tally *tally, uint64_t *took_ns,
		    struct shr_err *err);

/*
 * Free the shrinker, in *took_ns unless NULL.  The list stays, for objects that are in
 * it.
 */
void superblock_shut(struct superblock *superblock, uint64_t *took_ns);

/* It is shut, and its list empty.  Accepts one that is all zero. */
void superblock_close(struct superblock *superblock);

/*
 * Add an @object that is in no list to those of @memcg, or of nobody if NULL.  It keeps
 * a reference until it is added again, or object_release()d.  1, or -1 with *err filled
 * in when memory runs out.
 */
int object_add(struct object *object, struct superblock *superblock,
	       struct shr_memcg *memcg, struct shr_err *err);

/* Take it back.  False: a shrinker has freed it before. */
bool object_del(struct object *object);

/* Whether nobody has freed it or taken it back yet. */
bool object_is_listed(struct object *object);

/* It is in no list and will not be added any more. */
void object_release(struct object *object);

#endif /* CLI_STRESS_SUPERBLOCK_H */
