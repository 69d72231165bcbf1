/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * scenario - what a simulation is of: a kernel, memory, memcgs, caches, who reclaims.
 *
 * Read from a text of a statement a line, with its settings on indented lines below:
 *
 *	kernel 6.12.95
 *	memcg /pods/%d
 *		times 20
 *	cache sb-ext4:vda1
 *		callback super_cache_scan
 *		flags numa memcg
 *
 * shrinkctl-scenario(5) is the reference of all of them.  Times are in nanoseconds, and
 * moments count from the beginning of the simulation.  Shares are in percent.
 */
#ifndef CORE_SIM_SCENARIO_H
#define CORE_SIM_SCENARIO_H

#include "core/model/release.h"
#include "core/shrinker/domain.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shr_err;

#define SHR_NEVER UINT64_MAX

enum {
	SHR_SCENARIO_CPUS = 256,
	SHR_SCENARIO_TIMES = 10000,	/* instances of one statement at a time */
	SHR_SCENARIO_STATEMENTS = 1000, /* of a kind */
	SHR_SCENARIO_OBJECTS = 1000000, /* of a list at the beginning */
	SHR_SCENARIO_PATTERNS = 16,	/* of memcgs that a cache is used in */
	SHR_SCENARIO_GROWTHS = 16,	/* of a cache */
};

static const uint64_t shr_scenario_longest_ns = UINT64_C(1000000) * 1000000000;
static const uint64_t shr_scenario_most = UINT64_C(1) << 48; /* objects, pages */

/* When something is done: once, or again and again. */
struct shr_times {
	uint64_t from_ns, until_ns; /* from the former on, before the latter */
	uint64_t every_ns;	    /* 0: once, at from_ns */
};

/* How long something is there that has a name. */
struct shr_stay {
	uint64_t times;		    /* so many, numbered from 1 */
	uint64_t from_ns;	    /* 0: before anything is recorded */
	uint64_t until_ns;	    /* SHR_NEVER: to the end */
	uint64_t every_ns;	    /* not 0: so many more come each time */
	uint64_t least_ns, most_ns; /* how long each stays, with every */
};

struct shr_scenario_memcg {
	struct shr_stay stay;
	char *path;	   /* owned; %d in it is the number */
	uint64_t line;	   /* of its statement */
	uint64_t limit;	   /* pages; SHR_NEVER: none */
	uint64_t low, min; /* pages that are protected */
	uint64_t pages;	   /* on its LRU at first, on each node */
};

/* Objects that come. */
struct shr_growth {
	struct shr_times times;
	uint64_t count;
};

enum shr_referenced_rule {
	SHR_REFERENCED_ROTATES, /* looked at first, it goes to the other end */
	SHR_REFERENCED_STAYS,	/* it is passed over */
};

/* When its callback refuses. */
struct shr_scenario_refusal {
	bool without_fs, without_io, always;
	unsigned busy;		   /* %: of calls to scan */
	uint64_t after, after_set; /* as soon as a call had so many batches; if set */
};

/* It blocks. */
struct shr_stuck {
	uint64_t for_ns; /* 0: never */
	struct shr_times times;
};

struct shr_scenario_cache {
	struct shr_stay stay;
	char *name;   /* owned; %d in it is the number */
	char *symbol; /* owned: its callback */
	char *module; /* owned; NULL: the kernel's */
	uint64_t line;
	int64_t batch;
	int32_t seeks;
	unsigned flags; /* enum shr_shrinker_flag, of the last three */
	bool batch_moves;
	bool lists;	  /* objects are on a real list_lru */
	uint64_t objects; /* at first, in each place */
	uint64_t most;	  /* in each place */
	uint64_t per_page;
	char *patterns[SHR_SCENARIO_PATTERNS]; /* owned: memcgs it is used in */
	size_t pattern_count;		       /* 0: the root */
	struct shr_growth growths[SHR_SCENARIO_GROWTHS];
	size_t growth_count;
	unsigned referenced, pinned; /* %: of new objects */
	enum shr_referenced_rule referenced_rule;
	struct shr_scenario_refusal refusal;
	unsigned feedback; /* % of nr_to_scan that it says to have scanned; 100: none */
	bool feeds_back;
	bool says_empty; /* SHRINK_EMPTY, and not 0, where there is nothing (4.19) */
	bool counts_all; /* of all memcgs, for each */
	uint64_t count_ns, scan_ns; /* the work of a count, and of an object */
	struct shr_stuck stuck;
};

struct shr_scenario_memory {
	bool present;
	uint64_t pages;		 /* of a node */
	uint64_t lru;		 /* of these, on the root's LRU at first */
	uint64_t min, low, high; /* watermarks */
	unsigned reclaimable;	 /* %: of what is scanned */
	uint64_t scan_ns;	 /* the work of a page */
	bool mglru;
};

/* Tasks that allocate pages for themselves. */
struct shr_scenario_task {
	struct shr_times times;
	uint64_t count;
	char *name;	/* owned */
	char *memcg;	/* owned; NULL: the root's */
	char *gfp;	/* owned; NULL: GFP_HIGHUSER_MOVABLE */
	uint64_t pages; /* each time */
	int32_t nid;	/* -1: one after the other */
	uint64_t line;
};

enum shr_reclaim_how {
	SHR_HOW_PASSES, /* passes over slab alone, at given priorities */
	SHR_HOW_DIRECT,
	SHR_HOW_LIMIT,
	SHR_HOW_PROACTIVE,
	SHR_HOW_NODE,
};

/* Tasks that reclaim for no other reason. */
struct shr_scenario_reclaim {
	struct shr_times times;
	uint64_t count; /* tasks */
	enum shr_reclaim_how how;
	char *name;			   /* owned */
	char *memcg;			   /* owned; NULL: all */
	char *gfp;			   /* owned; NULL: GFP_KERNEL */
	int first_priority, last_priority; /* of passes */
	uint64_t pgs_scanned, lru_pgs;	   /* of passes, up to 4.15 */
	uint64_t pages;			   /* to get, of the others */
	int32_t nid;			   /* -1: all */
	uint64_t line;
};

/* A CPU's buffer is full. */
struct shr_scenario_loss {
	struct shr_times times;
	uint64_t for_ns;
	uint32_t cpu;
};

struct shr_scenario {
	struct shr_release release;
	char *kernel;				 /* owned: as it was written */
	const struct shr_generation *generation; /* after parsing never NULL */
	enum shr_locking locking;
	unsigned long_size;
	int32_t nodes;
	uint32_t cpus;
	bool memcgs, kmem;
	uint64_t seed;
	uint64_t start_ns; /* what the clock says at the beginning */
	uint64_t duration_ns;
	bool identity, context; /* are recorded */
	struct shr_scenario_memory memory;
	struct shr_scenario_memcg *memcg; /* owned, as all that follow */
	size_t memcg_count;
	struct shr_scenario_cache *cache;
	size_t cache_count;
	struct shr_scenario_task *task;
	size_t task_count;
	struct shr_scenario_reclaim *reclaim;
	size_t reclaim_count;
	struct shr_times *drop;
	size_t drop_count;
	struct shr_scenario_loss *loss;
	size_t loss_count;
};

/* Nothing is in it, for release 6.12.0. */
void shr_scenario_init(struct shr_scenario *scenario);
void shr_scenario_release(struct shr_scenario *scenario);

/*
 * Read @text into @scenario, which init left; it may be released in any case.  Returns
 * 0, or -1 with the line, and the place of the word in @text, that is wrong.
 */
int shr_scenario_parse(struct shr_scenario *scenario, struct shr_str text,
		       struct shr_err *err);

#endif /* CORE_SIM_SCENARIO_H */
