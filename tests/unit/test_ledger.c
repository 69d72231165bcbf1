/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls that overlap on one counter, stamped late, must all be accounted for; one
 * amount that is off by one must not.
 */
#include "core/replay/ledger.h"

#include "tests/unit/outcome.h"

enum { TASKS = 4, ROUNDS = 60, STEPS = 60 };

/* Tasks that begin and end calls on one shrinker as chance has it. */
static void run_tasks(struct machine *machine, const struct cache *cache,
		      unsigned *seed)
{
	struct open_call open[TASKS];
	bool busy[TASKS] = { false };

	for (int step = 0; step < STEPS; step++) {
		int task = rand_r(seed) % TASKS;
		struct ask ask = { .pid = 10 + task,
				   .cpu = (uint32_t)task,
				   .end_cpu = (uint32_t)task,
				   .memcg = 7,
				   .priority = 1 + rand_r(seed) % 4,
				   .freeable = 500 + rand_r(seed) % 4000 };

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

static void swap(struct shr_event *a, struct shr_event *b)
{
	const struct shr_event first = *a;

	*a = *b;
	*b = first;
}

/* Events are recorded as they moved. */
static void stamp_at_once(struct machine *machine, unsigned *seed)
{
	(void)machine, (void)seed;
}

/* Let events trade places with the next one of another task: they were stamped late. */
static void stamp_late(struct machine *machine, unsigned *seed)
{
	for (size_t i = 0; i + 1 < machine->count; i++) {
		struct shr_event *a = &machine->events[i], *b = a + 1;
		uint64_t first = a->ts_ns, second = b->ts_ns;

		if (a->pid == b->pid || rand_r(seed) % 3)
			continue;
		swap(a, b);
		a->ts_ns = first;
		b->ts_ns = second;
		i++;
	}
}

/*
 * A coarse clock gives runs of events one stamp, and the CPUs' buffers are merged one
 * after the other: only each task's own events keep their order.
 */
static void stamp_runs(struct machine *machine, unsigned *seed, size_t longest)
{
	size_t end;

	for (size_t i = 0; i < machine->count; i = end) {
		end = i + 2 + (size_t)rand_r(seed) % (longest - 1);
		if (end > machine->count)
			end = machine->count;
		for (size_t k = i; k < end; k++) {
			machine->events[k].ts_ns = machine->events[i].ts_ns;
			for (size_t at = k; at > i && machine->events[at - 1].pid >
							      machine->events[at].pid;
			     at--)
				swap(&machine->events[at - 1], &machine->events[at]);
		}
	}
}

static const struct cache ext4 = { .address = 0xffff888000001000,
				   .callback = FAKE_EXT4,
				   .seeks = 2 };

static const struct era {
	enum shr_generation_id id;
	unsigned layout;
	const char *kernel;
} eras[] = {
	{ SHR_GEN_4_14, SHR_LAYOUT_T3, "4.14.300" },
	{ SHR_GEN_5_0, SHR_LAYOUT_T5, "5.10.223" },
	{ SHR_GEN_5_13, SHR_LAYOUT_T6, "6.12.95" },
	{ SHR_GEN_5_13, SHR_LAYOUT_T7, "7.2.13" },
};

static const struct shr_call *named(const struct outcome *outcome,
				    const struct shr_part *part)
{
	for (size_t i = 0; i < outcome->count; i++) {
		const struct shr_call *call = &outcome->calls[i];

		if (call->n != part->n)
			continue;
		assert_int_equal(call->pid, part->pid);
		assert_int_equal(call->start_ns, part->start_ns);
		return call;
	}
	fail_msg("no call %llu", (unsigned long long)part->n);
	return NULL;
}

/* Additions of other calls, each as much as that call had left over. */
static void check_additions(const struct outcome *outcome, const struct shr_call *call,
			    const struct shr_parts *parts)
{
	int64_t sum = 0;

	for (uint32_t i = 0; i < parts->count && i < SHR_PARTS; i++) {
		const struct shr_part *part = &parts->part[i];

		assert_int_equal(part->amount, named(outcome, part)->store);
		assert_int_not_equal(part->amount, 0);
		assert_true(parts != &call->others || part->pid != call->pid);
		sum += part->amount;
	}
	if (parts->count <= SHR_PARTS)
		assert_int_equal(sum, parts->total);
}

/* Whether @amount is what @by did, if it did that before @call and not after, or v.v.
 */
static bool is_turned_round(const struct shr_call *call, const struct shr_call *by,
			    int64_t amount)
{
	int64_t took = by->observed.value[SHR_DEFERRED];

	return (by->start_ns >= call->start_ns && amount == -took) ||
	       (by->end_ns >= call->start_ns && amount == by->store) ||
	       (by->start_ns <= call->start_ns && amount == took) ||
	       (by->end_ns <= call->start_ns && amount == -by->store);
}

static void check_ahead(const struct outcome *outcome, const struct shr_call *call)
{
	int64_t sum = 0;

	for (uint32_t i = 0; i < call->ahead.count && i < SHR_PARTS; i++) {
		const struct shr_part *part = &call->ahead.part[i];

		assert_int_not_equal(part->pid, call->pid);
		assert_true(is_turned_round(call, named(outcome, part), part->amount));
		sum += part->amount;
	}
	if (call->ahead.count <= SHR_PARTS)
		assert_int_equal(sum, call->ahead.total);
}

/* What a call found, and what was there when it had given back, is accounted for. */
static void check_sums(const struct shr_call *call, bool intact)
{
	int64_t found = call->observed.value[SHR_DEFERRED];

	if (shr_amounts_has(&call->predicted, SHR_DEFERRED)) {
		if (intact)
			assert_int_equal(found, call->gave.total + call->inherited);
		assert_int_equal(found, call->predicted.value[SHR_DEFERRED] +
						call->ahead.total);
	}
	assert_int_equal(call->observed.value[SHR_NEW_DEFERRED],
			 call->store + call->others.total);
}

/* @intact: nothing was there that no call has added. */
static void check_evidence(const struct outcome *outcome, bool intact)
{
	for (size_t i = 0; i < outcome->count; i++) {
		const struct shr_call *call = &outcome->calls[i];

		if (call->verdict == SHR_UNEXPLAINED)
			continue;
		if (intact || call->verdict == SHR_CONCURRENT)
			check_sums(call, intact);
		check_additions(outcome, call, &call->gave);
		check_additions(outcome, call, &call->others);
		if (intact)
			check_ahead(outcome, call);
		assert_true((call->verdict == SHR_CONCURRENT) ==
			    (call->ahead.total || call->others.total));
	}
}

static void stamp_pairs(struct machine *machine, unsigned *seed)
{
	stamp_runs(machine, seed, 2);
}

static void stamp_coarsely(struct machine *machine, unsigned *seed)
{
	stamp_runs(machine, seed, 8);
}

/*
 * Runs of all tasks on one counter, of which all but @most must be accounted for; and
 * whatever is accounted for adds up.
 */
static void check_overlaps(void (*stamp)(struct machine *machine, unsigned *seed),
			   size_t most)
{
	unsigned seed = 1;
	size_t concurrent = 0, failed = 0;

	for (size_t e = 0; e < COUNT(eras); e++)
		for (int round = 0; round < ROUNDS; round++) {
			struct machine machine;
			struct outcome outcome;

			machine_init(&machine, eras[e].id, eras[e].layout);
			run_tasks(&machine, &ext4, &seed);
			stamp(&machine, &seed);
			outcome_machine(&outcome, &machine, eras[e].kernel);
			bool intact = !outcome_count(&outcome, SHR_UNEXPLAINED);

			failed += !intact;
			assert_int_equal(outcome_count(&outcome, SHR_LOST_EVENTS), 0);
			check_evidence(&outcome, intact);
			concurrent += outcome_count(&outcome, SHR_CONCURRENT);
			outcome_end(&outcome);
			machine_release(&machine);
		}
	assert_true(failed <= most);
	assert_true(concurrent > COUNT(eras) * ROUNDS);
}

static void test_overlaps(void **state)
{
	(void)state;
	check_overlaps(stamp_at_once, 0);
}

static void test_overlaps_stamped_late(void **state)
{
	(void)state;
	check_overlaps(stamp_late, COUNT(eras) * ROUNDS / 50);
}

static void test_overlaps_stamped_coarsely(void **state)
{
	(void)state;
	check_overlaps(stamp_pairs, 0);
	/* What moves first is tried one after the other: many alike are not told apart.
	 */
	check_overlaps(stamp_coarsely, COUNT(eras) * ROUNDS);
}

/* One counter off by one, in one end, and the accounts do not close. */
static void test_off_by_one(void **state)
{
	unsigned seed = 3;

	(void)state;
	for (size_t e = 0; e < COUNT(eras); e++)
		for (int round = 0; round < ROUNDS; round++) {
			struct machine machine;
			struct outcome outcome;
			size_t at;

			machine_init(&machine, eras[e].id, eras[e].layout);
			run_tasks(&machine, &ext4, &seed);
			do
				at = (size_t)rand_r(&seed) % machine.count;
			while (machine.events[at].kind != SHR_END);
			machine.events[at].end.new_scan += rand_r(&seed) % 2 ? 1 : -1;
			outcome_machine(&outcome, &machine, eras[e].kernel);
			assert_true(outcome_count(&outcome, SHR_UNEXPLAINED) > 0);
			check_evidence(&outcome, false);
			outcome_end(&outcome);
			machine_release(&machine);
		}
}

static struct ask small_ask(int pid)
{
	/* Too small a cache for anything to be new: what was taken goes back. */
	return (struct ask){ .pid = pid,
			     .cpu = (uint32_t)pid,
			     .end_cpu = (uint32_t)pid,
			     .memcg = 7,
			     .priority = 12,
			     .freeable = 97 };
}

static struct open_call begin_small(struct machine *machine, int pid)
{
	const struct ask ask = small_ask(pid);

	return machine_begin(machine, &ext4, &ask);
}

/*
 * Two tasks hand all of a counter to and fro.  One that adds nothing saw it full; its
 * end is stamped after the other has taken it again.  To let what the other adds next
 * go before explains this end, and nothing of what follows.
 */
static void test_nothing_added_late(void **state)
{
	const struct ask first = {
		.pid = 1, .memcg = 7, .priority = 4, .freeable = 97
	};
	struct machine machine;
	struct outcome outcome;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T7);
	machine_call(&machine, &ext4, &first);
	struct open_call full = begin_small(&machine, 2);
	struct open_call empty = begin_small(&machine, 3);

	machine_end(&machine, &full);
	machine_end(&machine, &empty);
	size_t late = machine.count - 1;

	full = begin_small(&machine, 2);
	empty = begin_small(&machine, 3);
	machine_end(&machine, &full);
	full = begin_small(&machine, 2);
	machine_end(&machine, &empty);
	machine_end(&machine, &full);

	uint64_t sooner = machine.events[late].ts_ns;

	swap(&machine.events[late], &machine.events[late + 1]);
	machine.events[late + 1].ts_ns = machine.events[late].ts_ns;
	machine.events[late].ts_ns = sooner;
	outcome_machine(&outcome, &machine, "7.2.13");
	assert_int_equal(outcome_count(&outcome, SHR_UNEXPLAINED), 0);
	assert_int_equal(outcome_count(&outcome, SHR_CONCURRENT), 1);
	check_evidence(&outcome, true);
	outcome_end(&outcome);
	machine_release(&machine);
}

/* What comes of a memcg's end: on so many nodes, and so much beside its own. */
struct change {
	int32_t nodes;
	int64_t more;
};

/* A memcg's counters arrive at its parent's, each with its own amount. */
static void orphan_memcg(struct machine *machine, const struct cache *cache,
			 const struct change *change)
{
	const uint64_t child = 30, parent = 1;

	for (int32_t nid = 0; nid < change->nodes; nid++)
		*machine_counter(machine, cache, nid, parent) +=
			*machine_counter(machine, cache, nid, child) + change->more;
}

static struct ask ask_of(uint64_t memcg, int32_t nid, int64_t freeable)
{
	/* Nothing is scanned: what is new is deferred. */
	return (struct ask){
		.memcg = memcg, .nid = nid, .priority = 4, .freeable = freeable
	};
}

static void run_family(struct machine *machine, const struct cache *cache,
		       const struct change *change)
{
	static const uint64_t memcgs[] = { 1, 20, 30 };

	for (int32_t nid = 0; nid < 2; nid++)
		for (size_t i = 0; i < COUNT(memcgs); i++) {
			struct ask ask = ask_of(memcgs[i], nid, 900 + 100 * (int)i);

			machine_call(machine, cache, &ask);
		}
	orphan_memcg(machine, cache, change);
	for (int32_t nid = 0; nid < 2; nid++) {
		struct ask mine = ask_of(1, nid, 900), other = ask_of(20, nid, 1000);

		machine_call(machine, cache, &mine);
		machine_call(machine, cache, &other);
	}
}

static const struct cache super = { .address = 0xffff888000002000,
				    .callback = FAKE_SUPER,
				    .batch = 1024,
				    .seeks = 2,
				    .numa = true,
				    .memcg = true };

static void test_reparented(void **state)
{
	struct machine machine;
	struct outcome outcome;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T7);
	run_family(&machine, &super, &(struct change){ .nodes = 2 });
	outcome_machine(&outcome, &machine, "7.2.13");
	assert_int_equal(outcome_count(&outcome, SHR_REPARENTED), 2);
	assert_int_equal(outcome_count(&outcome, SHR_EXACT), outcome.count - 2);
	for (size_t i = 0; i < outcome.count; i++) {
		const struct shr_call *call = &outcome.calls[i];

		if (call->verdict != SHR_REPARENTED)
			continue;
		assert_int_equal(call->cgroup, 1);
		assert_true(call->inherited > 0);
		assert_int_equal(call->predicted.value[SHR_DEFERRED],
				 call->observed.value[SHR_DEFERRED]);
	}
	outcome_end(&outcome);
	machine_release(&machine);
}

static void check_not_reparented(const struct change *change)
{
	struct machine machine;
	struct outcome outcome;

	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T7);
	run_family(&machine, &super, change);
	outcome_machine(&outcome, &machine, "7.2.13");
	assert_int_equal(outcome_count(&outcome, SHR_REPARENTED), 0);
	assert_int_equal(outcome_count(&outcome, SHR_UNEXPLAINED), change->nodes);
	outcome_end(&outcome);
	machine_release(&machine);
}

static void test_reparented_by_another_amount(void **state)
{
	(void)state;
	check_not_reparented(&(struct change){ .nodes = 2, .more = 1 });
}

/* A memcg that ends leaves all that it holds. */
static void test_reparented_in_part(void **state)
{
	(void)state;
	check_not_reparented(&(struct change){ .nodes = 1 });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_overlaps),
		cmocka_unit_test(test_overlaps_stamped_late),
		cmocka_unit_test(test_overlaps_stamped_coarsely),
		cmocka_unit_test(test_nothing_added_late),
		cmocka_unit_test(test_off_by_one),
		cmocka_unit_test(test_reparented),
		cmocka_unit_test(test_reparented_by_another_amount),
		cmocka_unit_test(test_reparented_in_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
