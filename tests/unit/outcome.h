/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * outcome - what came out of one replay: every call as it was judged, and the sums.
 *
 *	struct outcome outcome;
 *
 *	outcome_machine(&outcome, &machine, "7.2.13");
 *	use(outcome.calls, outcome.count, outcome.summary);
 *	outcome_end(&outcome);
 *
 * Between outcome_begin() and outcome_replay() the options, and what the capture says
 * of itself, can be changed.
 */
#ifndef TESTS_UNIT_OUTCOME_H
#define TESTS_UNIT_OUTCOME_H

#include "core/err.h"
#include "core/replay/replay.h"
#include "tests/unit/machine.h"

struct outcome {
	struct shr_call_sink sink; /* first: the callback casts back */
	struct fake_source fake;
	struct shr_source *src; /* borrowed: the fake one, or a capture's */
	struct shr_replay_options options;
	struct shr_replay *replay;
	const struct shr_summary *summary;
	struct shr_call *calls; /* owned: as they were judged */
	size_t count, cap;
	size_t fail_at; /* the call, from 1, at which the sink gives up; 0: never */
};

static int keep_call(struct shr_call_sink *sink, const struct shr_call *call,
		     struct shr_err *err)
{
	struct outcome *outcome = (struct outcome *)sink;

	if (outcome->count == outcome->cap) {
		outcome->cap = outcome->cap ? 2 * outcome->cap : 64;
		outcome->calls = reallocarray(outcome->calls, outcome->cap,
					      sizeof(*outcome->calls));
		assert_non_null(outcome->calls);
	}
	outcome->calls[outcome->count++] = *call;
	if (outcome->count == outcome->fail_at)
		return shr_fail(err, SHR_ERR_IO, "the sink is full");
	return 0;
}

UNUSED static void outcome_begin(struct outcome *outcome, unsigned layouts,
				 const char *kernel)
{
	*outcome = (struct outcome){ .sink = { keep_call } };
	fake_init(&outcome->fake, layouts, kernel);
	outcome->src = &outcome->fake.src;
}

UNUSED static void outcome_open(struct outcome *outcome)
{
	struct shr_err err = { .reason = "" };

	outcome->replay =
		shr_replay_new(outcome->src, &outcome->options, &outcome->sink, &err);
	if (!outcome->replay)
		fail_msg("%s", err.reason);
}

/* Replay @count @events in batches of @step, and sum up. */
UNUSED static void outcome_replay(struct outcome *outcome,
				  const struct shr_event *events, size_t count,
				  size_t step)
{
	struct shr_err err;

	outcome_open(outcome);
	for (size_t i = 0; i < count; i += step) {
		size_t rest = count - i;
		const struct shr_batch batch = { events + i,
						 rest < step ? rest : step };

		assert_int_equal(shr_replay_batch(outcome->replay, &batch, &err), 0);
	}
	assert_int_equal(shr_replay_finish(outcome->replay, &err), 0);
	outcome->summary = shr_replay_summary(outcome->replay);
	assert_int_equal(outcome->summary->all.calls, outcome->count);
}

UNUSED static void outcome_end(struct outcome *outcome)
{
	shr_replay_free(outcome->replay);
	free(outcome->calls);
}

/* All that @machine traced, with the release it says it is. */
UNUSED static void outcome_machine(struct outcome *outcome,
				   const struct machine *machine, const char *kernel)
{
	outcome_begin(outcome, machine->layout, kernel);
	outcome_replay(outcome, machine->events, machine->count, 16);
}

/* The call whose start was at @ts_ns. */
UNUSED static const struct shr_call *outcome_call(const struct outcome *outcome,
						  uint64_t ts_ns)
{
	for (size_t i = 0; i < outcome->count; i++)
		if (outcome->calls[i].start_ns == ts_ns)
			return &outcome->calls[i];
	fail_msg("no call started at %llu", (unsigned long long)ts_ns);
	return NULL;
}

UNUSED static size_t outcome_count(const struct outcome *outcome,
				   enum shr_verdict verdict)
{
	return outcome->summary->all.verdicts[verdict];
}

#endif /* TESTS_UNIT_OUTCOME_H */
