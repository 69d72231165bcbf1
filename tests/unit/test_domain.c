/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/shrinker/domain.h"

#include "tests/unit/toy.h"

static void check_refused(const struct shr_domain_options *options, const char *reason)
{
	struct shr_err err = { .reason = "" };

	assert_null(shr_domain_new(options, &err));
	if (!strstr(err.reason, reason))
		fail_msg("'%s' says nothing of '%s'", err.reason, reason);
}

static void test_no_such_kernel(void **state)
{
	(void)state;
	check_refused(&(struct shr_domain_options){ .release = { 2, 6, 38 } },
		      "3.0.39");
	check_refused(&(struct shr_domain_options){ .release = { 3, 0, 38 } },
		      "3.0.38");
	check_refused(
		&(struct shr_domain_options){ .release = { 3, 19, 0 }, .memcgs = true },
		"memcgs");
	check_refused(&(struct shr_domain_options){ .release = { 6, 12, 0 },
						    .generation = shr_generation_get(
							    SHR_GEN_4_10) },
		      "4.10");
}

static const char *generation_of(unsigned major, unsigned minor, unsigned patch)
{
	const struct shr_domain_options options = { .release = { major, minor,
								 patch } };
	struct shr_domain *domain = toy_domain(&options);
	const char *name = shr_domain_generation(domain)->name;

	shr_domain_free(domain);
	return name;
}

/* The youngest that the release may carry; another if it is asked for. */
static void test_generation(void **state)
{
	const struct shr_domain_options options = {
		.release = { 4, 19, 20 },
		.generation = shr_generation_get(SHR_GEN_4_19_0),
	};
	struct shr_domain *domain = toy_domain(&options);

	(void)state;
	assert_string_equal(shr_domain_generation(domain)->name, "4.19.0");
	shr_domain_free(domain);
	assert_string_equal(generation_of(4, 19, 20), "4.19.24");
	assert_string_equal(generation_of(3, 0, 39), "3.0.39");
	assert_string_equal(generation_of(7, 2, 0), "5.13");
}

static void test_root(void **state)
{
	struct shr_domain_options options = { .release = { 6, 12, 0 } };
	struct shr_domain *domain = toy_domain(&options);

	(void)state;
	assert_null(shr_memcg_root(domain));
	assert_null(shr_memcg_next(domain, NULL));
	shr_domain_free(domain);
	options.memcgs = true;
	domain = toy_domain(&options);
	assert_int_equal(shr_memcg_id(shr_memcg_root(domain)), 1);
	assert_true(shr_memcg_is_online(shr_memcg_root(domain)));
	shr_domain_free(domain);
	shr_domain_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_such_kernel),
		cmocka_unit_test(test_generation),
		cmocka_unit_test(test_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
