/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * options - what every command that reads a capture can be told.
 *
 * One argp child, so that an option means the same everywhere and is written once.
 *
 *	struct options options = { 0 };	first in the command's own struct
 *	const struct argp_child children[] = { { &options_argp, 0, NULL, 0 }, { 0 } };
 *	state->child_inputs[0] = &args->options;   at ARGP_KEY_INIT
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "core/replay/replay.h"
#include "core/replay/settings.h"

#include <argp.h>
#include <stdbool.h>

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_JSONL, FORMAT_CSV };

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct options {
	enum format format;
	enum color color;
	bool no_pager;
	const char *instance;
	const char *kallsyms;		  /* path */
	struct shr_replay_options replay; /* settings point to the array below */
	struct shr_setting *settings;	  /* owned; ended by one without pattern */
	size_t setting_count;
};

extern const struct argp options_argp;

/* The children of a command's argp that has no others; its input is the first's. */
extern const struct argp_child options_children[];

/* End with argp_error(): the command line names nothing to read. */
void options_no_capture(struct argp_state *state);

void options_release(struct options *options);

/* Parse a whole number from @low to @high, or end with argp_error() naming @what. */
int64_t options_number(struct argp_state *state, const char *arg, const char *what,
		       int64_t low, int64_t high);

/*
 * Parse "12.5" or "+0.25", seconds with up to nine decimals, into nanoseconds, exactly;
 * *relative: with the "+".  Or end with argp_error().
 */
uint64_t options_time(struct argp_state *state, const char *arg, bool *relative);

#endif /* CLI_OPTIONS_H */
