/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * checks - what this kernel, this user and this build can record.
 *
 * Where it does no harm, a thing is tried rather than looked up: in an instance called
 * shrinkctl-PID, and by defining and removing shrinkctl_PID/call; so not while a
 * session of this process is open.  Nothing remains.  Below a folder that is no tracefs
 * (--tracefs with a copy) nothing is written: what is there counts.
 *
 *	checks_run(&checks, NULL);
 *	if (!checks.can_record)
 *		complain(checks.refusal);
 */
#ifndef CLI_RECORD_CHECKS_H
#define CLI_RECORD_CHECKS_H

#include <limits.h>
#include <stdbool.h>

enum check_id {
	CHECK_UNLOCKED, /* lockdown allows tracing: else all below is closed */
	CHECK_TRACEFS,	/* mounted, and where */
	CHECK_ACCESS,	/* this user can read and write there */
	CHECK_INSTANCE, /* a buffer of our own can be made */
	CHECK_EVENTS,	/* the two tracepoints, and their layout */
	CHECK_CONTEXT,	/* what surrounds calls */
	CHECK_FILTER,
	CHECK_SPLICE,
	CHECK_TRACEPOINT_PROBE,
	CHECK_KPROBE,
	CHECK_BTF,
	CHECK_BPF,
	CHECK_SHRINKER_DEBUGFS,
	CHECK_KALLSYMS,	  /* addresses are shown */
	CHECK_CAPABILITY, /* of root, as containers lack it */
	CHECK_COUNT
};

enum check_answer { CHECK_NO, CHECK_PARTLY, CHECK_YES };

/* One row.  Texts are for people: one clause, lower case, no full stop. */
struct check {
	enum check_answer answer;
	char says[200];
	char remedy[200]; /* the one command that would change it; empty: none */
};

/* All fields public to read. */
struct checks {
	char tracefs[PATH_MAX]; /* empty: none */
	bool is_tracefs;	/* else a copy, given by --tracefs */
	struct check rows[CHECK_COUNT];
	bool can_record;
	char refusal[500]; /* why not: one sentence, the remedy in it */
};

/* "tracefs", "context-events": the row's name in every output. */
const char *check_name(enum check_id id);

/* "no", "partly", "yes". */
const char *check_answer_name(enum check_answer answer);

/* Whether nothing can be recorded without. */
bool check_is_needed(enum check_id id);

/* Fill in @checks.  @tracefs: where it is, or NULL to look where it is mounted. */
void checks_run(struct checks *checks, const char *tracefs);

#endif /* CLI_RECORD_CHECKS_H */
