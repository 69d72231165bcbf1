/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dat_front - the front of a trace.dat: everything before the pages.
 *
 * Both versions are written with the table of CPUs in front of the data, as a table of
 * zeros: the places to come back to are kept here.  Version 7 then needs one section of
 * options only, and its pages form the last section, which can grow.  A stream, to
 * which nobody comes back, has no table there: more options follow right behind.
 *
 *	version 6	head, parts one behind the other, options, flyrecord table
 *	version 7	head, a section for each part, options with the table, the head
 *			of the section of pages
 *	a stream	head, a section for each part, options
 */
#ifndef CLI_RECORD_DAT_FRONT_H
#define CLI_RECORD_DAT_FRONT_H

#include "cli/record/dat_bytes.h"

#include <stdint.h>

struct dat_contents;
struct dat_packer;
struct dat_settings;
struct shr_err;

struct dat_front {
	struct dat_bytes bytes;
	uint64_t rows_at;    /* of CPU 0's struct dat_row */
	uint32_t row_stride; /* from one to the next */

	/* Version 7 only, and not of a stream. */
	uint64_t names_at;   /* the place that says where the task names are: u64 */
	uint64_t done_at;    /* the place that says where more options are: u64 */
	uint64_t section_at; /* the size of the section of pages: u64 */
};

/*
 * Put the front together.  Returns 0, or -1 with *err filled in: also where version 6
 * should be compressed, which it cannot be.
 */
int dat_front_init(struct dat_front *front, const struct dat_contents *contents,
		   const struct dat_settings *settings, struct dat_packer *packer,
		   struct shr_err *err);

/* Accepts what a failed init left. */
void dat_front_release(struct dat_front *front);

/* Where CPU @cpu's row is. */
uint64_t dat_front_row_at(const struct dat_front *front, uint32_t cpu);

#endif /* CLI_RECORD_DAT_FRONT_H */
