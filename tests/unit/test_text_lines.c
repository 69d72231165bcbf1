/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lines may look like: prefixes, bodies, faults, losses, wrapping.  Lines that no
 * capture at hand has are written out from the format strings of the kernel, of
 * libtraceevent and of perf.
 */
#include "tests/unit/text_case.h"

#define BODY                                                                           \
	"super_cache_scan+0x0/0x210 00000000be479b72: nid: 0 objects to shrink 1 "     \
	"gfp_flags GFP_KERNEL cache items 9 delta 2 total_scan 3 priority 12"
#define START "mm_shrink_slab_start: " BODY "\n"
#define ENDBODY                                                                        \
	"super_cache_scan+0x0/0x210 00000000be479b72: nid: 0 unused scan count 1 "     \
	"new scan count 4 total_scan 5 last shrinker return val 6"
#define END  "mm_shrink_slab_end: " ENDBODY "\n"
#define TASK "              dd-8096    [000] .....   515.495129: "
#define AT   " t=515495129000 cpu=0 pid=8096 comm=dd"
#define VALUES                                                                         \
	" shr=0xbe479b72 cb=super_cache_scan nid=0 deferred=1 gfp=GFP_KERNEL may=1f "  \
	"freeable=9 delta=2 total=3 prio=12"
#define ENDVALUES                                                                      \
	" shr=0xbe479b72 cb=super_cache_scan nid=0 deferred=1 new=4 total=5 ret=6"

static void test_ftrace_prefixes(void **state)
{
	(void)state;
	expect(TASK START TASK END,
	       SHOWS("start" AT VALUES, "end" AT ENDVALUES, "=trace,"));
	/* noirq-info; four flags up to 5.15; a tgid */
	expect("              dd-8096    [000]   515.495129: " START,
	       SHOWS("start" AT VALUES));
	expect("              dd-8096    [000] d..1   515.495129: " START,
	       SHOWS("start" AT VALUES));
	expect("              dd-8096    (   1234) [000] dNs2.   515.495129: " START,
	       SHOWS("start" AT VALUES));
	expect("              dd-8096    (-----) [000] ....   515.495129: " START,
	       SHOWS("start" AT VALUES));
	/* nanoseconds; a CPU of four digits; a clock that counts */
	expect("              dd-8096    [1234] .....   515.495129007: " START,
	       SHOWS("start t=515495129007 cpu=1234 pid=8096 comm=dd" VALUES));
	expect("              dd-8096    [000] .....           17: " START,
	       SHOWS("start t=17 cpu=0 pid=8096 comm=dd" VALUES, "=unit ticks"));
	expect(START END, SHOWS("start" VALUES, "end" ENDVALUES, "=unit none"));
	/* \r\n */
	expect(TASK "mm_shrink_slab_start: " BODY "\r\n" TASK
		    "mm_shrink_slab_end: " ENDBODY "\r\n",
	       SHOWS("start" AT VALUES, "end" AT ENDVALUES));
}

static void test_task_names(void **state)
{
	(void)state;
	expect("     Web Content-8096    [000] .....   515.495129: " START,
	       SHOWS("~ pid=8096 comm=Web Content shr="));
	expect("  x [001] 5.0: y-77      [003] d..1.   515.495129: " START,
	       SHOWS("start t=515495129000 cpu=3 pid=77 comm=x [001] 5.0: y" VALUES));
	expect(" kworker/u8:2-ev-12      [003] d..1.   515.495129: " START,
	       SHOWS("~ cpu=3 pid=12 comm=kworker/u8:2-ev shr="));
	expect(" mm_shrink_slab_-12      [003] d..1.   515.495129: " START,
	       SHOWS("~ cpu=3 pid=12 comm=mm_shrink_slab_ shr="));
	expect("           <...>-12      [003] d..1.   515.495129: " START,
	       SHOWS("~ cpu=3 pid=12 shr="));
	expect("          <idle>-0       [003] d..1.   515.495129: " START,
	       SHOWS("~ cpu=3 pid=0 comm=<idle> shr="));
	expect("                -12      [003] d..1.   515.495129: " START,
	       SHOWS("~ cpu=3 pid=12 shr="));
}

static void test_latency_prefixes(void **state)
{
	(void)state;
	expect("      dd-8096      0..... 68383us : " START,
	       SHOWS("start t=68383000 cpu=0 pid=8096 comm=dd" VALUES,
		     "=trace (latency),"));
	expect("kworker/-8096     12dNh1. 68383us+: " START,
	       SHOWS("start t=68383000 cpu=12 pid=8096 comm=kworker/" VALUES));
	expect("      dd-8096      0....1 68383us!: " START
	       "      dd-8096      0....1 68384us#: " END,
	       SHOWS("~start t=68383000", "~end t=68384000"));
	/* verbose; the time in brackets is absolute microseconds */
	expect("              dd    8096   1 0 00000000 0000001f [1eb9d999] 68.383ms "
	       "(+0.001ms): " START,
	       SHOWS("start t=515496345000 cpu=1 pid=8096 comm=dd" VALUES));
	expect("              dd    8096   1 0 00000000 0000001f [0000000000000011] 5 "
	       "(+1): " START,
	       SHOWS("start t=17 cpu=1 pid=8096 comm=dd" VALUES, "=unit ticks"));
	expect("      dd-8096      0.....  1234: " START,
	       SHOWS("start t=1234 cpu=0 pid=8096 comm=dd" VALUES, "=unit ticks"));
}

static void test_console_prefixes(void **state)
{
	(void)state;
	expect("<4>[    4.075813]     init-1         1..... 1795514us : " START,
	       SHOWS("start t=1795514000 cpu=1 pid=1 comm=init" VALUES, "=dmesg,"));
	expect("[    4.075813][    T1]  systemd-1         1..... 1795514us : " START,
	       SHOWS("~ comm=systemd "));
	expect("Nov 20 09:33:14 host kernel: Dumping ftrace buffer:\n"
	       "Nov 20 09:33:14 host kernel:     init-1         1..... 1795514us : " START
	       "Nov 20 09:33:14 host systemd[1]: Started a thing: 5.\n",
	       SHOWS("start t=1795514000 cpu=1 pid=1 comm=init" VALUES,
		     "=dmesg, kernel '', unit ns, layouts 0x38, long 8, hashed, "
		     "skipped 0"));
	expect("[    0.000000] Linux version 6.1.0-49-amd64 (debian-kernel@lists)\n"
	       "[    4.075813]     init-1         1..... 1795514us : " START,
	       SHOWS("~start", "=kernel '6.1.0-49-amd64'"));
}

static void test_report_prefixes(void **state)
{
	(void)state;
	expect("cpus=2\nshrfmt:              dd-8096  [000]   515.495129: " START,
	       SHOWS("start" AT VALUES));
	expect("a-b: c:              dd-8096  [000]515495129000: " START,
	       SHOWS("start t=515495129000 cpu=0 pid=8096 comm=dd" VALUES,
		     "=unit ticks"));
	/* from 3.3 */
	expect("              dd-8096  [000] .....   515.495129: " START,
	       SHOWS("start" AT VALUES));
	expect("              dd-8096  [000]-0x0   515.495129: " START,
	       SHOWS("start" AT VALUES));
	expect("      dd-8096    0-0x0   515.495129: " START, SHOWS("start" AT VALUES));
	expect("              dd-8096  [000]   515.495129: (+17)    " START,
	       SHOWS("start" AT VALUES));
	expect("CPU 1 is empty\n", SHOWS("=trace-cmd report,"));
}

static void test_perf_prefixes(void **state)
{
	(void)state;
	expect("     Web Content  8096 [000]   515.495129: vmscan:" START,
	       SHOWS("start t=515495129000 cpu=0 pid=8096 comm=Web Content" VALUES,
		     "=perf script,"));
	expect("              dd  8096 [000]   515.495129: " START,
	       SHOWS("start" AT VALUES, "=perf script,"));
	expect("              dd  8096/8097 [000]   515.495129: vmscan:" START,
	       SHOWS("~ cpu=0 pid=8097 comm=dd shr="));
	expect("             :-1    -1/-1 [000]   515.495129: vmscan:" START
	       "             :-1    -1 [000]   515.495129: vmscan:" END,
	       SHOWS("~ pid=-1 comm=:-1 ", "~ pid=-1 comm=:-1 "));
	expect("  Pool 1    8096   515.495129: vmscan:" START,
	       SHOWS("start t=515495129000 pid=8096 comm=Pool 1" VALUES));
	expect("dd  8096 [000]   515.495129:          1 vmscan:" START,
	       SHOWS("start" AT VALUES));
	expect("dd  8096 vmscan:" START, SHOWS("start pid=8096 comm=dd" VALUES));
	expect("dd vmscan:" START, SHOWS("start comm=dd" VALUES));
	expect("    515.495129: vmscan:" START, SHOWS("start t=515495129000" VALUES));
	/* stacks and blank lines are no events */
	expect("dd  8096 [000]   515.495129: vmscan:" START
	       "\tffffffff815c1234 do_shrink_slab+0x1f4 ([kernel.kallsyms])\n"
	       "\t          1b3f40 __libc_start_main+0x80 (/usr/lib/libc.so.6: x)\n"
	       "\n"
	       "dd  8096 [000]   515.495130: sched:sched_switch: prev_comm=dd\n",
	       SHOWS("start" AT VALUES, "=skipped 1,"));
	expect("# ========\n# os release : 6.1.0-49-amd64\n"
	       "dd  8096 [000]   515.495129: vmscan:" START,
	       SHOWS("~start", "=kernel '6.1.0-49-amd64'"));
}

#define CALL "mm_shrink_slab_start(shr: 0xffff88810004a300, shrink: 0xffffffff815c9400"

static void test_perf_trace(void **state)
{
	(void)state;
	expect("     0.053 (         ): kworker/0:1/16539 vmscan:" CALL ", nid: 1, "
	       "gfp_flags: 3264, cache_items: 5, priority: 12)\n",
	       SHOWS("start t=53000 pid=16539 comm=kworker/0:1 shr=0xffff88810004a300 "
		     "cb=0xffffffff815c9400 nid=1 deferred=0 gfp=0xcc0(0xcc0) may=3 "
		     "freeable=5 delta=0 total=0 prio=12",
		     "=perf trace, kernel '', unit ns, layouts 0x38"));
	expect("         ? dd/7 vmscan:" CALL ")\n",
	       SHOWS("~start pid=7 comm=dd shr="));
	expect("  1234.500 vmscan:" CALL ")\n"
	       "  1234.600 sched:sched_switch(prev_comm: \"a (b)\", next_pid: 5)\n",
	       SHOWS("~start t=1234500000 shr=", "=skipped 1,"));
	/* the place of nid tells 7.1, also where most values are 0 */
	expect("     0.053 dd/7 vmscan:" CALL ", cache_items: 5, nid: 1)\n",
	       SHOWS("~ nid=1 deferred=0 ", "=layouts 0x40,"));
	/* up to 3.15 there was no nid to leave out; memcg_id is never made up */
	expect("     0.053 dd/7 vmscan:" CALL ", pgs_scanned: 32, cache_items: 5)\n",
	       SHOWS("start t=53000 pid=7 comm=dd shr=0xffff88810004a300 "
		     "cb=0xffffffff815c9400 deferred=0 gfp=0x0(0x0) may=0 pgs=32 lru=0 "
		     "freeable=5 delta=0 total=0",
		     "=layouts 0x7"));
}

#define PAIRS                                                                          \
	"mm_shrink_slab_end: shr=0xffff88810004a300 shrink=f nid=0 unused_scan=2 "     \
	"new_scan=2 retval=9 total_scan=0\n"

static void test_bpftrace(void **state)
{
	const char *values = " shr=0xffff88810004a300 cb=f nid=0 deferred=2 new=2 "
			     "total=0 ret=9";
	char want[200];

	(void)state;
	snprintf(want, sizeof(want), "end t=1620 cpu=3 pid=18171 comm=a b: c%s",
		 values);
	expect("1620 cpu=3 tid=18171 comm=a b: c " PAIRS, SHOWS(want, "=bpftrace,"));
	expect("1620 comm=a b: c cpu=3 pid=5 tid=18171 " PAIRS, SHOWS(want));
	expect("1620 comm=a b: c tid=18171 pid=5 cpu=3 " PAIRS, SHOWS(want));
	snprintf(want, sizeof(want), "end t=1620 cpu=3 pid=18171 comm=x:%s", values);
	expect("1620 cpu=3 tid=18171 comm=x: " PAIRS, SHOWS(want));
	expect("Attaching 2 probes...\nLost 7 events\n"
	       "1620 cpu=3 tid=18171 comm=x: " PAIRS
	       "1630 cpu=3 tid=18171 comm=x truth: shr=0x5 batch=7\n"
	       "1640 cpu=3 tid=18171 comm=x other: a=b\n",
	       SHOWS("lost t=1620 count=7 from=0", want,
		     "identity t=1630 cpu=3 pid=18171 comm=x shr=0x5 batch=7",
		     "=skipped 1,"));
}

static void test_mail(void **state)
{
	(void)state;
	expect("> > " TASK START, SHOWS("start" AT VALUES));
	expect(">dd-8096 [000] ..... 515.495129: " START, SHOWS("start" AT VALUES));
	expect("> The pattern in the trace is this:\n"
	       "> dd-8096 [000] ..... 515.495129: mm_shrink_slab_start:\n"
	       "> super_cache_scan+0x0/0x210 00000000be479b72: nid: 0\n"
	       "> objects to shrink 1 gfp_flags GFP_KERNEL cache\n"
	       "> items 9 delta 2 total_scan 3 priority 12\n"
	       "Regards\n",
	       SHOWS("start" AT VALUES));
	/* quoted-printable, and a backslash */
	expect(TASK
	       "mm_shrink_slab_start: super_cache_scan+0x0/0x210 00000000be479b72: "
	       "nid: 0 objects to shr=\n"
	       "ink 1 gfp_flags GFP_KERNEL cache items 9 \\\n"
	       "delta 2 total_scan 3 priority 12\n",
	       SHOWS("start" AT VALUES));
	/* what does not complete a line was none of it */
	expect(TASK "mm_shrink_slab_start: super_cache_scan+0x0 0xaa: nid: 0\n"
		    "Regards\n"
		    "\n" TASK END,
	       SHOWS("malformed" AT " offset=106 line=1: expected 'objects to shrink'",
		     "end" AT ENDVALUES));
	expect(TASK "mm_shrink_slab_start: super_cache_scan+0x0 0xaa: nid: 0\n"
		    "CPU:0 [LOST 5 EVENTS]\n" TASK END,
	       SHOWS("malformed" AT " offset=106 line=1: expected 'objects to shrink'",
		     "lost t=515495129000 cpu=0 count=5 from=515495129000",
		     "end" AT ENDVALUES));
	/* words about our events */
	expect("You will see mm_shrink_slab_start: it tells you nothing.\n" TASK START
	       "trace-cmd record -e vmscan:mm_shrink_slab_end sleep 5\n"
	       "cat /sys/kernel/tracing/events/vmscan/mm_shrink_slab_start/format\n",
	       SHOWS("start" AT VALUES, "=skipped 0, malformed 0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ftrace_prefixes),
		cmocka_unit_test(test_task_names),
		cmocka_unit_test(test_latency_prefixes),
		cmocka_unit_test(test_console_prefixes),
		cmocka_unit_test(test_report_prefixes),
		cmocka_unit_test(test_perf_prefixes),
		cmocka_unit_test(test_perf_trace),
		cmocka_unit_test(test_bpftrace),
		cmocka_unit_test(test_mail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
