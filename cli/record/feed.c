/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/feed.h"

#include "cli/clock.h"
#include "cli/cmd.h"
#include "cli/record/tracing_options.h"
#include "core/err.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tracefs/tracefs.h>
#include <unistd.h>

static const uint64_t second_ns = 1000000000;

/*
 * Between an event's stamp and its place in the buffer there can be an interrupt, or a
 * hypervisor that runs somebody else for some milliseconds.
 */
static const uint64_t arrival_ns = 100000000;

static int fail_pipe(struct shr_err *err, const char *why)
{
	return shr_fail(err, SHR_ERR_IO, "cannot read the pipe of events: %s", why);
}

/* @size bytes out of the pipe, which holds them. */
static int read_page(const struct feed *feed, int pipe, size_t size,
		     struct shr_err *err)
{
	for (size_t have = 0; have < size;) {
		ssize_t got = read(pipe, feed->page + have, size - have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return fail_pipe(err, got ? strerror(errno) : "it has ended");
		have += (size_t)got;
	}
	return 0;
}

static int pour(void *ctx, unsigned cpu, int pipe, size_t len, struct shr_err *err)
{
	struct feed *feed = ctx;
	size_t page = feed->tracing.session.page_size;

	while (len) {
		size_t size = len < page ? len : page;

		if (read_page(feed, pipe, size, err) < 0 ||
		    shr_live_add(feed->live, cpu, feed->page, size, err) < 0)
			return -1;
		len -= size;
	}
	return 0;
}

static int copy(void *ctx, unsigned cpu, const void *page, size_t len,
		struct shr_err *err)
{
	struct feed *feed = ctx;

	return shr_live_add(feed->live, cpu, page, len, err);
}

static int no_memory(struct shr_err *err)
{
	return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
}

static int gather_formats(struct feed *feed, struct shr_err *err)
{
	const struct metadata *metadata = &feed->tracing.metadata;

	feed->formats = calloc(metadata->format_count + 1, sizeof(*feed->formats));
	if (!feed->formats)
		return no_memory(err);
	for (size_t i = 0; i < metadata->format_count; i++) {
		const struct dat_format *format = &metadata->formats[i];

		feed->formats[i] = (struct shr_format_text){
			{ format->system, strlen(format->system) }, format->text
		};
	}
	return 0;
}

static int open_live(struct feed *feed, const struct tracing_options *options,
		     struct shr_str given, struct shr_err *err)
{
	const struct metadata *metadata = &feed->tracing.metadata;
	const char *clock = options->session.clock;
	const char *release = metadata->system.release;
	struct shr_live_texts texts = {
		.header_page = textbuf_str(&metadata->header_page),
		.format_count = metadata->format_count,
		.kallsyms = textbuf_str(&metadata->kallsyms),
		.given = given,
		.kernel = { release, strlen(release) },
		.clock = { clock, strlen(clock) },
		.notes = textbuf_str(&metadata->notes[0]),
		.page_size = feed->tracing.session.page_size,
		.cpu_count = feed->drain.cpus[feed->drain.cpu_count - 1].cpu + 1,
	};

	if (gather_formats(feed, err) < 0)
		return -1;
	texts.formats = feed->formats;
	feed->live = shr_live_new(&texts, err);
	feed->page = malloc(texts.page_size);
	if (!feed->live)
		return -1;
	return feed->page ? 0 : no_memory(err);
}

int feed_open(struct feed *feed, const struct tracing_options *options,
	      struct shr_str given)
{
	struct drain_sink sink = { .ctx = feed, .pour = pour, .copy = copy };
	struct session *session = &feed->tracing.session;
	struct shr_err err;

	*feed = (struct feed){ .drain = { .pipe = { -1, -1 } } };
	int status = tracing_open(&feed->tracing, options, false);

	if (status != EXIT_GOOD)
		return status;
	snprintf(feed->path, sizeof(feed->path), "%s/instances/%s",
		 tracefs_tracing_dir(), session->name);
	if (drain_open(&feed->drain, session, &sink, &err) < 0 ||
	    open_live(feed, options, given, &err) < 0 ||
	    session_start(session, &err) < 0)
		return tracing_complain(&feed->tracing, &err);
	return EXIT_GOOD;
}

/* As much as all buffers hold: then they are what holds the rest back. */
static bool is_full(const struct feed *feed)
{
	return shr_live_waiting(feed->live) >
	       feed->tracing.session.buffer_size * feed->drain.cpu_count;
}

/*
 * All CPUs have been looked at since @looked_ns.  One that was empty had already been
 * for long enough to have given all that is as old as what others had shown before.
 */
static void settle(struct feed *feed, uint64_t looked_ns)
{
	bool rests = looked_ns >= feed->newest_known_ns + arrival_ns;

	for (size_t i = 0; i < feed->drain.cpu_count; i++)
		if (feed->drain.cpus[i].more)
			shr_live_busy(feed->live, feed->drain.cpus[i].cpu);
	if (rests || is_full(feed)) {
		feed->settled_ts = feed->newest_ts;
		feed->newest_ts = shr_live_newest(feed->live);
		feed->newest_known_ns = clock_now_ns();
	}
	shr_live_settle(feed->live, feed->settled_ts);
}

int feed_take(struct feed *feed, struct pollfd *others, size_t count, int timeout_ms)
{
	struct shr_err err;

	if (drain_wait(&feed->drain, others, count, timeout_ms, &err) < 0)
		return tracing_complain(&feed->tracing, &err);
	uint64_t looked_ns = clock_now_ns();

	if (drain_now(&feed->drain, &err) < 0)
		return tracing_complain(&feed->tracing, &err);
	settle(feed, looked_ns);
	return EXIT_GOOD;
}

int feed_rest(struct feed *feed)
{
	struct shr_err err;

	if (session_stop(&feed->tracing.session, &err) < 0 ||
	    drain_rest(&feed->drain, &err) < 0)
		return tracing_complain(&feed->tracing, &err);
	shr_live_finish(feed->live);
	return EXIT_GOOD;
}

void feed_name_tasks(struct feed *feed)
{
	struct shr_err ignored;
	struct metadata *metadata = &feed->tracing.metadata;
	uint64_t now = clock_now_ns();

	if (feed->tasks_read_ns && now < feed->tasks_read_ns + second_ns)
		return;
	feed->tasks_read_ns = now;
	/* Names are missed where they cannot be had, and nothing else is. */
	if (metadata_learn_names(metadata, &ignored) == 0 &&
	    metadata_update(metadata, &ignored) > 0)
		shr_live_set_cmdlines(feed->live, textbuf_str(&metadata->cmdlines),
				      &ignored);
}

static int tell_gone(const struct drain *drain, int status)
{
	for (size_t i = 0; i < drain->cpu_count; i++) {
		const struct drain_cpu *cpu = &drain->cpus[i];

		if (!cpu->gone)
			continue;
		fprintf(stderr,
			"shrinkctl: CPU %u went away (%s): what came before was "
			"replayed\n",
			cpu->cpu, strerror(cpu->gone));
		status = EXIT_TROUBLE;
	}
	return status;
}

int feed_close(struct feed *feed, int status)
{
	status = tell_gone(&feed->drain, status);
	drain_close(&feed->drain);
	/* It borrows what tracing has. */
	shr_live_free(feed->live);
	status = tracing_close(&feed->tracing, status);
	free(feed->formats);
	free(feed->page);
	feed->live = NULL;
	feed->formats = NULL;
	feed->page = NULL;
	return status;
}
