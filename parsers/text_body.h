/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_body - what stands behind an event's name: its values.
 *
 * Three forms: the kernel's sentence ("nid: 0 objects to shrink 12 ..."), the
 * record's fields as key=value (options/fields, report -R, bpftrace, what
 * libtraceevent prints for a format it cannot parse), and perf trace's call
 * ("(nid: 1, delta: 5)"), where a value of 0 is left out.  Unknown words and keys
 * are passed over.
 *
 * A sentence without one of its values is incomplete, for the kernel prints all of
 * them; key=value text may be a user's own choice of fields.
 */
#ifndef PARSERS_TEXT_BODY_H
#define PARSERS_TEXT_BODY_H

#include "parsers/text_cursor.h"

#include <stdbool.h>
#include <stdint.h>

struct shr_event;
struct shr_text_table;
struct shr_text_tokens;

/* In which order the last line of a kind had its keys; all zero at first. */
struct shr_text_order {
	uint8_t next[16];
};

struct shr_text_body {
	struct shr_text_tokens *tokens; /* borrowed */
	struct shr_text_order *order;	/* borrowed; one for each kind of event */
	struct shr_text_cursor cur;	/* begins behind the name's colon */
	struct shr_event *event; /* kind, and the prefix's values, are there already */
	bool call;		 /* perf trace's form: the caller saw the parenthesis */
	bool chosen;		 /* fields and their order are the user's: bpftrace */

	/* What the line tells about the capture. */
	bool sentence;
	bool doubled;	     /* fields came as 0x10 (16): options/fields */
	bool unparsed;	     /* libtraceevent's [FAILED TO PARSE] */
	bool prefixed;	     /* the shrinker's address has its 0x: not the kernel's */
	bool hashed;	     /* the shrinker's address is a hash */
	uint8_t long_size;   /* as far as the address shows, else 0 */
	uint32_t seen;	     /* values that were there, 1 << enum shr_text_value */
	unsigned layouts;    /* what the line allows; 0 if it does not tell */
};

/*
 * Take the values of a start or end event.  False: cur says where and why; at
 * cur.end the line ended too early.
 */
bool shr_text_body_take(struct shr_text_body *body);

/* Take an event that has `shr` and something to tell of it.  False: not such. */
bool shr_text_identity_take(struct shr_text_body *body);

/* The fields of @body's event and form. */
const struct shr_text_table *shr_text_body_table(const struct shr_text_body *body);

/* Why a line of @body's form that lacks one of @values is incomplete. */
const char *shr_text_body_missing(const struct shr_text_body *body, uint32_t values);

#endif /* PARSERS_TEXT_BODY_H */
