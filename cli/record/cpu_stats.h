/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpu_stats - what the kernel counts of one CPU's buffer: per_cpu/cpuN/stats.
 */
#ifndef CLI_RECORD_CPU_STATS_H
#define CLI_RECORD_CPU_STATS_H

#include <stdint.h>

struct cpu_stats {
	uint64_t entries; /* in the buffer now */
	uint64_t read;	  /* taken out before */
	uint64_t overrun; /* lost: overwritten before they were read */
	uint64_t dropped; /* lost: the buffer had no room */
	uint64_t bytes;	  /* in the buffer now */
};

/* Parse the lines "overrun: 12"; what is missing is 0, what is not known passed over.
 */
struct cpu_stats cpu_stats_parse(const char *text);

/* Events that were recorded and not lost, read or not. */
uint64_t cpu_stats_events(const struct cpu_stats *stats);

uint64_t cpu_stats_lost(const struct cpu_stats *stats);

#endif /* CLI_RECORD_CPU_STATS_H */
