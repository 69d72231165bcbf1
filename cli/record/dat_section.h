/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dat_section - what version 7 of trace.dat is built of.
 *
 * Sections lie anywhere; options say where.  The options themselves are sections, each
 * of which says where the next is.  What is not known when an option is put is a zero,
 * whose place is handed out.
 *
 *	size_t at = dat_section_begin(&bytes, DAT_OPTIONS, false);
 *
 *	dat_put_option(&bytes, id, data, len);
 *	next_at = dat_put_link(&bytes, DAT_DONE);
 *	dat_section_end(&bytes, at);
 */
#ifndef CLI_RECORD_DAT_SECTION_H
#define CLI_RECORD_DAT_SECTION_H

#include "cli/record/dat_parts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dat_packer;
struct dat_settings;
struct shr_err;

/* Sections beside those of enum dat_part. */
enum { DAT_OPTIONS = 0, DAT_BUFFER = 3 };

/* The option that ends options. */
enum { DAT_DONE = 0 };

/* A CPU's row: where its pages begin, and how many bytes they take; 0: none. */
struct dat_row {
	uint64_t offset;
	uint64_t size;
};

/* Places in the option of a buffer. */
struct dat_buffer_places {
	size_t section; /* u64: where the section of its pages is */
	size_t rows;	/* of CPU 0's struct dat_row */
};

/* From one row to the next: each has its CPU's number in front. */
enum { DAT_ROW_STRIDE = sizeof(uint32_t) + sizeof(struct dat_row) };

/* Returns what dat_section_end() wants.  @packed: the body is one block, or chunks. */
size_t dat_section_begin(struct dat_bytes *bytes, unsigned id, bool packed);

void dat_section_end(struct dat_bytes *bytes, size_t at);

/* Where section @at, begun but not ended, has its size: u64. */
size_t dat_section_size_at(size_t at);

/* The whole section of @part, packed as @packer does.  0, or -1 with *err filled in. */
int dat_put_part_section(struct dat_bytes *bytes, const struct dat_contents *contents,
			 enum dat_part part, struct dat_packer *packer,
			 struct shr_err *err);

/* The option of a buffer called @name, "" for the only one, with a row for each CPU. */
struct dat_buffer_places dat_put_buffer(struct dat_bytes *bytes, const char *name,
					const char *clock,
					const struct dat_settings *settings);

/*
 * The option @id, which says where a section is: that of a part, or, as DAT_DONE, the
 * next of options.  The place where it says so: u64, 0 until it is set.
 */
size_t dat_put_link(struct dat_bytes *bytes, unsigned id);

/*
 * Uncompressed: a section with the task names, or one of options, which has the CPU
 * statistics and the options from @first on, and is the last.
 */
void dat_put_names_section(struct dat_bytes *bytes,
			   const struct dat_contents *contents);
void dat_put_more_options(struct dat_bytes *bytes, const struct dat_contents *contents,
			  size_t first);

/* The first multiple of the page size at or behind @offset: pages begin there. */
uint64_t dat_align(const struct dat_settings *settings, uint64_t offset);

#endif /* CLI_RECORD_DAT_SECTION_H */
