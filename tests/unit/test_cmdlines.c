/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parsers/cmdlines.h"

#include "tests/unit/maker.h"

/* The name of @pid in @text, which is in memory of exactly its size. */
static void expect_in(const char *text, size_t len, int32_t pid, const char *want)
{
	char *copy = malloc(len + !len);

	assert_non_null(copy);
	memcpy(copy, text, len);
	struct shr_cmdlines *cmdlines = shr_cmdlines_new((struct shr_str){ copy, len });

	assert_non_null(cmdlines);
	assert_str(shr_cmdlines_find(cmdlines, pid), want);
	assert_str(shr_cmdlines_find(cmdlines, pid), want);
	shr_cmdlines_free(cmdlines);
	free(copy);
}

static void expect(const char *text, int32_t pid, const char *want)
{
	expect_in(text, strlen(text), pid, want);
}

static const char saved[] = "15159 bash\n"
			    "2 kthreadd\n"
			    "77 kswapd0\n"
			    "901 Web Content\n"
			    "902 a-b:c] d\n"
			    "903 (sd-pam)\n"
			    "2147483647 last\n";

static void test_finds(void **state)
{
	(void)state;
	expect(saved, 15159, "bash");
	expect(saved, 2, "kthreadd");
	expect(saved, 77, "kswapd0");
	expect(saved, 2147483647, "last");
}

static void test_odd_names(void **state)
{
	(void)state;
	expect(saved, 901, "Web Content");
	expect(saved, 902, "a-b:c] d");
	expect(saved, 903, "(sd-pam)");
	expect("5  blank", 5, " blank");
	expect("5 \n", 5, "");
	expect("5 <...>\n", 5, "<...>");
}

static void test_not_saved(void **state)
{
	(void)state;
	expect(saved, 3, "");
	expect(saved, -1, "");
	expect(saved, INT32_MIN, "");
	expect("", 3, "");
	expect("\n\n\n", 3, "");
}

static void test_idle(void **state)
{
	(void)state;
	expect(saved, 0, "<idle>");
	expect("", 0, "<idle>");
	assert_str(shr_cmdlines_find(NULL, 0), "<idle>");
	assert_str(shr_cmdlines_find(NULL, 1), "");
	shr_cmdlines_free(NULL);
}

static void test_odd_lines(void **state)
{
	static const char text[] = "\n"
				   "x\n"
				   "12\n"
				   " 13 thirteen\n"
				   "-14 fourteen\n"
				   "15x fifteen\n"
				   "2147483648 big\n"
				   "99999999999 bigger\n"
				   "18446744073709551617 one\n"
				   "16 sixteen";

	(void)state;
	expect(text, 12, "");
	expect(text, 13, "");
	expect(text, 14, "");
	expect(text, -14, "");
	expect(text, 15, "");
	expect(text, 1, "");
	expect(text, 1215752191, ""); /* 99999999999 in 32 bits */
	expect(text, INT32_MIN, "");
	expect(text, 16, "sixteen");
}

/* Recorders pad the text with a NUL; a name ends there. */
static void test_nul(void **state)
{
	static const char text[] = "7 seven\n8 eight\n\0";

	(void)state;
	expect_in(text, sizeof(text), 7, "seven");
	expect_in(text, sizeof(text), 8, "eight");
	expect_in("8 eight", 8, 8, "eight");
}

static void test_cut_everywhere(void **state)
{
	static const char *const cut_names[] = { "", "",  "",	"",    "",    "",
						 "", "b", "ba", "bas", "bash" };

	(void)state;
	for (size_t len = 0; len < sizeof(saved) - 1; len++)
		expect_in(saved, len, 15159, len > 10 ? "bash" : cut_names[len]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds),	       cmocka_unit_test(test_odd_names),
		cmocka_unit_test(test_not_saved),      cmocka_unit_test(test_idle),
		cmocka_unit_test(test_odd_lines),      cmocka_unit_test(test_nul),
		cmocka_unit_test(test_cut_everywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
