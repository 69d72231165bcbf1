/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/compare.h"

#include "core/err.h"

#include <stdlib.h>
#include <string.h>

static bool same_text(struct shr_str a, struct shr_str b)
{
	return a.len == b.len && (!a.len || !memcmp(a.ptr, b.ptr, a.len));
}

static bool same_param(const struct shr_param *a, const struct shr_param *b)
{
	/* A value nobody knows can be any. */
	return !a->from || !b->from || a->value == b->value;
}

static bool alike(const struct shr_instance *a, const struct shr_instance *b)
{
	/* Without a symbol the callback's address is all there is. */
	if (!a->symbol.name.len && !b->symbol.name.len && a->callback != b->callback)
		return false;
	return same_text(a->symbol.name, b->symbol.name) &&
	       same_text(a->symbol.module, b->symbol.module) &&
	       same_text(a->name, b->name) && same_param(&a->batch, &b->batch) &&
	       same_param(&a->seeks, &b->seeks);
}

static int64_t sum(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

static void add(struct shr_side *side, const struct shr_tally *tally)
{
	side->instances++;
	side->calls += tally->calls;
	side->planned = sum(side->planned, tally->planned);
	side->scanned = sum(side->scanned, tally->scanned_observed);
	side->freed = sum(side->freed, tally->freed);
	side->refusals += tally->refusals;
	if (tally->deferred_max > side->deferred_max)
		side->deferred_max = tally->deferred_max;
}

static struct shr_compare_row *row_of(struct shr_compare *compare,
				      const struct shr_instance *instance)
{
	for (size_t i = 0; i < compare->count; i++)
		if (compare->rows[i].like && alike(compare->rows[i].like, instance))
			return &compare->rows[i];
	struct shr_compare_row *row = &compare->rows[compare->count++];

	*row = (struct shr_compare_row){ .like = instance };
	return row;
}

int shr_compare_init(struct shr_compare *compare, const struct shr_summary *before,
		     const struct shr_summary *after, struct shr_err *err)
{
	size_t most = before->instance_count + after->instance_count;

	*compare = (struct shr_compare){
		.before_ns = before->last_ns - before->first_ns,
		.after_ns = after->last_ns - after->first_ns,
	};
	compare->rows = calloc(most ? most : 1, sizeof(*compare->rows));
	if (!compare->rows)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	for (size_t i = 0; i < before->instance_count; i++)
		if (before->instances[i]->tally.calls)
			add(&row_of(compare, before->instances[i])->before,
			    &before->instances[i]->tally);
	for (size_t i = 0; i < after->instance_count; i++)
		if (after->instances[i]->tally.calls)
			add(&row_of(compare, after->instances[i])->after,
			    &after->instances[i]->tally);
	return 0;
}

void shr_compare_release(struct shr_compare *compare)
{
	free(compare->rows);
	*compare = (struct shr_compare){ 0 };
}

bool shr_compare_equal(const struct shr_compare_row *row)
{
	const struct shr_side *a = &row->before, *b = &row->after;

	return a->instances == b->instances && a->calls == b->calls &&
	       a->planned == b->planned && a->scanned == b->scanned &&
	       a->freed == b->freed && a->refusals == b->refusals &&
	       a->deferred_max == b->deferred_max;
}
