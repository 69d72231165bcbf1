/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/amount.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct unit {
	const char *name;
	double scale;
};

static const struct unit sizes[] = { { "K", 1 << 10 },
				     { "M", 1 << 20 },
				     { "G", 1 << 30 },
				     { "T", (double)(1ull << 40) },
				     { NULL, 0 } };
static const struct unit times[] = { { "", 1e9 },   { "ms", 1e6 },   { "s", 1e9 },
				     { "m", 60e9 }, { "h", 3600e9 }, { NULL, 0 } };

/* Digits, perhaps a point and more of them, and a unit; more than 0, and no overflow.
 */
static bool parse(const char *text, const struct unit *units, uint64_t *value)
{
	size_t digits = strspn(text, "0123456789.");

	if (!digits || text[0] == '.' || digits > 15)
		return false;
	char *end;
	double number = strtod(text, &end);

	for (; units->name; units++) {
		double scaled = number * units->scale;

		if (end != text + digits || strcmp(end, units->name) != 0)
			continue;
		if (scaled < 1 || scaled > 9e18)
			return false;
		*value = (uint64_t)scaled;
		return true;
	}
	return false;
}

bool amount_size(const char *text, uint64_t *bytes)
{
	return parse(text, sizes, bytes);
}

bool amount_time(const char *text, uint64_t *ns)
{
	return parse(text, times, ns);
}

const char *amount_text(char buf[AMOUNT_TEXT], uint64_t bytes)
{
	static const char *const names[] = { "bytes", "KiB", "MiB", "GiB", "TiB" };
	double value = (double)bytes;
	size_t unit = 0;

	for (; value >= 1024 && unit < 4; unit++)
		value /= 1024;
	snprintf(buf, AMOUNT_TEXT, unit ? "%.1f %s" : "%.0f %s", value, names[unit]);
	return buf;
}
