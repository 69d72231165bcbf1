/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages of a ring buffer, filled and walked: every record comes back, at its time.
 */
#include "cli/sim/kernel_form.h"
#include "cli/sim/ring_pages.h"
#include "tests/unit/maker.h"
#include "tests/unit/page_walk.h"

/* Pages as they are closed, one behind the other. */
struct book {
	struct kernel_form form;
	struct ring_pages pages;
	struct maker bytes;
};

static void open_book(struct book *book, unsigned long_size, bool big)
{
	*book = (struct book){ .form = { .long_size = long_size, .big = big },
			       .bytes = { .big = big } };
	ring_pages_init(&book->pages, &book->form);
}

static void turn(struct book *book)
{
	assert_true(ring_pages_is_open(&book->pages));
	put_bytes(&book->bytes, ring_pages_close(&book->pages), RING_PAGE_SIZE);
}

/* A record whose bytes say how many they are, as page_walk.h wants it. */
static void note(struct book *book, uint64_t ts, size_t len)
{
	uint8_t record[RING_RECORD_MAX];

	memset(record, (int)(len & 0xff), sizeof(record));
	if (ring_pages_put(&book->pages, ts, record, len))
		return;
	turn(book);
	assert_true(ring_pages_put(&book->pages, ts, record, len));
}

static void walk_book(struct walk *walk, struct book *book)
{
	const struct shr_page_layout layout = {
		.page_size = RING_PAGE_SIZE,
		.commit_offset = 8,
		.commit_size = book->form.long_size,
		.data_offset = 8 + book->form.long_size,
		.big = book->form.big,
	};

	if (ring_pages_is_open(&book->pages))
		turn(book);
	walk_bytes(walk, &layout, made(&book->bytes), book->bytes.size, NULL);
	maker_release(&book->bytes);
	assert_int_equal(walk->got, 0);
}

static void through(unsigned long_size, bool big)
{
	static const uint64_t times[] = { 5,
					  5,
					  6,
					  (1 << 27) + 5,
					  1u << 28,
					  UINT64_C(3) << 40,
					  1000,
					  (UINT64_C(1) << 58) + 7,
					  UINT64_C(1) << 58,
					  1 };
	static struct walk walk;
	struct book book;

	open_book(&book, long_size, big);
	for (size_t i = 0; i < COUNT(times); i++)
		note(&book, times[i], 40);
	walk_book(&walk, &book);
	assert_int_equal(walk.count, COUNT(times));
	for (size_t i = 0; i < COUNT(times); i++) {
		assert_int_equal(walk.ts[i], times[i]);
		assert_int_equal(walk.len[i], 40);
	}
}

static void test_times(void **state)
{
	(void)state;
	through(8, false);
	through(8, true);
	through(4, false);
	through(4, true);
}

static void test_full_pages(void **state)
{
	static struct walk walk;
	struct book book;

	(void)state;
	open_book(&book, 8, false);
	for (unsigned i = 0; i < 200; i++)
		note(&book, i, 80);
	assert_int_equal(book.bytes.size, 4 * RING_PAGE_SIZE);
	walk_book(&walk, &book);
	assert_int_equal(walk.count, 200);
}

/* Beyond 28 words a record says its own length. */
static void test_long_records(void **state)
{
	static const size_t lens[] = { 112, 116, 1000, RING_RECORD_MAX };
	static struct walk walk;
	struct book book;

	(void)state;
	open_book(&book, 8, false);
	for (size_t i = 0; i < COUNT(lens); i++)
		note(&book, i, lens[i]);
	walk_book(&walk, &book);
	assert_int_equal(walk.count, COUNT(lens));
	for (size_t i = 0; i < COUNT(lens); i++)
		assert_int_equal(walk.len[i], lens[i]);
}

static void test_losses(void **state)
{
	static struct walk walk;
	struct book book;

	(void)state;
	open_book(&book, 8, false);
	note(&book, 1, 40);
	turn(&book);
	ring_pages_lose(&book.pages, 12, true);
	ring_pages_lose(&book.pages, 3, true);
	note(&book, 2, 40);
	turn(&book);
	assert_false(ring_pages_is_open(&book.pages));
	ring_pages_lose(&book.pages, 4, true);
	ring_pages_lose(&book.pages, 0, false);
	walk_book(&walk, &book);
	assert_int_equal(walk.count, 2);
	assert_int_equal(walk.lost_count, 2);
	assert_int_equal(walk.lost[0], 15);
	assert_true(walk.lost_counted[0]);
	assert_false(walk.lost_counted[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_full_pages),
		cmocka_unit_test(test_long_records),
		cmocka_unit_test(test_losses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
