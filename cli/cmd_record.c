/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/cmd.h"
#include "cli/interrupt.h"
#include "cli/record/amount.h"
#include "cli/record/ending.h"
#include "cli/record/identity.h"
#include "cli/record/leftover.h"
#include "cli/record/recording.h"
#include "cli/record/stale.h"
#include "cli/record/tracing.h"
#include "core/err.h"

#include <argp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <tracefs/tracefs.h>

enum {
	KEY_OUTPUT = 'o',
	KEY_KALLSYMS = 0x200,
	KEY_COMPRESSION,
	KEY_FILE_VERSION,
	KEY_FORCE,
	KEY_SIZE_LIMIT,
	KEY_CLEANUP,
};

struct record_args {
	struct recording_options recording;
	bool cleanup;
	bool compression_given;
	char path[64]; /* where no -o says otherwise */
};

static const struct argp_option options[] = {
	{ NULL, 0, NULL, 0, "The file:", 2 },
	{ "output", KEY_OUTPUT, "FILE", 0,
	  "Where to (default: shrinkctl-DATE-TIME.dat); - is standard output", 2 },
	{ "force", KEY_FORCE, NULL, 0, "Replace FILE if there is one", 2 },
	{ "size-limit", KEY_SIZE_LIMIT, "SIZE", 0,
	  "Stop after SIZE of events: 512M, 2G", 2 },
	{ "kallsyms", KEY_KALLSYMS, "WHICH", 0,
	  "shrinkers (default: functions that can be callbacks) or all", 2 },
	{ "compression", KEY_COMPRESSION, "HOW", 0, "zstd (default), zlib or none", 2 },
	{ "file-version", KEY_FILE_VERSION, "N", 0,
	  "trace.dat version 7 (default), or 6, which is never compressed", 2 },
	{ NULL, 0, NULL, 0, "Instead of recording:", 3 },
	{ "cleanup", KEY_CLEANUP, NULL, 0, "Remove what killed recorders have left",
	  3 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static void parse_compression(struct argp_state *state, struct record_args *args,
			      const char *arg)
{
	static const enum dat_compression all[] = { DAT_NONE, DAT_ZLIB, DAT_ZSTD };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (!strcmp(arg, dat_compression_name(all[i]))) {
			args->recording.compression = all[i];
			args->compression_given = true;
			return;
		}
	argp_error(state, "'%s' is not a compression: none, zlib or zstd", arg);
}

static error_t parse_file(int key, char *arg, struct argp_state *state,
			  struct record_args *args)
{
	switch (key) {
	case KEY_OUTPUT:
		args->recording.path = arg;
		return 0;
	case KEY_FORCE:
		args->recording.force = true;
		return 0;
	case KEY_COMPRESSION:
		parse_compression(state, args, arg);
		return 0;
	case KEY_FILE_VERSION:
		if (strcmp(arg, "6") != 0 && strcmp(arg, "7") != 0)
			argp_error(state, "'%s' is not a version of trace.dat: 6 or 7",
				   arg);
		args->recording.file_version = (unsigned)(*arg - '0');
		return 0;
	case KEY_SIZE_LIMIT:
		if (!amount_size(arg, &args->recording.size_limit))
			argp_error(
				state,
				"'%s' is not a size with its unit, as 512K, 8M or 1G",
				arg);
		return 0;
	case KEY_KALLSYMS:
		args->recording.all_symbols = !strcmp(arg, "all");
		if (!args->recording.all_symbols && strcmp(arg, "shrinkers") != 0)
			argp_error(state, "'%s' is not one of shrinkers, all", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* What has no compression gets none; only asking for one is a fault. */
static void check_args(struct argp_state *state, struct record_args *args)
{
	if (args->recording.file_version == 6 && args->compression_given &&
	    args->recording.compression != DAT_NONE)
		argp_error(state, "trace.dat version 6 cannot be compressed");
	if (args->recording.file_version == 6)
		args->recording.compression = DAT_NONE;
	if (args->recording.file_version == 6 && args->recording.path &&
	    !strcmp(args->recording.path, "-"))
		argp_error(state,
			   "trace.dat version 6 cannot be streamed: its beginning "
			   "tells of its end");
	if (args->cleanup && args->recording.command)
		argp_error(state, "--cleanup records nothing: leave out the command");
}

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct record_args *args = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &args->recording.tracing;
		return 0;
	case KEY_CLEANUP:
		args->cleanup = true;
		return 0;
	case ARGP_KEY_ARGS:
		args->recording.command = state->argv + state->next;
		return 0;
	case ARGP_KEY_END:
		check_args(state, args);
		return 0;
	default:
		return parse_file(key, arg, state, args);
	}
}

static const struct argp_child children[] = {
	{ &tracing_argp, 0, "What is recorded, and how:", 1 }, { NULL, 0, NULL, 0 }
};

static const struct argp argp = {
	.options = options,
	.parser = parse_opt,
	.args_doc = "[-- COMMAND [ARG...]]",
	.children = children,
	.doc = "Record the shrinker events of the running kernel into a trace.dat, until "
	       "Ctrl-C, for a time, or while COMMAND runs.\v"
	       "Examples:\n"
	       "  shrinkctl record -d 30s -o reclaim.dat\n"
	       "  shrinkctl record --context -- make -j8\n"
	       "  shrinkctl record -d 10s -o - | shrinkctl replay -\n"
	       "\nExit status: 0, 1 if COMMAND failed, or 2 on trouble: what was taken until "
	       "then is kept.",
};

static void name_file(struct record_args *args)
{
	time_t now = time(NULL);
	struct tm local;

	localtime_r(&now, &local);
	strftime(args->path, sizeof(args->path), "shrinkctl-%Y%m%d-%H%M%S.dat", &local);
	args->recording.path = args->path;
}

static void tell_removed(void *ctx, const char *name, const char *why_not)
{
	int *status = ctx;

	if (!why_not) {
		printf("removed %s\n", name);
		return;
	}
	fprintf(stderr, "shrinkctl: cannot remove instance %s: %s\n", name, why_not);
	*status = EXIT_TROUBLE;
}

/* What it holds may be wanted: that is not for us to say. */
static void tell_leftover(void *ctx, const char *path)
{
	(void)ctx;
	printf("kept %s, what a killed recorder had taken, it seems: 'shrinkctl replay' "
	       "reads it\n",
	       path);
}

static int cleanup(const char *path)
{
	struct shr_err err;
	int status = EXIT_GOOD;
	unsigned probes = 0;

	leftover_find(path, tell_leftover, NULL);

	/* Probes last: what an instance has enabled cannot be removed. */
	if (stale_remove(tell_removed, &status, &err) >= 0 &&
	    identity_cleanup(tracefs_tracing_dir(), &probes, &err) == 0) {
		if (probes)
			printf("removed %u probe%s\n", probes, probes == 1 ? "" : "s");
		return status;
	}
	fprintf(stderr, "shrinkctl: %s\n", err.reason);
	return EXIT_TROUBLE;
}

static int record(const struct record_args *args)
{
	struct interrupt interrupt;
	struct recording recording;

	/* A reader that has gone, and a limit on files, are errors to be told. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	interrupt_open(&interrupt);
	int status = recording_run(&recording, &args->recording, &interrupt);

	/* Reading the file back may be interrupted as any reading. */
	interrupt_close(&interrupt);
	if (ending_tell(&recording, &args->recording) != EXIT_GOOD)
		status = EXIT_TROUBLE;
	recording_release(&recording);
	return status;
}

static int record_run(int argc, char **argv)
{
	struct record_args args = {
		.recording = { .tracing = tracing_defaults,
			       .compression = DAT_ZSTD,
			       .file_version = 7 },
	};

	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &args);
	if (!args.recording.path)
		name_file(&args);
	if (tracing_find(args.recording.tracing.tracefs) != EXIT_GOOD)
		return EXIT_TROUBLE;
	return args.cleanup ? cleanup(args.recording.path) : record(&args);
}

const struct cmd cmd_record = {
	.name = "record",
	.summary = "capture the shrinker events of the running kernel",
	.run = record_run,
};
