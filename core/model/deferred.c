/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/model/deferred.h"

uint32_t shr_deferred_slot(enum shr_key_rule key, struct shr_awareness aware,
			   int32_t nid)
{
	return key != SHR_KEY_SHRINKER && aware.numa ? (uint32_t)nid : 0;
}

bool shr_deferred_by_memcg(enum shr_key_rule key, struct shr_awareness aware)
{
	return key == SHR_KEY_MEMCG && aware.memcg;
}

int64_t shr_deferred_after(int64_t before, int64_t store)
{
	return (int64_t)((uint64_t)before + (uint64_t)store);
}

int64_t shr_deferred_before(int64_t after, int64_t store)
{
	return (int64_t)((uint64_t)after - (uint64_t)store);
}

struct shr_traced_end shr_deferred_traced(enum shr_end_rule rule, int64_t deferred,
					  int64_t left, int64_t before, int64_t after)
{
	const int64_t found = rule == SHR_END_OLD_AT_END ? before : deferred;

	return (struct shr_traced_end){
		.unused_scan = found,
		.total_scan =
			rule == SHR_END_LEFT ? left : shr_deferred_before(after, found),
	};
}
