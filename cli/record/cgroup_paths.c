/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/cgroup_paths.h"

#include "cli/record/textbuf.h"

#include <fts.h>
#include <inttypes.h>
#include <limits.h>
#include <mntent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Where the memory controller's hierarchy is mounted, into @root. */
static bool find_root(char root[PATH_MAX])
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	struct mntent *mount;
	bool legacy = false;

	root[0] = '\0';
	while (mounts && !legacy && (mount = getmntent(mounts))) {
		legacy = !strcmp(mount->mnt_type, "cgroup") &&
			 hasmntopt(mount, "memory");
		if (legacy || (!root[0] && !strcmp(mount->mnt_type, "cgroup2")))
			snprintf(root, PATH_MAX, "%s", mount->mnt_dir);
	}
	if (mounts)
		endmntent(mounts);
	return root[0] != '\0';
}

int cgroup_paths_walk(struct textbuf *text, const char *root)
{
	char path[PATH_MAX];
	char *roots[] = { path, NULL };
	size_t len = strlen(root);
	FTSENT *entry;
	int failed = 0;

	snprintf(path, sizeof(path), "%s", root);
	FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);

	while (walk && !failed && (entry = fts_read(walk)))
		if (entry->fts_info == FTS_D)
			failed = textbuf_print(
				text, "%" PRIu64 " %s\n",
				(uint64_t)entry->fts_statp->st_ino,
				entry->fts_path[len] ? entry->fts_path + len : "/");
	if (walk)
		fts_close(walk);
	return failed;
}

int cgroup_paths_add(struct textbuf *text)
{
	char root[PATH_MAX];

	return find_root(root) ? cgroup_paths_walk(text, root) : 0;
}
