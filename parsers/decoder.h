/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * decoder - records of a ring buffer in, the events of a source out.
 *
 * What a trace.dat and a running kernel have in common once records are in order: the
 * formats, the names, the rule for time, what is counted of the capture, and the batch
 * that is being filled.  Whoever embeds one finds the next record, and hands the batch
 * on; all other questions to the source are answered here.
 *
 *	if (shr_decoder_init(&decoder, &texts, next, &err) < 0)
 *		...
 *	decoder.events = calloc(room, sizeof(*decoder.events));
 *	shr_decoder_record(&decoder, stream, shr_stream_record(stream));
 *	shr_decoder_release(&decoder);
 */
#ifndef PARSERS_DECODER_H
#define PARSERS_DECODER_H

#include "core/stream.h"
#include "parsers/formats.h"
#include "parsers/notes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shr_cmdlines;
struct shr_err;
struct shr_kallsyms;
struct shr_names;
struct shr_record;
struct shr_stream;

/* From a record's time to an event's: first to nanoseconds, then by the offset. */
struct shr_time_rule {
	bool has_tsc2nsec;
	uint32_t tsc_mult;
	uint32_t tsc_shift;
	uint64_t tsc_offset;
	int64_t offset;
};

/* What describes the records.  Borrowed until release. */
struct shr_decoder_texts {
	struct shr_str header_page;
	const struct shr_format_text *formats;
	size_t format_count;
	bool big; /* endian */
	struct shr_str kallsyms;
	struct shr_str given; /* --kallsyms, which goes first; ptr NULL: none */
	struct shr_str cmdlines;
	struct shr_str notes[2]; /* see notes.h; may be empty */
};

struct shr_decoder {
	struct shr_source source;   /* first: the embedder's own is found from it */
	struct shr_capture capture; /* public, but for its counts */
	struct shr_time_rule time;  /* public */
	struct shr_event *events;   /* owned; public: the embedder makes the room */
	size_t count;		    /* of them; public */
	struct shr_formats formats;
	struct shr_names *names;       /* owned */
	struct shr_cmdlines *cmdlines; /* owned */
	struct shr_kallsyms *kallsyms; /* owned: the capture's */
	struct shr_kallsyms *given;    /* owned */
	struct shr_notes notes;
};

/*
 * Learn the formats; @next is the source's.  0, or -1 with *err filled in.  Release it
 * in both cases.
 */
int shr_decoder_init(struct shr_decoder *decoder, const struct shr_decoder_texts *texts,
		     int (*next)(struct shr_source *, struct shr_batch *,
				 struct shr_err *),
		     struct shr_err *err);

/* Accepts what a failed init left, and all zero. */
void shr_decoder_release(struct shr_decoder *decoder);

/*
 * Other task names from now on, borrowed until release or the next call.  0, or -1 with
 * *err filled in: then there are none.
 */
int shr_decoder_cmdlines(struct shr_decoder *decoder, struct shr_str text,
			 struct shr_err *err);

/* An event's time for a record's. */
uint64_t shr_decoder_time(const struct shr_decoder *decoder, uint64_t ts);

/* Push the event of a record of @stream, unless it is of a kind that is passed over. */
void shr_decoder_record(struct shr_decoder *decoder, const struct shr_stream *stream,
			const struct shr_record *record);

/*
 * Push a gap that ends at @ts and began at stream->last_ts.  @count NULL: nobody knows
 * how many.
 */
void shr_decoder_lost(struct shr_decoder *decoder, const struct shr_stream *stream,
		      uint64_t ts, const uint64_t *count);

/* The same of what stream->run says was lost before its first record. */
void shr_decoder_run_lost(struct shr_decoder *decoder, const struct shr_stream *stream,
			  uint64_t ts);

/* Hand out what has been pushed: whether there is anything. */
bool shr_decoder_hand_out(struct shr_decoder *decoder, struct shr_batch *batch);

/*
 * What the kernel's clock of that name counts.  Counts, cycles and jiffies (uptime) are
 * no nanoseconds; where none is named, these are.
 */
enum shr_clock_unit shr_clock_unit_of(struct shr_str clock);

#endif /* PARSERS_DECODER_H */
