/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calls_maker - records of our two events, on the pages of dat_maker's files.
 *
 * Every call has a number, which its start carries as `cache_items` and its end as
 * `retval`: a test can tell which of them it got.
 */
#ifndef TESTS_UNIT_CALLS_MAKER_H
#define TESTS_UNIT_CALLS_MAKER_H

#include "tests/unit/dat_maker.h"

enum { ID_START = 631, ID_END = 630, ID_OTHER = 7, PAGE = 512 };

static UNUSED const struct machine_kind calls_kind = { 8, 8, false };

/* Formats of a kernel from 5.19 to 7.0. */
struct call_formats {
	struct made_format start, end;
	const char *texts[3];
};

static UNUSED void make_call_formats(struct call_formats *formats)
{
	make_format(&formats->start, "mm_shrink_slab_start", ID_START, fields_t6,
		    &calls_kind, "\"\"");
	make_format(&formats->end, "mm_shrink_slab_end", ID_END, fields_e3, &calls_kind,
		    "\"\"");
	formats->texts[0] = formats->start.text;
	formats->texts[1] = formats->end.text;
	formats->texts[2] = NULL;
}

/* A record of @format on the current page: its place, to be filled in. */
static size_t put_event(struct page_maker *pages, uint32_t delta,
			const struct made_format *format, unsigned id)
{
	uint32_t size = (format->size + 3) / 4 * 4;

	put_record(pages, delta, size);
	size_t at = pages->bytes.size - size;

	memset(pages->bytes.data + at, 0, size);
	set_field(&pages->bytes, at, format, "common_type", id);
	set_field(&pages->bytes, at, format, "common_pid", 42);
	set_field(&pages->bytes, at, format, "shr", 0xffff888100000000);
	set_field(&pages->bytes, at, format, "shrink", 0xffffffff81000000);
	return at;
}

static UNUSED void put_start(struct page_maker *pages,
			     const struct call_formats *formats, uint32_t delta,
			     uint64_t number)
{
	size_t at = put_event(pages, delta, &formats->start, ID_START);

	set_field(&pages->bytes, at, &formats->start, "cache_items", number);
}

static UNUSED void put_end(struct page_maker *pages, const struct call_formats *formats,
			   uint32_t delta, uint64_t number)
{
	size_t at = put_event(pages, delta, &formats->end, ID_END);

	set_field(&pages->bytes, at, &formats->end, "retval", number);
}

/* A record of somebody else's event. */
static UNUSED void put_other(struct page_maker *pages, uint32_t delta)
{
	put_record(pages, delta, 8);
	put_at(&pages->bytes, pages->bytes.size - 8, ID_OTHER, 2);
}

/* A file of version 7 without data yet. */
static UNUSED struct dat_spec calls_spec(const struct call_formats *formats, bool big)
{
	return (struct dat_spec){
		.version = 7,
		.big = big,
		.page_size = PAGE,
		.long_size = 8,
		.formats = formats->texts,
		.kallsyms = "ffffffff81000000 t made_up_scan\n",
		.cmdlines = "42 answer\n",
		.buffers = { { .name = "", .clock = "mono" } },
		.buffer_count = 1,
	};
}

#endif /* TESTS_UNIT_CALLS_MAKER_H */
