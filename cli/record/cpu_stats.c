/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/cpu_stats.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* The number behind @name at the beginning of a line. */
static uint64_t find(const char *text, const char *name)
{
	size_t len = strlen(name);

	for (const char *line = text; line && *line;) {
		if (strncmp(line, name, len) == 0)
			return strtoull(line + len, NULL, 10);
		line = strchr(line, '\n');
		line += line != NULL;
	}
	return 0;
}

struct cpu_stats cpu_stats_parse(const char *text)
{
	return (struct cpu_stats){
		.entries = find(text, "entries:"),
		.read = find(text, "read events:"),
		.overrun = find(text, "overrun:"),
		.dropped =
			find(text, "dropped events:") + find(text, "commit overrun:"),
		.bytes = find(text, "bytes:"),
	};
}

uint64_t cpu_stats_events(const struct cpu_stats *stats)
{
	return stats->entries + stats->read;
}

uint64_t cpu_stats_lost(const struct cpu_stats *stats)
{
	return stats->overrun + stats->dropped;
}
