/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/text_dialect.h"

#include "parsers/text_cursor.h"
#include "parsers/text_event.h"
#include "parsers/text_form.h"
#include "parsers/text_prefix.h"

#include <stddef.h>
#include <string.h>

static const struct shr_str NOTHING = { "", 0 };

static bool has(struct shr_str line, const char *literal)
{
	return memmem(line.ptr, line.len, literal, strlen(literal)) != NULL;
}

static bool begins(struct shr_str line, const char *literal)
{
	size_t len = strlen(literal);

	return line.len >= len && memcmp(line.ptr, literal, len) == 0;
}

/* The word behind @label, or nothing. */
static struct shr_str word_after(struct shr_str line, const char *label)
{
	const char *found = memmem(line.ptr, line.len, label, strlen(label));
	struct shr_text_cursor cur = { found, line.ptr + line.len, NULL };

	if (!found)
		return NOTHING;
	cur.pos += strlen(label);
	return shr_text_take_word(&cur);
}

static void recognise(struct shr_text_dialect *dialect, const char *format)
{
	dialect->recognised = true;
	if (!dialect->settled)
		dialect->format = format;
}

static struct shr_str learn_comment(struct shr_text_dialect *dialect,
				    struct shr_str line)
{
	if (begins(line, "# tracer:")) {
		dialect->tracer = true;
		recognise(dialect, "trace");
	} else if (has(line, "TASK-PID") || has(line, "cmd     pid")) {
		dialect->columns = true;
	} else if (has(line, " latency trace v")) {
		recognise(dialect, "trace (latency)");
		return word_after(line, " on ");
	} else if (begins(line, "# os release :")) {
		recognise(dialect, "perf script");
		return word_after(line, "# os release : ");
	}
	return NOTHING;
}

/* Of a console: what the kernel says of itself at boot and when it dies. */
static struct shr_str learn_console(struct shr_text_dialect *dialect,
				    struct shr_str line)
{
	if (has(line, "Dumping ftrace buffer:")) {
		dialect->dump = true;
		recognise(dialect, "dmesg");
	}
	if (has(line, "Linux version "))
		return word_after(line, "Linux version ");
	return has(line, " PID: ") ? word_after(line, " Not tainted ") : NOTHING;
}

struct shr_str shr_text_dialect_learn(struct shr_text_dialect *dialect,
				      struct shr_str line)
{
	if (begins(line, "#"))
		return learn_comment(dialect, line);
	if (begins(line, "cpus=") || (begins(line, "CPU ") && has(line, " is empty"))) {
		dialect->report = true;
		recognise(dialect, "trace-cmd report");
	} else if (begins(line, "Attaching ") && has(line, " probe")) {
		recognise(dialect, "bpftrace");
	} else if (begins(line, "[") || dialect->dump || has(line, "Dumping ftrace")) {
		return learn_console(dialect, line);
	}
	return NOTHING;
}

/* "[    4.075007] " or "<4>[    4.075007] " at the start of a line. */
static bool has_stamp(struct shr_str line)
{
	struct shr_text_cursor cur = { line.ptr, line.ptr + line.len, NULL };
	const char *digits;

	if (shr_text_take_literal(&cur, "<"))
		while (cur.pos < cur.end && *cur.pos++ != '>')
			;
	if (!shr_text_take_literal(&cur, "["))
		return false;
	shr_text_skip_blanks(&cur);
	for (digits = cur.pos; cur.pos < cur.end && shr_text_is_digit(*cur.pos);)
		cur.pos++;
	return cur.pos > digits && shr_text_take_literal(&cur, ".");
}

static const char *sentence_format(const struct shr_text_prefix *prefix,
				   const struct shr_text_body *body)
{
	if (body->prefixed)
		return "trace-cmd report";
	return prefix->form == SHR_FORM_LATENCY ? "trace (latency)" : "trace";
}

static const char *keys_format(const struct shr_text_dialect *dialect,
			       const struct shr_text_body *body)
{
	if (body->doubled)
		return "trace (fields)";
	if (body->unparsed)
		return "trace-cmd report";
	return dialect->tracer && !dialect->report ? "trace (fields)"
						   : "trace-cmd report -R";
}

void shr_text_dialect_settle(struct shr_text_dialect *dialect, struct shr_str line,
			     const struct shr_text_event *event,
			     const struct shr_text_prefix *prefix,
			     const struct shr_text_body *body)
{
	const char *format;

	if (event->call)
		format = "perf trace";
	else if (event->grouped || prefix->form == SHR_FORM_PERF)
		format = "perf script";
	else if (prefix->form == SHR_FORM_KEYS)
		format = "bpftrace";
	else if (dialect->dump || has_stamp(line))
		format = "dmesg";
	else if (body->sentence)
		format = sentence_format(prefix, body);
	else
		format = keys_format(dialect, body);
	recognise(dialect, format);
	dialect->settled = true;
}

/* "8096 0 515495129367 ", also in hexadecimal. */
static bool is_numbers(struct shr_str text)
{
	if (!text.len)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (!shr_text_is(text.ptr[i], SHR_CLASS_HEX | SHR_CLASS_BLANK))
			return false;
	}
	return true;
}

const char *shr_text_dialect_refuse(struct shr_str line)
{
	const char *end = line.ptr + line.len;
	const char *digits = shr_text_digits_back(line.ptr, end);
	struct shr_str before = { line.ptr, (size_t)(digits - line.ptr) };

	if (digits == end || before.len < 7 || memcmp(digits - 6, "type: ", 6) != 0)
		return NULL;
	before.len -= 6;
	if (memchr(before.ptr, '\0', before.len))
		return "options/bin prints no fields: use options/fields, or "
		       "trace-cmd and `trace-cmd report -R -t`";
	if (is_numbers(before))
		return "options/raw and options/hex print no fields: use "
		       "options/fields, or trace-cmd and `trace-cmd report -R -t`";
	return NULL;
}
