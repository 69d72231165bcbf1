/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/shrinker/memcg.h"

#include "core/shrinker/info.h"
#include "core/shrinker/slab.h"
#include "core/shrinker/slab_call.h"
#include "tests/unit/toy.h"

static struct shr_domain *domain_of(unsigned major, unsigned minor)
{
	return toy_domain(&(struct shr_domain_options){ .release = { major, minor, 0 },
							.nodes = 2,
							.memcgs = true,
							.kmem = true });
}

/* The ids of a walk over all memcgs. */
static void check_walk(struct shr_domain *domain, const char *ids)
{
	char walk[256] = "";
	struct shr_memcg *memcg = NULL;

	while ((memcg = shr_memcg_next(domain, memcg))) {
		size_t len = strlen(walk);

		snprintf(walk + len, sizeof(walk) - len, "%llu ",
			 (unsigned long long)shr_memcg_id(memcg));
	}
	assert_string_equal(walk, ids);
}

static void test_tree(void **state)
{
	struct shr_domain *domain = domain_of(6, 12);
	struct shr_memcg *a = some_memcg(shr_memcg_root(domain));
	struct shr_memcg *b = some_memcg(shr_memcg_root(domain));
	struct shr_memcg *aa = some_memcg(a), *ab = some_memcg(a);
	struct shr_err err;
	struct shr_memcg *far = shr_memcg_online(b, 50, &err);

	(void)state;
	check_walk(domain, "1 2 4 5 3 50 ");
	assert_ptr_equal(shr_memcg_parent(far), b);
	assert_null(shr_memcg_parent(shr_memcg_root(domain)));
	shr_memcg_offline(aa);
	check_walk(domain, "1 2 5 3 50 ");
	/* Ids are not used again. */
	some_memcg(a);
	check_walk(domain, "1 2 5 51 3 50 ");
	shr_memcg_offline(ab);
	shr_domain_free(domain);
}

/* Offline it stays while somebody has it, with all that is above it. */
static void test_references(void **state)
{
	struct shr_domain *domain = domain_of(6, 12);
	struct shr_memcg *a = some_memcg(shr_memcg_root(domain));
	struct shr_memcg *aa = shr_memcg_get(some_memcg(a));

	(void)state;
	shr_memcg_offline(aa);
	shr_memcg_offline(a);
	assert_false(shr_memcg_is_online(aa));
	check_walk(domain, "1 2 3 ");
	shr_memcg_put(aa);
	check_walk(domain, "1 ");
	shr_domain_free(domain);
}

/* Where a walk stands may go, and it goes on. */
static void test_walk_on(void **state)
{
	struct shr_domain *domain = domain_of(6, 12);
	struct shr_memcg *a = some_memcg(shr_memcg_root(domain));
	struct shr_memcg *at;

	(void)state;
	some_memcg(shr_memcg_root(domain));
	at = shr_memcg_next(domain, shr_memcg_next(domain, NULL));
	assert_ptr_equal(at, a);
	shr_memcg_offline(a);
	at = shr_memcg_next(domain, at);
	assert_int_equal(shr_memcg_id(at), 3);
	assert_null(shr_memcg_next(domain, at));
	check_walk(domain, "1 3 ");
	shr_domain_free(domain);
}

static _Atomic int64_t *counter_of(const struct toy *toy, struct shr_memcg *memcg,
				   int32_t nid)
{
	return shr_slab_counter(toy->shrinker,
				&(struct shr_control){ .nid = nid, .memcg = memcg });
}

/* From 5.13 each memcg has its own counter, the root too; before they share one. */
static void test_key(void **state)
{
	const unsigned flags = SHR_SHRINKER_NUMA | SHR_SHRINKER_MEMCG;

	(void)state;
	for (unsigned minor = 12; minor < 14; minor++) {
		struct shr_domain *domain = domain_of(5, minor);
		struct shr_memcg *root = shr_memcg_root(domain), *a = some_memcg(root);
		struct toy toy, flat;

		toy_register(&toy, domain, flags);
		toy_register(&flat, domain, SHR_SHRINKER_MEMCG);
		assert_int_equal(counter_of(&toy, root, 0) == counter_of(&toy, a, 0),
				 minor == 12);
		assert_ptr_not_equal(counter_of(&toy, a, 0), counter_of(&toy, a, 1));
		assert_ptr_equal(counter_of(&flat, a, 0), counter_of(&flat, a, 1));
		toy_free(&toy);
		toy_free(&flat);
		shr_domain_free(domain);
	}
}

/* What a memcg leaves is added above, and stays in it, to be lost. */
static void test_reparent(void **state)
{
	static const unsigned minors[] = { 6, 12 };

	(void)state;
	for (size_t i = 0; i < COUNT(minors); i++) {
		struct shr_domain *domain = domain_of(6, minors[i]);
		struct shr_memcg *root = shr_memcg_root(domain), *a = some_memcg(root);
		struct shr_memcg *aa = shr_memcg_get(some_memcg(a));
		struct toy toy;

		toy_register(&toy, domain, SHR_SHRINKER_NUMA | SHR_SHRINKER_MEMCG);
		*counter_of(&toy, aa, 1) = 70;
		*counter_of(&toy, a, 1) = 5;
		shr_memcg_offline(aa);
		assert_int_equal(*counter_of(&toy, a, 1), 75);
		assert_int_equal(*counter_of(&toy, a, 0), 0);
		assert_int_equal(*counter_of(&toy, aa, 1), 70);
		*counter_of(&toy, aa, 1) += 9;
		shr_memcg_put(aa);
		shr_memcg_offline(a);
		assert_int_equal(*counter_of(&toy, root, 1), 75);
		toy_free(&toy);
		shr_domain_free(domain);
	}
}

/* The next holder of an id finds what the last one left; new memcgs begin at 0. */
static void test_stale(void **state)
{
	struct shr_domain *domain = domain_of(6, 12);
	struct shr_memcg *a = some_memcg(shr_memcg_root(domain)), *b;
	struct toy toy, heir;

	(void)state;
	toy_register(&toy, domain, SHR_SHRINKER_MEMCG);
	*counter_of(&toy, a, 0) = 33;
	*counter_of(&toy, NULL, 0) = 44;
	toy_free(&toy);
	b = some_memcg(shr_memcg_root(domain));
	toy_register(&heir, domain, SHR_SHRINKER_MEMCG);
	assert_int_equal(*counter_of(&heir, a, 0), 33);
	assert_int_equal(*counter_of(&heir, b, 0), 0);
	assert_int_equal(*counter_of(&heir, NULL, 0), 0);
	toy_free(&heir);
	shr_domain_free(domain);
}

static void test_bits(void **state)
{
	struct shr_domain *domain = domain_of(6, 12);
	struct shr_memcg *root = shr_memcg_root(domain), *a = some_memcg(root);
	struct toy toy, plain;

	(void)state;
	toy_register(&toy, domain, SHR_SHRINKER_NUMA | SHR_SHRINKER_MEMCG);
	toy_register(&plain, domain, SHR_SHRINKER_NUMA);
	assert_false(shr_info_is_set(a, 1, 0));
	shr_info_set_shrinker(a, 1, toy.shrinker);
	assert_true(shr_info_is_set(a, 1, 0));
	assert_false(shr_info_is_set(a, 0, 0));
	shr_info_set_shrinker(root, 0, toy.shrinker);
	assert_false(shr_info_is_set(root, 0, 0));
	shr_info_set_shrinker(NULL, 0, toy.shrinker);
	shr_info_set_shrinker(a, 0, plain.shrinker);
	assert_false(shr_info_is_set(a, 0, -1));
	assert_false(shr_info_is_set(a, 0, 100000));
	toy_free(&toy);
	toy_free(&plain);
	shr_domain_free(domain);
}

/* Past 64 ids everybody's info grows; counters and bits stay, and old bits get set. */
static void test_growth(void **state)
{
	static struct toy toys[130];

	(void)state;
	for (unsigned minor = 6; minor <= 12; minor += 6) {
		struct shr_domain *domain = domain_of(6, minor);
		struct shr_memcg *a = some_memcg(shr_memcg_root(domain));

		toy_register(&toys[0], domain, SHR_SHRINKER_MEMCG);
		*counter_of(&toys[0], a, 0) = 12;
		shr_info_set_shrinker(a, 0, toys[0].shrinker);
		for (size_t i = 1; i < COUNT(toys); i++) {
			toy_register(&toys[i], domain, SHR_SHRINKER_MEMCG);
			assert_int_equal(toys[i].shrinker->id, i);
			assert_int_equal(*counter_of(&toys[i], a, 1), 0);
			*counter_of(&toys[i], a, 0) = (int64_t)i;
		}
		assert_int_equal(*counter_of(&toys[0], a, 0), 12);
		assert_true(shr_info_is_set(a, 0, 0));
		assert_int_equal(shr_info_is_set(a, 0, 1), minor == 6);
		assert_int_equal(shr_info_is_set(a, 0, 127), minor == 6);
		assert_false(shr_info_is_set(a, 0, 128));
		for (size_t i = 0; i < COUNT(toys); i++)
			toy_free(&toys[i]);
		shr_domain_free(domain);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),	 cmocka_unit_test(test_references),
		cmocka_unit_test(test_walk_on),	 cmocka_unit_test(test_key),
		cmocka_unit_test(test_reparent), cmocka_unit_test(test_stale),
		cmocka_unit_test(test_bits),	 cmocka_unit_test(test_growth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
