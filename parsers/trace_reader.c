/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/trace_reader.h"

#include "core/err.h"
#include "core/stream.h"
#include "parsers/cmdlines.h"
#include "parsers/formats.h"
#include "parsers/identity_line.h"
#include "parsers/kallsyms.h"
#include "parsers/merge.h"
#include "parsers/names.h"
#include "parsers/reader.h"
#include "parsers/records.h"
#include "parsers/trace_dat.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 128 };

/* A page larger than this is no page: the largest sub-buffer has order 7. */
static const uint32_t page_size_max = (uint32_t)8 << 20;

/* Which data a stream is reading. */
struct place {
	const struct shr_trace_buffer *buffer;
	const struct shr_cpu_data *data;
};

struct shr_trace_reader {
	struct shr_source source;
	struct shr_capture capture;
	struct shr_trace_dat dat;
	struct shr_formats formats;
	struct shr_names *names;       /* owned */
	struct shr_cmdlines *cmdlines; /* owned */
	struct shr_kallsyms *kallsyms; /* owned: the capture's */
	struct shr_kallsyms *given;    /* owned: --kallsyms, which goes first */
	struct shr_stream *streams;    /* owned */
	struct place *places;	       /* owned: of each stream, in their order */
	size_t stream_count;
	struct shr_merge merge;
	struct shr_err fault; /* the first; code SHR_ERR_NONE if there was none */
	char format[40];
	struct shr_event *events; /* owned; room for a batch and for each CPU's gap */
	size_t count;
};

static uint64_t time_of(const struct shr_trace_reader *reader, uint64_t ts)
{
	const struct shr_trace_dat *dat = &reader->dat;

	if (dat->has_tsc2nsec)
		ts = (uint64_t)((unsigned __int128)ts * dat->tsc_mult >>
				dat->tsc_shift) +
		     dat->tsc_offset;
	return ts + (uint64_t)dat->ts_offset;
}

static void push_lost(struct shr_trace_reader *reader, const struct shr_stream *stream,
		      uint64_t ts, const uint64_t *count)
{
	struct shr_event *event = &reader->events[reader->count++];

	*event = (struct shr_event){
		.kind = SHR_LOST,
		.has = SHR_HAS_TIME | SHR_HAS_CPU | (count ? SHR_HAS_COUNT : 0u),
		.ts_ns = time_of(reader, ts),
		.cpu = stream->cpu,
		.lost = { .count = count ? *count : 0,
			  .from_ns = stream->last_ts ? time_of(reader, stream->last_ts)
						     : 0 },
	};
	reader->capture.lost_gaps++;
	reader->capture.lost_events += event->lost.count;
}

static void push_run_lost(struct shr_trace_reader *reader,
			  const struct shr_stream *stream, uint64_t ts)
{
	const struct shr_run *run = &stream->run;

	push_lost(reader, stream, ts, run->lost_counted ? &run->lost_count : NULL);
}

/* The first fault is the one to tell; its stream ends in a gap of unknown size. */
static void note_fault(struct shr_trace_reader *reader, const struct shr_stream *stream,
		       const struct shr_err *err)
{
	if (!reader->fault.code)
		reader->fault = *err;
	reader->capture.incomplete = true;
	push_lost(reader, stream, stream->last_ts, NULL);
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
		reader->capture.consumed += shr_pages_passed(&stream->pages);
	} while (got == 0 && go_on(reader, stream));
	stream->next = 0;
	if (got < 0)
		note_fault(reader, stream, &err);
	else if (!got && stream->run.lost)
		push_run_lost(reader, stream, stream->last_ts);
	if (got <= 0) {
		shr_pages_release(&stream->pages);
		return false;
	}
	/* It is told at once: what other CPUs did meanwhile is yet to come. */
	if (stream->run.lost)
		push_run_lost(reader, stream, stream->run.records[0].ts);
	return true;
}

static void push_malformed(struct shr_trace_reader *reader,
			   const struct shr_stream *stream,
			   const struct shr_record *record)
{
	reader->events[reader->count++] = (struct shr_event){
		.kind = SHR_MALFORMED,
		.has = SHR_HAS_TIME | SHR_HAS_CPU,
		.ts_ns = time_of(reader, record->ts),
		.cpu = stream->cpu,
		.malformed = { .offset = stream->pages.page_at,
			       .reason = "a record is shorter than its format" },
	};
	reader->capture.malformed++;
}

/* What a program printed: ours, broken or not, or another's. */
static void push_line(struct shr_trace_reader *reader, const struct shr_stream *stream,
		      const struct shr_record *record,
		      const struct shr_record_format *format)
{
	struct shr_str line =
		shr_record_line(&reader->formats, format, record->data, record->len);

	if (!shr_identity_line_is_ours(line)) {
		reader->capture.skipped++;
		return;
	}
	struct shr_event *event = &reader->events[reader->count++];

	if (!shr_record_decode_line(&reader->formats, format, record->data, line,
				    reader->names, event)) {
		event->malformed.offset = stream->pages.page_at;
		reader->capture.malformed++;
	}
	event->ts_ns = time_of(reader, record->ts);
	event->cpu = stream->cpu;
}

static void push_record(struct shr_trace_reader *reader,
			const struct shr_stream *stream,
			const struct shr_record *record)
{
	const struct shr_record_format *format =
		shr_formats_find(&reader->formats, record->data, record->len);

	if (!format) {
		reader->capture.skipped++;
		return;
	}
	if (record->len < format->min_len) {
		push_malformed(reader, stream, record);
		return;
	}
	if (format->line) {
		push_line(reader, stream, record, format);
		return;
	}
	struct shr_event *event = &reader->events[reader->count++];

	shr_record_decode(&reader->formats, format, record->data, record->len,
			  reader->names, event);
	event->ts_ns = time_of(reader, record->ts);
	event->cpu = stream->cpu;
	if (format->kind == SHR_CONTEXT)
		reader->capture.context++;
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

		push_record(reader, stream, record);
		stream->last_ts = record->ts;
		goes_on = ++stream->next < stream->run.count || refill(reader, stream);
	} while (goes_on && reader->count + 3 <= BATCH &&
		 shr_stream_record(stream)->ts < bound);
	shr_merge_settle(&reader->merge, goes_on);
}

static int next_batch(struct shr_source *source, struct shr_batch *batch,
		      struct shr_err *err)
{
	struct shr_trace_reader *reader = (struct shr_trace_reader *)source;

	/* Faults of the very first pages have left their gaps in the batch. */
	while (reader->merge.count && reader->count + 3 <= BATCH)
		drain_top(reader);
	*batch = (struct shr_batch){ reader->events, reader->count };
	if (reader->count) {
		reader->count = 0;
		return 1;
	}
	if (!reader->fault.code)
		return 0;
	*err = reader->fault;
	return -1;
}

static bool find_symbol(struct shr_source *source, uint64_t callback,
			struct shr_symbol *symbol)
{
	struct shr_trace_reader *reader = (struct shr_trace_reader *)source;

	return shr_kallsyms_find(reader->given, callback, symbol) ||
	       shr_kallsyms_find(reader->kallsyms, callback, symbol);
}

static struct shr_str find_comm(struct shr_source *source, int32_t pid, uint32_t comm)
{
	struct shr_trace_reader *reader = (struct shr_trace_reader *)source;

	(void)comm;
	return shr_cmdlines_find(reader->cmdlines, pid);
}

static void print_gfp(struct shr_source *source, const struct shr_start *start,
		      bool has_gfp, char *buf, size_t size)
{
	struct shr_trace_reader *reader = (struct shr_trace_reader *)source;

	if (has_gfp)
		shr_gfp_flags_print(&reader->formats.gfp, start->gfp, buf, size);
	else
		snprintf(buf, size, "%s", "");
}

static struct shr_str find_text(struct shr_source *source, uint32_t token)
{
	struct shr_trace_reader *reader = (struct shr_trace_reader *)source;

	return shr_names_text(reader->names, token);
}

static void open_stream(struct shr_trace_reader *reader,
			struct shr_trace_buffer *buffer, const struct shr_cpu_data *cpu)
{
	struct shr_trace_dat *dat = &reader->dat;
	struct shr_page_layout layout = reader->formats.page;
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
	uint32_t least = reader->formats.page.data_offset + 4;

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
		const struct shr_record_format *format = shr_formats_find(
			&reader->formats, run->records[i].data, run->records[i].len);

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
	for (size_t i = 0; i < reader->count; i++) {
		struct shr_event *event = &reader->events[i];

		if (event->ts_ns != time_of(reader, 0))
			continue;
		if (reader->merge.count)
			event->ts_ns = time_of(
				reader, shr_stream_record(reader->merge.heap[0])->ts);
		else
			event->has &= ~(uint32_t)SHR_HAS_TIME;
		event->lost.from_ns = event->ts_ns;
	}
}

/* Every stream's first run; those that have one are merged. */
static int start_merge(struct shr_trace_reader *reader, struct shr_err *err)
{
	reader->events = calloc(BATCH + reader->stream_count, sizeof(*reader->events));
	if (!reader->events)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	for (size_t i = 0; i < reader->stream_count; i++) {
		if (refill(reader, &reader->streams[i]))
			shr_merge_add(&reader->merge, &reader->streams[i]);
	}
	shr_merge_start(&reader->merge);
	date_gaps(reader);
	return 0;
}

/* Counts, cycles and jiffies (uptime) are no nanoseconds; where none is named, these
 * are. */
static enum shr_clock_unit clock_unit_of(const struct shr_trace_dat *dat)
{
	static const char *const in_ns[] = { "",     "local",	 "global", "perf",
					     "mono", "mono_raw", "boot",   "tai" };

	if (dat->has_tsc2nsec)
		return SHR_CLOCK_NS;
	for (size_t i = 0; i < sizeof(in_ns) / sizeof(*in_ns); i++)
		if (shr_str_is(dat->clock, in_ns[i]))
			return SHR_CLOCK_NS;
	return SHR_CLOCK_TICKS;
}

static void describe(struct shr_trace_reader *reader)
{
	struct shr_trace_dat *dat = &reader->dat;
	struct shr_capture *capture = &reader->capture;

	snprintf(reader->format, sizeof(reader->format), "trace.dat v%u%s%.*s",
		 dat->version, shr_str_is(dat->compression, "none") ? "" : ", ",
		 shr_str_is(dat->compression, "none") ? 0 : (int)dat->compression.len,
		 dat->compression.ptr);
	/* A buffer's own clock is what the recorder left there: it can be stale. */
	if (!dat->clock.len && dat->buffer_count)
		dat->clock = dat->buffers[0].clock;
	*capture = (struct shr_capture){
		.format = reader->format,
		.kernel = dat->release,
		.clock = dat->clock,
		.layouts = reader->formats.layouts,
		.long_size = reader->formats.long_size,
		.clock_unit = clock_unit_of(dat),
		.size = dat->bytes.size,
	};
}

static int open_names(struct shr_trace_reader *reader,
		      const struct shr_reader_options *options, struct shr_err *err)
{
	struct shr_str given = { (const char *)options->kallsyms,
				 options->kallsyms_size };

	reader->names = shr_names_new(err);
	if (!reader->names)
		return -1;
	reader->cmdlines = shr_cmdlines_new(reader->dat.cmdlines);
	reader->kallsyms = shr_kallsyms_new(reader->dat.kallsyms);
	reader->given = given.ptr ? shr_kallsyms_new(given) : NULL;
	if (!reader->cmdlines || !reader->kallsyms || (given.ptr && !reader->given))
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	return 0;
}

static int open_reader(struct shr_trace_reader *reader, const uint8_t *data,
		       size_t size, const struct shr_reader_options *options,
		       struct shr_err *err)
{
	struct shr_trace_dat *dat = &reader->dat;

	if (shr_trace_dat_init(dat, data, size, err) < 0 ||
	    shr_formats_init(&reader->formats, dat->header_page, dat->formats,
			     dat->format_count, dat->bytes.big, err) < 0 ||
	    open_names(reader, options, err) < 0)
		return -1;
	describe(reader);
	reader->fault = dat->fault;
	reader->capture.incomplete = dat->fault.code != SHR_ERR_NONE;
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
	reader->source = (struct shr_source){
		.capture = &reader->capture,
		.next = next_batch,
		.symbol = find_symbol,
		.comm = find_comm,
		.gfp = print_gfp,
		.text = find_text,
	};
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
	free(reader->events);
	shr_merge_release(&reader->merge);
	shr_kallsyms_free(reader->given);
	shr_kallsyms_free(reader->kallsyms);
	shr_cmdlines_free(reader->cmdlines);
	shr_names_free(reader->names);
	shr_formats_release(&reader->formats);
	shr_trace_dat_release(&reader->dat);
	free(reader);
}

struct shr_source *shr_trace_reader_source(struct shr_trace_reader *reader)
{
	return &reader->source;
}
