/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * walk_lockless - how passes find shrinkers without a lock, from 6.7 on.
 */
#ifndef CORE_SHRINKER_WALK_LOCKLESS_H
#define CORE_SHRINKER_WALK_LOCKLESS_H

#include <stdint.h>

struct shr_pass;

/* Ask all registered ones, in that order; what they freed. */
uint64_t shr_walk_lockless_list(struct shr_pass *pass);

/* Ask those that the map of the pass's memcg and node has, by id; what they freed. */
uint64_t shr_walk_lockless_map(struct shr_pass *pass);

#endif /* CORE_SHRINKER_WALK_LOCKLESS_H */
