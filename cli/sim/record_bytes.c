/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/sim/record_bytes.h"

#include "cli/sim/kernel_form.h"
#include "cli/sim/ring_pages.h"

#include <string.h>

_Static_assert((int)RECORD_BYTES_MAX <= (int)RING_RECORD_MAX, "a record fits a page");

void record_bytes_store(uint8_t *at, uint64_t value, size_t size, bool big)
{
	for (size_t i = 0; i < size; i++)
		at[big ? size - 1 - i : i] = (uint8_t)(value >> 8 * i);
}

/* How deep a cgroup lies: "/" is 0, "/a/b" is 2. */
static uint64_t level_of(struct shr_str path)
{
	uint64_t level = 0;

	for (size_t i = 0; i + 1 < path.len; i++)
		level += path.ptr[i] == '/';
	return level;
}

static uint64_t start_value(const struct shr_start *start,
			    const struct record_extra *extra, enum record_value value)
{
	switch (value) {
	case VALUE_DEFERRED:
		return (uint64_t)start->deferred;
	case VALUE_GFP:
		return extra->gfp;
	case VALUE_PGS_SCANNED:
		return start->pgs_scanned;
	case VALUE_LRU_PGS:
		return start->lru_pgs;
	case VALUE_FREEABLE:
		return (uint64_t)start->freeable;
	case VALUE_DELTA:
		return start->delta;
	case VALUE_TOTAL_SCAN:
		return (uint64_t)start->total_scan;
	case VALUE_PRIORITY:
		return (uint64_t)start->priority;
	default:
		return 0;
	}
}

static uint64_t end_value(const struct shr_end *end, enum record_value value)
{
	switch (value) {
	case VALUE_DEFERRED:
		return (uint64_t)end->deferred;
	case VALUE_NEW_SCAN:
		return (uint64_t)end->new_scan;
	case VALUE_TOTAL_SCAN:
		return (uint64_t)end->total_scan;
	case VALUE_RETVAL:
		return (uint64_t)end->retval;
	default:
		return 0;
	}
}

static uint64_t identity_value(const struct shr_identity *identity,
			       const struct record_extra *extra,
			       enum record_value value)
{
	switch (value) {
	case VALUE_PROBE:
		return extra->probe;
	case VALUE_MEMCG:
		return identity->memcg;
	case VALUE_BATCH:
		return (uint64_t)identity->batch;
	case VALUE_SEEKS:
		return (uint64_t)identity->seeks;
	case VALUE_FLAGS:
		return identity->flags;
	case VALUE_ID:
		return (uint64_t)identity->id;
	default:
		return 0;
	}
}

static uint64_t context_value(const struct shr_context *context,
			      const struct record_extra *extra, enum record_value value)
{
	if (value == VALUE_ROOT)
		return (uint64_t)context->root;
	return value == VALUE_LEVEL ? level_of(extra->text) : 0;
}

uint64_t record_value(const struct shr_event *event, const struct record_extra *extra,
		      enum record_value value)
{
	switch (value) {
	case VALUE_PID:
		return (uint64_t)event->pid;
	case VALUE_SHRINKER:
		return event->shrinker;
	case VALUE_CALLBACK:
		return extra->callback;
	case VALUE_NID:
		return (uint64_t)event->nid;
	case VALUE_MEMCG_ID:
		return event->memcg_id;
	case VALUE_TEXT:
		return extra->text.len;
	default:
		break;
	}
	if (event->kind == SHR_START)
		return start_value(&event->start, extra, value);
	if (event->kind == SHR_END)
		return end_value(&event->end, value);
	if (event->kind == SHR_IDENTITY)
		return identity_value(&event->identity, extra, value);
	return context_value(&event->context, extra, value);
}

/* A text behind the fields, with its NUL, and in @field where it is. */
static size_t put_text(const struct record_field *field, bool big, struct shr_str text,
		       uint8_t *record, size_t at)
{
	size_t len = text.len < RECORD_TEXT_MAX ? text.len : RECORD_TEXT_MAX - 1;

	if (len)
		memcpy(record + at, text.ptr, len);
	record[at + len] = '\0';
	record_bytes_store(record + field->offset, (len + 1) << 16 | at, field->size,
			   big);
	return at + len + 1;
}

size_t record_bytes_put(const struct record_layout *layout,
			const struct kernel_form *form, const struct shr_event *event,
			const struct record_extra *extra,
			uint8_t record[RECORD_BYTES_MAX])
{
	size_t len = layout->size;

	memset(record, 0, layout->size);
	record_bytes_store(record, layout->id, 2, form->big);
	record_bytes_store(record + 4, (uint64_t)event->pid, 4, form->big);
	for (size_t i = 0; i < layout->field_count; i++) {
		const struct record_field *field = &layout->fields[i];

		if (field->value == VALUE_TEXT)
			len = put_text(field, form->big, extra->text, record, len);
		else
			record_bytes_store(record + field->offset,
					   record_value(event, extra, field->value),
					   field->size, form->big);
	}
	return len;
}
