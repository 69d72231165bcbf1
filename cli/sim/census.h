/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * census - what has to be known of a source before the first of its events is written.
 *
 * A capture begins with what only its end tells: symbols, task names, how many CPUs
 * there are, which events occur.  So whoever writes one reads its source twice, from
 * two sources that say the same: once for this, and then for the events.  What is kept
 * grows with the names there are, and not with the events.
 *
 *	census_take(&census, first_source, false, NULL, &err);
 *	...another source
 *	callback = census_callback(&census, event->callback);
 *	census_release(&census);
 */
#ifndef CLI_SIM_CENSUS_H
#define CLI_SIM_CENSUS_H

#include "cli/record/textbuf.h"
#include "cli/sim/kernel_form.h"
#include "cli/sim/record_fields.h"
#include "core/replay/map.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct interrupt;
struct shr_err;
struct shr_source;

/* A function that events name. */
struct census_callback {
	uint64_t address; /* its own, or one made up */
	char *name;	  /* owned; NULL: nobody knows */
	char *module;	  /* owned; NULL: the kernel proper */
};

/* All fields public to read. */
struct census {
	struct kernel_form form;
	struct shr_capture capture; /* of the first source: numbers only */
	struct textbuf kernel, clock;
	uint64_t counts[RECORD_COUNT]; /* how often each event occurs */
	bool unknown[RECORD_COUNT];    /* it does, and the kernel has no such event */
	uint32_t identity_has;	       /* enum shr_has of all identities together */
	uint32_t cpu_count;	       /* one more than the highest number */
	uint64_t events;	       /* that can be written */
	uint64_t left_out;	       /* that the kernel has not */
	uint64_t malformed;	       /* that the source did not understand */
	uint64_t lost;		       /* as far as the source says how many */
	uint64_t first_ns, last_ns;
	struct textbuf tasks;	  /* "PID NAME" lines */
	struct textbuf cgroups;	  /* "ID PATH" lines, those there were at first */
	struct textbuf shrinkers; /* debugfs names, a line each */
	struct textbuf symbols;	  /* kallsyms, by address */
	uint64_t probe;		  /* do_shrink_slab()'s address */

	/* Private. */
	struct shr_map callbacks;	/* by token: what order has */
	struct census_callback **order; /* owned, as they are */
	size_t callback_count;
	struct shr_map known; /* pids, and names of shrinkers */
};

/*
 * Read @source to its end, or to a signal if @interrupt is not NULL.  @big: the byte
 * order of the capture that will be written.  0, or -1 with *err filled in.  Release it
 * in both cases.
 */
int census_take(struct census *census, struct shr_source *source, bool big,
		struct interrupt *interrupt, struct shr_err *err);

/* The function of that token, or NULL if no event had it. */
const struct census_callback *census_callback(const struct census *census,
					      uint64_t token);

void census_release(struct census *census);

#endif /* CLI_SIM_CENSUS_H */
