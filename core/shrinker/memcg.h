/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * memcg - the tree of memory cgroups, and how they come and go.
 *
 * A memcg is online from its creation to shr_memcg_offline(), and exists until nobody
 * holds a reference to it: passes may still be at work in one that went offline.  A
 * child holds a reference to its parent.  Who makes a memcg or takes one offline sees
 * to it that nobody does so with its parent or its children meanwhile, as cgroup_mutex
 * does.
 */
#ifndef CORE_SHRINKER_MEMCG_H
#define CORE_SHRINKER_MEMCG_H

#include <stdbool.h>
#include <stdint.h>

struct shr_domain;
struct shr_err;
struct shr_memcg;

/* Borrowed from the domain; NULL where it has no memcgs.  Its id is 1. */
struct shr_memcg *shr_memcg_root(const struct shr_domain *domain);

/*
 * A new last child of @parent, which is online.  @id: its cgroup id, which none had
 * before; 0: the next one.  The caller has a reference, which shr_memcg_offline()
 * takes.  NULL with *err filled in when memory runs out.
 */
struct shr_memcg *shr_memcg_online(struct shr_memcg *parent, uint64_t id,
				   struct shr_err *err);

/*
 * @memcg, not the root and without children that are online, goes: passes leave it
 * alone from now on.  Its lists become the oldest part of its parent's.  From 5.13 on
 * what it holds of deferred work is added to its parent's, and stays: a call at work in
 * it meanwhile adds its remainder to what nobody will ever look at.
 */
void shr_memcg_offline(struct shr_memcg *memcg);

/* Who does not keep it from ending asks about a moment ago. */
bool shr_memcg_is_online(const struct shr_memcg *memcg);

/* Its cgroup id, by which events name it. */
uint64_t shr_memcg_id(const struct shr_memcg *memcg);

/* NULL of the root; borrowed for as long as @memcg exists. */
struct shr_memcg *shr_memcg_parent(const struct shr_memcg *memcg);

/* @memcg, with another reference; the caller has one, or it is the root. */
struct shr_memcg *shr_memcg_get(struct shr_memcg *memcg);
void shr_memcg_put(struct shr_memcg *memcg);

/*
 * The next after @prev, or the root after NULL: each before its children, these in the
 * order of their creation.  It comes with a reference, and that to @prev is taken;
 * NULL after the last.  Includes those that are offline and still exist.
 */
struct shr_memcg *shr_memcg_next(struct shr_domain *domain, struct shr_memcg *prev);

#endif /* CORE_SHRINKER_MEMCG_H */
