/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/stress/dice.h"

/* SplitMix64 (Steele, Lea, Flood 2014): a counter, well stirred. */
static uint64_t next(struct dice *dice)
{
	uint64_t z = dice->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

uint32_t dice_roll(struct dice *dice, uint32_t sides)
{
	return (uint32_t)((next(dice) >> 32) * sides >> 32);
}
