/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * explain - how the model comes to what it predicts of one judged call.
 *
 * The same arithmetic that predicted the call, with the same inputs, as formulas.  The
 * shrinker's batch and seeks are taken as its instance knows them now: at the end of a
 * capture that is at least what was known when the call was judged, so that the loop
 * can have formulas although nothing was predicted of it.  Where a stage would need
 * what nobody knows, it has none.
 *
 *	struct shr_explanation why;
 *
 *	shr_explain(&fit->rules, &call, &why);
 *	show(&why.delta);
 */
#ifndef CORE_REPLAY_EXPLAIN_H
#define CORE_REPLAY_EXPLAIN_H

#include "core/model/steps.h"
#include "core/replay/call.h"

#include <stdbool.h>
#include <stdint.h>

struct shr_rules;

struct shr_explanation {
	struct shr_steps delta, plan, loop, store; /* .count 0: cannot be told */
	uint64_t used_delta; /* the predicted, or else the recorded, that the plan takes
			      */
	bool delta_recorded; /* it is the recorded one: nothing predicts it */
	int32_t seeks;	     /* of the formulas of delta */
	int64_t batch;	     /* as it works; 0: not known */
	bool refused;	     /* it was foreseen, and the callback was asked */
	uint64_t full; /* batches scanned before the loop ended, if batch is known */
	int64_t next;  /* what the loop would have asked for next; 0: it was done, or
			  batch is not known */
	int64_t written_off; /* deferred work that the write-back drops */
	int64_t before;	     /* what others had put into the counter by then */
	bool store_known;    /* the two above are known */
};

/* @call has been judged under @rules. */
void shr_explain(const struct shr_rules *rules, const struct shr_call *call,
		 struct shr_explanation *why);

/* Observed less predicted.  False: one is not known, or it takes more than 64 bits. */
bool shr_call_difference(const struct shr_call *call, enum shr_amount amount,
			 int64_t *difference);

#endif /* CORE_REPLAY_EXPLAIN_H */
