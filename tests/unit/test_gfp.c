/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Allocation flags by name: numbers as logs of each kernel have them, and names as its
 * traces print them.
 */
#include "core/model/gfp.h"
#include "tests/unit/maker.h"

#include <inttypes.h>

struct known {
	struct shr_release release;
	uint64_t mask;
	const char *names;
};

/* From the logs of kernels that ran out of memory, and from captures. */
static const struct known known[] = {
	{ { 3, 0, 101 }, 0xd0, "GFP_KERNEL" },
	{ { 3, 1, 0 }, 0x200da, "GFP_HIGHUSER_MOVABLE" },
	{ { 3, 10, 0 }, 0x50, "GFP_NOFS" },
	{ { 3, 10, 0 }, 0x250, "GFP_NOFS|GFP_NOWARN" },
	{ { 3, 10, 0 }, 0x20, "GFP_ATOMIC" },
	{ { 3, 10, 0 }, 0, "GFP_NOWAIT" },
	{ { 4, 4, 0 }, 0x24000c0, "GFP_KERNEL" },
	{ { 4, 4, 155 }, 0x2400840, "GFP_NOFS|GFP_NOFAIL" },
	{ { 4, 4, 0 }, 0x40, "GFP_IO" },
	{ { 4, 6, 0 }, 0x40, "__GFP_IO" },
	{ { 4, 9, 0 }, 0x24201ca, "GFP_HIGHUSER_MOVABLE|__GFP_COLD" },
	{ { 4, 10, 0 }, 0x14200ca, "GFP_HIGHUSER_MOVABLE" },
	{ { 4, 12, 0 }, 0x14004c0, "GFP_KERNEL|__GFP_REPEAT" },
	{ { 4, 14, 0 }, 0x14004c0, "GFP_KERNEL|__GFP_RETRY_MAYFAIL" },
	{ { 4, 15, 0 }, 0x1400040, "GFP_NOFS" },
	{ { 4, 19, 0 }, 0x6200ca, "GFP_HIGHUSER_MOVABLE" },
	{ { 4, 19, 0 }, 0x6000c0, "GFP_KERNEL" },
	{ { 5, 4, 0 }, 0x100cca, "GFP_HIGHUSER_MOVABLE" },
	{ { 5, 10, 223 }, 0xcc0, "GFP_KERNEL" },
	{ { 6, 1, 0 }, 0xa20, "GFP_ATOMIC" },
	{ { 6, 1, 0 }, 0x800, "GFP_NOWAIT" },
	{ { 6, 12, 0 }, 0x820, "GFP_ATOMIC" },
	{ { 6, 12, 0 }, 0x2800, "GFP_NOWAIT" },
	{ { 6, 12, 95 }, 0x1c24ca, "GFP_TRANSHUGE" },
	{ { 6, 18, 44 },
	  0x108c4a,
	  "GFP_NOFS|__GFP_HIGHMEM|__GFP_MOVABLE|__GFP_NOFAIL|__GFP_HARDWALL" },
	{ { 7, 2, 13 }, 0x400cc0, "GFP_KERNEL_ACCOUNT" },
	{ { 7, 2, 13 }, 0x80000cc0, "GFP_KERNEL|0x80000000" },
	{ { 7, 2, 13 }, 0, "none" },
};

static void test_names(void **state)
{
	char text[200];

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		uint64_t mask = 1;

		assert_true(
			shr_gfp_parse(known[i].release, str(known[i].names), &mask));
		assert_int_equal(mask, known[i].mask);
		shr_gfp_print(known[i].release, mask, text, sizeof(text));
		assert_string_equal(text, known[i].names);
	}
}

static void test_every_name(void **state)
{
	struct shr_gfp_name names[SHR_GFP_NAMES_MAX];

	(void)state;
	for (unsigned i = 0; i < COUNT(known); i++) {
		size_t count = shr_gfp_names(known[i].release, names);

		assert_in_range(count, 20, SHR_GFP_NAMES_MAX - 1);
		for (size_t j = 0; j < count; j++) {
			uint64_t mask;

			assert_int_not_equal(names[j].mask, 0);
			assert_true(shr_gfp_parse(known[i].release, str(names[j].name),
						  &mask));
			/* 4.4 has two by the name GFP_ATOMIC: the first one counts. */
			if (strcmp(names[j].name, "GFP_ATOMIC") != 0)
				assert_int_equal(mask, names[j].mask);
		}
	}
}

/* Names that scenarios have are those of the source, which traces need not print. */
static void test_sources_names(void **state)
{
	const struct shr_release old = { 3, 10, 0 }, middle = { 4, 4, 0 },
				 recent = { 6, 12, 0 };
	uint64_t mask;

	(void)state;
	assert_true(shr_gfp_parse(old, str("__GFP_WAIT|__GFP_FS"), &mask));
	assert_int_equal(mask, 0x90);
	assert_true(shr_gfp_parse(middle, str("__GFP_ATOMIC"), &mask));
	assert_int_equal(mask, 0x80000);
	assert_true(shr_gfp_parse(recent, str("0x40|__GFP_FS"), &mask));
	assert_int_equal(mask, 0xc0);
	assert_true(shr_gfp_parse(recent, str("none"), &mask));
	assert_int_equal(mask, 0);
}

static void test_no_names(void **state)
{
	static const char *const wrong[] = {
		"",   "GFP", "gfp_kernel",	    "GFP_KERNEL|", "|GFP_NOFS",
		"0x", "0xg", "GFP_KERNEL GFP_NOFS", "__GFP_WAIT"
	};
	const struct shr_release recent = { 6, 12, 0 };
	uint64_t mask;

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		mask = 7;
		assert_false(shr_gfp_parse(recent, str(wrong[i]), &mask));
		assert_int_equal(mask, 0);
	}
}

static void test_cut(void **state)
{
	char text[12];

	(void)state;
	shr_gfp_print((struct shr_release){ 6, 12, 0 }, 0x2c40, text, sizeof(text));
	assert_string_equal(text, "GFP_NOFS|__");
}

static void expect_may(struct shr_release release, const char *names, unsigned may)
{
	uint64_t mask;

	assert_true(shr_gfp_parse(release, str(names), &mask));
	assert_int_equal(shr_gfp_may(release, mask), may | SHR_MAY_RECLAIM_KNOWN);
}

static void test_may(void **state)
{
	const unsigned reclaim = SHR_MAY_DIRECT_RECLAIM | SHR_MAY_KSWAPD_RECLAIM;
	const struct shr_release old = { 3, 10, 0 }, recent = { 6, 12, 0 };

	(void)state;
	expect_may(old, "GFP_KERNEL", reclaim | SHR_MAY_IO | SHR_MAY_FS);
	expect_may(old, "GFP_TRANSHUGE",
		   SHR_MAY_DIRECT_RECLAIM | SHR_MAY_IO | SHR_MAY_FS);
	expect_may(recent, "GFP_NOFS", reclaim | SHR_MAY_IO);
	expect_may(recent, "GFP_NOIO", reclaim);
	expect_may(recent, "GFP_ATOMIC", SHR_MAY_KSWAPD_RECLAIM);
	expect_may(recent, "none", 0);
}

/* As captures of memcgs at their limits have it. */
static void test_limit(void **state)
{
	const struct shr_release recent = { 6, 12, 0 }, old = { 4, 4, 0 };
	uint64_t mask;

	(void)state;
	assert_true(
		shr_gfp_parse(recent, str("GFP_NOFS|__GFP_NOFAIL|__GFP_ZERO"), &mask));
	mask = shr_gfp_of_limit(recent, mask);
	assert_int_equal(mask, 0x108c4a);
	assert_true(shr_gfp_parse(old, str("GFP_KERNEL_ACCOUNT"), &mask));
	assert_int_equal(shr_gfp_of_limit(old, mask), 0x24200ca);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),	      cmocka_unit_test(test_every_name),
		cmocka_unit_test(test_sources_names), cmocka_unit_test(test_no_names),
		cmocka_unit_test(test_cut),	      cmocka_unit_test(test_may),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
