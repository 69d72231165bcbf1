/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scenarios: what they set, what is wrong with them and where, and that those which we
 * ship, and those in the manual page, can be read.
 */
#include "core/sim/scenario.h"

#include "core/err.h"
#include "core/shrinker/shrinker.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int parse(struct shr_scenario *scenario, const char *text, struct shr_err *err)
{
	shr_scenario_init(scenario);
	return shr_scenario_parse(scenario, (struct shr_str){ text, strlen(text) },
				  err);
}

static void test_sets(void **state)
{
	static const char text[] = "# a comment\n"
				   "kernel 5.10.223\n"
				   "duration 250ms # another\n"
				   "\n"
				   "memcg /a/%d\n"
				   "\ttimes 3\n"
				   "\tlimit 64k\n"
				   "cache sb-ext4:vda1\r\n"
				   "    callback super_cache_scan ext4\n"
				   "    flags numa memcg\n"
				   "    objects 2M\n"
				   "    grows 10 every 2us from 1ms until 3s\n"
				   "    refuses nofs busy 20%\n"
				   "drop_caches at 1s\n"
				   "lose cpu 1 every 1s for 10ms\n";
	struct shr_scenario scenario;
	struct shr_err err = { .reason = "" };

	(void)state;
	if (parse(&scenario, text, &err))
		fail_msg("%llu: %s", (unsigned long long)err.line, err.reason);
	assert_string_equal(scenario.kernel, "5.10.223");
	assert_true(scenario.duration_ns == 250000000 && scenario.memcgs);
	assert_int_equal(scenario.generation->id, SHR_GEN_5_0);
	assert_int_equal(scenario.memcg_count, 1);
	assert_true(scenario.memcg[0].stay.times == 3 &&
		    scenario.memcg[0].limit == 64000);
	assert_int_equal(scenario.cache_count, 1);
	const struct shr_scenario_cache *cache = &scenario.cache[0];

	assert_string_equal(cache->module, "ext4");
	assert_int_equal(cache->flags, SHR_SHRINKER_NUMA | SHR_SHRINKER_MEMCG);
	assert_true(cache->objects == 2000000 && cache->growths[0].count == 10);
	assert_true(cache->growths[0].times.every_ns == 2000 &&
		    cache->growths[0].times.until_ns == UINT64_C(3000000000));
	assert_true(cache->refusal.without_fs && cache->refusal.busy == 20);
	assert_true(scenario.drop_count == 1 && scenario.loss[0].for_ns == 10000000);
	shr_scenario_release(&scenario);
}

/* The generation of x.y.0 is what came out; of later ones, all that was added. */
static void test_chooses_generations(void **state)
{
	static const struct {
		const char *text;
		enum shr_generation_id id;
	} cases[] = {
		{ "kernel 4.18.0\n", SHR_GEN_4_16 },
		{ "kernel 4.19.0\n", SHR_GEN_4_19_0 },
		{ "kernel 4.19.40\n", SHR_GEN_4_19_24 },
		{ "kernel 4.4.0\n", SHR_GEN_3_14 },
		{ "kernel 6.12.0\n", SHR_GEN_5_13 },
		{ "kernel 6.12.0\ngeneration 5.0\n", SHR_GEN_5_0 },
	};
	struct shr_scenario scenario;
	struct shr_err err;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(parse(&scenario, cases[i].text, &err), 0);
		assert_int_equal(scenario.generation->id, cases[i].id);
		shr_scenario_release(&scenario);
	}
}

/* Where the offset is that of the word. */
static void test_faults(void **state)
{
	static const struct {
		const char *text;
		uint64_t line;
		const char *at; /* NULL: of the line as a whole */
		const char *reason;
	} cases[] = {
		{ "", 1, NULL, "expected a statement 'kernel'" },
		{ "kernel 2.6.32\n", 1, "2.6",
		  "expected a release from 3.0.39 on, not '2.6.32'" },
		{ "kernel 6.1.0\nnodes 65\n", 2, "65", "expected 1 to 64, not '65'" },
		{ "kernel 6.1.0\nnodes two\n", 2, "two",
		  "expected a number, not 'two'" },
		{ "kernel 6.1.0\nlong 6\n", 2, "6\n", "expected 4 or 8, not '6'" },
		{ "kernel 6.1.0 now\n", 1, "now",
		  "expected the end of the line, not 'now'" },
		{ "kernel 6.1.0\nmount x\n", 2, "mount",
		  "expected a statement, not 'mount'" },
		{ "kernel 6.1.0\nduration 5\n", 2, "5\n",
		  "expected a time with its unit, not '5'" },
		{ "kernel 6.1.0\nduration\n", 2, "\n\n",
		  "expected a time with its unit" },
		{ "kernel 6.1.0\nduration 2000000s\n", 2, "2000000s",
		  "expected at most 1000000s, not '2000000s'" },
		{ "kernel 6.1.0\n\tnodes 2\n", 2, "nodes",
		  "expected a statement at the margin, for the one above has no "
		  "settings, not 'nodes'" },
		{ "kernel 6.1.0\ncache a\n\tbatch 1 2\n", 3, "2\n",
		  "expected the end of the line, not '2'" },
		{ "kernel 6.1.0\ncache a\n\tsize 1\n", 3, "size",
		  "expected a setting of this statement, not 'size'" },
		{ "kernel 6.1.0\ncache a\n", 2, NULL, "expected a 'callback'" },
		{ "kernel 4.18.0\ncache a\n\tcallback b\n\tseeks 0\n", 2, NULL,
		  "expected seeks above 0: 4.18.0 divides by it" },
		{ "kernel 6.1.0\ncache a\n\tcallback b\n\ttimes 2\n", 2, NULL,
		  "expected %d in the name of what is there many times" },
		{ "kernel 6.1.0\ncache a%d\n\tcallback b\n\tevery 1s\n", 2, NULL,
		  "expected 'lives' with 'every'" },
		{ "kernel 3.16.0\nmemcg /a\n", 2, NULL,
		  "expected no memcgs before 4.0, the first kernel to shrink them" },
		{ "kernel 5.18.0\nmemcg /a\nreclaim r\n\thow proactive\n\tmemcg /a\n",
		  3, NULL,
		  "expected a kernel from 5.19 on, the first with memory.reclaim" },
		{ "kernel 6.1.0\nmemcg a\n", 2, "a\n",
		  "expected a path below '/', not 'a'" },
		{ "kernel 4.4.0\nreclaim r\n\tgfp GFP_LOUD\n", 2, NULL,
		  "expected gfp flags of 4.4.0, not 'GFP_LOUD'" },
		{ "kernel 6.1.0\nreclaim r\n\tnode 1\n", 2, NULL,
		  "expected a node that there is" },
		{ "kernel 6.1.0\ntask t\n", 2, NULL,
		  "expected 'pages', and when it allocates them" },
		{ "kernel 6.1.0\nseed \x01\n", 2, "\x01",
		  "expected text, not the byte 0x01" },
		{ "kernel 6.1.0\nseed 99999999999999999999\n", 2, "9999",
		  "expected a number, not '99999999999999999999'" },
	};
	struct shr_scenario scenario;
	struct shr_err err;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *at =
			cases[i].at ? strstr(cases[i].text, cases[i].at) : NULL;

		err = (struct shr_err){ .reason = "" };
		assert_int_equal(parse(&scenario, cases[i].text, &err), -1);
		assert_string_equal(err.reason, cases[i].reason);
		assert_int_equal(err.line, cases[i].line);
		if (!cases[i].at)
			assert_true(err.offset == SHR_NO_OFFSET);
		else if (at)
			assert_int_equal(err.offset, at - cases[i].text);
		shr_scenario_release(&scenario);
	}
}

static char *read_text(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = calloc(1, 1 << 17);

	assert_non_null(file);
	assert_non_null(text);
	assert_true(fread(text, 1, (1 << 17) - 1, file) > 0);
	fclose(file);
	return text;
}

static void test_bundled(void **state)
{
	struct shr_scenario scenario;
	struct shr_err err;
	glob_t found;

	(void)state;
	assert_int_equal(glob("fixtures/scenarios/*.scn", 0, NULL, &found), 0);
	assert_true(found.gl_pathc >= 5);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		char *text = read_text(found.gl_pathv[i]);

		if (parse(&scenario, text, &err))
			fail_msg("%s:%llu: %s", found.gl_pathv[i],
				 (unsigned long long)err.line, err.reason);
		shr_scenario_release(&scenario);
		free(text);
	}
	globfree(&found);
}

/* Each example of the page stands between lines of ```, and is a whole scenario. */
static void test_page(void **state)
{
	char *page = read_text("man/shrinkctl-scenario.5.scd");
	struct shr_scenario scenario;
	struct shr_err err;
	unsigned examples = 0;
	char *at = page, *end;

	(void)state;
	while ((at = strstr(at, "\n```\n")) && (end = strstr(at + 5, "\n```\n"))) {
		end[1] = '\0';
		if (parse(&scenario, at + 5, &err))
			fail_msg("line %llu: %s\n%s", (unsigned long long)err.line,
				 err.reason, at + 5);
		shr_scenario_release(&scenario);
		examples++;
		end[1] = '`';
		at = end + 4;
	}
	assert_true(examples >= 10);
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sets),
		cmocka_unit_test(test_chooses_generations),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_bundled),
		cmocka_unit_test(test_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
