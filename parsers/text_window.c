/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/text_window.h"

#include "core/err.h"
#include "parsers/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

enum {
	FIRST_CAP = 1 << 20,
	MAX_CAP = 16 << 20,
	MIN_READ = 4096, /* less room than this is made by moving what is left */
};

void shr_text_window_init(struct shr_text_window *window, const struct shr_input *input)
{
	const char *start = (const char *)input->data;

	*window = (struct shr_text_window){
		.input = input,
		.pos = start,
		.end = start ? start + input->size : start,
		.searched = start,
		.finished = !input->more,
	};
}

void shr_text_window_release(struct shr_text_window *window)
{
	free(window->buffer);
	window->buffer = NULL;
}

static size_t left(const struct shr_text_window *window)
{
	return (size_t)(window->end - window->pos);
}

/* Move what is left, and how far it was searched, to the start of @buffer. */
static void move_to(struct shr_text_window *window, char *buffer)
{
	size_t size = left(window);
	size_t searched = (size_t)(window->searched - window->pos);

	if (size)
		memmove(buffer, window->pos, size);
	window->pos = buffer;
	window->end = buffer + size;
	window->searched = buffer + searched;
}

static int enlarge(struct shr_text_window *window, struct shr_err *err)
{
	size_t cap = window->cap ? window->cap : FIRST_CAP;

	while (cap < MAX_CAP && cap - left(window) < cap / 2)
		cap *= 2;

	char *buffer = malloc(cap);

	if (!buffer)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	move_to(window, buffer);
	free(window->buffer);
	window->buffer = buffer;
	window->cap = cap;
	return 0;
}

/* Room at the end: there, or by moving, or by growing.  The bound is the caller's. */
static int make_room(struct shr_text_window *window, struct shr_err *err)
{
	if (!window->buffer ||
	    (left(window) > window->cap / 2 && window->cap < MAX_CAP))
		return enlarge(window, err);
	if ((size_t)(window->buffer + window->cap - window->end) < MIN_READ)
		move_to(window, window->buffer);
	return 0;
}

static int refill(struct shr_text_window *window, struct shr_err *err)
{
	if (make_room(window, err) < 0)
		return -1;

	size_t used = (size_t)(window->end - window->buffer);
	ssize_t got = window->input->more(window->input->ctx, window->buffer + used,
					  window->cap - used);

	if (got < 0)
		return shr_fail_at(err, SHR_ERR_IO, window->offset + left(window), 0,
				   "cannot read: %s", strerror(errno));
	window->end += got;
	window->finished = got == 0;
	return 0;
}

static const char *find_end(struct shr_text_window *window)
{
	size_t size = (size_t)(window->end - window->searched);
	const char *found = size ? memchr(window->searched, '\n', size) : NULL;

	window->searched = window->end;
	return found;
}

static void pass(struct shr_text_window *window, const char *to)
{
	window->offset += (uint64_t)(to - window->pos);
	window->pos = to;
	window->searched = to;
}

static void hand_out(struct shr_text_window *window, struct shr_text_line *line,
		     const char *stop)
{
	*line = (struct shr_text_line){
		.text = { window->pos, (size_t)(stop - window->pos) },
		.offset = window->offset,
		.number = ++window->number,
	};
}

static void end_line(struct shr_text_window *window, struct shr_text_line *line,
		     const char *newline)
{
	hand_out(window, line, newline);
	line->ended = true;
	if (line->text.len && newline[-1] == '\r')
		line->text.len--;
	pass(window, newline + 1);
}

int shr_text_window_next(struct shr_text_window *window, struct shr_text_line *line,
			 struct shr_err *err)
{
	for (;;) {
		const char *newline = find_end(window);

		if (newline && !window->dropping) {
			end_line(window, line, newline);
			return 1;
		}
		if (newline) {
			pass(window, newline + 1);
			window->dropping = false;
			continue;
		}
		if (window->dropping)
			pass(window, window->end);
		if (window->finished && !left(window))
			return 0;
		if (window->finished || left(window) >= MAX_CAP - MIN_READ) {
			hand_out(window, line, window->end);
			line->cut = window->dropping = !window->finished;
			pass(window, window->end);
			return 1;
		}
		if (refill(window, err) < 0)
			return -1;
	}
}
