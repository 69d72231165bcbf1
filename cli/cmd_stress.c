/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/cmd.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/print_stress.h"
#include "cli/printer.h"
#include "cli/record/amount.h"
#include "cli/stress/contest.h"
#include "core/err.h"

#include <argp.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	KEY_LOCKING = 0x200,
	KEY_THREADS,
	KEY_MOUNTS,
	KEY_MEMCGS,
	KEY_SECONDS,
	KEY_PAUSE,
	KEY_STUCK,
	KEY_SCALING,
	KEY_SEED,
	THREADS_MAX = 1024,
	MEMCGS_MAX = 65536,
};

static const uint64_t day_ns = UINT64_C(86400) * 1000000000;
static const uint64_t minute_ns = UINT64_C(60) * 1000000000;

struct stress_args {
	struct stress_options stress;
	bool json;
};

static const struct argp_option options[] = {
	{ "locking", KEY_LOCKING, "DESIGN", 0, "rwsem, lockless or both (default)", 1 },
	{ "threads", KEY_THREADS, "N", 0,
	  "Threads that shrink (default: as many as there are CPUs)", 1 },
	{ "mounts", KEY_MOUNTS, "N", 0,
	  "Threads that mount and unmount, each of which makes and frees a shrinker "
	  "(default: 1)",
	  1 },
	{ "memcgs", KEY_MEMCGS, "N", 0,
	  "Memcgs, one after the other of which ends and is replaced (default: 8)", 1 },
	{ "stuck", KEY_STUCK, "TIME", 0,
	  "One shrinker blocks for so long whenever it is asked: 100ms", 1 },
	{ "pause", KEY_PAUSE, "TIME", 0,
	  "How long mounts and memcgs last at least (default: 1ms; 0: not at all)", 1 },
	{ NULL, 0, NULL, 0, "The run:", 2 },
	{ "seconds", KEY_SECONDS, "S", 0,
	  "How long for each design and number of threads (default: 5)", 2 },
	{ "scaling", KEY_SCALING, NULL, 0,
	  "With 1, 2, 4 and so on up to --threads threads", 2 },
	{ "seed", KEY_SEED, "N", 0, "What is chosen at random (default: 1)", 2 },
	{ NULL, 0, NULL, 0, "Output:", 3 },
	{ "format", 'f', "FORMAT", 0, "text (default) or json", 3 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static unsigned parse_designs(struct argp_state *state, const char *arg)
{
	unsigned mask = 0;

	for (unsigned place = 0; place < CONTEST_DESIGNS; place++)
		if (!strcmp(arg, "both") || !strcmp(arg, contest_design_name(place)))
			mask |= 1u << contest_design(place);
	if (!mask)
		argp_error(state, "'%s' is not one of rwsem, lockless, both", arg);
	return mask;
}

static unsigned parse_count(struct argp_state *state, const char *arg, const char *what,
			    int64_t low, int64_t high)
{
	return (unsigned)options_number(state, arg, what, low, high);
}

static uint64_t parse_time(struct argp_state *state, const char *arg, uint64_t most_ns)
{
	uint64_t ns = 0;

	if (!amount_time(arg, &ns) || ns > most_ns)
		argp_error(state,
			   "'%s' is not a time up to %" PRIu64 " s, as 100ms or 2s",
			   arg, most_ns / 1000000000);
	return ns;
}

static error_t parse_work(int key, const char *arg, struct argp_state *state,
			  struct stress_options *stress)
{
	switch (key) {
	case KEY_LOCKING:
		stress->designs = parse_designs(state, arg);
		return 0;
	case KEY_THREADS:
		stress->threads = parse_count(
			state, arg, "a number of threads, 0 to 1024", 0, THREADS_MAX);
		return 0;
	case KEY_MOUNTS:
		stress->mounts = parse_count(
			state, arg, "a number of threads, 0 to 1024", 0, THREADS_MAX);
		return 0;
	case KEY_MEMCGS:
		stress->memcgs = parse_count(
			state, arg, "a number of memcgs, 0 to 65536", 0, MEMCGS_MAX);
		return 0;
	case KEY_STUCK:
		stress->stuck_ns = parse_time(state, arg, minute_ns);
		return 0;
	case KEY_PAUSE:
		stress->pause_ns =
			strcmp(arg, "0") != 0 ? parse_time(state, arg, minute_ns) : 0;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct stress_args *args = state->input;

	switch (key) {
	case KEY_SECONDS:
		args->stress.span_ns = parse_time(state, arg, day_ns);
		return 0;
	case KEY_SCALING:
		args->stress.scaling = true;
		return 0;
	case KEY_SEED:
		args->stress.seed = (uint64_t)options_number(
			state, arg, "a seed, 0 to 2^63-1", 0, INT64_MAX);
		return 0;
	case 'f':
		args->json = !strcmp(arg, "json");
		if (!args->json && strcmp(arg, "text") != 0)
			argp_error(state,
				   "'%s' is not a format of stress: text or json", arg);
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "'%s' is too much: stress takes no file", arg);
		return 0;
	case ARGP_KEY_END:
		if (args->stress.scaling && !args->stress.threads)
			argp_error(state, "--scaling wants --threads of 1 or more");
		return 0;
	default:
		return parse_work(key, arg, state, &args->stress);
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse_opt,
	.doc = "Run the shrinker subsystem under real threads, with the locking of Linux "
	       "up to 6.6 (rwsem) and that from 6.7 on (lockless), in turns, and compare "
	       "what they achieve.\v"
	       "Examples:\n"
	       "  shrinkctl stress\n"
	       "  shrinkctl stress --stuck 100ms --mounts 4\n"
	       "  shrinkctl stress --scaling --threads 16 --format json | jq .runs\n"
	       "\nExit status: 0, or 2 on trouble.",
};

static int run_contest(struct contest *contest, const struct stress_options *stress)
{
	struct interrupt interrupt;
	struct shr_err err;

	interrupt_open(&interrupt);
	int status = contest_run(contest, stress, &interrupt, &err);

	interrupt_close(&interrupt);
	if (!status)
		return EXIT_GOOD;
	fprintf(stderr, "shrinkctl: stress: %s\n", err.reason);
	return EXIT_TROUBLE;
}

static int print(const struct stress_args *args, const struct contest *contest,
		 int status)
{
	const struct options output = { .format =
						args->json ? FORMAT_JSON : FORMAT_TEXT,
					.no_pager = true };
	struct printer printer;

	if (!printer_open(&printer, &output, true))
		return EXIT_TROUBLE;
	if (args->json)
		stress_json(&printer.json, contest);
	else if (!stress_text(&printer.out, contest))
		status = EXIT_TROUBLE;
	return printer_close(&printer, status);
}

static unsigned cpu_count(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);

	return count < 1 ? 1 : count > THREADS_MAX ? THREADS_MAX : (unsigned)count;
}

static int stress_run(int argc, char **argv)
{
	struct stress_args args = {
		.stress = { .designs = 1u << SHR_LOCKING_RWSEM |
				       1u << SHR_LOCKING_LOCKLESS,
			    .threads = cpu_count(),
			    .mounts = 1,
			    .memcgs = 8,
			    .span_ns = 5000000000,
			    .pause_ns = 1000000,
			    .seed = 1 },
	};
	struct contest contest;

	argp_parse(&argp, argc, argv, 0, NULL, &args);
	int status = print(&args, &contest, run_contest(&contest, &args.stress));

	contest_release(&contest);
	return status;
}

const struct cmd cmd_stress = {
	.name = "stress",
	.summary = "both designs of shrinker locking, under real threads",
	.run = stress_run,
};
