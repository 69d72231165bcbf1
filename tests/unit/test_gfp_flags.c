/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parsers/gfp_flags.h"

#include "core/err.h"
#include "parsers/trace_dat.h"
#include "tests/unit/fixture.h"

#include <stdio.h>

struct named {
	uint64_t mask;
	const char *name;
};

/* Tables as those kernels have them, worked out by another program. */
static const struct named table_5_10[] = {
	{ 0x1c24ca, "GFP_TRANSHUGE" },
	{ 0x1c20ca, "GFP_TRANSHUGE_LIGHT" },
	{ 0x100cca, "GFP_HIGHUSER_MOVABLE" },
	{ 0x100cc2, "GFP_HIGHUSER" },
	{ 0x100cc0, "GFP_USER" },
	{ 0x400cc0, "GFP_KERNEL_ACCOUNT" },
	{ 0xcc0, "GFP_KERNEL" },
	{ 0xc40, "GFP_NOFS" },
	{ 0xa20, "GFP_ATOMIC" },
	{ 0xc00, "GFP_NOIO" },
	{ 0x800, "GFP_NOWAIT" },
	{ 0x1, "GFP_DMA" },
	{ 0x2, "__GFP_HIGHMEM" },
	{ 0x4, "GFP_DMA32" },
	{ 0x20, "__GFP_HIGH" },
	{ 0x200, "__GFP_ATOMIC" },
	{ 0x40, "__GFP_IO" },
	{ 0x80, "__GFP_FS" },
	{ 0x2000, "__GFP_NOWARN" },
	{ 0x4000, "__GFP_RETRY_MAYFAIL" },
	{ 0x8000, "__GFP_NOFAIL" },
	{ 0x10000, "__GFP_NORETRY" },
	{ 0x40000, "__GFP_COMP" },
	{ 0x100, "__GFP_ZERO" },
	{ 0x80000, "__GFP_NOMEMALLOC" },
	{ 0x20000, "__GFP_MEMALLOC" },
	{ 0x100000, "__GFP_HARDWALL" },
	{ 0x200000, "__GFP_THISNODE" },
	{ 0x10, "__GFP_RECLAIMABLE" },
	{ 0x8, "__GFP_MOVABLE" },
	{ 0x400000, "__GFP_ACCOUNT" },
	{ 0x1000, "__GFP_WRITE" },
	{ 0xc00, "__GFP_RECLAIM" },
	{ 0x400, "__GFP_DIRECT_RECLAIM" },
	{ 0x800, "__GFP_KSWAPD_RECLAIM" },
};

static const struct named table_7_2[] = {
	{ 0x1c24ca, "GFP_TRANSHUGE" },
	{ 0x1c20ca, "GFP_TRANSHUGE_LIGHT" },
	{ 0x100cca, "GFP_HIGHUSER_MOVABLE" },
	{ 0x100cc2, "GFP_HIGHUSER" },
	{ 0x100cc0, "GFP_USER" },
	{ 0x400cc0, "GFP_KERNEL_ACCOUNT" },
	{ 0xcc0, "GFP_KERNEL" },
	{ 0xc40, "GFP_NOFS" },
	{ 0x820, "GFP_ATOMIC" },
	{ 0xc00, "GFP_NOIO" },
	{ 0x2800, "GFP_NOWAIT" },
	{ 0x1, "GFP_DMA" },
	{ 0x4, "GFP_DMA32" },
	{ 0xc00, "__GFP_RECLAIM" },
	{ 0x1, "__GFP_DMA" },
	{ 0x2, "__GFP_HIGHMEM" },
	{ 0x4, "__GFP_DMA32" },
	{ 0x8, "__GFP_MOVABLE" },
	{ 0x10, "__GFP_RECLAIMABLE" },
	{ 0x20, "__GFP_HIGH" },
	{ 0x40, "__GFP_IO" },
	{ 0x80, "__GFP_FS" },
	{ 0x100, "__GFP_ZERO" },
	{ 0x400, "__GFP_DIRECT_RECLAIM" },
	{ 0x800, "__GFP_KSWAPD_RECLAIM" },
	{ 0x1000, "__GFP_WRITE" },
	{ 0x2000, "__GFP_NOWARN" },
	{ 0x4000, "__GFP_RETRY_MAYFAIL" },
	{ 0x8000, "__GFP_NOFAIL" },
	{ 0x10000, "__GFP_NORETRY" },
	{ 0x20000, "__GFP_MEMALLOC" },
	{ 0x40000, "__GFP_COMP" },
	{ 0x80000, "__GFP_NOMEMALLOC" },
	{ 0x100000, "__GFP_HARDWALL" },
	{ 0x200000, "__GFP_THISNODE" },
	{ 0x400000, "__GFP_ACCOUNT" },
	{ 0x800000, "__GFP_ZEROTAGS" },
	{ 0x1000000, "__GFP_NO_OBJ_EXT" },
};

/* The print fmt of mm_shrink_slab_start in @dat. */
static struct shr_str start_print_fmt(const struct shr_trace_dat *dat)
{
	static const char name[] = "name: mm_shrink_slab_start\n";

	for (size_t i = 0; i < dat->format_count; i++) {
		struct shr_str text = dat->formats[i].text;
		const char *fmt = memmem(text.ptr, text.len, "print fmt:", 10);

		if (text.len > sizeof(name) && fmt &&
		    !memcmp(text.ptr, name, sizeof(name) - 1))
			return (struct shr_str){ fmt,
						 text.len - (size_t)(fmt - text.ptr) };
	}
	fail();
	return (struct shr_str){ 0 };
}

/* A capture's table, kept as long as the capture. */
struct capture {
	struct maker file;
	struct shr_trace_dat dat;
	struct shr_gfp_flags gfp;
};

static void open_capture(struct capture *capture, const char *path)
{
	struct shr_err err;

	capture->file = load_fixture(path);
	assert_int_equal(shr_trace_dat_init(&capture->dat, capture->file.data,
					    capture->file.size, &err),
			 0);
	assert_int_equal(
		shr_gfp_flags_init(&capture->gfp, start_print_fmt(&capture->dat), &err),
		0);
}

static void close_capture(struct capture *capture)
{
	shr_gfp_flags_release(&capture->gfp);
	shr_trace_dat_release(&capture->dat);
	maker_release(&capture->file);
}

static void has_table(const char *path, const struct named *table, size_t count)
{
	struct capture capture;

	open_capture(&capture, path);
	assert_int_equal(capture.gfp.count, count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(capture.gfp.flags[i].mask, table[i].mask);
		assert_str(capture.gfp.flags[i].name, table[i].name);
	}
	assert_int_equal(capture.gfp.io, 0x40);
	assert_int_equal(capture.gfp.fs, 0x80);
	assert_int_equal(capture.gfp.direct_reclaim, 0x400);
	assert_int_equal(capture.gfp.kswapd_reclaim, 0x800);
	close_capture(&capture);
}

static void test_table_of_5_10(void **state)
{
	(void)state;
	has_table("fixtures/captures/5.10-mixed-ctx.dat", table_5_10,
		  COUNT(table_5_10));
}

static void test_table_of_7_2(void **state)
{
	(void)state;
	has_table("fixtures/captures/7.2-mixed.dat", table_7_2, COUNT(table_7_2));
}

static void expect_text(const struct shr_gfp_flags *gfp, uint64_t mask,
			const char *want)
{
	char text[200];

	shr_gfp_flags_print(gfp, mask, text, sizeof(text));
	assert_string_equal(text, want);
}

static void test_prints(void **state)
{
	struct capture capture;

	(void)state;
	open_capture(&capture, "fixtures/captures/5.10-mixed-ctx.dat");
	expect_text(&capture.gfp, 0, "none");
	expect_text(&capture.gfp, 0xcc0, "GFP_KERNEL");
	expect_text(&capture.gfp, 0xc40, "GFP_NOFS");
	expect_text(&capture.gfp, 0x100cca, "GFP_HIGHUSER_MOVABLE");
	expect_text(&capture.gfp, 0x1100cca, "GFP_HIGHUSER_MOVABLE|0x1000000");
	expect_text(&capture.gfp, 0x2ac0,
		    "GFP_NOWAIT|__GFP_ATOMIC|__GFP_IO|__GFP_FS|"
		    "__GFP_NOWARN");
	expect_text(&capture.gfp, (uint64_t)1 << 63, "0x8000000000000000");
	close_capture(&capture);
}

/* Whatever the room, the text ends with a NUL inside of it. */
static void test_print_is_cut(void **state)
{
	static const char whole[] = "GFP_HIGHUSER_MOVABLE|__GFP_NOWARN|0x1000000";
	struct capture capture;

	(void)state;
	open_capture(&capture, "fixtures/captures/7.2-mixed.dat");
	for (size_t size = 1; size <= sizeof(whole); size++) {
		char *text = malloc(size);

		assert_non_null(text);
		shr_gfp_flags_print(&capture.gfp, 0x1100cca | 0x2000 | 0x10000000, text,
				    size);
		assert_true(memchr(text, '\0', size) != NULL);
		free(text);
		text = malloc(size);
		assert_non_null(text);
		shr_gfp_flags_print(&capture.gfp, 0, text, size);
		assert_true(memchr(text, '\0', size) != NULL);
		free(text);
	}
	close_capture(&capture);
}

static void test_may(void **state)
{
	const uint16_t known = SHR_MAY_RECLAIM_KNOWN;
	struct capture capture;

	(void)state;
	open_capture(&capture, "fixtures/captures/7.2-mixed.dat");
	assert_int_equal(shr_gfp_flags_may(&capture.gfp, 0xcc0),
			 known | SHR_MAY_IO | SHR_MAY_FS | SHR_MAY_DIRECT_RECLAIM |
				 SHR_MAY_KSWAPD_RECLAIM);
	assert_int_equal(shr_gfp_flags_may(&capture.gfp, 0xc40),
			 known | SHR_MAY_IO | SHR_MAY_DIRECT_RECLAIM |
				 SHR_MAY_KSWAPD_RECLAIM);
	assert_int_equal(shr_gfp_flags_may(&capture.gfp, 0x2800),
			 known | SHR_MAY_KSWAPD_RECLAIM);
	assert_int_equal(shr_gfp_flags_may(&capture.gfp, 0), known);
	close_capture(&capture);
}

/* The table in @print_fmt, which is in memory of exactly its size. */
static struct shr_gfp_flags table_in(char **copy, const char *print_fmt)
{
	struct shr_gfp_flags gfp;
	struct shr_err err;
	size_t len = strlen(print_fmt);

	*copy = malloc(len + !len);
	assert_non_null(*copy);
	memcpy(*copy, print_fmt, len);
	assert_int_equal(shr_gfp_flags_init(&gfp, (struct shr_str){ *copy, len }, &err),
			 0);
	return gfp;
}

static void expect_count(const char *print_fmt, size_t count)
{
	char *copy;
	struct shr_gfp_flags gfp = table_in(&copy, print_fmt);

	if (gfp.count != count)
		print_error("in: %.200s\n", print_fmt);
	assert_int_equal(gfp.count, count);
	shr_gfp_flags_release(&gfp);
	free(copy);
}

/* An expression that must evaluate to @mask. */
static void expect_mask(const char *expression, uint64_t mask)
{
	char print_fmt[500], *copy;

	snprintf(print_fmt, sizeof(print_fmt),
		 "(REC->f) ? __print_flags(REC->f, \"|\", {%s, \"X\"}) : \"none\"",
		 expression);
	struct shr_gfp_flags gfp = table_in(&copy, print_fmt);

	if (gfp.count != 1 || gfp.flags[0].mask != mask)
		print_error("in: %s\n", expression);
	assert_int_equal(gfp.count, 1);
	assert_int_equal(gfp.flags[0].mask, mask);
	shr_gfp_flags_release(&gfp);
	free(copy);
}

static void test_numbers(void **state)
{
	(void)state;
	expect_mask("0", 0);
	expect_mask("17", 17);
	expect_mask("0x10", 16);
	expect_mask("0x400u", 0x400);
	expect_mask("0x400UL", 0x400);
	expect_mask("1ull", 1);
	expect_mask("0xffffffffffffffff", UINT64_MAX);
}

static void test_precedence(void **state)
{
	(void)state;
	expect_mask("1|2", 3);
	expect_mask("1 | 2 & 6", 3);
	expect_mask("2 & 6 | 1", 3);
	expect_mask("1 << 2 | 1", 5);
	expect_mask("1 | 1 << 2", 5);
	expect_mask("6 & 1 << 2", 4);
	expect_mask("1 << 1 << 1", 4);
	expect_mask("0x100 >> 4", 0x10);
	expect_mask("~0 & 0xff", 0xff);
	expect_mask("~1 << 1 & 0xf", 0xc);
	expect_mask("0xff & ~0x0f | 1", 0xf1);
	expect_mask("~~5", 5);
	expect_mask("(1 | 2) & (2 | 4)", 2);
	expect_mask("((1UL)) << (10)", 1024);
	expect_mask("1 << 63", (uint64_t)1 << 63);
	expect_mask("1 << 64", 0);
	expect_mask("1 << ~0", 0);
}

static void test_casts(void **state)
{
	(void)state;
	expect_mask("(gfp_t)0x40u", 0x40);
	expect_mask("( gfp_t)0x40u", 0x40);
	expect_mask("(unsigned long)0x40", 0x40);
	expect_mask("( unsigned long)(( gfp_t)0x40u | ( gfp_t)0x80u)", 0xc0);
	expect_mask("(unsigned long)~(gfp_t)0 & (gfp_t) 3", 3);
	expect_mask("(a)(b)(c)7", 7);
}

static void test_nesting(void **state)
{
	(void)state;
	expect_mask("((((((((((((((((((((((((((((((5))))))))))))))))))))))))))))))", 5);
}

/* @count times @open, a number, @count times @close. */
static void bomb(const char *open, const char *close, size_t count)
{
	static const char head[] = "__print_flags(REC->f, \"|\", {",
			  tail[] = ", \"X\"})";
	struct maker maker = { 0 };

	put_bytes(&maker, head, sizeof(head) - 1);
	for (size_t i = 0; i < count; i++)
		put_bytes(&maker, open, strlen(open));
	put_bytes(&maker, "1", 1);
	for (size_t i = 0; i < count; i++)
		put_bytes(&maker, close, strlen(close));
	put_string(&maker, tail);
	expect_count((const char *)maker.data, 0);
	maker_release(&maker);
}

/* No depth of nesting may take the stack with it. */
static void test_nesting_bombs(void **state)
{
	(void)state;
	bomb("(", ")", 1000000);
	bomb("~", "", 1000000);
	bomb("(gfp_t)", "", 1000000);
	bomb("((gfp_t)~", ")", 300000);
}

/* Long, but flat: no bomb. */
static void test_long_chains(void **state)
{
	struct maker maker = { 0 };

	(void)state;
	put_bytes(&maker, "__print_flags(f, {0", 19);
	for (int i = 0; i < 100000; i++)
		put_bytes(&maker, "|1<<3&0xff", 10);
	put_string(&maker, ", \"X\"})");
	expect_count((const char *)maker.data, 1);
	maker_release(&maker);
}

/* What cannot be read ends the table; what came before it stays. */
static void test_what_is_no_table(void **state)
{
	(void)state;
	expect_count("", 0);
	expect_count("\"%pS %p: nid: %d\", REC->shrink", 0);
	expect_count("__print_flags(", 0);
	expect_count("__print_flags(REC->f, \"|\")", 0);
	expect_count("__print_flags(REC->f, \"|\", {", 0);
	expect_count("__print_flags(REC->f, \"|\", {}", 0);
	expect_count("__print_flags(REC->f, \"|\", {1", 0);
	expect_count("__print_flags(REC->f, \"|\", {1,", 0);
	expect_count("__print_flags(REC->f, \"|\", {1, \"", 0);
	expect_count("__print_flags(REC->f, \"|\", {1, \"A", 0);
	expect_count("__print_flags(REC->f, \"|\", {1, \"A\"", 0);
	expect_count("__print_flags(REC->f, \"|\", {1, \"A\"}", 1);
	expect_count("__print_flags(REC->f, \"|\", {1, \"A\"}, {", 1);
	expect_count("__print_flags(REC->f, \"|\", {1, \"A\"}, {(2, \"B\"})", 1);
	expect_count("__print_flags(REC->f, \"|\", {1, \"A\"}, {2), \"B\"})", 1);
	expect_count("__print_flags(REC->f, \"|\", {1 + 1, \"A\"})", 0);
	expect_count("__print_flags(REC->f, \"|\", {|1, \"A\"})", 0);
	expect_count("__print_flags(REC->f, \"|\", {1 <<, \"A\"})", 0);
	expect_count("__print_flags(REC->f, \"|\", {(gfp_t), \"A\"})", 0);
	expect_count("__print_flags(REC->f, \"|\", {(gfp_t", 0);
	expect_count("__print_flags(REC->f, \"|\", {( ", 0);
	expect_count("__print_flags(REC->f, \"|\", {~", 0);
}

/*
 * Kernels from 6.10 on for a while wrote the names of their bits, not the numbers
 * (commit 772dd0342727, "mm: enumerate all gfp flags"): no name is better than a
 * wrong one, and two bits never moved.
 */
static void test_bits_by_name(void **state)
{
	char *copy;
	struct shr_gfp_flags gfp =
		table_in(&copy, "__print_flags(REC->gfp_flags, \"|\", "
				"{( unsigned long)((((1UL))) << "
				"(___GFP_IO_BIT)), \"__GFP_IO\"})");

	(void)state;
	assert_int_equal(gfp.count, 0);
	assert_int_equal(gfp.io, 0x40);
	assert_int_equal(gfp.fs, 0x80);
	expect_text(&gfp, 0xcc0, "0xcc0");
	assert_int_equal(shr_gfp_flags_may(&gfp, 0xcc0), SHR_MAY_IO | SHR_MAY_FS);
	shr_gfp_flags_release(&gfp);
	free(copy);
}

/* Up to 4.3 one bit, __GFP_WAIT, stood for both kinds of reclaim. */
static void test_wait(void **state)
{
	char *copy;
	struct shr_gfp_flags gfp = table_in(
		&copy,
		"__print_flags(REC->gfp_flags, \"|\", "
		"{(unsigned long)(((( gfp_t)0x10u) | (( gfp_t)0x40u))), \"GFP_NOFS\"}, "
		"{(unsigned long)(( gfp_t)0x10u), \"GFP_WAIT\"}, "
		"{(unsigned long)(( gfp_t)0x40u), \"GFP_IO\"})");

	(void)state;
	assert_int_equal(gfp.direct_reclaim, 0x10);
	assert_int_equal(gfp.kswapd_reclaim, 0x10);
	assert_int_equal(shr_gfp_flags_may(&gfp, 0x50),
			 SHR_MAY_RECLAIM_KNOWN | SHR_MAY_IO | SHR_MAY_DIRECT_RECLAIM |
				 SHR_MAY_KSWAPD_RECLAIM);
	expect_text(&gfp, 0xd0, "GFP_NOFS|0x80");
	shr_gfp_flags_release(&gfp);
	free(copy);
}

/* More flags than any kernel has: the first are kept. */
static void test_endless_table(void **state)
{
	struct maker maker = { 0 };

	(void)state;
	put_bytes(&maker, "__print_flags(f, ", 17);
	for (int i = 0; i < 5000; i++)
		put_bytes(&maker, "{1, \"A\"}, ", 10);
	put_string(&maker, "");
	expect_count((const char *)maker.data, 256);
	maker_release(&maker);
}

static void test_mask_of_nothing(void **state)
{
	char *copy;
	struct shr_gfp_flags gfp =
		table_in(&copy, "__print_flags(f, {0, \"NONE\"}, {1, \"ONE\"})");

	(void)state;
	expect_text(&gfp, 3, "ONE|0x2");
	shr_gfp_flags_release(&gfp);
	assert_null(gfp.flags);
	free(copy);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_of_5_10),
		cmocka_unit_test(test_table_of_7_2),
		cmocka_unit_test(test_prints),
		cmocka_unit_test(test_print_is_cut),
		cmocka_unit_test(test_may),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_precedence),
		cmocka_unit_test(test_casts),
		cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_nesting_bombs),
		cmocka_unit_test(test_long_chains),
		cmocka_unit_test(test_what_is_no_table),
		cmocka_unit_test(test_bits_by_name),
		cmocka_unit_test(test_wait),
		cmocka_unit_test(test_endless_table),
		cmocka_unit_test(test_mask_of_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
