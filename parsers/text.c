/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/text.h"

#include "core/err.h"
#include "core/stream.h"
#include "parsers/reader.h"
#include "parsers/text_lines.h"
#include "parsers/text_window.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUNNING = 1 };

struct shr_text_reader {
	struct shr_source source; /* first: a source is its reader */
	struct shr_text_window window;
	struct shr_text_lines lines;
	int settled; /* 0 or -1 once known to be the end of it */
	struct shr_err fault;
};

static struct shr_text_reader *reader_of(struct shr_source *src)
{
	return (struct shr_text_reader *)src;
}

/* The end of the lines: 0, or -1 if there was nothing of a capture in them. */
static int end(struct shr_text_reader *reader, struct shr_err *err)
{
	int got = shr_text_lines_end(&reader->lines, err);

	if (got < 0 && reader->window.offset == 0)
		return shr_fail_at(err, SHR_ERR_SYNTAX, 0, 0, "the input is empty");
	return got;
}

static int fill(struct shr_text_reader *reader, struct shr_err *err)
{
	struct shr_text_line line;

	while (reader->lines.count < SHR_TEXT_BATCH) {
		int got = shr_text_window_next(&reader->window, &line, err);

		if (got == 0)
			return end(reader, err);
		if (got > 0 && shr_text_lines_take(&reader->lines, &line, err) == 0)
			continue;

		/* What was held back came before the fault: it is still good. */
		struct shr_err unused;

		shr_text_lines_end(&reader->lines, &unused);
		return -1;
	}
	return RUNNING;
}

static int next(struct shr_source *src, struct shr_batch *batch, struct shr_err *err)
{
	struct shr_text_reader *reader = reader_of(src);

	reader->lines.count = 0;
	if (reader->settled == RUNNING)
		reader->settled = fill(reader, &reader->fault);
	reader->lines.capture.consumed = reader->window.offset;
	if (reader->lines.count) {
		*batch =
			(struct shr_batch){ reader->lines.events, reader->lines.count };
		return 1;
	}
	if (reader->settled < 0)
		*err = reader->fault;
	return reader->settled;
}

static bool symbol(struct shr_source *src, uint64_t callback, struct shr_symbol *found)
{
	return shr_text_tokens_symbol(&reader_of(src)->lines.tokens, callback, found);
}

static struct shr_str text(struct shr_source *src, uint32_t token)
{
	return shr_text_tokens_text(&reader_of(src)->lines.tokens, token);
}

static struct shr_str comm(struct shr_source *src, int32_t pid, uint32_t token)
{
	(void)pid; /* every line has its task's name, or says <...> */
	return text(src, token);
}

static void gfp(struct shr_source *src, const struct shr_start *start, bool has_gfp,
		char *buf, size_t size)
{
	struct shr_str names = text(src, start->gfp_names);

	if (names.len || !has_gfp)
		snprintf(buf, size, "%.*s", (int)names.len, names.ptr);
	else
		snprintf(buf, size, "0x%" PRIx64, start->gfp);
}

struct shr_text_reader *shr_text_reader_new(const struct shr_input *input,
					    struct shr_kallsyms *kallsyms,
					    struct shr_err *err)
{
	struct shr_text_reader *reader = calloc(1, sizeof(*reader));

	if (!reader) {
		shr_fail(err, SHR_ERR_NOMEM, "out of memory");
		return NULL;
	}
	if (shr_text_lines_init(&reader->lines, kallsyms, err) < 0) {
		free(reader);
		return NULL;
	}
	shr_text_window_init(&reader->window, input);
	reader->settled = RUNNING;
	reader->lines.capture.size = input->more ? 0 : input->size;
	reader->source = (struct shr_source){
		.capture = &reader->lines.capture,
		.next = next,
		.symbol = symbol,
		.comm = comm,
		.gfp = gfp,
		.text = text,
	};
	return reader;
}

void shr_text_reader_free(struct shr_text_reader *reader)
{
	if (!reader)
		return;
	shr_text_window_release(&reader->window);
	shr_text_lines_release(&reader->lines);
	free(reader);
}

struct shr_source *shr_text_reader_source(struct shr_text_reader *reader)
{
	return &reader->source;
}
