/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memcgs that end and leave what they had deferred to their parents: who left what to
 * whom must be named, and add up; one object more or less must not.
 */
#include "core/replay/reparent.h"

#include "core/replay/lane.h"
#include "tests/unit/replayed.h"

enum { NODES = 2, FIRST = 0, LATE = 2 };

static const struct cache caches[] = {
	{ 0xffff888001000000, FAKE_SUPER, 1024, 2, true, true, 0 },
	{ 0xffff888002000000, FAKE_SHADOW, 0, 0, true, true, 0 },
	{ 0xffff888003000000, FAKE_SUPER, 1024, 2, true, true, 0 },
};

static void init(struct machine *machine)
{
	machine_init(machine, SHR_GEN_5_13, SHR_LAYOUT_T7);
}

static void call(struct machine *machine, size_t cache, int32_t nid, uint64_t memcg,
		 int64_t freeable)
{
	machine_call(machine, &caches[cache],
		     &(struct ask){ .nid = nid,
				    .memcg = memcg,
				    .priority = 4,
				    .freeable = freeable });
}

/* Call the first @count caches for @memcg on both nodes; no two amounts are alike. */
static void visit(struct machine *machine, uint64_t memcg, size_t count)
{
	for (int32_t nid = 0; nid < NODES; nid++)
		for (size_t i = 0; i < count; i++)
			call(machine, i, nid, memcg,
			     600 + 37 * (int64_t)memcg + 101 * (int64_t)i + 13 * nid);
}

static void end_memcg(struct machine *machine, uint64_t memcg, uint64_t parent,
		      bool recorded)
{
	if (recorded)
		machine_cgroup(machine, SHR_CGROUP_RMDIR, memcg);
	machine_offline(machine, memcg, parent);
}

static int64_t held(struct machine *machine, size_t cache, int32_t nid, uint64_t memcg)
{
	return *machine_counter(machine, &caches[cache], nid, memcg);
}

/* What it took is what calls had left there and what the memcgs named left. */
static void check_sums(const struct shr_call *call)
{
	int64_t left = 0;

	assert_int_equal(call->verdict, SHR_REPARENTED);
	assert_in_range(call->legacies.count, 1, SHR_PARTS);
	for (uint32_t i = 0; i < call->legacies.count; i++) {
		assert_true(call->legacies.legacy[i].amount > 0);
		assert_ptr_equal(call->legacies.legacy[i].lane->into, call->lane);
		left += call->legacies.legacy[i].amount;
	}
	assert_int_equal(call->inherited, left);
	assert_int_equal(call->start.deferred, call->gave.total + left);
	assert_int_equal(call->predicted.value[SHR_DEFERRED], call->start.deferred);
}

/* All that was deferred for a machine that only reparents must be accounted for. */
static void check_calls(const struct replayed *replayed, size_t reparented)
{
	assert_int_equal(replayed_count(replayed, SHR_REPARENTED), reparented);
	assert_int_equal(replayed_count(replayed, SHR_EXACT),
			 replayed->count - reparented);
	for (size_t i = 0; i < replayed->count; i++)
		if (replayed->calls[i].verdict == SHR_REPARENTED)
			check_sums(&replayed->calls[i]);
}

static void check_legacy(const struct shr_call *call, uint32_t i, uint64_t cgroup,
			 int64_t amount)
{
	assert_true(i < call->legacies.count);
	assert_int_equal(call->legacies.legacy[i].lane->cgroup, cgroup);
	assert_int_equal(call->legacies.legacy[i].amount, amount);
}

static void check_every_counter(bool recorded)
{
	const size_t count = COUNT(caches);
	int64_t left[COUNT(caches)][NODES];
	struct machine machine;
	struct replayed replayed;

	init(&machine);
	visit(&machine, 1, count);
	visit(&machine, 20, count);
	visit(&machine, 30, count);
	for (size_t i = 0; i < count; i++)
		for (int32_t nid = 0; nid < NODES; nid++)
			left[i][nid] = held(&machine, i, nid, 30);
	end_memcg(&machine, 30, 1, recorded);
	visit(&machine, 20, count);
	visit(&machine, 1, count);
	replayed_machine(&replayed, &machine, "7.2.13", false);
	check_calls(&replayed, count * NODES);
	for (size_t i = 0; i < count; i++)
		for (int32_t nid = 0; nid < NODES; nid++) {
			const struct shr_call *last =
				replayed_last(&replayed, &caches[i], nid, 1);

			assert_int_equal(last->legacies.count, 1);
			check_legacy(last, 0, 30, left[i][nid]);
			assert_int_equal(last->legacies.legacy[0].lane->rmdir_ns != 0,
					 recorded);
		}
	replayed_release(&replayed);
	machine_release(&machine);
}

static void test_every_counter(void **state)
{
	(void)state;
	check_every_counter(true);
	check_every_counter(false);
}

/* The parent's call on a shrinker it was not called for before; it had @own there. */
static void meet_later(struct replayed *replayed, int64_t own, int64_t *left)
{
	struct machine machine;

	init(&machine);
	visit(&machine, 1, LATE);
	visit(&machine, 30, COUNT(caches));
	*left = held(&machine, LATE, 0, 30);
	end_memcg(&machine, 30, 1, true);
	*machine_counter(&machine, &caches[LATE], 0, 1) += own;
	visit(&machine, 1, COUNT(caches));
	replayed_machine(replayed, &machine, "7.2.13", false);
	machine_release(&machine);
}

/* What it had itself is not known; the rest is still named. */
static void test_parent_meets_it_later(void **state)
{
	static const int64_t owns[] = { 0, 77 };
	struct replayed replayed;
	int64_t left;

	(void)state;
	for (size_t i = 0; i < COUNT(owns); i++) {
		meet_later(&replayed, owns[i], &left);
		const struct shr_call *last =
			replayed_last(&replayed, &caches[LATE], 0, 1);

		assert_int_equal(last->verdict, SHR_REPARENTED);
		assert_int_equal(last->start.deferred, left + owns[i]);
		assert_false(shr_amounts_has(&last->predicted, SHR_DEFERRED));
		assert_int_equal(last->inherited, left);
		check_legacy(last, 0, 30, left);
		assert_int_equal(replayed_count(&replayed, SHR_UNEXPLAINED), 0);
		replayed_release(&replayed);
	}
}

/* A counter that holds less than what was left to it contradicts that. */
static void test_parent_has_less(void **state)
{
	struct replayed replayed;
	int64_t left;

	(void)state;
	meet_later(&replayed, -1, &left);
	const struct shr_call *last = replayed_last(&replayed, &caches[LATE], 0, 1);

	assert_int_equal(last->start.deferred, left - 1);
	assert_int_not_equal(last->verdict, SHR_REPARENTED);
	assert_int_equal(last->inherited, 0);
	replayed_release(&replayed);
}

/* The child's counters are read and not cleared: its parent takes them with its own. */
static void test_nested(void **state)
{
	struct machine machine;
	struct replayed replayed;

	(void)state;
	init(&machine);
	visit(&machine, 1, COUNT(caches));
	visit(&machine, 20, COUNT(caches));
	visit(&machine, 30, COUNT(caches));
	end_memcg(&machine, 30, 20, true);
	visit(&machine, 20, COUNT(caches));
	int64_t left = held(&machine, FIRST, 1, 20);

	end_memcg(&machine, 20, 1, true);
	visit(&machine, 1, COUNT(caches));
	replayed_machine(&replayed, &machine, "7.2.13", false);
	check_calls(&replayed, 2 * COUNT(caches) * NODES);
	const struct shr_call *last = replayed_last(&replayed, &caches[FIRST], 1, 1);

	assert_int_equal(last->legacies.count, 1);
	check_legacy(last, 0, 20, left);
	replayed_release(&replayed);
	machine_release(&machine);
}

static void check_several(const uint64_t *ended, size_t count, bool recorded)
{
	struct machine machine;
	struct replayed replayed;

	init(&machine);
	visit(&machine, 1, COUNT(caches));
	visit(&machine, 90, COUNT(caches));
	for (size_t i = 0; i < count; i++)
		visit(&machine, ended[i], COUNT(caches));
	for (size_t i = 0; i < count; i++)
		end_memcg(&machine, ended[i], 1, recorded);
	visit(&machine, 90, COUNT(caches));
	visit(&machine, 1, COUNT(caches));
	replayed_machine(&replayed, &machine, "7.2.13", false);
	check_calls(&replayed, COUNT(caches) * NODES);
	const struct shr_call *last = replayed_last(&replayed, &caches[FIRST], 0, 1);

	assert_int_equal(last->legacies.count, count);
	for (size_t i = 0; i < count; i++) {
		bool named = false;

		for (size_t k = 0; k < count; k++)
			named |= last->legacies.legacy[k].lane->cgroup == ended[i] &&
				 last->legacies.legacy[k].amount ==
					 held(&machine, FIRST, 0, ended[i]);
		assert_true(named);
	}
	replayed_release(&replayed);
	machine_release(&machine);
}

static void test_several_at_once(void **state)
{
	static const uint64_t ended[] = { 20, 30, 40, 50 };

	(void)state;
	for (size_t count = 2; count <= COUNT(ended); count++) {
		check_several(ended, count, true);
		check_several(ended, count, false);
	}
}

/*
 * No end is recorded.  Between two that fell silent and ended so did one that goes on,
 * and another that goes on holds as much as both.
 */
static void test_among_those_that_go_on(void **state)
{
	enum { PARENT = 1, ONE = 20, QUIET = 30, OTHER = 40, AS_MUCH = 50 };
	struct machine machine;
	struct replayed replayed;

	(void)state;
	init(&machine);
	call(&machine, FIRST, 0, PARENT, 900);
	call(&machine, FIRST, 0, ONE, 704);
	call(&machine, FIRST, 0, QUIET, 500);
	call(&machine, FIRST, 0, OTHER, 1088);
	call(&machine, FIRST, 0, AS_MUCH, 1792);
	assert_int_equal(held(&machine, FIRST, 0, ONE) +
				 held(&machine, FIRST, 0, OTHER),
			 held(&machine, FIRST, 0, AS_MUCH));
	end_memcg(&machine, ONE, PARENT, false);
	end_memcg(&machine, OTHER, PARENT, false);
	call(&machine, FIRST, 0, PARENT, 900);
	call(&machine, FIRST, 0, QUIET, 500);
	call(&machine, FIRST, 0, AS_MUCH, 1792);
	replayed_machine(&replayed, &machine, "7.2.13", false);
	check_calls(&replayed, 1);
	const struct shr_call *last =
		replayed_last(&replayed, &caches[FIRST], 0, PARENT);

	assert_int_equal(last->legacies.count, 2);
	replayed_release(&replayed);
	machine_release(&machine);
}

/* As the parent's counter has it, the child held @more than its calls say. */
static void check_off_by(int64_t more, bool recorded)
{
	struct machine machine;
	struct replayed replayed;

	init(&machine);
	visit(&machine, 1, COUNT(caches));
	visit(&machine, 30, COUNT(caches));
	end_memcg(&machine, 30, 1, recorded);
	*machine_counter(&machine, &caches[FIRST], 0, 1) += more;
	call(&machine, FIRST, 0, 1, 700);
	replayed_machine(&replayed, &machine, "7.2.13", false);
	const struct shr_call *last = replayed_last(&replayed, &caches[FIRST], 0, 1);

	assert_int_equal(last->verdict, SHR_UNEXPLAINED);
	assert_int_equal(last->legacies.count, 0);
	assert_int_equal(replayed_count(&replayed, SHR_REPARENTED), 0);
	replayed_release(&replayed);
	machine_release(&machine);
}

static void test_off_by_one(void **state)
{
	(void)state;
	check_off_by(1, true);
	check_off_by(-1, true);
	check_off_by(1, false);
	check_off_by(-1, false);
}

/*
 * The parent is being shrunk, by a task for each of the first two caches, when its
 * child ends; what arrives is @more than what the child had.
 */
static void end_within(struct machine *machine, int64_t left[LATE], int64_t more)
{
	struct open_call open[LATE];

	init(machine);
	visit(machine, 1, COUNT(caches));
	visit(machine, 30, COUNT(caches));
	for (size_t i = 0; i < LATE; i++)
		open[i] = machine_begin(machine, &caches[i],
					&(struct ask){ .pid = 50 + (int32_t)i,
						       .memcg = 1,
						       .priority = 4,
						       .freeable = 700 });
	for (size_t i = 0; i < LATE; i++)
		left[i] = held(machine, i, 0, 30);
	end_memcg(machine, 30, 1, true);
	for (size_t i = 0; i < LATE; i++) {
		*machine_counter(machine, &caches[i], 0, 1) += more;
		machine_end(machine, &open[i]);
	}
}

/* What arrives while the parent's call is open is there when it gives back, */
static void test_arrival(void **state)
{
	struct machine machine;
	struct replayed replayed;
	int64_t left[LATE];

	(void)state;
	end_within(&machine, left, 0);
	visit(&machine, 1, COUNT(caches));
	replayed_machine(&replayed, &machine, "7.2.13", false);
	assert_int_equal(replayed_count(&replayed, SHR_UNEXPLAINED), 0);
	for (size_t i = 0; i < LATE; i++) {
		const struct shr_call *next =
			replayed_last(&replayed, &caches[i], 0, 1);
		const struct shr_call *open = next;

		while (open->pid != 50 + (int32_t)i)
			open--;
		assert_true(left[i] > 0);
		assert_int_equal(open->verdict, SHR_REPARENTED);
		assert_int_equal(open->legacies.count, 0);
		assert_int_equal(open->arrivals.count, 1);
		assert_int_equal(open->arrivals.legacy[0].lane->cgroup, 30);
		assert_int_equal(open->arrivals.legacy[0].amount, left[i]);
		assert_int_equal(open->arrived, left[i]);
		/* and the next call takes it. */
		check_legacy(next, 0, 30, left[i]);
		check_sums(next);
	}
	replayed_release(&replayed);
	machine_release(&machine);
}

static void test_arrival_off_by_one(void **state)
{
	struct machine machine;
	struct replayed replayed;
	int64_t left[LATE];

	(void)state;
	end_within(&machine, left, 1);
	replayed_machine(&replayed, &machine, "7.2.13", false);
	assert_int_equal(replayed_count(&replayed, SHR_REPARENTED), 0);
	assert_int_equal(replayed_count(&replayed, SHR_UNEXPLAINED), LATE);
	replayed_release(&replayed);
	machine_release(&machine);
}

/* A memcg whose calls go on has not ended, whatever its amount. */
static void test_lane_that_goes_on(void **state)
{
	struct machine machine;
	struct replayed replayed;

	(void)state;
	init(&machine);
	visit(&machine, 1, COUNT(caches));
	visit(&machine, 30, COUNT(caches));
	machine_offline(&machine, 30, 1);
	visit(&machine, 1, COUNT(caches));
	visit(&machine, 30, COUNT(caches));
	replayed_machine(&replayed, &machine, "7.2.13", false);
	assert_int_equal(replayed_count(&replayed, SHR_REPARENTED), 0);
	assert_int_equal(replayed_count(&replayed, SHR_UNEXPLAINED),
			 COUNT(caches) * NODES);
	replayed_release(&replayed);
	machine_release(&machine);
}

/* Nor has one whose removal is not recorded where that of another is. */
static void test_other_was_removed(void **state)
{
	struct machine machine;
	struct replayed replayed;

	(void)state;
	init(&machine);
	visit(&machine, 1, COUNT(caches));
	visit(&machine, 30, COUNT(caches));
	visit(&machine, 40, COUNT(caches));
	machine_cgroup(&machine, SHR_CGROUP_RMDIR, 40);
	machine_offline(&machine, 30, 1);
	call(&machine, FIRST, 0, 1, 700);
	replayed_machine(&replayed, &machine, "7.2.13", false);
	assert_int_equal(replayed_last(&replayed, &caches[FIRST], 0, 1)->verdict,
			 SHR_UNEXPLAINED);
	replayed_release(&replayed);
	machine_release(&machine);
}

/* Up to 5.12 memcgs share one counter: nothing can be left to anybody. */
static void test_shared_counters(void **state)
{
	struct machine machine;
	struct replayed replayed;

	(void)state;
	machine_init(&machine, SHR_GEN_5_0, SHR_LAYOUT_T5);
	visit(&machine, 1, COUNT(caches));
	visit(&machine, 30, COUNT(caches));
	*machine_counter(&machine, &caches[FIRST], 0, 1) += held(&machine, LATE, 0, 30);
	call(&machine, FIRST, 0, 1, 700);
	replayed_machine(&replayed, &machine, "5.10.223", false);
	assert_int_equal(replayed_last(&replayed, &caches[FIRST], 0, 0)->verdict,
			 SHR_UNEXPLAINED);
	assert_int_equal(replayed_count(&replayed, SHR_REPARENTED), 0);
	replayed_release(&replayed);
	machine_release(&machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_counter),
		cmocka_unit_test(test_parent_meets_it_later),
		cmocka_unit_test(test_parent_has_less),
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_several_at_once),
		cmocka_unit_test(test_among_those_that_go_on),
		cmocka_unit_test(test_off_by_one),
		cmocka_unit_test(test_arrival),
		cmocka_unit_test(test_arrival_off_by_one),
		cmocka_unit_test(test_lane_that_goes_on),
		cmocka_unit_test(test_other_was_removed),
		cmocka_unit_test(test_shared_counters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
