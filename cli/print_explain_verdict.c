/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/input.h"
#include "cli/paper.h"
#include "cli/print_explain.h"
#include "cli/print_text.h"
#include "core/replay/explain.h"
#include "core/replay/find.h"
#include "core/replay/lane.h"
#include "core/replay/ledger.h"
#include "core/replay/replay.h"
#include "core/stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool differs(const struct shr_call *call, enum shr_amount amount)
{
	return call->differ >> amount & 1;
}

/* An amount, or "?" where it is not known. */
static const char *amount_text(char buf[TEXT_NUMBER], const struct shr_amounts *amounts,
			       enum shr_amount amount)
{
	if (!shr_amounts_has(amounts, amount))
		snprintf(buf, TEXT_NUMBER, "?");
	else if (amount == SHR_DELTA)
		snprintf(buf, TEXT_NUMBER, "%" PRIu64,
			 (uint64_t)amounts->value[amount]);
	else
		snprintf(buf, TEXT_NUMBER, "%" PRId64, amounts->value[amount]);
	return buf;
}

static void print_row(const struct shr_call *call, enum shr_amount amount)
{
	const unsigned given = 1u << SHR_FREEABLE | 1u << SHR_FREED;
	char said[TEXT_NUMBER], seen[TEXT_NUMBER], more[TEXT_NUMBER] = "";
	int64_t difference;

	amount_text(said, &call->predicted, amount);
	if (given >> amount & 1)
		snprintf(said, sizeof(said), "-");
	if (shr_call_difference(call, amount, &difference))
		snprintf(more, sizeof(more), difference ? "%+" PRId64 : "0",
			 difference);
	printf("%-*s %20s %21s", PAPER_MARGIN, shr_amount_name(amount), said,
	       amount_text(seen, &call->observed, amount));
	if (*more)
		printf(" %21s", more);
	putchar('\n');
}

static void print_table(const struct shr_call *call)
{
	printf("%-*s %20s %21s %21s\n", PAPER_MARGIN, "", "predicted", "observed",
	       "difference");
	for (unsigned amount = 0; amount < SHR_AMOUNT_COUNT; amount++)
		print_row(call, amount);
}

static void say_where_missing(struct paper *paper, const struct input *input,
			      const struct shr_gap *gap)
{
	char time[TEXT_NUMBER];

	if (gap->cpu == SHR_NO_CPU && !gap->to_ns) {
		paper_say(paper, "The capture is incomplete as a whole: from some time "
				 "on, events of a CPU are missing.");
		return;
	}
	if (gap->cpu == SHR_NO_CPU)
		paper_say(paper, "Events are missing on several CPUs");
	else
		paper_say(paper, "Events are missing on CPU %" PRIu32, gap->cpu);
	if (gap->from_ns)
		paper_say(paper, " from %s", text_time(time, input, gap->from_ns));
	paper_say(paper, " to %s,", text_time(time, input, gap->to_ns));
	if (gap->count)
		paper_say(paper, " %" PRIu64 " of them.", gap->count);
	else
		paper_say(paper, " the kernel does not say how many.");
}

static void say_gap(struct paper *paper, const struct explained *explained)
{
	const struct input *input = explained->input;
	const struct shr_call *call = explained->call;
	char time[TEXT_NUMBER];

	if (call->stray_ns)
		paper_say(paper,
			  "The start of a call on this shrinker is missing: only its "
			  "end, at %s, was recorded, and what it moved is not known.",
			  text_time(time, input, call->stray_ns));
	else
		say_where_missing(paper, input, &call->gap);
	if (call->gap_seen_ns)
		paper_say(paper, " The counter was last seen at %s.",
			  text_time(time, input, call->gap_seen_ns));
	paper_line(paper, 0);
	if (!call->stray_ns)
		paper_say(paper, "A larger buffer loses less: trace-cmd record -b.");
}

static void say_rivals(struct paper *paper, const struct explained *explained)
{
	paper_say(paper, "Several memcgs fit, and they differ in what they say:");
	for (int i = 0; i < SHR_RIVALS && explained->call->rivals[i]; i++) {
		paper_say(paper, "%s", i ? ", " : " ");
		explain_lane(paper, explained->input, explained->call->rivals[i]);
	}
	paper_say(paper, ".");
}

static void say_reuse(struct paper *paper, const struct shr_call *call)
{
	if (call->reuse == SHR_REUSE_ID)
		paper_say(paper,
			  "Its shrinker id was another's, whose counter of this memcg "
			  "it inherited: %" PRId64 ".",
			  call->inherited);
	else
		paper_say(paper, "Another shrinker lived at this address before.");
	if (call->before) {
		paper_say(paper, " It was ");
		paper_str(paper, (struct shr_str){ call->before->label,
						   strlen(call->before->label) });
		paper_say(paper, ".");
	}
}

static void say_concurrent(struct paper *paper, const struct shr_call *call)
{
	paper_say(paper, "Calls that overlap in time on the same counter account for "
			 "the difference:");
	if (differs(call, SHR_NEW_DEFERRED)) {
		paper_line(paper, 2);
		paper_say(paper,
			  "new_deferred %" PRId64 " = %" PRId64 " of its own + %" PRId64
			  " of others",
			  call->observed.value[SHR_NEW_DEFERRED], call->store,
			  call->others.total);
	}
	if (differs(call, SHR_DEFERRED)) {
		paper_line(paper, 2);
		paper_say(paper,
			  "deferred %" PRId64 " = %" PRId64
			  " in the order of recording %+" PRId64
			  " by calls that moved it in another",
			  call->observed.value[SHR_DEFERRED], call->expected,
			  call->ahead.total);
	}
}

static void say_heritage(struct paper *paper, const struct explained *explained,
			 const struct shr_legacies *legacies, int64_t total,
			 const char *section)
{
	if (legacies->count == 1)
		explain_legacies(paper, explained, legacies, total);
	else
		paper_say(paper, " from %u memcgs, listed above under %s",
			  legacies->count, section);
	paper_say(paper, ".");
}

static void say_reparented(struct paper *paper, const struct explained *explained)
{
	const struct shr_call *call = explained->call;

	paper_say(paper, "When a memcg ends, its parent takes over what its counters "
			 "hold.");
	if (call->legacies.count) {
		paper_say(paper, " %" PRId64 " of deferred came", call->inherited);
		say_heritage(paper, explained, &call->legacies, call->inherited,
			     "deferred");
	}
	if (call->arrivals.count) {
		paper_say(paper, " %" PRId64 " of new_deferred came while it ran,",
			  call->arrived);
		say_heritage(paper, explained, &call->arrivals, call->arrived,
			     "write-back");
	}
}

/* One amount that breaks its rule: by how much, and what to look at. */
static void say_broken(struct paper *paper, const struct shr_call *call,
		       enum shr_amount amount, const char *next)
{
	char said[TEXT_NUMBER], seen[TEXT_NUMBER];
	int64_t more;

	paper_line(paper, 0);
	paper_say(paper, "%s: predicted %s, observed %s", shr_amount_name(amount),
		  amount_text(said, &call->predicted, amount),
		  amount_text(seen, &call->observed, amount));
	if (shr_call_difference(call, amount, &more))
		paper_say(paper, ", %+" PRId64, more);
	paper_say(paper, ". %s", next);
}

static void say_deferred_next(struct paper *paper, const struct shr_call *call)
{
	bool nameless = call->memcg_from == SHR_MEMCG_NONE &&
			call->instance->memcg.from && call->instance->memcg.value;

	say_broken(paper, call, SHR_DEFERRED,
		   "A counter is only moved by calls: look for calls that the capture "
		   "does not show (a filter, a CPU that was not traced, a part of a "
		   "trace).");
	if (nameless)
		paper_say(paper, " The capture does not say for which memcg it ran, "
				 "and each may have a counter of its own.");
}

/* new_deferred is its own remainder alone, although others had added by then. */
static void say_broken_end(struct paper *paper, const struct explained *explained)
{
	const struct shr_call *call = explained->call;

	paper_line(paper, 0);
	paper_say(paper,
		  "The counter had %" PRId64 " before the remainder was added; calls "
		  "that the capture shows had added %" PRId64 " since it was last "
		  "taken. Look for a call that took it and that the capture does not "
		  "show.",
		  explained->why->before, call->others.count ? call->others.total : 0);
}

static void say_unexplained(struct paper *paper, const struct explained *explained)
{
	const struct shr_call *call = explained->call;
	bool ends = (call->has & call->end_has & SHR_HAS_DEFERRED) &&
		    call->start.deferred != call->end.deferred;

	paper_say(paper, "Nothing in the capture accounts for it.");
	if (differs(call, SHR_DELTA))
		say_broken(paper, call, SHR_DELTA,
			   "Check the shrinker's seeks (--set) and the kernel "
			   "(--kernel).");
	if (differs(call, SHR_PLANNED))
		say_broken(
			paper, call, SHR_PLANNED,
			"Check the kernel (--kernel): the caps differ between them.");
	if (call->fault == SHR_SCAN_WRONG)
		say_broken(paper, call, SHR_LEFT,
			   "Check the shrinker's batch (--set).");
	if (differs(call, SHR_NEW_DEFERRED))
		say_broken(paper, call, SHR_NEW_DEFERRED,
			   "Look for calls on the same counter that end while this one "
			   "runs and that the capture does not show.");
	else if (call->broke_end)
		say_broken_end(paper, explained);
	if (differs(call, SHR_DEFERRED))
		say_deferred_next(paper, call);
	if (ends) {
		paper_line(paper, 0);
		paper_say(paper,
			  "The start event says that %" PRId64
			  " were deferred, the end event %" PRId64
			  ": they may not belong together.",
			  call->start.deferred, call->end.deferred);
	}
}

static void say_exact(struct paper *paper, const struct shr_call *call)
{
	paper_say(paper, "Every amount that can be predicted is what was observed.");
	if (!shr_amounts_has(&call->predicted, SHR_DEFERRED))
		paper_say(paper, " What was deferred could not be predicted.");
	if (!shr_amounts_has(&call->predicted, SHR_DELTA))
		paper_say(paper, " Nor could delta.");
	if (!shr_amounts_has(&call->predicted, SHR_LEFT))
		paper_say(paper, " The loop could not be predicted: what it left is "
				 "possible, no more.");
}

static void say_evidence(struct paper *paper, const struct explained *explained)
{
	const struct shr_call *call = explained->call;

	switch (call->verdict) {
	case SHR_EXACT:
		say_exact(paper, call);
		break;
	case SHR_REFUSED:
		paper_say(paper,
			  "The callback stopped the loop with %" PRId64
			  " left, while its condition still held.",
			  call->observed.value[SHR_LEFT]);
		break;
	case SHR_OWN_COUNT:
		paper_say(paper,
			  "The callback counted itself what it scanned: %" PRId64 ".",
			  call->observed.value[SHR_SCANNED]);
		break;
	case SHR_CONCURRENT:
		say_concurrent(paper, call);
		break;
	case SHR_REPARENTED:
		say_reparented(paper, explained);
		break;
	case SHR_REUSED:
		say_reuse(paper, call);
		break;
	case SHR_LOST_EVENTS:
		say_gap(paper, explained);
		break;
	case SHR_AMBIGUOUS:
		say_rivals(paper, explained);
		break;
	case SHR_UNEXPLAINED:
		say_unexplained(paper, explained);
		break;
	case SHR_VERDICT_COUNT:
		break;
	}
}

void explain_verdict(struct paper *paper, const struct explained *explained)
{
	print_table(explained->call);
	putchar('\n');
	paper_label(paper, "verdict");
	paper_say(paper, "%s. ", shr_verdict_name(explained->call->verdict));
	say_evidence(paper, explained);
	paper_end(paper);
}
