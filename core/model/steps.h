/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * steps - the arithmetic of scan.h once more, with every value on the way.
 *
 * scan.h answers what a call does; this answers how it comes to that, as formulas in
 * the order in which the kernel applies them, caps that changed nothing included.
 * What the last formula of a stage gives is what scan.h gives: tests hold the two
 * together for every generation.
 *
 *	struct shr_steps steps = { .count = 0 };
 *
 *	shr_steps_delta(gen, &in, &params, &steps);
 *	shr_steps_plan(gen, &in, delta, params.long_size, &steps);
 *	for (unsigned i = 0; i < steps.count; i++)
 *		show(&steps.formulas[i]);
 */
#ifndef CORE_MODEL_STEPS_H
#define CORE_MODEL_STEPS_H

#include "core/model/formula.h"
#include "core/model/scan.h"

enum { SHR_STEPS_MAX = 16 };

struct shr_steps {
	struct shr_formula formulas[SHR_STEPS_MAX];
	unsigned count;
};

/*
 * Each adds what it computes to @steps, which has room for one call: the four stages
 * once each.  Arguments are those of the function of scan.h of the same name.
 */

/*
 * False, with nothing added, where shr_scan_delta() is.  params->batch may be 0, not
 * known: then the minimum of 4.19.0 and 4.20 is left out.
 */
bool shr_steps_delta(const struct shr_generation *gen, const struct shr_scan_input *in,
		     const struct shr_scan_params *params, struct shr_steps *steps);

/* @delta: of shr_scan_delta(). */
void shr_steps_plan(const struct shr_generation *gen, const struct shr_scan_input *in,
		    uint64_t delta, unsigned long_size, struct shr_steps *steps);

/* @planned: of shr_scan_plan(); @batch is not 0. */
void shr_steps_loop(const struct shr_generation *gen, int64_t planned, int64_t freeable,
		    int64_t batch, struct shr_steps *steps);

/* @delta: from which @plan was made. */
void shr_steps_store(const struct shr_generation *gen, const struct shr_scan_input *in,
		     uint64_t delta, int64_t scanned, unsigned long_size,
		     struct shr_steps *steps);

#endif /* CORE_MODEL_STEPS_H */
