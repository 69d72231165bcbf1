/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_wrap - a line of ours that ended too early, until its rest comes.
 *
 * Mail wraps long lines.  What follows such a line and is no event of its own is
 * joined to it, without the marks of a quotation, and the whole is tried again; if
 * that does not help, the first line is what could not be understood.
 */
#ifndef PARSERS_TEXT_WRAP_H
#define PARSERS_TEXT_WRAP_H

#include "core/event.h"

#include <stdbool.h>
#include <stddef.h>

enum { SHR_TEXT_WRAP = 4096 };

struct shr_text_wrap {
	bool held;
	bool sentence;		/* a '=' at the end of a line is no key's */
	unsigned joined;	/* lines */
	struct shr_event fault; /* SHR_MALFORMED: what the first line is, alone */
	size_t len;
	char text[SHR_TEXT_WRAP];
};

/*
 * Hold @line back, a @sentence or key=value text, which is @fault if nothing
 * completes it.  False if it is long.
 */
bool shr_text_wrap_hold(struct shr_text_wrap *wrap, struct shr_str line, bool sentence,
			const struct shr_event *fault);

/* Join @line to the one held: false if it cannot be a part of it. */
bool shr_text_wrap_join(struct shr_text_wrap *wrap, struct shr_str line);

#endif /* PARSERS_TEXT_WRAP_H */
