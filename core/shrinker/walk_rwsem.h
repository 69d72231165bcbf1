/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * walk_rwsem - how passes find shrinkers under the semaphore, up to 6.6.
 */
#ifndef CORE_SHRINKER_WALK_RWSEM_H
#define CORE_SHRINKER_WALK_RWSEM_H

#include <stdint.h>

struct shr_pass;

/* Ask all registered ones, in that order; what they freed. */
uint64_t shr_walk_rwsem_list(struct shr_pass *pass);

/* Ask those that the map of the pass's memcg and node has, by id; what they freed. */
uint64_t shr_walk_rwsem_map(struct shr_pass *pass);

#endif /* CORE_SHRINKER_WALK_RWSEM_H */
