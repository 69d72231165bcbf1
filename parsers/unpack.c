/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/unpack.h"

#include "core/err.h"
#include "parsers/bytes.h"

#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

enum packing { PACKED_NONE, PACKED_ZSTD, PACKED_ZLIB };

struct shr_unpacker {
	enum packing packing;
	ZSTD_DCtx *zstd; /* owned, PACKED_ZSTD only */
};

struct shr_unpacker *shr_unpacker_new(struct shr_str name, struct shr_err *err)
{
	enum packing packing = PACKED_NONE;

	if (shr_str_is(name, "zstd"))
		packing = PACKED_ZSTD;
	else if (shr_str_is(name, "zlib"))
		packing = PACKED_ZLIB;
	else if (!shr_str_is(name, "none") && name.len) {
		shr_fail(err, SHR_ERR_UNSUPPORTED,
			 "compression '%.*s' is not one of zstd, zlib, none",
			 name.len < 32 ? (int)name.len : 32, name.ptr);
		return NULL;
	}

	struct shr_unpacker *unpacker = calloc(1, sizeof(*unpacker));

	if (unpacker && packing == PACKED_ZSTD)
		unpacker->zstd = ZSTD_createDCtx();
	if (!unpacker || (packing == PACKED_ZSTD && !unpacker->zstd)) {
		free(unpacker);
		shr_fail(err, SHR_ERR_NOMEM, "out of memory");
		return NULL;
	}
	unpacker->packing = packing;
	return unpacker;
}

void shr_unpacker_free(struct shr_unpacker *unpacker)
{
	if (!unpacker)
		return;
	ZSTD_freeDCtx(unpacker->zstd);
	free(unpacker);
}

void shr_block_release(struct shr_block *block)
{
	free(block->data);
	*block = (struct shr_block){ 0 };
}

static int reserve(struct shr_block *block, size_t size, struct shr_err *err)
{
	if (size <= block->cap)
		return 0;
	uint8_t *data = realloc(block->data, size);

	if (!data)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	block->data = data;
	block->cap = size;
	return 0;
}

/* The size that the packed data really has, or -1. */
static int64_t inflate_block(struct shr_unpacker *unpacker, struct shr_str packed,
			     struct shr_block *block, size_t size)
{
	if (unpacker->packing == PACKED_ZSTD) {
		size_t got = ZSTD_decompressDCtx(unpacker->zstd, block->data, size,
						 packed.ptr, packed.len);

		return ZSTD_isError(got) ? -1 : (int64_t)got;
	}
	uLongf got = size;

	if (uncompress(block->data, &got, (const Bytef *)packed.ptr, packed.len) !=
	    Z_OK)
		return -1;
	return (int64_t)got;
}

int shr_unpack(struct shr_unpacker *unpacker, struct shr_bytes *bytes, size_t limit,
	       struct shr_block *block, struct shr_err *err)
{
	uint64_t at = shr_bytes_at(bytes);
	uint32_t packed_size = shr_bytes_u32(bytes);
	uint32_t size = shr_bytes_u32(bytes);

	if (unpacker->packing == PACKED_NONE)
		return shr_fail_at(
			err, SHR_ERR_SYNTAX, at, 0,
			"compressed data in a file that names no compression");
	if (size > limit)
		return shr_fail_at(err, SHR_ERR_RANGE, at, 0,
				   "a compressed block claims %u bytes: at most %zu "
				   "were expected",
				   size, limit);
	struct shr_str packed = shr_bytes_slice(bytes, packed_size);

	if (bytes->short_of)
		return shr_fail_at(err, SHR_ERR_TRUNCATED, at, 0,
				   "the file ends inside a compressed block");
	if (reserve(block, size ? size : 1, err) < 0)
		return -1;
	if (inflate_block(unpacker, packed, block, size) != (int64_t)size)
		return shr_fail_at(err, SHR_ERR_SYNTAX, at, 0,
				   "a compressed block does not unpack to its %u bytes",
				   size);
	block->size = size;
	return 0;
}
