/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record_source - the events of a source, each with all that a kernel would have known
 * of it.
 *
 * Behind a census (census.h), over a second source that says the same as the first.
 * Events that the kernel does not have are passed over, and so is what the source did
 * not understand.
 *
 *	record_source_init(&records, &census, source);
 *	while ((got = record_source_next(&records, &record, &err)) > 0)
 *		use(record.event, record.layout);
 */
#ifndef CLI_SIM_RECORD_SOURCE_H
#define CLI_SIM_RECORD_SOURCE_H

#include "cli/sim/record_bytes.h"
#include "cli/sim/record_fields.h"
#include "core/stream.h"

#include <stddef.h>
#include <stdint.h>

struct census;
struct census_callback;
struct interrupt;
struct shr_err;

struct record_source {
	/* Private. */
	const struct census *census;
	struct shr_source *source;
	struct interrupt *interrupt; /* NULL: none is looked for */
	struct shr_batch batch;
	size_t next;
	uint64_t ts, count;
	struct record_layout layouts[RECORD_COUNT];
};

/* One event; everything is borrowed until the next. */
struct record {
	const struct shr_event *event;
	const struct record_layout *layout;	/* NULL: events were lost here */
	const struct census_callback *callback; /* NULL: it names none */
	struct record_extra extra;
	uint64_t ts;  /* nanoseconds, or where the source has no times their order */
	uint32_t cpu; /* 0 where it is not known */
};

/* @census and @source are borrowed as long as @records is used. */
void record_source_init(struct record_source *records, const struct census *census,
			struct shr_source *source, struct interrupt *interrupt);

/*
 * The next event into *record: 1; 0 at the end; -1 with *err filled in, also when a
 * signal has arrived.
 */
int record_source_next(struct record_source *records, struct record *record,
		       struct shr_err *err);

#endif /* CLI_SIM_RECORD_SOURCE_H */
