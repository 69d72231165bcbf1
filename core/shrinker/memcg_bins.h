/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * memcg_bins - the order in which the multi-gen LRU reclaims from memcgs (6.3).
 *
 * On each node every memcg is in one of 8 bins, by chance, of a generation.  Who
 * reclaims everywhere goes over the bins of the oldest generation, from any of them on,
 * until he has got enough; by what he found there, a memcg stays, goes to the tail of
 * another bin, or into the younger generation.  When the oldest is empty the next is.
 *
 *	shr_bins_begin(&walk, domain, nid, seed);
 *	while ((memcg = shr_bins_next(&walk, move)) && !enough)
 *		move = shrink(memcg, shr_bins_was_tail(&walk));
 *	shr_bins_end(&walk, move);
 *
 * The kernel puts a memcg into a bin when it comes online, and here the first walk
 * after that does, before anybody can tell.  A memcg that goes offline stays in its
 * bin, and is not thrown another, as its first in the oldest generation.
 */
#ifndef CORE_SHRINKER_MEMCG_BINS_H
#define CORE_SHRINKER_MEMCG_BINS_H

#include <stdbool.h>
#include <stdint.h>

struct shr_domain;
struct shr_memcg;

enum { SHR_BINS = 8, SHR_BIN_GENERATIONS = 3 };

/* A memcg's place on a node; under domain->tree, as all of this. */
struct shr_bin_item {
	struct shr_memcg *memcg; /* NULL: in no bin yet */
	struct shr_bin_item *next, *prev;
	unsigned generation, bin;
	bool tail; /* it was put there for another try */
};

struct shr_bin {
	struct shr_bin_item *first, *last;
};

/* Those of a node. */
struct shr_bins {
	struct shr_bin bins[SHR_BIN_GENERATIONS][SHR_BINS];
	unsigned count[SHR_BIN_GENERATIONS]; /* of memcgs */
	unsigned oldest;
};

/* Where a memcg goes whose turn is over. */
enum shr_bins_move { SHR_BINS_STAY, SHR_BINS_TAIL, SHR_BINS_YOUNG };

struct shr_bins_walk {
	struct shr_domain *domain;
	int32_t nid;
	uint64_t seed;
	unsigned generation, first, bin;
	struct shr_bin_item *at; /* with a reference to its memcg; NULL: none */
};

/* Room for those of @domain, if its release has any.  False: no memory. */
bool shr_bins_init(struct shr_domain *domain);
void shr_bins_release(struct shr_domain *domain);

/* Room for @memcg's places.  False: no memory. */
bool shr_bins_online(struct shr_memcg *memcg);

/* @memcg is the first to be reclaimed from: nobody uses it any more. */
void shr_bins_offline(struct shr_memcg *memcg);

/* @memcg leaves the tree, which is locked. */
void shr_bins_forget(struct shr_memcg *memcg);

/* By @seed, any number, chance decides. */
void shr_bins_begin(struct shr_bins_walk *walk, struct shr_domain *domain, int32_t nid,
		    uint64_t seed);

/*
 * Let the memcg that it is at go by @move, and come to the next: borrowed until the
 * next call, or NULL at the end.
 */
struct shr_memcg *shr_bins_next(struct shr_bins_walk *walk, enum shr_bins_move move);

/* Whether the memcg that it is at was put where it is for another try. */
bool shr_bins_was_tail(const struct shr_bins_walk *walk);

/* Over, wherever it is; the memcg that it is at goes by @move. */
void shr_bins_end(struct shr_bins_walk *walk, enum shr_bins_move move);

#endif /* CORE_SHRINKER_MEMCG_BINS_H */
