/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * find - one call among all of a capture, and who took what it left.
 *
 * Calls are shown to it in the order of their starts, as replay hands them out: all
 * of them, unfiltered.  It keeps a copy of the one that is asked for, by number, by
 * time, or the worst, and goes on looking for calls that took its remainder.
 * Memory follows counters and what is open, not calls.
 *
 *	struct shr_find find = { .how = SHR_FIND_N, .n = 17 };
 *
 *	...shr_find_call(&find, call, &err) for each
 *	if (find.found)
 *		show(&find.call);
 *	shr_find_release(&find);
 */
#ifndef CORE_REPLAY_FIND_H
#define CORE_REPLAY_FIND_H

#include "core/replay/call.h"
#include "core/replay/filter.h"
#include "core/replay/map.h"

#include <stdbool.h>
#include <stdint.h>

struct shr_err;

enum shr_find_how {
	SHR_FIND_N,  /* the call of that number, whatever the filter */
	SHR_FIND_AT, /* the call that runs at that time, or the next to start */
	/*
	 * Unexplained first, then lost or ambiguous, then the largest difference
	 * between predicted and observed, then the largest planned; the first of
	 * equals.
	 */
	SHR_FIND_WORST,
};

enum { SHR_RUNNING = 4 };

/* The later call that took what the one found had left: an exchange takes all. */
struct shr_taker {
	uint64_t n;
	uint64_t start_ns;
	int32_t pid;
	uint32_t comm;
	int64_t amount; /* of it */
};

struct shr_find {
	/* The question. */
	enum shr_find_how how;
	uint64_t n;
	uint64_t at_ns;
	struct shr_filter filter; /* not for SHR_FIND_N; absolute: shr_filter_begin() */

	/* The answer. */
	bool found;
	struct shr_call call;  /* what it points to lives as long as the replay */
	bool first_on_counter; /* of all calls that have both events */
	bool runs;	       /* SHR_FIND_AT: at that time */
	uint64_t running;      /* SHR_FIND_AT: other calls that ran then, too */
	uint64_t running_n[SHR_RUNNING]; /* the first of them */
	struct shr_taker taker;		 /* if taken */
	bool taken;
	/*
	 * Instead of a taker: the next call on the counter, where it does not say from
	 * whom its deferred is; 0 if there was none such.
	 */
	uint64_t vague_n;
	uint64_t calls;	 /* seen, all */
	uint64_t passed; /* seen, through the filter */

	/* Private: counters seen so far, and takers (owned) of calls still to come. */
	struct shr_map counters, early;
};

/* Show it a call.  Returns 0, or -1 with *err filled in when memory runs out. */
int shr_find_call(struct shr_find *find, const struct shr_call *call,
		  struct shr_err *err);

/* What was found stays; it may not be used again. */
void shr_find_release(struct shr_find *find);

#endif /* CORE_REPLAY_FIND_H */
