/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/drain.h"

#include "cli/clock.h"
#include "cli/record/control.h"
#include "cli/record/session.h"
#include "core/err.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tracefs/tracefs.h>
#include <unistd.h>

enum { PATH = 64, LOOKS = 3, CPU_MAX = 1 << 20 };

static const uint64_t second_ns = 1000000000;

/*
 * Where the kernel says there is something, but not a page full, which kernels without
 * buffer_percent do all the time: long enough to cost nothing, and short against the
 * time a buffer takes to fill.
 */
static const uint64_t mute_ns = 10000000;

static int by_number(const void *a, const void *b)
{
	const struct drain_cpu *left = a, *right = b;

	return left->cpu < right->cpu ? -1 : left->cpu > right->cpu;
}

static int add_cpu(struct drain *drain, unsigned cpu, struct shr_err *err)
{
	struct drain_cpu *grown =
		reallocarray(drain->cpus, drain->cpu_count + 1, sizeof(*grown));

	if (!grown)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	drain->cpus = grown;
	grown[drain->cpu_count++] = (struct drain_cpu){ .cpu = cpu, .raw = -1 };
	return 0;
}

/* N of "cpuN".  False: it is called otherwise. */
static bool parse_cpu(const char *name, unsigned *cpu)
{
	char *end;

	if (strncmp(name, "cpu", 3) != 0 || name[3] < '0' || name[3] > '9')
		return false;
	unsigned long number = strtoul(name + 3, &end, 10);

	*cpu = (unsigned)number;
	return !*end && number <= CPU_MAX;
}

/* The folders cpuN of per_cpu, in the order of N. */
static int list_cpus(struct drain *drain, struct shr_err *err)
{
	char *path = tracefs_instance_get_file(drain->session->instance, "per_cpu");
	DIR *dir = path ? opendir(path) : NULL;
	struct dirent *entry;
	unsigned cpu;
	int failed = 0;

	tracefs_put_tracing_file(path);
	if (!dir)
		return shr_fail(err, SHR_ERR_IO, "cannot read per_cpu of %s: %s",
				drain->session->name, strerror(errno));
	while (!failed && (entry = readdir(dir)))
		if (parse_cpu(entry->d_name, &cpu))
			failed = add_cpu(drain, cpu, err);
	closedir(dir);
	if (!failed && drain->cpu_count)
		qsort(drain->cpus, drain->cpu_count, sizeof(*drain->cpus), by_number);
	return failed;
}

static int open_raw(struct drain *drain, struct drain_cpu *cpu, struct shr_err *err)
{
	char path[PATH];

	snprintf(path, sizeof(path), "per_cpu/cpu%u/trace_pipe_raw", cpu->cpu);
	cpu->raw = tracefs_instance_file_open(drain->session->instance, path,
					      O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	/* A CPU that is possible but was never there may have no buffer. */
	if (cpu->raw < 0 && errno != ENODEV && errno != ENXIO)
		return shr_fail(err, SHR_ERR_IO, "cannot open %s of %s: %s", path,
				drain->session->name, strerror(errno));
	return 0;
}

/* Without a pipe pages are copied, which costs twice as much and works as well. */
static void open_pipe(struct drain *drain)
{
	if (pipe2(drain->pipe, O_CLOEXEC) < 0) {
		drain->copies = true;
		return;
	}
	fcntl(drain->pipe[1], F_SETPIPE_SZ, DRAIN_AT_ONCE);
	int size = fcntl(drain->pipe[1], F_GETPIPE_SZ);

	/* A slot of the pipe holds one page of the ring, of whatever size. */
	drain->pipe_size = size > 0 ? (size_t)size : 65536;
	if (drain->pipe_size > DRAIN_AT_ONCE)
		drain->pipe_size = DRAIN_AT_ONCE;
	drain->pipe_size -= drain->pipe_size % drain->session->page_size;
	drain->copies = drain->pipe_size == 0;
}

int drain_open(struct drain *drain, const struct session *session,
	       const struct drain_sink *sink, struct shr_err *err)
{
	*drain =
		(struct drain){ .session = session, .sink = *sink, .pipe = { -1, -1 } };
	if (list_cpus(drain, err) < 0)
		return -1;
	for (size_t i = 0; i < drain->cpu_count; i++)
		if (open_raw(drain, &drain->cpus[i], err) < 0)
			return -1;
	drain->polls = calloc(drain->cpu_count + DRAIN_OTHERS, sizeof(*drain->polls));
	drain->page = malloc(session->page_size);
	if (!drain->polls || !drain->page)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	open_pipe(drain);
	drain->next_sweep_ns = clock_now_ns() + second_ns;
	return 0;
}

static void note_taken(struct drain *drain, struct drain_cpu *cpu, size_t len)
{
	cpu->absent = false;
	cpu->bytes += len;
	drain->bytes += len;
}

static bool is_full(const struct drain *drain)
{
	return drain->sink.is_full && drain->sink.is_full(drain->sink.ctx);
}

/*
 * EAGAIN is an empty buffer.  ENODEV from the beginning is a CPU that is possible, but
 * has not come up since the instance was made: the kernel makes its buffer when it
 * does. Everything else means that this CPU's has gone.
 */
static ssize_t none_taken(struct drain_cpu *cpu)
{
	if (errno == EAGAIN || errno == EINTR)
		return 0;
	cpu->absent = errno == ENODEV && !cpu->bytes;
	if (cpu->absent)
		return 0;
	cpu->gone = errno;
	close(cpu->raw);
	cpu->raw = -1;
	return 0;
}

/* One page, full or not, padded with zeroes to its size.  Its length, 0, or -1. */
static ssize_t take_copy(struct drain *drain, struct drain_cpu *cpu,
			 struct shr_err *err)
{
	size_t size = drain->session->page_size;
	ssize_t got = read(cpu->raw, drain->page, size);

	if (got < 0)
		return none_taken(cpu);
	if (got == 0)
		return 0;
	memset(drain->page + got, 0, size - (size_t)got);
	if (drain->sink.copy(drain->sink.ctx, cpu->cpu, drain->page, size, err) < 0)
		return -1;
	note_taken(drain, cpu, size);
	return (ssize_t)size;
}

/* As many full pages as the pipe holds.  Their length, 0, or -1. */
static ssize_t take_pages(struct drain *drain, struct drain_cpu *cpu,
			  struct shr_err *err)
{
	ssize_t got = splice(cpu->raw, NULL, drain->pipe[1], NULL, drain->pipe_size,
			     SPLICE_F_MOVE | SPLICE_F_NONBLOCK);

	if (got < 0 && errno == EINVAL) {
		drain->copies = true;
		return 0;
	}
	if (got < 0)
		return none_taken(cpu);
	if (got == 0)
		return 0;
	if (drain->sink.pour(drain->sink.ctx, cpu->cpu, drain->pipe[0], (size_t)got,
			     err) < 0)
		return -1;
	note_taken(drain, cpu, (size_t)got);
	return got;
}

/*
 * What this CPU has now, but not for ever: another's buffer may be filling while this
 * one's traced task is as fast as we are.
 */
static int take(struct drain *drain, struct drain_cpu *cpu, bool all,
		struct shr_err *err)
{
	uint64_t most = cpu->bytes + drain->session->buffer_size;
	ssize_t got = 1;

	while (got > 0 && cpu->raw >= 0 && (all || cpu->bytes < most) &&
	       !is_full(drain)) {
		got = drain->copies ? 0 : take_pages(drain, cpu, err);
		if (got == 0 && cpu->raw >= 0 && (all || drain->copies))
			got = take_copy(drain, cpu, err);
	}
	return got < 0 ? -1 : 0;
}

/* Once a second, from a CPU too quiet to fill a page: what a SIGKILL would lose. */
static int sweep(struct drain *drain, uint64_t now, struct shr_err *err)
{
	if (now < drain->next_sweep_ns)
		return 0;
	drain->next_sweep_ns = now + second_ns;
	for (size_t i = 0; i < drain->cpu_count; i++) {
		struct drain_cpu *cpu = &drain->cpus[i];

		if (take(drain, cpu, false, err) < 0)
			return -1;
		if (cpu->raw >= 0 && cpu->bytes == cpu->swept && !is_full(drain) &&
		    take_copy(drain, cpu, err) < 0)
			return -1;
		cpu->swept = cpu->bytes;
	}
	return 0;
}

/*
 * Fill in drain->polls.  How long to wait: shorter where a CPU is not listened to for a
 * moment.  With a sink that is full none is, until one of the others has made room.
 */
static int prepare(struct drain *drain, const struct pollfd *others, size_t count,
		   int timeout_ms)
{
	uint64_t now = clock_now_ns();
	uint64_t until = now + (uint64_t)timeout_ms * 1000000;
	bool full = is_full(drain);

	if (drain->next_sweep_ns < until)
		until = drain->next_sweep_ns;
	memcpy(drain->polls, others, count * sizeof(*others));
	for (size_t i = 0; i < drain->cpu_count; i++) {
		const struct drain_cpu *cpu = &drain->cpus[i];
		bool muted = cpu->muted_ns > now;

		if (muted && !full && cpu->muted_ns < until)
			until = cpu->muted_ns;
		/* Of an absent one poll(2) says at once that it is: sweep() looks. */
		drain->polls[count + i] =
			(struct pollfd){ .fd = muted || full || cpu->absent ? -1
									    : cpu->raw,
					 .events = POLLIN };
	}
	return until > now ? (int)((until - now + 999999) / 1000000) : 0;
}

static int take_ready(struct drain *drain, const struct pollfd *polls,
		      struct shr_err *err)
{
	for (size_t i = 0; i < drain->cpu_count; i++) {
		struct drain_cpu *cpu = &drain->cpus[i];
		uint64_t before = cpu->bytes;

		if (!polls[i].revents)
			continue;
		if (take(drain, cpu, false, err) < 0)
			return -1;
		if (cpu->bytes == before)
			cpu->muted_ns = clock_now_ns() + mute_ns;
	}
	return 0;
}

int drain_wait(struct drain *drain, struct pollfd *others, size_t count, int timeout_ms,
	       struct shr_err *err)
{
	int wait_ms = prepare(drain, others, count, timeout_ms);

	if (poll(drain->polls, count + drain->cpu_count, wait_ms) < 0 && errno != EINTR)
		return shr_fail(err, SHR_ERR_IO, "cannot wait for events: %s",
				strerror(errno));
	memcpy(others, drain->polls, count * sizeof(*others));
	return take_ready(drain, drain->polls + count, err) < 0
		       ? -1
		       : sweep(drain, clock_now_ns(), err);
}

/*
 * Pages that are full and one that is not, a few times: a CPU that goes on writing has
 * always a bit more, and each look at its last page disturbs it.
 */
static int take_now(struct drain *drain, struct drain_cpu *cpu, struct shr_err *err)
{
	ssize_t got = 1;

	for (int i = 0; i < LOOKS && got > 0 && cpu->raw >= 0; i++) {
		if (take(drain, cpu, false, err) < 0)
			return -1;
		got = cpu->raw >= 0 ? take_copy(drain, cpu, err) : 0;
	}
	cpu->more = got > 0 && cpu->raw >= 0;
	return got < 0 ? -1 : 0;
}

int drain_now(struct drain *drain, struct shr_err *err)
{
	for (size_t i = 0; i < drain->cpu_count; i++)
		if (take_now(drain, &drain->cpus[i], err) < 0)
			return -1;
	return 0;
}

int drain_rest(struct drain *drain, struct shr_err *err)
{
	for (size_t i = 0; i < drain->cpu_count; i++)
		if (take(drain, &drain->cpus[i], true, err) < 0)
			return -1;
	return is_full(drain);
}

void drain_count(struct drain *drain)
{
	char path[PATH];
	struct shr_err ignored;

	for (size_t i = 0; i < drain->cpu_count; i++) {
		struct drain_cpu *cpu = &drain->cpus[i];

		snprintf(path, sizeof(path), "per_cpu/cpu%u/stats", cpu->cpu);
		char *text = control_read(drain->session->instance, path, &ignored);

		if (text)
			cpu->stats = cpu_stats_parse(text);
		free(text);
	}
}

void drain_finish(struct drain *drain)
{
	for (size_t i = 0; i < drain->cpu_count; i++)
		if (drain->cpus[i].raw >= 0) {
			close(drain->cpus[i].raw);
			drain->cpus[i].raw = -1;
		}
}

void drain_close(struct drain *drain)
{
	drain_finish(drain);
	for (size_t i = 0; i < 2; i++)
		if (drain->pipe[i] >= 0)
			close(drain->pipe[i]);
	free(drain->polls);
	free(drain->page);
	free(drain->cpus);
	*drain = (struct drain){ .pipe = { -1, -1 } };
}
