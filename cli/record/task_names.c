/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/task_names.h"

#include "cli/record/textbuf.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static int by_pid(const void *a, const void *b)
{
	const struct task_name *left = a, *right = b;

	return (left->pid > right->pid) - (left->pid < right->pid);
}

/* "1234 kworker/0:1": false where it says nothing. */
static bool parse_line(const char *line, size_t len, struct task_name *row)
{
	char *end;
	long pid = strtol(line, &end, 10);
	const char *name = end + 1;

	if (pid <= 0 || pid > INT_MAX || *end != ' ' || name >= line + len)
		return false;
	size_t name_len = (size_t)(line + len - name);

	if (name_len == strlen("<...>") && memcmp(name, "<...>", name_len) == 0)
		return false;
	if (name_len >= TASK_NAME)
		name_len = TASK_NAME - 1;
	*row = (struct task_name){ .pid = (int)pid };
	memcpy(row->name, name, name_len);
	return true;
}

/* The rows of @text, at most one a line, into @rows: how many. */
static size_t parse(const char *text, struct task_name *rows)
{
	size_t count = 0;

	while (*text) {
		size_t len = strcspn(text, "\n");

		count += parse_line(text, len, &rows[count]);
		text += len + (text[len] == '\n');
	}
	return count;
}

static size_t count_lines(const char *text)
{
	size_t count = 1;

	for (; (text = strchr(text, '\n')); text++)
		count++;
	return count;
}

/* Both are sorted; of two rows of one pid the newer is taken, and the last of those. */
static size_t merge(struct task_name *to, const struct task_names *old,
		    const struct task_name *fresh, size_t fresh_count, bool *changed)
{
	size_t count = 0, i = 0, j = 0;

	while (i < old->count || j < fresh_count) {
		bool take_old = j == fresh_count ||
				(i < old->count && old->rows[i].pid < fresh[j].pid);
		const struct task_name *row = take_old ? &old->rows[i++] : &fresh[j++];

		if (!take_old && i < old->count && old->rows[i].pid == row->pid)
			*changed |= strcmp(old->rows[i++].name, row->name) != 0;
		else
			*changed |= !take_old;
		count -= count && to[count - 1].pid == row->pid;
		to[count++] = *row;
	}
	return count;
}

int task_names_learn(struct task_names *names, const char *text)
{
	size_t lines = count_lines(text);
	struct task_name *fresh = reallocarray(NULL, lines, sizeof(*fresh));
	struct task_name *rows =
		reallocarray(NULL, names->count + lines, sizeof(*rows));

	if (!fresh || !rows) {
		free(fresh);
		free(rows);
		return -1;
	}
	size_t count = parse(text, fresh);

	qsort(fresh, count, sizeof(*fresh), by_pid);
	names->count = merge(rows, names, fresh, count, &names->changed);
	free(names->rows);
	names->rows = rows;
	free(fresh);
	return 0;
}

int task_names_print(struct task_names *names, struct textbuf *text)
{
	names->changed = false;
	for (size_t i = 0; i < names->count; i++)
		if (textbuf_print(text, "%d %s\n", names->rows[i].pid,
				  names->rows[i].name) < 0)
			return -1;
	return 0;
}

void task_names_release(struct task_names *names)
{
	free(names->rows);
	*names = (struct task_names){ 0 };
}
