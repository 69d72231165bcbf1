/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/trace_dat.h"

#include "parsers/trace_dat_parts.h"
#include "parsers/trace_dat_versions.h"

#include <stdlib.h>
#include <string.h>

static const char magic[] = "\x17\x08\x44tracing";

bool shr_trace_dat_is(const uint8_t *head, size_t size)
{
	return size >= sizeof(magic) - 1 && memcmp(head, magic, sizeof(magic) - 1) == 0;
}

static int take_head(struct shr_trace_dat *dat, struct shr_bytes *bytes,
		     uint32_t *page_size, struct shr_err *err)
{
	shr_bytes_slice(bytes, sizeof(magic) - 1);
	struct shr_str version = shr_bytes_string(bytes);

	dat->version = shr_str_is(version, "6") ? 6 : shr_str_is(version, "7") ? 7 : 0;
	if (!bytes->short_of && !dat->version)
		return shr_fail_at(
			err, SHR_ERR_UNSUPPORTED, sizeof(magic) - 1, 0,
			"version '%.*s' of trace.dat is not known (6 and 7 are)",
			version.len < 16 ? (int)version.len : 16, version.ptr);
	bytes->big = shr_bytes_u8(bytes) == 1;
	shr_bytes_u8(bytes); /* user space's long, which says nothing of the kernel's */
	*page_size = shr_bytes_u32(bytes);
	if (dat->version == 7) {
		dat->compression = shr_bytes_string(bytes);
		shr_bytes_string(bytes); /* the library's version */
	}
	return bytes->short_of ? shr_part_short(bytes, "head", err) : 0;
}

int shr_trace_dat_init(struct shr_trace_dat *dat, const uint8_t *data, size_t size,
		       struct shr_err *err)
{
	struct shr_bytes bytes = { .data = data, .size = size };
	uint32_t page_size = 0;
	int ret;

	const struct shr_str none = { "", 0 };

	*dat = (struct shr_trace_dat){
		.compression = { "none", 4 },
		.header_page = none,
		.kallsyms = none,
		.cmdlines = none,
		.uname = none,
		.release = none,
		.clock = none,
		.cpustat = none,
		.notes = { none, none },
	};
	if (take_head(dat, &bytes, &page_size, err) < 0)
		return -1;
	dat->bytes = bytes;
	dat->unpacker = shr_unpacker_new(dat->compression, err);
	if (!dat->unpacker)
		return -1;
	if (dat->version == 6)
		ret = shr_trace_dat_read_v6(dat, &bytes, page_size, &dat->fault);
	else
		ret = shr_trace_dat_read_v7(dat, &bytes, page_size, &dat->fault);
	if (ret < 0 && !(dat->format_count && dat->header_page.len)) {
		*err = dat->fault;
		return -1;
	}
	return 0;
}

void shr_trace_dat_release(struct shr_trace_dat *dat)
{
	for (size_t i = 0; i < dat->buffer_count; i++) {
		free(dat->buffers[i].cpus);
		free(dat->buffers[i].last);
	}
	for (size_t i = 0; i < dat->block_count; i++)
		shr_block_release(&dat->blocks[i]);
	free(dat->buffers);
	free(dat->blocks);
	free(dat->formats);
	shr_unpacker_free(dat->unpacker);
	*dat = (struct shr_trace_dat){ 0 };
}
