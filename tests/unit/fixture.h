/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fixture - a file of fixtures/, in memory of exactly its size.
 *
 * Tests run in the project's top folder.
 */
#ifndef TESTS_UNIT_FIXTURE_H
#define TESTS_UNIT_FIXTURE_H

#include "tests/unit/maker.h"

#include <stdio.h>

/* The bytes of @path, to be released. */
static UNUSED struct maker load_fixture(const char *path)
{
	struct maker maker = { 0 };
	char buf[65536];
	size_t got;
	FILE *file = fopen(path, "rbe");

	if (!file) {
		print_error("cannot open %s: run the test in the top folder\n", path);
		fail();
	}
	while ((got = fread(buf, 1, sizeof(buf), file)) > 0)
		put_bytes(&maker, buf, got);
	assert_false(ferror(file));
	fclose(file);
	made(&maker);
	return maker;
}

#endif /* TESTS_UNIT_FIXTURE_H */
