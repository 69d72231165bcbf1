/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_event - where on a line an event is, and which.
 *
 * Our two events are looked for by name, first in the columns where they were last:
 * no task's name is long enough to hold one of theirs.  Any other event is what
 * stands behind a time, or where the form has no times, what looks like a name.
 */
#ifndef PARSERS_TEXT_EVENT_H
#define PARSERS_TEXT_EVENT_H

#include "core/event.h"
#include "parsers/text_prefix.h"

#include <stdbool.h>
#include <stddef.h>

struct shr_text_event {
	const char *start;   /* of the name, with its "vmscan:" */
	struct shr_str name; /* without it, if it is one of ours */
	const char *body;    /* what follows the colon or parenthesis */
	bool call;	     /* it was a parenthesis */
	bool grouped;	     /* "vmscan:" was there */
};

/* What the last lines were like; all zero at first. */
struct shr_text_columns {
	size_t ours[2]; /* columns of our names */
	size_t colon;	/* column of a time's colon */
	struct shr_text_memo memo;
};

/* Forms in which any name may be an event's, once such lines were seen. */
struct shr_text_loose {
	bool bare;
	bool call;
	bool pairs;
};

/* Whether one of our two events is on @line; its kind is in *kind. */
bool shr_text_event_find(struct shr_str line, struct shr_text_columns *columns,
			 struct shr_text_event *event, enum shr_kind *kind);

/* Whether any other event is on @line, with what stands before it. */
bool shr_text_event_find_other(struct shr_str line, struct shr_text_columns *columns,
			       const struct shr_text_loose *loose,
			       struct shr_text_event *event,
			       struct shr_text_prefix *prefix);

/* Whether @event's name, at the end of @line, is the beginning of one of ours. */
bool shr_text_event_is_cut(const struct shr_text_event *event, struct shr_str line);

#endif /* PARSERS_TEXT_EVENT_H */
