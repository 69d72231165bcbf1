/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * judge - the verdict of a call, from what was predicted, observed and entered.
 *
 * One rule holds for all: a verdict other than unexplained needs evidence that adds up
 * exactly.  What a call's own arithmetic gets wrong, nothing outside of it explains.
 */
#ifndef CORE_REPLAY_JUDGE_H
#define CORE_REPLAY_JUDGE_H

#include "core/replay/predict.h"

/*
 * The verdict of @call, whose movements the ledger has entered.  @gap_within: events
 * are missing between its start and its end.
 */
enum shr_verdict shr_judge(const struct shr_rules *rules, const struct shr_call *call,
			   bool gap_within);

#endif /* CORE_REPLAY_JUDGE_H */
