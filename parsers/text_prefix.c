/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/text_prefix.h"

#include "core/event.h"
#include "parsers/text_cursor.h"
#include "parsers/text_pairs.h"
#include "parsers/text_place.h"
#include "parsers/text_time.h"

#include <stddef.h>
#include <string.h>

/* Left of "(+17)" of report --ts-diff, or of perf script's period behind a time. */
static const char *skip_extra_back(const char *start, const char *end)
{
	const char *pos = end;

	if (pos[-1] == ')') {
		while (pos > start && !shr_text_is_blank(pos[-1]) && pos[-1] != '(')
			pos--;
		if (pos == start || pos[-1] != '(')
			return end;
		pos--;
	} else {
		pos = shr_text_digits_back(start, pos);
	}
	pos = shr_text_blanks_back(start, pos);
	return pos > start && pos[-1] == ':' ? pos : end;
}

/* A word that begins with a digit was meant as a time; any other is a name. */
static bool is_name_back(const char *start, const char *end)
{
	while (end > start && !shr_text_is_blank(end[-1]))
		end--;
	return !shr_text_is_digit(*end) && *end != '[';
}

/* Task and CPU of @start..@end, which are those of the last line as a rule. */
static void recall_place(struct shr_text_memo *memo, const char *start, const char *end,
			 struct shr_text_prefix *prefix)
{
	size_t len = (size_t)(end - start);
	ptrdiff_t comm;

	if (len == memo->len && memcmp(memo->left, start, len) == 0) {
		prefix->has |= memo->prefix.has;
		prefix->form = memo->prefix.form;
		prefix->pid = memo->prefix.pid;
		prefix->cpu = memo->prefix.cpu;
		prefix->comm = memo->prefix.comm;
		return;
	}
	shr_text_place_back(start, end, prefix);
	if (len > sizeof(memo->left))
		return;
	comm = prefix->comm.len ? prefix->comm.ptr - start : 0;
	memcpy(memo->left, start, len);
	memo->len = len;
	memo->prefix = *prefix;
	memo->prefix.has &= ~(uint32_t)SHR_HAS_TIME;
	memo->prefix.comm.ptr = memo->left + comm;
}

/* "task-pid [cpu] flags time", where @end is the place of the colon. */
static enum shr_text_found parse_timed(struct shr_text_memo *memo, const char *start,
				       const char *end, struct shr_text_prefix *prefix)
{
	bool verbose = end > start && end[-1] == ')';
	const char *left = end;

	prefix->reason = verbose ? shr_text_time_verbose_back(start, &left, prefix)
				 : shr_text_time_back(start, &left, prefix);
	if (prefix->reason)
		return is_name_back(start, end) ? SHR_PREFIX_OTHER : SHR_PREFIX_BAD;
	if (verbose)
		shr_text_place_verbose_back(start, left, prefix);
	else
		recall_place(memo, start, left, prefix);
	return SHR_PREFIX_OK;
}

/* "0.053 bash/16539", "0.053 (         ): bash/16539", "0.053" */
static bool parse_call(const char *start, const char *end,
		       struct shr_text_prefix *prefix)
{
	struct shr_text_cursor cur = { start, end, NULL };

	shr_text_skip_blanks(&cur);
	if (!shr_text_time_take_ms(&cur, prefix))
		return false;
	shr_text_skip_blanks(&cur);
	if (cur.pos < end && *cur.pos == '(') {
		const char *close = memchr(cur.pos, ')', (size_t)(end - cur.pos));

		cur.pos = close ? close + 1 : end;
		shr_text_take_literal(&cur, ":");
		shr_text_skip_blanks(&cur);
	}
	prefix->form = SHR_FORM_CALL;
	shr_text_place_call(cur.pos, end, prefix);
	return true;
}

static enum shr_text_found parse_untimed(const char *start, const char *end,
					 struct shr_text_prefix *prefix)
{
	if (shr_text_pairs_parse(start, end, prefix))
		return SHR_PREFIX_OK;
	*prefix = (struct shr_text_prefix){ 0 };
	shr_text_place_back(start, end, prefix);
	if (!(prefix->has & (SHR_HAS_CPU | SHR_HAS_PID)))
		prefix->form = SHR_FORM_PROSE;
	return SHR_PREFIX_OK;
}

enum shr_text_found shr_text_prefix_parse(struct shr_text_memo *memo, const char *start,
					  const char *end, bool call,
					  struct shr_text_prefix *prefix)
{
	struct shr_text_prefix pairs = { 0 };
	enum shr_text_found found;

	*prefix = (struct shr_text_prefix){ 0 };
	end = shr_text_blanks_back(start, end);
	if (end == start)
		return SHR_PREFIX_OK;
	if (call && parse_call(start, end, prefix))
		return SHR_PREFIX_OK;
	if (end[-1] != ':')
		end = skip_extra_back(start, end);
	if (end[-1] != ':')
		return parse_untimed(start, end, prefix);
	found = parse_timed(memo, start, end - 1, prefix);
	/* A task whose name ends in a colon, behind comm=. */
	if (found != SHR_PREFIX_OK && shr_text_pairs_parse(start, end, &pairs)) {
		*prefix = pairs;
		return SHR_PREFIX_OK;
	}
	return found;
}
