/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/cmd.h"
#include "cli/options.h"
#include "cli/printer.h"
#include "cli/record/checks.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>

enum { KEY_TRACEFS = 0x200 };

struct check_args {
	bool json;
	const char *tracefs;
};

static const struct argp_option options[] = {
	{ "format", 'f', "FORMAT", 0, "text (default) or json", 1 },
	{ "tracefs", KEY_TRACEFS, "DIR", 0,
	  "Where tracefs is, instead of where it is "
	  "mounted",
	  1 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct check_args *args = state->input;

	switch (key) {
	case 'f':
		args->json = !strcmp(arg, "json");
		if (!args->json && strcmp(arg, "text") != 0)
			argp_error(state, "'%s' is not a format of check: text or json",
				   arg);
		return 0;
	case KEY_TRACEFS:
		args->tracefs = arg;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "'%s' is too much: check takes no file", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse_opt,
	.doc = "Say what this kernel, this user and this build of shrinkctl can record, "
	       "and the command that would change a no.\v"
	       "Examples:\n"
	       "  sudo shrinkctl check\n"
	       "  sudo shrinkctl check --format json | jq .can_record\n"
	       "\nExit status: 0 if recording works, 1 if it does not, 2 on trouble.",
};

static void text_checks(const struct checks *checks)
{
	for (unsigned id = 0; id < CHECK_COUNT; id++) {
		const struct check *row = &checks->rows[id];

		printf("%-18s %-7s %s\n", check_name(id),
		       check_answer_name(row->answer), row->says);
		if (*row->remedy)
			printf("%-18s %-7s try: %s\n", "", "", row->remedy);
	}
	if (checks->can_record)
		puts("\nrecording works");
	else
		printf("\nrecording does not work: %s\n", checks->refusal);
}

static void json_checks(struct json *json, const struct checks *checks)
{
	json_map(json, NULL);
	json_text(json, "schema", "shrinkctl.check/1");
	json_bool(json, "can_record", checks->can_record);
	json_text(json, "refusal", checks->can_record ? NULL : checks->refusal);
	json_text(json, "tracefs", *checks->tracefs ? checks->tracefs : NULL);
	json_array(json, "checks");
	for (unsigned id = 0; id < CHECK_COUNT; id++) {
		const struct check *row = &checks->rows[id];

		json_map(json, NULL);
		json_text(json, "check", check_name(id));
		json_text(json, "answer", check_answer_name(row->answer));
		json_bool(json, "needed", check_is_needed(id));
		json_text(json, "says", row->says);
		json_text(json, "remedy", *row->remedy ? row->remedy : NULL);
		json_end_map(json);
	}
	json_end_array(json);
	json_end_map(json);
	json_end_line(json);
}

static int check_run(int argc, char **argv)
{
	struct check_args args = { 0 };
	struct printer printer;
	struct checks checks;

	argp_parse(&argp, argc, argv, 0, NULL, &args);
	const struct options output = { .format = args.json ? FORMAT_JSON : FORMAT_TEXT,
					.no_pager = true };

	if (!printer_open(&printer, &output, true))
		return EXIT_TROUBLE;
	checks_run(&checks, args.tracefs);
	if (args.json)
		json_checks(&printer.json, &checks);
	else
		text_checks(&checks);
	return printer_close(&printer, checks.can_record ? EXIT_GOOD : EXIT_DIFFERENT);
}

const struct cmd cmd_check = {
	.name = "check",
	.summary = "what this kernel, user and build can record",
	.run = check_run,
};
