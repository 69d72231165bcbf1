/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/mounted.h"

#include <mntent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The folder of the first mount of @type, with @below behind it. */
static bool find_type(const char *type, const char *below, char *path, size_t size)
{
	FILE *table = setmntent("/proc/self/mounts", "re");
	struct mntent entry;
	char text[4096];
	bool found = false;

	while (table && !found && getmntent_r(table, &entry, text, sizeof(text)))
		found = !strcmp(entry.mnt_type, type) &&
			snprintf(path, size, "%s%s", entry.mnt_dir, below) < (int)size;
	if (table)
		endmntent(table);
	return found;
}

bool mounted_tracefs(char *path, size_t size)
{
	char events[4200];

	if (find_type("tracefs", "", path, size))
		return true;
	return find_type("debugfs", "/tracing", path, size) &&
	       snprintf(events, sizeof(events), "%s/events", path) <
		       (int)sizeof(events) &&
	       access(events, F_OK) == 0;
}
