/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fit - which generation of the algorithm the capture's values come from.
 *
 * The trace layout leaves some generations possible; every call that one of them
 * cannot have produced counts against it, and the one with the fewest such calls is
 * taken.  Calls on which the generations left agree need no decision, so nothing is
 * buffered: one discriminating call suffices.  The kernel release named in the
 * capture decides only what values leave open.
 */
#ifndef CORE_REPLAY_FIT_H
#define CORE_REPLAY_FIT_H

#include "core/replay/predict.h"

#include <stdbool.h>
#include <stdint.h>

struct shr_call;

enum shr_fit_from {
	SHR_FIT_LAYOUT, /* the layout left one, or nothing told several apart */
	SHR_FIT_KERNEL, /* the release chose among those the values left */
	SHR_FIT_VALUES, /* the values left one of several */
	SHR_FIT_OPTION, /* --kernel */
};

/* "layout", "kernel", "values", "option". */
const char *shr_fit_from_name(enum shr_fit_from from);

struct shr_fit {
	unsigned forced;  /* --kernel: mask of generations, 0 if not given */
	unsigned hint;	  /* the capture's release: mask, 0 if not known */
	unsigned layouts; /* enum shr_layout */
	unsigned long_size;
	unsigned possible; /* by layout and option */
	unsigned left;	   /* those of `possible` with the fewest contradictions */
	uint64_t against[SHR_GEN_COUNT];
	uint64_t observed;	/* calls that were put to the test */
	struct shr_rules rules; /* of the generation taken */
};

/*
 * Begin with the layouts and long size a capture shows (0: nothing yet); call again
 * whenever they change.  Keeps what was counted.
 */
void shr_fit_layouts(struct shr_fit *fit, unsigned layouts, unsigned long_size);

/* Put a call to the test; @alone as for shr_contradicts(). */
void shr_fit_observe(struct shr_fit *fit, const struct shr_call *call, bool alone);

/* Where fit->rules.gen is known from. */
enum shr_fit_from shr_fit_source(const struct shr_fit *fit);

/* 1: the release agrees with the generation; 0: it does not; -1: there is none. */
int shr_fit_kernel_agrees(const struct shr_fit *fit);

#endif /* CORE_REPLAY_FIT_H */
