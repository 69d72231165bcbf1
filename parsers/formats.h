/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * formats - where each value of our events lies, once per capture.
 *
 * libtraceevent parses the fields of each recorded `format` text that is in order
 * (format_lines.h).  From the fields come the offsets that records are decoded with,
 * the trace layout, and the width of the kernel's long; from the print fmt the
 * allocation flags' own table (gfp_flags.h).
 */
#ifndef PARSERS_FORMATS_H
#define PARSERS_FORMATS_H

#include "core/event.h"
#include "parsers/gfp_flags.h"
#include "parsers/pages.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shr_err;
struct shr_format_text;
struct tep_handle;

/* A value's place in a record; size 0: the format does not have it. */
struct shr_field {
	uint16_t offset;
	uint8_t size; /* 1, 2, 4 or 8 */
	bool is_signed;
};

enum shr_field_id {
	SHR_FIELD_PID,
	SHR_FIELD_SHRINKER,
	SHR_FIELD_CALLBACK,
	SHR_FIELD_NID,
	SHR_FIELD_MEMCG_ID,
	SHR_FIELD_DEFERRED,
	SHR_FIELD_TOTAL_SCAN,
	SHR_FIELD_FREEABLE,
	SHR_FIELD_DELTA,
	SHR_FIELD_PRIORITY,
	SHR_FIELD_PGS_SCANNED,
	SHR_FIELD_LRU_PGS,
	SHR_FIELD_GFP,
	SHR_FIELD_NEW_SCAN,
	SHR_FIELD_RETVAL,
	SHR_FIELD_MEMCG_PTR,
	SHR_FIELD_BATCH,
	SHR_FIELD_SEEKS,
	SHR_FIELD_FLAGS,
	SHR_FIELD_ID,
	SHR_FIELD_NAME, /* __data_loc or __rel_loc: offset and length in one u32 */
	SHR_FIELD_ROOT,
	SHR_FIELD_COUNT
};

/* How to decode the records of one event. */
struct shr_record_format {
	enum shr_kind kind; /* SHR_START, SHR_END, SHR_IDENTITY or SHR_CONTEXT */
	enum shr_context_kind context;
	uint16_t id;	  /* common_type */
	uint32_t min_len; /* a record must reach its last field */
	uint32_t has;	  /* enum shr_has of the fields there are */
	bool plain; /* native order, and every field of the size 64 bits give it */
	bool name_relative; /* SHR_FIELD_NAME counts from its own end */
	bool line;	    /* SHR_FIELD_NAME is a line, maybe ours: identity_line.h */
	struct shr_field fields[SHR_FIELD_COUNT];
};

struct shr_formats {
	struct shr_page_layout page;	   /* page_size left 0: buffers give it */
	struct shr_field type;		   /* common_type, the same in every record */
	struct shr_record_format *records; /* owned */
	size_t count;
	unsigned layouts;   /* enum shr_layout that the start format allows */
	unsigned long_size; /* of the kernel's long; 0 unknown */
	struct shr_gfp_flags gfp;
};

/*
 * Learn the formats of our events among @count @texts (other events are passed
 * over).  @header_page is the text of events/header_page.  Returns 0, or -1 with
 * *err filled in.  @texts must outlive @formats.
 */
int shr_formats_init(struct shr_formats *formats, struct shr_str header_page,
		     const struct shr_format_text *texts, size_t count, bool big,
		     struct shr_err *err);

/* The format of a record of @len bytes; NULL: it is none of our events. */
const struct shr_record_format *shr_formats_find(const struct shr_formats *formats,
						 const uint8_t *data, uint32_t len);

/* Accepts what a failed init left. */
void shr_formats_release(struct shr_formats *formats);

#endif /* PARSERS_FORMATS_H */
