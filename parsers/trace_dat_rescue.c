/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/trace_dat_rescue.h"

#include "parsers/pages.h"
#include "parsers/trace_dat.h"
#include "parsers/trace_dat_parts.h"

#include <stdbool.h>

enum { SECTION_HEAD = 16, SECTION_BUFFER = 3, SECTION_PACKED = 1 };

static uint64_t align_up(uint64_t offset, uint32_t page_size)
{
	return (offset + page_size - 1) / page_size * page_size;
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
		uint64_t length = packed ? shr_pages_chain_length(data, page_size)
					 : pages_length(data, end, page_size);

		if (!length)
			return 0;
		struct shr_cpu_data found = { .cpu = cpu,
					      .offset = offset,
					      .size = length };

		if (shr_part_add_cpu(dat, found, err) < 0)
			return -1;
		offset += length;
	}
}

/* Whether a table that was read tells of data behind @offset. */
static bool is_located(const struct shr_trace_dat *dat, uint64_t offset)
{
	for (size_t i = 0; i < dat->buffer_count; i++)
		for (size_t cpu = 0; cpu < dat->buffers[i].cpu_count; cpu++)
			if (dat->buffers[i].cpus[cpu].offset >= offset)
				return true;
	return false;
}

int shr_trace_dat_rescue(struct shr_trace_dat *dat, uint64_t offset, uint32_t page_size,
			 struct shr_err *err)
{
	if (page_size < 64 || is_located(dat, offset))
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
