/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Made-up pages of a running kernel, and what the order of time demands of them. */
#include "tests/unit/calls_maker.h"
#include "tests/unit/kept.h"

static const char header_page[] =
	"\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
	"\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"
	"\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
	"\tfield: char data;\toffset:16;\tsize:4080;\tsigned:1;\n";

struct made_case {
	struct call_formats formats;
	struct shr_format_text texts[2];
	struct kept kept;
};

static void begin_case(struct made_case *test)
{
	make_call_formats(&test->formats);
	for (size_t i = 0; i < 2; i++)
		test->texts[i] =
			(struct shr_format_text){ str("vmscan"),
						  str(test->formats.texts[i]) };
	struct shr_live_texts texts = {
		.header_page = str(header_page),
		.formats = test->texts,
		.format_count = 2,
		.kallsyms = str("ffffffff81000000 t made_up_scan\n"),
		.kernel = str("6.12.1"),
		.clock = str("mono"),
		.page_size = PAGE,
		.cpu_count = 3,
	};

	open_kept(&test->kept, &texts);
}

/* Hand in a page of @cpu with starts at the times given, 0 behind the last. */
static void add_starts(struct made_case *test, uint32_t cpu, const uint64_t *times,
		       uint64_t lost)
{
	struct page_maker pages = page_maker(PAGE, 8, false);
	uint64_t now = times[0] ? times[0] : 1;
	struct shr_err err;

	page_begin(&pages, now);
	for (; *times; times++) {
		put_start(&pages, &test->formats, (uint32_t)(*times - now), *times);
		now = *times;
	}
	if (lost)
		page_end_lost(&pages, lost);
	else
		page_end(&pages, 0);
	struct shr_bytes bytes = made(&pages.bytes);

	assert_int_equal(
		shr_live_add(test->kept.live, cpu, bytes.data, bytes.size, &err), 0);
	maker_release(&pages.bytes);
}

#define STARTS(test, cpu, ...)                                                         \
	add_starts(test, cpu, (const uint64_t[]){ __VA_ARGS__, 0 }, 0)

/* All that has come out so far, by time. */
static void expect_times(struct made_case *test, const uint64_t *times)
{
	size_t count = 0;

	take_all(&test->kept);
	for (; times[count]; count++) {
		assert_true(count < test->kept.count);
		assert_int_equal(test->kept.events[count].ts_ns, times[count]);
	}
	assert_int_equal(test->kept.count, count);
}

#define EXPECT(test, ...) expect_times(test, (const uint64_t[]){ __VA_ARGS__, 0 })

static void end_case(struct made_case *test)
{
	close_kept(&test->kept);
}

/* Nothing comes out that an empty CPU could still precede. */
static void test_waits(void **state)
{
	struct made_case test;

	(void)state;
	begin_case(&test);
	EXPECT(&test, 0);
	STARTS(&test, 0, 100, 200, 300);
	EXPECT(&test, 0);
	assert_int_equal(shr_live_newest(test.kept.live), 300);
	shr_live_settle(test.kept.live, 200);
	EXPECT(&test, 100, 200);
	assert_int_equal(test.kept.got, 0);
	/* Never back. */
	shr_live_settle(test.kept.live, 50);
	STARTS(&test, 1, 250, 400);
	EXPECT(&test, 100, 200);
	shr_live_settle(test.kept.live, 350);
	EXPECT(&test, 100, 200, 250, 300);
	shr_live_finish(test.kept.live);
	EXPECT(&test, 100, 200, 250, 300, 400);
	assert_int_equal(shr_live_waiting(test.kept.live), 0);
	end_case(&test);
}

/* A CPU that has more in its buffer is known as far as it was read. */
static void test_busy(void **state)
{
	struct made_case test;

	(void)state;
	begin_case(&test);
	STARTS(&test, 0, 100, 200);
	STARTS(&test, 1, 150, 500);
	shr_live_busy(test.kept.live, 0);
	shr_live_settle(test.kept.live, 600);
	EXPECT(&test, 100, 150, 200);
	STARTS(&test, 0, 210, 510);
	shr_live_settle(test.kept.live, 600);
	EXPECT(&test, 100, 150, 200, 210, 500, 510);
	end_case(&test);
}

/* As files are read: the lower CPU first. */
static void test_equal_times(void **state)
{
	static const uint32_t cpus[] = { 0, 0, 1, 2, 2 };
	struct made_case test;

	(void)state;
	begin_case(&test);
	STARTS(&test, 2, 100, 100);
	STARTS(&test, 1, 100);
	STARTS(&test, 0, 100, 100);
	shr_live_settle(test.kept.live, 100);
	EXPECT(&test, 100, 100, 100, 100, 100);
	for (size_t i = 0; i < COUNT(cpus); i++)
		assert_int_equal(test.kept.events[i].cpu, cpus[i]);
	end_case(&test);
}

/* What was in the making for too long keeps the order, and is counted. */
static void test_late(void **state)
{
	struct made_case test;

	(void)state;
	begin_case(&test);
	STARTS(&test, 0, 100, 200);
	shr_live_settle(test.kept.live, 300);
	EXPECT(&test, 100, 200);
	STARTS(&test, 1, 150, 250);
	STARTS(&test, 0, 240);
	shr_live_settle(test.kept.live, 400);
	EXPECT(&test, 100, 200, 200, 240, 250);
	assert_int_equal(shr_live_late(test.kept.live), 1);
	/* Its own values are as they were. */
	assert_int_equal(test.kept.events[2].start.freeable, 150);
	end_case(&test);
}

/* The mark of a page without records belongs to the first that comes after. */
static void test_lost(void **state)
{
	struct made_case test;
	const struct shr_capture *capture;

	(void)state;
	begin_case(&test);
	capture = test.kept.src->capture;
	STARTS(&test, 0, 100);
	shr_live_settle(test.kept.live, 150);
	EXPECT(&test, 100);
	add_starts(&test, 0, (const uint64_t[]){ 0 }, 7);
	shr_live_settle(test.kept.live, 160);
	EXPECT(&test, 100);
	assert_int_equal(capture->lost_gaps, 0);
	add_starts(&test, 0, (const uint64_t[]){ 200, 0 }, 5);
	shr_live_settle(test.kept.live, 300);
	EXPECT(&test, 100, 200);
	assert_int_equal(capture->lost_gaps, 1);
	assert_int_equal(capture->lost_events, 12);
	/* Or to nothing, at the end. */
	add_starts(&test, 1, (const uint64_t[]){ 0 }, 3);
	shr_live_finish(test.kept.live);
	EXPECT(&test, 100, 200);
	assert_int_equal(capture->lost_gaps, 2);
	assert_int_equal(capture->lost_events, 15);
	end_case(&test);
}

/* A page that cannot be ends its CPU; what others have comes out before the error. */
static void test_damaged(void **state)
{
	struct made_case test;
	uint8_t page[PAGE] = { 0 };
	struct shr_err err;

	(void)state;
	begin_case(&test);
	STARTS(&test, 0, 100);
	STARTS(&test, 1, 150);
	memset(page + 8, 0xff, 3);
	assert_int_equal(shr_live_add(test.kept.live, 0, page, PAGE, &err), 0);
	shr_live_settle(test.kept.live, 200);
	EXPECT(&test, 100, 150);
	assert_int_equal(test.kept.got, -1);
	assert_int_equal(test.kept.lost_gaps, 1);
	assert_true(test.kept.src->capture->incomplete);
	assert_non_null(strstr(test.kept.err.reason, "claims more data"));
	/* It goes no further, and says so again. */
	STARTS(&test, 0, 170);
	shr_live_finish(test.kept.live);
	EXPECT(&test, 100, 150);
	assert_int_equal(test.kept.got, -1);
	end_case(&test);
}

static void test_no_such_cpu(void **state)
{
	struct made_case test;
	uint8_t page[PAGE] = { 0 };
	struct shr_err err;

	(void)state;
	begin_case(&test);
	assert_int_equal(shr_live_add(test.kept.live, 3, page, PAGE, &err), -1);
	assert_int_equal(err.code, SHR_ERR_RANGE);
	end_case(&test);
}

static void test_names(void **state)
{
	struct made_case test;
	struct shr_symbol symbol;
	struct shr_err err;

	(void)state;
	begin_case(&test);
	struct shr_source *src = test.kept.src;

	assert_str(src->capture->kernel, "6.12.1");
	assert_str(src->capture->clock, "mono");
	assert_int_equal(src->capture->clock_unit, SHR_CLOCK_NS);
	assert_true(src->symbol(src, 0xffffffff81000000, &symbol));
	assert_str(symbol.name, "made_up_scan");
	assert_str(src->comm(src, 42, 0), "");
	assert_int_equal(
		shr_live_set_cmdlines(test.kept.live, str("42 answer\n"), &err), 0);
	assert_str(src->comm(src, 42, 0), "answer");
	end_case(&test);
}

static void test_bad_formats(void **state)
{
	struct shr_live_texts texts = { .header_page = str("nonsense"),
					.page_size = PAGE,
					.cpu_count = 1 };
	struct shr_err err;

	(void)state;
	assert_null(shr_live_new(&texts, &err));
	assert_int_not_equal(err.code, SHR_ERR_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_waits),	    cmocka_unit_test(test_busy),
		cmocka_unit_test(test_equal_times), cmocka_unit_test(test_late),
		cmocka_unit_test(test_lost),	    cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_no_such_cpu), cmocka_unit_test(test_names),
		cmocka_unit_test(test_bad_formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
