/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/dat_front.h"

#include "cli/record/dat_contents.h"
#include "cli/record/dat_section.h"
#include "core/err.h"

#include <endian.h>
#include <stdbool.h>
#include <string.h>

enum { PART_COUNT = DAT_CMDLINES - DAT_HEADER_INFO + 1 };

static void put_head(struct dat_bytes *bytes, const struct dat_settings *settings)
{
	static const char magic[] = { 0x17, 0x08, 0x44, 't', 'r',
				      'a',  'c',  'i',	'n', 'g' };
	const bool big = (__BYTE_ORDER == __BIG_ENDIAN) != settings->swapped;
	const unsigned long_size =
		settings->long_size ? settings->long_size : sizeof(long);
	const uint8_t machine[] = { big, (uint8_t)long_size };

	dat_put(bytes, magic, sizeof(magic));
	dat_put(bytes, settings->version == 6 ? "6" : "7", 2);
	dat_put(bytes, machine, sizeof(machine));
	dat_put_u32(bytes, settings->page_size);
}

static void put_options_section(struct dat_front *front,
				const struct dat_contents *contents,
				const struct dat_settings *settings,
				const uint64_t parts[PART_COUNT])
{
	struct dat_bytes *bytes = &front->bytes;
	size_t at = dat_section_begin(bytes, DAT_OPTIONS, false);

	for (unsigned i = 0; i < PART_COUNT; i++)
		dat_put_option_u64(bytes, (uint16_t)(DAT_HEADER_INFO + i), parts[i]);
	front->names_at = bytes->len - sizeof(uint64_t);
	dat_put_options(bytes, contents, settings->cpu_count);
	dat_put_late_options(bytes, contents, 0);
	if (!settings->stream) {
		struct dat_buffer_places places = dat_put_buffer(
			bytes, "", contents->clock ? contents->clock : "", settings);

		front->rows_at = places.rows;
		front->row_stride = DAT_ROW_STRIDE;
		front->section_at = places.section; /* until it has begun */
	}
	front->done_at = dat_put_link(bytes, DAT_DONE);
	dat_section_end(bytes, at);
}

/* The section of pages begins: the option can say where. */
static void begin_pages(struct dat_front *front, const struct dat_packer *packer)
{
	struct dat_bytes *bytes = &front->bytes;
	size_t at =
		dat_section_begin(bytes, DAT_BUFFER, packer->compression != DAT_NONE);

	dat_set_u64(bytes, front->section_at, at);
	front->section_at = dat_section_size_at(at);
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
		if (dat_put_part_section(bytes, contents, DAT_HEADER_INFO + i, packer,
					 err) < 0)
			return -1;
	}
	dat_set_u64(bytes, options_at, bytes->len);
	put_options_section(front, contents, settings, parts);
	if (settings->stream)
		dat_set_u64(bytes, front->done_at, bytes->len);
	else
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
	dat_put_u16(bytes, DAT_DONE);
	dat_put(bytes, pages, sizeof(pages));
	front->rows_at = bytes->len;
	front->row_stride = sizeof(struct dat_row);
	dat_put_zeros(bytes, settings->cpu_count * sizeof(struct dat_row));
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
	*front = (struct dat_front){ .bytes = { .swapped = settings->swapped } };
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
