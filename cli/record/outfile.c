/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/outfile.h"

#include "core/err.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LETTERS = 6, ATTEMPTS = 100 };

/* Of temporary names. */
static const char letters[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

static int fail_errno(const char *what, struct shr_err *err)
{
	return shr_fail(err, SHR_ERR_IO, "cannot %s: %s", what, strerror(errno));
}

/* A user or group id of sudo's; -1 where there is none. */
static int64_t id_from(const char *variable)
{
	const char *text = getenv(variable);
	char *end;

	if (!text || *text < '0' || *text > '9')
		return -1;
	errno = 0;
	unsigned long long id = strtoull(text, &end, 10);

	return *end || errno || id >= UINT32_MAX ? -1 : (int64_t)id;
}

uid_t outfile_owner(void)
{
	int64_t uid = id_from("SUDO_UID");

	return geteuid() == 0 && uid >= 0 ? (uid_t)uid : geteuid();
}

/* Root writes for whoever called sudo; that it cannot give the file away is no harm. */
static void hand_over(int fd)
{
	int64_t gid = id_from("SUDO_GID");

	if (outfile_owner() != geteuid() && gid >= 0 &&
	    fchown(fd, outfile_owner(), (gid_t)gid) < 0)
		errno = 0;
}

/* Whether the target may be made, or replaced. */
static int check_target(const struct outfile *out, struct shr_err *err)
{
	struct stat st;

	if (fstatat(out->dir, out->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : fail_errno("look at the file", err);
	if (S_ISDIR(st.st_mode))
		return shr_fail(err, SHR_ERR_IO, "is a folder: name a file in it");
	if (!S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode))
		return shr_fail(err, SHR_ERR_IO,
				"is a device, a pipe or a socket: only a regular file "
				"can be written, or '-' for standard output");
	if (!out->force)
		return shr_fail(err, SHR_ERR_IO, "%s: --force replaces it",
				S_ISLNK(st.st_mode) ? "exists, as a symbolic link"
						    : "exists");
	return 0;
}

bool outfile_is_temp(const char *name)
{
	size_t len = strlen(name);

	return len > LETTERS + 2 && name[0] == '.' && name[len - LETTERS - 1] == '.' &&
	       strspn(name + len - LETTERS, letters) == LETTERS;
}

static int make_name(struct outfile *out, struct shr_err *err)
{
	uint8_t random[LETTERS];
	char tail[LETTERS + 1] = "";

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return fail_errno("get random letters for a name", err);
	for (size_t i = 0; i < LETTERS; i++)
		tail[i] = letters[random[i] % (sizeof(letters) - 1)];
	/* Of a long name a part, so that this one is no longer than names can be. */
	snprintf(out->temp, sizeof(out->temp), ".%.*s.%s",
		 (int)sizeof(out->temp) - LETTERS - 3, out->name, tail);
	return 0;
}

static int open_temp(struct outfile *out, struct shr_err *err)
{
	for (int i = 0; i < ATTEMPTS; i++) {
		if (make_name(out, err) < 0)
			return -1;
		out->fd = openat(out->dir, out->temp,
				 O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
				 S_IRUSR | S_IWUSR);
		if (out->fd >= 0) {
			/* Says that we live, to whoever finds the file (leftover.h). */
			flock(out->fd, LOCK_EX | LOCK_NB);
			hand_over(out->fd);
			return 0;
		}
		if (errno != EEXIST)
			break;
	}
	return fail_errno("create a file in its folder", err);
}

/*
 * Without a name, where the file system has that: whoever is killed meanwhile leaves no
 * part of it.
 */
static int open_unnamed(struct outfile *out)
{
	out->temp[0] = '\0';
	out->fd = openat(out->dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC,
			 S_IRUSR | S_IWUSR);
	if (out->fd < 0)
		return -1;
	flock(out->fd, LOCK_EX | LOCK_NB);
	hand_over(out->fd);
	return 0;
}

/* For one that was opened without. */
static int give_temp_name(struct outfile *out, struct shr_err *err)
{
	char self[32];

	snprintf(self, sizeof(self), "/proc/self/fd/%d", out->fd);
	for (int i = 0; i < ATTEMPTS; i++) {
		if (make_name(out, err) < 0)
			break;
		if (linkat(AT_FDCWD, self, out->dir, out->temp, AT_SYMLINK_FOLLOW) == 0)
			return 0;
		fail_errno("give the file a name", err);
		if (errno != EEXIST)
			break;
	}
	out->temp[0] = '\0';
	return -1;
}

/* Open the folder of @path, and split off the name. */
static int open_dir(struct outfile *out, const char *path, struct shr_err *err)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	size_t len = slash == path ? 1 : slash ? (size_t)(slash - path) : 0;

	if (!*name || !strcmp(name, ".") || !strcmp(name, ".."))
		return shr_fail(err, SHR_ERR_IO, "expected the name of a file");
	if (strlen(name) >= sizeof(out->name))
		return shr_fail(err, SHR_ERR_IO, "the name is too long");
	snprintf(out->name, sizeof(out->name), "%s", name);
	char *dir = len ? strndup(path, len) : strdup(".");

	if (!dir)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	out->dir = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int ret = out->dir < 0 ? fail_errno("open its folder", err) : 0;

	free(dir);
	return ret;
}

static void close_fds(struct outfile *out)
{
	if (out->fd >= 0)
		close(out->fd);
	if (out->dir >= 0)
		close(out->dir);
	*out = (struct outfile){ .fd = -1, .dir = -1 };
}

int outfile_open(struct outfile *out, const char *path, bool force, struct shr_err *err)
{
	*out = (struct outfile){ .fd = -1, .dir = -1, .force = force };
	if (open_dir(out, path, err) < 0)
		return -1;
	if (check_target(out, err) == 0 && open_temp(out, err) == 0)
		return 0;
	close_fds(out);
	return -1;
}

int outfile_open_beside(struct outfile *out, const struct outfile *other,
			struct shr_err *err)
{
	*out = *other;
	out->fd = -1;
	out->dir = fcntl(other->dir, F_DUPFD_CLOEXEC, 0);
	if (out->dir < 0)
		return fail_errno("open its folder", err);
	if (open_unnamed(out) == 0 || open_temp(out, err) == 0)
		return 0;
	close_fds(out);
	return -1;
}

/*
 * Rename where nothing has taken the name meanwhile: in one step where the file system
 * can, else by a second link, which cannot replace anything either.
 */
static int rename_to_free(const struct outfile *out)
{
	if (renameat2(out->dir, out->temp, out->dir, out->name, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
		return -1;
	if (linkat(out->dir, out->temp, out->dir, out->name, 0) < 0)
		return -1;
	return unlinkat(out->dir, out->temp, 0);
}

/* The name lasts through a crash once the folder is written; not all can be. */
static void sync_dir(int dir)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

/* A whole file without its name is kept, and told of. */
static int fail_kept(const struct outfile *out, struct shr_err *err)
{
	const struct shr_err why = *err;

	if (!out->temp[0])
		return -1;
	return shr_fail(err, why.code, "%.100s; the file is kept as '%.80s' there",
			why.reason, out->temp);
}

static int give_name(const struct outfile *out, struct shr_err *err)
{
	if (check_target(out, err) < 0)
		return fail_kept(out, err);
	int ret = out->force ? renameat(out->dir, out->temp, out->dir, out->name)
			     : rename_to_free(out);

	if (ret < 0) {
		fail_errno("give the file its name", err);
		return fail_kept(out, err);
	}
	sync_dir(out->dir);
	return 0;
}

int outfile_sync(struct outfile *out, struct shr_err *err)
{
	if (fsync(out->fd) < 0)
		return fail_errno("write", err);
	return out->temp[0] ? 0 : give_temp_name(out, err);
}

static int commit(struct outfile *out, struct shr_err *err)
{
	return outfile_sync(out, err) < 0 ? fail_kept(out, err) : give_name(out, err);
}

int outfile_commit(struct outfile *out, struct shr_err *err)
{
	int ret = commit(out, err);

	close_fds(out);
	return ret;
}

void outfile_abandon(struct outfile *out)
{
	if (out->dir >= 0 && out->temp[0])
		unlinkat(out->dir, out->temp, 0);
	close_fds(out);
}
