/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page size that a file does not tell. */
#include "parsers/pages.h"

#include "tests/unit/page_walk.h"

/* Sub-buffers of @page_size, of which each uses @used bytes or so. */
static struct page_maker filled_pages(uint32_t page_size, uint32_t used, unsigned count)
{
	struct page_maker pages = page_maker(page_size, 8, false);

	for (uint64_t page = 0; page < count; page++) {
		page_begin(&pages, 1000000 * (page + 1));
		while (pages.bytes.size - pages.page + 104 < used)
			put_record(&pages, 3, 100);
		page_end(&pages, 0);
	}
	return pages;
}

static uint32_t stride_of(struct page_maker *pages, uint32_t assumed)
{
	struct shr_page_layout layout = pages->layout;

	layout.page_size = assumed;
	return shr_pages_stride(&layout, made(&pages->bytes), pages->bytes.size);
}

/* Version 6 files say 4096 of larger sub-buffers, too. */
static void test_stride(void **state)
{
	static const uint32_t sizes[] = { 4096, 8192, 16384, 65536, 1048576 };

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct page_maker pages = filled_pages(sizes[i], sizes[i], 5);

		assert_int_equal(stride_of(&pages, 4096), sizes[i]);
		maker_release(&pages.bytes);
	}
}

/* The first sub-buffers may hold little; the rest of them is zeros. */
static void test_stride_of_sparse_pages(void **state)
{
	struct page_maker pages = filled_pages(16384, 200, 3);
	struct page_maker full = filled_pages(16384, 16384, 3);
	struct walk few, many, walk;

	(void)state;
	/* Little in all of them: any size reads the same. */
	pages.layout.page_size = stride_of(&pages, 4096);
	walk_pages(&few, &pages);
	assert_int_equal(few.got, 0);
	assert_int_equal(few.count, 3);
	walk_pages(&many, &full);
	for (size_t page = 0; page < 3; page++)
		put_at(&full.bytes, page * 16384, 10000000 * (page + 1), 8);
	put_bytes(&pages.bytes, full.bytes.data, full.bytes.size);
	pages.layout.page_size = stride_of(&pages, 4096);
	assert_int_equal(pages.layout.page_size, 16384);
	walk_pages(&walk, &pages);
	assert_int_equal(walk.got, 0);
	assert_int_equal(walk.count, few.count + many.count);
	maker_release(&pages.bytes);
	maker_release(&full.bytes);
}

/*
 * One damaged page must not make large pages of small ones: every second of them
 * would be lost without a word.
 */
static void test_stride_of_damaged_pages(void **state)
{
	static const uint64_t claims[] = { 4081,  5000,	 8177,	 9000,
					   20000, 70000, 200000, 0x7ffffff };

	(void)state;
	for (size_t damaged = 0; damaged < 8; damaged++)
		for (size_t i = 0; i < COUNT(claims); i++) {
			struct page_maker pages = filled_pages(4096, 4096, 40);

			put_at(&pages.bytes, damaged * 4096 + 8, claims[i], 8);
			assert_int_equal(stride_of(&pages, 4096), 4096);
			maker_release(&pages.bytes);
		}
}

/* Nor may a page whose time is wrong. */
static void test_stride_of_pages_out_of_order(void **state)
{
	(void)state;
	for (size_t damaged = 0; damaged < 9; damaged++) {
		struct page_maker pages = filled_pages(4096, 4096, 9);

		put_at(&pages.bytes, damaged * 4096, UINT64_MAX, 8);
		assert_int_equal(stride_of(&pages, 4096), 4096);
		put_at(&pages.bytes, damaged * 4096, 1, 8);
		assert_int_equal(stride_of(&pages, 4096), 4096);
		maker_release(&pages.bytes);
	}
}

/* A cut file has as many bytes less as it likes. */
static void test_stride_of_cut_pages(void **state)
{
	struct page_maker pages = filled_pages(16384, 16384, 3);
	struct maker cut = { 0 };

	(void)state;
	for (size_t size = 16384; size < pages.bytes.size; size += 1000) {
		put_bytes(&cut, pages.bytes.data, size);
		struct shr_page_layout layout = pages.layout;

		layout.page_size = 4096;
		assert_int_equal(shr_pages_stride(&layout, made(&cut), UINT64_MAX),
				 16384);
		maker_release(&cut);
	}
	maker_release(&pages.bytes);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stride),
		cmocka_unit_test(test_stride_of_sparse_pages),
		cmocka_unit_test(test_stride_of_damaged_pages),
		cmocka_unit_test(test_stride_of_pages_out_of_order),
		cmocka_unit_test(test_stride_of_cut_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
