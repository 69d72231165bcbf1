/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/interrupt.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

static sigset_t signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	return set;
}

void interrupt_open(struct interrupt *interrupt)
{
	sigset_t set = signals();

	*interrupt = (struct interrupt){ .fd = signalfd(-1, &set,
							SFD_CLOEXEC | SFD_NONBLOCK) };
	if (interrupt->fd >= 0)
		sigprocmask(SIG_BLOCK, &set, NULL);
}

void interrupt_close(struct interrupt *interrupt)
{
	sigset_t set = signals();

	if (interrupt->fd < 0)
		return;
	interrupt_check(interrupt);
	close(interrupt->fd);
	interrupt->fd = -1;
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

bool interrupt_check(struct interrupt *interrupt)
{
	struct signalfd_siginfo info;

	if (interrupt->fd >= 0 && read(interrupt->fd, &info, sizeof(info)) > 0)
		interrupt->seen = true;
	return interrupt->seen;
}

bool interrupt_wait(struct interrupt *interrupt, uint64_t span_ns)
{
	struct pollfd polls[] = { { .fd = interrupt->fd, .events = POLLIN } };
	const struct timespec span = { .tv_sec = (time_t)(span_ns / 1000000000),
				       .tv_nsec = (long)(span_ns % 1000000000) };

	/* A negative descriptor is none. */
	if (!interrupt->seen)
		ppoll(polls, 1, &span, NULL);
	return interrupt_check(interrupt);
}

ssize_t interrupt_read(struct interrupt *interrupt, int fd, void *buf, size_t size)
{
	struct pollfd polls[] = { { .fd = fd, .events = POLLIN },
				  { .fd = interrupt->fd, .events = POLLIN } };

	if (interrupt->seen)
		return 0;
	if (poll(polls, 2, -1) < 0)
		return -1;
	if (polls[1].revents && interrupt_check(interrupt))
		return 0;
	return read(fd, buf, size);
}
