/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * book - who deferred how much, and who paid: an account for every deferred counter.
 *
 * Judged calls are entered one by one, in the order they are handed out.  Calls of one
 * counter overlap, so an account is a sum of movements and no list of balances; for
 * each, exactly and modulo 2^64,
 *
 *	opening + added - paid - written_off + moved + unseen = closing
 *
 * where `unseen` is what the counter has won or lost and no entered call accounts for:
 * events that are missing, calls that are unexplained or were filtered out.
 *
 *	shr_book_init(&book, src, SHR_BY_TASK, true);
 *	...shr_book_enter(&book, call, &err) for each call
 *	shr_book_close(&book, instances, count, &err);
 *	for (size_t i = 0; i < book.account_count; i++)
 *		show(&book.accounts[i]);
 *	shr_book_release(&book);
 *
 * Memory follows counters, not calls; breakdowns are bounded (posts.h).  Counters,
 * lanes and instances are the replay's: it must live as long as the book.
 */
#ifndef CORE_REPLAY_BOOK_H
#define CORE_REPLAY_BOOK_H

#include "core/replay/posts.h"

#include <stddef.h>

/* What calls can be broken down by. */
enum shr_by {
	SHR_BY_NOTHING,
	SHR_BY_TASK,
	SHR_BY_GFP,
	SHR_BY_CONTEXT, /* enum shr_reclaim */
	SHR_BY_MEMCG,
	SHR_BY_PRIORITY,
	SHR_BY_COUNT
};

/* A counter. */
struct shr_account {
	const struct shr_counter *counter;
	struct shr_sums sums;
	bool opening_known; /* else no call said what it took: nothing below is */
	bool closing_known;
	bool settled; /* and no call that is still open has taken it since */
	int64_t opening;
	int64_t moved; /* came from counters of others, or, negative, went there */
	int64_t unseen;
	int64_t closing;
	bool highest_known;
	int64_t highest; /* value that a call found or left */
	uint64_t highest_n, highest_ns;
	const struct shr_lane *into; /* who has its work now; NULL: it has */
	uint64_t last_ns;	     /* private: end that said what closing is */
	int64_t gone;		     /* private: what another shrinker inherited */
	size_t order;		     /* private */
};

/* Accounts, added up. */
struct shr_total {
	const struct shr_instance *instance; /* NULL: of all */
	uint64_t accounts;
	uint64_t open;	    /* accounts that close above 0 */
	uint64_t unsettled; /* accounts whose closing is older than some call's start */
	uint64_t unknown; /* accounts that do not add up: opening, closing not known */
	uint64_t jumps;	  /* accounts with something unseen */
	struct shr_sums sums;
	int64_t moved;
	int64_t opening, unseen, closing; /* of the accounts that add up */
};

struct shr_book {
	struct shr_source *src; /* borrowed */
	enum shr_by by;
	bool whole;
	struct shr_account *accounts; /* owned; sorted by what was added when closed */
	size_t account_count, account_cap;
	struct shr_map index; /* of accounts, by counter; until closed */
	struct shr_posts tasks, masks;
	struct shr_posts causes;  /* by shrinker, task, mask and context */
	struct shr_posts parts;	  /* by `by`; sorted as the causes are */
	struct shr_total *totals; /* owned; by shrinker, sorted; when closed */
	size_t total_count;
	struct shr_total all;
	uint64_t first_ns, last_ns; /* of the calls: first start, last end */
};

/*
 * @whole: every call on a counter will be entered, or none, so that the counters
 * themselves say how they close; else accounts end with their last call.
 */
void shr_book_init(struct shr_book *book, struct shr_source *src, enum shr_by by,
		   bool whole);

/* Enter a judged call.  Returns 0, or -1 with *err filled in: no memory. */
int shr_book_enter(struct shr_book *book, const struct shr_call *call,
		   struct shr_err *err);

/*
 * No more calls: balance the accounts, add up and sort.  @instances are all that the
 * replay has.  Returns 0, or -1 with *err filled in: no memory.
 */
int shr_book_close(struct shr_book *book, struct shr_instance *const *instances,
		   size_t count, struct shr_err *err);

/* Accepts one that is all zero, and leaves one. */
void shr_book_release(struct shr_book *book);

/* The movement of @call; false where its amounts do not tell. */
bool shr_call_movement(const struct shr_call *call, struct shr_movement *movement);

#endif /* CORE_REPLAY_BOOK_H */
