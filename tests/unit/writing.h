/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * writing - what writers of trace.dat are given in tests, and what has to be read of
 * the file they make: the same events as of one made by hand.
 *
 *	struct writing writing = begin_writing(7, DAT_ZSTD);
 *
 *	writing.pages[1] = some_pages(1, 0);
 *	...write them
 *	expect_events(&writing, &file, "trace.dat v7, zstd");
 *	end_writing(&writing);
 */
#ifndef TESTS_UNIT_WRITING_H
#define TESTS_UNIT_WRITING_H

#include "cli/record/dat_contents.h"
#include "tests/unit/calls_maker.h"
#include "tests/unit/folder.h"
#include "tests/unit/reading.h"

enum { CALLS = 60, OPTION_FREE = 4711 };

static struct call_formats formats;
static struct dat_format format_list[4];
static struct folder folder;

static UNUSED int set_up(void **state)
{
	(void)state;
	make_call_formats(&formats);
	format_list[0] =
		(struct dat_format){ "ftrace", str("name: function\nID: 1\n") };
	format_list[1] = (struct dat_format){ "vmscan", str(formats.start.text) };
	format_list[2] = (struct dat_format){ "vmscan", str(formats.end.text) };
	format_list[3] = (struct dat_format){ "other", str("name: odd\nID: 9\n") };
	folder_make(&folder);
	return 0;
}

static UNUSED int tear_down(void **state)
{
	(void)state;
	folder_remove(&folder);
	return 0;
}

static UNUSED struct dat_contents early_contents(void)
{
	static const struct dat_extra option = { OPTION_FREE, "free", 5 };

	return (struct dat_contents){
		.header_page = str(header_page_text(8)),
		.header_event = str("# compressed entry header\n"),
		.formats = format_list,
		.format_count = COUNT(format_list),
		.kallsyms = str("ffffffff81000000 t made_up_scan\n"),
		.printk = str("0xffffffff81000000 : \"hello\"\n"),
		.uname = str("Linux box 6.1.180 x86_64"),
		.clock = "mono",
		.version = "shrinkctl",
		.trace_id = 7,
		.options = &option,
		.option_count = 1,
	};
}

static UNUSED struct dat_contents late_contents(void)
{
	struct dat_contents contents = early_contents();

	contents.cmdlines = str("42 answer\n");
	contents.cpustat = str("CPU: 0\nentries: 1\n");
	return contents;
}

/* CALLS calls, three a page; @lost before the second page, where it is not 0. */
static UNUSED struct maker some_pages(uint32_t cpu, uint64_t lost)
{
	struct page_maker pages = page_maker(PAGE, 8, false);

	for (unsigned i = 0; i < CALLS; i++) {
		if (i % 3 == 0)
			page_begin(&pages, 1000 + 40ull * i + cpu);
		put_start(&pages, &formats, 5, 1000 * cpu + i);
		put_end(&pages, &formats, 5, 1000 * cpu + i);
		if (i % 3 == 2 && i == 5 && lost)
			page_end_lost(&pages, lost);
		else if (i % 3 == 2)
			page_end(&pages, 0);
	}
	return pages.bytes;
}

struct writing {
	struct dat_settings settings;
	struct maker pages[CPUS_MAX];
};

static UNUSED struct writing begin_writing(unsigned version,
					   enum dat_compression compression)
{
	return (struct writing){ .settings = { .version = version,
					       .compression = compression,
					       .page_size = PAGE,
					       .cpu_count = CPUS_MAX,
					       .stretch = PAGE } };
}

static UNUSED void end_writing(struct writing *writing)
{
	for (uint32_t cpu = 0; cpu < CPUS_MAX; cpu++)
		maker_release(&writing->pages[cpu]);
}

static UNUSED struct maker bytes_of(int fd)
{
	struct maker maker = { 0 };
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	uint8_t *room = make_room(&maker, (size_t)st.st_size);

	assert_int_equal(pread(fd, room, (size_t)st.st_size, 0), st.st_size);
	made(&maker);
	return maker;
}

/* What is read of @file has to be what is read of a file made by hand. */
static UNUSED void expect_events(const struct writing *writing, struct maker *file,
				 const char *format)
{
	const struct shr_reader_options options = { .instance = NULL };
	struct dat_spec spec = calls_spec(&formats, false);
	struct dat_places places;
	struct reading got, want;

	memcpy(spec.buffers[0].cpus, writing->pages, sizeof(writing->pages));
	struct maker model = make_dat(&spec, &places);

	read_bytes(&want, made(&model), &options);
	read_bytes(&got, made(file), &options);
	assert_int_equal(want.got, 0);
	assert_int_equal(got.got, 0);
	assert_int_equal(got.count, want.count);
	for (size_t i = 0; i < want.count; i++) {
		char line[SHOWN];

		expect_line(&got, i, show(&want, i, line));
	}
	if (got.reader) {
		assert_string_equal(got.src->capture->format, format);
		assert_str(got.src->capture->kernel, "6.1.180");
		assert_str(got.src->capture->clock, "mono");
		assert_int_equal(got.src->capture->lost_events,
				 want.src->capture->lost_events);
	}
	close_reading(&got);
	close_reading(&want);
	maker_release(&model);
}

static UNUSED struct writing full_writing(unsigned version,
					  enum dat_compression compression)
{
	struct writing writing = begin_writing(version, compression);

	for (uint32_t cpu = 0; cpu < CPUS_MAX; cpu++)
		writing.pages[cpu] = some_pages(cpu, 12 * cpu);
	return writing;
}

static UNUSED int new_file(void)
{
	int fd = open(folder.name, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	return fd;
}

#endif /* TESTS_UNIT_WRITING_H */
