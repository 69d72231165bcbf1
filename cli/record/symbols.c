/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/symbols.h"

#include "cli/record/textbuf.h"

#include <string.h>

/* Every callback of every kernel since 3.1, and of the modules looked at, has one. */
static const char *const parts[] = { "scan",  "shrink",	 "prune",
				     "evict", "reclaim", "purge" };

static bool contains(const char *line, size_t len, const char *part)
{
	return memmem(line, len, part, strlen(part)) != NULL;
}

/* The types that kallsyms gives to functions. */
static bool is_code(char type)
{
	return type == 't' || type == 'T' || type == 'w' || type == 'W';
}

/* "ffffffff81000000 t name [module]" */
static bool can_be_callback(const char *line, size_t len)
{
	const char *type = memchr(line, ' ', len);

	if (!type || !is_code(type[1]) || contains(line, len, "__pfx_"))
		return false;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (contains(line, len, parts[i]))
			return true;
	return false;
}

void symbols_reduce(struct textbuf *text)
{
	if (!text->text)
		return;
	const char *end = text->text + text->len;
	char *to = text->text;

	for (const char *line = text->text; line < end;) {
		const char *eol = memchr(line, '\n', (size_t)(end - line));
		size_t len = (size_t)((eol ? eol + 1 : end) - line);

		if (can_be_callback(line, len)) {
			memmove(to, line, len);
			to += len;
		}
		line += len;
	}
	text->len = (size_t)(to - text->text);
	*to = '\0';
}

bool symbols_are_shown(const struct textbuf *text)
{
	size_t zeroes = text->text ? strspn(text->text, "0") : 0;

	/* The first symbol of x86 is at 0 (fixed_percpu_data): the last one decides. */
	if (!zeroes)
		return text->len > 0;
	const char *last =
		text->len > 1 ? memrchr(text->text, '\n', text->len - 1) : NULL;

	return last && last[1 + strspn(last + 1, "0")] != ' ';
}
