/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/options.h"

#include "core/err.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	KEY_FORMAT = 'f',
	KEY_SHRINKER = 's',
	KEY_NID = 'n',
	KEY_MEMCG = 'm',
	KEY_PID = 'p',
	KEY_SINCE = 0x100,
	KEY_UNTIL,
	KEY_KERNEL,
	KEY_KALLSYMS,
	KEY_SET,
	KEY_BLIND,
	KEY_INSTANCE,
	KEY_NO_PAGER,
	KEY_COLOR,
};

static const struct argp_option table[] = {
	{ NULL, 0, NULL, 0, "Which calls:", 10 },
	{ "shrinker", KEY_SHRINKER, "GLOB", 0,
	  "Only shrinkers whose label, symbol or name matches", 10 },
	{ "nid", KEY_NID, "N", 0, "Only calls for this NUMA node", 10 },
	{ "memcg", KEY_MEMCG, "ID", 0,
	  "Only calls for this memcg: cgroup id, or 0x address where recorded", 10 },
	{ "pid", KEY_PID, "PID", 0, "Only calls of this task", 10 },
	{ "since", KEY_SINCE, "TIME", 0,
	  "Only calls that start at or after TIME: seconds as printed, or +seconds "
	  "from the first start or end",
	  10 },
	{ "until", KEY_UNTIL, "TIME", 0, "Only calls that start at or before TIME",
	  10 },
	{ NULL, 0, NULL, 0, "About the capture:", 11 },
	{ "kernel", KEY_KERNEL, "RELEASE", 0,
	  "Use the algorithm of this kernel (\"5.10\", \"4.19.0\"), whatever the capture "
	  "says",
	  11 },
	{ "kallsyms", KEY_KALLSYMS, "FILE", 0,
	  "Resolve functions with this /proc/kallsyms of the same boot", 11 },
	{ "set", KEY_SET, "SHRINKER.PARAM=N", 0,
	  "Set batch or seeks of the shrinkers that match (may be repeated)", 11 },
	{ "blind", KEY_BLIND, "identity", 0,
	  "Ignore recorded identity events and memcg_id, to test what is inferred",
	  11 },
	{ "instance", KEY_INSTANCE, "NAME", 0,
	  "Read this instance of a trace.dat (\"\" is the top buffer)", 11 },
	{ NULL, 0, NULL, 0, "Output:", 12 },
	{ "format", KEY_FORMAT, "FORMAT", 0, "text (default), json, jsonl or csv", 12 },
	{ "color", KEY_COLOR, "WHEN", 0,
	  "auto (default: on a terminal without NO_COLOR), always or never", 12 },
	{ "no-pager", KEY_NO_PAGER, NULL, 0, "Do not page on a terminal", 12 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

/* 0x for addresses; a leading 0 is no sign of octal. */
static int base_of(const char *arg)
{
	return arg[0] == '0' && (arg[1] == 'x' || arg[1] == 'X') ? 16 : 10;
}

int64_t options_number(struct argp_state *state, const char *arg, const char *what,
		       int64_t low, int64_t high)
{
	char *end;

	errno = 0;
	int64_t value = strtoll(arg, &end, base_of(arg));

	if (errno || end == arg || *end || value < low || value > high)
		argp_error(state, "'%s' is not %s", arg, what);
	return value;
}

/* The index of @arg in @words, or argp_error(). */
static unsigned parse_word(struct argp_state *state, const char *arg, const char *what,
			   const char *const *words)
{
	for (unsigned i = 0; words[i]; i++)
		if (!strcmp(arg, words[i]))
			return i;
	argp_error(state, "'%s' is not %s", arg, what);
	return 0;
}

uint64_t options_time(struct argp_state *state, const char *arg, bool *relative)
{
	const char *at = arg;
	char *end;

	*relative = *at == '+';
	at += *relative;
	errno = 0;
	uint64_t ns = strtoull(at, &end, 10);

	if (errno || end == at || *at == '-' || ns > UINT64_MAX / 1000000000)
		argp_error(state, "'%s' is not a time in seconds", arg);
	ns *= 1000000000;
	if (*end == '.') {
		uint64_t unit = 100000000;

		for (end++; *end >= '0' && *end <= '9'; end++, unit /= 10)
			ns += (uint64_t)(*end - '0') * unit;
	}
	if (*end)
		argp_error(state, "'%s' is not a time in seconds", arg);
	return ns;
}

static void add_setting(struct argp_state *state, struct options *options,
			const char *arg)
{
	struct shr_err err;
	size_t count = options->setting_count;
	struct shr_setting *grown =
		reallocarray(options->settings, count + 2, sizeof(*grown));

	if (!grown) {
		argp_failure(state, 2, 0, "out of memory");
		return;
	}
	options->settings = grown;
	grown[count] = grown[count + 1] = (struct shr_setting){ 0 };
	if (shr_setting_parse(&grown[count], arg, &err) < 0)
		argp_error(state, "--set: %s", err.reason);
	options->setting_count++;
	options->replay.settings = grown;
}

static void parse_memcg(struct argp_state *state, struct shr_filter *filter,
			const char *arg)
{
	char *end;

	errno = 0;
	filter->memcg = strtoull(arg, &end, base_of(arg));
	filter->has_memcg = true;
	if (errno || end == arg || *end || *arg == '-')
		argp_error(state, "'%s' is not a memcg id or address", arg);
}

static error_t parse_filter(int key, char *arg, struct argp_state *state,
			    struct shr_filter *filter)
{
	switch (key) {
	case KEY_SHRINKER:
		filter->shrinker = arg;
		return 0;
	case KEY_NID:
		filter->nid =
			(int32_t)options_number(state, arg, "a node", 0, INT32_MAX);
		filter->has_nid = true;
		return 0;
	case KEY_MEMCG:
		parse_memcg(state, filter, arg);
		return 0;
	case KEY_PID:
		filter->pid =
			(int32_t)options_number(state, arg, "a pid", 0, INT32_MAX);
		filter->has_pid = true;
		return 0;
	case KEY_SINCE:
		filter->since_ns = options_time(state, arg, &filter->since_relative);
		filter->has_since = true;
		return 0;
	case KEY_UNTIL:
		filter->until_ns = options_time(state, arg, &filter->until_relative);
		filter->has_until = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_output(int key, char *arg, struct argp_state *state,
			    struct options *options)
{
	static const char *const formats[] = { "text", "json", "jsonl", "csv", NULL };
	static const char *const colors[] = { "auto", "always", "never", NULL };

	switch (key) {
	case KEY_FORMAT:
		options->format = parse_word(
			state, arg, "a format: text, json, jsonl or csv", formats);
		return 0;
	case KEY_COLOR:
		options->color =
			parse_word(state, arg, "one of auto, always, never", colors);
		return 0;
	case KEY_NO_PAGER:
		options->no_pager = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_opt(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case KEY_KERNEL:
		options->replay.kernel = arg;
		return 0;
	case KEY_KALLSYMS:
		options->kallsyms = arg;
		return 0;
	case KEY_SET:
		add_setting(state, options, arg);
		return 0;
	case KEY_BLIND:
		if (strcmp(arg, "identity") != 0)
			argp_error(state, "only 'identity' can be blinded, not '%s'",
				   arg);
		options->replay.blind = true;
		return 0;
	case KEY_INSTANCE:
		options->instance = arg;
		return 0;
	default:
		break;
	}
	if (parse_filter(key, arg, state, &options->replay.filter) == 0)
		return 0;
	return parse_output(key, arg, state, options);
}

const struct argp options_argp = { .options = table, .parser = parse_opt };

const struct argp_child options_children[] = { { &options_argp, 0, NULL, 0 },
					       { NULL, 0, NULL, 0 } };

void options_no_capture(struct argp_state *state)
{
	argp_error(state, "a capture is needed: a file, or - for standard input");
}

void options_release(struct options *options)
{
	for (size_t i = 0; i < options->setting_count; i++)
		shr_setting_release(&options->settings[i]);
	free(options->settings);
}
