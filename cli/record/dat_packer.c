/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/dat_packer.h"

#include "cli/record/dat_bytes.h"
#include "core/err.h"

#include <assert.h>
#include <stdint.h>
#include <zlib.h>
#include <zstd.h>

enum { BLOCK_HEAD = 8 };

const char *dat_compression_name(enum dat_compression compression)
{
	static const char *const names[] = {
		[DAT_NONE] = "none",
		[DAT_ZLIB] = "zlib",
		[DAT_ZSTD] = "zstd",
	};

	return names[compression];
}

const char *dat_compression_version(enum dat_compression compression)
{
	switch (compression) {
	case DAT_ZLIB:
		return zlibVersion();
	case DAT_ZSTD:
		return ZSTD_versionString();
	default:
		return "";
	}
}

int dat_packer_init(struct dat_packer *packer, enum dat_compression compression,
		    struct shr_err *err)
{
	*packer = (struct dat_packer){ .compression = compression };
	if (compression != DAT_ZSTD)
		return 0;
	packer->zstd = ZSTD_createCCtx();
	return packer->zstd ? 0 : shr_fail(err, SHR_ERR_NOMEM, "out of memory");
}

/* The packed size, or 0: no block packs to nothing. */
static size_t pack_to(struct dat_packer *packer, uint8_t *to, size_t room,
		      const void *data, size_t len)
{
	uLongf got = room;

	if (packer->compression == DAT_ZLIB)
		return compress(to, &got, data, len) == Z_OK ? got : 0;
	size_t size = ZSTD_compressCCtx(packer->zstd, to, room, data, len,
					ZSTD_CLEVEL_DEFAULT);

	return ZSTD_isError(size) ? 0 : size;
}

int dat_pack(struct dat_packer *packer, const void *data, size_t len,
	     struct dat_bytes *out, struct shr_err *err)
{
	size_t head = out->len;
	size_t room = packer->compression == DAT_ZLIB ? compressBound(len)
						      : ZSTD_compressBound(len);

	assert(packer->compression != DAT_NONE);
	if (len > UINT32_MAX)
		return shr_fail(err, SHR_ERR_RANGE,
				"a part of the file is larger than 4 GiB");
	uint8_t *to = dat_bytes_room(out, BLOCK_HEAD + room);
	size_t size = to ? pack_to(packer, to + BLOCK_HEAD, room, data, len) : 0;

	if (!size)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	dat_set_u32(out, head, (uint32_t)size);
	dat_set_u32(out, head + 4, (uint32_t)len);
	out->len = head + BLOCK_HEAD + size;
	return 0;
}

void dat_packer_release(struct dat_packer *packer)
{
	ZSTD_freeCCtx(packer->zstd);
	*packer = (struct dat_packer){ .compression = DAT_NONE };
}
