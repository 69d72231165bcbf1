/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/checks.h"

#include "cli/record/check_rows.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *check_name(enum check_id id)
{
	static const char *const names[CHECK_COUNT] = {
		[CHECK_UNLOCKED] = "unlocked",
		[CHECK_TRACEFS] = "tracefs",
		[CHECK_ACCESS] = "access",
		[CHECK_INSTANCE] = "instance",
		[CHECK_EVENTS] = "events",
		[CHECK_CONTEXT] = "context-events",
		[CHECK_FILTER] = "filter",
		[CHECK_SPLICE] = "splice",
		[CHECK_TRACEPOINT_PROBE] = "tracepoint-probe",
		[CHECK_KPROBE] = "kprobe",
		[CHECK_BTF] = "btf",
		[CHECK_BPF] = "bpf",
		[CHECK_SHRINKER_DEBUGFS] = "shrinker-debugfs",
		[CHECK_KALLSYMS] = "kallsyms",
		[CHECK_CAPABILITY] = "capability",
	};

	return names[id];
}

const char *check_answer_name(enum check_answer answer)
{
	static const char *const names[] = {
		[CHECK_NO] = "no",
		[CHECK_PARTLY] = "partly",
		[CHECK_YES] = "yes",
	};

	return names[answer];
}

bool check_is_needed(enum check_id id)
{
	return id <= CHECK_EVENTS;
}

void check_say(struct checks *checks, enum check_id id, enum check_answer answer,
	       const char *format, ...)
{
	struct check *row = &checks->rows[id];
	va_list ap;

	row->answer = answer;
	va_start(ap, format);
	vsnprintf(row->says, sizeof(row->says), format, ap);
	va_end(ap);
}

void check_suggest(struct checks *checks, enum check_id id, const char *format, ...)
{
	struct check *row = &checks->rows[id];
	va_list ap;

	va_start(ap, format);
	vsnprintf(row->remedy, sizeof(row->remedy), format, ap);
	va_end(ap);
}

/* The first row that recording needs and has not says why; those below follow from it.
 */
static void conclude(struct checks *checks)
{
	for (unsigned id = 0; id < CHECK_COUNT; id++) {
		const struct check *row = &checks->rows[id];

		if (!check_is_needed(id) || row->answer != CHECK_NO)
			continue;
		snprintf(checks->refusal, sizeof(checks->refusal), "%s%s%s%s",
			 row->says, *row->remedy ? ": try '" : "", row->remedy,
			 *row->remedy ? "'" : "");
		return;
	}
	checks->can_record = true;
}

void checks_run(struct checks *checks, const char *tracefs)
{
	sigset_t all, before;

	*checks = (struct checks){ 0 };
	for (unsigned id = 0; id < CHECK_COUNT; id++)
		check_say(checks, id, CHECK_NO, "not tried");
	/* What is tried is taken back within milliseconds: let a signal wait for it. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	check_kernel(checks);
	check_find_tracefs(checks, tracefs);
	if (*checks->tracefs)
		check_tracefs(checks);
	sigprocmask(SIG_SETMASK, &before, NULL);
	conclude(checks);
}
