/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/recording.h"

#include "cli/clock.h"
#include "cli/cmd.h"
#include "cli/input.h"
#include "cli/interrupt.h"
#include "cli/record/dat_writer.h"
#include "cli/record/leftover.h"
#include "cli/record/meter.h"
#include "cli/record/tracing.h"
#include "cli/record/workload.h"
#include "core/err.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t second_ns = 1000000000;

static const uint64_t names_ns =
	10000000000; /* from one writing of task names to the next */

/*
 * How long a reader of standard output may take nothing when a signal has ended the
 * recording: whoever sent it wants to see the end of us.
 */
static const uint64_t patience_ns = 3000000000;

/* What runs; recording.h keeps what is left of it. */
struct run_state {
	const struct recording_options *options;
	struct interrupt *interrupt;
	struct tracing tracing;
	struct dat_writer writer;
	struct drain drain;
	struct workload workload;
	struct meter meter;
	uint64_t start_ns;
	uint64_t next_tick_ns;
	uint64_t next_names_ns;
};

static bool is_stream(const struct run_state *run)
{
	return !strcmp(run->options->path, "-");
}

static int complain_of_output(const struct run_state *run, const struct shr_err *err)
{
	return complain(is_stream(run) ? "standard output" : run->options->path, err);
}

static void tell_leftover(void *ctx, const char *path)
{
	(void)ctx;
	fprintf(stderr,
		"shrinkctl: %s is what a killed recorder had taken, it seems: 'shrinkctl "
		"replay' reads it\n",
		path);
}

_Static_assert((int)DRAIN_AT_ONCE <= (int)DAT_STREAM_AT_ONCE,
	       "what is drained at once fits into a writer that is not full");

static bool is_full(void *ctx)
{
	return dat_writer_is_full(ctx);
}

static int pour(void *ctx, unsigned cpu, int pipe, size_t len, struct shr_err *err)
{
	return dat_writer_splice(ctx, cpu, pipe, len, err);
}

static int copy(void *ctx, unsigned cpu, const void *page, size_t len,
		struct shr_err *err)
{
	return dat_writer_add(ctx, cpu, page, len, err);
}

/* What `check` finds goes into the file: it says why something is not there. */
static int note_checks(struct run_state *run, struct shr_err *err)
{
	char line[300];

	for (enum check_id id = 0; id < CHECK_COUNT; id++) {
		const struct check *check = &run->tracing.checks.rows[id];

		snprintf(line, sizeof(line), "check %s %s: %s", check_name(id),
			 check_answer_name(check->answer), check->says);
		if (metadata_note(&run->tracing.metadata, line) < 0)
			return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	}
	return 0;
}

static int set_up_kernel(struct run_state *run)
{
	struct shr_err err;
	int status = tracing_open(&run->tracing, &run->options->tracing,
				  run->options->all_symbols);

	if (!is_stream(run))
		leftover_find(run->options->path, tell_leftover, NULL);
	if (status == EXIT_GOOD && note_checks(run, &err) < 0)
		status = tracing_complain(&run->tracing, &err);
	return status;
}

static int set_up_file(struct run_state *run)
{
	struct drain_sink sink = { &run->writer, is_full, pour, copy };
	struct dat_settings settings = { .version = run->options->file_version,
					 .compression = run->options->compression,
					 .page_size = run->tracing.session.page_size,
					 .force = run->options->force };
	struct dat_contents contents = metadata_contents(
		&run->tracing.metadata, run->options->tracing.session.clock);
	struct shr_err err;

	if (drain_open(&run->drain, &run->tracing.session, &sink, &err) < 0)
		return tracing_complain(&run->tracing, &err);
	settings.cpu_count = run->drain.cpus[run->drain.cpu_count - 1].cpu + 1;
	if (dat_writer_open(&run->writer, run->options->path, &contents, &settings,
			    &err) < 0)
		return complain_of_output(run, &err);
	return EXIT_GOOD;
}

static int begin(struct run_state *run)
{
	struct shr_err err;

	meter_open(&run->meter, !run->options->tracing.session.context &&
					run->tracing.identity.method == IDENTITY_OFF);
	run->start_ns = clock_now_ns();
	run->next_tick_ns = run->start_ns + second_ns;
	if (session_start(&run->tracing.session, &err) < 0 ||
	    (run->options->command &&
	     workload_open(&run->workload, run->options->command, is_stream(run),
			   &err) < 0))
		return tracing_complain(&run->tracing, &err);
	return EXIT_GOOD;
}

/*
 * Task names for who finds the file of a killed recorder; they can be larger than all
 * else there is to write.  What goes wrong here is told at the end.
 */
static int update_names(struct run_state *run, uint64_t now, struct shr_err *err)
{
	struct shr_err ignored;

	if (metadata_learn_names(&run->tracing.metadata, &ignored) < 0 ||
	    now < run->next_names_ns)
		return 0;
	run->next_names_ns = now + names_ns;
	if (metadata_update(&run->tracing.metadata, &ignored) <= 0)
		return 0;
	struct dat_contents contents = metadata_contents(
		&run->tracing.metadata, run->options->tracing.session.clock);

	return dat_writer_rename(&run->writer, &contents, err);
}

/* Once a second: what a SIGKILL would leave, and what people watch. */
static int tick(struct run_state *run, struct shr_err *err)
{
	uint64_t now = clock_now_ns();

	if (now < run->next_tick_ns)
		return 0;
	run->next_tick_ns = now + second_ns;
	meter_show(&run->meter, &run->drain, now - run->start_ns);
	return update_names(run, now, err) < 0 ? -1
					       : dat_writer_flush(&run->writer, err);
}

static bool is_over_limit(const struct run_state *run)
{
	return run->options->size_limit && run->drain.bytes >= run->options->size_limit;
}

/* Whether somebody or something wants the recording to end. */
static bool is_done(struct run_state *run)
{
	if (interrupt_check(run->interrupt) || is_over_limit(run))
		return true;
	if (run->options->command && workload_has_ended(&run->workload))
		return true;
	return run->options->tracing.duration_ns &&
	       clock_now_ns() - run->start_ns >= run->options->tracing.duration_ns;
}

static int wait_ms(const struct run_state *run)
{
	uint64_t elapsed = clock_now_ns() - run->start_ns;
	uint64_t left = run->options->tracing.duration_ns > elapsed
				? run->options->tracing.duration_ns - elapsed
				: 0;

	return !run->options->tracing.duration_ns || left > second_ns
		       ? 1000
		       : (int)((left + 999999) / 1000000);
}

/* Until somebody wants it to end, or the file takes no more. */
static int take_events(struct run_state *run)
{
	struct pollfd others[] = { { run->interrupt->fd, POLLIN, 0 },
				   { run->workload.fd, POLLIN, 0 },
				   { -1, 0, 0 } };
	struct shr_err err;

	while (!is_done(run)) {
		others[2] = dat_writer_poll(&run->writer);
		if (drain_wait(&run->drain, others, 3, wait_ms(run), &err) < 0 ||
		    dat_writer_write(&run->writer, others[2].revents, &err) < 0 ||
		    tick(run, &err) < 0)
			return complain_of_output(run, &err);
	}
	return EXIT_GOOD;
}

/* Until the reader of a stream has taken something; what waits is put together first.
 */
static int wait_for_reader(struct run_state *run, struct shr_err *err)
{
	uint64_t since = clock_now_ns();

	if (!dat_writer_is_pending(&run->writer))
		return dat_writer_write(&run->writer, 0, err);
	for (;;) {
		struct pollfd polls[] = { dat_writer_poll(&run->writer),
					  { run->interrupt->fd, POLLIN, 0 } };

		poll(polls, 2, 500);
		if (polls[0].revents)
			return dat_writer_write(&run->writer, polls[0].revents, err);
		if (!interrupt_check(run->interrupt))
			continue;
		if (clock_now_ns() - since < patience_ns)
			continue;
		run->writer.broken = true;
		return shr_fail(err, SHR_ERR_IO,
				"nobody has read for %d seconds: given up",
				(int)(patience_ns / second_ns));
	}
}

static int drain_all(struct run_state *run, struct shr_err *err)
{
	int more;

	while ((more = drain_rest(&run->drain, err)) > 0)
		if (wait_for_reader(run, err) < 0)
			return -1;
	return more;
}

/* Also after trouble: what is in the buffers may fit, and what fits is kept. */
static int take_rest(struct run_state *run, int status)
{
	struct shr_err err;

	if (session_stop(&run->tracing.session, &err) < 0)
		status = tracing_complain(&run->tracing, &err);
	meter_close(&run->meter);
	if (status == EXIT_GOOD && drain_all(run, &err) < 0)
		status = complain_of_output(run, &err);
	drain_count(&run->drain);
	return status;
}

static int tell_of_ending(const struct run_state *run, int status)
{
	for (size_t i = 0; i < run->drain.cpu_count; i++) {
		const struct drain_cpu *cpu = &run->drain.cpus[i];

		if (!cpu->gone)
			continue;
		fprintf(stderr,
			"shrinkctl: CPU %u went away (%s): the file has what came before\n",
			cpu->cpu, strerror(cpu->gone));
		status = EXIT_TROUBLE;
	}
	if (!is_over_limit(run))
		return status;
	fputs("shrinkctl: stopped: --size-limit is reached\n", stderr);
	return EXIT_TROUBLE;
}

static int finish_writing(struct run_state *run, struct shr_err *err)
{
	struct dat_contents contents = metadata_contents(
		&run->tracing.metadata, run->options->tracing.session.clock);

	if (dat_writer_finish(&run->writer, &contents, err) < 0)
		return -1;
	while (dat_writer_is_pending(&run->writer))
		if (wait_for_reader(run, err) < 0)
			return -1;
	return 0;
}

static int finish_file(struct run_state *run, struct recording *recording, int status)
{
	struct shr_err err;

	recording->bytes = dat_writer_size(&run->writer);
	if (run->writer.broken)
		return status;
	if (metadata_end(&run->tracing.metadata, &run->tracing.session, &err) < 0)
		status = tracing_complain(&run->tracing, &err);
	recording->written = true;
	if (finish_writing(run, &err) < 0) {
		status = complain_of_output(run, &err);
		recording->written = run->writer.kept;
	}
	return status;
}

/* The instance first: it must go whatever becomes of a command that does not end. */
static int take_down(struct run_state *run, struct recording *recording, int status)
{
	meter_close(&run->meter);
	drain_finish(&run->drain);
	status = tracing_close(&run->tracing, status);
	recording->untold = run->tracing.untold;
	dat_writer_close(&run->writer);
	workload_close(&run->workload);
	recording->command_ended = run->workload.asked;
	if (!workload_fault(&run->workload, recording->command_fault,
			    sizeof(recording->command_fault)))
		return status;
	return status == EXIT_GOOD ? EXIT_DIFFERENT : status;
}

/* What the caller is told of, out of what ran. */
static void keep(struct recording *recording, struct run_state *run)
{
	recording->cpus = run->drain.cpus;
	recording->cpu_count = run->drain.cpu_count;
	recording->buffer_size = run->tracing.session.buffer_size;
	run->drain.cpus = NULL;
	run->drain.cpu_count = 0;
	drain_close(&run->drain);
}

int recording_run(struct recording *recording, const struct recording_options *options,
		  struct interrupt *interrupt)
{
	struct run_state run = { .options = options,
				 .interrupt = interrupt,
				 .tracing = { .session = { .guard = -1 } },
				 .writer = { .out = { .fd = -1, .dir = -1 } },
				 .drain = { .pipe = { -1, -1 } },
				 .workload = WORKLOAD_NONE };

	*recording = (struct recording){ 0 };
	int status = set_up_kernel(&run);

	if (status == EXIT_GOOD)
		status = set_up_file(&run);
	if (status == EXIT_GOOD)
		status = begin(&run);
	if (status == EXIT_GOOD) {
		status = take_events(&run);
		recording->elapsed_ns = clock_now_ns() - run.start_ns;
		status = take_rest(&run, status);
		status = tell_of_ending(&run, status);
		status = finish_file(&run, recording, status);
	}
	status = take_down(&run, recording, status);
	keep(recording, &run);
	return status;
}

void recording_release(struct recording *recording)
{
	free(recording->cpus);
	*recording = (struct recording){ 0 };
}
