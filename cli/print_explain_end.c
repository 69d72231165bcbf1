/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/input.h"
#include "cli/paper.h"
#include "cli/print_explain.h"
#include "cli/print_formula.h"
#include "cli/print_text.h"
#include "core/replay/explain.h"
#include "core/replay/find.h"
#include "core/replay/lane.h"
#include "core/replay/ledger.h"
#include "core/replay/replay.h"
#include "core/stream.h"

#include <inttypes.h>

static bool sees(const struct shr_call *call, enum shr_amount amount)
{
	return shr_amounts_has(&call->observed, amount);
}

static int64_t seen(const struct shr_call *call, enum shr_amount amount)
{
	return call->observed.value[amount];
}

/* Why a refusal was foreseen. */
static void say_refusal(struct paper *paper, const struct shr_call *call)
{
	const unsigned both = SHR_MAY_IO | SHR_MAY_FS;

	switch (call->instance->refusal) {
	case SHR_REFUSES_ALWAYS:
		paper_say(paper, "This callback always answers SHRINK_STOP");
		break;
	case SHR_REFUSES_WITHOUT_FS:
		paper_say(paper, "This callback answers SHRINK_STOP without __GFP_FS, "
				 "which gfp does not have");
		break;
	case SHR_REFUSES_WITHOUT_KERNEL:
		paper_say(paper,
			  "This callback answers SHRINK_STOP unless gfp has all of "
			  "GFP_KERNEL; it lacks %s",
			  (call->start.may & both) == both ? "a reclaim bit"
			  : call->start.may & SHR_MAY_FS   ? "__GFP_IO"
			  : call->start.may & SHR_MAY_IO   ? "__GFP_FS"
							   : "__GFP_IO and __GFP_FS");
		break;
	case SHR_REFUSES_NEVER:
	case SHR_REFUSES_MAYBE:
		break;
	}
	paper_say(paper, ": nothing is scanned, and left is planned.");
}

static void say_batch(struct paper *paper, const struct explained *explained)
{
	const struct shr_param *batch = &explained->call->instance->batch;

	paper_line(paper, 0);
	if (!explained->why->batch) {
		paper_say(paper,
			  "The shrinker's batch is not known (%" PRIu32
			  " values fit so far).",
			  batch->fit.count);
		return;
	}
	paper_say(paper, "batch is %" PRId64 ", ", explained->why->batch);
	if (explained->summary->fit->rules.gen->fixed_batch)
		paper_say(paper, "for every shrinker of this kernel");
	else
		explain_source(paper, batch->from);
	if (explained->why->loop.count &&
	    !shr_amounts_has(&explained->call->predicted, SHR_LEFT))
		paper_say(paper, ", which was not known yet when the call was judged");
	explain_misfits(paper, batch);
	paper_say(paper, ".");
}

static void say_why_it_ended(struct paper *paper, const struct explained *explained)
{
	const struct shr_call *call = explained->call;
	const struct shr_explanation *why = explained->why;
	bool whole = explained->summary->fit->rules.gen->loop == SHR_LOOP_WHOLE;
	int64_t left = seen(call, SHR_LEFT);

	paper_line(paper, 0);
	paper_say(paper, "It ended with %" PRId64 " left: ", left);
	if (why->next > 0)
		paper_say(paper,
			  "the callback stopped it, or it would have asked for "
			  "%" PRId64 " more.",
			  why->next);
	else if (left <= 0)
		paper_say(paper, "nothing is left to ask for.");
	else
		paper_say(paper, "less than a batch%s.",
			  whole ? ", and this kernel asks for whole ones only"
				: ", and less than freeable");
}

/* Why the loop did not do what its rule says. */
static void say_fault(struct paper *paper, const struct explained *explained)
{
	const struct shr_call *call = explained->call;

	paper_line(paper, 0);
	switch (call->fault) {
	case SHR_SCAN_AS_PREDICTED:
		break;
	case SHR_SCAN_STOPPED:
		paper_say(paper, "SHRINK_STOP");
		if (explained->why->batch)
			paper_say(paper,
				  " after %" PRIu64 " batches of %" PRId64 " (%" PRId64
				  " scanned)",
				  explained->why->full, explained->why->batch,
				  seen(call, SHR_SCANNED));
		paper_say(paper,
			  ". It could not be foreseen: callbacks also stop for "
			  "reasons no event shows, such as a lock that is held or "
			  "a list that is empty.");
		break;
	case SHR_SCAN_OWN_COUNT:
		paper_say(paper,
			  "The callback set sc->nr_scanned itself: %" PRId64
			  " scanned is no number of batches that the loop can have "
			  "asked for.",
			  seen(call, SHR_SCANNED));
		break;
	case SHR_SCAN_WRONG:
		paper_say(paper,
			  "No callback of this batch can scan %" PRId64 " and leave "
			  "%" PRId64 ".",
			  seen(call, SHR_SCANNED), seen(call, SHR_LEFT));
		break;
	}
}

static void say_loop(struct paper *paper, const struct explained *explained)
{
	const struct shr_call *call = explained->call;

	paper_label(paper, "loop");
	if (call->fault == SHR_SCAN_STOPPED && explained->why->loop.count)
		paper_say(paper, "If nothing had stopped it:");
	if (explained->why->refused)
		say_refusal(paper, call);
	else
		print_formulas(paper, &explained->why->loop);
	say_batch(paper, explained);
	if (!sees(call, SHR_LEFT) || !sees(call, SHR_SCANNED)) {
		paper_say(paper, " What the loop left is not recorded.");
	} else {
		if (explained->summary->fit->rules.end == SHR_END_DIFFERENCE)
			paper_say(paper, " This kernel's end event does not tell what "
					 "the loop left: new_deferred is taken for it, "
					 "which is right if nobody else added to it.");
		if (explained->why->batch && !explained->why->refused)
			say_why_it_ended(paper, explained);
		say_fault(paper, explained);
	}
	paper_end(paper);
}

/* What was in the counter already, and by whom. */
static void say_others(struct paper *paper, const struct explained *explained)
{
	const struct shr_call *call = explained->call;
	const struct shr_explanation *why = explained->why;
	uint64_t others = call->others.count ? (uint64_t)call->others.total : 0;
	int64_t rest =
		(int64_t)((uint64_t)why->before - others - (uint64_t)call->arrived);

	paper_line(paper, 0);
	paper_say(paper, "new_deferred = before + stored");
	paper_line(paper, 13);
	paper_say(paper, "= %" PRId64 " + %" PRId64 " = %" PRId64, why->before,
		  call->store, seen(call, SHR_NEW_DEFERRED));
	if (!why->before && !call->broke_end)
		return;
	paper_line(paper, 0);
	paper_say(paper, "Before it was added, the counter had %" PRId64 ":",
		  why->before);
	explain_parts(paper, explained, &call->others, "added by");
	if (call->arrivals.count) {
		paper_line(paper, 2);
		paper_say(paper, "%+" PRId64 " arrived", call->arrived);
		explain_legacies(paper, explained, &call->arrivals, call->arrived);
	}
	if (!rest)
		return;
	paper_line(paper, 2);
	paper_say(paper, "%+" PRId64 " from no call that the capture shows", rest);
}

static void say_store(struct paper *paper, const struct explained *explained)
{
	const struct shr_explanation *why = explained->why;

	paper_label(paper, "write-back");
	if (!why->store.count) {
		paper_say(paper, "not told: what was scanned is not recorded");
		paper_end(paper);
		return;
	}
	print_formulas(paper, &why->store);
	if (why->written_off) {
		paper_line(paper, 0);
		paper_say(paper,
			  "Deferred work of %" PRId64 " objects is written off by it.",
			  why->written_off);
	}
	if (why->store_known)
		say_others(paper, explained);
	paper_end(paper);
}

/* What 32 bits can say. */
static void say_retval(struct paper *paper, const struct shr_call *call)
{
	int64_t freed = call->end.retval;

	if (!freed && !seen(call, SHR_SCANNED))
		return;
	if (freed < 0)
		paper_say(paper, " The event keeps 32 bits of it, and these are "
				 "negative: it was 2^31 or more.");
	else if (sees(call, SHR_SCANNED) && seen(call, SHR_SCANNED) > INT32_MAX)
		paper_say(paper, " The event keeps 32 bits of it: it may have been any "
				 "multiple of 2^32 more.");
	else
		paper_say(paper, " The event keeps 32 bits of it, which is all of a "
				 "number below 2^31.");
}

static void say_freed(struct paper *paper, const struct explained *explained)
{
	const struct shr_call *call = explained->call;
	bool last = explained->summary->fit->rules.gen->retval == SHR_RETVAL_LAST;

	paper_label(paper, "freed");
	if (!(call->end_has & SHR_HAS_RETVAL)) {
		paper_say(paper, "not recorded");
	} else if (last) {
		paper_say(paper,
			  "not recorded up to Linux 3.11: the event's %" PRId64
			  " is what the last ->shrink() returned, objects in the cache "
			  "or -1, and 0 if there was none",
			  call->end.retval);
	} else {
		paper_say(paper, "%" PRId64, call->end.retval);
		if (sees(call, SHR_SCANNED))
			paper_say(paper, " of %" PRId64 " scanned",
				  seen(call, SHR_SCANNED));
		paper_say(paper, ", as the callback reports.");
		if (sees(call, SHR_SCANNED) &&
		    call->end.retval > seen(call, SHR_SCANNED))
			paper_say(paper, " A callback may free more than it was asked "
					 "to scan.");
		say_retval(paper, call);
	}
	paper_end(paper);
}

/* The remainder of a memcg that ended is its parent's now. */
static bool is_inherited(const struct shr_find *find)
{
	return find->call.lane && find->call.lane->into &&
	       find->call.counter->lane == find->call.lane;
}

static void say_fate(struct paper *paper, const struct explained *explained)
{
	const struct shr_find *find = explained->find;
	const struct shr_pair_stats *pairs = &explained->summary->pairs;
	char time[TEXT_NUMBER];

	if (find->taken) {
		paper_say(paper, "taken by call %" PRIu64 " (", find->taker.n);
		explain_task(paper, explained->input, find->taker.pid,
			     find->taker.comm);
		paper_say(paper, ") at %s: %" PRId64 " of its deferred",
			  text_time(time, explained->input, find->taker.start_ns),
			  find->taker.amount);
	} else if (find->call.outlasted) {
		paper_say(paper, "not known: it ran so long that calls after it were "
				 "judged before it");
	} else if (find->vague_n) {
		paper_say(
			paper,
			"probably taken by call %" PRIu64
			", the next on its counter, which took the work of more calls "
			"than are kept or after a call without end",
			find->vague_n);
	} else if (is_inherited(find)) {
		paper_say(paper, "its memcg ended: what its counter held is now in ");
		explain_lane(paper, explained->input, find->call.lane->into);
	} else if (!find->call.counter->known) {
		paper_say(paper, "not known: a later call on its counter has a start "
				 "and no end, or there are no addresses");
	} else {
		paper_say(paper, "taken by no call until the capture ended");
		if (pairs->gaps)
			paper_say(paper, ", as far as it shows: events are missing");
	}
}

static void say_taker(struct paper *paper, const struct explained *explained)
{
	const struct shr_call *call = explained->call;

	paper_label(paper, "remainder");
	if (!call->store_known)
		paper_say(paper, "not known");
	else if (!call->store)
		paper_say(paper, "none: nothing is left for a later call");
	else
		say_fate(paper, explained);
	paper_end(paper);
}

void explain_end(struct paper *paper, const struct explained *explained)
{
	say_loop(paper, explained);
	say_store(paper, explained);
	say_freed(paper, explained);
	say_taker(paper, explained);
}
