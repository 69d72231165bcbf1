/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * measure COMMAND ARGUMENT... - run it with its output thrown away, and print its
 * wall time in seconds, its peak memory in KiB, and the CPU time of it and its children
 * in seconds.  Exits as the command did.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds_of(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void run(char **argv)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (null < 0 || dup2(null, STDOUT_FILENO) < 0)
		perror("/dev/null");
	execvp(argv[0], argv);
	perror(argv[0]);
	_exit(127);
}

int main(int argc, char **argv)
{
	struct rusage usage;
	int status;

	if (argc < 2) {
		fputs("usage: measure COMMAND ARGUMENT...\n", stderr);
		return 2;
	}
	double start = now();
	pid_t child = fork();

	if (child == 0)
		run(argv + 1);
	if (child < 0 || wait4(child, &status, 0, &usage) < 0) {
		perror("measure");
		return 2;
	}
	printf("%.6f %ld %.6f\n", now() - start, usage.ru_maxrss,
	       seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
