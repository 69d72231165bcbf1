/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * progress - one line on stderr while a large input is read.
 *
 * Only on a terminal, only for inputs that take a while, and gone when the answer
 * comes.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool active;
	bool shown;
	uint64_t start_ns;
	uint64_t next_ns; /* when to show again */
};

void progress_open(struct progress *progress, uint64_t input_size);

/* @consumed of @size bytes (0: not known) and @events so far. */
void progress_show(struct progress *progress, uint64_t consumed, uint64_t size,
		   uint64_t events);

/* Wipe the line. */
void progress_close(struct progress *progress);

#endif /* CLI_PROGRESS_H */
