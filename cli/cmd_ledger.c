/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/cmd.h"
#include "cli/options.h"
#include "cli/print_ledger.h"
#include "cli/printer.h"
#include "cli/run.h"
#include "core/err.h"

#include <argp.h>
#include <string.h>

enum { KEY_BY = 0x200, KEY_TOP, TOP_TEXT = 20 };

struct ledger_args {
	struct options options;
	enum shr_by by;
	bool top_given;
	size_t top;
	const char *path;
};

/* Receives the calls. */
struct clerk {
	struct shr_call_sink sink;
	struct shr_book book;
};

static const struct argp_option options[] = {
	{ "by", KEY_BY, "KEY", 0,
	  "Break down by task, gfp, context, memcg or priority, over all counters", 1 },
	{ "top", KEY_TOP, "N", 0,
	  "Print the first N rows, 0 for all (default: 20 in text, else all)", 1 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static enum shr_by parse_by(struct argp_state *state, const char *arg)
{
	for (enum shr_by by = SHR_BY_NOTHING + 1; by < SHR_BY_COUNT; by++)
		if (!strcmp(arg, ledger_by_name(by)))
			return by;
	argp_error(state, "'%s' is not one of task, gfp, context, memcg, priority",
		   arg);
	return SHR_BY_NOTHING;
}

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct ledger_args *args = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &args->options;
		return 0;
	case KEY_BY:
		args->by = parse_by(state, arg);
		return 0;
	case KEY_TOP:
		args->top = (size_t)options_number(state, arg, "a number of rows", 0,
						   INT32_MAX);
		args->top_given = true;
		return 0;
	case ARGP_KEY_ARG:
		if (args->path)
			argp_error(state, "a ledger is of one capture");
		args->path = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		options_no_capture(state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse_opt,
	.args_doc = "FILE",
	.children = options_children,
	.doc = "Say who deferred how much, and why, and who paid: an account for every "
	       "deferred counter of a capture.\v"
	       "Examples:\n"
	       "  shrinkctl ledger trace.dat\n"
	       "  shrinkctl ledger --by task --shrinker 'super_cache*' trace.dat\n"
	       "  shrinkctl ledger --format json trace.dat | jq .total\n"
	       "\nExit status: 0, or 2 on trouble.",
};

static int enter(struct shr_call_sink *sink, const struct shr_call *call,
		 struct shr_err *err)
{
	return shr_book_enter(&((struct clerk *)sink)->book, call, err);
}

/* A shrinker has its counters to itself; all other filters may split one. */
static bool splits_counters(const struct shr_filter *filter)
{
	return filter->has_nid || filter->has_memcg || filter->has_pid ||
	       filter->has_since || filter->has_until;
}

static bool print(struct printer *printer, const struct ledger *ledger)
{
	switch (printer->format) {
	case FORMAT_TEXT:
		return ledger_text(&printer->out, ledger);
	case FORMAT_CSV:
		ledger_csv(ledger);
		break;
	case FORMAT_JSON:
	case FORMAT_JSONL:
		ledger_json(&printer->json, ledger);
		printer_end_object(printer);
		break;
	}
	return true;
}

static int print_book(const struct ledger_args *args, struct clerk *clerk,
		      const struct run *run, struct printer *printer)
{
	const struct shr_summary *summary = run->summary;
	const struct ledger ledger = {
		.input = &run->input,
		.summary = summary,
		.book = &clerk->book,
		.filtered = !clerk->book.whole || args->options.replay.filter.shrinker,
		.top = printer->format == FORMAT_TEXT && !args->top_given ? TOP_TEXT
									  : args->top,
	};
	struct shr_err err;

	if (shr_book_close(&clerk->book, summary->instances, summary->instance_count,
			   &err) < 0)
		return complain(run->input.name, &err);
	return print(printer, &ledger) ? EXIT_GOOD : EXIT_TROUBLE;
}

static int ledger_one(const struct ledger_args *args, struct printer *printer)
{
	struct clerk clerk = { .sink = { enter } };
	struct run run;
	int status = run_open(&run, args->path, &args->options, &clerk.sink);

	if (status == EXIT_GOOD) {
		shr_book_init(&clerk.book, run.input.source, args->by,
			      !splits_counters(&args->options.replay.filter));
		status = run_read(&run);
		if (run_has_answer(&run, status) &&
		    print_book(args, &clerk, &run, printer) != EXIT_GOOD)
			status = EXIT_TROUBLE;
	}
	shr_book_release(&clerk.book);
	run_close(&run);
	return status;
}

static int ledger_run(int argc, char **argv)
{
	struct ledger_args args = { 0 };
	struct printer printer;
	int status = EXIT_TROUBLE;

	argp_parse(&argp, argc, argv, 0, NULL, &args);
	if (printer_open(&printer, &args.options, args.options.format == FORMAT_JSON))
		status = printer_close(&printer, ledger_one(&args, &printer));
	options_release(&args.options);
	return status;
}

const struct cmd cmd_ledger = {
	.name = "ledger",
	.summary = "who deferred how much, and why, and who paid",
	.run = ledger_run,
};
