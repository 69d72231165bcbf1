/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/decoder.h"

#include "core/err.h"
#include "parsers/cmdlines.h"
#include "parsers/identity_line.h"
#include "parsers/kallsyms.h"
#include "parsers/merge.h"
#include "parsers/names.h"
#include "parsers/notes.h"
#include "parsers/records.h"

#include <stdio.h>
#include <stdlib.h>

uint64_t shr_decoder_time(const struct shr_decoder *decoder, uint64_t ts)
{
	const struct shr_time_rule *rule = &decoder->time;

	if (rule->has_tsc2nsec)
		ts = (uint64_t)((unsigned __int128)ts * rule->tsc_mult >>
				rule->tsc_shift) +
		     rule->tsc_offset;
	return ts + (uint64_t)rule->offset;
}

void shr_decoder_lost(struct shr_decoder *decoder, const struct shr_stream *stream,
		      uint64_t ts, const uint64_t *count)
{
	struct shr_event *event = &decoder->events[decoder->count++];

	*event = (struct shr_event){
		.kind = SHR_LOST,
		.has = SHR_HAS_TIME | SHR_HAS_CPU | (count ? SHR_HAS_COUNT : 0u),
		.ts_ns = shr_decoder_time(decoder, ts),
		.cpu = stream->cpu,
		.lost = { .count = count ? *count : 0,
			  .from_ns = stream->last_ts ? shr_decoder_time(decoder,
									stream->last_ts)
						     : 0 },
	};
	decoder->capture.lost_gaps++;
	decoder->capture.lost_events += event->lost.count;
}

void shr_decoder_run_lost(struct shr_decoder *decoder, const struct shr_stream *stream,
			  uint64_t ts)
{
	const struct shr_run *run = &stream->run;

	shr_decoder_lost(decoder, stream, ts,
			 run->lost_counted ? &run->lost_count : NULL);
}

static void push_malformed(struct shr_decoder *decoder, const struct shr_stream *stream,
			   const struct shr_record *record)
{
	decoder->events[decoder->count++] = (struct shr_event){
		.kind = SHR_MALFORMED,
		.has = SHR_HAS_TIME | SHR_HAS_CPU,
		.ts_ns = shr_decoder_time(decoder, record->ts),
		.cpu = stream->cpu,
		.malformed = { .offset = stream->pages.page_at,
			       .reason = "a record is shorter than its format" },
	};
	decoder->capture.malformed++;
}

/* What a program printed: ours, broken or not, or another's. */
static void push_line(struct shr_decoder *decoder, const struct shr_stream *stream,
		      const struct shr_record *record,
		      const struct shr_record_format *format)
{
	struct shr_str line =
		shr_record_line(&decoder->formats, format, record->data, record->len);

	if (!shr_identity_line_is_ours(line)) {
		decoder->capture.skipped++;
		return;
	}
	struct shr_event *event = &decoder->events[decoder->count++];

	if (!shr_record_decode_line(&decoder->formats, format, record->data, line,
				    decoder->names, event)) {
		event->malformed.offset = stream->pages.page_at;
		decoder->capture.malformed++;
	}
	event->ts_ns = shr_decoder_time(decoder, record->ts);
	event->cpu = stream->cpu;
}

void shr_decoder_record(struct shr_decoder *decoder, const struct shr_stream *stream,
			const struct shr_record *record)
{
	const struct shr_record_format *format =
		shr_formats_find(&decoder->formats, record->data, record->len);

	if (!format) {
		decoder->capture.skipped++;
		return;
	}
	if (record->len < format->min_len) {
		push_malformed(decoder, stream, record);
		return;
	}
	if (format->line) {
		push_line(decoder, stream, record, format);
		return;
	}
	struct shr_event *event = &decoder->events[decoder->count++];

	shr_record_decode(&decoder->formats, format, record->data, record->len,
			  decoder->names, event);
	event->ts_ns = shr_decoder_time(decoder, record->ts);
	event->cpu = stream->cpu;
	if (format->kind == SHR_CONTEXT)
		decoder->capture.context++;
}

bool shr_decoder_hand_out(struct shr_decoder *decoder, struct shr_batch *batch)
{
	*batch = (struct shr_batch){ decoder->events, decoder->count };
	decoder->count = 0;
	return batch->count > 0;
}

static bool find_symbol(struct shr_source *source, uint64_t callback,
			struct shr_symbol *symbol)
{
	struct shr_decoder *decoder = (struct shr_decoder *)source;

	return shr_kallsyms_find(decoder->given, callback, symbol) ||
	       shr_kallsyms_find(decoder->kallsyms, callback, symbol);
}

static struct shr_str find_comm(struct shr_source *source, int32_t pid, uint32_t comm)
{
	struct shr_decoder *decoder = (struct shr_decoder *)source;

	(void)comm;
	return shr_cmdlines_find(decoder->cmdlines, pid);
}

static void print_gfp(struct shr_source *source, const struct shr_start *start,
		      bool has_gfp, char *buf, size_t size)
{
	struct shr_decoder *decoder = (struct shr_decoder *)source;

	if (has_gfp)
		shr_gfp_flags_print(&decoder->formats.gfp, start->gfp, buf, size);
	else
		snprintf(buf, size, "%s", "");
}

static struct shr_str find_text(struct shr_source *source, uint32_t token)
{
	struct shr_decoder *decoder = (struct shr_decoder *)source;

	return shr_names_text(decoder->names, token);
}

enum shr_clock_unit shr_clock_unit_of(struct shr_str clock)
{
	static const char *const in_ns[] = { "",     "local",	 "global", "perf",
					     "mono", "mono_raw", "boot",   "tai" };

	for (size_t i = 0; i < sizeof(in_ns) / sizeof(*in_ns); i++)
		if (shr_str_is(clock, in_ns[i]))
			return SHR_CLOCK_NS;
	return SHR_CLOCK_TICKS;
}

static int open_names(struct shr_decoder *decoder,
		      const struct shr_decoder_texts *texts, struct shr_err *err)
{
	decoder->names = shr_names_new(err);
	if (!decoder->names)
		return -1;
	decoder->cmdlines = shr_cmdlines_new(texts->cmdlines);
	decoder->kallsyms = shr_kallsyms_new(texts->kallsyms);
	decoder->given = texts->given.ptr ? shr_kallsyms_new(texts->given) : NULL;
	if (!decoder->cmdlines || !decoder->kallsyms ||
	    (texts->given.ptr && !decoder->given))
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	return 0;
}

static int read_notes(struct shr_decoder *decoder, const struct shr_str notes[2],
		      struct shr_err *err)
{
	for (size_t i = 0; i < 2; i++)
		if (shr_notes_read(&decoder->notes, notes[i], decoder->names, err) < 0)
			return -1;
	decoder->capture.cgroups = decoder->notes.cgroups;
	decoder->capture.cgroup_count = decoder->notes.cgroup_count;
	return 0;
}

int shr_decoder_init(struct shr_decoder *decoder, const struct shr_decoder_texts *texts,
		     int (*next)(struct shr_source *, struct shr_batch *,
				 struct shr_err *),
		     struct shr_err *err)
{
	*decoder = (struct shr_decoder){ 0 };
	decoder->source = (struct shr_source){
		.capture = &decoder->capture,
		.next = next,
		.symbol = find_symbol,
		.comm = find_comm,
		.gfp = print_gfp,
		.text = find_text,
	};
	if (shr_formats_init(&decoder->formats, texts->header_page, texts->formats,
			     texts->format_count, texts->big, err) < 0 ||
	    open_names(decoder, texts, err) < 0 ||
	    read_notes(decoder, texts->notes, err) < 0)
		return -1;
	decoder->capture.layouts = decoder->formats.layouts;
	decoder->capture.long_size = decoder->formats.long_size;
	return 0;
}

int shr_decoder_cmdlines(struct shr_decoder *decoder, struct shr_str text,
			 struct shr_err *err)
{
	shr_cmdlines_free(decoder->cmdlines);
	decoder->cmdlines = shr_cmdlines_new(text);
	return decoder->cmdlines ? 0 : shr_fail(err, SHR_ERR_NOMEM, "out of memory");
}

void shr_decoder_release(struct shr_decoder *decoder)
{
	free(decoder->events);
	shr_kallsyms_free(decoder->given);
	shr_kallsyms_free(decoder->kallsyms);
	shr_cmdlines_free(decoder->cmdlines);
	shr_notes_release(&decoder->notes);
	shr_names_free(decoder->names);
	shr_formats_release(&decoder->formats);
	*decoder = (struct shr_decoder){ 0 };
}
