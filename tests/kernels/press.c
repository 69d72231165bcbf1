/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * press - makes what shrinkers hold, and presses on it, for a time.
 *
 *	press files DIR SECONDS [BYTES]	 small files: inodes and dentries
 *	press absent DIR SECONDS	 names that are not there: negative dentries
 *	press cache FILE SECONDS MIB	 a file that is read again and again
 *	press memory SECONDS MIB	 anonymous memory, touched again and again
 *
 * Says on standard output how often it did what.  A full disk ends it as time does:
 * what counts is what has been pressed on by then.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PATH = 512, PER_FOLDER = 500, MIB = 1 << 20, PAGE = 4096 };

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* One small file in a folder of some hundred; false: the disk is full. */
static bool make_file(const char *dir, unsigned long n, size_t bytes)
{
	static const char content[65536];
	char path[PATH];

	if (n % PER_FOLDER == 0) {
		snprintf(path, sizeof(path), "%s/%lu", dir, n / PER_FOLDER);
		mkdir(path, 0755);
	}
	snprintf(path, sizeof(path), "%s/%lu/%lu", dir, n / PER_FOLDER, n);
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);

	if (fd < 0)
		return errno != ENOSPC;
	bool fits = !bytes || write(fd, content, bytes) > 0 || errno != ENOSPC;

	close(fd);
	return fits;
}

static unsigned long make_files(const char *dir, double end, size_t bytes)
{
	unsigned long n = 0;

	mkdir(dir, 0755);
	while (now() < end && make_file(dir, n, bytes))
		n++;
	return n;
}

static unsigned long look_in_vain(const char *dir, double end)
{
	char path[PATH];
	struct stat st;
	unsigned long n = 0;

	for (; now() < end; n++) {
		snprintf(path, sizeof(path), "%s/absent-%lu", dir, n);
		if (stat(path, &st) == 0)
			break;
	}
	return n;
}

static unsigned long read_again(const char *path, double end, unsigned long mib)
{
	static char block[MIB];
	int fd = open(path, O_CREAT | O_RDWR | O_TRUNC | O_CLOEXEC, 0644);
	unsigned long n = 0;

	if (fd < 0)
		return 0;
	for (unsigned long i = 0; i < mib && now() < end; i++)
		if (write(fd, block, sizeof(block)) < 0)
			break;
	while (now() < end) {
		ssize_t got = read(fd, block, sizeof(block));

		if (got < 0 || (got == 0 && lseek(fd, 0, SEEK_SET) < 0))
			break;
		n += got > 0;
	}
	close(fd);
	return n;
}

static unsigned long touch_memory(double end, unsigned long mib)
{
	size_t len = mib * MIB;
	unsigned long n = 0;

	while (now() < end) {
		char *memory = mmap(NULL, len, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (memory == MAP_FAILED)
			break;
		for (size_t at = 0; at < len && now() < end; at += PAGE, n++)
			memory[at] = 1;
		munmap(memory, len);
	}
	return n;
}

static int usage(void)
{
	fputs("usage: press files|absent|cache|memory ...\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	const char *what = argc > 3 ? argv[1] : "";
	const char *where = argc > 2 ? argv[2] : "";
	unsigned long size = argc > 3 ? strtoul(argv[argc - 1], NULL, 10) : 0;
	double end = now() + (argc > 3 ? strtod(argv[3], NULL) : 0);
	unsigned long n;

	if (!strcmp(what, "files"))
		n = make_files(where, end, argc > 4 ? size : 0);
	else if (!strcmp(what, "absent"))
		n = look_in_vain(where, end);
	else if (!strcmp(what, "cache") && argc > 4)
		n = read_again(where, end, size);
	else if (!strcmp(what, "memory"))
		n = touch_memory(now() + strtod(where, NULL), size);
	else
		return usage();
	printf("%s %s: %lu\n", what, where, n);
	return 0;
}
