/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/enable.h"

#include "cli/record/control.h"
#include "cli/record/session.h"
#include "core/err.h"
#include "core/event.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tracefs/tracefs.h>

enum { PATH = 160 };

static const char *const ours[] = { "mm_shrink_slab_start", "mm_shrink_slab_end" };

const char *const enable_groups[ENABLE_GROUPS] = { "vmscan", "cgroup", "memcg" };

/* Replay passes these over; whoever reads the capture by eye wants them. */
static const char *const extras[] = {
	"mm_vmscan_throttled",
	"mm_vmscan_balance_pgdat_begin",
	"mm_vmscan_balance_pgdat_end",
};

/*
 * The last entry of error_log is "[time] event filter parse
 * error: error: REASON", the command, and a caret.  Older kernels keep the same in the
 * filter file: the expression, a caret, "parse_error: REASON".
 */
static char *read_refusal(struct tracefs_instance *instance, const char *filter_file)
{
	struct shr_err ignored;

	if (control_has(instance, "error_log"))
		return tracefs_error_last(instance);
	return control_read(instance, filter_file, &ignored);
}

/* Those that hold the expression and the caret: the others say the reason again. */
static void keep_lines(struct session *session, const char *log)
{
	size_t len = 0;

	while (*log) {
		size_t line = strcspn(log, "\n") + 1;

		if (!memmem(log, line - 1, "error: ", 7) &&
		    line < sizeof(session->detail) - len)
			len += (size_t)snprintf(session->detail + len,
						sizeof(session->detail) - len, "%.*s\n",
						(int)line - 1, log);
		log += line - (log[line - 1] == '\0');
	}
}

static int refused(struct session *session, const char *name, const char *file,
		   struct shr_err *err)
{
	int why = errno;
	char *log = read_refusal(session->instance, file);
	const char *reason = log ? strstr(log, "error: ") : NULL;

	while (reason && strstr(reason + 7, "error: "))
		reason = strstr(reason + 7, "error: ");
	if (log)
		keep_lines(session, log);
	if (reason)
		reason += 7;
	shr_fail(err, SHR_ERR_SYNTAX, "the kernel refuses the filter for %s: %.*s",
		 name, reason ? (int)strcspn(reason, "\n") : 100,
		 reason ? reason : strerror(why));
	free(log);
	return -1;
}

static int filter_event(struct session *session, const char *name, const char *filter,
			struct shr_err *err)
{
	char file[PATH];

	snprintf(file, sizeof(file), "events/vmscan/%s/filter", name);
	if (control_put(session->instance, file, filter) < 0)
		return refused(session, name, file, err);
	return 0;
}

static int enable_ours(struct session *session, const char *name, const char *filter,
		       struct shr_err *err)
{
	char file[PATH];

	snprintf(file, sizeof(file), "events/vmscan/%s/enable", name);
	if (!control_has(session->instance, file))
		return shr_fail(err, SHR_ERR_UNSUPPORTED,
				"this kernel has no event vmscan:%s: it is older than "
				"3.1, or built without tracepoints",
				name);
	if (filter && filter_event(session, name, filter, err) < 0)
		return -1;
	return control_write(session->instance, file, "1", err);
}

/* What the kernel does not have is not missed: the file's formats say what there was.
 */
static int enable_if_there(struct session *session, const char *group, const char *name,
			   struct shr_err *err)
{
	char file[PATH];

	snprintf(file, sizeof(file), "events/%s/%s/enable", group, name);
	return control_has(session->instance, file)
		       ? control_write(session->instance, file, "1", err)
		       : 0;
}

static int enable_contexts(struct session *session, struct shr_err *err)
{
	for (size_t i = 0; i < sizeof(extras) / sizeof(extras[0]); i++)
		if (enable_if_there(session, "vmscan", extras[i], err) < 0)
			return -1;
	for (enum shr_context_kind kind = 0; kind < SHR_CONTEXT_COUNT; kind++)
		for (size_t i = 0; i < ENABLE_GROUPS; i++)
			if (enable_if_there(session, enable_groups[i],
					    shr_context_name(kind), err) < 0)
				return -1;
	return 0;
}

int enable_events(struct session *session, const struct session_options *options,
		  struct shr_err *err)
{
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (enable_ours(session, ours[i], options->filter, err) < 0)
			return -1;
	return options->context ? enable_contexts(session, err) : 0;
}
