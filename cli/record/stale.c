/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/stale.h"

#include "cli/record/tracefile.h"
#include "core/err.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <tracefs/tracefs.h>
#include <unistd.h>

/* The pid in "shrinkctl-PID", or 0. */
static int owner_of(const char *name)
{
	static const char prefix[] = "shrinkctl-";
	char *end;

	if (strncmp(name, prefix, sizeof(prefix) - 1) != 0)
		return 0;
	const char *digits = name + sizeof(prefix) - 1;
	long pid = strtol(digits, &end, 10);

	return *digits >= '1' && *digits <= '9' && !*end && pid <= INT_MAX ? (int)pid
									   : 0;
}

/*
 * When @pid began, in ticks since boot: the 22nd field of its stat.  The name before,
 * in parentheses, can hold anything: fields count from its end.  False: there is none.
 */
static bool read_start(int pid, unsigned long long *ticks)
{
	enum { BEHIND_NAME = 20 };
	char dir[32], *rest;
	struct shr_err err;

	snprintf(dir, sizeof(dir), "/proc/%d", pid);
	char *text = tracefile_read(dir, "stat", &err);
	char *at = text ? strrchr(text, ')') : NULL;

	for (int field = 0; at && field < BEHIND_NAME; field++)
		at = strchr(at + 1, ' ');
	*ticks = at ? strtoull(at, &rest, 10) : 0;
	free(text);
	return text;
}

/*
 * Whether the process @pid was there when @made was.  A folder of /proc has the time
 * at which somebody first looked, so its start comes from its stat.
 */
static bool is_owned(int pid, struct timespec made)
{
	unsigned long long ticks;
	struct timespec now, since_boot;

	if (!read_start(pid, &ticks))
		return false;
	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &since_boot);
	time_t started = now.tv_sec - since_boot.tv_sec +
			 (time_t)(ticks / (unsigned long long)sysconf(_SC_CLK_TCK));

	/* Both are rounded to seconds. */
	return started <= made.tv_sec + 2;
}

static bool is_stale(const char *path, int pid)
{
	struct stat st;

	return pid && stat(path, &st) == 0 && S_ISDIR(st.st_mode) &&
	       !is_owned(pid, st.st_ctim);
}

int stale_remove(stale_told *told, void *ctx, struct shr_err *err)
{
	char path[PATH_MAX];
	struct dirent *entry;
	int count = 0;

	snprintf(path, sizeof(path), "%s/instances", tracefs_tracing_dir());
	DIR *dir = opendir(path);

	if (!dir)
		return shr_fail(err, SHR_ERR_IO, "cannot read %s: %s", path,
				strerror(errno));
	while ((entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/instances/%s", tracefs_tracing_dir(),
			 entry->d_name);
		if (!is_stale(path, owner_of(entry->d_name)))
			continue;
		bool removed = rmdir(path) == 0;

		/* In use after all: by a recorder in another pid namespace. */
		if (!removed && errno == EBUSY)
			continue;
		count++;
		if (told)
			told(ctx, entry->d_name, removed ? NULL : strerror(errno));
	}
	closedir(dir);
	return count;
}
