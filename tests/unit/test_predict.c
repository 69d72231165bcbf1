/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/replay/predict.h"

#include "core/err.h"
#include "core/replay/instance.h"
#include "tests/unit/machine.h"

#define BIT(id) (1u << SHR_GEN_##id)

/* Of every generation: where its kernels' events can be understood. */
static unsigned any_layout(const struct shr_generation *gen)
{
	return gen->layouts & ~(gen->layouts - 1);
}

static struct shr_rules rules_of(const struct machine *machine)
{
	return (struct shr_rules){
		machine->gen, shr_generation_end_rule(machine->gen, machine->layout),
		machine->long_size
	};
}

static struct shr_instance instance_of(const struct cache *cache)
{
	struct shr_instance instance = { .callback = cache->callback };
	struct shr_err err;

	instance.symbol.name = fake_str(fake_symbols[cache->callback]);
	assert_int_equal(shr_instance_resolve(&instance, NULL, NULL, &err), 0);
	return instance;
}

static void know(struct shr_instance *instance, const struct cache *cache)
{
	shr_instance_release(instance);
	instance->batch =
		(struct shr_param){ .from = SHR_FROM_IDENTITY,
				    .value = cache->batch ? cache->batch : 128 };
	instance->seeks =
		(struct shr_param){ .from = SHR_FROM_IDENTITY, .value = cache->seeks };
}

/* Run a call, observe and predict it. */
static enum shr_scan_fault predict(struct machine *machine, const struct cache *cache,
				   const struct ask *ask, struct shr_instance *instance,
				   struct shr_call *call)
{
	struct shr_rules rules = rules_of(machine);

	machine_call(machine, cache, ask);
	machine_joined(machine, call);
	call->instance = instance;
	shr_observe(&rules, call);
	return shr_predict(&rules, call);
}

static void check_amount(const struct shr_amounts *amounts, enum shr_amount amount,
			 int64_t value)
{
	if (!shr_amounts_has(amounts, amount))
		fail_msg("%s is not known", shr_amount_name(amount));
	if (amounts->value[amount] != value)
		fail_msg("%s is %lld, not %lld", shr_amount_name(amount),
			 (long long)amounts->value[amount], (long long)value);
}

/* An end event under each of its three meanings. */
static void test_observe(void **state)
{
	static const struct observed {
		enum shr_generation_id id;
		unsigned layout;
		struct shr_end end;
		int64_t left, new_deferred;
		bool freed;
	} cases[] = {
		/* The counter held 7 when 40 came back. */
		{ SHR_GEN_3_1, SHR_LAYOUT_T1, { 7, 47, 40, 12 }, 40, 47, false },
		{ SHR_GEN_3_0_39, SHR_LAYOUT_T1, { 0, 40, 40, 12 }, 40, 40, false },
		/* 100 was taken, 40 came back: the difference is no leftover. */
		{ SHR_GEN_3_2, SHR_LAYOUT_T1, { 100, 40, -60, 12 }, 40, 40, false },
		{ SHR_GEN_3_12, SHR_LAYOUT_T2, { 100, 40, -60, 12 }, 40, 40, true },
		{ SHR_GEN_3_14, SHR_LAYOUT_T2, { 100, 40, -60, 12 }, 40, 40, true },
		{ SHR_GEN_3_14, SHR_LAYOUT_T3, { 100, 90, 40, 12 }, 40, 90, true },
		{ SHR_GEN_4_10, SHR_LAYOUT_T3, { 100, 90, 40, 12 }, 40, 90, true },
		/* More was counted than planned. */
		{ SHR_GEN_4_14, SHR_LAYOUT_T3, { 100, 0, -24, 12 }, -24, 0, true },
		{ SHR_GEN_5_0, SHR_LAYOUT_T5, { 100, 90, 40, -1 }, 40, 90, true },
		{ SHR_GEN_5_13, SHR_LAYOUT_T7, { 100, 90, 40, 12 }, 40, 90, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct observed *want = &cases[i];
		const struct shr_generation *gen = shr_generation_get(want->id);
		const struct shr_rules rules = {
			gen, shr_generation_end_rule(gen, want->layout), 8
		};
		struct shr_call call = {
			.has = SHR_HAS_DEFERRED | SHR_HAS_FREEABLE | SHR_HAS_DELTA |
			       SHR_HAS_TOTAL_SCAN,
			.end_has = SHR_HAS_DEFERRED | SHR_HAS_NEW_SCAN |
				   SHR_HAS_TOTAL_SCAN | SHR_HAS_RETVAL,
			.start = { .deferred = 100,
				   .freeable = 900,
				   .delta = 200,
				   .total_scan = 300 },
			.end = want->end,
		};

		shr_observe(&rules, &call);
		check_amount(&call.observed, SHR_DEFERRED, 100);
		check_amount(&call.observed, SHR_FREEABLE, 900);
		check_amount(&call.observed, SHR_DELTA, 200);
		check_amount(&call.observed, SHR_PLANNED, 300);
		check_amount(&call.observed, SHR_LEFT, want->left);
		check_amount(&call.observed, SHR_SCANNED, 300 - want->left);
		check_amount(&call.observed, SHR_NEW_DEFERRED, want->new_deferred);
		assert_int_equal(shr_amounts_has(&call.observed, SHR_FREED),
				 want->freed);
		if (want->freed)
			check_amount(&call.observed, SHR_FREED, want->end.retval);
	}
}

/* Nothing is added of a negative total: the counter does not tell what was left. */
static void test_observe_negative_total(void **state)
{
	const struct shr_rules rules = { shr_generation_get(SHR_GEN_3_2),
					 SHR_END_DIFFERENCE, 8 };
	struct shr_call call = { .has = SHR_HAS_TOTAL_SCAN,
				 .end_has = SHR_HAS_NEW_SCAN,
				 .start.total_scan = -5 };

	(void)state;
	shr_observe(&rules, &call);
	check_amount(&call.observed, SHR_LEFT, -5);
	check_amount(&call.observed, SHR_SCANNED, 0);
}

static void test_observe_unknown(void **state)
{
	const struct shr_rules rules = { shr_generation_get(SHR_GEN_5_13), SHR_END_LEFT,
					 8 };
	struct shr_call call = { .observed.known = ~0u, .has = SHR_HAS_FREEABLE };

	(void)state;
	shr_observe(&rules, &call);
	assert_int_equal(call.observed.known, 1u << SHR_FREEABLE);
	/* What was scanned takes both events. */
	call.end_has = SHR_HAS_TOTAL_SCAN;
	shr_observe(&rules, &call);
	assert_true(shr_amounts_has(&call.observed, SHR_LEFT));
	assert_false(shr_amounts_has(&call.observed, SHR_SCANNED));
}

static void check_exact(const struct shr_call *call, enum shr_scan_fault fault,
			const char *what)
{
	static const enum shr_amount foretold[] = { SHR_DELTA, SHR_PLANNED, SHR_LEFT,
						    SHR_SCANNED, SHR_NEW_DEFERRED };

	if (fault != SHR_SCAN_AS_PREDICTED || call->differ)
		fail_msg("%s: fault %d, differ 0x%x", what, fault, call->differ);
	for (size_t i = 0; i < COUNT(foretold); i++)
		check_amount(&call->predicted, foretold[i],
			     call->observed.value[foretold[i]]);
}

/* Each generation foretells what its own kernel does, whatever is asked. */
static void test_each_generation(void **state)
{
	static const int64_t batches[] = { 0, 1, 128, 352, 1024, 2049 };
	static const int32_t seeks[] = { 2, 1, 4, 20, 0 };
	uint64_t seed = 20200916;

	(void)state;
	for (unsigned id = 0; id < SHR_GEN_COUNT; id++) {
		const struct shr_generation *gen = shr_generation_get(id);
		bool zero = gen->delta == SHR_DELTA_PRIORITY_HALF;

		for (size_t b = 0; b < COUNT(batches); b++) {
			for (size_t s = 0; s < COUNT(seeks) - !zero; s++) {
				const struct cache cache = {
					.address = 0xffff888000000000,
					.callback = FAKE_OWN,
					.batch = batches[b],
					.seeks = seeks[s],
				};
				struct shr_instance own = instance_of(&cache);
				struct machine machine;

				machine_init(&machine, id, any_layout(gen));
				know(&own, &cache);
				for (int i = 0; i < 40; i++) {
					const struct ask ask = {
						.freeable = any_of(&seed, 1, 40000),
						.priority = (int)any_of(&seed, 0, 12),
						.pgs_scanned = (uint64_t)any_of(
							&seed, 1, 2000),
						.lru_pgs = (uint64_t)any_of(&seed, 1,
									    9000),
					};
					struct shr_call call;

					check_exact(&call,
						    predict(&machine, &cache, &ask,
							    &own, &call),
						    gen->name);
				}
				assert_int_equal(own.batch.contradicted, 0);
				assert_int_equal(own.seeks.contradicted, 0);
				machine_release(&machine);
				shr_instance_release(&own);
			}
		}
	}
}

/* One call on each generation that has SHRINK_STOP, and how it is taken. */
static void check_stop(enum shr_generation_id id, const struct cache *cache,
		       const struct ask *ask, bool foreseen)
{
	struct shr_instance instance = instance_of(cache);
	const char *name = shr_generation_get(id)->name;
	struct machine machine;
	struct shr_call call;

	machine_init(&machine, id, any_layout(shr_generation_get(id)));
	know(&instance, cache);
	enum shr_scan_fault fault = predict(&machine, cache, ask, &instance, &call);

	if (foreseen) {
		check_exact(&call, fault, name);
		assert_true(call.foreseen_refusal);
		assert_true(call.batches > 0);
		check_amount(&call.predicted, SHR_SCANNED, 0);
	} else {
		if (fault != SHR_SCAN_STOPPED)
			fail_msg("%s: fault %d", name, fault);
		assert_false(call.foreseen_refusal);
		assert_true(call.differ & 1u << SHR_LEFT);
		assert_true(call.differ & 1u << SHR_SCANNED);
		/* The write-back goes on from what was scanned. */
		check_amount(&call.predicted, SHR_NEW_DEFERRED,
			     call.observed.value[SHR_NEW_DEFERRED]);
	}
	assert_int_equal(instance.batch.contradicted, 0);
	machine_release(&machine);
	shr_instance_release(&instance);
}

static void test_foreseen_refusals(void **state)
{
	const struct cache super = { .callback = FAKE_SUPER,
				     .batch = 1024,
				     .seeks = 2 };
	const struct cache vmap = { .callback = FAKE_VMAP, .seeks = 2 };
	const struct cache nfs = { .callback = FAKE_NFS, .seeks = 2 };
	const struct ask no_fs = { .freeable = 5000,
				   .may_not = SHR_MAY_FS,
				   .stops = true };
	const struct ask no_io = { .freeable = 5000,
				   .may_not = SHR_MAY_IO,
				   .stops = true };
	const struct ask atomic = { .freeable = 5000,
				    .may_not = SHR_MAY_DIRECT_RECLAIM,
				    .stops = true };
	const struct ask kernel = { .freeable = 5000, .stops = true };

	(void)state;
	for (unsigned id = SHR_GEN_3_12; id < SHR_GEN_COUNT; id++) {
		check_stop(id, &super, &no_fs, true);
		check_stop(id, &super, &no_io, false);
		check_stop(id, &super, &kernel, false);
		check_stop(id, &nfs, &no_fs, true);
		check_stop(id, &nfs, &no_io, true);
		check_stop(id, &nfs, &atomic, true);
		check_stop(id, &nfs, &kernel, false);
		check_stop(id, &vmap, &kernel, true);
	}
}

/* Without knowing what the allocation allowed, nothing is foreseen of it. */
static void test_unknown_gfp(void **state)
{
	const struct cache super = { .callback = FAKE_SUPER,
				     .batch = 1024,
				     .seeks = 2 };
	const struct ask ask = { .freeable = 5000, .may_not = SHR_MAY_FS };
	struct shr_instance instance = instance_of(&super);
	struct machine machine;
	struct shr_call call;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T6);
	know(&instance, &super);
	machine_call(&machine, &super, &ask);
	machine_joined(&machine, &call);
	call.has &= ~(uint32_t)SHR_HAS_MAY;
	call.instance = &instance;
	struct shr_rules rules = rules_of(&machine);

	shr_observe(&rules, &call);
	check_exact(&call, shr_predict(&rules, &call), "without gfp");
	assert_false(call.foreseen_refusal);
	/* In text GFP_NOWAIT and others show only the half of it. */
	struct shr_instance nfs = instance_of(&(struct cache){ .callback = FAKE_NFS });

	know(&nfs, &(struct cache){ .batch = 1024, .seeks = 2 });
	call.has |= SHR_HAS_MAY;
	call.start.may = SHR_MAY_IO | SHR_MAY_FS;
	call.instance = &nfs;
	check_exact(&call, shr_predict(&rules, &call), "half a gfp");
	assert_false(call.foreseen_refusal);
	machine_release(&machine);
	shr_instance_release(&instance);
}

static void test_refusal_that_did_not_happen(void **state)
{
	const struct cache vmap = { .callback = FAKE_VMAP, .seeks = 2 };
	const struct ask ask = { .freeable = 5000 };
	struct shr_instance instance = instance_of(&vmap);
	struct machine machine;
	struct shr_call call;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T6);
	know(&instance, &vmap);
	assert_int_equal(predict(&machine, &vmap, &ask, &instance, &call),
			 SHR_SCAN_WRONG);
	assert_true(call.differ & 1u << SHR_SCANNED);
	machine_release(&machine);
	shr_instance_release(&instance);
}

/* After no batch, after some, and before the tail. */
static void test_unforeseen_stops(void **state)
{
	const struct cache own = { .callback = FAKE_OWN, .batch = 100, .seeks = 2 };

	(void)state;
	for (unsigned id = SHR_GEN_3_12; id < SHR_GEN_COUNT; id++) {
		for (unsigned after = 0; after < 8; after++) {
			const struct ask ask = { .freeable = 420,
						 .stops = true,
						 .stop_after = after };

			check_stop(id, &own, &ask, false);
		}
	}
	/* Planned is 838 or 840: from 3.14 on a whole tail follows the eighth batch. */
	const struct ask tail = { .freeable = 30, .stops = true };

	for (unsigned id = SHR_GEN_3_14; id < SHR_GEN_COUNT; id++)
		check_stop(id, &own, &tail, false);
}

/* A callback that never answers SHRINK_STOP cannot have stopped the loop. */
static void test_impossible_stop(void **state)
{
	const struct cache ext4 = { .callback = FAKE_EXT4, .seeks = 2 };
	const struct ask ask = { .freeable = 5000, .stops = true, .stop_after = 3 };
	struct shr_instance instance = instance_of(&ext4);
	struct machine machine;
	struct shr_call call;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T6);
	assert_int_equal(instance.refusal, SHR_REFUSES_NEVER);
	assert_int_equal(predict(&machine, &ext4, &ask, &instance, &call),
			 SHR_SCAN_WRONG);
	assert_int_equal(instance.batch.contradicted, 1);
	machine_release(&machine);
	shr_instance_release(&instance);
}

/* nr_scanned counts from 4.14 on, for callbacks that may set it. */
static void test_own_count(void **state)
{
	const struct cache i915 = { .callback = FAKE_I915, .batch = 128, .seeks = 2 };
	const struct ask few = { .freeable = 1000, .nr_scanned = 33 };
	const struct ask many = { .freeable = 1000, .nr_scanned = 777 };

	(void)state;
	for (unsigned id = SHR_GEN_4_14; id < SHR_GEN_COUNT; id++) {
		for (int i = 0; i < 2; i++) {
			struct shr_instance instance = instance_of(&i915);
			struct machine machine;
			struct shr_call call;

			machine_init(&machine, id, any_layout(shr_generation_get(id)));
			know(&instance, &i915);
			assert_int_equal(predict(&machine, &i915, i ? &many : &few,
						 &instance, &call),
					 SHR_SCAN_OWN_COUNT);
			assert_int_equal(call.observed.value[SHR_LEFT] < 0, i);
			assert_int_equal(instance.batch.contradicted, 0);
			assert_false(call.differ & 1u << SHR_NEW_DEFERRED);
			machine_release(&machine);
			shr_instance_release(&instance);
		}
	}
}

/* Change what was scanned by one: nobody but a callback that counts can do that. */
static void test_wrong_scan(void **state)
{
	static const struct wrong {
		enum shr_generation_id id;
		unsigned layout;
		enum fake_callback callback;
		enum shr_scan_fault fault;
	} cases[] = {
		{ SHR_GEN_5_13, SHR_LAYOUT_T6, FAKE_EXT4, SHR_SCAN_WRONG },
		{ SHR_GEN_5_13, SHR_LAYOUT_T6, FAKE_SUPER, SHR_SCAN_WRONG },
		{ SHR_GEN_5_13, SHR_LAYOUT_T6, FAKE_I915, SHR_SCAN_OWN_COUNT },
		/* Not in the table, so it may. */
		{ SHR_GEN_5_13, SHR_LAYOUT_T6, FAKE_OWN, SHR_SCAN_OWN_COUNT },
		/* Nobody looked at nr_scanned yet. */
		{ SHR_GEN_4_10, SHR_LAYOUT_T3, FAKE_I915, SHR_SCAN_WRONG },
		{ SHR_GEN_3_14, SHR_LAYOUT_T3, FAKE_OWN, SHR_SCAN_WRONG },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct cache cache = { .callback = cases[i].callback,
					     .batch = 128,
					     .seeks = 2 };
		const struct ask ask = { .freeable = 1000 };
		struct shr_instance instance = instance_of(&cache);
		struct machine machine;
		struct shr_call call;

		machine_init(&machine, cases[i].id, cases[i].layout);
		know(&instance, &cache);
		predict(&machine, &cache, &ask, &instance, &call);
		call.end.total_scan++;
		struct shr_rules rules = rules_of(&machine);

		shr_observe(&rules, &call);
		if (shr_predict(&rules, &call) != cases[i].fault)
			fail_msg("case %zu", i);
		assert_true(call.differ & 1u << SHR_LEFT);
		assert_int_equal(instance.batch.contradicted,
				 cases[i].fault == SHR_SCAN_WRONG);
		machine_release(&machine);
		shr_instance_release(&instance);
	}
}

/* A loop that ended too early, but not behind whole batches: no refusal does that. */
static void test_no_stop_within_a_batch(void **state)
{
	const struct cache super = { .callback = FAKE_SUPER,
				     .batch = 1024,
				     .seeks = 2 };
	const struct ask stops = { .freeable = 5000, .stops = true, .stop_after = 3 };
	struct shr_instance instance = instance_of(&super);
	struct machine machine;
	struct shr_call call;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T6);
	know(&instance, &super);
	struct shr_rules rules = rules_of(&machine);

	assert_int_equal(predict(&machine, &super, &stops, &instance, &call),
			 SHR_SCAN_STOPPED);
	for (int64_t off = -1; off <= 1; off += 2) {
		struct shr_call odd = call;

		odd.end.total_scan += off;
		shr_observe(&rules, &odd);
		assert_int_equal(shr_predict(&rules, &odd), SHR_SCAN_WRONG);
	}
	machine_release(&machine);
	shr_instance_release(&instance);
}

/* Each amount that is off is named, and only what follows from recorded inputs. */
static void test_differ(void **state)
{
	const struct cache ext4 = { .callback = FAKE_EXT4, .seeks = 2 };
	const struct ask ask = { .freeable = 5000, .priority = 2 };
	struct shr_instance instance = instance_of(&ext4);
	struct machine machine;
	struct shr_call good, call;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T6);
	struct shr_rules rules = rules_of(&machine);

	check_exact(&good, predict(&machine, &ext4, &ask, &instance, &good), "good");

	call = good;
	call.start.delta++;
	shr_observe(&rules, &call);
	shr_predict(&rules, &call);
	assert_true(call.differ & 1u << SHR_DELTA);
	assert_false(call.differ & 1u << SHR_PLANNED); /* by the predicted delta */
	assert_int_equal(instance.seeks.contradicted, 1);

	call = good;
	call.start.total_scan++;
	shr_observe(&rules, &call);
	shr_predict(&rules, &call);
	assert_true(call.differ & 1u << SHR_PLANNED);
	assert_false(call.differ & 1u << SHR_DELTA);

	call = good;
	call.end.new_scan++;
	shr_observe(&rules, &call);
	assert_int_equal(shr_predict(&rules, &call), SHR_SCAN_AS_PREDICTED);
	assert_int_equal(call.differ, 1u << SHR_NEW_DEFERRED);

	/* What was in the counter is the ledger's to say. */
	call = good;
	shr_predict(&rules, &call);
	assert_int_equal(call.differ, 0);
	assert_false(shr_amounts_has(&call.predicted, SHR_DEFERRED));
	machine_release(&machine);
	shr_instance_release(&instance);
}

/* Of what is not known nothing is foretold, and nothing differs. */
static void test_without_amounts(void **state)
{
	const struct cache ext4 = { .callback = FAKE_EXT4, .seeks = 2 };
	const struct ask ask = { .freeable = 5000 };
	struct shr_instance instance = instance_of(&ext4);
	struct machine machine;
	struct shr_call good, call;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T6);
	struct shr_rules rules = rules_of(&machine);

	check_exact(&good, predict(&machine, &ext4, &ask, &instance, &good), "good");
	call = good;
	call.has &= ~(uint32_t)SHR_HAS_FREEABLE;
	shr_observe(&rules, &call);
	assert_int_equal(shr_predict(&rules, &call), SHR_SCAN_AS_PREDICTED);
	assert_int_equal(call.predicted.known, 0);
	assert_int_equal(call.differ, 0);

	call = good;
	call.end_has = 0;
	shr_observe(&rules, &call);
	assert_int_equal(shr_predict(&rules, &call), SHR_SCAN_AS_PREDICTED);
	assert_int_equal(call.differ, 0);
	assert_true(shr_amounts_has(&call.predicted, SHR_PLANNED));
	assert_false(shr_amounts_has(&call.predicted, SHR_NEW_DEFERRED));
	machine_release(&machine);
	shr_instance_release(&instance);
}

/* Calls of a shrinker of which nothing is known, until values leave one parameter. */
static void check_inferred(enum shr_generation_id id, int64_t batch, int32_t seeks)
{
	const struct cache cache = { .callback = FAKE_OWN,
				     .batch = batch,
				     .seeks = seeks };
	struct shr_instance own = instance_of(&cache);
	const char *name = shr_generation_get(id)->name;
	struct machine machine;
	uint64_t seed = 4711;

	machine_init(&machine, id, any_layout(shr_generation_get(id)));
	for (int i = 0; i < 400; i++) {
		/* A tail that follows takes all: of such calls no batch can be told. */
		const struct ask ask = { .freeable = any_of(&seed, 9000, 90000),
					 .priority = (int)any_of(&seed, 0, 3) };
		struct shr_call call;
		enum shr_scan_fault fault =
			predict(&machine, &cache, &ask, &own, &call);

		/* Never wrong on the way, only silent. */
		if (fault != SHR_SCAN_AS_PREDICTED || call.differ)
			fail_msg("%s, batch %lld, seeks %d: call %d, fault %d, "
				 "differ 0x%x",
				 name, (long long)batch, seeks, i, fault, call.differ);
	}
	if (own.batch.from != SHR_FROM_VALUES || own.batch.value != batch)
		fail_msg("%s: batch %lld is found as %lld, %u candidates", name,
			 (long long)batch, (long long)own.batch.value,
			 own.batch.fit.count);
	if (own.seeks.from != SHR_FROM_VALUES || own.seeks.value != seeks)
		fail_msg("%s: seeks %d is found as %lld, %u candidates", name, seeks,
			 (long long)own.seeks.value, own.seeks.fit.count);
	assert_int_equal(own.batch.contradicted + own.seeks.contradicted, 0);
	machine_release(&machine);
	shr_instance_release(&own);
}

static void test_inference(void **state)
{
	static const int64_t batches[] = { 128, 352, 1024, 2049, 32, 16384 };
	static const int32_t seeks[] = { 1, 2, 4, 20, 0 };
	static const enum shr_generation_id generations[] = {
		SHR_GEN_3_2,  SHR_GEN_4_10, SHR_GEN_4_16, SHR_GEN_4_19_0,
		SHR_GEN_4_20, SHR_GEN_5_0,  SHR_GEN_5_13,
	};

	(void)state;
	for (size_t g = 0; g < COUNT(generations); g++) {
		bool zero = generations[g] >= SHR_GEN_4_20;

		for (size_t b = 0; b < COUNT(batches); b++)
			check_inferred(generations[g], batches[b], 2);
		for (size_t s = 0; s < COUNT(seeks) - !zero; s++)
			check_inferred(generations[g], 128, seeks[s]);
	}
}

/* One call leaves several values: they are candidates, and none is taken. */
static void test_several_candidates(void **state)
{
	const struct cache cache = { .callback = FAKE_OWN, .batch = 100, .seeks = 8 };
	const struct ask small = { .freeable = 500, .priority = 6 };
	const struct ask large = { .freeable = 3000 };
	struct shr_instance own = instance_of(&cache);
	struct machine machine;
	struct shr_call call;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T6);
	/* (500 >> 6) * 4 / seeks is 3 for 8 and 9. */
	check_amount((predict(&machine, &cache, &small, &own, &call), &call.observed),
		     SHR_DELTA, 3);
	assert_int_equal(own.seeks.from, SHR_FROM_NOTHING);
	assert_int_equal(own.seeks.fit.count, 2);
	assert_int_equal(own.seeks.fit.values[0], 8);
	assert_int_equal(own.seeks.fit.values[1], 9);
	assert_int_equal(own.batch.fit.count, 0); /* nothing was scanned */

	/* Planned 1500 and all scanned: any batch that divides it. */
	assert_int_equal(predict(&machine, &cache, &large, &own, &call),
			 SHR_SCAN_AS_PREDICTED);
	assert_int_equal(own.seeks.from, SHR_FROM_VALUES);
	assert_int_equal(own.seeks.value, 8);
	assert_int_equal(own.batch.from, SHR_FROM_NOTHING);
	assert_true(own.batch.fit.count > 1);
	bool holds = false;

	for (uint32_t i = 0; i < own.batch.fit.count; i++) {
		int64_t left =
			shr_scan_loop(machine.gen, call.observed.value[SHR_PLANNED],
				      large.freeable, own.batch.fit.values[i])
				.left;

		assert_int_equal(left, call.observed.value[SHR_LEFT]);
		holds |= own.batch.fit.values[i] == 100;
	}
	assert_true(holds);
	machine_release(&machine);
	shr_instance_release(&own);
}

/* What all candidates agree on is foretold; where they differ, nothing is. */
static void test_candidates_agree(void **state)
{
	const struct cache super = { .callback = FAKE_SUPER,
				     .batch = 1024,
				     .seeks = 2 };
	const struct ask same = { .freeable = 1, .priority = 12 };
	const struct ask apart = { .freeable = 4096, .priority = 12 };
	struct shr_instance instance = instance_of(&super);
	struct machine machine;
	struct shr_call call;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T6);
	assert_int_equal(instance.seeks.fit.count, 2); /* 0 and 2 */
	predict(&machine, &super, &same, &instance, &call);
	check_amount(&call.predicted, SHR_DELTA, 0);
	assert_int_equal(instance.seeks.from, SHR_FROM_NOTHING);
	assert_int_equal(predict(&machine, &super, &apart, &instance, &call),
			 SHR_SCAN_AS_PREDICTED);
	check_amount(&call.predicted, SHR_DELTA, 2); /* of 2048 and 2, chosen */
	assert_int_equal(call.differ, 0);
	assert_int_equal(instance.seeks.from, SHR_FROM_VALUES);
	assert_int_equal(instance.seeks.value, 2);
	machine_release(&machine);
	shr_instance_release(&instance);
}

/* A delta that neither of two seeks gives is no prediction, and no match. */
static void test_candidates_refuse(void **state)
{
	const struct cache super = { .callback = FAKE_SUPER,
				     .batch = 1024,
				     .seeks = 2 };
	const struct ask apart = { .freeable = 4096, .priority = 12 };
	struct shr_instance instance = instance_of(&super), fresh = instance_of(&super);
	struct machine machine;
	struct shr_call call;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T6);
	struct shr_rules rules = rules_of(&machine);

	predict(&machine, &super, &apart, &instance, &call);
	call.instance = &fresh;
	call.start.delta = 3;
	shr_observe(&rules, &call);
	shr_predict(&rules, &call);
	assert_false(shr_amounts_has(&call.predicted, SHR_DELTA));
	assert_true(call.differ & 1u << SHR_DELTA);
	assert_int_equal(fresh.seeks.from, SHR_FROM_NOTHING);
	machine_release(&machine);
	shr_instance_release(&instance);
	shr_instance_release(&fresh);
}

/* A better source that values contradict: it stays, and what fits is shown. */
static void test_contradicted_source(void **state)
{
	const struct cache real = { .callback = FAKE_OWN, .batch = 300, .seeks = 4 };
	const struct cache said = { .callback = FAKE_OWN, .batch = 1024, .seeks = 2 };
	struct shr_instance own = instance_of(&real);
	struct machine machine;
	uint64_t seed = 99;
	int odd = 0;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T6);
	know(&own, &said);
	own.may_count = false;
	own.refusal = SHR_REFUSES_NEVER;
	for (int i = 0; i < 60; i++) {
		const struct ask ask = { .freeable = any_of(&seed, 2000, 20000) };
		struct shr_call call;

		predict(&machine, &real, &ask, &own, &call);
		assert_true(call.differ & 1u << SHR_DELTA);
		odd++;
	}
	assert_int_equal(own.seeks.from, SHR_FROM_IDENTITY);
	assert_int_equal(own.seeks.value, 2);
	assert_int_equal(own.seeks.contradicted, odd);
	assert_int_equal(own.seeks.fit.count, 1);
	assert_int_equal(own.seeks.fit.values[0], 4);
	assert_int_equal(own.batch.value, 1024);
	machine_release(&machine);
	shr_instance_release(&own);
}

/* The batch that the calls have is shown beside the one that was said. */
static void test_contradicted_batch(void **state)
{
	const struct cache real = { .callback = FAKE_EXT4, .batch = 300, .seeks = 2 };
	struct shr_instance ext4 = instance_of(&real);
	struct machine machine;
	uint64_t seed = 99;
	uint64_t wrong = 0;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T6);
	assert_int_equal(ext4.batch.value, 128);
	for (int i = 0; i < 60; i++) {
		const struct ask ask = { .freeable = any_of(&seed, 2000, 20000) };
		struct shr_call call;

		wrong += predict(&machine, &real, &ask, &ext4, &call) == SHR_SCAN_WRONG;
	}
	assert_true(wrong > 50);
	assert_int_equal(ext4.batch.contradicted, wrong);
	assert_int_equal(ext4.batch.from, SHR_FROM_TABLE);
	assert_int_equal(ext4.batch.value, 128);
	assert_int_equal(ext4.batch.fit.count, 1);
	assert_int_equal(ext4.batch.fit.values[0], 300);
	machine_release(&machine);
	shr_instance_release(&ext4);
}

/* Without addresses calls of several shrinkers come as one: nothing is inferred. */
static void test_anonymous(void **state)
{
	const struct cache one = { .callback = FAKE_OWN, .batch = 100, .seeks = 2 };
	const struct cache two = { .callback = FAKE_OWN, .batch = 777, .seeks = 0 };
	struct shr_instance own = instance_of(&one);
	struct machine machine;
	uint64_t seed = 5;

	(void)state;
	own.anonymous = true;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T6);
	for (int i = 0; i < 50; i++) {
		const struct ask ask = { .freeable = any_of(&seed, 2000, 20000) };
		struct shr_call call;

		assert_int_equal(
			predict(&machine, i & 1 ? &one : &two, &ask, &own, &call),
			SHR_SCAN_AS_PREDICTED);
		assert_int_equal(call.differ, 0);
	}
	assert_int_equal(own.batch.from, SHR_FROM_NOTHING);
	assert_int_equal(own.seeks.from, SHR_FROM_NOTHING);
	machine_release(&machine);
	shr_instance_release(&own);
}

/*
 * The minimum of 4.19.0 is the batch or freeable.  Where the batch is not known delta
 * is foretold only beyond freeable, and between the two anything may be.
 */
static void test_min_scan_without_batch(void **state)
{
	const struct cache cache = { .callback = FAKE_OWN, .batch = 512, .seeks = 2 };
	const struct ask low = { .freeable = 3000, .priority = 12 };
	const struct ask high = { .freeable = 3000 };
	struct shr_instance own = instance_of(&cache);
	struct machine machine;
	struct shr_call call;

	(void)state;
	own.seeks = (struct shr_param){ .from = SHR_FROM_IDENTITY, .value = 2 };
	machine_init(&machine, SHR_GEN_4_19_0, SHR_LAYOUT_T4);
	struct shr_rules rules = rules_of(&machine);

	predict(&machine, &cache, &low, &own, &call);
	check_amount(&call.observed, SHR_DELTA, 512);
	assert_false(shr_amounts_has(&call.predicted, SHR_DELTA));
	assert_int_equal(call.differ, 0);
	call.start.delta = 3001;
	shr_observe(&rules, &call);
	shr_predict(&rules, &call);
	assert_true(call.differ & 1u << SHR_DELTA);
	predict(&machine, &cache, &high, &own, &call);
	check_amount(&call.predicted, SHR_DELTA, 6000);
	machine_release(&machine);
	shr_instance_release(&own);
}

/* A refusal says nothing of a batch: not against a source that names one. */
static void test_refusals_are_no_contradiction(void **state)
{
	const struct cache cache = { .callback = FAKE_OWN, .batch = 128, .seeks = 2 };
	const struct ask refused = { .freeable = 5000, .stops = true };
	struct shr_instance own = instance_of(&cache);
	struct machine machine;
	struct shr_call call;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T6);
	know(&own, &cache);
	assert_int_equal(predict(&machine, &cache, &refused, &own, &call),
			 SHR_SCAN_STOPPED);
	assert_int_equal(own.batch.fit.count, 0);
	assert_int_equal(own.batch.contradicted, 0);
	machine_release(&machine);
	shr_instance_release(&own);
}

/* Nor for a large one, though it looks like that. */
static void test_refusals_are_no_evidence(void **state)
{
	const struct cache cache = { .callback = FAKE_OWN, .batch = 128, .seeks = 2 };
	const struct ask refused = { .freeable = 5000, .stops = true };
	const struct ask scanned = { .freeable = 5003 };
	struct shr_instance own = instance_of(&cache);
	struct machine machine;
	struct shr_call call;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T6);
	for (int i = 0; i < 10; i++)
		predict(&machine, &cache, &refused, &own, &call);
	assert_int_equal(own.batch.from, SHR_FROM_NOTHING);
	assert_int_equal(own.batch.fit.count, 0);
	for (int i = 0; i < 10; i++)
		predict(&machine, &cache, &scanned, &own, &call);
	assert_int_equal(own.batch.contradicted, 0);
	bool holds = false;

	for (uint32_t i = 0; i < own.batch.fit.count; i++)
		holds |= own.batch.fit.values[i] == 128;
	assert_true(holds);
	machine_release(&machine);
	shr_instance_release(&own);
}

/* 3.0.39 knew no other batch than 128, whatever a table says of later kernels. */
static void test_fixed_batch(void **state)
{
	const struct cache super = { .callback = FAKE_OLD_SUPER,
				     .batch = 1024,
				     .seeks = 2 };
	const struct ask ask = { .freeable = 1300 };
	struct shr_instance instance = instance_of(&super);
	struct machine machine;
	struct shr_call call;

	(void)state;
	assert_int_equal(instance.batch.value, 1024);
	machine_init(&machine, SHR_GEN_3_0_39, SHR_LAYOUT_T1);
	check_exact(&call, predict(&machine, &super, &ask, &instance, &call), "3.0.39");
	assert_true(call.observed.value[SHR_LEFT] < 128);
	machine_release(&machine);
	shr_instance_release(&instance);
}

/* A capture of a 32-bit kernel: its long wraps. */
static void test_long_size(void **state)
{
	const struct cache cache = { .callback = FAKE_OWN, .batch = 128, .seeks = 2 };
	const struct ask ask = { .freeable = 0x60000000, .priority = 1 };
	struct shr_instance own = instance_of(&cache);
	struct machine machine;
	struct shr_call call;

	(void)state;
	know(&own, &cache);
	machine_init(&machine, SHR_GEN_5_0, SHR_LAYOUT_T5);
	machine.long_size = 4;
	check_exact(&call, predict(&machine, &cache, &ask, &own, &call), "32 bits");
	struct shr_rules wide = rules_of(&machine);

	wide.long_size = 8;
	shr_predict(&wide, &call);
	assert_int_not_equal(call.differ, 0);
	machine_release(&machine);
	shr_instance_release(&own);
}

/* No call contradicts the generation it ran on, alone or not. */
static void test_contradicts_never_its_own(void **state)
{
	uint64_t seed = 31337;

	(void)state;
	for (unsigned id = 0; id < SHR_GEN_COUNT; id++) {
		const struct shr_generation *gen = shr_generation_get(id);
		const struct cache cache = { .callback = FAKE_OWN,
					     .batch = 256,
					     .seeks = 2 };
		struct shr_instance own = instance_of(&cache);
		struct machine machine;

		know(&own, &cache);
		machine_init(&machine, id, any_layout(gen));
		struct shr_rules rules = rules_of(&machine);

		for (int i = 0; i < 300; i++) {
			const struct ask ask = {
				.freeable = any_of(&seed, 1, 20000),
				.priority = (int)any_of(&seed, 0, 12),
				.nid = (int32_t)any_of(&seed, 0, 1),
				.stops = id >= SHR_GEN_3_12 && !any_of(&seed, 0, 3),
				.stop_after = (unsigned)any_of(&seed, 0, 3),
			};
			struct shr_call call;

			machine_call(&machine, &cache, &ask);
			machine_joined(&machine, &call);
			call.instance = &own;
			if (shr_contradicts(&rules, &call, true) ||
			    shr_contradicts(&rules, &call, false))
				fail_msg("%s: call %d, freeable %lld", gen->name, i,
					 (long long)ask.freeable);
		}
		machine_release(&machine);
		shr_instance_release(&own);
	}
}

/* What others add in the meantime contradicts only a call that was alone. */
static void test_contradicts_alone(void **state)
{
	const struct cache ext4 = { .callback = FAKE_EXT4, .seeks = 2 };
	const struct ask ask = { .freeable = 5000 };
	struct shr_instance instance = instance_of(&ext4);
	struct machine machine;
	struct shr_call call;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T6);
	struct shr_rules rules = rules_of(&machine);

	machine_call(&machine, &ext4, &ask);
	machine_joined(&machine, &call);
	call.instance = &instance;
	call.end.new_scan += 17;
	assert_true(shr_contradicts(&rules, &call, true));
	assert_false(shr_contradicts(&rules, &call, false));
	/* Nobody takes from it without leaving 0. */
	call.end.new_scan -= 18;
	assert_true(shr_contradicts(&rules, &call, false));
	machine_release(&machine);

	/* Before 3.16 that is all there is to tell what was left. */
	machine_init(&machine, SHR_GEN_3_12, SHR_LAYOUT_T2);
	rules = rules_of(&machine);
	machine_call(&machine, &ext4, &ask);
	machine_joined(&machine, &call);
	call.instance = &instance;
	call.end.new_scan += 17;
	assert_true(shr_contradicts(&rules, &call, true));
	assert_false(shr_contradicts(&rules, &call, false));
	machine_release(&machine);
	shr_instance_release(&instance);
}

/*
 * From 3.2 to 3.15 the end's values have what others added meanwhile in them: of a call
 * that was not alone they do not say what its loop left.
 */
static void check_others_in_left(const struct cache *cache, bool alone, bool known)
{
	const struct ask ask = { .freeable = 5000, .priority = 0 };
	struct machine machine;
	struct shr_call call;
	struct shr_instance instance = instance_of(cache);

	machine_init(&machine, SHR_GEN_3_12, SHR_LAYOUT_T2);
	struct shr_rules rules = rules_of(&machine);

	machine_call(&machine, cache, &ask);
	machine_joined(&machine, &call);
	const int64_t left = call.end.new_scan;

	call.instance = &instance;
	call.alone = alone;
	call.end.new_scan += 17;
	shr_observe(&rules, &call);
	enum shr_scan_fault fault = shr_predict(&rules, &call);

	assert_int_equal(shr_amounts_has(&call.observed, SHR_LEFT), alone || known);
	if (known)
		assert_int_equal(fault, alone ? SHR_SCAN_WRONG : SHR_SCAN_AS_PREDICTED);
	assert_int_equal(call.store_known, alone || known);
	if (!alone && known)
		assert_int_equal(call.store, left);
	/* A batch that is not known is not fitted to that. */
	if (!known)
		assert_int_equal(instance.batch.fit.count != 0, alone);
	machine_release(&machine);
	shr_instance_release(&instance);
}

static void test_others_in_left(void **state)
{
	const struct cache ext4 = { 0x1000, FAKE_EXT4, 0, 2, false, false, 0 };
	const struct cache own = { 0x2000, FAKE_OWN, 96, 2, false, false, 0 };

	(void)state;
	check_others_in_left(&ext4, true, true);
	check_others_in_left(&ext4, false, true);
	check_others_in_left(&own, true, false);
	check_others_in_left(&own, false, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_observe),
		cmocka_unit_test(test_observe_negative_total),
		cmocka_unit_test(test_observe_unknown),
		cmocka_unit_test(test_each_generation),
		cmocka_unit_test(test_foreseen_refusals),
		cmocka_unit_test(test_unknown_gfp),
		cmocka_unit_test(test_refusal_that_did_not_happen),
		cmocka_unit_test(test_unforeseen_stops),
		cmocka_unit_test(test_impossible_stop),
		cmocka_unit_test(test_own_count),
		cmocka_unit_test(test_wrong_scan),
		cmocka_unit_test(test_no_stop_within_a_batch),
		cmocka_unit_test(test_differ),
		cmocka_unit_test(test_without_amounts),
		cmocka_unit_test(test_inference),
		cmocka_unit_test(test_several_candidates),
		cmocka_unit_test(test_candidates_agree),
		cmocka_unit_test(test_candidates_refuse),
		cmocka_unit_test(test_contradicted_source),
		cmocka_unit_test(test_contradicted_batch),
		cmocka_unit_test(test_anonymous),
		cmocka_unit_test(test_min_scan_without_batch),
		cmocka_unit_test(test_refusals_are_no_contradiction),
		cmocka_unit_test(test_refusals_are_no_evidence),
		cmocka_unit_test(test_fixed_batch),
		cmocka_unit_test(test_long_size),
		cmocka_unit_test(test_contradicts_never_its_own),
		cmocka_unit_test(test_contradicts_alone),
		cmocka_unit_test(test_others_in_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
