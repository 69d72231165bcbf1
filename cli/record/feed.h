/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * feed - the events of the running kernel as a source, while they happen.
 *
 * Traces as a recording does, but what is drained goes to the live reader
 * (parsers/live.h) and not into a file.  Nobody can know that a CPU has nothing older
 * in the making than what others have shown; so an event is given a while to arrive,
 * which is longer than any interrupt keeps one, before what came after it comes out.
 *
 *	status = feed_open(&feed, &options, given);
 *	while (status == EXIT_GOOD && !done && feed_take(&feed, mine, count, 1000) == 0)
 *		...read shr_live_source(feed.live) until it has no more
 *	feed_rest(&feed);
 *	...and once more
 *	status = feed_close(&feed, status);
 */
#ifndef CLI_RECORD_FEED_H
#define CLI_RECORD_FEED_H

#include "cli/record/drain.h"
#include "cli/record/textbuf.h"
#include "cli/record/tracing.h"
#include "parsers/live.h"

#include <limits.h>
#include <stdint.h>

struct pollfd;
struct shr_format_text;

struct feed {
	struct tracing tracing;
	struct drain drain;
	struct shr_live *live;		 /* owned */
	char path[PATH_MAX];		 /* of the instance */
	struct shr_format_text *formats; /* owned */
	uint8_t *page;			 /* owned */
	uint64_t tasks_read_ns;		 /* when the names of tasks were */
	uint64_t newest_ts;		 /* of all that had been drained, */
	uint64_t newest_known_ns;	 /* when that was looked at */
	uint64_t settled_ts;		 /* all that is as old has arrived */
};

/*
 * Begin to trace.  @given: lines of kallsyms that go before the kernel's own, borrowed
 * until close; ptr NULL: none.  EXIT_GOOD, or EXIT_TROUBLE after complaining; close it
 * in both cases.
 */
int feed_open(struct feed *feed, const struct tracing_options *options,
	      struct shr_str given);

/*
 * Wait for at most @timeout_ms, and take what all CPUs have.  @others and @count as
 * drain_wait() has them.  EXIT_GOOD, or EXIT_TROUBLE after complaining.
 */
int feed_take(struct feed *feed, struct pollfd *others, size_t count, int timeout_ms);

/* Trace no more, and take everything that is left.  As feed_take(). */
int feed_rest(struct feed *feed);

/* Look up the names of tasks, which the kernel keeps for a while, if not just done. */
void feed_name_tasks(struct feed *feed);

/*
 * Remove what was made.  @status, or EXIT_TROUBLE after complaining that something
 * remains, or that a CPU has gone.  Accepts what a failed open left.
 */
int feed_close(struct feed *feed, int status);

#endif /* CLI_RECORD_FEED_H */
