/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/text_wrap.h"

#include "parsers/text_cursor.h"

#include <string.h>

enum { MAX_JOINED = 8 };

bool shr_text_wrap_hold(struct shr_text_wrap *wrap, struct shr_str line, bool sentence,
			const struct shr_event *fault)
{
	if (line.len >= sizeof(wrap->text) / 2)
		return false;
	memcpy(wrap->text, line.ptr, line.len);
	wrap->len = line.len;
	wrap->joined = 0;
	wrap->sentence = sentence;
	wrap->fault = *fault;
	wrap->held = true;
	return true;
}

/* Quoted-printable breaks with '=', also inside a word; a shell with a backslash. */
static bool drop_mark(struct shr_text_wrap *wrap)
{
	char last = wrap->len ? wrap->text[wrap->len - 1] : '\0';

	if (last != '\\' && !(last == '=' && wrap->sentence))
		return false;
	wrap->len--;
	return last == '=';
}

bool shr_text_wrap_join(struct shr_text_wrap *wrap, struct shr_str line)
{
	const char *end = line.ptr + line.len;

	while (line.ptr < end && (*line.ptr == '>' || shr_text_is_blank(*line.ptr)))
		line.ptr++;
	line.len = (size_t)(end - line.ptr);
	if (!line.len || *line.ptr == '#' || wrap->joined == MAX_JOINED ||
	    line.len + 1 > sizeof(wrap->text) - wrap->len)
		return false;
	if (!drop_mark(wrap))
		wrap->text[wrap->len++] = ' ';
	memcpy(wrap->text + wrap->len, line.ptr, line.len);
	wrap->len += line.len;
	wrap->joined++;
	return true;
}
