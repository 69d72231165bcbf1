/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/dat_section.h"

#include "cli/record/dat_bytes.h"
#include "cli/record/dat_contents.h"
#include "core/err.h"

#include <string.h>

enum {
	FLAG_PACKED = 1,
	SIZE_IN_SECTION = 8, /* where a section's head has its size */
	SECTION_HEAD = 16,
};

/* Sections can have a description, which is for people: ours have none. */
static const uint32_t no_description = UINT32_MAX;

size_t dat_section_begin(struct dat_bytes *bytes, unsigned id, bool packed)
{
	size_t at = bytes->len;

	dat_put_u16(bytes, (uint16_t)id);
	dat_put_u16(bytes, packed ? FLAG_PACKED : 0);
	dat_put_u32(bytes, no_description);
	dat_put_u64(bytes, 0);
	return at;
}

void dat_section_end(struct dat_bytes *bytes, size_t at)
{
	dat_set_u64(bytes, at + SIZE_IN_SECTION, bytes->len - at - SECTION_HEAD);
}

size_t dat_section_size_at(size_t at)
{
	return at + SIZE_IN_SECTION;
}

static int put_packed(struct dat_bytes *bytes, const struct dat_contents *contents,
		      enum dat_part part, struct dat_packer *packer,
		      struct shr_err *err)
{
	struct dat_bytes body = { .swapped = bytes->swapped };

	dat_put_part(&body, contents, part);
	int ret = body.failed ? shr_fail(err, SHR_ERR_NOMEM, "out of memory")
			      : dat_pack(packer, body.data, body.len, bytes, err);

	dat_bytes_release(&body);
	return ret;
}

int dat_put_part_section(struct dat_bytes *bytes, const struct dat_contents *contents,
			 enum dat_part part, struct dat_packer *packer,
			 struct shr_err *err)
{
	bool packed = packer->compression != DAT_NONE;
	size_t at = dat_section_begin(bytes, part, packed);

	if (!packed)
		dat_put_part(bytes, contents, part);
	else if (put_packed(bytes, contents, part, packer, err) < 0)
		return -1;
	dat_section_end(bytes, at);
	return 0;
}

struct dat_buffer_places dat_put_buffer(struct dat_bytes *bytes, const char *name,
					const char *clock,
					const struct dat_settings *settings)
{
	size_t head = bytes->len;

	dat_put_u16(bytes, DAT_BUFFER);
	dat_put_u32(bytes, 0);
	struct dat_buffer_places places = { .section = bytes->len };

	dat_put_u64(bytes, 0);
	dat_put_text(bytes, name, strlen(name));
	dat_put_text(bytes, clock, strlen(clock));
	dat_put_u32(bytes, settings->page_size);
	dat_put_u32(bytes, settings->cpu_count);
	places.rows = bytes->len + sizeof(uint32_t);
	for (uint32_t cpu = 0; cpu < settings->cpu_count; cpu++) {
		dat_put_u32(bytes, cpu);
		dat_put_zeros(bytes, sizeof(struct dat_row));
	}
	dat_set_u32(bytes, head + sizeof(uint16_t),
		    (uint32_t)(bytes->len - places.section));
	return places;
}

size_t dat_put_link(struct dat_bytes *bytes, unsigned id)
{
	dat_put_u16(bytes, (uint16_t)id);
	dat_put_u32(bytes, sizeof(uint64_t));
	dat_put_u64(bytes, 0);
	return bytes->len - sizeof(uint64_t);
}

void dat_put_names_section(struct dat_bytes *bytes, const struct dat_contents *contents)
{
	size_t at = dat_section_begin(bytes, DAT_CMDLINES, false);

	dat_put_part(bytes, contents, DAT_CMDLINES);
	dat_section_end(bytes, at);
}

void dat_put_more_options(struct dat_bytes *bytes, const struct dat_contents *contents,
			  size_t first)
{
	size_t at = dat_section_begin(bytes, DAT_OPTIONS, false);

	dat_put_late_options(bytes, contents, first);
	dat_put_link(bytes, DAT_DONE);
	dat_section_end(bytes, at);
}

uint64_t dat_align(const struct dat_settings *settings, uint64_t offset)
{
	return (offset + settings->page_size - 1) / settings->page_size *
	       settings->page_size;
}
