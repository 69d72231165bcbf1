/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * metadata - everything in a capture that is not an event.
 *
 * What describes the events is read before the first of them, so that the file can be
 * read wherever it ends; task names, statistics and what cgroups there are then, when
 * the last has been taken.   What trace.dat has no place for goes, as
 * text, into options of our own, one for the start and one for the end, which other
 * readers pass over:
 *
 *	shrinkctl 1
 *	[cgroups at start]
 *	1 /
 *	78 /system.slice
 *	[shrinkers at end]
 *	sb-ext4:vda-12 0 1042
 *
 * A line in brackets says what the lines below it are.  shrinkctl-record(1) lists them.
 */
#ifndef CLI_RECORD_METADATA_H
#define CLI_RECORD_METADATA_H

#include "cli/record/dat_contents.h"
#include "cli/record/task_names.h"
#include "cli/record/textbuf.h"

#include <stdbool.h>
#include <sys/utsname.h>

struct session;
struct shr_err;

struct metadata {
	struct utsname system; /* all empty where it cannot be asked */
	struct textbuf header_page, header_event, kallsyms, cmdlines, uname, cpustat;
	struct textbuf
		notes[2];	/* the texts of our options: at the start, at the end */
	struct textbuf systems; /* their names, each ended by NUL */
	struct textbuf texts;	/* of all formats */
	struct task_names names;    /* that cmdlines does not have yet, too */
	struct dat_format *formats; /* owned */
	size_t format_count;
	struct dat_extra options[2];
	bool symbols_hidden; /* kptr_restrict */
};

/*
 * Read what describes the events of @session, which are enabled; @all_symbols: all of
 * kallsyms.  0, or -1 with *err filled in.  Release it in both cases.
 */
int metadata_begin(struct metadata *metadata, const struct session *session,
		   bool all_symbols, struct shr_err *err);

/*
 * Ask the kernel for the names of the tasks that ran last, before it forgets them.  0,
 * or -1 with *err filled in: then those known stay.
 */
int metadata_learn_names(struct metadata *metadata, struct shr_err *err);

/*
 * Let the contents have the task names that have been learnt.  1 when they differ from
 * those they had, 0, or -1 with *err filled in.
 */
int metadata_update(struct metadata *metadata, struct shr_err *err);

/* Read what there is at the end: tracing is off.  As metadata_begin(). */
int metadata_end(struct metadata *metadata, const struct session *session,
		 struct shr_err *err);

/* A line of the last option's text.  0, or -1 when memory has run out. */
int metadata_note(struct metadata *metadata, const char *line);

/* All of it, borrowed until the next call for @metadata; the clock is @clock. */
struct dat_contents metadata_contents(struct metadata *metadata, const char *clock);

void metadata_release(struct metadata *metadata);

#endif /* CLI_RECORD_METADATA_H */
