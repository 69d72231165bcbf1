/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * histogram - how long things took: any number of values in little memory.
 *
 * Log-linear, as HdrHistogram is: each power of two is cut into 32 equal cells, so that
 * a value is known to 3 %, from a nanosecond to centuries.  The largest is exact.
 */
#ifndef CLI_STRESS_HISTOGRAM_H
#define CLI_STRESS_HISTOGRAM_H

#include <stdint.h>

enum {
	HISTOGRAM_PARTS_LOG = 5,
	HISTOGRAM_CELLS = (64 - HISTOGRAM_PARTS_LOG + 1) << HISTOGRAM_PARTS_LOG,
};

/* All zero before its first use. */
struct histogram {
	uint64_t count, max;
	uint64_t cells[HISTOGRAM_CELLS];
};

void histogram_add(struct histogram *histogram, uint64_t value);

/* All of @more's values are @histogram's, too. */
void histogram_merge(struct histogram *histogram, const struct histogram *more);

/*
 * What @percent (0 to 100) of the values are at most: the largest value of the cell in
 * which that one is, though never above the maximum.  0 where there is none.
 */
uint64_t histogram_percentile(const struct histogram *histogram, unsigned percent);

#endif /* CLI_STRESS_HISTOGRAM_H */
