/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sim - a domain run in virtual time, as a scenario says, and recorded: a source.
 *
 * It runs as far as its events are asked for, in the caller's thread and in threads of
 * its own of which one runs at a time; the same scenario gives the same events, on any
 * machine.  They are those of a capture of that kernel, with what a probe would have
 * told of each call (SHR_IDENTITY) and what surrounds calls (SHR_CONTEXT).
 *
 *	struct shr_sim *sim = shr_sim_new(&scenario, &err);
 *	struct shr_source *src = shr_sim_source(sim);
 *
 *	while ((got = src->next(src, &batch, &err)) > 0)
 *		use(batch.events, batch.count);
 *	use(shr_sim_sums(sim));
 *	shr_sim_free(sim);
 */
#ifndef CORE_SIM_SIM_H
#define CORE_SIM_SIM_H

#include <stdint.h>

struct shr_err;
struct shr_scenario;
struct shr_sim;
struct shr_source;

/* How long it took, of all that did the same. */
struct shr_sim_waits {
	uint64_t count;	 /* how often it was done */
	uint64_t waited; /* how often of these it had to wait for another task */
	uint64_t sum_ns, max_ns;
};

/* What a simulation was like so far, as its users would tell. */
struct shr_sim_sums {
	uint64_t now_ns;  /* since its beginning */
	uint64_t events;  /* handed out */
	uint64_t counts;  /* how often a callback was asked how much there is */
	uint64_t calls;	  /* that were traced: of these there was something */
	uint64_t batches; /* how often a callback was asked to scan */
	uint64_t refusals;
	uint64_t scanned, freed;	/* objects looked at, and freed by scans */
	uint64_t objects;		/* left */
	uint64_t kswapd, direct, limit; /* runs of these reclaimers */
	uint64_t dropped; /* passes over slab, for somebody mounted or umounted */
	uint64_t failed;  /* allocations */
	uint64_t stuck;	  /* callbacks that blocked */
	struct shr_sim_waits mounts, umounts, births, deaths;
	struct shr_sim_waits allocations; /* direct and limit reclaim for them */
};

/*
 * @scenario, which was parsed, is borrowed until the simulation is freed.  NULL with
 * *err filled in when memory runs out, or when there is no such kernel.
 */
struct shr_sim *shr_sim_new(const struct shr_scenario *scenario, struct shr_err *err);

/* At any time, and however far it ran; NULL is fine. */
void shr_sim_free(struct shr_sim *sim);

/*
 * Borrowed, as valid as @sim.  Its next() fails when memory runs out or all tasks wait
 * for each other.
 */
struct shr_source *shr_sim_source(struct shr_sim *sim);

/* As of now; borrowed. */
const struct shr_sim_sums *shr_sim_sums(struct shr_sim *sim);

#endif /* CORE_SIM_SIM_H */
