/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/sim/ring_pages.h"

#include "cli/sim/kernel_form.h"
#include "cli/sim/record_bytes.h"

#include <assert.h>
#include <string.h>

enum {
	WORD = 4,
	DELTA_BITS = 27,
	TYPE_DATA_MAX = 28, /* words: a longer record says its length itself */
	TYPE_TIME_EXTEND = 30,
	TYPE_TIME_STAMP = 31,
};

static const uint32_t lost_flag = (uint32_t)1 << 31, counted_flag = (uint32_t)1 << 30;

void ring_pages_init(struct ring_pages *pages, const struct kernel_form *form)
{
	*pages = (struct ring_pages){ .head = RING_PAGE_TIME + form->long_size,
				      .long_size = form->long_size,
				      .big = form->big };
}

static void store(struct ring_pages *pages, size_t at, uint64_t value, size_t size)
{
	record_bytes_store(pages->page + at, value, size, pages->big);
}

static void put_word(struct ring_pages *pages, uint32_t value)
{
	store(pages, pages->used, value, WORD);
	pages->used += WORD;
}

/* A record's first word: 5 bits and 27, which lie where the byte order has them. */
static void put_head(struct ring_pages *pages, uint32_t type, uint32_t delta)
{
	put_word(pages, pages->big ? type << DELTA_BITS | delta : delta << 5 | type);
}

/* Bytes that a record of @len takes, without what its time may need. */
static size_t room_of(size_t len)
{
	size_t words = (len + WORD - 1) / WORD;

	return WORD + (words > TYPE_DATA_MAX ? WORD : 0) + words * WORD;
}

static bool is_long(uint64_t delta)
{
	return delta >> DELTA_BITS;
}

/* Time that has gone by; or, where it went back, what time it is: 59 bits of it. */
static void put_time(struct ring_pages *pages, uint64_t ts)
{
	bool back = ts < pages->last_ts;
	uint64_t time = back ? ts : ts - pages->last_ts;

	put_head(pages, back ? TYPE_TIME_STAMP : TYPE_TIME_EXTEND,
		 time & (((uint32_t)1 << DELTA_BITS) - 1));
	put_word(pages, (uint32_t)(time >> DELTA_BITS));
}

static void put_record(struct ring_pages *pages, uint32_t delta, const void *record,
		       size_t len)
{
	uint32_t words = (uint32_t)((len + WORD - 1) / WORD);

	if (words <= TYPE_DATA_MAX) {
		put_head(pages, words, delta);
	} else {
		put_head(pages, 0, delta);
		put_word(pages, words * WORD + WORD);
	}
	memset(pages->page + pages->used + words * WORD - WORD, 0, WORD);
	memcpy(pages->page + pages->used, record, len);
	pages->used += words * WORD;
}

/* What a count of lost events takes at the end of a page. */
static size_t spare(const struct ring_pages *pages)
{
	return pages->counted ? pages->long_size : 0;
}

static void begin(struct ring_pages *pages, uint64_t ts)
{
	store(pages, 0, ts, RING_PAGE_TIME);
	pages->used = pages->head;
	pages->last_ts = ts;
}

bool ring_pages_put(struct ring_pages *pages, uint64_t ts, const void *record,
		    size_t len)
{
	assert(len && len <= RING_RECORD_MAX);
	if (!pages->used)
		begin(pages, ts);
	bool timed = ts < pages->last_ts || is_long(ts - pages->last_ts);
	size_t room = room_of(len) + (timed ? 2 * WORD : 0);

	if (room > RING_PAGE_SIZE - pages->used - spare(pages))
		return false;
	if (timed)
		put_time(pages, ts);
	put_record(pages, timed ? 0 : (uint32_t)(ts - pages->last_ts), record, len);
	pages->last_ts = ts;
	return true;
}

bool ring_pages_has_records(const struct ring_pages *pages)
{
	return pages->used > 0;
}

bool ring_pages_is_open(const struct ring_pages *pages)
{
	return pages->used || pages->lost;
}

const uint8_t *ring_pages_close(struct ring_pages *pages)
{
	if (!pages->used)
		begin(pages, pages->last_ts);
	uint64_t commit = pages->used - pages->head;
	size_t at = pages->used;

	memset(pages->page + at, 0, RING_PAGE_SIZE - at);
	if (pages->lost)
		commit |= lost_flag;
	if (pages->counted) {
		commit |= counted_flag;
		store(pages, at, pages->lost_count, pages->long_size);
	}
	/* The flags are those of an int, whose sign a longer word takes over. */
	if (pages->lost && pages->long_size == 8)
		commit |= UINT64_C(0xffffffff) << 32;
	store(pages, RING_PAGE_TIME, commit, pages->long_size);
	pages->used = 0;
	pages->lost = pages->counted = false;
	pages->lost_count = 0;
	return pages->page;
}

void ring_pages_lose(struct ring_pages *pages, uint64_t count, bool counted)
{
	assert(!pages->used);
	pages->counted = counted && (!pages->lost || pages->counted);
	pages->lost_count += count;
	pages->lost = true;
}
