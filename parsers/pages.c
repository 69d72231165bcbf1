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
	uint64_t have = data.size - data.pos;

	*pages = (struct shr_pages){ .layout = *layout, .unpacker = unpacker };
	pages->source = data;
	if (unpacker) {
		/* Some writers leave the chunk count out of the size: count chunks. */
		pages->chunks_left = shr_bytes_u32(&pages->source);
		pages->cut = pages->source.short_of;
		return;
	}
	pages->cut = size > have;
	pages->area = shr_bytes_sub(&pages->source, size < have ? size : have);
}

void shr_pages_release(struct shr_pages *pages)
{
	shr_block_release(&pages->chunk);
}

static int fail_cut(const struct shr_pages *pages, struct shr_err *err)
{
	return shr_fail_at(err, SHR_ERR_TRUNCATED, pages->page_at, 0,
			   "the file ends inside the data of a CPU");
}

/* 1: `area` holds at least the head of another page; 0: there are no more. */
static int refill(struct shr_pages *pages, struct shr_err *err)
{
	if (pages->area.pos < pages->area.size)
		return 1;
	if (!pages->unpacker || !pages->chunks_left) {
		pages->page_at = shr_bytes_at(&pages->source);
		return pages->cut ? fail_cut(pages, err) : 0;
	}
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
	return refill(pages, err);
}

/* What the page at @page says it uses, or -1 if it cannot be. */
static int64_t used_of(const struct shr_page_layout *layout, const uint8_t *page)
{
	uint64_t used = load_long(page + layout->commit_offset, layout) & commit_used;

	return used > layout->page_size - layout->data_offset ? -1 : (int64_t)used;
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
				   "a page claims more than its %u bytes",
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

int shr_pages_next(struct shr_pages *pages, struct shr_run *run, struct shr_err *err)
{
	run->count = 0;
	while (!run->count) {
		while (pages->pos == pages->end) {
			int got = enter_page(pages, err);

			if (got <= 0)
				return got;
		}
		if (take_words(pages, run) < 0 && !run->count)
			return fail_record(pages, err);
	}
	run->lost = pages->lost;
	run->lost_counted = pages->lost_counted;
	run->lost_count = pages->lost_count;
	pages->lost = pages->lost_counted = false;
	pages->lost_count = 0;
	return 1;
}

/* Whether the first pages of @data look like pages of @layout. */
static bool pages_sane(const struct shr_page_layout *layout, struct shr_bytes data,
		       uint64_t size)
{
	uint64_t last = 0;

	for (unsigned i = 0; i < SANE_PAGES && data.pos < size; i++) {
		struct shr_str page = shr_bytes_slice(&data, layout->data_offset);
		const uint8_t *head = (const uint8_t *)page.ptr;

		if (data.short_of)
			return true; /* cut off: not the layout's fault */
		uint64_t ts = load64(head, layout->big);

		if (used_of(layout, head) < 0 || ts < last)
			return false;
		last = ts;
		shr_bytes_slice(&data, layout->page_size - layout->data_offset);
	}
	return true;
}

uint32_t shr_pages_stride(const struct shr_page_layout *layout, struct shr_bytes data,
			  uint64_t size)
{
	struct shr_page_layout tried = *layout;
	uint64_t have = data.size - data.pos;
	struct shr_bytes area = shr_bytes_sub(&data, size < have ? size : have);

	for (; tried.page_size <= (uint32_t)8 << 20; tried.page_size *= 2)
		if (pages_sane(&tried, area, area.size))
			return tried.page_size;
	return layout->page_size;
}
