/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * leftover - files that recorders left behind which were killed.
 *
 * A recorder writes to .NAME.XXXXXX (outfile.h), and has it locked for as long as it
 * lives, in whatever pid namespace.  So a trace.dat of such a name that nobody has
 * locked is what a dead one had taken.  It may be all there is of an incident: it is
 * only ever told of.
 */
#ifndef CLI_RECORD_LEFTOVER_H
#define CLI_RECORD_LEFTOVER_H

/* Told of each, by a path that can be opened. */
typedef void leftover_told(void *ctx, const char *path);

/*
 * Find those in the folder of @path, a file that may be still to be made, that are this
 * user's.  How many there are; none, where the folder cannot be read.
 */
unsigned leftover_find(const char *path, leftover_told *told, void *ctx);

#endif /* CLI_RECORD_LEFTOVER_H */
