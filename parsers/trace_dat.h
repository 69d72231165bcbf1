/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * trace_dat - the table of contents of a trace.dat file, versions 6 and 7.
 *
 * Opening finds every part of the file and unpacks the small ones; per-CPU data
 * is only located.  Both versions end up in the same struct: version 6 is one
 * sequence, version 7 is sections found through options.  Slices point into the
 * input or into memory the struct owns, and live until release.
 *
 * A file that breaks off still gives what came before: `fault` holds the reason,
 * and whatever was located is usable.
 */
#ifndef PARSERS_TRACE_DAT_H
#define PARSERS_TRACE_DAT_H

#include "core/err.h"
#include "core/event.h"
#include "parsers/bytes.h"
#include "parsers/format_lines.h"
#include "parsers/unpack.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where the pages of one CPU of one buffer lie; of a stream, a piece of them. */
struct shr_cpu_data {
	uint32_t cpu;
	uint64_t offset;
	uint64_t size; /* as the file says */
	uint64_t end;  /* as far as there is something: never beyond the input */
	uint32_t next; /* where in the buffer's cpus they go on; 0: nowhere */
	bool goes_on;  /* what this is: not where the CPU's pages begin */
};

/*
 * One ring buffer: the top one ("") or an instance.  What `shrinkctl record -o -` wrote
 * is one buffer here, the top one: in the file each piece is a buffer called
 * shrinkctl.N, N counting from 1.
 */
struct shr_trace_buffer {
	struct shr_str name;
	struct shr_str clock; /* as this buffer's section says; may be empty */
	uint32_t page_size;
	bool packed;
	struct shr_cpu_data *cpus; /* owned */
	size_t cpu_count;

	unsigned pieces; /* of a stream, else 0 */
	uint32_t *last;	 /* owned: of a stream, by CPU, one more than the index of its
			    last piece; 0: it has none */
	uint32_t last_count;
};

struct shr_trace_dat {
	unsigned version;	/* 6 or 7 */
	struct shr_bytes bytes; /* the whole input, its endianness set */
	struct shr_str compression;
	struct shr_unpacker *unpacker; /* owned */

	struct shr_str header_page;	 /* `events/header_page` text */
	struct shr_format_text *formats; /* owned */
	size_t format_count;
	struct shr_str kallsyms;
	struct shr_str cmdlines; /* "pid name\n" lines */

	struct shr_str uname;
	struct shr_str release;	 /* inside uname */
	struct shr_str clock;	 /* name marked in trace_clock, or empty */
	bool names_clock;	 /* version 6: a clock stands behind each CPU table */
	struct shr_str notes[2]; /* of shrinkctl record: at the start, at the end */
	struct shr_str cpustat;	 /* per_cpu stats of the last buffer that has them */
	int64_t ts_offset;	 /* ns to add (DATE, OFFSET) */
	bool has_tsc2nsec;
	uint32_t tsc_mult;
	uint32_t tsc_shift;
	uint64_t tsc_offset;

	struct shr_trace_buffer *buffers; /* owned */
	size_t buffer_count;
	size_t cpu_total; /* over all buffers, not counting what goes on */
	uint64_t cpu_end; /* the last of their ends */

	uint64_t names_at[2];	  /* version 7: the last sections of task names, or 0 */
	unsigned parts;		  /* version 7: bit set for each section id read */
	struct shr_block *blocks; /* owned: unpacked sections */
	size_t block_count;
	struct shr_err fault; /* code SHR_ERR_NONE if the contents are whole */
};

/* Whether @head begins as a trace.dat does. */
bool shr_trace_dat_is(const uint8_t *head, size_t size);

/*
 * Read the contents of @data, which is borrowed until release.  Returns 0, or -1
 * with *err filled in when not even the event formats could be found; a later
 * fault is left in dat->fault.
 */
int shr_trace_dat_init(struct shr_trace_dat *dat, const uint8_t *data, size_t size,
		       struct shr_err *err);

/* Accepts what a failed init left. */
void shr_trace_dat_release(struct shr_trace_dat *dat);

#endif /* PARSERS_TRACE_DAT_H */
