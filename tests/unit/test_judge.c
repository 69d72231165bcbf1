/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/replay/judge.h"

#include "tests/unit/machine.h"

#define DIFFERS(amount) (1u << (amount))

static const struct shr_rules rules = { .end = SHR_END_LEFT, .long_size = 8 };

static struct shr_call differing(enum shr_amount amount, int64_t predicted,
				 int64_t observed)
{
	struct shr_call call = { .expected_known = true, .differ = DIFFERS(amount) };

	call.predicted.value[amount] = predicted;
	call.observed.value[amount] = observed;
	return call;
}

static void check(const struct shr_call *call, enum shr_verdict verdict)
{
	assert_int_equal(shr_judge(&rules, call, false), verdict);
}

static void check_both(const struct shr_call *call, enum shr_verdict whole,
		       enum shr_verdict with_gap)
{
	assert_int_equal(shr_judge(&rules, call, false), whole);
	assert_int_equal(shr_judge(&rules, call, true), with_gap);
}

static void test_nothing_differs(void **state)
{
	struct shr_call call = { .expected_known = true };

	(void)state;
	check_both(&call, SHR_EXACT, SHR_EXACT);
	call.fault = SHR_SCAN_STOPPED;
	check(&call, SHR_REFUSED);
	call.fault = SHR_SCAN_OWN_COUNT;
	check(&call, SHR_OWN_COUNT);
}

/* No gap and no other call makes a kernel plan otherwise. */
static void test_own_arithmetic(void **state)
{
	static const enum shr_amount amounts[] = { SHR_DELTA, SHR_PLANNED };

	(void)state;
	for (size_t i = 0; i < COUNT(amounts); i++) {
		struct shr_call call = differing(amounts[i], 5, 6);

		call.gap_before = call.unsure = true;
		call.legacies.count = call.others.count = call.ahead.count = 1;
		call.others.total = call.ahead.total = 1;
		check_both(&call, SHR_UNEXPLAINED, SHR_UNEXPLAINED);
	}
}

static void test_wrong_end(void **state)
{
	struct shr_call wrong = { .fault = SHR_SCAN_WRONG };
	struct shr_call broke = { .broke_end = true };
	struct shr_call apart = { .has = SHR_HAS_DEFERRED,
				  .end_has = SHR_HAS_DEFERRED,
				  .start.deferred = 4,
				  .end.deferred = 5 };
	struct shr_rules old = rules;

	(void)state;
	check_both(&wrong, SHR_UNEXPLAINED, SHR_LOST_EVENTS);
	check_both(&broke, SHR_UNEXPLAINED, SHR_LOST_EVENTS);
	check_both(&apart, SHR_UNEXPLAINED, SHR_LOST_EVENTS);
	/* On 3.1 the end has the counter as it was then. */
	old.end = SHR_END_OLD_AT_END;
	assert_int_equal(shr_judge(&old, &apart, false), SHR_EXACT);
	apart.end_has = 0;
	check(&apart, SHR_EXACT);
}

/* What others added accounts for a counter to the last object, or for nothing. */
static void test_others(void **state)
{
	struct shr_call call = differing(SHR_NEW_DEFERRED, 100, 140);

	(void)state;
	check_both(&call, SHR_UNEXPLAINED, SHR_LOST_EVENTS);
	call.others.total = 40; /* of nobody */
	check(&call, SHR_UNEXPLAINED);
	call.others.count = 2;
	check(&call, SHR_CONCURRENT);
	call.others.total = 41;
	check(&call, SHR_UNEXPLAINED);
	call.others.total = 40;
	call.broke_end = true;
	check(&call, SHR_UNEXPLAINED);
}

static void test_order(void **state)
{
	struct shr_call call = differing(SHR_DEFERRED, 100, 30);

	(void)state;
	check(&call, SHR_UNEXPLAINED);
	call.ahead.count = 1;
	call.ahead.total = -70;
	check(&call, SHR_CONCURRENT);
	call.ahead.total = -69;
	check(&call, SHR_UNEXPLAINED);
	call.ahead.total = -70;
	call.broke_start = true;
	check(&call, SHR_UNEXPLAINED);
}

static void test_start(void **state)
{
	struct shr_call call = differing(SHR_DEFERRED, 100, 30);

	(void)state;
	call.unsure = true;
	check(&call, SHR_AMBIGUOUS);
	call.gap_before = true;
	check(&call, SHR_LOST_EVENTS);
	/* A gap explains what a call finds, and not what it does with it. */
	call.fault = SHR_SCAN_WRONG;
	check(&call, SHR_UNEXPLAINED);
	call = differing(SHR_NEW_DEFERRED, 1, 2);
	call.gap_before = true;
	check(&call, SHR_UNEXPLAINED);
}

/* A lane that nobody has seen before says nothing of what it holds. */
static void test_first_sight(void **state)
{
	struct shr_call call = { .unsure = true };

	(void)state;
	check(&call, SHR_AMBIGUOUS);
	call.expected_known = true;
	check(&call, SHR_EXACT);
}

static void test_inherited(void **state)
{
	struct shr_call call = { .expected_known = true, .legacies.count = 1 };

	(void)state;
	check(&call, SHR_REPARENTED);
	call.reuse = SHR_REUSE_ID;
	check(&call, SHR_REUSED);
	call.fault = SHR_SCAN_WRONG;
	check(&call, SHR_UNEXPLAINED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_differs),
		cmocka_unit_test(test_own_arithmetic),
		cmocka_unit_test(test_wrong_end),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_first_sight),
		cmocka_unit_test(test_inherited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
