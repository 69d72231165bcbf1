/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as text, in place and as a stream in pieces: both must give the same
 * events and end alike, an error must have a place inside the input and repeat, and
 * what a line became must be whole and inside its bounds.
 */
#include "core/err.h"
#include "core/stream.h"
#include "parsers/reader.h"
#include "parsers/text.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct pieces {
	const uint8_t *data;
	size_t size;
	size_t pos;
	size_t step;
};

/* What came out of one reading, as numbers that another can be compared with. */
struct outcome {
	uint64_t digest;
	uint64_t events;
	struct shr_err err; /* code SHR_ERR_NONE for an end without one */
};

static ssize_t give_more(void *ctx, void *buf, size_t cap)
{
	struct pieces *pieces = ctx;
	size_t left = pieces->size - pieces->pos;
	size_t take = left < pieces->step ? left : pieces->step;

	take = take < cap ? take : cap;
	memcpy(buf, pieces->data + pieces->pos, take);
	pieces->pos += take;
	return (ssize_t)take;
}

static void mix(struct outcome *outcome, uint64_t value)
{
	outcome->digest = (outcome->digest ^ value) * 0x9e3779b97f4a7c15u;
	outcome->digest ^= outcome->digest >> 29;
}

/* Also shows a sanitizer every byte of @text. */
static void mix_text(struct outcome *outcome, struct shr_str text)
{
	assert(text.ptr || !text.len);
	for (size_t i = 0; i < text.len; i++)
		mix(outcome, (unsigned char)text.ptr[i]);
	mix(outcome, text.len);
}

static void mix_names(struct outcome *outcome, struct shr_source *src,
		      const struct shr_event *event)
{
	struct shr_symbol symbol;
	char gfp[64];

	if (event->has & SHR_HAS_CALLBACK &&
	    src->symbol(src, event->callback, &symbol)) {
		mix_text(outcome, symbol.name);
		mix_text(outcome, symbol.module);
		mix(outcome, symbol.address);
	}
	mix_text(outcome, src->comm(src, event->pid, event->comm));
	if (event->kind == SHR_START) {
		src->gfp(src, &event->start, event->has & SHR_HAS_GFP, gfp,
			 sizeof(gfp));
		assert(memchr(gfp, '\0', sizeof(gfp)));
		mix_text(outcome, (struct shr_str){ gfp, strlen(gfp) });
		assert(!(event->start.may & ~31u));
	}
	if (event->kind == SHR_IDENTITY)
		mix_text(outcome, src->text(src, event->identity.name));
	if (event->kind == SHR_CONTEXT)
		mix_text(outcome, src->text(src, event->context.path));
}

/* Its own values, by kind: an unused part of the union is no part of it. */
static void mix_values(struct outcome *outcome, const struct shr_event *event)
{
	const struct shr_start *start = &event->start;
	const struct shr_end *end = &event->end;

	if (event->kind == SHR_START) {
		mix(outcome, (uint64_t)start->deferred ^ start->delta);
		mix(outcome, (uint64_t)start->freeable ^ start->pgs_scanned);
		mix(outcome, (uint64_t)start->total_scan ^ start->lru_pgs);
		mix(outcome, start->gfp ^ (uint64_t)start->priority << 32);
	} else if (event->kind == SHR_END) {
		mix(outcome, (uint64_t)end->deferred);
		mix(outcome, (uint64_t)end->new_scan ^ (uint64_t)end->retval);
		mix(outcome, (uint64_t)end->total_scan);
	} else if (event->kind == SHR_IDENTITY) {
		mix(outcome, event->identity.memcg ^ (uint64_t)event->identity.batch);
	} else if (event->kind == SHR_CONTEXT) {
		assert(shr_context_name(event->context.kind));
		assert(!shr_context_is_cgroup(event->context.kind) ||
		       event->has & SHR_HAS_MEMCG);
		mix(outcome, event->context.kind ^ (uint64_t)event->context.root << 32);
	} else if (event->kind == SHR_LOST) {
		mix(outcome, event->lost.count);
		mix(outcome, event->lost.from_ns);
	}
}

static void check_event(struct outcome *outcome, struct shr_source *src,
			const struct shr_event *event, size_t size)
{
	assert(event->kind <= SHR_MALFORMED);
	if (event->kind == SHR_MALFORMED) {
		assert(event->malformed.reason && *event->malformed.reason);
		assert(event->malformed.offset <= size);
		assert(event->malformed.line > 0);
		mix(outcome, event->malformed.offset);
	}
	mix(outcome, event->kind);
	mix(outcome, event->has);
	mix(outcome, event->ts_ns);
	mix(outcome, event->shrinker ^ event->memcg_id);
	mix(outcome, (uint64_t)event->pid << 32 | event->cpu);
	mix_values(outcome, event);
	mix_names(outcome, src, event);
	outcome->events++;
}

static void check_capture(const struct shr_capture *capture,
			  const struct outcome *outcome, size_t size)
{
	assert(capture->consumed <= size);
	assert(*capture->format);
	assert(capture->malformed + capture->lost_gaps <= outcome->events);
	if (outcome->err.code == SHR_ERR_NONE)
		assert(capture->consumed == size);
}

static struct outcome read_all(const struct shr_input *input, size_t size)
{
	struct outcome outcome = { 0 };
	struct shr_err err, again;
	struct shr_text_reader *reader = shr_text_reader_new(input, NULL, &err);

	assert(reader);
	struct shr_source *src = shr_text_reader_source(reader);
	struct shr_batch batch;
	int got;

	while ((got = src->next(src, &batch, &err)) > 0) {
		assert(batch.count > 0);
		for (size_t i = 0; i < batch.count; i++)
			check_event(&outcome, src, &batch.events[i], size);
	}
	assert(src->next(src, &batch, &again) == got);
	if (got < 0) {
		outcome.err = err;
		assert(err.code != SHR_ERR_NONE && *err.reason);
		assert(err.offset <= size);
		assert(again.code == err.code && again.offset == err.offset);
	}
	check_capture(src->capture, &outcome, size);
	shr_text_reader_free(reader);
	return outcome;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pieces pieces = { data, size, 0, 1 + (size ? data[size / 2] % 64 : 0) };
	size_t head = size ? data[0] % (size + 1) : 0;
	struct outcome whole =
		read_all(&(struct shr_input){ .data = data, .size = size }, size);

	pieces.pos = head;
	struct outcome stream = read_all(
		&(struct shr_input){
			.data = data, .size = head, .more = give_more, .ctx = &pieces },
		size);

	assert(whole.events == stream.events);
	assert(whole.digest == stream.digest);
	assert(whole.err.code == stream.err.code);
	assert(whole.err.offset == stream.err.offset);
	return 0;
}
