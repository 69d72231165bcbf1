/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/cmd.h"
#include "cli/options.h"
#include "cli/print_csv.h"
#include "cli/print_json.h"
#include "cli/print_known.h"
#include "cli/print_survey.h"
#include "cli/print_text.h"
#include "cli/printer.h"
#include "cli/run.h"
#include "cli/survey.h"
#include "core/stream.h"

#include <argp.h>
#include <inttypes.h>
#include <stdio.h>

enum { KEY_GENERATIONS = 0x200 };

struct info_args {
	struct options options;
	bool generations;
	const char *path;
};

static const struct argp_option options[] = {
	{ "generations", KEY_GENERATIONS, NULL, 0,
	  "Print what the tool knows: algorithms by kernel, and in-tree shrinkers", 1 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct info_args *args = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &args->options;
		return 0;
	case KEY_GENERATIONS:
		args->generations = true;
		return 0;
	case ARGP_KEY_ARG:
		if (args->path)
			argp_error(state, "only one capture can be described");
		args->path = arg;
		return 0;
	case ARGP_KEY_END:
		if (!args->path && !args->generations)
			options_no_capture(state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse_opt,
	.args_doc = "FILE\n--generations",
	.children = options_children,
	.doc = "Say what a capture is: format, kernel, clock, span, loss, trace layout, "
	       "the algorithm and how it is known, and which shrinkers it shows.\v"
	       "Examples:\n"
	       "  shrinkctl info trace.dat\n"
	       "  shrinkctl info --format json trace.dat | jq .generation\n"
	       "  shrinkctl info --generations\n"
	       "\nExit status: 0, or 2 on trouble.",
};

static void text_layout(const struct shr_capture *capture)
{
	const char *separator = "";

	printf("layout      ");
	for (unsigned t = 0; t < 7; t++) {
		if (!(capture->layouts >> t & 1))
			continue;
		printf("%sT%u", separator, t + 1);
		separator = " or ";
	}
	printf("%s", *separator ? "" : "no start event seen");
	if (capture->long_size)
		printf(", %u-bit kernel", capture->long_size * 8);
	puts(capture->hashed_pointers ? ", shrinker addresses are hashed" : "");
}

/* "batch 1024 (table), seeks 2 (values)" */
static void text_known(const char *what, const struct shr_param *param)
{
	if (param->from)
		printf(", %s %" PRId64 " (%s)", what, param->value,
		       shr_from_name(param->from));
	else if (param->fit.count)
		printf(", %s one of %u", what, param->fit.count);
	else
		printf(", %s not known", what);
}

static void text_shrinkers(const struct shr_summary *summary)
{
	for (size_t i = 0; i < summary->instance_count; i++) {
		const struct shr_instance *instance = summary->instances[i];

		if (!instance->tally.calls)
			continue;
		printf("shrinker    %s", instance->label);
		if (instance->name.len)
			printf(" %.*s", (int)instance->name.len, instance->name.ptr);
		if (instance->address)
			printf(" 0x%" PRIx64, instance->address);
		text_known("batch", &instance->batch);
		text_known("seeks", &instance->seeks);
		printf(", %" PRIu64 " call%s\n", instance->tally.calls,
		       instance->tally.calls == 1 ? "" : "s");
	}
}

static void text_info(const struct info_args *args, const struct run *run,
		      const struct survey *survey)
{
	const struct shr_capture *capture = run->input.source->capture;

	text_capture(&run->input, run->summary);
	text_layout(capture);
	text_generation(&run->input, run->summary->fit);
	text_recorded(survey, run->summary, capture->context,
		      args->options.replay.blind);
	text_shrinkers(run->summary);
}

static void print(struct printer *printer, const struct info_args *args,
		  const struct run *run, const struct survey *survey)
{
	switch (printer->format) {
	case FORMAT_TEXT:
		text_info(args, run, survey);
		break;
	case FORMAT_CSV:
		csv_summary_header();
		csv_summary(&run->input, run->summary);
		break;
	case FORMAT_JSON:
	case FORMAT_JSONL:
		json_info(&printer->json, &run->input, run->summary, survey);
		json_end_line(&printer->json);
		break;
	}
}

static int describe(const struct info_args *args, struct printer *printer)
{
	struct survey survey;
	struct run run;

	survey_init(&survey);
	int status = run_open(&run, args->path, &args->options, &survey.sink);

	if (status == EXIT_GOOD) {
		status = run_read(&run);
		if (run_has_answer(&run, status))
			print(printer, args, &run, &survey);
	}
	run_close(&run);
	return status;
}

static int info_run(int argc, char **argv)
{
	struct info_args args = { 0 };
	struct printer printer;
	int status = EXIT_GOOD;

	argp_parse(&argp, argc, argv, 0, NULL, &args);
	if (printer_open(&printer, &args.options, args.options.format == FORMAT_JSON)) {
		if (args.generations)
			print_known(&printer);
		if (args.path)
			status = describe(&args, &printer);
		status = printer_close(&printer, status);
	} else {
		status = EXIT_TROUBLE;
	}
	options_release(&args.options);
	return status;
}

const struct cmd cmd_info = {
	.name = "info",
	.summary = "what a capture is, and what the tool knows of kernels",
	.run = info_run,
};
