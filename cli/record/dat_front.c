/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/dat_front.h"

#include "cli/record/dat_contents.h"
#include "cli/record/dat_parts.h"
#include "core/err.h"

#include <endian.h>
#include <stdbool.h>
#include <string.h>

enum {
	SECTION_OPTIONS = 0,
	SECTION_BUFFER = 3,
	FLAG_PACKED = 1,
	SIZE_IN_SECTION = 8, /* where a section's head has its size */
	SECTION_HEAD = 16,
	OPTION_DONE = 0,
	OPTION_BUFFER = 3,
	PART_COUNT = DAT_CMDLINES - DAT_HEADER_INFO + 1,
};

/* Sections can have a description, which is for people: ours have none. */
static const uint32_t no_description = UINT32_MAX;

static void put_head(struct dat_bytes *bytes, const struct dat_settings *settings)
{
	static const char magic[] = { 0x17, 0x08, 0x44, 't', 'r',
				      'a',  'c',  'i',	'n', 'g' };
	const uint8_t machine[] = { __BYTE_ORDER == __BIG_ENDIAN, sizeof(long) };

	dat_put(bytes, magic, sizeof(magic));
	dat_put(bytes, settings->version == 6 ? "6" : "7", 2);
	dat_put(bytes, machine, sizeof(machine));
	dat_put_u32(bytes, settings->page_size);
}

static size_t begin_section(struct dat_bytes *bytes, unsigned id, unsigned flags)
{
	size_t at = bytes->len;

	dat_put_u16(bytes, (uint16_t)id);
	dat_put_u16(bytes, (uint16_t)flags);
	dat_put_u32(bytes, no_description);
	dat_put_u64(bytes, 0);
	return at;
}

static void end_section(struct dat_bytes *bytes, size_t at)
{
	dat_set_u64(bytes, at + SIZE_IN_SECTION, bytes->len - at - SECTION_HEAD);
}

static int put_packed(struct dat_bytes *bytes, const struct dat_contents *contents,
		      enum dat_part part, struct dat_packer *packer,
		      struct shr_err *err)
{
	struct dat_bytes body = { 0 };

	dat_put_part(&body, contents, part);
	int ret = body.failed ? shr_fail(err, SHR_ERR_NOMEM, "out of memory")
			      : dat_pack(packer, body.data, body.len, bytes, err);

	dat_bytes_release(&body);
	return ret;
}

static int put_section(struct dat_bytes *bytes, const struct dat_contents *contents,
		       enum dat_part part, struct dat_packer *packer,
		       struct shr_err *err)
{
	bool packed = packer->compression != DAT_NONE;
	size_t at = begin_section(bytes, part, packed ? FLAG_PACKED : 0);

	if (!packed)
		dat_put_part(bytes, contents, part);
	else if (put_packed(bytes, contents, part, packer, err) < 0)
		return -1;
	end_section(bytes, at);
	return 0;
}

static void put_zeros(struct dat_bytes *bytes, size_t len)
{
	uint8_t *at = dat_bytes_room(bytes, len);

	if (at)
		memset(at, 0, len);
}

/* The option that says where the section of pages is, and in it each CPU's. */
static void put_buffer_option(struct dat_front *front,
			      const struct dat_contents *contents,
			      const struct dat_settings *settings)
{
	struct dat_bytes *bytes = &front->bytes;
	const char *clock = contents->clock ? contents->clock : "";
	size_t head = bytes->len;

	dat_put_u16(bytes, OPTION_BUFFER);
	dat_put_u32(bytes, 0);
	size_t body = bytes->len;

	dat_put_u64(bytes, 0);
	dat_put_text(bytes, "", 0); /* the top buffer */
	dat_put_text(bytes, clock, strlen(clock));
	dat_put_u32(bytes, settings->page_size);
	dat_put_u32(bytes, settings->cpu_count);
	front->rows_at = bytes->len + sizeof(uint32_t);
	front->row_stride = sizeof(uint32_t) + sizeof(struct dat_row);
	for (uint32_t cpu = 0; cpu < settings->cpu_count; cpu++) {
		dat_put_u32(bytes, cpu);
		put_zeros(bytes, sizeof(struct dat_row));
	}
	dat_set_u32(bytes, head + sizeof(uint16_t), (uint32_t)(bytes->len - body));
	front->section_at = body; /* until the section has begun */
}

static void put_done(struct dat_front *front)
{
	dat_put_u16(&front->bytes, OPTION_DONE);
	dat_put_u32(&front->bytes, sizeof(uint64_t));
	front->done_at = front->bytes.len;
	dat_put_u64(&front->bytes, 0);
}

static void put_options_section(struct dat_front *front,
				const struct dat_contents *contents,
				const struct dat_settings *settings,
				const uint64_t parts[PART_COUNT])
{
	struct dat_bytes *bytes = &front->bytes;
	size_t at = begin_section(bytes, SECTION_OPTIONS, 0);

	for (unsigned i = 0; i < PART_COUNT; i++)
		dat_put_option(bytes, (uint16_t)(DAT_HEADER_INFO + i), &parts[i],
			       sizeof(parts[i]));
	front->names_at = bytes->len - sizeof(uint64_t);
	dat_put_options(bytes, contents, settings->cpu_count);
	dat_put_late_options(bytes, contents, 0);
	put_buffer_option(front, contents, settings);
	put_done(front);
	end_section(bytes, at);
}

/* The section of pages begins: the option can say where. */
static void begin_pages(struct dat_front *front, const struct dat_packer *packer)
{
	struct dat_bytes *bytes = &front->bytes;
	unsigned flags = packer->compression == DAT_NONE ? 0 : FLAG_PACKED;
	size_t at = begin_section(bytes, SECTION_BUFFER, flags);

	dat_set_u64(bytes, front->section_at, at);
	front->section_at = at + SIZE_IN_SECTION;
}

static int put_version_7(struct dat_front *front, const struct dat_contents *contents,
			 const struct dat_settings *settings, struct dat_packer *packer,
			 struct shr_err *err)
{
	struct dat_bytes *bytes = &front->bytes;
	const char *name = dat_compression_name(packer->compression);
	const char *version = dat_compression_version(packer->compression);
	uint64_t parts[PART_COUNT];

	dat_put_text(bytes, name, strlen(name));
	dat_put_text(bytes, version, strlen(version));
	size_t options_at = bytes->len;

	dat_put_u64(bytes, 0);
	for (unsigned i = 0; i < PART_COUNT; i++) {
		parts[i] = bytes->len;
		if (put_section(bytes, contents, DAT_HEADER_INFO + i, packer, err) < 0)
			return -1;
	}
	dat_set_u64(bytes, options_at, bytes->len);
	put_options_section(front, contents, settings, parts);
	begin_pages(front, packer);
	return 0;
}

static void put_version_6(struct dat_front *front, const struct dat_contents *contents,
			  const struct dat_settings *settings)
{
	static const char options[] = "options  ", pages[] = "flyrecord";
	struct dat_bytes *bytes = &front->bytes;

	for (unsigned i = 0; i < PART_COUNT; i++)
		dat_put_part(bytes, contents, DAT_HEADER_INFO + i);
	dat_put_u32(bytes, settings->cpu_count);
	dat_put(bytes, options, sizeof(options));
	dat_put_options(bytes, contents, settings->cpu_count);
	dat_put_late_options(bytes, contents, 0);
	dat_put_u16(bytes, OPTION_DONE);
	dat_put(bytes, pages, sizeof(pages));
	front->rows_at = bytes->len;
	front->row_stride = sizeof(struct dat_row);
	put_zeros(bytes, settings->cpu_count * sizeof(struct dat_row));
	/* Its readers expect a clock where an option has named one. */
	if (!contents->clock)
		return;
	dat_put_u64(bytes, strlen(contents->clock) + sizeof("[]"));
	dat_put_clock(bytes, contents);
}

int dat_front_init(struct dat_front *front, const struct dat_contents *contents,
		   const struct dat_settings *settings, struct dat_packer *packer,
		   struct shr_err *err)
{
	*front = (struct dat_front){ .row_stride = 0 };
	if (settings->version == 6 && packer->compression != DAT_NONE)
		return shr_fail(err, SHR_ERR_UNSUPPORTED,
				"a trace.dat of version 6 cannot be compressed");
	put_head(&front->bytes, settings);
	if (settings->version == 6)
		put_version_6(front, contents, settings);
	else if (put_version_7(front, contents, settings, packer, err) < 0)
		return -1;
	return front->bytes.failed ? shr_fail(err, SHR_ERR_NOMEM, "out of memory") : 0;
}

void dat_front_release(struct dat_front *front)
{
	dat_bytes_release(&front->bytes);
	*front = (struct dat_front){ .row_stride = 0 };
}

uint64_t dat_front_row_at(const struct dat_front *front, uint32_t cpu)
{
	return front->rows_at + (uint64_t)cpu * front->row_stride;
}

uint64_t dat_align(const struct dat_settings *settings, uint64_t offset)
{
	return (offset + settings->page_size - 1) / settings->page_size *
	       settings->page_size;
}

void dat_put_names_section(struct dat_bytes *bytes, const struct dat_contents *contents)
{
	size_t at = begin_section(bytes, DAT_CMDLINES, 0);

	dat_put_part(bytes, contents, DAT_CMDLINES);
	end_section(bytes, at);
}

void dat_put_more_options(struct dat_bytes *bytes, const struct dat_contents *contents,
			  size_t first)
{
	static const uint64_t end = 0;
	size_t at = begin_section(bytes, SECTION_OPTIONS, 0);

	dat_put_late_options(bytes, contents, first);
	dat_put_option(bytes, OPTION_DONE, &end, sizeof(end));
	end_section(bytes, at);
}
