/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_pairs - a prefix of key=value pairs, as our bpftrace program prints it.
 *
 *	1620722026918 cpu=0 tid=18171 comm=bash
 */
#ifndef PARSERS_TEXT_PAIRS_H
#define PARSERS_TEXT_PAIRS_H

#include <stdbool.h>

struct shr_text_prefix;

/*
 * Read @start..@end: nanoseconds, then cpu=, tid= (or pid=) and comm= in any order,
 * all optional, but a cpu or a task must be there.  False: this is something else.
 */
bool shr_text_pairs_parse(const char *start, const char *end,
			  struct shr_text_prefix *prefix);

#endif /* PARSERS_TEXT_PAIRS_H */
