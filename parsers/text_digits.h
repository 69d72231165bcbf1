/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_digits - runs of digits, eight bytes at a time.
 *
 * A line has a dozen numbers of varying length.  A loop over their digits would be
 * mispredicted at the end of nearly each, which costs more than the number.
 */
#ifndef PARSERS_TEXT_DIGITS_H
#define PARSERS_TEXT_DIGITS_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define SHR_EACH_BYTE UINT64_C(0x0101010101010101)

static inline bool shr_text_is_digit(char c)
{
	return (unsigned char)(c - '0') <= 9;
}

/* Eight bytes, the first in the lowest bits whatever the machine. */
static inline uint64_t shr_text_word_at(const char *pos)
{
	uint64_t word;

	memcpy(&word, pos, sizeof(word));
	return le64toh(word);
}

/* The number in the digits of @word, a zero byte counting as '0'. */
static inline uint64_t shr_text_word_value(uint64_t word)
{
	word &= 0x0f * SHR_EACH_BYTE;
	word = (word * (1 + (10 << 8)) >> 8) & 0x00ff00ff00ff00ff;
	word = (word * (1 + (100 << 16)) >> 16) & 0x0000ffff0000ffff;
	return word * (1 + (UINT64_C(10000) << 32)) >> 32;
}

/*
 * The number that @word begins with: how many digits it has, 8 also if there are
 * more.  *value is that of these digits, if there are any.  Inline, as are the two
 * above, because a line needs it eight times.
 */
static inline unsigned shr_text_word_digits(uint64_t word, uint64_t *value)
{
	uint64_t bits = word ^ '0' * SHR_EACH_BYTE;
	/* The high bit of every byte that is no digit: right up to the first. */
	uint64_t others = ((bits + 0x76 * SHR_EACH_BYTE) | bits) & 0x80 * SHR_EACH_BYTE;
	unsigned count = others ? (unsigned)__builtin_ctzll(others) / 8 : 8;

	*value = shr_text_word_value(word << (64 - count * 8) % 64);
	return count;
}

/*
 * The digits between @start and @end that end at @end: the first of them, @end if
 * there is none.  False if they overflow *value.
 */
bool shr_text_digits_before(const char *start, const char *end, const char **first,
			    uint64_t *value);

/* The decimal digits @pos..@end, all of them digits.  False if they overflow. */
bool shr_text_decimal(const char *pos, const char *end, uint64_t *value);

/* The 16 lower-case hexadecimal digits at @pos; false if they are anything else. */
bool shr_text_digits_address(const char *pos, uint64_t *value);

#endif /* PARSERS_TEXT_DIGITS_H */
