/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/shrinker/ids.h"

#include "core/shrinker/grace.h"
#include "tests/unit/machine.h"

enum { MANY = 1000 };

static char holders[MANY];

static void test_lowest_free(void **state)
{
	struct shr_grace grace;
	struct shr_ids ids = { .table = NULL };

	(void)state;
	shr_grace_init(&grace);
	assert_null(shr_ids_find(&ids, 0));
	for (int32_t i = 0; i < MANY; i++)
		assert_int_equal(shr_ids_take(&ids, &holders[i], &grace), i);
	for (uint32_t i = 0; i < MANY; i++)
		assert_ptr_equal(shr_ids_find(&ids, i), &holders[i]);
	assert_null(shr_ids_find(&ids, MANY));
	assert_null(shr_ids_find(&ids, UINT32_MAX));
	shr_ids_drop(&ids, 700);
	shr_ids_drop(&ids, 3);
	assert_null(shr_ids_find(&ids, 3));
	assert_int_equal(shr_ids_take(&ids, &holders[0], &grace), 3);
	assert_int_equal(shr_ids_take(&ids, &holders[1], &grace), 700);
	assert_int_equal(shr_ids_take(&ids, &holders[2], &grace), MANY);
	assert_ptr_equal(shr_ids_find(&ids, 700), &holders[1]);
	shr_ids_release(&ids);
	shr_grace_release(&grace);
}

/* Against a list of who has what. */
static void test_random(void **state)
{
	struct shr_grace grace;
	struct shr_ids ids = { .table = NULL };
	bool taken[MANY] = { false };
	uint64_t seed = 11;

	(void)state;
	shr_grace_init(&grace);
	for (int step = 0; step < 20000; step++) {
		int32_t id = (int32_t)any_of(&seed, 0, MANY / 4), lowest = 0;

		while (taken[lowest])
			lowest++;
		if (taken[id]) {
			shr_ids_drop(&ids, id);
			taken[id] = false;
		} else {
			assert_int_equal(shr_ids_take(&ids, &holders[lowest], &grace),
					 lowest);
			taken[lowest] = true;
		}
		assert_ptr_equal(shr_ids_find(&ids, (uint32_t)id),
				 taken[id] ? &holders[id] : NULL);
	}
	shr_ids_release(&ids);
	shr_grace_release(&grace);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lowest_free),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
