/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/task_names.h"
#include "cli/record/textbuf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect(struct task_names *names, const char *text)
{
	struct textbuf got = { 0 };

	assert_int_equal(task_names_print(names, &got), 0);
	assert_string_equal(got.text ? got.text : "", text);
	textbuf_release(&got);
}

static void learn(struct task_names *names, const char *text)
{
	assert_int_equal(task_names_learn(names, text), 0);
}

static void what_the_kernel_forgets_is_kept(void **state)
{
	struct task_names names = { 0 };

	(void)state;
	learn(&names, "53 kswapd0\n7 sh\n");
	learn(&names, "1 init\n60 kworker/0:1\n");
	expect(&names, "1 init\n7 sh\n53 kswapd0\n60 kworker/0:1\n");
	task_names_release(&names);
}

static void the_last_name_of_a_pid_holds(void **state)
{
	struct task_names names = { 0 };

	(void)state;
	learn(&names, "7 sh\n8 bash\n");
	learn(&names, "7 make\n");
	expect(&names, "7 make\n8 bash\n");
	task_names_release(&names);
}

static void only_news_is_a_change(void **state)
{
	struct task_names names = { 0 };

	(void)state;
	learn(&names, "7 sh\n8 bash");
	assert_true(names.changed);
	expect(&names, "7 sh\n8 bash\n");
	assert_false(names.changed);
	learn(&names, "8 bash\n");
	assert_false(names.changed);
	learn(&names, "8 dash\n");
	assert_true(names.changed);
	task_names_release(&names);
}

static void lines_that_say_nothing(void **state)
{
	struct task_names names = { 0 };

	(void)state;
	learn(&names, "");
	learn(&names, "\n7\n8 \nx y\n-3 minus\n99999999999 large\n9 <...>\n 10 ten\n"
		      "11 a name that is far too long\n12 with space\n");
	expect(&names, "10 ten\n11 a name that is \n12 with space\n");
	task_names_release(&names);
}

/* A slow, obvious model: an array by pid. */
static void as_an_array_would_have_it(void **state)
{
	enum { PIDS = 50, ROUNDS = 200 };
	static char model[PIDS][TASK_NAME];
	struct task_names names = { 0 };
	struct textbuf want = { 0 };
	unsigned seed = 7;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct textbuf text = { 0 };
		bool said[PIDS] = { false };

		for (int line = 0; line < 10; line++) {
			int pid = 1 + rand_r(&seed) % (PIDS - 1);

			if (said[pid])
				continue;
			said[pid] = true;
			snprintf(model[pid], TASK_NAME, "n%d", rand_r(&seed) % 5);
			textbuf_print(&text, "%d %s\n", pid, model[pid]);
		}
		learn(&names, text.text);
		textbuf_release(&text);
	}
	for (int pid = 1; pid < PIDS; pid++)
		textbuf_print(&want, "%d %s\n", pid, model[pid]);
	expect(&names, want.text);
	textbuf_release(&want);
	task_names_release(&names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_kernel_forgets_is_kept),
		cmocka_unit_test(the_last_name_of_a_pid_holds),
		cmocka_unit_test(only_news_is_a_change),
		cmocka_unit_test(lines_that_say_nothing),
		cmocka_unit_test(as_an_array_would_have_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
