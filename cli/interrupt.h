/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * interrupt - Ctrl-C as something to ask about, not something that strikes.
 *
 * SIGINT, SIGTERM and SIGHUP are blocked and read from a descriptor, so that a long
 * command can stop between two batches and print what it has so far.
 */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct interrupt {
	int fd; /* signalfd, or -1 */
	bool seen;
};

/* Begin to hold back the signals.  Without a signalfd nothing changes. */
void interrupt_open(struct interrupt *interrupt);

/* Let signals strike again. */
void interrupt_close(struct interrupt *interrupt);

/* Whether a signal has arrived: a system call, so not for every event. */
bool interrupt_check(struct interrupt *interrupt);

/* Sleep for so long, or until a signal arrives; whether one has. */
bool interrupt_wait(struct interrupt *interrupt, uint64_t span_ns);

/* read(2), given up with 0 when a signal arrives first. */
ssize_t interrupt_read(struct interrupt *interrupt, int fd, void *buf, size_t size);

#endif /* CLI_INTERRUPT_H */
