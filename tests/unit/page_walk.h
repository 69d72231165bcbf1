/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page_walk - pages, walked to their end, for tests.
 *
 * Every walk checks what holds of all of them: runs are not empty, payloads are where
 * they were put, and the end and errors repeat.
 */
#ifndef TESTS_UNIT_PAGE_WALK_H
#define TESTS_UNIT_PAGE_WALK_H

#include "core/err.h"
#include "parsers/pages.h"
#include "tests/unit/page_maker.h"

enum { PAGE = 256, RECORDS_MAX = 4096 };

/* What a walk gave. */
struct walk {
	struct shr_pages pages;
	uint64_t ts[RECORDS_MAX];
	uint32_t len[RECORDS_MAX];
	size_t count;
	size_t runs;
	size_t lost_at[8]; /* the record each loss stands before */
	bool lost_counted[8];
	uint64_t lost[8];
	size_t lost_count;
	int got; /* what ended it */
	struct shr_err err;
};

static void keep_loss(struct walk *walk, const struct shr_run *run)
{
	assert_true(walk->lost_count < COUNT(walk->lost));
	walk->lost_at[walk->lost_count] = walk->count;
	walk->lost_counted[walk->lost_count] = run->lost_counted;
	walk->lost[walk->lost_count++] = run->lost_count;
}

/* Payload says its own length: see put_payload(). */
static void check_payload(const struct shr_record *record)
{
	for (uint32_t i = 0; i < record->len; i++)
		assert_int_equal(record->data[i], record->len & 0xff);
}

static void keep_run(struct walk *walk, const struct shr_run *run)
{
	assert_in_range(run->count, 1, SHR_RUN_MAX);
	if (run->lost)
		keep_loss(walk, run);
	else
		assert_int_equal(run->lost_count, 0);
	for (size_t i = 0; i < run->count; i++) {
		assert_true(walk->count < RECORDS_MAX);
		walk->ts[walk->count] = run->records[i].ts;
		walk->len[walk->count++] = run->records[i].len;
		check_payload(&run->records[i]);
	}
	walk->runs++;
}

/* The end repeats, and so does an error. */
static void check_end(struct walk *walk)
{
	struct shr_run run;
	struct shr_err again = { 0 };

	for (int i = 0; i < 2; i++) {
		assert_int_equal(shr_pages_next(&walk->pages, &run, &again), walk->got);
		assert_int_equal(run.count, 0);
		if (walk->got < 0) {
			assert_int_equal(again.code, walk->err.code);
			assert_int_equal(again.offset, walk->err.offset);
			assert_string_equal(again.reason, walk->err.reason);
		}
	}
}

static void walk_bytes(struct walk *walk, const struct shr_page_layout *layout,
		       struct shr_bytes data, uint64_t size,
		       struct shr_unpacker *unpacker)
{
	struct shr_run run;

	memset(walk, 0, sizeof(*walk));
	shr_pages_init(&walk->pages, layout, data, size, unpacker);
	while ((walk->got = shr_pages_next(&walk->pages, &run, &walk->err)) > 0)
		keep_run(walk, &run);
	if (!walk->got && run.lost)
		keep_loss(walk, &run);
	check_end(walk);
	shr_pages_release(&walk->pages);
}

static UNUSED void walk_pages(struct walk *walk, struct page_maker *pages)
{
	walk_bytes(walk, &pages->layout, made(&pages->bytes), pages->bytes.size, NULL);
}

/* Walk, expecting @count records and then the end. */
static UNUSED void walk_well(struct walk *walk, struct page_maker *pages, size_t count)
{
	walk_pages(walk, pages);
	maker_release(&pages->bytes);
	assert_int_equal(walk->got, 0);
	assert_int_equal(walk->count, count);
}

static UNUSED void walk_badly(struct walk *walk, struct page_maker *pages, size_t count,
			      enum shr_err_code code, uint64_t offset)
{
	walk_pages(walk, pages);
	maker_release(&pages->bytes);
	assert_int_equal(walk->got, -1);
	assert_int_equal(walk->count, count);
	assert_int_equal(walk->err.code, code);
	assert_int_equal(walk->err.offset, offset);
}

#endif /* TESTS_UNIT_PAGE_WALK_H */
