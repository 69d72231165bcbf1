/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_window - an input, cut into lines.
 *
 * A mapped file is handed out in place.  A stream passes through a window that
 * carries the unfinished line over to the next read and grows up to a bound; what
 * does not fit is handed out as `cut`, without its rest, which is read and dropped.
 *
 *	while ((got = shr_text_window_next(&window, &line, &err)) > 0)
 *		use(&line);
 */
#ifndef PARSERS_TEXT_WINDOW_H
#define PARSERS_TEXT_WINDOW_H

#include "core/event.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shr_err;
struct shr_input;

struct shr_text_line {
	struct shr_str text; /* without its end of line; until the next call */
	uint64_t offset;     /* of its first byte */
	uint64_t number;     /* from 1 */
	bool ended;	     /* false if the input stopped before an end of line */
	bool cut;	     /* too long: text is only its beginning */
};

/* All fields are private. */
struct shr_text_window {
	const struct shr_input *input; /* borrowed */
	const char *pos;	       /* of the next line */
	const char *end;	       /* of what is in memory */
	const char *searched;	       /* no end of line between pos and here */
	char *buffer;		       /* owned; NULL until the stream is read */
	size_t cap;
	uint64_t offset; /* of pos */
	uint64_t number;
	bool finished; /* nothing more to read */
	bool dropping; /* pos is in the rest of a cut line */
};

/* Start at the first byte of @input, borrowed until release. */
void shr_text_window_init(struct shr_text_window *window,
			  const struct shr_input *input);

void shr_text_window_release(struct shr_text_window *window);

/* The next line: 1, 0 at the end of the input, -1 if it cannot be read. */
int shr_text_window_next(struct shr_text_window *window, struct shr_text_line *line,
			 struct shr_err *err);

#endif /* PARSERS_TEXT_WINDOW_H */
