/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/input.h"
#include "cli/print_csv.h"
#include "cli/print_ledger.h"
#include "core/replay/instance.h"
#include "core/replay/lane.h"
#include "core/replay/ledger.h"
#include "core/replay/purpose.h"
#include "core/stream.h"

#include <stdio.h>
#include <string.h>

static void next_memcg(const struct ledger *ledger, const struct shr_lane *lane)
{
	csv_next_uint(lane ? lane->number : 0, lane);
	csv_next_uint(lane ? lane->cgroup : 0, lane && lane->cgroup);
	csv_next_str(ledger_path(ledger, lane));
}

static void next_task(const struct ledger *ledger, const struct shr_party *party)
{
	struct shr_source *source = ledger->input->source;

	csv_next_int(party->pid, party->has & SHR_HAS_PID);
	csv_next_str(source->comm(source, party->pid, party->comm));
}

static void next_mask(const struct ledger *ledger, const struct shr_party *party)
{
	struct shr_source *source = ledger->input->source;
	struct shr_start start = ledger_mask(party);
	char names[256];

	source->gfp(source, &start, party->has & SHR_HAS_GFP, names, sizeof(names));
	csv_next_text(names);
	csv_next_hex(party->gfp, party->has & SHR_HAS_GFP);
}

static void next_sums(const struct shr_sums *sums)
{
	csv_next_uint(sums->calls, true);
	csv_next_uint(sums->refusals, true);
	csv_next_uint(sums->want_fs, true);
	csv_next_uint(sums->unknown, true);
	csv_next_uint(sums->doubtful, true);
	csv_next_int(sums->moved.added, true);
	csv_next_int(sums->moved.paid, true);
	csv_next_int(sums->moved.written_off, true);
}

static void next_growth(const struct ledger *ledger, const struct shr_growth *growth)
{
	csv_next_uint(growth->n, growth->n);
	if (growth->n)
		csv_next_time(ledger->input, growth->start_ns);
	else
		putchar(',');
	csv_next_int(growth->amount, growth->n);
}

static void next_highest(const struct ledger *ledger, const struct shr_account *account)
{
	csv_next_int(account->highest, account->highest_known);
	csv_next_uint(account->highest_n, account->highest_known);
	if (account->highest_known)
		csv_next_time(ledger->input, account->highest_ns);
	else
		putchar(',');
}

static void csv_account(const struct ledger *ledger, const struct shr_account *account)
{
	const struct shr_counter *counter = account->counter;
	const struct shr_instance *instance = counter->instance;

	csv_str((struct shr_str){ instance->label, strlen(instance->label) });
	csv_next_str(instance->symbol.name);
	csv_next_hex(instance->address, instance->address);
	csv_next_str(instance->name);
	csv_next_uint(counter->slot, !instance->numa.from || instance->numa.value);
	next_memcg(ledger, counter->lane);
	next_sums(&account->sums);
	csv_next_int(account->opening, account->opening_known);
	csv_next_int(account->moved, true);
	csv_next_int(account->unseen, account->opening_known && account->closing_known);
	csv_next_int(account->closing, account->closing_known);
	csv_next_int(account->settled, true);
	csv_next_uint(account->into ? account->into->number : 0, account->into);
	next_highest(ledger, account);
	next_growth(ledger, &account->sums.largest);
	putchar('\n');
}

/* All keys have a column; those that rows do not go by are empty. */
static void csv_part(const struct ledger *ledger, const struct shr_post *post,
		     bool others)
{
	const struct shr_party *party = &post->party;
	enum shr_by by = others ? SHR_BY_NOTHING : ledger->book->by;

	printf("%s", others ? "others" : ledger_by_name(by));
	if (by == SHR_BY_TASK)
		next_task(ledger, party);
	else
		printf(",,");
	if (by == SHR_BY_GFP)
		next_mask(ledger, party);
	else
		printf(",,");
	csv_next_text(by == SHR_BY_CONTEXT ? shr_reclaim_name(party->reclaim) : NULL);
	next_memcg(ledger, by == SHR_BY_MEMCG ? party->lane : NULL);
	csv_next_int(party->priority,
		     by == SHR_BY_PRIORITY && (party->has & SHR_HAS_PRIORITY));
	next_sums(&post->sums);
	next_growth(ledger, &post->sums.largest);
	putchar('\n');
}

static void csv_parts(const struct ledger *ledger)
{
	const struct shr_posts *parts = &ledger->book->parts;
	size_t rows = ledger_rows(ledger, ledger_post_count(parts));

	puts("by,pid,comm,gfp,gfp_flags,context,lane,memcg_id,memcg_path,priority,"
	     "calls,refusals,want_fs,calls_unknown,calls_doubtful,added,paid,written_off,"
	     "largest_n,largest_start_ns,largest_added");
	for (size_t i = 0; i < rows; i++) {
		const struct shr_post *post = ledger_post(parts, i);

		csv_part(ledger, post, post == parts->posts);
	}
}

void ledger_csv(const struct ledger *ledger)
{
	const struct shr_book *book = ledger->book;
	size_t rows = ledger_rows(ledger, book->account_count);

	if (book->by) {
		csv_parts(ledger);
		return;
	}
	puts("shrinker,symbol,address,name,nid,lane,memcg_id,memcg_path,"
	     "calls,refusals,want_fs,calls_unknown,calls_doubtful,added,paid,written_off,"
	     "opening,moved,unseen,closing,settled,into,highest,highest_n,highest_ns,"
	     "largest_n,largest_start_ns,largest_added");
	for (size_t i = 0; i < rows; i++)
		csv_account(ledger, &book->accounts[i]);
}
