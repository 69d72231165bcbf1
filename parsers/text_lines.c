/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/text_lines.h"

#include "core/err.h"
#include "parsers/text_cursor.h"
#include "parsers/text_field.h"
#include "parsers/text_prefix.h"
#include "parsers/text_window.h"

#include <string.h>

static const char WHOLE_NAME[] = "expected 'mm_shrink_slab_start' or _end";
static const char OTHER_LAYOUT[] = "layout differs from the lines before";
static const char TOO_LONG[] = "the line is too long";

/* One line with one of our events, on its way. */
struct ours {
	struct shr_str text;
	struct shr_text_event event;
	struct shr_text_prefix prefix;
	struct shr_text_body body;
	enum shr_kind kind;
};

int shr_text_lines_init(struct shr_text_lines *lines, struct shr_kallsyms *kallsyms,
			struct shr_err *err)
{
	memset(lines, 0, sizeof(*lines));
	lines->dialect.format = "text";
	lines->capture.format = lines->dialect.format;
	lines->capture.clock_unit = SHR_CLOCK_NONE;
	return shr_text_tokens_init(&lines->tokens, kallsyms, err);
}

void shr_text_lines_release(struct shr_text_lines *lines)
{
	shr_text_tokens_release(&lines->tokens);
}

static struct shr_event *next_slot(struct shr_text_lines *lines)
{
	return &lines->events[lines->count];
}

static void count_lost(struct shr_text_lines *lines, size_t made)
{
	while (made--) {
		const struct shr_event *event = next_slot(lines);

		lines->capture.lost_gaps++;
		if (event->has & SHR_HAS_COUNT)
			lines->capture.lost_events += event->lost.count;
		lines->count++;
	}
}

static void hold_loss(struct shr_text_lines *lines, const struct shr_text_loss *loss)
{
	if (shr_text_losses_hold(&lines->losses, loss, next_slot(lines)))
		count_lost(lines, 1);
}

static void flush_wrap(struct shr_text_lines *lines)
{
	if (!lines->wrap.held)
		return;
	lines->wrap.held = false;
	*next_slot(lines) = lines->wrap.fault;
	lines->count++;
	lines->capture.malformed++;
}

/* A line with a prefix: it may settle the clock, and it ends gaps. */
static void arrive(struct shr_text_lines *lines, struct shr_text_prefix *prefix)
{
	struct shr_capture *capture = &lines->capture;

	if (prefix->has & SHR_HAS_TIME) {
		if (capture->clock_unit == SHR_CLOCK_NONE)
			capture->clock_unit = prefix->unit;
		/* A time of another unit cannot be compared with the others. */
		if (capture->clock_unit != prefix->unit)
			prefix->has &= ~(uint32_t)SHR_HAS_TIME;
	}
	count_lost(lines,
		   shr_text_losses_end(&lines->losses, prefix, next_slot(lines)));
}

static void put_prefix(struct shr_text_lines *lines,
		       const struct shr_text_prefix *prefix, struct shr_event *event)
{
	event->has = prefix->has;
	event->ts_ns = prefix->has & SHR_HAS_TIME ? prefix->ts : 0;
	event->cpu = prefix->cpu;
	event->pid = prefix->pid;
	event->comm = shr_text_tokens_comm(&lines->tokens, prefix->comm);
}

static struct shr_event malformed(struct shr_text_lines *lines,
				  const struct shr_text_line *line,
				  const struct shr_text_prefix *prefix,
				  const char *place, const char *reason)
{
	struct shr_event event = { .kind = SHR_MALFORMED };

	put_prefix(lines, prefix, &event);
	event.malformed = (struct shr_malformed){
		.offset = line->offset + (uint64_t)(place - line->text.ptr),
		.line = line->number,
		.reason = reason,
	};
	return event;
}

/* A fault in the input's last words is the input's, not the line's. */
static int give_malformed(struct shr_text_lines *lines,
			  const struct shr_text_line *line,
			  const struct shr_event *fault, struct shr_err *err)
{
	if (!line->ended && !line->cut)
		return shr_fail_at(err, SHR_ERR_TRUNCATED, fault->malformed.offset,
				   fault->malformed.line,
				   "the input ends inside an event: %s",
				   fault->malformed.reason);
	*next_slot(lines) = *fault;
	lines->count++;
	lines->capture.malformed++;
	return 0;
}

/* The layouts every line so far allows; false if this one is of none of them. */
static bool narrow_layouts(struct shr_text_lines *lines,
			   const struct shr_text_body *body)
{
	unsigned both = lines->capture.layouts & body->layouts;

	if (!body->layouts)
		return true;
	if (lines->capture.layouts && !both)
		return false;
	lines->capture.layouts = both ? both : body->layouts;
	return true;
}

/* A line that lacks what its like had before was cut off. */
static bool is_complete(struct shr_text_lines *lines, struct ours *ours)
{
	uint32_t *shown = &lines->shown[ours->kind == SHR_END];
	uint32_t values = ours->body.seen & ~(1u << SHR_VALUE_PID);
	uint32_t missing = *shown & ~values;

	if (missing && !ours->body.call) {
		ours->body.cur.pos = ours->body.cur.end;
		ours->body.cur.reason = shr_text_body_missing(&ours->body, missing);
		return false;
	}
	*shown |= values;
	return true;
}

/* In two parts: compilers make a slow loop of one assignment of this size. */
static void clear(struct shr_event *event)
{
	memset(event, 0, offsetof(struct shr_event, start));
	memset(&event->start, 0, sizeof(*event) - offsetof(struct shr_event, start));
}

static bool understand(struct shr_text_lines *lines, struct ours *ours,
		       struct shr_event *event)
{
	clear(event);
	event->kind = ours->kind;
	put_prefix(lines, &ours->prefix, event);
	ours->body = (struct shr_text_body){
		.tokens = &lines->tokens,
		.order = &lines->orders[ours->kind],
		.cur = { ours->event.body, ours->text.ptr + ours->text.len, NULL },
		.event = event,
		.call = ours->event.call,
		.chosen = ours->prefix.form == SHR_FORM_KEYS,
	};
	if (!shr_text_body_take(&ours->body) || !is_complete(lines, ours))
		return false;
	if (narrow_layouts(lines, &ours->body))
		return true;
	ours->body.cur.pos = ours->event.start;
	ours->body.cur.reason = OTHER_LAYOUT;
	return false;
}

/* An understood event is in the next slot. */
static void accept(struct shr_text_lines *lines, const struct ours *ours)
{
	struct shr_capture *capture = &lines->capture;

	lines->count++;
	lines->any = true;
	capture->hashed_pointers = capture->hashed_pointers || ours->body.hashed;
	if (ours->body.long_size)
		capture->long_size = ours->body.long_size;
	if (lines->dialect.settled)
		return;
	shr_text_dialect_settle(&lines->dialect, ours->text, &ours->event,
				&ours->prefix, &ours->body);
	capture->format = lines->dialect.format;
	lines->loose.call = ours->prefix.form == SHR_FORM_CALL;
	lines->loose.pairs = ours->prefix.form == SHR_FORM_KEYS;
	lines->loose.bare = ours->prefix.form == SHR_FORM_BARE;
}

static int take_event(struct shr_text_lines *lines, const struct shr_text_line *line,
		      struct ours *ours, struct shr_err *err)
{
	struct shr_event fault;

	if (line->cut) {
		fault = malformed(lines, line, &ours->prefix, ours->event.start,
				  TOO_LONG);
		return give_malformed(lines, line, &fault, err);
	}
	if (understand(lines, ours, next_slot(lines))) {
		accept(lines, ours);
		return 0;
	}

	const struct shr_text_cursor *cur = &ours->body.cur;

	fault = malformed(lines, line, &ours->prefix, cur->pos, cur->reason);
	if (line->ended && cur->pos == cur->end &&
	    shr_text_wrap_hold(&lines->wrap, line->text, ours->body.sentence, &fault))
		return 0;
	return give_malformed(lines, line, &fault, err);
}

/* Prose may name our events, too; then there is neither a prefix nor a body. */
static bool is_prose(struct shr_text_lines *lines, struct ours *ours)
{
	struct shr_event scratch;

	return ours->prefix.form == SHR_FORM_PROSE && !ours->event.grouped &&
	       !understand(lines, ours, &scratch);
}

/* 1: an event of ours was taken; 0: the line has to be seen otherwise; or -1. */
static int try_ours(struct shr_text_lines *lines, const struct shr_text_line *line,
		    struct shr_err *err)
{
	struct ours ours; /* filled in as far as it is needed */
	struct shr_event fault;

	ours.text = line->text;
	if (!shr_text_event_find(line->text, &lines->columns, &ours.event, &ours.kind))
		return 0;
	switch (shr_text_prefix_parse(&lines->columns.memo, line->text.ptr,
				      ours.event.start, ours.event.call,
				      &ours.prefix)) {
	case SHR_PREFIX_OTHER:
		return 0;
	case SHR_PREFIX_BAD:
		flush_wrap(lines);
		fault = malformed(lines, line, &ours.prefix, ours.event.start,
				  ours.prefix.reason);
		return give_malformed(lines, line, &fault, err) < 0 ? -1 : 1;
	case SHR_PREFIX_OK:
		break;
	}
	if (is_prose(lines, &ours))
		return 0;
	flush_wrap(lines);
	arrive(lines, &ours.prefix);
	return take_event(lines, line, &ours, err) < 0 ? -1 : 1;
}

/* Any event whose text tells something of a shrinker. */
static bool take_identity(struct shr_text_lines *lines, struct shr_str line,
			  const struct shr_text_event *event,
			  const struct shr_text_prefix *prefix)
{
	const char *end = line.ptr + line.len;
	struct shr_event *slot = next_slot(lines);
	struct shr_text_body body = {
		.tokens = &lines->tokens,
		.order = &lines->orders[SHR_IDENTITY],
		.cur = { event->body, end, NULL },
		.event = slot,
	};

	if (!memmem(event->body, (size_t)(end - event->body), "shr", 3))
		return false;
	*slot = (struct shr_event){ .kind = SHR_IDENTITY };
	put_prefix(lines, prefix, slot);
	if (!shr_text_identity_take(&body))
		return false;
	lines->count++;
	return true;
}

/* perf script's own records: of these only losses are of interest. */
static bool take_perf_record(struct shr_text_lines *lines, struct shr_str line,
			     const struct shr_text_event *event,
			     const struct shr_text_prefix *prefix)
{
	static const char record[] = "PERF_RECORD_", lost[] = "PERF_RECORD_LOST";
	struct shr_str name = event->name;
	struct shr_str rest = { event->body,
				(size_t)(line.ptr + line.len - event->body) };
	struct shr_text_loss loss;

	if (name.len < sizeof(record) - 1 ||
	    memcmp(name.ptr, record, sizeof(record) - 1) != 0)
		return false;
	if (name.len >= sizeof(lost) - 1 && memcmp(name.ptr, lost, sizeof(lost) - 1) == 0) {
		shr_text_loss_parse_perf(rest, &loss);
		loss.cpu = prefix->cpu;
		loss.has |= prefix->has & SHR_HAS_CPU;
		hold_loss(lines, &loss);
	}
	return true;
}

/* "mm_shrink_sl" and nothing more: ours, if not by its length then as last words. */
static bool is_cut_name(const struct shr_text_event *event,
			const struct shr_text_line *line)
{
	return shr_text_event_is_cut(event, line->text) &&
	       (!line->ended || event->name.len >= sizeof("mm_shrink_slab") - 1);
}

/* 1: another event's line; 0: not; -1: the input's last words are one of ours. */
static int try_other(struct shr_text_lines *lines, const struct shr_text_line *line,
		     struct shr_err *err)
{
	struct shr_text_event event;
	struct shr_text_prefix prefix;

	if (!shr_text_event_find_other(line->text, &lines->columns, &lines->loose,
				       &event, &prefix))
		return 0;
	flush_wrap(lines);
	lines->any = true;
	if (take_perf_record(lines, line->text, &event, &prefix))
		return 1;
	arrive(lines, &prefix);
	if (is_cut_name(&event, line)) {
		struct shr_event fault =
			malformed(lines, line, &prefix, event.start, WHOLE_NAME);

		return give_malformed(lines, line, &fault, err) < 0 ? -1 : 1;
	}
	if (!take_identity(lines, line->text, &event, &prefix))
		lines->capture.skipped++;
	return 1;
}

/* The line held back, with what was joined to it, as if it had been one. */
static bool retry_wrapped(struct shr_text_lines *lines)
{
	struct shr_text_wrap *wrap = &lines->wrap;
	struct shr_text_columns columns = { { 0 }, 0, { { 0 }, 0, { 0 } } };
	struct ours ours = { .text = { wrap->text, wrap->len } };

	if (!shr_text_event_find(ours.text, &columns, &ours.event, &ours.kind) ||
	    shr_text_prefix_parse(&columns.memo, wrap->text, ours.event.start,
				  ours.event.call, &ours.prefix) != SHR_PREFIX_OK ||
	    !understand(lines, &ours, next_slot(lines)))
		return false;
	wrap->held = false;
	accept(lines, &ours);
	return true;
}

static void learn(struct shr_text_lines *lines, struct shr_str line)
{
	struct shr_str kernel = shr_text_dialect_learn(&lines->dialect, line);
	uint32_t token;

	lines->capture.format = lines->dialect.format;
	lines->loose.bare = lines->loose.bare ||
			    (lines->dialect.tracer && !lines->dialect.columns);
	if (!kernel.len || lines->capture.kernel.len)
		return;
	token = shr_text_tokens_intern(&lines->tokens, kernel);
	lines->capture.kernel = shr_text_tokens_text(&lines->tokens, token);
}

static int take_prose(struct shr_text_lines *lines, const struct shr_text_line *line,
		      struct shr_err *err)
{
	const char *reason = lines->any ? NULL : shr_text_dialect_refuse(line->text);
	struct shr_text_loss loss;

	if (reason)
		return shr_fail_at(err, SHR_ERR_UNSUPPORTED, line->offset, line->number,
				   "%s", reason);
	if (lines->wrap.held && shr_text_wrap_join(&lines->wrap, line->text)) {
		if (retry_wrapped(lines) || line->ended)
			return 0;
		lines->wrap.held = false;
		return give_malformed(lines, line, &lines->wrap.fault, err);
	}
	flush_wrap(lines);
	if (shr_text_loss_parse(line->text, &loss)) {
		lines->dialect.recognised = true;
		hold_loss(lines, &loss);
	}
	learn(lines, line->text);
	return 0;
}

int shr_text_lines_take(struct shr_text_lines *lines, const struct shr_text_line *line,
			struct shr_err *err)
{
	int got;

	if (!line->text.len) {
		flush_wrap(lines);
		return 0;
	}
	got = try_ours(lines, line, err);
	if (got == 0)
		got = try_other(lines, line, err);
	if (got == 0)
		return take_prose(lines, line, err);
	return got < 0 ? -1 : 0;
}

int shr_text_lines_end(struct shr_text_lines *lines, struct shr_err *err)
{
	flush_wrap(lines);
	count_lost(lines, shr_text_losses_flush(&lines->losses, next_slot(lines)));
	if (lines->any || lines->dialect.recognised || lines->capture.malformed)
		return 0;
	return shr_fail_at(err, SHR_ERR_SYNTAX, 0, 1,
			   "not a capture in any known format: expected trace.dat, "
			   "perf.data, or the text of trace, trace-cmd report or perf "
			   "script");
}
