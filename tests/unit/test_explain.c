/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/replay/explain.h"

#include "core/err.h"
#include "core/replay/replay.h"
#include "core/stream.h"
#include "tests/unit/machine.h"

static const struct cache super = {
	0xffff888001000000, FAKE_SUPER, 1024, 2, true, true, 0
};
static const struct cache ext4 = {
	0xffff888002000000, FAKE_EXT4, 0, 2, false, false, 0
};
static const struct cache own = { 0xffff888003000000, FAKE_OWN, 0, 2, true, true, 0 };

/* Explains every call as it comes. */
struct watch {
	struct shr_call_sink sink; /* first: the callback casts back */
	struct shr_replay *replay;
	uint64_t calls, whole, refused, written_off;
};

static int64_t last_of(const struct shr_steps *steps)
{
	return steps->formulas[steps->count - 1].value;
}

static int watch_call(struct shr_call_sink *sink, const struct shr_call *call,
		      struct shr_err *err)
{
	struct watch *watch = (struct watch *)sink;
	const struct shr_summary *summary = shr_replay_summary(watch->replay);
	struct shr_explanation why;

	(void)err;
	shr_explain(&summary->fit->rules, call, &why);
	watch->calls++;
	watch->refused += why.refused;
	watch->written_off += why.written_off > 0;
	if (why.delta.count)
		assert_int_equal(last_of(&why.delta), call->predicted.value[SHR_DELTA]);
	assert_int_equal(last_of(&why.plan), call->predicted.value[SHR_PLANNED]);
	assert_int_equal(last_of(&why.store), call->store);
	/* A batch that this very call told did not foretell it. */
	if (why.loop.count && !shr_amounts_has(&call->predicted, SHR_SCANNED))
		assert_int_equal(last_of(&why.loop), call->observed.value[SHR_SCANNED]);
	else if (why.loop.count)
		assert_int_equal(last_of(&why.loop),
				 call->predicted.value[SHR_SCANNED]);
	else
		assert_true(why.refused || !why.batch);
	watch->whole += why.delta.count && why.loop.count;
	assert_int_equal((uint64_t)why.before + (uint64_t)call->store,
			 call->observed.value[SHR_NEW_DEFERRED]);
	return 0;
}

static void replay(struct watch *watch, const struct machine *machine)
{
	struct fake_source fake;
	struct shr_err err;
	const struct shr_batch batch = { machine->events, machine->count };
	const struct shr_replay_options options = { .kernel = machine->gen->name };

	fake_init(&fake, machine->layout, "");
	watch->sink.call = watch_call;
	watch->replay = shr_replay_new(&fake.src, &options, &watch->sink, &err);
	assert_non_null(watch->replay);
	assert_int_equal(shr_replay_batch(watch->replay, &batch, &err), 0);
	assert_int_equal(shr_replay_finish(watch->replay, &err), 0);
	shr_replay_free(watch->replay);
}

/* Calls of all sizes; some without __GFP_FS, some stopped in the middle. */
static void run_calls(struct machine *machine)
{
	const struct cache *const caches[] = { &super, &ext4, &own };

	for (unsigned i = 0; i < 600; i++) {
		struct ask ask = { .freeable = 1 + (int64_t)(i * 7919 % 50000),
				   .priority = (int)(i % 13),
				   .pgs_scanned = 1 + i % 64,
				   .lru_pgs = 500 + i,
				   .may_not = i % 5 ? 0 : SHR_MAY_FS,
				   .stops = i % 5 == 0 || i % 11 == 0,
				   .stop_after = i % 5 ? 1 : 0 };
		const struct cache *cache = caches[i % 3];

		ask.stops &= cache == &super;
		machine_call(machine, cache, &ask);
	}
}

static void test_every_generation(void **state)
{
	(void)state;
	for (unsigned id = 0; id < SHR_GEN_COUNT; id++) {
		unsigned layouts = shr_generation_get(id)->layouts;
		struct machine machine;
		struct watch watch = { .calls = 0 };

		machine_init(&machine, id, layouts & (0 - layouts));
		run_calls(&machine);
		replay(&watch, &machine);
		assert_int_equal(watch.calls, 600);
		assert_true(watch.whole > 200);
		machine_release(&machine);
	}
}

/* A refusal matters only where something was asked for. */
static void test_refusals(void **state)
{
	const struct ask little = {
		.freeable = 100, .priority = 12, .may_not = SHR_MAY_FS, .stops = true
	};
	const struct ask much = { .freeable = 100000,
				  .may_not = SHR_MAY_FS,
				  .stops = true };
	struct machine machine;
	struct watch watch = { .calls = 0 };

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T6);
	machine_call(&machine, &super, &little);
	machine_call(&machine, &super, &much);
	replay(&watch, &machine);
	assert_int_equal(watch.calls, 2);
	assert_int_equal(watch.refused, 1);
	machine_release(&machine);
}

static void test_written_off(void **state)
{
	const struct ask much = { .freeable = 1000,
				  .may_not = SHR_MAY_FS,
				  .stops = true };
	struct machine machine;
	struct watch watch = { .calls = 0 };

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T6);
	machine_call(&machine, &super, &much); /* 2000 of 2000: no more than may be */
	machine_call(&machine, &super, &much); /* 2000 of 4000 */
	replay(&watch, &machine);
	assert_int_equal(watch.written_off, 1);
	machine_release(&machine);
}

/* Events that do not say what there was leave nothing to compute. */
static void test_nothing_known(void **state)
{
	const struct shr_rules rules = { shr_generation_get(SHR_GEN_5_13), SHR_END_LEFT,
					 8 };
	struct shr_instance instance = { .batch = { .from = SHR_FROM_TABLE,
						    .value = 128 } };
	const struct shr_call call = { .instance = &instance };
	struct shr_explanation why;

	(void)state;
	shr_explain(&rules, &call, &why);
	assert_int_equal(
		why.delta.count + why.plan.count + why.loop.count + why.store.count, 0);
	assert_int_equal(why.batch, 128);
}

static void test_differences(void **state)
{
	struct shr_call call = { .n = 1 };
	int64_t more;

	(void)state;
	assert_false(shr_call_difference(&call, SHR_LEFT, &more));
	call.observed.known = call.predicted.known = ~0u;
	call.observed.value[SHR_LEFT] = 3;
	call.predicted.value[SHR_LEFT] = 5;
	assert_true(shr_call_difference(&call, SHR_LEFT, &more));
	assert_int_equal(more, -2);
	call.observed.value[SHR_LEFT] = INT64_MAX;
	call.predicted.value[SHR_LEFT] = -1;
	assert_false(shr_call_difference(&call, SHR_LEFT, &more));
	call.observed.value[SHR_DELTA] = -1; /* 2^64 - 1 */
	call.predicted.value[SHR_DELTA] = -3;
	assert_true(shr_call_difference(&call, SHR_DELTA, &more));
	assert_int_equal(more, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_generation),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_written_off),
		cmocka_unit_test(test_nothing_known),
		cmocka_unit_test(test_differences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
