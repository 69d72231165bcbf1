/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/shrinker/single.h"

#include "core/shrinker/shrinker.h"

#include <limits.h>

uint64_t shr_single_count(struct shr_shrinker *shrinker, struct shr_control *control)
{
	if (shrinker->count)
		return shrinker->count(shrinker, control);
	int count = shrinker->shrink(shrinker, control, 0);

	return count > 0 ? (uint64_t)count : 0;
}

uint64_t shr_single_scan(struct shr_shrinker *shrinker, struct shr_control *control)
{
	if (shrinker->scan)
		return shrinker->scan(shrinker, control);
	int before = shrinker->shrink(shrinker, control, 0);
	int after = shrinker->shrink(shrinker, control, control->nr_to_scan);

	if (after == -1)
		return SHR_SHRINK_STOP;
	return after < before ? (uint64_t)(before - after) : 0;
}

int shr_single_shrink(struct shr_shrinker *shrinker, struct shr_control *control,
		      uint64_t nr_to_scan)
{
	if (shrinker->shrink)
		return shrinker->shrink(shrinker, control, nr_to_scan);
	control->nr_to_scan = control->nr_scanned = nr_to_scan;
	if (nr_to_scan && shrinker->scan(shrinker, control) == SHR_SHRINK_STOP)
		return -1;
	uint64_t count = shrinker->count(shrinker, control);

	if (count == SHR_SHRINK_EMPTY)
		return 0;
	return count > INT_MAX ? INT_MAX : (int)count;
}
