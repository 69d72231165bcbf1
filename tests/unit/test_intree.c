/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/model/intree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct shr_str str(const char *text)
{
	return (struct shr_str){ text, strlen(text) };
}

static size_t rows_of(const char *symbol, const struct shr_release *release)
{
	const struct shr_intree *row = NULL;
	size_t count = 0;

	while ((row = shr_intree_next(row, str(symbol), release)))
		count++;
	return count;
}

/* The one row there must be. */
static const struct shr_intree *row_at(const char *symbol, unsigned major,
				       unsigned minor, unsigned patch)
{
	const struct shr_release release = { major, minor, patch };

	if (rows_of(symbol, &release) != 1)
		fail_msg("%s has %zu rows in %u.%u.%u", symbol,
			 rows_of(symbol, &release), major, minor, patch);
	return shr_intree_next(NULL, str(symbol), &release);
}

static void assert_absent(const char *symbol, unsigned major, unsigned minor)
{
	const struct shr_release release = { major, minor, 0 };

	if (rows_of(symbol, &release) != 0)
		fail_msg("%s has a row in %u.%u", symbol, major, minor);
}

static bool is_range(const struct shr_intree *row)
{
	return row->last.major == 0 || shr_release_compare(row->first, row->last) <= 0;
}

static bool has_seeks(const struct shr_intree *row)
{
	if (row->seeks[0] == SHR_VARIES)
		return true;
	for (size_t i = 0; i < COUNT(row->seeks); i++) {
		if (row->seeks[i] < 0 && row->seeks[i] != SHR_NO_SEEKS)
			return false;
	}
	return row->seeks[0] >= 0;
}

/* A file, and the releases in which it was read. */
static bool has_source(const struct shr_intree *row)
{
	return strchr(row->source, '/') && strstr(row->source, "; ");
}

static void test_every_row_is_complete(void **state)
{
	size_t count = 0;
	const struct shr_intree *rows = shr_intree_all(&count);

	(void)state;
	assert_true(count > 60);
	for (size_t i = 0; i < count; i++) {
		const struct shr_intree *row = &rows[i];

		if (!*row->symbol || !row->name || !is_range(row) || !has_seeks(row) ||
		    row->batch < SHR_VARIES || !has_source(row))
			fail_msg("row %zu of %s is incomplete", i, row->symbol);
	}
}

static bool overlap(const struct shr_intree *a, const struct shr_intree *b)
{
	const struct shr_release *later =
		shr_release_compare(a->first, b->first) > 0 ? &a->first : &b->first;

	return (!a->last.major || shr_release_compare(*later, a->last) <= 0) &&
	       (!b->last.major || shr_release_compare(*later, b->last) <= 0);
}

/* Two rows of one symbol in one release are two shrinkers, told apart by name. */
static void test_rows_of_a_release_differ_in_name(void **state)
{
	size_t count = 0;
	const struct shr_intree *rows = shr_intree_all(&count);
	unsigned shared = 0;

	(void)state;
	for (size_t i = 0; i < count; i++) {
		for (size_t j = i + 1; j < count; j++) {
			if (strcmp(rows[i].symbol, rows[j].symbol) != 0 ||
			    !overlap(&rows[i], &rows[j]))
				continue;
			assert_string_not_equal(rows[i].name, rows[j].name);
			shared++;
		}
	}
	assert_int_equal(shared, 2); /* nfs4_xattr_entry, bch2_btree_cache */
}

static void test_iterates(void **state)
{
	const struct shr_intree *row = NULL;
	size_t count = 0, found = 0;
	const struct shr_intree *rows = shr_intree_all(&count);

	(void)state;
	while ((row = shr_intree_next(row, str("super_cache_scan"), NULL)))
		found++;
	assert_int_equal(found, 3);
	for (size_t i = 0; i < count; i++)
		assert_true(rows_of(rows[i].symbol, NULL) >= 1);
	assert_int_equal(rows_of("", NULL), 0);
	assert_int_equal(rows_of("super_cache", NULL), 0);
	assert_int_equal(rows_of("super_cache_scan+0x0/0x210", NULL), 0);
	assert_null(shr_intree_next(NULL, (struct shr_str){ NULL, 0 }, NULL));
	/* The slice counts, not the text behind it. */
	assert_non_null(shr_intree_next(
		NULL, (struct shr_str){ "ext4_es_scan+0x0", 12 }, NULL));
}

static void test_superblocks(void **state)
{
	const struct shr_intree *old = row_at("super_cache_scan", 4, 19, 304);
	const struct shr_intree *now = row_at("super_cache_scan", 6, 18, 44);

	(void)state;
	assert_int_equal(old->batch, 1024);
	assert_int_equal(old->seeks[0], 2);
	assert_int_equal(old->seeks[1], SHR_NO_SEEKS);
	assert_int_equal(now->batch, 1024);
	assert_int_equal(now->seeks[0], 2);
	assert_int_equal(now->seeks[1], 0);
	assert_int_equal(now->seeks[2], SHR_NO_SEEKS);
	assert_int_equal(now->flags, SHR_NUMA_AWARE | SHR_MEMCG_AWARE);
	assert_int_equal(now->refusal, SHR_REFUSES_WITHOUT_FS);
	assert_false(now->own_count);
	assert_string_equal(now->name, "sb-");
	assert_int_equal(row_at("super_cache_scan", 3, 12, 0)->flags, SHR_NUMA_AWARE);
	assert_int_equal(row_at("prune_super", 3, 11, 10)->batch, 1024);
	assert_int_equal(row_at("prune_super", 3, 2, 0)->refusal,
			 SHR_REFUSES_WITHOUT_FS);
	assert_absent("prune_super", 3, 12);
	assert_absent("super_cache_scan", 3, 11);
}

struct expected {
	const char *symbol;
	struct shr_release release;
	int64_t batch;
	int32_t seeks;
	unsigned flags;
	enum shr_refusal refusal;
	bool own_count;
};

static const unsigned numa = SHR_NUMA_AWARE, memcg = SHR_MEMCG_AWARE;
static const unsigned nonslab = SHR_NONSLAB;

static void check(const struct expected *want)
{
	const struct shr_intree *row = row_at(want->symbol, want->release.major,
					      want->release.minor, want->release.patch);

	if (row->batch != want->batch || row->seeks[0] != want->seeks ||
	    row->flags != want->flags || row->refusal != want->refusal ||
	    row->own_count != want->own_count)
		fail_msg("%s in %u.%u.%u: batch %lld seeks %d flags %#x refusal %d %d",
			 want->symbol, want->release.major, want->release.minor,
			 want->release.patch, (long long)row->batch, row->seeks[0],
			 row->flags, row->refusal, row->own_count);
}

/* Where a value changed: the releases on both sides. */
static void test_changes(void **state)
{
	const enum shr_refusal never = SHR_REFUSES_NEVER, maybe = SHR_REFUSES_MAYBE;
	const int varies = SHR_VARIES;
	const struct expected table[] = {
		{ "scan_shadow_nodes", { 4, 4, 70 }, 0, 2, numa, never, false },
		{ "scan_shadow_nodes",
		  { 4, 19, 40 },
		  0,
		  2,
		  numa | memcg,
		  never,
		  false },
		{ "scan_shadow_nodes", { 4, 20, 0 }, 0, 0, numa | memcg, never, false },
		{ "deferred_split_scan", { 5, 3, 1 }, 0, 2, numa, maybe, false },
		{ "deferred_split_scan",
		  { 5, 4, 0 },
		  0,
		  2,
		  numa | memcg | nonslab,
		  maybe,
		  false },
		{ "deferred_split_scan",
		  { 7, 1, 5 },
		  0,
		  2,
		  numa | memcg | nonslab,
		  maybe,
		  false },
		{ "deferred_split_scan",
		  { 7, 2, 0 },
		  0,
		  2,
		  numa | memcg,
		  maybe,
		  false },
		{ "jbd2_journal_shrink_scan", { 6, 1, 0 }, 0, 2, 0, never, false },
		{ "jbd2_journal_shrink_scan",
		  { 5, 14, 0 },
		  varies,
		  2,
		  0,
		  never,
		  false },
		{ "jbd2_journal_shrink_scan",
		  { 6, 11, 9 },
		  varies,
		  2,
		  0,
		  never,
		  false },
		{ "jbd2_journal_shrink_scan", { 6, 12, 0 }, 0, 2, 0, never, false },
		{ "nfsd_file_lru_scan", { 6, 14, 11 }, 0, 1, 0, never, false },
		{ "nfsd_file_lru_scan", { 6, 15, 0 }, 0, 1, 0, maybe, false },
		{ "ttm_pool_shrinker_scan", { 6, 0, 19 }, 0, 1, 0, never, false },
		{ "ttm_pool_shrinker_scan", { 6, 1, 0 }, 0, 1, 0, maybe, true },
		{ "ttm_pool_shrinker_scan", { 6, 12, 107 }, 0, 1, 0, maybe, true },
		{ "ttm_pool_shrinker_scan", { 6, 13, 7 }, varies, 1, 0, maybe, true },
		{ "ttm_pool_shrinker_scan", { 6, 16, 0 }, varies, 1, 0, maybe, true },
		{ "ttm_pool_shrinker_scan", { 6, 17, 0 }, 352, 1, 0, maybe, true },
		{ "ttm_pool_shrinker_scan", { 7, 0, 0 }, 352, 1, 0, maybe, true },
		{ "ttm_pool_shrinker_scan", { 7, 1, 3 }, 352, 1, numa, maybe, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++)
		check(&table[i]);
}

/* One release each of the shrinkers that stand out. */
static void test_values(void **state)
{
	const enum shr_refusal never = SHR_REFUSES_NEVER, maybe = SHR_REFUSES_MAYBE;
	const enum shr_refusal always = SHR_REFUSES_ALWAYS;
	const enum shr_refusal nofs = SHR_REFUSES_WITHOUT_FS;
	const enum shr_refusal kernel = SHR_REFUSES_WITHOUT_KERNEL;
	const struct shr_release new = { 7, 2, 13 }, lts = { 6, 12, 107 };
	const int varies = SHR_VARIES;
	const struct expected table[] = {
		{ "zs_shrinker_scan", new, 0, 2, 0, maybe, false },
		{ "zswap_shrinker_scan", new, 0, 2, numa | memcg, maybe, false },
		{ "vmap_node_shrink_scan", new, 0, 2, 0, always, false },
		{ "kfree_rcu_shrink_scan", new, 0, 2, 0, maybe, false },
		{ "lazy_rcu_shrink_scan", new, 0, 2, 0, maybe, false },
		{ "mmu_shrink_scan", lts, 0, 20, 0, never, false },
		{ "ext4_es_scan", new, 0, 2, 0, never, false },
		{ "xfs_buftarg_shrink_scan", new, 0, 2, numa, never, false },
		{ "xfs_qm_shrink_scan", new, 0, 2, numa, never, false },
		{ "xfs_inodegc_shrinker_scan", new, 2049, 0, nonslab, maybe, false },
		{ "gfs2_qd_shrink_scan", new, 0, 2, numa, nofs, false },
		{ "gfs2_glock_shrink_scan", new, 0, 2, 0, nofs, false },
		{ "nfs4_xattr_cache_scan", new, 0, 2, memcg, never, false },
		{ "nfs_access_cache_scan", new, 0, 2, 0, kernel, false },
		{ "rpcauth_cache_shrink_scan", new, 0, 2, 0, kernel, false },
		{ "nfsd_reply_cache_scan", new, 0, 1, 0, never, false },
		{ "nfsd4_state_shrinker_scan", new, 0, 2, 0, always, false },
		{ "nfsd_slot_scan", new, 0, 2, 0, never, true },
		{ "btrfs_compr_pool_scan", new, 32, 2, nonslab, maybe, false },
		{ "bch2_btree_key_cache_scan", lts, 16384, 0, 0, maybe, false },
		{ "dm_bufio_shrink_scan", new, 0, 1, 0, never, false },
		{ "raid5_cache_scan", new, 128, varies, 0, maybe, false },
		{ "bch_mca_scan", new, varies, 4, 0, maybe, false },
		{ "i915_gem_shrinker_scan", new, varies, 2, 0, maybe, true },
		{ "xe_shrinker_scan", new, 0, 2, 0, maybe, true },
		{ "drm_pagemap_shrinker_scan", new, 0, 2, 0, maybe, true },
		{ "ashmem_shrink_scan", { 5, 10, 223 }, 0, 8, 0, nofs, false },
		{ "ttm_pool_shrink_scan", { 5, 10, 223 }, 0, 1, 0, maybe, false },
		{ "lowmem_shrink", { 3, 4, 113 }, 0, 32, 0, maybe, false },
		{ "lowmem_scan", { 4, 4, 70 }, 0, 32, 0, maybe, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++)
		check(&table[i]);
}

static void test_shared_callbacks(void **state)
{
	const struct shr_release release = { 6, 1, 192 };
	const struct shr_str symbol = str("nfs4_xattr_entry_scan");
	const struct shr_intree *small = shr_intree_next(NULL, symbol, &release);
	const struct shr_intree *large = shr_intree_next(small, symbol, &release);

	(void)state;
	assert_int_equal(small->seeks[0], 2);
	assert_string_equal(small->name, "nfs-xattr_entry");
	assert_int_equal(large->seeks[0], 1);
	assert_string_equal(large->name, "nfs-xattr_large_entry");
	assert_int_equal(small->batch, 512);
	assert_int_equal(large->batch, 512);
	assert_null(shr_intree_next(large, symbol, &release));
}

static void test_gone_and_not_yet(void **state)
{
	(void)state;
	assert_absent("mmu_shrink_scan", 6, 13);
	assert_absent("shrink_huge_zero_page_scan", 6, 18);
	assert_absent("shrink_huge_zero_folio_scan", 6, 17);
	assert_absent("bch2_btree_cache_scan", 6, 18);
	assert_absent("bch2_btree_key_cache_scan", 6, 18);
	assert_absent("ttm_pool_shrink_scan", 5, 11);
	assert_absent("ttm_dma_pool_shrink_scan", 5, 11);
	assert_absent("ttm_pool_shrinker_scan", 5, 10);
	assert_absent("ashmem_shrink_scan", 6, 1);
	assert_absent("ion_heap_shrink_scan", 6, 1);
	assert_absent("lowmem_shrink", 3, 12);
	assert_absent("lowmem_scan", 4, 12);
	assert_absent("jbd2_journal_shrink_scan", 5, 10);
	assert_absent("vmap_node_shrink_scan", 6, 8);
	assert_absent("zswap_shrinker_scan", 6, 7);
	assert_absent("panthor_gem_shrinker_scan", 7, 1);
	assert_absent("rust_shrink_scan", 6, 17);
}

/* debugfs renamed it when it moved; a stable update stays on its own side. */
static void test_renamed(void **state)
{
	(void)state;
	assert_string_equal(row_at("kfree_rcu_shrink_scan", 6, 13, 7)->name,
			    "rcu-kfree");
	assert_string_equal(row_at("kfree_rcu_shrink_scan", 6, 14, 0)->name,
			    "slab-kvfree-rcu");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row_is_complete),
		cmocka_unit_test(test_rows_of_a_release_differ_in_name),
		cmocka_unit_test(test_iterates),
		cmocka_unit_test(test_superblocks),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_shared_callbacks),
		cmocka_unit_test(test_gone_and_not_yet),
		cmocka_unit_test(test_renamed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
