/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that trace-cmd wrote, against what `trace-cmd report -R -t` says of them. */
#include "parsers/trace_reader.h"

#include "tests/unit/fixture.h"
#include "tests/unit/reading.h"

/* A fixture and all that is read of it. */
struct file_case {
	struct maker file;
	struct reading reading;
};

static void load_case(struct file_case *test, const char *name)
{
	char path[200];

	snprintf(path, sizeof(path), "fixtures/trace/%s.dat", name);
	test->file = load_fixture(path);
}

static void open_case(struct file_case *test, const char *name, const char *instance)
{
	struct shr_reader_options options = { .instance = instance };

	load_case(test, name);
	read_bytes(&test->reading, made(&test->file), &options);
}

static void close_case(struct file_case *test)
{
	close_reading(&test->reading);
	maker_release(&test->file);
}

/* Sums over all events, which any misread value changes. */
struct sums {
	size_t starts, ends;
	int64_t deferred, freeable, delta, start_total;
	int64_t unused, new_scan, retval, end_total;
	uint64_t lost;
};

static struct sums sums_of(const struct reading *reading)
{
	struct sums sums = { 0 };

	for (size_t i = 0; i < reading->count; i++) {
		const struct shr_event *event = &reading->events[i];

		if (event->kind == SHR_START) {
			sums.starts++;
			sums.deferred += event->start.deferred;
			sums.freeable += event->start.freeable;
			sums.delta += (int64_t)event->start.delta;
			sums.start_total += event->start.total_scan;
		} else if (event->kind == SHR_END) {
			sums.ends++;
			sums.unused += event->end.deferred;
			sums.new_scan += event->end.new_scan;
			sums.retval += event->end.retval;
			sums.end_total += event->end.total_scan;
		} else if (event->kind == SHR_LOST) {
			sums.lost += event->lost.count;
		}
	}
	return sums;
}

static void check_sums(const struct sums *got, const struct sums *want)
{
	assert_int_equal(got->starts, want->starts);
	assert_int_equal(got->ends, want->ends);
	assert_int_equal(got->deferred, want->deferred);
	assert_int_equal(got->freeable, want->freeable);
	assert_int_equal(got->delta, want->delta);
	assert_int_equal(got->start_total, want->start_total);
	assert_int_equal(got->unused, want->unused);
	assert_int_equal(got->new_scan, want->new_scan);
	assert_int_equal(got->retval, want->retval);
	assert_int_equal(got->end_total, want->end_total);
	assert_int_equal(got->lost, want->lost);
}

struct row {
	const char *name;
	const char *format, *kernel, *clock;
	enum shr_clock_unit unit;
	unsigned layouts, long_size;
	struct sums sums;
	const char *first, *second, *last;
};

static const char release[] = "6.18.44-fc-v595";

static const struct row rows[] = {
	{ "v6",
	  "trace.dat v6",
	  release,
	  "local",
	  SHR_CLOCK_NS,
	  SHR_LAYOUT_T6,
	  8,
	  { 43, 43, 294, 613, 644, 788, 294, 246, 404, 118, 0 },
	  "669865742157 [0] bash-15136 ffff88810004a300 kfree_rcu_shrink_scan nid 0 "
	  "start 2 GFP_KERNEL of 7 delta 14 total 14 priority 0",
	  "669865746724 [0] bash-15136 ffff88810004a300 kfree_rcu_shrink_scan nid 0 "
	  "end 2 to 2 total 0 returned 7",
	  "669866457179 [0] bash-15136 ffff888100d55b00 super_cache_scan nid 0 "
	  "end 0 to 0 total 0 returned 0" },
	{ "v7-none",
	  "trace.dat v7",
	  release,
	  "local",
	  SHR_CLOCK_NS,
	  SHR_LAYOUT_T6,
	  8,
	  { 73, 73, 1320, 1948, 1650, 2072, 1320, 678, 1080, 422, 0 },
	  "670787521731 [0] bash-15159 ffff88810004a300 kfree_rcu_shrink_scan nid 0 "
	  "start 2 GFP_KERNEL of 55 delta 110 total 110 priority 0",
	  "670787539116 [0] bash-15159 ffff88810004a300 kfree_rcu_shrink_scan nid 0 "
	  "end 2 to 2 total 0 returned 55",
	  "670788699890 [0] bash-15159 ffff888100d55b00 super_cache_scan nid 0 "
	  "end 0 to 0 total 0 returned 0" },
	{ "v7-tsc",
	  "trace.dat v7, zstd",
	  release,
	  "x86-tsc",
	  SHR_CLOCK_TICKS,
	  SHR_LAYOUT_T6,
	  8,
	  { 44, 44, 299, 1152, 1324, 1475, 299, 309, 786, 161, 0 },
	  "1746840352231 [0] bash-15316 ffff88810004a300 kfree_rcu_shrink_scan nid 0 "
	  "start 2 GFP_KERNEL of 50 delta 100 total 100 priority 0",
	  "1746840400305 [0] bash-15316 ffff88810004a300 kfree_rcu_shrink_scan nid 0 "
	  "end 2 to 2 total 0 returned 50",
	  "1746843242885 [0] bash-15316 ffff888100d55b00 super_cache_scan nid 0 "
	  "end 0 to 0 total 0 returned 0" },
	{ "v7-counter",
	  "trace.dat v7, zstd",
	  release,
	  "counter",
	  SHR_CLOCK_TICKS,
	  SHR_LAYOUT_T6,
	  8,
	  { 44, 44, 315, 977, 972, 1141, 315, 353, 456, 207, 0 },
	  "2 [1] bash-15354 ffff88810004a300 kfree_rcu_shrink_scan nid 0 "
	  "start 2 GFP_KERNEL of 6 delta 12 total 12 priority 0",
	  "3 [1] bash-15354 ffff88810004a300 kfree_rcu_shrink_scan nid 0 "
	  "end 2 to 2 total 0 returned 6",
	  "90 [1] bash-15354 ffff888100d55b00 super_cache_scan nid 0 "
	  "end 0 to 0 total 0 returned 0" },
	{ "two-instances",
	  "trace.dat v7, zstd",
	  release,
	  "local",
	  SHR_CLOCK_NS,
	  SHR_LAYOUT_T6,
	  8,
	  { 41, 41, 409, 1168, 1590, 1823, 409, 351, 851, 205, 0 },
	  "675629073813 [0] bash-15375 ffff88810004a300 kfree_rcu_shrink_scan nid 0 "
	  "start 2 GFP_KERNEL of 78 delta 156 total 156 priority 0",
	  "675629089797 [0] bash-15375 ffff88810004a300 kfree_rcu_shrink_scan nid 0 "
	  "end 2 to 30 total 28 returned 78",
	  "675630124974 [0] bash-15375 ffff888100d55b00 super_cache_scan nid 0 "
	  "end 0 to 0 total 0 returned 0" },
	{ "lost",
	  "trace.dat v7",
	  release,
	  "local",
	  SHR_CLOCK_NS,
	  SHR_LAYOUT_T6,
	  8,
	  { 284, 284, 5702, 2930, 1363, 1381, 5704, 5742, 1, 1380, 3180 },
	  "1886850420007 [1] cat-21541 ffff8881042a1000 super_cache_scan nid 0 "
	  "start 0 GFP_NOFS|__GFP_HIGHMEM|__GFP_MOVABLE|__GFP_NOWARN|__GFP_NORETRY|"
	  "__GFP_HARDWALL of 1 delta 0 total 0 priority 12",
	  "1886850421739 [1] cat-21541 ffff8881042a1000 super_cache_scan nid 0 "
	  "end 0 to 0 total 0 returned 0",
	  "1887280661290 [0] cat-21562 ffff8881042a1000 super_cache_scan nid 0 "
	  "end 2 to 2 total 0 returned 0" },
	{ "subbuf16k",
	  "trace.dat v7",
	  release,
	  "local",
	  SHR_CLOCK_NS,
	  SHR_LAYOUT_T6,
	  8,
	  { 456, 456, 826005, 419965, 209884, 213172, 826005, 831479, 0, 213172, 0 },
	  "3054029313295 [0] cat-12701 ffff888100d55b80 super_cache_scan nid 0 "
	  "start 0 GFP_NOFS|__GFP_HIGHMEM|__GFP_MOVABLE|__GFP_NOWARN|__GFP_NORETRY|"
	  "__GFP_HARDWALL of 2708 delta 1354 total 1354 priority 12",
	  "3054029315148 [0] cat-12701 ffff888100d55b80 super_cache_scan nid 0 "
	  "end 0 to 1354 total 1354 returned 0",
	  "3054032319148 [0] cat-12701 ffff8881042a1000 super_cache_scan nid 0 "
	  "end 0 to 0 total 0 returned 0" },
	{ "tc33-zstd",
	  "trace.dat v7, zstd",
	  release,
	  "local",
	  SHR_CLOCK_NS,
	  SHR_LAYOUT_T6,
	  8,
	  { 73, 73, 1320, 1948, 1650, 2072, 1320, 678, 1080, 422, 0 },
	  "670787521731 [0] bash-15159 ffff88810004a300 kfree_rcu_shrink_scan nid 0 "
	  "start 2 GFP_KERNEL of 55 delta 110 total 110 priority 0",
	  "670787539116 [0] bash-15159 ffff88810004a300 kfree_rcu_shrink_scan nid 0 "
	  "end 2 to 2 total 0 returned 55",
	  "670788699890 [0] bash-15159 ffff888100d55b00 super_cache_scan nid 0 "
	  "end 0 to 0 total 0 returned 0" },
	{ "tc33-record",
	  "trace.dat v7, zstd",
	  release,
	  "local",
	  SHR_CLOCK_NS,
	  SHR_LAYOUT_T6,
	  8,
	  { 18, 17, 12998, 462438, 779939, 787378, 12970, 6995, 550501, 1486, 0 },
	  "2890571648462 [1] bash-9392 ffff88810004a300 kfree_rcu_shrink_scan nid 0 "
	  "start 2 GFP_KERNEL of 7 delta 14 total 14 priority 0",
	  "2890571654020 [1] bash-9392 ffff88810004a300 kfree_rcu_shrink_scan nid 0 "
	  "end 2 to 2 total 0 returned 7",
	  "2891095823700 [0] bash-9392 ffff8881042a1000 super_cache_scan nid 0 "
	  "start 28 GFP_KERNEL of 42244 delta 84488 total 84488 priority 0" },
	{ "reencoded-zlib",
	  "trace.dat v7, zlib",
	  release,
	  "local",
	  SHR_CLOCK_NS,
	  SHR_LAYOUT_T6,
	  8,
	  { 73, 73, 1320, 1948, 1650, 2072, 1320, 678, 1080, 422, 0 },
	  "670787521731 [0] bash-15159 ffff88810004a300 kfree_rcu_shrink_scan nid 0 "
	  "start 2 GFP_KERNEL of 55 delta 110 total 110 priority 0",
	  "670787539116 [0] bash-15159 ffff88810004a300 kfree_rcu_shrink_scan nid 0 "
	  "end 2 to 2 total 0 returned 55",
	  "670788699890 [0] bash-15159 ffff888100d55b00 super_cache_scan nid 0 "
	  "end 0 to 0 total 0 returned 0" },
	{ "reencoded-be64",
	  "trace.dat v6",
	  "3.4.0",
	  "local",
	  SHR_CLOCK_NS,
	  SHR_LAYOUT_T5,
	  8,
	  { 73, 73, 1320, 1948, 1650, 2072, 1320, 678, 1080, 422, 0 },
	  "670787521731 [0] bash-15159 ffff88810004a300 kfree_rcu_shrink_scan nid 0 "
	  "start 2 0xcc0 of 55 delta 110 total 110 priority 0",
	  "670787539116 [0] bash-15159 ffff88810004a300 kfree_rcu_shrink_scan nid 0 "
	  "end 2 to 2 total 0 returned 55",
	  "670788699890 [0] bash-15159 ffff888100d55b00 super_cache_scan nid 0 "
	  "end 0 to 0 total 0 returned 0" },
	{ "reencoded-le32-old",
	  "trace.dat v6",
	  "3.4.0",
	  "local",
	  SHR_CLOCK_NS,
	  SHR_LAYOUT_T1 | SHR_LAYOUT_T2,
	  4,
	  { 73, 73, 1320, 1948, 1650, 2072, 1320, 678, 1080, 422, 0 },
	  "670787521731 [0] bash-15159 4a300 kfree_rcu_shrink_scan nid 0 "
	  "start 2 0xcc0 of 55 delta 110 total 110 priority 0",
	  "670787539116 [0] bash-15159 4a300 kfree_rcu_shrink_scan nid 0 "
	  "end 2 to 2 total 0 returned 55",
	  "670788699890 [0] bash-15159 d55b00 super_cache_scan nid 0 "
	  "end 0 to 0 total 0 returned 0" },
	{ "reencoded-le64-7.1",
	  "trace.dat v6",
	  "3.4.0",
	  "local",
	  SHR_CLOCK_NS,
	  SHR_LAYOUT_T7,
	  8,
	  { 73, 73, 1320, 1948, 1650, 2072, 1320, 678, 1080, 422, 0 },
	  "670787521731 [0] bash-15159 ffff88810004a300 kfree_rcu_shrink_scan nid 0 "
	  "start 2 0xcc0 of 55 delta 110 total 110 priority 0",
	  "670787539116 [0] bash-15159 ffff88810004a300 kfree_rcu_shrink_scan nid 0 "
	  "end 2 to 2 total 0 returned 55",
	  "670788699890 [0] bash-15159 ffff888100d55b00 super_cache_scan nid 0 "
	  "end 0 to 0 total 0 returned 0" },
};

/* Time goes on, and a gap stands before the event that it is told of. */
static void check_order(const struct reading *reading)
{
	for (size_t i = 1; i < reading->count; i++)
		assert_true(reading->events[i].ts_ns >= reading->events[i - 1].ts_ns);
}

static void check_capture(const struct shr_capture *capture, const struct row *row)
{
	assert_string_equal(capture->format, row->format);
	assert_str(capture->kernel, row->kernel);
	assert_str(capture->clock, row->clock);
	assert_int_equal(capture->clock_unit, row->unit);
	assert_int_equal(capture->layouts, row->layouts);
	assert_int_equal(capture->long_size, row->long_size);
	assert_false(capture->hashed_pointers);
	assert_false(capture->incomplete);
	assert_int_equal(capture->skipped, 0);
	assert_int_equal(capture->malformed, 0);
	assert_int_equal(capture->lost_events, row->sums.lost);
}

static void test_fixtures(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];
		struct file_case test;

		open_case(&test, row->name, NULL);
		assert_int_equal(test.reading.got, 0);
		struct sums sums = sums_of(&test.reading);

		check_sums(&sums, &row->sums);
		check_capture(test.reading.src->capture, row);
		check_order(&test.reading);
		expect_line(&test.reading, 0, row->first);
		expect_line(&test.reading, 1, row->second);
		expect_line(&test.reading, test.reading.count - 1, row->last);
		close_case(&test);
	}
}

/* The same calls, however they are packed, ordered and laid out. */
static void test_encodings_agree(void **state)
{
	static const struct {
		const char *name;
		uint64_t shrinker_mask; /* what of an address the encoding keeps */
		uint32_t lacks;		/* values it does not have */
	} others[] = {
		{ "tc33-zstd", UINT64_MAX, 0 },
		{ "reencoded-zlib", UINT64_MAX, 0 },
		{ "reencoded-be64", UINT64_MAX, 0 },
		{ "reencoded-le64-7.1", UINT64_MAX, 0 },
		{ "reencoded-le32-old", 0x7ffffff, SHR_HAS_NID | SHR_HAS_PRIORITY },
	};
	struct file_case first;

	(void)state;
	open_case(&first, "v7-none", NULL);
	for (size_t o = 0; o < COUNT(others); o++) {
		struct file_case other;

		open_case(&other, others[o].name, NULL);
		assert_int_equal(other.reading.count, first.reading.count);
		for (size_t i = 0; i < first.reading.count; i++) {
			const struct shr_event *a = &first.reading.events[i];
			const struct shr_event *b = &other.reading.events[i];
			struct shr_symbol x, y;

			assert_int_equal(a->kind, b->kind);
			assert_int_equal(a->has & ~others[o].lacks, b->has & a->has);
			assert_int_equal(a->ts_ns, b->ts_ns);
			assert_int_equal(a->cpu, b->cpu);
			assert_int_equal(a->pid, b->pid);
			assert_int_equal(a->nid, b->nid);
			assert_int_equal(a->shrinker & others[o].shrinker_mask,
					 b->shrinker & others[o].shrinker_mask);
			assert_true(first.reading.src->symbol(first.reading.src,
							      a->callback, &x));
			assert_true(other.reading.src->symbol(other.reading.src,
							      b->callback, &y));
			assert_int_equal(x.name.len, y.name.len);
			assert_memory_equal(x.name.ptr, y.name.ptr, x.name.len);
			if (a->kind == SHR_END) {
				assert_memory_equal(&a->end, &b->end, sizeof(a->end));
				continue;
			}
			assert_int_equal(a->start.deferred, b->start.deferred);
			assert_int_equal(a->start.freeable, b->start.freeable);
			assert_int_equal(a->start.delta, b->start.delta);
			assert_int_equal(a->start.total_scan, b->start.total_scan);
			assert_int_equal(a->start.gfp, b->start.gfp);
			assert_int_equal(a->start.priority, b->start.priority);
		}
		close_case(&other);
	}
	close_case(&first);
}

static void test_values_of_one_layout_only(void **state)
{
	struct file_case test;

	(void)state;
	open_case(&test, "reencoded-le64-7.1", NULL);
	for (size_t i = 0; i < test.reading.count; i++) {
		assert_true(test.reading.events[i].has & SHR_HAS_MEMCG);
		assert_int_equal(test.reading.events[i].memcg_id, 4711);
	}
	close_case(&test);
	open_case(&test, "reencoded-le32-old", NULL);
	assert_true(test.reading.events[0].has & SHR_HAS_LRU);
	assert_int_equal(test.reading.events[0].start.pgs_scanned, 1);
	assert_int_equal(test.reading.events[0].start.lru_pgs, 32);
	assert_false(test.reading.events[0].has & SHR_HAS_NID);
	close_case(&test);
}

/* 3,180 events, as CPUSTAT's overrun says, too. */
static void test_lost(void **state)
{
	struct file_case test;

	(void)state;
	open_case(&test, "lost", NULL);
	assert_int_equal(test.reading.of_kind[SHR_LOST], 1);
	expect_line(&test.reading, 159,
		    "1886931673837 [1] lost 3180 since 1886904568917");
	assert_int_equal(test.reading.events[158].ts_ns, 1886904568917);
	assert_int_equal(test.reading.events[160].ts_ns, 1886931673837);
	assert_int_equal(test.reading.src->capture->lost_gaps, 1);
	close_case(&test);
}

/* Starts in one, ends in the other: together they are the capture. */
static void test_instances(void **state)
{
	struct file_case test;

	(void)state;
	open_case(&test, "two-instances", "shrfmt");
	assert_int_equal(test.reading.count, 41);
	assert_int_equal(test.reading.of_kind[SHR_START], 41);
	close_case(&test);
	open_case(&test, "two-instances", "shrfmt2");
	assert_int_equal(test.reading.count, 41);
	assert_int_equal(test.reading.of_kind[SHR_END], 41);
	close_case(&test);
	open_case(&test, "two-instances", "");
	assert_int_equal(test.reading.count, 0);
	assert_int_equal(test.reading.got, 0);
	close_case(&test);
	open_case(&test, "two-instances", "shrfmt3");
	assert_null(test.reading.reader);
	assert_int_equal(test.reading.err.code, SHR_ERR_RANGE);
	assert_non_null(strstr(test.reading.err.reason, "'shrfmt3'"));
	close_case(&test);
	open_case(&test, "v6", "shrfmt");
	assert_int_equal(test.reading.count, 86);
	close_case(&test);
}

/* Real captures: whole, and with the context and identity events they have. */
static void test_captures(void **state)
{
	static const struct {
		const char *name;
		size_t starts, ends, identities;
		uint64_t context;
		unsigned layouts;
	} captures[] = {
		{ "5.10-mixed-ctx", 9939, 9939, 0, 1071, SHR_LAYOUT_T5 },
		{ "6.1-mount-truth", 16947, 16947, 28977, 2110, SHR_LAYOUT_T6 },
		{ "6.12-reparent-truth", 11231, 11231, 11231, 730, SHR_LAYOUT_T6 },
		{ "7.2-drop-truth", 90, 90, 90, 0, SHR_LAYOUT_T7 },
		{ "7.2-mixed", 10498, 10497, 0, 0, SHR_LAYOUT_T7 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(captures); i++) {
		struct file_case test;
		char path[200];

		snprintf(path, sizeof(path), "fixtures/captures/%s.dat",
			 captures[i].name);
		test.file = load_fixture(path);
		read_bytes(&test.reading, made(&test.file), NULL);
		assert_int_equal(test.reading.got, 0);
		assert_int_equal(test.reading.of_kind[SHR_START], captures[i].starts);
		assert_int_equal(test.reading.of_kind[SHR_END], captures[i].ends);
		assert_int_equal(test.reading.of_kind[SHR_IDENTITY],
				 captures[i].identities);
		assert_int_equal(test.reading.of_kind[SHR_CONTEXT],
				 captures[i].context);
		assert_int_equal(test.reading.src->capture->context,
				 captures[i].context);
		assert_int_equal(test.reading.src->capture->skipped, 0);
		assert_int_equal(test.reading.src->capture->layouts,
				 captures[i].layouts);
		check_order(&test.reading);
		close_case(&test);
	}
}

/* --kallsyms goes before the capture's own table. */
static void test_given_kallsyms(void **state)
{
	static const char given[] = "ffffffff816bccf0 t other_name\n";
	struct shr_reader_options options = { .kallsyms = (const uint8_t *)given,
					      .kallsyms_size = sizeof(given) - 1 };
	struct shr_symbol symbol;
	struct file_case test;

	(void)state;
	load_case(&test, "reencoded-le64-7.1");
	read_bytes(&test.reading, made(&test.file), &options);
	struct shr_source *src = test.reading.src;

	assert_true(src->symbol(src, 0xffffffff816bccf0, &symbol));
	assert_str(symbol.name, "other_name");
	assert_true(src->symbol(src, 0xffffffff815c9400, &symbol));
	assert_str(symbol.name, "kfree_rcu_shrink_scan");
	assert_false(src->symbol(src, 0xffffffff815c9401, &symbol));
	close_case(&test);
}

/* What was read is told in bytes of the file, however it is packed: all but its parts.
 */
static void test_consumed(void **state)
{
	static const struct {
		const char *name;
		uint64_t bytes;
	} files[] = {
		{ "v7-none", 12288 },
		{ "tc33-zstd", 1142 },	  /* whose size counts the number of chunks */
		{ "two-instances", 856 }, /* 400 and 448, and twice the number */
		{ "reencoded-zlib", 1072 },
		{ "subbuf16k", 344064 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		struct file_case test;

		open_case(&test, files[i].name, NULL);
		const struct shr_capture *capture = test.reading.src->capture;

		assert_int_equal(capture->consumed, files[i].bytes);
		assert_int_equal(capture->size, test.file.size);
		close_case(&test);
	}
}

static void test_names(void **state)
{
	struct file_case test;

	(void)state;
	open_case(&test, "v7-none", NULL);
	struct shr_source *src = test.reading.src;

	assert_str(src->comm(src, 15159, 0), "bash");
	assert_str(src->comm(src, 0, 0), "<idle>");
	assert_str(src->comm(src, 1234567, 0), "");
	assert_str(src->text(src, 0), "");
	assert_str(src->text(src, 99), "");
	close_case(&test);
}

/* Whether what @part gave is how @whole begins; gaps are the part's own. */
static void check_prefix(const struct reading *part, const struct reading *whole)
{
	size_t at = 0;

	for (size_t i = 0; i < part->count; i++) {
		const struct shr_event *event = &part->events[i];

		if (event->kind == SHR_LOST)
			continue;
		assert_true(at < whole->count);
		assert_int_equal(event->kind, whole->events[at].kind);
		assert_int_equal(event->ts_ns, whole->events[at].ts_ns);
		assert_int_equal(event->shrinker, whole->events[at].shrinker);
		at++;
	}
}

/* Cut @name at @from and then every @step bytes: what is there, and one error. */
static void cut_file(const char *name, size_t from, size_t step)
{
	struct file_case whole;
	size_t best = 0;

	open_case(&whole, name, NULL);
	for (size_t size = from; size < whole.file.size; size += step) {
		struct maker cut = { 0 };
		struct reading part;

		put_bytes(&cut, whole.file.data, size);
		read_bytes(&part, made(&cut), NULL);
		check_prefix(&part, &whole.reading);
		if (part.got < 0 && part.reader)
			assert_true(part.src->capture->incomplete);
		if (part.got == 0)
			assert_int_equal(part.count, whole.reading.count);
		/* The more there is of the file, the more is read of it. */
		assert_true(part.count + 1 >= best);
		best = part.count > best ? part.count : best;
		close_reading(&part);
		maker_release(&cut);
	}
	close_case(&whole);
}

static void test_cut(void **state)
{
	(void)state;
	cut_file("v7-none", 11, 487);
	cut_file("v7-none", 86000, 1);
	cut_file("reencoded-zlib", 11, 101);
	cut_file("reencoded-zlib", 13300, 1);
	cut_file("tc33-zstd", 11, 149);
	cut_file("reencoded-be64", 11, 511);
	cut_file("reencoded-be64", 65300, 1);
	cut_file("reencoded-le32-old", 11, 397);
	cut_file("reencoded-le64-7.1", 11, 499);
	cut_file("v6", 11, 797);
}

/* A file that is no file of its kind any more than by its first bytes. */
static void test_head_alone(void **state)
{
	(void)state;
	cut_file("v7-none", 10, 1 << 30);
	cut_file("v6", 10, 1 << 30);
	for (size_t size = 10; size < 40; size++) {
		cut_file("v7-tsc", size, 1 << 30);
		cut_file("v6", size, 1 << 30);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixtures),
		cmocka_unit_test(test_encodings_agree),
		cmocka_unit_test(test_values_of_one_layout_only),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_instances),
		cmocka_unit_test(test_captures),
		cmocka_unit_test(test_given_kallsyms),
		cmocka_unit_test(test_consumed),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_head_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
