/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/input.h"
#include "cli/print_ledger.h"
#include "cli/print_text.h"
#include "cli/share.h"
#include "core/replay/instance.h"
#include "core/replay/replay.h"
#include "core/stream.h"

#include <inttypes.h>
#include <stdio.h>

static const char *objects(int64_t count)
{
	return count == 1 ? "object" : "objects";
}

static void say_share(int64_t part, int64_t whole)
{
	char text[SHARE_TEXT];

	printf("%s", share_text(text, (uint64_t)part, (uint64_t)whole));
}

static void say_amount(int64_t amount)
{
	char text[TEXT_NUMBER];

	printf("%s %s", text_int(text, amount), objects(amount));
}

static void say_count(uint64_t count, const char *one, const char *more)
{
	char text[TEXT_NUMBER];

	printf("%s %s", text_int(text, (int64_t)count), count == 1 ? one : more);
}

static void say_task(const struct ledger *ledger, const struct shr_party *party)
{
	struct shr_source *source = ledger->input->source;
	struct shr_str comm = source->comm(source, party->pid, party->comm);

	if (comm.len)
		printf(" by %.*s", (int)comm.len, comm.ptr);
	else
		printf(" by an unnamed task");
	if (party->has & SHR_HAS_PID)
		printf(" (pid %d)", party->pid);
}

static void say_mask(const struct ledger *ledger, const struct shr_party *party)
{
	struct shr_source *source = ledger->input->source;
	struct shr_start start = ledger_mask(party);
	char names[256];

	source->gfp(source, &start, party->has & SHR_HAS_GFP, names, sizeof(names));
	if (*names)
		printf(" under %s", names);
	else
		printf(" under a mask that is not known");
}

static void say_context(const struct shr_post *post)
{
	static const char *const words[SHR_RECLAIM_COUNT] = {
		[SHR_RECLAIM_UNKNOWN] = "in reclaim of a kind that no event tells",
		[SHR_RECLAIM_KSWAPD] = "in kswapd's reclaim",
		[SHR_RECLAIM_DIRECT] = "in direct reclaim",
		[SHR_RECLAIM_MEMCG] = "in reclaim of a memcg",
		[SHR_RECLAIM_NODE] = "in node reclaim",
		[SHR_RECLAIM_DROP_CACHES] = "in drop_caches",
	};

	printf(" %s%s", words[post->party.reclaim],
	       post->party.reclaim && post->sums.inferred ? ", as it seems" : "");
}

static void say_refusals(const struct shr_sums *sums)
{
	char calls[TEXT_NUMBER];

	if (!sums->refusals)
		return;
	printf(" (refused in ");
	say_count(sums->refusals, "call", "calls");
	printf(" of %s", text_int(calls, (int64_t)sums->calls));
	if (sums->want_fs == sums->refusals)
		printf(" for want of __GFP_FS");
	else if (sums->want_fs)
		printf(", %s for want of __GFP_FS",
		       text_int(calls, (int64_t)sums->want_fs));
	printf(")");
}

static bool same_key(enum shr_by by, const struct shr_party *a,
		     const struct shr_party *b)
{
	if (by == SHR_BY_TASK)
		return a->pid == b->pid && a->comm == b->comm &&
		       !((a->has ^ b->has) & SHR_HAS_PID);
	if (by == SHR_BY_GFP)
		return a->gfp == b->gfp && a->gfp_names == b->gfp_names &&
		       !((a->has ^ b->has) & SHR_HAS_GFP);
	return a->reclaim == b->reclaim;
}

/* All causes of a shrinker's growth that have the task, mask or context of @post. */
static struct shr_post join_causes(const struct shr_posts *causes,
				   const struct shr_post *post, enum shr_by by)
{
	struct shr_post joined = { .instance = post->instance, .party = post->party };

	for (uint32_t i = 1; i < causes->count; i++)
		if (causes->posts[i].instance == post->instance &&
		    same_key(by, &causes->posts[i].party, &post->party))
			shr_sums_join(&joined.sums, &causes->posts[i].sums);
	return joined;
}

static int64_t amount_of(const struct shr_sums *sums, bool paid)
{
	return paid ? sums->moved.paid : sums->moved.added;
}

/* The task, mask or context that most of @total goes to. */
static struct shr_post largest_by(const struct ledger *ledger,
				  const struct shr_total *total, enum shr_by by,
				  bool paid)
{
	const struct shr_posts *causes = &ledger->book->causes;
	struct shr_post largest = { 0 };

	for (uint32_t i = 1; i < causes->count; i++) {
		const struct shr_post *post = &causes->posts[i];

		if (post->instance != total->instance)
			continue;
		struct shr_post joined = join_causes(causes, post, by);

		if (amount_of(&joined.sums, paid) > amount_of(&largest.sums, paid))
			largest = joined;
	}
	return largest;
}

/* ": 97.0 % by kswapd0 (pid 54), 99.1 % under GFP_NOFS, 97.0 % in direct reclaim" */
static void say_causes(const struct ledger *ledger, const struct shr_total *total,
		       bool paid)
{
	const char *separator = ": ";

	for (enum shr_by by = SHR_BY_TASK; by <= SHR_BY_CONTEXT; by++) {
		struct shr_post post = largest_by(ledger, total, by, paid);

		if (!post.instance)
			continue;
		printf("%s", separator);
		say_share(amount_of(&post.sums, paid), amount_of(&total->sums, paid));
		if (by == SHR_BY_TASK)
			say_task(ledger, &post.party);
		else if (by == SHR_BY_CONTEXT)
			say_context(&post);
		else
			say_mask(ledger, &post.party);
		if (by == SHR_BY_GFP && !paid)
			say_refusals(&post.sums);
		separator = ", ";
	}
}

static void say_span(const struct ledger *ledger)
{
	const struct shr_book *book = ledger->book;
	char span[TEXT_NUMBER];

	if (ledger->input->source->capture->clock_unit != SHR_CLOCK_NS)
		return;
	printf(" in %s s",
	       text_time(span, ledger->input, book->last_ns - book->first_ns));
}

/* The shrinker that deferred most, and the tasks, masks and contexts behind it. */
static void say_added(const struct ledger *ledger)
{
	const struct shr_book *book = ledger->book;
	const struct shr_total *first = &book->totals[0];
	int64_t all = book->all.sums.moved.added;

	if (book->all.opening > 0) {
		say_amount(book->all.opening);
		printf(" %s deferred before the first calls. ",
		       book->all.opening == 1 ? "was" : "were");
	}
	if (first->sums.moved.added <= 0) {
		puts("No call deferred anything.");
		return;
	}
	printf("%s deferred ", first->instance->label);
	say_amount(first->sums.moved.added);
	say_span(ledger);
	printf(" (");
	say_share(first->sums.moved.added, all);
	printf(" of all)");
	say_causes(ledger, first, false);
	if (book->total_count > 1 && book->totals[1].sums.moved.added > 0) {
		printf("; %s comes next with ", book->totals[1].instance->label);
		say_share(book->totals[1].sums.moved.added, all);
	}
	puts(".");
}

/* The shrinker that paid most need not be the one that deferred most. */
static const struct shr_total *largest_payer(const struct shr_book *book)
{
	const struct shr_total *found = &book->totals[0];

	for (size_t i = 1; i < book->total_count; i++)
		if (book->totals[i].sums.moved.paid > found->sums.moved.paid)
			found = &book->totals[i];
	return found;
}

static void say_paid(const struct ledger *ledger)
{
	const struct shr_book *book = ledger->book;
	const struct shr_total *payer = largest_payer(book);
	const struct shr_movement *all = &book->all.sums.moved;

	if (all->paid <= 0 || payer->sums.moved.paid <= 0) {
		printf("Nobody paid for deferred work");
	} else {
		printf("Later calls paid ");
		say_amount(all->paid);
		printf(", ");
		say_share(payer->sums.moved.paid, all->paid);
		printf(" of them on %s", payer->instance->label);
		say_causes(ledger, payer, true);
	}
	if (all->written_off > 0) {
		printf("; ");
		say_amount(all->written_off);
		printf(" %s written off by caps",
		       all->written_off == 1 ? "was" : "were");
	}
	puts(".");
}

/* Of a breakdown, whose rows are of all shrinkers. */
static void say_sums(const struct ledger *ledger)
{
	const struct shr_movement *all = &ledger->book->all.sums.moved;

	printf("In all, calls deferred ");
	say_amount(all->added);
	say_span(ledger);
	printf(" and paid ");
	say_amount(all->paid);
	printf("; ");
	say_amount(all->written_off);
	printf(" %s written off by caps.\n", all->written_off == 1 ? "was" : "were");
}

static void say_open(const struct shr_total *all)
{
	if (!all->open) {
		printf("Nothing is open at the end");
	} else {
		say_amount(all->closing);
		printf(" %s open at the end, on ", all->closing == 1 ? "is" : "are");
		say_count(all->open, "counter", "counters");
		printf(" of %" PRIu64, all->accounts);
	}
	if (all->unsettled) {
		printf("; of ");
		say_count(all->unsettled, "counter", "counters");
		printf(" only what the last whole call left is known");
	}
	puts(".");
}

/* What the accounts do not tell, each with its number. */
static void say_unknown(const struct ledger *ledger)
{
	const struct shr_total *all = &ledger->book->all;
	const char *separator = "Not known: ";

	if (all->jumps) {
		bool come = all->unseen >= 0;
		uint64_t net = come ? (uint64_t)all->unseen : 0 - (uint64_t)all->unseen;

		printf("%swhere ", separator);
		say_amount((int64_t)net);
		printf(" (net, on ");
		say_count(all->jumps, "counter", "counters");
		printf("%s) %s",
		       !ledger->book->whole ? "; the filter leaves calls out" : "",
		       come ? "came from" : "went");
		separator = "; ";
	}
	if (all->unknown) {
		printf("%show ", separator);
		say_count(all->unknown, "counter opened", "counters opened");
		separator = "; ";
	}
	if (all->sums.unknown) {
		printf("%swhat ", separator);
		say_count(all->sums.unknown, "call deferred or paid",
			  "calls deferred or paid");
		separator = "; ";
	}
	if (all->sums.doubtful) {
		printf("%swhy ", separator);
		say_count(all->sums.doubtful, "call is lost, ambiguous or unexplained",
			  "calls are lost, ambiguous or unexplained");
		separator = "; ";
	}
	if (ledger->summary->pairs.orphan_starts) {
		printf("%show ", separator);
		say_count(ledger->summary->pairs.orphan_starts, "call ended",
			  "calls ended");
		separator = "; ";
	}
	puts(*separator == ';' ? "." : "All of it is accounted for.");
}

void ledger_words(const struct ledger *ledger)
{
	const struct shr_pair_stats *pairs = &ledger->summary->pairs;

	if (!ledger->book->all.sums.calls) {
		puts(pairs->ends > pairs->orphan_ends ? "No call passes the filter."
						      : "There are no calls.");
		return;
	}
	if (ledger->book->by) {
		say_sums(ledger);
	} else {
		say_added(ledger);
		say_paid(ledger);
		say_open(&ledger->book->all);
	}
	say_unknown(ledger);
}
