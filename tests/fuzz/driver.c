/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plain main for a fuzz target: each file named is one input, in memory of
 * exactly its size, so that a sanitizer sees the first byte read beyond it.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run_stream(FILE *file)
{
	long size;

	if (fseek(file, 0, SEEK_END) || (size = ftell(file)) < 0)
		return -1;
	uint8_t *data = malloc((size_t)size);
	bool whole = data || !size;

	rewind(file);
	whole = whole && fread(data, 1, (size_t)size, file) == (size_t)size;
	if (whole)
		LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
	return whole ? 0 : -1;
}

static int run(const char *path)
{
	FILE *file = fopen(path, "rb");
	int ret = file ? run_stream(file) : -1;

	if (ret < 0)
		perror(path);
	if (file)
		fclose(file);
	return ret;
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
