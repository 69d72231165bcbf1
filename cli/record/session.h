/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * session - an instance of tracefs that is ours alone, from its making to its removal.
 *
 * Its name is shrinkctl-PID.  Nothing outside the instance is written, so two recorders
 * do not meet, and a machine that refuses ftrace's global switches does not matter.
 *
 * The session keeps one file of its instance open from beginning to end, and the kernel
 * does not remove an instance of which a file is open.  That is what tells an instance
 * in use from one left behind (stale.h), whatever became of the pid.
 *
 *	if (session_open(&session, &options, &err) == 0 &&
 *	    session_start(&session, &err) == 0)
 *		...
 *	session_stop(&session, &err);
 *	session_close(&session, &err);
 */
#ifndef CLI_RECORD_SESSION_H
#define CLI_RECORD_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shr_err;
struct tracefs_instance;

enum { SESSION_NAME = 32, SESSION_DETAIL = 1024 };

struct session_options {
	const char *clock;    /* a name in trace_clock */
	const char *filter;   /* for both events, or NULL */
	uint64_t buffer_size; /* bytes per CPU, 0: session_default_buffer() */
	bool context;	      /* also what surrounds calls */
};

/* All fields are for reading. */
struct session {
	struct tracefs_instance *instance; /* owned */
	int guard;			   /* an open file of the instance, or -1 */
	char name[SESSION_NAME];
	uint64_t buffer_size; /* bytes per CPU, as the kernel has it */
	uint32_t page_size;   /* bytes of a sub-buffer */
	/* What the kernel says of a refusal: whole lines, or empty. */
	char detail[SESSION_DETAIL];
};

/*
 * Where tracefs is: @dir, or where it is mounted; nothing gets mounted.  For the whole
 * process, as libtracefs has it.  0, or -1 with *err filled in.
 */
int session_find_tracefs(const char *dir, struct shr_err *err);

/* 8 MiB, less where @cpu_count of them were more than max(64 MiB, 1/64 of @ram). */
uint64_t session_default_buffer(uint64_t ram, unsigned cpu_count);

/*
 * Make the instance and set it up; nothing is recorded yet.  0, or -1 with *err filled
 * in; session->detail may say more.  Close it in both cases.
 */
int session_open(struct session *session, const struct session_options *options,
		 struct shr_err *err);

/* Record from now on.  0, or -1 with *err filled in. */
int session_start(struct session *session, struct shr_err *err);

/* Record no more; what is in the buffers can still be read.  As session_start(). */
int session_stop(struct session *session, struct shr_err *err);

/*
 * Remove the instance: whoever reads it has closed its files.  0, or -1 with *err
 * filled in when it remains.  Accepts what a failed open left, and a second call.
 */
int session_close(struct session *session, struct shr_err *err);

#endif /* CLI_RECORD_SESSION_H */
