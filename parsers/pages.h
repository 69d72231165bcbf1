/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pages - the records of one CPU's ring-buffer pages, one behind the other.
 *
 * Records come in runs, never across a page, so that one call pays for many and
 * a page's lost-event mark belongs to the first record of a run.  The mark is
 * taken from the page itself: it survives a page that begins with a time extend.
 * Time extends, absolute stamps, discarded records and padding are passed over,
 * and their time counts.  Pages are plain bytes or lie in packed chunks; a run
 * points into them and lives until the next call.
 *
 *	shr_pages_init(&pages, &layout, data, size, NULL);
 *	while ((got = shr_pages_next(&pages, &run, &err)) > 0)
 *		use(run.records, run.count);
 *	shr_pages_release(&pages);
 */
#ifndef PARSERS_PAGES_H
#define PARSERS_PAGES_H

#include "parsers/bytes.h"
#include "parsers/unpack.h"

#include <stdbool.h>
#include <stdint.h>

struct shr_err;

/* How a page begins, from events/header_page. */
struct shr_page_layout {
	unsigned commit_offset;
	unsigned commit_size; /* 4 or 8; the time before it always has 8 */
	unsigned data_offset;
	uint32_t page_size;
	bool big;
};

struct shr_record {
	const uint8_t *data;
	uint64_t ts;
	uint32_t len;
};

#define SHR_RUN_MAX 64

struct shr_run {
	struct shr_record records[SHR_RUN_MAX];
	size_t count;
	bool lost;	   /* the kernel lost events before the first record */
	bool lost_counted; /* and stored how many: */
	uint64_t lost_count;
};

struct shr_pages {
	/* Private. */
	struct shr_page_layout layout;
	struct shr_unpacker *unpacker; /* borrowed; NULL: plain pages */
	struct shr_bytes source;       /* plain pages, or chunks behind their count */
	struct shr_block chunk;	       /* owned */
	struct shr_bytes area;	       /* pages at hand: the source, or the chunk */
	uint32_t chunks_left;
	uint64_t told;	      /* bytes that shr_pages_passed() has told of */
	bool cut;	      /* the input ends before the data should */
	uint64_t page_at;     /* where the current page (or its chunk) lies */
	const uint8_t *pos;   /* next record of the current page */
	const uint8_t *end;   /* of what the page says it uses */
	const uint8_t *limit; /* of what there is of it */
	uint64_t clock;	      /* time at pos */
	bool lost;
	bool lost_counted;
	uint64_t lost_count;
};

/*
 * Walk the pages that begin at @data: @size bytes of them when @unpacker is NULL,
 * else as many packed chunks as the first word says.  @data and @unpacker are
 * borrowed until release.
 */
void shr_pages_init(struct shr_pages *pages, const struct shr_page_layout *layout,
		    struct shr_bytes data, uint64_t size,
		    struct shr_unpacker *unpacker);

/* At the end of what there was, go on with @data, as init() does: a mark of lost events
 * that no record has followed yet stays. */
void shr_pages_go_on(struct shr_pages *pages, struct shr_bytes data, uint64_t size);

/*
 * Go on with the plain pages @data, borrowed as those before were, once
 * shr_pages_next() has returned 0.
 */
void shr_pages_more(struct shr_pages *pages, struct shr_bytes data);

/*
 * The next records: 1; 0 at the end; -1 with *err filled in when the data is
 * damaged or cut off.  0 and -1 repeat.  At the end run->lost tells of events lost
 * behind the last record.
 */
int shr_pages_next(struct shr_pages *pages, struct shr_run *run, struct shr_err *err);

/* How many bytes of the input have been passed since this was asked before. */
uint64_t shr_pages_passed(struct shr_pages *pages);

/* Frees the chunk. */
void shr_pages_release(struct shr_pages *pages);

/*
 * How much of a page, of which @len bytes lie at @page, is used: its head, its records
 * and the count of what was lost.  All of it where its head cannot be one.
 */
size_t shr_pages_used(const struct shr_page_layout *layout, const uint8_t *page,
		      size_t len);

/*
 * How many bytes a chain of chunks at @data takes, count included, as far as the
 * input has it; 0 if there is none.
 */
uint64_t shr_pages_chain_length(struct shr_bytes data, uint32_t page_size);

/*
 * The page size that makes the first pages of @data sane: @layout's own, or that
 * doubled some times.  Version 6 files and raw pages give the system's page size
 * even for buffers with larger sub-buffers (buffer_subbuf_size_kb, 6.8).  Returns
 * @layout's own unless some page can only be read as a larger one.
 */
uint32_t shr_pages_stride(const struct shr_page_layout *layout, struct shr_bytes data,
			  uint64_t size);

#endif /* PARSERS_PAGES_H */
