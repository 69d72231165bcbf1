/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parsers/format_lines.h"

#include "tests/unit/format_maker.h"

/* In memory of exactly its size. */
static bool is_event(const char *text, size_t len, size_t *fields_len)
{
	char *copy = malloc(len + !len);

	assert_non_null(copy);
	memcpy(copy, text, len);
	bool is = shr_format_lines_event((struct shr_str){ copy, len }, fields_len);

	free(copy);
	return is;
}

/* Whether a format with @line as its only field is one. */
static bool takes_line(const char *line)
{
	char text[500];
	size_t len;

	snprintf(text, sizeof(text), "name: a\nID: 1\nformat:\n%s\nprint fmt: \"\"\n",
		 line);
	return is_event(text, strlen(text), &len);
}

static void test_lines_of_kernels(void **state)
{
	static const char two_lines[] =
		"\tfield:u64 a;\toffset:8;\tsize:8;\tsigned:0;\n"
		"\n"
		"\tfield:u64 b;\toffset:16;\tsize:8;\tsigned:0;\n";
	static const char *const lines[] = {
		"",
		"\n\n",
		two_lines,
		"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n",
		"\tfield:struct shrinker * shr;\toffset:8;\tsize:8;\tsigned:0;\n",
		"\tfield:void * shrink;\toffset:16;\tsize:8;\tsigned:0;\n",
		"\tfield:void *shrink;\toffset:16;\tsize:8;\tsigned:0;\n",
		"\tfield:const char * * argv;\toffset:16;\tsize:8;\tsigned:0;\n",
		"\tfield:const char ** argv;\toffset:16;\tsize:8;\tsigned:0;\n",
		"\tfield:unsigned long long delta;\toffset:56;\tsize:8;\tsigned:0;\n",
		"\tfield:char comm[16];\toffset:8;\tsize:16;\tsigned:0;\n",
		"\tfield:char comm[TASK_COMM_LEN];\toffset:8;\tsize:16;\tsigned:0;\n",
		"\tfield:__data_loc char[] name;\toffset:8;\tsize:4;\tsigned:0;\n",
		"\tfield:__rel_loc char[] name;\toffset:8;\tsize:4;\tsigned:0;\n",
		"\tfield:__data_loc __u8[] buf;\toffset:8;\tsize:4;\tsigned:0;\n",
		"\tfield:int nid;\toffset:8;\tsize:4;\n", /* 2.6.32 */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		if (!takes_line(lines[i]))
			print_error("refused: %s\n", lines[i]);
		assert_true(takes_line(lines[i]));
	}
}

/* What libtraceevent 1.7 leaks, dereferences null for, or takes for something else. */
static void test_other_lines(void **state)
{
	static const char *const lines[] = {
		"junk\n",
		"\tfield:int priority[\n",
		"\tfield:int priority[;\toffset:72;\tsize:4;\tsigned:1;\n",
		"\tfield:int priority[];\toffset:72;\tsize:4;\tsigned:1;\n",
		"\tfield:int priority[1;\toffset:72;\tsize:4;\tsigned:1;\n",
		"\tfield:int priority[-1];\toffset:72;\tsize:4;\tsigned:1;\n",
		"\tfield:int priority[1]];\toffset:72;\tsize:4;\tsigned:1;\n",
		"\tfield:int;\toffset:72;\tsize:4;\tsigned:1;\n",
		"\tfield:;\toffset:72;\tsize:4;\tsigned:1;\n",
		"\tfield:* nid;\toffset:72;\tsize:4;\tsigned:1;\n",
		"\tfield:int * ;\toffset:72;\tsize:4;\tsigned:1;\n",
		"\tfield:int 4;\toffset:72;\tsize:4;\tsigned:1;\n",
		"\tfield:int (*fn)(int);\toffset:72;\tsize:8;\tsigned:0;\n",
		"\tfield:int \"nid\";\toffset:72;\tsize:4;\tsigned:1;\n",
		"\tfield:int nid;\toffset:zero;\tsize:4;\tsigned:1;\n",
		"\tfield:int nid;\toffset:-4;\tsize:4;\tsigned:1;\n",
		"\tfield:int nid;\toffset:;\tsize:4;\tsigned:1;\n",
		"\tfield:int nid;\toffset:123456;\tsize:4;\tsigned:1;\n",
		"\tfield:int nid;\toffset:8;\tsize:99999999999;\tsigned:1;\n",
		"\tfield:int nid;\toffset:8;\tsize:4;\ts[gned:1;\n",
		"\tfield:int nid;\toffset:8;\tsize:4;\tsigned:;\n",
		"\tfield:int nid;\toffset:8;\tsize:4;\tsigned:10;\n",
		"\tfield:int nid;\toffset:8;\tsize:4;\tsigned:1\n",
		"\tfield:int nid;\tsize:4;\toffset:8;\tsigned:1;\n",
		"\tfield int nid;\toffset:8;\tsize:4;\tsigned:1;\n",
		"field:int nid;\toffset:8;\tsize:4;\tsigned:1;\n",
		"\tfield:int nid;\toffset:8;\tsize:4;\tsigned:1; \n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		if (takes_line(lines[i]))
			print_error("taken: %s\n", lines[i]);
		assert_false(takes_line(lines[i]));
	}
}

static void test_heads(void **state)
{
	static const char *const bad[] = {
		"",
		"name",
		"name: \nID: 1\nformat:\n",
		"name: two words\nID: 1\nformat:\n",
		"name: a\nID: \nformat:\n",
		"name: a\nID: -1\nformat:\n",
		"name: a\nID: 123456\nformat:\n",
		"name: a\nID: 1\n",
		"ID: 1\nname: a\nformat:\n",
		"name: a\nID: 1\nformat:\npr",
		"name: a\nID: 1\nformat:\npint fmt: \"\"\n",
	};
	size_t len = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(is_event(bad[i], strlen(bad[i]), &len));
	assert_true(is_event("name: a\nID: 1\nformat:\n", 22, &len));
	assert_int_equal(len, 22);
}

/* The print fmt may be anything. */
static void test_length_of_fields(void **state)
{
	static struct made_format made;
	static const struct machine_kind kind = { 8, 8, false };
	size_t len = 0;

	(void)state;
	make_format(&made, "mm_shrink_slab_start", 3, fields_t7, &kind,
		    "[{(\"\n\tfield:");
	assert_true(is_event(made.text, made.len, &len));
	assert_memory_equal(made.text + len, "print fmt:", 10);
	/* Cut where a line ends, it is one; cut elsewhere, it is not. */
	for (size_t cut = 0; cut < len; cut++) {
		size_t fields = 0;
		bool whole = cut > 40 && made.text[cut - 1] == '\n';

		assert_int_equal(is_event(made.text, cut, &fields), whole);
		if (whole)
			assert_int_equal(fields, cut);
	}
}

static void test_header_page(void **state)
{
	struct shr_str text = str(header_page_text(8));

	(void)state;
	assert_true(shr_format_lines_header_page(text));
	assert_true(shr_format_lines_header_page(str(header_page_text(4))));
	assert_true(shr_format_lines_header_page(str("")));
	for (size_t cut = 1; cut < text.len; cut++)
		assert_int_equal(
			shr_format_lines_header_page((struct shr_str){ text.ptr, cut }),
			text.ptr[cut - 1] == '\n');
	assert_false(shr_format_lines_header_page(str("junk")));
	assert_false(shr_format_lines_header_page(str("\n")));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_of_kernels),
		cmocka_unit_test(test_other_lines),
		cmocka_unit_test(test_heads),
		cmocka_unit_test(test_length_of_fields),
		cmocka_unit_test(test_header_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
