/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * All of a step is done under `tree`: places move, and memcgs come and go, in one
 * order. A place has no reference to the memcg it is at.  Who leaves the tree clears
 * all places that are at him, and until then he is not followed if his last reference
 * is gone: a walk begins again then, as the kernel's does.
 */
#include "core/shrinker/memcg_walk.h"

#include "core/shrinker/domain_parts.h"
#include "core/shrinker/memcg.h"
#include "core/shrinker/memcg_parts.h"

#include <stddef.h>
#include <stdlib.h>

enum { PRIORITIES = 13 };

/* How many walks over one node can be shared. */
static size_t places_a_node(const struct shr_domain *domain)
{
	switch (domain->design.reclaim.walk) {
	case SHR_WALK_SHARED:
		return PRIORITIES;
	case SHR_WALK_PARTIAL:
		return 1;
	default:
		return 0;
	}
}

bool shr_memcg_walk_online(struct shr_memcg *memcg)
{
	const struct shr_domain *domain = memcg->domain;
	const size_t count = places_a_node(domain) * (size_t)domain->nodes;

	if (!count)
		return true;
	memcg->places = calloc(count, sizeof(memcg->places[0]));
	return memcg->places;
}

void shr_memcg_walk_forget(const struct shr_memcg *memcg)
{
	const struct shr_domain *domain = memcg->domain;
	const size_t count = places_a_node(domain) * (size_t)domain->nodes;

	for (const struct shr_memcg *up = memcg->parent; up; up = up->parent)
		for (size_t i = 0; i < count; i++)
			if (up->places[i].position == memcg)
				up->places[i].position = NULL;
}

void shr_memcg_walk_begin(struct shr_memcg_walk *walk, struct shr_memcg *target,
			  int32_t nid, int priority, bool shared)
{
	const size_t count = places_a_node(target->domain);
	const size_t at = (size_t)nid * count + (count > 1 ? (size_t)priority : 0);

	*walk = (struct shr_memcg_walk){
		.target = target,
		.place = shared && count ? &target->places[at] : NULL,
	};
}

static bool exists(const struct shr_memcg *memcg)
{
	return atomic_load_explicit(&memcg->refs, memory_order_relaxed);
}

/* After @at, or the first after NULL; with a reference, or NULL after the last. */
static struct shr_memcg *step(const struct shr_memcg_walk *walk, struct shr_memcg *at)
{
	struct shr_memcg *next =
		at ? shr_memcg_successor(at, walk->target) : walk->target;

	while (next && !shr_memcg_try_get(next))
		next = shr_memcg_successor(next, walk->target);
	return next;
}

/*
 * Who only begins finds at least one memcg, though the others are at the end.  That
 * counted as another time around from the day on that walks are partial.
 */
static struct shr_memcg *step_shared(struct shr_memcg_walk *walk)
{
	struct shr_memcg_place *place = walk->place;
	const bool begins = !walk->at;

	if (!begins && walk->generation != place->generation)
		return NULL;
	if (place->position && !exists(place->position))
		place->position = NULL;
	struct shr_memcg *next = step(walk, place->position);

	if (!next &&
	    (!begins || walk->target->domain->design.reclaim.walk == SHR_WALK_PARTIAL))
		place->generation++;
	if (!next && begins)
		next = step(walk, NULL);
	if (begins)
		walk->generation = place->generation;
	place->position = next;
	return next;
}

struct shr_memcg *shr_memcg_walk_next(struct shr_memcg_walk *walk)
{
	pthread_mutex_t *tree = &walk->target->domain->tree;
	struct shr_memcg *prev = walk->at;

	pthread_mutex_lock(tree);
	walk->at = walk->place ? step_shared(walk) : step(walk, prev);
	pthread_mutex_unlock(tree);
	shr_memcg_put(prev);
	return walk->at;
}

void shr_memcg_walk_end(struct shr_memcg_walk *walk)
{
	shr_memcg_put(walk->at);
	walk->at = NULL;
}
