/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * scenario_check - what of a scenario only the whole of it shows to be wrong.
 */
#ifndef CORE_SIM_SCENARIO_CHECK_H
#define CORE_SIM_SCENARIO_CHECK_H

#include <stdbool.h>
#include <stdint.h>

struct shr_err;
struct shr_scenario;

/* Where its statements were, by line; 0: nowhere. */
struct shr_scenario_lines {
	uint64_t kernel;
	uint64_t first_memcg; /* statement or setting that wants memcgs */
	uint64_t memcgs;      /* the statement that says whether there are any */
	uint64_t last;
};

/*
 * Put in what it does not say, the generation and whether there are memcgs, and check
 * all of it.  0, or -1 with *err filled in: the line is that of what is wrong.
 */
int shr_scenario_check(struct shr_scenario *scenario,
		       const struct shr_scenario_lines *lines, struct shr_err *err);

#endif /* CORE_SIM_SCENARIO_CHECK_H */
