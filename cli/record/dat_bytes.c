/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/dat_bytes.h"

#include <byteswap.h>
#include <stdlib.h>
#include <string.h>

uint8_t *dat_bytes_room(struct dat_bytes *bytes, size_t len)
{
	if (len > bytes->cap - bytes->len) {
		size_t cap = 2 * bytes->len + len;
		uint8_t *data =
			cap > len || !bytes->len ? realloc(bytes->data, cap) : NULL;

		bytes->failed |= !data;
		if (!data)
			return NULL;
		bytes->data = data;
		bytes->cap = cap;
	}
	bytes->len += len;
	return bytes->data + bytes->len - len;
}

void dat_put(struct dat_bytes *bytes, const void *data, size_t len)
{
	uint8_t *at = len ? dat_bytes_room(bytes, len) : NULL;

	if (at)
		memcpy(at, data, len);
}

void dat_put_u16(struct dat_bytes *bytes, uint16_t value)
{
	if (bytes->swapped)
		value = bswap_16(value);
	dat_put(bytes, &value, sizeof(value));
}

void dat_put_u32(struct dat_bytes *bytes, uint32_t value)
{
	if (bytes->swapped)
		value = bswap_32(value);
	dat_put(bytes, &value, sizeof(value));
}

uint64_t dat_order_u64(bool swapped, uint64_t value)
{
	return swapped ? bswap_64(value) : value;
}

void dat_put_u64(struct dat_bytes *bytes, uint64_t value)
{
	value = dat_order_u64(bytes->swapped, value);
	dat_put(bytes, &value, sizeof(value));
}

void dat_put_zeros(struct dat_bytes *bytes, size_t len)
{
	uint8_t *at = len ? dat_bytes_room(bytes, len) : NULL;

	if (at)
		memset(at, 0, len);
}

void dat_put_text(struct dat_bytes *bytes, const char *text, size_t len)
{
	dat_put(bytes, text, len);
	dat_put(bytes, "", 1);
}

static void set(struct dat_bytes *bytes, size_t at, const void *value, size_t len)
{
	if (!bytes->failed)
		memcpy(bytes->data + at, value, len);
}

void dat_set_u32(struct dat_bytes *bytes, size_t at, uint32_t value)
{
	if (bytes->swapped)
		value = bswap_32(value);
	set(bytes, at, &value, sizeof(value));
}

void dat_set_u64(struct dat_bytes *bytes, size_t at, uint64_t value)
{
	value = dat_order_u64(bytes->swapped, value);
	set(bytes, at, &value, sizeof(value));
}

void dat_bytes_release(struct dat_bytes *bytes)
{
	free(bytes->data);
	*bytes = (struct dat_bytes){ 0 };
}
