/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * gfp - allocation flags by name and number, in each release.
 *
 * Captures bring their kernel's own names along, and readers use these.  This is for
 * who makes a capture up: the masks that a kernel would have recorded, and the names
 * that its trace would print for them, in the order in which it tries them.  The bits
 * are those of a 64-bit kernel without lockdep and KASAN.
 *
 *	struct shr_gfp_name names[SHR_GFP_NAMES_MAX];
 *	size_t count = shr_gfp_names(release, names);
 */
#ifndef CORE_MODEL_GFP_H
#define CORE_MODEL_GFP_H

#include "core/event.h"
#include "core/model/release.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SHR_GFP_NAMES_MAX = 64 };

struct shr_gfp_name {
	const char *name; /* static: "GFP_KERNEL", "__GFP_IO" */
	uint64_t mask;	  /* never 0 */
};

/*
 * The names that traces of @release use, into @names: how many.  A name stands for a
 * mask that has all of its bits.
 */
size_t shr_gfp_names(struct shr_release release,
		     struct shr_gfp_name names[SHR_GFP_NAMES_MAX]);

/* What @release prints for a mask of 0: "none", "GFP_NOWAIT" up to 4.5. */
const char *shr_gfp_nothing(struct shr_release release);

/*
 * The mask of @release behind @names: any of the flags it has, by its own or by its
 * source's name ("__GFP_WAIT"), and numbers, joined by '|'.  False, and *mask is 0,
 * where one is none of these.
 */
bool shr_gfp_parse(struct shr_release release, struct shr_str names, uint64_t *mask);

/* As a trace of @release prints @mask, into @buf, NUL terminated, cut at @size. */
void shr_gfp_print(struct shr_release release, uint64_t mask, char *buf, size_t size);

/* What @mask allows in @release, as enum shr_may. */
uint16_t shr_gfp_may(struct shr_release release, uint64_t mask);

/*
 * The mask of reclaim at a memcg's limit where @mask is that of the allocation:
 * (mask & GFP_RECLAIM_MASK) | (GFP_HIGHUSER_MOVABLE & ~GFP_RECLAIM_MASK).
 */
uint64_t shr_gfp_of_limit(struct shr_release release, uint64_t mask);

#endif /* CORE_MODEL_GFP_H */
