/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_cursor - a position in a line, moved by taking what is there.
 *
 * Nothing is copied and nothing past `end` is read.  When a take fails, `reason`
 * says what was expected and `pos` is where: together they are the message for a
 * line that cannot be understood.
 */
#ifndef PARSERS_TEXT_CURSOR_H
#define PARSERS_TEXT_CURSOR_H

#include "core/event.h"
#include "parsers/text_digits.h"

#include <stdbool.h>
#include <stdint.h>

struct shr_text_cursor {
	const char *pos;
	const char *end;
	const char *reason; /* static text; meaningful after a failed take */
};

enum shr_text_number {
	SHR_NUMBER_OK,
	SHR_NUMBER_NONE,  /* no number here, or one with something stuck to it */
	SHR_NUMBER_RANGE, /* does not fit @min..@max */
};

enum shr_text_class {
	SHR_CLASS_BLANK = 1 << 0, /* space and tab */
	SHR_CLASS_DIGIT = 1 << 1,
	SHR_CLASS_HEX = 1 << 2,
	SHR_CLASS_WORD = 1 << 3, /* letters, digits and '_' */
};

/* What a byte is, as enum shr_text_class: no locale has a say. */
extern const uint8_t shr_text_classes[256];

static inline bool shr_text_is(char c, unsigned classes)
{
	return shr_text_classes[(unsigned char)c] & classes;
}

static inline bool shr_text_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Of a digit of class SHR_CLASS_HEX. */
static inline unsigned shr_text_hex_value(char c)
{
	return (c & 15u) + (c & 64 ? 9u : 0u);
}

/* Move past blanks. */
void shr_text_skip_blanks(struct shr_text_cursor *cur);

/* The text up to the next blank or the end; empty at a blank. */
struct shr_str shr_text_take_word(struct shr_text_cursor *cur);

/* Whether @literal comes next; if so, move past it. */
bool shr_text_take_literal(struct shr_text_cursor *cur, const char *literal);

/*
 * A number, decimal or with 0x, negative ones as two's complement.  On failure the
 * cursor stays where it was.
 */
enum shr_text_number shr_text_take_number(struct shr_text_cursor *cur, int64_t min,
					  uint64_t max, uint64_t *value);

/* Hexadecimal digits without 0x, as above. */
enum shr_text_number shr_text_take_hex(struct shr_text_cursor *cur, uint64_t *value);

/* Back from @pos, but not before @start: over blanks, over digits. */
const char *shr_text_blanks_back(const char *start, const char *pos);
const char *shr_text_digits_back(const char *start, const char *pos);

/* The last word before *@pos, and *@pos on its first byte; empty at @start. */
struct shr_str shr_text_word_back(const char *start, const char **pos);

/* @text without blanks at both ends. */
struct shr_str shr_text_trim(struct shr_str text);

#endif /* PARSERS_TEXT_CURSOR_H */
