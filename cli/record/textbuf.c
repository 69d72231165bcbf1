/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/textbuf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PRINT_MAX = 4096, READ_SIZE = 16384 };

/* Room for @len more bytes and a NUL. */
static int reserve(struct textbuf *buf, size_t len)
{
	size_t cap = buf->cap ? buf->cap : 256;

	while (cap - buf->len <= len)
		cap *= 2;
	if (cap == buf->cap)
		return 0;
	char *grown = realloc(buf->text, cap);

	if (!grown)
		return -1;
	buf->text = grown;
	buf->cap = cap;
	return 0;
}

int textbuf_add(struct textbuf *buf, const char *data, size_t len)
{
	if (reserve(buf, len) < 0)
		return -1;
	memcpy(buf->text + buf->len, data, len);
	buf->len += len;
	buf->text[buf->len] = '\0';
	return 0;
}

int textbuf_print(struct textbuf *buf, const char *format, ...)
{
	char text[PRINT_MAX];
	va_list ap;

	va_start(ap, format);
	int len = vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	if (len < 0)
		return -1;
	return textbuf_add(buf, text,
			   (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1);
}

int textbuf_read_fd(struct textbuf *buf, int fd)
{
	ssize_t got;

	do {
		if (reserve(buf, READ_SIZE) < 0) {
			errno = ENOMEM;
			return -1;
		}
		got = read(fd, buf->text + buf->len, READ_SIZE);
		buf->len += got > 0 ? (size_t)got : 0;
		buf->text[buf->len] = '\0';
	} while (got > 0 || (got < 0 && errno == EINTR));
	return got < 0 ? -1 : 0;
}

int textbuf_read(struct textbuf *buf, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	int failed = textbuf_read_fd(buf, fd) < 0 && errno == ENOMEM;

	close(fd);
	return failed ? -1 : 0;
}

struct shr_str textbuf_str(const struct textbuf *buf)
{
	return (struct shr_str){ buf->text ? buf->text : "", buf->len };
}

void textbuf_release(struct textbuf *buf)
{
	free(buf->text);
	*buf = (struct textbuf){ 0 };
}
