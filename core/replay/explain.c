/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/explain.h"

#include "core/model/generation.h"
#include "core/replay/instance.h"
#include "core/replay/predict.h"

#include <stddef.h>

static int64_t batch_of(const struct shr_rules *rules, const struct shr_call *call)
{
	const struct shr_param *batch = &call->instance->batch;

	if (rules->gen->fixed_batch)
		return SHR_DEFAULT_BATCH;
	return batch->from ? batch->value : 0;
}

/* Whether @seeks gives the delta that was predicted; its formulas are in @why then. */
static bool try_seeks(const struct shr_rules *rules, const struct shr_call *call,
		      int64_t seeks, struct shr_explanation *why)
{
	struct shr_scan_input in = shr_predict_input(call);
	struct shr_scan_params params = { why->batch, (int32_t)seeks,
					  rules->long_size };

	why->delta.count = 0;
	if (!shr_steps_delta(rules->gen, &in, &params, &why->delta))
		return false;
	const struct shr_formula *last = &why->delta.formulas[why->delta.count - 1];

	why->seeks = (int32_t)seeks;
	return (uint64_t)last->value == why->used_delta;
}

static void explain_delta(const struct shr_rules *rules, const struct shr_call *call,
			  struct shr_explanation *why)
{
	const struct shr_param *seeks = &call->instance->seeks;

	why->delta_recorded = !shr_amounts_has(&call->predicted, SHR_DELTA);
	why->used_delta = why->delta_recorded
				  ? call->start.delta
				  : (uint64_t)call->predicted.value[SHR_DELTA];
	if (!why->delta_recorded) {
		if (seeks->from && try_seeks(rules, call, seeks->value, why))
			return;
		for (uint32_t i = 0; i < seeks->fit.count; i++)
			if (try_seeks(rules, call, seeks->fit.values[i], why))
				return;
	}
	why->delta.count = 0;
}

static void explain_loop(const struct shr_rules *rules, const struct shr_call *call,
			 struct shr_explanation *why)
{
	int64_t left = call->observed.value[SHR_LEFT];
	int64_t scanned = call->observed.value[SHR_SCANNED];

	/* A loop that asks for nothing meets no refusal. */
	why->refused = call->foreseen_refusal && (call->batches || !why->batch);
	if (!why->batch || !shr_amounts_has(&call->predicted, SHR_PLANNED))
		return;
	if (!why->refused)
		shr_steps_loop(rules->gen, call->predicted.value[SHR_PLANNED],
			       call->start.freeable, why->batch, &why->loop);
	if (!shr_amounts_has(&call->observed, SHR_LEFT) ||
	    !shr_amounts_has(&call->observed, SHR_SCANNED))
		return;
	why->full = scanned > 0 ? (uint64_t)scanned / (uint64_t)why->batch : 0;
	why->next = shr_scan_next(rules->gen, left, call->start.freeable, why->batch);
}

static void explain_store(const struct shr_rules *rules, const struct shr_call *call,
			  struct shr_explanation *why)
{
	struct shr_scan_input in = shr_predict_input(call);
	struct shr_plan plan =
		shr_scan_plan(rules->gen, &in, why->used_delta, rules->long_size);
	int64_t scanned = call->observed.value[SHR_SCANNED], kept;

	if (!call->store_known)
		return;
	shr_steps_store(rules->gen, &in, why->used_delta, scanned, rules->long_size,
			&why->store);
	why->store_known =
		shr_amounts_has(&call->observed, SHR_NEW_DEFERRED) &&
		!__builtin_sub_overflow(call->observed.value[SHR_NEW_DEFERRED],
					call->store, &why->before);
	if (!__builtin_sub_overflow(plan.total, scanned, &kept) && kept > call->store &&
	    call->store >= 0)
		why->written_off = kept - call->store;
}

void shr_explain(const struct shr_rules *rules, const struct shr_call *call,
		 struct shr_explanation *why)
{
	const unsigned inputs = SHR_HAS_DEFERRED | SHR_HAS_FREEABLE | SHR_HAS_DELTA;
	struct shr_scan_input in = shr_predict_input(call);

	*why = (struct shr_explanation){ .batch = batch_of(rules, call) };
	if ((call->has & inputs) != inputs)
		return;
	explain_delta(rules, call, why);
	shr_steps_plan(rules->gen, &in, why->used_delta, rules->long_size, &why->plan);
	explain_loop(rules, call, why);
	explain_store(rules, call, why);
}

/* delta is unsigned: the two of it are compared as such. */
bool shr_call_difference(const struct shr_call *call, enum shr_amount amount,
			 int64_t *difference)
{
	int64_t seen = call->observed.value[amount];
	int64_t said = call->predicted.value[amount];

	if (!shr_amounts_has(&call->observed, amount) ||
	    !shr_amounts_has(&call->predicted, amount))
		return false;
	if (amount == SHR_DELTA)
		return !__builtin_sub_overflow((uint64_t)seen, (uint64_t)said,
					       difference);
	return !__builtin_sub_overflow(seen, said, difference);
}
