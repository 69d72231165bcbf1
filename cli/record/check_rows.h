/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_rows - how each row of checks.h gets its answer.
 *
 * check_tracefs.c asks tracefs, check_kernel.c the rest of the kernel.
 */
#ifndef CLI_RECORD_CHECK_ROWS_H
#define CLI_RECORD_CHECK_ROWS_H

#include "cli/record/checks.h"

/* Answer the row @id. */
void check_say(struct checks *checks, enum check_id id, enum check_answer answer,
	       const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The command that would change the row @id. */
void check_suggest(struct checks *checks, enum check_id id, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* CHECK_TRACEFS: @given, or where it is mounted, into checks->tracefs. */
void check_find_tracefs(struct checks *checks, const char *given);

/* Every row from CHECK_ACCESS to CHECK_KPROBE. */
void check_tracefs(struct checks *checks);

/* CHECK_UNLOCKED, and every row from CHECK_BTF on. */
void check_kernel(struct checks *checks);

/* Whether this process has the capability of that number in its effective set. */
bool check_has_capability(unsigned number);

#endif /* CLI_RECORD_CHECK_ROWS_H */
