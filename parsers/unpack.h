/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unpack - the two compressions of trace.dat, behind one call.
 *
 * The size a block claims is a claim: nothing beyond the caller's limit is ever
 * allocated, and a block must fill exactly what it claims.
 */
#ifndef PARSERS_UNPACK_H
#define PARSERS_UNPACK_H

#include "core/event.h"

#include <stddef.h>
#include <stdint.h>

struct shr_bytes;
struct shr_err;
struct shr_unpacker;

/* Memory that is reused from block to block. */
struct shr_block {
	uint8_t *data; /* owned */
	size_t size;
	size_t cap;
};

/*
 * For the compression that a file header names: "zstd", "zlib" or "none".
 * NULL with *err filled in: SHR_ERR_UNSUPPORTED for any other name.
 */
struct shr_unpacker *shr_unpacker_new(struct shr_str name, struct shr_err *err);

/* Accepts NULL. */
void shr_unpacker_free(struct shr_unpacker *unpacker);

/*
 * Take one block (u32 packed size, u32 size, data) from @bytes and unpack it into
 * @block, growing it up to @limit bytes.  Returns 0, or -1 with *err filled in.
 */
int shr_unpack(struct shr_unpacker *unpacker, struct shr_bytes *bytes, size_t limit,
	       struct shr_block *block, struct shr_err *err);

/* Leaves an empty block. */
void shr_block_release(struct shr_block *block);

#endif /* PARSERS_UNPACK_H */
