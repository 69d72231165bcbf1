/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/replay/turns.h"

#include "core/replay/ledger.h"
#include "tests/unit/machine.h"

static struct shr_part pending(const struct shr_call *call, int64_t amount)
{
	return (struct shr_part){ .amount = amount, .pending = call };
}

/* @call has @other's movement, which has no number yet, in @parts. */
static void wait_for(struct shr_call *call, struct shr_parts *parts,
		     const struct shr_call *other)
{
	struct shr_part part = pending(other, 1);

	shr_parts_add(parts, &part);
	call->pending++;
}

static void queue(struct shr_turns *turns, struct shr_call *call)
{
	shr_turns_number(turns, call);
	shr_turns_queue(turns, call);
}

/* In the order of the queue, whoever is judged first. */
static void test_order(void **state)
{
	struct shr_counter counter = { .value = 0 };
	struct shr_call first = { .counter = &counter }, second = first;
	struct shr_turns turns = { .count = 0 };

	(void)state;
	assert_null(shr_turns_next(&turns));
	queue(&turns, &first);
	queue(&turns, &second);
	second.judged = true;
	assert_null(shr_turns_next(&turns));
	first.judged = true;
	assert_ptr_equal(shr_turns_next(&turns), &first);
	assert_ptr_equal(shr_turns_next(&turns), &second);
	assert_null(shr_turns_next(&turns));
	assert_int_equal(first.n, 1);
	assert_int_equal(second.n, 2);
	/* Empty, it begins anew. */
	shr_turns_queue(&turns, &first);
	assert_ptr_equal(shr_turns_next(&turns), &first);
}

static void test_numbered_once(void **state)
{
	struct shr_counter counter = { .value = 0 };
	struct shr_call call = { .counter = &counter };
	struct shr_turns turns = { .count = 41 };

	(void)state;
	shr_turns_number(&turns, &call);
	shr_turns_number(&turns, &call);
	assert_int_equal(call.n, 42);
	assert_int_equal(turns.count, 42);
}

/* A call waits until all that it names have numbers, wherever it names them. */
static void test_waits_for_names(void **state)
{
	struct shr_counter counter = { .value = 0 };
	struct shr_call call = { .counter = &counter, .judged = true };
	struct shr_call early[3] = { { .counter = &counter, .taken = true } };
	struct shr_turns turns = { .count = 0 };

	(void)state;
	early[1] = early[2] = early[0];
	for (size_t i = 0; i < COUNT(early); i++) {
		early[i].next = counter.early;
		counter.early = &early[i];
	}
	queue(&turns, &call);
	wait_for(&call, &call.gave, &early[0]);
	wait_for(&call, &call.ahead, &early[1]);
	wait_for(&call, &call.others, &early[2]);
	for (size_t i = 0; i < COUNT(early); i++) {
		assert_null(shr_turns_next(&turns));
		shr_turns_number(&turns, &early[i]);
	}
	assert_null(counter.early);
	assert_ptr_equal(shr_turns_next(&turns), &call);
	assert_int_equal(call.gave.part[0].n, 2);
	assert_int_equal(call.ahead.part[0].n, 3);
	assert_int_equal(call.others.part[0].n, 4);
	assert_null(call.others.part[0].pending);
}

/* What the counter will tell of it later, and those that are early themselves. */
static void test_names_everywhere(void **state)
{
	struct shr_counter counter = { .value = 0 };
	struct shr_call early = { .counter = &counter, .taken = true };
	struct shr_call other = early, stranger = early;
	struct shr_part part = pending(&early, 7);
	struct shr_turns turns = { .count = 0 };

	(void)state;
	early.next = &other;
	counter.early = &early;
	shr_parts_add(&counter.parts, &part);
	counter.history[3].by = part;
	counter.history[4].by = pending(&stranger, 8);
	wait_for(&other, &other.others, &early);
	shr_turns_number(&turns, &early);
	assert_ptr_equal(counter.early, &other);
	assert_int_equal(counter.parts.part[0].n, 1);
	assert_int_equal(counter.history[3].by.n, 1);
	assert_int_equal(counter.history[4].by.n, 0);
	assert_int_equal(other.others.part[0].n, 1);
	assert_int_equal(other.pending, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_numbered_once),
		cmocka_unit_test(test_waits_for_names),
		cmocka_unit_test(test_names_everywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
