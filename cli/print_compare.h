/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * print_compare - two captures side by side, in every format.
 */
#ifndef CLI_PRINT_COMPARE_H
#define CLI_PRINT_COMPARE_H

#include "core/replay/compare.h"

#include <stdbool.h>

struct printer;
struct run;

/*
 * Print the rows that differ, or with @all every row.  EXIT_DIFFERENT if any differs,
 * else EXIT_GOOD.
 */
int print_compare(struct printer *printer, bool all, const struct shr_compare *compare,
		  const struct run *runs);

#endif /* CLI_PRINT_COMPARE_H */
