/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parsers/notes.h"

#include "core/err.h"
#include "parsers/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void read_all(struct shr_notes *notes, struct shr_names *names, const char *text)
{
	struct shr_err err;
	/* Not ended by a NUL: what lies behind is not ours. */
	char *bytes = malloc(strlen(text) + 1);

	memcpy(bytes, text, strlen(text));
	assert_int_equal(shr_notes_read(notes, (struct shr_str){ bytes, strlen(text) },
					names, &err),
			 0);
	free(bytes);
}

static void check(const struct shr_notes *notes, const struct shr_names *names,
		  const char *want)
{
	char got[512] = "";

	for (size_t i = 0; i < notes->cgroup_count; i++) {
		struct shr_str path = shr_names_text(names, notes->cgroups[i].path);
		size_t len = strlen(got);

		snprintf(got + len, sizeof(got) - len, "%llu=%.*s;",
			 (unsigned long long)notes->cgroups[i].id, (int)path.len,
			 path.ptr);
	}
	assert_string_equal(got, want);
}

static void test_cgroups_of_both_lists(void **state)
{
	struct shr_err err;
	struct shr_names *names = shr_names_new(&err);
	struct shr_notes notes = { 0 };

	(void)state;
	read_all(&notes, names,
		 "shrinkctl 1\n[cgroups at start]\n1 /\n78 /a b/c\n"
		 "[shrinkers at start]\nsb-ext4:vda-12 0 1042\n9 /not a cgroup\n"
		 "check tracefs yes: /sys/kernel/tracing\n");
	read_all(&notes, names, "[cgroups at end]\n18446744073709551615 /late");
	check(&notes, names, "1=/;78=/a b/c;18446744073709551615=/late;");
	shr_notes_release(&notes);
	shr_names_free(names);
}

static void test_lines_of_another_form(void **state)
{
	struct shr_err err;
	struct shr_names *names = shr_names_new(&err);
	struct shr_notes notes = { 0 };

	(void)state;
	read_all(&notes, names, "");
	read_all(&notes, names,
		 "5 /before any list\n[cgroups at start]\n\n7\n7 \n7 x\n"
		 " 7 /x\n-7 /x\n18446744073709551616 /x\nx /x\n8 /y\n[");
	check(&notes, names, "8=/y;");
	shr_notes_release(&notes);
	shr_names_free(names);
}

static void test_many(void **state)
{
	enum { MANY = 1000 };
	struct shr_err err;
	struct shr_names *names = shr_names_new(&err);
	struct shr_notes notes = { 0 };
	char line[64];

	(void)state;
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(line, sizeof(line), "[cgroups at start]\n%u /%u\n", i, i);
		read_all(&notes, names, line);
	}
	assert_int_equal(notes.cgroup_count, MANY);
	for (unsigned i = 0; i < MANY; i++)
		assert_int_equal(notes.cgroups[i].id, i);
	shr_notes_release(&notes);
	shr_names_free(names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cgroups_of_both_lists),
		cmocka_unit_test(test_lines_of_another_form),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
