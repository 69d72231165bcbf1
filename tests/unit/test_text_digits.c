/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Digits by eights against digits one by one, over every byte and random runs. */
#include "parsers/text_digits.h"

#include "parsers/text_cursor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint64_t draw(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static bool is_hex(int byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f');
}

static void test_address(void **state)
{
	char digits[17] = "0123456789abcdef";
	uint64_t value = 0;

	(void)state;
	for (size_t at = 0; at < 16; at++) {
		for (int byte = 0; byte < 256; byte++) {
			strcpy(digits, "fedcba9876543210");
			digits[at] = (char)byte;
			assert_int_equal(shr_text_digits_address(digits, &value),
					 is_hex(byte));
			if (is_hex(byte))
				assert_int_equal(value, strtoull(digits, NULL, 16));
		}
	}
}

/* Random bytes with a run of @count digits from byte 10 on. */
static void fill(char *bytes, size_t size, size_t count, uint64_t *seed)
{
	for (size_t i = 0; i < size; i++)
		bytes[i] = (char)draw(seed);
	for (size_t i = 0; i < count; i++)
		bytes[10 + i] = (char)('0' + draw(seed) % 10);
}

static void check_before(const char *start, const char *end)
{
	const char *first, *want = end;
	uint64_t value = 0, same = 0;
	bool fits = shr_text_digits_before(start, end, &first, &value);

	while (want > start && want[-1] >= '0' && want[-1] <= '9')
		want--;
	assert_ptr_equal(first, want);
	assert_int_equal(fits, shr_text_decimal(want, end, &same));
	if (fits)
		assert_int_equal(value, same);
}

static void check_at(const char *pos)
{
	uint64_t value, same;
	unsigned count = shr_text_word_digits(shr_text_word_at(pos), &value), want = 0;

	while (want < 8 && pos[want] >= '0' && pos[want] <= '9')
		want++;
	assert_int_equal(count, want);
	assert_true(shr_text_decimal(pos, pos + count, &same));
	if (count)
		assert_int_equal(value, same);
}

static void test_runs(void **state)
{
	uint64_t seed = 88172645463325252;
	char bytes[48];

	(void)state;
	for (unsigned i = 0; i < 200000; i++) {
		size_t count = draw(&seed) % 24;

		fill(bytes, sizeof(bytes), count, &seed);
		check_before(bytes + draw(&seed) % 11, bytes + 10 + count);
		check_at(bytes + 10);
		check_at(bytes + draw(&seed) % 40);
	}
}

static enum shr_text_number take(const char *text, int64_t min, uint64_t max,
				 uint64_t *value, size_t *taken)
{
	struct shr_text_cursor cur = { text, text + strlen(text), NULL };
	enum shr_text_number got = shr_text_take_number(&cur, min, max, value);

	*taken = (size_t)(cur.pos - text);
	return got;
}

static void test_numbers(void **state)
{
	static const struct {
		const char *text;
		int64_t min;
		uint64_t max;
		enum shr_text_number got;
		uint64_t value;
		size_t taken;
	} cases[] = {
		{ "0", 0, 0, SHR_NUMBER_OK, 0, 1 },
		{ "18446744073709551615 ", 0, UINT64_MAX, SHR_NUMBER_OK, UINT64_MAX,
		  20 },
		{ "18446744073709551616", 0, UINT64_MAX, SHR_NUMBER_RANGE, 0, 0 },
		{ "-9223372036854775808,", INT64_MIN, 0, SHR_NUMBER_OK, 1ull << 63,
		  20 },
		{ "-9223372036854775809", INT64_MIN, 0, SHR_NUMBER_RANGE, 0, 0 },
		{ "-1", 0, 9, SHR_NUMBER_RANGE, 0, 0 },
		{ "-0", 0, 9, SHR_NUMBER_OK, 0, 2 },
		{ "10", 0, 9, SHR_NUMBER_RANGE, 0, 0 },
		{ "0xffffffffffffffff)", 0, UINT64_MAX, SHR_NUMBER_OK, UINT64_MAX, 18 },
		{ "0x00000000000000000001", 0, 9, SHR_NUMBER_OK, 1, 22 },
		{ "0x10000000000000000", 0, UINT64_MAX, SHR_NUMBER_RANGE, 0, 0 },
		{ "0xa", 0, 9, SHR_NUMBER_RANGE, 0, 0 },
		{ "0xABCdef", 0, UINT64_MAX, SHR_NUMBER_OK, 0xabcdef, 8 },
		{ "0x", 0, 9, SHR_NUMBER_NONE, 0, 0 },
		{ "0xg", 0, 9, SHR_NUMBER_NONE, 0, 0 },
		{ "", 0, 9, SHR_NUMBER_NONE, 0, 0 },
		{ "-", INT64_MIN, 9, SHR_NUMBER_NONE, 0, 0 },
		{ "5a", 0, 9, SHR_NUMBER_NONE, 0, 0 },
		{ "5.1", 0, 9, SHR_NUMBER_NONE, 0, 0 },
		{ "+5", 0, 9, SHR_NUMBER_NONE, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint64_t value = 0;
		size_t taken;

		assert_int_equal(
			take(cases[i].text, cases[i].min, cases[i].max, &value, &taken),
			cases[i].got);
		assert_int_equal(taken, cases[i].taken);
		if (cases[i].got == SHR_NUMBER_OK)
			assert_int_equal(value, cases[i].value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
