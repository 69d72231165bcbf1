/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dice - numbers at random, the same ones for the same seed.
 */
#ifndef CLI_STRESS_DICE_H
#define CLI_STRESS_DICE_H

#include <stdint.h>

struct dice {
	uint64_t state; /* public: any seed */
};

/* From 0 to @sides - 1; @sides is not 0. */
uint32_t dice_roll(struct dice *dice, uint32_t sides);

#endif /* CLI_STRESS_DICE_H */
