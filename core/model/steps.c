/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/model/steps.h"

#include "core/model/generation.h"
#include "core/model/width.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

/* What a formula is applied to. */
struct operands {
	int64_t value[SHR_OPERANDS];
};

enum { ALL_UNSIGNED = (1 << SHR_OPERANDS) - 1 };

/* Signed, unless the caller says otherwise of what is returned. */
static struct shr_formula *add(struct shr_steps *steps, enum shr_rule rule,
			       int64_t value, struct operands operands)
{
	assert(steps->count < SHR_STEPS_MAX);
	struct shr_formula *formula = &steps->formulas[steps->count++];

	*formula = (struct shr_formula){ .rule = rule, .value = value };
	memcpy(formula->operand, operands.value, sizeof(formula->operand));
	return formula;
}

static void add_cap(struct shr_steps *steps, enum shr_rule rule, int64_t before,
		    int64_t after, struct operands operands)
{
	add(steps, rule, after, operands)->effect =
		before == after ? SHR_EFFECT_ALLOWS : SHR_EFFECT_CHANGES;
}

static struct shr_formula *newest(struct shr_steps *steps)
{
	return &steps->formulas[steps->count - 1];
}

static void make_unsigned(struct shr_formula *formula)
{
	formula->unsigned_mask = ALL_UNSIGNED;
	formula->value_unsigned = true;
}

static int64_t min(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* 2 * freeable as that kernel's long has it. */
static int64_t twice(int64_t freeable, unsigned long_size, bool *wrapped)
{
	int64_t exact;

	*wrapped = __builtin_mul_overflow(freeable, 2, &exact);
	int64_t got = shr_to_long(2 * (uint64_t)freeable, long_size);

	*wrapped |= got != exact;
	return got;
}

static bool delta_by_lru(const struct shr_generation *gen,
			 const struct shr_scan_input *in,
			 const struct shr_scan_params *params, struct shr_steps *steps)
{
	unsigned size = params->long_size;
	bool is_unsigned = gen->plan == SHR_PLAN_UNSIGNED;
	int64_t freeable = shr_to_long((uint64_t)in->freeable, size);
	uint32_t pages = (uint32_t)(in->lru_pgs + 1);
	uint64_t four, product;

	if (is_unsigned)
		freeable = (int64_t)shr_to_ulong((uint64_t)freeable, size);
	if (!params->seeks || !pages)
		return false;
	bool wrapped = __builtin_mul_overflow(in->pgs_scanned, (uint64_t)4, &four) ||
		       four != shr_to_ulong(four, size) || pages != in->lru_pgs + 1 ||
		       in->lru_pgs == UINT64_MAX;
	uint64_t per = shr_to_ulong(four, size) / (uint64_t)params->seeks;

	wrapped |= is_unsigned
			   ? __builtin_mul_overflow(per, (uint64_t)freeable, &product)
			   : __builtin_mul_overflow(per, freeable, &product);
	struct shr_formula *formula =
		add(steps, SHR_RULE_DELTA_LRU, (int64_t)(product / pages),
		    (struct operands){ { (int64_t)in->pgs_scanned, params->seeks,
					 freeable, (int64_t)in->lru_pgs, (int64_t)per,
					 freeable, pages } });

	make_unsigned(formula);
	if (!is_unsigned) /* but for the two that are freeable */
		formula->unsigned_mask &= ~(1u << 2 | 1u << 5);
	formula->wrapped = wrapped;
	return true;
}

static void delta_least(int64_t freeable, int64_t batch, struct shr_steps *steps)
{
	uint64_t delta = (uint64_t)newest(steps)->value;
	int64_t least = min(freeable, batch);
	uint64_t after = delta > (uint64_t)least ? delta : (uint64_t)least;

	add_cap(steps, SHR_RULE_DELTA_LEAST, (int64_t)delta, (int64_t)after,
		(struct operands){
			{ (int64_t)delta, freeable, batch, (int64_t)delta, least } });
	struct shr_formula *formula = newest(steps);

	formula->unsigned_mask = 1u << 0 | 1u << 3;
	formula->value_unsigned = true;
	formula->wrapped = least < 0;
}

static bool delta_by_priority(const struct shr_generation *gen,
			      const struct shr_scan_input *in,
			      const struct shr_scan_params *params,
			      struct shr_steps *steps)
{
	unsigned size = params->long_size;
	int64_t freeable = shr_to_long((uint64_t)in->freeable, size);
	int64_t share = shr_shift(freeable, in->priority, size);
	uint32_t seeks = (uint32_t)params->seeks;
	uint64_t four;
	bool wrapped = __builtin_mul_overflow(share, (int64_t)4, &four);

	if (seeks) {
		add(steps, SHR_RULE_DELTA_PRIORITY, (int64_t)(four / seeks),
		    (struct operands){
			    { freeable, in->priority, seeks, share, seeks } });
		newest(steps)->wrapped = wrapped;
	} else if (gen->delta == SHR_DELTA_PRIORITY_HALF) {
		add(steps, SHR_RULE_DELTA_HALF, freeable / 2,
		    (struct operands){ { freeable } });
		newest(steps)->wrapped = freeable / 2 < 0;
	} else {
		return false;
	}
	newest(steps)->value_unsigned = true;
	if (gen->min_scan && params->batch)
		delta_least(freeable, shr_to_long((uint64_t)params->batch, size),
			    steps);
	return true;
}

bool shr_steps_delta(const struct shr_generation *gen, const struct shr_scan_input *in,
		     const struct shr_scan_params *params, struct shr_steps *steps)
{
	if (gen->delta == SHR_DELTA_LRU)
		return delta_by_lru(gen, in, params, steps);
	return delta_by_priority(gen, in, params, steps);
}

/* deferred + delta, in a long. */
static int64_t sum_of(int64_t deferred, uint64_t delta, unsigned long_size,
		      bool *wrapped)
{
	int64_t exact;

	*wrapped = __builtin_add_overflow(deferred, delta, &exact);
	int64_t got = shr_to_long((uint64_t)deferred + delta, long_size);

	*wrapped |= got != exact;
	return got;
}

/* @rule: that no more is planned, or stored, than twice of what there is. */
static void cap_twice(enum shr_rule rule, int64_t freeable, unsigned long_size,
		      struct shr_steps *steps)
{
	int64_t before = newest(steps)->value;
	bool wrapped;
	int64_t limit = twice(freeable, long_size, &wrapped);

	add_cap(steps, rule, before, min(before, limit),
		(struct operands){ { before, freeable, before, limit } });
	newest(steps)->wrapped = wrapped;
}

static void plan_half(int64_t freeable, uint64_t delta, struct shr_steps *steps)
{
	int64_t before = newest(steps)->value, half = freeable / 2;
	bool holds = delta < (uint64_t)(freeable / 4);

	add_cap(steps, SHR_RULE_PLAN_HALF, before, holds ? min(before, half) : before,
		(struct operands){ { before, freeable, before, half, (int64_t)delta,
				     freeable, (int64_t)delta, freeable / 4 } });
	struct shr_formula *formula = newest(steps);

	formula->unsigned_mask = 1u << 4 | 1u << 6;
	formula->wrapped = freeable / 4 < 0;
	if (!holds)
		formula->effect = SHR_EFFECT_SKIPPED;
}

static void plan_signed(int64_t deferred, int64_t freeable, uint64_t delta,
			unsigned long_size, struct shr_steps *steps)
{
	bool wrapped;
	int64_t total = sum_of(deferred, delta, long_size, &wrapped);
	struct shr_formula *formula =
		add(steps, SHR_RULE_PLAN_SUM, total,
		    (struct operands){ { deferred, (int64_t)delta } });

	formula->unsigned_mask = 1u << 1;
	formula->wrapped = wrapped;
	formula =
		add(steps, SHR_RULE_PLAN_NEGATIVE, total < 0 ? freeable : total,
		    (struct operands){ { freeable, deferred, (int64_t)delta, total } });
	formula->unsigned_mask = 1u << 2;
	formula->wrapped = wrapped;
	formula->effect = total < 0 ? SHR_EFFECT_CHANGES : SHR_EFFECT_SKIPPED;
	plan_half(freeable, delta, steps);
	cap_twice(SHR_RULE_PLAN_TWICE, freeable, long_size, steps);
}

static void plan_unsigned(int64_t deferred, int64_t freeable, uint64_t delta,
			  unsigned long_size, struct shr_steps *steps)
{
	uint64_t from = shr_to_ulong((uint64_t)deferred, long_size);
	uint64_t count = shr_to_ulong((uint64_t)freeable, long_size);
	uint64_t total = shr_to_ulong(from + delta, long_size);
	uint64_t limit = shr_to_ulong(2 * count, long_size);
	uint64_t exact, half = count / 2, before = total;
	bool wrapped = __builtin_add_overflow(from, delta, &exact) || exact != total;
	struct operands operands = { { (int64_t)from, (int64_t)delta } };

	add(steps, SHR_RULE_PLAN_SUM, (int64_t)total, operands)->wrapped = wrapped;
	make_unsigned(newest(steps));
	bool holds = delta < count / 4;

	if (holds && total > half)
		total = half;
	operands =
		(struct operands){ { (int64_t)before, (int64_t)count, (int64_t)before,
				     (int64_t)half, (int64_t)delta, (int64_t)count,
				     (int64_t)delta, (int64_t)(count / 4) } };
	add_cap(steps, SHR_RULE_PLAN_HALF, (int64_t)before, (int64_t)total, operands);
	make_unsigned(newest(steps));
	if (!holds)
		newest(steps)->effect = SHR_EFFECT_SKIPPED;
	before = total;
	total = total > limit ? limit : total;
	operands = (struct operands){ { (int64_t)before, (int64_t)count,
					(int64_t)before, (int64_t)limit } };
	add_cap(steps, SHR_RULE_PLAN_TWICE, (int64_t)before, (int64_t)total, operands);
	make_unsigned(newest(steps));
	newest(steps)->wrapped =
		__builtin_mul_overflow(count, (uint64_t)2, &exact) || exact != limit;
}

static void plan_proportional(int64_t deferred, int64_t freeable, uint64_t delta,
			      const struct shr_scan_input *in, unsigned long_size,
			      struct shr_steps *steps)
{
	int64_t share = shr_shift(deferred, in->priority, long_size);
	bool wrapped;
	int64_t planned = sum_of(share, delta, long_size, &wrapped);
	struct shr_formula *formula =
		add(steps, SHR_RULE_PLAN_SHARE, planned,
		    (struct operands){ { deferred, in->priority, (int64_t)delta, share,
					 (int64_t)delta } });

	formula->unsigned_mask = 1u << 2 | 1u << 4;
	formula->wrapped = wrapped;
	cap_twice(SHR_RULE_PLAN_TWICE, freeable, long_size, steps);
}

void shr_steps_plan(const struct shr_generation *gen, const struct shr_scan_input *in,
		    uint64_t delta, unsigned long_size, struct shr_steps *steps)
{
	int64_t deferred = shr_to_long((uint64_t)in->deferred, long_size);
	int64_t freeable = shr_to_long((uint64_t)in->freeable, long_size);

	switch (gen->plan) {
	case SHR_PLAN_SIGNED:
		plan_signed(deferred, freeable, delta, long_size, steps);
		break;
	case SHR_PLAN_UNSIGNED:
		plan_unsigned(deferred, freeable, delta, long_size, steps);
		break;
	case SHR_PLAN_PROPORTIONAL:
		plan_proportional(deferred, freeable, delta, in, long_size, steps);
		break;
	}
}

/* Whole batches; returns what they leave. */
static int64_t loop_whole(const struct shr_generation *gen, int64_t planned,
			  int64_t batch, struct shr_steps *steps)
{
	struct operands operands = { { planned, batch } };

	if (gen->plan == SHR_PLAN_UNSIGNED) {
		uint64_t all = (uint64_t)planned, each = (uint64_t)batch;

		add(steps, SHR_RULE_LOOP_BATCHES, (int64_t)(all / each), operands);
		make_unsigned(newest(steps));
		add(steps, SHR_RULE_LOOP_REST, (int64_t)(all % each), operands);
		make_unsigned(newest(steps));
	} else if (planned < 0) {
		add(steps, SHR_RULE_LOOP_NEGATIVE, planned, operands);
	} else {
		add(steps, SHR_RULE_LOOP_BATCHES, planned / batch, operands);
		add(steps, SHR_RULE_LOOP_REST, planned % batch, operands);
	}
	return newest(steps)->value;
}

void shr_steps_loop(const struct shr_generation *gen, int64_t planned, int64_t freeable,
		    int64_t batch, struct shr_steps *steps)
{
	assert(batch > 0);
	int64_t left = loop_whole(gen, planned, batch, steps);

	if (gen->loop != SHR_LOOP_WHOLE) {
		bool holds = left >= freeable;

		add(steps, SHR_RULE_LOOP_TAIL, holds ? 0 : left,
		    (struct operands){ { left, freeable } })
			->effect = holds ? SHR_EFFECT_CHANGES : SHR_EFFECT_SKIPPED;
		left = newest(steps)->value;
	}
	int64_t scanned = (int64_t)((uint64_t)planned - (uint64_t)left);

	add(steps, SHR_RULE_LOOP_SCANNED, scanned,
	    (struct operands){ { planned, left } });
	if (gen->plan == SHR_PLAN_UNSIGNED)
		make_unsigned(newest(steps));
}

static void store_floor(struct shr_steps *steps)
{
	int64_t before = newest(steps)->value;

	add_cap(steps, SHR_RULE_STORE_FLOOR, before, before > 0 ? before : 0,
		(struct operands){ { before } });
}

/* What the stores start from, less what was scanned. */
static void store_rest(const struct shr_generation *gen,
		       const struct shr_scan_input *in, uint64_t delta, int64_t scanned,
		       unsigned long_size, struct shr_steps *steps)
{
	int64_t deferred = shr_to_long((uint64_t)in->deferred, long_size);
	struct shr_plan plan = shr_scan_plan(gen, in, delta, long_size);
	int64_t total = gen->store == SHR_STORE_LEFT ? plan.planned : plan.total;
	int64_t exact, kept;
	enum shr_rule rule = SHR_RULE_STORE_SUM;
	struct operands operands = { { deferred, (int64_t)delta, scanned } };
	bool wrapped = false;

	if (gen->store == SHR_STORE_LEFT) {
		rule = SHR_RULE_STORE_LEFT;
		operands = (struct operands){ { total, scanned } };
	} else if (plan.caps & SHR_CAP_NEGATIVE) {
		rule = SHR_RULE_STORE_DEFERRED;
		operands = (struct operands){ { total, scanned } };
	} else {
		sum_of(deferred, delta, long_size, &wrapped);
	}
	wrapped |= __builtin_sub_overflow(total, scanned, &exact);
	kept = shr_to_long((uint64_t)total - (uint64_t)scanned, long_size);
	/* Compared before they are subtracted: what cannot be is not below 0 but 0. */
	if (gen->store == SHR_STORE_UNCAPPED && total < scanned && kept > 0)
		kept = 0;
	struct shr_formula *formula = add(steps, rule, kept, operands);

	formula->wrapped = wrapped || kept != exact;
	if (rule == SHR_RULE_STORE_SUM)
		formula->unsigned_mask = 1u << 1;
}

/* 3.1: nothing is negative, and nothing caps what is left. */
static void store_unsigned(const struct shr_generation *gen,
			   const struct shr_scan_input *in, uint64_t delta,
			   int64_t scanned, unsigned long_size, struct shr_steps *steps)
{
	struct shr_plan plan = shr_scan_plan(gen, in, delta, long_size);
	uint64_t planned = shr_to_ulong((uint64_t)plan.planned, long_size);
	uint64_t less = shr_to_ulong((uint64_t)scanned, long_size);

	add(steps, SHR_RULE_STORE_LEFT,
	    (int64_t)shr_to_ulong(planned - less, long_size),
	    (struct operands){ { (int64_t)planned, (int64_t)less } })
		->wrapped = planned < less;
	make_unsigned(newest(steps));
}

void shr_steps_store(const struct shr_generation *gen, const struct shr_scan_input *in,
		     uint64_t delta, int64_t scanned, unsigned long_size,
		     struct shr_steps *steps)
{
	if (gen->plan == SHR_PLAN_UNSIGNED) {
		store_unsigned(gen, in, delta, scanned, long_size, steps);
		return;
	}
	store_rest(gen, in, delta, scanned, long_size, steps);
	store_floor(steps);
	if (gen->store == SHR_STORE_CAPPED)
		cap_twice(SHR_RULE_STORE_TWICE,
			  shr_to_long((uint64_t)in->freeable, long_size), long_size,
			  steps);
}
