/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pages in packed chunks. */
#include "parsers/pages.h"

#include "tests/unit/page_walk.h"

#include <zlib.h>
#include <zstd.h>

/* @from to @to of @pages as one chunk. */
static void put_chunk(struct maker *maker, const struct page_maker *pages, size_t from,
		      size_t to, bool zlib)
{
	uint8_t packed[8192];
	uLongf size = sizeof(packed);

	if (zlib)
		assert_int_equal(
			compress(packed, &size, pages->bytes.data + from, to - from),
			Z_OK);
	else
		size = ZSTD_compress(packed, sizeof(packed), pages->bytes.data + from,
				     to - from, 1);
	put(maker, size, 4);
	put(maker, to - from, 4);
	put_bytes(maker, packed, size);
}

static struct page_maker six_pages(bool big)
{
	struct page_maker pages = page_maker(PAGE, 8, big);

	for (uint64_t page = 0; page < 6; page++) {
		page_begin(&pages, 1000 * page);
		put_record(&pages, 1, 4);
		put_record(&pages, 1, 40);
		page_end_lost(&pages, page + 1);
	}
	return pages;
}

static void packed_chunks(bool zlib, bool big)
{
	struct page_maker pages = six_pages(big);
	struct maker file = { .big = big };
	struct walk plain, walk;
	struct shr_err err;
	struct shr_unpacker *unpacker =
		shr_unpacker_new(str(zlib ? "zlib" : "zstd"), &err);

	put(&file, 3, 4);
	put_chunk(&file, &pages, 0, 2 * PAGE, zlib);
	put_chunk(&file, &pages, 2 * PAGE, 5 * PAGE, zlib);
	put_chunk(&file, &pages, 5 * PAGE, 6 * PAGE, zlib);
	put_bytes(&file, "what follows", 12);
	walk_pages(&plain, &pages);
	/* Some writers leave the chunk count out of the size. */
	walk_bytes(&walk, &pages.layout, made(&file), file.size - 16, unpacker);
	assert_int_equal(walk.got, 0);
	assert_int_equal(walk.count, 12);
	assert_int_equal(walk.lost_count, 6);
	assert_memory_equal(walk.ts, plain.ts, sizeof(plain.ts));
	assert_memory_equal(walk.lost, plain.lost, sizeof(plain.lost));
	shr_unpacker_free(unpacker);
	maker_release(&file);
	maker_release(&pages.bytes);
}

static void test_packed_chunks(void **state)
{
	(void)state;
	packed_chunks(false, false);
	packed_chunks(true, false);
	packed_chunks(false, true);
}

/* Cut at every byte: what whole chunks held, and one error. */
static void test_packed_cut_everywhere(void **state)
{
	struct page_maker pages = six_pages(false);
	struct maker file = { 0 };
	struct walk walk;
	struct shr_err err;
	struct shr_unpacker *unpacker = shr_unpacker_new(str("zstd"), &err);

	(void)state;
	put(&file, 2, 4);
	put_chunk(&file, &pages, 0, 4 * PAGE, false);
	size_t second = file.size;

	put_chunk(&file, &pages, 4 * PAGE, 6 * PAGE, false);
	for (size_t size = 0; size < file.size; size++) {
		struct maker cut = { 0 };

		put_bytes(&cut, file.data, size);
		walk_bytes(&walk, &pages.layout, made(&cut), file.size, unpacker);
		assert_int_equal(walk.got, -1);
		assert_int_equal(walk.err.code, SHR_ERR_TRUNCATED);
		assert_int_equal(walk.count, size < second ? 0 : 8);
		assert_true(walk.err.offset <= size);
		maker_release(&cut);
	}
	shr_unpacker_free(unpacker);
	maker_release(&file);
	maker_release(&pages.bytes);
}

static void test_bad_chunk(void **state)
{
	struct page_maker pages = six_pages(false);
	struct maker file = { 0 };
	struct walk walk;
	struct shr_err err;
	struct shr_unpacker *unpacker = shr_unpacker_new(str("zstd"), &err);

	(void)state;
	put(&file, 2, 4);
	put_chunk(&file, &pages, 0, 2 * PAGE, false);
	size_t second = file.size;

	put_chunk(&file, &pages, 2 * PAGE, 6 * PAGE, false);
	memset(file.data + second + 20, 0x5a, 20);
	walk_bytes(&walk, &pages.layout, made(&file), file.size, unpacker);
	assert_int_equal(walk.got, -1);
	assert_int_equal(walk.count, 4);
	assert_int_equal(walk.err.code, SHR_ERR_SYNTAX);
	assert_int_equal(walk.err.offset, second);
	/* One that claims more than any writer packs. */
	put_at(&file, second + 4, 1000 * PAGE, 4);
	walk_bytes(&walk, &pages.layout, made(&file), file.size, unpacker);
	assert_int_equal(walk.got, -1);
	assert_int_equal(walk.err.code, SHR_ERR_RANGE);
	shr_unpacker_free(unpacker);
	maker_release(&file);
	maker_release(&pages.bytes);
}

/* A chunk that ends inside a page is the file's fault, not its end. */
static void test_chunk_ends_inside_a_page(void **state)
{
	struct page_maker pages = six_pages(false);
	struct maker file = { 0 };
	struct walk walk;
	struct shr_err err;
	struct shr_unpacker *unpacker = shr_unpacker_new(str("zstd"), &err);

	(void)state;
	put(&file, 1, 4);
	put_chunk(&file, &pages, 0, PAGE + 10, false);
	walk_bytes(&walk, &pages.layout, made(&file), file.size, unpacker);
	assert_int_equal(walk.got, -1);
	assert_int_equal(walk.count, 2);
	assert_non_null(strstr(walk.err.reason, "inside a page"));
	shr_unpacker_free(unpacker);
	maker_release(&file);
	maker_release(&pages.bytes);
}

/* Chunks without pages are passed over, however many: the stack does not grow. */
static void test_empty_chunks(void **state)
{
	enum { EMPTY = 300000 };
	struct page_maker pages = six_pages(false);
	struct maker file = { 0 };
	struct walk walk;
	struct shr_err err;
	struct shr_unpacker *unpacker = shr_unpacker_new(str("zstd"), &err);

	(void)state;
	put(&file, EMPTY + 1, 4);
	memset(make_room(&file, EMPTY * 8), 0, EMPTY * 8);
	put_chunk(&file, &pages, 0, 6 * PAGE, false);
	walk_bytes(&walk, &pages.layout, made(&file), file.size, unpacker);
	assert_int_equal(walk.got, 0);
	assert_int_equal(walk.count, 12);
	shr_unpacker_free(unpacker);
	maker_release(&file);
	maker_release(&pages.bytes);
}

/* No chunk count at all. */
static void test_no_chunks(void **state)
{
	struct page_maker pages = page_maker(PAGE, 8, false);
	struct maker file = { 0 };
	struct walk walk;
	struct shr_err err;
	struct shr_unpacker *unpacker = shr_unpacker_new(str("zstd"), &err);

	(void)state;
	put(&file, 0, 4);
	walk_bytes(&walk, &pages.layout, made(&file), 4, unpacker);
	assert_int_equal(walk.got, 0);
	file.size = 3;
	walk_bytes(&walk, &pages.layout, made(&file), 4, unpacker);
	assert_int_equal(walk.got, -1);
	assert_int_equal(walk.err.code, SHR_ERR_TRUNCATED);
	shr_unpacker_free(unpacker);
	maker_release(&file);
}

static void test_chain_length(void **state)
{
	struct page_maker pages = six_pages(false);
	struct maker file = { 0 };

	(void)state;
	put(&file, 2, 4);
	put_chunk(&file, &pages, 0, 4 * PAGE, false);
	size_t second = file.size;

	put_chunk(&file, &pages, 4 * PAGE, 6 * PAGE, false);
	size_t end = file.size;

	put_bytes(&file, "behind", 6);
	assert_int_equal(shr_pages_chain_length(made(&file), PAGE), end);
	/* Cut: as far as it goes. */
	file.size = end - 1;
	assert_int_equal(shr_pages_chain_length(made(&file), PAGE), end - 1);
	file.size = end;
	/* No whole pages: the chain ended before. */
	put_at(&file, second + 4, PAGE + 1, 4);
	assert_int_equal(shr_pages_chain_length(made(&file), PAGE), second + 8);
	put_at(&file, 8, PAGE + 1, 4);
	assert_int_equal(shr_pages_chain_length(made(&file), PAGE), 0);
	put_at(&file, 0, 0, 4);
	assert_int_equal(shr_pages_chain_length(made(&file), PAGE), 0);
	maker_release(&file);
	maker_release(&pages.bytes);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packed_chunks),
		cmocka_unit_test(test_packed_cut_everywhere),
		cmocka_unit_test(test_bad_chunk),
		cmocka_unit_test(test_chunk_ends_inside_a_page),
		cmocka_unit_test(test_empty_chunks),
		cmocka_unit_test(test_no_chunks),
		cmocka_unit_test(test_chain_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
