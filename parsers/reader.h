/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * reader - any capture, as a source of events.
 *
 * The format is recognised from the first bytes, never from a name.  Records
 * and lines of foreign events are skipped and counted; one of our two events
 * that cannot be understood becomes an event of its own (SHR_MALFORMED) with
 * its place; a damaged or truncated file gives everything before the damage and
 * then one error.
 *
 *	struct shr_reader *reader = shr_reader_new(&input, &options, &err);
 *	struct shr_source *src = shr_reader_source(reader);
 *
 *	while ((got = src->next(src, &batch, &err)) > 0)
 *		use(batch.events, batch.count);
 *	shr_reader_free(reader);
 */
#ifndef PARSERS_READER_H
#define PARSERS_READER_H

#include "core/event.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct shr_err;
struct shr_reader;
struct shr_source;

/*
 * Bytes to read: a whole file in memory (@more NULL), or the head of a stream
 * that @more continues.  Only text can be read from a stream.
 */
struct shr_input {
	const uint8_t *data; /* borrowed until shr_reader_free() */
	size_t size;
	/* Up to @cap further bytes into @buf: how many, 0 at the end, -1 and errno. */
	ssize_t (*more)(void *ctx, void *buf, size_t cap);
	void *ctx;
};

/*
 * The id of the options of trace.dat in which shrinkctl record leaves text, "SH": other
 * readers pass them over.  Replay reads the lists of cgroups in them (notes.h).
 */
enum { SHR_NOTES_OPTION = 0x5348 };

/* What the user can say about a capture; all zero is the default. */
struct shr_reader_options {
	const char
		*instance; /* read only this buffer of a trace.dat; "" is the top one */
	const uint8_t *kallsyms; /* text of /proc/kallsyms of that boot, or NULL */
	size_t kallsyms_size;
};

/* Whether @head is the beginning of a format that must be whole in memory. */
bool shr_input_needs_whole(const uint8_t *head, size_t size);

/*
 * Start reading @input.  Returns a reader, or NULL with *err filled in.
 * @options may be NULL; both are borrowed until shr_reader_free().
 */
struct shr_reader *shr_reader_new(const struct shr_input *input,
				  const struct shr_reader_options *options,
				  struct shr_err *err);

/* Accepts NULL. */
void shr_reader_free(struct shr_reader *reader);

/* The reader as a source; lives as long as @reader. */
struct shr_source *shr_reader_source(struct shr_reader *reader);

/* What a running kernel says of its records: the texts of files of tracefs. */
struct shr_reader_formats {
	struct shr_str header_page; /* events/header_page */
	struct shr_str start, end;  /* `format` of the two tracepoints */
};

/*
 * The layouts (enum shr_layout, a mask) that @formats allow.  0, or -1 with *err filled
 * in where a capture with these could not be read.
 */
int shr_reader_layouts(const struct shr_reader_formats *formats, unsigned *layouts,
		       struct shr_err *err);

#endif /* PARSERS_READER_H */
