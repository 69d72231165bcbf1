/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ledger - every movement of a deferred counter, in an order that adds up.
 *
 * A call moves its counter twice: it takes what is there (an exchange with 0) and
 * gives its remainder back (an addition).  What was there before and after either is
 * in the events or follows from them:
 *
 *	exchange	before: deferred		after: 0
 *	addition	before: new - remainder		after: new
 *
 * So the movements of one counter form a chain, each beginning where the last ended,
 * and the chain has no slack: an amount that is off by one breaks it.  Events are
 * stamped a little after the movement, so calls that overlap can be recorded in
 * another order than they moved in.  Where the recorded order breaks the chain, a
 * movement may be taken earlier than its stamp, back to the moment its task was last
 * seen before it, and no further.
 */
#ifndef CORE_REPLAY_LEDGER_H
#define CORE_REPLAY_LEDGER_H

#include "core/replay/call.h"

#include <stdbool.h>
#include <stdint.h>

struct shr_instance;
struct shr_lane;

enum { SHR_HISTORY = 8 };

/* A value that a counter had, and the movement that ended it. */
struct shr_was {
	int64_t value;
	uint64_t until_ns; /* stamp of that movement */
	struct shr_part by;
};

struct shr_counter {
	int64_t value;
	uint64_t gaps_seen; /* how many gaps the capture had when it was last seen */
	uint64_t seen_ns;   /* and when that was */
	uint64_t stray_ns; /* since then a call ended whose start is missing; 0: none */
	bool known;	   /* false until first seen, and after a start without end */
	bool firm;	   /* a call that can only be its lane's has used it */
	bool sure; /* it is its lane's: recorded, or shown by an amount that fits */
	bool left; /* what it holds is expected at its lane's parent, inferred */
	bool passed_on; /* what it held is another's: its parent's, or by its id */
	uint32_t open;	/* calls that have taken it and not given back yet */
	uint32_t history_count;
	int64_t bequest; /* what of that its lane's parent has, where lanes are told */
	/* What count_objects() should return next, if nothing else happens. */
	int64_t freeable;
	/* What was added since the last exchange. */
	struct shr_parts parts;
	/* What came otherwise since then: from memcgs that ended, or by its id. */
	int64_t inherited;
	struct shr_legacies legacies;
	const struct shr_instance *left_by;  /* who had the id; NULL: not by id */
	struct shr_was history[SHR_HISTORY]; /* a ring, newest at history_count - 1 */
	struct shr_call *early; /* entered before their turn, by call->next */
	/* What it counts for; borrowed, and set by counters.h. */
	struct shr_instance *instance;
	struct shr_lane *lane; /* of its memcg; NULL: it is nobody's own */
	uint32_t slot;	       /* node, or 0 where all nodes share it */
	struct shr_counter *next_of_instance, *next_of_lane;
	uint64_t opened_ns; /* since when it has been known without a break */
};

/* The movement before the last @back ones; @back < history_count and SHR_HISTORY. */
static inline const struct shr_was *shr_counter_was(const struct shr_counter *counter,
						    uint32_t back)
{
	return &counter->history[(counter->history_count - 1 - back) % SHR_HISTORY];
}

enum shr_entry {
	SHR_ENTRY_FITS,	 /* the chain goes on */
	SHR_ENTRY_OPENS, /* the counter was not known: it is now */
	SHR_ENTRY_WAITS, /* it may fit when more events are known: ask again */
	SHR_ENTRY_BREAKS /* it does not fit; nothing was moved */
};

/* What the ledger asks of its owner about calls it looks ahead to. */
struct shr_ledger_owner {
	/*
	 * Whether @call, which it predicts first, works on @counter, or may, and its
	 * event may be @lag_ns late.
	 */
	bool (*may_move)(struct shr_ledger_owner *owner, struct shr_call *call,
			 const struct shr_counter *counter, uint64_t lag_ns);

	/* It does: a movement of @call is entered there. */
	void (*moves)(struct shr_ledger_owner *owner, struct shr_call *call,
		      struct shr_counter *counter);
};

/*
 * Enter the movement of @step, a start or an end whose call->counter is set and, for
 * an end, whose store is predicted.  @more: further events may come.  Movements that
 * go before it are entered as well, and their calls marked.
 */
enum shr_entry shr_ledger_enter(struct shr_ledger_owner *owner, struct shr_step *step,
				bool more);

/* Enter the movement although it breaks the chain: the recorded value counts. */
void shr_ledger_force(struct shr_step *step);

/* What it holds is not known any more, nor where that comes from. */
void shr_ledger_forget(struct shr_counter *counter);

/* What the counter had before the movement of @step. */
int64_t shr_ledger_before(const struct shr_step *step);

#endif /* CORE_REPLAY_LEDGER_H */
