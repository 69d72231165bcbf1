/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shrinkers that come and go: who lives at an address, who has an id, and what is left
 * of the counters of those that were there before.
 */
#include "core/replay/instances.h"

#include "core/replay/counters.h"
#include "core/replay/doubt.h"
#include "core/replay/lane.h"
#include "tests/unit/replayed.h"

enum { HERE = 0x8000 };

/* A call at @address, with the identity that @has says. */
static struct shr_call call_at(uint64_t address, uint64_t callback, uint32_t has,
			       int32_t id, int32_t seeks)
{
	return (struct shr_call){
		.shrinker = address,
		.callback = callback,
		.has = SHR_HAS_SHRINKER | SHR_HAS_CALLBACK,
		.identity_has = has,
		.identity = { .id = id, .seeks = seeks },
	};
}

struct lab {
	struct fake_source fake;
	struct shr_instances instances;
};

static void lab_init(struct lab *lab)
{
	*lab = (struct lab){ 0 };
	fake_init(&lab->fake, SHR_LAYOUT_T6, "6.12.95");
	lab->instances.src = &lab->fake.src;
}

static struct shr_instance *find(struct lab *lab, struct shr_call *call)
{
	struct shr_err err;

	assert_int_equal(shr_instances_find(&lab->instances, call, &err), 0);
	assert_non_null(call->instance);
	return call->instance;
}

/* Whether @second, after @first at the same address, is another shrinker. */
static void check_pair(struct shr_call first, struct shr_call second, bool other)
{
	struct lab lab;

	lab_init(&lab);
	struct shr_instance *before = find(&lab, &first);
	struct shr_instance *after = find(&lab, &second);

	assert_int_equal(first.reuse, SHR_REUSE_NONE);
	assert_null(first.before);
	assert_int_equal(after != before, other);
	assert_int_equal(second.reuse, other ? SHR_REUSE_ADDRESS : SHR_REUSE_NONE);
	assert_ptr_equal(second.before, other ? before : NULL);
	assert_int_equal(lab.instances.count, other ? 2 : 1);
	/* Whoever came last lives there now, and takes nobody's place again. */
	struct shr_call again = second;

	again.reuse = SHR_REUSE_NONE;
	assert_ptr_equal(find(&lab, &again), after);
	assert_int_equal(again.reuse, SHR_REUSE_NONE);
	shr_instances_release(&lab.instances);
}

static void test_who_lives_there(void **state)
{
	const uint32_t both = SHR_HAS_ID | SHR_HAS_SEEKS;

	(void)state;
	check_pair(call_at(HERE, FAKE_SUPER, 0, 0, 0),
		   call_at(HERE, FAKE_SUPER, 0, 0, 0), false);
	check_pair(call_at(HERE, FAKE_SUPER, 0, 0, 0), call_at(HERE, FAKE_OWN, 0, 0, 0),
		   true);
	check_pair(call_at(HERE, FAKE_SUPER, both, 7, 2),
		   call_at(HERE, FAKE_SUPER, both, 7, 2), false);
	check_pair(call_at(HERE, FAKE_SUPER, both, 7, 2),
		   call_at(HERE, FAKE_SUPER, both, 8, 2), true);
	check_pair(call_at(HERE, FAKE_SUPER, both, 7, 2),
		   call_at(HERE, FAKE_SUPER, both, 7, 4), true);
}

/* What was not recorded says nothing. */
static void test_unknown_is_no_other(void **state)
{
	(void)state;
	check_pair(call_at(HERE, FAKE_SUPER, 0, 0, 0),
		   call_at(HERE, FAKE_SUPER, SHR_HAS_ID, 8, 0), false);
	check_pair(call_at(HERE, FAKE_SUPER, SHR_HAS_ID, 7, 0),
		   call_at(HERE, FAKE_SUPER, 0, 8, 0), false);
	check_pair(call_at(HERE, FAKE_SUPER, SHR_HAS_ID, 7, 0),
		   call_at(HERE, FAKE_SUPER, SHR_HAS_SEEKS, 0, 4), false);
}

static void test_labels(void **state)
{
	struct lab lab;
	struct shr_call one = call_at(HERE, FAKE_SUPER, 0, 0, 0);
	struct shr_call two = call_at(2 * HERE, FAKE_SUPER, 0, 0, 0);
	struct shr_call own = call_at(HERE, FAKE_OWN, 0, 0, 0);

	(void)state;
	lab_init(&lab);
	assert_string_equal(find(&lab, &one)->label, "super_cache_scan");
	assert_string_equal(find(&lab, &two)->label, "super_cache_scan#2");
	assert_string_equal(find(&lab, &own)->label, "own_scan");
	assert_int_equal(own.instance->ordinal, 2);
	assert_int_equal(own.instance->address, HERE);
	shr_instances_release(&lab.instances);
}

/* Who has an id is the heir of who had it last, wherever either lives. */
static void test_heirs(void **state)
{
	struct lab lab;
	struct shr_call first = call_at(HERE, FAKE_SUPER, SHR_HAS_ID, 7, 0);
	struct shr_call other = call_at(2 * HERE, FAKE_SUPER, SHR_HAS_ID, 8, 0);
	struct shr_call heir = call_at(3 * HERE, FAKE_SHADOW, SHR_HAS_ID, 7, 0);

	(void)state;
	lab_init(&lab);
	assert_null(find(&lab, &first)->inherits);
	assert_null(find(&lab, &other)->inherits);
	assert_ptr_equal(find(&lab, &heir)->inherits, first.instance);
	assert_true(heir.instance->id_known);
	assert_int_equal(heir.instance->id, 7);
	assert_int_equal(heir.reuse, SHR_REUSE_NONE);
	shr_instances_release(&lab.instances);
}

static void test_renew(void **state)
{
	struct lab lab;
	struct shr_err err;
	struct shr_call first = call_at(HERE, FAKE_SUPER, 0, 0, 0);
	struct shr_call second = first;

	(void)state;
	lab_init(&lab);
	struct shr_instance *before = find(&lab, &first);

	assert_ptr_equal(find(&lab, &second), before);
	assert_int_equal(shr_instances_renew(&lab.instances, &second, &err), 0);
	assert_ptr_not_equal(second.instance, before);
	assert_int_equal(second.reuse, SHR_REUSE_ADDRESS);
	assert_ptr_equal(second.before, before);
	assert_ptr_equal(find(&lab, &first), second.instance);
	shr_instances_release(&lab.instances);
}

static const struct cache super = {
	0xffff888001000000, FAKE_SUPER, 1024, 2, true, true, 0
};
static const struct cache shadow = {
	0xffff888002000000, FAKE_SHADOW, 0, 0, true, true, 0
};
static const struct cache own = { 0xffff888001000000, FAKE_OWN, 0, 2, true, true, 0 };
static const struct cache ext4 = {
	0xffff888003000000, FAKE_EXT4, 0, 2, false, false, 0
};

static const uint64_t memcgs[] = { 1, 20, 30 };

static void visit(struct machine *machine, const struct cache *cache, uint64_t memcg,
		  int64_t freeable)
{
	for (int32_t nid = 0; nid < 2; nid++)
		machine_call(machine, cache,
			     &(struct ask){ .nid = nid,
					    .memcg = memcg,
					    .priority = 4,
					    .freeable = freeable + 100 * nid });
}

static void visit_all(struct machine *machine, const struct cache *cache)
{
	for (size_t i = 0; i < COUNT(memcgs); i++)
		visit(machine, cache, memcgs[i], 700 + 50 * (int64_t)i);
}

/*
 * @first is freed, and @heir gets its id, with what memcgs hold under it; in memcg 20
 * on node 1 that is @more than was left there.
 */
static void take_over(struct replayed *replayed, const struct cache *first,
		      const struct cache *heir, int64_t more)
{
	struct machine machine;

	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T7);
	machine.identity = IDENTITY_AFTER;
	machine_register(&machine, &shadow);
	machine_register(&machine, first);
	visit_all(&machine, &shadow);
	visit_all(&machine, first);
	machine_unregister(&machine, first);
	machine_register(&machine, heir);
	*machine_counter(&machine, heir, 1, 20) += more;
	visit_all(&machine, &shadow);
	visit_all(&machine, heir);
	replayed_machine(replayed, &machine, "7.2.13", false);
	machine_release(&machine);
}

/* The last call of @first for that node and memcg, whose remainder stays there. */
static const struct shr_call *left_by(const struct replayed *replayed,
				      const struct shr_call *heir)
{
	for (size_t i = 0; i < replayed->count; i++) {
		const struct shr_call *call = &replayed->calls[i];

		if (call->instance == heir->before && call->nid == heir->nid &&
		    call->cgroup == heir->cgroup)
			return call;
	}
	fail_msg("nobody was there before");
	return NULL;
}

static void check_heirs(const struct replayed *replayed, const struct cache *first)
{
	size_t heirs = 0;

	for (size_t i = 0; i < replayed->count; i++) {
		const struct shr_call *call = &replayed->calls[i];

		if (call->verdict == SHR_EXACT)
			continue;
		assert_int_equal(call->verdict, SHR_REUSED);
		assert_int_equal(call->reuse, SHR_REUSE_ID);
		assert_non_null(call->before);
		assert_int_equal(call->before->callback, first->callback);
		assert_int_equal(call->before->id, call->instance->id);
		assert_true(call->inherited > 0);
		assert_int_equal(call->inherited, call->start.deferred);
		assert_int_equal(call->inherited,
				 left_by(replayed, call)->end.new_scan);
		assert_int_equal(call->predicted.value[SHR_DEFERRED],
				 call->start.deferred);
		heirs++;
	}
	assert_int_equal(heirs, 2 * COUNT(memcgs));
}

static void test_id_taken_over(void **state)
{
	static const struct cache elsewhere = {
		0xffff888009000000, FAKE_SUPER, 1024, 2, true, true, 0
	};
	struct replayed replayed;

	(void)state;
	take_over(&replayed, &super, &own, 0);
	check_heirs(&replayed, &super);
	replayed_release(&replayed);
	take_over(&replayed, &super, &elsewhere, 0);
	check_heirs(&replayed, &super);
	replayed_release(&replayed);
}

static void test_id_taken_over_with_another_amount(void **state)
{
	static const int64_t mores[] = { 1, -1, 1000 };
	struct replayed replayed;

	(void)state;
	for (size_t i = 0; i < COUNT(mores); i++) {
		take_over(&replayed, &super, &own, mores[i]);
		assert_int_equal(replayed_last(&replayed, &own, 1, 20)->verdict,
				 SHR_UNEXPLAINED);
		assert_int_equal(replayed_count(&replayed, SHR_UNEXPLAINED), 1);
		assert_int_equal(replayed_count(&replayed, SHR_REUSED),
				 2 * COUNT(memcgs) - 1);
		replayed_release(&replayed);
	}
}

/* Without a recorded id another callback tells, and the counters are not foretold. */
static void test_other_callback(void **state)
{
	struct machine machine;
	struct replayed replayed;

	(void)state;
	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T7);
	visit_all(&machine, &super);
	visit_all(&machine, &own);
	replayed_machine(&replayed, &machine, "7.2.13", false);
	const struct shr_call *first = &replayed.calls[2 * COUNT(memcgs)];

	assert_int_equal(first->verdict, SHR_REUSED);
	assert_int_equal(first->reuse, SHR_REUSE_ADDRESS);
	assert_ptr_equal(first->before, replayed.calls[0].instance);
	assert_int_equal(replayed_count(&replayed, SHR_REUSED), 1);
	assert_int_equal(replayed_count(&replayed, SHR_EXACT), replayed.count - 1);
	replayed_release(&replayed);
	machine_release(&machine);
}

/*
 * The address of a shrinker that is not memcg-aware comes back with the same callback:
 * its counter is 0, and hardly anything is in its cache (@freeable).
 */
static void come_back(struct replayed *replayed, int64_t freeable)
{
	struct machine machine;

	machine_init(&machine, SHR_GEN_5_13, SHR_LAYOUT_T7);
	machine_register(&machine, &ext4);
	visit(&machine, &ext4, 1, 50000);
	visit(&machine, &ext4, 1, 50000);
	assert_true(*machine_counter(&machine, &ext4, 0, 0) > 0);
	machine_unregister(&machine, &ext4);
	machine_register(&machine, &ext4);
	visit(&machine, &ext4, 1, freeable);
	replayed_machine(replayed, &machine, "7.2.13", false);
	machine_release(&machine);
}

static void test_comes_back(void **state)
{
	struct replayed replayed;

	(void)state;
	come_back(&replayed, 800);
	assert_int_equal(replayed_count(&replayed, SHR_REUSED), 1);
	assert_int_equal(replayed_count(&replayed, SHR_EXACT), replayed.count - 1);
	assert_int_equal(replayed.calls[4].verdict, SHR_REUSED);
	assert_string_equal(replayed.calls[4].before->label, "ext4_es_scan");
	assert_string_equal(replayed.calls[4].instance->label, "ext4_es_scan#2");
	replayed_release(&replayed);
	/* A cache that is as it was is the one that was there. */
	come_back(&replayed, 50000);
	assert_int_equal(replayed_count(&replayed, SHR_REUSED), 0);
	assert_int_equal(replayed_count(&replayed, SHR_UNEXPLAINED), 1);
	replayed_release(&replayed);
}

/* Starts on counters of one shrinker, that hold something each. */
struct doubts {
	struct shr_instance instance;
	struct shr_counter counters[3];
	struct shr_call calls[3];
};

static void doubts_init(struct doubts *doubts)
{
	*doubts = (struct doubts){ 0 };
	for (size_t i = 0; i < COUNT(doubts->calls); i++) {
		struct shr_call *call = &doubts->calls[i];

		doubts->counters[i] = (struct shr_counter){ .value = 40,
							    .known = true,
							    .freeable = 900 };
		call->instance = &doubts->instance;
		call->counter = &doubts->counters[i];
		call->introduced = true;
		call->start.freeable = 900;
		call->begins.kind = SHR_STEP_START;
		call->begins.call = call;
		if (i)
			doubts->calls[i - 1].begins.next = &call->begins;
	}
}

static void test_is_renewed(void **state)
{
	struct doubts doubts;
	const struct shr_step *step = &doubts.calls[0].begins;

	(void)state;
	doubts_init(&doubts);
	assert_true(shr_doubt_is_renewed(step));
	/* Some counter holds something still. */
	doubts.calls[2].start.deferred = 40;
	assert_false(shr_doubt_is_renewed(step));
	/* It does not count where it held nothing, or where it was not known. */
	doubts.counters[2].value = 0;
	assert_true(shr_doubt_is_renewed(step));
	doubts.counters[1].known = false;
	assert_false(shr_doubt_is_renewed(step));
	/* One counter alone needs a cache that has collapsed. */
	doubts.calls[0].start.freeable = 900 / 16;
	assert_false(shr_doubt_is_renewed(step));
	doubts.calls[0].start.freeable = 900 / 16 - 1;
	assert_true(shr_doubt_is_renewed(step));
}

static void test_is_not_renewed(void **state)
{
	struct doubts doubts;
	const struct shr_step *step = &doubts.calls[0].begins;

	(void)state;
	doubts_init(&doubts);
	doubts.calls[0].start.deferred = 1;
	assert_false(shr_doubt_is_renewed(step));
	doubts_init(&doubts);
	doubts.counters[0].value = 0;
	assert_false(shr_doubt_is_renewed(step));
	/* An id that was recorded would have told. */
	doubts_init(&doubts);
	doubts.instance.id_known = true;
	assert_false(shr_doubt_is_renewed(step));
}

/* Only a lane that is inferred, and that nothing has shown to be right, has rivals. */
static void test_rivals(void **state)
{
	struct doubts doubts;
	struct shr_counters counters = { 0 };
	struct shr_lane lanes[3] = { { .number = 1 },
				     { .number = 2 },
				     { .number = 3 } };
	struct shr_call *call = &doubts.calls[0];

	(void)state;
	doubts_init(&doubts);
	for (size_t i = 0; i < COUNT(lanes); i++) {
		doubts.counters[i].lane = &lanes[i];
		doubts.counters[i].next_of_instance = doubts.instance.counters;
		doubts.instance.counters = &doubts.counters[i];
	}
	call->lane = &lanes[0];
	call->memcg_from = SHR_MEMCG_EVENT;
	assert_false(shr_doubt_lane(&counters, call));
	call->memcg_from = SHR_MEMCG_INFERRED;
	doubts.counters[1].sure = true;
	assert_true(shr_doubt_lane(&counters, call));
	assert_true(call->unsure);
	assert_ptr_equal(call->rivals[0], &lanes[0]);
	assert_ptr_equal(call->rivals[1], &lanes[2]);
	assert_null(call->rivals[2]);
	doubts.counters[0].sure = true;
	assert_false(shr_doubt_lane(&counters, call));
	assert_false(call->unsure);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_lives_there),
		cmocka_unit_test(test_unknown_is_no_other),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_heirs),
		cmocka_unit_test(test_renew),
		cmocka_unit_test(test_id_taken_over),
		cmocka_unit_test(test_id_taken_over_with_another_amount),
		cmocka_unit_test(test_other_callback),
		cmocka_unit_test(test_comes_back),
		cmocka_unit_test(test_is_renewed),
		cmocka_unit_test(test_is_not_renewed),
		cmocka_unit_test(test_rivals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
