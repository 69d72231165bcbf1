/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page_maker - ring-buffer pages, made up word by word.
 *
 *	struct page_maker pages = page_maker(4096, 8, false);
 *
 *	page_begin(&pages, 1000);
 *	put_record(&pages, 5, 16);
 *	page_end(&pages, 0);
 *	use(made(&pages.bytes), &pages.layout);
 *	maker_release(&pages.bytes);
 */
#ifndef TESTS_UNIT_PAGE_MAKER_H
#define TESTS_UNIT_PAGE_MAKER_H

#include "parsers/pages.h"
#include "tests/unit/maker.h"

enum {
	WORD_PADDING = 29,
	WORD_EXTEND = 30,
	WORD_STAMP = 31,
};

/* What the kernel ors to a page's commit; sign-extended as 64-bit kernels do. */
static const uint64_t lost_mark = 0xffffffff80000000;
static const uint64_t lost_counted_mark = 0xffffffffc0000000;

struct page_maker {
	struct maker bytes;
	struct shr_page_layout layout;
	size_t page; /* where the current one begins */
	size_t used; /* of its data, once ended */
};

static UNUSED struct page_maker page_maker(uint32_t page_size, unsigned commit_size,
					   bool big)
{
	return (struct page_maker){
		.bytes = { .big = big },
		.layout = { .commit_offset = 8,
			    .commit_size = commit_size,
			    .data_offset = 8 + commit_size,
			    .page_size = page_size,
			    .big = big },
	};
}

static UNUSED void page_begin(struct page_maker *pages, uint64_t ts)
{
	pages->page = pages->bytes.size;
	put(&pages->bytes, ts, 8);
	put(&pages->bytes, 0, pages->layout.commit_size);
}

/* The head of a record. */
static UNUSED void put_word(struct page_maker *pages, uint32_t type, uint32_t delta)
{
	put(&pages->bytes, pages->layout.big ? type << 27 | delta : delta << 5 | type,
	    4);
}

/* Payload that tells its length: every byte is @len. */
static UNUSED void put_payload(struct page_maker *pages, size_t len)
{
	if (len)
		memset(make_room(&pages->bytes, len), len & 0xff, len);
}

/* A record of @len bytes, 4 to 112, as type 1 to 28. */
static UNUSED void put_record(struct page_maker *pages, uint32_t delta, uint32_t len)
{
	put_word(pages, len / 4, delta);
	put_payload(pages, len);
}

/* A record of @len bytes as type 0: its length follows, and the whole is aligned. */
static UNUSED void put_long(struct page_maker *pages, uint32_t delta, uint32_t len)
{
	put_word(pages, 0, delta);
	put(&pages->bytes, len + 4, 4);
	put_payload(pages, len);
	put_padding(&pages->bytes, 4);
}

/* A word of 59 bits of time: an extend or a stamp. */
static UNUSED void put_time(struct page_maker *pages, uint32_t type, uint64_t time)
{
	put_word(pages, type, time & 0x7ffffff);
	put(&pages->bytes, time >> 27 & 0xffffffff, 4);
}

/* A discarded record of @len bytes. */
static UNUSED void put_discarded(struct page_maker *pages, uint32_t delta, uint32_t len)
{
	put_word(pages, WORD_PADDING, delta);
	put(&pages->bytes, len, 4);
	put_payload(pages, len - 4);
}

/* Set what the current page says it uses, without an end. */
static UNUSED void page_commit(struct page_maker *pages, uint64_t commit)
{
	put_at(&pages->bytes, pages->page + pages->layout.commit_offset, commit,
	       pages->layout.commit_size);
}

static UNUSED void page_end(struct page_maker *pages, uint64_t marks)
{
	size_t head = pages->page + pages->layout.data_offset;

	pages->used = pages->bytes.size - head;
	page_commit(pages, pages->used | marks);
	put_padding(&pages->bytes, pages->layout.page_size);
}

/* End the page with a mark and the count of lost events behind the data. */
static UNUSED void page_end_lost(struct page_maker *pages, uint64_t count)
{
	size_t head = pages->page + pages->layout.data_offset;

	pages->used = pages->bytes.size - head;
	page_commit(pages, pages->used | lost_counted_mark);
	put(&pages->bytes, count, pages->layout.commit_size);
	put_padding(&pages->bytes, pages->layout.page_size);
}

#endif /* TESTS_UNIT_PAGE_MAKER_H */
