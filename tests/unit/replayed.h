/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * replayed - what a replay hands out for the events of a simulated machine.
 *
 *	struct replayed replayed;
 *
 *	replayed_machine(&replayed, &machine, "6.12.95", true);
 *	use(replayed.calls, replayed.count);
 *	replayed_release(&replayed);
 *
 * Lanes and instances that calls point to live until the release.
 */
#ifndef TESTS_UNIT_REPLAYED_H
#define TESTS_UNIT_REPLAYED_H

#include "core/err.h"
#include "core/replay/replay.h"
#include "tests/unit/machine.h"

struct replayed {
	struct shr_call_sink sink; /* first: the callback casts back */
	struct fake_source fake;
	struct shr_replay *replay;
	struct shr_call *calls; /* owned: as they were judged */
	size_t count, cap;
};

static int replayed_keep(struct shr_call_sink *sink, const struct shr_call *call,
			 struct shr_err *err)
{
	struct replayed *replayed = (struct replayed *)sink;

	(void)err;
	if (replayed->count == replayed->cap) {
		replayed->cap = replayed->cap ? 2 * replayed->cap : 64;
		replayed->calls = reallocarray(replayed->calls, replayed->cap,
					       sizeof(*replayed->calls));
		assert_non_null(replayed->calls);
	}
	replayed->calls[replayed->count++] = *call;
	return 0;
}

/* All that @machine traced; @blind: recorded identity is passed over. */
UNUSED static void replayed_machine(struct replayed *replayed,
				    const struct machine *machine, const char *kernel,
				    bool blind)
{
	const struct shr_replay_options options = { .blind = blind };
	const struct shr_batch batch = { machine->events, machine->count };
	struct shr_err err = { .reason = "" };

	*replayed = (struct replayed){ .sink = { replayed_keep } };
	fake_init(&replayed->fake, machine->layout, kernel);
	replayed->replay =
		shr_replay_new(&replayed->fake.src, &options, &replayed->sink, &err);
	assert_non_null(replayed->replay);
	assert_int_equal(shr_replay_batch(replayed->replay, &batch, &err), 0);
	assert_int_equal(shr_replay_finish(replayed->replay, &err), 0);
}

UNUSED static void replayed_release(struct replayed *replayed)
{
	shr_replay_free(replayed->replay);
	free(replayed->calls);
}

UNUSED static size_t replayed_count(const struct replayed *replayed,
				    enum shr_verdict verdict)
{
	size_t count = 0;

	for (size_t i = 0; i < replayed->count; i++)
		count += replayed->calls[i].verdict == verdict;
	return count;
}

/* The newest call on @cache that was made for @nid and, unless 0, @memcg. */
UNUSED static const struct shr_call *replayed_last(const struct replayed *replayed,
						   const struct cache *cache,
						   int32_t nid, uint64_t memcg)
{
	for (size_t i = replayed->count; i-- > 0;) {
		const struct shr_call *call = &replayed->calls[i];

		if (call->shrinker == cache->address && call->nid == nid &&
		    (!memcg || call->cgroup == memcg))
			return call;
	}
	fail_msg("no such call");
	return NULL;
}

#endif /* TESTS_UNIT_REPLAYED_H */
