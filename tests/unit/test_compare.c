/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/replay/compare.h"

#include "core/err.h"
#include "tests/unit/machine.h"

enum { MANY = 8 };

/* A summary, and the instances it points to. */
struct side {
	struct shr_summary summary;
	struct shr_instance instances[MANY];
	struct shr_instance *list[MANY];
};

static struct shr_instance *add(struct side *side, const char *symbol, const char *name,
				int64_t batch, int64_t seeks)
{
	size_t i = side->summary.instance_count++;
	struct shr_instance *instance = &side->instances[i];

	assert_true(i < MANY);
	*instance = (struct shr_instance){
		.address = 0xffff888000000000 + i,
		.symbol = { fake_str(symbol), fake_str(""), 0 },
		.name = fake_str(name),
		.batch = { .from = SHR_FROM_TABLE, .value = batch },
		.seeks = { .from = SHR_FROM_VALUES, .value = seeks },
		.tally = { .calls = 1 },
	};
	side->list[i] = instance;
	side->summary.instances = side->list;
	return instance;
}

static void compare(struct shr_compare *compare, const struct side *before,
		    const struct side *after)
{
	struct shr_err err;

	assert_int_equal(
		shr_compare_init(compare, &before->summary, &after->summary, &err), 0);
}

static void test_nothing(void **state)
{
	struct side before = { 0 }, after = { 0 };
	struct shr_compare rows;

	(void)state;
	compare(&rows, &before, &after);
	assert_int_equal(rows.count, 0);
	assert_int_equal(rows.before_ns, 0);
	shr_compare_release(&rows);
	shr_compare_release(&rows);
	assert_null(rows.rows);
}

static void test_spans(void **state)
{
	struct side before = { .summary = { .first_ns = 100, .last_ns = 350 } };
	struct side after = { .summary = { .first_ns = 7, .last_ns = 7 } };
	struct shr_compare rows;

	(void)state;
	compare(&rows, &before, &after);
	assert_int_equal(rows.before_ns, 250);
	assert_int_equal(rows.after_ns, 0);
	shr_compare_release(&rows);
}

/* Every instance of a kind adds to the row; of deferred the most counts. */
static void test_sums(void **state)
{
	struct side before = { 0 }, after = { 0 };
	struct shr_compare rows;

	(void)state;
	add(&before, "super_cache_scan", "", 1024, 2)->tally =
		(struct shr_tally){ .calls = 3,
				    .planned = 100,
				    .scanned_predicted = 1,
				    .scanned_observed = 90,
				    .freed = 80,
				    .refusals = 1,
				    .deferred_max = 7 };
	add(&before, "super_cache_scan", "", 1024, 2)->tally =
		(struct shr_tally){ .calls = 4,
				    .planned = 11,
				    .scanned_observed = 10,
				    .freed = 9,
				    .deferred_max = 5 };
	add(&after, "super_cache_scan", "", 1024, 2)->tally =
		(struct shr_tally){ .calls = 7 };
	compare(&rows, &before, &after);
	assert_int_equal(rows.count, 1);
	const struct shr_side *sums = &rows.rows[0].before;

	assert_int_equal(sums->instances, 2);
	assert_int_equal(sums->calls, 7);
	assert_int_equal(sums->planned, 111);
	assert_int_equal(sums->scanned, 100);
	assert_int_equal(sums->freed, 89);
	assert_int_equal(sums->refusals, 1);
	assert_int_equal(sums->deferred_max, 7);
	assert_ptr_equal(rows.rows[0].like, before.list[0]);
	assert_int_equal(rows.rows[0].after.instances, 1);
	assert_int_equal(rows.rows[0].after.calls, 7);
	assert_false(shr_compare_equal(&rows.rows[0]));
	shr_compare_release(&rows);
}

/* Callback, name, batch and seeks make a kind; addresses do not. */
static void test_kinds(void **state)
{
	struct side before = { 0 }, after = { 0 };
	struct shr_compare rows;

	(void)state;
	add(&before, "super_cache_scan", "", 1024, 2);
	add(&before, "super_cache_scan", "", 1024, 0);
	add(&before, "super_cache_scan", "", 512, 2);
	add(&before, "super_cache_scan", "sb-proc", 1024, 2);
	add(&before, "ext4_es_scan", "", 1024, 2);
	add(&after, "super_cache_scan", "sb-proc", 1024, 2);
	add(&after, "super_cache_scan", "", 1024, 0);
	add(&after, "mb_cache_scan", "", 128, 2);
	compare(&rows, &before, &after);
	assert_int_equal(rows.count, 6);
	for (size_t i = 0; i < 5; i++)
		assert_ptr_equal(rows.rows[i].like, before.list[i]);
	assert_int_equal(rows.rows[0].after.instances, 0);
	assert_int_equal(rows.rows[1].after.instances, 1);
	assert_int_equal(rows.rows[3].after.instances, 1);
	assert_ptr_equal(rows.rows[5].like, after.list[2]);
	assert_int_equal(rows.rows[5].before.instances, 0);
	assert_true(shr_compare_equal(&rows.rows[1]));
	assert_false(shr_compare_equal(&rows.rows[5]));
	shr_compare_release(&rows);
}

static void test_modules(void **state)
{
	struct side before = { 0 }, after = { 0 };
	struct shr_compare rows;

	(void)state;
	add(&before, "own_scan", "", 128, 2)->symbol.module = fake_str("one");
	add(&after, "own_scan", "", 128, 2)->symbol.module = fake_str("two");
	compare(&rows, &before, &after);
	assert_int_equal(rows.count, 2);
	shr_compare_release(&rows);
}

/* What nobody knows keeps no two apart. */
static void test_unknown_parameters(void **state)
{
	struct side before = { 0 }, after = { 0 };
	struct shr_compare rows;

	(void)state;
	add(&before, "own_scan", "", 512, 0)->seeks.from = SHR_FROM_NOTHING;
	add(&after, "own_scan", "", 0, 3)->batch.from = SHR_FROM_NOTHING;
	compare(&rows, &before, &after);
	assert_int_equal(rows.count, 1);
	assert_true(shr_compare_equal(&rows.rows[0]));
	shr_compare_release(&rows);
}

/* Without symbols the callback's address is all there is. */
static void test_unresolved(void **state)
{
	struct side before = { 0 }, after = { 0 };
	struct shr_compare rows;

	(void)state;
	add(&before, "", "", 128, 2)->callback = 0xffffffff81000000;
	add(&after, "", "", 128, 2)->callback = 0xffffffff81000000;
	add(&after, "", "", 128, 2)->callback = 0xffffffff81000040;
	compare(&rows, &before, &after);
	assert_int_equal(rows.count, 2);
	assert_int_equal(rows.rows[0].after.instances, 1);
	shr_compare_release(&rows);
}

/* Filtered out, or never called: not in the comparison. */
static void test_without_calls(void **state)
{
	struct side before = { 0 }, after = { 0 };
	struct shr_compare rows;

	(void)state;
	add(&before, "own_scan", "", 128, 2)->tally.calls = 0;
	add(&after, "own_scan", "", 128, 2)->tally.calls = 0;
	add(&after, "other_scan", "", 128, 2);
	compare(&rows, &before, &after);
	assert_int_equal(rows.count, 1);
	assert_ptr_equal(rows.rows[0].like, after.list[1]);
	shr_compare_release(&rows);
}

/* Each sum alone makes a difference. */
static void test_equal(void **state)
{
	const struct shr_compare_row same = { .before = { 1, 2, 3, 4, 5, 6, 7 },
					      .after = { 1, 2, 3, 4, 5, 6, 7 } };
	struct shr_compare_row row = same;

	(void)state;
	assert_true(shr_compare_equal(&row));
	row.after.instances++;
	assert_false(shr_compare_equal(&row));
	row = same;
	row.after.calls++;
	assert_false(shr_compare_equal(&row));
	row = same;
	row.after.planned--;
	assert_false(shr_compare_equal(&row));
	row = same;
	row.before.scanned++;
	assert_false(shr_compare_equal(&row));
	row = same;
	row.before.freed++;
	assert_false(shr_compare_equal(&row));
	row = same;
	row.after.refusals++;
	assert_false(shr_compare_equal(&row));
	row = same;
	row.before.deferred_max--;
	assert_false(shr_compare_equal(&row));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_modules),
		cmocka_unit_test(test_unknown_parameters),
		cmocka_unit_test(test_unresolved),
		cmocka_unit_test(test_without_calls),
		cmocka_unit_test(test_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
