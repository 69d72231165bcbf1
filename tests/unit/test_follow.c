/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lanes that are inferred, against the memcgs that a simulated machine knows; and the
 * rules that they are inferred by, one by one.
 */
#include "core/replay/follow.h"

#include "core/replay/counters.h"
#include "core/replay/instance.h"
#include "tests/unit/host.h"
#include "tests/unit/replayed.h"

/* In the order in which they were registered; the root's pass calls them all. */
static const struct cache caches[] = {
	{ 0xffff888001000000, FAKE_SHADOW, 0, 0, true, true, 0 },
	{ 0xffff888002000000, FAKE_SUPER, 1024, 2, true, true, 0 },
	{ 0xffff888003000000, FAKE_SUPER, 1024, 2, true, true, 0 },
	{ 0xffff888004000000, FAKE_EXT4, 0, 2, false, false, 0 },
	{ 0xffff888005000000, FAKE_SUPER, 1024, 2, true, true, 0 },
	{ 0xffff888006000000, FAKE_VMAP, 0, 2, false, false, 0 },
};

enum { SEEDS = 8, LANES_MAX = 512 };

/* How often the call before on its counter was for the same memcg. */
struct score {
	size_t held, held_right;   /* calls that took something */
	size_t empty, empty_right; /* calls that took 0 */
	size_t unexplained, ambiguous, calls;
};

struct truth {
	const struct machine *machine;
	size_t at; /* event */
	uint64_t last[LANES_MAX][CACHES_MAX][NODES];
};

/* The memcg that @call was made for: calls come in the order of their starts. */
static uint64_t memcg_of(struct truth *truth, const struct shr_call *call)
{
	const struct shr_event *events = truth->machine->events;

	while (events[truth->at].kind != SHR_START ||
	       events[truth->at].ts_ns != call->start_ns)
		assert_true(++truth->at < truth->machine->count);
	return events[truth->at].memcg_id;
}

static void score_call(struct truth *truth, const struct shr_call *call,
		       struct score *score)
{
	uint64_t memcg = memcg_of(truth, call);

	if (!shr_counters_by_memcg(call->instance))
		return;
	assert_non_null(call->lane);
	assert_int_equal(call->memcg_from, SHR_MEMCG_INFERRED);
	assert_true(call->lane->number < LANES_MAX);
	uint64_t *last =
		&truth->last[call->lane->number][call->instance->ordinal][call->nid];
	bool right = *last == memcg;

	if (*last && call->start.deferred) {
		score->held++;
		score->held_right += right;
	} else if (*last) {
		score->empty++;
		score->empty_right += right;
	}
	*last = memcg;
}

static void score_machine(const struct machine *machine, struct score *score)
{
	struct truth *truth = calloc(1, sizeof(*truth));
	struct replayed replayed;

	assert_non_null(truth);
	truth->machine = machine;
	replayed_machine(&replayed, machine, "6.12.95", false);
	for (size_t i = 0; i < replayed.count; i++)
		score_call(truth, &replayed.calls[i], score);
	score->calls += replayed.count;
	score->unexplained += replayed_count(&replayed, SHR_UNEXPLAINED);
	score->ambiguous += replayed_count(&replayed, SHR_AMBIGUOUS);
	replayed_release(&replayed);
	free(truth);
}

/* What must hold of a kind of load. */
struct bound {
	void (*run)(struct host *host);
	size_t held_permille, empty_percent; /* calls that are right, at least */
	size_t unexplained;		     /* in 10,000 calls, at most */
};

static void check_score(const struct score *score, const struct bound *bound)
{
	assert_true(score->held > 1000);
	assert_true(score->held_right * 1000 >= score->held * bound->held_permille);
	assert_true(score->empty_right * 100 >= score->empty * bound->empty_percent);
	assert_true(score->unexplained * 10000 <= score->calls * bound->unexplained);
	assert_true(score->ambiguous * 200 < score->calls);
}

static void start_kswapds(struct host *host)
{
	for (int32_t nid = 0; nid < NODES; nid++)
		host_start(host, WALK_KSWAPD, 0)->nid = nid;
}

/* A kswapd a node, and nothing else. */
static void run_kswapd(struct host *host)
{
	for (int i = 0; i < 8; i++)
		host_mkdir(host, any_of(&host->seed, 200, 30000));
	start_kswapds(host);
	host_run(host, 4000);
}

/* Four memcgs at their limits, one task each, and four that idle. */
static void run_limits(struct host *host)
{
	for (int i = 0; i < 8; i++) {
		size_t group = host_mkdir(host, any_of(&host->seed, 500, 20000));

		if (i < 4)
			host_start(host, WALK_LIMIT, group);
	}
	host_run(host, 4000);
}

static void run_drop(struct host *host)
{
	for (int i = 0; i < 8; i++)
		host_mkdir(host, any_of(&host->seed, 200, 30000));
	host_start(host, WALK_DROP, 0);
	host_run(host, 4000);
}

static void run_all_at_once(struct host *host)
{
	run_limits(host);
	start_kswapds(host);
	host_run(host, 3000);
	host_start(host, WALK_DROP, 0);
	host_run(host, 3000);
}

/* Caches so small, and so alike, that their amounts hardly tell them apart. */
static void run_alike(struct host *host)
{
	for (int i = 0; i < 6; i++) {
		size_t group = host_mkdir(host, 40);

		if (i % 2)
			host_start(host, WALK_LIMIT, group);
	}
	start_kswapds(host);
	host_run(host, 4000);
}

/* Memcgs come with nothing deferred, are filled, and go. */
static void run_churn(struct host *host)
{
	start_kswapds(host);
	for (int i = 0; i < 20; i++) {
		size_t group = host_mkdir(host, any_of(&host->seed, 1000, 20000));

		if (i % 2 && host->walker_count < WALKERS_MAX)
			host_start(host, WALK_LIMIT, group);
		host_run(host, 400);
		if (i >= 4)
			host_rmdir(host, group - 4);
	}
}

static void check(const struct bound *bound, bool recorded)
{
	struct score score = { 0 };

	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct host host;

		host_init(&host, caches, COUNT(caches), seed * 7919);
		host.recorded = recorded;
		bound->run(&host);
		host_stop(&host);
		score_machine(&host.machine, &score);
		host_release(&host);
	}
	check_score(&score, bound);
}

static void test_kswapd(void **state)
{
	(void)state;
	check(&(struct bound){ run_kswapd, 999, 97, 0 }, false);
}

static void test_limits(void **state)
{
	(void)state;
	check(&(struct bound){ run_limits, 999, 97, 0 }, false);
}

/* There is hardly a pause between two memcgs: at first some lanes are taken for one. */
static void test_drop(void **state)
{
	(void)state;
	check(&(struct bound){ run_drop, 998, 97, 1 }, false);
}

static void test_all_at_once(void **state)
{
	(void)state;
	check(&(struct bound){ run_all_at_once, 999, 97, 1 }, false);
}

/* Where memcgs look the same, what they hold by chance is all there is to tell them. */
static void test_alike(void **state)
{
	(void)state;
	check(&(struct bound){ run_alike, 985, 75, 1 }, false);
}

static void test_churn(void **state)
{
	(void)state;
	check(&(struct bound){ run_churn, 999, 97, 0 }, false);
}

static void test_churn_recorded(void **state)
{
	(void)state;
	check(&(struct bound){ run_churn, 999, 97, 0 }, true);
}

/* A task's calls, each linked to the next, @PAUSE_NS apart and 1 us long. */
enum { CALLS = 10, PAUSE_NS = 5000, CALL_NS = 1000 };

static void make_calls(struct shr_call *calls, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t floor_ns = 1000000 + i * (PAUSE_NS + CALL_NS);

		calls[i] = (struct shr_call){
			.shrinker = 0x1000 * (i + 1),
			.later = i + 1 < count ? &calls[i + 1] : NULL,
			.floor_ns = floor_ns,
			.start_ns = floor_ns + PAUSE_NS,
			.start = { .priority = 12, .gfp = 0xcc0 },
			.begins = { .kind = SHR_STEP_START, .call = &calls[i] },
		};
	}
}

/* Let @pause_ns pass before @call, and not what did. */
static void pause_before(struct shr_call *call, uint64_t pause_ns)
{
	call->floor_ns = call->start_ns - pause_ns;
}

static void check_run(struct shr_call *calls, size_t count, bool closed)
{
	struct shr_run run;

	shr_run_begin(calls, &run);
	assert_int_equal(run.count, count);
	assert_int_equal(run.closed, closed);
	for (size_t i = 0; i < count; i++)
		assert_ptr_equal(run.calls[i], &calls[i]);
}

static void test_run_is_open(void **state)
{
	struct shr_call calls[CALLS];

	(void)state;
	make_calls(calls, 4);
	check_run(calls, 4, false);
	make_calls(calls, SHR_RUN_MAX);
	check_run(calls, SHR_RUN_MAX, true);
	make_calls(calls, CALLS);
	check_run(calls, SHR_RUN_MAX, true);
}

static void test_run_ends_at_repeat(void **state)
{
	struct shr_call calls[CALLS];

	(void)state;
	make_calls(calls, CALLS);
	calls[4].shrinker = calls[0].shrinker;
	check_run(calls, 4, true);
	/* Also where it is not the first that comes again. */
	calls[4].shrinker = calls[2].shrinker;
	check_run(calls, 4, true);
}

/* The memcg has changed before the repeat where the task paused longest. */
static void test_run_ends_at_pause(void **state)
{
	struct shr_call calls[CALLS];

	(void)state;
	make_calls(calls, CALLS);
	calls[5].shrinker = calls[0].shrinker;
	pause_before(&calls[3], 2 * PAUSE_NS);
	check_run(calls, 5, true);
	pause_before(&calls[3], 2 * PAUSE_NS + 1);
	check_run(calls, 3, true);
	pause_before(&calls[2], 300000);
	check_run(calls, 2, true);
	pause_before(&calls[5], 200000);
	check_run(calls, 5, true);
}

/* What was called before the repeated shrinker was cannot be the other memcg's. */
static void test_run_has_all_before_the_repeated(void **state)
{
	struct shr_call calls[CALLS];

	(void)state;
	make_calls(calls, CALLS);
	calls[5].shrinker = calls[2].shrinker;
	pause_before(&calls[1], 900000);
	pause_before(&calls[2], 900000);
	check_run(calls, 5, true);
}

static void test_run_is_of_one_pass(void **state)
{
	struct shr_call calls[CALLS];

	(void)state;
	make_calls(calls, CALLS);
	calls[2].nid = 1;
	check_run(calls, 2, true);
	make_calls(calls, CALLS);
	calls[3].start.priority = 11;
	check_run(calls, 3, true);
	make_calls(calls, CALLS);
	calls[4].start.gfp = 0x100cca;
	check_run(calls, 4, true);
	make_calls(calls, CALLS);
	calls[1].start.gfp_names = 7;
	check_run(calls, 1, true);
	make_calls(calls, CALLS);
	calls[2].reclaim = SHR_RECLAIM_MEMCG;
	check_run(calls, 2, true);
}

/* Lanes and counters, put down by hand. */
struct lab {
	struct shr_counters counters;
	struct shr_follow *follow;
	struct shr_instance instances[3]; /* the last is not memcg-aware */
	struct shr_call calls[CALLS];
};

static void lab_init(struct lab *lab)
{
	*lab = (struct lab){ .follow = shr_follow_new(&lab->counters) };
	assert_non_null(lab->follow);
	for (size_t i = 0; i < COUNT(lab->instances); i++) {
		lab->instances[i].address = 0x1000 * (i + 1);
		lab->instances[i].ordinal = (uint32_t)i;
		lab->instances[i].memcg = (struct shr_aware){ SHR_FROM_TABLE, i < 2 };
	}
	make_calls(lab->calls, CALLS);
}

static void lab_release(struct lab *lab)
{
	shr_follow_free(lab->follow);
	shr_counters_release(&lab->counters);
}

/* Task @pid calls instance @i, and finds @deferred. */
static struct shr_call *lab_call(struct lab *lab, size_t call, size_t i, int32_t pid,
				 int64_t deferred)
{
	struct shr_call *made = &lab->calls[call];

	made->pid = pid;
	made->instance = &lab->instances[i];
	made->shrinker = made->instance->address;
	made->has = SHR_HAS_PID | SHR_HAS_PRIORITY;
	made->start.deferred = deferred;
	made->start.freeable = 900;
	return made;
}

/* A lane of task @pid, whose counters hold @first and @second. */
static struct shr_lane *lab_lane(struct lab *lab, int32_t pid, int64_t first,
				 int64_t second)
{
	const int64_t values[] = { first, second };
	struct shr_call *call = lab_call(lab, 0, 0, pid, first);
	struct shr_lane *lane = shr_counters_new_lane(&lab->counters, call);

	assert_non_null(lane);
	for (size_t i = 0; i < COUNT(values); i++) {
		struct shr_counter *counter =
			shr_counters_get(&lab->counters, &lab->instances[i], lane, 0);

		assert_non_null(counter);
		counter->known = true;
		counter->value = values[i];
		counter->freeable = 900;
	}
	call->lane = lane;
	shr_follow_note(lab->follow, call);
	return lane;
}

static void check_obvious(struct lab *lab, struct shr_call *call,
			  const struct shr_lane *lane)
{
	call->lane = NULL;
	call->counter = NULL;
	call->memcg_from = SHR_MEMCG_NONE;
	assert_int_equal(shr_follow_obvious(lab->follow, call), lane != NULL);
	assert_ptr_equal(call->lane, lane);
	assert_int_equal(call->memcg_from, lane ? SHR_MEMCG_INFERRED : SHR_MEMCG_NONE);
	if (lane)
		assert_ptr_equal(call->counter->lane, lane);
	else
		assert_null(call->counter);
}

static void test_obvious_in_the_only_lane(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab);
	check_obvious(&lab, lab_call(&lab, 1, 1, 10, 5), NULL);
	struct shr_lane *lane = lab_lane(&lab, 10, 40, 5);

	check_obvious(&lab, lab_call(&lab, 1, 1, 10, 5), lane);
	check_obvious(&lab, lab_call(&lab, 2, 1, 10, 6), NULL);
	check_obvious(&lab, lab_call(&lab, 4, 1, 11, 5), NULL);
	lab_release(&lab);
}

/* With two lanes a call must go on with its task's run, */
static void test_obvious_in_a_run(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab);
	struct shr_lane *mine = lab_lane(&lab, 10, 40, 5);

	lab_lane(&lab, 11, 70, 5);
	check_obvious(&lab, lab_call(&lab, 1, 1, 10, 6), NULL);
	check_obvious(&lab, lab_call(&lab, 1, 1, 12, 5), NULL);
	pause_before(lab_call(&lab, 1, 1, 10, 5), 100000);
	check_obvious(&lab, &lab.calls[1], NULL);
	pause_before(&lab.calls[1], PAUSE_NS);
	check_obvious(&lab, &lab.calls[1], mine);
	/* The run has called it, and cannot call it again. */
	check_obvious(&lab, &lab.calls[1], NULL);
	lab_release(&lab);
}

/* or come back to an amount that says enough. */
static void test_obvious_on_return(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab);
	struct shr_lane *mine = lab_lane(&lab, 10, 4000, 3);

	lab_lane(&lab, 11, 70, 5);
	lab_call(&lab, 1, 0, 10, 4000)->start.freeable = 901;
	check_obvious(&lab, &lab.calls[1], NULL);
	lab_call(&lab, 1, 0, 10, 4000)->start.priority = 11;
	check_obvious(&lab, &lab.calls[1], mine);
	lab_call(&lab, 2, 1, 10, 3)->start.priority = 10;
	check_obvious(&lab, &lab.calls[2], NULL);
	lab_release(&lab);
}

/* Another's word for a call moves its task to that lane. */
static void test_note(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab);
	lab_lane(&lab, 10, 40, 5);
	struct shr_lane *other = lab_lane(&lab, 11, 70, 5);
	struct shr_call *told = lab_call(&lab, 1, 0, 10, 70);

	told->lane = other;
	shr_follow_note(lab.follow, told);
	assert_int_equal(told->memcg_from, SHR_MEMCG_INFERRED);
	check_obvious(&lab, lab_call(&lab, 2, 1, 10, 5), other);
	lab_release(&lab);
}

/* The root's lane, of which nothing is known but that task @pid was there. */
static struct shr_lane *lab_root(struct lab *lab, int32_t pid)
{
	struct shr_call *call = lab_call(lab, 0, 2, pid, 0);
	struct shr_lane *root = shr_counters_new_lane(&lab->counters, call);

	assert_non_null(root);
	call->lane = root;
	shr_follow_note(lab->follow, call);
	return root;
}

/* Task 10 begins a pass of drop_caches: the root's, as its second call shows. */
static struct shr_call *lab_drop(struct lab *lab, int64_t deferred)
{
	struct shr_call *first = lab_call(lab, 1, 0, 10, deferred);
	struct shr_call *second = lab_call(lab, 2, 2, 10, 0);
	const struct shr_run run = { { first, second }, 2, true };
	struct shr_err err;

	first->start.priority = second->start.priority = 0;
	first->later = second;
	second->later = NULL;
	assert_int_equal(shr_follow_decide(lab->follow, &run, 0, &err), 0);
	assert_true(first->firm);
	return first;
}

/* What the root's finds, and only one lane holds, was the root's all along, */
static void test_claim(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab);
	struct shr_lane *root = lab_root(&lab, 10);
	struct shr_lane *other = lab_lane(&lab, 11, 40, 5);
	const struct shr_call *call = lab_drop(&lab, 40);
	const struct shr_counter *claimed = shr_counters_of_lane(call, root);

	assert_ptr_equal(call->lane, root);
	assert_non_null(claimed);
	assert_true(claimed->known);
	assert_int_equal(claimed->value, 40);
	assert_false(shr_counters_of_lane(call, other)->known);
	lab_release(&lab);
}

/* but not if two do, or if it is that lane's beyond doubt, or is no amount. */
static void check_unclaimed(int64_t found, int64_t second, bool firm)
{
	struct lab lab;

	lab_init(&lab);
	struct shr_lane *root = lab_root(&lab, 10);

	lab_lane(&lab, 11, found, 5)->counters->next_of_lane->firm = firm;
	lab_lane(&lab, 12, second, 5);
	assert_null(shr_counters_of_lane(lab_drop(&lab, found), root));
	lab_release(&lab);
}

static void test_nothing_to_claim(void **state)
{
	(void)state;
	check_unclaimed(40, 40, false);
	check_unclaimed(40, 41, true);
	check_unclaimed(0, 41, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kswapd),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_drop),
		cmocka_unit_test(test_all_at_once),
		cmocka_unit_test(test_alike),
		cmocka_unit_test(test_churn),
		cmocka_unit_test(test_churn_recorded),
		cmocka_unit_test(test_run_is_open),
		cmocka_unit_test(test_run_ends_at_repeat),
		cmocka_unit_test(test_run_ends_at_pause),
		cmocka_unit_test(test_run_has_all_before_the_repeated),
		cmocka_unit_test(test_run_is_of_one_pass),
		cmocka_unit_test(test_obvious_in_the_only_lane),
		cmocka_unit_test(test_obvious_in_a_run),
		cmocka_unit_test(test_obvious_on_return),
		cmocka_unit_test(test_note),
		cmocka_unit_test(test_claim),
		cmocka_unit_test(test_nothing_to_claim),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
