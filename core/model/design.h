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
