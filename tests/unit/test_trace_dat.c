/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parsers/trace_dat.h"

#include "tests/unit/dat_maker.h"
#include "tests/unit/fixture.h"

static const char *const formats[] = { "name: one\nID: 1\nformat:\n",
				       "name: two\nID: 2\nformat:\n", NULL };
static const char kallsyms[] = "ffffffff81000000 T scan\n";
static const char cmdlines[] = "77 kswapd0\n";

/* Some pages; what is in them does not matter here. */
static struct maker some_pages(const struct dat_spec *spec, unsigned count, uint64_t ts)
{
	struct page_maker pages =
		page_maker(spec->page_size, spec->long_size, spec->big);

	for (unsigned i = 0; i < count; i++) {
		page_begin(&pages, ts + 1000 * i);
		for (unsigned r = 0; r < 10; r++)
			put_record(&pages, 5, 16);
		page_end(&pages, 0);
	}
	return pages.bytes;
}

/* Two buffers with data of CPUs 0, 1 and 3, and 2. */
static struct dat_spec plain_spec(unsigned version, bool big, const char *compression)
{
	struct dat_spec spec = {
		.version = version,
		.big = big,
		.compression = compression,
		.page_size = 512,
		.long_size = 8,
		.formats = formats,
		.kallsyms = kallsyms,
		.cmdlines = cmdlines,
		.buffers = { { .name = "", .clock = "[local] mono" },
			     { .name = "inst", .clock = "local" } },
		.buffer_count = 2,
	};

	if (version == 6)
		spec.buffers[1].clock = "[local] mono";
	spec.buffers[0].cpus[0] = some_pages(&spec, 4, 1000);
	spec.buffers[0].cpus[1] = some_pages(&spec, 1, 500);
	spec.buffers[0].cpus[3] = some_pages(&spec, 7, 70);
	spec.buffers[1].cpus[2] = some_pages(&spec, 2, 100);
	return spec;
}

struct opened {
	struct dat_spec spec;
	struct dat_places places;
	struct maker file;
	struct shr_trace_dat dat;
	struct shr_err err;
	int ret;
};

static void open_file(struct opened *opened)
{
	struct shr_bytes bytes = made(&opened->file);

	opened->ret =
		shr_trace_dat_init(&opened->dat, bytes.data, bytes.size, &opened->err);
}

static void build(struct opened *opened, unsigned version, bool big,
		  const char *compression)
{
	memset(opened, 0, sizeof(*opened));
	opened->spec = plain_spec(version, big, compression);
	opened->file = make_dat(&opened->spec, &opened->places);
}

static void close_file(struct opened *opened)
{
	shr_trace_dat_release(&opened->dat);
	maker_release(&opened->file);
	release_spec(&opened->spec);
}

static void check_buffers(const struct opened *opened)
{
	const struct shr_trace_dat *dat = &opened->dat;
	static const uint32_t top[] = { 0, 1, 3 };

	assert_int_equal(dat->buffer_count, 2);
	assert_int_equal(dat->cpu_total, 4);
	assert_str(dat->buffers[0].name, "");
	assert_str(dat->buffers[1].name, "inst");
	assert_str(dat->buffers[1].clock, "local");
	assert_int_equal(dat->buffers[0].cpu_count, 3);
	assert_int_equal(dat->buffers[1].cpu_count, 1);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(dat->buffers[i].page_size, 512);
		assert_int_equal(dat->buffers[i].packed,
				 opened->spec.compression != NULL);
	}
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(dat->buffers[0].cpus[i].cpu, top[i]);
		assert_int_equal(dat->buffers[0].cpus[i].offset,
				 opened->places.data[0][top[i]]);
	}
	assert_int_equal(dat->buffers[1].cpus[0].cpu, 2);
	assert_int_equal(dat->buffers[1].cpus[0].offset, opened->places.data[1][2]);
}

static void check_contents(const struct opened *opened)
{
	const struct shr_trace_dat *dat = &opened->dat;

	assert_int_equal(opened->ret, 0);
	assert_int_equal(dat->fault.code, SHR_ERR_NONE);
	assert_int_equal(dat->version, opened->spec.version);
	assert_int_equal(dat->bytes.big, opened->spec.big);
	assert_str(dat->compression,
		   opened->spec.compression ? opened->spec.compression : "none");
	assert_str(dat->header_page, header_page_text(8));
	assert_int_equal(dat->format_count, 3);
	assert_str(dat->formats[0].system, "ftrace");
	assert_str(dat->formats[1].system, "vmscan");
	assert_str(dat->formats[1].text, formats[0]);
	assert_str(dat->formats[2].text, formats[1]);
	assert_str(dat->kallsyms, kallsyms);
	assert_str(dat->cmdlines, cmdlines);
	assert_str(dat->uname, "Linux box 6.1.180 x86_64");
	assert_str(dat->release, "6.1.180");
	assert_str(dat->clock, "mono");
	assert_str(dat->cpustat, "CPU: 0\nentries: 1\n");
	assert_int_equal(dat->ts_offset, 0);
	assert_false(dat->has_tsc2nsec);
	check_buffers(opened);
}

/* Version, byte order and packing of what is tried. */
static const struct variant {
	unsigned version;
	bool big;
	const char *compression;
} variants[] = {
	{ 6, false, NULL },   { 6, true, NULL },    { 7, false, NULL },
	{ 7, true, NULL },    { 7, false, "zstd" }, { 7, true, "zstd" },
	{ 7, false, "zlib" }, { 7, true, "zlib" },
};

static void test_contents(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(variants); i++) {
		struct opened opened;

		build(&opened, variants[i].version, variants[i].big,
		      variants[i].compression);
		open_file(&opened);
		check_contents(&opened);
		close_file(&opened);
	}
}

static void test_magic(void **state)
{
	static const char head[] = "\x17\x08\x44tracing";

	(void)state;
	assert_true(shr_trace_dat_is((const uint8_t *)head, 10));
	assert_false(shr_trace_dat_is((const uint8_t *)head, 9));
	assert_false(shr_trace_dat_is((const uint8_t *)"\x17\x08\x44trailing", 11));
	assert_false(shr_trace_dat_is(NULL, 0));
}

/* Options with their data as the file's byte order has it; 1 option at a time. */
static void open_with_option(struct opened *opened, bool big, unsigned id,
			     const void *data, uint32_t size)
{
	memset(opened, 0, sizeof(*opened));
	opened->spec = plain_spec(7, big, NULL);
	opened->spec.options[opened->spec.option_count++] =
		(struct dat_option){ id, data, size };
	opened->file = make_dat(&opened->spec, &opened->places);
	open_file(opened);
}

static void test_time_options(void **state)
{
	struct opened opened;

	(void)state;
	open_with_option(&opened, false, OPTION_DATE, "0x5e\0\0\0", 8);
	check_buffers(&opened);
	assert_int_equal(opened.dat.ts_offset, 0x5e000 / 0x1000 * 1000);
	close_file(&opened);
	open_with_option(&opened, false, OPTION_OFFSET, "-12345", 7);
	assert_int_equal(opened.dat.ts_offset, -12345);
	close_file(&opened);
	open_with_option(&opened, false, OPTION_OFFSET, "junk", 5);
	assert_int_equal(opened.dat.ts_offset, 0);
	close_file(&opened);
	open_with_option(&opened, false, OPTION_OFFSET, "", 0);
	assert_int_equal(opened.dat.ts_offset, 0);
	close_file(&opened);
}

static void test_tsc2nsec(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct maker data = { .big = big };
		struct opened opened;

		put(&data, 1000, 4);
		put(&data, 10, 4);
		put(&data, 77, 8);
		open_with_option(&opened, big, OPTION_TSC2NSEC, data.data, 16);
		assert_true(opened.dat.has_tsc2nsec);
		assert_int_equal(opened.dat.tsc_mult, 1000);
		assert_int_equal(opened.dat.tsc_shift, 10);
		assert_int_equal(opened.dat.tsc_offset, 77);
		close_file(&opened);
		open_with_option(&opened, big, OPTION_TSC2NSEC, data.data, 15);
		assert_false(opened.dat.has_tsc2nsec);
		close_file(&opened);
		put_at(&data, 4, 64, 4); /* more than can be shifted */
		open_with_option(&opened, big, OPTION_TSC2NSEC, data.data, 16);
		assert_false(opened.dat.has_tsc2nsec);
		close_file(&opened);
		maker_release(&data);
	}
}

/* Options that are not known are passed over by their size, and so are odd ones. */
static void test_unknown_options(void **state)
{
	static const unsigned ids[] = {
		6, 9, 10, 11, 12, 13, 23, 24, 25, 26, 999, 65535
	};
	static const char data[] = "anything at all, longer than a word or two";

	(void)state;
	for (size_t v = 0; v < COUNT(variants); v++)
		for (size_t i = 0; i < COUNT(ids); i++) {
			struct opened opened;

			memset(&opened, 0, sizeof(opened));
			opened.spec = plain_spec(variants[v].version, variants[v].big,
						 variants[v].compression);
			opened.spec.options[0] =
				(struct dat_option){ ids[i], data, sizeof(data) };
			opened.spec.options[1] = (struct dat_option){ ids[i], data, 0 };
			opened.spec.option_count = 2;
			opened.file = make_dat(&opened.spec, &opened.places);
			open_file(&opened);
			check_contents(&opened);
			close_file(&opened);
		}
}

static void test_odd_texts(void **state)
{
	static const struct {
		const char *uname, *release;
	} unames[] = {
		{ "", "" },
		{ "Linux", "" },
		{ "Linux box", "" },
		{ "Linux box ", "" },
		{ "Linux box 7.2.13", "7.2.13" },
		{ "Linux box 7.2.13 x86_64 more", "7.2.13" },
	};
	static const struct {
		const char *text, *name;
	} clocks[] = {
		{ "", "" },
		{ "local global", "" },
		{ "[local", "" },
		{ "[local]", "local" },
		{ "a b [tai] c", "tai" },
		{ "[]", "" },
		{ "]x[", "" },
	};
	struct opened opened;

	(void)state;
	for (size_t i = 0; i < COUNT(unames); i++) {
		open_with_option(&opened, false, OPTION_UNAME, unames[i].uname,
				 (uint32_t)strlen(unames[i].uname));
		assert_str(opened.dat.release, unames[i].release);
		close_file(&opened);
	}
	for (size_t i = 0; i < COUNT(clocks); i++) {
		open_with_option(&opened, false, OPTION_TRACECLOCK, clocks[i].text,
				 (uint32_t)strlen(clocks[i].text));
		assert_str(opened.dat.clock, clocks[i].name);
		close_file(&opened);
	}
}

static void expect_refused(struct opened *opened, enum shr_err_code code,
			   const char *reason)
{
	open_file(opened);
	assert_int_equal(opened->ret, -1);
	assert_int_equal(opened->err.code, code);
	if (!strstr(opened->err.reason, reason))
		print_error("got: %s\n", opened->err.reason);
	assert_non_null(strstr(opened->err.reason, reason));
	close_file(opened);
}

static void test_other_versions(void **state)
{
	static const char *const versions[] = { "8", "9", "5", "", "x" };

	(void)state;
	for (size_t i = 0; i < COUNT(versions); i++) {
		struct opened opened = { 0 };

		put_bytes(&opened.file, "\x17\x08\x44tracing", 10);
		put_string(&opened.file, versions[i]);
		put_bytes(&opened.file, "0123456789", 10);
		expect_refused(&opened, SHR_ERR_UNSUPPORTED, "6 and 7 are");
	}
}

static void test_unknown_compression(void **state)
{
	struct opened opened;

	(void)state;
	build(&opened, 7, false, NULL);
	memcpy(opened.file.data + 18, "lzma", 4);
	expect_refused(&opened, SHR_ERR_UNSUPPORTED, "'lzma'");
}

/* Whatever is left of a file: no crash, and a fault with a place inside of it. */
static void check_cut(const struct opened *whole, size_t size)
{
	struct opened cut = { 0 };
	const struct shr_err *err = &cut.err;

	put_bytes(&cut.file, whole->file.data, size);
	open_file(&cut);
	if (!cut.ret)
		err = &cut.dat.fault;
	/* The last part of a version 6 file is data, which is not looked at here. */
	if (cut.ret || whole->spec.version == 7) {
		if (err->code == SHR_ERR_NONE)
			print_error("no fault at %zu\n", size);
		assert_int_not_equal(err->code, SHR_ERR_NONE);
	}
	assert_true(err->offset <= size || err->offset == SHR_NO_OFFSET || !err->code);
	for (size_t b = 0; b < cut.dat.buffer_count; b++)
		for (size_t i = 0; i < cut.dat.buffers[b].cpu_count; i++)
			assert_true(cut.dat.buffers[b].cpus[i].cpu < CPUS_MAX);
	close_file(&cut);
}

static void test_cut_everywhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(variants); i++) {
		struct opened whole;

		build(&whole, variants[i].version, variants[i].big,
		      variants[i].compression);
		for (size_t size = 10; size < whole.file.size; size++)
			check_cut(&whole, size);
		close_file(&whole);
	}
}

/* One byte wrong, anywhere in the table of contents: no crash, and no endless loop. */
static void test_any_byte_wrong(void **state)
{
	static const uint8_t wrong[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };

	(void)state;
	for (size_t i = 0; i < COUNT(variants); i++) {
		struct opened whole;

		build(&whole, variants[i].version, variants[i].big,
		      variants[i].compression);
		made(&whole.file); /* from here on it stays where it is */
		for (size_t at = 10; at < whole.file.size; at++) {
			uint8_t *byte = whole.file.data + at, was = *byte;

			for (size_t w = 0; w < COUNT(wrong); w++) {
				*byte = wrong[w];
				open_file(&whole);
				shr_trace_dat_release(&whole.dat);
			}
			*byte = was;
		}
		close_file(&whole);
	}
}

/* Data without a table: found again, as far as it is there. */
static void test_rescue(void **state)
{
	static const char *const compressions[] = { NULL, "zstd", "zlib" };

	(void)state;
	for (size_t c = 0; c < COUNT(compressions); c++)
		for (int big = 0; big < 2; big++) {
			struct opened opened;

			build(&opened, 7, big, compressions[c]);
			/* Right behind the first buffer's data, before its table. */
			opened.file.size = opened.places.tables[0];
			open_file(&opened);
			assert_int_equal(opened.ret, 0);
			assert_int_equal(opened.dat.fault.code, SHR_ERR_TRUNCATED);
			assert_int_equal(opened.dat.buffer_count, 1);
			const struct shr_trace_buffer *buffer = opened.dat.buffers;

			assert_int_equal(buffer->cpu_count, 3);
			assert_int_equal(buffer->cpus[0].offset,
					 opened.places.data[0][0]);
			assert_int_equal(buffer->cpus[1].offset,
					 opened.places.data[0][1]);
			assert_int_equal(buffer->cpus[2].offset,
					 opened.places.data[0][3]);
			close_file(&opened);
		}
}

/* Tables that are there are believed; only what is behind them is looked for. */
static void test_rescue_behind_a_table(void **state)
{
	struct opened opened;

	(void)state;
	build(&opened, 7, false, NULL);
	opened.file.size = opened.places.tables[1];
	open_file(&opened);
	assert_int_equal(opened.ret, 0);
	assert_int_equal(opened.dat.fault.code, SHR_ERR_TRUNCATED);
	assert_int_equal(opened.dat.buffer_count, 2);
	assert_int_equal(opened.dat.buffers[0].cpu_count, 3);
	assert_int_equal(opened.dat.buffers[1].cpu_count, 1);
	assert_int_equal(opened.dat.buffers[1].cpus[0].offset,
			 opened.places.data[1][2]);
	close_file(&opened);
}

/* A fault with data behind it whose table was read: nothing is found twice. */
static void test_rescue_finds_nothing_twice(void **state)
{
	struct opened opened;

	(void)state;
	build(&opened, 7, false, NULL);
	put_at(&opened.file, opened.places.table_done[1], opened.file.size + 1000, 8);
	open_file(&opened);
	assert_int_equal(opened.ret, 0);
	assert_int_equal(opened.dat.fault.code, SHR_ERR_TRUNCATED);
	check_buffers(&opened);
	close_file(&opened);
}

/* A part that is damaged is the first fault, and the others are read all the same. */
static void test_damaged_part(void **state)
{
	static const unsigned ids[] = { PART_FTRACE_EVENTS, PART_KALLSYMS, PART_PRINTK,
					PART_CMDLINES };

	(void)state;
	for (size_t i = 0; i < COUNT(ids); i++) {
		struct opened opened;

		build(&opened, 7, false, "zstd");
		size_t at = opened.places.parts[ids[i]];

		memset(opened.file.data + at + 24, 0x5a, 8);
		open_file(&opened);
		assert_int_equal(opened.ret, 0);
		assert_int_equal(opened.dat.fault.code, SHR_ERR_SYNTAX);
		assert_int_equal(opened.dat.fault.offset, at + 16);
		check_buffers(&opened);
		close_file(&opened);
	}
}

/* Without formats nothing can be read at all. */
static void test_damaged_formats(void **state)
{
	static const unsigned ids[] = { PART_HEADER_INFO, PART_EVENT_FORMATS };

	(void)state;
	for (size_t i = 0; i < COUNT(ids); i++) {
		struct opened opened;

		build(&opened, 7, false, "zstd");
		memset(opened.file.data + opened.places.parts[ids[i]] + 24, 0x5a, 8);
		if (ids[i] == PART_EVENT_FORMATS) /* nor are there the tracers' own */
			memset(opened.file.data +
				       opened.places.parts[PART_FTRACE_EVENTS] + 24,
			       0x5a, 8);
		expect_refused(&opened, SHR_ERR_SYNTAX, "does not unpack");
	}
}

static void test_section_of_another_kind(void **state)
{
	struct opened opened;

	(void)state;
	build(&opened, 7, false, NULL);
	put_at(&opened.file, opened.places.parts[PART_KALLSYMS], PART_CMDLINES, 2);
	open_file(&opened);
	assert_int_equal(opened.ret, 0);
	assert_int_equal(opened.dat.fault.code, SHR_ERR_SYNTAX);
	assert_int_equal(opened.dat.fault.offset, opened.places.parts[PART_KALLSYMS]);
	check_buffers(&opened);
	close_file(&opened);
}

static void test_circles(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		struct opened opened;

		build(&opened, 7, false, NULL);
		const struct dat_places *places = &opened.places;
		size_t from = places->table_done[i % 2];
		size_t to = i < 2 ? places->options : places->tables[i % 2];

		put_at(&opened.file, from, to, 8);
		open_file(&opened);
		assert_int_equal(opened.ret, 0);
		assert_int_equal(opened.dat.fault.code, SHR_ERR_SYNTAX);
		assert_non_null(strstr(opened.dat.fault.reason, "circle"));
		/* None is there twice; one whose table is not reached is found. */
		assert_int_equal(opened.dat.buffer_count, 2);
		assert_int_equal(opened.dat.cpu_total, 4);
		close_file(&opened);
	}
}

/* CPU 1 has pages in both, 0 and 3 in the first, 2 in the second. */
static void try_pieces(const char *first, const char *second, struct opened *opened)
{
	memset(opened, 0, sizeof(*opened));
	opened->spec = plain_spec(7, false, "zstd");
	opened->spec.buffers[0].name = first;
	opened->spec.buffers[1].name = second;
	opened->spec.buffers[1].cpus[1] = some_pages(&opened->spec, 2, 9000);
	opened->file = make_dat(&opened->spec, &opened->places);
	open_file(opened);
	assert_int_equal(opened->ret, 0);
}

static void test_pieces(void **state)
{
	struct opened opened;

	(void)state;
	try_pieces("shrinkctl.1", "shrinkctl.2", &opened);
	assert_int_equal(opened.dat.fault.code, SHR_ERR_NONE);
	assert_int_equal(opened.dat.buffer_count, 1);
	assert_int_equal(opened.dat.cpu_total, 4);
	const struct shr_trace_buffer *buffer = &opened.dat.buffers[0];
	static const uint32_t cpus[] = { 0, 1, 3, 1, 2 };

	assert_str(buffer->name, "");
	assert_int_equal(buffer->cpu_count, COUNT(cpus));
	for (size_t i = 0; i < COUNT(cpus); i++) {
		assert_int_equal(buffer->cpus[i].cpu, cpus[i]);
		assert_int_equal(buffer->cpus[i].next, i == 1 ? 3 : 0);
		assert_int_equal(buffer->cpus[i].goes_on, i == 3);
	}
	close_file(&opened);
}

static void test_pieces_out_of_order(void **state)
{
	static const char *const pairs[][2] = { { "shrinkctl.2", "shrinkctl.3" },
						{ "shrinkctl.1", "shrinkctl.1" },
						{ "shrinkctl.1", "shrinkctl.3" },
						{ "other", "shrinkctl.2" } };

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct opened opened;

		try_pieces(pairs[i][0], pairs[i][1], &opened);
		assert_int_equal(opened.dat.fault.code, SHR_ERR_SYNTAX);
		assert_non_null(strstr(opened.dat.fault.reason, "piece"));
		assert_int_equal(opened.dat.buffer_count, i ? 1 : 0);
		close_file(&opened);
	}
}

/* Instances as others are. */
static void test_no_pieces(void **state)
{
	static const char *const names[] = { "shrinkctl.",	     "shrinkctl.0",
					     "shrinkctl.01",	     "shrinkctl.1x",
					     "shrinkctl.4294967296", "shrinkctl-1" };

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct opened opened;

		try_pieces("shrinkctl.1", names[i], &opened);
		assert_int_equal(opened.dat.fault.code, SHR_ERR_NONE);
		assert_int_equal(opened.dat.buffer_count, 2);
		assert_str(opened.dat.buffers[1].name, names[i]);
		close_file(&opened);
	}
}

static void test_pieces_unlike(void **state)
{
	struct opened opened;

	(void)state;
	try_pieces("shrinkctl.1", "shrinkctl.2", &opened);
	shr_trace_dat_release(&opened.dat);
	/* Before the rows: the size of pages, and how many rows there are. */
	put_at(&opened.file, opened.places.rows[1] - 8, 1024, 4);
	open_file(&opened);
	assert_non_null(strstr(opened.dat.fault.reason, "unlike"));
	assert_int_equal(opened.dat.buffers[0].cpu_count, 3);
	close_file(&opened);
}

/* A CPU that cannot be, whose pages are nowhere; and pages of the piece before. */
static void test_pieces_odd_rows(void **state)
{
	struct opened opened;

	(void)state;
	for (int i = 0; i < 2; i++) {
		try_pieces("shrinkctl.1", "shrinkctl.2", &opened);
		shr_trace_dat_release(&opened.dat);
		size_t row = opened.places.rows[1];

		if (i == 0)
			put_at(&opened.file, row, UINT32_MAX, 4);
		put_at(&opened.file, row + 4,
		       i ? opened.places.data[0][0] : UINT64_MAX / 2, 8);
		open_file(&opened);
		assert_int_equal(opened.dat.fault.code,
				 i ? SHR_ERR_SYNTAX : SHR_ERR_RANGE);
		assert_true(opened.dat.fault.offset <= opened.file.size ||
			    opened.dat.fault.offset == SHR_NO_OFFSET);
		assert_int_equal(opened.dat.buffers[0].cpu_count, 3);
		close_file(&opened);
	}
}

/* As long as a stream has it; @back: the last leads back to that one. */
static void try_long_chain(int back)
{
	struct opened opened;
	size_t sections[1000];

	build(&opened, 7, false, NULL);
	size_t link = opened.places.table_done[1];

	for (int i = 0; i < 1000; i++) {
		sections[i] = section_begin(&opened.file, PART_OPTIONS, 0);
		put_at(&opened.file, link, sections[i], 8);
		link = opened.file.size + 6;
		put_option_u64(&opened.file, 0, 0);
		section_end(&opened.file, sections[i]);
	}
	if (back >= 0)
		put_at(&opened.file, link, sections[back], 8);
	open_file(&opened);
	assert_int_equal(opened.ret, 0);
	assert_int_equal(opened.dat.fault.code,
			 back < 0 ? SHR_ERR_NONE : SHR_ERR_SYNTAX);
	if (back >= 0)
		assert_non_null(strstr(opened.dat.fault.reason, "circle"));
	check_buffers(&opened);
	close_file(&opened);
}

static void test_long_chain(void **state)
{
	(void)state;
	try_long_chain(-1);
	try_long_chain(0);
	try_long_chain(500);
	try_long_chain(999);
}

/* CPUs that have the same data: what it holds would be told many times. */
static void test_overlapping_data(void **state)
{
	(void)state;
	for (unsigned version = 6; version <= 7; version++) {
		struct opened opened = { 0 };
		size_t row = version == 6 ? 16 : 20, field = version == 6 ? 0 : 4;

		opened.spec = plain_spec(version, false, NULL);
		for (size_t cpu = 0; cpu < CPUS_MAX; cpu++) {
			maker_release(&opened.spec.buffers[0].cpus[cpu]);
			opened.spec.buffers[0].cpus[cpu] =
				some_pages(&opened.spec, 200, 1000);
		}
		opened.file = make_dat(&opened.spec, &opened.places);
		/* All of them begin with the first's, and end with the file. */
		for (size_t cpu = 0; cpu < CPUS_MAX; cpu++) {
			size_t at = opened.places.rows[0] + cpu * row + field;

			put_at(&opened.file, at, opened.places.data[0][0], 8);
			put_at(&opened.file, at + 8, UINT64_MAX, 8);
		}
		open_file(&opened);
		assert_int_equal(opened.ret, 0);
		assert_int_equal(opened.dat.fault.code, SHR_ERR_SYNTAX);
		assert_non_null(strstr(opened.dat.fault.reason, "overlaps"));
		assert_int_equal(opened.dat.buffers[0].cpu_count, 1);
		close_file(&opened);
	}
}

/* In any order, and by a byte, but not side by side. */
static void test_data_side_by_side(void **state)
{
	(void)state;
	for (int overlap = 0; overlap < 2; overlap++) {
		struct opened opened;

		build(&opened, 7, false, NULL);
		const struct dat_places *places = &opened.places;
		size_t row = places->rows[0] + 4;

		/* CPU 1 before CPU 0, which ends where CPU 1's data was. */
		put_at(&opened.file, row, places->data[0][1], 8);
		put_at(&opened.file, row + 8, 512, 8);
		put_at(&opened.file, row + 20, places->data[0][0], 8);
		put_at(&opened.file, row + 28,
		       places->data[0][1] - places->data[0][0] + (size_t)overlap, 8);
		open_file(&opened);
		assert_int_equal(opened.ret, 0);
		assert_int_equal(opened.dat.fault.code,
				 overlap ? SHR_ERR_SYNTAX : SHR_ERR_NONE);
		assert_int_equal(opened.dat.buffers[0].cpu_count, overlap ? 1 : 3);
		close_file(&opened);
	}
}

/* Many rows of the same chunks, whose sizes lie. */
static void test_overlapping_chunks(void **state)
{
	enum { ROWS = 1000 };
	struct opened opened;
	struct maker option = { 0 };

	(void)state;
	build(&opened, 7, false, "zstd");
	put(&option, opened.file.size, 8);
	put_string(&option, "many");
	put_string(&option, "local");
	put(&option, 512, 4);
	put(&option, ROWS, 4);
	for (uint32_t row = 0; row < ROWS; row++) {
		put(&option, row, 4);
		put(&option, opened.places.data[0][0], 8);
		put(&option, 1, 8);
	}
	section_begin(&opened.file, PART_BUFFER, FLAG_PACKED);
	put_at(&opened.file, opened.places.table_done[1], opened.file.size, 8);
	size_t at = section_begin(&opened.file, PART_OPTIONS, 0);

	put_option(&opened.file, PART_BUFFER, option.data, option.size);
	put_option_u64(&opened.file, 0, 0);
	section_end(&opened.file, at);
	maker_release(&option);
	open_file(&opened);
	assert_int_equal(opened.ret, 0);
	assert_int_equal(opened.dat.fault.code, SHR_ERR_SYNTAX);
	assert_non_null(strstr(opened.dat.fault.reason, "overlaps"));
	assert_int_equal(opened.dat.cpu_total, 4);
	close_file(&opened);
}

/* A row of nothing is no CPU; a row that ends beyond the file is one, to its end. */
static void test_odd_rows(void **state)
{
	struct opened opened;

	(void)state;
	build(&opened, 7, false, NULL);
	put_at(&opened.file, opened.places.rows[0] + 12, 0, 8);
	put_at(&opened.file, opened.places.rows[1] + 12, UINT64_MAX, 8);
	open_file(&opened);
	assert_int_equal(opened.ret, 0);
	assert_int_equal(opened.dat.fault.code, SHR_ERR_NONE);
	assert_int_equal(opened.dat.buffers[0].cpu_count, 2);
	assert_int_equal(opened.dat.buffers[1].cpu_count, 1);
	close_file(&opened);
}

static void test_text_files(void **state)
{
	struct opened opened;

	(void)state;
	build(&opened, 6, false, NULL);
	memcpy(opened.file.data + opened.places.tables[0], "latency  ", 9);
	open_file(&opened);
	assert_int_equal(opened.ret, 0);
	assert_int_equal(opened.dat.fault.code, SHR_ERR_UNSUPPORTED);
	assert_non_null(strstr(opened.dat.fault.reason, "trace-cmd report"));
	close_file(&opened);
	open_with_option(&opened, false, PART_BUFFER_TEXT, "12345678", 8);
	assert_int_equal(opened.dat.fault.code, SHR_ERR_UNSUPPORTED);
	close_file(&opened);
}

static void test_unknown_tag(void **state)
{
	struct opened opened;

	(void)state;
	build(&opened, 6, false, NULL);
	memcpy(opened.file.data + opened.places.tables[0], "flyrecodr", 9);
	open_file(&opened);
	assert_int_equal(opened.dat.fault.code, SHR_ERR_SYNTAX);
	assert_int_equal(opened.dat.fault.offset, opened.places.tables[0]);
	close_file(&opened);
	build(&opened, 6, false, NULL);
	memcpy(opened.file.data + opened.places.tables[1], "flyrecodr", 9);
	open_file(&opened);
	assert_int_equal(opened.dat.fault.code, SHR_ERR_SYNTAX);
	assert_int_equal(opened.dat.fault.offset, opened.places.tables[1]);
	assert_int_equal(opened.dat.buffers[0].cpu_count, 3);
	close_file(&opened);
}

/* More CPUs than any kernel has: each costs memory once it is read. */
static void test_too_many_cpus(void **state)
{
	enum { ROWS = 70000 };
	struct opened opened;
	struct maker option = { 0 };

	(void)state;
	build(&opened, 7, false, NULL);
	put(&option, opened.file.size, 8);
	put_string(&option, "many");
	put_string(&option, "local");
	put(&option, 512, 4);
	put(&option, ROWS, 4);
	for (uint32_t row = 0; row < ROWS; row++) {
		put(&option, row, 4);
		put(&option, UINT64_MAX, 8); /* nothing that could overlap */
		put(&option, 1, 8);
	}
	section_begin(&opened.file, PART_BUFFER, 0);
	put_at(&opened.file, opened.places.table_done[1], opened.file.size, 8);
	size_t at = section_begin(&opened.file, PART_OPTIONS, 0);

	put_option(&opened.file, PART_BUFFER, option.data, option.size);
	put_option_u64(&opened.file, 0, 0);
	section_end(&opened.file, at);
	maker_release(&option);
	open_file(&opened);
	assert_int_equal(opened.ret, 0);
	assert_int_equal(opened.dat.fault.code, SHR_ERR_RANGE);
	assert_int_equal(opened.dat.cpu_total, 65536);
	close_file(&opened);
}

/* A part that is named twice is read once: it could unpack without end. */
static void test_part_named_twice(void **state)
{
	struct opened opened;

	(void)state;
	build(&opened, 7, false, "zstd");
	size_t at = opened.places.options + 16 + 14 * (PART_PRINTK - PART_HEADER_INFO);

	put_at(&opened.file, at, PART_EVENT_FORMATS, 2);
	put_at(&opened.file, at + 6, opened.places.parts[PART_EVENT_FORMATS], 8);
	open_file(&opened);
	check_contents(&opened);
	close_file(&opened);
}

/* Sections that unpack to more than any kernel writes are not unpacked. */
static void test_section_bomb(void **state)
{
	struct opened opened;

	(void)state;
	build(&opened, 7, false, "zstd");
	put_at(&opened.file, opened.places.parts[PART_KALLSYMS] + 16 + 4, 0x40000000,
	       4);
	open_file(&opened);
	assert_int_equal(opened.ret, 0);
	assert_int_equal(opened.dat.fault.code, SHR_ERR_RANGE);
	assert_str(opened.dat.kallsyms, "");
	check_buffers(&opened);
	close_file(&opened);
}

/* What a real file holds. */
struct fixture_row {
	const char *path;
	unsigned version;
	const char *compression;
	const char *clock;
	size_t formats;
	struct {
		const char *name;
		uint32_t page_size;
		size_t cpus;
	} buffers[3];
	size_t buffer_count;
};

static const struct fixture_row rows[] = {
	{ "v6", 6, "none", "local", 20, { { "", 4096, 0 }, { "shrfmt", 4096, 1 } }, 2 },
	{ "v7-none",
	  7,
	  "none",
	  "local",
	  20,
	  { { "", 4096, 0 }, { "shrfmt", 4096, 1 } },
	  2 },
	{ "v7-tsc",
	  7,
	  "zstd",
	  "x86-tsc",
	  20,
	  { { "", 4096, 0 }, { "shrfmt", 4096, 1 } },
	  2 },
	{ "v7-counter",
	  7,
	  "zstd",
	  "counter",
	  20,
	  { { "", 4096, 0 }, { "shrfmt", 4096, 1 } },
	  2 },
	{ "two-instances",
	  7,
	  "zstd",
	  "local",
	  20,
	  { { "", 4096, 0 }, { "shrfmt2", 4096, 1 }, { "shrfmt", 4096, 1 } },
	  3 },
	{ "subbuf16k",
	  7,
	  "none",
	  "local",
	  20,
	  { { "", 4096, 0 }, { "shrfmt", 16384, 1 } },
	  2 },
	{ "tc33-zstd", 7, "zstd", "local", 20, { { "shrfmt", 4096, 1 } }, 1 },
	{ "tc33-record",
	  7,
	  "zstd",
	  "local",
	  20,
	  { { "", 4096, 0 }, { "shrfmt", 4096, 2 } },
	  2 },
	{ "reencoded-zlib",
	  7,
	  "zlib",
	  "local",
	  20,
	  { { "", 4096, 0 }, { "shrfmt", 4096, 1 } },
	  2 },
};

static void check_fixture(const struct fixture_row *row)
{
	struct shr_trace_dat dat;
	struct shr_err err;
	char path[200];

	snprintf(path, sizeof(path), "fixtures/trace/%s.dat", row->path);
	struct maker file = load_fixture(path);

	assert_int_equal(shr_trace_dat_init(&dat, file.data, file.size, &err), 0);
	assert_int_equal(dat.fault.code, SHR_ERR_NONE);
	assert_int_equal(dat.version, row->version);
	assert_str(dat.compression, row->compression);
	assert_str(dat.clock, row->clock);
	assert_str(dat.release, "6.18.44-fc-v595");
	assert_int_equal(dat.format_count, row->formats);
	assert_true(dat.kallsyms.len > 1000);
	assert_true(dat.cmdlines.len > 10);
	assert_int_equal(dat.buffer_count, row->buffer_count);
	for (size_t b = 0; b < row->buffer_count; b++) {
		assert_str(dat.buffers[b].name, row->buffers[b].name);
		assert_int_equal(dat.buffers[b].page_size, row->buffers[b].page_size);
		assert_int_equal(dat.buffers[b].cpu_count, row->buffers[b].cpus);
	}
	shr_trace_dat_release(&dat);
	maker_release(&file);
}

static void test_fixtures(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check_fixture(&rows[i]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_contents),
		cmocka_unit_test(test_magic),
		cmocka_unit_test(test_time_options),
		cmocka_unit_test(test_tsc2nsec),
		cmocka_unit_test(test_unknown_options),
		cmocka_unit_test(test_odd_texts),
		cmocka_unit_test(test_other_versions),
		cmocka_unit_test(test_unknown_compression),
		cmocka_unit_test(test_cut_everywhere),
		cmocka_unit_test(test_any_byte_wrong),
		cmocka_unit_test(test_rescue),
		cmocka_unit_test(test_rescue_behind_a_table),
		cmocka_unit_test(test_rescue_finds_nothing_twice),
		cmocka_unit_test(test_damaged_part),
		cmocka_unit_test(test_damaged_formats),
		cmocka_unit_test(test_section_of_another_kind),
		cmocka_unit_test(test_circles),
		cmocka_unit_test(test_long_chain),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_pieces_out_of_order),
		cmocka_unit_test(test_no_pieces),
		cmocka_unit_test(test_pieces_unlike),
		cmocka_unit_test(test_pieces_odd_rows),
		cmocka_unit_test(test_overlapping_data),
		cmocka_unit_test(test_data_side_by_side),
		cmocka_unit_test(test_overlapping_chunks),
		cmocka_unit_test(test_odd_rows),
		cmocka_unit_test(test_text_files),
		cmocka_unit_test(test_unknown_tag),
		cmocka_unit_test(test_too_many_cpus),
		cmocka_unit_test(test_part_named_twice),
		cmocka_unit_test(test_section_bomb),
		cmocka_unit_test(test_fixtures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
