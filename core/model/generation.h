/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * generation - the successive arithmetics of do_shrink_slab(), 3.0.39 to today.
 *
 * A generation is a row of rules, not a set of functions: what differs between
 * kernels is one choice in each of five places, and naming the choices shows at
 * a glance how two kernels differ.  scan.h computes with them.
 *
 * Each is named after the first mainline release that carries it.  Sets of
 * generations are bit masks, bit 1 << id.
 */
#ifndef CORE_MODEL_GENERATION_H
#define CORE_MODEL_GENERATION_H

#include "core/model/release.h"

#include <stdbool.h>

enum shr_generation_id {
	SHR_GEN_3_0_39,
	SHR_GEN_3_1,
	SHR_GEN_3_2,
	SHR_GEN_3_12,
	SHR_GEN_3_14,
	SHR_GEN_4_10,
	SHR_GEN_4_14,
	SHR_GEN_4_16,
	SHR_GEN_4_19_0,
	SHR_GEN_4_19_24,
	SHR_GEN_4_20,
	SHR_GEN_5_0,
	SHR_GEN_5_13,
	SHR_GEN_COUNT
};

/* When do_shrink_slab() goes on after counting. */
enum shr_entry_rule {
	SHR_ENTRY_ALWAYS,   /* 3.1: exchanged before counting, never returns early */
	SHR_ENTRY_POSITIVE, /* count > 0 */
	SHR_ENTRY_NONZERO,  /* count != 0 */
	SHR_ENTRY_NOTEMPTY, /* count != 0 and count != SHRINK_EMPTY */
};

/* New work of a call. */
enum shr_delta_rule {
	SHR_DELTA_LRU,	    /* 4 * pgs_scanned / seeks * freeable / (lru_pgs + 1) */
	SHR_DELTA_PRIORITY, /* (freeable >> priority) * 4 / seeks */
	SHR_DELTA_PRIORITY_HALF, /* the same, and freeable / 2 where seeks is 0 */
};

/* How deferred and new work become the planned amount. */
enum shr_plan_rule {
	SHR_PLAN_SIGNED,       /* F/2 while delta < F/4, then 2F; negative becomes F */
	SHR_PLAN_UNSIGNED,     /* 3.1: the same on unsigned long, nothing is negative */
	SHR_PLAN_PROPORTIONAL, /* (deferred >> priority) + delta, at most 2F */
};

/* The scan loop. */
enum shr_loop_rule {
	SHR_LOOP_WHOLE,	   /* whole batches only */
	SHR_LOOP_TAIL,	   /* and what is left, while it is at least freeable */
	SHR_LOOP_FEEDBACK, /* the same, counting what the callback put in nr_scanned */
};

/* What goes back to the deferred counter. */
enum shr_store_rule {
	SHR_STORE_LEFT,	    /* what the loop left, if positive */
	SHR_STORE_UNCAPPED, /* deferred + delta - scanned, if positive: no cap, but
			       deferred alone if the sum was negative */
	SHR_STORE_CAPPED,   /* the same, from 0 to 2F, always added */
};

/* Meaning of the end event's values. */
enum shr_end_rule {
	SHR_END_OLD_AT_END, /* unused_scan is the counter found at the end; total_scan
			       left */
	SHR_END_DIFFERENCE, /* unused_scan was taken at the start; total_scan is new -
			       unused */
	SHR_END_LEFT,	    /* total_scan is what the loop left */
};

/* Meaning of the end event's retval. */
enum shr_retval_rule {
	SHR_RETVAL_LAST,  /* what the last ->shrink() returned: objects left, or -1 */
	SHR_RETVAL_FREED, /* objects freed, cut to an int */
};

/* Where the deferred counter lives. */
enum shr_key_rule {
	SHR_KEY_SHRINKER, /* one a shrinker */
	SHR_KEY_SLOT,	  /* one a node, of NUMA-aware shrinkers */
	SHR_KEY_MEMCG,	  /* and one a memcg, of memcg-aware shrinkers */
};

struct shr_generation {
	enum shr_generation_id id;
	const char *name;     /* "4.19.24" */
	const char *releases; /* for people: "4.19.24 to 4.19.y" */
	unsigned layouts;     /* enum shr_layout that its kernels can have */
	enum shr_entry_rule entry;
	enum shr_delta_rule delta;
	bool min_scan; /* delta is at least min(freeable, batch) */
	enum shr_plan_rule plan;
	enum shr_loop_rule loop;
	enum shr_store_rule store;
	enum shr_retval_rule retval;
	enum shr_key_rule key;
	bool fixed_batch;   /* 128 for all, shrinker->batch does not exist yet */
	const char *source; /* commit, subject and release that made it */
};

/* Never NULL for a valid @id. */
const struct shr_generation *shr_generation_get(enum shr_generation_id id);

/* The generation of that exact name ("5.13"), or NULL. */
const struct shr_generation *shr_generation_find(const char *name);

/*
 * Mask of the generations that kernel @release may carry: one bit, except for
 * stable releases around a backport whose exact point is not known, and for x.y.0 of
 * a line that had one, for Debian and Ubuntu call all of 4.19.y "4.19.0-27-amd64".
 * 0 before 3.0.39, which has no events; the newest for releases still to come.
 */
unsigned shr_generations_of_release(struct shr_release release);

/* Mask of the generations whose kernels can write any of @layouts (enum shr_layout). */
unsigned shr_generations_of_layouts(unsigned layouts);

/*
 * What an end event's unused_scan and total_scan mean.  It follows the layout and
 * not the generation alone: 3.14 to 4.9 changed it in 3.16, with nid (T3).
 * @layouts: what the capture allows.
 */
enum shr_end_rule shr_generation_end_rule(const struct shr_generation *gen,
					  unsigned layouts);

#endif /* CORE_MODEL_GENERATION_H */
