/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dice - scenarios by chance: any kernel, with whatever can happen in it.
 *
 * The same seed gives the same scenario.  Caches behave as the in-tree table says of
 * those callbacks; what is in no table behaves in any way.
 *
 *	dice_roll(&dice, seed, blind);
 *	parse(dice.text, dice.len);
 */
#ifndef TESTS_UNIT_DICE_H
#define TESTS_UNIT_DICE_H

#include "core/model/release.h"
#include "core/sim/random.h"
#include "tests/unit/fake_source.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	struct shr_release release;
} dice_kernels[] = {
	{ "3.0.86", { 3, 0, 86 } },	{ "3.1.3", { 3, 1, 3 } },
	{ "3.2.0", { 3, 2, 0 } },	{ "3.9.6", { 3, 9, 6 } },
	{ "3.12.0", { 3, 12, 0 } },	{ "3.14.1", { 3, 14, 1 } },
	{ "3.16.0", { 3, 16, 0 } },	{ "3.19.8", { 3, 19, 8 } },
	{ "4.4.0", { 4, 4, 0 } },	{ "4.6.2", { 4, 6, 2 } },
	{ "4.9.115", { 4, 9, 115 } },	{ "4.14.74", { 4, 14, 74 } },
	{ "4.16.13", { 4, 16, 13 } },	{ "4.18.0", { 4, 18, 0 } },
	{ "4.19.13", { 4, 19, 13 } },	{ "4.19.90", { 4, 19, 90 } },
	{ "4.20.0", { 4, 20, 0 } },	{ "5.0.1", { 5, 0, 1 } },
	{ "5.4.251", { 5, 4, 251 } },	{ "5.10.223", { 5, 10, 223 } },
	{ "5.15.135", { 5, 15, 135 } }, { "6.1.192", { 6, 1, 192 } },
	{ "6.4.6", { 6, 4, 6 } },	{ "6.6.9", { 6, 6, 9 } },
	{ "6.9.0", { 6, 9, 0 } },	{ "6.12.107", { 6, 12, 107 } },
	{ "6.18.13", { 6, 18, 13 } },	{ "7.0.0", { 7, 0, 0 } },
	{ "7.2.13", { 7, 2, 13 } },	{ "7.3.0", { 7, 3, 0 } },
};

struct dice {
	struct shr_random random;
	const char *kernel;
	struct shr_release release;
	bool blind; /* nothing that only who is told can know */
	bool memcgs;
	int nodes;
	size_t len;
	char text[8192];
};

static int roll(struct dice *dice, int low, int high)
{
	return (int)shr_random_between(&dice->random, (uint64_t)low, (uint64_t)high);
}

static bool once_in(struct dice *dice, int n)
{
	return roll(dice, 1, n) == 1;
}

static void add(struct dice *dice, const char *text, size_t len)
{
	assert_true(dice->len + len < sizeof(dice->text));
	memcpy(dice->text + dice->len, text, len);
	dice->len += len;
}

/* One of the words of "a|b|c" up to @end. */
static void add_word(struct dice *dice, const char *words, const char *end)
{
	int bars = 0;

	for (const char *at = words; at < end; at++)
		bars += *at == '|';
	for (int skip = roll(dice, 0, bars); skip; skip--)
		words = strchr(words, '|') + 1;
	add(dice, words, strcspn(words, "|>"));
}

static void add_choice(struct dice *dice, const char *choice, const char *end)
{
	char number[16], *dots;
	long low = strtol(choice, &dots, 10);

	if (*dots != '.') {
		add_word(dice, choice, end);
		return;
	}
	long high = strtol(dots + 2, NULL, 10);
	int len =
		snprintf(number, sizeof(number), "%d", roll(dice, (int)low, (int)high));

	add(dice, number, (size_t)len);
}

/*
 * Formatted, and then <1..6> is a number by chance and <a|b> one of the words, one
 * after the other: arguments would be rolled in whatever order the compiler likes.
 */
__attribute__((format(printf, 2, 3))) static void say(struct dice *dice,
						      const char *fmt, ...)
{
	char text[1024];
	va_list args;

	va_start(args, fmt);
	int len = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	assert_in_range(len, 0, sizeof(text) - 1);
	for (const char *at = text; *at;) {
		size_t plain = strcspn(at, "<");

		add(dice, at, plain);
		at += plain;
		if (!*at)
			break;
		const char *end = strchr(at, '>');

		assert_non_null(end);
		add_choice(dice, at + 1, end);
		at = end + 1;
	}
}

static bool is_since(const struct dice *dice, unsigned major, unsigned minor)
{
	return shr_release_compare(dice->release,
				   (struct shr_release){ major, minor, 0 }) >= 0;
}

/*
 * What nobody can know.  From 3.12 to 3.15 shrinkers have a counter for each node, and
 * neither event says for which one.
 */
static bool hides_nodes(const struct dice *dice)
{
	return is_since(dice, 3, 12) && !is_since(dice, 3, 16);
}

/*
 * Nor, who is blind: that a superblock was mounted where another was before, with the
 * same callback, and a counter of its own.
 */
static bool may_remount(const struct dice *dice)
{
	return !dice->blind;
}

/*
 * Nor which calls were refused for no reason that can be foreseen: blind, where the
 * batch is not known, either; from 3.2 to 3.15 at all, where what was left is told only
 * in a sum with what others added.
 */
static bool may_refuse(const struct dice *dice)
{
	bool sums = is_since(dice, 3, 2) && !is_since(dice, 3, 16);

	return !dice->blind && !sums;
}

/*
 * Nor, blind, which of calls that overlap had what, where only sums are told, or where
 * they may have been on any of the counters that memcgs have.
 */
static bool may_overlap(const struct dice *dice)
{
	bool sums = is_since(dice, 3, 2) && !is_since(dice, 3, 16);

	return !dice->blind || (!sums && !(is_since(dice, 5, 13) && dice->memcgs));
}

#define MASKS "<GFP_KERNEL|GFP_NOFS|GFP_NOIO|GFP_HIGHUSER_MOVABLE>"

static void roll_machine(struct dice *dice)
{
	size_t i = (size_t)roll(dice, 0, COUNT(dice_kernels) - 1);

	dice->kernel = dice_kernels[i].name;
	dice->release = dice_kernels[i].release;
	dice->nodes = hides_nodes(dice) ? 1 : roll(dice, 1, 2);
	dice->memcgs = is_since(dice, 4, 0) && !once_in(dice, 6);
	say(dice,
	    "kernel %s\nseed <1..1000000>\nnodes %d\ncpus <1..4>\n"
	    "duration <30..90>ms\n",
	    dice->kernel, dice->nodes);
	if (is_since(dice, 4, 0) && !dice->memcgs)
		say(dice, "memcgs no\n");
	else if (dice->memcgs && once_in(dice, 6))
		say(dice, "memcgs nokmem\n");
	if (is_since(dice, 5, 13) && once_in(dice, 8))
		say(dice, "long 4\n");
	if (is_since(dice, 5, 13) && once_in(dice, 5))
		say(dice, "locking <rwsem|lockless>\n");
}

static void roll_memory(struct dice *dice)
{
	int pages = roll(dice, 5000, 50000);

	if (!may_overlap(dice) || once_in(dice, 3))
		return;
	say(dice, "memory %d\n\tlru <%d..%d>\n\treclaimable <10..100>%%\n", pages,
	    pages / 2, pages / 10 * 9);
	if (is_since(dice, 6, 1) && once_in(dice, 3))
		say(dice, "\tmglru yes\n");
}

static void roll_memcgs(struct dice *dice)
{
	if (!dice->memcgs)
		return;
	say(dice, "memcg /a/%%d\n\ttimes <1..4>\n\tlru <0..500>\n");
	if (may_overlap(dice) && once_in(dice, 2))
		say(dice, "\tlimit <300..3000>\n");
	if (once_in(dice, 2))
		say(dice, "memcg /b\n\tfrom <1..10>ms\n\tuntil <15..40>ms\n");
	if (once_in(dice, 2))
		say(dice,
		    "memcg /c/%%d\n\tevery <4..15>ms\n\tlives <1..5>ms to <5..30>ms\n");
}

static void roll_objects(struct dice *dice)
{
	say(dice, "\tobjects %s\n\tmost 60k\n",
	    once_in(dice, 4) ? "<2000..30000>" : "<0..600>");
	if (!once_in(dice, 4))
		say(dice, "\tgrows <1..400> every <100..3000>us\n");
	if (once_in(dice, 3))
		say(dice, "\treferenced <0..100>%% <rotated|skipped>\n");
	if (once_in(dice, 3))
		say(dice, "\tpinned <0..60>%%\n");
	if (once_in(dice, 3))
		say(dice, "\tlists yes\n");
	say(dice, "\tcount <0..2000>ns\n\tscan <0..300>ns\n");
	if (dice->memcgs)
		say(dice, "\tin / /a/*%s\n", once_in(dice, 2) ? " /b /c/*" : "");
}

static void roll_super(struct dice *dice)
{
	bool comes = may_remount(dice) && once_in(dice, 2);

	say(dice, "cache sb-ext4:vd%%d\n\tcallback %s\n\tbatch 1024\n",
	    is_since(dice, 3, 12) ? "super_cache_scan" : "prune_super");
	say(dice, "\tflags numa memcg\n\trefuses nofs\n\ttimes <1..3>\n");
	if (is_since(dice, 4, 19))
		say(dice, "\tsays empty\n");
	if (comes)
		say(dice, "\tevery <3..20>ms\n\tlives <1..5>ms to <5..40>ms\n");
	roll_objects(dice);
}

static void roll_own(struct dice *dice, int i)
{
	say(dice, "cache own-%d\n\tcallback own_%d_scan own\n", i, i);
	say(dice, "\tbatch %s\n\tseeks <1..8>\n", once_in(dice, 4) ? "0" : "<1..900>");
	if (!once_in(dice, 5))
		say(dice, "\tflags <numa|memcg|numa memcg|numa memcg nonslab>\n");
	if (may_refuse(dice) && once_in(dice, 2))
		say(dice, "\trefuses busy <1..50>%%\n");
	if (may_refuse(dice) && once_in(dice, 4))
		say(dice, "\trefuses after <0..3>\n");
	if (is_since(dice, 4, 19) && once_in(dice, 2))
		say(dice, "\tsays empty\n");
	roll_objects(dice);
}

static void roll_tabled(struct dice *dice)
{
	say(dice, "cache ext4-es\n\tcallback ext4_es_scan ext4\n");
	roll_objects(dice);
	if (once_in(dice, 2)) {
		say(dice, "cache nfs-acl\n\tcallback nfs_access_cache_scan nfs\n"
			  "\trefuses nofs noio\n");
		roll_objects(dice);
	}
	if (is_since(dice, 4, 20) && once_in(dice, 2)) {
		say(dice, "cache mm-shadow\n\tcallback scan_shadow_nodes\n\tseeks 0\n"
			  "\tflags numa memcg\n\tsays empty\n");
		roll_objects(dice);
	}
	if (is_since(dice, 5, 10) && once_in(dice, 3)) {
		say(dice, "cache drm-i915_gem\n\tcallback i915_gem_shrinker_scan i915\n"
			  "\tbatch 4096 moves\n\tfeedback <1..200>%%\n");
		roll_objects(dice);
	}
}

static void roll_tasks(struct dice *dice)
{
	bool many = may_overlap(dice);

	if (many && once_in(dice, 2))
		say(dice, "task dd\n\ttimes <1..3>\n\tgfp " MASKS "\n"
			  "\tpages <1..200> every <200..2000>us\n");
	if (many && dice->memcgs && once_in(dice, 2))
		say(dice, "task web\n\tmemcg /a/1\n\tgfp " MASKS "\n"
			  "\tpages <1..60> every <200..2000>us\n");
	for (int i = many ? roll(dice, 1, 3) : 1; i; i--)
		say(dice,
		    "reclaim r%d\n\ttimes %s\n\tgfp " MASKS "\n"
		    "\truns every <300..5000>us\n\tpriority <0..12>\n"
		    "\tscanned <0..500> of <500..5000>\n",
		    i, many ? "<1..2>" : "1");
	if (many && once_in(dice, 3))
		say(dice, "drop_caches at <1..30>ms\n");
}

UNUSED static void dice_roll(struct dice *dice, uint64_t seed, bool blind)
{
	*dice = (struct dice){ .random = shr_random_of(seed, blind), .blind = blind };
	roll_machine(dice);
	roll_memory(dice);
	roll_memcgs(dice);
	roll_super(dice);
	for (int i = roll(dice, 0, 2); i; i--)
		roll_own(dice, i);
	roll_tabled(dice);
	roll_tasks(dice);
}

#endif /* TESTS_UNIT_DICE_H */
