/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/text_pairs.h"

#include "parsers/text_cursor.h"
#include "parsers/text_prefix.h"

#include <stddef.h>

static bool take_cpu(struct shr_text_cursor *cur, struct shr_text_prefix *prefix)
{
	uint64_t cpu;

	if (!shr_text_take_literal(cur, "cpu=") ||
	    shr_text_take_number(cur, 0, UINT16_MAX, &cpu) != SHR_NUMBER_OK)
		return false;
	prefix->cpu = (uint32_t)cpu;
	prefix->has |= SHR_HAS_CPU;
	return true;
}

static bool take_pid(struct shr_text_cursor *cur, struct shr_text_prefix *prefix)
{
	bool thread = shr_text_take_literal(cur, "tid=");
	uint64_t pid;

	if ((!thread && !shr_text_take_literal(cur, "pid=")) ||
	    shr_text_take_number(cur, 0, INT32_MAX, &pid) != SHR_NUMBER_OK)
		return false;
	/* Where both are there, the thread counts. */
	if (thread || !(prefix->has & SHR_HAS_PID))
		prefix->pid = (int32_t)pid;
	prefix->has |= SHR_HAS_PID;
	return true;
}

/* A name may hold blanks: it goes on to the next pair. */
static bool take_comm(struct shr_text_cursor *cur, struct shr_text_prefix *prefix)
{
	struct shr_text_cursor at = *cur;

	if (!shr_text_take_literal(&at, "comm="))
		return false;

	const char *start = at.pos;

	for (*cur = at; at.pos < at.end; *cur = at) {
		struct shr_text_cursor next = at;
		struct shr_text_prefix unused = { 0 };

		shr_text_skip_blanks(&next);
		if (next.pos > start &&
		    (take_cpu(&next, &unused) || take_pid(&next, &unused)))
			break;
		shr_text_skip_blanks(&at);
		shr_text_take_word(&at);
	}
	prefix->comm =
		shr_text_trim((struct shr_str){ start, (size_t)(cur->pos - start) });
	return true;
}

bool shr_text_pairs_parse(const char *start, const char *end,
			  struct shr_text_prefix *prefix)
{
	struct shr_text_cursor cur = { start, end, NULL };

	shr_text_skip_blanks(&cur);
	if (shr_text_take_number(&cur, 0, UINT64_MAX, &prefix->ts) == SHR_NUMBER_OK) {
		prefix->has |= SHR_HAS_TIME;
		prefix->unit = SHR_CLOCK_NS;
	}
	for (shr_text_skip_blanks(&cur); cur.pos < end; shr_text_skip_blanks(&cur)) {
		if (!take_cpu(&cur, prefix) && !take_pid(&cur, prefix) &&
		    !take_comm(&cur, prefix))
			return false;
	}
	prefix->form = SHR_FORM_KEYS;
	return prefix->has & (SHR_HAS_CPU | SHR_HAS_PID);
}
