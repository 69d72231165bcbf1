/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fake_source - a source that tests feed by hand.
 *
 * Callbacks are tokens from the enum below and resolve to symbols of the in-tree
 * table; batches are handed to replay directly, so next() has nothing.
 */
#ifndef TESTS_UNIT_FAKE_SOURCE_H
#define TESTS_UNIT_FAKE_SOURCE_H

#include "core/model/release.h"
#include "core/stream.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define UNUSED	     __attribute__((unused))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Callbacks, by what the table says of them. */
enum fake_callback {
	FAKE_UNRESOLVED, /* no symbol: nothing is known of it */
	FAKE_SUPER,	 /* batch 1024, per node and memcg, refuses without __GFP_FS */
	FAKE_OLD_SUPER,	 /* the same up to 3.11 */
	FAKE_EXT4,	 /* batch 128, seeks 2, one counter, never refuses */
	FAKE_VMAP,	 /* refuses always */
	FAKE_NFS,	 /* refuses without all of GFP_KERNEL */
	FAKE_I915,	 /* batch varies, sets nr_scanned itself */
	FAKE_SHADOW,	 /* seeks 0 from 4.20, per node and memcg, never refuses */
	FAKE_XFS_GC,	 /* batch 2049, seeks 0 */
	FAKE_OWN,	 /* a module's: not in the table */
	FAKE_OTHER,	 /* another one */
	FAKE_COUNT
};

static const char *const fake_symbols[FAKE_COUNT] = {
	[FAKE_UNRESOLVED] = "",
	[FAKE_SUPER] = "super_cache_scan",
	[FAKE_OLD_SUPER] = "prune_super",
	[FAKE_EXT4] = "ext4_es_scan",
	[FAKE_VMAP] = "vmap_node_shrink_scan",
	[FAKE_NFS] = "nfs_access_cache_scan",
	[FAKE_I915] = "i915_gem_shrinker_scan",
	[FAKE_SHADOW] = "scan_shadow_nodes",
	[FAKE_XFS_GC] = "xfs_inodegc_shrinker_scan",
	[FAKE_OWN] = "own_scan",
	[FAKE_OTHER] = "other_scan",
};

/* Text behind the tokens of identity.name. */
static const char *const fake_texts[] = { "", "sb-ext4:vda1", "sb-proc", "mm-shadow" };

struct fake_source {
	struct shr_source src; /* first: the callbacks cast back */
	struct shr_capture capture;
};

UNUSED static struct shr_str fake_str(const char *text)
{
	return (struct shr_str){ text, strlen(text) };
}

static int fake_next(struct shr_source *src, struct shr_batch *batch,
		     struct shr_err *err)
{
	(void)src, (void)batch, (void)err;
	return 0;
}

static bool fake_symbol(struct shr_source *src, uint64_t callback,
			struct shr_symbol *symbol)
{
	(void)src;
	*symbol = (struct shr_symbol){ .module = fake_str("") };
	if (callback == FAKE_UNRESOLVED || callback >= FAKE_COUNT)
		return false;
	symbol->name = fake_str(fake_symbols[callback]);
	return true;
}

static struct shr_str fake_comm(struct shr_source *src, int32_t pid, uint32_t comm)
{
	(void)src, (void)pid, (void)comm;
	return fake_str("task");
}

static void fake_gfp(struct shr_source *src, const struct shr_start *start,
		     bool has_gfp, char *buf, size_t size)
{
	(void)src, (void)start, (void)has_gfp;
	snprintf(buf, size, "GFP_KERNEL");
}

static struct shr_str fake_text(struct shr_source *src, uint32_t token)
{
	(void)src;
	return fake_str(fake_texts[token]);
}

/* A capture of @kernel ("": not recorded) whose events have one of @layouts. */
UNUSED static void fake_init(struct fake_source *fake, unsigned layouts,
			     const char *kernel)
{
	*fake = (struct fake_source){
		.capture = { .format = "fake",
			     .kernel = fake_str(kernel),
			     .layouts = layouts,
			     .long_size = 8 },
	};
	fake->src = (struct shr_source){ &fake->capture, fake_next, fake_symbol,
					 fake_comm,	 fake_gfp,  fake_text };
}

#endif /* TESTS_UNIT_FAKE_SOURCE_H */
