/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * predict - what one generation's arithmetic says of one call.
 *
 * Observing turns the raw values of the two events into amounts, by that
 * generation's meaning of them.  Predicting computes the same amounts from what was
 * known at the start.  Inference sits between: a shrinker whose batch or seeks no
 * source names has candidates, which predict what they agree on and are narrowed by
 * each call afterwards.
 *
 * The recorded deferred is an input, not a result, so that one surprise is not
 * counted twice; for the same reason the write-back takes the recorded scanned.
 */
#ifndef CORE_REPLAY_PREDICT_H
#define CORE_REPLAY_PREDICT_H

#include "core/model/generation.h"
#include "core/model/scan.h"
#include "core/replay/call.h"

#include <stdbool.h>

/* A generation, as it ran on one machine. */
struct shr_rules {
	const struct shr_generation *gen;
	enum shr_end_rule end;
	unsigned long_size; /* bytes of long */
};

/* What the kernel's arithmetic took for @call, as far as its start says; else 0. */
struct shr_scan_input shr_predict_input(const struct shr_call *call);

/* Fill in call->observed from its events. */
void shr_observe(const struct shr_rules *rules, struct shr_call *call);

/*
 * Fill in call->predicted except for SHR_DEFERRED, which is the caller's, and set in
 * call->differ what it says otherwise than observed.  Narrows the candidates of
 * call->instance.  Returns what became of the scan loop.
 */
enum shr_scan_fault shr_predict(const struct shr_rules *rules, struct shr_call *call);

/*
 * Whether @call cannot have run under @rules.  @alone: no other call overlapped it,
 * so that nobody else can have added to the counter.  Looks at the events only, and
 * at parameters, not at call->observed.
 */
bool shr_contradicts(const struct shr_rules *rules, const struct shr_call *call,
		     bool alone);

#endif /* CORE_REPLAY_PREDICT_H */
