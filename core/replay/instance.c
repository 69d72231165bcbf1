/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/instance.h"

#include "core/err.h"
#include "core/model/design.h"
#include "core/model/generation.h"
#include "core/model/scan.h"
#include "core/replay/settings.h"

#include <limits.h>
#include <string.h>

/* More than any two table rows together can name. */
enum { VALUES_MAX = 32 };

static const char *const from_names[] = {
	[SHR_FROM_NOTHING] = NULL,	  [SHR_FROM_OPTION] = "option",
	[SHR_FROM_IDENTITY] = "identity", [SHR_FROM_TABLE] = "table",
	[SHR_FROM_VALUES] = "values",
};

const char *shr_from_name(enum shr_from from)
{
	return from_names[from];
}

/* What the table's rows for one symbol allow together. */
struct allowed {
	int32_t batch[VALUES_MAX];
	int32_t seeks[VALUES_MAX];
	size_t batches, seekses;
	bool batch_varies, seeks_vary;
};

static int64_t effective(int64_t batch)
{
	return batch ? batch : SHR_DEFAULT_BATCH;
}

static void allow_row(struct allowed *allowed, const struct shr_intree *row)
{
	if (row->batch == SHR_VARIES)
		allowed->batch_varies = true;
	else if (allowed->batches < VALUES_MAX)
		allowed->batch[allowed->batches++] = (int32_t)effective(row->batch);
	for (size_t i = 0; i < sizeof(row->seeks) / sizeof(*row->seeks); i++) {
		if (row->seeks[i] == SHR_VARIES)
			allowed->seeks_vary = true;
		else if (row->seeks[i] >= 0 && allowed->seekses < VALUES_MAX)
			allowed->seeks[allowed->seekses++] = row->seeks[i];
	}
}

/* A refusal is foreseen only where every row that may apply foresees it. */
static void join_row(struct shr_instance *instance, const struct shr_intree *row)
{
	bool numa = row->flags & SHR_NUMA_AWARE, memcg = row->flags & SHR_MEMCG_AWARE;

	if (!instance->in_table) {
		instance->in_table = true;
		instance->refusal = row->refusal;
		instance->may_count = row->own_count;
		instance->numa = (struct shr_aware){ SHR_FROM_TABLE, numa };
		instance->memcg = (struct shr_aware){ SHR_FROM_TABLE, memcg };
		return;
	}
	if (instance->refusal != row->refusal)
		instance->refusal = SHR_REFUSES_MAYBE;
	instance->may_count |= row->own_count;
	if (instance->numa.value != numa)
		instance->numa.from = SHR_FROM_NOTHING;
	if (instance->memcg.value != memcg)
		instance->memcg.from = SHR_FROM_NOTHING;
}

static int settle_param(struct shr_param *param, const int32_t *values, size_t count,
			bool varies)
{
	if (varies || !count)
		return 0;
	if (!shr_candidates_list(&param->fit, values, count))
		return -1;
	if (param->fit.count > 1)
		return 0;
	param->from = SHR_FROM_TABLE;
	param->value = param->fit.values[0];
	shr_candidates_release(&param->fit);
	return 0;
}

static void apply_settings(struct shr_instance *instance,
			   const struct shr_setting *settings)
{
	for (; settings && settings->pattern; settings++) {
		if (!shr_setting_matches(settings, instance))
			continue;
		struct shr_param *param = settings->param == SHR_SET_BATCH
						  ? &instance->batch
						  : &instance->seeks;

		param->from = SHR_FROM_OPTION;
		param->value = settings->param == SHR_SET_BATCH
				       ? effective(settings->value)
				       : settings->value;
		shr_candidates_release(&param->fit);
	}
}

/* A row's last release stands for all stable updates of it. */
static bool row_covers(const struct shr_intree *row, struct shr_release release)
{
	struct shr_release last = { row->last.major, row->last.minor, UINT_MAX };

	return shr_release_compare(row->first, release) <= 0 &&
	       (!row->last.major || shr_release_compare(release, last) <= 0);
}

/* The generations of all kernels that have the row, by their first releases. */
static unsigned generations_of(const struct shr_intree *row)
{
	unsigned mask = shr_generations_of_release(row->first);

	if (row->last.major)
		mask |= shr_generations_of_release(row->last);
	for (unsigned id = 0; id < SHR_GEN_COUNT; id++) {
		const char *name = shr_generation_get(id)->name;
		struct shr_release release;

		if (shr_release_parse((struct shr_str){ name, strlen(name) },
				      &release) &&
		    row_covers(row, release))
			mask |= 1u << id;
	}
	return mask;
}

static unsigned generations_with(struct shr_str symbol)
{
	const struct shr_intree *row = NULL;
	unsigned mask = 0;

	while ((row = shr_intree_next(row, symbol, NULL)))
		mask |= generations_of(row);
	return mask;
}

int shr_instance_resolve(struct shr_instance *instance,
			 const struct shr_release *release,
			 const struct shr_setting *settings, struct shr_err *err)
{
	const struct shr_intree *row = NULL;
	struct allowed allowed = { 0 };

	instance->generations = generations_with(instance->symbol.name);
	instance->may_count = true;
	instance->refusal = SHR_REFUSES_MAYBE;
	while ((row = shr_intree_next(row, instance->symbol.name, release))) {
		allow_row(&allowed, row);
		join_row(instance, row);
	}
	if (settle_param(&instance->batch, allowed.batch, allowed.batches,
			 allowed.batch_varies) < 0 ||
	    settle_param(&instance->seeks, allowed.seeks, allowed.seekses,
			 allowed.seeks_vary) < 0)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	apply_settings(instance, settings);
	return 0;
}

static void identify_param(struct shr_param *param, int64_t value)
{
	if (param->from == SHR_FROM_OPTION)
		return;
	if (param->from != SHR_FROM_IDENTITY)
		shr_candidates_release(&param->fit);
	param->from = SHR_FROM_IDENTITY;
	param->value = value;
}

void shr_instance_identify(struct shr_instance *instance, const struct shr_call *call,
			   const struct shr_release *release)
{
	const struct shr_identity *identity = &call->identity;

	/* What no shrinker can have says that the event was read wrongly. */
	if ((call->identity_has & SHR_HAS_BATCH) && identity->batch >= 0)
		identify_param(&instance->batch, effective(identity->batch));
	if ((call->identity_has & SHR_HAS_SEEKS) && identity->seeks >= 0)
		identify_param(&instance->seeks, identity->seeks);
	if (!(call->identity_has & SHR_HAS_FLAGS) || !release)
		return;
	unsigned bit = shr_design_aware_bit(*release);

	instance->numa =
		(struct shr_aware){ SHR_FROM_IDENTITY, identity->flags >> bit & 1 };
	instance->memcg = (struct shr_aware){ SHR_FROM_IDENTITY,
					      identity->flags >> (bit + 1) & 1 };
}

static bool is_known_aware(struct shr_aware aware)
{
	return aware.from && aware.value;
}

/* Who is not memcg-aware has no id: 0 up to 7.1, then -1. */
const struct shr_instance *shr_instance_before(const struct shr_instance *instance)
{
	const struct shr_instance *before = instance->inherits;

	return before && is_known_aware(instance->memcg) &&
			       is_known_aware(before->memcg)
		       ? before
		       : NULL;
}

void shr_instance_release(struct shr_instance *instance)
{
	shr_candidates_release(&instance->batch.fit);
	shr_candidates_release(&instance->seeks.fit);
}

/* Amounts are a capture's, and a damaged one can hold any: sums wrap. */
static void add(int64_t *sum, int64_t amount)
{
	*sum = (int64_t)((uint64_t)*sum + (uint64_t)amount);
}

void shr_tally_add(struct shr_tally *tally, const struct shr_call *call)
{
	const struct shr_amounts *seen = &call->observed, *said = &call->predicted;
	int64_t deferred = seen->value[SHR_DEFERRED];

	tally->calls++;
	if (shr_amounts_has(seen, SHR_PLANNED))
		add(&tally->planned, seen->value[SHR_PLANNED]);
	if (shr_amounts_has(said, SHR_SCANNED))
		add(&tally->scanned_predicted, said->value[SHR_SCANNED]);
	if (shr_amounts_has(seen, SHR_SCANNED))
		add(&tally->scanned_observed, seen->value[SHR_SCANNED]);
	if (shr_amounts_has(seen, SHR_FREED))
		add(&tally->freed, seen->value[SHR_FREED]);
	tally->refusals += shr_call_is_refused(call);
	tally->verdicts[call->verdict]++;
	if (!shr_amounts_has(seen, SHR_DEFERRED))
		return;
	if (!tally->deferred_known)
		tally->deferred_first = tally->deferred_max = deferred;
	tally->deferred_known = true;
	if (deferred > tally->deferred_max)
		tally->deferred_max = deferred;
	tally->deferred_last = deferred;
}

void shr_tally_join(struct shr_tally *tally, const struct shr_tally *part)
{
	tally->calls += part->calls;
	add(&tally->planned, part->planned);
	add(&tally->scanned_predicted, part->scanned_predicted);
	add(&tally->scanned_observed, part->scanned_observed);
	add(&tally->freed, part->freed);
	tally->refusals += part->refusals;
	for (unsigned verdict = 0; verdict < SHR_VERDICT_COUNT; verdict++)
		tally->verdicts[verdict] += part->verdicts[verdict];
	if (part->deferred_known &&
	    (!tally->deferred_known || part->deferred_max > tally->deferred_max))
		tally->deferred_max = part->deferred_max;
	tally->deferred_known |= part->deferred_known;
}
