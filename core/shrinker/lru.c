/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lists of memcgs are made when the first item comes, those of the memcgs above before:
 * whoever goes finds lists to leave his items in.  They are entered, and taken out when
 * the memcg goes, under domain->lrus, so that none is made for who is gone; they are
 * found in a read section, and kept by a reference.
 *
 * Who found a list may get its lock after the memcg went.  It is marked dead then,
 * under that lock, and he looks again with the parent; so does he who finds no list and
 * sees that the memcg's are left.  The one is written before the lists are taken out
 * (release), and read after they were not found (acquire).
 */
#include "core/shrinker/lru.h"

#include "core/err.h"
#include "core/model/design.h"
#include "core/shrinker/domain_parts.h"
#include "core/shrinker/info.h"
#include "core/shrinker/lru_parts.h"
#include "core/shrinker/memcg_parts.h"
#include "core/shrinker/shrinker.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>

static void init_list(struct shr_lru_list *list, pthread_mutex_t *lock)
{
	pthread_mutex_init(&list->own, NULL);
	list->lock = lock ? lock : &list->own;
	list->head.next = list->head.prev = &list->head;
	atomic_init(&list->count, 0);
	list->dead = false;
}

void shr_lru_list_push(struct shr_lru_list *list, struct shr_lru_item *item)
{
	item->next = &list->head;
	item->prev = list->head.prev;
	item->prev->next = item->next->prev = item;
}

void shr_lru_list_pull(struct shr_lru_item *item)
{
	item->prev->next = item->next;
	item->next->prev = item->prev;
	item->next = item->prev = NULL;
}

static void enter_domain(struct shr_lru *lru)
{
	struct shr_domain *domain = lru->domain;

	pthread_mutex_lock(&domain->lrus);
	lru->next = domain->first_lru;
	if (lru->next)
		lru->next->prev = lru;
	domain->first_lru = lru;
	pthread_mutex_unlock(&domain->lrus);
}

struct shr_lru *shr_lru_new(struct shr_domain *domain,
			    const struct shr_shrinker *shrinker,
			    enum shr_lru_retry retry, struct shr_err *err)
{
	struct shr_lru *lru =
		calloc(1, sizeof(*lru) + (size_t)domain->nodes * sizeof(lru->node[0]));

	if (!lru) {
		shr_fail(err, SHR_ERR_NOMEM, "out of memory");
		return NULL;
	}
	lru->domain = domain;
	lru->shrinker_id = shrinker ? shrinker->id : -1;
	lru->retry = retry;
	lru->by_memcg =
		domain->kmem && shrinker && shrinker->flags & SHR_SHRINKER_MEMCG;
	for (int32_t nid = 0; nid < domain->nodes; nid++)
		init_list(&lru->node[nid].list, NULL);
	enter_domain(lru);
	return lru;
}

static void free_lists(struct shr_retired *retired)
{
	struct shr_lru_memcg *lists = (struct shr_lru_memcg *)retired;

	for (int32_t nid = 0; nid < lists->nodes; nid++)
		pthread_mutex_destroy(&lists->list[nid].own);
	free(lists);
}

static void leave_domain(struct shr_lru *lru)
{
	struct shr_domain *domain = lru->domain;

	pthread_mutex_lock(&domain->lrus);
	*(lru->prev ? &lru->prev->next : &domain->first_lru) = lru->next;
	if (lru->next)
		lru->next->prev = lru->prev;
	pthread_mutex_unlock(&domain->lrus);
}

void shr_lru_free(struct shr_lru *lru)
{
	if (!lru)
		return;
	leave_domain(lru);
	for (uint32_t number = 0; number < shr_ids_end(&lru->memcgs); number++) {
		struct shr_lru_memcg *lists = shr_ids_find(&lru->memcgs, number);

		if (lists)
			free_lists(&lists->retired);
	}
	for (int32_t nid = 0; nid < lru->domain->nodes; nid++)
		pthread_mutex_destroy(&lru->node[nid].list.own);
	shr_ids_release(&lru->memcgs);
	free(lru);
}

uint32_t shr_lru_number(const struct shr_lru *lru, const struct shr_memcg *memcg)
{
	/* The root was the first to get one. */
	return lru->by_memcg && memcg ? (uint32_t)memcg->number : 0;
}

static bool try_get(struct shr_lru_memcg *lists)
{
	unsigned refs = atomic_load_explicit(&lists->refs, memory_order_relaxed);

	/* relaxed: what they are made of is visible by being found. */
	while (refs)
		if (atomic_compare_exchange_weak_explicit(&lists->refs, &refs, refs + 1,
							  memory_order_relaxed,
							  memory_order_relaxed))
			return true;
	return false;
}

struct shr_lru_found shr_lru_find(struct shr_lru *lru, int32_t nid, uint32_t number)
{
	struct shr_grace *grace = &lru->domain->grace;
	struct shr_lru_memcg *lists;

	if (!number)
		return (struct shr_lru_found){ .list = &lru->node[nid].list };
	shr_grace_enter(grace);
	lists = shr_ids_find(&lru->memcgs, number);
	if (lists && !try_get(lists))
		lists = NULL;
	shr_grace_leave(grace);
	return (struct shr_lru_found){ lists ? &lists->list[nid] : NULL, lists };
}

void shr_lru_found_put(struct shr_lru *lru, struct shr_lru_found found)
{
	/* acq_rel: the last sees what all others did. */
	if (found.of &&
	    atomic_fetch_sub_explicit(&found.of->refs, 1, memory_order_acq_rel) == 1)
		shr_grace_retire(&lru->domain->grace, &found.of->retired, free_lists);
}

static struct shr_lru_memcg *new_lists(struct shr_lru *lru)
{
	const int32_t nodes = lru->domain->nodes;
	struct shr_lru_memcg *lists =
		calloc(1, sizeof(*lists) + (size_t)nodes * sizeof(lists->list[0]));

	if (!lists)
		return NULL;
	lists->nodes = nodes;
	atomic_init(&lists->refs, 1);
	for (int32_t nid = 0; nid < nodes; nid++)
		init_list(&lists->list[nid], lru->domain->design.split_lru
						     ? NULL
						     : lru->node[nid].list.lock);
	return lists;
}

/* Under domain->lrus.  False: no memory. */
static bool make_lists(struct shr_lru *lru, const struct shr_memcg *memcg)
{
	if (!memcg->parent || shr_ids_find(&lru->memcgs, (uint32_t)memcg->number))
		return true;
	if (!make_lists(lru, memcg->parent))
		return false;
	struct shr_lru_memcg *lists = new_lists(lru);

	if (lists && shr_ids_set(&lru->memcgs, (uint32_t)memcg->number, lists,
				 &lru->domain->grace))
		return true;
	if (lists)
		free_lists(&lists->retired);
	return false;
}

/* acquire: pairs with shr_lru_reparent(). */
static bool has_left(const struct shr_memcg *memcg)
{
	return atomic_load_explicit(&memcg->lists_left, memory_order_acquire);
}

static bool make_lists_unless_left(struct shr_lru *lru, const struct shr_memcg *memcg)
{
	pthread_mutex_lock(&lru->domain->lrus);
	bool made = has_left(memcg) || make_lists(lru, memcg);

	pthread_mutex_unlock(&lru->domain->lrus);
	return made;
}

/*
 * The list where @memcg's items are, locked; *memcg becomes who has it.  Without one,
 * and nobody above to ask, list is NULL.
 */
static struct shr_lru_found lock_list(struct shr_lru *lru, int32_t nid,
				      struct shr_memcg **memcg)
{
	for (;;) {
		struct shr_lru_found found =
			shr_lru_find(lru, nid, shr_lru_number(lru, *memcg));

		if (found.list) {
			pthread_mutex_lock(found.list->lock);
			if (!found.list->dead)
				return found;
			pthread_mutex_unlock(found.list->lock);
			shr_lru_found_put(lru, found);
			/* The root's and nobody's are never missing, nor dead. */
			assert(*memcg);
		} else if (!has_left(*memcg)) {
			return found;
		}
		*memcg = (*memcg)->parent;
	}
}

static void unlock_list(struct shr_lru *lru, struct shr_lru_found found)
{
	pthread_mutex_unlock(found.list->lock);
	shr_lru_found_put(lru, found);
}

/* relaxed: changes are under the lock; who reads without it reads a moment's. */
static int64_t count_more(_Atomic int64_t *count, int64_t more)
{
	return atomic_fetch_add_explicit(count, more, memory_order_relaxed);
}

static int add_locked(struct shr_lru *lru, struct shr_lru_list *list,
		      struct shr_lru_item *item, int32_t nid, struct shr_memcg *memcg)
{
	if (item->next)
		return 0;
	shr_lru_list_push(list, item);
	count_more(&lru->node[nid].count, 1);
	/* The count before the bit: info.h. */
	if (!count_more(&list->count, 1) && lru->by_memcg)
		shr_info_set_id(memcg, nid, lru->shrinker_id);
	return 1;
}

int shr_lru_add(struct shr_lru *lru, struct shr_lru_item *item, int32_t nid,
		struct shr_memcg *memcg, struct shr_err *err)
{
	struct shr_lru_found found = lock_list(lru, nid, &memcg);

	while (!found.list) {
		if (!make_lists_unless_left(lru, memcg))
			return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
		found = lock_list(lru, nid, &memcg);
	}
	int added = add_locked(lru, found.list, item, nid, memcg);

	unlock_list(lru, found);
	return added;
}

bool shr_lru_del(struct shr_lru *lru, struct shr_lru_item *item, int32_t nid,
		 struct shr_memcg *memcg)
{
	struct shr_lru_found found = lock_list(lru, nid, &memcg);

	if (!found.list)
		return false;
	bool was_in = item->next;

	if (was_in) {
		shr_lru_list_pull(item);
		count_more(&found.list->count, -1);
		count_more(&lru->node[nid].count, -1);
	}
	unlock_list(lru, found);
	return was_in;
}

int64_t shr_lru_count(struct shr_lru *lru, int32_t nid, struct shr_memcg *memcg)
{
	struct shr_lru_found found = shr_lru_find(lru, nid, shr_lru_number(lru, memcg));

	if (!found.list)
		return 0;
	int64_t count = atomic_load_explicit(&found.list->count, memory_order_relaxed);

	shr_lru_found_put(lru, found);
	return count;
}

int64_t shr_lru_count_node(struct shr_lru *lru, int32_t nid)
{
	return atomic_load_explicit(&lru->node[nid].count, memory_order_relaxed);
}

/* What is in @from goes before what is in @to; whether there was anything. */
static bool splice(struct shr_lru_list *from, struct shr_lru_list *to)
{
	struct shr_lru_item *first = from->head.next, *last = from->head.prev;
	int64_t count = atomic_exchange_explicit(&from->count, 0, memory_order_relaxed);

	from->dead = true;
	if (first == &from->head)
		return false;
	last->next = to->head.next;
	last->next->prev = last;
	first->prev = &to->head;
	to->head.next = first;
	from->head.next = from->head.prev = &from->head;
	count_more(&to->count, count);
	return count;
}

/* Of two locks the child's is the first; nobody else has two. */
static void reparent_list(struct shr_lru *lru, struct shr_lru_memcg *lists, int32_t nid,
			  struct shr_memcg *parent)
{
	struct shr_lru_list *from = &lists->list[nid];
	struct shr_lru_found to = shr_lru_find(lru, nid, shr_lru_number(lru, parent));

	/* They were made before the child's. */
	assert(to.list);
	pthread_mutex_lock(from->lock);
	if (to.list->lock != from->lock)
		pthread_mutex_lock(to.list->lock);
	if (splice(from, to.list))
		shr_info_set_id(parent, nid, lru->shrinker_id);
	if (to.list->lock != from->lock)
		pthread_mutex_unlock(to.list->lock);
	pthread_mutex_unlock(from->lock);
	shr_lru_found_put(lru, to);
}

static void reparent_lru(struct shr_lru *lru, const struct shr_memcg *memcg)
{
	struct shr_lru_memcg *lists =
		shr_ids_find(&lru->memcgs, (uint32_t)memcg->number);

	if (!lists)
		return;
	for (int32_t nid = 0; nid < lists->nodes; nid++)
		reparent_list(lru, lists, nid, memcg->parent);
	shr_ids_drop(&lru->memcgs, memcg->number);
	shr_lru_found_put(lru, (struct shr_lru_found){ .of = lists });
}

void shr_lru_reparent(struct shr_memcg *memcg)
{
	struct shr_domain *domain = memcg->domain;

	pthread_mutex_lock(&domain->lrus);
	/* release: before the lists are not found any more. */
	atomic_store_explicit(&memcg->lists_left, true, memory_order_release);
	for (struct shr_lru *lru = domain->first_lru; lru; lru = lru->next)
		reparent_lru(lru, memcg);
	pthread_mutex_unlock(&domain->lrus);
}
