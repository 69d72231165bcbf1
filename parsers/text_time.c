/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/text_time.h"

#include "parsers/text_cursor.h"
#include "parsers/text_digits.h"
#include "parsers/text_prefix.h"

#include <stddef.h>
#include <string.h>

static const char NO_TIME[] = "expected a time";
static const char NOT_A_TIME[] = "time is out of range";

static const char *have_time(struct shr_text_prefix *prefix, uint64_t ts,
			     enum shr_clock_unit unit)
{
	prefix->ts = ts;
	prefix->unit = unit;
	prefix->has |= SHR_HAS_TIME;
	return NULL;
}

static const uint64_t POWERS[] = { 1,	   10,	    100,      1000,	 10000,
				   100000, 1000000, 10000000, 100000000, 1000000000 };

enum { SECONDS = 9, MILLISECONDS = 6 }; /* digits behind the point down to 1 ns */

/* @whole units and a fraction of one that has @count digits. */
static const char *have_fraction(struct shr_text_prefix *prefix, uint64_t whole,
				 unsigned unit, uint64_t fraction, ptrdiff_t count)
{
	uint64_t ns;

	if (count > (ptrdiff_t)unit ||
	    __builtin_mul_overflow(whole, POWERS[unit], &ns) ||
	    __builtin_add_overflow(ns, fraction * POWERS[unit - (unsigned)count], &ns))
		return NOT_A_TIME;
	return have_time(prefix, ns, SHR_CLOCK_NS);
}

/* A time stands alone, or is glued to the CPU when it is long. */
static bool begins_time(const char *start, const char *pos)
{
	return pos == start || shr_text_is_blank(pos[-1]) || pos[-1] == ']';
}

static const char *us_back(const char *start, const char **end,
			   struct shr_text_prefix *prefix)
{
	const char *pos;
	uint64_t us, ns;
	bool fits = shr_text_digits_before(start, *end, &pos, &us);

	if (pos == *end || !begins_time(start, pos))
		return NO_TIME;
	if (!fits || __builtin_mul_overflow(us, UINT64_C(1000), &ns))
		return NOT_A_TIME;
	*end = pos;
	return have_time(prefix, ns, SHR_CLOCK_NS);
}

const char *shr_text_time_back(const char *start, const char **end,
			       struct shr_text_prefix *prefix)
{
	const char *stop = *end, *digits, *whole_end, *pos;
	uint64_t whole, fraction;
	bool fits;

	/* "us" and a mark for how long it took: blank + ! # * @ $ */
	if (stop - start > 3 && stop[-2] == 's' && stop[-3] == 'u') {
		*end = stop - 3;
		return us_back(start, end, prefix);
	}

	fits = shr_text_digits_before(start, stop, &digits, &fraction);
	pos = digits;
	whole_end = stop;
	whole = fraction;
	if (digits > start && digits[-1] == '.') {
		whole_end = digits - 1;
		fits &= shr_text_digits_before(start, whole_end, &pos, &whole);
	}
	if (digits == stop || pos == whole_end || !begins_time(start, pos))
		return NO_TIME;
	if (!fits)
		return NOT_A_TIME;
	*end = pos;
	if (whole_end == stop)
		return have_time(prefix, whole, SHR_CLOCK_TICKS);
	return have_fraction(prefix, whole, SECONDS, fraction, stop - digits);
}

const char *shr_text_time_verbose_back(const char *start, const char **end,
				       struct shr_text_prefix *prefix)
{
	const char *pos = *end;
	struct shr_str since = shr_text_word_back(start, &pos);
	struct shr_str relative = shr_text_word_back(start, &pos);
	struct shr_str absolute = shr_text_word_back(start, &pos);
	struct shr_text_cursor cur = { absolute.ptr, absolute.ptr + absolute.len,
				       NULL };
	uint64_t time;

	if (since.len < 4 || memcmp(since.ptr, "(+", 2) != 0 || !relative.len ||
	    !shr_text_take_literal(&cur, "[") ||
	    shr_text_take_hex(&cur, &time) != SHR_NUMBER_OK ||
	    !shr_text_take_literal(&cur, "]"))
		return NO_TIME;
	*end = pos;
	if (relative.ptr[relative.len - 1] != 's')
		return have_time(prefix, time, SHR_CLOCK_TICKS);
	if (__builtin_mul_overflow(time, UINT64_C(1000), &time))
		return NOT_A_TIME;
	return have_time(prefix, time, SHR_CLOCK_NS);
}

bool shr_text_time_take_ms(struct shr_text_cursor *cur, struct shr_text_prefix *prefix)
{
	const char *end = cur->pos, *point, *pos;
	uint64_t whole, fraction;

	if (shr_text_take_literal(cur, "?"))
		return true;
	while (end < cur->end && (shr_text_is_digit(*end) || *end == '.'))
		end++;
	if (end < cur->end && !shr_text_is_blank(*end))
		return false;
	if (!shr_text_digits_before(cur->pos, end, &point, &fraction) || point == end ||
	    point == cur->pos || *--point != '.' ||
	    !shr_text_digits_before(cur->pos, point, &pos, &whole) || pos == point ||
	    pos != cur->pos ||
	    have_fraction(prefix, whole, MILLISECONDS, fraction, end - point - 1))
		return false;
	cur->pos = end;
	return true;
}
