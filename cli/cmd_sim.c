/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/cmd.h"
#include "cli/input.h"
#include "cli/interrupt.h"
#include "cli/record/amount.h"
#include "cli/sim/census.h"
#include "cli/sim/dat_output.h"
#include "cli/sim/scenario_file.h"
#include "cli/sim/sim_report.h"
#include "cli/sim/text_output.h"
#include "core/err.h"
#include "core/model/generation.h"
#include "core/sim/scenario.h"
#include "core/sim/sim.h"

#include <argp.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	KEY_OUTPUT = 'o',
	KEY_FORMAT = 'f',
	KEY_DURATION = 'd',
	KEY_QUIET = 'q',
	KEY_FORCE = 0x200,
	KEY_COMPRESSION,
	KEY_FILE_VERSION,
	KEY_NANOSECONDS,
	KEY_BIG_ENDIAN,
	KEY_KERNEL,
	KEY_SEED,
	KEY_WITHOUT,
};

enum sim_format { SIM_DAT, SIM_FTRACE, SIM_TRACE_CMD, SIM_PERF, SIM_ANY };

static const char *const formats[] = {
	[SIM_DAT] = "trace-dat",
	[SIM_FTRACE] = "ftrace",
	[SIM_TRACE_CMD] = "trace-cmd",
	[SIM_PERF] = "perf-script",
};

struct sim_args {
	const char *scenario;
	const char *output; /* "-": standard output */
	enum sim_format format;
	struct dat_output_settings dat;
	bool compression_given, version_given;
	bool force, nanoseconds, big, quiet;
	bool no_identity, no_context;
	const char *kernel; /* NULL: the scenario's */
	uint64_t seed;
	bool seed_given;
	uint64_t duration_ns; /* 0: the scenario's */
};

static const struct argp_option options[] = {
	{ NULL, 0, NULL, 0, "The capture:", 1 },
	{ "output", KEY_OUTPUT, "FILE", 0, "Where to (default and -: standard output)",
	  1 },
	{ "format", KEY_FORMAT, "FORMAT", 0,
	  "trace-dat (default), ftrace (default on a terminal), trace-cmd or perf-script",
	  1 },
	{ "force", KEY_FORCE, NULL, 0, "Replace FILE if there is one", 1 },
	{ "compression", KEY_COMPRESSION, "HOW", 0,
	  "Of a trace.dat: zstd (default), zlib or none", 1 },
	{ "file-version", KEY_FILE_VERSION, "N", 0,
	  "Of a trace.dat: 7 (default), or 6, which is never compressed", 1 },
	{ "big-endian", KEY_BIG_ENDIAN, NULL, 0,
	  "Of a trace.dat: the byte order of s390 and old PowerPC", 1 },
	{ "nanoseconds", KEY_NANOSECONDS, NULL, 0,
	  "Times as trace-cmd report -t and perf script --ns have them", 1 },
	{ NULL, 0, NULL, 0, "In place of what the scenario says:", 2 },
	{ "kernel", KEY_KERNEL, "RELEASE", 0, "The kernel", 2 },
	{ "seed", KEY_SEED, "N", 0, "What all chance begins with", 2 },
	{ "duration", KEY_DURATION, "TIME", 0, "How long: 500ms, 30s, 5m", 2 },
	{ "without", KEY_WITHOUT, "WHAT", 0,
	  "Do not record identity, context, or both: identity,context", 2 },
	{ "quiet", KEY_QUIET, NULL, 0, "Do not sum up on standard error", 3 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static enum sim_format parse_format(struct argp_state *state, const char *arg)
{
	for (enum sim_format format = 0; format < SIM_ANY; format++)
		if (!strcmp(arg, formats[format]))
			return format;
	argp_error(state,
		   "'%s' is not a format: trace-dat, ftrace, trace-cmd or perf-script",
		   arg);
	return SIM_ANY;
}

static void parse_compression(struct argp_state *state, struct sim_args *args,
			      const char *arg)
{
	static const enum dat_compression all[] = { DAT_NONE, DAT_ZLIB, DAT_ZSTD };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (!strcmp(arg, dat_compression_name(all[i]))) {
			args->dat.compression = all[i];
			args->compression_given = true;
			return;
		}
	argp_error(state, "'%s' is not a compression: none, zlib or zstd", arg);
}

static void parse_version(struct argp_state *state, struct sim_args *args,
			  const char *arg)
{
	if (strcmp(arg, "6") != 0 && strcmp(arg, "7") != 0)
		argp_error(state, "'%s' is not a version of trace.dat: 6 or 7", arg);
	args->dat.version = (unsigned)(*arg - '0');
	args->version_given = true;
}

static void parse_kernel(struct argp_state *state, struct sim_args *args,
			 const char *arg)
{
	struct shr_release release;
	struct shr_str text = { arg, strlen(arg) };

	if (arg[strspn(arg, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789._+~-")] ||
	    !shr_release_parse(text, &release) || !shr_generations_of_release(release))
		argp_error(state,
			   "'%s' is not a kernel: a release from 3.0.39 on, as 6.12.95",
			   arg);
	args->kernel = arg;
}

static void parse_seed(struct argp_state *state, struct sim_args *args, const char *arg)
{
	char *end;

	errno = 0;
	args->seed = strtoull(arg, &end, 0);
	if (errno || end == arg || *end || strchr(arg, '-'))
		argp_error(state, "'%s' is not a seed: a number from 0 on", arg);
	args->seed_given = true;
}

static void parse_without(struct argp_state *state, struct sim_args *args,
			  const char *arg)
{
	while (*arg) {
		size_t len = strcspn(arg, ",");

		if (len == 8 && !strncmp(arg, "identity", len))
			args->no_identity = true;
		else if (len == 7 && !strncmp(arg, "context", len))
			args->no_context = true;
		else
			argp_error(state, "'%.*s' is not one of identity, context",
				   (int)len, arg);
		arg += len + (arg[len] == ',');
	}
}

static error_t parse_change(int key, char *arg, struct argp_state *state,
			    struct sim_args *args)
{
	switch (key) {
	case KEY_KERNEL:
		parse_kernel(state, args, arg);
		return 0;
	case KEY_SEED:
		parse_seed(state, args, arg);
		return 0;
	case KEY_DURATION:
		if (!amount_time(arg, &args->duration_ns) || !args->duration_ns ||
		    args->duration_ns > shr_scenario_longest_ns)
			argp_error(state, "'%s' is not a time: 500ms, 30s, 5m", arg);
		return 0;
	case KEY_WITHOUT:
		parse_without(state, args, arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* What has no compression gets none; only asking for what cannot be is a fault. */
static void check_args(struct argp_state *state, struct sim_args *args)
{
	bool stream = !strcmp(args->output, "-");

	if (!args->scenario)
		argp_error(state, "expected a scenario: shrinkctl-scenario(5)");
	if (args->format == SIM_ANY)
		args->format = stream && isatty(STDOUT_FILENO) ? SIM_FTRACE : SIM_DAT;
	bool dat = args->format == SIM_DAT;

	if (!dat && (args->compression_given || args->version_given || args->big))
		argp_error(state, "--compression, --file-version and --big-endian are "
				  "of a trace-dat");
	if (args->nanoseconds && (dat || args->format == SIM_FTRACE))
		argp_error(state, "--nanoseconds is of trace-cmd and perf-script: %s",
			   dat ? "a trace-dat always has them"
			       : "the kernel prints microseconds");
	if (args->dat.version == 6 && args->compression_given &&
	    args->dat.compression != DAT_NONE)
		argp_error(state, "trace.dat version 6 cannot be compressed");
	if (args->dat.version == 6)
		args->dat.compression = DAT_NONE;
	if (args->dat.version == 6 && stream)
		argp_error(state,
			   "trace.dat version 6 cannot be streamed: its beginning "
			   "tells of its end");
}

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct sim_args *args = state->input;

	switch (key) {
	case KEY_OUTPUT:
		args->output = arg;
		return 0;
	case KEY_FORMAT:
		args->format = parse_format(state, arg);
		return 0;
	case KEY_FORCE:
		args->force = true;
		return 0;
	case KEY_COMPRESSION:
		parse_compression(state, args, arg);
		return 0;
	case KEY_FILE_VERSION:
		parse_version(state, args, arg);
		return 0;
	case KEY_BIG_ENDIAN:
		args->big = true;
		return 0;
	case KEY_NANOSECONDS:
		args->nanoseconds = true;
		return 0;
	case KEY_QUIET:
		args->quiet = true;
		return 0;
	case ARGP_KEY_ARG:
		if (args->scenario)
			argp_error(state, "only one scenario can be simulated");
		args->scenario = arg;
		return 0;
	case ARGP_KEY_END:
		check_args(state, args);
		return 0;
	default:
		return parse_change(key, arg, state, args);
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse_opt,
	.args_doc = "SCENARIO",
	.doc = "Simulate a kernel's shrinkers as SCENARIO (- for standard input) says, in "
	       "virtual time, and write the capture that recording it would have given. "
	       "The same scenario and seed give the same bytes.\v"
	       "Examples:\n"
	       "  shrinkctl sim scenarios/windup.scn -o windup.dat\n"
	       "  shrinkctl sim scenarios/windup.scn --kernel 6.12 | shrinkctl replay -\n"
	       "  shrinkctl sim -f perf-script scenarios/min-scan.scn | less\n"
	       "\nExit status: 0, or 2 on trouble.",
};

/* What the command line says in place of the scenario. */
static void change(struct shr_scenario *scenario, const struct sim_args *args)
{
	if (args->seed_given)
		scenario->seed = args->seed;
	if (args->duration_ns)
		scenario->duration_ns = args->duration_ns;
	scenario->identity &= !args->no_identity;
	scenario->context &= !args->no_context;
}

/* The first of two runs: what the capture has to begin with. */
static int survey(const struct shr_scenario *scenario, const struct sim_args *args,
		  struct interrupt *interrupt, struct census *census,
		  struct shr_err *err)
{
	struct shr_sim *sim = shr_sim_new(scenario, err);
	int ret = sim ? census_take(census, shr_sim_source(sim), args->big, interrupt,
				    err)
		      : -1;

	shr_sim_free(sim);
	return ret;
}

/* 0, 1 when the reader of a text has seen enough, or -1. */
static int write_capture(const struct sim_args *args, const struct census *census,
			 struct shr_source *source, struct interrupt *interrupt,
			 struct shr_err *err)
{
	static const enum text_tool tools[] = { [SIM_FTRACE] = TEXT_FTRACE,
						[SIM_TRACE_CMD] = TEXT_TRACE_CMD,
						[SIM_PERF] = TEXT_PERF };
	struct dat_output_settings dat = args->dat;

	dat.force = args->force;
	dat.interrupt = interrupt;
	if (args->format == SIM_DAT)
		return dat_output_write(census, source, args->output, &dat, err);
	const struct text_output_settings text = { tools[args->format],
						   args->nanoseconds, args->force,
						   interrupt };

	return text_output_write(census, source, args->output, &text, err);
}

static int complain_of_output(const struct sim_args *args, const struct shr_err *err)
{
	return complain(!strcmp(args->output, "-") ? "standard output" : args->output,
			err);
}

static int simulate(const struct shr_scenario *scenario, const struct sim_args *args,
		    struct interrupt *interrupt)
{
	const struct sim_report_target target = {
		.path = args->output,
		.needs_kernel =
			args->format == SIM_FTRACE || args->format == SIM_TRACE_CMD,
	};
	struct census census = { .events = 0 };
	struct shr_sim *sim = NULL;
	struct shr_err err;
	int status = EXIT_GOOD, written = 0;

	if (survey(scenario, args, interrupt, &census, &err) < 0 ||
	    !(sim = shr_sim_new(scenario, &err)))
		status = complain(args->scenario, &err);
	else
		written = write_capture(args, &census, shr_sim_source(sim), interrupt,
					&err);
	if (written < 0)
		status = complain_of_output(args, &err);
	else if (status == EXIT_GOOD && !written && !args->quiet)
		sim_report_print(shr_sim_sums(sim), &census, &target);
	shr_sim_free(sim);
	census_release(&census);
	return status;
}

static int sim_run(int argc, char **argv)
{
	struct sim_args args = { .output = "-",
				 .format = SIM_ANY,
				 .dat = { .version = 7, .compression = DAT_ZSTD } };
	struct shr_scenario scenario;
	struct interrupt interrupt;

	argp_parse(&argp, argc, argv, 0, NULL, &args);
	/* A reader that has gone, and a limit on files, are errors to be told. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	shr_scenario_init(&scenario);
	int status = scenario_file_read(&scenario, args.scenario, args.kernel);

	if (status == EXIT_GOOD) {
		change(&scenario, &args);
		interrupt_open(&interrupt);
		status = simulate(&scenario, &args, &interrupt);
		interrupt_close(&interrupt);
	}
	shr_scenario_release(&scenario);
	return status;
}

const struct cmd cmd_sim = {
	.name = "sim",
	.summary = "a capture of a kernel that is simulated, from a scenario",
	.run = sim_run,
};
