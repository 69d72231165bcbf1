/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * design - what kernels do around the arithmetic: registry, passes, drop_caches.
 *
 * As with generations, a row of rules: one choice in each place where releases differ.
 * The two do not follow each other: 5.13's arithmetic has been called by three passes
 * and under two locks.
 *
 *	struct shr_design design;
 *
 *	if (shr_design_of_release(release, &design))
 *		use(design.pass);
 */
#ifndef CORE_MODEL_DESIGN_H
#define CORE_MODEL_DESIGN_H

#include "core/model/release.h"

#include <stdbool.h>
#include <stdint.h>

/* Which shrinkers a pass calls, and for what. */
enum shr_pass_rule {
	SHR_PASS_ALL,	    /* to 3.11: all of them, once; there are no nodes */
	SHR_PASS_MASK_ZERO, /* 3.12: for each node of a mask; those that are not
			       NUMA-aware for node 0, so not at all without it */
	SHR_PASS_MASK,	    /* 3.14: the same, but these in any case */
	SHR_PASS_NODE,	    /* 3.19: all of them, for one node */
	SHR_PASS_MEMCG,	    /* 4.0: the memcg-aware for a memcg, all for none */
	SHR_PASS_SPLIT,	    /* 4.5: the memcg-aware for a memcg, the rest for none */
	SHR_PASS_MAP,	    /* 4.19: by a memcg's map, all of them for the root */
};

/* When drop_caches starts over, and over what. */
enum shr_drop_rule {
	SHR_DROP_MASK,	       /* to 3.18: one pass over all nodes, while it freed 11 */
	SHR_DROP_NODES,	       /* 3.19: all nodes one by one, while they freed 11 */
	SHR_DROP_NODE,	       /* 4.0: each node by itself, while it freed 11 */
	SHR_DROP_NODE_HALVING, /* 5.15: the same, while freed >> times > 1 */
	SHR_DROP_NODES_HALVING, /* 6.2: all nodes one by one, while freed >> times > 1
				 */
};

/* What a memcg's pass does while the kernel does not account kernel memory. */
enum shr_kmem_rule {
	SHR_KMEM_NOTHING, /* to 5.3: nothing at all */
	SHR_KMEM_NONSLAB, /* 5.4: calls those that are NONSLAB */
	SHR_KMEM_CLEAR,	  /* 7.1: and forgets the bits of the others */
};

/* Which node the events of a shrinker show that is not NUMA-aware. */
enum shr_nid_rule {
	SHR_NID_ZERO,  /* to 4.18: node 0 is what it is called for */
	SHR_NID_START, /* 4.19: the real one at the start, 0 at the end */
	SHR_NID_BOTH,  /* 5.13: the real one */
};

/* Which memcgs a reclaimer's walk over a node comes to, in pre-order from its target.
 */
enum shr_walk_rule {
	SHR_WALK_SHARED,  /* to 5.3: those at one priority share a walk, and limits end
			     it  when they have enough */
	SHR_WALK_WHOLE,	  /* 5.4: everyone goes over all of them */
	SHR_WALK_PARTIAL, /* 6.11: kswapd does; others share one for all priorities, and
			     end it when they have enough, until they once got nothing
			   */
};

/* When a reclaimer that got nothing at all tries again those that memory.low spared. */
enum shr_spared_rule {
	SHR_SPARED_NEVER,  /* to 3.19: there is no memory.low */
	SHR_SPARED_ALWAYS, /* 4.0: once, whether there are any or not */
	SHR_SPARED_IF_ANY, /* 4.12 */
};

/* What the multi-gen LRU, where it is enabled, does to reclaim that is not a limit's.
 */
enum shr_mglru_rule {
	SHR_MGLRU_NONE,
	SHR_MGLRU_WALK, /* 6.1: nothing; the walk is the same */
	SHR_MGLRU_MANY, /* 6.3: memcgs by their generation, from any of its bins on;
			   ends when there is enough */
};

/* How many of the pages that are still to go memory.reclaim asks for at a time. */
enum shr_proactive_rule {
	SHR_PROACTIVE_NONE,
	SHR_PROACTIVE_ALL,     /* 5.19 */
	SHR_PROACTIVE_CLUSTER, /* 6.8: 32 */
	SHR_PROACTIVE_QUARTER, /* 6.9: a quarter */
};

/* Whose pressure reclaim reports to vmpressure. */
enum shr_report_rule {
	SHR_REPORT_NONE,
	SHR_REPORT_TREE, /* 3.10: that of all it went over, as its target's */
	SHR_REPORT_EACH, /* 4.5: and that of each memcg */
};

/* What those do who call the passes. */
struct shr_reclaim_design {
	enum shr_walk_rule walk;
	enum shr_spared_rule spared;
	enum shr_mglru_rule mglru;
	enum shr_proactive_rule proactive;
	enum shr_report_rule report;
	int mglru_first;    /* the lowest priority that the multi-gen LRU begins at */
	bool mglru_balance; /* 6.8: and its walk for kswapd ends at balance */
	bool kswapd_starts_over;  /* to 3.10: 12 to 0, and again when it got 32 pages */
	bool boost;		  /* 5.0: kswapd goes beyond balance when told to */
	bool boost_spares_slab;	  /* 5.0 to 5.2: but shrinks no slab meanwhile */
	bool min;		  /* 4.18: there is memory.min */
	bool limits_count_slab;	  /* to 6.3: its pages are among what a limit got */
	bool node_proactive;	  /* 6.17: nodes have a file like memory.reclaim */
	bool proactive_is_silent; /* 6.0: memory.reclaim is no pressure */
	bool underflows;	  /* to 4.10: as shr_pressure_level() */
	bool listening_modes;	  /* 4.13: vmpressure's listeners have modes */
};

struct shr_design {
	unsigned layout; /* the enum shr_layout of its events */
	enum shr_pass_rule pass;
	enum shr_drop_rule drop;
	enum shr_kmem_rule kmem;
	enum shr_nid_rule nid;
	unsigned aware_bit;   /* as shr_design_aware_bit() */
	bool lockless;	      /* 6.7: RCU and reference counts instead of an rwsem */
	bool bails_out;	      /* the pass ends when a writer waits for the rwsem */
	bool growth_fills;    /* maps come out of a growth with all old bits set */
	bool split_lru;	      /* 6.13: each memcg's list_lru has its own lock */
	bool nokmem_unaware;  /* 7.1: without kmem only NONSLAB ones are memcg-aware */
	bool disabled_skips;  /* 4.20: without memcgs the root's pass is skipped */
	bool single_callback; /* to 3.11: one ->shrink() both counts and scans */
	unsigned not_locked;  /* what a pass returns that does not get the rwsem */
	struct shr_reclaim_design reclaim;
};

/* False, with nothing set, before 3.0: there is no such design. */
bool shr_design_of_release(struct shr_release release, struct shr_design *design);

/*
 * The bit of shrinker->flags that says NUMA-aware; those for memcg-aware (4.0) and
 * NONSLAB (5.4) follow it.  They moved twice: REGISTERED went in front of them in 5.13
 * (41ca668a71e7), ALLOCATED in 6.7 (c42d50aefd17).
 */
unsigned shr_design_aware_bit(struct shr_release release);

#endif /* CORE_MODEL_DESIGN_H */
