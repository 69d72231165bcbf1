/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/format_lines.h"

#include <ctype.h>
#include <string.h>

/* A cursor over a text that is not NUL terminated. */
struct cursor {
	const char *pos;
	const char *end;
};

static bool take(struct cursor *at, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(at->end - at->pos) < len || memcmp(at->pos, text, len) != 0)
		return false;
	at->pos += len;
	return true;
}

static bool take_digits(struct cursor *at, size_t most)
{
	const char *start = at->pos;

	while (at->pos < at->end && isdigit((unsigned char)*at->pos))
		at->pos++;
	return at->pos > start && (size_t)(at->pos - start) <= most;
}

static bool take_word(struct cursor *at)
{
	const char *start = at->pos;

	while (at->pos < at->end &&
	       (isalnum((unsigned char)*at->pos) || *at->pos == '_'))
		at->pos++;
	return at->pos > start && !isdigit((unsigned char)*start);
}

/* "struct shrinker * shr", "char comm[16]", "__data_loc char[] name": up to the ';'. */
static bool take_declaration(struct cursor *at)
{
	size_t words = 0;

	for (;;) {
		if (!take_word(at))
			return false;
		words++;
		bool array = take(at, "[]");

		if (!take(at, " ")) {
			if (array)
				return false;
			break;
		}
		while (take(at, "*"))
			take(at, " ");
	}
	if (take(at, "[") && !((take_digits(at, 5) || take_word(at)) && take(at, "]")))
		return false;
	return words > 1; /* a type and a name */
}

static bool take_field(struct cursor *at)
{
	if (!take(at, "\tfield:"))
		return false;
	take(at, " ");
	if (!take_declaration(at) || !take(at, ";\toffset:") || !take_digits(at, 5) ||
	    !take(at, ";\tsize:") || !take_digits(at, 5) || !take(at, ";"))
		return false;
	/* Before 2.6.33 no sign was told. */
	if (take(at, "\tsigned:") && !(take_digits(at, 1) && take(at, ";")))
		return false;
	return take(at, "\n");
}

bool shr_format_lines_event(struct shr_str text, size_t *fields_len)
{
	struct cursor at = { text.ptr, text.ptr + text.len };

	if (!take(&at, "name: ") || !take_word(&at) || !take(&at, "\nID: ") ||
	    !take_digits(&at, 5) || !take(&at, "\nformat:\n"))
		return false;
	while (at.pos < at.end && *at.pos != 'p')
		if (!take(&at, "\n") && !take_field(&at))
			return false;
	*fields_len = (size_t)(at.pos - text.ptr);
	return at.pos == at.end || take(&at, "print fmt:");
}

bool shr_format_lines_header_page(struct shr_str text)
{
	struct cursor at = { text.ptr, text.ptr + text.len };

	while (at.pos < at.end)
		if (!take_field(&at))
			return false;
	return true;
}
