/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * scan - the arithmetic of one do_shrink_slab() call, step by step.
 *
 * Pure functions: every input is an argument, nothing is remembered.  Integers
 * behave as in the kernel: `long` has the width of the capture's kernel and wraps,
 * u64 divides by a 32-bit divisor as do_div() does, `>>` on a signed value is
 * arithmetic.  No input is an error, for a capture can hold any.  The steps chain,
 * but each takes its input from the caller, so that replay can feed a recorded
 * value where it must not count one surprise twice.
 *
 * Amounts are the kernel's long, sign-extended; what is wider than its long is cut
 * first.  That goes for 3.1 too, where they are unsigned: there a negative amount
 * stands for a huge one.
 *
 *	shr_scan_delta(gen, &in, &params, &delta);
 *	plan = shr_scan_plan(gen, &in, delta, params.long_size);
 *	loop = shr_scan_loop(gen, plan.planned, in.freeable, params.batch);
 *	store = shr_scan_store(gen, &in, &plan, loop.scanned, params.long_size);
 */
#ifndef CORE_MODEL_SCAN_H
#define CORE_MODEL_SCAN_H

#include <stdbool.h>
#include <stdint.h>

struct shr_generation;

/* SHRINK_BATCH: what shrinker->batch == 0 stands for (3.0 to today). */
#define SHR_DEFAULT_BATCH 128

/* What the call found: the start event's values under replay's names. */
struct shr_scan_input {
	int64_t deferred;     /* exchanged out of the counter */
	int64_t freeable;     /* count_objects() */
	uint64_t pgs_scanned; /* SHR_DELTA_LRU only */
	uint64_t lru_pgs;     /* SHR_DELTA_LRU only */
	int priority;	      /* 0 to 12, else modulo the bits of a long; not used by
				 SHR_DELTA_LRU */
};

/* What the shrinker is. */
struct shr_scan_params {
	int64_t batch;	    /* effective, > 0: never the 0 that means 128 */
	int32_t seeks;	    /* >= 0 */
	unsigned long_size; /* bytes of the kernel's long: 4 or 8 */
};

/* Caps that changed the planned amount, in the order they apply. */
enum shr_cap {
	SHR_CAP_NEGATIVE = 1 << 0, /* deferred + delta < 0: planned is freeable */
	SHR_CAP_HALF = 1 << 1,	   /* delta < freeable / 4: at most freeable / 2 */
	SHR_CAP_TWICE = 1 << 2,	   /* at most 2 * freeable */
};

struct shr_plan {
	int64_t planned;
	int64_t total; /* deferred + delta before any cap, what the stores that keep
			  deferred work start from; deferred alone under
			  SHR_CAP_NEGATIVE */
	unsigned caps; /* enum shr_cap */
};

struct shr_loop {
	int64_t scanned;
	int64_t left;
	uint64_t batches; /* how often the callback was called */
};

/*
 * Whether a call with this @count (sign-extended, so SHRINK_EMPTY is -2) goes on to
 * exchange, trace and scan.
 */
bool shr_scan_enters(const struct shr_generation *gen, int64_t count);

/*
 * New work of the call.  False where that kernel would have divided by zero
 * (seeks 0 before 4.20, lru_pgs + 1 wrapping to 0), and *delta is left alone.
 */
bool shr_scan_delta(const struct shr_generation *gen, const struct shr_scan_input *in,
		    const struct shr_scan_params *params, uint64_t *delta);

/* The amount the loop starts with, and which caps changed it. */
struct shr_plan shr_scan_plan(const struct shr_generation *gen,
			      const struct shr_scan_input *in, uint64_t delta,
			      unsigned long_size);

/*
 * How much the callback is asked for next: 0 when the loop ends.  @left is what is
 * still to do; this is the loop's condition and its min(batch, left) in one.
 * @batch > 0.
 *
 * freeable <= 0 gets here only out of a damaged capture, for its own plan is below
 * it.  The tail's condition left >= freeable then holds for ever: once left is 0 the
 * kernel would ask for 0 objects without end; here the loop ends.  For freeable <=
 * left < 0 the kernel asks for left, cast to unsigned: here that is negative, and
 * leaves 0.
 */
int64_t shr_scan_next(const struct shr_generation *gen, int64_t left, int64_t freeable,
		      int64_t batch);

/*
 * The whole loop at once, for a callback that neither stops nor sets nr_scanned.
 * Equal to repeating shr_scan_next() until it is 0, in constant time.  @batch > 0.
 * For a negative @planned on 3.1 the loop is that of a 64-bit long.
 */
struct shr_loop shr_scan_loop(const struct shr_generation *gen, int64_t planned,
			      int64_t freeable, int64_t batch);

/*
 * What is added to the deferred counter when the call ends: without anybody else,
 * the new deferred count.  @scanned is what the loop really scanned; of @in only
 * freeable is used.  Not negative, unless 2 * freeable is (SHR_STORE_CAPPED) or 3.1
 * left more than a signed long holds.
 */
int64_t shr_scan_store(const struct shr_generation *gen,
		       const struct shr_scan_input *in, const struct shr_plan *plan,
		       int64_t scanned, unsigned long_size);

#endif /* CORE_MODEL_SCAN_H */
