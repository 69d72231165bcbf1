/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/model/intree.h"

#include <string.h>

/* The trees in which every shrinker was read; others only for the first and last. */
#define ALL_READ "5.10.223, 6.1.192, 6.12.107, 6.18.13, 7.2.13"

/*
 * Ranges end where a release with other values was read.  Where a change fell
 * between two that were read, the range between says what both allow.
 */
static const struct shr_intree rows[] = {
	/* Superblocks: seeks 0 for kernfs (sysfs, cgroup, ...), proc and bcachefs. */
	{
		.symbol = "prune_super",
		.name = "",
		.last = { 3, 11, 0 },
		.batch = 1024,
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_WITHOUT_FS,
		.source = "fs/super.c; up to 3.11, before scan_objects",
	},
	{
		.symbol = "super_cache_scan",
		.name = "",
		.first = { 3, 12, 0 },
		.last = { 3, 19, 0 },
		.batch = 1024,
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.flags = SHR_NUMA_AWARE,
		.refusal = SHR_REFUSES_WITHOUT_FS,
		.source = "fs/super.c; 3.19",
	},
	{
		.symbol = "super_cache_scan",
		.name = "",
		.first = { 4, 0, 0 },
		.last = { 4, 19, 0 },
		.batch = 1024,
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.flags = SHR_NUMA_AWARE | SHR_MEMCG_AWARE,
		.refusal = SHR_REFUSES_WITHOUT_FS,
		.source = "fs/super.c; 4.4, 4.18, 4.19",
	},
	{
		.symbol = "super_cache_scan",
		.name = "sb-",
		.first = { 4, 20, 0 },
		.batch = 1024,
		.seeks = { 2, 0, SHR_NO_SEEKS },
		.flags = SHR_NUMA_AWARE | SHR_MEMCG_AWARE,
		.refusal = SHR_REFUSES_WITHOUT_FS,
		.source = "fs/super.c, fs/kernfs/mount.c, fs/proc/root.c; "
			  "4b85afbdacd2 in 4.20, 5.4, " ALL_READ,
	},

	/* Memory management. */
	{
		.symbol = "scan_shadow_nodes",
		.name = "",
		.last = { 4, 5, 0 },
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.flags = SHR_NUMA_AWARE,
		.source = "mm/workingset.c; 3.19, 4.4",
	},
	{
		.symbol = "scan_shadow_nodes",
		.name = "",
		.first = { 4, 6, 0 },
		.last = { 4, 19, 0 },
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.flags = SHR_NUMA_AWARE | SHR_MEMCG_AWARE,
		.source = "mm/workingset.c; 0a6b76dd23fa in 4.6, 4.18, 4.19",
	},
	{
		.symbol = "scan_shadow_nodes",
		.name = "mm-shadow",
		.first = { 4, 20, 0 },
		.seeks = { 0, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.flags = SHR_NUMA_AWARE | SHR_MEMCG_AWARE,
		.source = "mm/workingset.c; 4b85afbdacd2 in 4.20, 5.4, " ALL_READ,
	},
	{
		.symbol = "deferred_split_scan",
		.name = "",
		.last = { 5, 3, 0 },
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.flags = SHR_NUMA_AWARE,
		.refusal = SHR_REFUSES_MAYBE,
		.source = "mm/huge_memory.c; 4.18, 4.19, and 87eaceb3faa5 in 5.4 "
			  "for what it changed",
	},
	{
		.symbol = "deferred_split_scan",
		.name = "thp-deferred_split",
		.first = { 5, 4, 0 },
		.last = { 7, 1, 0 },
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.flags = SHR_NUMA_AWARE | SHR_MEMCG_AWARE | SHR_NONSLAB,
		.refusal = SHR_REFUSES_MAYBE,
		.source = "mm/huge_memory.c; 0a432dcbeb32 in 5.4, 5.10.223, "
			  "6.1.192, 6.12.107, 6.18.13, 7.1",
	},
	{
		.symbol = "deferred_split_scan",
		.name = "thp-deferred_split",
		.first = { 7, 2, 0 },
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.flags = SHR_NUMA_AWARE | SHR_MEMCG_AWARE,
		.refusal = SHR_REFUSES_MAYBE,
		.source = "mm/huge_memory.c; 7.2.13",
	},
	{
		.symbol = "shrink_huge_zero_page_scan",
		.name = "thp-zero",
		.last = { 6, 17, 0 },
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.source = "mm/huge_memory.c; 5.10.223, 6.1.192, 6.12.107, 6.17",
	},
	{
		.symbol = "shrink_huge_zero_folio_scan",
		.name = "thp-zero",
		.first = { 6, 18, 0 },
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.source = "mm/huge_memory.c; 6.18.13, 7.2.13",
	},
	{
		.symbol = "zs_shrinker_scan",
		.name = "mm-zspool:",
		.first = { 4, 2, 0 },
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_MAYBE,
		.source = "mm/zsmalloc.c; 4.18, 4.19, " ALL_READ,
	},
	{
		.symbol = "zswap_shrinker_scan",
		.name = "mm-zswap",
		.first = { 6, 8, 0 },
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.flags = SHR_NUMA_AWARE | SHR_MEMCG_AWARE,
		.refusal = SHR_REFUSES_MAYBE,
		.source = "mm/zswap.c; 6.8, 6.12.107, 6.18.13, 7.2.13",
	},
	{
		.symbol = "vmap_node_shrink_scan",
		.name = "vmap-node",
		.first = { 6, 9, 0 },
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_ALWAYS,
		.source = "mm/vmalloc.c; 6.9, 6.12.107, 6.18.13, 7.2.13",
	},
	{
		.symbol = "kfree_rcu_shrink_scan",
		.name = "rcu-kfree",
		.last = { 6, 13, 0 },
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_MAYBE,
		.source = "kernel/rcu/tree.c; 5.10.223, 6.1.192, 6.12.107, 6.13",
	},
	{
		.symbol = "kfree_rcu_shrink_scan",
		.name = "slab-kvfree-rcu",
		.first = { 6, 14, 0 },
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_MAYBE,
		.source = "mm/slab_common.c; 6.14, 6.18.13, 7.2.13",
	},
	{
		.symbol = "lazy_rcu_shrink_scan",
		.name = "rcu-lazy",
		.first = { 6, 2, 0 },
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_MAYBE,
		.source = "kernel/rcu/tree_nocb.h; 6.2, 6.12.107, 6.18.13, 7.2.13",
	},
	{
		.symbol = "mmu_shrink_scan",
		.name = "x86-mmu",
		.last = { 6, 12, 0 },
		.seeks = { 20, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.source = "arch/x86/kvm/mmu/mmu.c; 5.10.223, 6.1.192, 6.12.107, "
			  "gone in 6.13.7",
	},

	/* Filesystems. */
	{
		.symbol = "ext4_es_scan",
		.name = "ext4-es:",
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.source = "fs/ext4/extents_status.c; " ALL_READ,
	},
	/*
	 * Up to 6.9 the batch is copied from j_max_transaction_buffers.  On 6.1 a
	 * probe read 0, for all of 153 calls: the copy is made before the journal's
	 * size is known.  Other releases were read, not run.
	 */
	{
		.symbol = "jbd2_journal_shrink_scan",
		.name = "jbd2-journal:",
		.first = { 5, 14, 0 },
		.last = { 6, 0, 0 },
		.batch = SHR_VARIES,
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.source = "fs/jbd2/journal.c; 5.14, 5.15.135",
	},
	{
		.symbol = "jbd2_journal_shrink_scan",
		.name = "jbd2-journal:",
		.first = { 6, 1, 0 },
		.last = { 6, 1, 0 },
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.source = "fs/jbd2/journal.c; 6.1.192; batch as captured on 6.1.180",
	},
	{
		.symbol = "jbd2_journal_shrink_scan",
		.name = "jbd2-journal:",
		.first = { 6, 2, 0 },
		.last = { 6, 11, 0 },
		.batch = SHR_VARIES,
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.source = "fs/jbd2/journal.c; 6.9; 6.10 and 6.11 unread",
	},
	{
		.symbol = "jbd2_journal_shrink_scan",
		.name = "jbd2-journal:",
		.first = { 6, 12, 0 },
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.source = "fs/jbd2/journal.c; 6.12.107, 6.18.13, 7.2.13",
	},
	{
		.symbol = "mb_cache_scan",
		.name = "mbcache-shrinker",
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.source = "fs/mbcache.c; " ALL_READ,
	},
	{
		.symbol = "dqcache_shrink_scan",
		.name = "dquota-cache",
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.source = "fs/quota/dquot.c; " ALL_READ,
	},
	{
		.symbol = "xfs_buftarg_shrink_scan",
		.name = "xfs-buf:",
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.flags = SHR_NUMA_AWARE,
		.source = "fs/xfs/xfs_buf.c; " ALL_READ,
	},
	{
		.symbol = "xfs_qm_shrink_scan",
		.name = "xfs-qm:",
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.flags = SHR_NUMA_AWARE,
		.source = "fs/xfs/xfs_qm.c; " ALL_READ,
	},
	{
		.symbol = "xfs_inodegc_shrinker_scan",
		.name = "xfs-inodegc:",
		.first = { 5, 15, 0 },
		.batch = 2049,
		.seeks = { 0, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.flags = SHR_NONSLAB,
		.refusal = SHR_REFUSES_MAYBE,
		.source = "fs/xfs/xfs_icache.c; 5.15.135, 6.1.192, 6.12.107, "
			  "6.18.13, 7.2.13",
	},
	{
		.symbol = "gfs2_qd_shrink_scan",
		.name = "gfs2-qd",
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.flags = SHR_NUMA_AWARE,
		.refusal = SHR_REFUSES_WITHOUT_FS,
		.source = "fs/gfs2/quota.c; " ALL_READ,
	},
	{
		.symbol = "gfs2_glock_shrink_scan",
		.name = "gfs2-glock",
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_WITHOUT_FS,
		.source = "fs/gfs2/glock.c; " ALL_READ,
	},
	{
		.symbol = "nfs4_xattr_cache_scan",
		.name = "nfs-xattr_cache",
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.flags = SHR_MEMCG_AWARE,
		.source = "fs/nfs/nfs42xattr.c; " ALL_READ,
	},
	{
		.symbol = "nfs4_xattr_entry_scan",
		.name = "nfs-xattr_entry",
		.batch = 512,
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.flags = SHR_MEMCG_AWARE,
		.source = "fs/nfs/nfs42xattr.c; " ALL_READ,
	},
	{
		.symbol = "nfs4_xattr_entry_scan",
		.name = "nfs-xattr_large_entry",
		.batch = 512,
		.seeks = { 1, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.flags = SHR_MEMCG_AWARE,
		.source = "fs/nfs/nfs42xattr.c; " ALL_READ,
	},
	{
		.symbol = "nfs_access_cache_scan",
		.name = "nfs-acl",
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_WITHOUT_KERNEL,
		.source = "fs/nfs/dir.c; " ALL_READ,
	},
	{
		.symbol = "nfsd_file_lru_scan",
		.name = "nfsd-filecache",
		.last = { 6, 14, 0 },
		.seeks = { 1, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.source = "fs/nfsd/filecache.c; 5.10.223, 6.1.192, 6.12.107, 6.14",
	},
	{
		.symbol = "nfsd_file_lru_scan",
		.name = "nfsd-filecache",
		.first = { 6, 15, 0 },
		.seeks = { 1, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_MAYBE,
		.source = "fs/nfsd/filecache.c; 6.17, 6.18.13, 7.2.13; 6.15 and "
			  "6.16 unread",
	},
	{
		.symbol = "nfsd_reply_cache_scan",
		.name = "nfsd-reply:",
		.seeks = { 1, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.source = "fs/nfsd/nfscache.c; " ALL_READ,
	},
	{
		.symbol = "nfsd4_state_shrinker_scan",
		.name = "nfsd-client",
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_ALWAYS,
		.source = "fs/nfsd/nfs4state.c; 6.2 and stable before: " ALL_READ,
	},
	{
		.symbol = "nfsd_slot_scan",
		.name = "nfsd-DRC-slot",
		.first = { 6, 14, 0 },
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.own_count = true,
		.source = "fs/nfsd/nfs4state.c; 6.14, 6.18.13, 7.2.13",
	},
	{
		.symbol = "rpcauth_cache_shrink_scan",
		.name = "sunrpc_cred",
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_WITHOUT_KERNEL,
		.source = "net/sunrpc/auth.c; " ALL_READ,
	},
	{
		.symbol = "ubifs_shrink_scan",
		.name = "ubifs-slab",
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_MAYBE,
		.source = "fs/ubifs/shrinker.c; " ALL_READ,
	},
	{
		.symbol = "f2fs_shrink_scan",
		.name = "f2fs-shrinker",
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.source = "fs/f2fs/shrinker.c; " ALL_READ,
	},
	{
		.symbol = "erofs_shrink_scan",
		.name = "erofs-shrinker",
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.source = "fs/erofs/utils.c, fs/erofs/zutil.c; " ALL_READ,
	},
	{
		.symbol = "btrfs_compr_pool_scan",
		.name = "btrfs-compr-pages",
		.first = { 6, 8, 0 },
		.batch = 32,
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.flags = SHR_NONSLAB,
		.refusal = SHR_REFUSES_MAYBE,
		.source = "fs/btrfs/compression.c; 6.8, 6.12.107, 6.18.13, 7.2.13",
	},
	{
		.symbol = "bch2_btree_cache_scan",
		.name = "-btree_cache",
		.last = { 6, 17, 0 },
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_MAYBE,
		.source = "fs/bcachefs/btree_cache.c; 6.8.1, 6.12.107, absent from "
			  "6.18",
	},
	{
		.symbol = "bch2_btree_cache_scan",
		.name = "-btree_cache-pinned",
		.last = { 6, 17, 0 },
		.seeks = { 8, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_MAYBE,
		.source = "fs/bcachefs/btree_cache.c; 6.8.1, 6.12.107, absent from "
			  "6.18",
	},
	{
		.symbol = "bch2_btree_key_cache_scan",
		.name = "-btree_key_cache",
		.last = { 6, 17, 0 },
		.batch = 16384,
		.seeks = { 0, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_MAYBE,
		.source = "fs/bcachefs/btree_key_cache.c; 6.8.1, 6.12.107, absent "
			  "from 6.18",
	},

	/* Block devices.  seeks of raid5 is 8 * raid_disks, batch of bcache 2 *
	   btree_pages. */
	{
		.symbol = "dm_bufio_shrink_scan",
		.name = "dm-bufio:",
		.seeks = { 1, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.source = "drivers/md/dm-bufio.c; " ALL_READ,
	},
	{
		.symbol = "raid5_cache_scan",
		.name = "md-raid5:",
		.first = { 4, 2, 0 },
		.batch = 128,
		.seeks = { SHR_VARIES, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_MAYBE,
		.source = "drivers/md/raid5.c; 4.4, 4.18, 4.19, 5.4, " ALL_READ,
	},
	{
		.symbol = "bch_mca_scan",
		.name = "md-bcache:",
		.batch = SHR_VARIES,
		.seeks = { 4, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_MAYBE,
		.source = "drivers/md/bcache/btree.c; " ALL_READ,
	},
	{
		.symbol = "dmz_mblock_shrinker_scan",
		.name = "dm-zoned-meta:",
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_MAYBE,
		.source = "drivers/md/dm-zoned-metadata.c; " ALL_READ,
	},

	/* Guests and Android. */
	{
		.symbol = "vmballoon_shrinker_scan",
		.name = "vmw-balloon",
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.source = "drivers/misc/vmw_balloon.c; " ALL_READ,
	},
	{
		.symbol = "virtio_balloon_shrinker_scan",
		.name = "virtio-balloon",
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.source = "drivers/virtio/virtio_balloon.c; " ALL_READ,
	},
	{
		.symbol = "binder_shrink_scan",
		.name = "android-binder",
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.source = "drivers/android/binder_alloc.c; " ALL_READ,
	},
	{
		.symbol = "rust_shrink_scan",
		.name = "",
		.first = { 6, 18, 0 },
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.source = "drivers/android/binder/page_range.rs; 6.18.13, 7.2.13",
	},
	{
		.symbol = "ashmem_shrink_scan",
		.name = "",
		.last = { 6, 0, 0 },
		.seeks = { 8, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_WITHOUT_FS,
		.source = "drivers/staging/android/ashmem.c; 5.10.223, gone in 6.1",
	},
	{
		.symbol = "ion_heap_shrink_scan",
		.name = "",
		.last = { 6, 0, 0 },
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.source = "drivers/staging/android/ion/ion_heap.c; 5.10.223, gone "
			  "in 6.1",
	},
	{
		.symbol = "lowmem_shrink",
		.name = "",
		.last = { 3, 11, 0 },
		.seeks = { 32, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_MAYBE,
		.source = "drivers/staging/android/lowmemorykiller.c; up to 3.11, "
			  "then lowmem_scan",
	},
	{
		.symbol = "lowmem_scan",
		.name = "",
		.first = { 3, 12, 0 },
		.last = { 4, 11, 0 },
		.seeks = { 32, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_MAYBE,
		.source = "drivers/staging/android/lowmemorykiller.c; 3.12 to 4.11",
	},

	/* Graphics.  i915 adapts its batch in each count. */
	{
		.symbol = "i915_gem_shrinker_scan",
		.name = "drm-i915_gem",
		.batch = SHR_VARIES,
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_MAYBE,
		.own_count = true,
		.source =
			"drivers/gpu/drm/i915/gem/i915_gem_shrinker.c; 4.18, " ALL_READ,
	},
	{
		.symbol = "msm_gem_shrinker_scan",
		.name = "drm-msm_gem",
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_MAYBE,
		.source = "drivers/gpu/drm/msm/msm_gem_shrinker.c; " ALL_READ,
	},
	{
		.symbol = "panfrost_gem_shrinker_scan",
		.name = "drm-panfrost",
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_MAYBE,
		.source = "drivers/gpu/drm/panfrost/panfrost_gem_shrinker.c; " ALL_READ,
	},
	{
		.symbol = "panthor_gem_shrinker_scan",
		.name = "drm-panthor-gem",
		.first = { 7, 2, 0 },
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_MAYBE,
		.source = "drivers/gpu/drm/panthor/panthor_gem.c; 7.2.13",
	},
	{
		.symbol = "ttm_pool_shrink_scan",
		.name = "",
		.last = { 5, 10, 0 },
		.seeks = { 1, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_MAYBE,
		.source = "drivers/gpu/drm/ttm/ttm_page_alloc.c; 5.10.223",
	},
	{
		.symbol = "ttm_dma_pool_shrink_scan",
		.name = "",
		.last = { 5, 10, 0 },
		.seeks = { 1, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_MAYBE,
		.source = "drivers/gpu/drm/ttm/ttm_page_alloc_dma.c; 5.10.223",
	},
	{
		.symbol = "ttm_pool_shrinker_scan",
		.name = "drm-ttm_pool",
		.first = { 5, 11, 0 },
		.last = { 6, 0, 0 },
		.seeks = { 1, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.source = "drivers/gpu/drm/ttm/ttm_pool.c; 5.11, 5.15.135, 6.0",
	},
	/* SHRINK_STOP and nr_scanned: not yet in 6.14, but in 6.1.192 and 6.12.107. */
	{
		.symbol = "ttm_pool_shrinker_scan",
		.name = "drm-ttm_pool",
		.first = { 6, 1, 0 },
		.last = { 6, 12, 0 },
		.seeks = { 1, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_MAYBE,
		.own_count = true,
		.source = "drivers/gpu/drm/ttm/ttm_pool.c; 6.1.192, 6.12.107",
	},
	{
		.symbol = "ttm_pool_shrinker_scan",
		.name = "drm-ttm_pool",
		.first = { 6, 13, 0 },
		.last = { 6, 16, 0 },
		.batch = SHR_VARIES,
		.seeks = { 1, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_MAYBE,
		.own_count = true,
		.source = "drivers/gpu/drm/ttm/ttm_pool.c; batch between 6.12.107 "
			  "(128) and 6.17 (352) unknown",
	},
	{
		.symbol = "ttm_pool_shrinker_scan",
		.name = "drm-ttm_pool",
		.first = { 6, 17, 0 },
		.last = { 7, 0, 0 },
		.batch = 352,
		.seeks = { 1, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_MAYBE,
		.own_count = true,
		.source = "drivers/gpu/drm/ttm/ttm_pool.c; 6.17, 6.18.13, 7.0; "
			  "batch with MAX_PAGE_ORDER 10",
	},
	{
		.symbol = "ttm_pool_shrinker_scan",
		.name = "drm-ttm_pool",
		.first = { 7, 1, 0 },
		.batch = 352,
		.seeks = { 1, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.flags = SHR_NUMA_AWARE,
		.refusal = SHR_REFUSES_MAYBE,
		.own_count = true,
		.source = "drivers/gpu/drm/ttm/ttm_pool.c; 7.1, 7.2.13; batch with "
			  "MAX_PAGE_ORDER 10",
	},
	{
		.symbol = "xe_shrinker_scan",
		.name = "drm-xe_gem:",
		.first = { 6, 15, 0 },
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_MAYBE,
		.own_count = true,
		.source = "drivers/gpu/drm/xe/xe_shrinker.c; 6.17, 6.18.13, 7.2.13",
	},
	{
		.symbol = "drm_pagemap_shrinker_scan",
		.name = "drm-drm_pagemap:",
		.first = { 7, 0, 0 },
		.seeks = { 2, SHR_NO_SEEKS, SHR_NO_SEEKS },
		.refusal = SHR_REFUSES_MAYBE,
		.own_count = true,
		.source = "drivers/gpu/drm/drm_pagemap_util.c; 7.0, 7.2.13",
	},
};

static const size_t row_count = sizeof(rows) / sizeof(rows[0]);

static bool is_symbol(const struct shr_intree *row, struct shr_str symbol)
{
	return strlen(row->symbol) == symbol.len &&
	       memcmp(row->symbol, symbol.ptr, symbol.len) == 0;
}

static bool is_gone(const struct shr_intree *row)
{
	return row->last.major != 0;
}

static bool exists_in(const struct shr_intree *row, struct shr_release release)
{
	if (shr_release_compare(release, row->first) < 0)
		return false;
	if (!is_gone(row))
		return true;
	release.patch = 0; /* last is a major.minor and stands for all of its updates */
	return shr_release_compare(release, row->last) <= 0;
}

const struct shr_intree *shr_intree_next(const struct shr_intree *prev,
					 struct shr_str symbol,
					 const struct shr_release *release)
{
	const struct shr_intree *row = prev ? prev + 1 : rows;

	for (; row < rows + row_count; row++) {
		if (is_symbol(row, symbol) && (!release || exists_in(row, *release)))
			return row;
	}
	return NULL;
}

const struct shr_intree *shr_intree_all(size_t *count)
{
	*count = row_count;
	return rows;
}
