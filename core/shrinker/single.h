/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * single - two callbacks for one, and one for two.
 *
 * Up to 3.11 a shrinker had a single ->shrink(), which counted when asked to look at 0
 * objects and scanned otherwise; since 3.12 ("mm: new shrinker API") it has one for
 * each.  A kernel asks in its own way: these let shrinkers of either kind answer.
 */
#ifndef CORE_SHRINKER_SINGLE_H
#define CORE_SHRINKER_SINGLE_H

#include <stdint.h>

struct shr_control;
struct shr_shrinker;

/* As count().  Of shrink(): what it says of 0 objects, 0 if that is negative. */
uint64_t shr_single_count(struct shr_shrinker *shrinker, struct shr_control *control);

/*
 * As scan(), of control->nr_to_scan.  Of shrink(): by how much it says there is less,
 * SHR_SHRINK_STOP for -1.
 */
uint64_t shr_single_scan(struct shr_shrinker *shrinker, struct shr_control *control);

/*
 * As shrink().  Of count() and scan(): what there is after the scan, at most INT_MAX;
 * -1 for SHR_SHRINK_STOP, and 0 for a count of SHR_SHRINK_EMPTY.
 */
int shr_single_shrink(struct shr_shrinker *shrinker, struct shr_control *control,
		      uint64_t nr_to_scan);

#endif /* CORE_SHRINKER_SINGLE_H */
