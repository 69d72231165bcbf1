/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/sim/scenario_file.h"

#include "cli/cmd.h"
#include "cli/input.h"
#include "cli/record/textbuf.h"
#include "core/err.h"
#include "core/sim/scenario.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

/* No person writes more, and a device has no end. */
enum { SIZE_MAX_READ = 16 << 20, READ_AT_ONCE = 1 << 16 };

static int read_all(struct textbuf *text, int fd, struct shr_err *err)
{
	char chunk[READ_AT_ONCE];
	ssize_t got;

	while ((got = read(fd, chunk, sizeof(chunk))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return shr_fail(err, SHR_ERR_IO, "%s", strerror(errno));
		if (text->len + (size_t)got > SIZE_MAX_READ)
			return shr_fail(err, SHR_ERR_RANGE,
					"expected a scenario, of at most 16 MiB");
		if (textbuf_add(text, chunk, (size_t)got) < 0)
			return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	}
	return 0;
}

static int read_path(struct textbuf *text, const char *path, struct shr_err *err)
{
	if (!strcmp(path, "-"))
		return read_all(text, STDIN_FILENO, err);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return shr_fail(err, SHR_ERR_IO, "%s", strerror(errno));
	int ret = read_all(text, fd, err);

	close(fd);
	return ret;
}

/* The word behind "kernel" at the beginning of a line; its length is 0 where none is.
 */
static struct shr_str find_kernel(const struct textbuf *text)
{
	static const char word[] = "kernel";
	const size_t len = sizeof(word) - 1;
	const char *line = text->len ? text->text : "";

	while (line && !(!strncmp(line, word, len) && strspn(line + len, " \t"))) {
		line = strchr(line, '\n');
		line += line != NULL;
	}
	if (!line)
		return (struct shr_str){ "", 0 };
	line += len;
	line += strspn(line, " \t");
	return (struct shr_str){ line, strcspn(line, " \t\r\n#") };
}

/* Lines stay where they were. */
static int replace_kernel(struct textbuf *text, const char *kernel, struct shr_err *err)
{
	struct shr_str word = find_kernel(text);
	struct textbuf other = { 0 };

	if (!word.len)
		return 0;
	size_t before = (size_t)(word.ptr - text->text);
	size_t behind = before + word.len;

	if (textbuf_add(&other, text->text, before) < 0 ||
	    textbuf_print(&other, "%s", kernel) < 0 ||
	    textbuf_add(&other, text->text + behind, text->len - behind) < 0) {
		textbuf_release(&other);
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	}
	textbuf_release(text);
	*text = other;
	return 0;
}

int scenario_file_read(struct shr_scenario *scenario, const char *path,
		       const char *kernel)
{
	struct textbuf text = { 0 };
	struct shr_err err;
	int ret = read_path(&text, path, &err);

	if (ret == 0 && kernel)
		ret = replace_kernel(&text, kernel, &err);
	if (ret == 0) {
		ret = shr_scenario_parse(scenario, textbuf_str(&text), &err);
		/* In a text that was changed only lines are where they were. */
		if (ret < 0 && kernel)
			err.offset = SHR_NO_OFFSET;
	}
	textbuf_release(&text);
	if (ret == 0)
		return EXIT_GOOD;
	return complain(!strcmp(path, "-") ? "standard input" : path, &err);
}
