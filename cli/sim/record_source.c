/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/sim/record_source.h"

#include "cli/interrupt.h"
#include "cli/sim/census.h"
#include "core/err.h"
#include "core/model/gfp.h"

#include <string.h>

enum { GFP_TEXT = 1024 };

void record_source_init(struct record_source *records, const struct census *census,
			struct shr_source *source, struct interrupt *interrupt)
{
	*records = (struct record_source){ .census = census,
					   .source = source,
					   .interrupt = interrupt };
	for (enum record_id id = 0; id < RECORD_COUNT; id++)
		record_layout_init(&records->layouts[id], &census->form, id,
				   census->identity_has);
}

/* Text has names instead of a mask; what they stand for is this release's affair. */
static uint64_t mask_of(const struct record_source *records,
			const struct shr_event *event)
{
	const struct shr_start *start = &event->start;
	char names[GFP_TEXT];
	uint64_t mask;

	if (event->has & SHR_HAS_GFP)
		return start->gfp;
	records->source->gfp(records->source, start, false, names, sizeof(names));
	shr_gfp_parse(records->census->form.release,
		      (struct shr_str){ names, strlen(names) }, &mask);
	return mask;
}

static struct shr_str text_of(const struct record_source *records,
			      const struct shr_event *event)
{
	uint32_t token = 0;

	if (event->kind == SHR_IDENTITY)
		token = event->identity.name;
	else if (event->kind == SHR_CONTEXT)
		token = event->context.path;
	return token ? records->source->text(records->source, token)
		     : (struct shr_str){ "", 0 };
}

static uint64_t time_of(struct record_source *records, const struct shr_event *event)
{
	if (records->census->capture.clock_unit == SHR_CLOCK_NONE)
		return ++records->count;
	if (event->has & SHR_HAS_TIME)
		records->ts = event->ts_ns;
	return records->ts;
}

static void fill_in(struct record_source *records, const struct shr_event *event,
		    struct record *record)
{
	const struct census *census = records->census;

	*record = (struct record){ .event = event,
				   .ts = time_of(records, event),
				   .cpu = event->has & SHR_HAS_CPU ? event->cpu : 0 };
	if (event->kind == SHR_LOST)
		return;
	record->layout = &records->layouts[record_id_of(event)];
	record->extra.text = text_of(records, event);
	record->extra.probe = census->probe;
	if (event->kind == SHR_START)
		record->extra.gfp = mask_of(records, event);
	if (event->kind <= SHR_END && (event->has & SHR_HAS_CALLBACK))
		record->callback = census_callback(census, event->callback);
	if (record->callback)
		record->extra.callback = record->callback->address;
}

static bool is_written(const struct record_source *records,
		       const struct shr_event *event)
{
	if (event->kind == SHR_LOST)
		return true;
	return event->kind != SHR_MALFORMED &&
	       !records->census->unknown[record_id_of(event)];
}

static int next_batch(struct record_source *records, struct shr_err *err)
{
	if (records->interrupt && interrupt_check(records->interrupt))
		return shr_fail(err, SHR_ERR_IO, "interrupted");
	records->next = 0;
	return records->source->next(records->source, &records->batch, err);
}

int record_source_next(struct record_source *records, struct record *record,
		       struct shr_err *err)
{
	for (;;) {
		if (records->next == records->batch.count) {
			int got = next_batch(records, err);

			if (got <= 0) {
				records->batch.count = records->next = 0;
				return got;
			}
		}
		const struct shr_event *event = &records->batch.events[records->next++];

		if (!is_written(records, event))
			continue;
		fill_in(records, event, record);
		return 1;
	}
}
