/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * input - a capture named on the command line, opened and ready to deliver.
 *
 * A file is mapped.  "-" and pipes are read as they come when they hold text; a
 * trace.dat has its table of contents at the end, so one that arrives through a pipe
 * is first spooled to an unnamed file in $TMPDIR (or /var/tmp).
 */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include "cli/interrupt.h"
#include "cli/progress.h"
#include "parsers/reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct options;
struct shr_batch;
struct shr_err;
struct shr_event;

/* A file in memory. */
struct mapping {
	uint8_t *data;
	size_t size;
};

struct input {
	const char *path; /* as given */
	const char *name; /* for messages: "-" is "standard input" */
	int fd;
	struct mapping map;
	char *kallsyms; /* owned: --kallsyms */
	size_t kallsyms_size;
	uint8_t *head; /* owned: what was read of a stream to recognise it */
	struct interrupt interrupt;
	struct progress progress;
	struct shr_input bytes; /* what the reader reads, and how: it borrows both */
	struct shr_reader_options how;
	struct shr_reader *reader;
	struct shr_source *source; /* borrowed from reader */
	uint64_t malformed_told;
	uint64_t events; /* of all kinds, delivered so far */
	bool partial;	 /* interrupted */
	bool live;	 /* events are gone once they were read */
};

/* Takes what a batch brings; negative with *err filled in ends the reading. */
typedef int input_consumer(void *consumer, const struct shr_batch *batch,
			   struct shr_err *err);

/* Open @path.  EXIT_GOOD, or EXIT_TROUBLE when that has been complained about. */
int input_open(struct input *input, const char *path, const struct options *options);

/*
 * The same without opening @path: the source is the caller's, set behind this, and so
 * is the reading, batch by batch with input_take(), and input_status() at its end.
 */
int input_begin(struct input *input, const char *path, const struct options *options);

/*
 * Hand one batch of the source to @consume, and complain of what is malformed in it. 0,
 * or what @consume failed with, *err filled in.
 */
int input_take(struct input *input, const struct shr_batch *batch,
	       input_consumer *consume, void *consumer, struct shr_err *err);

/* @status, or EXIT_TROUBLE after complaining of the malformed events not told of. */
int input_status(const struct input *input, int status);

/*
 * Read to the end, or to an interrupt, handing every batch to @consume.  EXIT_GOOD, or
 * EXIT_TROUBLE after complaints about faults and malformed events; what came before
 * has been handed over.
 */
int input_read(struct input *input, input_consumer *consume, void *consumer);

/* Accepts what a failed open left. */
void input_close(struct input *input);

/* Print "shrinkctl: NAME:LINE: REASON (byte N)" and return EXIT_TROUBLE. */
int complain(const char *name, const struct shr_err *err);

#endif /* CLI_INPUT_H */
