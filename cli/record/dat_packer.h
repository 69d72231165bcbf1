/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dat_packer - the compressions of trace.dat, behind one call: what parsers/unpack.h
 * takes apart.
 */
#ifndef CLI_RECORD_DAT_PACKER_H
#define CLI_RECORD_DAT_PACKER_H

#include <stddef.h>

struct dat_bytes;
struct shr_err;

/* What a block of CPU data holds, as trace-cmd has it. */
enum { DAT_PAGES_PER_CHUNK = 10 };

/* Debian's trace-cmd 3.1.6 reads none and zstd. */
enum dat_compression { DAT_NONE, DAT_ZLIB, DAT_ZSTD };

struct dat_packer {
	enum dat_compression compression;
	void *zstd; /* owned, DAT_ZSTD only */
};

/* What the file's head calls it, and the version of what made it. */
const char *dat_compression_name(enum dat_compression compression);
const char *dat_compression_version(enum dat_compression compression);

/* Returns 0, or -1 with *err filled in. */
int dat_packer_init(struct dat_packer *packer, enum dat_compression compression,
		    struct shr_err *err);

/*
 * Put @data to @out as one block: its packed size, its size, and itself.  Not for
 * DAT_NONE, which has no blocks.  Returns 0, or -1 with *err filled in.
 */
int dat_pack(struct dat_packer *packer, const void *data, size_t len,
	     struct dat_bytes *out, struct shr_err *err);

/* Accepts what init left. */
void dat_packer_release(struct dat_packer *packer);

#endif /* CLI_RECORD_DAT_PACKER_H */
