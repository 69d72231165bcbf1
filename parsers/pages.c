/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/pages.h"

#include "core/err.h"

#include <byteswap.h>
#include <endian.h>
#include <string.h>

enum {
	TYPE_DATA_MAX = 28,
	TYPE_PADDING = 29,
	TYPE_TIME_EXTEND = 30,
	TYPE_TIME_STAMP = 31,
	DELTA_BITS = 27,
	PAGES_PER_CHUNK = 16, /* writers use 10 */
	SANE_PAGES = 256,
	PAGE_SIZE_MAX = 8 << 20,
	PREFETCH = 1024,
};

static const uint64_t commit_used = 0x7ffffff;
static const uint64_t commit_lost = (uint64_t)1 << 31;
static const uint64_t commit_counted = (uint64_t)1 << 30;

static uint32_t load32(const uint8_t *at, bool big)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return big ? be32toh(value) : le32toh(value);
}

static uint64_t load64(const uint8_t *at, bool big)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
	return big ? be64toh(value) : le64toh(value);
}

static uint64_t load_long(const uint8_t *at, const struct shr_page_layout *layout)
{
	return layout->commit_size == 4 ? load32(at, layout->big)
					: load64(at, layout->big);
}

void shr_pages_init(struct shr_pages *pages, const struct shr_page_layout *layout,
		    struct shr_bytes data, uint64_t size, struct shr_unpacker *unpacker)
{
	*pages = (struct shr_pages){ .layout = *layout, .unpacker = unpacker };
	shr_pages_go_on(pages, data, size);
}

void shr_pages_go_on(struct shr_pages *pages, struct shr_bytes data, uint64_t size)
{
	uint64_t have = data.size - data.pos;

	pages->source = data;
	if (pages->unpacker) {
		pages->told = data.pos;
		/* Some writers leave the chunk count out of the size: count chunks. */
		pages->chunks_left = shr_bytes_u32(&pages->source);
		pages->cut = pages->source.short_of;
		return;
	}
	pages->told = 0;
	pages->cut = size > have;
	pages->area = shr_bytes_sub(&pages->source, size < have ? size : have);
}

void shr_pages_more(struct shr_pages *pages, struct shr_bytes data)
{
	pages->source = data;
	pages->area = shr_bytes_sub(&pages->source, data.size - data.pos);
	pages->told = 0;
}

void shr_pages_release(struct shr_pages *pages)
{
	shr_block_release(&pages->chunk);
}

static int fail_cut(const struct shr_pages *pages, struct shr_err *err)
{
	return shr_fail_at(err, SHR_ERR_TRUNCATED, pages->page_at, 0, "%s",
			   pages->cut ? "the file ends inside the data of a CPU"
				      : "the data of a CPU ends inside a page");
}

static int unpack_chunk(struct shr_pages *pages, struct shr_err *err)
{
	struct shr_bytes source = pages->source;

	pages->page_at = shr_bytes_at(&source);
	if (shr_unpack(pages->unpacker, &source,
		       (size_t)pages->layout.page_size * PAGES_PER_CHUNK, &pages->chunk,
		       err) < 0)
		return -1;
	pages->source = source;
	pages->chunks_left--;
	pages->area = (struct shr_bytes){ .data = pages->chunk.data,
					  .size = pages->chunk.size };
	return 0;
}

/* 1: `area` holds at least the head of another page; 0: there are no more. */
static int refill(struct shr_pages *pages, struct shr_err *err)
{
	/* A chunk may be empty, and so may the next. */
	while (pages->area.pos == pages->area.size) {
		if (!pages->chunks_left) {
			pages->page_at = shr_bytes_at(&pages->source);
			return pages->cut ? fail_cut(pages, err) : 0;
		}
		if (unpack_chunk(pages, err) < 0)
			return -1;
	}
	return 1;
}

/* What the page at @page says it uses, or -1 if it cannot be. */
static int64_t used_of(const struct shr_page_layout *layout, const uint8_t *page)
{
	uint64_t used = load_long(page + layout->commit_offset, layout) & commit_used;

	return used > layout->page_size - layout->data_offset ? -1 : (int64_t)used;
}

size_t shr_pages_used(const struct shr_page_layout *layout, const uint8_t *page,
		      size_t len)
{
	int64_t used = len < layout->data_offset ? -1 : used_of(layout, page);

	if (used < 0)
		return len;
	bool counted = load_long(page + layout->commit_offset, layout) & commit_counted;
	size_t end = layout->data_offset + (size_t)used +
		     (counted ? layout->commit_size : 0);

	return end < len ? end : len;
}

static void take_lost(struct shr_pages *pages, const uint8_t *page, size_t have)
{
	const struct shr_page_layout *layout = &pages->layout;
	uint64_t commit = load_long(page + layout->commit_offset, layout);
	size_t at = layout->data_offset + (commit & commit_used);

	if (!(commit & commit_lost))
		return;
	bool counted = (commit & commit_counted) && at + layout->commit_size <= have;

	/* A page without records leaves its mark to the next one. */
	pages->lost_counted = counted && (!pages->lost || pages->lost_counted);
	pages->lost_count += counted ? load_long(page + at, layout) : 0;
	pages->lost = true;
}

/* Enter the next page: 1, 0 or -1 as shr_pages_next(). */
static int enter_page(struct shr_pages *pages, struct shr_err *err)
{
	const struct shr_page_layout *layout = &pages->layout;
	int got = refill(pages, err);

	if (got <= 0)
		return got;
	const uint8_t *page = pages->area.data + pages->area.pos;
	size_t have = pages->area.size - pages->area.pos;

	if (have > layout->page_size)
		have = layout->page_size;
	if (!pages->unpacker)
		pages->page_at = shr_bytes_at(&pages->area);
	if (have < layout->data_offset)
		return fail_cut(pages, err);
	int64_t used = used_of(layout, page);

	if (used < 0)
		return shr_fail_at(err, SHR_ERR_SYNTAX, pages->page_at, 0,
				   "a page claims more data than its %u bytes hold",
				   layout->page_size);
	pages->area.pos += have;
	pages->clock = load64(page, layout->big);
	pages->pos = page + layout->data_offset;
	pages->end = pages->pos + used;
	pages->limit = page + have;
	take_lost(pages, page, have);
	return 1;
}

static int fail_record(const struct shr_pages *pages, struct shr_err *err)
{
	if (pages->end > pages->limit)
		return fail_cut(pages, err);
	return shr_fail_at(err, SHR_ERR_SYNTAX, pages->page_at, 0,
			   "a record reaches beyond its page");
}

/* A word that is not a short data record: 1 if it is a data record after all. */
static int take_rare(struct shr_pages *pages, const uint8_t *end,
		     struct shr_record *record)
{
	const uint8_t *pos = pages->pos;
	size_t rest = (size_t)(end - pos);
	bool big = pages->layout.big;
	uint32_t word = load32(pos, big);
	uint32_t type = big ? word >> 27 : word & 31;
	uint32_t delta = big ? word & 0x7ffffff : word >> 5;

	if (type == TYPE_PADDING && delta == 0) {
		pages->pos = pages->end = end;
		return 0;
	}
	if (rest < 8)
		return -1;
	uint32_t array = load32(pos + 4, big);

	if (type == TYPE_TIME_STAMP || type == TYPE_TIME_EXTEND) {
		uint64_t time = ((uint64_t)array << DELTA_BITS) + delta;

		/* A stamp has 59 bits: the upper 5 are those of the time so far. */
		pages->clock = type == TYPE_TIME_EXTEND
				       ? pages->clock + time
				       : (pages->clock & (uint64_t)0xf8 << 56) | time;
		pages->pos = pos + 8;
		return 0;
	}
	if (array < 4 || array - 4 > rest - 8)
		return -1;
	/* The last record's padding to 4 bytes may lie beyond what is used. */
	size_t step = 4 + (((size_t)array + 3) & ~(size_t)3);

	pages->clock += delta;
	pages->pos = step < rest ? pos + step : end;
	*record = (struct shr_record){ pos + 8, pages->clock, array - 4 };
	return type != TYPE_PADDING;
}

/*
 * Records of the current page into @run, until it or the page is full: 0, or -1
 * before a word that cannot be.  The place and time live in registers here: this
 * loop and the decoder are where reading a capture spends its time.
 */
static int take_words(struct shr_pages *pages, struct shr_run *run)
{
	const uint8_t *end = pages->end < pages->limit ? pages->end : pages->limit;
	const uint8_t *pos = pages->pos;
	uint64_t clock = pages->clock;
	bool big = pages->layout.big;
	size_t count = run->count;
	int got = 0;

	while (pos != end && count < SHR_RUN_MAX) {
		if (end - pos < 4) {
			got = -1;
			break;
		}
		uint32_t word = load32(pos, big);
		uint32_t type = big ? word >> 27 : word & 31;
		uint32_t len = type * 4;

		/* The hardware does not prefetch across the pages of a mapping. */
		__builtin_prefetch(pos + PREFETCH);
		if (type - 1 < TYPE_DATA_MAX && len <= (size_t)(end - pos) - 4) {
			clock += big ? word & 0x7ffffff : word >> 5;
			run->records[count++] =
				(struct shr_record){ pos + 4, clock, len };
			pos += 4 + len;
			continue;
		}
		pages->pos = pos;
		pages->clock = clock;
		got = type - 1 < TYPE_DATA_MAX
			      ? -1
			      : take_rare(pages, end, &run->records[count]);
		if (got < 0)
			break;
		count += (size_t)got;
		pos = pages->pos;
		clock = pages->clock;
		got = 0;
	}
	/* A page cut off by the end of the file has more than there is. */
	if (pos == end && pages->end > end)
		got = -1;
	pages->pos = pos;
	pages->clock = clock;
	run->count = count;
	return got;
}

/* 1 with some records of one page in @run, 0 or -1. */
static int take_run(struct shr_pages *pages, struct shr_run *run, struct shr_err *err)
{
	while (!run->count) {
		while (pages->pos == pages->end) {
			int got = enter_page(pages, err);

			if (got <= 0)
				return got;
		}
		if (take_words(pages, run) < 0 && !run->count)
			return fail_record(pages, err);
	}
	return 1;
}

int shr_pages_next(struct shr_pages *pages, struct shr_run *run, struct shr_err *err)
{
	run->count = 0;
	int got = take_run(pages, run, err);

	run->lost = pages->lost;
	run->lost_counted = pages->lost_counted;
	run->lost_count = pages->lost_count;
	if (got > 0) {
		pages->lost = pages->lost_counted = false;
		pages->lost_count = 0;
	}
	return got;
}

uint64_t shr_pages_passed(struct shr_pages *pages)
{
	/* Plain pages are a part of the source, cut out when walking began. */
	uint64_t at = pages->unpacker ? pages->source.pos : pages->area.pos;
	uint64_t passed = at - pages->told;

	pages->told = at;
	return passed;
}

uint64_t shr_pages_chain_length(struct shr_bytes data, uint32_t page_size)
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

/* Whether the heads of the first pages of @data can be those of such pages. */
static bool heads_fit(const struct shr_page_layout *layout, struct shr_bytes data)
{
	uint64_t last = 0;

	for (unsigned i = 0; i < SANE_PAGES && data.pos < data.size; i++) {
		struct shr_str page = shr_bytes_slice(&data, layout->data_offset);
		const uint8_t *head = (const uint8_t *)page.ptr;

		if (data.short_of)
			return true; /* cut off: not the layout's fault */
		uint64_t ts = load64(head, layout->big);
		int64_t used = used_of(layout, head);

		if (used < 0 || (ts < last && (ts || used)))
			return false;
		last = ts ? ts : last;
		shr_bytes_slice(&data, layout->page_size - layout->data_offset);
	}
	return true;
}

/* Whether the page at @page, which is whole, holds records up to where it says. */
static bool page_walks(const struct shr_page_layout *layout, struct shr_bytes page)
{
	struct shr_pages pages;
	struct shr_run run;
	struct shr_err ignored;
	int got;

	shr_pages_init(&pages, layout, page, layout->page_size, NULL);
	do
		got = shr_pages_next(&pages, &run, &ignored);
	while (got > 0);
	return got == 0;
}

/*
 * Whether there are pages that only this size explains: they hold records beyond
 * half of it.  One damaged page must not turn small pages into large ones, of which
 * every second would never be looked at.
 */
static bool size_needed(const struct shr_page_layout *layout, struct shr_bytes data)
{
	bool needed = false;

	for (unsigned i = 0; i < SANE_PAGES; i++) {
		struct shr_bytes page = data;

		shr_bytes_slice(&data, layout->page_size);
		if (data.short_of)
			break;
		if (used_of(layout, page.data + page.pos) + layout->data_offset <=
		    layout->page_size / 2)
			continue;
		needed = page_walks(layout, page);
		if (!needed)
			break;
	}
	return needed;
}

uint32_t shr_pages_stride(const struct shr_page_layout *layout, struct shr_bytes data,
			  uint64_t size)
{
	struct shr_page_layout tried = *layout;
	uint64_t have = data.size - data.pos;
	struct shr_bytes area = shr_bytes_sub(&data, size < have ? size : have);

	if (heads_fit(layout, area))
		return layout->page_size;
	while (tried.page_size <= PAGE_SIZE_MAX / 2) {
		tried.page_size *= 2;
		if (heads_fit(&tried, area) && size_needed(&tried, area))
			return tried.page_size;
	}
	return layout->page_size;
}
