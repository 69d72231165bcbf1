/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/leftover.h"

#include "cli/record/outfile.h"
#include "parsers/reader.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* The folder is not ours alone: a name may be made to be printed. */
static bool is_printable(const char *name)
{
	while (isprint((unsigned char)*name))
		name++;
	return !*name;
}

static bool is_ours(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	       (st.st_uid == geteuid() || st.st_uid == outfile_owner());
}

/* The lock comes last: a recorder that has only just made its file has it empty. */
static bool is_dead(int fd)
{
	uint8_t head[16];
	ssize_t len = pread(fd, head, sizeof(head), 0);

	return len > 0 && shr_input_needs_whole(head, (size_t)len) &&
	       flock(fd, LOCK_SH | LOCK_NB) == 0;
}

static bool is_leftover(int dir, const char *name)
{
	if (!outfile_is_temp(name) || !is_printable(name))
		return false;
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	bool found = fd >= 0 && is_ours(fd) && is_dead(fd);

	if (fd >= 0)
		close(fd);
	return found;
}

unsigned leftover_find(const char *path, leftover_told *told, void *ctx)
{
	const char *slash = strrchr(path, '/');
	int len = slash ? (int)(slash + 1 - path) : 0;
	char name[PATH_MAX];
	struct dirent *entry;
	unsigned count = 0;

	snprintf(name, sizeof(name), "%.*s", len, path);
	DIR *dir = opendir(len ? name : ".");

	while (dir && (entry = readdir(dir))) {
		if (!is_leftover(dirfd(dir), entry->d_name))
			continue;
		snprintf(name, sizeof(name), "%.*s%s", len, path, entry->d_name);
		told(ctx, name);
		count++;
	}
	if (dir)
		closedir(dir);
	return count;
}
