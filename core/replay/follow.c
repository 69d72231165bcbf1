/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/follow.h"

#include "core/err.h"
#include "core/replay/counters.h"
#include "core/replay/estate.h"
#include "core/replay/instance.h"
#include "core/replay/weigh.h"

#include <stdlib.h>

enum {
	DISTINCT = 16, /* a deferred count that two memcgs seldom share */
	ONLY_NOTED =
		16, /* of the calls of a lane that is the only one, each so many th */
};

struct shr_follow {
	struct shr_counters *counters; /* borrowed */
	struct shr_memos memos;
	uint64_t runs;	       /* decided */
	struct shr_lane *root; /* the root memcg's, once known */
};

struct shr_follow *shr_follow_new(struct shr_counters *counters)
{
	struct shr_follow *follow = calloc(1, sizeof(*follow));

	if (follow)
		follow->counters = counters;
	return follow;
}

void shr_follow_free(struct shr_follow *follow)
{
	free(follow);
}

static void note_run(struct shr_follow *follow, struct shr_memo *memo,
		     const struct shr_call *call, struct shr_lane *lane)
{
	shr_trail_note(&lane->trail, call->pid, follow->runs);
	shr_memo_begin(memo, call, lane, lane == follow->root);
}

static void give(struct shr_follow *follow, struct shr_memo *memo,
		 struct shr_call *call, struct shr_lane *lane)
{
	shr_memo_see(memo, call);
	if (lane->into)
		shr_estate_reopen(lane);
	call->lane = lane;
	call->memcg_from = SHR_MEMCG_INFERRED;
	if (!follow->root && !shr_weigh_is_memcg_aware(call))
		follow->root = lane;
}

static bool finds(const struct shr_call *call, const struct shr_counter *counter)
{
	return counter && counter->known && counter->value == call->start.deferred;
}

/* An amount that only this counter is likely to have, and the cache as it was left. */
static bool finds_surely(const struct shr_call *call, const struct shr_counter *counter)
{
	return call->start.deferred >= DISTINCT && finds(call, counter) &&
	       call->start.freeable == counter->freeable;
}

/* With one lane there is nothing to choose, and little to remember. */
static bool is_in_only_lane(struct shr_follow *follow, struct shr_memo *memo,
			    struct shr_call *call)
{
	struct shr_counter *counter;

	if (follow->counters->lane_count != 1 || !shr_weigh_is_memcg_aware(call))
		return false;
	counter = shr_counters_of_lane(call, memo->lane);
	if (!finds(call, counter) || (!call->start.deferred && counter->open))
		return false;
	if (++follow->runs % ONLY_NOTED == 0)
		shr_trail_note(&memo->lane->trail, call->pid, follow->runs);
	memo->seen_count = memo->left = 0;
	call->lane = memo->lane;
	call->memcg_from = SHR_MEMCG_INFERRED;
	call->counter = counter;
	return true;
}

/* It goes on with its task's run. */
static bool goes_along(struct shr_follow *follow, struct shr_memo *memo,
		       struct shr_call *call)
{
	if (!shr_memo_goes_on(memo, call) || (!memo->left && shr_weigh_paused(call)))
		return false;
	if (!shr_weigh_is_memcg_aware(call))
		return memo->lane == follow->root;
	struct shr_counter *counter = shr_counters_of_lane(call, memo->lane);

	if (!finds(call, counter))
		return false;
	call->counter = counter;
	return true;
}

/* It begins a run where its task was before. */
static bool comes_back(struct shr_follow *follow, struct shr_memo *memo,
		       struct shr_call *call)
{
	if (!shr_weigh_is_memcg_aware(call))
		return false;
	struct shr_counter *counter = shr_counters_of_lane(call, memo->lane);

	if (!finds_surely(call, counter))
		return false;
	call->counter = counter;
	follow->runs++;
	note_run(follow, memo, call, memo->lane);
	return true;
}

bool shr_follow_obvious(struct shr_follow *follow, struct shr_call *call)
{
	struct shr_memo *memo = shr_memos_find(&follow->memos, call->pid);

	if (!memo)
		return false;
	if (is_in_only_lane(follow, memo, call))
		return true;
	if (!goes_along(follow, memo, call) && !comes_back(follow, memo, call))
		return false;
	give(follow, memo, call, memo->lane);
	return true;
}

void shr_follow_note(struct shr_follow *follow, struct shr_call *call)
{
	struct shr_memo *memo = shr_memos_place(&follow->memos, call->pid);
	bool on = memo->used && memo->pid == call->pid && memo->lane == call->lane &&
		  shr_memo_goes_on(memo, call);

	if (!on)
		note_run(follow, memo, call, call->lane);
	give(follow, memo, call, call->lane);
}

void shr_follow_move(struct shr_follow *follow, int32_t pid, struct shr_lane *from,
		     struct shr_lane *to)
{
	struct shr_memo *memo = shr_memos_find(&follow->memos, pid);

	if (!memo || memo->lane != from)
		return;
	memo->lane = to;
	memo->visited_count = 0;
	shr_trail_drop(&from->trail, pid);
	shr_trail_note(&to->trail, pid, follow->runs);
}

/* Whether each call of the run finds in the lane what it should. */
static bool all_find(const struct shr_run *run, const struct shr_lane *lane)
{
	for (size_t i = 0; i < run->count; i++) {
		const struct shr_call *call = run->calls[i];

		if (shr_weigh_is_memcg_aware(call) &&
		    !finds(call, shr_counters_of_lane(call, lane)))
			return false;
	}
	return true;
}

static bool has_pause(const struct shr_run *run)
{
	for (size_t i = 1; i < run->count; i++)
		if (shr_weigh_paused(run->calls[i]))
			return true;
	return false;
}

/* Calls of a run that are the root's without doubt, @first to @last. */
struct span {
	size_t first, last;
};

/*
 * Whether what comes before calls that are the root's is so, too: the task is in the
 * root's run already, or it begins a pass of drop_caches, which goes through all
 * memcgs, the root first.
 */
static bool begins_in_root(const struct shr_follow *follow, const struct shr_memo *memo,
			   const struct shr_call *call)
{
	if (!memo)
		return false;
	if (shr_memo_in_pass(memo, call))
		return memo->lane == follow->root && memo->left &&
		       shr_memo_goes_on(memo, call);
	return (call->has & SHR_HAS_PRIORITY) && !call->start.priority;
}

/* The one counter beside the root's that holds just what the call found, if any. */
static struct shr_counter *only_match(const struct shr_follow *follow,
				      const struct shr_call *call)
{
	const uint32_t slot = shr_counters_slot(call);
	struct shr_counter *match = NULL;

	for (struct shr_counter *counter = call->instance->counters; counter;
	     counter = counter->next_of_instance) {
		if (!counter->lane || counter->lane == follow->root ||
		    counter->slot != slot || !finds(call, counter))
			continue;
		if (match || counter->firm)
			return NULL;
		match = counter;
	}
	return match;
}

/*
 * The root's counter does not hold what the call found, and another memcg's does, or
 * nothing explains it: the root's pass has ended, and what only the root makes after it
 * is of its next one.
 */
static bool is_anothers(const struct shr_follow *follow, const struct shr_scene *scene,
			const struct shr_call *call)
{
	const struct shr_counter *counter = shr_counters_of_lane(call, follow->root);

	if (!counter || !counter->known || finds(call, counter))
		return false;
	return call->start.deferred >= DISTINCT
		       ? only_match(follow, call) != NULL
		       : counter->firm && shr_weigh_rules_out(scene, call, counter);
}

/*
 * Whether the root has gone on to another pass from its call before @at to the next
 * behind it: a pass calls shrinkers in one order, and first in the order in which the
 * capture met them.
 */
static bool begins_anew(const struct shr_run *run, size_t at)
{
	size_t before = at, behind = at + 1;

	while (before && shr_weigh_is_memcg_aware(run->calls[before - 1]))
		before--;
	while (behind < run->count && shr_weigh_is_memcg_aware(run->calls[behind]))
		behind++;
	return before && behind < run->count &&
	       run->calls[behind]->instance->ordinal <
		       run->calls[before - 1]->instance->ordinal;
}

/* From the first to the last call that only the root's pass makes, it makes all. */
static struct span root_span(const struct shr_follow *follow,
			     const struct shr_scene *scene, const struct shr_run *run,
			     const struct shr_memo *memo)
{
	bool at_once = begins_in_root(follow, memo, run->calls[0]);
	struct span span = { SHR_RUN_MAX, 0 };

	for (size_t i = 0; i < run->count; i++) {
		if (shr_weigh_is_memcg_aware(run->calls[i])) {
			if (follow->root && begins_anew(run, i) &&
			    is_anothers(follow, scene, run->calls[i]))
				break;
			continue;
		}
		if (span.first == SHR_RUN_MAX)
			span.first = at_once ? 0 : i;
		span.last = i;
	}
	return span;
}

/* The best way to cut a run, from each of its calls on. */
struct cuts {
	int32_t score[SHR_RUN_MAX + 1];
	struct shr_choice choice[SHR_RUN_MAX]; /* for the piece that begins there, */
	size_t end[SHR_RUN_MAX];	       /* up to before this call */
};

static void cut_from(const struct shr_scales *scales, size_t from, struct span root,
		     struct cuts *cuts)
{
	const struct shr_run *run = scales->run;

	cuts->score[from] = INT32_MIN;
	for (size_t end = run->count; end > from; end--) {
		if (end < run->count && end > root.first && end <= root.last)
			continue;
		struct shr_choice choice = shr_weigh(scales, from, end);
		int32_t score = choice.score;

		if (end < run->count)
			score += shr_weigh_cut(run->calls[end]) + cuts->score[end];
		if (score <= cuts->score[from])
			continue;
		cuts->score[from] = score;
		cuts->choice[from] = choice;
		cuts->end[from] = end;
	}
}

/* Which lane the run begins with; *count: how many of its calls go there. */
static struct shr_lane *choose(const struct shr_scales *scales, struct span root,
			       size_t *count)
{
	const struct shr_run *run = scales->run;
	struct shr_choice whole = shr_weigh(scales, 0, run->count);
	struct cuts cuts;

	*count = run->count;
	if (whole.lane && !has_pause(run) && all_find(run, whole.lane))
		return whole.lane;
	cuts.score[run->count] = 0;
	cuts.choice[0] = whole;
	cuts.end[0] = run->count;
	for (size_t from = run->count; from--;)
		cut_from(scales, from, root, &cuts);
	*count = cuts.end[0];
	return cuts.choice[0].lane;
}

/*
 * A call that can only be the root's finds something else than calls that were only
 * taken for the root's have left: those were another memcg's.
 */
static int disown(struct shr_follow *follow, const struct shr_scene *scene,
		  const struct shr_call *call)
{
	struct shr_counter *counter;
	struct shr_lane *lane;

	if (!follow->root)
		return 0;
	counter = shr_counters_of_lane(call, follow->root);
	if (!counter || counter->firm || !shr_weigh_rules_out(scene, call, counter))
		return 0;
	lane = shr_counters_new_lane(follow->counters, call);
	if (!lane)
		return -1;
	for (counter = call->instance->counters; counter;
	     counter = counter->next_of_instance)
		if (counter->lane == follow->root && !counter->firm &&
		    !shr_counters_move(follow->counters, counter, lane))
			return -1;
	return 0;
}

/*
 * A call that can only be the root's finds what was taken for another memcg's: that was
 * the root's, and what was taken for the root's, if anything, may be the other's.
 */
static int claim(struct shr_follow *follow, const struct shr_scene *scene,
		 const struct shr_call *call)
{
	struct shr_counter *match;
	struct shr_counter *counter;

	if (!follow->root || !call->start.deferred || !shr_weigh_is_memcg_aware(call))
		return 0;
	match = only_match(follow, call);
	if (!match)
		return 0;
	counter = shr_counters_get(follow->counters, call->instance, follow->root,
				   match->slot);
	if (!counter)
		return -1;
	if (!counter->known) {
		shr_counters_copy(counter, match);
		shr_ledger_forget(match);
		return 0;
	}
	return shr_weigh_rules_out(scene, call, counter) &&
			       !shr_counters_swap(follow->counters, match, follow->root)
		       ? -1
		       : 0;
}

static struct shr_lane *new_lane(struct shr_follow *follow, const struct shr_call *call)
{
	struct shr_counters *counters = follow->counters;

	counters->cgroups.expected -= counters->cgroups.expected > 0;
	return shr_counters_new_lane(counters, call);
}

int shr_follow_decide(struct shr_follow *follow, const struct shr_run *run,
		      uint64_t gaps, struct shr_err *err)
{
	struct shr_call *call = run->calls[0];
	const struct shr_scene scene = { follow->counters, follow->root, follow->runs,
					 gaps };
	struct shr_memo *memo = shr_memos_find(&follow->memos, call->pid);
	struct span root = root_span(follow, &scene, run, memo);
	struct shr_scales scales;
	size_t count;

	shr_weigh_run(&scales, &scene, run, memo);
	struct shr_lane *lane = choose(&scales, root, &count);

	follow->runs++;
	if (!lane)
		lane = new_lane(follow, call);
	if (!lane)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	if (!memo || memo->lane != lane || !shr_memo_goes_on(memo, call)) {
		memo = shr_memos_place(&follow->memos, call->pid);
		note_run(follow, memo, call, lane);
	}
	memo->left = count;
	call->firm = root.first == 0;
	if (call->firm &&
	    (disown(follow, &scene, call) < 0 || claim(follow, &scene, call) < 0))
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	give(follow, memo, call, lane);
	return 0;
}
