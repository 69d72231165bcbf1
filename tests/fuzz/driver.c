/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plain main for a fuzz target: each file named is one input, in memory of
 * exactly its size, so that a sanitizer sees the first byte read beyond it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run(const char *path)
{
	FILE *file = fopen(path, "rb");
	long size;

	if (!file || fseek(file, 0, SEEK_END) || (size = ftell(file)) < 0) {
		perror(path);
		return -1;
	}
	uint8_t *data = malloc((size_t)size);

	rewind(file);
	if ((!data && size) || fread(data, 1, (size_t)size, file) != (size_t)size) {
		perror(path);
		return -1;
	}
	fclose(file);
	LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
	return 0;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		printf("%s\n", argv[i]); /* the last one printed is the culprit */
		fflush(stdout);
		if (run(argv[i]) < 0)
			return 1;
	}
	return argc > 1 ? 0 : 1;
}
