/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/survey.h"

uint64_t survey_size(int64_t amount)
{
	return amount < 0 ? 0 - (uint64_t)amount : (uint64_t)amount;
}

/* What others moved on the counter of a concurrent call, all in all. */
static int64_t moved_by_others(const struct shr_call *call)
{
	int64_t added = call->others.count ? call->others.total : 0;
	int64_t before = call->ahead.count ? call->ahead.total : 0;

	return survey_size(added) >= survey_size(before) ? added : before;
}

static void note_verdict(struct survey_verdict *verdict, const struct shr_call *call)
{
	if (verdict->count < SURVEY_NAMED)
		verdict->n[verdict->count] = call->n;
	verdict->count++;
	if (call->verdict != SHR_CONCURRENT) {
		verdict->amount = (int64_t)((uint64_t)verdict->amount +
					    (uint64_t)call->inherited);
		return;
	}
	int64_t moved = moved_by_others(call);

	if (survey_size(moved) > survey_size(verdict->amount)) {
		verdict->amount = moved;
		verdict->amount_n = call->n;
	}
}

static int survey_call(struct shr_call_sink *sink, const struct shr_call *call,
		       struct shr_err *err)
{
	struct survey *survey = (struct survey *)sink;

	(void)err;
	survey->calls++;
	survey->memcg_from[call->memcg_from]++;
	survey->identified += call->identity_has != 0;
	survey->identity_has |= call->identity_has;
	if (call->verdict != SHR_EXACT)
		note_verdict(&survey->verdicts[call->verdict], call);
	return 0;
}

void survey_init(struct survey *survey)
{
	*survey = (struct survey){ .sink = { survey_call } };
}
