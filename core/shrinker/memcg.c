/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who holds a reference may read a memcg; its place in the tree is read under `tree`,
 * and found there it is used only if a reference is to be had.  The last reference to
 * go takes it out of the tree, and frees it: nobody has it, and nobody finds it any
 * more.  Its children are gone by then: each held a reference.
 */
#include "core/shrinker/memcg.h"

#include "core/err.h"
#include "core/shrinker/domain_parts.h"
#include "core/shrinker/info.h"
#include "core/shrinker/lru_parts.h"
#include "core/shrinker/memcg_bins.h"
#include "core/shrinker/memcg_parts.h"
#include "core/shrinker/memcg_walk.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>

struct shr_memcg *shr_memcg_root(const struct shr_domain *domain)
{
	return domain->root;
}

bool shr_memcg_is_online(const struct shr_memcg *memcg)
{
	/* relaxed: who is late by a moment is as if it had asked before. */
	return atomic_load_explicit(&memcg->online, memory_order_relaxed);
}

uint64_t shr_memcg_id(const struct shr_memcg *memcg)
{
	return memcg->id;
}

struct shr_memcg *shr_memcg_parent(const struct shr_memcg *memcg)
{
	return memcg->parent;
}

struct shr_memcg *shr_memcg_get(struct shr_memcg *memcg)
{
	/* relaxed: whoever gave it to us has one. */
	atomic_fetch_add_explicit(&memcg->refs, 1, memory_order_relaxed);
	return memcg;
}

bool shr_memcg_try_get(struct shr_memcg *memcg)
{
	unsigned refs = atomic_load_explicit(&memcg->refs, memory_order_relaxed);

	/* relaxed: what it was made of is visible by tree. */
	while (refs)
		if (atomic_compare_exchange_weak_explicit(&memcg->refs, &refs, refs + 1,
							  memory_order_relaxed,
							  memory_order_relaxed))
			return true;
	return false;
}

static void link_child(struct shr_memcg *parent, struct shr_memcg *memcg)
{
	memcg->prev = parent->last_child;
	*(memcg->prev ? &memcg->prev->next : &parent->first_child) = memcg;
	parent->last_child = memcg;
}

static void unlink_child(struct shr_memcg *parent, const struct shr_memcg *memcg)
{
	*(memcg->prev ? &memcg->prev->next : &parent->first_child) = memcg->next;
	*(memcg->next ? &memcg->next->prev : &parent->last_child) = memcg->prev;
}

static void free_memcg(struct shr_memcg *memcg)
{
	shr_vmpressure_release(&memcg->pressure);
	shr_info_free(memcg);
	free(memcg->places);
	free(memcg->bin_items);
	free(memcg);
}

void shr_memcg_put(struct shr_memcg *memcg)
{
	/* acq_rel: the last one to go sees what all others did with it. */
	while (memcg &&
	       atomic_fetch_sub_explicit(&memcg->refs, 1, memory_order_acq_rel) == 1) {
		struct shr_domain *domain = memcg->domain;
		struct shr_memcg *parent = memcg->parent;

		if (parent) {
			pthread_mutex_lock(&domain->tree);
			shr_memcg_walk_forget(memcg);
			shr_bins_forget(memcg);
			unlink_child(parent, memcg);
			shr_ids_drop(&domain->memcg_numbers, memcg->number);
			pthread_mutex_unlock(&domain->tree);
		}
		free_memcg(memcg);
		memcg = parent;
	}
}

static struct shr_memcg *new_memcg(struct shr_domain *domain, struct shr_memcg *parent)
{
	struct shr_memcg *memcg = calloc(
		1, sizeof(*memcg) + (size_t)domain->nodes * sizeof(memcg->info[0]));

	if (!memcg)
		return NULL;
	memcg->domain = domain;
	memcg->parent = parent;
	atomic_init(&memcg->refs, 1);
	atomic_init(&memcg->online, true);
	shr_vmpressure_init(&memcg->pressure);
	if (shr_memcg_walk_online(memcg) && shr_bins_online(memcg) &&
	    shr_info_online(memcg))
		return memcg;
	free_memcg(memcg);
	return NULL;
}

/* False: no memory. */
static bool enter_tree(struct shr_domain *domain, struct shr_memcg *memcg, uint64_t id)
{
	pthread_mutex_lock(&domain->tree);
	memcg->number = shr_ids_take(&domain->memcg_numbers, memcg, &domain->grace);
	if (memcg->number < 0) {
		pthread_mutex_unlock(&domain->tree);
		return false;
	}
	memcg->id = id ? id : domain->last_memcg_id + 1;
	if (memcg->id > domain->last_memcg_id)
		domain->last_memcg_id = memcg->id;
	if (memcg->parent)
		link_child(shr_memcg_get(memcg->parent), memcg);
	else
		domain->root = memcg;
	pthread_mutex_unlock(&domain->tree);
	return true;
}

static struct shr_memcg *make_memcg(struct shr_domain *domain, struct shr_memcg *parent,
				    uint64_t id)
{
	struct shr_memcg *memcg = new_memcg(domain, parent);

	if (memcg && !enter_tree(domain, memcg, id)) {
		free_memcg(memcg);
		memcg = NULL;
	}
	return memcg;
}

/* Where there are maps none may grow between the making of its own and the tree. */
struct shr_memcg *shr_memcg_enter(struct shr_domain *domain, struct shr_memcg *parent,
				  uint64_t id, struct shr_err *err)
{
	const bool maps = domain->design.pass == SHR_PASS_MAP;

	if (maps)
		shr_rwsem_write(&domain->registry);
	struct shr_memcg *memcg = make_memcg(domain, parent, id);

	if (maps)
		shr_rwsem_write_unlock(&domain->registry);
	if (!memcg)
		shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	return memcg;
}

struct shr_memcg *shr_memcg_online(struct shr_memcg *parent, uint64_t id,
				   struct shr_err *err)
{
	assert(shr_memcg_is_online(parent));
	struct shr_memcg *memcg = shr_memcg_enter(parent->domain, parent, id, err);

	shr_grace_settle(&parent->domain->grace);
	return memcg;
}

/*
 * Against growth; from 6.7 on also against other memcgs that go (604b8b655020 "mm:
 * shrinker: hold write lock to reparent shrinker nr_deferred").
 */
static void reparent(struct shr_memcg *memcg)
{
	struct shr_domain *domain = memcg->domain;

	if (domain->gen->key != SHR_KEY_MEMCG)
		return;
	if (domain->design.lockless) {
		shr_rwsem_write(&domain->registry);
		shr_info_reparent(memcg);
		shr_rwsem_write_unlock(&domain->registry);
	} else {
		shr_rwsem_read(&domain->registry);
		shr_info_reparent(memcg);
		shr_rwsem_read_unlock(&domain->registry);
	}
}

void shr_memcg_offline(struct shr_memcg *memcg)
{
	struct shr_domain *domain = memcg->domain;

	assert(memcg->parent && shr_memcg_is_online(memcg));
	/* The kernel lets a memcg's passes begin until all this is done. */
	shr_vmpressure_offline(&memcg->pressure);
	shr_lru_reparent(memcg);
	reparent(memcg);
	atomic_store_explicit(&memcg->online, false, memory_order_relaxed);
	shr_bins_offline(memcg);
	shr_memcg_put(memcg);
	shr_grace_settle(&domain->grace);
}

/* Those above it are linked, too: each has a reference of its child's. */
struct shr_memcg *shr_memcg_successor(const struct shr_memcg *memcg,
				      const struct shr_memcg *top)
{
	if (memcg->first_child)
		return memcg->first_child;
	while (memcg != top && !memcg->next)
		memcg = memcg->parent;
	return memcg != top ? memcg->next : NULL;
}

struct shr_memcg *shr_memcg_next(struct shr_domain *domain, struct shr_memcg *prev)
{
	pthread_mutex_lock(&domain->tree);
	struct shr_memcg *next =
		prev ? shr_memcg_successor(prev, domain->root) : domain->root;

	while (next && !shr_memcg_try_get(next))
		next = shr_memcg_successor(next, domain->root);
	pthread_mutex_unlock(&domain->tree);
	shr_memcg_put(prev);
	return next;
}
