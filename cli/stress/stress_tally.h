/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stress_tally - what some time under stress came to.
 */
#ifndef CLI_STRESS_STRESS_TALLY_H
#define CLI_STRESS_STRESS_TALLY_H

#include "cli/stress/histogram.h"
#include "core/shrinker/stats.h"

#include <stdint.h>

/* All zero before its first use. */
struct stress_tally {
	uint64_t elapsed_ns;
	struct shr_stats stats;
	struct histogram registering, freeing; /* ns; one of each a mount */
	uint64_t memcgs;		       /* that ended */
	/* Objects: added = freed by shrinkers + deleted by owners + left at the end. */
	uint64_t added, freed, deleted, left;
};

/* Times add up, too: those of slices that came one after the other. */
void stress_tally_add(struct stress_tally *tally, const struct stress_tally *more);

/* @count per second; 0 where there was no time. */
double stress_tally_rate(const struct stress_tally *tally, uint64_t count);

#endif /* CLI_STRESS_STRESS_TALLY_H */
