/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What our events say, in the sentence of every layout and as key=value: numbers,
 * addresses, symbols, gfp masks.  The layouts are those of kernels 3.0.39 to 7.2.
 */
#include "tests/unit/text_case.h"

#define SUBJECT	     "f+0x0/0x210 ffff888100d55b80: "
#define SHOW_SUBJECT " shr=0xffff888100d55b80 cb=f"
#define S	     "mm_shrink_slab_start: "
#define E	     "mm_shrink_slab_end: "

static void test_sentences(void **state)
{
	(void)state;
	/* 3.1 to 3.15 */
	expect(S SUBJECT
	       "objects to shrink 122 gfp_flags GFP_KERNEL pgs_scanned 83 "
	       "lru_pgs 241753 cache items 241754 delta 10 total_scan 132\n" E SUBJECT
	       "unused scan count 122 new scan count 4 "
	       "total_scan -118 last shrinker return val 237339\n",
	       SHOWS("start" SHOW_SUBJECT " deferred=122 gfp=GFP_KERNEL may=1f pgs=83 "
		     "lru=241753 freeable=241754 delta=10 total=132",
		     "end" SHOW_SUBJECT " deferred=122 new=4 total=-118 ret=237339",
		     "=layouts 0x3,"));
	/* 3.16 to 4.15 */
	expect(S SUBJECT "nid: 1 objects to shrink 2531805877005 gfp_flags GFP_NOFS "
			 "pgs_scanned 32 lru_pgs 9300 cache items 1667 delta 11 "
			 "total_scan 833\n",
	       SHOWS("start" SHOW_SUBJECT " nid=1 deferred=2531805877005 gfp=GFP_NOFS "
		     "may=1d pgs=32 lru=9300 freeable=1667 delta=11 total=833",
		     "=layouts 0x4,"));
	/* 4.16 to 7.0 */
	expect(S SUBJECT "nid: 1 objects to shrink 4994376020 gfp_flags GFP_NOIO cache "
			 "items 93689873 delta 45746 total_scan 46844936 priority 12\n",
	       SHOWS("start" SHOW_SUBJECT " nid=1 deferred=4994376020 gfp=GFP_NOIO "
		     "may=1c freeable=93689873 delta=45746 total=46844936 prio=12",
		     "=layouts 0x38,"));
	/* 7.1: the pid is that of the prefix, where there is one */
	expect(S SUBJECT
	       "nid: 1 pid: 77 memcg_id: 4711 objects to shrink 5 gfp_flags GFP_USER "
	       "cache items 9 delta 2 total_scan 3 priority 0 \n" E SUBJECT
	       "nid: 1 pid: 77 memcg_id: 18446744073709551615 unused scan count 5 new "
	       "scan count 6 total_scan 7 last shrinker return val -1 (in-irq)\n"
	       "     dd-8096    [000] .....   515.495129: " E SUBJECT
	       "nid: 1 pid: 77 memcg_id: 1 unused scan count 5 new scan count 6 "
	       "total_scan 7 last shrinker return val 8 \n",
	       SHOWS("start pid=77" SHOW_SUBJECT " nid=1 cg=4711 deferred=5 "
		     "gfp=GFP_USER may=1f freeable=9 delta=2 total=3 prio=0",
		     "end pid=77" SHOW_SUBJECT " nid=1 cg=18446744073709551615 "
		     "deferred=5 new=6 total=7 ret=-1",
		     "end t=515495129000 cpu=0 pid=8096 comm=dd" SHOW_SUBJECT
		     " nid=1 cg=1 deferred=5 new=6 total=7 ret=8",
		     "=layouts 0x40,"));
}

#define T3_KEYS                                                                        \
	"shr=0xaa shrink=f nid=1 nr_objects_to_shrink=1 gfp_flags=208 pgs_scanned=32 " \
	"lru_pgs=9 cache_items=2 delta=3 total_scan=4"

static void test_keys(void **state)
{
	const char *t7 =
		"start shr=0xaa cb=0xffffffff815c9400 nid=1 cg=4711 deferred=2 "
		"gfp=0xcc0(0xcc0) may=3 freeable=55 delta=110 total=110 prio=0";

	(void)state;
	expect(S T3_KEYS "\n",
	       SHOWS("start shr=0xaa cb=f nid=1 deferred=1 gfp=0xd0(0xd0) may=3 pgs=32 "
		     "lru=9 freeable=2 delta=3 total=4",
		     "=layouts 0x4,"));
	expect(S "[FAILED TO PARSE] shr=0xaa shrink=0xffffffff815c9400 "
		 "nr_objects_to_shrink=2 gfp_flags=0xcc0 cache_items=0x37 delta=0x6e "
		 "total_scan=0x6e priority=0 nid=1 memcg_id=4711\n",
	       SHOWS(t7, "=layouts 0x40,"));
	/* libtraceevent leaves no trace of memcg_id out, but nid alone tells, too */
	expect(S "shr=0xaa shrink=f nr_objects_to_shrink=2 gfp_flags=0xcc0 "
		 "cache_items=5 delta=6 total_scan=7 priority=0 nid=1\n",
	       SHOWS("~start", "=layouts 0x40,"));
	/* a field that is missing is unknown; one that nobody knows is passed over */
	expect(S "[x] shr=0xaa cgroup_ino=5 path=/a b/c str=\"delta=9 \" delta=0x10 "
		 "total_scan=-1 retval=5\n",
	       SHOWS("start shr=0xaa delta=16 total=-1", "=layouts 0x7f,"));
	/* the symbol's address, from 3.3.1 */
	expect(E "shr=0xaa shrink=f+0x0 (0xffffffff816bccf0) nid=0 unused_scan=1 "
		 "new_scan=2 retval=0xffffffff total_scan=0xfffffffffffffffd\n",
	       SHOWS("end shr=0xaa cb=f@0xffffffff816bccf0 nid=0 deferred=1 new=2 "
		     "total=-3 ret=-1"));
	/* options/fields */
	expect("# tracer: nop\n" E
	       "shr=0xffff8881042a1000 (-131387274686464) nid=0x0 (0) shrink=f+0x0/0x90 "
	       "[zfs] (-2123641616) unused_scan=0x1 (1) new_scan=0xffffffffffffffff (-1) "
	       "retval=0xffffffff (-1) total_scan=0x7 (7)\n",
	       SHOWS("end shr=0xffff8881042a1000 cb=f[zfs] nid=0 deferred=1 new=-1 "
		     "total=7 ret=-1",
		     "=trace (fields),"));
}

/* A sentence with @symbol and @pointer must show @want. */
static void expect_subject(const char *symbol, const char *pointer, const char *want)
{
	char bytes[400], shown[400];

	snprintf(bytes, sizeof(bytes),
		 E "%s %s: nid: 0 unused scan count 1 new scan count 2 total_scan 3 "
		   "last shrinker return val 4\n",
		 symbol, pointer);
	snprintf(shown, sizeof(shown), "end%s nid=0 deferred=1 new=2 total=3 ret=4",
		 want);
	expect(bytes, SHOWS(shown));
}

static void test_subjects(void **state)
{
	(void)state;
	expect_subject("f", "0xffff888100d55b80", " shr=0xffff888100d55b80 cb=f");
	expect_subject("f+0x0", "00000000be479b72", " shr=0xbe479b72 cb=f");
	expect_subject("f+0x0/0x90 [zfs]", "(____ptrval____)", " cb=f[zfs]");
	expect_subject("f.isra.0+0x0/0x90", "(ptrval)", " cb=f");
	expect_subject("f.llvm.123.cold+0x0 [a_b]", "c0ffee00",
		       " shr=0xc0ffee00 cb=f[a_b]");
	expect_subject(".f+0x0/0x90", "0xaa", " shr=0xaa cb=.f");
	expect_subject("0xffffffff815c9400", "0xaa", " shr=0xaa cb=0xffffffff815c9400");
	expect_subject("ffffffffc0123456", "0xaa", " shr=0xaa cb=0xffffffffc0123456");
	expect_subject("face", "0xaa", " shr=0xaa cb=face");
	/* inside another symbol: that one's name would be wrong */
	expect_subject("f+0x1c0/0x210", "0xaa", " shr=0xaa cb=f+0x1c0");
}

static struct text_case read_ends(const char *const *subjects)
{
	char bytes[2000] = "";

	for (; *subjects; subjects++) {
		strcat(bytes, E);
		strcat(bytes, *subjects);
		strcat(bytes, " 0xaa: nid: 0 unused scan count 1 new scan count 2 "
			      "total_scan 3 last shrinker return val 4\n");
	}
	return read_text(bytes, 0);
}

static void test_callback_tokens(void **state)
{
	struct text_case text =
		read_ends(SHOWS("f+0x0/0x210", "g+0x0/0x210", "f", "f.isra.0+0x0",
				"f+0x0/0x210 [m]", "f [m]", "0xffffffff815c9400", "f"));
	const struct shr_event *ev = text.events;

	(void)state;
	assert_int_equal(text.count, 8);
	assert_int_not_equal(ev[0].callback, ev[1].callback);
	assert_int_equal(ev[0].callback, ev[2].callback);
	assert_int_equal(ev[0].callback, ev[3].callback);
	assert_int_not_equal(ev[0].callback, ev[4].callback);
	assert_int_equal(ev[4].callback, ev[5].callback);
	assert_int_equal(ev[6].callback, 0xffffffff815c9400);
	assert_int_equal(ev[0].callback, ev[7].callback);
	/* No address of a kernel has one of its two top bits. */
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(ev[i].callback >> 62, 1);
	free_case(&text);
}

/* gfp_flags as @printed give @shown and @may. */
static void expect_gfp(const char *printed, const char *want)
{
	char bytes[400], shown[400];

	snprintf(bytes, sizeof(bytes),
		 S SUBJECT "nid: 0 objects to shrink 1 gfp_flags %s cache items 2 "
			   "delta 3 total_scan 4 priority 5\n",
		 printed);
	snprintf(shown, sizeof(shown),
		 "start" SHOW_SUBJECT " nid=0 deferred=1 %s freeable=2 delta=3 total=4 "
		 "prio=5",
		 want);
	expect(bytes, SHOWS(shown));
}

static void test_gfp(void **state)
{
	(void)state;
	expect_gfp("GFP_NOFS|__GFP_HIGHMEM|__GFP_MOVABLE",
		   "gfp=GFP_NOFS|__GFP_HIGHMEM|__GFP_MOVABLE may=1d");
	expect_gfp("__GFP_IO|__GFP_RECLAIM|0x80",
		   "gfp=__GFP_IO|__GFP_RECLAIM|0x80 may=1f");
	expect_gfp("GFP_NEWLY_INVENTED", "gfp=GFP_NEWLY_INVENTED");
	expect_gfp("none", "gfp=none(0x0) may=10");
	expect_gfp("0x1000000", "gfp=0x1000000(0x1000000) may=0");
	expect_gfp("cc0", "gfp=0xcc0(0xcc0) may=3");
	expect_gfp("80", "gfp=0x80(0x80) may=2");
}

static void test_numbers(void **state)
{
	(void)state;
	expect(S SUBJECT
	       "nid: -1 objects to shrink -9223372036854775808 gfp_flags none "
	       "cache items 9223372036854775807 delta 18446744073709551615 "
	       "total_scan 18446744073709551614 priority -1\n",
	       SHOWS("start" SHOW_SUBJECT " nid=-1 deferred=-9223372036854775808 "
		     "gfp=none(0x0) may=10 freeable=9223372036854775807 "
		     "delta=18446744073709551615 total=-2 prio=-1"));
	expect(S SUBJECT "nid: 12345678 objects to shrink 123456789 gfp_flags none "
			 "cache items 00012345678901 delta -1 total_scan 0x10 "
			 "priority 0\n",
	       SHOWS("start" SHOW_SUBJECT " nid=12345678 deferred=123456789 "
		     "gfp=none(0x0) may=10 freeable=12345678901 "
		     "delta=18446744073709551615 total=16 prio=0"));
	expect(E SUBJECT
	       "nid: 0 unused scan count 1 new scan count 2 total_scan 3 last "
	       "shrinker return val -2147483648\n" E SUBJECT
	       "nid: 0 unused scan count 1 new scan count 2 total_scan 3 last "
	       "shrinker return val 4294967295 /some/cgroup\n",
	       SHOWS("~ ret=-2147483648", "~ ret=-1"));
	/* times of up to nine digits behind the point; a long whole part */
	expect("dd-1 [000] 12345678.5: " E "delta=1 total_scan=2\n"
	       "dd-1 [000] 18446744073.709551615: " E "delta=1 total_scan=2\n"
	       "dd-1 [000] 000000000000000000000001.000000001: " E
	       "delta=1 total_scan=2\n",
	       SHOWS("~end t=12345678500000000 ", "~end t=18446744073709551615 ",
		     "~end t=1000000001 "));
}

static void test_identity(void **state)
{
	const char *want = "identity t=8496866693 cpu=0 pid=49 comm=kswapd0 shr=0xaa "
			   "nid=1 cg=5 memcg=0xff1560ca4104d000 batch=1024 seeks=2 "
			   "flags=0xf id=-1 name=sb-ext4:8 a";
	const char *at = "kswapd0-49 [000] 8.496866693: ";
	char bytes[600];

	(void)state;
	snprintf(
		bytes, sizeof(bytes),
		"%sanything: (f+0x4/0x3c0) memcg=0xff1560ca4104d000 nid=1 shr=0xaa "
		"batch=1024 seeks=2 flags=0xf id=-1 cg=5 priority=12 name=\"sb-ext4:8 a\"\n",
		at);
	expect(bytes, SHOWS(want, "=skipped 0,"));
	snprintf(
		bytes, sizeof(bytes),
		"kswapd0 49 [000] 8.496866693: probe:start: (ffffffffb4d39fc4) name=\"sb-"
		"ext4:8 a\" memcg=18380703875973042176 nid=1 shr=0xaa batch=1024 seeks=2 "
		"flags=15 id=-1 cg=5\n");
	expect(bytes, SHOWS(want, "=skipped 0,"));
	/* shr alone says nothing; neither does what cannot be read */
	snprintf(
		bytes, sizeof(bytes),
		"%sother: shr=0xaa nid=1\n%sx: shr=0xaa batch=?\n%s"
		"y: batch=5 cshr=5\n%sz: shr=(fault) batch=5\n%sok: shr=5 batch=6 id=?\n",
		at, at, at, at, at);
	expect(bytes, SHOWS("~identity t=8496866693 cpu=0 pid=49 comm=kswapd0 shr=0x5 "
			    "batch=6",
			    "=skipped 4,"));
	/* perf trace and nocontext-info */
	expect("  0.1 dd/7 vmscan:mm_shrink_slab_end(shr: 0xffff88810004a300)\n"
	       "  0.2 dd/7 truth:start(__probe_ip: 5, memcg: 0xa, shr: 0xb, cg: 7)\n",
	       SHOWS("~end", "identity t=200000 pid=7 comm=dd shr=0xb cg=7 memcg=0xa"));
	expect("# tracer: nop\n#\nx: shr=1 id=5\n",
	       SHOWS("identity shr=0x1 id=5", "=skipped 0,"));
}

#define DD   "dd-7 [001] 1.5: "
#define TASK "context t=1500000000 cpu=1 pid=7 comm=dd "

static void test_context(void **state)
{
	(void)state;
	expect(DD "cgroup_mkdir: root=4 id=7262 level=2 path=/box/a b\n" DD
		  "cgroup_rmdir:          root=4 level=2 id=7262 path=/box/a b\n",
	       SHOWS(TASK "cg=7262 cgroup_mkdir root=4 path=/box/a b",
		     TASK "cg=7262 cgroup_rmdir root=4 path=/box/a b",
		     "=skipped 0, malformed 0, lost 0/0, context 2"));
	expect(DD
	       "cgroup_mkdir: root=0x4 (4) level=0x1 (1) id=0x1c3d (7229) path=/\n" DD
	       "mm_vmscan_kswapd_wake:  nid=1 zid=3 order=8\n" DD
	       "mm_vmscan_memcg_reclaim_begin: [FAILED TO PARSE] gfp_flags=0x100cca "
	       "memcg_id=74 order=0\n" DD
	       "memcg_flush_stats: memcg_id=1 stats_updates=192 force=1\n",
	       SHOWS(TASK "cg=7229 cgroup_mkdir root=4 path=/",
		     TASK "nid=1 mm_vmscan_kswapd_wake",
		     TASK "cg=74 mm_vmscan_memcg_reclaim_begin",
		     TASK "cg=1 memcg_flush_stats"));
	/* What cannot be read is not there; a lonely name is enough. */
	expect(DD "mm_vmscan_direct_reclaim_begin:\n" DD
		  "mm_vmscan_kswapd_sleep: nid=x\n" DD
		  "mm_vmscan_memcg_reclaim_end: memcg_id=18446744073709551616\n",
	       SHOWS(TASK "mm_vmscan_direct_reclaim_begin",
		     TASK "mm_vmscan_kswapd_sleep",
		     TASK "mm_vmscan_memcg_reclaim_end"));
	expect("# tracer: nop\n#\ncgroup_rmdir: root=0 id=5 level=1 path=/x\n",
	       SHOWS("context cg=5 cgroup_rmdir root=0 path=/x"));
}

/* perf names the group, and in perf trace's calls strings are quoted. */
static void test_context_of_perf(void **state)
{
	(void)state;
	expect("dd 7 [001] 1.5: cgroup:cgroup_mkdir: root=0 id=5 level=1 path=/a b\n",
	       SHOWS(TASK "cg=5 cgroup_mkdir root=0 path=/a b"));
	expect("dd 7 [001] 1.5: probe:cgroup_mkdir: root=0 id=5 level=1 path=/a b\n"
	       "dd 7 [001] 1.5: vmscan:cgroup_mkdir: root=0 id=5 level=1 path=/a b\n",
	       SHOWS("=skipped 2,"));
	expect("  0.1 dd/7 vmscan:mm_shrink_slab_end(shr: 0xffff88810004a300)\n"
	       "  0.2 dd/7 cgroup:cgroup_rmdir(root: 4, level: 1, id: 7196, path: \"/a "
	       "b\")\n"
	       "  0.3 dd/7 vmscan:mm_vmscan_kswapd_wake(nid: 1, order: 8)\n",
	       SHOWS("~end",
		     "context t=200000 pid=7 comm=dd cg=7196 cgroup_rmdir root=4 path=/a b",
		     "context t=300000 pid=7 comm=dd nid=1 mm_vmscan_kswapd_wake"));
}

/* A cgroup without its id says nothing, and one whose line is cut has half an id. */
static void test_context_without_id(void **state)
{
	(void)state;
	expect(DD "cgroup_mkdir: root=4 level=2 path=/box id=5\n" DD
		  "cgroup_rmdir: root=4 id=? level=1 path=/box\n" DD
		  "cgroup_rmdir:\n" DD "cgroup_rmdir: root=4 id=-5 path=/box\n",
	       SHOWS("=skipped 4,"));
	expect(DD "cgroup_rmdir: root=4 id=12", SHOWS("=skipped 1,"));
	expect(DD "cgroup_rmdir: root=4 id=12\n",
	       SHOWS(TASK "cg=12 cgroup_rmdir root=4"));
	/* Neither longer nor shorter names are these. */
	expect(DD "cgroup_mkdirs: id=1\n" DD "cgroup_mkdi: id=1\n" DD
		  "cgroup_attach_task: id=1\n",
	       SHOWS("=skipped 3,"));
}

#define LINE                                                                           \
	"shrinkctl_4711/call: shr=0xffff888100d89c80 nid=1 memcg=0xffff888100244600 "  \
	"cg=23993 batch=1024 seeks=0 flags=0xf id=22 name=\"sb-ext4:vda-12\""
#define AT "     dd-7       [001] ...2.     1.500000: bpf_trace_printk: "

/* What a BPF program of ours prints, and others. */
static void test_printed_lines(void **state)
{
	static const char shown[] =
		"identity t=1500000000 cpu=1 pid=7 comm=dd shr=0xffff888100d89c80 "
		"nid=1 cg=23993 memcg=0xffff888100244600 batch=1024 seeks=0 flags=0xf "
		"id=22 name=sb-ext4:vda-12";

	(void)state;
	expect(AT LINE "\n" AT "bpf_string=" LINE "\n", SHOWS(shown, shown));
	/* It needs no end of line to be whole. */
	expect(AT LINE, SHOWS(shown));
	expect("dd 7 [001] 1.5: bpf_trace:bpf_trace_printk: " LINE "\n", SHOWS(shown));
	/* Others' are passed over, even if they tell of a shrinker. */
	expect(AT "hello\n" AT "shr=0x1 batch=3\n" AT "x " LINE "\n" AT "\n",
	       SHOWS("=skipped 4, malformed 0"));
	expect(AT "shrinkctl_4711/call: shr=0x1 batch=12ab\n",
	       SHOWS("malformed t=1500000000 cpu=1 pid=7 comm=dd offset=95 line=1: "
		     "expected a number after 'batch'"));
	expect(AT "shrinkctl_4711/call: shr=0x1 name=\"sb\n",
	       SHOWS("~ expected the quote behind the name", "=malformed 1"));
	expect(AT "shrinkctl_4711/call: shr=0x1 name=\"sb",
	       SHOWS("=malformed 0, lost 0/0, error 4 at "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sentences),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_subjects),
		cmocka_unit_test(test_callback_tokens),
		cmocka_unit_test(test_gfp),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_printed_lines),
		cmocka_unit_test(test_context),
		cmocka_unit_test(test_context_of_perf),
		cmocka_unit_test(test_context_without_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
