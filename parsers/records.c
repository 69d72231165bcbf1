/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/records.h"

#include "parsers/identity_line.h"
#include "parsers/names.h"
#include "parsers/text_cursor.h"

#include <byteswap.h>
#include <string.h>

static inline uint64_t load8(const uint8_t *data, struct shr_field field)
{
	uint64_t value;

	memcpy(&value, data + field.offset, sizeof(value));
	return field.size ? value : 0;
}

static inline int32_t load4(const uint8_t *data, struct shr_field field)
{
	int32_t value;

	memcpy(&value, data + field.offset, sizeof(value));
	return field.size ? value : 0;
}

/* Any size, sign and order; a field that is not there reads 0. */
static uint64_t load_any(const uint8_t *data, struct shr_field field, bool big)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < field.size; i++) {
		unsigned at = big ? i : field.size - 1u - i;

		value = value << 8 | data[field.offset + at];
	}
	unsigned spare = 64 - 8u * field.size;

	if (field.is_signed && field.size && spare)
		return (uint64_t)((int64_t)(value << spare) >> spare);
	return value;
}

/* total_scan and cache_items are unsigned longs that hold negative longs. */
static int64_t load_long(const uint8_t *data, struct shr_field field, bool big)
{
	field.is_signed = true;
	return (int64_t)load_any(data, field, big);
}

static void decode_plain_start(const struct shr_formats *formats,
			       const struct shr_field *at, const uint8_t *data,
			       struct shr_event *event)
{
	struct shr_start *start = &event->start;

	start->deferred = (int64_t)load8(data, at[SHR_FIELD_DEFERRED]);
	start->freeable = (int64_t)load8(data, at[SHR_FIELD_FREEABLE]);
	start->delta = load8(data, at[SHR_FIELD_DELTA]);
	start->total_scan = (int64_t)load8(data, at[SHR_FIELD_TOTAL_SCAN]);
	start->pgs_scanned = load8(data, at[SHR_FIELD_PGS_SCANNED]);
	start->lru_pgs = load8(data, at[SHR_FIELD_LRU_PGS]);
	start->gfp = at[SHR_FIELD_GFP].size == 4
			     ? (uint32_t)load4(data, at[SHR_FIELD_GFP])
			     : load8(data, at[SHR_FIELD_GFP]);
	start->gfp_names = 0;
	start->priority = (int16_t)load4(data, at[SHR_FIELD_PRIORITY]);
	start->may = shr_gfp_flags_may(&formats->gfp, start->gfp);
}

static void decode_plain(const struct shr_formats *formats,
			 const struct shr_record_format *format, const uint8_t *data,
			 struct shr_event *event)
{
	const struct shr_field *at = format->fields;

	event->pid = load4(data, at[SHR_FIELD_PID]);
	event->nid = load4(data, at[SHR_FIELD_NID]);
	event->shrinker = load8(data, at[SHR_FIELD_SHRINKER]);
	event->callback = load8(data, at[SHR_FIELD_CALLBACK]);
	event->memcg_id = load8(data, at[SHR_FIELD_MEMCG_ID]);
	if (format->kind == SHR_START) {
		decode_plain_start(formats, at, data, event);
		return;
	}
	event->end = (struct shr_end){
		.deferred = (int64_t)load8(data, at[SHR_FIELD_DEFERRED]),
		.new_scan = (int64_t)load8(data, at[SHR_FIELD_NEW_SCAN]),
		.total_scan = (int64_t)load8(data, at[SHR_FIELD_TOTAL_SCAN]),
		.retval = load4(data, at[SHR_FIELD_RETVAL]),
	};
}

static void decode_start(const struct shr_formats *formats, const struct shr_field *at,
			 const uint8_t *data, bool big, struct shr_event *event)
{
	uint64_t gfp = load_any(data, at[SHR_FIELD_GFP], big);

	event->start = (struct shr_start){
		.deferred = load_long(data, at[SHR_FIELD_DEFERRED], big),
		.freeable = load_long(data, at[SHR_FIELD_FREEABLE], big),
		.delta = load_any(data, at[SHR_FIELD_DELTA], big),
		.total_scan = load_long(data, at[SHR_FIELD_TOTAL_SCAN], big),
		.pgs_scanned = load_any(data, at[SHR_FIELD_PGS_SCANNED], big),
		.lru_pgs = load_any(data, at[SHR_FIELD_LRU_PGS], big),
		.gfp = gfp,
		.priority = (int16_t)load_any(data, at[SHR_FIELD_PRIORITY], big),
		.may = shr_gfp_flags_may(&formats->gfp, gfp),
	};
}

static void decode_end(const struct shr_field *at, const uint8_t *data, bool big,
		       struct shr_event *event)
{
	event->end = (struct shr_end){
		.deferred = load_long(data, at[SHR_FIELD_DEFERRED], big),
		.new_scan = load_long(data, at[SHR_FIELD_NEW_SCAN], big),
		.total_scan = load_long(data, at[SHR_FIELD_TOTAL_SCAN], big),
		.retval = load_long(data, at[SHR_FIELD_RETVAL], big),
	};
}

/* A string of a dynamic event: u16 offset and u16 length, from 0 or from its own end.
 */
static struct shr_str load_string(const struct shr_record_format *format,
				  const uint8_t *data, uint32_t len, bool big)
{
	struct shr_field field = format->fields[SHR_FIELD_NAME];
	uint32_t where = (uint32_t)load_any(data, field, big);
	uint32_t offset = where & 0xffff, size = where >> 16;

	if (format->name_relative)
		offset += field.offset + field.size;
	if (!field.size || offset > len || size > len - offset)
		return (struct shr_str){ "", 0 };
	const char *text = (const char *)data + offset;

	return (struct shr_str){ text, strnlen(text, size) };
}

static void decode_identity(const struct shr_record_format *format, const uint8_t *data,
			    uint32_t len, bool big, struct shr_names *names,
			    struct shr_event *event)
{
	const struct shr_field *at = format->fields;
	struct shr_str name = load_string(format, data, len, big);

	event->identity = (struct shr_identity){
		.memcg = load_any(data, at[SHR_FIELD_MEMCG_PTR], big),
		.batch = load_long(data, at[SHR_FIELD_BATCH], big),
		.seeks = (int32_t)load_any(data, at[SHR_FIELD_SEEKS], big),
		.flags = (uint32_t)load_any(data, at[SHR_FIELD_FLAGS], big),
		.id = (int32_t)load_any(data, at[SHR_FIELD_ID], big),
		.name = name.len ? shr_names_intern(names, name, 0) : 0,
	};
	shr_event_settle_memcg(event);
}

static void decode_context(const struct shr_record_format *format, const uint8_t *data,
			   uint32_t len, bool big, struct shr_names *names,
			   struct shr_event *event)
{
	struct shr_str path = load_string(format, data, len, big);

	event->context = (struct shr_context){
		.kind = format->context,
		.path = path.len ? shr_names_intern(names, path, 0) : 0,
		.root = (int32_t)load_any(data, format->fields[SHR_FIELD_ROOT], big),
	};
}

static void decode_any(const struct shr_formats *formats,
		       const struct shr_record_format *format, const uint8_t *data,
		       uint32_t len, struct shr_names *names, struct shr_event *event)
{
	const struct shr_field *at = format->fields;
	bool big = formats->page.big;

	event->pid = (int32_t)load_any(data, at[SHR_FIELD_PID], big);
	event->nid = (int32_t)load_any(data, at[SHR_FIELD_NID], big);
	event->shrinker = load_any(data, at[SHR_FIELD_SHRINKER], big);
	event->callback = load_any(data, at[SHR_FIELD_CALLBACK], big);
	event->memcg_id = load_any(data, at[SHR_FIELD_MEMCG_ID], big);
	if (format->kind == SHR_START)
		decode_start(formats, at, data, big, event);
	else if (format->kind == SHR_END)
		decode_end(at, data, big, event);
	else if (format->kind == SHR_CONTEXT)
		decode_context(format, data, len, big, names, event);
	else
		decode_identity(format, data, len, big, names, event);
}

struct shr_str shr_record_line(const struct shr_formats *formats,
			       const struct shr_record_format *format,
			       const uint8_t *data, uint32_t len)
{
	return load_string(format, data, len, formats->page.big);
}

bool shr_record_decode_line(const struct shr_formats *formats,
			    const struct shr_record_format *format, const uint8_t *data,
			    struct shr_str line, struct shr_names *names,
			    struct shr_event *event)
{
	struct shr_text_cursor cur = { line.ptr, line.ptr + line.len, NULL };
	struct shr_field pid = format->fields[SHR_FIELD_PID];
	struct shr_str name = { "", 0 };

	*event = (struct shr_event){
		.kind = SHR_IDENTITY,
		.has = format->has | SHR_HAS_TIME | SHR_HAS_CPU,
		.pid = (int32_t)load_any(data, pid, formats->page.big),
	};
	if (shr_identity_line_take(&cur, event, &name)) {
		event->identity.name = shr_names_intern(names, name, 0);
		return true;
	}
	event->kind = SHR_MALFORMED;
	event->malformed = (struct shr_malformed){ .reason = cur.reason };
	return false;
}

void shr_record_decode(const struct shr_formats *formats,
		       const struct shr_record_format *format, const uint8_t *data,
		       uint32_t len, struct shr_names *names, struct shr_event *event)
{
	event->kind = format->kind;
	event->has = format->has | SHR_HAS_TIME | SHR_HAS_CPU;
	event->comm = 0;
	if (format->plain)
		decode_plain(formats, format, data, event);
	else
		decode_any(formats, format, data, len, names, event);
}
