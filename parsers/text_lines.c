/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/text_lines.h"
#include "parsers/text_body.h"

#include "core/err.h"
#include "parsers/bytes.h"
#include "parsers/identity_line.h"
#include "parsers/text_cursor.h"
#include "parsers/text_prefix.h"
#include "parsers/text_window.h"

#include <string.h>

static const char WHOLE_NAME[] = "expected 'mm_shrink_slab_start' or _end";
static const char TOO_LONG[] = "the line is too long";

int shr_text_lines_init(struct shr_text_lines *lines, struct shr_kallsyms *kallsyms,
			struct shr_err *err)
{
	memset(lines, 0, sizeof(*lines));
	lines->dialect.format = "text";
	lines->capture.format = lines->dialect.format;
	lines->capture.clock_unit = SHR_CLOCK_NONE;
	lines->history.capture = &lines->capture;
	lines->history.tokens = &lines->tokens;
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
	shr_text_history_settle_clock(&lines->history, prefix);
	count_lost(lines,
		   shr_text_losses_end(&lines->losses, prefix, next_slot(lines)));
}

static struct shr_event malformed(struct shr_text_lines *lines,
				  const struct shr_text_line *line,
				  const struct shr_text_prefix *prefix,
				  const char *place, const char *reason)
{
	struct shr_event event = { .kind = SHR_MALFORMED };

	shr_text_prefix_store(prefix, &lines->history, &event);
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

/* An understood event is in the next slot. */
static void accept(struct shr_text_lines *lines, const struct shr_text_ours *ours)
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
		      struct shr_text_ours *ours, struct shr_err *err)
{
	struct shr_event fault;

	if (line->cut) {
		fault = malformed(lines, line, &ours->prefix, ours->event.start,
				  TOO_LONG);
		return give_malformed(lines, line, &fault, err);
	}
	if (shr_text_ours_understand(ours, &lines->history, next_slot(lines))) {
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
static bool is_prose(struct shr_text_lines *lines, struct shr_text_ours *ours)
{
	struct shr_event scratch;

	return ours->prefix.form == SHR_FORM_PROSE && !ours->event.grouped &&
	       !shr_text_ours_understand(ours, &lines->history, &scratch);
}

/* 1: an event of ours was taken; 0: the line has to be seen otherwise; or -1. */
static int try_ours(struct shr_text_lines *lines, const struct shr_text_line *line,
		    struct shr_err *err)
{
	struct shr_text_ours ours; /* filled in as far as it is needed */
	struct shr_event fault;
	const char *place;

	switch (shr_text_ours_find(&ours, line->text, &lines->columns)) {
	case SHR_PREFIX_OTHER:
		return 0;
	case SHR_PREFIX_BAD:
		flush_wrap(lines);
		place = ours.event.start;
		shr_text_word_back(line->text.ptr, &place);
		fault = malformed(lines, line, &ours.prefix, place, ours.prefix.reason);
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

/* An event of @kind with what stands before it, in the next slot; not counted yet. */
static struct shr_text_body begin_body(struct shr_text_lines *lines,
				       struct shr_str line, enum shr_kind kind,
				       const struct shr_text_event *event,
				       const struct shr_text_prefix *prefix)
{
	struct shr_event *slot = next_slot(lines);

	*slot = (struct shr_event){ .kind = kind };
	shr_text_prefix_store(prefix, &lines->history, slot);
	return (struct shr_text_body){
		.tokens = &lines->tokens,
		.order = &lines->history.orders[kind],
		.cur = { event->body, line.ptr + line.len, NULL },
		.event = slot,
	};
}

/* Any event whose text tells something of a shrinker. */
static bool take_identity(struct shr_text_lines *lines, struct shr_str line,
			  const struct shr_text_event *event,
			  const struct shr_text_prefix *prefix)
{
	size_t size = (size_t)(line.ptr + line.len - event->body);

	if (!memmem(event->body, size, "shr", 3))
		return false;
	struct shr_text_body body =
		begin_body(lines, line, SHR_IDENTITY, event, prefix);

	if (!shr_text_identity_take(&body))
		return false;
	lines->count++;
	return true;
}

/*
 * "cgroup:cgroup_mkdir" in perf script, only the name elsewhere: the name, and before
 * it the group, if there is one.
 */
static struct shr_str split_name(struct shr_str name, struct shr_str *group)
{
	const char *colon = memrchr(name.ptr, ':', name.len);

	*group = (struct shr_str){ name.ptr, colon ? (size_t)(colon - name.ptr) : 0 };
	if (!colon)
		return name;
	return (struct shr_str){ colon + 1, name.len - group->len - 1 };
}

static enum shr_context_kind context_of(struct shr_str name)
{
	struct shr_str group, bare = split_name(name, &group);

	return shr_context_find(group, bare);
}

/*
 * An event that surrounds calls.  One whose end is not there tells nothing: an id may
 * be cut short.
 */
static bool take_context(struct shr_text_lines *lines, const struct shr_text_line *line,
			 const struct shr_text_event *event,
			 const struct shr_text_prefix *prefix)
{
	enum shr_context_kind kind = context_of(event->name);

	if (kind == SHR_CONTEXT_COUNT || line->cut || !line->ended)
		return false;
	struct shr_text_body body =
		begin_body(lines, line->text, SHR_CONTEXT, event, prefix);

	body.event->context.kind = kind;
	if (!shr_text_context_take(&body))
		return false;
	lines->count++;
	lines->capture.context++;
	return true;
}

static bool is_printed(struct shr_str name)
{
	struct shr_str group, bare = split_name(name, &group);

	return shr_str_is(bare, SHR_IDENTITY_LINE_EVENT);
}

/*
 * Where in the body of bpf_trace_printk the line is: behind its field's name in
 * options/fields and report -R, and in perf trace in quotes.
 */
static struct shr_text_cursor printed_line(struct shr_str line,
					   const struct shr_text_event *event)
{
	struct shr_text_cursor cur = { event->body, line.ptr + line.len, NULL };

	shr_text_skip_blanks(&cur);
	if (event->call &&
	    shr_text_take_literal(&cur, SHR_IDENTITY_LINE_FIELD ": \"")) {
		if (cur.end - cur.pos > 2 && memcmp(cur.end - 2, "\")", 2) == 0)
			cur.end -= 2;
	} else {
		shr_text_take_literal(&cur, SHR_IDENTITY_LINE_FIELD "=");
	}
	return cur;
}

/* What a program printed.  1: ours, or a fault of it; 0: another's; or -1. */
static int take_printed(struct shr_text_lines *lines, const struct shr_text_line *line,
			const struct shr_text_event *event,
			const struct shr_text_prefix *prefix, struct shr_err *err)
{
	struct shr_text_cursor cur = printed_line(line->text, event);
	struct shr_str text = { cur.pos, (size_t)(cur.end - cur.pos) };
	struct shr_str name = { "", 0 };

	if (!shr_identity_line_is_ours(text))
		return 0;
	begin_body(lines, line->text, SHR_IDENTITY, event, prefix);
	if (!line->cut && shr_identity_line_take(&cur, next_slot(lines), &name)) {
		next_slot(lines)->identity.name =
			shr_text_tokens_intern(&lines->tokens, name);
		lines->count++;
		return 1;
	}

	struct shr_event fault =
		malformed(lines, line, prefix, line->cut ? event->start : cur.pos,
			  line->cut ? TOO_LONG : cur.reason);

	return give_malformed(lines, line, &fault, err) < 0 ? -1 : 1;
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
	if (name.len >= sizeof(lost) - 1 &&
	    memcmp(name.ptr, lost, sizeof(lost) - 1) == 0) {
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
	if (is_printed(event.name)) {
		int got = take_printed(lines, line, &event, &prefix, err);

		lines->capture.skipped += got == 0;
		return got < 0 ? -1 : 1;
	}
	if (!take_context(lines, line, &event, &prefix) &&
	    !take_identity(lines, line->text, &event, &prefix))
		lines->capture.skipped++;
	return 1;
}

/* The line held back, with what was joined to it, as if it had been one. */
static bool retry_wrapped(struct shr_text_lines *lines)
{
	struct shr_text_wrap *wrap = &lines->wrap;
	struct shr_str text = { wrap->text, wrap->len };
	struct shr_text_columns columns;
	struct shr_text_ours ours;

	memset(&columns, 0, sizeof(columns));
	if (shr_text_ours_find(&ours, text, &columns) != SHR_PREFIX_OK)
		return false;
	shr_text_history_settle_clock(&lines->history, &ours.prefix);
	if (!shr_text_ours_understand(&ours, &lines->history, next_slot(lines)))
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
	lines->loose.bare =
		lines->loose.bare || (lines->dialect.tracer && !lines->dialect.columns);
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
	if (shr_text_loss_parse(line->text, &loss)) {
		flush_wrap(lines);
		lines->dialect.recognised = true;
		hold_loss(lines, &loss);
	} else if (lines->wrap.held && shr_text_wrap_join(&lines->wrap, line->text)) {
		if (retry_wrapped(lines) || line->ended)
			return 0;
		lines->wrap.held = false;
		return give_malformed(lines, line, &lines->wrap.fault, err);
	} else {
		flush_wrap(lines);
		learn(lines, line->text);
	}
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
