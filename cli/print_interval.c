/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/print_interval.h"

#include "cli/interval.h"
#include "cli/json.h"
#include "cli/output.h"
#include "cli/print_json.h"
#include "cli/print_text.h"
#include "core/stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

enum { SHRINKERS_SHOWN = 10, CLOCK_TEXT = 32 };

static double seconds(uint64_t ns)
{
	return (double)ns / 1e9;
}

static double rate_of(const struct interval *interval)
{
	uint64_t span_ns = interval->end_ns - interval->begin_ns;

	return span_ns ? (double)interval->sums.all.calls / seconds(span_ns) : 0;
}

static void text_head(const struct output *out, const struct interval *interval,
		      const struct interval_frame *frame)
{
	char clock[CLOCK_TEXT] = "", calls[TEXT_NUMBER], all[TEXT_NUMBER];
	time_t when = (time_t)frame->unix_time;
	uint64_t count = interval->sums.all.calls;
	struct tm local;

	if (localtime_r(&when, &local))
		strftime(clock, sizeof(clock), "%H:%M:%S", &local);
	printf("\n%s%s  %.1f s%s  %s call%s in %.1f s, %.1f per second; %s in all\n",
	       out->bold, clock, seconds(interval->end_ns - frame->start_ns),
	       out->plain, text_int(calls, (int64_t)count), count == 1 ? "" : "s",
	       seconds(interval->end_ns - interval->begin_ns), rate_of(interval),
	       text_int(all, (int64_t)frame->all->all.calls));
}

static void text_losses(const struct interval *interval,
			const struct interval_frame *frame)
{
	const struct shr_capture *capture = frame->capture;
	char now[TEXT_NUMBER], all[TEXT_NUMBER];

	if (capture->lost_gaps)
		printf("lost        %s events in %" PRIu64
		       " gap%s; in all %s in %" PRIu64 "\n",
		       text_int(now, (int64_t)interval->lost_events),
		       interval->lost_gaps, interval->lost_gaps == 1 ? "" : "s",
		       text_int(all, (int64_t)capture->lost_events),
		       capture->lost_gaps);
	else
		puts("lost        nothing");
	if (frame->late)
		printf("late        %s events in all, taken to be as old as those that "
		       "came before them\n",
		       text_int(all, (int64_t)frame->late));
}

static bool text_most(const struct output *out, const struct interval *interval)
{
	struct shr_summary most = interval->sums;
	size_t left = 0;

	if (most.instance_count > SHRINKERS_SHOWN) {
		left = most.instance_count - SHRINKERS_SHOWN;
		most.instance_count = SHRINKERS_SHOWN;
	}
	bool printed = text_table(out, &most);

	if (left)
		printf("and %zu more that scanned less\n", left);
	return printed;
}

bool text_interval(const struct output *out, const struct interval *interval,
		   const struct interval_frame *frame)
{
	char now[TEXT_VERDICTS], all[TEXT_VERDICTS];

	text_head(out, interval, frame);
	if (!interval->sums.all.calls && !interval->lost_gaps)
		return true;
	printf("verdicts    %s; in all %s\n", text_verdicts(now, &interval->sums.all),
	       text_verdicts(all, &frame->all->all));
	text_losses(interval, frame);
	return !interval->sums.all.calls || text_most(out, interval);
}

void json_interval_begin(struct json *json, const struct interval *interval)
{
	json_map(json, NULL);
	json_text(json, "schema", "shrinkctl.live/1");
	json_uint(json, "n", interval->number);
	json_array(json, "told");
}

static void json_lost(struct json *json, uint64_t events, uint64_t gaps)
{
	json_uint(json, "lost_events", events);
	json_uint(json, "lost_gaps", gaps);
}

/* The same of all intervals so far. */
static void json_all(struct json *json, const struct interval_frame *frame)
{
	const struct shr_tally *all = &frame->all->all;

	json_map(json, "all");
	json_uint(json, "calls", all->calls);
	json_verdicts(json, all);
	json_scanned(json, all);
	json_lost(json, frame->capture->lost_events, frame->capture->lost_gaps);
	json_uint(json, "late", frame->late);
	json_end_map(json);
}

void json_interval_end(struct json *json, const struct interval *interval,
		       const struct interval_frame *frame)
{
	const struct shr_tally *sums = &interval->sums.all;
	char when[CLOCK_TEXT] = "";
	time_t at = (time_t)frame->unix_time;
	struct tm utc;

	if (gmtime_r(&at, &utc))
		strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &utc);
	json_end_array(json);
	json_text(json, "time", when);
	json_uint(json, "elapsed_ns", interval->end_ns - frame->start_ns);
	json_uint(json, "interval_ns", interval->end_ns - interval->begin_ns);
	json_uint(json, "calls", sums->calls);
	json_double(json, "calls_per_second", rate_of(interval));
	json_verdicts(json, sums);
	json_scanned(json, sums);
	json_lost(json, interval->lost_events, interval->lost_gaps);
	json_shrinkers(json, &interval->sums);
	json_all(json, frame);
	json_end_map(json);
}
