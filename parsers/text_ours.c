/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/text_ours.h"
#include "parsers/text_body.h"

#include "parsers/text_field.h"
#include "parsers/text_token.h"

#include <stddef.h>
#include <string.h>

enum shr_text_found shr_text_ours_find(struct shr_text_ours *ours, struct shr_str text,
				       struct shr_text_columns *columns)
{
	ours->text = text;
	if (!shr_text_event_find(text, columns, &ours->event, &ours->kind))
		return SHR_PREFIX_OTHER;
	return shr_text_prefix_parse(&columns->memo, text.ptr, ours->event.start,
				     ours->event.call, &ours->prefix);
}

void shr_text_history_settle_clock(struct shr_text_history *history,
				   struct shr_text_prefix *prefix)
{
	struct shr_capture *capture = history->capture;

	if (!(prefix->has & SHR_HAS_TIME))
		return;
	if (capture->clock_unit == SHR_CLOCK_NONE)
		capture->clock_unit = prefix->unit;
	if (capture->clock_unit != prefix->unit)
		prefix->has &= ~(uint32_t)SHR_HAS_TIME;
}

void shr_text_prefix_store(const struct shr_text_prefix *prefix,
			   const struct shr_text_history *history,
			   struct shr_event *event)
{
	event->has |= prefix->has;
	event->ts_ns = prefix->has & SHR_HAS_TIME ? prefix->ts : 0;
	event->cpu = prefix->cpu;
	event->pid = prefix->pid;
	event->comm = shr_text_tokens_comm(history->tokens, prefix->comm);
}

/* Whether some layout allows this line and all before it. */
static bool has_layout(const struct shr_text_ours *ours,
		       const struct shr_text_history *history)
{
	unsigned layouts = history->capture->layouts;

	return !ours->body.layouts || !layouts || layouts & ours->body.layouts;
}

static void narrow_layouts(struct shr_capture *capture, unsigned layouts)
{
	if (!capture->layouts)
		capture->layouts = layouts;
	else if (layouts)
		capture->layouts &= layouts;
}

/* In two parts: compilers make a slow loop of one assignment of this size. */
static void clear(struct shr_event *event)
{
	memset(event, 0, offsetof(struct shr_event, start));
	memset(&event->start, 0, sizeof(*event) - offsetof(struct shr_event, start));
}

static bool refuse(struct shr_text_ours *ours, const char *place, const char *reason)
{
	ours->body.cur.pos = place;
	ours->body.cur.reason = reason;
	return false;
}

/* A pid inside the text is left out where the prefix has it. */
static bool fits(struct shr_text_ours *ours, struct shr_text_history *history)
{
	uint32_t *shown = &history->shown[ours->kind == SHR_END];
	uint32_t values = ours->body.seen & ~(1u << SHR_VALUE_PID);
	uint32_t missing = ours->body.call ? 0 : *shown & ~values;

	if (!has_layout(ours, history))
		return refuse(ours, ours->event.start,
			      "layout differs from the lines before");
	if (missing)
		return refuse(ours, ours->body.cur.end,
			      shr_text_body_missing(&ours->body, missing));
	*shown |= values;
	narrow_layouts(history->capture, ours->body.layouts);
	return true;
}

bool shr_text_ours_understand(struct shr_text_ours *ours,
			      struct shr_text_history *history, struct shr_event *event)
{
	clear(event);
	event->kind = ours->kind;
	shr_text_prefix_store(&ours->prefix, history, event);
	ours->body = (struct shr_text_body){
		.tokens = history->tokens,
		.order = &history->orders[ours->kind],
		.cur = { ours->event.body, ours->text.ptr + ours->text.len, NULL },
		.event = event,
		.call = ours->event.call,
		.chosen = ours->prefix.form == SHR_FORM_KEYS,
	};
	return shr_text_body_take(&ours->body) && fits(ours, history);
}
