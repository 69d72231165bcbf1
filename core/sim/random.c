/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * SplitMix64: a counter in steps of the golden ratio, each mixed well (G. Steele, D.
 * Lea, C. Flood: Fast splittable pseudorandom number generators, 2014).
 */
#include "core/sim/random.h"

#include <assert.h>

static uint64_t mix(uint64_t x)
{
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

struct shr_random shr_random_of(uint64_t seed, uint64_t which)
{
	return (struct shr_random){ mix(mix(seed) + which) };
}

uint64_t shr_random_next(struct shr_random *random)
{
	random->state += UINT64_C(0x9e3779b97f4a7c15);
	return mix(random->state);
}

uint64_t shr_random_between(struct shr_random *random, uint64_t low, uint64_t high)
{
	assert(low <= high);
	const uint64_t span = high - low + 1, next = shr_random_next(random);

	/* The remainder favours the lower ones, by less than anybody could see. */
	return span ? low + next % span : next;
}

bool shr_random_percent(struct shr_random *random, unsigned percent)
{
	return shr_random_between(random, 0, 99) < percent;
}
