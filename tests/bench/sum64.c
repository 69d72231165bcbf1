/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sum64 FILE - add up a file as 64-bit words, mapped: what reading every byte of it
 * costs at least, and the measure of every reader.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int fd = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
	struct stat stat;

	if (fd < 0 || fstat(fd, &stat) < 0) {
		perror(argc == 2 ? argv[1] : "usage: sum64 FILE");
		return 2;
	}
	size_t size = (size_t)stat.st_size;
	const uint64_t *words = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	uint64_t sum = 0;

	if (words == MAP_FAILED) {
		perror(argv[1]);
		return 2;
	}
	for (size_t i = 0; i < size / sizeof(*words); i++)
		sum += words[i];
	printf("%" PRIx64 "\n", sum);
	close(fd);
	return 0;
}
