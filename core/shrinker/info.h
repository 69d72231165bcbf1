/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * info - which shrinkers a memcg has objects of on a node, and what they deferred.
 *
 * Each memcg has one for each node: an array of units, each of which covers 64 ids by
 * a bit and a counter for each.  It has room for all ids there are: to register a
 * shrinker whose id is beyond grows those of all memcgs first.
 *
 * A growth publishes a longer array of the same units, and retires the old array.
 * Units live as long as their memcg, so that who holds a reference to that may use a
 * unit that he looked up, whatever grows.  Up to 6.6 the kernel copied bits and
 * counters instead, and set all bits so that none could get lost; that they are set is
 * kept here, that they are copied is not, for nobody can tell.
 *
 * A bit says: there may be objects.  It is set by who adds the first one, after that,
 * and cleared by a pass that found none, before it looks again:
 *
 *	adds an object			clears the bit
 *	sets the bit			counts: if there is one, sets the bit
 *
 * Both change the bit by an atomic read-modify-write, and such changes have one order.
 * If the setting comes after the clearing, the bit is set in the end.  If it comes
 * before, the clearing (acquire) reads what the setting (release) or a later change
 * left, for all changes are read-modify-writes, and sees the object.  So no object is
 * without its bit for good.  The kernel's set_bit() orders nothing and needs a full
 * barrier on either side; C11's orders on the atomic itself are enough.
 */
#ifndef CORE_SHRINKER_INFO_H
#define CORE_SHRINKER_INFO_H

#include "core/shrinker/atomic.h"

#include <stdbool.h>
#include <stdint.h>

struct shr_domain;
struct shr_memcg;
struct shr_shrinker;

enum { SHR_UNIT_IDS = 64 };

struct shr_info_unit {
	shr_atomic_uint64 map; /* bit: id modulo 64 */
	shr_atomic_int64 deferred[SHR_UNIT_IDS];
};

/* Room for domain->nr_max ids on all nodes.  With registry held.  False: no memory. */
bool shr_info_online(struct shr_memcg *memcg);

/* Room for @id in all memcgs.  With registry held for writing.  False: no memory. */
bool shr_info_expand(struct shr_domain *domain, uint32_t id);

/* What @memcg holds is added to its parent's.  With registry held. */
void shr_info_reparent(const struct shr_memcg *memcg);

/* Nobody looks any more. */
void shr_info_free(struct shr_memcg *memcg);

/*
 * The unit with the ids from 64 * @index on, or NULL where there are none.  In a read
 * section or with registry held; valid as long as the memcg.
 */
struct shr_info_unit *shr_info_unit(const struct shr_memcg *memcg, int32_t nid,
				    uint32_t index);

/* The counter of @id, for which there is room; valid as long as the memcg. */
shr_atomic_int64 *shr_info_deferred(const struct shr_memcg *memcg, int32_t nid,
				    int32_t id);

/* There may be objects of the shrinker with this bit. */
void shr_info_set(struct shr_info_unit *unit, unsigned bit);

/* There were none; what is counted after this is what was added before. */
void shr_info_clear(struct shr_info_unit *unit, unsigned bit);

/*
 * What who adds the first object of @shrinker on @nid to @memcg calls after that:
 * passes look there from now on.  Nothing is done for the root, whose pass asks all,
 * nor for NULL, nor for a shrinker without id.  The caller has a reference to @memcg.
 */
void shr_info_set_shrinker(struct shr_memcg *memcg, int32_t nid,
			   const struct shr_shrinker *shrinker);

/* The same by its id, which may be another's by now: he is asked for nothing. */
void shr_info_set_id(struct shr_memcg *memcg, int32_t nid, int32_t id);

/* Whether it is set; for who looks on. */
bool shr_info_is_set(struct shr_memcg *memcg, int32_t nid, int32_t id);

#endif /* CORE_SHRINKER_INFO_H */
