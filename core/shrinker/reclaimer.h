/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * reclaimer - who reclaims, how hard, and what it asks of a shrinker's callbacks.
 */
#ifndef CORE_SHRINKER_RECLAIMER_H
#define CORE_SHRINKER_RECLAIMER_H

#include <stdint.h>

struct shr_memcg;

/* scan(): no progress can be made; nothing of this call counts (3.12). */
#define SHR_SHRINK_STOP UINT64_MAX
/* count(): there is nothing, and a memcg need not ask again until told (4.19). */
#define SHR_SHRINK_EMPTY (UINT64_MAX - 1)

/* Who reclaims, and how hard. */
struct shr_reclaimer {
	int32_t pid;
	uint32_t cpu;
	uint32_t comm; /* token of the task's name, for events */
	uint64_t gfp;  /* raw mask of the emulated kernel */
	uint16_t may;  /* enum shr_may: what that mask means */
	int priority;  /* 12 to 0; from 4.16 on */
	/* Pages scanned of pages there are, up to 4.15; the latter below UINT32_MAX. */
	uint64_t pgs_scanned, lru_pgs;
	uint64_t nodes; /* mask for one pass, from 3.12 to 3.18; 0: the pass's node */
};

/* One question to a callback: what the kernel calls struct shrink_control. */
struct shr_control {
	const struct shr_reclaimer *by;
	int32_t nid;
	struct shr_memcg *memcg; /* NULL: none, or all of them in older kernels */
	uint64_t nr_to_scan;
	/* As much as nr_to_scan before scan(), which may set another (4.14). */
	uint64_t nr_scanned;
};

#endif /* CORE_SHRINKER_RECLAIMER_H */
