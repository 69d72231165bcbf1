/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tally - what is in a finished capture, by reading it as any other command would.
 *
 * The kernel counts what it recorded; what a full disk has cut off, and how many of the
 * events are calls, only the file knows.  Reading costs a fraction of recording.
 */
#ifndef CLI_RECORD_TALLY_H
#define CLI_RECORD_TALLY_H

#include <stdint.h>

struct tally {
	uint64_t events;
	uint64_t starts; /* calls that have begun */
};

/* EXIT_GOOD, or EXIT_TROUBLE when what is wrong with the file has been complained of.
 */
int tally_read(struct tally *tally, const char *path);

#endif /* CLI_RECORD_TALLY_H */
