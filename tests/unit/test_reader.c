/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a capture is recognised, and what is said of those that are not read. */
#include "parsers/reader.h"

#include "tests/unit/fixture.h"
#include "tests/unit/reading.h"

static struct shr_bytes over(const void *data, size_t size)
{
	return (struct shr_bytes){ .data = data, .size = size };
}

static void expect_refusal(const void *data, size_t size, const char *hint)
{
	struct reading reading;

	read_bytes(&reading, over(data, size), NULL);
	assert_null(reading.reader);
	assert_int_equal(reading.err.code, SHR_ERR_UNSUPPORTED);
	assert_int_equal(reading.err.offset, SHR_NO_OFFSET);
	if (!strstr(reading.err.reason, hint))
		print_error("got: %s\n", reading.err.reason);
	assert_non_null(strstr(reading.err.reason, hint));
	close_reading(&reading);
}

static void test_foreign_formats(void **state)
{
	(void)state;
	expect_refusal("PERFILE2\x68\0\0\0", 12, "perf script");
	expect_refusal("2ELIFREP\0\0\0\x68", 12, "perf script");
	expect_refusal("PERFILE2", 8, "perf script");
	expect_refusal("\x1f\x8b\x08\0", 4, "zcat");
	expect_refusal("\x28\xb5\x2f\xfd\x24", 5, "zstdcat");
	expect_refusal("\xfd"
		       "7zXZ\0",
		       6, "xzcat");
}

/* A file that is cut before its kind can be told is text, as far as anyone knows. */
static void test_too_short_for_a_kind(void **state)
{
	static const char *const heads[] = { "PERFIL", "\x1f", "\x28\xb5\x2f",
					     "\x17\x08\x44traci" };

	(void)state;
	for (size_t i = 0; i < COUNT(heads); i++) {
		struct reading reading;

		read_bytes(&reading, over(heads[i], strlen(heads[i])), NULL);
		assert_int_equal(reading.count, 0);
		close_reading(&reading);
	}
}

static void test_needs_whole(void **state)
{
	(void)state;
	assert_true(shr_input_needs_whole((const uint8_t *)"\x17\x08\x44tracing6", 11));
	assert_false(shr_input_needs_whole((const uint8_t *)"\x17\x08\x44tracin", 9));
	assert_false(shr_input_needs_whole((const uint8_t *)"cpus=2\n", 7));
	assert_false(shr_input_needs_whole(NULL, 0));
}

static ssize_t no_more(void *ctx, void *buf, size_t cap)
{
	(void)ctx, (void)buf, (void)cap;
	return 0;
}

static void test_trace_dat_is_not_streamed(void **state)
{
	struct shr_input input = { .data = (const uint8_t *)"\x17\x08\x44tracing6",
				   .size = 11,
				   .more = no_more };
	struct shr_err err = { 0 };

	(void)state;
	assert_null(shr_reader_new(&input, NULL, &err));
	assert_int_equal(err.code, SHR_ERR_UNSUPPORTED);
	assert_non_null(strstr(err.reason, "whole"));
}

static void test_text_has_no_instances(void **state)
{
	struct shr_reader_options options = { .instance = "shrfmt" };
	struct reading reading;

	(void)state;
	read_bytes(&reading, over("cpus=2\n", 7), &options);
	assert_null(reading.reader);
	assert_int_equal(reading.err.code, SHR_ERR_UNSUPPORTED);
	assert_non_null(strstr(reading.err.reason, "instances"));
	close_reading(&reading);
}

static void test_trace_dat(void **state)
{
	struct maker file = load_fixture("fixtures/trace/reencoded-be64.dat");
	struct reading reading;

	(void)state;
	read_bytes(&reading, made(&file), NULL);
	assert_int_equal(reading.got, 0);
	assert_int_equal(reading.count, 146);
	assert_string_equal(reading.src->capture->format, "trace.dat v6");
	assert_int_equal(reading.src->capture->size, file.size);
	close_reading(&reading);
	maker_release(&file);
}

/* Without a capture's own mask nothing is printed of it. */
static void test_gfp_of_none(void **state)
{
	struct maker file = load_fixture("fixtures/trace/reencoded-zlib.dat");
	const struct shr_start start = { .gfp = 0xcc0 };
	struct reading reading;
	char text[40] = "before";

	(void)state;
	read_bytes(&reading, made(&file), NULL);
	reading.src->gfp(reading.src, &start, false, text, sizeof(text));
	assert_string_equal(text, "");
	reading.src->gfp(reading.src, &start, true, text, sizeof(text));
	assert_string_equal(text, "GFP_KERNEL");
	reading.src->gfp(reading.src, &start, true, text, 4);
	assert_string_equal(text, "GFP");
	close_reading(&reading);
	maker_release(&file);
}

static void test_free_of_nothing(void **state)
{
	(void)state;
	shr_reader_free(NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_foreign_formats),
		cmocka_unit_test(test_too_short_for_a_kind),
		cmocka_unit_test(test_needs_whole),
		cmocka_unit_test(test_trace_dat_is_not_streamed),
		cmocka_unit_test(test_text_has_no_instances),
		cmocka_unit_test(test_trace_dat),
		cmocka_unit_test(test_gfp_of_none),
		cmocka_unit_test(test_free_of_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
