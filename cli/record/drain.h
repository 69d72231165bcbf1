/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * drain - takes the pages out of the buffers of all CPUs.
 *
 * One thread polls trace_pipe_raw of every CPU; the kernel wakes it when a buffer is a
 * quarter full, and once a second it looks by itself, for a capture that a SIGKILL ends
 * must not lack more.  Pages move by splice(2), without being copied through here;
 * where the kernel refuses that, by read(2).  One thread
 * is enough: a splice costs some 40 ns an event, a tenth of what tracing costs the
 * traced.
 *
 *	drain_open(&drain, &session, &sink, &err);
 *	while (!done && drain_wait(&drain, mine, count, 1000, &err) == 0)
 *		...look at mine[].revents
 *	session_stop(&session, &err);
 *	drain_rest(&drain, &err);
 *	drain_close(&drain);
 */
#ifndef CLI_RECORD_DRAIN_H
#define CLI_RECORD_DRAIN_H

#include "cli/record/cpu_stats.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct pollfd;
struct session;
struct shr_err;

enum { DRAIN_OTHERS = 4 };

/* What a sink gets in one call, at most. */
enum { DRAIN_AT_ONCE = 1 << 20 };

/*
 * Where the pages go, in whole ones.  While it is full it gets none: they wait in the
 * kernel's buffers.  The others return 0, or -1 with *err filled in.
 */
struct drain_sink {
	void *ctx;
	bool (*is_full)(void *ctx); /* NULL: it never is */
	/* @len bytes that wait in @pipe. */
	int (*pour)(void *ctx, unsigned cpu, int pipe, size_t len, struct shr_err *err);
	/* @len bytes at @page. */
	int (*copy)(void *ctx, unsigned cpu, const void *page, size_t len,
		    struct shr_err *err);
};

struct drain_cpu {
	unsigned cpu;
	int raw;	   /* trace_pipe_raw; -1: this CPU has gone */
	uint64_t bytes;	   /* taken: whole pages */
	uint64_t swept;	   /* of them, when it was last swept */
	uint64_t muted_ns; /* not to be polled until then */
	bool more;	   /* its buffer was not empty when drain_now() left it */
	struct cpu_stats stats;
	bool absent; /* has no buffer yet: it has not come up since */
	int gone;    /* errno that the CPU went with, or 0 */
};

struct drain {
	const struct session *session;
	struct drain_sink sink;
	struct drain_cpu *cpus; /* owned; in the order of their numbers */
	size_t cpu_count;
	struct pollfd *polls; /* owned */
	int pipe[2];
	size_t pipe_size;
	uint8_t *page; /* owned */
	bool copies;   /* splice is refused */
	uint64_t next_sweep_ns;
	uint64_t bytes; /* taken, of all CPUs */
};

/*
 * Open the buffers of every CPU that the instance has.  0, or -1 with *err filled in;
 * close it in both cases.
 */
int drain_open(struct drain *drain, const struct session *session,
	       const struct drain_sink *sink, struct shr_err *err);

/*
 * Wait for at most @timeout_ms, take what there is, and leave in @others, at most
 * DRAIN_OTHERS, what poll(2) says of them.  0, or -1 with *err filled in when the sink
 * takes no more.
 */
int drain_wait(struct drain *drain, struct pollfd *others, size_t count, int timeout_ms,
	       struct shr_err *err);

/*
 * Take what every CPU has now, also pages that are not full, but no more of each than a
 * few buffers hold.  As drain_wait().
 */
int drain_now(struct drain *drain, struct shr_err *err);

/*
 * Take everything, also pages that are not full: after session_stop().  0, 1 when there
 * may be more but the sink is full, or -1 as drain_wait().
 */
int drain_rest(struct drain *drain, struct shr_err *err);

/* Read the statistics of every CPU. */
void drain_count(struct drain *drain);

/* Close the buffers, so that the instance can be removed; counts stay. */
void drain_finish(struct drain *drain);

/* Accepts what a failed open left. */
void drain_close(struct drain *drain);

#endif /* CLI_RECORD_DRAIN_H */
