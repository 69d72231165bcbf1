/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/replay/replay.h"

#include "core/err.h"
#include "core/replay/counters.h"
#include "core/replay/settings.h"
#include "tests/unit/load.h"
#include "tests/unit/outcome.h"

#define BIT(verdict) (1u << (verdict))

static const struct cache i915 = {
	0xffff888006000000, FAKE_I915, 128, 2, false, false, 0
};

static void check_verdict(const struct shr_call *call, enum shr_verdict verdict,
			  const char *what)
{
	if (call->verdict != verdict)
		fail_msg("%s: call %llu is %s (differ 0x%x), not %s", what,
			 (unsigned long long)call->n, shr_verdict_name(call->verdict),
			 call->differ, shr_verdict_name(verdict));
}

static void check_all_exact(const struct outcome *outcome, const char *what)
{
	const struct shr_summary *summary = outcome->summary;

	assert_int_not_equal(outcome->count, 0);
	for (size_t i = 0; i < outcome->count; i++)
		check_verdict(&outcome->calls[i], SHR_EXACT, what);
	assert_int_equal(summary->all.verdicts[SHR_EXACT], outcome->count);
	assert_int_equal(summary->pairs.orphan_starts + summary->pairs.orphan_ends, 0);
	for (unsigned amount = 0; amount < SHR_AMOUNT_COUNT; amount++)
		assert_int_equal(summary->scores[amount].equal,
				 summary->scores[amount].checked);
}

/* Several tasks, nodes and memcgs: the model foretells what the model does. */
static void test_simulated(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(eras); i++) {
		struct machine machine;
		struct outcome outcome;

		run_era(&machine, &eras[i], 4000);
		outcome_machine(&outcome, &machine, eras[i].kernel);
		check_all_exact(&outcome, eras[i].kernel);
		const struct shr_summary *summary = outcome.summary;

		assert_int_equal(summary->fit->rules.gen->id, eras[i].id);
		assert_int_equal(shr_fit_kernel_agrees(summary->fit), 1);
		assert_true(outcome.count > 1000);
		/* All but first sights foretell the counter, and all calls the rest. */
		assert_true(summary->scores[SHR_DEFERRED].checked >
			    outcome.count - 100);
		assert_int_equal(summary->scores[SHR_PLANNED].checked, outcome.count);
		/* Of some that overlap nothing says what they left. */
		uint64_t shared =
			eras[i].id >= SHR_GEN_3_2 && eras[i].id <= SHR_GEN_3_14
				? outcome.count / 20
				: 0;

		assert_in_range(summary->scores[SHR_NEW_DEFERRED].checked,
				outcome.count - shared, outcome.count);
		outcome_end(&outcome);
		machine_release(&machine);
	}
}

/* Without a release the values do, and where they leave several these agree. */
static void test_simulated_without_release(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(eras); i++) {
		struct machine machine;
		struct outcome outcome;

		run_era(&machine, &eras[i], 4000);
		outcome_machine(&outcome, &machine, "");
		assert_int_equal(shr_fit_kernel_agrees(outcome.summary->fit), -1);
		assert_true(outcome.summary->fit->left >> eras[i].id & 1);
		/* Until a value has spoken, the latest generation was taken. */
		for (size_t k = outcome.count / 2; k < outcome.count; k++)
			check_verdict(&outcome.calls[k], SHR_EXACT, eras[i].kernel);
		outcome_end(&outcome);
		machine_release(&machine);
	}
}

/* Where it is cut into batches makes no difference. */
static void test_batches(void **state)
{
	static const size_t steps[] = { 1, 7, 100000 };
	struct machine machine;
	struct outcome whole;

	(void)state;
	run_era(&machine, &eras[COUNT(eras) - 1], 1000);
	outcome_machine(&whole, &machine, "7.2");
	for (size_t i = 0; i < COUNT(steps); i++) {
		struct outcome parts;

		outcome_begin(&parts, machine.layout, "7.2");
		outcome_replay(&parts, machine.events, machine.count, steps[i]);
		check_all_exact(&parts, "parts");
		assert_int_equal(parts.count, whole.count);
		for (size_t k = 0; k < whole.count; k++)
			assert_int_equal(parts.calls[k].start_ns,
					 whole.calls[k].start_ns);
		outcome_end(&parts);
	}
	outcome_end(&whole);
	machine_release(&machine);
}

/* Replay @machine, and pause each time that so many more events have come. */
static void replay_pausing(struct outcome *outcome, const struct machine *machine,
			   size_t step)
{
	const struct shr_event *events = machine->events;
	size_t open = 0, ended = 0;
	struct shr_err err;

	outcome_begin(outcome, machine->layout, "6.12.107");
	outcome_open(outcome);
	for (size_t i = 0; i < machine->count; i++) {
		const struct shr_batch batch = { events + i, 1 };

		assert_int_equal(shr_replay_batch(outcome->replay, &batch, &err), 0);
		open += events[i].kind == SHR_START;
		open -= events[i].kind == SHR_END;
		ended += events[i].kind == SHR_END;
		if (i % step)
			continue;
		size_t before = outcome->count;

		assert_int_equal(shr_replay_pause(outcome->replay, &err), 0);
		/* All there are, or none while one is open. */
		assert_int_equal(outcome->count, open ? before : ended);
	}
	assert_int_equal(shr_replay_finish(outcome->replay, &err), 0);
	outcome->summary = shr_replay_summary(outcome->replay);
}

/* After a pause nothing waits, and what comes later is judged as without one. */
static void test_pause(void **state)
{
	static const size_t steps[] = { 1, 13, 1000 };
	struct machine machine;

	(void)state;
	run_era(&machine, &eras[COUNT(eras) - 3], 1000);
	for (size_t i = 0; i < COUNT(steps); i++) {
		struct outcome outcome;

		replay_pausing(&outcome, &machine, steps[i]);
		check_all_exact(&outcome, "pauses");
		outcome_end(&outcome);
	}
	machine_release(&machine);
}

/* Calls come out in the order of their starts, numbered from 1. */
static void test_order(void **state)
{
	struct machine machine;
	struct outcome outcome;

	(void)state;
	run_era(&machine, &eras[COUNT(eras) - 2], 1000);
	outcome_machine(&outcome, &machine, "7.2");
	for (size_t i = 0; i < outcome.count; i++) {
		assert_int_equal(outcome.calls[i].n, i + 1);
		if (i)
			assert_true(outcome.calls[i].start_ns >
				    outcome.calls[i - 1].start_ns);
	}
	const struct shr_summary *summary = outcome.summary;

	assert_int_equal(summary->events, 2 * outcome.count);
	assert_int_equal(summary->first_ns, machine.events[0].ts_ns);
	assert_int_equal(summary->last_ns, machine.events[machine.count - 1].ts_ns);
	assert_int_equal(summary->pairs.starts, outcome.count);
	outcome_end(&outcome);
	machine_release(&machine);
}

/* The sums are those of the calls that came out. */
static void test_sums(void **state)
{
	struct machine machine;
	struct outcome outcome;
	int64_t planned = 0, scanned = 0, freed = 0, most = 0;
	uint64_t refusals = 0, calls = 0;

	(void)state;
	run_era(&machine, &eras[COUNT(eras) - 1], 3000);
	outcome_machine(&outcome, &machine, "7.2");
	for (size_t i = 0; i < outcome.count; i++) {
		const struct shr_call *call = &outcome.calls[i];

		planned += call->observed.value[SHR_PLANNED];
		scanned += call->observed.value[SHR_SCANNED];
		freed += call->observed.value[SHR_FREED];
		refusals += call->foreseen_refusal && call->batches;
		if (call->observed.value[SHR_DEFERRED] > most)
			most = call->observed.value[SHR_DEFERRED];
	}
	const struct shr_summary *summary = outcome.summary;

	assert_int_equal(summary->all.planned, planned);
	assert_int_equal(summary->all.scanned_observed, scanned);
	assert_int_equal(summary->all.freed, freed);
	assert_int_equal(summary->all.refusals, refusals);
	assert_true(refusals > 0 && scanned > 0 && freed > 0);
	assert_int_equal(summary->all.deferred_max, most);
	assert_int_equal(summary->instance_count, 5);
	for (size_t i = 0; i < summary->instance_count; i++)
		calls += summary->instances[i]->tally.calls;
	assert_int_equal(calls, outcome.count);
	outcome_end(&outcome);
	machine_release(&machine);
}

/*
 * From here on: what was simulated is falsified, and must not be found exact nor be
 * explained.  The streams have one counter that every call changes, so that nothing
 * can hide.
 */
enum { CALLS = 40 };

static void run_changing(struct machine *machine, enum shr_generation_id id,
			 unsigned layout)
{
	const struct cache *cache = id < SHR_GEN_3_12 ? &old_super : &ext4;
	uint64_t seed = 7;
	int made = 0;

	machine_init(machine, id, layout);
	while (made < CALLS) {
		const struct ask ask = { .freeable = any_of(&seed, 2000, 30000),
					 .priority = (int)any_of(&seed, 1, 4),
					 .pgs_scanned = (uint64_t)any_of(&seed, 10, 90),
					 .lru_pgs = (uint64_t)any_of(&seed, 90, 300) };
		int64_t before = *machine_counter(machine, cache, 0, 0);
		size_t count = machine->count;
		uint64_t now_ns = machine->now_ns;

		machine_call(machine, cache, &ask);
		if (*machine_counter(machine, cache, 0, 0) != before) {
			made++;
			continue;
		}
		/* It would not be missed: as if it had not been. */
		machine->count = count;
		machine->now_ns = now_ns;
	}
	assert_int_equal(machine->count, 2 * CALLS);
}

static const struct era changing[] = {
	{ SHR_GEN_3_1, SHR_LAYOUT_T1, "3.1.3", 1, 0, IDENTITY_NONE },
	{ SHR_GEN_3_2, SHR_LAYOUT_T1, "3.9.6", 1, 0, IDENTITY_NONE },
	{ SHR_GEN_3_14, SHR_LAYOUT_T2, "3.15.5", 1, 0, IDENTITY_NONE },
	{ SHR_GEN_3_14, SHR_LAYOUT_T3, "3.16", 1, 0, IDENTITY_NONE },
	{ SHR_GEN_4_10, SHR_LAYOUT_T3, "4.9.115", 1, 0, IDENTITY_NONE },
	{ SHR_GEN_4_16, SHR_LAYOUT_T4, "4.16.13", 1, 0, IDENTITY_NONE },
	{ SHR_GEN_4_20, SHR_LAYOUT_T4, "4.20", 1, 0, IDENTITY_NONE },
	{ SHR_GEN_5_0, SHR_LAYOUT_T5, "5.10.223", 1, 0, IDENTITY_NONE },
	{ SHR_GEN_5_13, SHR_LAYOUT_T6, "6.12.107", 1, 0, IDENTITY_NONE },
	{ SHR_GEN_5_13, SHR_LAYOUT_T7, "7.2.13", 1, 0, IDENTITY_NONE },
};

/* Replay @count events as @era's, with its generation given: it is not in question. */
static void replay_as(struct outcome *outcome, const struct era *era,
		      const struct shr_event *events, size_t count)
{
	outcome_begin(outcome, era->layout, era->kernel);
	outcome->options.kernel = era->kernel;
	outcome_replay(outcome, events, count, 16);
}

/* That @odd, and no other call, has @verdict; all others are exact. */
static void check_one_odd(const struct outcome *outcome, uint64_t odd_ns,
			  enum shr_verdict verdict, const char *what)
{
	check_verdict(outcome_call(outcome, odd_ns), verdict, what);
	assert_int_equal(outcome->summary->all.verdicts[verdict], 1);
	assert_int_equal(outcome->summary->all.verdicts[SHR_EXACT], outcome->count - 1);
}

/* Leave out @gone events from @at on; what stands there instead, if anything. */
static size_t leave_out(struct shr_event *events, const struct machine *machine,
			size_t at, size_t gone, enum shr_kind instead)
{
	size_t count = at;

	memcpy(events, machine->events, at * sizeof(*events));
	if (instead == SHR_LOST)
		events[count++] = (struct shr_event){
			.kind = SHR_LOST,
			.ts_ns = machine->events[at].ts_ns,
			.has = SHR_HAS_TIME | SHR_HAS_CPU | SHR_HAS_COUNT,
			.cpu = 3,
			.lost = { gone, machine->events[at].ts_ns - 500 },
		};
	memcpy(events + count, machine->events + at + gone,
	       (machine->count - at - gone) * sizeof(*events));
	return count + machine->count - at - gone;
}

/* Without a call the next one finds what nobody left. */
static void test_drop_call(void **state)
{
	(void)state;
	for (size_t e = 0; e < COUNT(changing); e++) {
		struct shr_event events[2 * CALLS + 1];
		struct machine machine;

		run_changing(&machine, changing[e].id, changing[e].layout);
		for (size_t call = 1; call < CALLS - 1; call++) {
			size_t at = 2 * call;
			uint64_t next = machine.events[at + 2].ts_ns;
			struct outcome outcome;

			replay_as(&outcome, &changing[e], events,
				  leave_out(events, &machine, at, 2, SHR_START));
			assert_int_equal(outcome.count, CALLS - 1);
			check_one_odd(&outcome, next, SHR_UNEXPLAINED,
				      changing[e].kernel);
			outcome_end(&outcome);

			/* Where the kernel said so, that accounts for it. */
			replay_as(&outcome, &changing[e], events,
				  leave_out(events, &machine, at, 2, SHR_LOST));
			check_one_odd(&outcome, next, SHR_LOST_EVENTS,
				      changing[e].kernel);
			const struct shr_gap *gap = &outcome_call(&outcome, next)->gap;

			assert_int_equal(gap->cpu, 3);
			assert_int_equal(gap->count, 2);
			assert_int_equal(gap->to_ns, machine.events[at].ts_ns);
			assert_int_equal(gap->from_ns, gap->to_ns - 500);
			outcome_end(&outcome);
		}
		machine_release(&machine);
	}
}

/* An end without a start is no call, but it says why the next one does not fit. */
static void test_drop_start(void **state)
{
	(void)state;
	for (size_t e = 0; e < COUNT(changing); e++) {
		struct shr_event events[2 * CALLS + 1];
		struct machine machine;

		run_changing(&machine, changing[e].id, changing[e].layout);
		for (size_t at = 2; at < 2 * (CALLS - 1); at += 2) {
			uint64_t next = machine.events[at + 2].ts_ns;
			struct outcome outcome;

			replay_as(&outcome, &changing[e], events,
				  leave_out(events, &machine, at, 1, SHR_START));
			assert_int_equal(outcome.summary->pairs.orphan_ends, 1);
			check_one_odd(&outcome, next, SHR_LOST_EVENTS,
				      changing[e].kernel);
			assert_int_equal(outcome_call(&outcome, next)->stray_ns,
					 machine.events[at + 1].ts_ns);
			outcome_end(&outcome);
			replay_as(&outcome, &changing[e], events,
				  leave_out(events, &machine, at, 1, SHR_LOST));
			check_one_odd(&outcome, next, SHR_LOST_EVENTS,
				      changing[e].kernel);
			assert_int_equal(outcome_call(&outcome, next)->stray_ns, 0);
			outcome_end(&outcome);
		}
		machine_release(&machine);
	}
}

/* What a call without an end gave back is not known: nothing is claimed of it. */
static void test_drop_end(void **state)
{
	(void)state;
	for (size_t e = 0; e < COUNT(changing); e++) {
		struct shr_event events[2 * CALLS + 1];
		struct machine machine;

		if (changing[e].id < SHR_GEN_3_2) /* no end says whose it is */
			continue;
		run_changing(&machine, changing[e].id, changing[e].layout);
		for (size_t at = 3; at < 2 * CALLS - 2; at += 2) {
			struct outcome outcome;

			replay_as(&outcome, &changing[e], events,
				  leave_out(events, &machine, at, 1, SHR_START));
			assert_int_equal(outcome.summary->pairs.orphan_starts, 1);
			assert_int_equal(outcome.count, CALLS - 1);
			const struct shr_call *next =
				outcome_call(&outcome, machine.events[at + 1].ts_ns);

			assert_false(shr_amounts_has(&next->predicted, SHR_DEFERRED));
			assert_int_equal(outcome.summary->scores[SHR_DEFERRED].checked,
					 CALLS - 3);
			assert_int_equal(next->n, (at + 1) / 2);
			outcome_end(&outcome);
		}
		machine_release(&machine);
	}
}

/* An amount of an event, by where it is. */
static int64_t *amount_at(struct shr_event *event, unsigned which)
{
	if (event->kind == SHR_START) {
		int64_t *const amounts[] = { &event->start.deferred,
					     &event->start.freeable,
					     (int64_t *)&event->start.delta,
					     &event->start.total_scan };

		return amounts[which];
	}
	int64_t *const amounts[] = { &event->end.deferred, &event->end.new_scan,
				     &event->end.total_scan };

	return amounts[which];
}

static unsigned amounts_in(const struct shr_event *event)
{
	return event->kind == SHR_START ? 4 : 3;
}

/* Change one event of a stream by @change; the call it belongs to must show it. */
static void falsify(const struct era *era, const struct machine *machine, size_t at,
		    void (*change)(struct shr_event *event, unsigned which),
		    unsigned which)
{
	struct shr_event events[2 * CALLS];
	struct outcome outcome;
	char what[100];

	memcpy(events, machine->events, sizeof(events));
	change(&events[at], which);
	if (!memcmp(&events[at], &machine->events[at], sizeof(events[at])))
		return;
	replay_as(&outcome, era, events, COUNT(events));
	snprintf(what, sizeof(what), "%s, event %zu, change %u", era->kernel, at,
		 which);
	check_verdict(outcome_call(&outcome, events[at & ~(size_t)1].ts_ns),
		      SHR_UNEXPLAINED, what);
	for (size_t i = 0; i < outcome.count; i++)
		if (!(BIT(outcome.calls[i].verdict) &
		      (BIT(SHR_EXACT) | BIT(SHR_UNEXPLAINED))))
			check_verdict(&outcome.calls[i], SHR_UNEXPLAINED, what);
	/* The call itself, and at most the one that takes what it gave back. */
	assert_in_range(outcome.summary->all.verdicts[SHR_UNEXPLAINED], 1, 2);
	outcome_end(&outcome);
}

static void swap(struct shr_event *event, unsigned which)
{
	int64_t *a = amount_at(event, which / 4), *b = amount_at(event, which % 4);
	int64_t old = *a;

	*a = *b;
	*b = old;
}

static void test_swap_amounts(void **state)
{
	(void)state;
	for (size_t e = 0; e < COUNT(changing); e++) {
		struct machine machine;

		/* An end that computed its total_scan from the other two says it twice.
		 */
		if (changing[e].layout & (SHR_LAYOUT_T1 | SHR_LAYOUT_T2))
			continue;
		run_changing(&machine, changing[e].id, changing[e].layout);
		for (size_t at = 2; at < machine.count; at++) {
			unsigned last = amounts_in(&machine.events[at]);

			for (unsigned a = 0; a < last; a++)
				for (unsigned b = a + 1; b < last; b++)
					falsify(&changing[e], &machine, at, swap,
						4 * a + b);
		}
		machine_release(&machine);
	}
}

static void add_one(struct shr_event *event, unsigned which)
{
	++*amount_at(event, which);
}

static void take_one(struct shr_event *event, unsigned which)
{
	--*amount_at(event, which);
}

/* All but freeable: no other amount of the call need change with it. */
static void test_off_by_one(void **state)
{
	static const unsigned in_start[] = { 0, 2, 3 };
	static const unsigned in_end[] = { 0, 1, 2 };

	(void)state;
	for (size_t e = 0; e < COUNT(changing); e++) {
		bool computed = changing[e].layout & (SHR_LAYOUT_T1 | SHR_LAYOUT_T2);
		struct machine machine;

		run_changing(&machine, changing[e].id, changing[e].layout);
		for (size_t at = 2; at < machine.count; at++) {
			bool start = machine.events[at].kind == SHR_START;
			const unsigned *which = start ? in_start : in_end;

			for (unsigned i = 0; i < 3; i++) {
				if (!start && computed)
					continue;
				falsify(&changing[e], &machine, at, add_one, which[i]);
				falsify(&changing[e], &machine, at, take_one, which[i]);
			}
		}
		machine_release(&machine);
	}
}

/* The counter itself, off by one from one call on, in both events of the next. */
static void test_off_by_one_counter(void **state)
{
	(void)state;
	for (size_t e = 0; e < COUNT(changing); e++) {
		struct shr_event events[2 * CALLS];
		struct machine machine;

		if (changing[e].id < SHR_GEN_3_2) /* its end does not repeat it */
			continue;
		run_changing(&machine, changing[e].id, changing[e].layout);
		for (size_t at = 2; at < machine.count; at += 2) {
			struct outcome outcome;

			memcpy(events, machine.events, sizeof(events));
			events[at].start.deferred++;
			events[at + 1].end.deferred++;
			replay_as(&outcome, &changing[e], events, COUNT(events));
			const struct shr_call *call =
				outcome_call(&outcome, events[at].ts_ns);

			check_verdict(call, SHR_UNEXPLAINED, changing[e].kernel);
			assert_true(call->differ & 1u << SHR_DEFERRED);
			assert_int_equal(call->predicted.value[SHR_DEFERRED] + 1,
					 call->observed.value[SHR_DEFERRED]);
			outcome_end(&outcome);
		}
		machine_release(&machine);
	}
}

/* One call with another batch or other seeks than the shrinker has. */
static void check_other_cache(const struct era *era, int64_t batch, int32_t seeks)
{
	const struct cache *real = era->id < SHR_GEN_3_12 ? &old_super : &ext4;
	struct cache other = *real;
	uint64_t seed = 11;
	int shown = 0;

	other.batch = batch;
	other.seeks = seeks;
	for (int i = 0; i < 20; i++) {
		const struct ask ask = { .freeable = any_of(&seed, 2000, 30000),
					 .pgs_scanned = 50,
					 .lru_pgs = 100 };
		struct machine machine, twin;
		struct outcome outcome;

		machine_init(&machine, era->id, era->layout);
		machine_call(&machine, real, &ask);
		machine_init(&twin, era->id, era->layout);
		machine_call(&twin, real, &ask);
		machine_call(&machine, &other, &ask);
		machine_call(&twin, real, &ask);
		uint64_t odd = machine.events[2].ts_ns;
		bool same = !memcmp(&machine.events[2], &twin.events[2],
				    2 * sizeof(*machine.events));

		replay_as(&outcome, era, machine.events, machine.count);
		check_verdict(outcome_call(&outcome, odd),
			      same ? SHR_EXACT : SHR_UNEXPLAINED, era->kernel);
		shown += !same;
		outcome_end(&outcome);
		machine_release(&machine);
		machine_release(&twin);
	}
	assert_true(shown > 5);
}

static void test_other_batch(void **state)
{
	static const int64_t batches[] = { 1, 100, 127, 129, 256, 512, 3000 };

	(void)state;
	for (size_t e = 0; e < COUNT(changing); e++) {
		/* What goes back is all those ends tell of the loop: no refusal there.
		 */
		for (size_t i = 0; i < COUNT(batches); i++)
			if (changing[e].id >= SHR_GEN_3_12)
				check_other_cache(&changing[e], batches[i], 2);
	}
}

static void test_other_seeks(void **state)
{
	static const int32_t seeks[] = { 1, 3, 4, 20 };

	(void)state;
	for (size_t e = 0; e < COUNT(changing); e++)
		for (size_t i = 0; i < COUNT(seeks); i++)
			check_other_cache(&changing[e],
					  changing[e].id < SHR_GEN_3_12 ? 1024 : 0,
					  seeks[i]);
}

/* Events are missing within a call: what it gave back cannot be held against it. */
static void test_gap_within(void **state)
{
	struct shr_event events[2 * CALLS + 1];
	struct machine machine;
	struct outcome outcome;

	(void)state;
	run_changing(&machine, SHR_GEN_5_13, SHR_LAYOUT_T6);
	size_t count = leave_out(events, &machine, 5, 0, SHR_LOST);
	uint64_t within = machine.events[4].ts_ns;

	replay_as(&outcome, &changing[8], events, count);
	check_all_exact(&outcome, "a gap alone");
	outcome_end(&outcome);
	for (size_t i = 6; i < count; i++) /* somebody else's work came back, too */
		if (events[i].kind == SHR_END) {
			events[i].end.new_scan += 40;
			break;
		}
	replay_as(&outcome, &changing[8], events, count);
	check_verdict(outcome_call(&outcome, within), SHR_LOST_EVENTS, "within");
	assert_int_equal(outcome_call(&outcome, within)->gap.cpu, 3);
	outcome_end(&outcome);
	/* But no gap makes planned something else. */
	events[4].start.total_scan++;
	replay_as(&outcome, &changing[8], events, count);
	check_verdict(outcome_call(&outcome, within), SHR_UNEXPLAINED, "planned");
	outcome_end(&outcome);
	machine_release(&machine);
}

/* A gap explains the first look at a counter behind it, and no later one. */
static void test_gap_explains_once(void **state)
{
	const struct ask ask = { .freeable = 7777, .priority = 1 };
	struct machine machine;
	struct outcome outcome;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T6);
	machine_call(&machine, &ext4, &ask);
	machine_event(&machine, SHR_LOST);
	*machine_counter(&machine, &ext4, 0, 0) += 9; /* by whom is lost */
	machine_call(&machine, &ext4, &ask);
	*machine_counter(&machine, &ext4, 0, 0) += 9; /* by nobody */
	machine_call(&machine, &ext4, &ask);
	machine_call(&machine, &ext4, &ask);
	outcome_machine(&outcome, &machine, "6.12");
	assert_int_equal(outcome.count, 4);
	check_verdict(&outcome.calls[0], SHR_EXACT, "before");
	check_verdict(&outcome.calls[1], SHR_LOST_EVENTS, "behind");
	check_verdict(&outcome.calls[2], SHR_UNEXPLAINED, "later");
	check_verdict(&outcome.calls[3], SHR_EXACT, "anchored again");
	outcome_end(&outcome);
	machine_release(&machine);
}

/* A damaged file: nobody knows what is missing, and so much may be. */
static void test_incomplete(void **state)
{
	struct shr_event events[2 * CALLS + 1];
	struct machine machine;
	struct outcome outcome;

	(void)state;
	run_changing(&machine, SHR_GEN_5_13, SHR_LAYOUT_T6);
	size_t count = leave_out(events, &machine, 4, 2, SHR_START);

	outcome_begin(&outcome, SHR_LAYOUT_T6, "6.12");
	outcome.fake.capture.incomplete = true;
	outcome_replay(&outcome, events, count, 16);
	const struct shr_call *call = outcome_call(&outcome, machine.events[6].ts_ns);

	check_verdict(call, SHR_LOST_EVENTS, "incomplete");
	assert_int_equal(call->gap.cpu, SHR_NO_CPU);
	outcome_end(&outcome);
	machine_release(&machine);
}

/* A refusal nobody could foresee, and a count of the callback's own. */
static void test_refused_and_own_count(void **state)
{
	const struct ask stops = { .freeable = 5000, .stops = true, .stop_after = 2 };
	const struct ask counts = { .freeable = 5000, .nr_scanned = 33 };
	const struct ask plain = { .freeable = 5000 };
	struct machine machine;
	struct outcome outcome;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T7);
	machine_call(&machine, &root, &plain);
	machine_call(&machine, &root, &stops);
	machine_call(&machine, &root, &plain);
	machine_call(&machine, &vmap, &(struct ask){ .freeable = 9, .stops = true });
	outcome_begin(&outcome, SHR_LAYOUT_T7, "7.2");
	outcome_replay(&outcome, machine.events, machine.count, 16);
	check_verdict(&outcome.calls[0], SHR_EXACT, "plain");
	check_verdict(&outcome.calls[1], SHR_REFUSED, "stops");
	check_verdict(&outcome.calls[2], SHR_EXACT, "plain");
	check_verdict(&outcome.calls[3], SHR_EXACT, "foreseen");
	/* Evidence: the loop's condition was still true. */
	assert_true(outcome.calls[1].observed.value[SHR_LEFT] >= 1024);
	assert_int_equal(outcome.summary->all.refusals, 2);
	outcome_end(&outcome);

	machine.count = 0;
	machine_call(&machine, &i915, &counts);
	outcome_begin(&outcome, SHR_LAYOUT_T7, "7.2");
	outcome.options.settings = (const struct shr_setting[]){
		{ (char *)(uintptr_t) "i915*", SHR_SET_BATCH, 128 }, { NULL, 0, 0 }
	};
	outcome_replay(&outcome, machine.events, machine.count, 16);
	check_verdict(&outcome.calls[0], SHR_OWN_COUNT, "counts");
	outcome_end(&outcome);
	machine_release(&machine);
}

/* drop_caches, and within a callback of it, direct reclaim of the same shrinkers. */
static void test_nested(void **state)
{
	const struct ask drop = { .freeable = 9000 };
	const struct ask inner = { .freeable = 4000, .priority = 12 };
	struct machine machine;
	struct outcome outcome;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T7);
	for (int i = 0; i < 3; i++) {
		struct open_call outer = machine_begin(&machine, &root, &drop);

		machine_call(&machine, &ext4, &inner);
		machine_call(&machine, &data, &inner);
		machine_end(&machine, &outer);
	}
	outcome_machine(&outcome, &machine, "7.2");
	check_all_exact(&outcome, "nested");
	assert_int_equal(outcome.count, 9);
	outcome_end(&outcome);
	machine_release(&machine);
}

/* A call that outlasts the window is judged all the same, when it ends. */
static void test_window(void **state)
{
	enum { MANY = 20000 };
	const struct ask slow = { .pid = 2, .freeable = 9000 };
	const struct ask quick = { .freeable = 3000, .priority = 2 };
	struct machine machine;
	struct outcome outcome;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T7);
	machine_call(&machine, &root, &slow);
	struct open_call open = machine_begin(&machine, &root, &slow);
	uint64_t begun = machine.now_ns;

	for (int i = 0; i < MANY; i++)
		machine_call(&machine, &ext4, &quick);
	machine_end(&machine, &open);
	machine_call(&machine, &root, &slow);
	outcome_machine(&outcome, &machine, "7.2");
	check_all_exact(&outcome, "window");
	assert_int_equal(outcome.count, MANY + 3);
	const struct shr_call *late = outcome_call(&outcome, begun);

	assert_int_equal(late->n, 2);
	assert_true(shr_amounts_has(&late->predicted, SHR_DEFERRED));
	outcome_end(&outcome);
	machine_release(&machine);
}

/* Each shrinker of a callback has a label; an address can have several lives. */
static void test_instances(void **state)
{
	const struct cache again = { ext4.address, FAKE_OTHER, 0, 2, true, true, 0 };
	const struct cache nameless = {
		0xffff888009000000, FAKE_UNRESOLVED, 0, 2, false, false, 0
	};
	const struct ask ask = { .freeable = 5000, .priority = 3 };
	static const char *const labels[] = {
		"super_cache_scan", "ext4_es_scan", "super_cache_scan#2",
		"other_scan",	    "0x0",	    "ext4_es_scan#2"
	};
	struct machine machine;
	struct outcome outcome;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T7);
	machine_call(&machine, &root, &ask);
	machine_call(&machine, &ext4, &ask);
	machine_call(&machine, &data, &ask);
	*machine_counter(&machine, &ext4, 0, 0) = 0; /* freed; its memory is reused */
	machine_call(&machine, &again, &ask);
	machine_call(&machine, &again, &ask);
	machine_call(&machine, &nameless, &ask);
	*machine_counter(&machine, &ext4, 0, 0) = 0;
	machine_call(&machine, &ext4, &ask);
	outcome_machine(&outcome, &machine, "7.2");
	const struct shr_summary *summary = outcome.summary;

	assert_int_equal(summary->instance_count, COUNT(labels));
	for (size_t i = 0; i < COUNT(labels); i++) {
		assert_string_equal(summary->instances[i]->label, labels[i]);
		assert_int_equal(summary->instances[i]->ordinal, i);
	}
	check_verdict(&outcome.calls[3], SHR_REUSED, "other callback");
	assert_int_equal(outcome.calls[3].reuse, SHR_REUSE_ADDRESS);
	assert_ptr_equal(outcome.calls[3].before, summary->instances[1]);
	check_verdict(&outcome.calls[6], SHR_REUSED, "the first callback again");
	assert_ptr_equal(outcome.calls[6].before, summary->instances[3]);
	assert_int_equal(outcome_count(&outcome, SHR_EXACT), outcome.count - 2);
	assert_int_equal(summary->instances[3]->tally.calls, 2);
	outcome_end(&outcome);
	machine_release(&machine);
}

/* Text without addresses: which counter it was is not known, and nothing is claimed. */
static void test_anonymous(void **state)
{
	struct machine machine;
	struct outcome outcome;

	(void)state;
	run_era(&machine, &eras[COUNT(eras) - 2], 1000);
	for (size_t i = 0; i < machine.count; i++) {
		machine.events[i].has &= ~(uint32_t)SHR_HAS_SHRINKER;
		machine.events[i].shrinker = 0;
	}
	outcome_machine(&outcome, &machine, "7.2");
	check_all_exact(&outcome, "anonymous");
	assert_int_equal(outcome.summary->scores[SHR_DEFERRED].checked, 0);
	assert_int_equal(outcome.summary->instance_count, 4); /* one a callback */
	for (size_t i = 0; i < 4; i++)
		assert_true(outcome.summary->instances[i]->anonymous);
	outcome_end(&outcome);
	machine_release(&machine);
}

/* A filter chooses what is counted and shown; the counters see every call. */
static void test_filter(void **state)
{
	struct machine machine;
	struct outcome all, some;

	(void)state;
	run_era(&machine, &eras[COUNT(eras) - 2], 2000);
	outcome_machine(&all, &machine, "7.2");
	outcome_begin(&some, machine.layout, "7.2");
	some.options.filter = (struct shr_filter){ .shrinker = "super*",
						   .has_nid = true,
						   .nid = 1,
						   .has_memcg = true,
						   .memcg = 2,
						   .has_since = true,
						   .since_relative = true,
						   .since_ns = 200000 };
	outcome_replay(&some, machine.events, machine.count, 16);
	check_all_exact(&some, "some");
	size_t shown = 0;

	for (size_t i = 0; i < all.count; i++) {
		const struct shr_call *call = &all.calls[i];

		if (call->callback != FAKE_SUPER || call->nid != 1 ||
		    call->cgroup != 2 ||
		    call->start_ns < machine.events[0].ts_ns + 200000)
			continue;
		assert_true(shown < some.count);
		/* The number of a call does not depend on what is shown. */
		assert_int_equal(some.calls[shown].n, call->n);
		assert_memory_equal(some.calls[shown].observed.value,
				    call->observed.value, sizeof(call->observed.value));
		assert_int_equal(some.calls[shown].predicted.known,
				 call->predicted.known);
		shown++;
	}
	assert_int_equal(shown, some.count);
	assert_in_range(shown, 5, all.count / 4);
	outcome_end(&all);
	outcome_end(&some);
	machine_release(&machine);
}

/* Recorded identity is the better source; blind, it is not looked at. */
static void test_identity(void **state)
{
	const struct cache odd = {
		0xffff888007000000, FAKE_OWN, 333, 7, true, true, 2
	};
	const struct ask ask = { .freeable = 5000, .memcg = 12, .priority = 1 };
	struct machine machine;
	struct outcome outcome;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T6);
	machine.identity = IDENTITY_AFTER;
	machine_call(&machine, &odd, &ask);
	machine_call(&machine, &odd, &ask);
	outcome_machine(&outcome, &machine, "6.12");
	check_all_exact(&outcome, "identity");
	const struct shr_instance *instance = outcome.summary->instances[0];

	assert_int_equal(instance->batch.from, SHR_FROM_IDENTITY);
	assert_int_equal(instance->batch.value, 333);
	assert_int_equal(instance->seeks.from, SHR_FROM_IDENTITY);
	assert_int_equal(instance->seeks.value, 7);
	assert_int_equal(instance->name.len, strlen("sb-proc"));
	assert_memory_equal(instance->name.ptr, "sb-proc", instance->name.len);
	assert_int_equal(instance->lanes, 1);
	assert_int_equal(outcome.calls[0].memcg_from, SHR_MEMCG_IDENTITY);
	assert_int_equal(outcome.calls[0].cgroup, 12);
	outcome_end(&outcome);

	outcome_begin(&outcome, SHR_LAYOUT_T6, "6.12");
	outcome.options.blind = true;
	outcome_replay(&outcome, machine.events, machine.count, 16);
	assert_int_equal(outcome.count, 2);
	instance = outcome.summary->instances[0];
	assert_int_not_equal(instance->batch.from, SHR_FROM_IDENTITY);
	assert_int_not_equal(instance->seeks.from, SHR_FROM_IDENTITY);
	assert_int_equal(instance->name.len, 0);
	assert_int_not_equal(outcome.calls[0].memcg_from, SHR_MEMCG_IDENTITY);
	outcome_end(&outcome);
	machine_release(&machine);
}

/* --set is taken at its word, and what calls say against it is counted. */
static void test_settings(void **state)
{
	static char pattern[] = "ext4_es_scan";
	const struct shr_setting settings[] = { { pattern, SHR_SET_SEEKS, 4 },
						{ NULL, 0, 0 } };
	struct machine machine;
	struct outcome outcome;

	(void)state;
	run_changing(&machine, SHR_GEN_5_13, SHR_LAYOUT_T6);
	outcome_begin(&outcome, SHR_LAYOUT_T6, "6.12");
	outcome.options.settings = settings;
	outcome_replay(&outcome, machine.events, machine.count, 16);
	const struct shr_param *seeks = &outcome.summary->instances[0]->seeks;

	assert_int_equal(seeks->from, SHR_FROM_OPTION);
	assert_int_equal(seeks->value, 4);
	assert_int_equal(seeks->contradicted, CALLS);
	assert_int_equal(seeks->fit.count, 1);
	assert_int_equal(seeks->fit.values[0], 2);
	assert_int_equal(outcome.summary->all.verdicts[SHR_UNEXPLAINED], CALLS);
	outcome_end(&outcome);
	machine_release(&machine);
}

/* A kernel that is given is taken; the capture's own may disagree. */
static void test_kernel_option(void **state)
{
	static const struct {
		const char *kernel;
		enum shr_generation_id id;
	} good[] = {
		{ "5.10", SHR_GEN_5_0 },      { "5.10.0-32-amd64", SHR_GEN_5_0 },
		{ "4.19.0", SHR_GEN_4_19_0 }, { "4.19.24", SHR_GEN_4_19_24 },
		{ "v7.3-rc7", SHR_GEN_5_13 }, { "3.0.39", SHR_GEN_3_0_39 },
	};
	static const char *const bad[] = { "", "five", "2.6.39", "3.0.38", "5" };
	struct machine machine;

	(void)state;
	run_changing(&machine, SHR_GEN_5_13, SHR_LAYOUT_T6);
	for (size_t i = 0; i < COUNT(good); i++) {
		struct outcome outcome;

		outcome_begin(&outcome, SHR_LAYOUT_T6, "6.12");
		outcome.options.kernel = good[i].kernel;
		outcome_replay(&outcome, machine.events, machine.count, 16);
		assert_int_equal(outcome.summary->fit->rules.gen->id, good[i].id);
		assert_int_equal(shr_fit_source(outcome.summary->fit), SHR_FIT_OPTION);
		assert_int_equal(shr_fit_kernel_agrees(outcome.summary->fit),
				 good[i].id == SHR_GEN_5_13);
		assert_int_equal(outcome.summary->all.verdicts[SHR_EXACT] == CALLS,
				 good[i].id == SHR_GEN_5_13);
		outcome_end(&outcome);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct outcome outcome;
		struct shr_err err = { 0 };

		outcome_begin(&outcome, SHR_LAYOUT_T6, "6.12");
		outcome.options.kernel = bad[i];
		assert_null(shr_replay_new(&outcome.fake.src, &outcome.options, NULL,
					   &err));
		assert_int_equal(err.code, SHR_ERR_RANGE);
		assert_non_null(strstr(err.reason, bad[i]));
	}
	shr_replay_free(NULL);
	machine_release(&machine);
}

/* A release that values contradict is overruled, and the calls come out exact. */
static void test_wrong_release(void **state)
{
	const struct ask small = { .freeable = 100, .priority = 12 };
	struct machine machine;
	struct outcome outcome;

	(void)state;
	machine_init(&machine, SHR_GEN_5_0, SHR_LAYOUT_T5);
	*machine_counter(&machine, &root, 0, 0) = 150;
	for (int i = 0; i < 20; i++)
		machine_call(&machine, &root, &small);
	outcome_machine(&outcome, &machine, "5.15.135");
	check_all_exact(&outcome, "overruled");
	assert_int_equal(outcome.summary->fit->rules.gen->id, SHR_GEN_5_0);
	assert_int_equal(shr_fit_source(outcome.summary->fit), SHR_FIT_VALUES);
	assert_int_equal(shr_fit_kernel_agrees(outcome.summary->fit), 0);
	outcome_end(&outcome);
	machine_release(&machine);
}

/* Layouts and release may become known only while events are read. */
static void test_capture_grows(void **state)
{
	struct shr_err err;
	struct machine machine;
	struct outcome outcome;

	(void)state;
	run_changing(&machine, SHR_GEN_5_0, SHR_LAYOUT_T5);
	outcome_begin(&outcome, 0, "");
	outcome.fake.capture.long_size = 0;
	outcome_open(&outcome);
	outcome.fake.capture.layouts = SHR_LAYOUT_T5;
	outcome.fake.capture.long_size = 8;
	outcome.fake.capture.kernel = fake_str("5.10");
	const struct shr_batch batch = { machine.events, machine.count };

	assert_int_equal(shr_replay_batch(outcome.replay, &batch, &err), 0);
	assert_int_equal(shr_replay_finish(outcome.replay, &err), 0);
	outcome.summary = shr_replay_summary(outcome.replay);
	check_all_exact(&outcome, "grows");
	assert_int_equal(outcome.summary->fit->rules.gen->id, SHR_GEN_5_0);
	outcome_end(&outcome);
	machine_release(&machine);
}

/* A sink that fails ends the work with its own error. */
static void test_sink_fails(void **state)
{
	struct shr_err err = { 0 };
	struct machine machine;
	struct outcome outcome;

	(void)state;
	run_changing(&machine, SHR_GEN_5_13, SHR_LAYOUT_T6);
	const struct shr_batch batch = { machine.events, machine.count };

	outcome_begin(&outcome, SHR_LAYOUT_T6, "6.12");
	outcome.fail_at = 5;
	outcome_open(&outcome);
	assert_int_equal(shr_replay_batch(outcome.replay, &batch, &err), -1);
	assert_int_equal(err.code, SHR_ERR_IO);
	assert_string_equal(err.reason, "the sink is full");
	assert_int_equal(outcome.count, 5);
	outcome_end(&outcome);
	machine_release(&machine);
}

static void test_nothing(void **state)
{
	struct outcome outcome;

	(void)state;
	outcome_begin(&outcome, 0, "");
	outcome_replay(&outcome, NULL, 0, 1);
	assert_int_equal(outcome.summary->all.calls, 0);
	assert_int_equal(outcome.summary->instance_count, 0);
	assert_int_equal(outcome.summary->events, 0);
	outcome_end(&outcome);
}

/* An event with nothing in it is a call of which nothing is said. */
static void test_bare_events(void **state)
{
	const struct shr_event events[] = {
		{ .kind = SHR_START, .has = SHR_HAS_PID, .pid = 1 },
		{ .kind = SHR_END, .has = SHR_HAS_PID, .pid = 1 },
	};
	struct outcome outcome;

	(void)state;
	outcome_begin(&outcome, SHR_LAYOUT_T6, "6.12");
	outcome_replay(&outcome, events, COUNT(events), 1);
	assert_int_equal(outcome.count, 1);
	assert_int_equal(outcome.calls[0].observed.known, 0);
	assert_int_equal(outcome.calls[0].predicted.known, 0);
	assert_int_equal(outcome.summary->all.planned, 0);
	assert_int_equal(outcome.summary->all.freed, 0);
	outcome_end(&outcome);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_simulated),
		cmocka_unit_test(test_simulated_without_release),
		cmocka_unit_test(test_batches),
		cmocka_unit_test(test_pause),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_drop_call),
		cmocka_unit_test(test_drop_start),
		cmocka_unit_test(test_drop_end),
		cmocka_unit_test(test_swap_amounts),
		cmocka_unit_test(test_off_by_one),
		cmocka_unit_test(test_off_by_one_counter),
		cmocka_unit_test(test_other_batch),
		cmocka_unit_test(test_other_seeks),
		cmocka_unit_test(test_gap_within),
		cmocka_unit_test(test_gap_explains_once),
		cmocka_unit_test(test_incomplete),
		cmocka_unit_test(test_refused_and_own_count),
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_window),
		cmocka_unit_test(test_instances),
		cmocka_unit_test(test_anonymous),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_kernel_option),
		cmocka_unit_test(test_wrong_release),
		cmocka_unit_test(test_capture_grows),
		cmocka_unit_test(test_sink_fails),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_bare_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
