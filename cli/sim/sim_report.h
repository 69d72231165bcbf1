/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sim_report - what a simulation was like, in words.
 */
#ifndef CLI_SIM_SIM_REPORT_H
#define CLI_SIM_SIM_REPORT_H

#include <stdbool.h>

struct census;
struct shr_sim_sums;

/* Where its capture went, and how it can be read back. */
struct sim_report_target {
	const char *path;  /* "-": standard output */
	bool needs_kernel; /* the form does not tell the release */
};

/* Print it to standard error. */
void sim_report_print(const struct shr_sim_sums *sums, const struct census *census,
		      const struct sim_report_target *target);

#endif /* CLI_SIM_SIM_REPORT_H */
