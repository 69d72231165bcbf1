/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/model/gfp.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum flag {
	DMA,
	HIGHMEM,
	DMA32,
	MOVABLE,
	RECLAIMABLE,
	HIGH,
	IO,
	FS,
	WAIT,
	DIRECT_RECLAIM,
	KSWAPD_RECLAIM,
	COLD,
	NOWARN,
	REPEAT, /* 4.13: RETRY_MAYFAIL */
	NOFAIL,
	NORETRY,
	MEMALLOC,
	COMP,
	ZERO,
	NOMEMALLOC,
	HARDWALL,
	THISNODE,
	ATOMIC,
	ACCOUNT,
	NOTRACK,
	NO_KSWAPD,
	OTHER_NODE,
	WRITE,
	ZEROTAGS,
	NO_OBJ_EXT,
	FLAG_COUNT
};

enum { GONE = -1, ALWAYS = 0 };

#define BIT(flag)	      ((uint32_t)1 << (flag))
#define VERSION(major, minor) ((major) << 8 | (minor))

/*
 * From a release on a flag has this bit of the mask.  include/linux/gfp.h, from 6.0
 * gfp_types.h: 4.4 split WAIT in two (d0164adc89f6), 4.10 and 4.15 took flags
 * away, 4.18 and 5.1 numbered anew.
 */
static const struct number {
	uint8_t flag;
	int16_t bit;
	uint16_t since;
} numbers[] = {
	{ DMA, 0, ALWAYS },
	{ HIGHMEM, 1, ALWAYS },
	{ DMA32, 2, ALWAYS },
	{ MOVABLE, 3, ALWAYS },
	{ RECLAIMABLE, 19, ALWAYS },
	{ RECLAIMABLE, 4, VERSION(4, 4) },
	{ HIGH, 5, ALWAYS },
	{ IO, 6, ALWAYS },
	{ FS, 7, ALWAYS },
	{ WAIT, 4, ALWAYS },
	{ WAIT, GONE, VERSION(4, 4) },
	{ DIRECT_RECLAIM, 22, VERSION(4, 4) },
	{ DIRECT_RECLAIM, 21, VERSION(4, 18) },
	{ DIRECT_RECLAIM, 10, VERSION(5, 1) },
	{ KSWAPD_RECLAIM, 25, VERSION(4, 4) },
	{ KSWAPD_RECLAIM, 24, VERSION(4, 10) },
	{ KSWAPD_RECLAIM, 22, VERSION(4, 18) },
	{ KSWAPD_RECLAIM, 11, VERSION(5, 1) },
	{ COLD, 8, ALWAYS },
	{ COLD, GONE, VERSION(4, 15) },
	{ NOWARN, 9, ALWAYS },
	{ NOWARN, 13, VERSION(5, 1) },
	{ REPEAT, 10, ALWAYS },
	{ REPEAT, 14, VERSION(5, 1) },
	{ NOFAIL, 11, ALWAYS },
	{ NOFAIL, 15, VERSION(5, 1) },
	{ NORETRY, 12, ALWAYS },
	{ NORETRY, 16, VERSION(5, 1) },
	{ MEMALLOC, 13, VERSION(3, 6) },
	{ MEMALLOC, 17, VERSION(5, 1) },
	{ COMP, 14, ALWAYS },
	{ COMP, 18, VERSION(5, 1) },
	{ ZERO, 15, ALWAYS },
	{ ZERO, 8, VERSION(5, 1) },
	{ NOMEMALLOC, 16, ALWAYS },
	{ NOMEMALLOC, 19, VERSION(5, 1) },
	{ HARDWALL, 17, ALWAYS },
	{ HARDWALL, 20, VERSION(5, 1) },
	{ THISNODE, 18, ALWAYS },
	{ THISNODE, 21, VERSION(5, 1) },
	{ ATOMIC, 19, VERSION(4, 4) },
	{ ATOMIC, 9, VERSION(5, 1) },
	{ ATOMIC, GONE, VERSION(6, 3) },
	{ ACCOUNT, 20, VERSION(4, 5) },
	{ ACCOUNT, 22, VERSION(5, 1) },
	{ NOTRACK, 21, VERSION(4, 4) },
	{ NOTRACK, GONE, VERSION(4, 15) },
	{ NO_KSWAPD, 22, ALWAYS },
	{ NO_KSWAPD, GONE, VERSION(4, 4) },
	{ OTHER_NODE, 23, ALWAYS },
	{ OTHER_NODE, GONE, VERSION(4, 10) },
	{ WRITE, 24, VERSION(3, 3) },
	{ WRITE, 23, VERSION(4, 10) },
	{ WRITE, 8, VERSION(4, 18) },
	{ WRITE, 12, VERSION(5, 1) },
	{ ZEROTAGS, 23, VERSION(5, 14) },
	{ NO_OBJ_EXT, 24, VERSION(6, 10) },
};

enum {
	RECLAIM = BIT(WAIT) | BIT(DIRECT_RECLAIM) | BIT(KSWAPD_RECLAIM),
	NOFS_FLAGS = RECLAIM | BIT(IO),
	KERNEL_FLAGS = NOFS_FLAGS | BIT(FS),
	USER_FLAGS = KERNEL_FLAGS | BIT(HARDWALL),
	HIGHUSER_FLAGS = USER_FLAGS | BIT(HIGHMEM),
	MOVABLE_FLAGS = HIGHUSER_FLAGS | BIT(MOVABLE),
	HUGE_FLAGS = BIT(COMP) | BIT(NOMEMALLOC) | BIT(NOWARN),
	LIGHT_FLAGS = (MOVABLE_FLAGS & ~RECLAIM) | HUGE_FLAGS,
};

/*
 * Names, and the releases in which traces have them.  include/trace/events/gfpflags.h,
 * from 4.6 mmflags.h, which then has single flags by their whole name.
 */
enum {
	NEW_NAMES = VERSION(4, 6), /* 1f7866b4aebd, 4.6 */
	BY_ENUM = VERSION(6, 14),  /* from 6.14 in the order of their bits */
	NEVER = 0xffff,
};

static const struct name {
	const char *name;
	uint32_t flags;
	uint16_t since, before;
} names_of_flags[] = {
	{ "GFP_TRANSHUGE", MOVABLE_FLAGS | HUGE_FLAGS | BIT(NORETRY) | BIT(NO_KSWAPD),
	  ALWAYS, VERSION(4, 4) },
	{ "GFP_TRANSHUGE",
	  (MOVABLE_FLAGS & ~BIT(KSWAPD_RECLAIM)) | HUGE_FLAGS | BIT(NORETRY),
	  VERSION(4, 4), VERSION(4, 8) },
	{ "GFP_TRANSHUGE", LIGHT_FLAGS | BIT(DIRECT_RECLAIM), VERSION(4, 8), NEVER },
	{ "GFP_TRANSHUGE_LIGHT", LIGHT_FLAGS, VERSION(4, 8), NEVER },
	{ "GFP_HIGHUSER_MOVABLE", MOVABLE_FLAGS, ALWAYS, NEVER },
	{ "GFP_HIGHUSER", HIGHUSER_FLAGS, ALWAYS, NEVER },
	{ "GFP_USER", USER_FLAGS, ALWAYS, NEVER },
	{ "GFP_TEMPORARY", KERNEL_FLAGS | BIT(RECLAIMABLE), ALWAYS, VERSION(4, 14) },
	{ "GFP_KERNEL_ACCOUNT", KERNEL_FLAGS | BIT(ACCOUNT), NEW_NAMES, NEVER },
	{ "GFP_KERNEL", KERNEL_FLAGS, ALWAYS, NEVER },
	{ "GFP_NOFS", NOFS_FLAGS, ALWAYS, NEVER },
	{ "GFP_ATOMIC", BIT(HIGH), ALWAYS, VERSION(4, 4) },
	{ "GFP_ATOMIC", BIT(HIGH) | BIT(ATOMIC) | BIT(KSWAPD_RECLAIM), VERSION(4, 4),
	  NEVER },
	{ "GFP_NOIO", RECLAIM, ALWAYS, NEVER },
	{ "GFP_NOWAIT", BIT(KSWAPD_RECLAIM), NEW_NAMES, VERSION(6, 7) },
	{ "GFP_NOWAIT", BIT(KSWAPD_RECLAIM) | BIT(NOWARN), VERSION(6, 7), NEVER },
	{ "GFP_DMA", BIT(DMA), NEW_NAMES, NEVER },
	{ "__GFP_HIGHMEM", BIT(HIGHMEM), NEW_NAMES, BY_ENUM },
	{ "GFP_DMA32", BIT(DMA32), NEW_NAMES, NEVER },
	{ "GFP_HIGH", BIT(HIGH), ALWAYS, NEW_NAMES },
	{ "__GFP_HIGH", BIT(HIGH), NEW_NAMES, BY_ENUM },
	{ "GFP_WAIT", BIT(WAIT), ALWAYS, VERSION(4, 4) },
	{ "GFP_ATOMIC", BIT(ATOMIC), VERSION(4, 4), NEW_NAMES },
	{ "__GFP_ATOMIC", BIT(ATOMIC), NEW_NAMES, VERSION(6, 3) },
	{ "GFP_IO", BIT(IO), ALWAYS, NEW_NAMES },
	{ "__GFP_IO", BIT(IO), NEW_NAMES, BY_ENUM },
	{ "__GFP_FS", BIT(FS), NEW_NAMES, BY_ENUM },
	{ "GFP_COLD", BIT(COLD), ALWAYS, NEW_NAMES },
	{ "__GFP_COLD", BIT(COLD), NEW_NAMES, VERSION(4, 15) },
	{ "GFP_NOWARN", BIT(NOWARN), ALWAYS, NEW_NAMES },
	{ "__GFP_NOWARN", BIT(NOWARN), NEW_NAMES, BY_ENUM },
	{ "GFP_REPEAT", BIT(REPEAT), ALWAYS, NEW_NAMES },
	{ "__GFP_REPEAT", BIT(REPEAT), NEW_NAMES, VERSION(4, 13) },
	{ "__GFP_RETRY_MAYFAIL", BIT(REPEAT), VERSION(4, 13), BY_ENUM },
	{ "GFP_NOFAIL", BIT(NOFAIL), ALWAYS, NEW_NAMES },
	{ "__GFP_NOFAIL", BIT(NOFAIL), NEW_NAMES, BY_ENUM },
	{ "GFP_NORETRY", BIT(NORETRY), ALWAYS, NEW_NAMES },
	{ "__GFP_NORETRY", BIT(NORETRY), NEW_NAMES, BY_ENUM },
	{ "GFP_COMP", BIT(COMP), ALWAYS, NEW_NAMES },
	{ "__GFP_COMP", BIT(COMP), NEW_NAMES, BY_ENUM },
	{ "GFP_ZERO", BIT(ZERO), ALWAYS, NEW_NAMES },
	{ "__GFP_ZERO", BIT(ZERO), NEW_NAMES, BY_ENUM },
	{ "GFP_NOMEMALLOC", BIT(NOMEMALLOC), ALWAYS, NEW_NAMES },
	{ "__GFP_NOMEMALLOC", BIT(NOMEMALLOC), NEW_NAMES, BY_ENUM },
	{ "GFP_MEMALLOC", BIT(MEMALLOC), VERSION(3, 6), NEW_NAMES },
	{ "__GFP_MEMALLOC", BIT(MEMALLOC), NEW_NAMES, BY_ENUM },
	{ "GFP_HARDWALL", BIT(HARDWALL), ALWAYS, NEW_NAMES },
	{ "__GFP_HARDWALL", BIT(HARDWALL), NEW_NAMES, BY_ENUM },
	{ "GFP_THISNODE", BIT(THISNODE), ALWAYS, NEW_NAMES },
	{ "__GFP_THISNODE", BIT(THISNODE), NEW_NAMES, BY_ENUM },
	{ "GFP_RECLAIMABLE", BIT(RECLAIMABLE), ALWAYS, NEW_NAMES },
	{ "__GFP_RECLAIMABLE", BIT(RECLAIMABLE), NEW_NAMES, BY_ENUM },
	{ "GFP_MOVABLE", BIT(MOVABLE), ALWAYS, NEW_NAMES },
	{ "__GFP_MOVABLE", BIT(MOVABLE), NEW_NAMES, BY_ENUM },
	{ "__GFP_ACCOUNT", BIT(ACCOUNT), NEW_NAMES, BY_ENUM },
	{ "GFP_NOTRACK", BIT(NOTRACK), VERSION(4, 4), NEW_NAMES },
	{ "__GFP_NOTRACK", BIT(NOTRACK), NEW_NAMES, VERSION(4, 15) },
	{ "__GFP_WRITE", BIT(WRITE), NEW_NAMES, BY_ENUM },
	{ "GFP_NO_KSWAPD", BIT(NO_KSWAPD), ALWAYS, VERSION(4, 4) },
	{ "GFP_DIRECT_RECLAIM", BIT(DIRECT_RECLAIM), VERSION(4, 4), NEW_NAMES },
	{ "GFP_KSWAPD_RECLAIM", BIT(KSWAPD_RECLAIM), VERSION(4, 4), NEW_NAMES },
	{ "__GFP_RECLAIM", BIT(DIRECT_RECLAIM) | BIT(KSWAPD_RECLAIM), NEW_NAMES,
	  NEVER },
	{ "__GFP_DIRECT_RECLAIM", BIT(DIRECT_RECLAIM), NEW_NAMES, BY_ENUM },
	{ "__GFP_KSWAPD_RECLAIM", BIT(KSWAPD_RECLAIM), NEW_NAMES, BY_ENUM },
	{ "__GFP_ZEROTAGS", BIT(ZEROTAGS), VERSION(5, 14), BY_ENUM },
	{ "GFP_OTHER_NODE", BIT(OTHER_NODE), ALWAYS, NEW_NAMES },
	{ "__GFP_OTHER_NODE", BIT(OTHER_NODE), NEW_NAMES, VERSION(4, 10) },
	{ "__GFP_DMA", BIT(DMA), BY_ENUM, NEVER },
	{ "__GFP_HIGHMEM", BIT(HIGHMEM), BY_ENUM, NEVER },
	{ "__GFP_DMA32", BIT(DMA32), BY_ENUM, NEVER },
	{ "__GFP_MOVABLE", BIT(MOVABLE), BY_ENUM, NEVER },
	{ "__GFP_RECLAIMABLE", BIT(RECLAIMABLE), BY_ENUM, NEVER },
	{ "__GFP_HIGH", BIT(HIGH), BY_ENUM, NEVER },
	{ "__GFP_IO", BIT(IO), BY_ENUM, NEVER },
	{ "__GFP_FS", BIT(FS), BY_ENUM, NEVER },
	{ "__GFP_ZERO", BIT(ZERO), BY_ENUM, NEVER },
	{ "__GFP_DIRECT_RECLAIM", BIT(DIRECT_RECLAIM), BY_ENUM, NEVER },
	{ "__GFP_KSWAPD_RECLAIM", BIT(KSWAPD_RECLAIM), BY_ENUM, NEVER },
	{ "__GFP_WRITE", BIT(WRITE), BY_ENUM, NEVER },
	{ "__GFP_NOWARN", BIT(NOWARN), BY_ENUM, NEVER },
	{ "__GFP_RETRY_MAYFAIL", BIT(REPEAT), BY_ENUM, NEVER },
	{ "__GFP_NOFAIL", BIT(NOFAIL), BY_ENUM, NEVER },
	{ "__GFP_NORETRY", BIT(NORETRY), BY_ENUM, NEVER },
	{ "__GFP_MEMALLOC", BIT(MEMALLOC), BY_ENUM, NEVER },
	{ "__GFP_COMP", BIT(COMP), BY_ENUM, NEVER },
	{ "__GFP_NOMEMALLOC", BIT(NOMEMALLOC), BY_ENUM, NEVER },
	{ "__GFP_HARDWALL", BIT(HARDWALL), BY_ENUM, NEVER },
	{ "__GFP_THISNODE", BIT(THISNODE), BY_ENUM, NEVER },
	{ "__GFP_ACCOUNT", BIT(ACCOUNT), BY_ENUM, NEVER },
	{ "__GFP_ZEROTAGS", BIT(ZEROTAGS), BY_ENUM, NEVER },
	{ "__GFP_NO_OBJ_EXT", BIT(NO_OBJ_EXT), BY_ENUM, NEVER },
};

static const size_t NAME_COUNT = sizeof(names_of_flags) / sizeof(names_of_flags[0]);

_Static_assert(FLAG_COUNT <= 32, "a set of flags is 32 bits");

static unsigned version_of(struct shr_release release)
{
	return VERSION(release.major, release.minor);
}

/* The mask that @flags have; those that the release does not know have none. */
static uint64_t mask_of(unsigned version, uint32_t flags)
{
	int bits[FLAG_COUNT];
	uint64_t mask = 0;

	memset(bits, -1, sizeof(bits));
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (numbers[i].since <= version)
			bits[numbers[i].flag] = numbers[i].bit;
	for (unsigned flag = 0; flag < FLAG_COUNT; flag++)
		if ((flags & BIT(flag)) && bits[flag] != GONE)
			mask |= (uint64_t)1 << bits[flag];
	return mask;
}

size_t shr_gfp_names(struct shr_release release,
		     struct shr_gfp_name names[SHR_GFP_NAMES_MAX])
{
	unsigned version = version_of(release);
	size_t count = 0;

	for (size_t i = 0; i < NAME_COUNT; i++) {
		const struct name *name = &names_of_flags[i];

		if (version < name->since || version >= name->before)
			continue;
		uint64_t mask = mask_of(version, name->flags);

		if (mask && count < SHR_GFP_NAMES_MAX)
			names[count++] = (struct shr_gfp_name){ name->name, mask };
	}
	return count;
}

const char *shr_gfp_nothing(struct shr_release release)
{
	return version_of(release) < NEW_NAMES ? "GFP_NOWAIT" : "none";
}

static bool is(struct shr_str text, const char *want)
{
	return text.len == strlen(want) && !memcmp(text.ptr, want, text.len);
}

/* "__GFP_IO", where traces say "GFP_IO". */
static bool is_single(const struct name *name, struct shr_str text)
{
	return text.len > 2 && !memcmp(text.ptr, "__", 2) &&
	       !(name->flags & (name->flags - 1)) &&
	       is((struct shr_str){ text.ptr + 2, text.len - 2 }, name->name);
}

/* A flag that traces of this release print as a number, or by another name. */
static uint64_t find_untold(unsigned version, struct shr_str text, bool single)
{
	uint64_t mask = 0;

	for (size_t i = 0; i < NAME_COUNT && !mask; i++) {
		const struct name *name = &names_of_flags[i];

		if (single ? is_single(name, text) : is(text, name->name))
			mask = mask_of(version, name->flags);
	}
	return mask;
}

static bool parse_hex(struct shr_str text, uint64_t *mask)
{
	const char *digits = "0123456789abcdef";

	if (text.len < 3 || text.len > 18 || text.ptr[0] != '0' || text.ptr[1] != 'x')
		return false;
	*mask = 0;
	for (size_t i = 2; i < text.len; i++) {
		const char *digit = text.ptr[i] ? strchr(digits, text.ptr[i]) : NULL;

		if (!digit)
			return false;
		*mask = *mask << 4 | (uint64_t)(digit - digits);
	}
	return true;
}

static bool parse_one(unsigned version, struct shr_str text,
		      const struct shr_gfp_name *names, size_t count, uint64_t *mask)
{
	for (size_t i = 0; i < count; i++)
		if (is(text, names[i].name)) {
			*mask = names[i].mask;
			return true;
		}
	*mask = find_untold(version, text, false);
	if (!*mask)
		*mask = find_untold(version, text, true);
	return *mask || parse_hex(text, mask);
}

bool shr_gfp_parse(struct shr_release release, struct shr_str text, uint64_t *mask)
{
	struct shr_gfp_name names[SHR_GFP_NAMES_MAX];
	size_t count = shr_gfp_names(release, names);
	const char *end = text.ptr + text.len;
	uint64_t all = 0, one;

	*mask = 0;
	if (is(text, "none") || is(text, shr_gfp_nothing(release)))
		return true;
	for (const char *at = text.ptr;;) {
		const char *bar = memchr(at, '|', (size_t)(end - at));
		struct shr_str word = { at, (size_t)((bar ? bar : end) - at) };

		if (!parse_one(version_of(release), word, names, count, &one))
			return false;
		all |= one;
		if (!bar)
			break;
		at = bar + 1;
	}
	*mask = all;
	return true;
}

void shr_gfp_print(struct shr_release release, uint64_t mask, char *buf, size_t size)
{
	struct shr_gfp_name names[SHR_GFP_NAMES_MAX];
	size_t count = shr_gfp_names(release, names), len = 0;

	if (!mask)
		snprintf(buf, size, "%s", shr_gfp_nothing(release));
	for (size_t i = 0; i < count && mask; i++) {
		if ((mask & names[i].mask) != names[i].mask)
			continue;
		mask &= ~names[i].mask;
		len += (size_t)snprintf(buf + len, size - len, "%s%s", len ? "|" : "",
					names[i].name);
		if (len >= size)
			return;
	}
	if (mask)
		snprintf(buf + len, size - len, "%s0x%" PRIx64, len ? "|" : "", mask);
}

/* What decides how to reclaim stays; all else is that of a page of a user's. */
uint64_t shr_gfp_of_limit(struct shr_release release, uint64_t mask)
{
	const uint32_t kept = RECLAIM | BIT(HIGH) | BIT(IO) | BIT(FS) | BIT(NOWARN) |
			      BIT(REPEAT) | BIT(NOFAIL) | BIT(NORETRY) | BIT(MEMALLOC) |
			      BIT(NOMEMALLOC) | BIT(ATOMIC);
	unsigned version = version_of(release);
	uint64_t keep = mask_of(version, kept);

	return (mask & keep) | (mask_of(version, MOVABLE_FLAGS) & ~keep);
}

uint16_t shr_gfp_may(struct shr_release release, uint64_t mask)
{
	unsigned version = version_of(release);
	bool direct = mask & mask_of(version, BIT(WAIT) | BIT(DIRECT_RECLAIM));
	uint64_t no_kswapd = mask_of(version, BIT(NO_KSWAPD));
	uint64_t wakes = mask_of(version, BIT(WAIT) | BIT(KSWAPD_RECLAIM));
	bool kswapd = (mask & wakes) && !(mask & no_kswapd);

	return (uint16_t)((mask & mask_of(version, BIT(IO)) ? SHR_MAY_IO : 0) |
			  (mask & mask_of(version, BIT(FS)) ? SHR_MAY_FS : 0) |
			  (direct ? SHR_MAY_DIRECT_RECLAIM : 0) |
			  (kswapd ? SHR_MAY_KSWAPD_RECLAIM : 0) |
			  SHR_MAY_RECLAIM_KNOWN);
}
