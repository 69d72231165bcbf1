/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Nobody is kept out and nobody waits: passes look up in read sections, and call
 * outside of them with a reference (ca1d36b82394 "mm: shrinker: make global slab shrink
 * lockless", 50d09da8e119 "mm: shrinker: make memcg slab shrink lockless", 6.7).
 * shrinker.c says what references are good for.
 *
 * The list: a pass enters a section, gets a reference to the one it stands on, leaves,
 * calls, enters again, and only then gives the reference back and goes on to the next.
 * Until then the one it stands on cannot be unlinked, for who frees it waits for the
 * reference; from then on the section keeps it, and what it points to.  So a pass
 * reaches everybody who is registered all the while: who is unlinked points to who came
 * after him, and nobody is ever put in before.
 *
 * The map: units live as long as their memcg, to which the caller has a reference, and
 * the array that leads to them is looked up afresh for each: it may have been replaced.
 * An id may be free by now, or somebody else's, or of one that is not registered yet:
 * then there is no reference to be had, and the bit is cleared.  The last of these is
 * why nobody may have objects before he is registered.  If an id was given to another
 * between the bit and the lookup, that one is asked for nothing, which is not wrong.
 */
#include "core/shrinker/walk_lockless.h"

#include "core/shrinker/domain_parts.h"
#include "core/shrinker/info.h"
#include "core/shrinker/pass.h"
#include "core/shrinker/shrinker.h"

#include <stddef.h>

uint64_t shr_walk_lockless_list(struct shr_pass *pass)
{
	struct shr_domain *domain = pass->domain;
	struct shr_grace *grace = &domain->grace;
	uint64_t freed = 0;

	pass->stats.passes++;
	shr_grace_enter(grace);
	/* acquire: who is linked is found set up. */
	struct shr_shrinker *at =
		atomic_load_explicit(&domain->first, memory_order_acquire);

	while (at) {
		if (shr_shrinker_try_get(at)) {
			shr_grace_leave(grace);
			freed += shr_pass_ask(pass, at);
			shr_grace_enter(grace);
			shr_shrinker_put(at);
		}
		at = atomic_load_explicit(&at->next, memory_order_acquire);
	}
	shr_grace_leave(grace);
	return freed;
}

/* With a reference; NULL, and the bit is cleared, where there is none to be had. */
static struct shr_shrinker *find(const struct shr_pass *pass,
				 struct shr_info_unit *unit, uint32_t id)
{
	struct shr_grace *grace = &pass->domain->grace;

	shr_grace_enter(grace);
	struct shr_shrinker *found = shr_ids_find(&pass->domain->ids, id);

	if (found && !shr_shrinker_try_get(found))
		found = NULL;
	shr_grace_leave(grace);
	if (!found)
		shr_info_clear(unit, id % SHR_UNIT_IDS);
	return found;
}

static void put(const struct shr_pass *pass, struct shr_shrinker *shrinker)
{
	struct shr_grace *grace = &pass->domain->grace;

	shr_grace_enter(grace);
	shr_shrinker_put(shrinker);
	shr_grace_leave(grace);
}

static uint64_t walk_unit(struct shr_pass *pass, struct shr_info_unit *unit,
			  uint32_t first_id)
{
	uint64_t freed = 0;

	for (uint32_t bit = 0; bit < SHR_UNIT_IDS; bit++) {
		/* relaxed: it is no more than a reason to ask. */
		if (!(atomic_load_explicit(&unit->map, memory_order_relaxed) >> bit &
		      1))
			continue;
		struct shr_shrinker *found = find(pass, unit, first_id + bit);

		if (!found)
			continue;
		freed += shr_pass_ask_bit(pass, unit, bit, found);
		put(pass, found);
	}
	return freed;
}

uint64_t shr_walk_lockless_map(struct shr_pass *pass)
{
	struct shr_grace *grace = &pass->domain->grace;
	uint64_t freed = 0;

	pass->stats.passes++;
	for (uint32_t i = 0;; i++) {
		shr_grace_enter(grace);
		struct shr_info_unit *unit = shr_info_unit(pass->memcg, pass->nid, i);
		shr_grace_leave(grace);
		if (!unit)
			return freed;
		freed += walk_unit(pass, unit, i * SHR_UNIT_IDS);
	}
}
