/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/replay.h"

#include "core/err.h"
#include "core/replay/aware.h"
#include "core/replay/counters.h"
#include "core/replay/doubt.h"
#include "core/replay/estate.h"
#include "core/replay/follow.h"
#include "core/replay/gaps.h"
#include "core/replay/instances.h"
#include "core/replay/judge.h"
#include "core/replay/ledger.h"
#include "core/replay/regroup.h"
#include "core/replay/reparent.h"
#include "core/replay/turns.h"
#include "core/stream.h"

#include <stdlib.h>
#include <string.h>

enum {
	FOLLOW_AHEAD =
		256,	  /* steps that are waited for to see the whole run of a call */
	HEIR_AHEAD = 512, /* and to see which lanes go on */
	/*
	 * An event follows its movement at once, unless the CPU is taken away in
	 * between: by an interrupt, or by a hypervisor, for some milliseconds (ns).
	 * Where even the lane is a guess, that is not guessed on top.
	 */
	LAG_USUAL = 20000,
	LAG_MAX = 20000000,
	SURELY = 64, /* but an amount that fits shows the lane */
};

struct shr_replay {
	struct shr_ledger_owner owner;
	struct shr_source *src;		   /* borrowed */
	struct shr_replay_options options; /* borrowed inside */
	struct shr_call_sink *sink;	   /* borrowed, may be NULL */
	struct shr_release release;
	bool release_known;
	struct shr_pair *pair; /* owned */
	struct shr_fit fit;
	struct shr_counters counters;
	struct shr_follow *follow; /* owned */
	struct shr_instances instances;
	struct shr_gaps gaps;
	struct shr_turns turns;
	bool identified; /* memcgs are recorded */
	size_t stalled;	 /* steps to wait for before the next is tried again */
	bool finished;
	uint64_t flawless; /* calls with every amount foretold rightly */
	struct shr_score scores[SHR_AMOUNT_COUNT]; /* of all others */
	struct shr_summary summary;
};

static bool may_move(struct shr_ledger_owner *owner, struct shr_call *call,
		     const struct shr_counter *counter, uint64_t lag_ns);
static void moves(struct shr_ledger_owner *owner, struct shr_call *call,
		  struct shr_counter *counter);

static int no_memory(struct shr_err *err)
{
	return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
}

/* --kernel takes a generation's own name first: "4.19.0" is one, and a release. */
static int take_kernel(struct shr_replay *replay, struct shr_err *err)
{
	const char *kernel = replay->options.kernel;

	if (!kernel)
		return 0;
	const struct shr_generation *gen = shr_generation_find(kernel);
	struct shr_str text = { kernel, strlen(kernel) };

	replay->release_known = shr_release_parse(text, &replay->release);
	if (gen)
		replay->fit.forced = 1u << gen->id;
	else if (replay->release_known)
		replay->fit.forced = shr_generations_of_release(replay->release);
	if (!replay->fit.forced)
		return shr_fail(err, SHR_ERR_RANGE,
				"'%s' is not a kernel release from 3.0.39 on", kernel);
	return 0;
}

static void take_capture(struct shr_replay *replay)
{
	const struct shr_capture *capture = replay->src->capture;
	struct shr_release release;
	bool known = shr_release_parse(capture->kernel, &release);

	replay->fit.hint = known ? shr_generations_of_release(release) : 0;
	if (!replay->options.kernel) {
		replay->release_known = known;
		replay->release = release;
	}
	replay->instances.release = replay->release_known ? &replay->release : NULL;
	shr_fit_layouts(&replay->fit, capture->layouts, capture->long_size);
}

static int take_cgroups(struct shr_replay *replay, struct shr_err *err)
{
	const struct shr_capture *capture = replay->src->capture;
	struct shr_cgroups *cgroups = &replay->counters.cgroups;

	for (size_t i = 0; i < capture->cgroup_count; i++)
		if (shr_cgroups_list(cgroups, capture->cgroups[i].id,
				     capture->cgroups[i].path, err) < 0)
			return -1;
	return 0;
}

struct shr_replay *shr_replay_new(struct shr_source *src,
				  const struct shr_replay_options *options,
				  struct shr_call_sink *sink, struct shr_err *err)
{
	struct shr_replay *replay = calloc(1, sizeof(*replay));

	if (!replay) {
		no_memory(err);
		return NULL;
	}
	replay->src = src;
	replay->options = *options;
	replay->sink = sink;
	replay->owner = (struct shr_ledger_owner){ may_move, moves };
	replay->pair = shr_pair_new(options->blind, err);
	replay->follow = shr_follow_new(&replay->counters);
	if (!replay->follow)
		no_memory(err);
	if (!replay->pair || !replay->follow || take_kernel(replay, err) < 0 ||
	    take_cgroups(replay, err) < 0) {
		shr_replay_free(replay);
		return NULL;
	}
	take_capture(replay);
	replay->instances.src = src;
	replay->instances.settings = options->settings;
	return replay;
}

void shr_replay_free(struct shr_replay *replay)
{
	if (!replay)
		return;
	shr_instances_release(&replay->instances);
	shr_counters_release(&replay->counters);
	shr_follow_free(replay->follow);
	shr_pair_free(replay->pair);
	free(replay);
}

/* Which shrinker it is on, and what was recorded of its memcg. */
static int introduce(struct shr_replay *replay, struct shr_call *call,
		     struct shr_err *err)
{
	/* Ahead of its turn what was recorded of it may not have come yet. */
	if (call->introduced && (call->identified || !call->identity_has))
		return 0;
	if (shr_instances_find(&replay->instances, call, err) < 0)
		return -1;
	call->introduced = true;
	call->identified = call->identity_has;
	if (shr_counters_lane(&replay->counters, call, err) < 0)
		return -1;
	replay->identified |= call->lane != NULL;
	return 0;
}

/*
 * Its memcg was recorded, as all are, and is among what was lost: then it is not
 * guessed, but it is not known whose counter it moved, either.
 */
static bool is_nowhere(const struct shr_replay *replay, const struct shr_call *call)
{
	return replay->identified && replay->gaps.count && !call->lane &&
	       shr_counters_by_memcg(call->instance);
}

/* Whether its memcg matters, and must be inferred. */
static bool is_followed(const struct shr_replay *replay, const struct shr_call *call)
{
	return !call->lane && !is_nowhere(replay, call) &&
	       replay->fit.rules.gen->key == SHR_KEY_MEMCG && (call->has & SHR_HAS_PID);
}

/* As far as the shrinkers that live now are its. */
static int introduce_run(struct shr_replay *replay, struct shr_run *run,
			 struct shr_err *err)
{
	for (size_t i = 0; i < run->count; i++) {
		struct shr_call *call = run->calls[i];

		if (i && !call->introduced &&
		    shr_instances_changes(&replay->instances, call))
			run->count = i;
		else if (introduce(replay, call, err) < 0)
			return -1;
	}
	return 0;
}

/* 1: the call has a lane; 0: more events are needed to tell; -1: *err says why. */
static int follow(struct shr_replay *replay, struct shr_call *call, struct shr_err *err)
{
	struct shr_run run;

	if (!is_followed(replay, call) || shr_follow_obvious(replay->follow, call))
		return 1;
	shr_run_begin(call, &run);
	if (!run.closed && !replay->finished &&
	    shr_pair_waiting(replay->pair) < FOLLOW_AHEAD) {
		replay->stalled = shr_pair_waiting(replay->pair) + 1;
		return 0;
	}
	if (introduce_run(replay, &run, err) < 0)
		return -1;
	return shr_follow_decide(replay->follow, &run, replay->gaps.count, err) < 0 ? -1
										    : 1;
}

static int locate(struct shr_replay *replay, struct shr_call *call, struct shr_err *err)
{
	if (!call->counter)
		call->counter = shr_counters_find(
			&replay->counters, replay->fit.rules.gen->key, call, err);
	return call->counter ? 0 : -1;
}

/*
 * What the model says of it, once it has ended: by the rules that are taken to be the
 * kernel's then, and, until it counts, by those that turn out to be.
 */
static bool foretell(struct shr_replay *replay, struct shr_call *call)
{
	const struct shr_rules *rules = &replay->fit.rules;

	if (!call->ended || (call->foretold && call->foretold_by == rules->gen))
		return call->ended;
	if (!call->foretold)
		shr_fit_observe(&replay->fit, call, call->alone);
	else if (call->added)
		return true;
	shr_observe(rules, call);
	call->fault = shr_predict(rules, call);
	call->foretold = true;
	call->foretold_by = rules->gen;
	return true;
}

/* Whether its counter is not known before its lane is. */
static bool needs_lane(const struct shr_replay *replay, const struct shr_call *call)
{
	return is_followed(replay, call) && shr_counters_by_memcg(call->instance);
}

/* Whether @call, whose lane is not decided yet, would be on @counter if on its lane. */
static bool may_follow(const struct shr_call *call, const struct shr_counter *counter)
{
	return counter->lane && call->instance == counter->instance &&
	       shr_counters_slot(call) == counter->slot;
}

/* An amount that hardly another counter has, too. */
static bool finds_surely(const struct shr_call *call, const struct shr_counter *counter)
{
	return counter->known && call->start.deferred == counter->value &&
	       call->start.deferred >= SURELY;
}

/* The ledger looks ahead to a call: not before all is known of it. */
static bool may_move(struct shr_ledger_owner *owner, struct shr_call *call,
		     const struct shr_counter *counter, uint64_t lag_ns)
{
	struct shr_replay *replay = (struct shr_replay *)owner;
	struct shr_err ignored;

	if (!call->ended || lag_ns > LAG_MAX)
		return false;
	if (!call->introduced && (shr_instances_changes(&replay->instances, call) ||
				  introduce(replay, call, &ignored) < 0))
		return false;
	if (needs_lane(replay, call))
		return (lag_ns <= LAG_USUAL || finds_surely(call, counter)) &&
		       may_follow(call, counter) && foretell(replay, call);
	return locate(replay, call, &ignored) == 0 && call->counter == counter &&
	       foretell(replay, call);
}

static void moves(struct shr_ledger_owner *owner, struct shr_call *call,
		  struct shr_counter *counter)
{
	struct shr_replay *replay = (struct shr_replay *)owner;

	if (!needs_lane(replay, call))
		return;
	call->lane = counter->lane;
	call->counter = counter;
	call->claimed = true;
}

/*
 * Whether what a counter holds beyond its chain came from memcgs that have ended, also
 * while the call was open.
 */
static bool inherits(struct shr_replay *replay, const struct shr_step *step)
{
	const struct shr_counter *counter = step->call->counter;

	return replay->fit.rules.gen->key == SHR_KEY_MEMCG &&
	       shr_reparent(&replay->counters, step->call->counter,
			    (int64_t)((uint64_t)shr_ledger_before(step) -
				      (uint64_t)counter->value),
			    step);
}

/* The call is on the counter of another lane, which memcgs left something. */
static bool inherits_elsewhere(struct shr_replay *replay, const struct shr_step *step)
{
	struct shr_call *call = step->call;
	struct shr_lane *lane = call->lane;

	if (call->memcg_from != SHR_MEMCG_INFERRED || !call->counter->lane ||
	    !shr_estate_find(&replay->counters, step))
		return false;
	if (call->lane != lane)
		shr_follow_move(replay->follow, call->pid, lane, call->lane);
	return true;
}

/* Its shrinker is a new one: then its counter is one that nobody knows yet. */
static int renew(struct shr_replay *replay, struct shr_call *call, struct shr_err *err)
{
	call->counter = NULL;
	if (shr_instances_renew(&replay->instances, call, err) < 0 ||
	    locate(replay, call, err) < 0)
		return -1;
	return 0;
}

/* The lanes were guessed wrongly before, and what does not fit says how. */
static int regroup(struct shr_replay *replay, struct shr_step *step,
		   struct shr_err *err)
{
	int got = shr_regroup(&replay->counters, replay->follow, &replay->turns, step,
			      err);

	if (got <= 0)
		return got;
	return shr_ledger_enter(&replay->owner, step, false) != SHR_ENTRY_BREAKS;
}

/*
 * A movement does not find what the counter held.  1: what explains it has been
 * entered; 0: nothing does; -1: *err says why.
 */
static int explain(struct shr_replay *replay, struct shr_step *step,
		   struct shr_err *err)
{
	bool start = step->kind == SHR_STEP_START;
	bool explained = start && inherits(replay, step);

	/* What was lost says as much, and is known to be so. */
	if (start && !explained && !step->call->gap_before &&
	    shr_doubt_is_renewed(step)) {
		if (renew(replay, step->call, err) < 0)
			return -1;
		explained = true;
	}
	int got = explained ? 0 : regroup(replay, step, err);

	if (got)
		return got;
	if (start && !explained)
		explained = inherits_elsewhere(replay, step);
	/* While a call is open that is rare: only if nothing else can be. */
	if (!start && step->call->memcg_from != SHR_MEMCG_INFERRED)
		explained = inherits(replay, step);
	return explained &&
	       shr_ledger_enter(&replay->owner, step, false) != SHR_ENTRY_BREAKS;
}

/* What count_objects() would return if the next call came at once. */
static int64_t rest(const struct shr_call *call)
{
	int64_t freed = call->end_has & SHR_HAS_RETVAL ? call->end.retval : 0;

	return freed > 0 && freed < call->start.freeable ? call->start.freeable - freed
							 : call->start.freeable;
}

/* What else is known of a counter after a movement of @call. */
static void note_seen(const struct shr_replay *replay, const struct shr_step *step,
		      bool broke)
{
	const struct shr_call *call = step->call;
	struct shr_counter *counter = call->counter;

	if (step->kind == SHR_STEP_END)
		counter->freeable = rest(call);
	else if (call->memcg_from != SHR_MEMCG_INFERRED ||
		 (!broke && call->start.deferred))
		counter->sure = true;
	counter->firm |= call->firm;
	counter->seen_ns = step->kind == SHR_STEP_END ? call->end_ns : call->start_ns;
	counter->gaps_seen = shr_gaps_seen(&replay->gaps, counter->seen_ns);
	counter->stray_ns = 0;
	if (counter->lane)
		counter->lane->last_ns = call->start_ns;
}

/* A loss that is told of only later may be what does not fit. */
static void note_gap_ahead(const struct shr_step *step)
{
	struct shr_call *call = step->call;
	bool end = step->kind == SHR_STEP_END;
	const struct shr_gap *gap =
		shr_gaps_ahead(step->next, end ? call->end_ns : call->start_ns);

	if (!gap || (call->gap_before && call->gap_seen_ns))
		return;
	call->gap_ahead = true;
	call->gap_before |= !end;
	call->gap = *gap;
	call->gap_seen_ns = end ? call->start_ns : call->counter->seen_ns;
}

/*
 * Enter a movement.  1: done; 0: more events are needed first; -1: *err says why.  A
 * movement that does not fit is entered as recorded, so that prediction goes on from
 * there.
 */
static int enter(struct shr_replay *replay, struct shr_step *step, bool *broke,
		 struct shr_err *err)
{
	struct shr_call *call = step->call;
	enum shr_entry entry;
	int explained = 0;

	/* Without addresses a counter may be another shrinker's. */
	if (call->instance->anonymous)
		call->counter->known = false;
	if (is_nowhere(replay, call))
		shr_counters_doubt(call);
	entry = shr_ledger_enter(&replay->owner, step, !replay->finished);
	if (entry == SHR_ENTRY_WAITS) {
		replay->stalled = shr_pair_waiting(replay->pair) * 2;
		return 0;
	}
	if (entry == SHR_ENTRY_BREAKS)
		explained = explain(replay, step, err);
	if (explained < 0)
		return -1;
	*broke = entry == SHR_ENTRY_BREAKS && !explained;
	if (*broke)
		note_gap_ahead(step);
	if (*broke && step->kind == SHR_STEP_START &&
	    !shr_doubt_lane(&replay->counters, call) &&
	    shr_regroup_alike(&replay->counters, call))
		*broke = shr_ledger_enter(&replay->owner, step, false) ==
			 SHR_ENTRY_BREAKS;
	if (*broke)
		shr_ledger_force(step);
	note_seen(replay, step, *broke);
	return 1;
}

/* What the ledger found in the counter is what the model says was in it. */
static void expect(const struct shr_replay *replay, struct shr_call *call)
{
	call->gap_before |= replay->src->capture->incomplete;
	if (!call->expected_known || call->instance->anonymous)
		return;
	call->predicted.value[SHR_DEFERRED] = call->expected;
	call->predicted.known |= 1u << SHR_DEFERRED;
	if (shr_amounts_has(&call->observed, SHR_DEFERRED) &&
	    call->observed.value[SHR_DEFERRED] != call->expected)
		call->differ |= 1u << SHR_DEFERRED;
}

static int step_orphan(struct shr_replay *replay, struct shr_step *step,
		       struct shr_err *err)
{
	struct shr_call *call = step->call;

	if (locate(replay, call, err) < 0)
		return -1;
	/* What it gave back is not in the capture. */
	shr_ledger_forget(call->counter);
	shr_pair_drop(replay->pair, call);
	return 1;
}

/* Whether its counter may have been moved unseen since it was last seen. */
static void note_gap_before(const struct shr_replay *replay, struct shr_call *call)
{
	const struct shr_counter *counter = call->counter;
	const struct shr_gaps *gaps = &replay->gaps;

	call->gap_seen_ns = call->stray_ns = 0;
	call->gap_before = counter->known && (counter->gaps_seen != gaps->count ||
					      shr_gaps_open(gaps, call->start_ns));
	if (counter->known && counter->stray_ns && !call->gap_before) {
		call->gap_before = true;
		call->gap_seen_ns = counter->seen_ns;
		call->stray_ns = counter->stray_ns;
		return;
	}
	if (!call->gap_before)
		return;
	uint64_t seen = shr_gaps_seen(gaps, call->start_ns);

	call->gap_seen_ns = counter->seen_ns;
	call->gap = shr_gaps_since(gaps, counter->gaps_seen < seen ? counter->gaps_seen
								   : seen);
}

/*
 * A call that finds something in a counter not seen before may be on another lane's,
 * which memcgs left something.  False: more events are needed to tell.
 */
static bool see_first(struct shr_replay *replay, const struct shr_step *step)
{
	struct shr_call *call = step->call;

	if (replay->gaps.count) /* it may be known, but for what was lost */
		return true;
	shr_doubt_first_sight(call);
	if (!call->unsure)
		return true;
	if (!replay->finished && shr_pair_waiting(replay->pair) < HEIR_AHEAD) {
		replay->stalled = HEIR_AHEAD;
		return false;
	}
	if (inherits_elsewhere(replay, step))
		shr_doubt_none(call);
	return true;
}

static int step_start(struct shr_replay *replay, struct shr_step *step,
		      struct shr_err *err)
{
	struct shr_call *call = step->call;

	if (introduce(replay, call, err) < 0)
		return -1;
	/* Its own values may be what tells whether memcgs have counters. */
	foretell(replay, call);
	int got = follow(replay, call, err);

	if (got <= 0)
		return got;
	if (call->claimed)
		shr_follow_note(replay->follow, call);
	if (!call->counter &&
	    !shr_aware_learn(&replay->counters, replay->fit.rules.gen, call))
		return no_memory(err);
	if (call->orphan)
		return step_orphan(replay, step, err);
	if (locate(replay, call, err) < 0)
		return -1;
	note_gap_before(replay, call);
	call->instance->calls += !call->n;
	shr_turns_number(&replay->turns, call);
	if (!see_first(replay, step))
		return 0;
	got = enter(replay, step, &call->broke_start, err);
	if (got <= 0)
		return got;
	call->outlasted = !call->ended;
	if (call->outlasted) /* the window: it comes out when it ends, out of turn */
		return 1;
	shr_turns_queue(&replay->turns, call);
	return 1;
}

/* All amounts that can be predicted, at once: almost every call. */
static const unsigned foretold = 1u << SHR_DEFERRED | 1u << SHR_DELTA |
				 1u << SHR_PLANNED | 1u << SHR_LEFT |
				 1u << SHR_SCANNED | 1u << SHR_NEW_DEFERRED;

static void score(struct shr_replay *replay, const struct shr_call *call)
{
	unsigned both = call->predicted.known & call->observed.known;

	if (both == foretold && !call->differ) {
		replay->flawless++;
		return;
	}
	for (unsigned amount = 0; amount < SHR_AMOUNT_COUNT; amount++) {
		replay->scores[amount].checked += both >> amount & 1;
		replay->scores[amount].equal += (both & ~call->differ) >> amount & 1;
	}
}

/* Count the call, show it to the sink, and give it back. */
static int emit(struct shr_replay *replay, struct shr_call *call, struct shr_err *err)
{
	int ret = 0;

	if (shr_filter_passes(&replay->options.filter, call)) {
		shr_tally_add(&call->instance->tally, call);
		score(replay, call);
		if (replay->sink)
			ret = replay->sink->call(replay->sink, call, err);
	}
	shr_pair_drop(replay->pair, call);
	return ret;
}

static int flush(struct shr_replay *replay, struct shr_err *err)
{
	struct shr_call *call;

	while ((call = shr_turns_next(&replay->turns)))
		if (emit(replay, call, err) < 0)
			return -1;
	return 0;
}

/* Whether events may be missing between its start and its end. */
static bool is_gap_within(const struct shr_replay *replay, const struct shr_call *call)
{
	return call->gap_ahead || call->gaps_before != replay->gaps.count ||
	       shr_gaps_open(&replay->gaps, call->start_ns) ||
	       replay->src->capture->incomplete;
}

/* Where a call itself is cut by a gap, what is missing within counts. */
static void note_gap_within(const struct shr_replay *replay, struct shr_call *call)
{
	uint64_t seen = shr_gaps_seen(&replay->gaps, call->start_ns);

	if ((call->gap_before && call->gap_seen_ns) || call->gap_ahead)
		return;
	call->gap = shr_gaps_since(&replay->gaps,
				   call->gaps_before < seen ? call->gaps_before : seen);
	call->gap_seen_ns = call->start_ns;
}

static int step_end(struct shr_replay *replay, struct shr_step *step,
		    struct shr_err *err)
{
	struct shr_call *call = step->call;

	foretell(replay, call);
	int got = enter(replay, step, &call->broke_end, err);

	if (got <= 0)
		return got;
	shr_aware_note(call);
	expect(replay, call);
	call->verdict =
		shr_judge(&replay->fit.rules, call, is_gap_within(replay, call));
	if (call->verdict == SHR_LOST_EVENTS)
		note_gap_within(replay, call);
	call->judged = true;
	if (call->outlasted)
		return emit(replay, call, err) < 0 ? -1 : 1;
	return flush(replay, err) < 0 ? -1 : 1;
}

static int step_stray(struct shr_replay *replay, struct shr_call *carrier,
		      struct shr_err *err)
{
	int ret = 0;

	carrier->instance = shr_instances_known(&replay->instances, carrier);
	if (carrier->instance)
		ret = shr_counters_lane(&replay->counters, carrier, err);
	if (carrier->instance && ret == 0)
		shr_counters_stray(carrier);
	shr_pair_drop(replay->pair, carrier);
	return ret < 0 ? -1 : 1;
}

static int step_cgroup(struct shr_replay *replay, struct shr_call *carrier,
		       struct shr_err *err)
{
	const struct shr_context *context = &carrier->context;
	struct shr_counters *counters = &replay->counters;
	int ret = 0;

	if (context->kind == SHR_CGROUP_MKDIR)
		ret = shr_cgroups_mkdir(&counters->cgroups, context->root,
					carrier->cgroup, context->path, err);
	else
		shr_counters_rmdir(counters, context->root, carrier->cgroup,
				   context->path, carrier->start_ns);
	shr_pair_drop(replay->pair, carrier);
	return ret < 0 ? -1 : 1;
}

/* 1: the step is done; 0: it must wait for more events; -1: *err says why. */
static int take_step(struct shr_replay *replay, struct shr_step *step,
		     struct shr_err *err)
{
	switch (step->kind) {
	case SHR_STEP_START:
		return step_start(replay, step, err);
	case SHR_STEP_END:
		return step_end(replay, step, err);
	case SHR_STEP_GAP:
		shr_gaps_add(&replay->gaps, &step->call->gap);
		shr_pair_drop(replay->pair, step->call);
		return 1;
	case SHR_STEP_CGROUP:
		return step_cgroup(replay, step->call, err);
	case SHR_STEP_STRAY:
		return step_stray(replay, step->call, err);
	case SHR_STEP_ABANDON:
		shr_ledger_forget(step->call->counter);
		shr_pair_drop(replay->pair, step->call);
		return 1;
	}
	return 1;
}

static int take_steps(struct shr_replay *replay, struct shr_err *err)
{
	struct shr_step *step;

	if (replay->stalled && !replay->finished &&
	    shr_pair_waiting(replay->pair) < replay->stalled)
		return 0;
	replay->stalled = 0;
	while ((step = shr_pair_next(replay->pair))) {
		int got = take_step(replay, step, err);

		if (got <= 0)
			return got;
		shr_pair_take(replay->pair);
	}
	return 0;
}

static void note_time(struct shr_replay *replay, const struct shr_event *event)
{
	struct shr_summary *summary = &replay->summary;

	if (!summary->events++) {
		summary->first_ns = event->ts_ns;
		shr_filter_begin(&replay->options.filter, event->ts_ns);
	}
	summary->last_ns = event->ts_ns;
}

int shr_replay_batch(struct shr_replay *replay, const struct shr_batch *batch,
		     struct shr_err *err)
{
	const struct shr_capture *capture = replay->src->capture;

	if (capture->layouts != replay->fit.layouts ||
	    capture->long_size != replay->fit.long_size)
		take_capture(replay);
	for (size_t i = 0; i < batch->count; i++) {
		const struct shr_event *event = &batch->events[i];

		if (event->kind == SHR_START || event->kind == SHR_END)
			note_time(replay, event);
		if (shr_pair_event(replay->pair, event, err) < 0 ||
		    take_steps(replay, err) < 0)
			return -1;
	}
	return 0;
}

static bool has_open_calls(const struct shr_replay *replay)
{
	const struct shr_pair_stats *pairs = shr_pair_stats(replay->pair);

	return pairs->starts - pairs->orphan_starts != pairs->ends - pairs->orphan_ends;
}

int shr_replay_pause(struct shr_replay *replay, struct shr_err *err)
{
	if (replay->finished || has_open_calls(replay))
		return 0;
	replay->finished = true;
	int ret = take_steps(replay, err);

	replay->finished = false;
	return ret;
}

int shr_replay_finish(struct shr_replay *replay, struct shr_err *err)
{
	shr_pair_finish(replay->pair);
	replay->finished = true;
	return take_steps(replay, err);
}

const struct shr_summary *shr_replay_summary(struct shr_replay *replay)
{
	struct shr_summary *summary = &replay->summary;

	summary->pairs = *shr_pair_stats(replay->pair);
	summary->fit = &replay->fit;
	summary->instances = replay->instances.all;
	summary->instance_count = replay->instances.count;
	summary->all = (struct shr_tally){ 0 };
	for (size_t i = 0; i < replay->instances.count; i++)
		shr_tally_join(&summary->all, &replay->instances.all[i]->tally);
	for (unsigned amount = 0; amount < SHR_AMOUNT_COUNT; amount++) {
		uint64_t flawless = foretold >> amount & 1 ? replay->flawless : 0;

		summary->scores[amount].checked =
			replay->scores[amount].checked + flawless;
		summary->scores[amount].equal = replay->scores[amount].equal + flawless;
	}
	return summary;
}
