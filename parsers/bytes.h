/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bytes - a bounds-checked cursor over bytes of either endianness.
 *
 * A take past the end sets `short_of` and yields zeros from then on, so that a
 * run of takes needs one check behind it.  Slices point into the bytes.
 *
 *	uint32_t count = shr_bytes_u32(&bytes);
 *	uint64_t len = shr_bytes_u64(&bytes);
 *
 *	if (bytes.short_of)
 *		return shr_fail_at(err, SHR_ERR_TRUNCATED, ...);
 */
#ifndef PARSERS_BYTES_H
#define PARSERS_BYTES_H

#include "core/event.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shr_bytes {
	const uint8_t *data; /* borrowed */
	size_t size;
	size_t pos;    /* never beyond size */
	bool big;      /* big endian */
	bool short_of; /* a take asked for more than there was */
	uint64_t base; /* where data[0] lies in the input, for messages */
	bool unpacked; /* data lies nowhere in the input: base stands for all of it */
};

/* The cursor's place in the input. */
static inline uint64_t shr_bytes_at(const struct shr_bytes *bytes)
{
	return bytes->base + (bytes->unpacked ? 0 : bytes->pos);
}

/* Integers in the cursor's endianness; 0 when short. */
uint8_t shr_bytes_u8(struct shr_bytes *bytes);
uint16_t shr_bytes_u16(struct shr_bytes *bytes);
uint32_t shr_bytes_u32(struct shr_bytes *bytes);
uint64_t shr_bytes_u64(struct shr_bytes *bytes);

/* The next @len bytes; empty when short. */
struct shr_str shr_bytes_slice(struct shr_bytes *bytes, uint64_t len);

/* Up to and without the next NUL, which is taken too; empty when there is none. */
struct shr_str shr_bytes_string(struct shr_bytes *bytes);

/* A cursor over the next @len bytes, which @bytes moves past. */
struct shr_bytes shr_bytes_sub(struct shr_bytes *bytes, uint64_t len);

/* A cursor over [@offset, end) of the same bytes; short when that lies outside. */
struct shr_bytes shr_bytes_seek(const struct shr_bytes *bytes, uint64_t offset);

/* Whether @str is exactly the C string @text. */
bool shr_str_is(struct shr_str str, const char *text);

#endif /* PARSERS_BYTES_H */
