/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * notes - what shrinkctl record adds to a trace.dat, as text in options of its own.
 *
 * Lines below a line in brackets, which says what they are; shrinkctl-record(1) lists
 * all of it.  Read is what replay can use: "ID PATH" for each cgroup of the memory
 * controller's hierarchy, as there were at the start and at the end.
 */
#ifndef PARSERS_NOTES_H
#define PARSERS_NOTES_H

#include "core/event.h"
#include "core/stream.h"

#include <stddef.h>

struct shr_err;
struct shr_names;

struct shr_notes {
	struct shr_listed_cgroup *cgroups; /* owned */
	size_t cgroup_count;
};

/*
 * Add what @text says; paths are kept in @names.  Lines of another form are passed
 * over.  0, or -1 with *err filled in when memory runs out.
 */
int shr_notes_read(struct shr_notes *notes, struct shr_str text,
		   struct shr_names *names, struct shr_err *err);

/* Accepts all zero. */
void shr_notes_release(struct shr_notes *notes);

#endif /* PARSERS_NOTES_H */
