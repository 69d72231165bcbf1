/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dat_bytes - the small parts of a trace.dat, put together in memory.
 *
 * Integers are in this machine's byte order, or swapped, as the file's head says.
 * Running out of memory is remembered: put everything, then ask once.
 *
 *	struct dat_bytes bytes = { 0 };
 *
 *	dat_put_u32(&bytes, count);
 *	dat_put_text(&bytes, name, len);
 *	if (bytes.failed)
 *		...
 *	dat_bytes_release(&bytes);
 */
#ifndef CLI_RECORD_DAT_BYTES_H
#define CLI_RECORD_DAT_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dat_bytes {
	uint8_t *data; /* owned */
	size_t len;
	size_t cap;
	bool failed;  /* something could not be put */
	bool swapped; /* integers are in the other byte order than this machine's */
};

/* Room for @len more, counted as put; NULL where there is no memory. */
uint8_t *dat_bytes_room(struct dat_bytes *bytes, size_t len);

void dat_put(struct dat_bytes *bytes, const void *data, size_t len);
void dat_put_u16(struct dat_bytes *bytes, uint16_t value);
void dat_put_u32(struct dat_bytes *bytes, uint32_t value);
void dat_put_u64(struct dat_bytes *bytes, uint64_t value);

void dat_put_zeros(struct dat_bytes *bytes, size_t len);

/* The @len bytes at @text and a NUL. */
void dat_put_text(struct dat_bytes *bytes, const char *text, size_t len);

/* Another value where one was put before, at @at. */
void dat_set_u32(struct dat_bytes *bytes, size_t at, uint32_t value);
void dat_set_u64(struct dat_bytes *bytes, size_t at, uint64_t value);

/* @value as a file with such integers holds it, where bytes are written as they are. */
uint64_t dat_order_u64(bool swapped, uint64_t value);

/* Leaves it empty. */
void dat_bytes_release(struct dat_bytes *bytes);

#endif /* CLI_RECORD_DAT_BYTES_H */
