/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * textbuf - text that grows while it is put together.
 *
 *	struct textbuf text = { 0 };
 *
 *	if (textbuf_print(&text, "%d %s\n", id, path) < 0)
 *		...out of memory
 *	textbuf_release(&text);
 */
#ifndef CLI_RECORD_TEXTBUF_H
#define CLI_RECORD_TEXTBUF_H

#include "core/event.h"

#include <stddef.h>

/* All zero is empty. */
struct textbuf {
	char *text; /* owned; ended by NUL, or NULL while empty */
	size_t len;
	size_t cap;
};

/* Append @len bytes at @data.  0, or -1 when memory has run out. */
int textbuf_add(struct textbuf *buf, const char *data, size_t len);

/* Append as printf() does, at most 4 KiB.  As textbuf_add(). */
int textbuf_print(struct textbuf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Append all that @fd gives.  0, or -1 with errno: what came before it failed stays. */
int textbuf_read_fd(struct textbuf *buf, int fd);

/* Append what is in the file @path, if it can be read.  As textbuf_add(). */
int textbuf_read(struct textbuf *buf, const char *path);

/* All of it; borrowed until it grows. */
struct shr_str textbuf_str(const struct textbuf *buf);

void textbuf_release(struct textbuf *buf);

#endif /* CLI_RECORD_TEXTBUF_H */
