/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/shrinker/pass.h"

#include "core/shrinker/domain_parts.h"
#include "core/shrinker/info.h"
#include "core/shrinker/shrinker.h"
#include "core/shrinker/slab_call.h"

/* What do_shrink_slab() returns: freed, or SHR_SHRINK_EMPTY. */
static uint64_t ask(struct shr_pass *pass, struct shr_shrinker *shrinker, int32_t nid)
{
	struct shr_control control = { .by = &pass->by,
				       .nid = nid,
				       .memcg = pass->memcg };

	pass->stats.calls++;
	return shr_slab_call(shrinker, &control);
}

static uint64_t or_nothing(uint64_t freed)
{
	return freed == SHR_SHRINK_EMPTY ? 0 : freed;
}

/* 3.12 to 3.18: each shrinker goes over the nodes by itself. */
static uint64_t ask_mask(struct shr_pass *pass, struct shr_shrinker *shrinker)
{
	const uint64_t mask =
		pass->by.nodes ? pass->by.nodes : UINT64_C(1) << pass->nid;
	uint64_t freed = 0;

	if (!(shrinker->flags & SHR_SHRINKER_NUMA)) {
		bool asks = pass->domain->design.pass == SHR_PASS_MASK || mask & 1;

		return asks ? or_nothing(ask(pass, shrinker, 0)) : 0;
	}
	for (int32_t nid = 0; nid < pass->domain->nodes; nid++)
		if (mask >> nid & 1)
			freed += or_nothing(ask(pass, shrinker, nid));
	return freed;
}

bool shr_pass_is_for(const struct shr_pass *pass, const struct shr_shrinker *shrinker)
{
	const bool aware = shrinker->flags & SHR_SHRINKER_MEMCG;

	return pass->filter == SHR_PASS_EVERYBODY ||
	       aware == (pass->filter == SHR_PASS_AWARE);
}

uint64_t shr_pass_ask(struct shr_pass *pass, struct shr_shrinker *shrinker)
{
	enum shr_pass_rule rule = pass->domain->design.pass;

	if (!shr_pass_is_for(pass, shrinker))
		return 0;
	if (rule == SHR_PASS_MASK_ZERO || rule == SHR_PASS_MASK)
		return ask_mask(pass, shrinker);
	return or_nothing(ask(pass, shrinker, pass->nid));
}

/* Whether it is passed over because kernel memory is nobody's. */
static bool is_idle(const struct shr_pass *pass, const struct shr_shrinker *shrinker)
{
	return !pass->domain->kmem && !(shrinker->flags & SHR_SHRINKER_NONSLAB);
}

uint64_t shr_pass_ask_bit(struct shr_pass *pass, struct shr_info_unit *unit,
			  unsigned bit, struct shr_shrinker *shrinker)
{
	if (is_idle(pass, shrinker)) {
		if (pass->domain->design.kmem == SHR_KMEM_CLEAR)
			shr_info_clear(unit, bit);
		return 0;
	}
	uint64_t freed = ask(pass, shrinker, pass->nid);

	if (freed != SHR_SHRINK_EMPTY)
		return freed;
	/*
	 * What was added since it counted may have set the bit that goes now, so that
	 * it has to count again: info.h says why that misses nothing.
	 */
	shr_info_clear(unit, bit);
	freed = ask(pass, shrinker, pass->nid);
	if (freed == SHR_SHRINK_EMPTY)
		return 0;
	shr_info_set(unit, bit);
	return freed;
}
