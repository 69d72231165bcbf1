/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scenario_file - a scenario on disk or on standard input, read and parsed.
 */
#ifndef CLI_SIM_SCENARIO_FILE_H
#define CLI_SIM_SCENARIO_FILE_H

struct shr_scenario;

/*
 * Read @path, "-" for standard input, into @scenario, which was initialised; @kernel,
 * if it is not NULL, takes the place of the release in its statement.  EXIT_GOOD, or
 * EXIT_TROUBLE after complaining: the scenario is to be released in both cases.
 */
int scenario_file_read(struct shr_scenario *scenario, const char *path,
		       const char *kernel);

#endif /* CLI_SIM_SCENARIO_FILE_H */
