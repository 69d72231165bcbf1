/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * watch - the running kernel replayed while it runs: `replay --live`.
 *
 * Calls that stand out are told of when they happen, the rest is summed up every
 * interval, and all of it at the end, as of a file.
 */
#ifndef CLI_WATCH_H
#define CLI_WATCH_H

#include "cli/record/tracing_options.h"

#include <stdint.h>

struct options;
struct printer;

struct watch_options {
	struct tracing_options tracing;
	const struct options *replay; /* borrowed */
	unsigned fail_on;	      /* mask of verdicts */
	uint64_t interval_ns;
};

/*
 * Until a signal, the given duration, or until nobody reads any more.  The exit status:
 * of run_status(), or EXIT_TROUBLE after complaining.
 */
int watch(const struct watch_options *options, struct printer *printer);

#endif /* CLI_WATCH_H */
