/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/btf.h"

#include "cli/record/probe.h"
#include "core/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#ifdef HAVE_LIBBPF

#include <bpf/btf.h>

static void expect(const struct kernel_types *types, const char *type,
		   const char *member, uint32_t offset, uint32_t size)
{
	struct member place = { 0 };

	assert_true(btf_find_member(types, type, member, &place));
	assert_int_equal(place.offset, offset);
	assert_int_equal(place.size, size);
}

/*
 * struct inner { int a; };
 * struct shrinker { long batch; union { int seeks; unsigned flags; }; int bits : 3; };
 * int do_shrink_slab(struct inner *, const struct shrinker *, int);
 */
static void add_types(struct btf *btf)
{
	int number = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	int word = btf__add_int(btf, "long", 8, BTF_INT_SIGNED);
	int either = btf__add_union(btf, NULL, 4);

	btf__add_field(btf, "seeks", number, 0, 0);
	btf__add_field(btf, "flags", number, 0, 0);
	int inner = btf__add_struct(btf, "inner", 4);

	btf__add_field(btf, "a", number, 0, 0);
	int shrinker = btf__add_struct(btf, "shrinker", 16);

	btf__add_field(btf, "batch", word, 0, 0);
	btf__add_field(btf, NULL, either, 64, 0);
	btf__add_field(btf, "bits", number, 96, 3);
	int to_inner = btf__add_ptr(btf, inner);
	int to_shrinker = btf__add_ptr(btf, btf__add_const(btf, shrinker));
	int proto = btf__add_func_proto(btf, number);

	btf__add_func_param(btf, "sc", to_inner);
	btf__add_func_param(btf, "shr", to_shrinker);
	btf__add_func_param(btf, "priority", number);
	assert_true(btf__add_func(btf, "do_shrink_slab", BTF_FUNC_STATIC, proto) > 0);
}

/* @size bytes at @data in a file of its own; the caller removes it. */
static void save(char path[], const void *data, size_t size)
{
	strcpy(path, "/tmp/shrinkctl-btf-XXXXXX");
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, size), size);
	close(fd);
}

static void test_members(void **state)
{
	struct btf *btf = btf__new_empty();
	struct shr_err err;
	struct member place;
	char path[64];
	uint32_t size;

	(void)state;
	add_types(btf);
	const void *data = btf__raw_data(btf, &size);

	save(path, data, size);
	struct kernel_types *types = btf_open(path, &err);

	unlink(path);
	btf__free(btf);
	assert_non_null(types);
	expect(types, "shrinker", "batch", 0, 8);
	expect(types, "shrinker", "seeks", 8, 4);
	expect(types, "shrinker", "flags", 8, 4);
	assert_false(btf_find_member(types, "shrinker", "bits", &place));
	assert_false(btf_find_member(types, "shrinker", "name", &place));
	assert_false(btf_find_member(types, "nothing", "name", &place));
	assert_int_equal(btf_find_argument(types, "do_shrink_slab", "inner"), 1);
	assert_int_equal(btf_find_argument(types, "do_shrink_slab", "shrinker"), 2);
	assert_int_equal(btf_find_argument(types, "do_shrink_slab", "nothing"), 0);
	assert_int_equal(btf_find_argument(types, "nothing", "shrinker"), 0);
	btf_close(types);
}

static void test_damaged(void **state)
{
	static const char junk[] = "this is no description of types";
	struct shr_err err;
	char path[64];

	(void)state;
	save(path, junk, sizeof(junk));
	assert_null(btf_open(path, &err));
	unlink(path);
	assert_int_equal(err.code, SHR_ERR_SYNTAX);
}

static void test_absent(void **state)
{
	struct shr_err err;

	(void)state;
	assert_null(btf_open("/nonexistent/vmlinux", &err));
	assert_int_equal(err.code, SHR_ERR_UNSUPPORTED);
	btf_close(NULL);
}

/* Whatever kernel this is: it has shrinkers, and what describes them is whole. */
static void test_this_kernel(void **state)
{
	const unsigned least = 1 << PROBE_SHR | 1 << PROBE_NID | 1 << PROBE_BATCH |
			       1 << PROBE_SEEKS | 1 << PROBE_FLAGS;
	struct probe_layout layout;
	struct shr_err err;

	(void)state;
	if (access(BTF_PATH, R_OK) != 0)
		skip();
	struct kernel_types *types = btf_open(NULL, &err);

	assert_non_null(types);
	probe_layout_read(&layout, types);
	btf_close(types);
	assert_int_equal(probe_layout_fields(&layout) & least, least);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_this_kernel),
	};

	return cmocka_run_group_tests_name("btf", tests, NULL, NULL);
}

#else

static void test_unsupported(void **state)
{
	struct shr_err err;

	(void)state;
	assert_false(btf_supported());
	assert_null(btf_open(NULL, &err));
	assert_int_equal(err.code, SHR_ERR_UNSUPPORTED);
	btf_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_unsupported) };

	return cmocka_run_group_tests_name("btf", tests, NULL, NULL);
}

#endif
