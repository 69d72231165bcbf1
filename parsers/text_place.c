/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/text_place.h"

#include "parsers/text_cursor.h"
#include "parsers/text_digits.h"
#include "parsers/text_prefix.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum {
	COMM_FIELD = 16,      /* "%16s-%-7d" */
	SHORT_COMM_FIELD = 8, /* "%8.8s-%-7d" */
	PERF_COMM_LEN = 64,   /* longer is no task's name */
	MAX_GLUED = 16,	      /* flags, or what report -R glues to the CPU */
};

/* Past the marks of a quoted mail. */
static const char *skip_quotes(const char *pos, const char *end)
{
	const char *start = pos;

	while (pos < end && (*pos == '>' || (pos > start && shr_text_is_blank(*pos))))
		pos++;
	return pos;
}

/* The CPU that ends at @end: its first digit, or NULL. */
static const char *cpu_back(const char *start, const char *end,
			    struct shr_text_prefix *prefix)
{
	const char *first;
	uint64_t cpu;

	if (!shr_text_digits_before(start, end, &first, &cpu) || first == end ||
	    cpu > UINT16_MAX)
		return NULL;
	prefix->cpu = (uint32_t)cpu;
	prefix->has |= SHR_HAS_CPU;
	return first;
}

/* The pid that ends at @end: its first digit, or NULL. */
static const char *pid_back(const char *start, const char *end,
			    struct shr_text_prefix *prefix)
{
	const char *first;
	uint64_t pid;

	if (!shr_text_digits_before(start, end, &first, &pid) || first == end ||
	    pid > INT32_MAX)
		return NULL;
	prefix->pid = (int32_t)pid;
	prefix->has |= SHR_HAS_PID;
	return first;
}

/* Behind the last blank of @start..@end, or @start. */
static const char *last_word(const char *start, const char *end)
{
	shr_text_word_back(start, &end);
	return end;
}

/* The name in a field of @width that ends at @end. */
static struct shr_str padded_comm(const char *start, const char *end, ptrdiff_t width)
{
	const char *from = end - start > width ? end - width : start;

	if (from == start)
		from = skip_quotes(start, end);
	else if (width == COMM_FIELD && !shr_text_is_blank(*from))
		/* A name has 15 letters at most: somebody squeezed the padding. */
		from = last_word(from, end);
	return shr_text_trim((struct shr_str){ from, (size_t)(end - from) });
}

static struct shr_str perf_comm(const char *start, const char *end)
{
	const char *from = skip_quotes(start, end);
	struct shr_str comm =
		shr_text_trim((struct shr_str){ from, (size_t)(end - from) });

	if (comm.len > PERF_COMM_LEN)
		comm.len = 0;
	return comm;
}

/*
 * "bash 16382   0" of perf script -L: "%7d %3d ".  A task's name may end in a number,
 * too, but the gap between it and a pid is wider.
 */
static const char *short_cpu_back(const char *start, const char *end,
				  struct shr_text_prefix *prefix)
{
	const char *first = cpu_back(start, end, prefix);
	const char *left = first ? shr_text_blanks_back(start, first) : start;

	if (left > start && end - left == 4 && first > left &&
	    shr_text_is_digit(left[-1]))
		return left;
	prefix->has &= ~(uint32_t)SHR_HAS_CPU;
	return end;
}

/* "bash 16382/16382" or "bash 16382"; perf prints -1 for a task it does not know. */
static void perf_task(const char *start, const char *end,
		      struct shr_text_prefix *prefix)
{
	const char *task = pid_back(start, end, prefix);

	prefix->form = SHR_FORM_PERF;
	if (!task) {
		prefix->comm = perf_comm(start, end);
		return;
	}
	if (task > start && task[-1] == '-') {
		prefix->pid = -prefix->pid;
		task--;
	}
	if (task > start && task[-1] == '/') {
		task = shr_text_digits_back(start, task - 1);
		if (task > start && task[-1] == '-')
			task--;
	}
	prefix->comm = perf_comm(start, task);
}

/* Whether "-1" or "-1/-1" stands alone: perf's, where ftrace's follows a name. */
static bool is_unknown_task(const char *start, const char *digits, const char *end)
{
	return end - digits == 1 && *digits == '1' &&
	       (digits - 1 == start || shr_text_is_blank(digits[-2]) ||
		digits[-2] == '/');
}

/* Task and pid that end at @end; @width is that of the task's field. */
static void task_back(const char *start, const char *end, ptrdiff_t width,
		      struct shr_text_prefix *prefix)
{
	const char *digits;

	end = shr_text_blanks_back(start, end);
	digits = pid_back(start, end, prefix);
	if (!digits || digits == start || digits[-1] != '-' ||
	    is_unknown_task(start, digits, end)) {
		perf_task(start, end, prefix);
		return;
	}
	prefix->form = width == COMM_FIELD ? SHR_FORM_FTRACE : SHR_FORM_LATENCY;
	prefix->comm = padded_comm(start, digits - 1, width);
}

/* Left of "(-------)" or "(   1234)", where there is one. */
static const char *skip_tgid_back(const char *start, const char *end)
{
	const char *pos = shr_text_blanks_back(start, end);

	if (pos == start || pos[-1] != ')')
		return end;
	for (pos--; pos > start && end - pos < MAX_GLUED; pos--) {
		if (pos[-1] == '(')
			return pos - 1;
		if (!shr_text_is_digit(pos[-1]) && pos[-1] != '-' && pos[-1] != ' ')
			break;
	}
	return end;
}

/* "[000]" that ends at @end: its first byte, or NULL. */
static const char *bracketed_cpu_back(const char *start, const char *end,
				      struct shr_text_prefix *prefix)
{
	const char *first = cpu_back(start, end - 1, prefix);

	if (!first || first == start || first[-1] != '[') {
		prefix->has &= ~(uint32_t)SHR_HAS_CPU;
		return NULL;
	}
	return first - 1;
}

/* The end of "[000]" in "[000] d..1." or "[000]-0x0", or NULL. */
static const char *find_bracket_back(const char *start, const char *end)
{
	const char *pos = end;

	while (pos > start && end - pos < MAX_GLUED && pos[-1] != ']' &&
	       !shr_text_is_blank(pos[-1]))
		pos--;
	if (pos > start && pos[-1] == ']')
		return pos;
	pos = shr_text_blanks_back(start, pos);
	return pos > start && pos[-1] == ']' ? pos : NULL;
}

/* "0d..1." or "0-0x0": the CPU and flags of latency-format, whose task is left. */
static bool latency_back(const char *start, const char *end,
			 struct shr_text_prefix *prefix)
{
	const char *word = end, *digits;

	while (word > start && !shr_text_is_blank(word[-1]))
		word--;
	for (digits = word; digits < end && shr_text_is_digit(*digits);)
		digits++;
	if (digits == end || *digits == '/' || cpu_back(word, digits, prefix) != word)
		return false;
	task_back(start, word, SHORT_COMM_FIELD, prefix);
	if (prefix->form == SHR_FORM_LATENCY)
		return true;
	prefix->has &= ~(uint32_t)(SHR_HAS_CPU | SHR_HAS_PID);
	return false;
}

void shr_text_place_back(const char *start, const char *end,
			 struct shr_text_prefix *prefix)
{
	end = shr_text_blanks_back(start, end);
	if (end == start) {
		prefix->form = SHR_FORM_BARE;
		return;
	}

	const char *bracket = find_bracket_back(start, end);
	const char *left = bracket ? bracketed_cpu_back(start, bracket, prefix) : NULL;

	if (left)
		task_back(start, skip_tgid_back(start, left), COMM_FIELD, prefix);
	else if (!latency_back(start, end, prefix))
		perf_task(start, short_cpu_back(start, end, prefix), prefix);
}

static bool is_number(struct shr_str word)
{
	return word.len &&
	       shr_text_digits_back(word.ptr, word.ptr + word.len) == word.ptr;
}

void shr_text_place_verbose_back(const char *start, const char *end,
				 struct shr_text_prefix *prefix)
{
	/* Index, preempt depth and flags; then what is wanted. */
	for (int i = 0; i < 3; i++)
		shr_text_word_back(start, &end);

	struct shr_str cpu = shr_text_word_back(start, &end);
	struct shr_str pid = shr_text_word_back(start, &end);

	prefix->form = SHR_FORM_LATENCY;
	if (is_number(cpu))
		cpu_back(cpu.ptr, cpu.ptr + cpu.len, prefix);
	if (is_number(pid) && pid_back(pid.ptr, pid.ptr + pid.len, prefix))
		prefix->comm = perf_comm(start, end);
}

void shr_text_place_call(const char *start, const char *end,
			 struct shr_text_prefix *prefix)
{
	const char *digits;

	end = shr_text_blanks_back(start, end);
	digits = pid_back(start, end, prefix);
	if (digits && digits > start && digits[-1] == '/')
		prefix->comm = shr_text_trim(
			(struct shr_str){ start, (size_t)(digits - 1 - start) });
}
