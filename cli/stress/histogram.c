/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values below 32 have cells of their own.  Above, the highest bit says which row of 32
 * cells, and the next five bits which of them.
 */
#include "cli/stress/histogram.h"

enum { LOG = HISTOGRAM_PARTS_LOG, PARTS = 1 << LOG };

static unsigned cell_of(uint64_t value)
{
	if (value < PARTS)
		return (unsigned)value;
	unsigned shift = 63 - (unsigned)__builtin_clzll(value) - LOG;

	return (shift << LOG) + (unsigned)(value >> shift);
}

/* The largest value that is in @cell. */
static uint64_t end_of(unsigned cell)
{
	if (cell < 2 * PARTS)
		return cell;
	unsigned shift = (cell >> LOG) - 1;

	return ((uint64_t)((cell & (PARTS - 1)) + PARTS) << shift) +
	       ((UINT64_C(1) << shift) - 1);
}

void histogram_add(struct histogram *histogram, uint64_t value)
{
	histogram->cells[cell_of(value)]++;
	histogram->count++;
	if (value > histogram->max)
		histogram->max = value;
}

void histogram_merge(struct histogram *histogram, const struct histogram *more)
{
	for (unsigned i = 0; i < HISTOGRAM_CELLS; i++)
		histogram->cells[i] += more->cells[i];
	histogram->count += more->count;
	if (more->max > histogram->max)
		histogram->max = more->max;
}

/* Its place among all, from 1 on: so many are not above it. */
static uint64_t rank_of(uint64_t count, unsigned percent)
{
	uint64_t rank = count / 100 * percent + (count % 100 * percent + 99) / 100;

	return rank ? rank : 1;
}

uint64_t histogram_percentile(const struct histogram *histogram, unsigned percent)
{
	uint64_t rank = rank_of(histogram->count, percent), seen = 0;

	for (unsigned i = 0; i < HISTOGRAM_CELLS; i++) {
		seen += histogram->cells[i];
		if (seen >= rank)
			return end_of(i) < histogram->max ? end_of(i) : histogram->max;
	}
	return 0;
}
