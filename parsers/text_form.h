/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_form - a line's body while it is taken apart, and which fields its form has.
 *
 * Everything that reads a part of a body works on this; text_body.h drives them.
 */
#ifndef PARSERS_TEXT_FORM_H
#define PARSERS_TEXT_FORM_H

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
	bool doubled;	   /* fields came as 0x10 (16): options/fields */
	bool unparsed;	   /* libtraceevent's [FAILED TO PARSE] */
	bool prefixed;	   /* the shrinker's address has its 0x: not the kernel's */
	bool hashed;	   /* the shrinker's address is a hash */
	uint8_t long_size; /* as far as the address shows, else 0 */
	uint32_t seen;	   /* values that were there, 1 << enum shr_text_value */
	unsigned layouts;  /* what the line allows; 0 if it does not tell */
};

/* The fields of @body's event and form. */
const struct shr_text_table *shr_text_body_table(const struct shr_text_body *body);

/* Why a line of @body's form that lacks one of @values is incomplete. */
const char *shr_text_body_missing(const struct shr_text_body *body, uint32_t values);

#endif /* PARSERS_TEXT_FORM_H */
