/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/input.h"
#include "cli/paper.h"
#include "cli/print_explain.h"
#include "cli/print_formula.h"
#include "core/replay/explain.h"
#include "core/replay/find.h"
#include "core/replay/lane.h"
#include "core/replay/replay.h"
#include "core/stream.h"

#include <inttypes.h>

/* Of @call's deferred what no listed source accounts for, as far as the chain knew. */
struct remainder {
	int64_t old;	  /* was in the counter, from whomever */
	int64_t surprise; /* was not, as far as the capture tells */
};

static struct remainder remainder_of(const struct shr_call *call)
{
	uint64_t ahead = call->ahead.count ? (uint64_t)call->ahead.total : 0;
	uint64_t gave = call->gave.count ? (uint64_t)call->gave.total : 0;
	uint64_t known = (uint64_t)call->expected + ahead;

	return (struct remainder){
		.old = (int64_t)(known - gave - (uint64_t)call->inherited),
		.surprise = (int64_t)((uint64_t)call->start.deferred - known),
	};
}

/* A counter nobody has looked into yet, or that was lost track of. */
static void say_unknown(struct paper *paper, const struct explained *explained)
{
	const struct shr_call *call = explained->call;

	paper_line(paper, 0);
	if (call->instance->anonymous)
		paper_say(paper,
			  "Who left it cannot be told: without addresses the "
			  "counters of shrinkers with one callback cannot be told "
			  "apart.");
	else if (!explained->find->first_on_counter)
		paper_say(paper, "Who left it cannot be told: an earlier call on its "
				 "counter has no end in the capture.");
	else if (call->start.deferred)
		paper_say(paper, "It was there before: this is the first whole call on "
				 "its counter in the capture, which does not say who "
				 "left it.");
	else
		paper_say(paper, "This is the first whole call on its counter in the "
				 "capture.");
}

static void say_inherited(struct paper *paper, const struct explained *explained)
{
	const struct shr_call *call = explained->call;

	if (!call->inherited)
		return;
	paper_line(paper, 2);
	paper_say(paper, "%+" PRId64 " inherited", call->inherited);
	if (call->reuse == SHR_REUSE_ID)
		paper_say(paper, " with a shrinker id that was another's");
	if (call->legacies.count)
		explain_legacies(paper, explained, &call->legacies, call->inherited);
}

static void say_sources(struct paper *paper, const struct explained *explained)
{
	const struct shr_call *call = explained->call;
	struct remainder remainder = remainder_of(call);

	if (!call->start.deferred && !call->gave.count && !call->ahead.count &&
	    !remainder.surprise)
		paper_say(paper, ", which was empty");
	explain_parts(paper, explained, &call->gave, "left by");
	say_inherited(paper, explained);
	if (remainder.old) {
		paper_line(paper, 2);
		paper_say(paper,
			  "%+" PRId64 " in the counter already, from no call that the "
			  "capture names",
			  remainder.old);
	}
	if (remainder.surprise) {
		paper_line(paper, 2);
		paper_say(paper,
			  "%+" PRId64 " from no call that the capture shows: the model "
			  "expected %" PRId64,
			  remainder.surprise,
			  (int64_t)((uint64_t)call->start.deferred -
				    (uint64_t)remainder.surprise));
	}
	if (!call->ahead.count)
		return;
	paper_line(paper, 0);
	paper_say(paper,
		  "The order of recording would have %" PRId64 " there. Calls that "
		  "overlap moved the counter in another order, which changes it by:",
		  call->expected);
	explain_parts(paper, explained, &call->ahead, "by");
}

static void say_deferred(struct paper *paper, const struct explained *explained)
{
	const struct shr_call *call = explained->call;

	paper_label(paper, "deferred");
	if (!(call->has & SHR_HAS_DEFERRED)) {
		paper_say(paper, "not recorded");
		paper_end(paper);
		return;
	}
	paper_say(paper, "%" PRId64 ", taken from the counter at the start",
		  call->start.deferred);
	if (!call->expected_known || call->instance->anonymous)
		say_unknown(paper, explained);
	else
		say_sources(paper, explained);
	paper_end(paper);
}

static void say_freeable(struct paper *paper, const struct shr_call *call)
{
	paper_label(paper, "freeable");
	if (call->has & SHR_HAS_FREEABLE)
		paper_say(paper, "%" PRId64 ", as count_objects() answered",
			  call->start.freeable);
	else
		paper_say(paper, "not recorded");
	paper_end(paper);
}

void explain_source(struct paper *paper, enum shr_from from)
{
	static const char *const sources[] = {
		[SHR_FROM_NOTHING] = "not known from any source",
		[SHR_FROM_OPTION] = "as --set says",
		[SHR_FROM_IDENTITY] = "as a recorded identity says",
		[SHR_FROM_TABLE] = "as the table of in-tree shrinkers says",
		[SHR_FROM_VALUES] = "inferred from the values of the capture",
	};

	paper_say(paper, "%s", sources[from]);
}

/* Where several fit, the formula shows the first: they all give the same. */
static void say_seeks(struct paper *paper, const struct explained *explained)
{
	const struct shr_param *seeks = &explained->call->instance->seeks;

	paper_line(paper, 0);
	if (!explained->why->delta.count) {
		paper_say(paper,
			  "The shrinker's seeks is not known (%" PRIu32
			  " values fit): the recorded delta is taken as it is.",
			  seeks->fit.count);
		return;
	}
	paper_say(paper, "seeks is %d, ", explained->why->seeks);
	if (!seeks->from && seeks->fit.count > 1)
		paper_say(paper, "one of %" PRIu32 " values that fit, ",
			  seeks->fit.count);
	explain_source(paper, seeks->from);
	explain_misfits(paper, seeks);
	paper_say(paper, ".");
}

/* A generation that is not the capture's can want what its events do not have. */
static void say_missing(struct paper *paper, const struct explained *explained)
{
	const struct shr_generation *gen = explained->summary->fit->rules.gen;
	uint32_t has = explained->call->has;

	if (gen->delta != SHR_DELTA_LRU && !(has & SHR_HAS_PRIORITY)) {
		paper_line(paper, 0);
		paper_say(paper, "The event records no priority: 0 is taken for it.");
	}
	if (gen->delta == SHR_DELTA_LRU && !(has & SHR_HAS_LRU)) {
		paper_line(paper, 0);
		paper_say(paper, "The event records no pgs_scanned and lru_pgs: 0 is "
				 "taken for them.");
	}
}

static void say_delta(struct paper *paper, const struct explained *explained)
{
	const struct shr_explanation *why = explained->why;
	const struct shr_generation *gen = explained->summary->fit->rules.gen;

	paper_label(paper, "delta");
	if (!why->plan.count) {
		paper_say(paper, "not told: the start event does not record all of "
				 "deferred, freeable and delta");
		paper_end(paper);
		return;
	}
	if (!why->delta.count)
		paper_say(paper, "%" PRIu64, why->used_delta);
	print_formulas(paper, &why->delta);
	say_seeks(paper, explained);
	say_missing(paper, explained);
	if (gen->min_scan && !why->batch)
		paper_say(paper, " It is at least min(freeable, batch) in this kernel, "
				 "and the batch is not known.");
	paper_end(paper);
}

static void say_planned(struct paper *paper, const struct explained *explained)
{
	if (!explained->why->plan.count)
		return;
	paper_label(paper, "planned");
	print_formulas(paper, &explained->why->plan);
	paper_end(paper);
}

void explain_start(struct paper *paper, const struct explained *explained)
{
	say_deferred(paper, explained);
	say_freeable(paper, explained->call);
	say_delta(paper, explained);
	say_planned(paper, explained);
}
