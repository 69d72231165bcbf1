/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * drop ROUNDS THREADS [RATE] - have the kernel drop its dentries and inodes, ROUNDS
 * times in each of THREADS threads, at most RATE times a second, and print the CPU time
 * of that and the wall time, in seconds.  Once there is nothing left to drop, nearly
 * all of it is calls of shrinkers: as dense a stream of their events as a kernel makes.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { THREADS_MAX = 64 };

struct work {
	long rounds;
	double pause; /* seconds from one round to the next, 0: none */
	int fd;
};

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

static void sleep_until(double when)
{
	struct timespec time = { (time_t)when,
				 (long)((when - (double)(time_t)when) * 1e9) };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

static void *drop(void *arg)
{
	const struct work *work = arg;
	double start = now();

	for (long i = 0; i < work->rounds; i++) {
		if (pwrite(work->fd, "2", 1, 0) != 1) {
			perror("drop_caches");
			exit(1);
		}
		if (work->pause > 0)
			sleep_until(start + (double)(i + 1) * work->pause);
	}
	return NULL;
}

/* False: these are not arguments of ours. */
static bool parse(int argc, char **argv, struct work *work, long *threads)
{
	double rate = argc == 4 ? strtod(argv[3], NULL) : 0;

	if (argc != 3 && argc != 4)
		return false;
	work->rounds = strtol(argv[1], NULL, 10);
	work->pause = rate > 0 ? 1 / rate : 0;
	*threads = strtol(argv[2], NULL, 10);
	return work->rounds > 0 && *threads > 0 && *threads <= THREADS_MAX;
}

int main(int argc, char **argv)
{
	struct work work = { .fd = open("/proc/sys/vm/drop_caches",
					O_WRONLY | O_CLOEXEC) };
	pthread_t ids[THREADS_MAX];
	struct rusage usage;
	double start = now();
	long threads;

	if (work.fd < 0 || !parse(argc, argv, &work, &threads)) {
		fputs("usage, as root: drop ROUNDS THREADS [RATE]\n", stderr);
		return 2;
	}
	/* From now on without a line in the kernel's log for each. */
	if (pwrite(work.fd, "4", 1, 0) != 1)
		perror("drop_caches");
	for (long i = 0; i < threads; i++)
		if (pthread_create(&ids[i], NULL, drop, &work) != 0)
			return 1;
	for (long i = 0; i < threads; i++)
		pthread_join(ids[i], NULL);
	getrusage(RUSAGE_SELF, &usage);
	printf("%.6f %.6f\n", seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime),
	       now() - start);
	return 0;
}
