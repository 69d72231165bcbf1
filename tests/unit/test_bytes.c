/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parsers/bytes.h"

#include "tests/unit/maker.h"

static const uint8_t digits[] = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef };

static struct shr_bytes over(const void *data, size_t size)
{
	return (struct shr_bytes){ .data = data, .size = size };
}

static void test_little_endian(void **state)
{
	struct shr_bytes bytes = over(digits, 8);

	(void)state;
	assert_int_equal(shr_bytes_u64(&bytes), 0xefcdab8967452301);
	bytes.pos = 0;
	assert_int_equal(shr_bytes_u32(&bytes), 0x67452301);
	assert_int_equal(shr_bytes_u16(&bytes), 0xab89);
	assert_int_equal(shr_bytes_u8(&bytes), 0xcd);
	assert_int_equal(bytes.pos, 7);
	assert_false(bytes.short_of);
}

static void test_big_endian(void **state)
{
	struct shr_bytes bytes = over(digits, 8);

	(void)state;
	bytes.big = true;
	assert_int_equal(shr_bytes_u64(&bytes), 0x0123456789abcdef);
	bytes.pos = 0;
	assert_int_equal(shr_bytes_u32(&bytes), 0x01234567);
	assert_int_equal(shr_bytes_u16(&bytes), 0x89ab);
	assert_int_equal(shr_bytes_u8(&bytes), 0xcd);
}

/* A take past the end yields nothing, and so does every one behind it. */
static void test_short_take_sticks(void **state)
{
	struct shr_bytes bytes = over(digits, 3);

	(void)state;
	assert_int_equal(shr_bytes_u32(&bytes), 0);
	assert_true(bytes.short_of);
	assert_int_equal(bytes.pos, 3);
	assert_int_equal(shr_bytes_u8(&bytes), 0);
	assert_int_equal(shr_bytes_slice(&bytes, 1).len, 0);
	assert_true(bytes.short_of);
}

static void test_exact_end_is_not_short(void **state)
{
	struct shr_bytes bytes = over(digits, 4);

	(void)state;
	shr_bytes_u32(&bytes);
	assert_false(bytes.short_of);
	assert_int_equal(shr_bytes_slice(&bytes, 0).len, 0);
	assert_false(bytes.short_of);
}

static void test_slice(void **state)
{
	struct shr_bytes bytes = over("abcdef", 6);

	(void)state;
	assert_str(shr_bytes_slice(&bytes, 2), "ab");
	assert_str(shr_bytes_slice(&bytes, 4), "cdef");
	assert_str(shr_bytes_slice(&bytes, 1), "");
	assert_true(bytes.short_of);
}

/* A length no file can have must not wrap around. */
static void test_slice_of_a_lying_length(void **state)
{
	struct shr_bytes bytes = over("abcdef", 6);

	(void)state;
	bytes.pos = 2;
	assert_str(shr_bytes_slice(&bytes, UINT64_MAX), "");
	assert_true(bytes.short_of);
	assert_int_equal(bytes.pos, 6);
}

static void test_string(void **state)
{
	struct shr_bytes bytes = over("one\0\0two", 8);

	(void)state;
	assert_str(shr_bytes_string(&bytes), "one");
	assert_str(shr_bytes_string(&bytes), "");
	assert_false(bytes.short_of);
	assert_str(shr_bytes_string(&bytes), ""); /* "two" lacks its NUL */
	assert_true(bytes.short_of);
	assert_int_equal(bytes.pos, 8);
}

static void test_string_of_nothing(void **state)
{
	struct shr_bytes bytes = over(NULL, 0);

	(void)state;
	assert_str(shr_bytes_string(&bytes), "");
	assert_true(bytes.short_of);
}

/* A cursor inside another knows its place in the input. */
static void test_sub(void **state)
{
	struct shr_bytes bytes = over(digits, 8);

	(void)state;
	bytes.base = 1000;
	bytes.big = true;
	shr_bytes_u16(&bytes);

	struct shr_bytes sub = shr_bytes_sub(&bytes, 3);

	assert_int_equal(shr_bytes_at(&sub), 1002);
	assert_int_equal(shr_bytes_at(&bytes), 1005);
	assert_int_equal(shr_bytes_u16(&sub), 0x4567);
	assert_int_equal(shr_bytes_at(&sub), 1004);
	assert_int_equal(shr_bytes_u16(&sub), 0); /* one byte is left of the three */
	assert_true(sub.short_of);
	assert_false(bytes.short_of);
}

static void test_sub_beyond_the_end(void **state)
{
	struct shr_bytes bytes = over(digits, 8);
	struct shr_bytes sub = shr_bytes_sub(&bytes, 9);

	(void)state;
	assert_true(sub.short_of);
	assert_int_equal(sub.size, 0);
	assert_true(bytes.short_of);
	assert_int_equal(shr_bytes_u8(&sub), 0);
}

/* What was unpacked lies nowhere in the input: all of it has its section's place. */
static void test_places_of_unpacked_bytes(void **state)
{
	struct shr_bytes bytes = over(digits, 8);

	(void)state;
	bytes.base = 1000;
	bytes.unpacked = true;
	shr_bytes_u32(&bytes);
	assert_int_equal(shr_bytes_at(&bytes), 1000);
	struct shr_bytes sub = shr_bytes_sub(&bytes, 2);

	shr_bytes_u8(&sub);
	assert_int_equal(shr_bytes_at(&sub), 1000);
}

static void test_seek(void **state)
{
	struct shr_bytes bytes = over(digits, 8);

	(void)state;
	struct shr_bytes at = shr_bytes_seek(&bytes, 6);

	assert_int_equal(shr_bytes_u16(&at), 0xefcd);
	at = shr_bytes_seek(&bytes, 8);
	assert_false(at.short_of);
	at = shr_bytes_seek(&bytes, 9);
	assert_true(at.short_of);
	at = shr_bytes_seek(&bytes, UINT64_MAX);
	assert_true(at.short_of);
	assert_int_equal(shr_bytes_u32(&at), 0);
	assert_int_equal(bytes.pos, 0);
}

static void test_str_is(void **state)
{
	(void)state;
	assert_true(shr_str_is(str("zstd"), "zstd"));
	assert_true(shr_str_is(str(""), ""));
	assert_false(shr_str_is(str("zst"), "zstd"));
	assert_false(shr_str_is(str("zstd1"), "zstd"));
	assert_false(shr_str_is((struct shr_str){ "zst\0", 4 }, "zst"));
	assert_true(shr_str_is((struct shr_str){ NULL, 0 }, ""));
	assert_false(shr_str_is((struct shr_str){ NULL, 0 }, "zstd"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_little_endian),
		cmocka_unit_test(test_big_endian),
		cmocka_unit_test(test_short_take_sticks),
		cmocka_unit_test(test_exact_end_is_not_short),
		cmocka_unit_test(test_slice),
		cmocka_unit_test(test_slice_of_a_lying_length),
		cmocka_unit_test(test_string),
		cmocka_unit_test(test_string_of_nothing),
		cmocka_unit_test(test_sub),
		cmocka_unit_test(test_sub_beyond_the_end),
		cmocka_unit_test(test_places_of_unpacked_bytes),
		cmocka_unit_test(test_seek),
		cmocka_unit_test(test_str_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
