/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/text_event.h"

#include "parsers/text_cursor.h"
#include "parsers/text_pairs.h"

#include <string.h>

static const char COMMON[] = "mm_shrink_slab_";
static const char GROUP[] = "vmscan:";

enum {
	COMMON_LEN = sizeof(COMMON) - 1,
	GROUP_LEN = sizeof(GROUP) - 1,
	MAX_TRIES = 8, /* colons on a line that may be a time's */
};

/* "start:" or "end(" behind the common part: the length of the whole name, or 0. */
static size_t name_at(const char *pos, const char *end, enum shr_kind *kind)
{
	const char *rest = pos + COMMON_LEN;
	size_t size = (size_t)(end - rest), len;

	if (size > 5 && memcmp(rest, "start", 5) == 0) {
		*kind = SHR_START;
		len = 5;
	} else if (size > 3 && memcmp(rest, "end", 3) == 0) {
		*kind = SHR_END;
		len = 3;
	} else {
		return 0;
	}
	return rest[len] == ':' || rest[len] == '(' ? COMMON_LEN + len : 0;
}

static bool have_ours(struct shr_str line, const char *pos, size_t len,
		      struct shr_text_event *event)
{
	bool grouped = pos - line.ptr >= GROUP_LEN &&
		       memcmp(pos - GROUP_LEN, GROUP, GROUP_LEN) == 0;

	*event = (struct shr_text_event){
		.start = grouped ? pos - GROUP_LEN : pos,
		.name = { pos, len },
		.body = pos + len + 1,
		.call = pos[len] == '(',
		.grouped = grouped,
	};
	return true;
}

static bool find_in_column(struct shr_str line, size_t column,
			   struct shr_text_event *event, enum shr_kind *kind)
{
	const char *pos = line.ptr + column;
	size_t len;

	if (line.len < column + COMMON_LEN || memcmp(pos, COMMON, COMMON_LEN) != 0)
		return false;
	len = name_at(pos, line.ptr + line.len, kind);
	return len && have_ours(line, pos, len, event);
}

bool shr_text_event_find(struct shr_str line, struct shr_text_columns *columns,
			 struct shr_text_event *event, enum shr_kind *kind)
{
	const char *end = line.ptr + line.len, *pos = line.ptr;

	if (find_in_column(line, columns->ours[0], event, kind) ||
	    find_in_column(line, columns->ours[1], event, kind))
		return true;
	while ((pos = memmem(pos, (size_t)(end - pos), COMMON, COMMON_LEN))) {
		size_t len = name_at(pos, end, kind);

		if (len) {
			columns->ours[1] = columns->ours[0];
			columns->ours[0] = (size_t)(pos - line.ptr);
			return have_ours(line, pos, len, event);
		}
		pos += COMMON_LEN;
	}
	return false;
}

/* A name as events have them: "sched_switch", "probe:start", "PERF_RECORD_LOST". */
static bool take_name(const char *pos, const char *end, struct shr_text_event *event)
{
	const char *stop = pos;

	while (stop < end && (shr_text_is(*stop, SHR_CLASS_WORD) || *stop == ':' ||
			      *stop == '-' || *stop == '.'))
		stop++;
	if (stop == pos || shr_text_is_digit(*pos) ||
	    !shr_text_is(*pos, SHR_CLASS_WORD))
		return false;
	*event = (struct shr_text_event){
		.start = pos,
		.body = stop,
		.call = stop < end && *stop == '(',
	};
	if (event->call)
		event->body++;
	if (stop[-1] == ':')
		stop--;
	event->name = (struct shr_str){ pos, (size_t)(stop - pos) };
	return true;
}

/* From a time's colon to the name: past "(+17)" or a period. */
static const char *skip_to_name(const char *pos, const char *end)
{
	struct shr_text_cursor cur = { pos, end, NULL };

	shr_text_skip_blanks(&cur);
	pos = cur.pos;
	if (pos < end && *pos == '(') {
		shr_text_take_word(&cur);
		shr_text_skip_blanks(&cur);
		return cur.pos;
	}
	while (cur.pos < end && shr_text_is_digit(*cur.pos))
		cur.pos++;
	if (cur.pos > pos && cur.pos < end && shr_text_is_blank(*cur.pos)) {
		shr_text_skip_blanks(&cur);
		return cur.pos;
	}
	return pos;
}

static bool may_end_time(const char *start, const char *colon, const char *end)
{
	if (colon == start || end - colon < 2 || !shr_text_is_blank(colon[1]))
		return false;
	return shr_text_is_digit(colon[-1]) || colon[-1] == ')' ||
	       (colon - start > 3 && colon[-2] == 's' && colon[-3] == 'u');
}

static bool is_timed(struct shr_str line, const char *colon, struct shr_text_memo *memo,
		     struct shr_text_event *event, struct shr_text_prefix *prefix)
{
	const char *end = line.ptr + line.len;

	if (!may_end_time(line.ptr, colon, end) ||
	    !take_name(skip_to_name(colon + 1, end), end, event) ||
	    shr_text_prefix_parse(memo, line.ptr, event->start, false, prefix) !=
		    SHR_PREFIX_OK)
		return false;
	/* A bare integer and a colon are in many a sentence. */
	return prefix->has & SHR_HAS_TIME &&
	       (prefix->has & (SHR_HAS_CPU | SHR_HAS_PID) ||
		prefix->unit == SHR_CLOCK_NS);
}

static bool find_timed(struct shr_str line, struct shr_text_columns *columns,
		       struct shr_text_event *event, struct shr_text_prefix *prefix)
{
	const char *end = line.ptr + line.len, *pos = line.ptr;

	if (columns->colon < line.len && pos[columns->colon] == ':' &&
	    is_timed(line, pos + columns->colon, &columns->memo, event, prefix))
		return true;
	for (int tries = 0; tries < MAX_TRIES; tries++, pos++) {
		pos = memchr(pos, ':', (size_t)(end - pos));
		if (!pos)
			return false;
		if (is_timed(line, pos, &columns->memo, event, prefix)) {
			columns->colon = (size_t)(pos - line.ptr);
			return true;
		}
	}
	return false;
}

/* "     0.000 bash/16539 sched:sched_switch(prev: ...": the name ends in a '('. */
static bool find_call(struct shr_str line, struct shr_text_memo *memo,
		      struct shr_text_event *event, struct shr_text_prefix *prefix)
{
	const char *end = line.ptr + line.len, *pos = line.ptr;

	for (int tries = 0; tries < MAX_TRIES; tries++, pos++) {
		pos = memchr(pos, '(', (size_t)(end - pos));
		if (!pos)
			return false;

		const char *name = pos + 1;

		shr_text_word_back(line.ptr, &name);
		if (name < pos && take_name(name, end, event) && event->call)
			return shr_text_prefix_parse(memo, line.ptr, name, true,
						     prefix) == SHR_PREFIX_OK &&
			       prefix->form == SHR_FORM_CALL;
	}
	return false;
}

/* "1620722026918 cpu=0 tid=18171 comm=bash name: ..." */
static bool find_paired(struct shr_str line, struct shr_text_event *event,
			struct shr_text_prefix *prefix)
{
	const char *end = line.ptr + line.len, *pos = line.ptr;

	for (int tries = 0; tries < MAX_TRIES; tries++, pos++) {
		pos = memchr(pos, ':', (size_t)(end - pos));
		if (!pos)
			return false;

		const char *name = pos;

		shr_text_word_back(line.ptr, &name);
		*prefix = (struct shr_text_prefix){ 0 };
		if (take_name(name, end, event) &&
		    shr_text_pairs_parse(line.ptr, name, prefix))
			return true;
	}
	return false;
}

static bool find_bare(struct shr_str line, struct shr_text_event *event,
		      struct shr_text_prefix *prefix)
{
	*prefix = (struct shr_text_prefix){ 0 };
	return take_name(line.ptr, line.ptr + line.len, event) &&
	       event->body[-1] == ':';
}

bool shr_text_event_find_other(struct shr_str line, struct shr_text_columns *columns,
			       const struct shr_text_loose *loose,
			       struct shr_text_event *event,
			       struct shr_text_prefix *prefix)
{
	return find_timed(line, columns, event, prefix) ||
	       (loose->call && find_call(line, &columns->memo, event, prefix)) ||
	       (loose->pairs && find_paired(line, event, prefix)) ||
	       (loose->bare && find_bare(line, event, prefix));
}

bool shr_text_event_is_cut(const struct shr_text_event *event, struct shr_str line)
{
	static const char *const names[] = { "mm_shrink_slab_start",
					     "mm_shrink_slab_end" };
	struct shr_str name = event->name;

	if (event->body != line.ptr + line.len || event->body[-1] == ':')
		return false;
	if (name.len > GROUP_LEN && memcmp(name.ptr, GROUP, GROUP_LEN) == 0) {
		name.ptr += GROUP_LEN;
		name.len -= GROUP_LEN;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (name.len <= strlen(names[i]) &&
		    memcmp(names[i], name.ptr, name.len) == 0)
			return true;
	}
	return false;
}
