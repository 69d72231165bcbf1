/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * turns - calls get their numbers, and come out, in the order of their starts.
 *
 * A call can be evidence for another before its turn has come (ledger.h): then the
 * other waits until it can name it.
 */
#ifndef CORE_REPLAY_TURNS_H
#define CORE_REPLAY_TURNS_H

#include "core/replay/call.h"

struct shr_turns {
	uint64_t count;		       /* calls numbered */
	struct shr_call *first, *last; /* in the queue, by call->next */
};

/* Give @call, whose counter is set, the next number, if it has none. */
void shr_turns_number(struct shr_turns *turns, struct shr_call *call);

/* @call comes out after all that were queued before. */
void shr_turns_queue(struct shr_turns *turns, struct shr_call *call);

/* Take the next call out that is judged and can name its evidence; NULL: none yet. */
struct shr_call *shr_turns_next(struct shr_turns *turns);

#endif /* CORE_REPLAY_TURNS_H */
