/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is written is read again by our own reader, and must be what went in. */
#include "cli/record/dat_writer.h"

#include "cli/record/dat_final.h"
#include "tests/unit/writing.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

/* All CPUs in turn, a few pages at a time. */
static void add_pages(const struct writing *writing, struct dat_spool *spool)
{
	struct shr_err err;
	size_t step = (size_t)2 * PAGE;

	for (size_t at = 0; at < (size_t)CALLS * PAGE; at += step)
		for (uint32_t cpu = 0; cpu < CPUS_MAX; cpu++) {
			const struct maker *pages = &writing->pages[cpu];
			size_t rest = at < pages->size ? pages->size - at : 0;

			if (!rest)
				continue;
			assert_int_equal(dat_spool_add(spool, cpu, pages->data + at,
						       rest < step ? rest : step, &err),
					 0);
		}
}

/* Through the whole of the writer, to a file in the folder. */
static void expect_round_trip(const struct writing *writing, const char *format)
{
	const struct dat_contents early = early_contents(), late = late_contents();
	struct dat_settings settings = writing->settings;
	struct dat_writer writer;
	struct shr_err err;
	char name[256];

	settings.force = true;
	assert_int_equal(dat_writer_open(&writer, folder_path(&folder, "out"), &early,
					 &settings, &err),
			 0);
	add_pages(writing, &writer.spool);
	assert_int_equal(dat_writer_finish(&writer, &late, &err), 0);
	assert_false(writer.kept);
	dat_writer_close(&writer);
	assert_int_equal(folder_count(&folder, name), 1);
	struct maker file = load_fixture(folder_path(&folder, "out"));

	expect_events(writing, &file, format);
	maker_release(&file);
}

static const struct {
	unsigned version;
	enum dat_compression compression;
	const char *format;
} kinds[] = {
	{ 7, DAT_NONE, "trace.dat v7" },
	{ 7, DAT_ZLIB, "trace.dat v7, zlib" },
	{ 7, DAT_ZSTD, "trace.dat v7, zstd" },
	{ 6, DAT_NONE, "trace.dat v6" },
};

/* No CPU has pages, or the first, or that and the last, or all; one has lost some. */
static void test_round_trips(void **state)
{
	static const unsigned cpu_sets[] = { 0x0, 0x1, 0x9, 0xf };

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++)
		for (size_t set = 0; set < COUNT(cpu_sets); set++) {
			struct writing writing =
				begin_writing(kinds[i].version, kinds[i].compression);

			for (uint32_t cpu = 0; cpu < CPUS_MAX; cpu++)
				if (cpu_sets[set] & 1u << cpu)
					writing.pages[cpu] =
						some_pages(cpu, cpu == 3 ? 99 : 0);
			expect_round_trip(&writing, kinds[i].format);
			end_writing(&writing);
		}
}

/* Stretches that are soon full, so that pages move; then the final file of that. */
static void test_pages_move(void **state)
{
	const struct dat_contents contents = late_contents();
	struct writing writing = full_writing(7, DAT_ZSTD);
	int fd = new_file(), final = new_file();
	struct dat_spool spool;
	struct shr_err err;

	(void)state;
	assert_int_equal(dat_spool_init(&spool, fd, &contents, &writing.settings, &err),
			 0);
	add_pages(&writing, &spool);
	assert_int_equal(dat_spool_size(&spool), CPUS_MAX * writing.pages[0].size);
	assert_int_equal(dat_spool_flush(&spool, &err), 0);
	struct maker bytes = bytes_of(fd);

	expect_events(&writing, &bytes, "trace.dat v7");
	maker_release(&bytes);
	assert_int_equal(
		dat_final_write(final, &spool, &contents, &writing.settings, &err), 0);
	bytes = bytes_of(final);
	expect_events(&writing, &bytes, "trace.dat v7, zstd");
	maker_release(&bytes);
	dat_spool_release(&spool);
	close(final);
	close(fd);
	end_writing(&writing);
}

/* What a writer leaves that was killed: everything up to the last flush. */
static void test_killed(void **state)
{
	struct dat_contents contents = early_contents();
	struct writing writing = full_writing(6, DAT_NONE);
	struct dat_writer writer;
	struct shr_err err;
	char name[256];

	(void)state;
	assert_int_equal(dat_writer_open(&writer, folder_path(&folder, "out"),
					 &contents, &writing.settings, &err),
			 0);
	add_pages(&writing, &writer.spool);
	for (int i = 0; i < 5; i++) {
		contents.cmdlines = i % 2 ? str("42 a longer answer\n42 overlong\n")
					  : str("42 answer\n");
		assert_int_equal(dat_spool_rename(&writer.spool, &contents, &err), 0);
	}
	assert_int_equal(dat_spool_flush(&writer.spool, &err), 0);
	assert_int_equal(dat_spool_add(&writer.spool, 0, "not flushed", 11, &err), 0);
	assert_int_equal(folder_count(&folder, name), 1);
	struct maker bytes = bytes_of(writer.out.fd);

	expect_events(&writing, &bytes, "trace.dat v7");
	maker_release(&bytes);
	dat_writer_close(&writer);
	assert_int_equal(folder_count(&folder, name), 0);
	end_writing(&writing);
}

static void test_splice(void **state)
{
	const struct dat_contents contents = late_contents();
	struct writing writing = begin_writing(7, DAT_NONE);
	int fd = new_file(), ends[2];
	struct dat_spool spool;
	struct shr_err err;

	(void)state;
	writing.pages[1] = some_pages(1, 5);
	size_t half = writing.pages[1].size / 2;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(dat_spool_init(&spool, fd, &contents, &writing.settings, &err),
			 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
			write(ends[1], writing.pages[1].data + (i ? half : 0), half),
			half);
		assert_int_equal(dat_spool_splice(&spool, 1, ends[0], half, &err), 0);
	}
	assert_int_equal(dat_spool_flush(&spool, &err), 0);
	struct maker bytes = bytes_of(fd);

	expect_events(&writing, &bytes, "trace.dat v7");
	maker_release(&bytes);
	/* A pipe that ends: half a page does not count. */
	assert_int_equal(write(ends[1], "half a page", 11), 11);
	close(ends[1]);
	assert_int_equal(dat_spool_splice(&spool, 1, ends[0], PAGE, &err), -1);
	assert_int_equal(err.code, SHR_ERR_TRUNCATED);
	assert_int_equal(dat_spool_pages(&spool, 1).size, 2 * half);
	dat_spool_release(&spool);
	close(ends[0]);
	close(fd);
	end_writing(&writing);
}

struct adder {
	struct dat_spool *spool;
	const struct maker *pages;
	uint32_t cpu;
	int ret;
};

static void *add_all(void *arg)
{
	struct adder *adder = arg;
	struct shr_err err;

	for (size_t at = 0; at < adder->pages->size; at += PAGE)
		adder->ret |= dat_spool_add(adder->spool, adder->cpu,
					    adder->pages->data + at, PAGE, &err);
	return NULL;
}

static void test_threads(void **state)
{
	const struct dat_contents contents = late_contents();
	struct writing writing = full_writing(7, DAT_NONE);
	int fd = new_file();
	struct adder adders[CPUS_MAX];
	pthread_t threads[CPUS_MAX];
	struct dat_spool spool;
	struct shr_err err;

	(void)state;
	assert_int_equal(dat_spool_init(&spool, fd, &contents, &writing.settings, &err),
			 0);
	for (uint32_t cpu = 0; cpu < CPUS_MAX; cpu++) {
		adders[cpu] = (struct adder){ &spool, &writing.pages[cpu], cpu, 0 };
		assert_int_equal(
			pthread_create(&threads[cpu], NULL, add_all, &adders[cpu]), 0);
	}
	for (int i = 0; i < 100; i++)
		assert_int_equal(dat_spool_flush(&spool, &err), 0);
	for (uint32_t cpu = 0; cpu < CPUS_MAX; cpu++) {
		pthread_join(threads[cpu], NULL);
		assert_int_equal(adders[cpu].ret, 0);
	}
	assert_int_equal(dat_spool_complete(&spool, &contents, &err), 0);
	struct maker bytes = bytes_of(fd);

	expect_events(&writing, &bytes, "trace.dat v7");
	maker_release(&bytes);
	dat_spool_release(&spool);
	close(fd);
	end_writing(&writing);
}

/* Where there is no room for the final file, the spool is the file. */
static void test_kept(void **state)
{
	const struct dat_contents contents = late_contents();
	struct writing writing = full_writing(7, DAT_NONE);
	struct rlimit old, limit;
	struct dat_writer writer;
	struct shr_err err;
	char name[256];

	(void)state;
	assert_int_equal(dat_writer_open(&writer, folder_path(&folder, "out"),
					 &contents, &writing.settings, &err),
			 0);
	add_pages(&writing, &writer.spool);
	/* Tables can still be written, and nothing behind them. */
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	limit = (struct rlimit){ writer.spool.front.bytes.len, old.rlim_max };
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(dat_writer_finish(&writer, &contents, &err), -1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_true(writer.kept);
	assert_string_equal(err.reason,
			    "cannot write: File too large; the file is version 7, not "
			    "compressed, without task names and statistics");
	dat_writer_close(&writer);
	assert_int_equal(folder_count(&folder, name), 1);
	struct maker file = load_fixture(folder_path(&folder, "out"));

	expect_events(&writing, &file, "trace.dat v7");
	maker_release(&file);
	end_writing(&writing);
}

static void test_refused(void **state)
{
	const struct dat_contents contents = early_contents();
	struct dat_settings settings = begin_writing(6, DAT_ZSTD).settings;
	struct dat_writer writer;
	struct shr_err err;
	char name[256];

	(void)state;
	assert_int_equal(dat_writer_open(&writer, folder_path(&folder, "out"),
					 &contents, &settings, &err),
			 -1);
	assert_int_equal(err.code, SHR_ERR_UNSUPPORTED);
	dat_writer_close(&writer);
	folder_put(&folder, "out", "old");
	settings.version = 7;
	assert_int_equal(dat_writer_open(&writer, folder_path(&folder, "out"),
					 &contents, &settings, &err),
			 -1);
	dat_writer_close(&writer);
	assert_int_equal(folder_count(&folder, name), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_round_trips), TEST(test_pages_move), TEST(test_killed),
		TEST(test_splice),	TEST(test_threads),    TEST(test_kept),
		TEST(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
