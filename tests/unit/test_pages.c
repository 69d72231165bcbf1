/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parsers/pages.h"

#include "tests/unit/page_walk.h"

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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
