/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/event.h"

#include "tests/unit/maker.h"

static const struct shr_str anywhere = { "", 0 };

static void test_names(void **state)
{
	(void)state;
	for (enum shr_context_kind kind = 0; kind < SHR_CONTEXT_COUNT; kind++) {
		struct shr_str name = str(shr_context_name(kind));
		struct shr_str shorter = { name.ptr, name.len - 1 };

		assert_true(name.len > 0);
		assert_int_equal(shr_context_find(anywhere, name), kind);
		assert_int_equal(shr_context_find(anywhere, shorter),
				 SHR_CONTEXT_COUNT);
	}
	assert_int_equal(shr_context_find(anywhere, anywhere), SHR_CONTEXT_COUNT);
	assert_int_equal(shr_context_find(anywhere, str("mm_shrink_slab_start")),
			 SHR_CONTEXT_COUNT);
}

static void test_groups(void **state)
{
	(void)state;
	assert_int_equal(shr_context_find(str("cgroup"), str("cgroup_rmdir")),
			 SHR_CGROUP_RMDIR);
	assert_int_equal(shr_context_find(str("vmscan"), str("mm_vmscan_kswapd_wake")),
			 SHR_KSWAPD_WAKE);
	assert_int_equal(shr_context_find(str("memcg"), str("memcg_flush_stats")),
			 SHR_MEMCG_FLUSH);
	assert_int_equal(shr_context_find(str("vmscan"), str("cgroup_rmdir")),
			 SHR_CONTEXT_COUNT);
	assert_int_equal(shr_context_find(str("cgroup2"), str("cgroup_rmdir")),
			 SHR_CONTEXT_COUNT);
}

static void test_cgroups(void **state)
{
	(void)state;
	for (enum shr_context_kind kind = 0; kind < SHR_CONTEXT_COUNT; kind++)
		assert_int_equal(shr_context_is_cgroup(kind),
				 kind == SHR_CGROUP_MKDIR || kind == SHR_CGROUP_RMDIR);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_cgroups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
