/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/shrinker/memcg_bins.h"

#include "core/shrinker/domain_parts.h"
#include "core/shrinker/memcg.h"
#include "core/shrinker/memcg_parts.h"

#include <stddef.h>
#include <stdlib.h>

static bool has_bins(const struct shr_domain *domain)
{
	return domain->memcgs && domain->design.reclaim.mglru == SHR_MGLRU_MANY;
}

bool shr_bins_init(struct shr_domain *domain)
{
	if (!has_bins(domain))
		return true;
	domain->bins = calloc((size_t)domain->nodes, sizeof(domain->bins[0]));
	return domain->bins;
}

void shr_bins_release(struct shr_domain *domain)
{
	free(domain->bins);
	domain->bins = NULL;
}

bool shr_bins_online(struct shr_memcg *memcg)
{
	const struct shr_domain *domain = memcg->domain;

	if (!has_bins(domain))
		return true;
	memcg->bin_items = calloc((size_t)domain->nodes, sizeof(memcg->bin_items[0]));
	return memcg->bin_items;
}

static void put_first(struct shr_bin *bin, struct shr_bin_item *item)
{
	item->prev = NULL;
	item->next = bin->first;
	*(item->next ? &item->next->prev : &bin->last) = item;
	bin->first = item;
}

static void put_last(struct shr_bin *bin, struct shr_bin_item *item)
{
	item->next = NULL;
	item->prev = bin->last;
	*(item->prev ? &item->prev->next : &bin->first) = item;
	bin->last = item;
}

static void take_out(struct shr_bin *bin, const struct shr_bin_item *item)
{
	*(item->prev ? &item->prev->next : &bin->first) = item->next;
	*(item->next ? &item->next->prev : &bin->last) = item->prev;
}

/* Into a bin of @generation, whose @put says at which end. */
static void enter(struct shr_bins *bins, struct shr_bin_item *item, unsigned generation,
		  void (*put)(struct shr_bin *bin, struct shr_bin_item *item))
{
	item->generation = generation;
	bins->count[generation]++;
	put(&bins->bins[generation][item->bin], item);
}

static void leave(struct shr_bins *bins, const struct shr_bin_item *item)
{
	take_out(&bins->bins[item->generation][item->bin], item);
	bins->count[item->generation]--;
}

/* Whoever has left the oldest generation may have been the last of it. */
static void age(struct shr_bins *bins)
{
	if (!bins->count[bins->oldest])
		bins->oldest = (bins->oldest + 1) % SHR_BIN_GENERATIONS;
}

void shr_bins_forget(struct shr_memcg *memcg)
{
	const struct shr_domain *domain = memcg->domain;

	for (int32_t nid = 0; domain->bins && nid < domain->nodes; nid++) {
		if (!memcg->bin_items[nid].memcg)
			continue;
		leave(&domain->bins[nid], &memcg->bin_items[nid]);
		age(&domain->bins[nid]);
	}
}

void shr_bins_offline(struct shr_memcg *memcg)
{
	struct shr_domain *domain = memcg->domain;

	pthread_mutex_lock(&domain->tree);
	for (int32_t nid = 0; domain->bins && nid < domain->nodes; nid++) {
		struct shr_bins *bins = &domain->bins[nid];
		struct shr_bin_item *item = &memcg->bin_items[nid];

		if (!item->memcg)
			continue;
		leave(bins, item);
		item->tail = false;
		enter(bins, item, bins->oldest, put_first);
	}
	pthread_mutex_unlock(&domain->tree);
}

/* Steele, Lea and Flood's splitmix: any bin, and the next seed. */
static unsigned any_bin(struct shr_bins_walk *walk)
{
	uint64_t mixed = walk->seed += UINT64_C(0x9e3779b97f4a7c15);

	mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
	return (unsigned)((mixed ^ mixed >> 31) % SHR_BINS);
}

static struct shr_bins *bins_of(const struct shr_bins_walk *walk)
{
	return &walk->domain->bins[walk->nid];
}

/* Who came since the last walk. */
static void enter_newcomers(struct shr_bins_walk *walk)
{
	struct shr_memcg *root = walk->domain->root;

	for (struct shr_memcg *at = root; at; at = shr_memcg_successor(at, root)) {
		struct shr_bin_item *item = &at->bin_items[walk->nid];

		if (item->memcg)
			continue;
		item->memcg = at;
		item->bin = any_bin(walk);
		enter(bins_of(walk), item, bins_of(walk)->oldest, put_last);
	}
}

void shr_bins_begin(struct shr_bins_walk *walk, struct shr_domain *domain, int32_t nid,
		    uint64_t seed)
{
	*walk = (struct shr_bins_walk){ .domain = domain, .nid = nid, .seed = seed };
	pthread_mutex_lock(&domain->tree);
	enter_newcomers(walk);
	walk->generation = bins_of(walk)->oldest;
	pthread_mutex_unlock(&domain->tree);
	walk->first = walk->bin = any_bin(walk);
}

/* Who is gone already is on its way out of the tree. */
static struct shr_bin_item *first_alive(struct shr_bin_item *item)
{
	while (item && !shr_memcg_try_get(item->memcg))
		item = item->next;
	return item;
}

/*
 * What follows the one it is at; where another reclaimer has moved that meanwhile, from
 * the first of the bin on.
 */
static struct shr_bin_item *following(const struct shr_bins_walk *walk)
{
	const struct shr_bin_item *at = walk->at;

	if (at && at->generation == walk->generation && at->bin == walk->bin)
		return at->next;
	return bins_of(walk)->bins[walk->generation][walk->bin].first;
}

static void move_on(struct shr_bins_walk *walk, enum shr_bins_move move)
{
	struct shr_bins *bins = bins_of(walk);
	struct shr_bin_item *item = walk->at;
	unsigned generation = item->generation;

	if (move == SHR_BINS_STAY)
		return;
	if (move == SHR_BINS_YOUNG)
		generation = (bins->oldest + 1) % SHR_BIN_GENERATIONS;
	leave(bins, item);
	item->bin = any_bin(walk);
	item->tail = move == SHR_BINS_TAIL;
	enter(bins, item, generation, put_last);
	age(bins);
}

/* False at the end. */
static bool next_bin(struct shr_bins_walk *walk)
{
	walk->bin = (walk->bin + 1) % SHR_BINS;
	return walk->bin != walk->first;
}

/* Who is followed is known before he moves: he may come up again, but not next. */
static struct shr_bin_item *step(struct shr_bins_walk *walk, enum shr_bins_move move)
{
	struct shr_bin_item *next = following(walk);

	if (walk->at)
		move_on(walk, move);
	for (next = first_alive(next); !next && next_bin(walk);)
		next = first_alive(
			bins_of(walk)->bins[walk->generation][walk->bin].first);
	return next;
}

struct shr_memcg *shr_bins_next(struct shr_bins_walk *walk, enum shr_bins_move move)
{
	struct shr_memcg *prev = walk->at ? walk->at->memcg : NULL;

	pthread_mutex_lock(&walk->domain->tree);
	walk->at = step(walk, move);
	pthread_mutex_unlock(&walk->domain->tree);
	shr_memcg_put(prev);
	return walk->at ? walk->at->memcg : NULL;
}

bool shr_bins_was_tail(const struct shr_bins_walk *walk)
{
	pthread_mutex_lock(&walk->domain->tree);
	const bool tail = walk->at->tail;

	pthread_mutex_unlock(&walk->domain->tree);
	return tail;
}

void shr_bins_end(struct shr_bins_walk *walk, enum shr_bins_move move)
{
	if (!walk->at)
		return;
	struct shr_memcg *memcg = walk->at->memcg;

	pthread_mutex_lock(&walk->domain->tree);
	move_on(walk, move);
	pthread_mutex_unlock(&walk->domain->tree);
	walk->at = NULL;
	shr_memcg_put(memcg);
}
