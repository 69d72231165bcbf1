/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/share.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

/* One digit of a long division: *rest times ten, by @whole, without overflow. */
static uint64_t next_digit(uint64_t *rest, uint64_t whole)
{
	uint64_t sum = 0, digit = 0;

	for (int i = 0; i < 10; i++) {
		bool carry = sum >= whole - *rest;

		sum = carry ? sum - (whole - *rest) : sum + *rest;
		digit += carry;
	}
	*rest = sum;
	return digit;
}

const char *share_text(char buf[SHARE_TEXT], uint64_t part, uint64_t whole)
{
	if (!whole) {
		snprintf(buf, SHARE_TEXT, "-");
		return buf;
	}
	uint64_t permille = part / whole, rest = part % whole;

	for (int i = 0; i < 3; i++)
		permille = permille * 10 + next_digit(&rest, whole);
	permille += rest >= whole - rest;
	snprintf(buf, SHARE_TEXT, "%" PRIu64 ".%" PRIu64 " %%", permille / 10,
		 permille % 10);
	return buf;
}
