/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/predict.h"

#include "core/replay/instance.h"

/* Beyond these no shrinker in any tree goes (4.1 of the table: 16384 and 8 * disks). */
enum { BATCH_MAX = 1 << 16, SEEKS_MAX = 1 << 12, AGREE_MAX = 64, FEW_MAX = 4 };

struct shr_scan_input shr_predict_input(const struct shr_call *call)
{
	return (struct shr_scan_input){
		.deferred = call->start.deferred,
		.freeable = call->start.freeable,
		.pgs_scanned = call->start.pgs_scanned,
		.lru_pgs = call->start.lru_pgs,
		.priority = call->start.priority,
	};
}

static void set(struct shr_amounts *amounts, enum shr_amount amount, int64_t value)
{
	amounts->value[amount] = value;
	amounts->known |= 1u << amount;
}

static void set_if(struct shr_amounts *amounts, enum shr_amount amount, int64_t value,
		   bool known)
{
	if (known)
		set(amounts, amount, value);
}

static void compare(struct shr_call *call, enum shr_amount amount)
{
	if (shr_amounts_has(&call->predicted, amount) &&
	    shr_amounts_has(&call->observed, amount) &&
	    call->predicted.value[amount] != call->observed.value[amount])
		call->differ |= 1u << amount;
}

/* What the loop left, by the meaning the end event has under @rules. */
static bool left_of(const struct shr_rules *rules, const struct shr_call *call,
		    int64_t *left)
{
	bool total = call->end_has & SHR_HAS_TOTAL_SCAN;

	switch (rules->end) {
	case SHR_END_LEFT:
	case SHR_END_OLD_AT_END: /* new - old, where old is what it was added to */
		*left = call->end.total_scan;
		return total;
	case SHR_END_DIFFERENCE:
		/* The counter began at 0: what it has is what was left, if nobody
		 * else added.  Nothing is added of a negative total. */
		*left = call->start.total_scan < 0 ? call->start.total_scan
						   : call->end.new_scan;
		return call->end_has & SHR_HAS_NEW_SCAN;
	}
	return false;
}

void shr_observe(const struct shr_rules *rules, struct shr_call *call)
{
	struct shr_amounts *seen = &call->observed;
	int64_t left;

	seen->known = 0;
	set_if(seen, SHR_DEFERRED, call->start.deferred, call->has & SHR_HAS_DEFERRED);
	set_if(seen, SHR_FREEABLE, call->start.freeable, call->has & SHR_HAS_FREEABLE);
	set_if(seen, SHR_DELTA, (int64_t)call->start.delta, call->has & SHR_HAS_DELTA);
	set_if(seen, SHR_PLANNED, call->start.total_scan,
	       call->has & SHR_HAS_TOTAL_SCAN);
	if (left_of(rules, call, &left)) {
		set(seen, SHR_LEFT, left);
		set_if(seen, SHR_SCANNED,
		       (int64_t)((uint64_t)call->start.total_scan - (uint64_t)left),
		       call->has & SHR_HAS_TOTAL_SCAN);
	}
	set_if(seen, SHR_FREED, call->end.retval,
	       (call->end_has & SHR_HAS_RETVAL) &&
		       rules->gen->retval == SHR_RETVAL_FREED);
	set_if(seen, SHR_NEW_DEFERRED, call->end.new_scan,
	       call->end_has & SHR_HAS_NEW_SCAN);
}

/* A call, and what to compare it with: the context of the candidates' tests. */
struct trial {
	const struct shr_rules *rules;
	const struct shr_call *call;
	int64_t batch; /* for delta: min-scan looks at it */
};

static bool raw_delta(const struct trial *trial, int64_t seeks, uint64_t *delta)
{
	struct shr_scan_input in = shr_predict_input(trial->call);
	struct shr_scan_params params = { trial->batch, (int32_t)seeks,
					  trial->rules->long_size };

	return shr_scan_delta(trial->rules->gen, &in, &params, delta);
}

/* The minimum of 4.19.0 and 4.20 is the batch or freeable: one of them is not known. */
static bool may_be_raised(const struct trial *trial, uint64_t delta)
{
	int64_t freeable = trial->call->start.freeable;

	return trial->rules->gen->min_scan && !trial->batch && freeable > 0 &&
	       delta < (uint64_t)freeable;
}

static bool delta_of(const struct trial *trial, int64_t seeks, uint64_t *delta)
{
	return raw_delta(trial, seeks, delta) && !may_be_raised(trial, *delta);
}

static bool delta_fits(int64_t seeks, const void *context)
{
	const struct trial *trial = context;
	uint64_t delta, recorded = trial->call->start.delta;

	if (!raw_delta(trial, seeks, &delta))
		return false;
	if (delta >= recorded || !may_be_raised(trial, delta))
		return delta == recorded;
	return recorded <= (uint64_t)trial->call->start.freeable;
}

/* The loop ran to its end, in batches of this size. */
static bool batch_completes(int64_t batch, const void *context)
{
	const struct trial *trial = context;
	const struct shr_call *call = trial->call;

	return shr_scan_loop(trial->rules->gen, call->start.total_scan,
			     call->start.freeable, batch)
		       .left == call->observed.value[SHR_LEFT];
}

/*
 * Some batches of this size were scanned, and the loop would have gone on.  A callback
 * that never answers SHRINK_STOP cannot have done that.
 */
static bool batch_stops(const struct shr_rules *rules, const struct shr_call *call,
			int64_t batch, int64_t left)
{
	int64_t scanned = (int64_t)((uint64_t)call->start.total_scan - (uint64_t)left);

	if (call->instance->refusal == SHR_REFUSES_NEVER)
		return false;
	return scanned >= 0 && left >= 0 && scanned % batch == 0 &&
	       shr_scan_next(rules->gen, left, call->start.freeable, batch) > 0;
}

static int64_t batch_of(const struct shr_rules *rules, const struct shr_call *call)
{
	const struct shr_param *batch = &call->instance->batch;

	if (rules->gen->fixed_batch)
		return SHR_DEFAULT_BATCH;
	return batch->from ? batch->value : 0;
}

/* Whether the model knows that the callback answers SHRINK_STOP at once. */
static bool foresees_refusal(const struct shr_call *call)
{
	const unsigned kernel = SHR_MAY_IO | SHR_MAY_FS | SHR_MAY_DIRECT_RECLAIM |
				SHR_MAY_KSWAPD_RECLAIM;
	unsigned may = call->start.may;

	switch (call->instance->refusal) {
	case SHR_REFUSES_ALWAYS:
		return true;
	case SHR_REFUSES_WITHOUT_FS:
		return (call->has & SHR_HAS_MAY) && !(may & SHR_MAY_FS);
	case SHR_REFUSES_WITHOUT_KERNEL:
		if (!(call->has & SHR_HAS_MAY))
			return false;
		if ((may & (SHR_MAY_IO | SHR_MAY_FS)) != (SHR_MAY_IO | SHR_MAY_FS))
			return true;
		return (may & SHR_MAY_RECLAIM_KNOWN) && (may & kernel) != kernel;
	case SHR_REFUSES_NEVER:
	case SHR_REFUSES_MAYBE:
		return false;
	}
	return false;
}

/* The delta all candidates agree on.  False: they do not, or there are too many. */
static bool agreed_delta(const struct trial *trial, uint64_t *delta)
{
	const struct shr_candidates *fit = &trial->call->instance->seeks.fit;

	if (!fit->count || fit->count > AGREE_MAX)
		return false;
	for (uint32_t i = 0; i < fit->count; i++) {
		uint64_t one;

		if (!delta_of(trial, fit->values[i], &one) || (i && one != *delta))
			return false;
		*delta = one;
	}
	return true;
}

static bool any_fits(const struct shr_candidates *set, shr_fits *fits,
		     const struct trial *trial)
{
	for (uint32_t i = 0; i < set->count; i++)
		if (fits(set->values[i], trial))
			return true;
	return false;
}

/*
 * Let the call narrow what is not known, or testify against what is.  Values that
 * make no difference (no new work) say nothing.
 */
static bool narrow_seeks(const struct trial *trial)
{
	struct shr_param *seeks = &trial->call->instance->seeks;

	/* Several shrinkers in one: their seeks differ. */
	if (trial->call->instance->anonymous)
		return !seeks->fit.count || any_fits(&seeks->fit, delta_fits, trial);
	if (!seeks->fit.count && !shr_candidates_range(&seeks->fit, 0, SEEKS_MAX))
		return true;
	bool fitted = shr_candidates_filter(&seeks->fit, delta_fits, trial);

	if (!seeks->from && seeks->fit.count == 1) {
		seeks->from = SHR_FROM_VALUES;
		seeks->value = seeks->fit.values[0];
	}
	return fitted;
}

/* The same as delta_fits(), for a delta that is known already. */
static bool known_fits(const struct trial *trial, int64_t seeks, bool known,
		       uint64_t delta)
{
	if (known && !trial->rules->gen->min_scan)
		return delta == trial->call->start.delta;
	return delta_fits(seeks, trial);
}

/*
 * Where the table leaves a few values (0 and 2 for superblocks), the start event's own
 * delta chooses among them: it must be one of theirs.  Where nothing is known, any
 * delta has some seeks that gives it, and the first says nothing.
 */
static void predict_delta(const struct trial *trial, struct shr_call *call)
{
	struct shr_param *seeks = &call->instance->seeks;
	bool few = seeks->fit.count && seeks->fit.count <= FEW_MAX;
	enum shr_from from = seeks->from;
	uint64_t delta = 0;
	bool known = from ? delta_of(trial, seeks->value, &delta)
			  : agreed_delta(trial, &delta);

	/* Candidates are narrowed only after they have predicted. */
	bool fits = from ? known_fits(trial, seeks->value, known, delta)
			 : narrow_seeks(trial);

	if (!known && !from && few && fits)
		delta = call->start.delta;
	if (known || (!from && few && fits))
		set(&call->predicted, SHR_DELTA, (int64_t)delta);
	if (fits)
		return;
	call->differ |= 1u << SHR_DELTA;
	if (from)
		seeks->contradicted++;
	if (from && from != SHR_FROM_VALUES)
		narrow_seeks(trial);
}

/*
 * What a call says of an unknown batch.  Only for calls that scanned: where nothing
 * was, a refusal and a large batch look alike.
 */
static bool narrow_batch(const struct trial *trial)
{
	struct shr_param *batch = &trial->call->instance->batch;

	if (!batch->fit.count && !shr_candidates_range(&batch->fit, 1, BATCH_MAX))
		return true;
	bool fitted = shr_candidates_filter(&batch->fit, batch_completes, trial);

	if (!batch->from && batch->fit.count == 1) {
		batch->from = SHR_FROM_VALUES;
		batch->value = batch->fit.values[0];
	}
	return fitted;
}

/* What the loop leaves of @planned if all candidates agree. */
static bool agreed_loop(const struct trial *trial, int64_t planned,
			struct shr_loop *loop)
{
	const struct shr_call *call = trial->call;
	const struct shr_candidates *fit = &call->instance->batch.fit;

	if (!fit->count || fit->count > AGREE_MAX)
		return false;
	for (uint32_t i = 0; i < fit->count; i++) {
		struct shr_loop one =
			shr_scan_loop(trial->rules->gen, planned, call->start.freeable,
				      fit->values[i]);

		if (i && one.left != loop->left)
			return false;
		*loop = one;
	}
	return true;
}

static bool predict_loop(const struct trial *trial, struct shr_call *call,
			 int64_t planned)
{
	struct shr_loop loop = { .left = planned };
	bool known = true;

	if (trial->batch)
		loop = shr_scan_loop(trial->rules->gen, planned, call->start.freeable,
				     trial->batch);
	else
		known = agreed_loop(trial, planned, &loop);
	call->batches = loop.batches;
	call->foreseen_refusal = foresees_refusal(call);
	if (call->foreseen_refusal)
		loop = (struct shr_loop){ .left = planned };
	else if (!known)
		return false;
	set(&call->predicted, SHR_LEFT, loop.left);
	set(&call->predicted, SHR_SCANNED, loop.scanned);
	return true;
}

/* Whether any batch the call can have had stops where it did. */
static bool can_stop(const struct trial *trial)
{
	const struct shr_call *call = trial->call;
	const struct shr_candidates *fit = &call->instance->batch.fit;
	int64_t left = call->observed.value[SHR_LEFT];

	if (trial->batch)
		return batch_stops(trial->rules, call, trial->batch, left);
	for (uint32_t i = 0; i < fit->count; i++)
		if (batch_stops(trial->rules, call, fit->values[i], left))
			return true;
	/* Without a batch the tail rule alone is certain. */
	return !fit->count && call->observed.value[SHR_SCANNED] == 0 &&
	       batch_stops(trial->rules, call, BATCH_MAX, left);
}

/*
 * Whether the loop may have run to its end, with any batch the call can have had.  If
 * one that is not known divides what was scanned, all of it as one batch does, too.
 */
static bool may_complete(const struct trial *trial)
{
	const struct shr_candidates *fit = &trial->call->instance->batch.fit;
	int64_t scanned = trial->call->observed.value[SHR_SCANNED];

	if (fit->count)
		return any_fits(fit, batch_completes, trial);
	return batch_completes(scanned > 0 ? scanned : BATCH_MAX, trial);
}

/* Whether nr_scanned may be the callback's: the kernel looks at it from 4.14 on. */
static bool may_count(const struct trial *trial)
{
	return trial->call->instance->may_count &&
	       trial->rules->gen->loop == SHR_LOOP_FEEDBACK;
}

static bool completes(const struct trial *trial, bool known)
{
	const struct shr_call *call = trial->call;
	bool equal = known &&
		     call->predicted.value[SHR_LEFT] == call->observed.value[SHR_LEFT];

	if (call->foreseen_refusal)
		return equal;
	if (!trial->batch && call->observed.value[SHR_SCANNED] > 0 &&
	    !call->instance->anonymous)
		return narrow_batch(trial);
	return known ? equal : may_complete(trial);
}

static enum shr_scan_fault judge_loop(const struct trial *trial, bool known)
{
	const struct shr_call *call = trial->call;
	struct shr_param *batch = &call->instance->batch;

	if (completes(trial, known))
		return SHR_SCAN_AS_PREDICTED;
	if (can_stop(trial))
		return SHR_SCAN_STOPPED;
	/* What speaks against a source that should know; a refusal does not. */
	if (batch->from && batch->from != SHR_FROM_VALUES && !call->foreseen_refusal)
		narrow_batch(trial);
	if (may_count(trial))
		return SHR_SCAN_OWN_COUNT;
	if (batch->from)
		batch->contradicted++;
	return SHR_SCAN_WRONG;
}

static void predict_store(const struct shr_rules *rules, struct shr_call *call,
			  const struct shr_scan_input *in, const struct shr_plan *plan)
{
	call->store_known = shr_amounts_has(&call->observed, SHR_SCANNED);
	if (!call->store_known)
		return;
	call->store =
		shr_scan_store(rules->gen, in, plan, call->observed.value[SHR_SCANNED],
			       rules->long_size);
	set(&call->predicted, SHR_NEW_DEFERRED, call->store);
	compare(call, SHR_NEW_DEFERRED);
}

/*
 * From 3.2 to 3.15 what was left is told only by what the counter held at the end, to
 * which calls meanwhile may have added.  Where the loop cannot have left all of that it
 * left what it had to; whether others account for the rest the ledger sees.  Where the
 * batch is not known that says nothing, neither of what was left nor of the batch.
 */
static void tell_own_left(const struct trial *trial, struct shr_call *call, bool known)
{
	const struct shr_amounts *ours = &call->predicted;

	if (trial->rules->end != SHR_END_DIFFERENCE || call->alone)
		return;
	if (!known) {
		call->observed.known &= ~(1u << SHR_LEFT | 1u << SHR_SCANNED);
		return;
	}
	if (call->observed.value[SHR_LEFT] <= ours->value[SHR_LEFT] || can_stop(trial))
		return;
	set(&call->observed, SHR_LEFT, ours->value[SHR_LEFT]);
	set(&call->observed, SHR_SCANNED, ours->value[SHR_SCANNED]);
}

enum shr_scan_fault shr_predict(const struct shr_rules *rules, struct shr_call *call)
{
	struct trial trial = { rules, call, batch_of(rules, call) };
	const unsigned inputs = SHR_HAS_DEFERRED | SHR_HAS_FREEABLE | SHR_HAS_DELTA;
	enum shr_scan_fault fault = SHR_SCAN_AS_PREDICTED;

	call->predicted.known = 0;
	call->differ = 0;
	call->store_known = false;
	call->foreseen_refusal = false;
	call->batches = 0;
	if ((call->has & inputs) != inputs)
		return fault;
	predict_delta(&trial, call);
	uint64_t delta = shr_amounts_has(&call->predicted, SHR_DELTA)
				 ? (uint64_t)call->predicted.value[SHR_DELTA]
				 : call->start.delta;
	struct shr_scan_input in = shr_predict_input(call);
	struct shr_plan plan = shr_scan_plan(rules->gen, &in, delta, rules->long_size);

	set(&call->predicted, SHR_PLANNED, plan.planned);
	compare(call, SHR_PLANNED);
	bool known = predict_loop(&trial, call, plan.planned);

	if (shr_amounts_has(&call->observed, SHR_LEFT))
		tell_own_left(&trial, call, known);
	if (shr_amounts_has(&call->observed, SHR_LEFT) &&
	    !(call->differ & 1u << SHR_PLANNED))
		fault = judge_loop(&trial, known);
	compare(call, SHR_LEFT);
	compare(call, SHR_SCANNED);
	predict_store(rules, call, &in, &plan);
	return fault;
}

/* On which kernels the two events may disagree about the node. */
static bool nid_contradicts(const struct shr_rules *rules, const struct shr_call *call)
{
	enum shr_generation_id id = rules->gen->id;
	bool real_and_slot = id >= SHR_GEN_4_19_0 && id <= SHR_GEN_5_0;
	const struct shr_aware *numa = &call->instance->numa;

	if (!(call->has & call->end_has & SHR_HAS_NID))
		return false;
	if (call->nid != call->end_nid)
		return !real_and_slot || call->end_nid != 0;
	return real_and_slot && call->nid != 0 && numa->from && !numa->value;
}

static bool seeks_contradict(const struct trial *trial)
{
	const struct shr_param *seeks = &trial->call->instance->seeks;

	if (seeks->from && seeks->from != SHR_FROM_VALUES)
		return !delta_fits(seeks->value, trial);
	return seeks->fit.count && !any_fits(&seeks->fit, delta_fits, trial);
}

/* unused_scan says what was taken at the start from 3.2 on, and not before. */
static bool unused_contradicts(const struct shr_rules *rules,
			       const struct shr_call *call, bool alone)
{
	if (!(call->has & call->end_has & SHR_HAS_DEFERRED))
		return false;
	if (rules->end == SHR_END_OLD_AT_END)
		return alone && call->start.deferred && call->end.deferred;
	return call->start.deferred != call->end.deferred;
}

static bool end_contradicts(const struct trial *trial, bool alone)
{
	const struct shr_rules *rules = trial->rules;
	const struct shr_call *call = trial->call;
	struct shr_scan_input in = shr_predict_input(call);
	struct shr_plan plan =
		shr_scan_plan(rules->gen, &in, call->start.delta, rules->long_size);
	int64_t left;

	if (!left_of(rules, call, &left) || !(call->end_has & SHR_HAS_NEW_SCAN))
		return false;
	struct shr_loop loop =
		trial->batch ? shr_scan_loop(rules->gen, plan.planned,
					     call->start.freeable, trial->batch)
			     : (struct shr_loop){ .left = left };
	bool loop_fits = loop.left == left || may_count(trial) ||
			 batch_stops(rules, call, trial->batch, left);

	if (rules->end == SHR_END_DIFFERENCE)
		return alone && !loop_fits;
	int64_t scanned = (int64_t)((uint64_t)call->start.total_scan - (uint64_t)left);
	int64_t stored =
		shr_scan_store(rules->gen, &in, &plan, scanned, rules->long_size);

	return !loop_fits || call->end.new_scan < stored ||
	       (alone && call->end.new_scan > stored &&
		rules->end != SHR_END_OLD_AT_END);
}

bool shr_contradicts(const struct shr_rules *rules, const struct shr_call *call,
		     bool alone)
{
	struct trial trial = { rules, call, batch_of(rules, call) };
	struct shr_scan_input in = shr_predict_input(call);
	const unsigned inputs = SHR_HAS_DEFERRED | SHR_HAS_FREEABLE | SHR_HAS_DELTA |
				SHR_HAS_TOTAL_SCAN;

	unsigned exists = call->instance->generations;

	if (exists && !(exists >> rules->gen->id & 1))
		return true;
	if ((call->has & inputs) != inputs)
		return false;
	if (seeks_contradict(&trial))
		return true;
	if (shr_scan_plan(rules->gen, &in, call->start.delta, rules->long_size)
		    .planned != call->start.total_scan)
		return true;
	return nid_contradicts(rules, call) || unused_contradicts(rules, call, alone) ||
	       end_contradicts(&trial, alone);
}
