/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * workload - the command that is recorded: `record -- COMMAND ARG...`.
 *
 * A recorder is root, what it records need not be: under sudo the command runs as the
 * user that called sudo, with that one's groups and home.  It has the terminal and the
 * signals of the recorder's process group, so that Ctrl-C reaches both.
 */
#ifndef CLI_RECORD_WORKLOAD_H
#define CLI_RECORD_WORKLOAD_H

#include <stdbool.h>
#include <sys/types.h>

struct shr_err;

struct workload {
	pid_t pid; /* 0: none runs */
	int fd;	   /* to poll for its end, or -1 */
	bool ended;
	int status; /* as wait(2) has it, once ended */
	bool asked; /* to end, by workload_close() */
};

/* None, which is no fault to wait for or to close. */
#define WORKLOAD_NONE ((struct workload){ .fd = -1 })

/*
 * Run @argv; @to_stderr: what it prints goes there, for standard output is taken.  0,
 * or -1 with *err filled in, also when there is no such command.
 */
int workload_open(struct workload *workload, char *const argv[], bool to_stderr,
		  struct shr_err *err);

/* Whether it has ended, or there is none to wait for. */
bool workload_has_ended(struct workload *workload);

/* "exited with status 3", "was killed by signal 15 (Terminated)"; NULL: all is well, or
 * as it was asked. */
const char *workload_fault(const struct workload *workload, char *buf, size_t size);

/* If it still runs, ask it to end (SIGTERM), and wait for that.  Keeps the status. */
void workload_close(struct workload *workload);

#endif /* CLI_RECORD_WORKLOAD_H */
