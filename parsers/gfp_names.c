/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/gfp_names.h"

#include <stddef.h>
#include <string.h>

enum {
	IO = SHR_MAY_IO,
	FS = SHR_MAY_FS,
	DIRECT = SHR_MAY_DIRECT_RECLAIM,
	KSWAPD = SHR_MAY_KSWAPD_RECLAIM,
	RECLAIM = DIRECT | KSWAPD,
	GFP_IO_BIT = 0x40,
	GFP_FS_BIT = 0x80,
};

struct gfp_name {
	const char *name;
	uint16_t may;
};

/*
 * include/trace/events/gfpflags.h (mmflags.h from 4.6).  Up to 4.5 single flags were
 * printed without underscores: GFP_IO is __GFP_IO there.  GFP_TRANSHUGE lost kswapd
 * before 4.4 by __GFP_NO_KSWAPD and since then by its definition.
 */
static const struct gfp_name composites[] = {
	{ "GFP_KERNEL", RECLAIM | IO | FS },
	{ "GFP_HIGHUSER_MOVABLE", RECLAIM | IO | FS },
	{ "GFP_NOFS", RECLAIM | IO },
	{ "GFP_NOIO", RECLAIM },
	{ "GFP_ATOMIC", KSWAPD },
	{ "GFP_NOWAIT", KSWAPD },
	{ "GFP_KERNEL_ACCOUNT", RECLAIM | IO | FS },
	{ "GFP_USER", RECLAIM | IO | FS },
	{ "GFP_HIGHUSER", RECLAIM | IO | FS },
	{ "GFP_TEMPORARY", RECLAIM | IO | FS },
	{ "GFP_TRANSHUGE_LIGHT", IO | FS },
	{ "GFP_TRANSHUGE", DIRECT | IO | FS },
	{ "GFP_DMA", 0 },
	{ "GFP_DMA32", 0 },
	{ "GFP_WAIT", RECLAIM },
	{ "GFP_IO", IO },
	{ "GFP_FS", FS },
	{ "GFP_HIGH", 0 },
	{ "GFP_COLD", 0 },
	{ "GFP_NOWARN", 0 },
	{ "GFP_REPEAT", 0 },
	{ "GFP_NOFAIL", 0 },
	{ "GFP_NORETRY", 0 },
	{ "GFP_COMP", 0 },
	{ "GFP_ZERO", 0 },
	{ "GFP_NOMEMALLOC", 0 },
	{ "GFP_MEMALLOC", 0 },
	{ "GFP_HARDWALL", 0 },
	{ "GFP_THISNODE", 0 },
	{ "GFP_RECLAIMABLE", 0 },
	{ "GFP_MOVABLE", 0 },
	{ "GFP_NOTRACK", 0 },
	{ "GFP_NO_KSWAPD", 0 },
	{ "GFP_OTHER_NODE", 0 },
	{ "none", 0 },
};

static const struct gfp_name singles[] = {
	{ "__GFP_IO", IO },
	{ "__GFP_FS", FS },
	{ "__GFP_RECLAIM", RECLAIM },
	{ "__GFP_DIRECT_RECLAIM", DIRECT },
	{ "__GFP_KSWAPD_RECLAIM", KSWAPD },
	{ "__GFP_WAIT", RECLAIM },
};

static const struct gfp_name *find(const struct gfp_name *table, size_t count,
				   struct shr_str name)
{
	for (size_t i = 0; i < count; i++) {
		if (strlen(table[i].name) == name.len &&
		    memcmp(table[i].name, name.ptr, name.len) == 0)
			return &table[i];
	}
	return NULL;
}

uint16_t shr_gfp_mask_may(uint64_t mask)
{
	return (uint16_t)((mask & GFP_IO_BIT ? IO : 0) | (mask & GFP_FS_BIT ? FS : 0));
}

/* "0x80": bits the kernel had no name for. */
static bool parse_residue(struct shr_str digits, uint16_t *may)
{
	uint64_t mask = 0;

	if (digits.len < 3 || digits.len > 18)
		return false;
	for (size_t i = 2; i < digits.len; i++) {
		const char *hex = "0123456789abcdef";
		const char *found = digits.ptr[i] ? strchr(hex, digits.ptr[i]) : NULL;

		if (!found)
			return false;
		mask = mask << 4 | (uint64_t)(found - hex);
	}
	*may |= shr_gfp_mask_may(mask);
	return true;
}

static bool parse_one(struct shr_str name, uint16_t *may)
{
	const struct gfp_name *known;

	if (name.len > 2 && memcmp(name.ptr, "0x", 2) == 0)
		return parse_residue(name, may);
	if (name.len > 6 && memcmp(name.ptr, "__GFP_", 6) == 0) {
		/* One flag of its own: a new one implies none of ours. */
		known = find(singles, sizeof(singles) / sizeof(*singles), name);
		*may |= known ? known->may : 0;
		return true;
	}
	known = find(composites, sizeof(composites) / sizeof(*composites), name);
	*may |= known ? known->may : 0;
	return known != NULL;
}

bool shr_gfp_names_parse(struct shr_str names, uint16_t *may)
{
	const char *end = names.ptr + names.len;
	uint16_t found = SHR_MAY_RECLAIM_KNOWN;

	*may = 0;
	if (!names.len)
		return false;
	for (const char *pos = names.ptr;;) {
		const char *bar = memchr(pos, '|', (size_t)(end - pos));
		const char *stop = bar ? bar : end;

		if (!parse_one((struct shr_str){ pos, (size_t)(stop - pos) }, &found))
			return false;
		if (!bar)
			break;
		pos = bar + 1;
	}
	*may = found;
	return true;
}
