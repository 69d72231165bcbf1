/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * gfp_names - what an allocation mask allows, from the names that text prints.
 *
 * Text carries names and no bits, and the bits moved too often to be guessed back.
 * What reclaim may do follows from the names alone, because the composites have
 * meant the same in every kernel that has the tracepoints.  Two bits never moved:
 * __GFP_IO 0x40 and __GFP_FS 0x80 (include/linux/gfp.h and gfp_types.h, 3.0 to 7.2).
 */
#ifndef PARSERS_GFP_NAMES_H
#define PARSERS_GFP_NAMES_H

#include "core/event.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Put what @names ("GFP_NOFS|__GFP_NOWARN|0x80", "none") allows into *may, as enum
 * shr_may.  False, and *may is 0, if a name could hide a permission.
 */
bool shr_gfp_names_parse(struct shr_str names, uint16_t *may);

/* What a raw mask of an unknown kernel allows; whether it may reclaim stays open. */
uint16_t shr_gfp_mask_may(uint64_t mask);

#endif /* PARSERS_GFP_NAMES_H */
