/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/text_digits.h"

#include <stddef.h>

bool shr_text_decimal(const char *pos, const char *end, uint64_t *value)
{
	uint64_t sum = 0;

	if (end - pos <= 19) {
		while (pos < end)
			sum = sum * 10 + (uint64_t)(*pos++ - '0');
		*value = sum;
		return true;
	}
	for (; pos < end; pos++) {
		if (__builtin_mul_overflow(sum, 10u, &sum) ||
		    __builtin_add_overflow(sum, (uint64_t)(*pos - '0'), &sum))
			return false;
	}
	*value = sum;
	return true;
}

static bool one_by_one(const char *start, const char *end, const char **first,
		       uint64_t *value)
{
	const char *pos = end;

	while (pos > start && shr_text_is_digit(pos[-1]))
		pos--;
	*first = pos;
	return shr_text_decimal(pos, end, value);
}

bool shr_text_digits_before(const char *start, const char *end, const char **first,
			    uint64_t *value)
{
	uint64_t word, bits, others;
	unsigned count;

	if (end - start < 8)
		return one_by_one(start, end, first, value);
	word = shr_text_word_at(end - 8);
	bits = word ^ '0' * SHR_EACH_BYTE;
	/* Exact in every byte: nothing is carried from one to the next. */
	others = (((bits & 0x7f * SHR_EACH_BYTE) + 0x76 * SHR_EACH_BYTE) | bits) &
		 0x80 * SHR_EACH_BYTE;
	if (!others)
		return one_by_one(start, end, first, value);
	count = (unsigned)__builtin_clzll(others) / 8;
	*first = end - count;
	*value = count ? shr_text_word_value(word >> (8 - count) * 8 << (8 - count) * 8)
		       : 0;
	return true;
}

/* Eight lower-case hexadecimal digits. */
static bool hex_value(uint64_t word, uint64_t *value)
{
	uint64_t letters = word >> 6 & SHR_EACH_BYTE;
	uint64_t digits = (word & 0x0f * SHR_EACH_BYTE) + 9 * letters;
	uint64_t above = (digits + 6 * SHR_EACH_BYTE) >> 4 & SHR_EACH_BYTE;

	/* Written out again, it must be what it was read from. */
	if (digits & 0xf0 * SHR_EACH_BYTE ||
	    digits + '0' * SHR_EACH_BYTE + above * ('a' - '0' - 10) != word)
		return false;
	digits = (digits << 4 | digits >> 8) & 0x00ff00ff00ff00ff;
	digits = (digits << 8 | digits >> 16) & 0x0000ffff0000ffff;
	*value = (digits << 16 | digits >> 32) & 0xffffffff;
	return true;
}

bool shr_text_digits_address(const char *pos, uint64_t *value)
{
	uint64_t high, low;

	if (!hex_value(shr_text_word_at(pos), &high) ||
	    !hex_value(shr_text_word_at(pos + 8), &low))
		return false;
	*value = high << 32 | low;
	return true;
}
