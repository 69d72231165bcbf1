/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * task_names - the names of the tasks that ran while a capture was made.
 *
 * Events have pids.  The kernel keeps names of the tasks that ran last, 128 of them
 * before 6.9 unless told otherwise, and forgets the rest: so its list is read again and
 * again, and what it says last of a pid holds.
 *
 *	struct task_names names = { 0 };
 *
 *	if (task_names_learn(&names, saved_cmdlines) < 0 ||
 *	    task_names_print(&names, &text) < 0)
 *		...out of memory
 *	task_names_release(&names);
 */
#ifndef CLI_RECORD_TASK_NAMES_H
#define CLI_RECORD_TASK_NAMES_H

#include <stdbool.h>
#include <stddef.h>

struct textbuf;

enum { TASK_NAME = 16 }; /* the kernel's TASK_COMM_LEN, with its NUL */

struct task_name {
	int pid;
	char name[TASK_NAME];
};

/* All zero knows nothing. */
struct task_names {
	struct task_name *rows; /* owned; by pid, each once */
	size_t count;
	bool changed; /* since the last print */
};

/*
 * Take over what @text, lines of "PID NAME", says; lines of another form, and "<...>",
 * say nothing.  0, or -1 when memory has run out: nothing has changed then.
 */
int task_names_learn(struct task_names *names, const char *text);

/* Append all of them to @text, in the same form.  0, or -1 when memory has run out. */
int task_names_print(struct task_names *names, struct textbuf *text);

void task_names_release(struct task_names *names);

#endif /* CLI_RECORD_TASK_NAMES_H */
