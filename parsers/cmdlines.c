/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/cmdlines.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	int32_t pid;
	struct shr_str name;
};

struct shr_cmdlines {
	struct shr_str text;
	bool indexed;
	struct entry *entries; /* owned; sorted once indexed */
	size_t count;
};

struct shr_cmdlines *shr_cmdlines_new(struct shr_str text)
{
	struct shr_cmdlines *cmdlines = calloc(1, sizeof(*cmdlines));

	if (cmdlines)
		cmdlines->text = text;
	return cmdlines;
}

void shr_cmdlines_free(struct shr_cmdlines *cmdlines)
{
	if (!cmdlines)
		return;
	free(cmdlines->entries);
	free(cmdlines);
}

static bool parse_line(const char *line, const char *end, struct entry *entry)
{
	const char *blank = memchr(line, ' ', (size_t)(end - line));
	int64_t pid = 0;

	if (!blank || blank == line || blank - line > 10)
		return false;
	for (const char *at = line; at < blank; at++) {
		if (*at < '0' || *at > '9')
			return false;
		pid = pid * 10 + (*at - '0');
	}
	*entry = (struct entry){ (int32_t)pid,
				 { blank + 1,
				   strnlen(blank + 1, (size_t)(end - blank - 1)) } };
	return pid <= INT32_MAX;
}

static int by_pid(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return x->pid < y->pid ? -1 : x->pid > y->pid;
}

static void index_text(struct shr_cmdlines *cmdlines)
{
	const char *line = cmdlines->text.ptr, *end = line + cmdlines->text.len;
	size_t lines = 1;

	cmdlines->indexed = true;
	for (const char *at = line; at < end; at++)
		lines += *at == '\n';
	cmdlines->entries = calloc(lines, sizeof(*cmdlines->entries));
	if (!cmdlines->entries)
		return;
	while (line < end) {
		const char *eol = memchr(line, '\n', (size_t)(end - line));

		if (!eol)
			eol = end;
		if (parse_line(line, eol, &cmdlines->entries[cmdlines->count]))
			cmdlines->count++;
		line = eol + 1;
	}
	qsort(cmdlines->entries, cmdlines->count, sizeof(*cmdlines->entries), by_pid);
}

struct shr_str shr_cmdlines_find(struct shr_cmdlines *cmdlines, int32_t pid)
{
	static const struct shr_str unknown = { "", 0 };
	struct entry key = { .pid = pid };

	if (!pid)
		return (struct shr_str){ "<idle>", 6 };
	if (!cmdlines)
		return unknown;
	if (!cmdlines->indexed)
		index_text(cmdlines);
	const struct entry *entry =
		cmdlines->count ? bsearch(&key, cmdlines->entries, cmdlines->count,
					  sizeof(key), by_pid)
				: NULL;

	return entry ? entry->name : unknown;
}
