/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parsers/kallsyms.h"

#include "tests/unit/maker.h"

static const char table[] = "ffffffff81000000 T _text\n"
			    "ffffffff81234560 t super_cache_scan\n"
			    "ffffffff81234700 t super_cache_count\n"
			    "ffffffff81300000 t __pfx_kfree_rcu_shrink_scan\n"
			    "ffffffff81300010 t kfree_rcu_shrink_scan.isra.0\n"
			    "ffffffff81400000 W weak_scan\n"
			    "ffffffff81400100 w weaker_scan.cold\n"
			    "ffffffff81500000 t $d\n"
			    "ffffffff81500000 t $x.12\n"
			    "ffffffff81500000 t real_scan.llvm.12345\n"
			    "ffffffff81600000 T first_name\n"
			    "ffffffff81600000 T second_name\n"
			    "ffffffff82000000 D some_data\n"
			    "ffffffff82000010 d more_data\n"
			    "ffffffff82000020 b zeros\n"
			    "ffffffff82000030 R constants\n"
			    "ffffffffc0001000 t zfs_scan\t[zfs]\n"
			    "ffffffffc0002000 t i915_gem_shrinker_scan.part.0\t[i915]\n"
			    "ffffffff80000000 t out_of_order\n";

struct names {
	char *text;
	struct shr_kallsyms *kallsyms;
};

/* Over memory of exactly the size of @text. */
static struct names names_in(const char *text)
{
	size_t len = strlen(text);
	struct names names = { .text = malloc(len + !len) };

	assert_non_null(names.text);
	memcpy(names.text, text, len);
	names.kallsyms = shr_kallsyms_new((struct shr_str){ names.text, len });
	assert_non_null(names.kallsyms);
	return names;
}

static void close_names(struct names *names)
{
	shr_kallsyms_free(names->kallsyms);
	free(names->text);
}

static void expect(struct names *names, uint64_t address, const char *name,
		   const char *module)
{
	struct shr_symbol symbol;

	assert_true(shr_kallsyms_find(names->kallsyms, address, &symbol));
	assert_str(symbol.name, name);
	assert_str(symbol.module, module);
	assert_int_equal(symbol.address, address);
}

static void expect_none(struct names *names, uint64_t address)
{
	struct shr_symbol symbol;

	assert_false(shr_kallsyms_find(names->kallsyms, address, &symbol));
}

static void test_exact_match_only(void **state)
{
	struct names names = names_in(table);

	(void)state;
	expect(&names, 0xffffffff81234560, "super_cache_scan", "");
	expect_none(&names, 0xffffffff8123455f);
	expect_none(&names, 0xffffffff81234561);
	expect_none(&names, 0xffffffff81234564);
	expect_none(&names, 0);
	expect_none(&names, UINT64_MAX);
	expect(&names, 0xffffffff81000000, "_text", "");
	expect(&names, 0xffffffff80000000, "out_of_order", "");
	close_names(&names);
}

static void test_modules(void **state)
{
	struct names names = names_in(table);

	(void)state;
	expect(&names, 0xffffffffc0001000, "zfs_scan", "zfs");
	expect(&names, 0xffffffffc0002000, "i915_gem_shrinker_scan", "i915");
	close_names(&names);
}

static void test_what_compilers_append(void **state)
{
	struct names names = names_in(table);

	(void)state;
	expect(&names, 0xffffffff81300010, "kfree_rcu_shrink_scan", "");
	expect(&names, 0xffffffff81400100, "weaker_scan", "");
	expect(&names, 0xffffffff81500000, "real_scan", "");
	close_names(&names);
}

/* Of several names of one address the table's first counts. */
static void test_aliases(void **state)
{
	struct names names = names_in(table);

	(void)state;
	expect(&names, 0xffffffff81600000, "first_name", "");
	close_names(&names);
}

static void test_only_functions(void **state)
{
	struct names names = names_in(table);

	(void)state;
	for (uint64_t at = 0xffffffff82000000; at <= 0xffffffff82000030; at += 16)
		expect_none(&names, at);
	expect_none(&names, 0xffffffff81300000); /* __pfx_ */
	expect(&names, 0xffffffff81400000, "weak_scan", "");
	close_names(&names);
}

/* Without privilege (kptr_restrict) every address reads 0. */
static void test_zeros(void **state)
{
	struct names names = names_in("0000000000000000 T _text\n"
				      "0000000000000000 t super_cache_scan\n");

	(void)state;
	expect_none(&names, 0);
	expect_none(&names, 0xffffffff81234560);
	close_names(&names);
}

static void test_empty(void **state)
{
	struct names names = names_in("");
	struct shr_symbol symbol;

	(void)state;
	expect_none(&names, 0);
	expect_none(&names, 0xffffffff81234560);
	close_names(&names);
	assert_false(shr_kallsyms_find(NULL, 1, &symbol));
	shr_kallsyms_free(NULL);
}

/* 32-bit kernels have shorter addresses. */
static void test_short_addresses(void **state)
{
	struct names names = names_in("c0100000 T _text\nc0213450 t shmem_scan\n");

	(void)state;
	expect(&names, 0xc0213450, "shmem_scan", "");
	close_names(&names);
}

/* Lines that are none are passed over, wherever the text ends. */
static void test_odd_lines(void **state)
{
	struct names names = names_in("\n"
				      " \n"
				      "junk\n"
				      "ffffffff81000000\n"
				      "ffffffff81000001 \n"
				      "ffffffff81000002 t\n"
				      "ffffffff81000003 t \n"
				      "ffffffff81000004tname\n"
				      "FFFFFFFF81000005 t upper\n"
				      " t no_address\n"
				      "ffffffff81000006 t a\n"
				      "ffffffff81000007 t b\t\n"
				      "ffffffff81000008 t c\t[\n"
				      "ffffffff81000009 t d\t[]\n"
				      "ffffffff8100000a t no_newline");

	(void)state;
	for (uint64_t at = 0xffffffff81000000; at <= 0xffffffff81000005; at++)
		expect_none(&names, at);
	expect(&names, 0xffffffff81000006, "a", "");
	expect(&names, 0xffffffff81000007, "b", "");
	expect(&names, 0xffffffff81000008, "c", "");
	expect(&names, 0xffffffff81000009, "d", "");
	expect(&names, 0xffffffff8100000a, "no_newline", "");
	close_names(&names);
}

/* Cut at every byte, as a damaged file may be: nothing but names that are there. */
static void test_cut_everywhere(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof(table); len++) {
		char *text = malloc(len + !len);
		struct shr_symbol symbol;

		assert_non_null(text);
		memcpy(text, table, len);
		struct shr_kallsyms *kallsyms =
			shr_kallsyms_new((struct shr_str){ text, len });

		for (uint64_t at = 0xffffffff81000000; at < 0xffffffff81700000;
		     at += 0x10)
			if (shr_kallsyms_find(kallsyms, at, &symbol))
				assert_true(symbol.name.ptr >= text &&
					    symbol.name.ptr + symbol.name.len <=
						    text + len);
		shr_kallsyms_free(kallsyms);
		free(text);
	}
}

static void test_bare(void **state)
{
	(void)state;
	assert_str(shr_symbol_bare(str("scan")), "scan");
	assert_str(shr_symbol_bare(str("scan.isra.0")), "scan");
	assert_str(shr_symbol_bare(str("scan.cold")), "scan");
	assert_str(shr_symbol_bare(str("scan.cfi_jt")), "scan");
	assert_str(shr_symbol_bare(str("scan.llvm.8236781")), "scan");
	assert_str(shr_symbol_bare(str(".scan")), ".scan"); /* ppc64 */
	assert_str(shr_symbol_bare(str(".scan.part.1")), ".scan");
	assert_str(shr_symbol_bare(str(".")), ".");
	assert_str(shr_symbol_bare(str("")), "");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact_match_only),
		cmocka_unit_test(test_modules),
		cmocka_unit_test(test_what_compilers_append),
		cmocka_unit_test(test_aliases),
		cmocka_unit_test(test_only_functions),
		cmocka_unit_test(test_zeros),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_short_addresses),
		cmocka_unit_test(test_odd_lines),
		cmocka_unit_test(test_cut_everywhere),
		cmocka_unit_test(test_bare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
