/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/weigh.h"

#include "core/replay/counters.h"
#include "core/replay/instance.h"
#include "core/replay/reparent.h"

/*
 * Weights are sixteenths of a doubling of the odds, roughly.  What decides is their
 * order: a matching deferred outweighs all else, a mismatch is worse than a new lane,
 * and what two calls say outweighs what one says.
 */
enum {
	MATCH = 272,
	MATCH_BIT = 16, /* times log2 of it: few others hold a large amount */
	MATCH_ZERO = 24,
	MISMATCH = -640,
	CONTESTED = -16,	/* a mismatch that others can account for, */
	CONTESTED_LATE = -320,	/* if their events are late */
	INHERITS = -64,		/* one by what lanes that ended have left; */
	INHERITS_LITTLE = -256, /* a small amount fits by chance */
	FIRST = -64,
	FIRST_ZERO = -16,
	UNSEEN = -48, /* a counter that a lane of some age does not have yet */
	FREEABLE_SAME = 64,
	FREEABLE_NEAR = 144,
	FREEABLE_FAR = -80,

	TASK = 32,
	TASK_ONLY = 128, /* times its share in the lane's runs and its own */
	NEXT_IN_PASS = 48,
	STAY = 160,	   /* with the run as it was decided before */
	AGAIN = -240,	   /* the same memcg twice in a pass, */
	AGAIN_FIRST = -96, /* unless another pass begins with it */
	NOT_ROOT = -96,	   /* a run without what only the root's pass calls */
	STALE = -16,	   /* times log2 of the runs since the lane's last */
	BEREFT = -128,	   /* and some cgroup was removed since */

	NEW_LANE = -160,
	NEW_TASK = 96,
	EXPECTED = 128, /* some cgroup was made, and no lane began since */
	ROUTINE = -16,	/* times log2 of all runs: nothing new is expected any more */
	SPLIT = 240,	/* a task finds what it left, not what others left since */
	SPLIT_ZERO = 96,

	CUT = -200,	  /* two lanes in one run, whose calls follow on one another, */
	CUT_PAUSE = -160, /* or after something else, */
	CUT_LONG = -100,  /* or after as much as reclaim of the next memcg's pages */

	AHEAD = 512,   /* steps that are looked at for others on the same shrinker */
	PAUSE = 30000, /* ns */
	PAUSE_LONG = 100000,
	LAG_USUAL = 20000, /* ns from a movement to its event */
	LAG_MAX = 10000000,
	SURELY = 64,	/* an inherited amount that does not fit by chance */
	AGED = 4,	/* runs of a lane */
	STALE_FROM = 5, /* log2 of runs */
	OTHERS_MAX = 64,
	LANES_MAX = 4096, /* beyond it, no new ones */
};

bool shr_weigh_is_memcg_aware(const struct shr_call *call)
{
	return shr_counters_by_memcg(call->instance);
}

static int32_t log2_of(uint64_t value)
{
	return value ? 63 - __builtin_clzll(value) : 0;
}

static uint64_t distance(int64_t a, int64_t b)
{
	return a > b ? (uint64_t)a - (uint64_t)b : (uint64_t)b - (uint64_t)a;
}

/* The cache of one memcg changes little between two calls, if nobody shrinks it. */
static int32_t freeable_score(int64_t was, int64_t is)
{
	uint64_t apart = distance(was, is);
	int64_t most = was > is ? was : is;

	if (most <= 0)
		return 0;
	if (!apart)
		return FREEABLE_SAME + 8 * log2_of((uint64_t)most);
	double share = (double)apart / ((double)most * 0.3 + 4);

	return FREEABLE_FAR + (share < 1 ? (int32_t)(FREEABLE_NEAR * (1 - share)) : 0);
}

/* A call of a run, at the moment of the run's first. */
struct witness {
	const struct shr_scene *scene;
	const struct shr_call *call;
	const struct shr_call *first;
	bool looked; /* for movements of others on the same shrinker and node */
	const struct shr_step *others[OTHERS_MAX];
	size_t other_count;
};

static struct witness witness_of(const struct shr_scene *scene,
				 const struct shr_call *call,
				 const struct shr_call *first)
{
	struct witness witness;

	witness.scene = scene;
	witness.call = call;
	witness.first = first;
	witness.looked = false;
	witness.other_count = 0;
	return witness;
}

static int32_t first_score(const struct shr_call *call)
{
	return call->start.deferred ? FIRST : FIRST_ZERO;
}

/* The earliest moment of the movement that @step records. */
static uint64_t floor_of(const struct shr_step *step)
{
	return step->kind == SHR_STEP_END ? step->call->start_ns : step->call->floor_ns;
}

static bool is_other(const struct shr_step *step, const struct shr_call *call)
{
	const struct shr_call *other = step->call;

	return (step->kind == SHR_STEP_START || step->kind == SHR_STEP_END) &&
	       other->pid != call->pid && other->shrinker == call->shrinker &&
	       other->nid == call->nid && floor_of(step) <= call->start_ns;
}

static void look(struct witness *witness)
{
	const struct shr_step *step = &witness->first->begins;
	size_t seen = 0;

	witness->looked = true;
	for (; step && seen < AHEAD && witness->other_count < OTHERS_MAX;
	     step = step->next, seen++)
		if (is_other(step, witness->call))
			witness->others[witness->other_count++] = step;
}

static uint64_t after(uint64_t stamp, const struct shr_call *call)
{
	return stamp > call->start_ns ? stamp - call->start_ns : 0;
}

/*
 * How late events of others are, if their movements took the counter from what it
 * holds to what the call found: one of them begins with the one, and one ends with the
 * other.
 */
static uint64_t lag_of_others(struct witness *witness, int64_t value)
{
	uint64_t leaves = UINT64_MAX, arrives = UINT64_MAX;

	if (!witness->looked)
		look(witness);
	for (size_t i = 0; i < witness->other_count; i++) {
		const struct shr_call *call = witness->others[i]->call;
		bool end = witness->others[i]->kind == SHR_STEP_END;
		uint64_t lag =
			after(end ? call->end_ns : call->start_ns, witness->call);

		if ((end || call->start.deferred == value) && lag < leaves)
			leaves = lag;
		if ((end ? call->end.new_scan : 0) == witness->call->start.deferred &&
		    lag < arrives)
			arrives = lag;
	}
	return leaves > arrives ? leaves : arrives;
}

/* How long ago an empty counter was filled, if the call found it empty. */
static uint64_t lag_since(const struct shr_counter *counter,
			  const struct shr_call *call)
{
	if (call->start.deferred)
		return UINT64_MAX;
	for (uint32_t i = 0; i < SHR_HISTORY && i < counter->history_count; i++) {
		const struct shr_was *was = shr_counter_was(counter, i);

		if (was->by.pid == call->pid || was->until_ns < call->floor_ns)
			return UINT64_MAX;
		if (!was->value)
			return call->start_ns > was->until_ns
				       ? call->start_ns - was->until_ns
				       : 0;
	}
	return UINT64_MAX;
}

/* Whether memcgs that ended account for what is there beyond what should be. */
static int32_t inherits_score(const struct witness *witness,
			      const struct shr_counter *counter)
{
	const struct shr_scene *scene = witness->scene;
	int64_t extra = (int64_t)((uint64_t)witness->call->start.deferred -
				  (uint64_t)counter->value);

	if (counter->lane != scene->root ||
	    !shr_reparent_explains(scene->counters, counter, extra,
				   witness->call->start_ns))
		return MISMATCH;
	return extra < SURELY ? INHERITS_LITTLE : INHERITS;
}

/*
 * The call does not find what the counter holds.  An event follows its movement at
 * once, unless its task was interrupted in between: the later others' are recorded
 * that would explain it, the less likely is that.
 */
static int32_t mismatch_score(struct witness *witness,
			      const struct shr_counter *counter)
{
	uint64_t lag = lag_of_others(witness, counter->value);
	uint64_t since = lag_since(counter, witness->call);

	if (since < lag)
		lag = since;
	if (lag <= LAG_USUAL)
		return CONTESTED;
	int32_t inherits = inherits_score(witness, counter);

	if (inherits != MISMATCH)
		return inherits;
	return lag <= LAG_MAX ? CONTESTED_LATE : MISMATCH;
}

bool shr_weigh_rules_out(const struct shr_scene *scene, const struct shr_call *call,
			 const struct shr_counter *counter)
{
	struct witness witness = witness_of(scene, call, call);

	return counter->known && counter->value != call->start.deferred &&
	       mismatch_score(&witness, counter) == MISMATCH;
}

static int32_t match_score(int64_t deferred)
{
	return MATCH + MATCH_BIT * log2_of((uint64_t)deferred);
}

static bool is_current(const struct shr_scene *scene, const struct shr_counter *counter)
{
	return counter->known && counter->gaps_seen == scene->gaps;
}

/* Whether nothing arrived that is expected to have, where lanes are inferred. */
static bool is_left_alone(const struct shr_counter *counter, int64_t deferred)
{
	return counter->inherited && !counter->left_by &&
	       (int64_t)((uint64_t)counter->value - (uint64_t)counter->inherited) ==
		       deferred;
}

/* What @witness says for the lane of @counter, beyond a lane that has none. */
static int32_t counter_score(struct witness *witness, const struct shr_counter *counter)
{
	const struct shr_call *call = witness->call;
	int32_t score = first_score(call);

	if (counter->known) {
		bool found = counter->value == call->start.deferred ||
			     is_left_alone(counter, call->start.deferred);

		if (!found)
			score = is_current(witness->scene, counter)
					? mismatch_score(witness, counter)
					: score;
		else if (call->start.deferred)
			score = match_score(call->start.deferred);
		else if (!counter->open) /* else a call has just taken what it had */
			score = MATCH_ZERO;
	}
	return score - first_score(call) +
	       freeable_score(counter->freeable, call->start.freeable);
}

/* Whether @pid left @value in the counter, which others have moved since. */
static bool left_by(const struct shr_counter *counter, int32_t pid, int64_t value)
{
	int64_t then = counter->value;

	for (uint32_t i = 0; i < SHR_HISTORY && i < counter->history_count; i++) {
		const struct shr_was *was = shr_counter_was(counter, i);

		if (was->by.pid == pid)
			return i && then == value;
		then = was->value;
	}
	return false;
}

/* Two tasks that each find what they left themselves are at two memcgs. */
static int32_t split_score(const struct shr_scene *scene, const struct shr_call *call,
			   const struct shr_counter *counter)
{
	if (!is_current(scene, counter) || counter->value == call->start.deferred ||
	    !left_by(counter, call->pid, call->start.deferred))
		return 0;
	return call->start.deferred ? SPLIT : SPLIT_ZERO;
}

static int32_t unseen_score(const struct shr_lane *lane)
{
	return lane->trail.runs >= AGED ? UNSEEN : 0;
}

/* Let the call at @i speak for and against lanes. */
static void hear(struct shr_scales *scales, size_t i)
{
	const struct shr_scene *scene = scales->scene;
	const struct shr_counters *counters = scene->counters;
	const struct shr_call *call = scales->run->calls[i];
	struct witness witness = witness_of(scene, call, scales->run->calls[0]);
	bool aware = shr_weigh_is_memcg_aware(call);
	uint32_t slot = shr_counters_slot(call);

	scales->fresh[i + 1] = scales->fresh[i] + (aware ? first_score(call) : 0);
	scales->split[i + 1] = scales->split[i];
	scales->rootly[i + 1] = scales->rootly[i] + !aware;
	scales->old[i + 1] = scales->old[i] + (call->start.deferred != 0);
	for (size_t k = 0; k < counters->lane_count; k++) {
		struct shr_trail *trail = &counters->lanes[k]->trail;

		trail->sums[i + 1] =
			trail->sums[i] + (aware ? unseen_score(counters->lanes[k]) : 0);
	}
	if (!aware)
		return;
	for (const struct shr_counter *counter = call->instance->counters; counter;
	     counter = counter->next_of_instance) {
		if (!counter->lane || counter->slot != slot)
			continue;
		counter->lane->trail.sums[i + 1] +=
			counter_score(&witness, counter) - unseen_score(counter->lane);
		scales->split[i + 1] += split_score(scene, call, counter);
	}
}

/* By how much of its work a task is known there, and by how much of the lane's. */
static int32_t task_score(const struct shr_scales *scales, const struct shr_lane *lane)
{
	uint32_t task = scales->memo ? scales->memo->runs : 0;
	uint32_t all = lane->trail.runs > task ? lane->trail.runs : task;
	uint32_t runs = shr_trail_runs(&lane->trail, scales->run->calls[0]->pid);

	return runs ? TASK + (int32_t)(TASK_ONLY * runs / (all ? all : 1)) : 0;
}

static int32_t pass_score(const struct shr_scales *scales, const struct shr_lane *lane)
{
	const struct shr_memo *memo = scales->memo;

	if (!memo || !shr_memo_in_pass(memo, scales->run->calls[0]))
		return 0;
	int32_t score = memo->lane->trail.next == lane ? NEXT_IN_PASS : 0;
	size_t visit = shr_memo_visit(memo, lane);

	if (visit < memo->visited_count)
		score += visit ? AGAIN : AGAIN_FIRST;
	return score;
}

/* A memcg that is not heard of any more may have been removed. */
static int32_t stale_score(const struct shr_scene *scene, const struct shr_lane *lane)
{
	int32_t silent = log2_of(scene->runs - lane->trail.last_run);
	int32_t score = silent > STALE_FROM ? STALE * (silent - STALE_FROM) : 0;

	return scene->counters->cgroups.last_rmdir_ns > lane->last_ns ? score + BEREFT
								      : score;
}

/* What is known of a lane apart from the calls. */
static void set_base(struct shr_scales *scales, struct shr_lane *lane)
{
	int32_t task = task_score(scales, lane);

	scales->task_known |= task > 0;
	lane->trail.base = task;
	if (lane != scales->scene->root)
		lane->trail.base +=
			pass_score(scales, lane) + stale_score(scales->scene, lane);
}

void shr_weigh_run(struct shr_scales *scales, const struct shr_scene *scene,
		   const struct shr_run *run, const struct shr_memo *memo)
{
	const struct shr_counters *counters = scene->counters;

	scales->scene = scene;
	scales->run = run;
	scales->memo = memo;
	scales->task_known = false;
	scales->fresh[0] = scales->split[0] = 0;
	scales->rootly[0] = scales->old[0] = 0;
	for (size_t i = 0; i < counters->lane_count; i++) {
		counters->lanes[i]->trail.sums[0] = 0;
		set_base(scales, counters->lanes[i]);
	}
	for (size_t i = 0; i < run->count; i++)
		hear(scales, i);
}

/* A memcg that shows up late, with work that was deferred before, is rare. */
static int32_t new_score(const struct shr_scales *scales, size_t from, size_t to)
{
	const struct shr_scene *scene = scales->scene;
	int32_t score = NEW_LANE + (scales->task_known ? 0 : NEW_TASK) +
			scales->split[to] - scales->split[from];

	if (scales->old[to] > scales->old[from])
		return score + ROUTINE * log2_of(scene->runs + 1);
	return score + (scene->counters->cgroups.expected ? EXPECTED : 0);
}

/* Whether its task was found to be in that lane for this run, too. */
static bool stays(const struct shr_scales *scales, const struct shr_lane *lane)
{
	const struct shr_memo *memo = scales->memo;

	return memo && memo->left && memo->lane == lane &&
	       shr_memo_goes_on(memo, scales->run->calls[0]);
}

struct shr_choice shr_weigh(const struct shr_scales *scales, size_t from, size_t to)
{
	const struct shr_scene *scene = scales->scene;
	const struct shr_counters *counters = scene->counters;
	bool rootly = scales->rootly[to] > scales->rootly[from];
	bool bound = rootly && scene->root;
	int32_t fresh = scales->fresh[to] - scales->fresh[from];
	struct shr_choice best = { NULL, INT32_MIN };

	for (size_t i = 0; i < counters->lane_count; i++) {
		struct shr_lane *lane = counters->lanes[i];
		const struct shr_trail *trail = &lane->trail;
		int32_t score =
			trail->base + trail->sums[to] - trail->sums[from] + fresh;

		if (lane->joined || (bound && scene->root != lane))
			continue;
		if (!rootly && scene->root == lane)
			score += NOT_ROOT;
		if (from == 0 && stays(scales, lane))
			score += STAY;
		if (score > best.score)
			best = (struct shr_choice){ lane, score };
	}
	fresh += new_score(scales, from, to);
	if (!bound && counters->lane_count < LANES_MAX && fresh > best.score)
		best = (struct shr_choice){ NULL, fresh };
	return best;
}

int32_t shr_weigh_cut(const struct shr_call *call)
{
	uint64_t pause = shr_run_pause(call);

	if (pause < PAUSE)
		return CUT;
	return pause < PAUSE_LONG ? CUT_PAUSE : CUT_LONG;
}

bool shr_weigh_paused(const struct shr_call *call)
{
	return shr_run_pause(call) >= PAUSE;
}
