/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/cmd.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>

static const struct cmd *const commands[] = {
	&cmd_record, &cmd_check, &cmd_replay, &cmd_diff,   &cmd_explain, &cmd_ledger,
	&cmd_dump,   &cmd_info,	 &cmd_sim,    &cmd_stress, NULL,
};

static int usage(FILE *out, int status)
{
	fputs("Usage: shrinkctl COMMAND [OPTION...] FILE...\n"
	      "Replay the kernel's slab shrinkers: what each call should have scanned,\n"
	      "what it did scan, and why the two differ.\n\nCommands:\n",
	      out);
	for (const struct cmd *const *cmd = commands; *cmd; cmd++)
		fprintf(out, "  %-8s %s\n", (*cmd)->name, (*cmd)->summary);
	fputs("\n'shrinkctl help COMMAND' or 'shrinkctl COMMAND --help' tells more.\n",
	      out);
	return status;
}

static int run_command(const char *name, int argc, char **argv)
{
	char title[64];

	for (const struct cmd *const *cmd = commands; *cmd; cmd++) {
		if (strcmp(name, (*cmd)->name) != 0)
			continue;
		/* So that argp names the subcommand in its messages. */
		snprintf(title, sizeof(title), "shrinkctl %s", (*cmd)->name);
		argv[0] = title;
		return (*cmd)->run(argc, argv);
	}
	fprintf(stderr, "shrinkctl: '%s' is not a command; see 'shrinkctl help'\n",
		name);
	return EXIT_TROUBLE;
}

static int help(int argc, char **argv)
{
	char option[] = "--help";
	char *args[] = { argv[0], option, NULL };

	return argc < 3 ? usage(stdout, EXIT_GOOD) : run_command(argv[2], 2, args);
}

int main(int argc, char **argv)
{
	argp_err_exit_status = EXIT_TROUBLE;
	if (argc < 2)
		return usage(stderr, EXIT_TROUBLE);
	if (!strcmp(argv[1], "help") || !strcmp(argv[1], "--help"))
		return help(argc, argv);
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		puts("shrinkctl " SHRINKCTL_VERSION);
		return EXIT_GOOD;
	}
	return run_command(argv[1], argc - 1, argv + 1);
}
