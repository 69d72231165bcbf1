/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/replay/map.h"

#include "tests/unit/machine.h"

enum { MANY = 3000 };

/* Something to point to, one for each number. */
static char things[MANY];

static void put(struct shr_map *map, uint64_t a, uint64_t b, void *value)
{
	void **slot = shr_map_add(map, a, b);

	assert_non_null(slot);
	*slot = value;
}

static void test_empty(void **state)
{
	struct shr_map map = { 0 };

	(void)state;
	assert_null(shr_map_find(&map, 0, 0));
	assert_null(shr_map_find(&map, 1, 2));
	shr_map_remove(&map, 1, 2);
	assert_int_equal(map.count, 0);
	shr_map_release(&map);
	shr_map_release(&map);
	assert_int_equal(map.cap, 0);
}

static void test_add(void **state)
{
	struct shr_map map = { 0 };
	void **slot = shr_map_add(&map, 7, 8);

	(void)state;
	assert_non_null(slot);
	assert_null(*slot);
	*slot = &things[0];
	assert_int_equal(map.count, 1);
	assert_ptr_equal(shr_map_find(&map, 7, 8), &things[0]);
	assert_ptr_equal(*shr_map_add(&map, 7, 8), &things[0]);
	put(&map, 7, 8, &things[1]);
	assert_int_equal(map.count, 1);
	assert_ptr_equal(shr_map_find(&map, 7, 8), &things[1]);
	/* The pair is the key, in this order. */
	assert_null(shr_map_find(&map, 8, 7));
	assert_null(shr_map_find(&map, 7, 0));
	assert_null(shr_map_find(&map, 0, 8));
	shr_map_release(&map);
}

/* No key is special: not 0, which looks like an empty entry, and no extreme. */
static void test_extreme_keys(void **state)
{
	static const uint64_t edges[] = { 0, 1, UINT64_MAX, INT64_MAX, 1ull << 63 };
	struct shr_map map = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(edges) * COUNT(edges); i++)
		put(&map, edges[i / COUNT(edges)], edges[i % COUNT(edges)], &things[i]);
	assert_int_equal(map.count, COUNT(edges) * COUNT(edges));
	for (size_t i = 0; i < COUNT(edges) * COUNT(edges); i++)
		assert_ptr_equal(shr_map_find(&map, edges[i / COUNT(edges)],
					      edges[i % COUNT(edges)]),
				 &things[i]);
	shr_map_release(&map);
}

/* Addresses as kmalloc() gives them, and small numbers: what replay really uses. */
static void test_growth(void **state)
{
	const uint64_t slab = 0xffff888003a41000;
	struct shr_map map = { 0 };

	(void)state;
	for (size_t i = 0; i < MANY; i++)
		put(&map, i % 2 ? slab + 192 * i : i, i % 3, &things[i]);
	assert_int_equal(map.count, MANY);
	for (size_t i = 0; i < MANY; i++)
		assert_ptr_equal(shr_map_find(&map, i % 2 ? slab + 192 * i : i, i % 3),
				 &things[i]);
	assert_null(shr_map_find(&map, slab + 192, 0));
	shr_map_release(&map);
	assert_null(shr_map_find(&map, 1, 1));
}

static void test_remove(void **state)
{
	struct shr_map map = { 0 };

	(void)state;
	for (size_t i = 0; i < 10; i++)
		put(&map, i, 0, &things[i]);
	shr_map_remove(&map, 4, 1);
	assert_int_equal(map.count, 10);
	shr_map_remove(&map, 4, 0);
	assert_int_equal(map.count, 9);
	assert_null(shr_map_find(&map, 4, 0));
	shr_map_remove(&map, 4, 0);
	assert_int_equal(map.count, 9);
	put(&map, 4, 0, &things[20]);
	assert_ptr_equal(shr_map_find(&map, 4, 0), &things[20]);
	shr_map_release(&map);
}

/* In a table half full most keys were displaced: removing one must lose no other. */
static void test_against_array(void **state)
{
	enum { KEYS = 200, STEPS = 40000 };
	void *known[KEYS] = { NULL };
	struct shr_map map = { 0 };
	uint64_t seed = 88172645463325252;
	size_t count = 0;

	(void)state;
	for (size_t step = 0; step < STEPS; step++) {
		size_t i = (size_t)any_of(&seed, 0, KEYS - 1);
		uint64_t a = i / 10, b = i % 10;

		assert_ptr_equal(shr_map_find(&map, a, b), known[i]);
		if (known[i] && any_of(&seed, 0, 1)) {
			shr_map_remove(&map, a, b);
			known[i] = NULL;
			count--;
		} else {
			count += !known[i];
			known[i] = &things[step % MANY];
			put(&map, a, b, known[i]);
		}
		assert_int_equal(map.count, count);
	}
	for (size_t i = 0; i < KEYS; i++)
		assert_ptr_equal(shr_map_find(&map, i / 10, i % 10), known[i]);
	assert_true(count > 0 && count < KEYS);
	shr_map_release(&map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_add),
		cmocka_unit_test(test_extreme_keys),
		cmocka_unit_test(test_growth),
		cmocka_unit_test(test_remove),
		cmocka_unit_test(test_against_array),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
