/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reclaimed - a domain with memcgs, toys, and pages that answer as they are told.
 *
 *	world_open(&world, 6, 12, 2);
 *	open_toys(&world);
 *	world.answer.reclaimed = 32;
 *	direct(&world);
 *	assert_log(&world, "12.0:1 n0:1 ");
 *	world_close(&world);
 */
#ifndef TESTS_UNIT_RECLAIMED_H
#define TESTS_UNIT_RECLAIMED_H

#include "core/shrinker/info.h"
#include "core/shrinker/reclaim.h"
#include "tests/unit/machine.h"
#include "tests/unit/toy.h"

/*
 * A root (memcg 1) with children 2 and 4, and 3 below 2; toys n (NUMA-aware), m (and
 * memcg-aware) and p (neither).  Its pages log who was asked, as toys do: "12.0:3 " is
 * memcg 3's of node 0 at priority 12.
 */
struct world {
	struct shr_pages pages; /* first: callbacks cast back */
	struct shr_domain *domain;
	struct shr_memcg *memcgs[5]; /* by id */
	struct toy numa, memcg, plain;
	struct toy_log log;
	struct tape tape;
	struct shr_pages_answer answer; /* to each question */
	unsigned asked, balanced_after;
	uint64_t wanted; /* by who asked last */
	int32_t nodes;
	uint64_t slab_pages, inactive, seed;
	enum shr_protection protection[5];
	struct shr_reclaim_request request;
	struct shr_reclaim_result result;
};

static void pages_shrink(struct shr_pages *pages, const struct shr_pages_ask *ask,
			 struct shr_pages_answer *answer)
{
	struct world *world = (struct world *)pages;
	struct toy_log *log = &world->log;
	const unsigned long long id = ask->memcg ? shr_memcg_id(ask->memcg) : 0;

	log->len += (size_t)snprintf(log->text + log->len, sizeof(log->text) - log->len,
				     "%d.%d:%llu ", ask->by->priority, ask->nid, id);
	assert_true(log->len < sizeof(log->text));
	*answer = world->answer;
	world->asked++;
	world->wanted = ask->nr_to_reclaim;
}

static bool pages_balanced(struct shr_pages *pages, int32_t nid)
{
	const struct world *world = (struct world *)pages;

	assert_int_equal(nid, world->request.nid);
	return world->asked >= world->balanced_after;
}

static enum shr_protection pages_protection(struct shr_pages *pages,
					    const struct shr_memcg *target,
					    const struct shr_memcg *memcg)
{
	(void)target;
	return ((struct world *)pages)->protection[shr_memcg_id(memcg)];
}

static uint64_t pages_of_slab(struct shr_pages *pages, const struct shr_reclaimer *by)
{
	(void)by;
	return ((struct world *)pages)->slab_pages;
}

UNUSED static void open_toy(struct world *world, struct toy *toy, char letter,
			    unsigned flags)
{
	toy_register(toy, world->domain, flags);
	toy->letter = letter;
	toy->log = &world->log;
	toy->shrinker->seeks = 2;
}

UNUSED static void open_toys(struct world *world)
{
	open_toy(world, &world->numa, 'n', SHR_SHRINKER_NUMA);
	open_toy(world, &world->memcg, 'm', SHR_SHRINKER_NUMA | SHR_SHRINKER_MEMCG);
	open_toy(world, &world->plain, 'p', 0);
	for (int i = 2; i < 5; i++)
		for (int32_t nid = 0; world->memcgs[i] && nid < world->nodes; nid++)
			shr_info_set_shrinker(world->memcgs[i], nid,
					      world->memcg.shrinker);
}

/* Memcgs from 4.0 on. */
UNUSED static void world_open(struct world *world, unsigned major, unsigned minor,
			      int32_t nodes)
{
	const bool memcgs = major >= 4;

	*world = (struct world){ .pages = { .shrink = pages_shrink,
					    .is_balanced = pages_balanced,
					    .protection = pages_protection,
					    .slab_pages = pages_of_slab },
				 .balanced_after = UINT32_MAX,
				 .nodes = nodes };
	world->domain = toy_domain(
		&(struct shr_domain_options){ .release = { major, minor, 0 },
					      .nodes = nodes,
					      .memcgs = memcgs,
					      .kmem = memcgs,
					      .tracer = tape_init(&world->tape) });
	if (memcgs) {
		world->memcgs[1] = shr_memcg_root(world->domain);
		world->memcgs[2] = some_memcg(world->memcgs[1]);
		world->memcgs[3] = some_memcg(world->memcgs[2]);
		world->memcgs[4] = some_memcg(world->memcgs[1]);
	}
	world->request = (struct shr_reclaim_request){
		.domain = world->domain,
		.pages = &world->pages,
		.by = { .pid = 7, .may = SHR_MAY_IO | SHR_MAY_FS }
	};
}

UNUSED static void world_close(struct world *world)
{
	if (world->numa.shrinker) {
		toy_free(&world->numa);
		toy_free(&world->memcg);
		toy_free(&world->plain);
	}
	shr_domain_free(world->domain);
	tape_release(&world->tape);
}

/* What was logged since the last time. */
UNUSED static void assert_log(struct world *world, const char *text)
{
	assert_string_equal(world->log.text, text);
	world->log = (struct toy_log){ .len = 0 };
}

UNUSED static void direct(struct world *world)
{
	shr_reclaim_direct(&world->request, &world->result);
}

UNUSED static void limit(struct world *world, int memcg)
{
	shr_reclaim_memcg(&world->request, world->memcgs[memcg], &world->result);
}

UNUSED static void kswapd(struct world *world)
{
	shr_reclaim_kswapd(&world->request, &world->result);
}

#endif /* TESTS_UNIT_RECLAIMED_H */
