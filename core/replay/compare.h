/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * compare - the shrinkers of two replayed captures side by side.
 *
 * Addresses mean nothing in another boot, so shrinkers are matched by what they are:
 * callback, debugfs name, batch and seeks.  All instances that agree in these are one
 * row, which holds their sums on either side.
 *
 *	struct shr_compare compare;
 *
 *	shr_compare_init(&compare, before, after, &err);
 *	for (size_t i = 0; i < compare.count; i++)
 *		show(&compare.rows[i]);
 *	shr_compare_release(&compare);
 */
#ifndef CORE_REPLAY_COMPARE_H
#define CORE_REPLAY_COMPARE_H

#include "core/replay/replay.h"

/* What one side's instances of a row add up to. */
struct shr_side {
	uint64_t instances;
	uint64_t calls;
	int64_t planned;
	int64_t scanned;
	int64_t freed;
	uint64_t refusals;
	int64_t deferred_max;
};

struct shr_compare_row {
	const struct shr_instance *like; /* an instance that has these properties */
	struct shr_side before, after;
};

struct shr_compare {
	struct shr_compare_row *rows; /* owned; in order of appearance, before first */
	size_t count;
	uint64_t before_ns, after_ns; /* spans; 0: no time passed or none is known */
};

/*
 * Match the instances of two summaries, which must outlive @compare.  Returns 0, or
 * -1 with *err filled in.
 */
int shr_compare_init(struct shr_compare *compare, const struct shr_summary *before,
		     const struct shr_summary *after, struct shr_err *err);

/* Accepts one that is all zero, and leaves one.  The summaries stay. */
void shr_compare_release(struct shr_compare *compare);

/* Whether the row's two sides are the same in every sum. */
bool shr_compare_equal(const struct shr_compare_row *row);

#endif /* CORE_REPLAY_COMPARE_H */
