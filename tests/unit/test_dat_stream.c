/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes out is read again, whole or cut off, and must be what went in. */
#include "cli/record/dat_stream.h"

#include "parsers/trace_dat.h"
#include "tests/unit/writing.h"

#include <signal.h>

/* Of less nobody can tell what it is. */
enum { HEAD = 12 };

/* A stream, and where it goes. */
struct streaming {
	struct dat_stream stream;
	int fd;
};

static void begin_streaming(struct streaming *streaming, const struct writing *writing,
			    int fd)
{
	const struct dat_contents contents = early_contents();
	struct shr_err err;

	streaming->fd = fd;
	assert_int_equal(dat_stream_init(&streaming->stream, fd, &contents,
					 &writing->settings, &err),
			 0);
}

static void end_streaming(struct streaming *streaming)
{
	dat_stream_release(&streaming->stream);
	close(streaming->fd);
}

/* Pages @from to @to of each CPU, as far as it has them. */
static void add(struct streaming *streaming, const struct writing *writing, size_t from,
		size_t to)
{
	for (uint32_t cpu = 0; cpu < CPUS_MAX; cpu++)
		for (size_t page = from; page < to; page++)
			if ((page + 1) * PAGE <= writing->pages[cpu].size)
				dat_stream_add(&streaming->stream, cpu,
					       writing->pages[cpu].data + page * PAGE,
					       PAGE);
}

static void flush(struct streaming *streaming)
{
	struct shr_err err;

	assert_int_equal(dat_stream_flush(&streaming->stream, &err), 0);
	assert_false(dat_stream_is_pending(&streaming->stream));
}

static void complete(struct streaming *streaming)
{
	const struct dat_contents contents = late_contents();
	struct shr_err err;

	assert_int_equal(dat_stream_complete(&streaming->stream, &contents, &err), 0);
	assert_true(dat_stream_is_pending(&streaming->stream));
	assert_int_equal(dat_stream_write(&streaming->stream, &err), 0);
	assert_false(dat_stream_is_pending(&streaming->stream));
}

static void expect_names(struct maker *file, const char *names)
{
	struct shr_bytes bytes = made(file);
	struct shr_trace_dat dat;
	struct shr_err err;

	assert_int_equal(shr_trace_dat_init(&dat, bytes.data, bytes.size, &err), 0);
	assert_str(dat.cmdlines, names);
	shr_trace_dat_release(&dat);
}

static const struct {
	enum dat_compression compression;
	const char *format;
} kinds[] = {
	{ DAT_NONE, "trace.dat v7" },
	{ DAT_ZLIB, "trace.dat v7, zlib" },
	{ DAT_ZSTD, "trace.dat v7, zstd" },
};

/* Pieces of one page, of some, and of all; also CPUs that pieces have nothing of. */
static void test_round_trips(void **state)
{
	static const size_t steps[] = { 1, 7, CALLS };
	static const unsigned cpu_sets[] = { 0x0, 0x1, 0x9, 0xf };

	(void)state;
	for (size_t i = 0; i < COUNT(kinds) * COUNT(steps) * COUNT(cpu_sets); i++) {
		size_t kind = i % COUNT(kinds), step = steps[i / COUNT(kinds) % 3];
		unsigned cpus = cpu_sets[i / COUNT(kinds) / COUNT(steps)];
		struct writing writing = begin_writing(7, kinds[kind].compression);
		struct streaming streaming;

		for (uint32_t cpu = 0; cpu < CPUS_MAX; cpu++)
			if (cpus & 1u << cpu)
				writing.pages[cpu] = some_pages(cpu, cpu == 3 ? 99 : 0);
		begin_streaming(&streaming, &writing, new_file());
		for (size_t page = 0; page < CALLS / 3; page += step) {
			add(&streaming, &writing, page, page + step);
			flush(&streaming);
		}
		complete(&streaming);
		struct maker file = bytes_of(streaming.fd);

		expect_events(&writing, &file, kinds[kind].format);
		expect_names(&file, "42 answer\n");
		maker_release(&file);
		end_streaming(&streaming);
		end_writing(&writing);
	}
}

/* More pieces than anybody keeps places of; a CPU that is quiet for long. */
static void test_many_pieces(void **state)
{
	struct writing writing = begin_writing(7, DAT_ZSTD);
	struct page_maker busy = page_maker(PAGE, 8, false);
	struct page_maker quiet = page_maker(PAGE, 8, false);
	struct streaming streaming;

	(void)state;
	for (unsigned i = 0; i < 500; i++) {
		page_begin(&busy, 1000 + 40ull * i);
		put_start(&busy, &formats, 5, i);
		put_end(&busy, &formats, 5, i);
		page_end(&busy, 0);
	}
	for (unsigned i = 0; i < 2; i++) {
		page_begin(&quiet, 1010 + 15000ull * i);
		put_start(&quiet, &formats, 5, 7777);
		put_end(&quiet, &formats, 5, 7777);
		page_end_lost(&quiet, i ? 55 : 0);
	}
	writing.pages[0] = busy.bytes;
	writing.pages[2] = quiet.bytes;
	begin_streaming(&streaming, &writing, new_file());
	for (size_t page = 0; page < 500; page++) {
		dat_stream_add(&streaming.stream, 0, busy.bytes.data + page * PAGE,
			       PAGE);
		if (page == 3 || page == 400)
			dat_stream_add(&streaming.stream, 2,
				       quiet.bytes.data + (page > 3 ? PAGE : 0), PAGE);
		flush(&streaming);
	}
	complete(&streaming);
	struct maker file = bytes_of(streaming.fd);

	expect_events(&writing, &file, "trace.dat v7, zstd");
	maker_release(&file);
	end_streaming(&streaming);
	end_writing(&writing);
}

/* A mark on a page without records, at the end of a piece, is the next record's. */
static void test_mark_between_pieces(void **state)
{
	struct writing writing = begin_writing(7, DAT_NONE);
	struct page_maker pages = page_maker(PAGE, 8, false);
	struct streaming streaming;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		page_begin(&pages, 1000 + 40ull * i);
		if (i != 1) {
			put_start(&pages, &formats, 5, i);
			put_end(&pages, &formats, 5, i);
		}
		if (i == 1)
			page_end_lost(&pages, 17);
		else
			page_end(&pages, 0);
	}
	writing.pages[0] = pages.bytes;
	begin_streaming(&streaming, &writing, new_file());
	for (size_t page = 0; page < 3; page++) {
		add(&streaming, &writing, page, page + 1);
		flush(&streaming);
	}
	complete(&streaming);
	struct maker file = bytes_of(streaming.fd);

	expect_events(&writing, &file, "trace.dat v7");
	maker_release(&file);
	end_streaming(&streaming);
	end_writing(&writing);
}

/* How many records can be read of the first @size bytes; -1: not even the formats. */
static long read_cut(struct maker *file, size_t size, bool whole)
{
	const struct shr_reader_options options = { .instance = NULL };
	struct shr_bytes bytes = made(file);
	struct reading reading;

	bytes.size = size;
	read_bytes(&reading, bytes, &options);
	assert_int_equal(reading.got, whole ? 0 : -1);
	if (!whole && reading.reader) {
		assert_int_equal(reading.err.code, SHR_ERR_TRUNCATED);
		assert_true(reading.src->capture->incomplete);
	}
	long count =
		reading.reader
			? (long)(reading.of_kind[SHR_START] + reading.of_kind[SHR_END])
			: -1;

	close_reading(&reading);
	return count;
}

/* Wherever it is cut off, what was flushed before is there, and a later cut has more.
 */
static void try_cuts(enum dat_compression compression)
{
	struct writing writing = begin_writing(7, compression);
	struct dat_contents contents = late_contents();
	struct streaming streaming;
	struct shr_err err;
	size_t ends[4];
	long before = -1;

	writing.pages[0] = some_pages(0, 0);
	writing.pages[2] = some_pages(2, 12);
	begin_streaming(&streaming, &writing, new_file());
	for (size_t piece = 0; piece < COUNT(ends); piece++) {
		add(&streaming, &writing, 5 * piece, 5 * piece + 5);
		assert_int_equal(dat_stream_rename(&streaming.stream, &contents, &err),
				 0);
		flush(&streaming);
		ends[piece] = (size_t)lseek(streaming.fd, 0, SEEK_CUR);
	}
	complete(&streaming);
	struct maker file = bytes_of(streaming.fd);

	for (size_t size = HEAD; size <= file.size; size++) {
		long count = read_cut(&file, size, size == file.size);

		assert_true(count >= before);
		before = count;
		/* Two CPUs, five pages of three calls. */
		for (size_t piece = 0; piece < COUNT(ends); piece++)
			assert_true(size < ends[piece] ||
				    count >= (long)(2 * 5 * 3 * 2 * (piece + 1)));
	}
	assert_int_equal(before, 2L * CALLS * 2);
	file.size = ends[1] + 40;
	expect_names(&file, "42 answer\n");
	maker_release(&file);
	end_streaming(&streaming);
	end_writing(&writing);
}

static void test_cuts(void **state)
{
	(void)state;
	try_cuts(DAT_NONE);
	try_cuts(DAT_ZSTD);
}

/* What comes out of the pipe, as far as there is something; at most @most bytes. */
static size_t read_some(int pipe, struct maker *got, size_t most)
{
	uint8_t *room = make_room(got, most);
	ssize_t len = read(pipe, room, most);

	got->size -= most - (len > 0 ? (size_t)len : 0);
	return len > 0 ? (size_t)len : 0;
}

/* A reader who takes nothing is not waited for; what fits is kept, and not more. */
static void test_slow_reader(void **state)
{
	struct writing writing = begin_writing(7, DAT_NONE);
	struct maker got = { 0 };
	struct streaming streaming;
	struct shr_err err;
	int ends[2];

	(void)state;
	for (uint32_t cpu = 0; cpu < CPUS_MAX; cpu++)
		writing.pages[cpu] = some_pages(cpu, 0);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	begin_streaming(&streaming, &writing, ends[1]);
	add(&streaming, &writing, 0, 10);
	while (!dat_stream_is_full(&streaming.stream)) {
		assert_int_equal(dat_stream_write(&streaming.stream, &err), 0);
		dat_stream_add(&streaming.stream, 1, writing.pages[0].data, PAGE);
		assert_int_equal(dat_stream_flush(&streaming.stream, &err), 0);
	}
	assert_true(dat_stream_is_pending(&streaming.stream));
	/* Then all of it is taken, at the reader's pace. */
	for (bool ended = false; !ended || dat_stream_is_pending(&streaming.stream);) {
		const struct dat_contents contents = late_contents();

		read_some(ends[0], &got, 100000);
		assert_int_equal(dat_stream_write(&streaming.stream, &err), 0);
		if (ended || dat_stream_is_full(&streaming.stream))
			continue;
		assert_int_equal(
			dat_stream_complete(&streaming.stream, &contents, &err), 0);
		ended = true;
	}
	while (read_some(ends[0], &got, 100000))
		;
	assert_true(read_cut(&got, got.size, true) > CPUS_MAX * 10 * 3 * 2);
	assert_true(streaming.stream.size > 3 << 20);
	maker_release(&got);
	end_streaming(&streaming);
	close(ends[0]);
	end_writing(&writing);
}

static void test_reader_has_gone(void **state)
{
	struct writing writing = begin_writing(7, DAT_ZSTD);
	struct streaming streaming;
	struct shr_err err;
	int ends[2];

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	begin_streaming(&streaming, &writing, ends[1]);
	close(ends[0]);
	assert_int_equal(dat_stream_write(&streaming.stream, &err), -1);
	assert_string_equal(err.reason, "nobody reads it any more");
	end_streaming(&streaming);
	begin_streaming(&streaming, &writing, open("/dev/full", O_WRONLY | O_CLOEXEC));
	assert_int_equal(dat_stream_write(&streaming.stream, &err), -1);
	assert_string_equal(err.reason, "cannot write: No space left on device");
	end_streaming(&streaming);
	end_writing(&writing);
}

static void test_splice(void **state)
{
	struct writing writing = begin_writing(7, DAT_NONE);
	struct streaming streaming;
	struct shr_err err;
	int ends[2];

	(void)state;
	writing.pages[1] = some_pages(1, 5);
	size_t half = writing.pages[1].size / 2;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	begin_streaming(&streaming, &writing, new_file());
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
			write(ends[1], writing.pages[1].data + (i ? half : 0), half),
			half);
		assert_int_equal(
			dat_stream_splice(&streaming.stream, 1, ends[0], half, &err),
			0);
	}
	/* A pipe that ends: half a page does not count. */
	assert_int_equal(write(ends[1], "half a page", 11), 11);
	close(ends[1]);
	assert_int_equal(dat_stream_splice(&streaming.stream, 1, ends[0], PAGE, &err),
			 -1);
	assert_int_equal(err.code, SHR_ERR_TRUNCATED);
	assert_int_equal(streaming.stream.size, 2 * half);
	complete(&streaming);
	struct maker file = bytes_of(streaming.fd);

	expect_events(&writing, &file, "trace.dat v7");
	maker_release(&file);
	end_streaming(&streaming);
	close(ends[0]);
	end_writing(&writing);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_round_trips),
		TEST(test_many_pieces),
		TEST(test_mark_between_pieces),
		TEST(test_cuts),
		TEST(test_slow_reader),
		TEST(test_reader_has_gone),
		TEST(test_splice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
