/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * machine - a simulated kernel that runs its shrinkers by the model and traces them.
 *
 * It keeps the deferred counters under the key of its generation, runs the scan loop
 * batch by batch, and writes both events with what they meant in that kernel.  Calls
 * may overlap: machine_begin() exchanges and traces the start, machine_end() scans,
 * writes back and traces the end.
 *
 *	struct machine machine;
 *
 *	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T7);
 *	machine_call(&machine, &cache, &(struct ask){ .freeable = 5000 });
 *	use(machine.events, machine.count);
 *	machine_release(&machine);
 */
#ifndef TESTS_UNIT_MACHINE_H
#define TESTS_UNIT_MACHINE_H

#include "core/model/generation.h"
#include "core/model/scan.h"
#include "core/replay/call.h"
#include "tests/unit/fake_source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { COUNTERS_MAX = 1024, IDS_MAX = 16 };

/* A shrinker. */
struct cache {
	uint64_t address;
	uint64_t callback; /* enum fake_callback */
	int64_t batch;	   /* as set: 0 means 128 */
	int32_t seeks;
	bool numa, memcg; /* aware */
	uint32_t name;	  /* token of its debugfs name */
};

/* One call: who asks, and what the callback will do. */
struct ask {
	int32_t pid; /* 0: task 1 */
	uint32_t cpu, end_cpu;
	int32_t nid;
	uint64_t memcg; /* cgroup id, 0: none */
	uint64_t gfp;	/* raw mask, 0: not told */
	int priority;
	uint64_t pgs_scanned, lru_pgs; /* both 0: 1000 of 1000, as drop_caches says */
	int64_t freeable;
	uint16_t may_not; /* enum shr_may that the allocation does not allow */
	bool stops;	  /* SHRINK_STOP, after so many batches: */
	unsigned stop_after;
	int64_t nr_scanned; /* what the callback sets it to, 0: it does not */
};

/* A call between its events. */
struct open_call {
	const struct cache *cache;
	struct ask ask;
	struct shr_scan_input in;
	struct shr_plan plan;
};

enum machine_identity { IDENTITY_NONE, IDENTITY_BEFORE, IDENTITY_AFTER };

struct machine_counter {
	uint64_t address, memcg; /* address: the shrinker's address, or its id plus 1 */
	int32_t slot;
	int64_t value;
};

struct machine {
	const struct shr_generation *gen;
	unsigned layout; /* one enum shr_layout */
	unsigned long_size;
	enum machine_identity identity; /* what a probe tells, and when */
	uint64_t now_ns;
	struct machine_counter counters[COUNTERS_MAX];
	size_t counter_count;
	uint64_t ids[IDS_MAX];	  /* who has each: an address, 0: it is free */
	struct shr_event *events; /* owned */
	size_t count, cap;
};

UNUSED static void machine_init(struct machine *machine, enum shr_generation_id id,
				unsigned layout)
{
	*machine = (struct machine){ .gen = shr_generation_get(id),
				     .layout = layout,
				     .long_size = 8,
				     .now_ns = 1000000000 };
	assert_true(machine->gen->layouts & layout);
}

UNUSED static void machine_release(struct machine *machine)
{
	free(machine->events);
	machine->events = NULL;
}

/* The next event, zero but for its time; valid until the one after it. */
UNUSED static struct shr_event *machine_event(struct machine *machine,
					      enum shr_kind kind)
{
	if (machine->count == machine->cap) {
		machine->cap = machine->cap ? 2 * machine->cap : 64;
		machine->events = reallocarray(machine->events, machine->cap,
					       sizeof(*machine->events));
		assert_non_null(machine->events);
	}
	struct shr_event *event = &machine->events[machine->count++];

	machine->now_ns += 1000;
	*event = (struct shr_event){ .kind = kind,
				     .ts_ns = machine->now_ns,
				     .has = SHR_HAS_TIME | SHR_HAS_CPU };
	return event;
}

/* Its id from 0, -1 if it has none. */
static int32_t machine_id(const struct machine *machine, const struct cache *cache)
{
	for (int32_t id = 0; id < IDS_MAX; id++)
		if (machine->ids[id] == cache->address)
			return id;
	return -1;
}

static int64_t *counter_of(struct machine *machine, uint64_t owner, int32_t slot,
			   uint64_t memcg)
{
	for (size_t i = 0; i < machine->counter_count; i++) {
		struct machine_counter *counter = &machine->counters[i];

		if (counter->address == owner && counter->slot == slot &&
		    counter->memcg == memcg)
			return &counter->value;
	}
	assert_true(machine->counter_count < COUNTERS_MAX);
	struct machine_counter *counter = &machine->counters[machine->counter_count++];

	*counter = (struct machine_counter){ owner, memcg, slot, 0 };
	return &counter->value;
}

/*
 * The counter of (@cache, @nid, @memcg) under the key of that kernel.  A memcg keeps
 * those of shrinkers that have an id by that.
 */
UNUSED static int64_t *machine_counter(struct machine *machine,
				       const struct cache *cache, int32_t nid,
				       uint64_t memcg)
{
	enum shr_key_rule key = machine->gen->key;
	int32_t id = machine_id(machine, cache);

	if (key == SHR_KEY_SHRINKER || !cache->numa)
		nid = 0;
	if (key != SHR_KEY_MEMCG || !cache->memcg)
		memcg = 0;
	return counter_of(machine, memcg && id >= 0 ? (uint64_t)id + 1 : cache->address,
			  nid, memcg);
}

/*
 * Give @cache the lowest id that is free.  Its own counters begin at 0; what memcgs
 * hold under the id stays, whoever had it before.
 */
UNUSED static void machine_register(struct machine *machine, const struct cache *cache)
{
	int32_t id = 0;

	while (machine->ids[id])
		assert_true(++id < IDS_MAX);
	machine->ids[id] = cache->address;
	for (size_t i = 0; i < machine->counter_count; i++)
		if (machine->counters[i].address == cache->address)
			machine->counters[i].value = 0;
}

UNUSED static void machine_unregister(struct machine *machine,
				      const struct cache *cache)
{
	machine->ids[machine_id(machine, cache)] = 0;
}

/* @memcg ends: what it holds is added to @parent's, and stays. */
UNUSED static void machine_offline(struct machine *machine, uint64_t memcg,
				   uint64_t parent)
{
	for (size_t i = 0; i < machine->counter_count; i++) {
		const struct machine_counter child = machine->counters[i];

		if (child.memcg == memcg)
			*counter_of(machine, child.address, child.slot, parent) +=
				child.value;
	}
}

/* A cgroup comes or goes. */
UNUSED static void machine_cgroup(struct machine *machine, enum shr_context_kind kind,
				  uint64_t memcg)
{
	struct shr_event *event = machine_event(machine, SHR_CONTEXT);

	event->pid = 1;
	event->has |= SHR_HAS_PID | SHR_HAS_MEMCG;
	event->memcg_id = memcg;
	event->context = (struct shr_context){ .kind = kind };
}

static int64_t effective_batch(const struct machine *machine, const struct cache *cache)
{
	if (machine->gen->fixed_batch || !cache->batch)
		return SHR_DEFAULT_BATCH;
	return cache->batch;
}

/* Which node each event shows: from 3.16 on, and not always the same. */
static int32_t traced_nid(const struct machine *machine, const struct open_call *open,
			  bool end)
{
	enum shr_generation_id id = machine->gen->id;

	if (open->cache->numa || id >= SHR_GEN_5_13)
		return open->ask.nid;
	return id >= SHR_GEN_4_19_0 && !end ? open->ask.nid : 0;
}

static void fill_place(const struct machine *machine, struct shr_event *event,
		       const struct open_call *open, bool end)
{
	event->pid = open->ask.pid ? open->ask.pid : 1;
	event->cpu = end ? open->ask.end_cpu : open->ask.cpu;
	event->shrinker = open->cache->address;
	event->callback = open->cache->callback;
	event->has |= SHR_HAS_PID | SHR_HAS_SHRINKER | SHR_HAS_CALLBACK;
	if (!(machine->layout & (SHR_LAYOUT_T1 | SHR_LAYOUT_T2))) {
		event->nid = traced_nid(machine, open, end);
		event->has |= SHR_HAS_NID;
	}
	/* Not for the replay, where the layout has no such field: for the test. */
	event->memcg_id = open->ask.memcg;
	if (machine->layout & SHR_LAYOUT_T7)
		event->has |= SHR_HAS_MEMCG;
}

static void trace_start(struct machine *machine, const struct open_call *open,
			uint64_t delta)
{
	const uint16_t may = SHR_MAY_IO | SHR_MAY_FS | SHR_MAY_DIRECT_RECLAIM |
			     SHR_MAY_KSWAPD_RECLAIM | SHR_MAY_RECLAIM_KNOWN;
	struct shr_event *event = machine_event(machine, SHR_START);

	fill_place(machine, event, open, false);
	event->has |= SHR_HAS_DEFERRED | SHR_HAS_FREEABLE | SHR_HAS_DELTA |
		      SHR_HAS_TOTAL_SCAN | SHR_HAS_MAY;
	event->start = (struct shr_start){
		.deferred = open->in.deferred,
		.freeable = open->in.freeable,
		.delta = delta,
		.total_scan = open->plan.planned,
		.gfp = open->ask.gfp,
		.may = may & (uint16_t)~open->ask.may_not,
	};
	if (open->ask.gfp)
		event->has |= SHR_HAS_GFP;
	if (machine->gen->delta == SHR_DELTA_LRU) {
		event->has |= SHR_HAS_LRU;
		event->start.pgs_scanned = open->in.pgs_scanned;
		event->start.lru_pgs = open->in.lru_pgs;
	} else {
		event->has |= SHR_HAS_PRIORITY;
		event->start.priority = (int16_t)open->in.priority;
	}
}

static void trace_identity(struct machine *machine, const struct open_call *open)
{
	const struct cache *cache = open->cache;
	struct shr_event *event = machine_event(machine, SHR_IDENTITY);

	event->pid = open->ask.pid ? open->ask.pid : 1;
	event->shrinker = cache->address;
	event->memcg_id = open->ask.memcg;
	event->has |= SHR_HAS_PID | SHR_HAS_SHRINKER | SHR_HAS_MEMCG | SHR_HAS_BATCH |
		      SHR_HAS_SEEKS | SHR_HAS_NAME;
	event->identity = (struct shr_identity){ .batch = cache->batch,
						 .seeks = cache->seeks,
						 .id = machine_id(machine, cache),
						 .name = cache->name };
	if (event->identity.id >= 0)
		event->has |= SHR_HAS_ID;
}

/* Exchange the counter, plan, and trace the start. */
UNUSED static struct open_call
machine_begin(struct machine *machine, const struct cache *cache, const struct ask *ask)
{
	struct open_call open = { .cache = cache, .ask = *ask };
	struct shr_scan_params params = { effective_batch(machine, cache), cache->seeks,
					  machine->long_size };
	bool lru = ask->pgs_scanned || ask->lru_pgs;
	int64_t *counter = machine_counter(machine, cache, ask->nid, ask->memcg);
	uint64_t delta = 0;

	assert_true(shr_scan_enters(machine->gen, ask->freeable));
	open.in = (struct shr_scan_input){ .deferred = *counter,
					   .freeable = ask->freeable,
					   .pgs_scanned = lru ? ask->pgs_scanned : 1000,
					   .lru_pgs = lru ? ask->lru_pgs : 1000,
					   .priority = ask->priority };
	*counter = 0;
	assert_true(shr_scan_delta(machine->gen, &open.in, &params, &delta));
	open.plan = shr_scan_plan(machine->gen, &open.in, delta, machine->long_size);
	if (machine->identity == IDENTITY_BEFORE)
		trace_identity(machine, &open);
	trace_start(machine, &open, delta);
	if (machine->identity == IDENTITY_AFTER)
		trace_identity(machine, &open);
	return open;
}

/* The loop, asking the callback as often as the kernel would; what it left. */
static int64_t run_loop(const struct machine *machine, const struct open_call *open)
{
	const struct ask *ask = &open->ask;
	int64_t batch = effective_batch(machine, open->cache);
	int64_t left = open->plan.planned, next;
	bool counts = machine->gen->loop == SHR_LOOP_FEEDBACK && ask->nr_scanned;

	for (unsigned asked = 0;; asked++) {
		next = shr_scan_next(machine->gen, left, ask->freeable, batch);
		if (!next || (ask->stops && asked == ask->stop_after))
			return left;
		left -= counts ? ask->nr_scanned : next;
	}
}

static void trace_end(struct machine *machine, const struct open_call *open,
		      int64_t left, int64_t before, int64_t after)
{
	enum shr_end_rule rule = shr_generation_end_rule(machine->gen, machine->layout);
	struct shr_event *event = machine_event(machine, SHR_END);

	fill_place(machine, event, open, true);
	event->has |= SHR_HAS_DEFERRED | SHR_HAS_NEW_SCAN | SHR_HAS_TOTAL_SCAN |
		      SHR_HAS_RETVAL;
	event->end = (struct shr_end){
		.deferred = rule == SHR_END_OLD_AT_END ? before : open->in.deferred,
		.new_scan = after,
		.total_scan = left,
		.retval = (int32_t)((open->plan.planned - left) / 2),
	};
	if (rule != SHR_END_LEFT)
		event->end.total_scan = after - event->end.deferred;
}

/* Scan, write back, and trace the end. */
UNUSED static void machine_end(struct machine *machine, const struct open_call *open)
{
	int64_t *counter =
		machine_counter(machine, open->cache, open->ask.nid, open->ask.memcg);
	int64_t left = run_loop(machine, open), before = *counter;

	*counter += shr_scan_store(machine->gen, &open->in, &open->plan,
				   open->plan.planned - left, machine->long_size);
	trace_end(machine, open, left, before, *counter);
}

UNUSED static void machine_call(struct machine *machine, const struct cache *cache,
				const struct ask *ask)
{
	struct open_call open = machine_begin(machine, cache, ask);

	machine_end(machine, &open);
}

/* The newest end event and its start, as pair.h would join them; no other call ran. */
UNUSED static void machine_joined(const struct machine *machine, struct shr_call *call)
{
	const struct shr_event *end = &machine->events[machine->count - 1];
	const struct shr_event *start = end - 1;

	while (start->kind != SHR_START)
		start--;
	assert_int_equal(end->kind, SHR_END);
	*call = (struct shr_call){
		.start_ns = start->ts_ns,
		.end_ns = end->ts_ns,
		.shrinker = start->shrinker,
		.callback = start->callback,
		.pid = start->pid,
		.nid = start->nid,
		.end_nid = end->nid,
		.has = start->has,
		.end_has = end->has,
		.start = start->start,
		.end = end->end,
		.alone = true,
	};
}

/* A number in [@low, @high] from a seed that advances: the same in every run. */
UNUSED static int64_t any_of(uint64_t *seed, int64_t low, int64_t high)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return low + (int64_t)(*seed % ((uint64_t)(high - low) + 1));
}

#endif /* TESTS_UNIT_MACHINE_H */
