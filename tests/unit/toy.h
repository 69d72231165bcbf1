/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * toy - shrinkers whose objects are numbers, and a tape of the events of a domain.
 *
 *	struct tape tape;
 *	struct toy toy;
 *	struct shr_domain *domain = toy_domain(&(struct shr_domain_options){
 *		.release = { 6, 12, 0 }, .tracer = tape_init(&tape) });
 *
 *	toy_register(&toy, domain, SHR_SHRINKER_NUMA);
 *	toy.objects[0][0] = 500;
 *	shr_slab_shrink(domain, &some_reclaimer, 0, NULL);
 *	use(tape.events, tape.count);
 *	toy_free(&toy);
 *	tape_release(&tape);
 *	shr_domain_free(domain);
 */
#ifndef TESTS_UNIT_TOY_H
#define TESTS_UNIT_TOY_H

#include "core/err.h"
#include "core/event.h"
#include "core/shrinker/domain.h"
#include "core/shrinker/memcg.h"
#include "core/shrinker/shrinker.h"
#include "core/stream.h"
#include "tests/unit/fake_source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { TOY_NODES = 4, TOY_MEMCGS = 128 };

/* Who was asked to count, in that order: "a0:1 " is toy a, for node 0 and memcg 1. */
struct toy_log {
	char text[4096];
	size_t len;
};

struct toy {
	struct shr_shrinker *shrinker;
	struct toy_log *log; /* borrowed; NULL: none */
	char letter;	     /* in the log */
	/* By node and memcg id; those of no memcg, or of a shrinker unaware, under 0.
	 */
	_Atomic int64_t objects[TOY_NODES][TOY_MEMCGS];
	bool says_empty; /* SHR_SHRINK_EMPTY for 0 */
	bool stops;	 /* once it was asked so often: */
	unsigned after;
	uint64_t scanned; /* what it says it scanned; 0: it does not say */
	int64_t pinned;	  /* of each batch, so many cannot be freed */
	uint64_t adds;	  /* when it has counted, so many appear, once */
	unsigned asked;	  /* set to 0 by who begins anew */
	unsigned counts, scans;
};

static const struct shr_reclaimer some_reclaimer = {
	.pid = 1, .priority = 0, .pgs_scanned = 1000, .lru_pgs = 1000
};

static _Atomic int64_t *toy_cell(struct toy *toy, const struct shr_control *control)
{
	unsigned flags = toy->shrinker->flags;
	bool by_memcg = flags & SHR_SHRINKER_MEMCG && control->memcg;

	return &toy->objects[flags & SHR_SHRINKER_NUMA ? control->nid : 0]
			    [by_memcg ? shr_memcg_id(control->memcg) : 0];
}

static void toy_note(const struct toy *toy, const struct shr_control *control)
{
	const unsigned long long id = control->memcg ? shr_memcg_id(control->memcg) : 0;
	struct toy_log *log = toy->log;

	log->len += (size_t)snprintf(log->text + log->len, sizeof(log->text) - log->len,
				     "%c%d:%llu ", toy->letter, control->nid, id);
	assert_true(log->len < sizeof(log->text));
}

static uint64_t toy_count(struct shr_shrinker *shrinker, struct shr_control *control)
{
	struct toy *toy = shrinker->private_data;
	_Atomic int64_t *cell = toy_cell(toy, control);
	int64_t count = *cell;

	toy->counts++;
	if (toy->log)
		toy_note(toy, control);
	*cell += (int64_t)toy->adds;
	toy->adds = 0;
	return !count && toy->says_empty ? SHR_SHRINK_EMPTY : (uint64_t)count;
}

static uint64_t toy_scan(struct shr_shrinker *shrinker, struct shr_control *control)
{
	struct toy *toy = shrinker->private_data;
	_Atomic int64_t *cell = toy_cell(toy, control);
	int64_t nr = (int64_t)control->nr_to_scan;
	int64_t freed = nr > toy->pinned ? nr - toy->pinned : 0;

	if (toy->stops && toy->asked++ >= toy->after)
		return SHR_SHRINK_STOP;
	toy->scans++;
	if (toy->scanned)
		control->nr_scanned = toy->scanned;
	freed = freed < *cell ? freed : *cell;
	*cell -= freed;
	return (uint64_t)freed;
}

UNUSED static struct shr_domain *toy_domain(const struct shr_domain_options *options)
{
	struct shr_err err = { .reason = "" };
	struct shr_domain *domain = shr_domain_new(options, &err);

	if (!domain)
		fail_msg("%s", err.reason);
	return domain;
}

/* Allocated; its owner may still set it up. */
UNUSED static void toy_alloc(struct toy *toy, struct shr_domain *domain, unsigned flags)
{
	struct shr_err err;

	*toy = (struct toy){ .shrinker = NULL };
	toy->shrinker = shr_shrinker_alloc(domain, flags, &err, "toy-%u", flags);
	assert_non_null(toy->shrinker);
	toy->shrinker->count = toy_count;
	toy->shrinker->scan = toy_scan;
	toy->shrinker->private_data = toy;
	toy->shrinker->callback = FAKE_OWN;
}

UNUSED static void toy_register(struct toy *toy, struct shr_domain *domain,
				unsigned flags)
{
	struct shr_err err;

	toy_alloc(toy, domain, flags);
	assert_int_equal(shr_shrinker_register(toy->shrinker, &err), 0);
}

UNUSED static void toy_free(struct toy *toy)
{
	shr_shrinker_free(toy->shrinker);
	toy->shrinker = NULL;
}

/* Events in the order in which they came; of one thread at a time. */
struct tape {
	struct shr_tracer tracer; /* first: the callback casts back */
	struct shr_event *events; /* owned */
	size_t count, cap;
};

static void tape_trace(struct shr_tracer *tracer, const struct shr_event *event,
		       const struct shr_shrinker *shrinker,
		       const struct shr_control *control)
{
	struct tape *tape = (struct tape *)tracer;

	(void)shrinker, (void)control;
	if (tape->count == tape->cap) {
		tape->cap = tape->cap ? 2 * tape->cap : 64;
		tape->events = reallocarray(tape->events, tape->cap, sizeof(*event));
		assert_non_null(tape->events);
	}
	tape->events[tape->count] = *event;
	tape->events[tape->count].ts_ns = 1000000000 + 1000 * tape->count;
	tape->events[tape->count].has |= SHR_HAS_TIME;
	tape->count++;
}

UNUSED static struct shr_tracer *tape_init(struct tape *tape)
{
	*tape = (struct tape){ .tracer = { tape_trace } };
	return &tape->tracer;
}

UNUSED static void tape_release(struct tape *tape)
{
	free(tape->events);
	tape->events = NULL;
}

UNUSED static struct shr_memcg *some_memcg(struct shr_memcg *parent)
{
	struct shr_err err;
	struct shr_memcg *memcg = shr_memcg_online(parent, 0, &err);

	assert_non_null(memcg);
	return memcg;
}

#endif /* TESTS_UNIT_TOY_H */
