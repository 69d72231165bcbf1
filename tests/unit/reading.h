/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reading - a capture, read to its end, for tests.
 *
 * Every reading checks what holds of all of them: batches are not empty, counts in the
 * capture agree with the events, and the end and errors repeat.
 */
#ifndef TESTS_UNIT_READING_H
#define TESTS_UNIT_READING_H

#include "core/err.h"
#include "core/stream.h"
#include "parsers/reader.h"
#include "tests/unit/maker.h"

#include <inttypes.h>
#include <stdio.h>

enum { SHOWN = 400 };

struct reading {
	struct shr_reader *reader; /* owned; NULL where the capture was refused */
	struct shr_source *src;
	struct shr_event *events; /* owned */
	size_t count;
	size_t of_kind[SHR_MALFORMED + 1];
	int got; /* what ended it */
	struct shr_err err;
};

static void keep_batch(struct reading *reading, const struct shr_batch *batch)
{
	size_t count = reading->count + batch->count;

	assert_true(batch->count > 0);
	reading->events = reallocarray(reading->events, count, sizeof(*batch->events));
	assert_non_null(reading->events);
	memcpy(reading->events + reading->count, batch->events,
	       batch->count * sizeof(*batch->events));
	for (size_t i = reading->count; i < count; i++) {
		assert_in_range(reading->events[i].kind, SHR_START, SHR_MALFORMED);
		reading->of_kind[reading->events[i].kind]++;
	}
	reading->count = count;
}

static void check_ending(struct reading *reading, size_t size)
{
	struct shr_batch batch;
	struct shr_err again = { 0 };
	const struct shr_err *err = &reading->err;

	for (int i = 0; i < 2; i++) {
		int got = reading->src->next(reading->src, &batch, &again);

		assert_int_equal(got, reading->got);
		if (got == 0)
			continue;
		assert_int_not_equal(err->code, SHR_ERR_NONE);
		assert_true(err->offset <= size || err->offset == SHR_NO_OFFSET);
		assert_int_equal(again.code, err->code);
		assert_int_equal(again.offset, err->offset);
		assert_string_equal(again.reason, err->reason);
	}
}

static void read_bytes(struct reading *reading, struct shr_bytes bytes,
		       const struct shr_reader_options *options)
{
	struct shr_input input = { .data = bytes.data, .size = bytes.size };
	struct shr_batch batch;

	*reading = (struct reading){ .got = -1 };
	reading->reader = shr_reader_new(&input, options, &reading->err);
	if (!reading->reader) {
		assert_int_not_equal(reading->err.code, SHR_ERR_NONE);
		return;
	}
	reading->src = shr_reader_source(reading->reader);
	while ((reading->got =
			reading->src->next(reading->src, &batch, &reading->err)) > 0)
		keep_batch(reading, &batch);
	check_ending(reading, bytes.size);
	assert_int_equal(reading->src->capture->malformed,
			 reading->of_kind[SHR_MALFORMED]);
	assert_int_equal(reading->src->capture->lost_gaps, reading->of_kind[SHR_LOST]);
}

static UNUSED void close_reading(struct reading *reading)
{
	shr_reader_free(reading->reader);
	free(reading->events);
	*reading = (struct reading){ 0 };
}

/* One event as a line, with names for its tokens. */
static UNUSED const char *show(const struct reading *reading, size_t i, char *line)
{
	const struct shr_event *event = &reading->events[i];
	struct shr_source *src = reading->src;
	struct shr_symbol symbol = { 0 };
	char what[SHOWN - 100] = "", gfp[150];
	struct shr_str comm = src->comm(src, event->pid, event->comm);

	src->symbol(src, event->callback, &symbol);
	if (event->kind == SHR_LOST) {
		snprintf(line, SHOWN,
			 "%" PRIu64 " [%u] lost %" PRIu64 "%s since %" PRIu64,
			 event->ts_ns, event->cpu, event->lost.count,
			 event->has & SHR_HAS_COUNT ? "" : "?", event->lost.from_ns);
		return line;
	}
	if (event->kind == SHR_START) {
		const struct shr_start *start = &event->start;

		src->gfp(src, start, event->has & SHR_HAS_GFP, gfp, sizeof(gfp));
		snprintf(what, sizeof(what),
			 "start %" PRId64 " %s of %" PRId64 " delta %" PRIu64
			 " total %" PRId64 " priority %d",
			 start->deferred, gfp, start->freeable, start->delta,
			 start->total_scan, start->priority);
	} else if (event->kind == SHR_END) {
		snprintf(what, sizeof(what),
			 "end %" PRId64 " to %" PRId64 " total %" PRId64
			 " returned %" PRId64,
			 event->end.deferred, event->end.new_scan,
			 event->end.total_scan, event->end.retval);
	}
	snprintf(line, SHOWN, "%" PRIu64 " [%u] %.*s-%d %" PRIx64 " %.*s nid %d %s",
		 event->ts_ns, event->cpu, (int)comm.len, comm.ptr, event->pid,
		 event->shrinker, (int)symbol.name.len,
		 symbol.name.ptr ? symbol.name.ptr : "", event->nid, what);
	return line;
}

static UNUSED void expect_line(const struct reading *reading, size_t i,
			       const char *want)
{
	char line[SHOWN];

	assert_true(i < reading->count);
	assert_string_equal(show(reading, i, line), want);
}

#endif /* TESTS_UNIT_READING_H */
