/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dat_maker - trace.dat files, versions 6 and 7, made up part by part.
 *
 * A file is described by a struct dat_spec and written by make_dat(); what a test wants
 * to spoil, it then finds through struct dat_places.  The parts are also here one by
 * one, for files that no recorder writes.
 */
#ifndef TESTS_UNIT_DAT_MAKER_H
#define TESTS_UNIT_DAT_MAKER_H

#include "tests/unit/format_maker.h"
#include "tests/unit/page_maker.h"

#include <zlib.h>
#include <zstd.h>

enum {
	PART_OPTIONS = 0,
	PART_BUFFER = 3,
	PART_HEADER_INFO = 16,
	PART_FTRACE_EVENTS,
	PART_EVENT_FORMATS,
	PART_KALLSYMS,
	PART_PRINTK,
	PART_CMDLINES,
	PART_BUFFER_TEXT,
	PART_COUNT,
	FLAG_PACKED = 1,
	OPTION_DATE = 1,
	OPTION_CPUSTAT = 2,
	OPTION_TRACECLOCK = 4,
	OPTION_UNAME = 5,
	OPTION_OFFSET = 7,
	OPTION_CPUCOUNT = 8,
	OPTION_TSC2NSEC = 14,
	CPUS_MAX = 4,
	BUFFERS_MAX = 3,
	EXTRA_MAX = 4,
};

/* One ring buffer. */
struct dat_buffer {
	const char *name;
	const char *clock;
	struct maker cpus[CPUS_MAX]; /* pages, to be released by release_spec() */
};

struct dat_option {
	unsigned id;
	const void *data;
	uint32_t size;
};

struct dat_spec {
	unsigned version;
	bool big;
	const char *compression; /* NULL: "none" */
	uint32_t page_size;
	unsigned long_size;
	const char *const *formats; /* texts, NULL terminated */
	const char *kallsyms;
	const char *cmdlines;
	struct dat_option options[EXTRA_MAX]; /* beside those every file has */
	size_t option_count;
	struct dat_buffer buffers[BUFFERS_MAX];
	size_t buffer_count;
};

/* Offsets of what was written. */
struct dat_places {
	size_t first;		  /* v7: the place that says where options begin */
	size_t parts[PART_COUNT]; /* v7: sections */
	size_t options;		  /* v7: the first section of options; v6: their tag */
	size_t done;		  /* v7: in it, where the next stands */
	size_t tables[BUFFERS_MAX]; /* v7: sections of options; v6: "flyrecord" */
	size_t table_done[BUFFERS_MAX];
	size_t rows[BUFFERS_MAX]; /* rows of CPU data */
	size_t data[BUFFERS_MAX][CPUS_MAX];
};

static void put_text(struct maker *maker, const char *text, unsigned len_size)
{
	put(maker, strlen(text), len_size);
	put_bytes(maker, text, strlen(text));
}

static void put_header_info(struct maker *maker, unsigned long_size)
{
	put_string(maker, "header_page");
	put_text(maker, header_page_text(long_size), 8);
	put_string(maker, "header_event");
	put_text(maker, "# compressed entry header\n", 8);
}

static void put_event_formats(struct maker *maker, const char *const *formats)
{
	size_t count = 0;

	while (formats[count])
		count++;
	put(maker, 1, 4);
	put_string(maker, "vmscan");
	put(maker, count, 4);
	for (size_t i = 0; i < count; i++)
		put_text(maker, formats[i], 8);
}

/* The body of section @id, as version 6 has it, too. */
static void put_part(struct maker *maker, const struct dat_spec *spec, unsigned id)
{
	switch (id) {
	case PART_HEADER_INFO:
		put_header_info(maker, spec->long_size);
		break;
	case PART_FTRACE_EVENTS:
		put(maker, 1, 4);
		put_text(maker, "name: function\nID: 1\nformat:\n", 8);
		break;
	case PART_EVENT_FORMATS:
		put_event_formats(maker, spec->formats);
		break;
	case PART_KALLSYMS:
		put_text(maker, spec->kallsyms, 4);
		break;
	case PART_PRINTK:
		put_text(maker, "0xffffffff81000000 : \"hello\"\n", 4);
		break;
	case PART_CMDLINES:
		put_text(maker, spec->cmdlines, 8);
		break;
	default:
		fail();
	}
}

static UNUSED void put_option(struct maker *maker, unsigned id, const void *data,
			      size_t size)
{
	put(maker, id, 2);
	put(maker, size, 4);
	put_bytes(maker, data, size);
}

static UNUSED void put_option_u64(struct maker *maker, unsigned id, uint64_t value)
{
	put(maker, id, 2);
	put(maker, 8, 4);
	put(maker, value, 8);
}

static UNUSED void put_head(struct maker *maker, const struct dat_spec *spec)
{
	put_bytes(maker, "\x17\x08\x44tracing", 10);
	put_string(maker, spec->version == 6 ? "6" : "7");
	put(maker, spec->big, 1);
	put(maker, 8, 1);
	put(maker, spec->page_size, 4);
	if (spec->version == 7) {
		put_string(maker, spec->compression ? spec->compression : "none");
		put_string(maker, "");
	}
}

/* @len bytes as a packed block. */
static UNUSED void put_block(struct maker *maker, const char *compression,
			     const uint8_t *data, size_t len)
{
	uint8_t *packed = malloc(2 * len + 1000);
	uLongf size = 2 * len + 1000;

	assert_non_null(packed);
	if (!strcmp(compression, "zlib"))
		assert_int_equal(compress(packed, &size, data, len), Z_OK);
	else
		size = ZSTD_compress(packed, size, data, len, 1);
	put(maker, size, 4);
	put(maker, len, 4);
	put_bytes(maker, packed, size);
	free(packed);
}

/* A section's head; its size is set by section_end(). */
static UNUSED size_t section_begin(struct maker *maker, unsigned id, unsigned flags)
{
	size_t at = maker->size;

	put(maker, id, 2);
	put(maker, flags, 2);
	put(maker, 0xffffffff, 4);
	put(maker, 0, 8);
	return at;
}

static UNUSED void section_end(struct maker *maker, size_t at)
{
	put_at(maker, at + 8, maker->size - at - 16, 8);
}

static UNUSED size_t put_section(struct maker *maker, const struct dat_spec *spec,
				 unsigned id)
{
	struct maker body = { .big = spec->big };
	size_t at = section_begin(maker, id, spec->compression ? FLAG_PACKED : 0);

	put_part(&body, spec, id);
	if (spec->compression)
		put_block(maker, spec->compression, body.data, body.size);
	else
		put_bytes(maker, body.data, body.size);
	section_end(maker, at);
	maker_release(&body);
	return at;
}

static void put_common_options(struct maker *maker, const struct dat_spec *spec)
{
	static const char clock[] = "local [mono] boot",
			  uname[] = "Linux box 6.1.180 x86_64";
	static const char stats[] = "CPU: 0\nentries: 1\n";
	struct maker cpus = { .big = spec->big };

	put_option(maker, OPTION_TRACECLOCK, clock, sizeof(clock));
	put_option(maker, OPTION_UNAME, uname, sizeof(uname));
	put_option(maker, OPTION_CPUSTAT, stats, sizeof(stats));
	put(&cpus, CPUS_MAX, 4);
	put_option(maker, OPTION_CPUCOUNT, cpus.data, 4);
	maker_release(&cpus);
	for (size_t i = 0; i < spec->option_count; i++)
		put_option(maker, spec->options[i].id, spec->options[i].data,
			   spec->options[i].size);
}

/* One CPU's pages, packed as the file is, 3 pages a chunk. */
static void put_cpu_data(struct maker *maker, const struct dat_spec *spec,
			 const struct maker *pages)
{
	size_t chunk = 3 * (size_t)spec->page_size;

	if (!spec->compression) {
		put_bytes(maker, pages->data, pages->size);
		return;
	}
	put(maker, (pages->size + chunk - 1) / chunk, 4);
	for (size_t at = 0; at < pages->size; at += chunk) {
		size_t rest = pages->size - at;

		put_block(maker, spec->compression, pages->data + at,
			  rest < chunk ? rest : chunk);
	}
}

/* The data of buffer @b, then a section of options that says where it is. */
static void put_buffer_7(struct maker *maker, const struct dat_spec *spec, size_t b,
			 struct dat_places *places)
{
	const struct dat_buffer *buffer = &spec->buffers[b];
	struct maker option = { .big = spec->big };
	size_t section =
		section_begin(maker, PART_BUFFER, spec->compression ? FLAG_PACKED : 0);
	uint32_t cpus = 0;

	put(&option, section, 8);
	put_string(&option, buffer->name);
	put_string(&option, buffer->clock);
	put(&option, spec->page_size, 4);
	size_t count_at = option.size;

	put(&option, 0, 4);
	size_t rows = option.size;

	for (size_t cpu = 0; cpu < CPUS_MAX; cpu++) {
		if (!buffer->cpus[cpu].size)
			continue;
		put_padding(maker, spec->page_size);
		places->data[b][cpu] = maker->size;
		put_cpu_data(maker, spec, &buffer->cpus[cpu]);
		put(&option, cpu, 4);
		put(&option, places->data[b][cpu], 8);
		put(&option, maker->size - places->data[b][cpu], 8);
		cpus++;
	}
	section_end(maker, section);
	put_at(&option, count_at, cpus, 4);
	places->tables[b] = section_begin(maker, PART_OPTIONS, 0);
	places->rows[b] = maker->size + 6 + rows;
	put_option(maker, PART_BUFFER, option.data, option.size);
	places->table_done[b] = maker->size + 6;
	put_option_u64(maker, 0, 0);
	section_end(maker, places->tables[b]);
	maker_release(&option);
}

static void make_dat_7(struct maker *maker, const struct dat_spec *spec,
		       struct dat_places *places)
{
	places->first = maker->size;
	put(maker, 0, 8);
	for (unsigned id = PART_HEADER_INFO; id <= PART_CMDLINES; id++)
		places->parts[id] = put_section(maker, spec, id);
	put_at(maker, places->first, maker->size, 8);
	places->options = section_begin(maker, PART_OPTIONS, 0);
	for (unsigned id = PART_HEADER_INFO; id <= PART_CMDLINES; id++)
		put_option_u64(maker, id, places->parts[id]);
	put_common_options(maker, spec);
	places->done = maker->size + 6;
	put_option_u64(maker, 0, 0);
	section_end(maker, places->options);
	size_t link = places->done;

	for (size_t b = 0; b < spec->buffer_count; b++) {
		put_buffer_7(maker, spec, b, places);
		put_at(maker, link, places->tables[b], 8);
		link = places->table_done[b];
	}
}

/* A tag, a table of CPUs whose rows are set later, and the clock. */
static void put_table_6(struct maker *maker, const struct dat_spec *spec, size_t b,
			struct dat_places *places)
{
	places->tables[b] = maker->size;
	put_bytes(maker, "flyrecord", 10);
	places->rows[b] = maker->size;
	for (size_t i = 0; i < CPUS_MAX; i++) {
		put(maker, 0, 8);
		put(maker, 0, 8);
	}
	put_text(maker, spec->buffers[b].clock, 8);
}

static void put_data_6(struct maker *maker, const struct dat_spec *spec, size_t b,
		       struct dat_places *places)
{
	for (size_t cpu = 0; cpu < CPUS_MAX; cpu++) {
		const struct maker *pages = &spec->buffers[b].cpus[cpu];

		put_padding(maker, spec->page_size);
		places->data[b][cpu] = maker->size;
		put_at(maker, places->rows[b] + 16 * cpu, maker->size, 8);
		put_at(maker, places->rows[b] + 16 * cpu + 8, pages->size, 8);
		put_bytes(maker, pages->data, pages->size);
	}
}

/* Buffer 0 is the top one; the others are instances, named in options. */
static void make_dat_6(struct maker *maker, const struct dat_spec *spec,
		       struct dat_places *places)
{
	size_t links[BUFFERS_MAX] = { 0 };

	for (unsigned id = PART_HEADER_INFO; id <= PART_CMDLINES; id++)
		put_part(maker, spec, id);
	put(maker, 1, 4); /* wrong: CPUCOUNT says more */
	places->options = maker->size;
	put_bytes(maker, "options  ", 10);
	for (size_t b = 1; b < spec->buffer_count; b++) {
		struct maker option = { .big = spec->big };

		put(&option, 0, 8);
		put_string(&option, spec->buffers[b].name);
		links[b] = maker->size + 6;
		put_option(maker, PART_BUFFER, option.data, option.size);
		maker_release(&option);
	}
	put_common_options(maker, spec);
	put(maker, 0, 2);
	put_table_6(maker, spec, 0, places);
	put_data_6(maker, spec, 0, places);
	for (size_t b = 1; b < spec->buffer_count; b++) {
		put_at(maker, links[b], maker->size, 8);
		put_table_6(maker, spec, b, places);
		put_data_6(maker, spec, b, places);
	}
}

/* The whole file. */
static UNUSED struct maker make_dat(const struct dat_spec *spec,
				    struct dat_places *places)
{
	struct maker maker = { .big = spec->big };

	memset(places, 0, sizeof(*places));
	put_head(&maker, spec);
	if (spec->version == 6)
		make_dat_6(&maker, spec, places);
	else
		make_dat_7(&maker, spec, places);
	return maker;
}

static UNUSED void release_spec(struct dat_spec *spec)
{
	for (size_t b = 0; b < BUFFERS_MAX; b++)
		for (size_t cpu = 0; cpu < CPUS_MAX; cpu++)
			maker_release(&spec->buffers[b].cpus[cpu]);
}

#endif /* TESTS_UNIT_DAT_MAKER_H */
