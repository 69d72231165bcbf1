/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/call.h"

#include <string.h>

static const char *const verdicts[SHR_VERDICT_COUNT] = {
	[SHR_EXACT] = "exact",
	[SHR_REFUSED] = "refused",
	[SHR_OWN_COUNT] = "own_count",
	[SHR_CONCURRENT] = "concurrent",
	[SHR_REPARENTED] = "reparented",
	[SHR_REUSED] = "reused",
	[SHR_LOST_EVENTS] = "lost",
	[SHR_AMBIGUOUS] = "ambiguous",
	[SHR_UNEXPLAINED] = "unexplained",
};

static const char *const amounts[SHR_AMOUNT_COUNT] = {
	[SHR_DEFERRED] = "deferred", [SHR_FREEABLE] = "freeable",
	[SHR_DELTA] = "delta",	     [SHR_PLANNED] = "planned",
	[SHR_LEFT] = "left",	     [SHR_SCANNED] = "scanned",
	[SHR_FREED] = "freed",	     [SHR_NEW_DEFERRED] = "new_deferred",
};

const char *shr_verdict_name(enum shr_verdict verdict)
{
	return verdicts[verdict];
}

enum shr_verdict shr_verdict_find(const char *name)
{
	for (enum shr_verdict verdict = 0; verdict < SHR_VERDICT_COUNT; verdict++)
		if (!strcmp(verdicts[verdict], name))
			return verdict;
	return SHR_VERDICT_COUNT;
}

const char *shr_amount_name(enum shr_amount amount)
{
	return amounts[amount];
}

bool shr_call_is_refused(const struct shr_call *call)
{
	return call->verdict == SHR_REFUSED ||
	       (call->foreseen_refusal && call->batches);
}
