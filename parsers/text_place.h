/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_place - which task ran where: the part of a prefix left of the time.
 *
 * Task names are padded to a width by all three tools, so the name is what the
 * field of that width holds: an instance's or a console's prefix to the left of it
 * stays out.
 */
#ifndef PARSERS_TEXT_PLACE_H
#define PARSERS_TEXT_PLACE_H

#include "core/event.h"

struct shr_text_prefix;

/*
 * Read @start..@end backwards: task, pid, CPU, flags of ftrace, of latency-format or
 * of perf script, and set the form.  What is not there stays unknown.
 */
void shr_text_place_back(const char *start, const char *end,
			 struct shr_text_prefix *prefix);

/* As above for verbose latency-format: task, pid, CPU, flags, depth, index. */
void shr_text_place_verbose_back(const char *start, const char *end,
				 struct shr_text_prefix *prefix);

/* "bash/16539" or "16539", as perf trace prints a task. */
void shr_text_place_call(const char *start, const char *end,
			 struct shr_text_prefix *prefix);

#endif /* PARSERS_TEXT_PLACE_H */
