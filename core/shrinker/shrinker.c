/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The list and the ids change under registry.  Under the semaphore (to 6.6) a pass
 * keeps writers out for all of its walk, so that what is unlinked is nobody's.
 *
 * Without it (6.7) a pass finds a shrinker in a read section, and may call it once it
 * has a reference:
 *
 *	registers				passes
 *	sets the shrinker up, links it		finds it in a read section
 *	refs = 1 (release)			refs + 1 unless 0 (acquire)
 *						leaves the section, calls it
 *	frees					enters a section
 *	refs - 1				refs - 1; the last says so
 *	waits until the last said so		goes on from it in the list
 *	unlinks it, retires it			leaves the section
 *
 * Nobody gets a reference after the last one was given back, and nobody calls without
 * one: when the wait is over no callback runs or will.  The pass that gave it back is
 * in a read section that began before, so the memory, and the next one that it points
 * to, outlive that section: if the next one is unlinked before it, it points past it;
 * if after it, that one's grace period waits for the section, too.
 */
#include "core/shrinker/shrinker.h"

#include "core/err.h"
#include "core/shrinker/domain_parts.h"
#include "core/shrinker/info.h"

#include <assert.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

enum { DEFAULT_SEEKS = 2 };

/*
 * Where shrinkers lie in the emulated kernel: one after the other.  The lower half is
 * an address where longs have 32 bits.
 */
static const uint64_t first_address = 0xffff8881c8000000, address_step = 0x400;

static const unsigned settable =
	SHR_SHRINKER_NUMA | SHR_SHRINKER_MEMCG | SHR_SHRINKER_NONSLAB;

static void free_shrinker(struct shr_shrinker *shrinker)
{
	shr_completion_release(&shrinker->unused);
	free(shrinker->deferred);
	free(shrinker->name);
	free(shrinker);
}

static void free_retired(struct shr_retired *retired)
{
	free_shrinker((struct shr_shrinker *)((char *)retired -
					      offsetof(struct shr_shrinker, retired)));
}

__attribute__((format(printf, 1, 0))) static char *format_name(const char *fmt,
							       va_list args)
{
	va_list again;

	va_copy(again, args);
	int len = vsnprintf(NULL, 0, fmt, again);
	char *name = len < 0 ? NULL : malloc((size_t)len + 1);

	va_end(again);
	if (name)
		vsnprintf(name, (size_t)len + 1, fmt, args);
	return name;
}

/* From 7.1 on slabs are nobody's own, either, where kernel memory is not accounted. */
static unsigned usable_flags(const struct shr_domain *domain, unsigned flags)
{
	bool idle = domain->design.nokmem_unaware && !domain->kmem &&
		    !(flags & SHR_SHRINKER_NONSLAB);

	flags &= settable;
	if (!domain->memcgs || idle)
		flags &= ~(unsigned)SHR_SHRINKER_MEMCG;
	return flags | SHR_SHRINKER_ALLOCATED;
}

static struct shr_shrinker *new_shrinker(struct shr_domain *domain, unsigned flags)
{
	struct shr_shrinker *shrinker = calloc(1, sizeof(*shrinker));

	if (!shrinker)
		return NULL;
	shrinker->domain = domain;
	shrinker->flags = usable_flags(domain, flags);
	shrinker->seeks = DEFAULT_SEEKS;
	shrinker->id = -1;
	shr_completion_init(&shrinker->unused, domain->waiter);
	size_t slots = flags & SHR_SHRINKER_NUMA ? (size_t)domain->nodes : 1;

	shrinker->deferred = calloc(slots, sizeof(shrinker->deferred[0]));
	return shrinker;
}

/* Maps are of 4.19: before, memcg-aware ones need no number. */
static bool take_id(struct shr_domain *domain, struct shr_shrinker *shrinker)
{
	if (!(shrinker->flags & SHR_SHRINKER_MEMCG) ||
	    domain->design.pass != SHR_PASS_MAP)
		return true;
	shrinker->id = shr_ids_take(&domain->ids, shrinker, &domain->grace);
	if (shrinker->id < 0)
		return false;
	if (shr_info_expand(domain, (uint32_t)shrinker->id))
		return true;
	shr_ids_drop(&domain->ids, shrinker->id);
	return false;
}

/* Of all memcgs' info there is enough for its id, before anybody can ask for it. */
static bool enter_domain(struct shr_domain *domain, struct shr_shrinker *shrinker)
{
	shr_rwsem_write(&domain->registry);
	int32_t place = shr_ids_take(&domain->addresses, shrinker, &domain->grace);
	bool entered = place >= 0 && take_id(domain, shrinker);

	if (place >= 0 && !entered)
		shr_ids_drop(&domain->addresses, place);
	shr_rwsem_write_unlock(&domain->registry);
	if (entered)
		shrinker->address = first_address + (uint64_t)place * address_step;
	return entered;
}

struct shr_shrinker *shr_shrinker_alloc(struct shr_domain *domain, unsigned flags,
					struct shr_err *err, const char *fmt, ...)
{
	struct shr_shrinker *shrinker = new_shrinker(domain, flags);
	va_list args;

	va_start(args, fmt);
	if (shrinker)
		shrinker->name = format_name(fmt, args);
	va_end(args);
	if (shrinker && shrinker->name && shrinker->deferred &&
	    enter_domain(domain, shrinker)) {
		shr_grace_settle(&domain->grace);
		return shrinker;
	}
	if (shrinker)
		free_shrinker(shrinker);
	shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	return NULL;
}

static void link_last(struct shr_domain *domain, struct shr_shrinker *shrinker)
{
	struct shr_shrinker *last = domain->last;

	shrinker->prev = last;
	/* release: who finds it finds it set up. */
	atomic_store_explicit(last ? &last->next : &domain->first, shrinker,
			      memory_order_release);
	domain->last = shrinker;
}

/* Its own next stays: who stands on it goes on from there. */
static void unlink_shrinker(struct shr_domain *domain, struct shr_shrinker *shrinker)
{
	struct shr_shrinker *prev = shrinker->prev;
	struct shr_shrinker *next =
		atomic_load_explicit(&shrinker->next, memory_order_relaxed);

	/* release: the next one is found by another way now, and as it was set up. */
	atomic_store_explicit(prev ? &prev->next : &domain->first, next,
			      memory_order_release);
	*(next ? &next->prev : &domain->last) = prev;
}

static int check_parameters(const struct shr_shrinker *shrinker, struct shr_err *err)
{
	const struct shr_generation *gen = shrinker->domain->gen;
	int64_t batch = atomic_load_explicit(&shrinker->batch, memory_order_relaxed);

	if (shrinker->seeks < 0 || batch < 0)
		return shr_fail(err, SHR_ERR_RANGE,
				"expected seeks and batch not below 0");
	if (!shrinker->seeks && gen->delta != SHR_DELTA_PRIORITY_HALF)
		return shr_fail(err, SHR_ERR_RANGE,
				"expected seeks above 0: generation '%s' divides by it",
				gen->name);
	return 0;
}

int shr_shrinker_register(struct shr_shrinker *shrinker, struct shr_err *err)
{
	struct shr_domain *domain = shrinker->domain;

	assert(shrinker->count || shrinker->shrink);
	assert(!(shrinker->flags & SHR_SHRINKER_REGISTERED));
	if (check_parameters(shrinker, err))
		return -1;
	shr_rwsem_write(&domain->registry);
	link_last(domain, shrinker);
	shrinker->flags |= SHR_SHRINKER_REGISTERED;
	shr_rwsem_write_unlock(&domain->registry);
	/*
	 * release: who gets a reference finds all of the above.  Not before the lock
	 * is dropped: that is how it is in the kernel, where a pass can see the moment.
	 */
	atomic_store_explicit(&shrinker->refs, 1, memory_order_release);
	return 0;
}

unsigned shr_shrinker_raw_flags(const struct shr_shrinker *shrinker)
{
	const unsigned bit = shrinker->domain->design.aware_bit;
	unsigned states =
		shrinker->flags & (SHR_SHRINKER_REGISTERED | SHR_SHRINKER_ALLOCATED);

	/* Ours are where the newest kernels have theirs, after the two. */
	return (shrinker->flags & settable) >> (2 - bit) | (states & ((1u << bit) - 1));
}

bool shr_shrinker_try_get(struct shr_shrinker *shrinker)
{
	unsigned refs = atomic_load_explicit(&shrinker->refs, memory_order_relaxed);

	/* acquire: pairs with the end of shr_shrinker_register(). */
	while (refs)
		if (atomic_compare_exchange_weak_explicit(
			    &shrinker->refs, &refs, refs + 1, memory_order_acquire,
			    memory_order_relaxed))
			return true;
	return false;
}

void shr_shrinker_put(struct shr_shrinker *shrinker)
{
	/*
	 * acq_rel: what others did with it comes before their references went, and all
	 * of that before whoever waits goes on.
	 */
	if (atomic_fetch_sub_explicit(&shrinker->refs, 1, memory_order_acq_rel) == 1)
		shr_completion_done(&shrinker->unused);
}

static void wait_unused(struct shr_domain *domain, struct shr_shrinker *shrinker)
{
	shr_grace_enter(&domain->grace);
	shr_shrinker_put(shrinker);
	shr_grace_leave(&domain->grace);
	shr_completion_wait(&shrinker->unused);
}

static void leave_domain(struct shr_domain *domain, struct shr_shrinker *shrinker)
{
	shr_rwsem_write(&domain->registry);
	if (shrinker->flags & SHR_SHRINKER_REGISTERED)
		unlink_shrinker(domain, shrinker);
	shrinker->flags &= ~(unsigned)SHR_SHRINKER_REGISTERED;
	if (shrinker->id >= 0)
		shr_ids_drop(&domain->ids, shrinker->id);
	shr_ids_drop(&domain->addresses,
		     (int32_t)((shrinker->address - first_address) / address_step));
	shr_rwsem_write_unlock(&domain->registry);
}

void shr_shrinker_free(struct shr_shrinker *shrinker)
{
	if (!shrinker)
		return;
	struct shr_domain *domain = shrinker->domain;

	if (domain->design.lockless && (shrinker->flags & SHR_SHRINKER_REGISTERED))
		wait_unused(domain, shrinker);
	leave_domain(domain, shrinker);
	if (domain->design.lockless)
		shr_grace_retire(&domain->grace, &shrinker->retired, free_retired);
	else
		free_shrinker(shrinker);
	shr_grace_settle(&domain->grace);
}
