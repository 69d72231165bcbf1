/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/input.h"
#include "cli/print_json.h"
#include "cli/print_ledger.h"
#include "core/replay/instance.h"
#include "core/replay/lane.h"
#include "core/replay/ledger.h"
#include "core/replay/purpose.h"
#include "core/replay/replay.h"
#include "core/stream.h"

static void json_memcg_of(struct json *json, const struct ledger *ledger,
			  const struct shr_lane *lane)
{
	if (!lane) {
		json_null(json, "memcg");
		return;
	}
	json_map(json, "memcg");
	json_uint(json, "lane", lane->number);
	json_uint_if(json, "id", lane->cgroup, lane->cgroup);
	json_str(json, "path", ledger_path(ledger, lane));
	json_end_map(json);
}

static void json_mask(struct json *json, const struct ledger *ledger,
		      const struct shr_party *party)
{
	struct shr_start start = ledger_mask(party);

	json_gfp(json, ledger->input, &start, party->has);
}

static void json_growth(struct json *json, const struct ledger *ledger,
			const struct shr_growth *growth)
{
	const struct shr_party *party = &growth->party;

	if (!growth->n) {
		json_null(json, "largest");
		return;
	}
	json_map(json, "largest");
	json_uint(json, "n", growth->n);
	json_time(json, ledger->input, "start_ns", growth->start_ns);
	json_int(json, "added", growth->amount);
	json_task(json, ledger->input, party->pid, party->comm, party->has);
	json_mask(json, ledger, party);
	json_text(json, "context", shr_reclaim_name(party->reclaim));
	json_bool(json, "recorded", party->recorded);
	json_memcg_of(json, ledger, party->lane);
	json_int_if(json, "priority", party->priority, party->has & SHR_HAS_PRIORITY);
	json_end_map(json);
}

static void json_sums(struct json *json, const struct shr_sums *sums)
{
	json_uint(json, "calls", sums->calls);
	json_uint(json, "refusals", sums->refusals);
	json_uint(json, "want_fs", sums->want_fs);
	json_uint(json, "calls_unknown", sums->unknown);
	json_uint(json, "calls_doubtful", sums->doubtful);
	json_int(json, "added", sums->moved.added);
	json_int(json, "paid", sums->moved.paid);
	json_int(json, "written_off", sums->moved.written_off);
}

static void json_highest(struct json *json, const struct ledger *ledger,
			 const struct shr_account *account)
{
	if (!account->highest_known) {
		json_null(json, "highest");
		return;
	}
	json_map(json, "highest");
	json_int(json, "value", account->highest);
	json_uint(json, "n", account->highest_n);
	json_time(json, ledger->input, "time_ns", account->highest_ns);
	json_end_map(json);
}

static void json_account(struct json *json, const struct ledger *ledger,
			 const struct shr_account *account)
{
	const struct shr_counter *counter = account->counter;
	const struct shr_instance *instance = counter->instance;
	bool shared = instance->numa.from && !instance->numa.value;

	json_map(json, NULL);
	json_text(json, "shrinker", instance->label);
	json_address(json, instance);
	json_str(json, "name", instance->name);
	json_uint_if(json, "nid", counter->slot, !shared);
	json_memcg_of(json, ledger, counter->lane);
	json_sums(json, &account->sums);
	json_int_if(json, "opening", account->opening, account->opening_known);
	json_int(json, "moved", account->moved);
	json_int_if(json, "unseen", account->unseen,
		    account->opening_known && account->closing_known);
	json_int_if(json, "closing", account->closing, account->closing_known);
	json_bool(json, "settled", account->settled);
	json_uint_if(json, "into", account->into ? account->into->number : 0,
		     account->into);
	json_highest(json, ledger, account);
	json_growth(json, ledger, &account->sums.largest);
	json_end_map(json);
}

static void json_total(struct json *json, const char *key,
		       const struct shr_total *total)
{
	json_map(json, key);
	if (total->instance)
		json_text(json, "shrinker", total->instance->label);
	json_sums(json, &total->sums);
	json_int(json, "opening", total->opening);
	json_int(json, "moved", total->moved);
	json_int(json, "unseen", total->unseen);
	json_int(json, "closing", total->closing);
	json_uint(json, "counter_count", total->accounts);
	json_uint(json, "open", total->open);
	json_uint(json, "unsettled", total->unsettled);
	json_uint(json, "unbalanced", total->unknown);
	json_uint(json, "jumps", total->jumps);
	json_end_map(json);
}

/* A row of all other keys has none of its own. */
static void json_party(struct json *json, const struct ledger *ledger,
		       const struct shr_post *post, bool others)
{
	const struct shr_party none = { 0 };
	const struct shr_party *party = others ? &none : &post->party;
	enum shr_by by = ledger->book->by;
	bool cause = by == SHR_BY_NOTHING;

	json_bool(json, "others", others);
	if (cause)
		json_text(json, "shrinker", others ? NULL : post->instance->label);
	if (cause || by == SHR_BY_TASK)
		json_task(json, ledger->input, others ? -1 : party->pid, party->comm,
			  party->has);
	if (cause || by == SHR_BY_GFP)
		json_mask(json, ledger, party);
	if (cause || by == SHR_BY_CONTEXT) {
		json_text(json, "context",
			  others ? NULL : shr_reclaim_name(party->reclaim));
		json_uint(json, "inferred", post->sums.inferred);
	}
	if (by == SHR_BY_MEMCG)
		json_memcg_of(json, ledger, party->lane);
	if (by == SHR_BY_PRIORITY)
		json_int_if(json, "priority", party->priority,
			    party->has & SHR_HAS_PRIORITY);
}

static void json_posts(struct json *json, const char *key, const struct ledger *ledger,
		       const struct shr_posts *posts)
{
	size_t rows = ledger_rows(ledger, ledger_post_count(posts));

	json_array(json, key);
	for (size_t i = 0; i < rows; i++) {
		const struct shr_post *post = ledger_post(posts, i);

		json_map(json, NULL);
		json_party(json, ledger, post, post == posts->posts);
		json_sums(json, &post->sums);
		json_growth(json, ledger, &post->sums.largest);
		json_end_map(json);
	}
	json_end_array(json);
}

static void json_left_out(struct json *json, const char *key,
			  const struct ledger *ledger, size_t count)
{
	json_uint(json, key, count - ledger_rows(ledger, count));
}

static void json_rows(struct json *json, const struct ledger *ledger)
{
	const struct shr_book *book = ledger->book;
	size_t rows = ledger_rows(ledger, book->account_count);

	json_array(json, "counters");
	for (size_t i = 0; i < rows; i++)
		json_account(json, ledger, &book->accounts[i]);
	json_end_array(json);
	json_left_out(json, "counters_left_out", ledger, book->account_count);
	json_posts(json, "causes", ledger, &book->causes);
	json_left_out(json, "causes_left_out", ledger,
		      ledger_post_count(&book->causes));
	json_array(json, "shrinkers");
	for (size_t i = 0; i < book->total_count; i++)
		json_total(json, NULL, &book->totals[i]);
	json_end_array(json);
}

void ledger_json(struct json *json, const struct ledger *ledger)
{
	const struct shr_summary *summary = ledger->summary;
	const struct shr_book *book = ledger->book;
	bool timed = book->all.sums.calls &&
		     ledger->input->source->capture->clock_unit == SHR_CLOCK_NS;

	json_map(json, NULL);
	json_text(json, "schema", "shrinkctl.ledger/1");
	json_capture(json, "capture", ledger->input, summary);
	json_generation(json, "generation", summary);
	json_uint(json, "orphan_starts", summary->pairs.orphan_starts);
	json_uint(json, "orphan_ends", summary->pairs.orphan_ends);
	json_bool(json, "filtered", ledger->filtered);
	json_text(json, "by", ledger_by_name(book->by));
	json_uint_if(json, "first_ns", book->first_ns, timed);
	json_uint_if(json, "last_ns", book->last_ns, timed);
	json_total(json, "total", &book->all);
	if (book->by) {
		json_posts(json, "parts", ledger, &book->parts);
		json_left_out(json, "parts_left_out", ledger,
			      ledger_post_count(&book->parts));
	} else {
		json_rows(json, ledger);
	}
	json_end_map(json);
}
