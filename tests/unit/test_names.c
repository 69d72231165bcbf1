/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parsers/names.h"

#include "core/err.h"
#include "parsers/gfp_names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct shr_names *names_new(void)
{
	struct shr_err err;
	struct shr_names *names = shr_names_new(&err);

	assert_non_null(names);
	return names;
}

static uint32_t intern(struct shr_names *names, const char *text, uint32_t likely)
{
	return shr_names_intern(names, (struct shr_str){ text, strlen(text) }, likely);
}

static bool is(const struct shr_names *names, uint32_t token, const char *text)
{
	struct shr_str str = shr_names_text(names, token);

	return str.len == strlen(text) && memcmp(str.ptr, text, str.len) == 0;
}

static void test_intern(void **state)
{
	struct shr_names *names = names_new();
	uint32_t a = intern(names, "kswapd0", 0), b = intern(names, "kswapd1", a);

	(void)state;
	assert_true(a && b && a != b);
	assert_int_equal(intern(names, "kswapd0", a), a);
	assert_int_equal(intern(names, "kswapd0", b), a);
	assert_int_equal(intern(names, "kswapd0", 12345), a);
	assert_int_equal(intern(names, "", a), 0);
	assert_true(is(names, a, "kswapd0"));
	assert_true(is(names, 0, ""));
	assert_true(is(names, 12345, ""));
	assert_int_equal(shr_names_note(names, a), 0);
	shr_names_set_note(names, a, 7);
	shr_names_set_note(names, 0, 8);
	shr_names_set_note(names, 12345, 9);
	assert_int_equal(shr_names_note(names, a), 7);
	assert_int_equal(shr_names_note(names, 0), 0);
	assert_int_equal(shr_names_refused(names), 0);
	shr_names_free(names);
	shr_names_free(NULL);
}

/* Growth keeps tokens and texts where they are; past the bound there is only 0. */
static void test_bounds(void **state)
{
	enum { MANY = 1 << 20 };
	struct shr_names *names = names_new();
	uint32_t first = intern(names, "first", 0);
	const char *text = shr_names_text(names, first).ptr;
	char name[32], *huge = calloc(1, 1 << 16);

	(void)state;
	assert_non_null(huge);
	memset(huge, 'x', (1 << 16) - 1);
	assert_int_equal(intern(names, huge, 0), 0);
	assert_int_equal(shr_names_refused(names), 1);
	for (unsigned i = 0; i < MANY + 100; i++) {
		snprintf(name, sizeof(name), "name-%u", i);
		uint32_t token = intern(names, name, 0);

		assert_true(token ? is(names, token, name) : i >= MANY / 2);
	}
	assert_ptr_equal(shr_names_text(names, first).ptr, text);
	assert_int_equal(intern(names, "first", 0), first);
	assert_true(shr_names_refused(names) > 1);
	free(huge);
	shr_names_free(names);
}

static void test_gfp_names(void **state)
{
	static const struct {
		const char *names;
		bool known;
		uint16_t may;
	} cases[] = {
		{ "GFP_KERNEL", true, 0x1f },
		{ "GFP_KERNEL_ACCOUNT|__GFP_ZERO", true, 0x1f },
		{ "GFP_HIGHUSER_MOVABLE", true, 0x1f },
		{ "GFP_NOFS|__GFP_NOWARN", true, 0x1d },
		{ "GFP_NOFS|__GFP_FS", true, 0x1f },
		{ "GFP_NOIO", true, 0x1c },
		{ "GFP_ATOMIC", true, 0x18 },
		{ "GFP_NOWAIT|__GFP_HIGH", true, 0x18 },
		{ "GFP_TRANSHUGE_LIGHT", true, 0x13 },
		{ "GFP_TRANSHUGE", true, 0x17 },
		{ "GFP_TEMPORARY", true, 0x1f },
		{ "__GFP_DIRECT_RECLAIM|__GFP_IO", true, 0x15 },
		{ "__GFP_KSWAPD_RECLAIM", true, 0x18 },
		{ "__GFP_SOMETHING_NEW", true, 0x10 },
		{ "GFP_WAIT|GFP_IO|0x80", true, 0x1f },
		{ "GFP_DMA|0x40", true, 0x11 },
		{ "none", true, 0x10 },
		{ "GFP_SOMETHING_NEW", false, 0 },
		{ "GFP_KERNEL|", false, 0 },
		{ "|", false, 0 },
		{ "", false, 0 },
		{ "GFP_KERNEL|0x", false, 0 },
		{ "GFP_KERNEL|0xg", false, 0 },
		{ "GFP_KERNEL|0x11112222333344445", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct shr_str names = { cases[i].names, strlen(cases[i].names) };
		uint16_t may = 0xffff;

		assert_int_equal(shr_gfp_names_parse(names, &may), cases[i].known);
		assert_int_equal(may, cases[i].may);
	}
	assert_int_equal(shr_gfp_mask_may(0xcc0), SHR_MAY_IO | SHR_MAY_FS);
	assert_int_equal(shr_gfp_mask_may(0x40), SHR_MAY_IO);
	assert_int_equal(shr_gfp_mask_may(0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_intern),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_gfp_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
