/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tracefile - one control file of tracefs: read whole, or written in one go; or a
 * folder of them, removed.
 *
 * The kernel makes these files, so a write never creates or truncates one: truncating
 * dynamic_events removes the probes of everybody.  Names are below @dir.
 */
#ifndef CLI_RECORD_TRACEFILE_H
#define CLI_RECORD_TRACEFILE_H

#include <stdbool.h>
#include <stddef.h>

struct shr_err;

/*
 * The text of @dir/@name, ended by a NUL: the caller's to free().
 * NULL with *err filled in: SHR_ERR_IO with the name and the system's reason, or NOMEM.
 */
char *tracefile_read(const char *dir, const char *name, struct shr_err *err);

/* Write @text over the beginning of @dir/@name.  0, or -1 with errno. */
int tracefile_put(const char *dir, const char *name, const char *text);

/* Append @text to @dir/@name.  0, or -1 with *err as above, and errno. */
int tracefile_write(const char *dir, const char *name, const char *text,
		    struct shr_err *err);

/*
 * Remove the instance at @path.  The kernel refuses while anybody has a file of it
 * open, as whoever watches tracefs has for a moment: that is waited for, at most a
 * quarter of a second.  0, or -1 with errno.
 */
int tracefile_remove_instance(const char *path);

/* Whether @dir/@name is there. */
bool tracefile_has(const char *dir, const char *name);

/*
 * What the error_log of @dir says of @command, the newest entry: one clause and, where
 * the kernel marks one, the word it stumbled on: "Fetching arg failed at 'x=y'".
 * False: nothing, or there is no error_log (before 5.2).
 */
bool tracefile_reason(const char *dir, const char *command, char *reason, size_t size);

/* As tracefile_reason(), of the text of an error_log. */
bool tracefile_reason_in(const char *log, const char *command, char *reason,
			 size_t size);

#endif /* CLI_RECORD_TRACEFILE_H */
