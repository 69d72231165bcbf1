/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/columns.h"
#include "cli/input.h"
#include "cli/output.h"
#include "cli/print_ledger.h"
#include "cli/print_text.h"
#include "cli/share.h"
#include "core/replay/instance.h"
#include "core/replay/lane.h"
#include "core/replay/ledger.h"
#include "core/replay/purpose.h"
#include "core/replay/replay.h"
#include "core/stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void add_amount(struct columns *table, int64_t amount, bool known)
{
	char text[TEXT_NUMBER];

	columns_add(table, "%s", known ? text_int(text, amount) : "?");
}

static void add_count(struct columns *table, uint64_t count)
{
	add_amount(table, (int64_t)count, true);
}

static void add_heads(struct columns *table, const char *const *heads, size_t count)
{
	for (size_t i = 0; i < count; i++)
		columns_add(table, "%s", heads[i]);
}

static void add_memcg(struct columns *table, const struct ledger *ledger,
		      const struct shr_lane *lane)
{
	struct shr_str path = ledger_path(ledger, lane);

	if (!lane)
		columns_add(table, "?");
	else if (path.len)
		columns_add(table, "%.*s", (int)path.len, path.ptr);
	else if (lane->cgroup)
		columns_add(table, "%" PRIu64, lane->cgroup);
	else
		columns_add(table, "lane %u", lane->number);
}

static void add_task(struct columns *table, const struct ledger *ledger,
		     const struct shr_party *party)
{
	struct shr_source *source = ledger->input->source;
	struct shr_str comm = source->comm(source, party->pid, party->comm);

	if (!(party->has & SHR_HAS_PID))
		columns_add(table, "%.*s", comm.len ? (int)comm.len : 1,
			    comm.len ? comm.ptr : "?");
	else
		columns_add(table, "%.*s-%d", comm.len ? (int)comm.len : 5,
			    comm.len ? comm.ptr : "<...>", party->pid);
}

/* "GFP_NOFS|HIGHMEM" for "GFP_NOFS|__GFP_HIGHMEM": a table has no room for more. */
static void strip_prefixes(char *names)
{
	static const char prefix[] = "__GFP_";
	const size_t len = sizeof(prefix) - 1;
	char *found = names;

	while ((found = strstr(found, prefix)))
		memmove(found, found + len, strlen(found + len) + 1);
}

static void add_mask(struct columns *table, const struct ledger *ledger,
		     const struct shr_party *party)
{
	struct shr_source *source = ledger->input->source;
	struct shr_start start = ledger_mask(party);
	char names[256];

	source->gfp(source, &start, party->has & SHR_HAS_GFP, names, sizeof(names));
	strip_prefixes(names);
	columns_add(table, "%s", *names ? names : "?");
}

/* "kswapd", or "~kswapd" where events do not say it of all calls. */
static void add_context(struct columns *table, const struct shr_post *post)
{
	bool inferred = post->sums.inferred && post->party.reclaim;

	columns_add(table, "%s%s", inferred ? "~" : "",
		    shr_reclaim_name(post->party.reclaim));
}

/* An amount, and the call that made it what it is; "-" without a call. */
static void add_mark(struct columns *table, int64_t amount, uint64_t n)
{
	char text[TEXT_NUMBER];

	if (n)
		columns_add(table, "%s (#%" PRIu64 ")", text_int(text, amount), n);
	else
		columns_add(table, "-");
}

/* Whether its counters are one a memcg, so that there is one to name. */
static bool has_memcgs(const struct ledger *ledger, const struct shr_instance *instance)
{
	const struct shr_fit *fit = ledger->summary->fit;

	return fit->rules.gen->key == SHR_KEY_MEMCG &&
	       (!instance->memcg.from || instance->memcg.value);
}

static void add_account(struct columns *table, const struct ledger *ledger,
			const struct shr_account *account)
{
	const struct shr_counter *counter = account->counter;
	const struct shr_instance *instance = counter->instance;
	const struct shr_sums *sums = &account->sums;
	bool known = account->opening_known && account->closing_known;

	columns_add(table, "%s", instance->label);
	if (instance->numa.from && !instance->numa.value)
		columns_add(table, "-");
	else
		columns_add(table, "%u", counter->slot);
	if (has_memcgs(ledger, instance))
		add_memcg(table, ledger, counter->lane);
	else
		columns_add(table, "-");
	add_count(table, sums->calls);
	add_amount(table, account->opening, account->opening_known);
	add_amount(table, sums->moved.added, true);
	add_amount(table, sums->moved.paid, true);
	add_amount(table, sums->moved.written_off, true);
	add_amount(table, account->moved, true);
	add_amount(table, account->unseen, known);
	add_amount(table, account->closing, account->closing_known);
	add_mark(table, account->highest,
		 account->highest_known ? account->highest_n : 0);
	add_mark(table, sums->largest.amount, sums->largest.n);
}

static void add_total(struct columns *table, const struct shr_total *all)
{
	columns_add(table, "all");
	columns_add(table, "%s", "");
	columns_add(table, "%s", "");
	add_count(table, all->sums.calls);
	add_amount(table, all->opening, true);
	add_amount(table, all->sums.moved.added, true);
	add_amount(table, all->sums.moved.paid, true);
	add_amount(table, all->sums.moved.written_off, true);
	add_amount(table, all->moved, true);
	add_amount(table, all->unseen, true);
	add_amount(table, all->closing, true);
	columns_add(table, "%s", "");
	columns_add(table, "%s", "");
}

static void say_left_out(size_t all, size_t shown, const char *what)
{
	if (all > shown)
		printf("%zu more %s%s left out; --top 0 shows all\n", all - shown, what,
		       all - shown == 1 ? " is" : "s are");
}

static bool text_accounts(const struct output *out, const struct ledger *ledger)
{
	static const char *const heads[] = {
		"shrinker", "node",    "memcg",		  "calls", "opening",
		"added",    "paid",    "written off",	  "moved", "unseen",
		"closing",  "highest", "largest addition"
	};
	const unsigned opening = 1u << 4, moved = 1u << 8, unseen = 1u << 9;
	const size_t count = sizeof(heads) / sizeof(*heads);
	const struct shr_book *book = ledger->book;
	size_t rows = ledger_rows(ledger, book->account_count);
	struct columns table;

	columns_open(&table, count, 1u << 0 | 1u << 2);
	table.optional = opening | moved | unseen;
	add_heads(&table, heads, count);
	for (size_t i = 0; i < rows; i++)
		add_account(&table, ledger, &book->accounts[i]);
	add_total(&table, &book->all);
	bool printed = columns_print(&table, out);

	columns_close(&table);
	say_left_out(book->account_count, rows, "counter");
	return printed;
}

/* "1,234", and in the next cell what part of all that is. */
static void add_share(struct columns *table, int64_t amount, int64_t all)
{
	char text[SHARE_TEXT];

	add_amount(table, amount, true);
	columns_add(table, "%s", share_text(text, (uint64_t)amount, (uint64_t)all));
}

static const char *const cause_heads[] = { "shrinker", "task",	  "context",
					   "calls",    "refused", "added",
					   "of all",   "paid",	  "gfp" };

enum { CAUSE_COLUMNS = sizeof(cause_heads) / sizeof(*cause_heads) };

/* The mask comes last: it may be long, and then only its own line is. */
static void add_cause(struct columns *table, const struct ledger *ledger,
		      const struct shr_post *post)
{
	const struct shr_sums *sums = &post->sums;

	columns_add(table, "%s", post->instance ? post->instance->label : "(others)");
	if (post->instance) {
		add_task(table, ledger, &post->party);
		add_context(table, post);
	} else {
		columns_add(table, "-");
		columns_add(table, "-");
	}
	add_count(table, sums->calls);
	add_count(table, sums->refusals);
	add_share(table, sums->moved.added, ledger->book->all.sums.moved.added);
	add_amount(table, sums->moved.paid, true);
	if (post->instance)
		add_mask(table, ledger, &post->party);
	else
		columns_add(table, "-");
}

static bool text_causes(const struct output *out, const struct ledger *ledger)
{
	const struct shr_posts *causes = &ledger->book->causes;
	size_t all = ledger_post_count(causes), rows = ledger_rows(ledger, all);
	struct columns table;

	columns_open(&table, CAUSE_COLUMNS,
		     1u << 0 | 1u << 1 | 1u << 2 | 1u << (CAUSE_COLUMNS - 1));
	add_heads(&table, cause_heads, CAUSE_COLUMNS);
	for (size_t i = 0; i < rows; i++)
		add_cause(&table, ledger, ledger_post(causes, i));
	bool printed = columns_print(&table, out);

	columns_close(&table);
	say_left_out(all, rows, "cause");
	return printed;
}

static const char *const part_heads[] = {
	"calls",  "refused",	 "added",  "of all",	      "paid",
	"of all", "written off", "of all", "largest addition"
};

enum { PART_COLUMNS = sizeof(part_heads) / sizeof(*part_heads) };

static void add_part(struct columns *table, const struct ledger *ledger,
		     const struct shr_sums *sums)
{
	const struct shr_movement *moved = &sums->moved;
	const struct shr_movement *all = &ledger->book->all.sums.moved;

	add_count(table, sums->calls);
	add_count(table, sums->refusals);
	add_share(table, moved->added, all->added);
	add_share(table, moved->paid, all->paid);
	add_share(table, moved->written_off, all->written_off);
	add_mark(table, sums->largest.amount, sums->largest.n);
}

static void add_key(struct columns *table, const struct ledger *ledger,
		    const struct shr_post *post)
{
	switch (ledger->book->by) {
	case SHR_BY_TASK:
		add_task(table, ledger, &post->party);
		break;
	case SHR_BY_GFP:
		add_mask(table, ledger, &post->party);
		break;
	case SHR_BY_CONTEXT:
		add_context(table, post);
		break;
	case SHR_BY_MEMCG:
		add_memcg(table, ledger, post->party.lane);
		break;
	case SHR_BY_PRIORITY:
		if (post->party.has & SHR_HAS_PRIORITY)
			columns_add(table, "%d", post->party.priority);
		else
			columns_add(table, "?");
		break;
	case SHR_BY_NOTHING:
	case SHR_BY_COUNT:
		break;
	}
}

static bool text_parts(const struct output *out, const struct ledger *ledger)
{
	const struct shr_posts *parts = &ledger->book->parts;
	size_t all = ledger_post_count(parts), rows = ledger_rows(ledger, all);
	struct columns table;

	columns_open(&table, 1 + PART_COLUMNS, 1u << 0);
	columns_add(&table, "%s", ledger_by_name(ledger->book->by));
	add_heads(&table, part_heads, PART_COLUMNS);
	for (size_t i = 0; i < rows; i++) {
		const struct shr_post *post = ledger_post(parts, i);

		if (post == parts->posts)
			columns_add(&table, "(others)");
		else
			add_key(&table, ledger, post);
		add_part(&table, ledger, &post->sums);
	}
	columns_add(&table, "all");
	add_part(&table, ledger, &ledger->book->all.sums);
	bool printed = columns_print(&table, out);

	columns_close(&table);
	say_left_out(all, rows, "row");
	return printed;
}

static void text_legend(const struct shr_posts *posts)
{
	bool inferred = false;

	for (uint32_t i = 1; i < posts->count; i++)
		inferred |=
			posts->posts[i].sums.inferred && posts->posts[i].party.reclaim;
	if (inferred)
		puts("~ inferred from the task's name or the priority; no event says "
		     "it of all calls");
}

bool ledger_text(const struct output *out, const struct ledger *ledger)
{
	const struct shr_book *book = ledger->book;
	bool printed = true;

	text_capture(ledger->input, ledger->summary);
	text_generation(ledger->input, ledger->summary->fit);
	if (book->account_count) {
		putchar('\n');
		if (book->by) {
			printed = text_parts(out, ledger);
		} else {
			printed = text_accounts(out, ledger);
			putchar('\n');
			printed = printed && text_causes(out, ledger);
		}
		if (book->by == SHR_BY_NOTHING || book->by == SHR_BY_CONTEXT)
			text_legend(book->by ? &book->parts : &book->causes);
	}
	putchar('\n');
	ledger_words(ledger);
	return printed;
}
