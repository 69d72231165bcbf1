/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/cmd.h"
#include "cli/options.h"
#include "cli/print_csv.h"
#include "cli/print_event.h"
#include "cli/print_json.h"
#include "cli/print_text.h"
#include "cli/printer.h"
#include "cli/run.h"
#include "core/stream.h"

#include <argp.h>
#include <inttypes.h>
#include <stdio.h>

enum { KEY_CALLS = 0x200, KEY_COUNT };

struct dump_args {
	struct options options;
	bool calls;
	bool count;
	const char *path;
};

/* Where the rows go: one printer for events and calls alike. */
struct dump {
	struct shr_call_sink sink;
	const struct dump_args *args;
	const struct input *input;
	struct shr_filter filter; /* of events */
	struct printer printer;
	bool begun;
};

static const struct argp_option options[] = {
	{ "calls", KEY_CALLS, NULL, 0,
	  "Print calls, each with its amounts and verdict, instead of events", 1 },
	{ "count", KEY_COUNT, NULL, 0,
	  "Print only how many events there are (reads, decodes and merges them)", 1 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct dump_args *args = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &args->options;
		return 0;
	case KEY_CALLS:
		args->calls = true;
		return 0;
	case KEY_COUNT:
		args->count = true;
		return 0;
	case ARGP_KEY_ARG:
		if (args->path)
			argp_error(state, "only one capture can be dumped");
		args->path = arg;
		return 0;
	case ARGP_KEY_END:
		if (!args->path)
			options_no_capture(state);
		if (args->calls && args->count)
			argp_error(state, "--count counts events: leave out --calls");
		if (args->options.replay.filter.shrinker && !args->calls)
			argp_error(state, "--shrinker needs --calls");
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
	.doc = "Print the shrinker events of a capture, normalised: the same fields for "
	       "every kernel and every format.\v"
	       "Examples:\n"
	       "  shrinkctl dump trace.dat\n"
	       "  shrinkctl dump --calls --format jsonl trace.dat | jq .observed\n"
	       "  shrinkctl dump --calls --shrinker ext4_es_scan --since +1.5 trace.dat\n"
	       "  shrinkctl dump --count trace.dat\n"
	       "\nExit status: 0, or 2 on trouble.",
};

/* Before the first row, and between rows of one JSON document. */
static void begin_row(struct dump *dump)
{
	enum format format = dump->printer.format;

	if (!dump->begun && format == FORMAT_JSON)
		json_array(&dump->printer.json, NULL);
	if (!dump->begun && format == FORMAT_CSV) {
		if (dump->args->calls)
			csv_calls_header();
		else
			csv_events_header();
	}
	dump->begun = true;
}

/* Also where there were no rows: the header, the empty array. */
static void end_rows(struct dump *dump)
{
	begin_row(dump);
	if (dump->printer.format != FORMAT_JSON)
		return;
	json_end_array(&dump->printer.json);
	json_end_line(&dump->printer.json);
}

static int dump_call(struct shr_call_sink *sink, const struct shr_call *call,
		     struct shr_err *err)
{
	struct dump *dump = (struct dump *)sink;

	(void)err;
	begin_row(dump);
	switch (dump->printer.format) {
	case FORMAT_TEXT:
		text_call(&dump->printer.out, dump->input, call);
		break;
	case FORMAT_CSV:
		csv_call(dump->input, call);
		break;
	case FORMAT_JSON:
	case FORMAT_JSONL:
		json_call(&dump->printer.json, NULL, dump->input, call);
		printer_end_object(&dump->printer);
		break;
	}
	return 0;
}

static void dump_event(struct dump *dump, const struct shr_event *event)
{
	begin_row(dump);
	switch (dump->printer.format) {
	case FORMAT_TEXT:
		text_event(dump->input, event);
		break;
	case FORMAT_CSV:
		csv_event(dump->input, event);
		break;
	case FORMAT_JSON:
	case FORMAT_JSONL:
		json_event(&dump->printer.json, dump->input, event);
		printer_end_object(&dump->printer);
		break;
	}
}

static int dump_batch(void *consumer, const struct shr_batch *batch,
		      struct shr_err *err)
{
	struct dump *dump = consumer;

	(void)err;
	for (size_t i = 0; i < batch->count; i++) {
		const struct shr_event *event = &batch->events[i];

		if (event->kind == SHR_START || event->kind == SHR_END)
			shr_filter_begin(&dump->filter, event->ts_ns);
		if (shr_filter_passes_event(&dump->filter, event))
			dump_event(dump, event);
	}
	return 0;
}

static int count_batch(void *consumer, const struct shr_batch *batch,
		       struct shr_err *err)
{
	(void)consumer, (void)batch, (void)err;
	return 0;
}

static int dump_calls(struct dump *dump)
{
	struct run run;
	int status =
		run_open(&run, dump->args->path, &dump->args->options, &dump->sink);

	dump->input = &run.input;
	if (status == EXIT_GOOD) {
		status = run_read(&run);
		end_rows(dump);
	}
	run_close(&run);
	dump->input = NULL;
	return status;
}

static int dump_events(struct dump *dump)
{
	struct input input;
	int status = input_open(&input, dump->args->path, &dump->args->options);

	dump->input = &input;
	dump->filter = dump->args->options.replay.filter;
	if (status == EXIT_GOOD) {
		status = input_read(&input,
				    dump->args->count ? count_batch : dump_batch, dump);
		if (dump->args->count)
			printf("%" PRIu64 " events\n", input.events);
		else
			end_rows(dump);
	}
	input_close(&input);
	dump->input = NULL;
	return status;
}

static int dump_run(int argc, char **argv)
{
	struct dump_args args = { 0 };
	struct dump dump = { .sink = { dump_call }, .args = &args };
	int status = EXIT_TROUBLE;

	argp_parse(&argp, argc, argv, 0, NULL, &args);
	if (printer_open(&dump.printer, &args.options, false)) {
		status = args.calls ? dump_calls(&dump) : dump_events(&dump);
		status = printer_close(&dump.printer, status);
	}
	options_release(&args.options);
	return status;
}

const struct cmd cmd_dump = {
	.name = "dump",
	.summary = "the events or calls of a capture, normalised",
	.run = dump_run,
};
