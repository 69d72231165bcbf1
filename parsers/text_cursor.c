/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/text_cursor.h"

#include "parsers/text_digits.h"

#include <stddef.h>
#include <string.h>

const uint8_t shr_text_classes[256] = {
	[' '] = SHR_CLASS_BLANK,
	['\t'] = SHR_CLASS_BLANK,
	['_'] = SHR_CLASS_WORD,
	['0' ... '9'] = SHR_CLASS_WORD | SHR_CLASS_DIGIT | SHR_CLASS_HEX,
	['a' ... 'f'] = SHR_CLASS_WORD | SHR_CLASS_HEX,
	['g' ... 'z'] = SHR_CLASS_WORD,
	['A' ... 'F'] = SHR_CLASS_WORD | SHR_CLASS_HEX,
	['G' ... 'Z'] = SHR_CLASS_WORD,
};

void shr_text_skip_blanks(struct shr_text_cursor *cur)
{
	while (cur->pos < cur->end && shr_text_is_blank(*cur->pos))
		cur->pos++;
}

struct shr_str shr_text_take_word(struct shr_text_cursor *cur)
{
	const char *start = cur->pos;

	while (cur->pos < cur->end && !shr_text_is_blank(*cur->pos))
		cur->pos++;
	return (struct shr_str){ start, (size_t)(cur->pos - start) };
}

bool shr_text_take_literal(struct shr_text_cursor *cur, const char *literal)
{
	size_t len = strlen(literal);

	if ((size_t)(cur->end - cur->pos) < len || memcmp(cur->pos, literal, len) != 0)
		return false;
	cur->pos += len;
	return true;
}

const char *shr_text_blanks_back(const char *start, const char *pos)
{
	while (pos > start && shr_text_is_blank(pos[-1]))
		pos--;
	return pos;
}

const char *shr_text_digits_back(const char *start, const char *pos)
{
	while (pos > start && shr_text_is_digit(pos[-1]))
		pos--;
	return pos;
}

struct shr_str shr_text_word_back(const char *start, const char **pos)
{
	const char *end = shr_text_blanks_back(start, *pos);

	for (*pos = end; *pos > start && !shr_text_is_blank((*pos)[-1]);)
		(*pos)--;
	return (struct shr_str){ *pos, (size_t)(end - *pos) };
}

struct shr_str shr_text_trim(struct shr_str text)
{
	/* Names are padded by many. */
	while (text.len >= 8 && memcmp(text.ptr, "        ", 8) == 0) {
		text.ptr += 8;
		text.len -= 8;
	}
	while (text.len && shr_text_is_blank(*text.ptr)) {
		text.ptr++;
		text.len--;
	}
	while (text.len && shr_text_is_blank(text.ptr[text.len - 1]))
		text.len--;
	return text;
}

/* A number that something sticks to, as in 12ab or 1.5, is not that number. */
static bool ends_number(const struct shr_text_cursor *cur, const char *pos)
{
	return pos == cur->end || !(shr_text_is(*pos, SHR_CLASS_WORD) || *pos == '.');
}

enum shr_text_number shr_text_take_hex(struct shr_text_cursor *cur, uint64_t *value)
{
	const char *start = cur->pos, *pos = start;
	uint64_t sum = 0;

	if (cur->end - pos > 16 && shr_text_digits_address(pos, value) &&
	    ends_number(cur, pos + 16)) {
		cur->pos = pos + 16;
		return SHR_NUMBER_OK;
	}
	for (; pos < cur->end && shr_text_is(*pos, SHR_CLASS_HEX); pos++)
		sum = sum << 4 | shr_text_hex_value(*pos);
	if (pos == start || !ends_number(cur, pos))
		return SHR_NUMBER_NONE;
	while (pos - start > 16 && *start == '0')
		start++;
	if (pos - start > 16)
		return SHR_NUMBER_RANGE;
	cur->pos = pos;
	*value = sum;
	return SHR_NUMBER_OK;
}

static enum shr_text_number take_prefixed(struct shr_text_cursor *cur, uint64_t max,
					  uint64_t *value)
{
	const char *start = cur->pos;
	enum shr_text_number got;

	cur->pos += 2;
	got = shr_text_take_hex(cur, value);
	if (got == SHR_NUMBER_OK && *value > max)
		got = SHR_NUMBER_RANGE;
	if (got != SHR_NUMBER_OK)
		cur->pos = start;
	return got;
}

enum shr_text_number shr_text_take_number(struct shr_text_cursor *cur, int64_t min,
					  uint64_t max, uint64_t *value)
{
	const char *pos = cur->pos, *end = cur->end;
	bool negative = pos < end && *pos == '-';
	const char *start = pos + negative;
	uint64_t sum;

	if (end - pos > 2 && pos[0] == '0' && pos[1] == 'x')
		return take_prefixed(cur, max, value);
	for (pos = start; pos < end && shr_text_is_digit(*pos);)
		pos++;
	if (pos == start || !ends_number(cur, pos))
		return SHR_NUMBER_NONE;
	if (!shr_text_decimal(start, pos, &sum))
		return SHR_NUMBER_RANGE;
	if (negative ? sum > -(uint64_t)min : sum > max)
		return SHR_NUMBER_RANGE;
	cur->pos = pos;
	*value = negative ? -sum : sum;
	return SHR_NUMBER_OK;
}
