/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Version 6: the parts one behind the other, then tagged options and CPU tables. */
#include "parsers/trace_dat_versions.h"

#include "parsers/trace_dat.h"
#include "parsers/trace_dat_parts.h"

enum { OPTION_END = 0, OPTION_BUFFER = 3, OPTION_CPUCOUNT = 8, TAG_LEN = 10 };

/* A CPU table, and behind it the clock when the file names one. */
static int take_cpu_table(struct shr_trace_dat *dat, struct shr_bytes *bytes,
			  struct shr_trace_buffer *buffer, uint32_t cpus,
			  struct shr_err *err)
{
	for (uint32_t cpu = 0; cpu < cpus; cpu++) {
		struct shr_cpu_data data = { .cpu = cpu };

		data.offset = shr_bytes_u64(bytes);
		data.size = shr_bytes_u64(bytes);
		if (bytes->short_of)
			return shr_part_short(bytes, "table of CPU data", err);
		if (data.size && shr_part_add_cpu(dat, data, err) < 0)
			return -1;
	}
	if (!dat->names_clock)
		return 0;

	struct shr_str clock = shr_bytes_slice(bytes, shr_bytes_u64(bytes));

	if (bytes->short_of)
		return shr_part_short(bytes, "clock", err);
	buffer->clock = shr_part_clock(clock);
	if (!dat->clock.len)
		dat->clock = buffer->clock;
	return 0;
}

/* An instance: an offset at which another tag and CPU table stand. */
static int take_instance(struct shr_trace_dat *dat, struct shr_bytes body,
			 uint32_t page_size, uint32_t cpus, struct shr_err *err)
{
	uint64_t offset = shr_bytes_u64(&body);
	struct shr_str name = shr_bytes_string(&body);
	struct shr_bytes at = shr_bytes_seek(&dat->bytes, offset);
	struct shr_str tag = shr_bytes_slice(&at, TAG_LEN);

	if (body.short_of || at.short_of)
		return shr_part_short(&at, "list of instances", err);
	if (!shr_str_is((struct shr_str){ tag.ptr, 9 }, "flyrecord"))
		return shr_fail_at(err, SHR_ERR_SYNTAX, offset, 0,
				   "expected 'flyrecord' where instance data begins");

	struct shr_trace_buffer *buffer = shr_part_add_buffer(dat, err);

	if (!buffer)
		return -1;
	buffer->name = name;
	buffer->page_size = page_size;
	return take_cpu_table(dat, &at, buffer, cpus, err);
}

/*
 * Options up to the end mark.  Instances can stand before the options that say how
 * many CPUs their tables have, so they are looked at in a second pass.
 */
static int take_options(struct shr_trace_dat *dat, struct shr_bytes *bytes,
			uint32_t *cpus, struct shr_err *err)
{
	for (;;) {
		unsigned id = shr_bytes_u16(bytes);

		if (id == OPTION_END && !bytes->short_of)
			return 0;
		struct shr_bytes body = shr_bytes_sub(bytes, shr_bytes_u32(bytes));

		if (bytes->short_of)
			return shr_part_short(bytes, "options", err);
		if (id == OPTION_CPUCOUNT)
			*cpus = shr_bytes_u32(&body);
		else if (id != OPTION_BUFFER)
			shr_part_option(dat, id, body);
	}
}

static int take_instances(struct shr_trace_dat *dat, struct shr_bytes options,
			  uint32_t page_size, uint32_t cpus, struct shr_err *err)
{
	unsigned id;

	while ((id = shr_bytes_u16(&options)) != OPTION_END) {
		struct shr_bytes body =
			shr_bytes_sub(&options, shr_bytes_u32(&options));

		if (id == OPTION_BUFFER &&
		    take_instance(dat, body, page_size, cpus, err) < 0)
			return -1;
	}
	return 0;
}

static int take_top_buffer(struct shr_trace_dat *dat, struct shr_bytes *bytes,
			   uint32_t page_size, uint32_t cpus, struct shr_err *err)
{
	struct shr_trace_buffer *top = shr_part_add_buffer(dat, err);

	if (!top)
		return -1;
	top->name = (struct shr_str){ "", 0 };
	top->page_size = page_size;
	return take_cpu_table(dat, bytes, top, cpus, err);
}

static int take_tags(struct shr_trace_dat *dat, struct shr_bytes *bytes,
		     uint32_t page_size, struct shr_err *err)
{
	uint32_t cpus = shr_bytes_u32(bytes);
	struct shr_bytes options = { .data = (const uint8_t *)"\0", .size = 2 };

	for (;;) {
		uint64_t at = shr_bytes_at(bytes);
		struct shr_str tag = shr_bytes_slice(bytes, TAG_LEN);

		if (bytes->short_of)
			return shr_part_short(bytes, "head", err);
		tag.len = 9;
		if (shr_str_is(tag, "options  ")) {
			options = *bytes;
			if (take_options(dat, bytes, &cpus, err) < 0)
				return -1;
			continue;
		}
		if (shr_str_is(tag, "flyrecord"))
			break;
		if (shr_str_is(tag, "latency  "))
			return shr_fail_at(err, SHR_ERR_UNSUPPORTED, at, 0,
					   "the file holds text: extract it with "
					   "'trace-cmd report'");
		return shr_fail_at(err, SHR_ERR_SYNTAX, at, 0,
				   "expected 'options' or 'flyrecord'");
	}
	if (take_top_buffer(dat, bytes, page_size, cpus, err) < 0)
		return -1;
	return take_instances(dat, options, page_size, cpus, err);
}

int shr_trace_dat_read_v6(struct shr_trace_dat *dat, struct shr_bytes *bytes,
			  uint32_t page_size, struct shr_err *err)
{
	if (shr_part_header_info(dat, bytes, err) < 0 ||
	    shr_part_ftrace_formats(dat, bytes, err) < 0 ||
	    shr_part_event_formats(dat, bytes, err) < 0 ||
	    shr_part_kallsyms(dat, bytes, err) < 0 ||
	    shr_part_printk(dat, bytes, err) < 0 ||
	    shr_part_cmdlines(dat, bytes, err) < 0)
		return -1;
	return take_tags(dat, bytes, page_size, err);
}
