/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/transfer.h"

#include "core/err.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 64 << 10 };

static int fail_errno(const char *what, struct shr_err *err)
{
	return shr_fail(err, errno == ENOMEM ? SHR_ERR_NOMEM : SHR_ERR_IO,
			"cannot %s: %s", what, strerror(errno));
}

int transfer_write_at(int fd, const void *data, uint64_t len, uint64_t offset,
		      struct shr_err *err)
{
	const uint8_t *at = data;

	while (len) {
		ssize_t put = pwrite(fd, at, len, (off_t)offset);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return fail_errno("write", err);
		at += put;
		offset += (uint64_t)put;
		len -= (uint64_t)put;
	}
	return 0;
}

int transfer_read_at(int fd, void *data, uint64_t len, uint64_t offset,
		     struct shr_err *err)
{
	uint8_t *at = data;

	while (len) {
		ssize_t got = pread(fd, at, len, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail_errno("read back", err);
		if (got == 0)
			return shr_fail(err, SHR_ERR_TRUNCATED,
					"cannot read back: somebody has cut the file");
		at += got;
		offset += (uint64_t)got;
		len -= (uint64_t)got;
	}
	return 0;
}

static int copy_by_hand(int in, uint64_t from, int out, uint64_t to, uint64_t len,
			struct shr_err *err)
{
	uint8_t block[BLOCK];

	while (len) {
		uint64_t now = len < sizeof(block) ? len : sizeof(block);

		if (transfer_read_at(in, block, now, from, err) < 0 ||
		    transfer_write_at(out, block, now, to, err) < 0)
			return -1;
		from += now;
		to += now;
		len -= now;
	}
	return 0;
}

/* What copy_file_range() says where the kernel or the file system cannot do it. */
static bool is_refusal(int error)
{
	return error == EXDEV || error == EINVAL || error == ENOSYS ||
	       error == EOPNOTSUPP || error == EPERM || error == EBADF;
}

int transfer_copy(int in, uint64_t from, int out, uint64_t to, uint64_t len,
		  struct shr_err *err)
{
	while (len) {
		off_t in_at = (off_t)from, out_at = (off_t)to;
		ssize_t put = copy_file_range(in, &in_at, out, &out_at, len, 0);

		if (put < 0 && errno == EINTR)
			continue;
		/* 0 is what some file systems say when they mean no. */
		if (put == 0 || (put < 0 && is_refusal(errno)))
			return copy_by_hand(in, from, out, to, len, err);
		if (put < 0)
			return fail_errno("write", err);
		from += (uint64_t)put;
		to += (uint64_t)put;
		len -= (uint64_t)put;
	}
	return 0;
}

/* For files that cannot be spliced to. */
static ssize_t pass_on(int pipe, int fd, uint64_t offset, uint64_t len)
{
	uint8_t block[BLOCK];
	ssize_t got = read(pipe, block, len < sizeof(block) ? len : sizeof(block));
	struct shr_err err;

	if (got > 0 && transfer_write_at(fd, block, (uint64_t)got, offset, &err) < 0)
		return -1;
	return got;
}

static int fail_ended(struct shr_err *err)
{
	return shr_fail(err, SHR_ERR_TRUNCATED,
			"the pipe ended before what it should hold");
}

int transfer_splice(int pipe, int fd, uint64_t offset, uint64_t len, uint64_t *moved,
		    struct shr_err *err)
{
	*moved = 0;
	while (*moved < len) {
		off_t at = (off_t)(offset + *moved);
		ssize_t put = splice(pipe, NULL, fd, &at, len - *moved, SPLICE_F_MOVE);

		if (put < 0 && errno == EINVAL)
			put = pass_on(pipe, fd, offset + *moved, len - *moved);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return fail_errno("write", err);
		if (put == 0)
			return fail_ended(err);
		*moved += (uint64_t)put;
	}
	return 0;
}

int transfer_read(int pipe, void *data, uint64_t len, struct shr_err *err)
{
	uint8_t *at = data;

	while (len) {
		ssize_t got = read(pipe, at, len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail_errno("read a pipe", err);
		if (got == 0)
			return fail_ended(err);
		at += got;
		len -= (uint64_t)got;
	}
	return 0;
}

/*
 * How much poll(2) promises when it says that @fd can be written to: of a pipe, room
 * for PIPE_BUF; a socket says so with more.  A file takes anything.
 */
static uint64_t promised(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? UINT64_MAX : PIPE_BUF;
}

/* Not by O_NONBLOCK: others have the same open file, who do not expect that. */
static bool takes(int fd)
{
	struct pollfd polled = { fd, POLLOUT, 0 };

	return poll(&polled, 1, 0) > 0;
}

int transfer_offer(int fd, const void *data, uint64_t len, uint64_t *put,
		   struct shr_err *err)
{
	uint64_t most = promised(fd);

	for (*put = 0; *put < len && takes(fd);) {
		uint64_t rest = len - *put;
		ssize_t got = write(fd, (const uint8_t *)data + *put,
				    rest < most ? rest : most);

		if (got < 0 && errno == EAGAIN)
			return 0;
		if (got < 0 && errno == EPIPE)
			return shr_fail(err, SHR_ERR_IO, "nobody reads it any more");
		if (got < 0 && errno != EINTR)
			return fail_errno("write", err);
		*put += got > 0 ? (uint64_t)got : 0;
	}
	return 0;
}
