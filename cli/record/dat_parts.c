/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/dat_parts.h"

#include "cli/record/dat_bytes.h"
#include "cli/record/dat_contents.h"

#include <stdbool.h>
#include <string.h>

enum option_id {
	OPTION_CPUSTAT = 2,
	OPTION_TRACECLOCK = 4,
	OPTION_UNAME = 5,
	OPTION_CPUCOUNT = 8,
	OPTION_VERSION = 9,
	OPTION_TRACEID = 11,
};

static const char tracers[] = "ftrace";

/* @text behind its length. */
static void put_long_text(struct dat_bytes *bytes, struct shr_str text)
{
	dat_put_u64(bytes, text.len);
	dat_put(bytes, text.ptr, text.len);
}

static void put_short_text(struct dat_bytes *bytes, struct shr_str text)
{
	dat_put_u32(bytes, (uint32_t)text.len);
	dat_put(bytes, text.ptr, (uint32_t)text.len);
}

static void put_header_info(struct dat_bytes *bytes,
			    const struct dat_contents *contents)
{
	dat_put(bytes, "header_page", sizeof("header_page"));
	put_long_text(bytes, contents->header_page);
	dat_put(bytes, "header_event", sizeof("header_event"));
	put_long_text(bytes, contents->header_event);
}

/* How many formats from @first on are of its system. */
static size_t system_length(const struct dat_contents *contents, size_t first)
{
	size_t i = first;

	while (i < contents->format_count &&
	       !strcmp(contents->formats[i].system, contents->formats[first].system))
		i++;
	return i - first;
}

static void put_formats(struct dat_bytes *bytes, const struct dat_contents *contents,
			size_t first, size_t count)
{
	dat_put_u32(bytes, (uint32_t)count);
	for (size_t i = first; i < first + count; i++)
		put_long_text(bytes, contents->formats[i].text);
}

static void put_ftrace_formats(struct dat_bytes *bytes,
			       const struct dat_contents *contents)
{
	size_t i = 0;

	while (i < contents->format_count &&
	       strcmp(contents->formats[i].system, tracers) != 0)
		i++;
	put_formats(bytes, contents, i, system_length(contents, i));
}

static void put_event_formats(struct dat_bytes *bytes,
			      const struct dat_contents *contents)
{
	size_t count_at = bytes->len;
	uint32_t systems = 0;

	dat_put_u32(bytes, 0);
	for (size_t i = 0, count; i < contents->format_count; i += count) {
		const char *system = contents->formats[i].system;

		count = system_length(contents, i);
		if (!strcmp(system, tracers))
			continue;
		dat_put_text(bytes, system, strlen(system));
		put_formats(bytes, contents, i, count);
		systems++;
	}
	dat_set_u32(bytes, count_at, systems);
}

void dat_put_part(struct dat_bytes *bytes, const struct dat_contents *contents,
		  enum dat_part part)
{
	switch (part) {
	case DAT_HEADER_INFO:
		put_header_info(bytes, contents);
		break;
	case DAT_FTRACE_FORMATS:
		put_ftrace_formats(bytes, contents);
		break;
	case DAT_EVENT_FORMATS:
		put_event_formats(bytes, contents);
		break;
	case DAT_KALLSYMS:
		put_short_text(bytes, contents->kallsyms);
		break;
	case DAT_PRINTK:
		put_short_text(bytes, contents->printk);
		break;
	case DAT_CMDLINES:
		put_long_text(bytes, contents->cmdlines);
		break;
	}
}

void dat_put_option(struct dat_bytes *bytes, uint16_t id, const void *data,
		    uint32_t len)
{
	dat_put_u16(bytes, id);
	dat_put_u32(bytes, len);
	dat_put(bytes, data, len);
}

void dat_put_option_u64(struct dat_bytes *bytes, uint16_t id, uint64_t value)
{
	dat_put_u16(bytes, id);
	dat_put_u32(bytes, sizeof(value));
	dat_put_u64(bytes, value);
}

/* Texts stand with a NUL in options. */
static void put_text_option(struct dat_bytes *bytes, uint16_t id, const char *text,
			    size_t len)
{
	dat_put_u16(bytes, id);
	dat_put_u32(bytes, (uint32_t)len + 1);
	dat_put_text(bytes, text, len);
}

void dat_put_clock(struct dat_bytes *bytes, const struct dat_contents *contents)
{
	dat_put(bytes, "[", 1);
	dat_put(bytes, contents->clock, strlen(contents->clock));
	dat_put(bytes, "]", 2);
}

static void put_clock_option(struct dat_bytes *bytes,
			     const struct dat_contents *contents)
{
	dat_put_u16(bytes, OPTION_TRACECLOCK);
	dat_put_u32(bytes, (uint32_t)strlen(contents->clock) + sizeof("[]"));
	dat_put_clock(bytes, contents);
}

void dat_put_options(struct dat_bytes *bytes, const struct dat_contents *contents,
		     uint32_t cpu_count)
{
	if (contents->clock)
		put_clock_option(bytes, contents);
	if (contents->uname.len)
		put_text_option(bytes, OPTION_UNAME, contents->uname.ptr,
				contents->uname.len);
	if (contents->version)
		put_text_option(bytes, OPTION_VERSION, contents->version,
				strlen(contents->version));
	dat_put_u16(bytes, OPTION_CPUCOUNT);
	dat_put_u32(bytes, sizeof(cpu_count));
	dat_put_u32(bytes, cpu_count);
	if (contents->trace_id)
		dat_put_option_u64(bytes, OPTION_TRACEID, contents->trace_id);
}

void dat_put_late_options(struct dat_bytes *bytes, const struct dat_contents *contents,
			  size_t first)
{
	if (contents->cpustat.len)
		put_text_option(bytes, OPTION_CPUSTAT, contents->cpustat.ptr,
				contents->cpustat.len);
	for (size_t i = first; i < contents->option_count; i++)
		dat_put_option(bytes, contents->options[i].id,
			       contents->options[i].data, contents->options[i].len);
}
