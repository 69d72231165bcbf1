/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * transfer - bytes from one place to another, all of them.
 *
 * The kernel may move fewer than it was asked for, or be interrupted: these go on until
 * all are there.  Each returns 0, or -1 with *err filled in with the system's reason;
 * how much was moved before a failure is then unknown, where nothing else is said.
 */
#ifndef CLI_RECORD_TRANSFER_H
#define CLI_RECORD_TRANSFER_H

#include <stdint.h>

struct shr_err;

/* @data, to @offset of @fd. */
int transfer_write_at(int fd, const void *data, uint64_t len, uint64_t offset,
		      struct shr_err *err);

/* From @offset of @fd; a file that ends before is an error. */
int transfer_read_at(int fd, void *data, uint64_t len, uint64_t offset,
		     struct shr_err *err);

/*
 * From @from of @in to @to of @out: inside the kernel where it can, and without the
 * storage where the file system can share it.  Both may be one file, with ranges that
 * do not overlap.
 */
int transfer_copy(int in, uint64_t from, int out, uint64_t to, uint64_t len,
		  struct shr_err *err);

/*
 * From the pipe @pipe to @offset of @fd, without a copy where the kernel can.  *moved
 * is how much has left the pipe, also after a failure.
 */
int transfer_splice(int pipe, int fd, uint64_t offset, uint64_t len, uint64_t *moved,
		    struct shr_err *err);

/* @len bytes out of the pipe @pipe. */
int transfer_read(int pipe, void *data, uint64_t len, struct shr_err *err);

/*
 * As much of @data as @fd takes without waiting, *put of @len bytes: a pipe or socket
 * that is full is no failure, and one that nobody reads any more is.
 */
int transfer_offer(int fd, const void *data, uint64_t len, uint64_t *put,
		   struct shr_err *err);

#endif /* CLI_RECORD_TRANSFER_H */
