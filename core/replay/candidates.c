/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/candidates.h"

#include <stdlib.h>

bool shr_candidates_range(struct shr_candidates *set, int32_t low, int32_t high)
{
	uint32_t count = (uint32_t)(high - low) + 1;

	*set = (struct shr_candidates){ .values = calloc(count, sizeof(int32_t)) };
	if (!set->values)
		return false;
	for (uint32_t i = 0; i < count; i++)
		set->values[i] = low + (int32_t)i;
	set->count = count;
	return true;
}

static int ascending(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

bool shr_candidates_list(struct shr_candidates *set, const int32_t *values,
			 size_t count)
{
	*set = (struct shr_candidates){ .values = calloc(count, sizeof(int32_t)) };
	if (!set->values)
		return false;
	for (size_t i = 0; i < count; i++)
		set->values[i] = values[i];
	qsort(set->values, count, sizeof(int32_t), ascending);
	for (size_t i = 0; i < count; i++)
		if (!set->count || set->values[set->count - 1] != set->values[i])
			set->values[set->count++] = set->values[i];
	return true;
}

/* Most calls fit all members or one of few: look before anything is moved. */
uint32_t shr_candidates_filter(struct shr_candidates *set, shr_fits *fits,
			       const void *call)
{
	uint32_t first = 0, kept = 0;

	while (first < set->count && !fits(set->values[first], call))
		first++;
	if (first == set->count) {
		set->contradicted++;
		return 0;
	}
	for (uint32_t i = first; i < set->count; i++)
		if (i == first || fits(set->values[i], call))
			set->values[kept++] = set->values[i];
	set->count = kept;
	set->evidence++;
	return kept;
}

void shr_candidates_release(struct shr_candidates *set)
{
	free(set->values);
	*set = (struct shr_candidates){ 0 };
}
