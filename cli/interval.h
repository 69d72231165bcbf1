/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * interval - what a stretch of time adds to a replay that goes on.
 *
 * Sums the calls up by shrinker as the replay does from its beginning, and shows them
 * in the replay's own form: a summary of which only `all`, `instances` and
 * `instance_count` are filled in, its instances copies with the interval's sums.
 *
 *	interval_init(&interval);
 *	for (;;) {
 *		interval_begin(&interval, now_ns, capture);
 *		...interval_add() each call
 *		if (interval_end(&interval, now_ns, capture, summary, &err) == 0)
 *			show(&interval);
 *	}
 *	interval_release(&interval);
 */
#ifndef CLI_INTERVAL_H
#define CLI_INTERVAL_H

#include "core/replay/instance.h"
#include "core/replay/replay.h"

#include <stddef.h>
#include <stdint.h>

struct shr_call;
struct shr_capture;
struct shr_err;

/* All fields are for reading. */
struct interval {
	uint64_t number;	   /* from 1 */
	uint64_t begin_ns, end_ns; /* of the clock that the caller shows */
	uint64_t lost_events, lost_gaps;
	struct shr_summary sums;   /* once ended; its shrinkers by what they scanned */
	struct shr_tally *tallies; /* owned; by instance->ordinal */
	size_t cap;
	struct shr_instance *copies;  /* owned; as many */
	struct shr_instance **sorted; /* owned; as many, to copies */
	uint64_t lost_events_before;  /* private */
	uint64_t lost_gaps_before;    /* private */
};

void interval_init(struct interval *interval);
void interval_release(struct interval *interval);

/* The next one, without any calls; of @capture it counts what is lost from now on. */
void interval_begin(struct interval *interval, uint64_t now_ns,
		    const struct shr_capture *capture);

/* 0, or -1 with *err filled in when memory runs out. */
int interval_add(struct interval *interval, const struct shr_call *call,
		 struct shr_err *err);

/*
 * Fill in what the interval comes to; @all is the replay's own summary, which it
 * borrows from until the next begin.  As interval_add().
 */
int interval_end(struct interval *interval, uint64_t now_ns,
		 const struct shr_capture *capture, const struct shr_summary *all,
		 struct shr_err *err);

#endif /* CLI_INTERVAL_H */
