/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kept - what comes out of a live reader, kept in its order; losses are only counted.
 *
 *	open_kept(&kept, &texts);
 *	...shr_live_add(kept.live, ...)
 *	take_all(&kept);
 *	close_kept(&kept);
 */
#ifndef TESTS_UNIT_KEPT_H
#define TESTS_UNIT_KEPT_H

#include "core/err.h"
#include "core/stream.h"
#include "parsers/live.h"
#include "tests/unit/maker.h"

struct kept {
	struct shr_live *live; /* owned */
	struct shr_source *src;
	struct shr_event *events; /* owned */
	size_t count;
	uint64_t lost_gaps; /* told of */
	int got;	    /* what ended the last take */
	struct shr_err err;
};

/* All that can come out now. */
static UNUSED void take_all(struct kept *kept)
{
	struct shr_batch batch;

	while ((kept->got = kept->src->next(kept->src, &batch, &kept->err)) > 0) {
		assert_true(batch.count > 0);
		kept->events = reallocarray(kept->events, kept->count + batch.count,
					    sizeof(*batch.events));
		assert_non_null(kept->events);
		for (size_t i = 0; i < batch.count; i++) {
			kept->lost_gaps += batch.events[i].kind == SHR_LOST;
			if (batch.events[i].kind != SHR_LOST)
				kept->events[kept->count++] = batch.events[i];
		}
	}
}

static UNUSED void open_kept(struct kept *kept, const struct shr_live_texts *texts)
{
	struct shr_err err;

	*kept = (struct kept){ .live = shr_live_new(texts, &err) };
	if (!kept->live)
		print_error("%s\n", err.reason);
	assert_non_null(kept->live);
	kept->src = shr_live_source(kept->live);
}

static UNUSED void close_kept(struct kept *kept)
{
	shr_live_free(kept->live);
	free(kept->events);
}

#endif /* TESTS_UNIT_KEPT_H */
