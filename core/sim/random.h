/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * random - numbers that look like chance, and are the same everywhere.
 *
 * Who needs some has his own, so that what he gets does not depend on what others do.
 */
#ifndef CORE_SIM_RANDOM_H
#define CORE_SIM_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct shr_random {
	uint64_t state;
};

/* @which: of those with the same @seed, another for each. */
struct shr_random shr_random_of(uint64_t seed, uint64_t which);

/* Any number of 64 bits. */
uint64_t shr_random_next(struct shr_random *random);

/* From @low to @high, both included; @low is not above. */
uint64_t shr_random_between(struct shr_random *random, uint64_t low, uint64_t high);

/* True for so many in a hundred. */
bool shr_random_percent(struct shr_random *random, unsigned percent);

#endif /* CORE_SIM_RANDOM_H */
