/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parsers/pages.h"

#include "core/err.h"
#include "tests/unit/page_maker.h"

#include <zlib.h>
#include <zstd.h>

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

static void walk_pages(struct walk *walk, const struct page_maker *pages)
{
	walk_bytes(walk, &pages->layout, made(&pages->bytes), pages->bytes.size, NULL);
}

/* Walk, expecting @count records and then the end. */
static void walk_well(struct walk *walk, struct page_maker *pages, size_t count)
{
	walk_pages(walk, pages);
	maker_release(&pages->bytes);
	assert_int_equal(walk->got, 0);
	assert_int_equal(walk->count, count);
}

static void walk_badly(struct walk *walk, struct page_maker *pages, size_t count,
		       enum shr_err_code code, uint64_t offset)
{
	walk_pages(walk, pages);
	maker_release(&pages->bytes);
	assert_int_equal(walk->got, -1);
	assert_int_equal(walk->count, count);
	assert_int_equal(walk->err.code, code);
	assert_int_equal(walk->err.offset, offset);
}

/* Both byte orders and both sizes of the commit. */
struct variant {
	unsigned commit_size;
	bool big;
};

static const struct variant variants[] = {
	{ 8, false },
	{ 8, true },
	{ 4, false },
	{ 4, true },
};

static void test_nothing(void **state)
{
	struct page_maker pages = page_maker(PAGE, 8, false);
	struct walk walk;

	(void)state;
	put_bytes(&pages.bytes, "", 0);
	walk_well(&walk, &pages, 0);
}

static void test_every_short_length(void **state)
{
	(void)state;
	for (size_t v = 0; v < COUNT(variants); v++) {
		struct page_maker pages =
			page_maker(4096, variants[v].commit_size, variants[v].big);
		struct walk walk;

		page_begin(&pages, 1000000);
		for (uint32_t type = 1; type <= 28; type++)
			put_record(&pages, type, type * 4);
		page_end(&pages, 0);
		walk_well(&walk, &pages, 28);
		for (uint32_t type = 1, ts = 1000000; type <= 28; type++) {
			ts += type;
			assert_int_equal(walk.len[type - 1], type * 4);
			assert_int_equal(walk.ts[type - 1], ts);
		}
	}
}

static void test_long_lengths(void **state)
{
	static const uint32_t lens[] = { 1, 2, 3, 4, 5, 100, 112, 113, 116, 200, 0 };

	(void)state;
	for (size_t v = 0; v < COUNT(variants); v++) {
		struct page_maker pages =
			page_maker(4096, variants[v].commit_size, variants[v].big);
		struct walk walk;

		page_begin(&pages, 50);
		for (size_t i = 0; i < COUNT(lens); i++)
			put_long(&pages, 7, lens[i]);
		put_record(&pages, 1, 8);
		page_end(&pages, 0);
		walk_well(&walk, &pages, COUNT(lens) + 1);
		for (size_t i = 0; i < COUNT(lens); i++)
			assert_int_equal(walk.len[i], lens[i]);
		assert_int_equal(walk.ts[COUNT(lens)], 50 + 7 * COUNT(lens) + 1);
	}
}

/* The padding of a last long record may lie beyond what the page uses. */
static void test_last_long_is_not_aligned(void **state)
{
	struct page_maker pages = page_maker(PAGE, 8, false);
	struct walk walk;

	(void)state;
	page_begin(&pages, 50);
	put_word(&pages, 0, 1);
	put(&pages.bytes, 4 + 5, 4);
	put_payload(&pages, 5);
	page_end(&pages, 0);
	walk_well(&walk, &pages, 1);
	assert_int_equal(walk.len[0], 5);
}

/* A page can end before it is used up. */
static void test_padding_ends_a_page(void **state)
{
	struct page_maker pages = page_maker(PAGE, 8, false);
	struct walk walk;

	(void)state;
	page_begin(&pages, 1);
	put_record(&pages, 1, 4);
	put_word(&pages, WORD_PADDING, 0);
	put(&pages.bytes, 0xffffffff, 4); /* not looked at */
	page_end(&pages, 0);
	page_begin(&pages, 100);
	put_record(&pages, 1, 8);
	put_word(&pages, WORD_PADDING, 0); /* nothing behind it */
	page_end(&pages, 0);
	walk_well(&walk, &pages, 2);
	assert_int_equal(walk.ts[1], 101);
}

/* A discarded record is none, but its time counts. */
static void test_discarded(void **state)
{
	(void)state;
	for (size_t v = 0; v < COUNT(variants); v++) {
		struct page_maker pages =
			page_maker(PAGE, variants[v].commit_size, variants[v].big);
		struct walk walk;

		page_begin(&pages, 1000);
		put_discarded(&pages, 10, 4);
		put_record(&pages, 5, 8);
		put_discarded(&pages, 20, 64);
		put_record(&pages, 5, 12);
		put_discarded(&pages, 1, 8);
		page_end(&pages, 0);
		walk_well(&walk, &pages, 2);
		assert_int_equal(walk.ts[0], 1015);
		assert_int_equal(walk.ts[1], 1040);
	}
}

static void test_time_extend(void **state)
{
	const uint64_t long_time = ((uint64_t)0x12345 << 27) + 99;

	(void)state;
	for (size_t v = 0; v < COUNT(variants); v++) {
		struct page_maker pages =
			page_maker(PAGE, variants[v].commit_size, variants[v].big);
		struct walk walk;

		page_begin(&pages, 1000);
		put_record(&pages, 1, 4);
		put_time(&pages, WORD_EXTEND, long_time);
		put_record(&pages, 0, 8);
		put_record(&pages, 3, 4);
		put_time(&pages, WORD_EXTEND, 1);
		put_time(&pages, WORD_EXTEND, 2);
		put_record(&pages, 4, 8);
		page_end(&pages, 0);
		walk_well(&walk, &pages, 4);
		assert_int_equal(walk.ts[1], 1001 + long_time);
		assert_int_equal(walk.ts[2], 1004 + long_time);
		assert_int_equal(walk.ts[3], 1011 + long_time);
	}
}

/* A stamp replaces the lower 59 bits of the time. */
static void test_absolute_stamp(void **state)
{
	const uint64_t stamp = 0x7ffffff0000001f;
	const uint64_t upper = (uint64_t)0xa8 << 56;

	(void)state;
	for (size_t v = 0; v < COUNT(variants); v++) {
		struct page_maker pages =
			page_maker(PAGE, variants[v].commit_size, variants[v].big);
		struct walk walk;

		page_begin(&pages, upper | 1000);
		put_record(&pages, 1, 4);
		put_time(&pages, WORD_STAMP, stamp);
		put_record(&pages, 2, 8);
		page_end(&pages, 0);
		page_begin(&pages, 5000);
		put_time(&pages, WORD_STAMP, 6000);
		put_record(&pages, 0, 8);
		page_end(&pages, 0);
		walk_well(&walk, &pages, 3);
		assert_int_equal(walk.ts[0], upper | 1001);
		assert_int_equal(walk.ts[1], upper + stamp + 2);
		assert_int_equal(walk.ts[2], 6000);
	}
}

/* A page whose first word is time still carries its loss to its first record. */
static void test_page_begins_with_time(void **state)
{
	static const uint32_t types[] = { WORD_EXTEND, WORD_STAMP };

	(void)state;
	for (size_t i = 0; i < COUNT(types); i++) {
		struct page_maker pages = page_maker(PAGE, 8, false);
		struct walk walk;

		page_begin(&pages, 1000);
		put_time(&pages, types[i], 2000);
		put_record(&pages, 5, 8);
		page_end_lost(&pages, 42);
		walk_well(&walk, &pages, 1);
		assert_int_equal(walk.ts[0], types[i] == WORD_EXTEND ? 3005 : 2005);
		assert_int_equal(walk.lost_count, 1);
		assert_int_equal(walk.lost_at[0], 0);
		assert_int_equal(walk.lost[0], 42);
	}
}

static void test_lost_with_count(void **state)
{
	(void)state;
	for (size_t v = 0; v < COUNT(variants); v++) {
		struct page_maker pages =
			page_maker(PAGE, variants[v].commit_size, variants[v].big);
		struct walk walk;

		page_begin(&pages, 1);
		put_record(&pages, 1, 4);
		page_end(&pages, 0);
		page_begin(&pages, 10);
		put_record(&pages, 1, 4);
		put_record(&pages, 1, 4);
		page_end_lost(&pages, 106);
		walk_well(&walk, &pages, 3);
		assert_int_equal(walk.lost_count, 1);
		assert_int_equal(walk.lost_at[0], 1);
		assert_true(walk.lost_counted[0]);
		assert_int_equal(walk.lost[0], 106);
	}
}

static void test_lost_without_count(void **state)
{
	struct page_maker pages = page_maker(PAGE, 8, false);
	struct walk walk;

	(void)state;
	page_begin(&pages, 1);
	put_record(&pages, 1, 4);
	page_end(&pages, lost_mark);
	walk_well(&walk, &pages, 1);
	assert_int_equal(walk.lost_count, 1);
	assert_false(walk.lost_counted[0]);
}

/* 64-bit kernels extend the sign of the flags: 0xffffffffc0000fc4 was recorded. */
static void test_sign_extended_flags(void **state)
{
	struct page_maker pages = page_maker(4096, 8, false);
	struct walk walk;

	(void)state;
	page_begin(&pages, 1);
	put_record(&pages, 1, 8);
	while (pages.bytes.size - 16 < 0xfc4)
		put_record(&pages, 1, 4);
	page_end_lost(&pages, 106);
	struct shr_bytes head = made(&pages.bytes);

	shr_bytes_u64(&head);
	assert_int_equal(shr_bytes_u64(&head), 0xffffffffc0000fc4);
	walk_well(&walk, &pages, 1 + (0xfc4 - 12) / 8);
	assert_int_equal(walk.lost[0], 106);
}

/* A full page has no room for the count that its flags promise. */
static void test_lost_count_does_not_fit(void **state)
{
	struct page_maker pages = page_maker(PAGE, 8, false);
	struct walk walk;

	(void)state;
	page_begin(&pages, 1);
	for (int i = 0; i < 30; i++)
		put_record(&pages, 1, 4);
	page_end(&pages, lost_counted_mark);
	page_begin(&pages, 100);
	put_record(&pages, 1, 4);
	page_end(&pages, 0);
	walk_well(&walk, &pages, 31);
	assert_int_equal(walk.lost_count, 1);
	assert_false(walk.lost_counted[0]);
}

/* A page without records hands its loss to the next one that has some. */
static void test_empty_pages_carry_the_loss(void **state)
{
	struct page_maker pages = page_maker(PAGE, 8, false);
	struct walk walk;

	(void)state;
	page_begin(&pages, 1);
	page_end_lost(&pages, 3);
	page_begin(&pages, 2);
	page_end(&pages, 0);
	page_begin(&pages, 3);
	put_time(&pages, WORD_EXTEND, 1);
	page_end_lost(&pages, 4);
	page_begin(&pages, 10);
	put_record(&pages, 1, 4);
	page_end_lost(&pages, 5);
	walk_well(&walk, &pages, 1);
	assert_int_equal(walk.lost_count, 1);
	assert_int_equal(walk.lost_at[0], 0);
	assert_true(walk.lost_counted[0]);
	assert_int_equal(walk.lost[0], 12);
}

/* Of two losses that become one, both must be counted or it is not. */
static void test_empty_page_with_uncounted_loss(void **state)
{
	for (int first = 0; first < 2; first++) {
		struct page_maker pages = page_maker(PAGE, 8, false);
		struct walk walk;

		(void)state;
		page_begin(&pages, 1);
		if (first)
			page_end(&pages, lost_mark);
		else
			page_end_lost(&pages, 3);
		page_begin(&pages, 10);
		put_record(&pages, 1, 4);
		if (first)
			page_end_lost(&pages, 3);
		else
			page_end(&pages, lost_mark);
		walk_well(&walk, &pages, 1);
		assert_int_equal(walk.lost_count, 1);
		assert_false(walk.lost_counted[0]);
	}
}

/* A loss behind the last record must not be forgotten. */
static void test_loss_behind_the_last_record(void **state)
{
	struct page_maker pages = page_maker(PAGE, 8, false);
	struct walk walk;

	(void)state;
	page_begin(&pages, 1);
	put_record(&pages, 1, 4);
	page_end(&pages, 0);
	page_begin(&pages, 10);
	page_end_lost(&pages, 9);
	walk_well(&walk, &pages, 1);
	assert_int_equal(walk.lost_count, 1);
	assert_int_equal(walk.lost_at[0], 1);
	assert_int_equal(walk.lost[0], 9);
}

static void test_zeros_are_empty_pages(void **state)
{
	struct page_maker pages = page_maker(PAGE, 8, false);
	struct walk walk;

	(void)state;
	put(&pages.bytes, 0, 1);
	put_padding(&pages.bytes, PAGE);
	page_begin(&pages, 10);
	put_record(&pages, 1, 4);
	page_end(&pages, 0);
	put(&pages.bytes, 0, 1);
	put_padding(&pages.bytes, PAGE);
	walk_well(&walk, &pages, 1);
	assert_int_equal(walk.ts[0], 11);
}

/* More records than a run holds, and pages that end within one. */
static void test_runs_stay_in_a_page(void **state)
{
	struct page_maker pages = page_maker(1024, 8, false);
	struct walk walk;

	(void)state;
	for (int page = 0; page < 3; page++) {
		page_begin(&pages, 1000 * (uint64_t)page);
		for (int i = 0; i < 100; i++)
			put_record(&pages, 1, 4);
		page_end_lost(&pages, (uint64_t)page + 1);
	}
	walk_well(&walk, &pages, 300);
	assert_int_equal(walk.runs, 6); /* 64 and 36 of each page */
	assert_int_equal(walk.lost_count, 3);
	for (size_t page = 0; page < 3; page++) {
		assert_int_equal(walk.lost_at[page], 100 * page);
		assert_int_equal(walk.lost[page], page + 1);
	}
}

static void test_record_beyond_its_page(void **state)
{
	for (size_t v = 0; v < COUNT(variants); v++) {
		struct page_maker pages =
			page_maker(PAGE, variants[v].commit_size, variants[v].big);
		struct walk walk;

		(void)state;
		page_begin(&pages, 1);
		put_record(&pages, 1, 4);
		page_end(&pages, 0);
		page_begin(&pages, 10);
		put_record(&pages, 1, 4);
		put_word(&pages, 5, 1); /* of 20 bytes there are 16 */
		put_payload(&pages, 16);
		page_end(&pages, 0);
		walk_badly(&walk, &pages, 2, SHR_ERR_SYNTAX, PAGE);
	}
}

static void expect_bad_word(uint32_t type, uint32_t delta, const uint32_t *array)
{
	struct page_maker pages = page_maker(PAGE, 8, false);
	struct walk walk;

	page_begin(&pages, 1);
	put_record(&pages, 1, 4);
	put_word(&pages, type, delta);
	if (array)
		put(&pages.bytes, *array, 4);
	page_end(&pages, 0);
	walk_badly(&walk, &pages, 1, SHR_ERR_SYNTAX, 0);
}

static void test_words_that_cannot_be(void **state)
{
	static const uint32_t too_long[] = { 5,		 6,	     1000,
					     0x7fffffff, 0xfffffffc, 0xffffffff };
	static const uint32_t too_short[] = { 0, 1, 2, 3 };

	(void)state;
	for (size_t i = 0; i < COUNT(too_long); i++) {
		expect_bad_word(0, 1, &too_long[i]);
		expect_bad_word(WORD_PADDING, 1, &too_long[i]);
	}
	for (size_t i = 0; i < COUNT(too_short); i++) {
		expect_bad_word(0, 1, &too_short[i]);
		expect_bad_word(WORD_PADDING, 1, &too_short[i]);
	}
	/* Nothing behind a word that needs a second one. */
	expect_bad_word(0, 1, NULL);
	expect_bad_word(WORD_PADDING, 1, NULL);
	expect_bad_word(WORD_EXTEND, 1, NULL);
	expect_bad_word(WORD_STAMP, 1, NULL);
	expect_bad_word(1, 1, NULL);
	expect_bad_word(28, 1, NULL);
}

/* A page that uses a number of bytes which is none of words. */
static void test_odd_end(void **state)
{
	struct page_maker pages = page_maker(PAGE, 8, false);
	struct walk walk;

	(void)state;
	page_begin(&pages, 1);
	put_record(&pages, 1, 4);
	put(&pages.bytes, 0, 3);
	page_end(&pages, 0);
	walk_badly(&walk, &pages, 1, SHR_ERR_SYNTAX, 0);
}

static void test_page_claims_too_much(void **state)
{
	static const uint64_t claims[] = { PAGE - 16 + 1, PAGE, 0x7ffffff };

	(void)state;
	for (size_t i = 0; i < COUNT(claims); i++) {
		struct page_maker pages = page_maker(PAGE, 8, false);
		struct walk walk;

		page_begin(&pages, 1);
		put_record(&pages, 1, 4);
		page_end(&pages, 0);
		page_begin(&pages, 2);
		put_record(&pages, 1, 4);
		page_end(&pages, 0);
		page_commit(&pages, claims[i]);
		walk_badly(&walk, &pages, 1, SHR_ERR_SYNTAX, PAGE);
	}
}

/* Whole pages, and what cutting them at every byte leaves of their records. */
static void test_cut_everywhere(void **state)
{
	struct page_maker pages = page_maker(PAGE, 8, false);
	struct walk whole, walk;

	(void)state;
	for (uint64_t page = 0; page < 3; page++) {
		page_begin(&pages, 1000 * page);
		put_record(&pages, 1, 4);
		put_long(&pages, 1, 30);
		put_time(&pages, WORD_EXTEND, 5);
		put_discarded(&pages, 1, 8);
		put_record(&pages, 1, 100);
		page_end_lost(&pages, 7);
	}
	walk_pages(&whole, &pages);
	assert_int_equal(whole.count, 9);
	for (size_t size = 0; size < pages.bytes.size; size++) {
		struct maker cut = { 0 };

		put_bytes(&cut, pages.bytes.data, size);
		walk_bytes(&walk, &pages.layout, made(&cut), pages.bytes.size, NULL);
		assert_int_equal(walk.got, -1);
		assert_int_equal(walk.err.code, SHR_ERR_TRUNCATED);
		assert_true(walk.err.offset <= size);
		assert_true(walk.count <= whole.count);
		assert_memory_equal(walk.ts, whole.ts, walk.count * sizeof(*walk.ts));
		/* Not a record less than are there. */
		assert_true(walk.count >= size / PAGE * 3);
		maker_release(&cut);
	}
	maker_release(&pages.bytes);
}

/* The data of a CPU can be shorter than its pages, in a file that is whole. */
static void test_size_ends_inside_a_page(void **state)
{
	struct page_maker pages = page_maker(PAGE, 8, false);
	struct walk walk;

	(void)state;
	page_begin(&pages, 1);
	for (int i = 0; i < 10; i++)
		put_record(&pages, 1, 4);
	page_end(&pages, 0);
	/* As long as the records are there, nothing is wrong. */
	walk_bytes(&walk, &pages.layout, made(&pages.bytes), 16 + 80, NULL);
	assert_int_equal(walk.got, 0);
	assert_int_equal(walk.count, 10);
	walk_bytes(&walk, &pages.layout, made(&pages.bytes), 16 + 79, NULL);
	assert_int_equal(walk.got, -1);
	assert_int_equal(walk.count, 9);
	assert_int_equal(walk.err.code, SHR_ERR_TRUNCATED);
	walk_bytes(&walk, &pages.layout, made(&pages.bytes), 15, NULL);
	assert_int_equal(walk.got, -1);
	assert_int_equal(walk.err.code, SHR_ERR_TRUNCATED);
	maker_release(&pages.bytes);
}

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

static uint32_t stride_of(const struct page_maker *pages, uint32_t assumed)
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
	struct walk few, walk;

	(void)state;
	/* Little in all of them: any size reads the same. */
	pages.layout.page_size = stride_of(&pages, 4096);
	walk_pages(&few, &pages);
	assert_int_equal(few.got, 0);
	assert_int_equal(few.count, 3);
	for (size_t page = 0; page < 3; page++)
		put_at(&full.bytes, page * 16384, 10000000 * (page + 1), 8);
	put_bytes(&pages.bytes, full.bytes.data, full.bytes.size);
	pages.layout.page_size = stride_of(&pages, 4096);
	assert_int_equal(pages.layout.page_size, 16384);
	walk_pages(&walk, &pages);
	assert_int_equal(walk.got, 0);
	assert_int_equal(walk.count, 3 + 3 * 156);
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
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_every_short_length),
		cmocka_unit_test(test_long_lengths),
		cmocka_unit_test(test_last_long_is_not_aligned),
		cmocka_unit_test(test_padding_ends_a_page),
		cmocka_unit_test(test_discarded),
		cmocka_unit_test(test_time_extend),
		cmocka_unit_test(test_absolute_stamp),
		cmocka_unit_test(test_page_begins_with_time),
		cmocka_unit_test(test_lost_with_count),
		cmocka_unit_test(test_lost_without_count),
		cmocka_unit_test(test_sign_extended_flags),
		cmocka_unit_test(test_lost_count_does_not_fit),
		cmocka_unit_test(test_empty_pages_carry_the_loss),
		cmocka_unit_test(test_empty_page_with_uncounted_loss),
		cmocka_unit_test(test_loss_behind_the_last_record),
		cmocka_unit_test(test_zeros_are_empty_pages),
		cmocka_unit_test(test_runs_stay_in_a_page),
		cmocka_unit_test(test_record_beyond_its_page),
		cmocka_unit_test(test_words_that_cannot_be),
		cmocka_unit_test(test_odd_end),
		cmocka_unit_test(test_page_claims_too_much),
		cmocka_unit_test(test_cut_everywhere),
		cmocka_unit_test(test_size_ends_inside_a_page),
		cmocka_unit_test(test_packed_chunks),
		cmocka_unit_test(test_packed_cut_everywhere),
		cmocka_unit_test(test_bad_chunk),
		cmocka_unit_test(test_chunk_ends_inside_a_page),
		cmocka_unit_test(test_empty_chunks),
		cmocka_unit_test(test_no_chunks),
		cmocka_unit_test(test_stride),
		cmocka_unit_test(test_stride_of_sparse_pages),
		cmocka_unit_test(test_stride_of_damaged_pages),
		cmocka_unit_test(test_stride_of_pages_out_of_order),
		cmocka_unit_test(test_stride_of_cut_pages),
		cmocka_unit_test(test_chain_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
