/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/tracefile.h"

#include "cli/record/textbuf.h"
#include "core/err.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int fail(struct shr_err *err, const char *name, int why)
{
	return shr_fail(err, why == ENOMEM ? SHR_ERR_NOMEM : SHR_ERR_IO, "%s: %s", name,
			strerror(why));
}

static int open_below(const char *dir, const char *name, int flags)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return open(path, flags | O_CLOEXEC);
}

char *tracefile_read(const char *dir, const char *name, struct shr_err *err)
{
	int fd = open_below(dir, name, O_RDONLY | O_NONBLOCK);
	struct textbuf text = { 0 };
	int failed = fd < 0 || textbuf_read_fd(&text, fd) < 0;
	int why = errno;

	if (fd >= 0)
		close(fd);
	if (!failed)
		return text.text;
	fail(err, name, why);
	textbuf_release(&text);
	return NULL;
}

/* One write: the kernel takes each as a command of its own.  -1 with errno. */
static int write_once(const char *dir, const char *name, const char *text, int flags)
{
	size_t len = strlen(text);
	int fd = open_below(dir, name, O_WRONLY | flags);

	if (fd < 0)
		return -1;
	ssize_t put = write(fd, text, len);
	int why = put < 0 ? errno : EIO;

	close(fd);
	errno = why;
	return put == (ssize_t)len ? 0 : -1;
}

int tracefile_put(const char *dir, const char *name, const char *text)
{
	return write_once(dir, name, text, 0);
}

int tracefile_write(const char *dir, const char *name, const char *text,
		    struct shr_err *err)
{
	if (write_once(dir, name, text, O_APPEND) == 0)
		return 0;
	int why = errno;

	fail(err, name, why);
	errno = why;
	return -1;
}

int tracefile_remove_instance(const char *path)
{
	enum { TRIES = 50 };
	const struct timespec pause = { .tv_nsec = 5000000 };

	for (unsigned i = 0; rmdir(path) < 0; i++) {
		if (errno != EBUSY || i == TRIES)
			return -1;
		nanosleep(&pause, NULL);
	}
	return 0;
}

bool tracefile_has(const char *dir, const char *name)
{
	char path[PATH_MAX];

	return snprintf(path, sizeof(path), "%s/%s", dir, name) < (int)sizeof(path) &&
	       access(path, F_OK) == 0;
}

/* "[   12.345678] trace_kprobe: error: Fetching arg failed." -> the last clause. */
static size_t clause_of(const char *line, const char **clause)
{
	const char *at = strstr(line, " error: ");
	const char *end = strchrnul(line, '\n');

	*clause = at && at < end ? at + strlen(" error: ") : line;
	if (end > *clause && end[-1] == '.')
		end--;
	return (size_t)(end - *clause);
}

/* The word of @command that the caret in the line @mark points into. */
static size_t word_of(const char *command, const char *mark, const char **word)
{
	static const char label[] = "  Command: ";
	size_t at = strcspn(mark, "^\n");

	if (mark[at] != '^' || at < sizeof(label) - 1 ||
	    at - (sizeof(label) - 1) >= strlen(command))
		return 0;
	*word = command + (at - (sizeof(label) - 1));
	while (*word > command && (*word)[-1] != ' ')
		(*word)--;
	return strcspn(*word, " \n");
}

/* The newest entry of @log for @command: its first line, and *mark the caret's. */
static const char *entry_of(const char *log, const char *command, const char **mark)
{
	static const char label[] = "\n  Command: ";
	const char *found = NULL;

	for (const char *at = strstr(log, label); at; at = strstr(at + 1, label)) {
		const char *line = at + sizeof(label) - 1;
		size_t len = strlen(command);

		if (strncmp(line, command, len) != 0 ||
		    (line[len] != '\n' && line[len]))
			continue;
		const char *start = memrchr(log, '\n', (size_t)(at - log));

		found = start ? start + 1 : log;
		*mark = line[len] ? line + len + 1 : line + len;
	}
	return found;
}

bool tracefile_reason_in(const char *log, const char *command, char *reason,
			 size_t size)
{
	const char *mark, *clause, *word;
	const char *entry = entry_of(log, command, &mark);

	if (!entry)
		return false;
	size_t len = clause_of(entry, &clause);
	size_t word_len = word_of(command, mark, &word);

	if (word_len)
		snprintf(reason, size, "%.*s at '%.*s'", (int)len, clause,
			 (int)word_len, word);
	else
		snprintf(reason, size, "%.*s", (int)len, clause);
	return true;
}

bool tracefile_reason(const char *dir, const char *command, char *reason, size_t size)
{
	struct shr_err err;
	char *log = tracefile_read(dir, "error_log", &err);
	bool found = log && tracefile_reason_in(log, command, reason, size);

	free(log);
	return found;
}
