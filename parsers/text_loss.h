/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_loss - marks for events that were dropped, and the gaps they make.
 *
 *	CPU:1 [LOST 53 EVENTS]                          trace_pipe
 *	shrfmt: CPU:1 [3180 EVENTS DROPPED]             trace-cmd report
 *	##### CPU 1 buffer started ####                 trace
 *	# entries-in-buffer/entries-written: 445/17564  trace
 *	LOST 12 events!                                 perf trace
 *	PERF_RECORD_LOST lost 12                        perf script --show-lost-events
 *
 * A gap lasts from the last line of its CPU to the next one, so a mark is held back
 * until that comes.  Marks that meet in one gap are one event.
 */
#ifndef PARSERS_TEXT_LOSS_H
#define PARSERS_TEXT_LOSS_H

#include "core/event.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shr_text_prefix;

enum {
	SHR_TEXT_LOSSES = 64, /* gaps held at a time */
	SHR_TEXT_CPUS = 8192, /* whose last line is remembered */
};

struct shr_text_loss {
	uint32_t has; /* SHR_HAS_CPU, SHR_HAS_COUNT */
	uint32_t cpu;
	uint64_t count;
	uint64_t from_ns;
};

/* All fields are private. */
struct shr_text_losses {
	struct shr_text_loss held[SHR_TEXT_LOSSES];
	size_t count;
	uint64_t last_ns; /* of any CPU */
	bool timed;	  /* last_ns is one */
	uint64_t cpu_ns[SHR_TEXT_CPUS];
};

/* Whether @line is a mark; if so, *loss is what it says. */
bool shr_text_loss_parse(struct shr_str line, struct shr_text_loss *loss);

/* The mark in "lost 12" behind PERF_RECORD_LOST or PERF_RECORD_LOST_SAMPLES. */
void shr_text_loss_parse_perf(struct shr_str text, struct shr_text_loss *loss);

/* Hold @loss back.  If there are too many, the oldest goes into *event: true. */
bool shr_text_losses_hold(struct shr_text_losses *losses,
			  const struct shr_text_loss *loss, struct shr_event *event);

/*
 * A line with @prefix came: put the gaps it ends into @events, room for
 * SHR_TEXT_LOSSES, and return their number.  The line's time is remembered.
 */
size_t shr_text_losses_end(struct shr_text_losses *losses,
			   const struct shr_text_prefix *prefix,
			   struct shr_event *events);

/* No more lines: as above for every gap, up to the last time seen. */
size_t shr_text_losses_flush(struct shr_text_losses *losses, struct shr_event *events);

#endif /* PARSERS_TEXT_LOSS_H */
