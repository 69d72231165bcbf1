/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/cmd.h"
#include "cli/options.h"
#include "cli/print_compare.h"
#include "cli/print_csv.h"
#include "cli/print_json.h"
#include "cli/print_text.h"
#include "cli/printer.h"
#include "cli/run.h"
#include "core/err.h"

#include <argp.h>
#include <inttypes.h>
#include <stdio.h>

enum { KEY_FAIL_ON = 0x200 };

struct diff_args {
	struct options options;
	unsigned fail_on;
	bool all;
	const char *paths[2];
	int path_count;
};

/* Calls that differ, as they are found. */
struct diff {
	struct shr_call_sink sink;
	const struct diff_args *args;
	const struct input *input;
	struct printer printer;
	uint64_t shown;
};

static const struct argp_option options[] = {
	{ "all", 'a', NULL, 0, "Show what is equal, too", 1 },
	{ "fail-on", KEY_FAIL_ON, "VERDICT,...", 0,
	  "With one FILE: exit with 1 for these verdicts, too", 1 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct diff_args *args = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &args->options;
		return 0;
	case 'a':
		args->all = true;
		return 0;
	case KEY_FAIL_ON:
		args->fail_on = run_parse_verdicts(state, arg);
		return 0;
	case ARGP_KEY_ARG:
		if (args->path_count == 2)
			argp_error(state, "only two captures can be compared");
		args->paths[args->path_count++] = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "one capture is needed, or two to compare");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse_opt,
	.args_doc = "FILE\nBEFORE AFTER",
	.children = options_children,
	.doc = "With one capture: the calls that did something else than predicted (-), "
	       "beside what was observed (+).  With two: what each shrinker did in "
	       "either, matched by callback, name, batch and seeks.\v"
	       "Examples:\n"
	       "  shrinkctl diff trace.dat\n"
	       "  shrinkctl diff --format jsonl trace.dat | jq .verdict\n"
	       "  shrinkctl diff before.dat after.dat\n"
	       "\nExit status: 0 nothing is unexplained, or no difference; 1 something "
	       "is, or a difference; 2 trouble.",
};

static void begin_call(struct diff *diff)
{
	if (diff->shown++)
		return;
	switch (diff->printer.format) {
	case FORMAT_TEXT:
		puts("--- predicted\n+++ observed");
		break;
	case FORMAT_CSV:
		csv_calls_header();
		break;
	case FORMAT_JSON:
		json_array(&diff->printer.json, NULL);
		break;
	case FORMAT_JSONL:
		break;
	}
}

static int diff_call(struct shr_call_sink *sink, const struct shr_call *call,
		     struct shr_err *err)
{
	struct diff *diff = (struct diff *)sink;

	(void)err;
	if (call->verdict == SHR_EXACT && !diff->args->all)
		return 0;
	begin_call(diff);
	switch (diff->printer.format) {
	case FORMAT_TEXT:
		text_hunk(&diff->printer.out, diff->input, call);
		break;
	case FORMAT_CSV:
		csv_call(diff->input, call);
		break;
	case FORMAT_JSON:
	case FORMAT_JSONL:
		json_call(&diff->printer.json, NULL, diff->input, call);
		printer_end_object(&diff->printer);
		break;
	}
	return 0;
}

static void end_calls(struct diff *diff)
{
	enum format format = diff->printer.format;

	if (!diff->shown && (format == FORMAT_JSON || format == FORMAT_CSV))
		begin_call(diff);
	if (format != FORMAT_JSON)
		return;
	json_end_array(&diff->printer.json);
	json_end_line(&diff->printer.json);
}

/* Predicted against observed. */
static int diff_one(struct diff *diff)
{
	struct run run;
	int status =
		run_open(&run, diff->args->paths[0], &diff->args->options, &diff->sink);

	diff->input = &run.input;
	if (status == EXIT_GOOD) {
		status = run_read(&run);
		end_calls(diff);
		status = run_status(&run, diff->args->fail_on, status);
	}
	run_close(&run);
	diff->input = NULL;
	return status;
}

static int compare(struct diff *diff, const struct run *runs)
{
	struct shr_compare rows;
	struct shr_err err;

	if (shr_compare_init(&rows, runs[0].summary, runs[1].summary, &err) < 0)
		return complain(runs[0].input.name, &err);
	int status = print_compare(&diff->printer, diff->args->all, &rows, runs);

	shr_compare_release(&rows);
	return status;
}

/* One capture against another.  Both stay open: names point into them. */
static int diff_two(struct diff *diff)
{
	struct run runs[2] = { 0 };
	int status = EXIT_GOOD, opened = 0;

	while (opened < 2) {
		int one = run_open(&runs[opened], diff->args->paths[opened],
				   &diff->args->options, NULL);

		if (one == EXIT_GOOD && run_read(&runs[opened]) != EXIT_GOOD)
			status = EXIT_TROUBLE;
		opened++;
		if (one != EXIT_GOOD) {
			status = EXIT_TROUBLE;
			break;
		}
	}
	if (opened == 2 && runs[1].replay) {
		int differs = compare(diff, runs);

		status = status == EXIT_GOOD ? differs : status;
	}
	while (opened-- > 0)
		run_close(&runs[opened]);
	return status;
}

static int diff_run(int argc, char **argv)
{
	struct diff_args args = { 0 };
	struct diff diff = { .sink = { diff_call }, .args = &args };
	int status = EXIT_TROUBLE;

	argp_parse(&argp, argc, argv, 0, NULL, &args);
	bool indented = args.path_count == 2 && args.options.format == FORMAT_JSON;

	if (printer_open(&diff.printer, &args.options, indented)) {
		status = args.path_count == 1 ? diff_one(&diff) : diff_two(&diff);
		status = printer_close(&diff.printer, status);
	}
	options_release(&args.options);
	return status;
}

const struct cmd cmd_diff = {
	.name = "diff",
	.summary = "where prediction and observation differ, or two captures",
	.run = diff_run,
};
