/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * live - the events of a running kernel, from pages that are handed in as they come.
 *
 * Whoever reads the buffers hands in their pages CPU by CPU, and says when nothing is
 * to come any more that is as old as a certain time.  Up to there records come out,
 * all CPUs merged by time; a busy CPU's also vouch for themselves, for one CPU's
 * records never go back in time.  What waits is what has been handed in since; so
 * memory is bounded if what is handed in between two words about time is.
 *
 * A record can still be later than what was said: the kernel stamps it, and then an
 * interrupt or a hypervisor takes the CPU away before it is in the buffer.  It gets
 * the time of the last one that came out before it, and is counted.
 *
 *	struct shr_live *live = shr_live_new(&texts, &err);
 *	struct shr_source *src = shr_live_source(live);
 *
 *	for (;;) {
 *		...shr_live_add() what the buffers hold, until they are empty
 *		shr_live_settle(live, a time that all agree on);
 *		while ((got = src->next(src, &batch, &err)) > 0)
 *			use(batch.events, batch.count);
 *	}
 *	shr_live_finish(live);
 */
#ifndef PARSERS_LIVE_H
#define PARSERS_LIVE_H

#include "core/event.h"
#include "parsers/format_lines.h"

#include <stddef.h>
#include <stdint.h>

struct shr_err;
struct shr_live;
struct shr_source;

/* What describes the records: texts of tracefs.  Borrowed until shr_live_free(). */
struct shr_live_texts {
	struct shr_str header_page;	       /* events/header_page */
	const struct shr_format_text *formats; /* of all events there may be */
	size_t format_count;
	struct shr_str kallsyms; /* lines of /proc/kallsyms; may be empty */
	struct shr_str given;	 /* others, which go first; ptr NULL: none */
	struct shr_str kernel;	 /* the release */
	struct shr_str clock;	 /* of the buffers, as the kernel names it */
	struct shr_str notes;	 /* see notes.h; may be empty */
	uint32_t page_size;	 /* bytes of a buffer's page */
	uint32_t cpu_count;	 /* one more than the highest number */
};

/* NULL with *err filled in: also where the formats cannot be read. */
struct shr_live *shr_live_new(const struct shr_live_texts *texts, struct shr_err *err);

/* Accepts NULL. */
void shr_live_free(struct shr_live *live);

/*
 * Lives as long as @live.  Its next() returns 0 where more pages are needed, and after
 * shr_live_finish() at the end; -1 repeats.
 */
struct shr_source *shr_live_source(struct shr_live *live);

/*
 * Hand in a page of CPU @number, full or not: @len bytes, of which what is used is
 * copied.  0, or -1 with *err filled in when memory runs out, or when there is no such
 * CPU.
 */
int shr_live_add(struct shr_live *live, uint32_t number, const void *bytes, size_t len,
		 struct shr_err *err);

/*
 * @cpu has more than was handed in: until the next shr_live_settle() its own records
 * are all that is known of it.
 */
void shr_live_busy(struct shr_live *live, uint32_t cpu);

/*
 * From none of the CPUs that are not busy a record of @ts or before is to come: they
 * were empty at a time when the clock had passed it.  Never goes back.
 */
void shr_live_settle(struct shr_live *live, uint64_t ts);

/* The latest time of any record that was handed in, 0 if there was none. */
uint64_t shr_live_newest(struct shr_live *live);

/* Nothing more is to come: what waits comes out. */
void shr_live_finish(struct shr_live *live);

/* Bytes of the pages that wait. */
uint64_t shr_live_waiting(const struct shr_live *live);

/* Records that came out with a later time than theirs, to keep the order. */
uint64_t shr_live_late(const struct shr_live *live);

/*
 * Lines "PID NAME" to tell tasks' names by from now on, borrowed until free or the next
 * call.  0, or -1 with *err filled in when memory runs out.
 */
int shr_live_set_cmdlines(struct shr_live *live, struct shr_str text,
			  struct shr_err *err);

#endif /* PARSERS_LIVE_H */
