/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/shrinker_counts.h"

#include "cli/record/textbuf.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* Its counts, a line each; only its name if it has none. */
static int add_shrinker(struct textbuf *text, const char *dir, const char *name)
{
	struct textbuf counts = { 0 };
	char path[PATH_MAX];
	char *line;

	snprintf(path, sizeof(path), "%s/%s/count", dir, name);
	int failed = textbuf_read(&counts, path);
	char *at = counts.len ? counts.text : NULL;

	if (!failed && !at)
		failed = textbuf_print(text, "%s\n", name);
	while (!failed && (line = strsep(&at, "\n")))
		if (*line)
			failed = textbuf_print(text, "%s %s\n", name, line);
	textbuf_release(&counts);
	return failed;
}

int shrinker_counts_add(struct textbuf *text, const char *dir)
{
	DIR *shrinkers = opendir(dir);
	struct dirent *entry;
	int failed = 0;

	while (shrinkers && !failed && (entry = readdir(shrinkers)))
		if (entry->d_name[0] != '.')
			failed = add_shrinker(text, dir, entry->d_name);
	if (shrinkers)
		closedir(shrinkers);
	return failed;
}
