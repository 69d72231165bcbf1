/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/model/pressure.h"

#include "core/err.h"
#include "core/model/width.h"

#include <stddef.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Of 100. */
static const uint64_t medium = 60, critical = 95;

static const char *const level_names[] = {
	[SHR_PRESSURE_LOW] = "low",
	[SHR_PRESSURE_MEDIUM] = "medium",
	[SHR_PRESSURE_CRITICAL] = "critical",
};

static const char *const mode_names[] = {
	[SHR_PRESSURE_DEFAULT] = "default",
	[SHR_PRESSURE_HIERARCHY] = "hierarchy",
	[SHR_PRESSURE_LOCAL] = "local",
};

bool shr_pressure_counts(uint64_t gfp, uint16_t may)
{
	static const uint64_t highmem = 0x2, movable = 0x8;

	return gfp & (highmem | movable) || may & (SHR_MAY_IO | SHR_MAY_FS);
}

bool shr_pressure_add(struct shr_pressure_sums *sums, struct shr_pressure_sums more,
		      unsigned long_size, struct shr_pressure_sums *window)
{
	if (!more.scanned)
		return false;
	sums->scanned = shr_to_ulong(sums->scanned + more.scanned, long_size);
	sums->reclaimed = shr_to_ulong(sums->reclaimed + more.reclaimed, long_size);
	if (sums->scanned < SHR_PRESSURE_WINDOW)
		return false;
	*window = *sums;
	*sums = (struct shr_pressure_sums){ .scanned = 0 };
	return true;
}

/* What was not reclaimed, of 100; each step is cut to the kernel's unsigned long. */
static uint64_t pressure_of(struct shr_pressure_sums window, unsigned long_size)
{
	const uint64_t scale =
		shr_to_ulong(window.scanned + window.reclaimed, long_size);
	const uint64_t got = shr_to_ulong(window.reclaimed * scale, long_size);
	const uint64_t lacks = shr_to_ulong(scale - got / window.scanned, long_size);

	return scale ? shr_to_ulong(lacks * 100, long_size) / scale : 0;
}

enum shr_pressure_level shr_pressure_level(struct shr_pressure_sums window,
					   bool underflows, unsigned long_size)
{
	uint64_t pressure;

	if (window.reclaimed >= window.scanned && !underflows)
		return SHR_PRESSURE_LOW;
	pressure = pressure_of(window, long_size);
	if (pressure >= critical)
		return SHR_PRESSURE_CRITICAL;
	return pressure >= medium ? SHR_PRESSURE_MEDIUM : SHR_PRESSURE_LOW;
}

bool shr_pressure_concerns(struct shr_pressure_interest interest,
			   struct shr_pressure_step step)
{
	if (step.ancestor && interest.mode == SHR_PRESSURE_LOCAL)
		return false;
	if (step.told && interest.mode == SHR_PRESSURE_DEFAULT)
		return false;
	return step.level >= interest.level;
}

/* The index of @text among @names, or -1. */
static int find(struct shr_str text, const char *const names[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (text.len == strlen(names[i]) &&
		    !memcmp(text.ptr, names[i], text.len))
			return (int)i;
	return -1;
}

int shr_pressure_parse(struct shr_str text, struct shr_pressure_interest *interest,
		       struct shr_err *err)
{
	const char *comma = text.len ? memchr(text.ptr, ',', text.len) : NULL;
	const size_t len = comma ? (size_t)(comma - text.ptr) : text.len;
	const int level = find((struct shr_str){ text.ptr, len }, level_names,
			       COUNT(level_names));
	int mode = SHR_PRESSURE_DEFAULT;

	if (level < 0)
		return shr_fail(err, SHR_ERR_SYNTAX,
				"expected 'low', 'medium' or 'critical', not '%.*s'",
				(int)(len < 40 ? len : 40), len ? text.ptr : "");
	if (comma) {
		const struct shr_str rest = { comma + 1, text.len - len - 1 };

		mode = find(rest, mode_names, COUNT(mode_names));
		if (mode < 0)
			return shr_fail(
				err, SHR_ERR_SYNTAX,
				"expected 'default', 'hierarchy' or 'local', not '%.*s'",
				(int)(rest.len < 40 ? rest.len : 40), rest.ptr);
	}
	*interest = (struct shr_pressure_interest){ (enum shr_pressure_level)level,
						    (enum shr_pressure_mode)mode };
	return 0;
}

const char *shr_pressure_level_name(enum shr_pressure_level level)
{
	return level_names[level];
}

const char *shr_pressure_mode_name(enum shr_pressure_mode mode)
{
	return mode_names[mode];
}
