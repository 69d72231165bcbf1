/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A verdict must be falsifiable: what is changed in a capture must show, where it was
 * changed and nowhere else.  How often it does is printed.
 */
#include "tests/unit/damage.h"
#include "tests/unit/fixture.h"
#include "tests/unit/load.h"
#include "tests/unit/reading.h"

enum { SLICE = 5000, SLICES = 12, TIMES = 2, SIMULATED = 1000, SIMULATED_TIMES = 20 };

/* What must be seen of a damage when memcgs are recorded. */
enum sign {
	SIGN_NONE,  /* nothing: it is not judged */
	SIGN_WRONG, /* a call is unexplained */
	SIGN_AWAY,  /* or the other half of one is left alone */
	SIGN_LOST,  /* no call is unexplained: events are said to be missing */
};

static const struct kind {
	const char *name;
	bool (*damage)(struct copy *copy); /* false: what counts is as it was */
	enum sign sign;
} kinds[] = {
	{ "deferred shifted", shift_deferred, SIGN_WRONG },
	{ "deferred swapped", swap_deferred, SIGN_WRONG },
	{ "new_scan shifted", shift_new_scan, SIGN_WRONG },
	{ "new_scan and next start", shift_both, SIGN_WRONG },
	{ "freeable changed", change_freeable, SIGN_WRONG },
	{ "delta changed", change_delta, SIGN_WRONG },
	{ "total_scan changed", change_planned, SIGN_WRONG },
	{ "a batch more or less", change_batches, SIGN_WRONG },
	{ "retval changed", change_freed, SIGN_NONE },
	{ "event dropped", drop_event, SIGN_AWAY },
	{ "event lost", lose_event, SIGN_LOST },
	{ "events swapped", swap_events, SIGN_AWAY },
	{ "pid changed", change_pid, SIGN_AWAY },
};

/* How often, of all tries. */
struct rate {
	unsigned tried;
	unsigned shown;
	unsigned blamed;   /* first on the damaged call, or the next on its counter */
	unsigned refitted; /* a generation or seeks was inferred from it */
	unsigned blind;	   /* shown when memcgs are inferred */
};

struct study {
	struct subject subject;
	struct outcome blind; /* the subject's, when memcgs are inferred */
	const char *name;
	uint64_t seed;
	struct rate rates[COUNT(kinds)];
};

static bool is_bad(const struct shr_call *call)
{
	return call->verdict == SHR_UNEXPLAINED || call->verdict == SHR_LOST_EVENTS ||
	       call->verdict == SHR_AMBIGUOUS;
}

static uint64_t orphans(const struct outcome *outcome)
{
	return outcome->summary->pairs.orphan_starts +
	       outcome->summary->pairs.orphan_ends;
}

/* The same call before the damage, at *@at or behind it; NULL: it was another one. */
static const struct shr_call *before(const struct outcome *sound,
				     const struct shr_call *call, size_t *at)
{
	for (size_t i = *at; i < sound->count; i++) {
		const struct shr_call *was = &sound->calls[i];

		if (was->start_ns != call->start_ns || was->pid != call->pid ||
		    was->shrinker != call->shrinker)
			continue;
		*at = i + 1;
		return was;
	}
	return NULL;
}

/* What has become of the calls of @sound. */
struct traces {
	size_t bad;	  /* that were not */
	size_t elsewhere; /* verdicts that are others, on counters that were spared */
	size_t first;	  /* index of the first bad one */
};

static bool is_spared(const struct copy *copy, const struct shr_call *was)
{
	const struct shr_call *calls = copy->subject->sound.calls;

	return was->counter != calls[copy->at].counter &&
	       was->counter != calls[copy->with].counter;
}

/* A memcg that was reparented took what the damaged counter held along. */
static bool is_heir(const struct copy *copy, const struct shr_call *was)
{
	return was->verdict == SHR_REPARENTED &&
	       was->instance == call_of(copy)->instance;
}

static struct traces look(const struct copy *copy, const struct outcome *sound,
			  const struct outcome *outcome)
{
	struct traces traces = { .bad = 0 };
	size_t at = 0;

	for (size_t i = 0; i < outcome->count; i++) {
		const struct shr_call *call = &outcome->calls[i];
		const struct shr_call *was = before(sound, call, &at);

		if (is_bad(call) && (!was || !is_bad(was)) && !traces.bad++)
			traces.first = at - 1;
		if (was && was->verdict != call->verdict && is_spared(copy, was) &&
		    !is_heir(copy, was))
			traces.elsewhere++;
	}
	return traces;
}

/*
 * What is inferred from values is inferred from wrong ones, too: the seeks of a
 * shrinker; and, as long as few calls have told them apart, the generation.
 */
static bool is_refitted(const struct copy *copy, const struct outcome *outcome)
{
	const struct shr_fit *fit = outcome->summary->fit;
	const struct shr_generation *gen = copy->subject->sound.summary->fit->rules.gen;

	return ((fit->possible & (fit->possible - 1)) && fit->against[gen->id]) ||
	       call_of(copy)->instance->seeks.from == SHR_FROM_VALUES;
}

/* The damaged call, or the first on its counter behind that. */
static bool is_blamed(const struct copy *copy, size_t first)
{
	const struct shr_call *calls = copy->subject->sound.calls;
	size_t next = copy->at + 1;

	while (next < copy->subject->sound.count &&
	       calls[next].counter != calls[copy->at].counter)
		next++;
	return first == copy->at || first == next || first == copy->with;
}

static void check_open(struct study *study, size_t kind, const struct copy *copy)
{
	struct rate *rate = &study->rates[kind];
	enum sign sign = kinds[kind].sign;
	struct outcome outcome;

	replay_events(&outcome, copy->subject, copy->events, copy->count, false);
	struct traces traces = look(copy, &study->subject.sound, &outcome);
	bool away = orphans(&outcome) > orphans(&study->subject.sound);
	bool refitted = traces.elsewhere && is_refitted(copy, &outcome);

	rate->tried++;
	rate->refitted += refitted;
	rate->shown += traces.bad || (sign >= SIGN_AWAY && away);
	rate->blamed += traces.bad && is_blamed(copy, traces.first);
	if (sign == SIGN_LOST)
		assert_int_equal(outcome_count(&outcome, SHR_UNEXPLAINED), 0);
	if (traces.elsewhere && !refitted)
		fail_msg("%s, %s at call %zu: %zu calls elsewhere changed", study->name,
			 kinds[kind].name, copy->at + 1, traces.elsewhere);
	outcome_end(&outcome);
}

static void check_blind(struct study *study, size_t kind, const struct copy *copy)
{
	struct outcome outcome;

	replay_events(&outcome, copy->subject, copy->events, copy->count, true);
	study->rates[kind].blind += look(copy, &study->blind, &outcome).bad ||
				    orphans(&outcome) > orphans(&study->blind);
	outcome_end(&outcome);
}

static void try_kinds(struct study *study)
{
	for (size_t kind = 0; kind < COUNT(kinds); kind++) {
		struct copy copy;

		copy_init(&copy, &study->subject,
			  (uint64_t)any_of(&study->seed, 1, INT32_MAX));
		if (kinds[kind].damage(&copy)) {
			check_open(study, kind, &copy);
			check_blind(study, kind, &copy);
		}
		copy_release(&copy);
	}
}

static void try_events(struct study *study, struct shr_source *src,
		       const struct shr_event *events, size_t count, int times)
{
	subject_init(&study->subject, src, events, count);
	replay_events(&study->blind, &study->subject, events, count, true);
	assert_int_equal(outcome_count(&study->subject.sound, SHR_UNEXPLAINED), 0);
	while (study->subject.sound.count && times--)
		try_kinds(study);
	outcome_end(&study->blind);
	subject_release(&study->subject);
}

/* At most one in twenty. */
static bool is_rare(unsigned count, const struct rate *rate)
{
	return 20 * count <= rate->tried;
}

/*
 * All of it shows, and of amounts where.  Where memcgs are inferred, a few can be
 * another's; a call that finds 0 can look like a new shrinker's, until the next; and
 * one from which a parameter is inferred can have others blamed.
 */
static void check_rates(const struct study *study)
{
	for (size_t kind = 0; kind < COUNT(kinds); kind++) {
		const struct rate *rate = &study->rates[kind];

		print_message("%-24s tried %4u, shown %4u, blamed %4u, "
			      "refitted %2u, blind %4u\n",
			      kinds[kind].name, rate->tried, rate->shown, rate->blamed,
			      rate->refitted, rate->blind);
		if (kinds[kind].sign == SIGN_NONE) {
			assert_int_equal(rate->shown + rate->blind, 0);
			continue;
		}
		assert_true(rate->tried > 0);
		assert_int_equal(rate->shown, rate->tried);
		if (kinds[kind].sign == SIGN_WRONG)
			assert_true(is_rare(rate->tried - rate->blamed, rate));
		assert_true(is_rare(rate->refitted, rate));
		assert_true(is_rare(rate->tried - rate->blind, rate));
	}
}

/* The first event from @at on with no call open: what began earlier would be cut. */
static size_t quiet_from(const struct reading *reading, size_t at)
{
	int open = 0;

	for (size_t i = 0; i < reading->count; i++) {
		if (i >= at && open <= 0)
			return i;
		open += reading->events[i].kind == SHR_START;
		open -= reading->events[i].kind == SHR_END;
	}
	return 0;
}

static void try_capture(struct study *study, const char *name)
{
	struct reading reading;
	char path[80];

	snprintf(path, sizeof(path), "fixtures/captures/%s.dat", name);
	struct maker file = load_fixture(path);

	study->name = name;
	read_bytes(&reading, made(&file), NULL);
	size_t most = reading.count < SLICE ? reading.count : SLICE;

	for (int i = 0; i < SLICES; i++) {
		int64_t at = any_of(&study->seed, 0, (int64_t)(reading.count - most));
		size_t from = quiet_from(&reading, (size_t)at);
		size_t rest = reading.count - from;

		try_events(study, reading.src, reading.events + from,
			   rest < most ? rest : most, TIMES);
	}
	close_reading(&reading);
	maker_release(&file);
}

static void test_captures(void **state)
{
	struct study study = { .seed = 1 };

	(void)state;
	try_capture(&study, "5.10-mixed-ctx");
	try_capture(&study, "6.1-mount-truth");
	try_capture(&study, "6.12-reparent-truth");
	try_capture(&study, "7.2-drop-truth");
	try_capture(&study, "7.2-mixed");
	check_rates(&study);
}

static void try_era(struct study *study, const struct era *era)
{
	struct machine machine;
	struct fake_source fake;

	study->name = era->kernel;
	run_era(&machine, era, SIMULATED);
	fake_init(&fake, machine.layout, era->kernel);
	try_events(study, &fake.src, machine.events, machine.count, SIMULATED_TIMES);
	machine_release(&machine);
}

static void test_simulated(void **state)
{
	struct study study = { .seed = 1 };

	(void)state;
	for (size_t i = 0; i < COUNT(eras); i++)
		if (eras[i].id >= SHR_GEN_4_14) /* older ends say other things */
			try_era(&study, &eras[i]);
	check_rates(&study);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_captures),
		cmocka_unit_test(test_simulated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
