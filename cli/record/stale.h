/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stale - instances that recorders left behind which were killed.
 *
 * An instance called shrinkctl-PID is stale when no process of that pid has been
 * running since before the instance was made, and when the kernel agrees to remove it,
 * which it does not while anybody has a file of it open: a session always has one
 * (session.h). So a pid that is in use again saves nothing, one of another pid
 * namespace endangers nothing, and a clock that was set back in between does neither.
 */
#ifndef CLI_RECORD_STALE_H
#define CLI_RECORD_STALE_H

#include <stddef.h>

struct shr_err;

/* Told of each instance that was removed, and with why not of each that could not be.
 */
typedef void stale_told(void *ctx, const char *name, const char *why_not);

/*
 * Remove stale instances.  How many there were, removed or not, or -1 with *err filled
 * in when nobody can tell.  @told may be NULL.
 */
int stale_remove(stale_told *told, void *ctx, struct shr_err *err);

#endif /* CLI_RECORD_STALE_H */
