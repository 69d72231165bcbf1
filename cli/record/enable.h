/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * enable - which events a session records, and the filter on them.
 */
#ifndef CLI_RECORD_ENABLE_H
#define CLI_RECORD_ENABLE_H

struct session;
struct session_options;
struct shr_err;

enum { ENABLE_GROUPS = 3 };

/* The folders of events/ in which a context event can be. */
extern const char *const enable_groups[ENABLE_GROUPS];

/*
 * Filter and enable the two events and, if asked for, whichever context events there
 * are: the instance's set_event lists what that comes to.  0, or -1 with *err filled
 * in, and for a refused filter session->detail: the kernel's lines with a caret under
 * the place.
 */
int enable_events(struct session *session, const struct session_options *options,
		  struct shr_err *err);

#endif /* CLI_RECORD_ENABLE_H */
