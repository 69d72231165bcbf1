/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * format_lines - the lines of a recorded `format` text, before libtraceevent sees them.
 *
 * libtraceevent parses what kernels write; of what a damaged file holds, 1.7 leaks some
 * and dereferences null for some.  So each line must have the one shape that kernels
 * give it: "field:TYPE NAME;  offset:N;  size:N;  signed:N;".  The print fmt is kept
 * from it altogether: nothing here prints with it, and that of 7.1 and later
 * (REC->ent.pid) is beyond it.
 */
#ifndef PARSERS_FORMAT_LINES_H
#define PARSERS_FORMAT_LINES_H

#include "core/event.h"

#include <stdbool.h>
#include <stddef.h>

/* One event's `format` text. */
struct shr_format_text {
	struct shr_str system; /* "ftrace" for the tracers' own */
	struct shr_str text;
};

/*
 * Whether libtraceevent can be given the event format @text.  *fields_len is how much
 * of it comes before the print fmt.
 */
bool shr_format_lines_event(struct shr_str text, size_t *fields_len);

/* The same for the text of events/header_page, which is fields and nothing else. */
bool shr_format_lines_header_page(struct shr_str text);

#endif /* PARSERS_FORMAT_LINES_H */
