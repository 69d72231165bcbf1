/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/shrinker/info.h"

#include "core/model/deferred.h"
#include "core/shrinker/domain_parts.h"
#include "core/shrinker/memcg.h"
#include "core/shrinker/memcg_parts.h"
#include "core/shrinker/shrinker.h"

#include <stddef.h>
#include <stdlib.h>

struct shr_info {
	struct shr_retired retired; /* first: free casts back */
	uint32_t unit_count;
	struct shr_info_unit *unit[]; /* owned by the memcg, not by the array */
};

/* With registry held: nobody replaces it. */
static struct shr_info *own_info(const struct shr_memcg *memcg, int32_t nid)
{
	return atomic_load_explicit(&memcg->info[nid], memory_order_relaxed);
}

static void free_array(struct shr_retired *retired)
{
	free(retired);
}

static struct shr_info *new_array(const struct shr_info *old, uint32_t unit_count)
{
	struct shr_info *info =
		calloc(1, sizeof(*info) + unit_count * sizeof(info->unit[0]));

	if (!info)
		return NULL;
	for (uint32_t i = 0; old && i < old->unit_count; i++)
		info->unit[i] = old->unit[i];
	for (uint32_t i = old ? old->unit_count : 0; i < unit_count; i++) {
		info->unit[i] = calloc(1, sizeof(*info->unit[i]));
		if (!info->unit[i])
			break;
		info->unit_count = i + 1;
	}
	if (info->unit_count == unit_count)
		return info;
	while (info->unit_count > (old ? old->unit_count : 0))
		free(info->unit[--info->unit_count]);
	free(info);
	return NULL;
}

/* As kernels that copied a map set all of it: an extra count finds what was missed. */
static void fill(const struct shr_info *info)
{
	for (uint32_t i = 0; i < info->unit_count; i++)
		/* release: one of the changes whose order info.h relies on. */
		atomic_fetch_or_explicit(&info->unit[i]->map, UINT64_MAX,
					 memory_order_release);
}

static bool grow(struct shr_memcg *memcg, int32_t nid, uint32_t unit_count)
{
	struct shr_domain *domain = memcg->domain;
	struct shr_info *old = own_info(memcg, nid);

	if (old && old->unit_count >= unit_count)
		return true;
	struct shr_info *info = new_array(old, unit_count);

	if (!info)
		return false;
	if (old && domain->design.growth_fills)
		fill(old);
	/* release: who finds the array finds its units, and zeroes in the new ones. */
	atomic_store_explicit(&memcg->info[nid], info, memory_order_release);
	if (old)
		shr_grace_retire(&domain->grace, &old->retired, free_array);
	return true;
}

static bool grow_all_nodes(struct shr_memcg *memcg, uint32_t unit_count)
{
	for (int32_t nid = 0; nid < memcg->domain->nodes; nid++)
		if (!grow(memcg, nid, unit_count))
			return false;
	return true;
}

bool shr_info_online(struct shr_memcg *memcg)
{
	return grow_all_nodes(memcg, memcg->domain->nr_max / SHR_UNIT_IDS);
}

bool shr_info_expand(struct shr_domain *domain, uint32_t id)
{
	uint32_t unit_count = id / SHR_UNIT_IDS + 1;
	struct shr_memcg *memcg = NULL;

	if (id < domain->nr_max)
		return true;
	while ((memcg = shr_memcg_next(domain, memcg))) {
		if (!grow_all_nodes(memcg, unit_count)) {
			shr_memcg_put(memcg);
			return false;
		}
	}
	domain->nr_max = unit_count * SHR_UNIT_IDS;
	return true;
}

static void reparent_unit(struct shr_info_unit *from, struct shr_info_unit *to)
{
	for (unsigned i = 0; i < SHR_UNIT_IDS; i++) {
		/*
		 * relaxed: a count is all there is, and it is read and not taken, so
		 * that what the child has stays in it.
		 */
		int64_t left =
			atomic_load_explicit(&from->deferred[i], memory_order_relaxed);

		if (left)
			atomic_fetch_add_explicit(&to->deferred[i], left,
						  memory_order_relaxed);
	}
}

void shr_info_reparent(const struct shr_memcg *memcg)
{
	for (int32_t nid = 0; nid < memcg->domain->nodes; nid++) {
		const struct shr_info *from = own_info(memcg, nid);
		const struct shr_info *to = own_info(memcg->parent, nid);

		for (uint32_t i = 0; i < from->unit_count; i++)
			reparent_unit(from->unit[i], to->unit[i]);
	}
}

void shr_info_free(struct shr_memcg *memcg)
{
	for (int32_t nid = 0; nid < memcg->domain->nodes; nid++) {
		struct shr_info *info = own_info(memcg, nid);

		for (uint32_t i = 0; info && i < info->unit_count; i++)
			free(info->unit[i]);
		free(info);
	}
}

struct shr_info_unit *shr_info_unit(const struct shr_memcg *memcg, int32_t nid,
				    uint32_t index)
{
	/* acquire: pairs with grow(). */
	const struct shr_info *info =
		atomic_load_explicit(&memcg->info[nid], memory_order_acquire);

	return index < info->unit_count ? info->unit[index] : NULL;
}

shr_atomic_int64 *shr_info_deferred(const struct shr_memcg *memcg, int32_t nid,
				    int32_t id)
{
	struct shr_grace *grace = &memcg->domain->grace;

	shr_grace_enter(grace);
	struct shr_info_unit *unit =
		shr_info_unit(memcg, nid, (uint32_t)id / SHR_UNIT_IDS);
	shr_grace_leave(grace);
	return &unit->deferred[id % SHR_UNIT_IDS];
}

void shr_info_set(struct shr_info_unit *unit, unsigned bit)
{
	/* release: who clears it sees what was added before it was set. */
	atomic_fetch_or_explicit(&unit->map, UINT64_C(1) << bit, memory_order_release);
}

void shr_info_clear(struct shr_info_unit *unit, unsigned bit)
{
	/*
	 * acquire: sees what was added before it was set.  release: what others see
	 * through this change is what they would have seen through the setting.
	 */
	atomic_fetch_and_explicit(&unit->map, ~(UINT64_C(1) << bit),
				  memory_order_acq_rel);
}

void shr_info_set_shrinker(struct shr_memcg *memcg, int32_t nid,
			   const struct shr_shrinker *shrinker)
{
	shr_info_set_id(memcg, nid, shrinker->id);
}

void shr_info_set_id(struct shr_memcg *memcg, int32_t nid, int32_t id)
{
	if (!memcg || !memcg->parent || id < 0)
		return;
	struct shr_grace *grace = &memcg->domain->grace;

	shr_grace_enter(grace);
	struct shr_info_unit *unit =
		shr_info_unit(memcg, nid, (uint32_t)id / SHR_UNIT_IDS);

	if (unit)
		shr_info_set(unit, (unsigned)id % SHR_UNIT_IDS);
	shr_grace_leave(grace);
}

bool shr_info_is_set(struct shr_memcg *memcg, int32_t nid, int32_t id)
{
	struct shr_grace *grace = &memcg->domain->grace;

	if (id < 0)
		return false;
	shr_grace_enter(grace);
	struct shr_info_unit *unit =
		shr_info_unit(memcg, nid, (uint32_t)id / SHR_UNIT_IDS);
	bool is_set = unit && atomic_load_explicit(&unit->map, memory_order_relaxed) >>
					      (id % SHR_UNIT_IDS) &
				      1;
	shr_grace_leave(grace);
	return is_set;
}
