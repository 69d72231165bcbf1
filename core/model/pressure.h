/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pressure - the arithmetic of vmpressure: how hard it was to reclaim pages.
 *
 * Pages scanned and reclaimed are summed up until there is a window's worth of scanned
 * ones; what share of them was not reclaimed is the pressure, and has one of three
 * levels (70ddf637eebe "memcg: add memory.pressure_level events", 3.10).
 *
 *	if (shr_pressure_counts(gfp, may) &&
 *	    shr_pressure_add(&sums, more, long_size, &window))
 *		level = shr_pressure_level(window, underflows, long_size);
 */
#ifndef CORE_MODEL_PRESSURE_H
#define CORE_MODEL_PRESSURE_H

#include "core/event.h"

#include <stdbool.h>
#include <stdint.h>

struct shr_err;

enum {
	SHR_PRESSURE_WINDOW = 512, /* pages scanned: 16 times SWAP_CLUSTER_MAX */
	/* Who reclaims at this priority or a lower one is in trouble already. */
	SHR_PRESSURE_CRITICAL_PRIORITY = 3,
};

enum shr_pressure_level {
	SHR_PRESSURE_LOW,
	SHR_PRESSURE_MEDIUM,   /* from 60 per cent not reclaimed */
	SHR_PRESSURE_CRITICAL, /* from 95 per cent */
};

/* Of whose pressure a listener at a memcg is told, besides that memcg's own. */
enum shr_pressure_mode {
	SHR_PRESSURE_DEFAULT,	/* its descendants', of which nobody below was told */
	SHR_PRESSURE_HIERARCHY, /* its descendants' (4.13) */
	SHR_PRESSURE_LOCAL,	/* nobody's (4.13) */
};

/* What user space asks for: that level and those above. */
struct shr_pressure_interest {
	enum shr_pressure_level level;
	enum shr_pressure_mode mode;
};

/* Pages. */
struct shr_pressure_sums {
	uint64_t scanned;
	uint64_t reclaimed; /* can be more: pages of slab were not scanned */
};

/*
 * Whether reclaim for a mask is anything that user space could do something about: the
 * mask has one of __GFP_HIGHMEM, __GFP_MOVABLE, __GFP_IO, __GFP_FS.  @gfp is raw, of
 * whatever release: the first two never moved; @may (enum shr_may) has the others.
 */
bool shr_pressure_counts(uint64_t gfp, uint16_t may);

/*
 * Add @more to @sums.  True if that filled the window: @sums are 0 again then, and
 * *@window is what they were.  Nothing scanned is nothing at all: how deep somebody had
 * to look tells of that by itself.
 */
bool shr_pressure_add(struct shr_pressure_sums *sums, struct shr_pressure_sums more,
		      unsigned long_size, struct shr_pressure_sums *window);

/*
 * The level of a window, of which something was scanned.  Where as much was reclaimed
 * or more, it is low; kernels of which @underflows is true (to 4.10) find it critical
 * where it was more.
 */
enum shr_pressure_level shr_pressure_level(struct shr_pressure_sums window,
					   bool underflows, unsigned long_size);

/* One step of an event's way from the memcg under pressure to the root. */
struct shr_pressure_step {
	enum shr_pressure_level level;
	bool ancestor; /* it is not the memcg under pressure itself, but above it */
	bool told;     /* somebody below was told already */
};

/* Whether who has that @interest there is told. */
bool shr_pressure_concerns(struct shr_pressure_interest interest,
			   struct shr_pressure_step step);

/*
 * Read what user space writes behind the file to cgroup.event_control: "critical", or
 * "low,hierarchy".  0, or -1 with *err: not a level, or not a mode.
 */
int shr_pressure_parse(struct shr_str text, struct shr_pressure_interest *interest,
		       struct shr_err *err);

/* "low", "medium", "critical". */
const char *shr_pressure_level_name(enum shr_pressure_level level);

/* "default", "hierarchy", "local". */
const char *shr_pressure_mode_name(enum shr_pressure_mode mode);

#endif /* CORE_MODEL_PRESSURE_H */
