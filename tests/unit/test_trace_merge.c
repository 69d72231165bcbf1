/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Made-up files: what no recorder gives by request, and what damage leaves. */
#include "parsers/trace_reader.h"

#include "tests/unit/calls_maker.h"
#include "tests/unit/reading.h"

static struct call_formats formats;

static int make_formats(void **state)
{
	(void)state;
	make_call_formats(&formats);
	return 0;
}

static struct page_maker new_pages(void)
{
	return page_maker(PAGE, 8, false);
}

/* @count calls, a start and an end each, beginning at @ts and numbered from @number. */
static struct maker some_calls(uint64_t ts, uint32_t step, unsigned count,
			       uint64_t number)
{
	struct page_maker pages = new_pages();

	page_begin(&pages, ts);
	for (unsigned i = 0; i < count; i++) {
		if (i && i % 3 == 0) {
			page_end(&pages, 0);
			page_begin(&pages, ts + 2ull * step * i);
		}
		put_start(&pages, &formats, step, number + i);
		put_end(&pages, &formats, step, number + i);
	}
	page_end(&pages, 0);
	return pages.bytes;
}

/* A capture that is made up, and all that is read of it. */
struct made_case {
	struct dat_spec spec;
	struct dat_places places;
	struct maker file;
	struct reading reading;
};

static void begin_case(struct made_case *test)
{
	*test = (struct made_case){ .spec = calls_spec(&formats, false) };
}

static void make_case(struct made_case *test)
{
	test->file = make_dat(&test->spec, &test->places);
}

static void read_case(struct made_case *test, const char *instance)
{
	struct shr_reader_options options = { .instance = instance };

	read_bytes(&test->reading, made(&test->file), &options);
}

static void close_case(struct made_case *test)
{
	close_reading(&test->reading);
	maker_release(&test->file);
	release_spec(&test->spec);
}

static void make_and_read(struct made_case *test)
{
	make_case(test);
	read_case(test, NULL);
}

/* The numbers of the calls, in the order of their starts. */
static void expect_starts(const struct reading *reading, const unsigned *numbers,
			  size_t count)
{
	size_t at = 0;

	for (size_t i = 0; i < reading->count; i++) {
		if (reading->events[i].kind != SHR_START)
			continue;
		assert_true(at < count);
		assert_int_equal(reading->events[i].start.freeable, numbers[at]);
		at++;
	}
	assert_int_equal(at, count);
}

static void expect_err(const struct reading *reading, enum shr_err_code code,
		       uint64_t offset)
{
	assert_int_equal(reading->got, -1);
	assert_int_equal(reading->err.code, code);
	assert_int_equal(reading->err.offset, offset);
}

static void test_merges_by_time(void **state)
{
	struct made_case test;

	(void)state;
	begin_case(&test);
	test.spec.buffers[0].cpus[0] = some_calls(1000, 10, 100, 0);
	test.spec.buffers[0].cpus[1] = some_calls(1003, 13, 70, 1000);
	test.spec.buffers[0].cpus[3] = some_calls(1500, 1, 200, 3000);
	make_and_read(&test);
	assert_int_equal(test.reading.got, 0);
	assert_int_equal(test.reading.count, 2 * 370);
	for (size_t i = 1; i < test.reading.count; i++)
		assert_true(test.reading.events[i - 1].ts_ns <=
			    test.reading.events[i].ts_ns);
	/* Of each CPU all, and in order. */
	unsigned next[CPUS_MAX] = { 0 };

	for (size_t i = 0; i < test.reading.count; i++) {
		const struct shr_event *event = &test.reading.events[i];

		if (event->kind == SHR_START)
			assert_int_equal(event->start.freeable,
					 event->cpu * 1000 + next[event->cpu]++);
	}
	assert_int_equal(next[0], 100);
	assert_int_equal(next[1], 70);
	assert_int_equal(next[3], 200);
	close_case(&test);
}

/* Equal times: the order of the file, CPU by CPU. */
static void test_equal_times(void **state)
{
	static const unsigned numbers[] = { 0,	1,  2,	3,  4,	5,  6,	10, 11, 12, 13,
					    14, 15, 16, 20, 21, 22, 23, 24, 25, 26 };
	struct made_case test;

	(void)state;
	begin_case(&test);
	test.spec.buffers[0].cpus[0] = some_calls(1000, 0, 7, 0);
	test.spec.buffers[0].cpus[1] = some_calls(1000, 0, 7, 10);
	test.spec.buffers[0].cpus[2] = some_calls(1000, 0, 7, 20);
	make_and_read(&test);
	expect_starts(&test.reading, numbers, COUNT(numbers));
	close_case(&test);
}

/* The largest time there is must not stop the merge. */
static void test_end_of_time(void **state)
{
	static const unsigned numbers[] = { 0, 1, 10, 11 };
	struct made_case test;

	(void)state;
	begin_case(&test);
	test.spec.buffers[0].cpus[0] = some_calls(UINT64_MAX, 0, 2, 0);
	test.spec.buffers[0].cpus[1] = some_calls(UINT64_MAX, 0, 2, 10);
	make_and_read(&test);
	assert_int_equal(test.reading.got, 0);
	expect_starts(&test.reading, numbers, COUNT(numbers));
	close_case(&test);
}

static void test_no_data(void **state)
{
	struct made_case test;

	(void)state;
	begin_case(&test);
	make_and_read(&test);
	assert_int_equal(test.reading.got, 0);
	assert_int_equal(test.reading.count, 0);
	assert_false(test.reading.src->capture->incomplete);
	close_case(&test);
}

static void test_other_events(void **state)
{
	struct page_maker pages = new_pages();
	struct made_case test;

	(void)state;
	page_begin(&pages, 1000);
	put_other(&pages, 1);
	put_start(&pages, &formats, 1, 5);
	put_record(&pages, 1, 4); /* too short for anything but its type */
	put_other(&pages, 1);
	page_end(&pages, 0);
	begin_case(&test);
	test.spec.buffers[0].cpus[0] = pages.bytes;
	make_and_read(&test);
	assert_int_equal(test.reading.got, 0);
	assert_int_equal(test.reading.count, 1);
	assert_int_equal(test.reading.src->capture->skipped, 3);
	close_case(&test);
}

/* A record of ours that is too short is told of, and the next one is read. */
static void test_short_record(void **state)
{
	struct page_maker pages = new_pages();
	struct made_case test;

	(void)state;
	page_begin(&pages, 1000);
	put_start(&pages, &formats, 1, 5);
	put_record(&pages, 1, 72);
	put_at(&pages.bytes, pages.bytes.size - 72, ID_START, 2);
	put_start(&pages, &formats, 1, 6);
	page_end(&pages, 0);
	begin_case(&test);
	test.spec.buffers[0].cpus[1] = pages.bytes;
	make_and_read(&test);
	assert_int_equal(test.reading.got, 0);
	assert_int_equal(test.reading.count, 3);
	const struct shr_event *event = &test.reading.events[1];

	assert_int_equal(event->kind, SHR_MALFORMED);
	assert_int_equal(event->ts_ns, 1002);
	assert_int_equal(event->cpu, 1);
	assert_int_equal(event->malformed.offset, test.places.data[0][1]);
	assert_string_equal(event->malformed.reason,
			    "a record is shorter than its format");
	assert_int_equal(test.reading.src->capture->malformed, 1);
	close_case(&test);
}

/* A record of bpf_trace_printk, whose format is @format. */
static void put_line(struct page_maker *pages, const struct made_format *format,
		     const char *line)
{
	size_t len = strlen(line) + 1;
	uint32_t size = (uint32_t)(format->size + len + 3) / 4 * 4;

	put_long(pages, 1, size);
	size_t at = pages->bytes.size - size;

	memset(pages->bytes.data + at, 0, size);
	set_field(&pages->bytes, at, format, "common_type", 550);
	set_field(&pages->bytes, at, format, "common_pid", 42);
	set_field(&pages->bytes, at, format, "bpf_string",
		  format->size | (uint64_t)len << 16);
	memcpy(pages->bytes.data + at + format->size, line, len);
}

/* Ours is an identity, or malformed where it is broken; others are passed over. */
static void test_printed_lines(void **state)
{
	static const struct field_spec fields[] = { { FIELD_DATA_LOC, "bpf_string" },
						    { FIELD_NONE, NULL } };
	static struct made_format line;
	const char *texts[] = { formats.start.text, formats.end.text, line.text, NULL };
	struct page_maker pages = new_pages();
	struct made_case test;

	(void)state;
	make_format(&line, "bpf_trace_printk", 550, fields, &calls_kind, "\"\"");
	page_begin(&pages, 1000);
	put_line(&pages, &line, "debugging: shr=0x1 batch=5");
	put_line(&pages, &line,
		 "shrinkctl_1/call: shr=0x1 nid=0 memcg=0x2 cg=3 batch=4 seeks=2 "
		 "flags=0x0 id=1 name=\"x\"");
	put_line(&pages, &line, "shrinkctl_1/call: shr=0x1 nid=0 memc");
	put_start(&pages, &formats, 1, 5);
	page_end(&pages, 0);
	begin_case(&test);
	test.spec.formats = texts;
	test.spec.buffers[0].cpus[1] = pages.bytes;
	make_and_read(&test);
	assert_int_equal(test.reading.got, 0);
	assert_int_equal(test.reading.count, 3);
	assert_int_equal(test.reading.src->capture->skipped, 1);
	assert_int_equal(test.reading.src->capture->malformed, 1);
	const struct shr_event *event = test.reading.events;

	assert_int_equal(event[0].kind, SHR_IDENTITY);
	assert_int_equal(event[0].pid, 42);
	assert_int_equal(event[0].ts_ns, 1002);
	assert_int_equal(event[0].cpu, 1);
	assert_int_equal(event[0].identity.batch, 4);
	assert_int_equal(event[1].kind, SHR_MALFORMED);
	assert_int_equal(event[1].ts_ns, 1003);
	assert_int_equal(event[1].malformed.offset, test.places.data[0][1]);
	assert_string_equal(event[1].malformed.reason, "expected key=value");
	assert_int_equal(event[2].kind, SHR_START);
	close_case(&test);
}

static struct maker calls_with_losses(void)
{
	struct page_maker pages = new_pages();

	page_begin(&pages, 1000);
	put_start(&pages, &formats, 1, 1);
	page_end_lost(&pages, 9);
	page_begin(&pages, 2000);
	put_start(&pages, &formats, 1, 2);
	page_end(&pages, lost_mark);
	page_begin(&pages, 3000);
	page_end_lost(&pages, 4);
	page_begin(&pages, 4000);
	put_start(&pages, &formats, 1, 3);
	page_end(&pages, 0);
	page_begin(&pages, 5000);
	page_end_lost(&pages, 77);
	return pages.bytes;
}

/* Each gap reaches from the CPU's last event, if any, to its next, if any. */
static void test_gaps(void **state)
{
	struct made_case test;

	(void)state;
	begin_case(&test);
	test.spec.buffers[0].cpus[2] = calls_with_losses();
	make_and_read(&test);
	assert_int_equal(test.reading.got, 0);
	assert_int_equal(test.reading.count, 7);
	expect_line(&test.reading, 0, "1001 [2] lost 9 since 0");
	expect_line(&test.reading, 2, "2001 [2] lost 0? since 1001");
	expect_line(&test.reading, 4, "4001 [2] lost 4 since 2001");
	expect_line(&test.reading, 6, "4001 [2] lost 77 since 4001");
	assert_int_equal(test.reading.src->capture->lost_gaps, 4);
	assert_int_equal(test.reading.src->capture->lost_events, 90);
	assert_false(test.reading.src->capture->incomplete);
	close_case(&test);
}

/* Nothing but a loss. */
static void test_gap_alone(void **state)
{
	struct page_maker pages = new_pages();
	struct made_case test;

	(void)state;
	page_begin(&pages, 1000);
	page_end_lost(&pages, 5);
	begin_case(&test);
	test.spec.buffers[0].cpus[0] = pages.bytes;
	make_and_read(&test);
	assert_int_equal(test.reading.got, 0);
	assert_int_equal(test.reading.count, 1);
	assert_int_equal(test.reading.events[0].kind, SHR_LOST);
	assert_int_equal(test.reading.events[0].lost.count, 5);
	assert_false(test.reading.events[0].has & SHR_HAS_TIME);
	close_case(&test);
}

/* Two instances that both hold starts are two captures. */
static void two_captures(struct made_case *test, unsigned others)
{
	struct page_maker pages = new_pages();

	begin_case(test);
	test->spec.buffers[0].cpus[0] = some_calls(1000, 10, 5, 0);
	test->spec.buffers[1].name = "second";
	test->spec.buffers[1].clock = "local";
	test->spec.buffer_count = 2;
	/* What comes before the first start does not hide it. */
	for (unsigned i = 0; i < others; i++) {
		page_begin(&pages, 100 * (i + 1));
		for (int r = 0; r < 30; r++)
			put_other(&pages, 1);
		page_end(&pages, 0);
	}
	page_begin(&pages, 100000);
	put_start(&pages, &formats, 1, 100);
	page_end(&pages, 0);
	test->spec.buffers[1].cpus[1] = pages.bytes;
	make_case(test);
}

static void test_instances_that_both_hold_calls(void **state)
{
	(void)state;
	for (unsigned others = 0; others < 20; others++) {
		struct made_case test;

		two_captures(&test, others);
		read_case(&test, NULL);
		assert_null(test.reading.reader);
		assert_int_equal(test.reading.err.code, SHR_ERR_UNSUPPORTED);
		assert_non_null(strstr(test.reading.err.reason, "'second'"));
		assert_non_null(strstr(test.reading.err.reason, "--instance"));
		close_case(&test);
	}
}

static void test_choosing_an_instance(void **state)
{
	struct made_case test;

	(void)state;
	two_captures(&test, 3);
	read_case(&test, "second");
	assert_int_equal(test.reading.got, 0);
	assert_int_equal(test.reading.count, 1);
	assert_int_equal(test.reading.src->capture->skipped, 90);
	close_reading(&test.reading);
	read_case(&test, "");
	assert_int_equal(test.reading.of_kind[SHR_START], 5);
	close_reading(&test.reading);
	read_case(&test, "third");
	assert_null(test.reading.reader);
	close_case(&test);
}

/* An instance without data, or not chosen, may say of its pages what it likes. */
static void test_page_size_of_others(void **state)
{
	struct made_case test;

	(void)state;
	two_captures(&test, 0);
	put_at(&test.file, test.places.rows[1] - 8, 3, 4);
	read_case(&test, NULL);
	assert_null(test.reading.reader);
	assert_int_equal(test.reading.err.code, SHR_ERR_RANGE);
	close_reading(&test.reading);
	read_case(&test, "");
	assert_int_equal(test.reading.got, 0);
	assert_int_equal(test.reading.of_kind[SHR_START], 5);
	close_case(&test);
}

static void test_page_sizes_that_cannot_be(void **state)
{
	static const uint32_t sizes[] = { 0, 1, 15, 16, 19, (8 << 20) + 1, UINT32_MAX };

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct made_case test;

		begin_case(&test);
		test.spec.buffers[0].cpus[0] = some_calls(1000, 10, 5, 0);
		make_case(&test);
		put_at(&test.file, test.places.rows[0] - 8, sizes[i], 4);
		read_case(&test, NULL);
		assert_null(test.reading.reader);
		assert_int_equal(test.reading.err.code, SHR_ERR_RANGE);
		close_case(&test);
	}
}

/* A page that is damaged ends its CPU with a gap; others go on; one error. */
static void test_damaged_page(void **state)
{
	static const unsigned numbers[] = { 0, 100, 1, 101, 2, 102, 103, 104, 105 };
	struct made_case test;

	(void)state;
	begin_case(&test);
	test.spec.buffers[0].cpus[0] = some_calls(1000, 10, 9, 0);
	test.spec.buffers[0].cpus[1] = some_calls(1005, 10, 6, 100);
	make_case(&test);
	/* The second page of CPU 0 claims too much. */
	put_at(&test.file, test.places.data[0][0] + PAGE + 8, PAGE, 8);
	read_case(&test, NULL);
	expect_err(&test.reading, SHR_ERR_SYNTAX, test.places.data[0][0] + PAGE);
	expect_starts(&test.reading, numbers, COUNT(numbers));
	assert_int_equal(test.reading.of_kind[SHR_LOST], 1);
	assert_true(test.reading.src->capture->incomplete);
	assert_int_equal(test.reading.src->capture->lost_events, 0);
	close_case(&test);
}

/* Where several CPUs are damaged, the fault that came first is told. */
static void test_several_faults(void **state)
{
	static const unsigned numbers[] = { 100, 200, 101, 102, 201, 202, 203 };
	struct made_case test;

	(void)state;
	begin_case(&test);
	test.spec.buffers[0].cpus[0] = some_calls(1000, 10, 9, 0);
	test.spec.buffers[0].cpus[1] = some_calls(1005, 10, 6, 100);
	test.spec.buffers[0].cpus[2] = some_calls(1000, 30, 4, 200);
	make_case(&test);
	put_at(&test.file, test.places.data[0][0] + 8, PAGE, 8);
	put_at(&test.file, test.places.data[0][1] + PAGE + 8, PAGE, 8);
	read_case(&test, NULL);
	expect_err(&test.reading, SHR_ERR_SYNTAX, test.places.data[0][0]);
	expect_starts(&test.reading, numbers, COUNT(numbers));
	assert_int_equal(test.reading.of_kind[SHR_LOST], 2);
	/* CPU 0 gave nothing: its gap is from before the first event of all. */
	expect_line(&test.reading, 0, "1015 [0] lost 0? since 1015");
	close_case(&test);
}

/* Nothing can be read of any CPU: a gap for each, without a time. */
static void test_nothing_but_faults(void **state)
{
	struct made_case test;

	(void)state;
	begin_case(&test);
	for (size_t cpu = 0; cpu < CPUS_MAX; cpu++)
		test.spec.buffers[0].cpus[cpu] = some_calls(1000, 10, 3, 0);
	make_case(&test);
	for (size_t cpu = 0; cpu < CPUS_MAX; cpu++)
		put_at(&test.file, test.places.data[0][cpu] + 8, PAGE, 8);
	read_case(&test, NULL);
	expect_err(&test.reading, SHR_ERR_SYNTAX, test.places.data[0][0]);
	assert_int_equal(test.reading.count, CPUS_MAX);
	for (size_t i = 0; i < CPUS_MAX; i++) {
		assert_int_equal(test.reading.events[i].kind, SHR_LOST);
		assert_false(test.reading.events[i].has & SHR_HAS_TIME);
	}
	close_case(&test);
}

/* More damaged CPUs than a batch holds. */
static void test_many_faults(void **state)
{
	enum { CPUS = 300 };
	struct made_case test;
	struct maker option = { 0 };

	(void)state;
	begin_case(&test);
	make_case(&test);
	size_t section = section_begin(&test.file, PART_BUFFER, 0);

	put(&option, section, 8);
	put_string(&option, "many");
	put_string(&option, "local");
	put(&option, PAGE, 4);
	put(&option, CPUS, 4);
	for (uint32_t cpu = 0; cpu < CPUS; cpu++) {
		put_padding(&test.file, PAGE);
		put(&option, cpu, 4);
		put(&option, test.file.size, 8);
		put(&option, PAGE, 8);
		put(&test.file, 1000 + cpu, 8);
		put(&test.file, PAGE, 8);
		put_padding(&test.file, PAGE);
	}
	section_end(&test.file, section);
	put_at(&test.file, test.places.table_done[0], test.file.size, 8);
	size_t at = section_begin(&test.file, PART_OPTIONS, 0);

	put_option(&test.file, PART_BUFFER, option.data, option.size);
	put_option_u64(&test.file, 0, 0);
	section_end(&test.file, at);
	maker_release(&option);
	struct shr_bytes bytes = made(&test.file);
	struct shr_input input = { .data = bytes.data, .size = bytes.size };
	struct shr_err err;
	struct shr_batch batch;
	struct shr_reader *reader = shr_reader_new(&input, NULL, &err);

	assert_non_null(reader);
	struct shr_source *src = shr_reader_source(reader);

	assert_int_equal(src->next(src, &batch, &err), 1);
	assert_true(batch.count > 100);
	assert_int_equal(src->next(src, &batch, &err), -1);
	assert_int_equal(err.code, SHR_ERR_SYNTAX);
	shr_reader_free(reader);
	close_case(&test);
}

/* A damaged part, and a damaged CPU: the part is told. */
static void test_part_and_page(void **state)
{
	struct made_case test;

	(void)state;
	begin_case(&test);
	test.spec.buffers[0].cpus[0] = some_calls(1000, 10, 9, 0);
	make_case(&test);
	put_at(&test.file, test.places.parts[PART_KALLSYMS] + 16, UINT32_MAX, 4);
	put_at(&test.file, test.places.data[0][0] + PAGE + 8, PAGE, 8);
	read_case(&test, NULL);
	assert_int_equal(test.reading.got, -1);
	assert_int_equal(test.reading.err.code, SHR_ERR_TRUNCATED);
	assert_non_null(strstr(test.reading.err.reason, "kallsyms"));
	assert_int_equal(test.reading.of_kind[SHR_START], 3);
	close_case(&test);
}

/* A capture of other events only. */
static void test_no_formats_of_ours(void **state)
{
	static const char *const texts[] = { "name: sched_switch\nID: 7\nformat:\n",
					     NULL };
	struct page_maker pages = new_pages();
	struct made_case test;

	(void)state;
	page_begin(&pages, 1000);
	put_other(&pages, 1);
	put_other(&pages, 1);
	page_end(&pages, 0);
	begin_case(&test);
	test.spec.formats = texts;
	test.spec.buffers[0].cpus[0] = pages.bytes;
	make_and_read(&test);
	assert_int_equal(test.reading.got, 0);
	assert_int_equal(test.reading.count, 0);
	assert_int_equal(test.reading.src->capture->skipped, 2);
	assert_int_equal(test.reading.src->capture->layouts, 0);
	close_case(&test);
}

/* One that says what records look like, and a kernel that does not say it well. */
static void test_bad_formats(void **state)
{
	static const char *const texts[] = { "name: mm_shrink_slab_start\nID: 7\n",
					     NULL };
	struct made_case test;

	(void)state;
	begin_case(&test);
	test.spec.formats = texts;
	make_and_read(&test);
	assert_null(test.reading.reader);
	assert_int_equal(test.reading.err.code, SHR_ERR_SYNTAX);
	close_case(&test);
	begin_case(&test);
	test.spec.long_size = 8;
	make_case(&test);
	char *field = memmem(test.file.data, test.file.size, "timestamp;", 10);

	assert_non_null(field);
	memset(field, '?', 10);
	read_case(&test, NULL);
	assert_null(test.reading.reader);
	assert_non_null(strstr(test.reading.err.reason, "header_page"));
	close_case(&test);
}

/* The same file with a clock that it names. */
static void expect_clock(const char *name, const struct dat_option *more,
			 enum shr_clock_unit unit, uint64_t first)
{
	char text[40];
	struct made_case test;

	begin_case(&test);
	snprintf(text, sizeof(text), "a [%s] b", name);
	test.spec.options[0] =
		(struct dat_option){ OPTION_TRACECLOCK, text, (uint32_t)strlen(text) };
	test.spec.option_count = 1;
	if (more)
		test.spec.options[test.spec.option_count++] = *more;
	test.spec.buffers[0].cpus[0] = some_calls(4096, 10, 3, 0);
	make_and_read(&test);
	assert_int_equal(test.reading.got, 0);
	assert_int_equal(test.reading.src->capture->clock_unit, unit);
	assert_str(test.reading.src->capture->clock, name);
	assert_int_equal(test.reading.events[0].ts_ns, first);
	close_case(&test);
}

/* The kernel's `uptime` counts ticks of 1/100 s, and does not say nanoseconds. */
static void test_clocks(void **state)
{
	static const char *const in_ns[] = { "local",	 "global", "perf", "mono",
					     "mono_raw", "boot",   "tai" };
	static const char *const counts[] = { "counter", "uptime", "x86-tsc", "ppc-tb",
					      "new-clock" };
	struct maker tsc = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(in_ns); i++)
		expect_clock(in_ns[i], NULL, SHR_CLOCK_NS, 4106);
	for (size_t i = 0; i < COUNT(counts); i++)
		expect_clock(counts[i], NULL, SHR_CLOCK_TICKS, 4106);
	put(&tsc, 1 << 20, 4);
	put(&tsc, 21, 4);
	put(&tsc, 1000, 8);
	const struct dat_option tsc2nsec = { OPTION_TSC2NSEC, tsc.data, 16 };

	expect_clock("x86-tsc", &tsc2nsec, SHR_CLOCK_NS, 4106 / 2 + 1000);
	maker_release(&tsc);
	const struct dat_option date = { OPTION_DATE, "0x10", 5 };

	expect_clock("mono", &date, SHR_CLOCK_NS, 4106 + 16000);
	const struct dat_option offset = { OPTION_OFFSET, "-106", 5 };

	expect_clock("mono", &offset, SHR_CLOCK_NS, 4000);
}

/* Cut at every byte, plain and packed, and with any one byte wrong. */
static void test_damage_everywhere(void **state)
{
	static const char *const compressions[] = { NULL, "zstd" };

	(void)state;
	for (size_t c = 0; c < COUNT(compressions); c++) {
		struct made_case test;

		begin_case(&test);
		test.spec.compression = compressions[c];
		test.spec.buffers[0].cpus[0] = some_calls(1000, 10, 4, 0);
		test.spec.buffers[0].cpus[1] = calls_with_losses();
		make_case(&test);
		for (size_t size = 10; size < test.file.size; size++) {
			struct maker cut = { 0 };
			struct reading part;

			put_bytes(&cut, test.file.data, size);
			read_bytes(&part, made(&cut), NULL);
			assert_int_equal(part.got, -1);
			close_reading(&part);
			maker_release(&cut);
		}
		made(&test.file);
		for (size_t at = 10; at < test.file.size; at++) {
			test.file.data[at] ^= 0xff;
			read_case(&test, NULL);
			close_reading(&test.reading);
			test.file.data[at] ^= 0xff;
		}
		close_case(&test);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_merges_by_time),
		cmocka_unit_test(test_equal_times),
		cmocka_unit_test(test_end_of_time),
		cmocka_unit_test(test_no_data),
		cmocka_unit_test(test_other_events),
		cmocka_unit_test(test_short_record),
		cmocka_unit_test(test_printed_lines),
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_gap_alone),
		cmocka_unit_test(test_instances_that_both_hold_calls),
		cmocka_unit_test(test_choosing_an_instance),
		cmocka_unit_test(test_page_size_of_others),
		cmocka_unit_test(test_page_sizes_that_cannot_be),
		cmocka_unit_test(test_damaged_page),
		cmocka_unit_test(test_several_faults),
		cmocka_unit_test(test_nothing_but_faults),
		cmocka_unit_test(test_many_faults),
		cmocka_unit_test(test_part_and_page),
		cmocka_unit_test(test_no_formats_of_ours),
		cmocka_unit_test(test_bad_formats),
		cmocka_unit_test(test_clocks),
		cmocka_unit_test(test_damage_everywhere),
	};

	return cmocka_run_group_tests(tests, make_formats, NULL);
}
