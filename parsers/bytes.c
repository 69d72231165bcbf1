/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/bytes.h"

#include <string.h>

static const uint8_t *take(struct shr_bytes *bytes, uint64_t len)
{
	if (len > bytes->size - bytes->pos) {
		bytes->short_of = true;
		bytes->pos = bytes->size;
		return NULL;
	}
	const uint8_t *at = bytes->data + bytes->pos;

	bytes->pos += (size_t)len;
	return at;
}

static uint64_t take_uint(struct shr_bytes *bytes, unsigned len)
{
	const uint8_t *at = take(bytes, len);
	uint64_t value = 0;

	if (!at)
		return 0;
	for (unsigned i = 0; i < len; i++)
		value = value << 8 | at[bytes->big ? i : len - 1 - i];
	return value;
}

uint8_t shr_bytes_u8(struct shr_bytes *bytes)
{
	return (uint8_t)take_uint(bytes, 1);
}

uint16_t shr_bytes_u16(struct shr_bytes *bytes)
{
	return (uint16_t)take_uint(bytes, 2);
}

uint32_t shr_bytes_u32(struct shr_bytes *bytes)
{
	return (uint32_t)take_uint(bytes, 4);
}

uint64_t shr_bytes_u64(struct shr_bytes *bytes)
{
	return take_uint(bytes, 8);
}

struct shr_str shr_bytes_slice(struct shr_bytes *bytes, uint64_t len)
{
	const uint8_t *at = take(bytes, len);

	return at ? (struct shr_str){ (const char *)at, (size_t)len }
		  : (struct shr_str){ "", 0 };
}

struct shr_str shr_bytes_string(struct shr_bytes *bytes)
{
	size_t rest = bytes->size - bytes->pos;
	const uint8_t *at = bytes->data + bytes->pos;
	const uint8_t *nul = rest ? memchr(at, 0, rest) : NULL;

	if (!nul) {
		take(bytes, UINT64_MAX);
		return (struct shr_str){ "", 0 };
	}
	bytes->pos += (size_t)(nul - at) + 1;
	return (struct shr_str){ (const char *)at, (size_t)(nul - at) };
}

struct shr_bytes shr_bytes_sub(struct shr_bytes *bytes, uint64_t len)
{
	struct shr_bytes sub = *bytes;
	uint64_t place = shr_bytes_at(bytes);
	const uint8_t *at = take(bytes, len);

	sub.base = place;
	sub.pos = 0;
	sub.data = at ? at : sub.data;
	sub.size = at ? (size_t)len : 0;
	sub.short_of = !at;
	return sub;
}

struct shr_bytes shr_bytes_seek(const struct shr_bytes *bytes, uint64_t offset)
{
	struct shr_bytes at = *bytes;

	at.short_of = offset > at.size;
	at.pos = at.short_of ? at.size : (size_t)offset;
	return at;
}

bool shr_str_is(struct shr_str str, const char *text)
{
	/* An empty slice may point nowhere. */
	return str.len == strlen(text) &&
	       (!str.len || memcmp(str.ptr, text, str.len) == 0);
}
