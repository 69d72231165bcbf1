/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_lines - lines to events, each in the light of those before.
 *
 * A line can depend on earlier ones: the first of our events fixes the layout and
 * the fields that must be there, a loss lasts until its CPU is heard of again, a
 * wrapped line waits for its rest.
 *
 *	while (lines.count < SHR_TEXT_BATCH && next_line(&line))
 *		if (shr_text_lines_take(&lines, &line, &err) < 0)
 *			break;
 *	use(lines.events, lines.count);
 *	lines.count = 0;
 */
#ifndef PARSERS_TEXT_LINES_H
#define PARSERS_TEXT_LINES_H

#include "core/stream.h"
#include "parsers/text_dialect.h"
#include "parsers/text_event.h"
#include "parsers/text_loss.h"
#include "parsers/text_ours.h"
#include "parsers/text_token.h"
#include "parsers/text_wrap.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shr_err;
struct shr_text_line;

enum {
	SHR_TEXT_BATCH = 128, /* events after which the caller should empty it */
	SHR_TEXT_SLOTS = SHR_TEXT_BATCH + SHR_TEXT_LOSSES + 4,
};

struct shr_text_lines {
	/* What came out. */
	struct shr_event events[SHR_TEXT_SLOTS];
	size_t count;
	struct shr_capture capture;
	struct shr_text_tokens tokens;

	/* Private. */
	struct shr_text_history history;
	struct shr_text_dialect dialect;
	struct shr_text_columns columns;
	struct shr_text_loose loose;
	struct shr_text_losses losses;
	struct shr_text_wrap wrap;
	bool any; /* an event came out, or another event was skipped */
};

/* @kallsyms may be NULL and is borrowed until release.  0 or -1. */
int shr_text_lines_init(struct shr_text_lines *lines, struct shr_kallsyms *kallsyms,
			struct shr_err *err);

void shr_text_lines_release(struct shr_text_lines *lines);

/*
 * Take one line and append its events, at most SHR_TEXT_LOSSES + 2.  -1: the text is
 * of a kind that cannot be read, or ends inside one of our events.
 */
int shr_text_lines_take(struct shr_text_lines *lines, const struct shr_text_line *line,
			struct shr_err *err);

/*
 * No more lines: append what was held back, at most SHR_TEXT_LOSSES + 1 events.  -1:
 * nothing in the text looked like a capture.
 */
int shr_text_lines_end(struct shr_text_lines *lines, struct shr_err *err);

#endif /* PARSERS_TEXT_LINES_H */
