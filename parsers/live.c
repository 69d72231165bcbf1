/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/live.h"

#include "core/err.h"
#include "core/stream.h"
#include "parsers/decoder.h"
#include "parsers/merge.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 128 };

/* A page that waits: as much of it as is used. */
struct page {
	struct page *next;
	size_t len;
	uint8_t data[];
};

struct cpu {
	struct shr_stream stream;
	struct page *first; /* owned; what the stream stands in, if it has begun */
	struct page *last;
	bool begun;
	bool dry;  /* the stream stands on no record */
	bool dead; /* a page was damaged: there is nothing behind it */
	bool busy; /* the buffer has more */
	bool grown;
	uint64_t taken;	    /* bytes of pages handed in, for places in messages */
	uint64_t newest;    /* latest time handed in, as of the last look */
	uint64_t silent_ts; /* up to there nothing more comes */
};

struct shr_live {
	struct shr_decoder decoder;
	struct shr_page_layout layout;
	struct cpu *cpus; /* owned */
	uint32_t cpu_count;
	struct shr_merge merge;
	bool changed; /* since the streams were put in order */
	bool finished;
	uint64_t floor;	  /* all records up to there can come out */
	uint64_t told_ts; /* of the last that did */
	uint64_t late;
	uint64_t waiting;
	struct shr_err fault; /* code SHR_ERR_NONE if there was none */
};

static struct shr_bytes bytes_of(const struct shr_live *live, const struct page *page,
				 uint64_t base)
{
	return (struct shr_bytes){ .data = page->data,
				   .size = page->len,
				   .big = live->layout.big,
				   .base = base };
}

int shr_live_add(struct shr_live *live, uint32_t number, const void *bytes, size_t len,
		 struct shr_err *err)
{
	if (number >= live->cpu_count)
		return shr_fail(err, SHR_ERR_RANGE, "expected a CPU below %u, not %u",
				live->cpu_count, number);
	struct cpu *cpu = &live->cpus[number];
	if (cpu->dead)
		return 0;
	size_t used = shr_pages_used(&live->layout, bytes, len);
	struct page *page = malloc(sizeof(*page) + used);

	if (!page)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	*page = (struct page){ .len = used };
	memcpy(page->data, bytes, used);
	if (cpu->last)
		cpu->last->next = page;
	else
		cpu->first = page;
	cpu->last = page;
	cpu->grown = true;
	live->waiting += used;
	live->changed = true;
	return 0;
}

void shr_live_busy(struct shr_live *live, uint32_t cpu)
{
	live->cpus[cpu].busy = true;
}

void shr_live_settle(struct shr_live *live, uint64_t ts)
{
	for (uint32_t i = 0; i < live->cpu_count; i++) {
		struct cpu *cpu = &live->cpus[i];

		if (!cpu->busy && cpu->silent_ts < ts)
			cpu->silent_ts = ts;
		cpu->busy = false;
	}
	live->changed = true;
}

void shr_live_finish(struct shr_live *live)
{
	live->finished = live->changed = true;
}

/* The last time in @page; @otherwise where it holds no record that can be read. */
static uint64_t last_time(const struct shr_live *live, const struct page *page,
			  uint64_t otherwise)
{
	struct shr_pages pages;
	struct shr_run run;
	struct shr_err ignored;

	shr_pages_init(&pages, &live->layout, bytes_of(live, page, 0), page->len, NULL);
	while (shr_pages_next(&pages, &run, &ignored) > 0)
		otherwise = run.records[run.count - 1].ts;
	return otherwise;
}

uint64_t shr_live_newest(struct shr_live *live)
{
	uint64_t newest = 0;

	for (uint32_t i = 0; i < live->cpu_count; i++) {
		struct cpu *cpu = &live->cpus[i];

		if (cpu->grown && cpu->last)
			cpu->newest = last_time(live, cpu->last, cpu->newest);
		cpu->grown = false;
		if (cpu->newest < cpu->stream.last_ts)
			cpu->newest = cpu->stream.last_ts;
		if (newest < cpu->newest)
			newest = cpu->newest;
	}
	return newest;
}

static void drop_first(struct shr_live *live, struct cpu *cpu)
{
	struct page *page = cpu->first;

	cpu->first = page->next;
	if (!cpu->first)
		cpu->last = NULL;
	cpu->taken += page->len;
	live->waiting -= page->len;
	live->decoder.capture.consumed += page->len;
	free(page);
}

static void drop_pages(struct shr_live *live, struct cpu *cpu)
{
	while (cpu->first)
		drop_first(live, cpu);
}

/* The stream has walked through its page: whether there is another. */
static bool turn_page(struct shr_live *live, struct cpu *cpu)
{
	if (cpu->begun)
		drop_first(live, cpu);
	cpu->begun = cpu->first != NULL;
	if (!cpu->first)
		return false;
	shr_pages_more(&cpu->stream.pages, bytes_of(live, cpu->first, cpu->taken));
	return true;
}

/* The first fault is the one to tell; its stream ends in a gap of unknown size. */
static void note_fault(struct shr_live *live, struct cpu *cpu,
		       const struct shr_err *err)
{
	if (!live->fault.code)
		live->fault = *err;
	live->decoder.capture.incomplete = true;
	cpu->dead = true;
	drop_pages(live, cpu);
	shr_decoder_lost(&live->decoder, &cpu->stream, cpu->stream.last_ts, NULL);
}

/* The stream's next run: whether there is one. */
static bool refill(struct shr_live *live, struct cpu *cpu)
{
	struct shr_stream *stream = &cpu->stream;
	struct shr_err err;
	int got;

	stream->next = 0;
	do
		got = shr_pages_next(&stream->pages, &stream->run, &err);
	while (got == 0 && turn_page(live, cpu));
	cpu->dry = got <= 0;
	if (got < 0)
		note_fault(live, cpu, &err);
	else if (got > 0 && stream->run.lost)
		shr_decoder_run_lost(&live->decoder, stream, stream->run.records[0].ts);
	else if (stream->run.lost && live->finished)
		shr_decoder_run_lost(&live->decoder, stream, stream->last_ts);
	return got > 0;
}

/* A CPU without a record speaks for itself up to its last, or as was said. */
static void heed(struct shr_live *live, const struct cpu *cpu)
{
	uint64_t known = cpu->silent_ts > cpu->stream.last_ts ? cpu->silent_ts
							      : cpu->stream.last_ts;

	if (!live->finished && !cpu->dead && known < live->floor)
		live->floor = known;
}

/* After more has come: which streams have records, and how far they may go. */
static void put_in_order(struct shr_live *live)
{
	live->changed = false;
	live->floor = UINT64_MAX;
	live->merge.count = 0;
	for (uint32_t i = 0; i < live->cpu_count; i++) {
		struct cpu *cpu = &live->cpus[i];

		if (!cpu->dry || (!cpu->dead && refill(live, cpu)))
			shr_merge_add(&live->merge, &cpu->stream);
		else
			heed(live, cpu);
	}
	shr_merge_start(&live->merge);
}

static void push(struct shr_live *live, const struct shr_stream *stream)
{
	struct shr_record record = *shr_stream_record(stream);

	if (record.ts < live->told_ts) {
		record.ts = live->told_ts;
		live->late++;
	}
	live->told_ts = record.ts;
	shr_decoder_record(&live->decoder, stream, &record);
}

/* Whether there is room for a record, a gap behind it, and a fault with one. */
static bool has_room(const struct shr_live *live)
{
	return live->decoder.count + 3 <= BATCH;
}

/* Decode the earliest stream's records until another's comes first. */
static void drain_top(struct shr_live *live)
{
	/* The stream is the first member. */
	struct cpu *cpu = (struct cpu *)live->merge.heap[0];
	struct shr_stream *stream = &cpu->stream;
	uint64_t bound = shr_merge_bound(&live->merge);
	bool goes_on = true;

	do {
		push(live, stream);
		stream->last_ts = shr_stream_record(stream)->ts;
		goes_on = ++stream->next < stream->run.count || refill(live, cpu);
	} while (goes_on && has_room(live) && shr_stream_record(stream)->ts < bound &&
		 shr_stream_record(stream)->ts <= live->floor);
	if (!goes_on)
		heed(live, cpu);
	shr_merge_settle(&live->merge, goes_on);
}

static bool has_next(const struct shr_live *live)
{
	return live->merge.count &&
	       shr_stream_record(live->merge.heap[0])->ts <= live->floor;
}

static int next_batch(struct shr_source *source, struct shr_batch *batch,
		      struct shr_err *err)
{
	struct shr_live *live = (struct shr_live *)source;

	if (live->changed)
		put_in_order(live);
	while (has_room(live) && has_next(live))
		drain_top(live);
	if (shr_decoder_hand_out(&live->decoder, batch))
		return 1;
	if (!live->fault.code)
		return 0;
	*err = live->fault;
	return -1;
}

static int open_cpus(struct shr_live *live, uint32_t count, struct shr_err *err)
{
	const struct shr_bytes none = { .data = (const uint8_t *)"",
					.big = live->layout.big };

	live->cpus = calloc(count + 1, sizeof(*live->cpus));
	live->decoder.events =
		calloc(BATCH + (size_t)count, sizeof(*live->decoder.events));
	if (!live->cpus || !live->decoder.events ||
	    !shr_merge_init(&live->merge, count))
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	for (uint32_t i = 0; i < count; i++) {
		live->cpus[i].dry = true;
		live->cpus[i].stream.cpu = live->cpus[i].stream.order = i;
		shr_pages_init(&live->cpus[i].stream.pages, &live->layout, none, 0,
			       NULL);
	}
	live->cpu_count = count;
	return 0;
}

static int open_live(struct shr_live *live, const struct shr_live_texts *texts,
		     struct shr_err *err)
{
	struct shr_decoder_texts parts = {
		.header_page = texts->header_page,
		.formats = texts->formats,
		.format_count = texts->format_count,
		.big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__,
		.kallsyms = texts->kallsyms,
		.given = texts->given,
		.cmdlines = { "", 0 },
		.notes = { texts->notes, { "", 0 } },
	};
	struct shr_capture *capture = &live->decoder.capture;

	if (shr_decoder_init(&live->decoder, &parts, next_batch, err) < 0)
		return -1;
	live->layout = live->decoder.formats.page;
	live->layout.page_size = texts->page_size;
	capture->format = "the running kernel";
	capture->kernel = texts->kernel;
	capture->clock = texts->clock;
	capture->clock_unit = shr_clock_unit_of(texts->clock);
	return open_cpus(live, texts->cpu_count, err);
}

struct shr_live *shr_live_new(const struct shr_live_texts *texts, struct shr_err *err)
{
	struct shr_live *live = calloc(1, sizeof(*live));

	if (!live) {
		shr_fail(err, SHR_ERR_NOMEM, "out of memory");
		return NULL;
	}
	if (open_live(live, texts, err) < 0) {
		shr_live_free(live);
		return NULL;
	}
	return live;
}

void shr_live_free(struct shr_live *live)
{
	if (!live)
		return;
	for (uint32_t i = 0; i < live->cpu_count; i++)
		drop_pages(live, &live->cpus[i]);
	free(live->cpus);
	shr_merge_release(&live->merge);
	shr_decoder_release(&live->decoder);
	free(live);
}

struct shr_source *shr_live_source(struct shr_live *live)
{
	return &live->decoder.source;
}

uint64_t shr_live_waiting(const struct shr_live *live)
{
	return live->waiting;
}

uint64_t shr_live_late(const struct shr_live *live)
{
	return live->late;
}

int shr_live_set_cmdlines(struct shr_live *live, struct shr_str text,
			  struct shr_err *err)
{
	return shr_decoder_cmdlines(&live->decoder, text, err);
}
