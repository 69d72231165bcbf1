/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/cmd.h"
#include "cli/options.h"
#include "cli/print_csv.h"
#include "cli/print_json.h"
#include "cli/print_text.h"
#include "cli/printer.h"
#include "cli/record/amount.h"
#include "cli/record/tracing.h"
#include "cli/record/tracing_options.h"
#include "cli/run.h"
#include "cli/survey.h"
#include "cli/watch.h"
#include "core/err.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEY_FAIL_ON = 0x200, KEY_LIVE, KEY_INTERVAL };

static const uint64_t default_interval_ns = 5000000000;

struct replay_args {
	struct options options;
	unsigned fail_on; /* mask of verdicts */
	char **paths;
	int path_count;
	bool live;
	struct watch_options watch;
};

static const struct argp_option options[] = {
	{ "fail-on", KEY_FAIL_ON, "VERDICT,...", 0,
	  "Exit with 1 for these verdicts, too (unexplained always counts)", 1 },
	{ "live", KEY_LIVE, NULL, 0,
	  "Replay the running kernel until Ctrl-C, and sum up every interval", 1 },
	{ "interval", KEY_INTERVAL, "TIME", 0,
	  "With --live: how often to sum up: 250ms, 1m (default: 5s)", 1 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

/* What --live does not go with, and what goes with nothing else. */
static void check_live(struct argp_state *state, const struct replay_args *args)
{
	const char *given =
		args->watch.interval_ns ? "--interval" : args->watch.tracing.given;

	if (!args->live && given)
		argp_error(state, "%s is of use only with --live", given);
	if (!args->live)
		return;
	if (args->path_count)
		argp_error(state, "--live replays the running kernel: leave out '%s'",
			   args->paths[0]);
	if (args->options.instance)
		argp_error(state, "--live has an instance of its own: leave out "
				  "--instance");
	if (args->options.format == FORMAT_CSV)
		argp_error(state, "--live prints text, json or jsonl");
}

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct replay_args *args = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &args->options;
		state->child_inputs[1] = &args->watch.tracing;
		return 0;
	case KEY_FAIL_ON:
		args->fail_on = run_parse_verdicts(state, arg);
		return 0;
	case KEY_LIVE:
		args->live = true;
		return 0;
	case KEY_INTERVAL:
		if (!amount_time(arg, &args->watch.interval_ns))
			argp_error(state, "'%s' is not a time, as 250ms, 5s or 1m",
				   arg);
		return 0;
	case ARGP_KEY_ARGS:
		args->paths = state->argv + state->next;
		args->path_count = state->argc - state->next;
		return 0;
	case ARGP_KEY_END:
		check_live(state, args);
		if (!args->live && !args->path_count)
			argp_error(state, "a capture is needed: a file, - for standard "
					  "input, or --live for the running kernel");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{ &options_argp, 0, NULL, 0 },
	{ &tracing_argp, 0, "With --live:", 3 },
	{ NULL, 0, NULL, 0 },
};

static const struct argp argp = {
	.options = options,
	.parser = parse_opt,
	.args_doc = "FILE...\n--live",
	.children = children,
	.doc = "Say for every shrinker call of a capture what the kernel's algorithm "
	       "should have scanned, what it did scan, and whether the two agree.\v"
	       "FILE is a trace.dat, or text of tracefs, trace-cmd report or perf "
	       "script; - reads standard input.\n\nExamples:\n"
	       "  shrinkctl replay trace.dat\n"
	       "  trace-cmd report -R -t | shrinkctl replay -\n"
	       "  shrinkctl replay --format json trace.dat | jq .verdicts\n"
	       "  shrinkctl replay --kernel 4.19.0 --shrinker 'super_cache*' trace.dat\n"
	       "  shrinkctl replay --live --interval 10s\n"
	       "\nExit status: 0 nothing is unexplained, 1 something is, 2 trouble.",
};

static bool print(struct printer *printer, const struct run *run,
		  const struct survey *survey)
{
	switch (printer->format) {
	case FORMAT_TEXT:
		return text_summary(&printer->out, &run->input, run->summary, survey);
	case FORMAT_CSV:
		csv_summary(&run->input, run->summary);
		break;
	case FORMAT_JSON:
	case FORMAT_JSONL:
		json_summary(&printer->json, &run->input, run->summary);
		printer_end_object(printer);
		break;
	}
	return true;
}

/* The worse of two: trouble over difference over none. */
static int worse(int a, int b)
{
	return a > b ? a : b;
}

static int replay_one(const struct replay_args *args, const char *path,
		      struct printer *printer)
{
	struct survey survey;
	struct run run;

	survey_init(&survey);
	int status = run_open(&run, path, &args->options, &survey.sink);

	if (status == EXIT_GOOD) {
		status = run_read(&run);
		if (run_has_answer(&run, status) && !print(printer, &run, &survey))
			status = EXIT_TROUBLE;
		status = run_status(&run, args->fail_on, status);
	}
	run_close(&run);
	return status;
}

static int replay_all(const struct replay_args *args, struct printer *printer)
{
	bool array = printer->format == FORMAT_JSON && args->path_count > 1;
	int status = EXIT_GOOD;

	if (printer->format == FORMAT_CSV)
		csv_summary_header();
	if (array)
		json_array(&printer->json, NULL);
	for (int i = 0; i < args->path_count; i++) {
		if (i && printer->format == FORMAT_TEXT)
			putchar('\n');
		status = worse(status, replay_one(args, args->paths[i], printer));
	}
	if (array)
		json_end_array(&printer->json);
	return status;
}

static int replay_live(struct replay_args *args, struct printer *printer)
{
	args->watch.replay = &args->options;
	args->watch.fail_on = args->fail_on;
	if (!args->watch.interval_ns)
		args->watch.interval_ns = default_interval_ns;
	if (tracing_find(args->watch.tracing.tracefs) != EXIT_GOOD)
		return EXIT_TROUBLE;
	return watch(&args->watch, printer);
}

static int replay_run(int argc, char **argv)
{
	struct replay_args args = { .watch = { .tracing = tracing_defaults } };
	struct printer printer;
	int status = EXIT_TROUBLE;

	argp_parse(&argp, argc, argv, 0, NULL, &args);
	/* Nobody pages what has no end. */
	args.options.no_pager |= args.live;
	if (printer_open(&printer, &args.options, args.options.format == FORMAT_JSON)) {
		status = args.live ? replay_live(&args, &printer)
				   : replay_all(&args, &printer);
		status = printer_close(&printer, status);
	}
	options_release(&args.options);
	return status;
}

const struct cmd cmd_replay = {
	.name = "replay",
	.summary = "predicted against observed: a verdict for every call, summed up",
	.run = replay_run,
};
