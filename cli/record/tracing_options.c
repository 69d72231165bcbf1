/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/tracing_options.h"

#include "cli/record/amount.h"

enum {
	KEY_DURATION = 'd',
	KEY_BUFFER = 'b',
	KEY_CLOCK = 0x300,
	KEY_CONTEXT,
	KEY_IDENTITY,
	KEY_FILTER,
	KEY_TRACEFS,
};

static const struct argp_option table[] = {
	{ "context", KEY_CONTEXT, NULL, 0,
	  "Also reclaim that begins and ends, kswapd, and cgroups that come and go",
	  0 },
	{ "identity", KEY_IDENTITY, "HOW", 0,
	  "How to tell the memcg and settings of each call: auto (default: what works), "
	  "tracepoint-probe, kprobe, bpf or off",
	  0 },
	{ "filter", KEY_FILTER, "EXPR", 0,
	  "Only events for which the kernel finds EXPR true: \"nid == 0\"", 0 },
	{ "duration", KEY_DURATION, "TIME", 0,
	  "Stop after TIME: 30s, 5m, 1.5h (default: at Ctrl-C)", 0 },
	{ "buffer", KEY_BUFFER, "SIZE", 0,
	  "Buffer of each CPU: 512K, 8M (default: 8M, or less on many CPUs)", 0 },
	{ "clock", KEY_CLOCK, "NAME", 0, "One of the kernel's clocks (default: mono)",
	  0 },
	{ "tracefs", KEY_TRACEFS, "DIR", 0, "Where tracefs is, if not where mounted",
	  0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static void note_given(struct tracing_options *options, int key)
{
	static const struct {
		int key;
		const char *name;
	} names[] = {
		{ KEY_CONTEXT, "--context" }, { KEY_IDENTITY, "--identity" },
		{ KEY_FILTER, "--filter" },   { KEY_DURATION, "--duration" },
		{ KEY_BUFFER, "--buffer" },   { KEY_CLOCK, "--clock" },
		{ KEY_TRACEFS, "--tracefs" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].key == key)
			options->given = names[i].name;
}

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct tracing_options *options = state->input;

	note_given(options, key);
	switch (key) {
	case KEY_CONTEXT:
		options->session.context = true;
		return 0;
	case KEY_IDENTITY:
		if (!identity_parse(arg, &options->identity))
			argp_error(state,
				   "'%s' is not one of auto, tracepoint-probe, kprobe, "
				   "bpf, off",
				   arg);
		return 0;
	case KEY_FILTER:
		options->session.filter = arg;
		return 0;
	case KEY_DURATION:
		if (!amount_time(arg, &options->duration_ns))
			argp_error(state, "'%s' is not a time, as 30s, 5m or 1.5h",
				   arg);
		return 0;
	case KEY_BUFFER:
		if (!amount_size(arg, &options->session.buffer_size))
			argp_error(
				state,
				"'%s' is not a size with its unit, as 512K, 8M or 1G",
				arg);
		return 0;
	case KEY_CLOCK:
		options->session.clock = arg;
		return 0;
	case KEY_TRACEFS:
		options->tracefs = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct tracing_options tracing_defaults = {
	.session = { .clock = "mono" },
	.identity = IDENTITY_AUTO,
};

const struct argp tracing_argp = { .options = table, .parser = parse_opt };
