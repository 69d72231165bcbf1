/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/book.h"

#include "core/err.h"
#include "core/replay/instance.h"
#include "core/replay/lane.h"
#include "core/replay/ledger.h"

#include <stdlib.h>

static int no_memory(struct shr_err *err)
{
	return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
}

static void add(int64_t *sum, int64_t amount)
{
	*sum = (int64_t)((uint64_t)*sum + (uint64_t)amount);
}

static void take_off(int64_t *sum, int64_t amount)
{
	*sum = (int64_t)((uint64_t)*sum - (uint64_t)amount);
}

void shr_book_init(struct shr_book *book, struct shr_source *src, enum shr_by by,
		   bool whole)
{
	*book = (struct shr_book){ .src = src, .by = by, .whole = whole };
}

void shr_book_release(struct shr_book *book)
{
	free(book->accounts);
	free(book->totals);
	shr_map_release(&book->index);
	shr_posts_release(&book->tasks);
	shr_posts_release(&book->masks);
	shr_posts_release(&book->causes);
	shr_posts_release(&book->parts);
	*book = (struct shr_book){ 0 };
}

static struct shr_account *find_account(const struct shr_book *book,
					const struct shr_counter *counter)
{
	uintptr_t nth =
		(uintptr_t)shr_map_find(&book->index, (uint64_t)(uintptr_t)counter, 0);

	return nth ? &book->accounts[nth - 1] : NULL;
}

static struct shr_account *new_account(struct shr_book *book,
				       const struct shr_counter *counter)
{
	if (book->account_count == book->account_cap) {
		size_t cap = book->account_cap ? book->account_cap * 2 : 64;
		struct shr_account *grown =
			reallocarray(book->accounts, cap, sizeof(*grown));

		if (!grown)
			return NULL;
		book->accounts = grown;
		book->account_cap = cap;
	}
	void **slot = shr_map_add(&book->index, (uint64_t)(uintptr_t)counter, 0);

	if (!slot)
		return NULL;
	struct shr_account *account = &book->accounts[book->account_count];

	*account = (struct shr_account){ .counter = counter,
					 .order = book->account_count };
	*slot = (void *)(uintptr_t)++book->account_count;
	return account;
}

static struct shr_account *account_of(struct shr_book *book,
				      const struct shr_counter *counter,
				      struct shr_err *err)
{
	struct shr_account *account = find_account(book, counter);

	if (!account)
		account = new_account(book, counter);
	if (!account)
		no_memory(err);
	return account;
}

static void note_height(struct shr_account *account, const struct shr_call *call,
			int64_t value, uint64_t ts_ns)
{
	if (account->highest_known && value <= account->highest)
		return;
	account->highest_known = true;
	account->highest = value;
	account->highest_n = call->n;
	account->highest_ns = ts_ns;
}

/* The account of another shrinker's same counter: of its memcg and node. */
static struct shr_account *twin_of(const struct shr_book *book,
				   const struct shr_counter *counter,
				   const struct shr_instance *instance)
{
	for (const struct shr_counter *twin = instance->counters; twin;
	     twin = twin->next_of_instance)
		if (twin->lane == counter->lane && twin->slot == counter->slot)
			return find_account(book, twin);
	return NULL;
}

static void enter_inherited(struct shr_book *book, struct shr_account *account,
			    const struct shr_call *call)
{
	add(&account->moved, call->inherited);
	if (call->reuse != SHR_REUSE_ID || !call->before)
		return;
	struct shr_account *heritage = twin_of(book, call->counter, call->before);

	if (heritage)
		add(&heritage->gone, call->inherited);
}

/* What the call took.  Work that arrived before the first call is not of the opening.
 */
static void enter_start(struct shr_book *book, struct shr_account *account,
			const struct shr_call *call)
{
	int64_t taken = call->observed.value[SHR_DEFERRED];

	if (!shr_amounts_has(&call->observed, SHR_DEFERRED))
		return;
	note_height(account, call, taken, call->start_ns);
	if (!account->opening_known) {
		account->opening_known = true;
		account->opening = taken;
		/* More than there was cannot have come. */
		if (call->inherited > taken)
			return;
		take_off(&account->opening, call->inherited);
	}
	if (call->inherited)
		enter_inherited(book, account, call);
}

static void enter_end(struct shr_account *account, const struct shr_call *call)
{
	if (!shr_amounts_has(&call->observed, SHR_NEW_DEFERRED))
		return;
	note_height(account, call, call->observed.value[SHR_NEW_DEFERRED],
		    call->end_ns);
	if (account->closing_known && call->end_ns < account->last_ns)
		return;
	account->closing_known = account->settled = true;
	account->closing = call->observed.value[SHR_NEW_DEFERRED];
	account->last_ns = call->end_ns;
}

/*
 * What the call gave back.  Where the model is wrong about the plan it is about the
 * remainder, too: then only what was recorded counts, and a cap is not known of.
 */
static int64_t store_of(const struct shr_call *call)
{
	const unsigned plan = 1u << SHR_DELTA | 1u << SHR_PLANNED;
	int64_t left = call->observed.value[SHR_DEFERRED];

	if (call->store_known && !(call->differ & plan))
		return call->store;
	add(&left, call->observed.value[SHR_DELTA]);
	take_off(&left, call->observed.value[SHR_SCANNED]);
	return left > 0 ? left : 0;
}

bool shr_call_movement(const struct shr_call *call, struct shr_movement *movement)
{
	const unsigned needed =
		1u << SHR_DEFERRED | 1u << SHR_DELTA | 1u << SHR_SCANNED;
	const int64_t *value = call->observed.value;

	if ((call->observed.known & needed) != needed)
		return false;
	*movement = shr_movement_of(value[SHR_DEFERRED], (uint64_t)value[SHR_DELTA],
				    value[SHR_SCANNED], store_of(call));
	return true;
}

/* A post for the task and one for the mask: what causes are made of. */
static int64_t task_of(struct shr_book *book, const struct shr_party *party,
		       struct shr_err *err)
{
	bool known = party->has & SHR_HAS_PID;
	uint64_t pid = known ? (uint64_t)(uint32_t)party->pid << 1 | 1 : 0;

	return shr_posts_find(&book->tasks, pid, party->comm, err);
}

static int64_t mask_of(struct shr_book *book, const struct shr_party *party,
		       struct shr_err *err)
{
	bool raw = party->has & SHR_HAS_GFP;

	return shr_posts_find(&book->masks, raw ? party->gfp : party->gfp_names, raw,
			      err);
}

/* The key of @party in a breakdown that has a number for its tasks and its masks. */
static uint64_t key_by(enum shr_by by, const struct shr_party *party, uint64_t task,
		       uint64_t mask)
{
	switch (by) {
	case SHR_BY_TASK:
		return task;
	case SHR_BY_GFP:
		return mask;
	case SHR_BY_CONTEXT:
		return party->reclaim;
	case SHR_BY_MEMCG:
		return party->lane ? party->lane->number : 0;
	case SHR_BY_PRIORITY:
		return party->has & SHR_HAS_PRIORITY ? (uint16_t)party->priority
						     : UINT64_MAX;
	case SHR_BY_NOTHING:
	case SHR_BY_COUNT:
		break;
	}
	return 0;
}

static void enter_post(struct shr_posts *posts, uint32_t number,
		       const struct shr_call *call, const struct shr_party *party,
		       const struct shr_movement *movement)
{
	struct shr_post *post = &posts->posts[number];

	if (!post->sums.calls)
		post->party = *party;
	shr_sums_add(&post->sums, call, party, movement);
}

/* What has no number of its own, of its task or its mask, belongs to no one cause. */
static int enter_cause(struct shr_book *book, const struct shr_call *call,
		       const struct shr_party *party,
		       const struct shr_movement *movement, struct shr_err *err)
{
	int64_t task = task_of(book, party, err), mask = mask_of(book, party, err);

	if (task < 0 || mask < 0)
		return -1;
	bool own = task && mask;
	int64_t cause = shr_posts_find(
		&book->causes, own ? call->instance->ordinal : UINT64_MAX,
		(uint64_t)task << 32 | (uint64_t)mask << 8 | party->reclaim, err);
	if (cause < 0)
		return -1;
	enter_post(&book->causes, (uint32_t)cause, call, party, movement);
	if (cause)
		book->causes.posts[cause].instance = call->instance;
	if (!book->by)
		return 0;
	int64_t part = shr_posts_find(
		&book->parts, key_by(book->by, party, (uint64_t)task, (uint64_t)mask),
		0, err);

	if (part < 0)
		return -1;
	enter_post(&book->parts, (uint32_t)part, call, party, movement);
	return 0;
}

static void note_span(struct shr_book *book, const struct shr_call *call)
{
	if (!book->all.sums.calls || call->start_ns < book->first_ns)
		book->first_ns = call->start_ns;
	if (call->end_ns > book->last_ns)
		book->last_ns = call->end_ns;
	book->all.sums.calls++;
}

int shr_book_enter(struct shr_book *book, const struct shr_call *call,
		   struct shr_err *err)
{
	struct shr_account *account = account_of(book, call->counter, err);
	struct shr_party party = shr_party_of(call, book->src);
	struct shr_movement movement;
	bool known = shr_call_movement(call, &movement);

	if (!account)
		return -1;
	note_span(book, call);
	enter_start(book, account, call);
	enter_end(account, call);
	shr_sums_add(&account->sums, call, &party, known ? &movement : NULL);
	return enter_cause(book, call, &party, known ? &movement : NULL, err);
}

/* How the counter itself closes, with what has arrived and was never taken. */
static void close_by_counter(struct shr_account *account)
{
	const struct shr_counter *counter = account->counter;

	account->settled = counter->known;
	if (counter->known) {
		account->closing_known = true;
		account->closing = counter->value;
	} else {
		add(&account->closing, counter->inherited);
	}
	add(&account->moved, counter->inherited);
}

/*
 * What the parent of a memcg that ended has: of one that is inferred all; else what it
 * was found to have.  A call that ran then may have given back more, or less.
 */
static int64_t bequest_of(const struct shr_account *account)
{
	const struct shr_counter *counter = account->counter;
	const struct shr_lane *lane = counter->lane;

	if (!lane || !lane->into || !account->settled)
		return 0;
	if (lane->cgroup || lane->memcg)
		return counter->bequest;
	return account->closing > 0 ? account->closing : 0;
}

/* What went to another counter is not held here any more. */
static void hand_on(struct shr_account *account)
{
	take_off(&account->moved, account->gone);
	take_off(&account->closing, account->gone);
	const int64_t bequest = bequest_of(account);

	if (!bequest)
		return;
	account->into = account->counter->lane->into;
	take_off(&account->moved, bequest);
	take_off(&account->closing, bequest);
}

static void balance(struct shr_account *account)
{
	const struct shr_movement *moved = &account->sums.moved;

	if (!account->opening_known || !account->closing_known)
		return;
	account->unseen = account->closing;
	take_off(&account->unseen, account->opening);
	take_off(&account->unseen, moved->added);
	add(&account->unseen, moved->paid);
	add(&account->unseen, moved->written_off);
	take_off(&account->unseen, account->moved);
}

/* Counters that no call was made on may hold what has arrived from others. */
static int find_heirs(struct shr_book *book, const struct shr_instance *instance,
		      struct shr_err *err)
{
	if (!instance->tally.calls)
		return 0;
	for (const struct shr_counter *counter = instance->counters; counter;
	     counter = counter->next_of_instance)
		if (counter->inherited && !account_of(book, counter, err))
			return -1;
	return 0;
}

static bool is_known(const struct shr_account *account)
{
	return account->opening_known && account->closing_known;
}

static void total_add(struct shr_total *total, const struct shr_account *account)
{
	total->accounts++;
	shr_sums_join(&total->sums, &account->sums);
	add(&total->moved, account->moved);
	total->unknown += !is_known(account);
	if (!is_known(account))
		return;
	total->open += account->closing > 0;
	total->unsettled += !account->settled;
	total->jumps += account->unseen != 0;
	add(&total->opening, account->opening);
	add(&total->unseen, account->unseen);
	add(&total->closing, account->closing);
}

static int compare_totals(const void *a, const void *b)
{
	const struct shr_total *one = a, *other = b;
	int order = shr_sums_compare(&one->sums, &other->sums);

	return order ? order
		     : (one->instance->ordinal > other->instance->ordinal) -
			       (one->instance->ordinal < other->instance->ordinal);
}

static int compare_accounts(const void *a, const void *b)
{
	const struct shr_account *one = a, *other = b;
	int order = shr_sums_compare(&one->sums, &other->sums);

	return order ? order
		     : (one->order > other->order) - (one->order < other->order);
}

/* One total a shrinker that has an account; instances are numbered from 0. */
static int add_up(struct shr_book *book, struct shr_instance *const *instances,
		  size_t count, struct shr_err *err)
{
	book->totals = calloc(count ? count : 1, sizeof(*book->totals));
	if (!book->totals)
		return no_memory(err);
	book->all = (struct shr_total){ 0 };
	for (size_t i = 0; i < book->account_count; i++) {
		const struct shr_account *account = &book->accounts[i];

		total_add(&book->totals[account->counter->instance->ordinal], account);
		total_add(&book->all, account);
	}
	for (size_t i = 0; i < count; i++) {
		if (!book->totals[i].accounts)
			continue;
		book->totals[book->total_count] = book->totals[i];
		book->totals[book->total_count++].instance = instances[i];
	}
	if (book->total_count)
		qsort(book->totals, book->total_count, sizeof(*book->totals),
		      compare_totals);
	return 0;
}

int shr_book_close(struct shr_book *book, struct shr_instance *const *instances,
		   size_t count, struct shr_err *err)
{
	for (size_t i = 0; book->whole && i < count; i++)
		if (find_heirs(book, instances[i], err) < 0)
			return -1;
	for (size_t i = 0; i < book->account_count; i++) {
		if (book->whole) {
			close_by_counter(&book->accounts[i]);
			hand_on(&book->accounts[i]);
		}
		balance(&book->accounts[i]);
	}
	if (add_up(book, instances, count, err) < 0)
		return -1;
	if (book->account_count)
		qsort(book->accounts, book->account_count, sizeof(*book->accounts),
		      compare_accounts);
	shr_map_release(&book->index);
	shr_posts_sort(&book->causes);
	shr_posts_sort(&book->parts);
	return 0;
}
