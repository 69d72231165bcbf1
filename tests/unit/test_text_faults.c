/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is wrong with a text, and where: lines that cannot be understood, an input
 * that breaks off, one that is no capture; and events that the kernel dropped.
 */
#include "tests/unit/text_case.h"

#define BODY                                                                           \
	"f+0x0 0xaa: nid: 0 objects to shrink 1 gfp_flags GFP_KERNEL cache items 9 "   \
	"delta 2 total_scan 3 priority 12\n"
#define END                                                                            \
	"mm_shrink_slab_end: f+0x0 0xaa: nid: 0 unused scan count 1 new scan count 4 " \
	"total_scan 5 last shrinker return val 6"
#define ON(cpu, time) "              dd-7     [00" #cpu "] .....   " #time ": "

/* fixtures/bad/NAME: its events between the first pair and the last one, and the end.
 */
static void expect_bad(const char *name, const char *const *want)
{
	char path[100], *bytes;
	size_t size;

	snprintf(path, sizeof(path), "bad/%s", name);
	bytes = load(path, &size);
	bytes[size] = '\0';
	expect(bytes, want);
	free(bytes);
}

#define BEFORE	     "~start t=670787522000 ", "~end t=670787539000 "
#define AFTER	     "~end t=670787550000 "
#define WHERE(fault) ("malformed t=670787549000 cpu=0 pid=15159 comm=bash " fault)

static void test_bad_lines(void **state)
{
	(void)state;
	expect_bad(
		"bad-total-scan.txt",
		SHOWS(BEFORE,
		      WHERE("offset=627 line=4: expected a number after 'total_scan'"),
		      AFTER, "=skipped 0, malformed 1, lost 0/0"));
	expect_bad(
		"bad-time.txt",
		SHOWS(BEFORE, "malformed offset=468 line=4: expected a time", AFTER));
	expect_bad("bad-shrinker.txt",
		   SHOWS(BEFORE,
			 WHERE("offset=525 line=4: expected a shrinker's address"),
			 AFTER));
	expect_bad("delta-out-of-range.txt",
		   SHOWS(BEFORE, WHERE("offset=613 line=4: 'delta' is out of range"),
			 AFTER));
	expect_bad("missing-delta.txt",
		   SHOWS(BEFORE, WHERE("offset=631 line=4: expected 'delta'"), AFTER));
	expect_bad(
		"layout-change.txt",
		SHOWS(BEFORE,
		      WHERE("offset=480 line=4: layout differs from the lines before"),
		      AFTER, "=layouts 0x38,"));
	expect_bad(
		"cut-line.txt",
		SHOWS(BEFORE, WHERE("offset=579 line=4: expected 'gfp_flags'"), AFTER));
}

static void test_input_ends_early(void **state)
{
	(void)state;
	expect_bad("truncated-line.txt",
		   SHOWS(BEFORE, ("=malformed 0, lost 0/0, error 4 at 579 line 4: the "
				  "input ends inside an event: expected 'gfp_flags'")));
	expect_bad("truncated-name.txt",
		   SHOWS(BEFORE, "~start t=670787549000 ", "=error 4 at 692 line 5: "));
	/* A line that is whole needs no end of line; what was lost before it counts. */
	expect(ON(0, 1.5) END "\n" ON(0, 2.5) END,
	       SHOWS("~end t=1500000000", "~end t=2500000000"));
	expect("CPU:0 [LOST 5 EVENTS]\n" ON(0, 2.5) "mm_shrink_slab_end: f+0",
	       SHOWS("lost t=2500000000 cpu=0 count=5 from=0", "=error 4 at "));
	/* Another event's last line may break off as it likes. */
	expect(ON(0, 1.5) END "\n" ON(0, 2.5) "sched_swi",
	       SHOWS("~end", "=skipped 1,"));
	/* The rest of a wrapped line, too, may be missing. */
	expect(ON(0, 1.5) "mm_shrink_slab_end: f+0x0 0xaa: nid: 0\n unused scan",
	       SHOWS("=error 4 at "));
	expect(ON(0, 1.5) "mm_shrink_slab_end: shr=0xaa retval=1 total_scan=2\n" ON(
		       0, 1.6) "mm_shrink_slab_end: shr=0xaa retval=1",
	       SHOWS("~end t=1500000000", "=error 4 at "));
}

static void test_no_capture(void **state)
{
	(void)state;
	expect_bad("not-a-capture.txt",
		   SHOWS("=error 3 at 0 line 1: not a capture in any known format: "
			 "expected trace.dat, perf.data, or the text of"));
	expect_bad("empty.txt", SHOWS("=error 3 at 0 line 0: the input is empty"));
	expect("\n", SHOWS("=error 3 at 0 line 1: not a capture"));
	/* Headers alone are a capture without events. */
	expect("# tracer: nop\n#\n",
	       SHOWS("=trace, kernel '', unit none, layouts 0x0"));
	expect("cpus=2\n", SHOWS("=trace-cmd report, kernel '', unit none"));
	expect(ON(0, 1.5) "sched_switch: a ==> b\n", SHOWS("=skipped 1, malformed 0"));
}

static void test_faults(void **state)
{
	(void)state;
	/* A name that is cut, with and without its group. */
	expect(ON(0, 1.5) "mm_shrink_slab_sta\n",
	       SHOWS("~ offset=42 line=1: expected 'mm_shrink_slab_start' or _end"));
	expect("dd 7 [000] 1.5: vmscan:mm_shrink_slab_e\n",
	       SHOWS("~malformed t=1500000000 cpu=0 pid=7 comm=dd offset=16 line=1: "));
	/* What belongs to another event is that one's. */
	expect(ON(0, 1.5) "tracing_mark_write: " END
			  "\n" ON(0, 1.6) "mm_shrink_slab_start_late: x\n",
	       SHOWS("=skipped 2, malformed 0"));
	expect("dd 7 [000] 1.5: other:mm_shrink_slab_end: x\n", SHOWS("=skipped 1,"));
	expect(ON(0, 1.5) "mm_shrink_slab_end: x\n", SHOWS("~ expected a shrinker's"));
	expect(ON(0, 1.5) "mm_shrink_slab_end:\n", SHOWS("~ expected a callback"));
	expect(ON(0, 1.5) "mm_shrink_slab_end: 0x4000000000000000 0xaa: nid: 0\n",
	       SHOWS("~ expected a callback"));
	expect(ON(0, 1.5) "mm_shrink_slab_end: f 0xaa nid: 0\n",
	       SHOWS("~ expected ':' after the shrinker's address"));
	expect(ON(0, 1.5) "mm_shrink_slab_end: x=y z\n",
	       SHOWS("~ expected fields as key=value"));
	expect(ON(0, 1.5) "mm_shrink_slab_end: shr=0xaa delta=5 retval=\n",
	       SHOWS("~ expected a number after 'retval'"));
	expect(ON(0, 1.5) "mm_shrink_slab_end: shr=0xaa nid=4294967296\n",
	       SHOWS("~ 'nid' is out of range"));
	expect(ON(0,
		  1.5) "mm_shrink_slab_end: shr=0xaa unused_scan=-9223372036854775809\n",
	       SHOWS("~ 'unused_scan' is out of range"));
	expect(ON(0, 1.5) "mm_shrink_slab_start: shr=0xaa priority=32768\n",
	       SHOWS("~ 'priority' is out of range"));
	expect(ON(0,
		  1.5) "mm_shrink_slab_start: shr=0xaa total_scan=0x10000000000000000\n",
	       SHOWS("~ 'total_scan' is out of range"));
	expect(ON(0, 1.5) "mm_shrink_slab_start: shr=0xaa gfp_flags=|x\n",
	       SHOWS("~ expected a value after 'gfp_flags'"));
	expect("dd-7 [000] 18446744074.0: " END "\n", SHOWS("~ time is out of range"));
	expect("dd-7 [000] 1.0123456789: " END "\n", SHOWS("~ time is out of range"));
	/* A line without a field that lines of its kind had was cut. */
	expect(ON(0, 1.5) "mm_shrink_slab_end: shr=0xaa retval=1 total_scan=2\n" ON(
		       0, 1.6) "mm_shrink_slab_end: shr=0xaa retval=1\n\n",
	       SHOWS("~end", "~ expected 'total_scan'"));
	/* A clock that differs cannot be compared: the time is left out. */
	expect("dd-7 [000] 1.5: " END "\ndd-7 [000] 15: " END "\n",
	       SHOWS("~end t=1500000000 cpu=0", "~end cpu=0", "=unit ns"));
}

static void test_losses(void **state)
{
	(void)state;
	/* Held until its CPU is heard of again, also by another event. */
	expect(ON(0, 1.0) END "\n" ON(1, 2.0) END
	       "\nCPU:0 [LOST 53 EVENTS]\n" ON(1, 3.0) END
	       "\n" ON(0, 4.0) "sched_switch: x\n" ON(0, 5.0) END "\n",
	       SHOWS("~end t=1000000000", "~end t=2000000000", "~end t=3000000000",
		     "lost t=4000000000 cpu=0 count=53 from=1000000000",
		     "~end t=5000000000", "=lost 1/53"));
	/* Without a count; with an instance's name; to the end of the input. */
	expect(ON(0, 1.0) END
	       "\nshrfmt: CPU:0 [EVENTS DROPPED]\n CPU:1 [LOST EVENTS]\n",
	       SHOWS("~end", "lost t=1000000000 cpu=0 from=1000000000",
		     "lost t=1000000000 cpu=1 from=0", "=lost 2/0"));
	/* Marks that meet are one gap. */
	expect(ON(0, 1.0) END
	       "\nCPU:0 [2 EVENTS DROPPED]\nCPU:0 [3 EVENTS DROPPED]\n"
	       "CPU:1 [3 EVENTS DROPPED]\nCPU:1 [EVENTS DROPPED]\n" ON(0, 2.0) END "\n",
	       SHOWS("~end", "lost t=2000000000 cpu=0 count=5 from=1000000000", "~end",
		     "lost t=2000000000 cpu=1 from=0", "=lost 2/5"));
	/* The oldest entries of the buffer were overwritten; or nothing was. */
	expect("# tracer: nop\n# entries-in-buffer/entries-written: 445/17564   #P:2\n" ON(
		       1, 1.0) END "\n##### CPU 0 buffer started ####\n" ON(0, 2.0) END
	       "\n",
	       SHOWS("lost t=1000000000 count=17119 from=0", "~end",
		     "lost t=2000000000 cpu=0 from=0", "~end", "=lost 2/17119"));
	expect("# entries-in-buffer/entries-written: 221/221   #P:2\n" ON(1, 1.0) END
	       "\n",
	       SHOWS("~end", "=lost 0/0"));
	/* perf script and perf trace. */
	expect("dd 7 [003] 1.0: vmscan:" END "\n"
	       "swapper 0 [003] 1.5: PERF_RECORD_LOST lost 17\n"
	       "swapper 0 [003] 0.0: PERF_RECORD_COMM: dd:7/7\n"
	       "dd 7 [003] 2.0: vmscan:" END "\nLOST 4 events!\n",
	       SHOWS("~end", "lost t=2000000000 cpu=3 count=17 from=1000000000", "~end",
		     "lost t=2000000000 count=4 from=2000000000",
		     "=skipped 0, malformed 0, lost 2/21"));
	/* Without times a gap is a place in the order. */
	expect(END "\nCPU:2 [LOST 1 EVENTS]\n" END "\n",
	       SHOWS("~end", "lost cpu=2 count=1 from=0", "~end"));
	/* No marks. */
	expect(END
	       "\nCPU:x [LOST 1 EVENTS]\nCPU:1 [LOST x EVENTS]\nxCPU:1 [LOST 1 EVENTS]\n"
	       "CPU:1 [1 EVENTS LOST]\nLOST soul\n##### CPU x buffer started ####\n",
	       SHOWS("~end", "=lost 0/0"));
}

/* More gaps at a time than are held: none gets lost itself. */
static void test_many_losses(void **state)
{
	enum { MARKS = 200 };
	char *bytes = malloc(MARKS * 40 + 400), *end = bytes;
	struct text_case text;

	(void)state;
	assert_non_null(bytes);
	for (unsigned cpu = 0; cpu < MARKS; cpu++)
		end += sprintf(end, "CPU:%u [LOST 2 EVENTS]\n", cpu);
	sprintf(end, "%s", ON(0, 1.0) END "\n");
	text = read_text(bytes, 0);
	assert_int_equal(text.src->capture->lost_gaps, MARKS);
	assert_int_equal(text.src->capture->lost_events, 2 * MARKS);
	assert_int_equal(text.count, MARKS + 1);
	free_case(&text);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_input_ends_early),
		cmocka_unit_test(test_no_capture),
		cmocka_unit_test(test_losses),
		cmocka_unit_test(test_many_losses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
