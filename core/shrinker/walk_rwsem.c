/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A pass holds the semaphore for reading from its first step to its last, callbacks
 * included.  The list, the ids and the sizes of maps change under it held for writing
 * only, so that everything a pass finds stays as it is: no reference is counted, and
 * nothing is freed but after all passes that could have found it.
 *
 * It only ever tries: who waits in reclaim for somebody who registers, and may wait for
 * memory in turn, would never come back.  So passes are dropped while somebody
 * registers; and since who registers waits for all passes, one slow callback holds up
 * him, and he all other passes.  From 4.16 on a pass at least ends after the callback
 * at which somebody began to wait ("mm: do not stall register_shrinker()").
 */
#include "core/shrinker/walk_rwsem.h"

#include "core/shrinker/domain_parts.h"
#include "core/shrinker/info.h"
#include "core/shrinker/pass.h"
#include "core/shrinker/shrinker.h"

#include <stddef.h>

/* False: somebody registers, and there will be no pass. */
static bool try_lock(struct shr_pass *pass)
{
	bool locked = shr_rwsem_try_read(&pass->domain->registry);

	pass->stats.dropped += !locked;
	pass->stats.passes += locked;
	return locked;
}

/* Whether to end the pass here; it says that there may be more to get. */
static bool bails_out(struct shr_pass *pass, uint64_t *freed)
{
	if (!pass->domain->design.bails_out ||
	    !shr_rwsem_is_contended(&pass->domain->registry))
		return false;
	*freed = *freed ? *freed : 1;
	pass->stats.cut++;
	return true;
}

/* relaxed: writers are kept out, and were let go by the semaphore. */
static struct shr_shrinker *first(struct shr_domain *domain)
{
	return atomic_load_explicit(&domain->first, memory_order_relaxed);
}

static struct shr_shrinker *after(struct shr_shrinker *shrinker)
{
	return atomic_load_explicit(&shrinker->next, memory_order_relaxed);
}

uint64_t shr_walk_rwsem_list(struct shr_pass *pass)
{
	struct shr_domain *domain = pass->domain;
	uint64_t freed = 0;

	if (!try_lock(pass))
		return domain->design.not_locked;
	for (struct shr_shrinker *at = first(domain); at; at = after(at)) {
		if (!shr_pass_is_for(pass, at))
			continue;
		freed += shr_pass_ask(pass, at);
		if (bails_out(pass, &freed))
			break;
	}
	shr_rwsem_read_unlock(&domain->registry);
	return freed;
}

/*
 * Who has an id and is not registered yet keeps his bit, for he will be; nobody's bit
 * goes.
 */
static struct shr_shrinker *find(const struct shr_pass *pass,
				 struct shr_info_unit *unit, uint32_t id)
{
	struct shr_shrinker *found = shr_ids_find(&pass->domain->ids, id);

	if (!found)
		shr_info_clear(unit, id % SHR_UNIT_IDS);
	return found && found->flags & SHR_SHRINKER_REGISTERED ? found : NULL;
}

/* True: the pass ends here. */
static bool walk_unit(struct shr_pass *pass, struct shr_info_unit *unit,
		      uint32_t first_id, uint64_t *freed)
{
	for (uint32_t bit = 0; bit < SHR_UNIT_IDS; bit++) {
		/*
		 * Each bit is looked at when it is its turn, as kernels do.  relaxed:
		 * it is no more than a reason to ask.
		 */
		if (!(atomic_load_explicit(&unit->map, memory_order_relaxed) >> bit &
		      1))
			continue;
		struct shr_shrinker *found = find(pass, unit, first_id + bit);

		if (!found)
			continue;
		*freed += shr_pass_ask_bit(pass, unit, bit, found);
		if (bails_out(pass, freed))
			return true;
	}
	return false;
}

uint64_t shr_walk_rwsem_map(struct shr_pass *pass)
{
	struct shr_domain *domain = pass->domain;
	struct shr_info_unit *unit;
	uint64_t freed = 0;

	if (!try_lock(pass))
		return 0;
	for (uint32_t i = 0; (unit = shr_info_unit(pass->memcg, pass->nid, i)); i++)
		if (walk_unit(pass, unit, i * SHR_UNIT_IDS, &freed))
			break;
	shr_rwsem_read_unlock(&domain->registry);
	return freed;
}
