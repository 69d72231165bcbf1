/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * merge - the records of many CPUs in the order of their time.
 *
 * Each CPU's pages are a stream that stands on a record; a heap keeps the stream whose
 * record is earliest on top.  Whoever reads takes records from the top while their
 * times are below its bound, and only then lets the heap settle: a CPU's records come
 * in runs, so most need no comparison with other CPUs.  Equal times keep the order in
 * which the streams were added.
 *
 *	while (merge.count) {
 *		struct shr_stream *top = merge.heap[0];
 *		uint64_t bound = shr_merge_bound(&merge);
 *
 *		do
 *			use(shr_stream_record(top));
 *		while (...the next one is below bound...);
 *		shr_merge_settle(&merge, ...whether top has one...);
 *	}
 */
#ifndef PARSERS_MERGE_H
#define PARSERS_MERGE_H

#include "parsers/pages.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One CPU of one buffer.  It stands on run.records[next]. */
struct shr_stream {
	struct shr_pages pages;
	struct shr_run run;
	size_t next;
	uint64_t last_ts; /* of the record before */
	uint32_t cpu;
	uint32_t order; /* of being added: decides between equal times */
};

struct shr_merge {
	struct shr_stream **heap; /* owned; the streams are borrowed */
	size_t count;
};

/* The record that @stream stands on. */
static inline const struct shr_record *
shr_stream_record(const struct shr_stream *stream)
{
	return &stream->run.records[stream->next];
}

/* Room for @most streams.  False: no memory. */
bool shr_merge_init(struct shr_merge *merge, size_t most);

void shr_merge_release(struct shr_merge *merge);

/* Add @stream, which stands on its first record; not after shr_merge_settle(). */
void shr_merge_add(struct shr_merge *merge, struct shr_stream *stream);

/* Bring the earliest on top, once all are added. */
void shr_merge_start(struct shr_merge *merge);

/* The top's records come first while their times are below this. */
uint64_t shr_merge_bound(const struct shr_merge *merge);

/* The top has moved on, or, if not @goes_on, ended. */
void shr_merge_settle(struct shr_merge *merge, bool goes_on);

#endif /* PARSERS_MERGE_H */
