/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/trace_reader.h"

#include "core/err.h"
#include "core/stream.h"
#include "parsers/decoder.h"
#include "parsers/merge.h"
#include "parsers/reader.h"
#include "parsers/trace_dat.h"

#include <stdio.h>
#include <stdlib.h>

enum { BATCH = 128 };

/* A page larger than this is no page: the largest sub-buffer has order 7. */
static const uint32_t page_size_max = (uint32_t)8 << 20;

/* Which data a stream is reading. */
struct place {
	const struct shr_trace_buffer *buffer;
	const struct shr_cpu_data *data;
};

struct shr_trace_reader {
	struct shr_decoder decoder; /* events: room for a batch and each CPU's gap */
	struct shr_trace_dat dat;
	struct shr_stream *streams; /* owned */
	struct place *places;	    /* owned: of each stream, in their order */
	size_t stream_count;
	struct shr_merge merge;
	struct shr_err fault; /* the first; code SHR_ERR_NONE if there was none */
	char format[40];
};

/* The first fault is the one to tell; its stream ends in a gap of unknown size. */
static void note_fault(struct shr_trace_reader *reader, const struct shr_stream *stream,
		       const struct shr_err *err)
{
	if (!reader->fault.code)
		reader->fault = *err;
	reader->decoder.capture.incomplete = true;
	shr_decoder_lost(&reader->decoder, stream, stream->last_ts, NULL);
}

/* The next piece of a CPU whose data lies in several: whether there is one. */
static bool go_on(struct shr_trace_reader *reader, struct shr_stream *stream)
{
	struct place *place = &reader->places[stream->order];
	uint32_t next = place->data->next;

	if (!next)
		return false;
	place->data = &place->buffer->cpus[next];
	shr_pages_go_on(&stream->pages,
			shr_bytes_seek(&reader->dat.bytes, place->data->offset),
			place->data->size);
	return true;
}

/* Fetch the stream's next run: whether there was one. */
static bool refill(struct shr_trace_reader *reader, struct shr_stream *stream)
{
	struct shr_err err;
	int got;

	do {
		got = shr_pages_next(&stream->pages, &stream->run, &err);
		reader->decoder.capture.consumed += shr_pages_passed(&stream->pages);
	} while (got == 0 && go_on(reader, stream));
	stream->next = 0;
	if (got < 0)
		note_fault(reader, stream, &err);
	else if (!got && stream->run.lost)
		shr_decoder_run_lost(&reader->decoder, stream, stream->last_ts);
	if (got <= 0) {
		shr_pages_release(&stream->pages);
		return false;
	}
	/* It is told at once: what other CPUs did meanwhile is yet to come. */
	if (stream->run.lost)
		shr_decoder_run_lost(&reader->decoder, stream,
				     stream->run.records[0].ts);
	return true;
}

/* Decode the earliest stream's records until another's comes first. */
static void drain_top(struct shr_trace_reader *reader)
{
	struct shr_stream *stream = reader->merge.heap[0];
	uint64_t bound = shr_merge_bound(&reader->merge);
	bool goes_on = true;

	/* A record can have a gap behind it, or a fault with one. */
	do {
		const struct shr_record *record = shr_stream_record(stream);

		shr_decoder_record(&reader->decoder, stream, record);
		stream->last_ts = record->ts;
		goes_on = ++stream->next < stream->run.count || refill(reader, stream);
	} while (goes_on && reader->decoder.count + 3 <= BATCH &&
		 shr_stream_record(stream)->ts < bound);
	shr_merge_settle(&reader->merge, goes_on);
}

static int next_batch(struct shr_source *source, struct shr_batch *batch,
		      struct shr_err *err)
{
	struct shr_trace_reader *reader = (struct shr_trace_reader *)source;

	/* Faults of the very first pages have left their gaps in the batch. */
	while (reader->merge.count && reader->decoder.count + 3 <= BATCH)
		drain_top(reader);
	if (shr_decoder_hand_out(&reader->decoder, batch))
		return 1;
	if (!reader->fault.code)
		return 0;
	*err = reader->fault;
	return -1;
}

static void open_stream(struct shr_trace_reader *reader,
			struct shr_trace_buffer *buffer, const struct shr_cpu_data *cpu)
{
	struct shr_trace_dat *dat = &reader->dat;
	struct shr_page_layout layout = reader->decoder.formats.page;
	struct shr_bytes data = shr_bytes_seek(&dat->bytes, cpu->offset);
	struct shr_stream *stream = &reader->streams[reader->stream_count];

	layout.page_size = buffer->page_size;
	if (!buffer->packed)
		layout.page_size = shr_pages_stride(&layout, data, cpu->size);
	*stream = (struct shr_stream){ .cpu = cpu->cpu,
				       .order = (uint32_t)reader->stream_count };
	shr_pages_init(&stream->pages, &layout, data, cpu->size,
		       buffer->packed ? dat->unpacker : NULL);
	reader->places[reader->stream_count++] = (struct place){ buffer, cpu };
}

/* @instance is NULL where the user does not choose: then all are. */
static bool is_chosen(const struct shr_trace_buffer *buffer, const char *instance)
{
	return !instance || shr_str_is(buffer->name, instance);
}

static int check_page_size(const struct shr_trace_reader *reader,
			   const struct shr_trace_buffer *buffer, struct shr_err *err)
{
	uint32_t size = buffer->page_size;
	uint32_t least = reader->decoder.formats.page.data_offset + 4;

	if (!buffer->cpu_count || (size >= least && size <= page_size_max))
		return 0;
	return shr_fail(err, SHR_ERR_RANGE,
			"expected ring-buffer pages of %u to %u bytes, found %u", least,
			page_size_max, size);
}

static bool run_has_start(const struct shr_trace_reader *reader,
			  const struct shr_run *run)
{
	for (size_t i = 0; i < run->count; i++) {
		const struct shr_record_format *format =
			shr_formats_find(&reader->decoder.formats, run->records[i].data,
					 run->records[i].len);

		if (format && format->kind == SHR_START)
			return true;
	}
	return false;
}

/* Whether any CPU of @buffer holds a start event; other events may come first. */
static bool has_starts(struct shr_trace_reader *reader, struct shr_trace_buffer *buffer)
{
	bool found = false;

	for (size_t i = 0; i < buffer->cpu_count && !found; i++) {
		struct shr_stream *stream = &reader->streams[reader->stream_count];
		struct shr_err err;

		open_stream(reader, buffer, &buffer->cpus[i]);
		reader->stream_count--;
		while (!found && shr_pages_next(&stream->pages, &stream->run, &err) > 0)
			found = run_has_start(reader, &stream->run);
		shr_pages_release(&stream->pages);
	}
	return found;
}

/*
 * Buffers that were split by event belong together; two that each hold starts have
 * recorded the same calls twice, or different systems: the user must choose.
 */
static int check_instances(struct shr_trace_reader *reader, struct shr_err *err)
{
	const struct shr_trace_dat *dat = &reader->dat;
	const struct shr_trace_buffer *first = NULL;
	size_t filled = 0;

	for (size_t i = 0; i < dat->buffer_count; i++)
		filled += dat->buffers[i].cpu_count != 0;
	for (size_t i = 0; i < dat->buffer_count && filled > 1; i++) {
		if (!has_starts(reader, &dat->buffers[i]))
			continue;
		const struct shr_trace_buffer *buffer = &dat->buffers[i];

		if (first)
			return shr_fail(err, SHR_ERR_UNSUPPORTED,
					"instances '%.*s' and '%.*s' both hold calls: "
					"choose one with --instance",
					(int)first->name.len, first->name.ptr,
					(int)buffer->name.len, buffer->name.ptr);
		first = buffer;
	}
	return 0;
}

static int open_streams(struct shr_trace_reader *reader, const char *instance,
			struct shr_err *err)
{
	struct shr_trace_dat *dat = &reader->dat;
	bool found = !instance;

	reader->streams = calloc(dat->cpu_total + 1, sizeof(*reader->streams));
	reader->places = calloc(dat->cpu_total + 1, sizeof(*reader->places));
	if (!reader->streams || !reader->places ||
	    !shr_merge_init(&reader->merge, dat->cpu_total))
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	for (size_t i = 0; i < dat->buffer_count; i++)
		if (is_chosen(&dat->buffers[i], instance) &&
		    check_page_size(reader, &dat->buffers[i], err) < 0)
			return -1;
	if (!instance && check_instances(reader, err) < 0)
		return -1;
	for (size_t i = 0; i < dat->buffer_count; i++) {
		struct shr_trace_buffer *buffer = &dat->buffers[i];

		if (!is_chosen(buffer, instance))
			continue;
		found = true;
		for (size_t cpu = 0; cpu < buffer->cpu_count; cpu++)
			if (!buffer->cpus[cpu].goes_on)
				open_stream(reader, buffer, &buffer->cpus[cpu]);
	}
	if (!found)
		return shr_fail(err, SHR_ERR_RANGE, "no instance is called '%s'",
				instance);
	return 0;
}

/*
 * Gaps of CPUs that gave no record at all have no time: they reach back to before the
 * first record of any other.
 */
static void date_gaps(struct shr_trace_reader *reader)
{
	struct shr_decoder *decoder = &reader->decoder;

	for (size_t i = 0; i < decoder->count; i++) {
		struct shr_event *event = &decoder->events[i];

		if (event->ts_ns != shr_decoder_time(decoder, 0))
			continue;
		if (reader->merge.count)
			event->ts_ns = shr_decoder_time(
				decoder, shr_stream_record(reader->merge.heap[0])->ts);
		else
			event->has &= ~(uint32_t)SHR_HAS_TIME;
		event->lost.from_ns = event->ts_ns;
	}
}

/* Every stream's first run; those that have one are merged. */
static int start_merge(struct shr_trace_reader *reader, struct shr_err *err)
{
	struct shr_decoder *decoder = &reader->decoder;

	decoder->events =
		calloc(BATCH + reader->stream_count, sizeof(*decoder->events));
	if (!decoder->events)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	for (size_t i = 0; i < reader->stream_count; i++) {
		if (refill(reader, &reader->streams[i]))
			shr_merge_add(&reader->merge, &reader->streams[i]);
	}
	shr_merge_start(&reader->merge);
	date_gaps(reader);
	return 0;
}

static void describe(struct shr_trace_reader *reader)
{
	struct shr_trace_dat *dat = &reader->dat;
	struct shr_capture *capture = &reader->decoder.capture;

	snprintf(reader->format, sizeof(reader->format), "trace.dat v%u%s%.*s",
		 dat->version, shr_str_is(dat->compression, "none") ? "" : ", ",
		 shr_str_is(dat->compression, "none") ? 0 : (int)dat->compression.len,
		 dat->compression.ptr);
	/* A buffer's own clock is what the recorder left there: it can be stale. */
	if (!dat->clock.len && dat->buffer_count)
		dat->clock = dat->buffers[0].clock;
	capture->format = reader->format;
	capture->kernel = dat->release;
	capture->clock = dat->clock;
	capture->clock_unit =
		dat->has_tsc2nsec ? SHR_CLOCK_NS : shr_clock_unit_of(dat->clock);
	capture->size = dat->bytes.size;
	capture->incomplete = dat->fault.code != SHR_ERR_NONE;
	reader->decoder.time = (struct shr_time_rule){
		.has_tsc2nsec = dat->has_tsc2nsec,
		.tsc_mult = dat->tsc_mult,
		.tsc_shift = dat->tsc_shift,
		.tsc_offset = dat->tsc_offset,
		.offset = dat->ts_offset,
	};
}

static int open_decoder(struct shr_trace_reader *reader,
			const struct shr_reader_options *options, struct shr_err *err)
{
	const struct shr_trace_dat *dat = &reader->dat;
	struct shr_decoder_texts texts = {
		.header_page = dat->header_page,
		.formats = dat->formats,
		.format_count = dat->format_count,
		.big = dat->bytes.big,
		.kallsyms = dat->kallsyms,
		.given = { (const char *)options->kallsyms, options->kallsyms_size },
		.cmdlines = dat->cmdlines,
		.notes = { dat->notes[0], dat->notes[1] },
	};

	return shr_decoder_init(&reader->decoder, &texts, next_batch, err);
}

static int open_reader(struct shr_trace_reader *reader, const uint8_t *data,
		       size_t size, const struct shr_reader_options *options,
		       struct shr_err *err)
{
	struct shr_trace_dat *dat = &reader->dat;

	if (shr_trace_dat_init(dat, data, size, err) < 0 ||
	    open_decoder(reader, options, err) < 0)
		return -1;
	describe(reader);
	reader->fault = dat->fault;
	if (open_streams(reader, options->instance, err) < 0)
		return -1;
	return start_merge(reader, err);
}

struct shr_trace_reader *shr_trace_reader_new(const uint8_t *data, size_t size,
					      const struct shr_reader_options *options,
					      struct shr_err *err)
{
	struct shr_trace_reader *reader = calloc(1, sizeof(*reader));

	if (!reader) {
		shr_fail(err, SHR_ERR_NOMEM, "out of memory");
		return NULL;
	}
	if (open_reader(reader, data, size, options, err) < 0) {
		shr_trace_reader_free(reader);
		return NULL;
	}
	return reader;
}

void shr_trace_reader_free(struct shr_trace_reader *reader)
{
	if (!reader)
		return;
	for (size_t i = 0; i < reader->stream_count; i++)
		shr_pages_release(&reader->streams[i].pages);
	free(reader->streams);
	free(reader->places);
	shr_merge_release(&reader->merge);
	shr_decoder_release(&reader->decoder);
	shr_trace_dat_release(&reader->dat);
	free(reader);
}

struct shr_source *shr_trace_reader_source(struct shr_trace_reader *reader)
{
	return &reader->decoder.source;
}
