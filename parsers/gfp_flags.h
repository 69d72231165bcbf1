/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * gfp_flags - allocation flags by name, from the capture's own table.
 *
 * The bits were renumbered several times, so the only right table is the one in
 * the recorded print fmt: a __print_flags() list of constant C expressions and
 * names.  It is evaluated here rather than by libtraceevent, which gives up on the
 * whole print fmt of 7.1 and later.
 */
#ifndef PARSERS_GFP_FLAGS_H
#define PARSERS_GFP_FLAGS_H

#include "core/event.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shr_err;

struct shr_gfp_flag {
	uint64_t mask;
	struct shr_str name; /* borrowed from the print fmt */
};

struct shr_gfp_flags {
	struct shr_gfp_flag *flags; /* owned; in the table's order, composites first */
	size_t count;
	/* Bits that decide what reclaim may do; 0 where the table has no such name. */
	uint64_t io, fs, direct_reclaim, kswapd_reclaim;
};

/*
 * Read the table in @print_fmt, which must outlive @gfp.  A print fmt without one
 * gives an empty table with the bits that never moved: __GFP_IO 0x40 and __GFP_FS
 * 0x80 (include/linux/gfp.h, 3.0 to 7.2).  Returns 0, or -1 when memory runs out.
 */
int shr_gfp_flags_init(struct shr_gfp_flags *gfp, struct shr_str print_fmt,
		       struct shr_err *err);

void shr_gfp_flags_release(struct shr_gfp_flags *gfp);

/* "GFP_NOFS|__GFP_NOWARN|0x4000000" or "none" into @buf, cut at @size. */
void shr_gfp_flags_print(const struct shr_gfp_flags *gfp, uint64_t mask, char *buf,
			 size_t size);

/* What @mask allows, as enum shr_may. */
static inline uint16_t shr_gfp_flags_may(const struct shr_gfp_flags *gfp, uint64_t mask)
{
	unsigned known = gfp->direct_reclaim && gfp->kswapd_reclaim;

	return (uint16_t)((mask & gfp->io ? SHR_MAY_IO : 0) |
			  (mask & gfp->fs ? SHR_MAY_FS : 0) |
			  (mask & gfp->direct_reclaim ? SHR_MAY_DIRECT_RECLAIM : 0) |
			  (mask & gfp->kswapd_reclaim ? SHR_MAY_KSWAPD_RECLAIM : 0) |
			  (known ? SHR_MAY_RECLAIM_KNOWN : 0));
}

#endif /* PARSERS_GFP_FLAGS_H */
