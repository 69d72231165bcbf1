/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_ours - one of our two events, from its line to an shr_event.
 *
 * A line is understood in the light of those before it: the first fixes the layout,
 * and every field that one line had, later ones of its kind must have, too.  A line
 * that does not was cut off, and one of another layout is of another capture.
 */
#ifndef PARSERS_TEXT_OURS_H
#define PARSERS_TEXT_OURS_H

#include "core/stream.h"
#include "parsers/text_event.h"
#include "parsers/text_form.h"
#include "parsers/text_prefix.h"

#include <stdbool.h>
#include <stdint.h>

struct shr_text_tokens;

/* What is known from earlier lines; all zero, beside the pointers, at first. */
struct shr_text_history {
	struct shr_capture *capture;		       /* borrowed */
	struct shr_text_tokens *tokens;		       /* borrowed */
	struct shr_text_order orders[SHR_CONTEXT + 1]; /* by enum shr_kind */
	uint32_t shown[2]; /* values that start and end lines had */
};

/* A line on its way. */
struct shr_text_ours {
	struct shr_str text;
	enum shr_kind kind;
	struct shr_text_event event;
	struct shr_text_prefix prefix;
	struct shr_text_body body;
};

/*
 * Find the event and its prefix in @text.  SHR_PREFIX_OTHER: none of ours is there;
 * SHR_PREFIX_BAD: ours->prefix.reason says why the prefix cannot be one.
 */
enum shr_text_found shr_text_ours_find(struct shr_text_ours *ours, struct shr_str text,
				       struct shr_text_columns *columns);

/* Its values into *event.  False: ours->body.cur says where and why. */
bool shr_text_ours_understand(struct shr_text_ours *ours,
			      struct shr_text_history *history,
			      struct shr_event *event);

/* Put what @prefix says into @event, whose other values may be there already. */
void shr_text_prefix_store(const struct shr_text_prefix *prefix,
			   const struct shr_text_history *history,
			   struct shr_event *event);

/*
 * The first time seen fixes the clock's unit.  Later times of another unit are
 * dropped from @prefix: they could not be compared.
 */
void shr_text_history_settle_clock(struct shr_text_history *history,
				   struct shr_text_prefix *prefix);

#endif /* PARSERS_TEXT_OURS_H */
