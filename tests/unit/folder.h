/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * folder - a folder of a test's own, to make files in; it is removed with all of them.
 *
 *	struct folder folder;
 *
 *	folder_make(&folder);
 *	use(folder_path(&folder, "trace.dat"));
 *	folder_remove(&folder);
 */
#ifndef TESTS_UNIT_FOLDER_H
#define TESTS_UNIT_FOLDER_H

#include "tests/unit/fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct folder {
	char name[100];
	char path[400];
};

static UNUSED void folder_make(struct folder *folder)
{
	const char *top = getenv("TMPDIR");

	snprintf(folder->name, sizeof(folder->name), "%.60s/shrinkctl-test-XXXXXX",
		 top && *top ? top : "/tmp");
	assert_non_null(mkdtemp(folder->name));
}

/* Where @file would be; until the next call. */
static UNUSED const char *folder_path(struct folder *folder, const char *file)
{
	snprintf(folder->path, sizeof(folder->path), "%s/%s", folder->name, file);
	return folder->path;
}

/* A file with @text in it. */
static UNUSED void folder_put(struct folder *folder, const char *file, const char *text)
{
	int fd = open(folder_path(folder, file),
		      O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static UNUSED void folder_expect(struct folder *folder, const char *file,
				 const char *text)
{
	struct maker bytes = load_fixture(folder_path(folder, file));

	assert_int_equal(bytes.size, strlen(text));
	assert_memory_equal(bytes.data, text, bytes.size);
	maker_release(&bytes);
}

/* How many files there are, hidden ones and all; one of their names. */
static UNUSED unsigned folder_count(const struct folder *folder, char name[256])
{
	DIR *dir = opendir(folder->name);
	unsigned count = 0;

	assert_non_null(dir);
	for (struct dirent *entry; (entry = readdir(dir));) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		snprintf(name, 256, "%s", entry->d_name);
		count++;
	}
	closedir(dir);
	return count;
}

static UNUSED void folder_remove(struct folder *folder)
{
	char name[256];

	while (folder_count(folder, name))
		assert_int_equal(remove(folder_path(folder, name)), 0);
	assert_int_equal(rmdir(folder->name), 0);
}

#endif /* TESTS_UNIT_FOLDER_H */
