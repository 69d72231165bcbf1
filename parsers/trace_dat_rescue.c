/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/trace_dat_rescue.h"

#include "parsers/trace_dat.h"
#include "parsers/trace_dat_parts.h"

enum { SECTION_HEAD = 16, SECTION_BUFFER = 3, SECTION_PACKED = 1 };

static uint64_t align_up(uint64_t offset, uint32_t page_size)
{
	return (offset + page_size - 1) / page_size * page_size;
}

/* The length of a chain of chunks at @data, as far as it is in the file; 0: none. */
static uint64_t chain_length(struct shr_bytes data, uint32_t page_size)
{
	size_t start = data.pos;
	uint32_t chunks = shr_bytes_u32(&data);

	for (uint32_t i = 0; i < chunks; i++) {
		uint32_t packed = shr_bytes_u32(&data);
		uint32_t size = shr_bytes_u32(&data);

		/* Anything but whole pages is no chunk: the data ended before. */
		if (data.short_of || !packed || !size || size % page_size)
			return i ? data.pos - start : 0;
		shr_bytes_slice(&data, packed);
		if (data.short_of)
			break;
	}
	return chunks ? data.pos - start : 0;
}

/* The length of the pages at @data whose times never go back; 0: none. */
static uint64_t pages_length(struct shr_bytes data, uint64_t limit, uint32_t page_size)
{
	size_t start = data.pos;
	uint64_t last = 0;

	while (data.pos < limit) {
		struct shr_bytes page = data;
		uint64_t ts = shr_bytes_u64(&page);

		if (page.short_of || !ts || ts < last)
			break;
		last = ts;
		shr_bytes_slice(&data, page_size);
	}
	return data.pos - start;
}

static int rescue_buffer(struct shr_trace_dat *dat, uint64_t offset, uint64_t end,
			 uint32_t page_size, bool packed, struct shr_err *err)
{
	struct shr_trace_buffer *buffer = shr_part_add_buffer(dat, err);

	if (!buffer)
		return -1;
	*buffer = (struct shr_trace_buffer){ .name = { "", 0 },
					     .clock = { "", 0 },
					     .page_size = page_size,
					     .packed = packed };
	for (uint32_t cpu = 0;; cpu++) {
		offset = align_up(offset, page_size);
		struct shr_bytes data = shr_bytes_seek(&dat->bytes, offset);

		if (data.short_of || offset >= end)
			return 0;
		uint64_t length = packed ? chain_length(data, page_size)
					 : pages_length(data, end, page_size);

		if (!length)
			return 0;
		struct shr_cpu_data found = { cpu, offset, length };

		if (shr_part_add_cpu(dat, found, err) < 0)
			return -1;
		offset += length;
	}
}

int shr_trace_dat_rescue(struct shr_trace_dat *dat, uint64_t offset, uint32_t page_size,
			 struct shr_err *err)
{
	if (page_size < 64 || dat->buffer_count)
		return 0;
	for (;;) {
		struct shr_bytes at = shr_bytes_seek(&dat->bytes, offset);
		unsigned id = shr_bytes_u16(&at);
		unsigned flags = shr_bytes_u16(&at);

		shr_bytes_u32(&at);
		uint64_t size = shr_bytes_u64(&at);

		if (at.short_of)
			return 0;
		if (id == SECTION_BUFFER && size &&
		    rescue_buffer(dat, offset + SECTION_HEAD,
				  offset + SECTION_HEAD + size, page_size,
				  flags & SECTION_PACKED, err) < 0)
			return -1;
		if (size > dat->bytes.size)
			return 0;
		offset += SECTION_HEAD + size;
	}
}
