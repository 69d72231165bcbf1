/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd - the subcommands and how they end.
 *
 * To add one: write cli/cmd_foo.c defining cmd_foo, declare it below, list it in
 * cli/main.c, add man/shrinkctl-foo.1.scd, its completions and tests/foo.bats.
 * `make check` fails until all of them agree.
 */
#ifndef CLI_CMD_H
#define CLI_CMD_H

struct argp;

/* As diff(1): the answer is no (1) is not the same as trouble (2). */
enum exit_status { EXIT_GOOD = 0, EXIT_DIFFERENT = 1, EXIT_TROUBLE = 2 };

struct cmd {
	const char *name;
	const char *summary; /* one line for `shrinkctl help` */
	int (*run)(int argc, char **argv);
};

extern const struct cmd cmd_record;
extern const struct cmd cmd_replay;
extern const struct cmd cmd_diff;
extern const struct cmd cmd_explain;
extern const struct cmd cmd_dump;
extern const struct cmd cmd_info;
extern const struct cmd cmd_ledger;
extern const struct cmd cmd_check;
extern const struct cmd cmd_sim;
extern const struct cmd cmd_stress;

#endif /* CLI_CMD_H */
