/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/model/release.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct reading {
	const char *text;
	struct shr_release release;
};

static struct shr_str str(const char *text)
{
	return (struct shr_str){ text, strlen(text) };
}

static void test_parses(void **state)
{
	static const struct reading readings[] = {
		{ "6.1.0-49-amd64", { 6, 1, 0 } },
		{ "5.10.223", { 5, 10, 223 } },
		{ "v7.3-rc7", { 7, 3, 0 } },
		{ "7.3-rc7", { 7, 3, 0 } },
		{ "4.19", { 4, 19, 0 } },
		{ "4.4.302+", { 4, 4, 302 } },
		{ "2.6.32", { 2, 6, 32 } },
		{ "5.15.167.4-microsoft-standard-WSL2", { 5, 15, 167 } },
		{ "Linux 6.12.95 x86_64", { 6, 12, 95 } },
		{ "Linux box 6.1.0-49-amd64 #1 SMP Debian 6.1.192-1 x86_64",
		  { 6, 1, 0 } },
		{ "Linux node-1.2.example 6.18.2 #1", { 6, 18, 2 } },
		{ "Linux 10.0.0.1 6.6.9 #1", { 6, 6, 9 } },
		{ "# os release : 5.14.21-150400", { 5, 14, 21 } },
		{ "kernel=(3.10.0-957.el7.x86_64)", { 3, 10, 0 } },
		{ "4.9.", { 4, 9, 0 } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(readings); i++) {
		struct shr_release release = { 0 };

		if (!shr_release_parse(str(readings[i].text), &release) ||
		    shr_release_compare(release, readings[i].release) != 0)
			fail_msg("'%s' is read as %u.%u.%u", readings[i].text,
				 release.major, release.minor, release.patch);
	}
}

static void test_refuses(void **state)
{
	static const char *const texts[] = {
		"",	      "Linux",
		"6",	      "6.",
		"v",	      "v6",
		"x6.1",	      "10.0.0.1",
		"1.2.3.4 up", "256.1",
		"6.256",      "6.1.65536",
		"20240101.1", "99999999999999999999.1",
		"-6.1",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct shr_release release = { 9, 9, 9 };

		if (shr_release_parse(str(texts[i]), &release))
			fail_msg("'%s' is read as %u.%u.%u", texts[i], release.major,
				 release.minor, release.patch);
		assert_int_equal(release.major, 9);
	}
	assert_false(shr_release_parse((struct shr_str){ NULL, 0 },
				       &(struct shr_release){ 0 }));
}

/* A slice of a larger buffer: what follows it must not be read. */
static void test_stays_in_slice(void **state)
{
	const char text[] = "5.10.2239";
	struct shr_release release;

	(void)state;
	assert_true(shr_release_parse((struct shr_str){ text, 8 }, &release));
	assert_int_equal(release.patch, 223);
	assert_true(shr_release_parse((struct shr_str){ text, 5 }, &release));
	assert_int_equal(release.minor, 10);
	assert_int_equal(release.patch, 0);
	assert_false(shr_release_parse((struct shr_str){ text, 2 }, &release));
}

static void test_orders(void **state)
{
	static const struct shr_release ascending[] = {
		{ 2, 6, 39 }, { 3, 0, 39 }, { 3, 2, 0 },   { 3, 11, 0 },
		{ 4, 9, 37 }, { 4, 19, 0 }, { 4, 19, 24 }, { 7, 3, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ascending); i++) {
		for (size_t j = 0; j < COUNT(ascending); j++) {
			int order = shr_release_compare(ascending[i], ascending[j]);

			assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parses),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_stays_in_slice),
		cmocka_unit_test(test_orders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
