/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * trace_dat_parts - the bodies that versions 6 and 7 have in common.
 *
 * Version 6 lays them one behind the other, version 7 puts each in a section; the
 * bytes are the same.  Every function takes its part from the cursor and returns 0,
 * or -1 with *err filled in.
 */
#ifndef PARSERS_TRACE_DAT_PARTS_H
#define PARSERS_TRACE_DAT_PARTS_H

#include <stdint.h>

struct shr_bytes;
struct shr_cpu_data;
struct shr_err;
struct shr_str;
struct shr_trace_buffer;
struct shr_trace_dat;

/* header_page and header_event. */
int shr_part_header_info(struct shr_trace_dat *dat, struct shr_bytes *bytes,
			 struct shr_err *err);

/* Formats of the tracers' own events. */
int shr_part_ftrace_formats(struct shr_trace_dat *dat, struct shr_bytes *bytes,
			    struct shr_err *err);

/* Formats of all systems. */
int shr_part_event_formats(struct shr_trace_dat *dat, struct shr_bytes *bytes,
			   struct shr_err *err);

int shr_part_kallsyms(struct shr_trace_dat *dat, struct shr_bytes *bytes,
		      struct shr_err *err);

/* Formats of trace_printk(), which nothing here needs. */
int shr_part_printk(struct shr_trace_dat *dat, struct shr_bytes *bytes,
		    struct shr_err *err);

int shr_part_cmdlines(struct shr_trace_dat *dat, struct shr_bytes *bytes,
		      struct shr_err *err);

/*
 * One option that means the same in both versions.  Ids that are not known, and
 * those each version keeps to itself, are passed over.
 */
void shr_part_option(struct shr_trace_dat *dat, unsigned id, struct shr_bytes body);

/* A new buffer behind the others, all zero, or NULL with *err filled in. */
struct shr_trace_buffer *shr_part_add_buffer(struct shr_trace_dat *dat,
					     struct shr_err *err);

/*
 * The buffer of which @piece, as the file tells of it at @at, is the one of number
 * @number: the last one, or for the first piece a new one.  NULL with *err filled in
 * when a piece is missing before it or it differs from those.
 */
struct shr_trace_buffer *shr_part_join_buffer(struct shr_trace_dat *dat,
					      const struct shr_trace_buffer *piece,
					      unsigned number, uint64_t at,
					      struct shr_err *err);

/*
 * Add CPU data to the last buffer, whose `packed` and `page_size` are set.  Returns 0,
 * or -1 with *err filled in: also when another has the same data, which would be told
 * twice, and when there are more of them than can be.
 */
int shr_part_add_cpu(struct shr_trace_dat *dat, struct shr_cpu_data cpu,
		     struct shr_err *err);

/* The name in brackets in a trace_clock text ("local [mono]"), or empty. */
struct shr_str shr_part_clock(struct shr_str text);

/* The file ended inside @what: fills in *err, returns -1. */
int shr_part_short(const struct shr_bytes *bytes, const char *what,
		   struct shr_err *err);

#endif /* PARSERS_TRACE_DAT_PARTS_H */
