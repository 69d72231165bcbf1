/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/judge.h"

static bool differs(const struct shr_call *call, enum shr_amount amount)
{
	return call->differ >> amount & 1;
}

/* From 3.2 on the end repeats the deferred count of its start. */
static bool ends_disagree(const struct shr_rules *rules, const struct shr_call *call)
{
	return rules->end != SHR_END_OLD_AT_END &&
	       (call->has & call->end_has & SHR_HAS_DEFERRED) &&
	       call->start.deferred != call->end.deferred;
}

/* What is there beyond the prediction, or missing to it. */
static int64_t surplus(const struct shr_call *call, enum shr_amount amount)
{
	return (int64_t)((uint64_t)call->observed.value[amount] -
			 (uint64_t)call->predicted.value[amount]);
}

/*
 * Whether what others added while the call ran, and memcgs that ended left, is all
 * there is beside its own.
 */
static bool others_account(const struct shr_call *call)
{
	uint64_t others = call->others.count ? (uint64_t)call->others.total : 0;

	return !call->broke_end && (call->others.count || call->arrivals.count) &&
	       (uint64_t)surplus(call, SHR_NEW_DEFERRED) ==
		       others + (uint64_t)call->arrived;
}

/* Whether movements in another order than recorded are all that differs. */
static bool order_accounts(const struct shr_call *call)
{
	return !call->broke_start && call->ahead.count &&
	       surplus(call, SHR_DEFERRED) == call->ahead.total;
}

/* Whether the call itself did what no kernel does, given what it found. */
static bool end_is_wrong(const struct shr_rules *rules, const struct shr_call *call)
{
	return call->fault == SHR_SCAN_WRONG || ends_disagree(rules, call) ||
	       call->broke_end ||
	       (differs(call, SHR_NEW_DEFERRED) && !others_account(call));
}

/* What it found at its start is not what the counter held. */
static enum shr_verdict judge_start(const struct shr_call *call)
{
	if (call->gap_before)
		return SHR_LOST_EVENTS;
	return call->unsure ? SHR_AMBIGUOUS : SHR_UNEXPLAINED;
}

enum shr_verdict shr_judge(const struct shr_rules *rules, const struct shr_call *call,
			   bool gap_within)
{
	bool order = differs(call, SHR_DEFERRED) && order_accounts(call);

	if (differs(call, SHR_DELTA) || differs(call, SHR_PLANNED))
		return SHR_UNEXPLAINED;
	if (end_is_wrong(rules, call))
		return gap_within ? SHR_LOST_EVENTS : SHR_UNEXPLAINED;
	if (differs(call, SHR_DEFERRED) && !order)
		return judge_start(call);
	if (call->unsure && !call->expected_known)
		return SHR_AMBIGUOUS;
	if (call->reuse)
		return SHR_REUSED;
	if (call->legacies.count || call->arrivals.count)
		return SHR_REPARENTED;
	if (order || differs(call, SHR_NEW_DEFERRED))
		return SHR_CONCURRENT;
	if (call->fault == SHR_SCAN_STOPPED)
		return SHR_REFUSED;
	return call->fault == SHR_SCAN_OWN_COUNT ? SHR_OWN_COUNT : SHR_EXACT;
}
