/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * replay - a capture through the model: predicted against observed, call by call.
 *
 * Events go in as batches; judged calls come out to a sink, in the order of their
 * starts, and add up in the summary.  The deferred counters are kept here, each
 * under the key its generation has, and are moved only by exchanges and write-backs.
 * Memory follows shrinkers, counters and open calls, not events.
 *
 *	struct shr_replay *replay = shr_replay_new(src, &options, sink, &err);
 *
 *	while ((got = src->next(src, &batch, &err)) > 0)
 *		shr_replay_batch(replay, &batch, &err);
 *	shr_replay_finish(replay, &err);
 *	show(shr_replay_summary(replay));
 *	shr_replay_free(replay);
 */
#ifndef CORE_REPLAY_REPLAY_H
#define CORE_REPLAY_REPLAY_H

#include "core/replay/filter.h"
#include "core/replay/fit.h"
#include "core/replay/instance.h"
#include "core/replay/pair.h"

struct shr_batch;
struct shr_err;
struct shr_replay;
struct shr_source;

/* Zero is the default of every option. */
struct shr_replay_options {
	bool blind;	    /* ignore recorded identity and memcg_id */
	const char *kernel; /* --kernel: a release or a generation's name, else NULL */
	const struct shr_setting
		*settings; /* --set, ended by one without pattern; or NULL */
	struct shr_filter filter;
};

/* Receives each call that passes the filter; the call is lent for the call. */
struct shr_call_sink {
	int (*call)(struct shr_call_sink *sink, const struct shr_call *call,
		    struct shr_err *err);
};

/* How often an amount was predicted, and rightly. */
struct shr_score {
	uint64_t checked;
	uint64_t equal;
};

struct shr_summary {
	uint64_t events; /* starts and ends */
	uint64_t first_ns, last_ns;
	struct shr_pair_stats pairs;
	struct shr_tally all;
	struct shr_score scores[SHR_AMOUNT_COUNT];
	const struct shr_fit *fit;
	struct shr_instance *const *instances; /* by first appearance */
	size_t instance_count;
};

/*
 * Replay what @src will deliver; @sink may be NULL.  All arguments are borrowed until
 * free.  NULL with *err filled in: also for a release that nobody can read.
 */
struct shr_replay *shr_replay_new(struct shr_source *src,
				  const struct shr_replay_options *options,
				  struct shr_call_sink *sink, struct shr_err *err);

/* Accepts NULL. */
void shr_replay_free(struct shr_replay *replay);

/* Take in a batch.  Returns 0, or -1 with *err filled in by core or by the sink. */
int shr_replay_batch(struct shr_replay *replay, const struct shr_batch *batch,
		     struct shr_err *err);

/*
 * Events have paused, for longer than any that belong together are apart: judge what
 * waits for others that could say more of it.  Does nothing while a call is open, and
 * changes no verdict of what did not wait.  Returns as shr_replay_batch().
 */
int shr_replay_pause(struct shr_replay *replay, struct shr_err *err);

/* No more batches: judge what waited.  Returns as shr_replay_batch(). */
int shr_replay_finish(struct shr_replay *replay, struct shr_err *err);

/* What has been judged so far; valid until the replay's next call. */
const struct shr_summary *shr_replay_summary(struct shr_replay *replay);

#endif /* CORE_REPLAY_REPLAY_H */
