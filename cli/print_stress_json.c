/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/json.h"
#include "cli/print_stress.h"
#include "cli/stress/contest.h"

#include <stddef.h>

static void latency(struct json *json, const char *key,
		    const struct histogram *histogram)
{
	const bool known = histogram->count;

	json_map(json, key);
	json_uint(json, "count", histogram->count);
	json_uint_if(json, "p50_ns", histogram_percentile(histogram, 50), known);
	json_uint_if(json, "p99_ns", histogram_percentile(histogram, 99), known);
	json_uint_if(json, "max_ns", histogram->max, known);
	json_end_map(json);
}

static void objects(struct json *json, const struct stress_tally *tally)
{
	json_map(json, "objects");
	json_uint(json, "added", tally->added);
	json_uint(json, "freed", tally->freed);
	json_uint(json, "deleted", tally->deleted);
	json_uint(json, "left", tally->left);
	json_end_map(json);
}

static void run(struct json *json, const struct contest_row *row, unsigned place)
{
	const struct stress_tally *tally = &row->tally[place];

	json_map(json, NULL);
	json_uint(json, "threads", row->threads);
	json_text(json, "locking", contest_design_name(place));
	json_double(json, "seconds", (double)tally->elapsed_ns / 1e9);
	json_uint(json, "passes", tally->stats.passes);
	json_uint(json, "calls", tally->stats.calls);
	json_uint(json, "failed_trylocks", tally->stats.dropped);
	json_uint(json, "cut_short", tally->stats.cut);
	json_uint(json, "mounts", tally->freeing.count);
	json_uint(json, "memcgs_ended", tally->memcgs);
	latency(json, "register", &tally->registering);
	latency(json, "free", &tally->freeing);
	objects(json, tally);
	json_end_map(json);
}

static void settings(struct json *json, const struct stress_options *options)
{
	json_map(json, "stress");
	json_uint(json, "threads", options->threads);
	json_uint(json, "mounts", options->mounts);
	json_uint(json, "memcgs", options->memcgs);
	json_double(json, "seconds", (double)options->span_ns / 1e9);
	json_uint(json, "pause_ns", options->pause_ns);
	json_uint(json, "stuck_ns", options->stuck_ns);
	json_uint(json, "seed", options->seed);
	json_end_map(json);
}

void stress_json(struct json *json, const struct contest *contest)
{
	json_map(json, NULL);
	json_text(json, "schema", "shrinkctl.stress/1");
	settings(json, &contest->options);
	json_bool(json, "partial", contest->partial);
	json_array(json, "runs");
	for (size_t i = 0; i < contest->count; i++)
		for (unsigned place = 0; place < CONTEST_DESIGNS; place++)
			if (contest->rows[i].tally[place].elapsed_ns)
				run(json, &contest->rows[i], place);
	json_end_array(json);
	json_end_map(json);
	json_end_line(json);
}
