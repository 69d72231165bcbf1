/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/cmd.h"
#include "cli/options.h"
#include "cli/print_explain.h"
#include "cli/print_text.h"
#include "cli/printer.h"
#include "cli/run.h"
#include "core/replay/explain.h"
#include "core/replay/find.h"
#include "core/stream.h"

#include <argp.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEY_AT = 0x200, KEY_WORST };

struct explain_args {
	struct options options;
	char *path;
	char *number; /* as given */
	uint64_t n;
	const char *at; /* as given */
	uint64_t at_ns;
	bool at_relative;
	bool worst;
};

/* Where calls go: first, for the callback casts back. */
struct explain {
	struct shr_call_sink sink;
	struct shr_find find;
	bool at_relative;
	const struct shr_summary *const *summary; /* of the run, once it is open */
	bool begun;
};

static const struct argp_option options[] = {
	{ "at", KEY_AT, "TIME", 0,
	  "The call that runs at TIME (seconds as printed, or +seconds from the first "
	  "event), else the next to start",
	  1 },
	{ "worst", KEY_WORST, NULL, 0,
	  "The call that most needs an explanation: an unexplained one, else the "
	  "furthest from its prediction, else the largest",
	  1 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

/* FILE:N; a file of that very name has been ruled out. */
static void split_path(struct argp_state *state, struct explain_args *args)
{
	char *colon = strrchr(args->path, ':');

	if (!colon || access(args->path, F_OK) == 0) {
		argp_error(state, "which call? Give its number, --at or --worst");
		return;
	}
	*colon = '\0';
	args->number = colon + 1;
}

static void check_args(struct argp_state *state, struct explain_args *args)
{
	int asked = (args->number != NULL) + (args->at != NULL) + args->worst;

	if (!args->path) {
		options_no_capture(state);
		return;
	}
	if (!asked)
		split_path(state, args);
	if (asked > 1)
		argp_error(state, "one call at a time: its number, --at or --worst");
	if (args->number)
		args->n = (uint64_t)options_number(
			state, args->number, "the number of a call", 1, INT64_MAX);
	if (args->options.format == FORMAT_CSV)
		argp_error(state, "there is no csv of one call: text, json or jsonl");
}

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct explain_args *args = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &args->options;
		return 0;
	case KEY_AT:
		args->at = arg;
		args->at_ns = options_time(state, arg, &args->at_relative);
		return 0;
	case KEY_WORST:
		args->worst = true;
		return 0;
	case ARGP_KEY_ARG:
		if (args->number)
			argp_error(state, "one capture and one call at a time");
		if (args->path)
			args->number = arg;
		else
			args->path = arg;
		return 0;
	case ARGP_KEY_END:
		check_args(state, args);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse_opt,
	.args_doc = "FILE N\nFILE:N\nFILE --at TIME\nFILE --worst",
	.children = options_children,
	.doc = "Explain one call: where its amounts come from, number by number, and why "
	       "it has its verdict.\v"
	       "Examples:\n"
	       "  shrinkctl explain trace.dat 17\n"
	       "  shrinkctl explain trace.dat:17 --format json\n"
	       "  shrinkctl explain --at 1234.5 trace.dat\n"
	       "  shrinkctl explain --worst --shrinker 'super_cache*' trace.dat\n"
	       "\nN counts all calls, whatever the filters; --at and --worst choose among "
	       "those that pass.\n"
	       "\nExit status: 0 if it is explained, 1 if it is unexplained, 2 trouble.",
};

static int show_call(struct shr_call_sink *sink, const struct shr_call *call,
		     struct shr_err *err)
{
	struct explain *explain = (struct explain *)sink;
	uint64_t first_ns = (*explain->summary)->first_ns;

	if (!explain->begun) {
		shr_filter_begin(&explain->find.filter, first_ns);
		explain->find.at_ns += explain->at_relative ? first_ns : 0;
	}
	explain->begun = true;
	return shr_find_call(&explain->find, call, err);
}

static int fail(const struct run *run, const char *reason)
{
	fprintf(stderr, "shrinkctl: %s: %s\n", run->input.name, reason);
	return EXIT_TROUBLE;
}

static int fail_number(const struct run *run, const struct shr_find *find)
{
	fprintf(stderr,
		"shrinkctl: %s: there is no call %" PRIu64 ": it has %" PRIu64 "\n",
		run->input.name, find->n, find->calls);
	return EXIT_TROUBLE;
}

static int fail_time(const struct run *run)
{
	char first[TEXT_NUMBER], last[TEXT_NUMBER];

	fprintf(stderr, "shrinkctl: %s: --at is outside the capture, from %s to %s\n",
		run->input.name, text_time(first, &run->input, run->summary->first_ns),
		text_time(last, &run->input, run->summary->last_ns));
	return EXIT_TROUBLE;
}

/* Whether there is an answer; else say why not. */
static int check_found(const struct run *run, const struct shr_find *find)
{
	const struct shr_summary *summary = run->summary;

	if (!find->calls)
		return fail(run, "there are no calls to explain");
	if (find->how == SHR_FIND_N)
		return find->found ? EXIT_GOOD : fail_number(run, find);
	if (find->how == SHR_FIND_AT &&
	    run->input.source->capture->clock_unit != SHR_CLOCK_NS)
		return fail(run, "its clock has no seconds to look up with --at");
	if (find->how == SHR_FIND_AT &&
	    (find->at_ns < summary->first_ns || find->at_ns > summary->last_ns))
		return fail_time(run);
	if (find->found)
		return EXIT_GOOD;
	return fail(run, find->passed ? "no call runs at that time, or starts later"
				      : "no call passes the filter");
}

static void print(struct printer *printer, const struct run *run,
		  const struct shr_find *find)
{
	struct shr_explanation why;
	struct explained explained = { &run->input, run->summary, find, &find->call,
				       &why };

	shr_explain(&run->summary->fit->rules, &find->call, &why);
	if (printer->format == FORMAT_TEXT) {
		explain_text(&explained);
		return;
	}
	explain_json(&printer->json, &explained);
	printer_end_object(printer);
}

static int explain_call(struct run *run, struct explain *explain,
			struct printer *printer)
{
	int status = run_read(run);
	int found = run_has_answer(run, status) ? check_found(run, &explain->find)
						: EXIT_TROUBLE;

	if (found != EXIT_GOOD)
		return found;
	print(printer, run, &explain->find);
	if (status == EXIT_GOOD && explain->find.call.verdict == SHR_UNEXPLAINED)
		status = EXIT_DIFFERENT;
	return status;
}

/* The filter is the search's: replay hands out every call. */
static int explain_file(const struct explain_args *args, struct printer *printer)
{
	struct run run;
	struct options all = args->options;
	struct explain explain = {
		.sink = { show_call },
		.find = { .how = args->worst ? SHR_FIND_WORST
				 : args->at  ? SHR_FIND_AT
					     : SHR_FIND_N,
			  .n = args->n,
			  .at_ns = args->at_ns,
			  .filter = args->options.replay.filter },
		.at_relative = args->at_relative,
		.summary = &run.summary,
	};

	all.replay.filter = (struct shr_filter){ 0 };
	int status = run_open(&run, args->path, &all, &explain.sink);

	if (status == EXIT_GOOD)
		status = explain_call(&run, &explain, printer);
	shr_find_release(&explain.find);
	run_close(&run);
	return status;
}

static int explain_run(int argc, char **argv)
{
	struct explain_args args = { 0 };
	struct printer printer;
	int status = EXIT_TROUBLE;

	argp_parse(&argp, argc, argv, 0, NULL, &args);
	if (printer_open(&printer, &args.options, args.options.format == FORMAT_JSON))
		status = printer_close(&printer, explain_file(&args, &printer));
	options_release(&args.options);
	return status;
}

const struct cmd cmd_explain = {
	.name = "explain",
	.summary = "one call, wholly explained: every number, and the verdict",
	.run = explain_run,
};
