/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * shrinker - a cache that registers to be shrunk, and its life.
 *
 * A shrinker is allocated, set up by its owner, registered, and freed; freed it may be
 * at any point after the first.  Kernels have had four such interfaces (register and
 * unregister; preallocation before them; names; allocation): they differ in where the
 * memory comes from and in what can fail, which is the same here for all, and in what
 * a pass can see on the way, which is as each kernel has it.
 *
 *	shrinker = shr_shrinker_alloc(domain, SHR_SHRINKER_NUMA, &err, "sb-%s", type);
 *	shrinker->count = count;
 *	shrinker->scan = scan;
 *	shrinker->private_data = cache;
 *	if (shr_shrinker_register(shrinker, &err) == 0)
 *		use(shrinker);
 *	shr_shrinker_free(shrinker);
 */
#ifndef CORE_SHRINKER_SHRINKER_H
#define CORE_SHRINKER_SHRINKER_H

#include "core/shrinker/atomic.h"
#include "core/shrinker/completion.h"
#include "core/shrinker/grace.h"
#include "core/shrinker/reclaimer.h"

#include <stdbool.h>
#include <stdint.h>

struct shr_domain;
struct shr_err;

/* The bits of 6.7 and later. */
enum shr_shrinker_flag {
	SHR_SHRINKER_REGISTERED = 1 << 0,
	SHR_SHRINKER_ALLOCATED = 1 << 1,
	SHR_SHRINKER_NUMA = 1 << 2,  /* counts by node (3.12) */
	SHR_SHRINKER_MEMCG = 1 << 3, /* and by memcg (4.0) */
	/* It frees more than slab objects: without kmem accounting, too (5.4). */
	SHR_SHRINKER_NONSLAB = 1 << 4,
};

struct shr_shrinker {
	/*
	 * The owner's, between alloc and register: either count and scan, or shrink.
	 *
	 * count: how many objects could be freed; 0, if none or not known, and
	 * SHR_SHRINK_EMPTY where there are none.  scan: look at control->nr_to_scan of
	 * them, and return how many were freed, or SHR_SHRINK_STOP.
	 *
	 * shrink, as up to 3.11: look at @nr_to_scan objects, which may be 0, and
	 * return how many are left, or -1 for no progress.  single.h puts each in the
	 * place of the other.
	 *
	 * Called from any thread that shrinks, from several at a time; up to 6.6 with
	 * the domain's semaphore held, so that they must not register or free.
	 */
	uint64_t (*count)(struct shr_shrinker *shrinker, struct shr_control *control);
	uint64_t (*scan)(struct shr_shrinker *shrinker, struct shr_control *control);
	int (*shrink)(struct shr_shrinker *shrinker, struct shr_control *control,
		      uint64_t nr_to_scan);
	void *private_data;
	uint64_t callback;	/* token of scan's name, for events */
	int32_t seeks;		/* 2; 0 is divided by before 4.20, and refused there */
	shr_atomic_int64 batch; /* 0: 128.  callbacks may change it */

	/* The domain's, to be read. */
	uint64_t address; /* in the emulated kernel; recycled */
	char *name;	  /* owned */
	unsigned flags;	  /* enum shr_shrinker_flag */
	int32_t id;	  /* among those with a memcg's map; -1: it has none */

	/* The domain's alone. */
	struct shr_domain *domain;
	SHR_ATOMIC(struct shr_shrinker *) next; /* in the order of registration */
	struct shr_shrinker *prev;
	shr_atomic_int64 *deferred; /* owned: by node, or one */
	SHR_ATOMIC(unsigned) refs;  /* 0: not to be called (6.7) */
	struct shr_completion unused;
	struct shr_retired retired;
};

/*
 * A shrinker with these @flags (the last three), 2 seeks and the name that @fmt makes.
 * It has an id from here on if it is memcg-aware, which it is not where the domain
 * has no memcgs.  NULL with *err filled in when memory runs out.
 */
struct shr_shrinker *shr_shrinker_alloc(struct shr_domain *domain, unsigned flags,
					struct shr_err *err, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * Let passes call it, last of all.  Blocks for as long as a pass holds the semaphore,
 * up to 6.6.  0, or -1 where its parameters are none that kernel could have.
 *
 * From 6.7 on it is on the list before it can be called: a memcg's pass that finds it
 * meanwhile forgets its bit there, so that objects may be added after this returned,
 * and not before.
 */
int shr_shrinker_register(struct shr_shrinker *shrinker, struct shr_err *err);

/*
 * Registered or not, it is not called any more when this returns, and its memory is
 * the domain's to free.  Blocks until no pass uses it; what memcgs hold under its id
 * stays for whoever gets the id next.  NULL is fine.
 */
void shr_shrinker_free(struct shr_shrinker *shrinker);

/* Its flags as that kernel has them, which a probe would read. */
unsigned shr_shrinker_raw_flags(const struct shr_shrinker *shrinker);

/*
 * Take a reference, by which it stays callable, unless it is not registered or on its
 * way out (6.7).  In a read section of the domain's grace.
 */
bool shr_shrinker_try_get(struct shr_shrinker *shrinker);

/* In a read section: it may be the last reference, and somebody waits to free it. */
void shr_shrinker_put(struct shr_shrinker *shrinker);

#endif /* CORE_SHRINKER_SHRINKER_H */
