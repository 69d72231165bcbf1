/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/watch.h"

#include "cli/clock.h"
#include "cli/cmd.h"
#include "cli/interval.h"
#include "cli/print_interval.h"
#include "cli/print_json.h"
#include "cli/print_text.h"
#include "cli/printer.h"
#include "cli/record/feed.h"
#include "cli/run.h"
#include "cli/survey.h"
#include "core/err.h"
#include "core/stream.h"

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

/* How long nobody waits for what has happened to be told, and what a look costs. */
static const uint64_t look_ns = 250000000;

/* Nothing that belongs together is that far apart: replay need not wait for more. */
static const uint64_t pause_ns = 1000000000;

struct watch {
	struct shr_call_sink sink;
	const struct watch_options *options;
	struct printer *printer;
	struct feed feed;
	struct run run;
	struct survey survey;
	struct interval interval;
	uint64_t told[SHR_VERDICT_COUNT]; /* in this interval */
	uint64_t start_ns;
	uint64_t events;  /* as of the last look */
	uint64_t last_ns; /* when there were more */
	bool judged;	  /* all there is */
};

static bool is_text(const struct watch *watch)
{
	return watch->printer->format == FORMAT_TEXT;
}

/* What is printed is wanted now. */
static void flush(struct watch *watch)
{
	if (!is_text(watch))
		json_flush(&watch->printer->json);
	fflush(stdout);
}

/*
 * Whatever is unexplained; of the other verdicts that are not exact the first few, as
 * the summary names them: under load there may be thousands, one like the other.
 */
static bool is_worth_telling(struct watch *watch, const struct shr_call *call)
{
	if (call->verdict == SHR_EXACT)
		return false;
	return watch->told[call->verdict]++ < SURVEY_NAMED ||
	       call->verdict == SHR_UNEXPLAINED;
}

static void tell(struct watch *watch, const struct shr_call *call)
{
	struct printer *printer = watch->printer;
	const struct input *input = &watch->run.input;

	feed_name_tasks(&watch->feed);
	if (!is_text(watch))
		json_call(&printer->json, NULL, input, call);
	else if (call->verdict == SHR_UNEXPLAINED)
		text_hunk(&printer->out, input, call);
	else
		text_call(&printer->out, input, call);
	flush(watch);
}

static int take_call(struct shr_call_sink *sink, const struct shr_call *call,
		     struct shr_err *err)
{
	struct watch *watch = (struct watch *)sink;

	if (is_worth_telling(watch, call))
		tell(watch, call);
	if (watch->survey.sink.call(&watch->survey.sink, call, err) < 0)
		return -1;
	return interval_add(&watch->interval, call, err);
}

static const struct shr_capture *capture_of(const struct watch *watch)
{
	return watch->run.input.source->capture;
}

static void begin_interval(struct watch *watch, uint64_t now)
{
	interval_begin(&watch->interval, now, capture_of(watch));
	for (unsigned verdict = 0; verdict < SHR_VERDICT_COUNT; verdict++)
		watch->told[verdict] = 0;
	if (!is_text(watch))
		json_interval_begin(&watch->printer->json, &watch->interval);
}

static bool print_interval(struct watch *watch)
{
	struct printer *printer = watch->printer;
	struct interval_frame frame = {
		.all = watch->run.summary,
		.capture = capture_of(watch),
		.start_ns = watch->start_ns,
		.late = shr_live_late(watch->feed.live),
		.unix_time = (int64_t)time(NULL),
	};

	if (is_text(watch))
		return text_interval(&printer->out, &watch->interval, &frame);
	json_interval_end(&printer->json, &watch->interval, &frame);
	printer_end_object(printer);
	return true;
}

static int end_interval(struct watch *watch, uint64_t now)
{
	struct shr_err err;

	watch->run.summary = shr_replay_summary(watch->run.replay);
	if (interval_end(&watch->interval, now, capture_of(watch), watch->run.summary,
			 &err) < 0)
		return complain(watch->run.input.name, &err);
	int status = print_interval(watch) ? EXIT_GOOD : EXIT_TROUBLE;

	flush(watch);
	return status;
}

/* After a pause nothing will say more of the last calls: they can be told of. */
static int judge_rest(struct watch *watch, uint64_t now)
{
	struct shr_err err;

	if (watch->run.input.events != watch->events) {
		watch->events = watch->run.input.events;
		watch->last_ns = now;
		watch->judged = false;
	}
	if (watch->judged || now < watch->last_ns + pause_ns)
		return EXIT_GOOD;
	watch->judged = true;
	return shr_replay_pause(watch->run.replay, &err) < 0
		       ? complain(watch->run.input.name, &err)
		       : EXIT_GOOD;
}

/* How long it is until there is something to be done, at most @look_ns. */
static int wait_ms(const struct watch *watch, uint64_t now)
{
	uint64_t until = watch->interval.begin_ns + watch->options->interval_ns;
	uint64_t end = watch->start_ns + watch->options->tracing.duration_ns;

	if (watch->options->tracing.duration_ns && end < until)
		until = end;
	if (until > now + look_ns)
		until = now + look_ns;
	return until > now ? (int)((until - now + 999999) / 1000000) : 0;
}

static int take_events(struct watch *watch)
{
	struct pollfd signals = { watch->run.input.interrupt.fd, POLLIN, 0 };
	int status =
		feed_take(&watch->feed, &signals, 1, wait_ms(watch, clock_now_ns()));

	if (status == EXIT_GOOD)
		status = run_take(&watch->run);
	return status == EXIT_GOOD ? judge_rest(watch, clock_now_ns()) : status;
}

/* Whether somebody wants it to end, or nobody wants it to go on. */
static bool is_done(struct watch *watch)
{
	uint64_t duration_ns = watch->options->tracing.duration_ns;

	return interrupt_check(&watch->run.input.interrupt) || ferror(stdout) ||
	       (duration_ns && clock_now_ns() >= watch->start_ns + duration_ns);
}

static int go_on(struct watch *watch)
{
	int status = EXIT_GOOD;

	while (status == EXIT_GOOD && !is_done(watch)) {
		status = take_events(watch);
		uint64_t now = clock_now_ns();

		if (status != EXIT_GOOD ||
		    now < watch->interval.begin_ns + watch->options->interval_ns)
			continue;
		status = end_interval(watch, now);
		begin_interval(watch, now);
	}
	return status;
}

/* Also after trouble: what was taken is replayed to its end. */
static int take_rest(struct watch *watch, int status)
{
	if (status == EXIT_GOOD)
		status = feed_rest(&watch->feed);
	if (status == EXIT_GOOD)
		status = run_take(&watch->run);
	status = run_finish(&watch->run, status);
	return input_status(&watch->run.input, status);
}

/* The interval that was cut short; as text only if there is something in it. */
static int end_last(struct watch *watch, int status)
{
	uint64_t calls = 0;

	for (size_t i = 0; i < watch->interval.cap; i++)
		calls += watch->interval.tallies[i].calls;
	if (!calls && is_text(watch))
		return status;
	return end_interval(watch, clock_now_ns()) == EXIT_GOOD ? status : EXIT_TROUBLE;
}

static int print_end(struct watch *watch, int status)
{
	struct printer *printer = watch->printer;
	const struct run *run = &watch->run;

	status = end_last(watch, status);
	if (!is_text(watch)) {
		json_summary(&printer->json, &run->input, run->summary);
		printer_end_object(printer);
		return status;
	}
	putchar('\n');
	return text_summary(&printer->out, &run->input, run->summary, &watch->survey)
		       ? status
		       : EXIT_TROUBLE;
}

/* Signals are held back before there is anything that they could leave behind. */
static int open_all(struct watch *watch)
{
	const struct watch_options *options = watch->options;
	struct run *run = &watch->run;
	int status = input_begin(&run->input, watch->feed.path, options->replay);

	if (status == EXIT_GOOD)
		status = feed_open(&watch->feed, &options->tracing,
				   (struct shr_str){ run->input.kallsyms,
						     run->input.kallsyms_size });
	if (status != EXIT_GOOD)
		return status;
	run->input.source = shr_live_source(watch->feed.live);
	run->input.live = true;
	return run_begin(run, options->replay, &watch->sink);
}

static int run_all(struct watch *watch)
{
	bool array = watch->printer->format == FORMAT_JSON;

	watch->start_ns = watch->last_ns = clock_now_ns();
	if (array)
		json_array(&watch->printer->json, NULL);
	begin_interval(watch, watch->start_ns);
	int status = take_rest(watch, go_on(watch));

	status = print_end(watch, status);
	if (array)
		json_end_array(&watch->printer->json);
	flush(watch);
	return run_status(&watch->run, watch->options->fail_on, status);
}

int watch(const struct watch_options *options, struct printer *printer)
{
	struct watch watch = { .sink = { take_call },
			       .options = options,
			       .printer = printer,
			       .feed = { .tracing = { .session = { .guard = -1 } },
					 .drain = { .pipe = { -1, -1 } } } };

	survey_init(&watch.survey);
	interval_init(&watch.interval);
	int status = open_all(&watch);

	if (status == EXIT_GOOD)
		status = run_all(&watch);
	/* Names in the replay are the feed's, and the signals wait for the feed. */
	shr_replay_free(watch.run.replay);
	watch.run.replay = NULL;
	status = feed_close(&watch.feed, status);
	run_close(&watch.run);
	interval_release(&watch.interval);
	return status;
}
