/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every account must balance, and say what the simulated machine did.
 */
#include "core/replay/book.h"

#include "core/err.h"
#include "core/replay/instance.h"
#include "core/replay/lane.h"
#include "core/replay/ledger.h"
#include "core/replay/replay.h"
#include "core/replay/settings.h"
#include "tests/unit/machine.h"

enum { TASKS = 4, ROUNDS = 40, STEPS = 60, TRIALS = 20000 };

static int64_t plus(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

static int64_t minus(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a - (uint64_t)b);
}

/* ---- one call ---- */

static int64_t any_amount(uint64_t *seed)
{
	static const int64_t odd[] = { 0, 1, -1, INT64_MAX, INT64_MIN, INT32_MAX };
	int64_t which = any_of(seed, 0, 19);

	if (which < (int64_t)COUNT(odd))
		return odd[which];
	return which < 10 ? any_of(seed, -5000, 1 << 20) : any_of(seed, 0, 3000);
}

static void check_movement(const struct shr_generation *gen, uint64_t *seed,
			   unsigned long_size)
{
	struct shr_scan_params params = { any_of(seed, 1, 2048),
					  (int32_t)any_of(seed, 0, 4), long_size };
	struct shr_scan_input in = { .deferred = any_amount(seed),
				     .freeable = any_amount(seed),
				     .pgs_scanned = (uint64_t)any_of(seed, 0, 1000),
				     .lru_pgs = (uint64_t)any_of(seed, 0, 5000),
				     .priority = (int)any_of(seed, 0, 12) };
	uint64_t delta = 0;

	if (!shr_scan_delta(gen, &in, &params, &delta))
		return;
	struct shr_plan plan = shr_scan_plan(gen, &in, delta, long_size);
	struct shr_loop loop =
		shr_scan_loop(gen, plan.planned, in.freeable, params.batch);
	/* The callback may stop the loop at once, or count what it likes. */
	int64_t scanned = any_of(seed, 0, 3) ? loop.scanned : any_amount(seed);
	int64_t store = shr_scan_store(gen, &in, &plan, scanned, long_size);
	struct shr_movement moved = shr_movement_of(in.deferred, delta, scanned, store);

	assert_true(minus(minus(plus(in.deferred, moved.added), moved.paid),
			  moved.written_off) == store);
	assert_true(moved.written_off >= 0);
	assert_true(!moved.added || !moved.paid);
}

static void test_movement_of_all_generations(void **state)
{
	uint64_t seed = 88172645463325252;

	(void)state;
	for (unsigned id = 0; id < SHR_GEN_COUNT; id++)
		for (int i = 0; i < TRIALS; i++)
			check_movement(shr_generation_get(id), &seed, i % 2 ? 8 : 4);
}

static void check_split(int64_t deferred, uint64_t delta, int64_t scanned,
			int64_t store, struct shr_movement want)
{
	struct shr_movement got = shr_movement_of(deferred, delta, scanned, store);

	assert_true(got.added == want.added);
	assert_true(got.paid == want.paid);
	assert_true(got.written_off == want.written_off);
}

static void test_movement_of_one(void **state)
{
	(void)state;
	/* Refused: all new work is deferred. */
	check_split(100, 40, 0, 140, (struct shr_movement){ .added = 40 });
	/* Refused under a cap of 120. */
	check_split(100, 40, 0, 120,
		    (struct shr_movement){ .added = 40, .written_off = 20 });
	/* Up to 4.9 what the plan leaves out is forgotten. */
	check_split(1000, 10, 128, 2,
		    (struct shr_movement){ .paid = 118, .written_off = 880 });
	/* Scanned more than was owed: it pays what there was. */
	check_split(30, 10, 128, 0, (struct shr_movement){ .paid = 30 });
	check_split(0, 10, 10, 0, (struct shr_movement){ 0 });
}

/* ---- simulated machines ---- */

struct clerk {
	struct shr_call_sink sink; /* first: the callback casts back */
	struct shr_book book;
};

static int enter(struct shr_call_sink *sink, const struct shr_call *call,
		 struct shr_err *err)
{
	return shr_book_enter(&((struct clerk *)sink)->book, call, err);
}

/* A book of what @machine traced; the replay it borrows from. */
static struct shr_replay *keep_book(struct clerk *clerk, struct fake_source *fake,
				    const struct machine *machine, const char *kernel,
				    enum shr_by by, const struct shr_filter *filter)
{
	/* A callback that counts what it likes leaves no way to infer these. */
	static char own[] = "own_scan";
	static const struct shr_setting settings[] = { { own, SHR_SET_BATCH, 0 },
						       { own, SHR_SET_SEEKS, 2 },
						       { NULL, 0, 0 } };
	struct shr_replay_options options = { .settings = settings };
	const struct shr_batch batch = { machine->events, machine->count };
	struct shr_err err;

	if (filter)
		options.filter = *filter;
	*clerk = (struct clerk){ .sink = { enter } };
	fake_init(fake, machine->layout, kernel);
	shr_book_init(&clerk->book, &fake->src, by, !filter);
	struct shr_replay *replay =
		shr_replay_new(&fake->src, &options, &clerk->sink, &err);

	assert_non_null(replay);
	assert_int_equal(shr_replay_batch(replay, &batch, &err), 0);
	assert_int_equal(shr_replay_finish(replay, &err), 0);
	const struct shr_summary *summary = shr_replay_summary(replay);

	assert_int_equal(shr_book_close(&clerk->book, summary->instances,
					summary->instance_count, &err),
			 0);
	return replay;
}

static void check_balance(const struct shr_account *account)
{
	const struct shr_movement *moved = &account->sums.moved;
	int64_t sum = plus(account->opening, moved->added);

	assert_true(account->opening_known && account->closing_known);
	sum = minus(minus(sum, moved->paid), moved->written_off);
	assert_true(plus(plus(sum, account->moved), account->unseen) ==
		    account->closing);
}

static const struct machine_counter *counter_behind(const struct machine *machine,
						    const struct shr_account *account)
{
	const struct shr_counter *counter = account->counter;
	uint64_t memcg = counter->lane ? counter->lane->cgroup : 0;

	for (size_t i = 0; i < machine->counter_count; i++)
		if (machine->counters[i].address == counter->instance->address &&
		    machine->counters[i].memcg == memcg &&
		    (uint32_t)machine->counters[i].slot == counter->slot)
			return &machine->counters[i];
	fail_msg("no such counter");
	return NULL;
}

static const struct cache ext4 = { .address = 0xffff888000001000,
				   .callback = FAKE_EXT4,
				   .seeks = 2 };

static const struct cache super = { .address = 0xffff888000002000,
				    .callback = FAKE_SUPER,
				    .batch = 1024,
				    .seeks = 2,
				    .numa = true,
				    .memcg = true };

static const struct era {
	enum shr_generation_id id;
	unsigned layout;
	const char *kernel;
} eras[] = {
	{ SHR_GEN_4_14, SHR_LAYOUT_T3, "4.14.300" },
	{ SHR_GEN_4_16, SHR_LAYOUT_T4, "4.17.1" },
	{ SHR_GEN_5_0, SHR_LAYOUT_T5, "5.10.223" },
	{ SHR_GEN_5_13, SHR_LAYOUT_T7, "7.2.13" },
};

static struct ask any_ask(uint64_t *seed, int task)
{
	return (struct ask){ .pid = 10 + task,
			     .cpu = (uint32_t)task,
			     .end_cpu = (uint32_t)task,
			     .nid = (int32_t)any_of(seed, 0, 1),
			     .memcg = (uint64_t)any_of(seed, 1, 2),
			     .priority = (int)any_of(seed, 1, 4),
			     .may_not = any_of(seed, 0, 3) ? 0 : SHR_MAY_FS,
			     .freeable = any_of(seed, 500, 4500) };
}

/* Tasks that begin and end calls on two shrinkers as chance has it. */
static void run_tasks(struct machine *machine, uint64_t *seed)
{
	struct open_call open[TASKS];
	bool busy[TASKS] = { false };

	for (int step = 0; step < STEPS; step++) {
		int task = (int)any_of(seed, 0, TASKS - 1);
		const struct cache *cache = any_of(seed, 0, 1) ? &super : &ext4;
		struct ask ask = any_ask(seed, task);

		/* The model foresees it: no batch is scanned. */
		ask.stops = cache == &super && ask.may_not;
		if (busy[task])
			machine_end(machine, &open[task]);
		else
			open[task] = machine_begin(machine, cache, &ask);
		busy[task] = !busy[task];
	}
	for (int task = 0; task < TASKS; task++)
		if (busy[task])
			machine_end(machine, &open[task]);
}

/* What the calls of @machine were asked for beyond, or less than, what they scanned. */
static void add_calls(const struct machine *machine, int64_t *added, int64_t *paid)
{
	for (size_t i = 0; i < machine->count; i++) {
		const struct shr_event *end = &machine->events[i], *start = end;

		if (end->kind != SHR_END)
			continue;
		while (start->kind != SHR_START || start->pid != end->pid)
			start--;
		int64_t net = (int64_t)start->start.delta -
			      (start->start.total_scan - end->end.total_scan);

		*added += net > 0 ? net : 0;
		*paid += net < 0 ? -net : 0;
	}
}

static void check_era(const struct era *era, uint64_t *seed)
{
	struct machine machine;
	struct fake_source fake;
	struct clerk clerk;
	int64_t added = 0, paid = 0;

	machine_init(&machine, era->id, era->layout);
	run_tasks(&machine, seed);
	struct shr_replay *replay =
		keep_book(&clerk, &fake, &machine, era->kernel, SHR_BY_TASK, NULL);
	const struct shr_book *book = &clerk.book;

	assert_int_equal(book->account_count, machine.counter_count);
	for (size_t i = 0; i < book->account_count; i++) {
		const struct shr_account *account = &book->accounts[i];

		check_balance(account);
		assert_true(account->settled);
		assert_true(account->opening == 0 && account->unseen == 0);
		assert_true(account->closing ==
			    counter_behind(&machine, account)->value);
		assert_true(account->highest >= account->closing);
	}
	add_calls(&machine, &added, &paid);
	assert_true(book->all.sums.moved.added == added);
	assert_true(book->all.sums.moved.paid == paid);
	assert_int_equal(book->parts.count, 1 + TASKS);
	shr_book_release(&clerk.book);
	shr_replay_free(replay);
	machine_release(&machine);
}

static void test_overlapping_calls(void **state)
{
	uint64_t seed = 4101842887655102017;

	(void)state;
	for (size_t e = 0; e < COUNT(eras); e++)
		for (int round = 0; round < ROUNDS; round++)
			check_era(&eras[e], &seed);
}

static unsigned newest_layout(const struct shr_generation *gen)
{
	unsigned layout = SHR_LAYOUT_T7;

	while (!(gen->layouts & layout))
		layout >>= 1;
	return layout;
}

/* Calls one after the other, that stop, or count what they like. */
static void run_calls(struct machine *machine, const struct cache *cache,
		      uint64_t *seed)
{
	for (int i = 0; i < STEPS; i++) {
		struct ask ask = any_ask(seed, 0);

		ask.stops = any_of(seed, 0, 2) == 0;
		ask.stop_after = (unsigned)any_of(seed, 0, 2);
		ask.nr_scanned = any_of(seed, 0, 3) ? 0 : any_of(seed, 1, 900);
		machine_call(machine, cache, &ask);
	}
}

static void check_generation(const struct shr_generation *gen, uint64_t *seed)
{
	unsigned layout = newest_layout(gen);
	const struct cache own = { .address = 0xffff888000003000,
				   .callback = FAKE_OWN,
				   .seeks = 2,
				   .numa = layout >= SHR_LAYOUT_T3,
				   .memcg = true };
	struct machine machine;
	struct fake_source fake;
	struct clerk clerk;

	machine_init(&machine, gen->id, layout);
	run_calls(&machine, &own, seed);
	struct shr_replay *replay =
		keep_book(&clerk, &fake, &machine, gen->name, SHR_BY_GFP, NULL);
	const struct shr_book *book = &clerk.book;

	assert_int_equal(book->account_count, machine.counter_count);
	for (size_t i = 0; i < book->account_count; i++) {
		const struct shr_account *account = &book->accounts[i];

		check_balance(account);
		assert_true(account->opening == 0 && account->unseen == 0);
		assert_true(account->closing ==
			    counter_behind(&machine, account)->value);
	}
	assert_int_equal(book->all.sums.calls, STEPS);
	assert_int_equal(book->all.sums.unknown, 0);
	shr_book_release(&clerk.book);
	shr_replay_free(replay);
	machine_release(&machine);
}

static void test_calls_of_all_generations(void **state)
{
	uint64_t seed = 1181783497276652981;

	(void)state;
	for (unsigned id = 0; id < SHR_GEN_COUNT; id++)
		for (int round = 0; round < ROUNDS; round++)
			check_generation(shr_generation_get(id), &seed);
}

/* The same calls, added up in another way, are the same. */
static void check_same(const struct shr_posts *posts, const struct shr_sums *all)
{
	struct shr_sums sums = { 0 };

	for (uint32_t i = 0; i < posts->count; i++)
		shr_sums_join(&sums, &posts->posts[i].sums);
	assert_true(sums.calls == all->calls && sums.refusals == all->refusals);
	assert_true(sums.want_fs == all->want_fs && sums.inferred == all->inferred);
	assert_true(sums.moved.added == all->moved.added);
	assert_true(sums.moved.paid == all->moved.paid);
	assert_true(sums.moved.written_off == all->moved.written_off);
	assert_true(sums.largest.amount == all->largest.amount);
	for (uint32_t i = 2; i < posts->count; i++)
		assert_true(shr_sums_compare(&posts->posts[i - 1].sums,
					     &posts->posts[i].sums) <= 0);
}

static void test_breakdowns_add_up(void **state)
{
	uint64_t seed = 7;
	struct machine machine;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T7);
	run_tasks(&machine, &seed);
	for (enum shr_by by = SHR_BY_TASK; by < SHR_BY_COUNT; by++) {
		struct fake_source fake;
		struct clerk clerk;
		struct shr_replay *replay =
			keep_book(&clerk, &fake, &machine, "7.2.13", by, NULL);
		const struct shr_sums *all = &clerk.book.all.sums;
		struct shr_sums sums = { 0 };

		assert_true(all->want_fs > 0 && all->refusals == all->want_fs);
		check_same(&clerk.book.causes, all);
		check_same(&clerk.book.parts, all);
		for (size_t i = 0; i < clerk.book.total_count; i++)
			shr_sums_join(&sums, &clerk.book.totals[i].sums);
		assert_true(sums.moved.added == all->moved.added);
		assert_true(sums.calls == all->calls);
		shr_book_release(&clerk.book);
		shr_replay_free(replay);
	}
	machine_release(&machine);
}

/* A count that comes from nowhere is unseen, and nothing else. */
static void test_jump_is_unseen(void **state)
{
	struct ask ask = { .priority = 4, .freeable = 3000 };
	struct machine machine;
	struct fake_source fake;
	struct clerk clerk;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T7);
	machine_call(&machine, &ext4, &ask);
	*machine_counter(&machine, &ext4, 0, 0) += 17;
	machine_call(&machine, &ext4, &ask);
	struct shr_replay *replay =
		keep_book(&clerk, &fake, &machine, "7.2.13", SHR_BY_NOTHING, NULL);

	assert_int_equal(clerk.book.account_count, 1);
	check_balance(&clerk.book.accounts[0]);
	assert_int_equal(clerk.book.accounts[0].unseen, 17);
	assert_int_equal(clerk.book.all.jumps, 1);
	assert_int_equal(clerk.book.all.sums.doubtful, 1);
	shr_book_release(&clerk.book);
	shr_replay_free(replay);
	machine_release(&machine);
}

static void test_call_without_end(void **state)
{
	struct ask ask = { .priority = 4, .freeable = 100 };
	struct machine machine;
	struct fake_source fake;
	struct clerk clerk;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T7);
	machine_call(&machine, &ext4, &ask);
	machine_begin(&machine, &ext4, &ask);
	struct shr_replay *replay =
		keep_book(&clerk, &fake, &machine, "7.2.13", SHR_BY_NOTHING, NULL);
	const struct shr_account *account = &clerk.book.accounts[0];

	check_balance(account);
	assert_false(account->settled);
	assert_int_equal(account->closing, 12);
	assert_int_equal(clerk.book.all.unsettled, 1);
	shr_book_release(&clerk.book);
	shr_replay_free(replay);
	machine_release(&machine);
}

/* A memcg's counters arrive at its parent's: one's loss is the other's gain. */
static void run_family(struct machine *machine)
{
	static const uint64_t memcgs[] = { 1, 20, 30, 1, 20 };

	for (size_t i = 0; i < COUNT(memcgs); i++)
		for (int32_t nid = 0; nid < 2; nid++) {
			struct ask ask = { .memcg = memcgs[i],
					   .nid = nid,
					   .priority = 4,
					   .freeable = 900 + 100 * (int64_t)i };

			if (i == 3)
				*machine_counter(machine, &super, nid, 1) +=
					*machine_counter(machine, &super, nid, 30);
			machine_call(machine, &super, &ask);
		}
}

static void test_reparented(void **state)
{
	struct machine machine;
	struct fake_source fake;
	struct clerk clerk;
	unsigned gone = 0, come = 0;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T7);
	run_family(&machine);
	struct shr_replay *replay =
		keep_book(&clerk, &fake, &machine, "7.2.13", SHR_BY_NOTHING, NULL);

	assert_int_equal(clerk.book.account_count, 6);
	for (size_t i = 0; i < clerk.book.account_count; i++) {
		const struct shr_account *account = &clerk.book.accounts[i];

		check_balance(account);
		assert_int_equal(account->unseen, 0);
		come += account->moved > 0;
		if (!account->into)
			continue;
		gone++;
		assert_int_equal(account->counter->lane->cgroup, 30);
		assert_int_equal(account->into->cgroup, 1);
		assert_int_equal(account->closing, 0);
		assert_true(account->moved < 0);
	}
	assert_int_equal(gone, 2);
	assert_int_equal(come, 2);
	assert_int_equal(clerk.book.all.moved, 0);
	shr_book_release(&clerk.book);
	shr_replay_free(replay);
	machine_release(&machine);
}

/* Of a filtered ledger: from the first call that passes to the last. */
static void test_filtered(void **state)
{
	const struct shr_filter filter = { .has_pid = true, .pid = 2 };
	struct machine machine;
	struct fake_source fake;
	struct clerk clerk;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T7);
	for (int i = 0; i < 5; i++) {
		struct ask ask = { .pid = 1 + i % 2, .priority = 4, .freeable = 100 };

		machine_call(&machine, &ext4, &ask);
	}
	struct shr_replay *replay =
		keep_book(&clerk, &fake, &machine, "7.2.13", SHR_BY_NOTHING, &filter);
	const struct shr_account *account = &clerk.book.accounts[0];

	assert_int_equal(clerk.book.account_count, 1);
	check_balance(account);
	/* Every call defers 12: this one's second and fourth. */
	assert_int_equal(account->opening, 12);
	assert_int_equal(account->sums.moved.added, 24);
	assert_int_equal(account->unseen, 12);
	assert_int_equal(account->closing, 48);
	shr_book_release(&clerk.book);
	shr_replay_free(replay);
	machine_release(&machine);
}

/* ---- calls by hand ---- */

struct hand {
	struct fake_source fake;
	struct shr_book book;
	struct shr_instance instance;
	struct shr_counter counter;
	uint64_t n;
};

static void hand_open(struct hand *hand, enum shr_by by)
{
	*hand = (struct hand){ .counter = { .known = true } };
	hand->counter.instance = &hand->instance;
	hand->instance.counters = &hand->counter;
	fake_init(&hand->fake, SHR_LAYOUT_T7, "7.2.13");
	shr_book_init(&hand->book, &hand->fake.src, by, true);
}

/* It takes what the counter holds, scans nothing and gives all back. */
static struct shr_call hand_call(struct hand *hand, int32_t pid, uint64_t delta)
{
	int64_t taken = hand->counter.value;
	struct shr_call call = { .n = ++hand->n,
				 .start_ns = hand->n * 100,
				 .end_ns = hand->n * 100 + 50,
				 .pid = pid,
				 .has = SHR_HAS_PID,
				 .instance = &hand->instance,
				 .counter = &hand->counter,
				 .store_known = true,
				 .store = taken + (int64_t)delta };

	call.observed.known = (1u << SHR_AMOUNT_COUNT) - 1;
	call.observed.value[SHR_DEFERRED] = taken;
	call.observed.value[SHR_DELTA] = (int64_t)delta;
	call.observed.value[SHR_NEW_DEFERRED] = call.store;
	hand->counter.value = call.store;
	hand->instance.tally.calls++;
	return call;
}

static void hand_enter(struct hand *hand, const struct shr_call *call)
{
	struct shr_err err;

	assert_int_equal(shr_book_enter(&hand->book, call, &err), 0);
}

static void hand_close(struct hand *hand)
{
	struct shr_instance *const instances[] = { &hand->instance };
	struct shr_err err;

	assert_int_equal(shr_book_close(&hand->book, instances, 1, &err), 0);
	for (size_t i = 0; i < hand->book.account_count; i++)
		check_balance(&hand->book.accounts[i]);
}

/* Beyond the bound keys share a post; nothing is lost. */
static void test_more_tasks_than_posts(void **state)
{
	struct hand hand;

	(void)state;
	hand_open(&hand, SHR_BY_TASK);
	for (int32_t pid = 0; pid < SHR_POSTS_MAX + 100; pid++) {
		struct shr_call call = hand_call(&hand, pid, 3);

		hand_enter(&hand, &call);
	}
	hand_close(&hand);
	assert_int_equal(hand.book.parts.count, SHR_POSTS_MAX + 1);
	assert_int_equal(hand.book.parts.posts[0].sums.calls, 100);
	assert_int_equal(hand.book.parts.posts[0].sums.moved.added, 300);
	check_same(&hand.book.parts, &hand.book.all.sums);
	check_same(&hand.book.causes, &hand.book.all.sums);
	assert_null(hand.book.causes.posts[0].instance);
	shr_book_release(&hand.book);
}

/* What cannot be told is counted, and its effect is unseen. */
static void test_amounts_missing(void **state)
{
	struct hand hand;

	(void)state;
	hand_open(&hand, SHR_BY_NOTHING);
	struct shr_call call = hand_call(&hand, 1, 10);

	hand_enter(&hand, &call);
	call = hand_call(&hand, 1, 7);
	call.store_known = false;
	call.observed.known &= ~(1u << SHR_DELTA);
	hand_enter(&hand, &call);
	hand_close(&hand);
	const struct shr_account *account = &hand.book.accounts[0];

	assert_int_equal(account->sums.unknown, 1);
	assert_int_equal(account->sums.moved.added, 10);
	assert_int_equal(account->unseen, 7);
	assert_int_equal(account->closing, 17);
	shr_book_release(&hand.book);
}

/* A model that is wrong about the plan does not say what was added. */
static void test_wrong_plan(void **state)
{
	struct hand hand;

	(void)state;
	hand_open(&hand, SHR_BY_NOTHING);
	struct shr_call call = hand_call(&hand, 1, 10);

	call.store = 1000;
	call.differ = 1u << SHR_DELTA | 1u << SHR_PLANNED;
	call.verdict = SHR_UNEXPLAINED;
	hand_enter(&hand, &call);
	hand_close(&hand);
	assert_int_equal(hand.book.all.sums.moved.added, 10);
	assert_int_equal(hand.book.all.unseen, 0);
	assert_int_equal(hand.book.all.sums.doubtful, 1);
	shr_book_release(&hand.book);
}

/* A new shrinker begins with what the one before it left under its id. */
static void test_inherited_by_id(void **state)
{
	struct shr_instance before = { .ordinal = 0 };
	struct shr_counter left = { .known = true, .value = 40, .instance = &before };
	struct shr_instance *instances[2] = { &before };
	struct shr_err err;
	struct hand hand;

	(void)state;
	hand_open(&hand, SHR_BY_NOTHING);
	before.counters = &left;
	instances[1] = &hand.instance;
	hand.instance.ordinal = 1;
	struct shr_call call = hand_call(&hand, 1, 40);

	call.instance = &before;
	call.counter = &left;
	hand_enter(&hand, &call);
	call = hand_call(&hand, 1, 5);
	call.reuse = SHR_REUSE_ID;
	call.before = &before;
	call.inherited = 40;
	hand_enter(&hand, &call);
	assert_int_equal(shr_book_close(&hand.book, instances, 2, &err), 0);
	for (size_t i = 0; i < 2; i++) {
		const struct shr_account *account = &hand.book.accounts[i];
		bool old = account->counter == &left;

		check_balance(account);
		assert_int_equal(account->opening, 0);
		assert_int_equal(account->moved, old ? -40 : 40);
		assert_int_equal(account->unseen, 0);
		assert_int_equal(account->closing, old ? 0 : 45);
	}
	shr_book_release(&hand.book);
}

static void test_empty(void **state)
{
	struct hand hand;

	(void)state;
	hand_open(&hand, SHR_BY_GFP);
	hand_close(&hand);
	assert_int_equal(hand.book.account_count, 0);
	assert_int_equal(hand.book.total_count, 0);
	assert_int_equal(hand.book.parts.count, 0);
	shr_book_release(&hand.book);
	shr_book_release(&hand.book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_movement_of_all_generations),
		cmocka_unit_test(test_movement_of_one),
		cmocka_unit_test(test_overlapping_calls),
		cmocka_unit_test(test_calls_of_all_generations),
		cmocka_unit_test(test_breakdowns_add_up),
		cmocka_unit_test(test_jump_is_unseen),
		cmocka_unit_test(test_call_without_end),
		cmocka_unit_test(test_reparented),
		cmocka_unit_test(test_filtered),
		cmocka_unit_test(test_more_tasks_than_posts),
		cmocka_unit_test(test_amounts_missing),
		cmocka_unit_test(test_wrong_plan),
		cmocka_unit_test(test_inherited_by_id),
		cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
