/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/formats.h"

#include "core/err.h"
#include "core/stream.h"
#include "parsers/bytes.h"
#include "parsers/format_lines.h"
#include "parsers/identity_line.h"
#include "parsers/trace_dat.h"

#include <stdlib.h>
#include <string.h>
#include <traceevent/event-parse.h>

/* Field names of our events, and the value each holds. */
struct field_name {
	const char *name;
	enum shr_field_id id;
	uint32_t has;
};

static const struct field_name start_fields[] = {
	{ "common_pid", SHR_FIELD_PID, SHR_HAS_PID },
	{ "shr", SHR_FIELD_SHRINKER, SHR_HAS_SHRINKER },
	{ "shrink", SHR_FIELD_CALLBACK, SHR_HAS_CALLBACK },
	{ "nid", SHR_FIELD_NID, SHR_HAS_NID },
	{ "memcg_id", SHR_FIELD_MEMCG_ID, SHR_HAS_MEMCG },
	{ "nr_objects_to_shrink", SHR_FIELD_DEFERRED, SHR_HAS_DEFERRED },
	{ "gfp_flags", SHR_FIELD_GFP, SHR_HAS_GFP | SHR_HAS_MAY },
	{ "pgs_scanned", SHR_FIELD_PGS_SCANNED, SHR_HAS_LRU },
	{ "lru_pgs", SHR_FIELD_LRU_PGS, SHR_HAS_LRU },
	{ "cache_items", SHR_FIELD_FREEABLE, SHR_HAS_FREEABLE },
	{ "delta", SHR_FIELD_DELTA, SHR_HAS_DELTA },
	{ "total_scan", SHR_FIELD_TOTAL_SCAN, SHR_HAS_TOTAL_SCAN },
	{ "priority", SHR_FIELD_PRIORITY, SHR_HAS_PRIORITY },
	{ NULL, 0, 0 },
};

static const struct field_name end_fields[] = {
	{ "common_pid", SHR_FIELD_PID, SHR_HAS_PID },
	{ "shr", SHR_FIELD_SHRINKER, SHR_HAS_SHRINKER },
	{ "shrink", SHR_FIELD_CALLBACK, SHR_HAS_CALLBACK },
	{ "nid", SHR_FIELD_NID, SHR_HAS_NID },
	{ "memcg_id", SHR_FIELD_MEMCG_ID, SHR_HAS_MEMCG },
	{ "unused_scan", SHR_FIELD_DEFERRED, SHR_HAS_DEFERRED },
	{ "new_scan", SHR_FIELD_NEW_SCAN, SHR_HAS_NEW_SCAN },
	{ "retval", SHR_FIELD_RETVAL, SHR_HAS_RETVAL },
	{ "total_scan", SHR_FIELD_TOTAL_SCAN, SHR_HAS_TOTAL_SCAN },
	{ NULL, 0, 0 },
};

static const struct field_name identity_fields[] = {
	{ "common_pid", SHR_FIELD_PID, SHR_HAS_PID },
	{ "shr", SHR_FIELD_SHRINKER, SHR_HAS_SHRINKER },
	{ "nid", SHR_FIELD_NID, SHR_HAS_NID },
	{ "memcg", SHR_FIELD_MEMCG_PTR, SHR_HAS_MEMCG_PTR },
	{ "cg", SHR_FIELD_MEMCG_ID, SHR_HAS_MEMCG },
	{ "batch", SHR_FIELD_BATCH, SHR_HAS_BATCH },
	{ "seeks", SHR_FIELD_SEEKS, SHR_HAS_SEEKS },
	{ "flags", SHR_FIELD_FLAGS, SHR_HAS_FLAGS },
	{ "id", SHR_FIELD_ID, SHR_HAS_ID },
	{ "name", SHR_FIELD_NAME, SHR_HAS_NAME },
	{ NULL, 0, 0 },
};

static const struct field_name line_fields[] = {
	{ "common_pid", SHR_FIELD_PID, SHR_HAS_PID },
	{ SHR_IDENTITY_LINE_FIELD, SHR_FIELD_NAME, 0 },
	{ NULL, 0, 0 },
};

static const struct field_name context_fields[] = {
	{ "common_pid", SHR_FIELD_PID, SHR_HAS_PID },
	{ "nid", SHR_FIELD_NID, SHR_HAS_NID },
	{ "root", SHR_FIELD_ROOT, SHR_HAS_ROOT },
	{ "id", SHR_FIELD_MEMCG_ID, SHR_HAS_MEMCG },
	{ "memcg_id", SHR_FIELD_MEMCG_ID, SHR_HAS_MEMCG },
	{ "path", SHR_FIELD_NAME, SHR_HAS_NAME },
	{ NULL, 0, 0 },
};

static bool field_usable(const struct tep_format_field *field)
{
	return field->offset >= 0 && field->offset < UINT16_MAX &&
	       (field->size == 1 || field->size == 2 || field->size == 4 ||
		field->size == 8) &&
	       (!(field->flags & TEP_FIELD_IS_ARRAY) ||
		(field->flags & TEP_FIELD_IS_DYNAMIC));
}

static struct shr_field field_of(const struct tep_format_field *field)
{
	return (struct shr_field){
		.offset = (uint16_t)field->offset,
		.size = (uint8_t)field->size,
		.is_signed = field->flags & TEP_FIELD_IS_SIGNED,
	};
}

static void place_fields(struct shr_record_format *format, struct tep_event *event,
			 const struct field_name *names)
{
	for (; names->name; names++) {
		struct tep_format_field *field = tep_find_any_field(event, names->name);

		if (!field || !field_usable(field))
			continue;
		bool dynamic = field->flags & TEP_FIELD_IS_DYNAMIC;

		if (dynamic != (names->id == SHR_FIELD_NAME))
			continue;
		format->fields[names->id] = field_of(field);
		format->has |= names->has;
		if (dynamic)
			format->name_relative = field->flags & TEP_FIELD_IS_RELATIVE;
		if (format->min_len < (uint32_t)(field->offset + field->size))
			format->min_len = (uint32_t)(field->offset + field->size);
	}
	/* These two stand for one value: what was scanned of what there was. */
	if (!format->fields[SHR_FIELD_PGS_SCANNED].size ||
	    !format->fields[SHR_FIELD_LRU_PGS].size)
		format->has &= ~(uint32_t)SHR_HAS_LRU;
}

/* Whether the quick decoder's assumptions hold: see records.c. */
static bool is_plain(const struct shr_record_format *format, bool big)
{
	static const enum shr_field_id words[] = { SHR_FIELD_PID, SHR_FIELD_NID,
						   SHR_FIELD_PRIORITY,
						   SHR_FIELD_RETVAL };
	bool native = big == (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);

	for (size_t id = 0; id < SHR_FIELD_COUNT; id++) {
		unsigned want = 8;

		for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
			if (words[i] == id)
				want = 4;
		if (format->fields[id].size != want && format->fields[id].size &&
		    !(id == SHR_FIELD_GFP && format->fields[id].size == 4))
			return false;
	}
	return native && format->kind <= SHR_END &&
	       format->fields[SHR_FIELD_PID].size == 4;
}

static unsigned layouts_of(const struct shr_record_format *format,
			   struct tep_event *event, struct shr_str text)
{
	struct tep_format_field *gfp = tep_find_any_field(event, "gfp_flags");

	if (format->has & SHR_HAS_MEMCG)
		return SHR_LAYOUT_T7;
	if (!(format->has & SHR_HAS_NID))
		return SHR_LAYOUT_T1 | SHR_LAYOUT_T2;
	if (!(format->has & SHR_HAS_PRIORITY))
		return SHR_LAYOUT_T3;
	if (gfp && !strcmp(gfp->type, "unsigned long"))
		return SHR_LAYOUT_T6;
	return memmem(text.ptr, text.len, "%pF", 3) ? SHR_LAYOUT_T4 : SHR_LAYOUT_T5;
}

/* The rest of the line behind @label in a format text. */
static struct shr_str line_of(struct shr_str text, const char *label)
{
	const char *at = memmem(text.ptr, text.len, label, strlen(label));

	if (!at)
		return (struct shr_str){ "", 0 };
	at += strlen(label);
	size_t rest = text.len - (size_t)(at - text.ptr);
	const char *end = memchr(at, '\n', rest);

	return (struct shr_str){ at, end ? (size_t)(end - at) : rest };
}

/* Which of our events @format is the format of.  False: none. */
static bool kind_of(const struct shr_format_text *format, enum shr_kind *kind,
		    enum shr_context_kind *context)
{
	struct shr_str text = format->text, name = line_of(text, "name: ");

	*context = shr_context_find(format->system, name);
	if (*context < SHR_CONTEXT_COUNT)
		*kind = SHR_CONTEXT;
	else if (shr_str_is(name, "mm_shrink_slab_start"))
		*kind = SHR_START;
	else if (shr_str_is(name, "mm_shrink_slab_end"))
		*kind = SHR_END;
	else if (memmem(text.ptr, text.len, " shr;", 5) ||
		 shr_str_is(name, SHR_IDENTITY_LINE_EVENT))
		*kind = SHR_IDENTITY;
	else
		return false;
	return true;
}

/* What libtraceevent makes of @format, or NULL; -1 when memory runs out. */
static int parse_format(struct tep_handle *tep, const struct shr_format_text *format,
			struct tep_event **event, struct shr_err *err)
{
	static const char no_print_fmt[] = "print fmt: \"\"\n";
	size_t len;

	*event = NULL;
	if (!shr_format_lines_event(format->text, &len))
		return 0;
	char *text = malloc(len + sizeof(no_print_fmt));
	char *system = strndup(format->system.ptr, format->system.len);
	int ret = 0;

	if (text && system) {
		memcpy(text, format->text.ptr, len);
		memcpy(text + len, no_print_fmt, sizeof(no_print_fmt));
		if (tep_parse_format(tep, event, text, strlen(text), system) != 0)
			*event = NULL;
	} else {
		ret = shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	}
	free(system);
	free(text);
	return ret;
}

static void learn_start(struct shr_formats *formats, struct shr_record_format *format,
			struct tep_event *event, struct shr_str text)
{
	formats->layouts = layouts_of(format, event, text);
	formats->long_size = format->fields[SHR_FIELD_DEFERRED].size;
}

/* An identity must name more than the shrinker. */
static bool identifies(const struct shr_record_format *format)
{
	if (format->line)
		return format->fields[SHR_FIELD_NAME].size == 4;
	return (format->has & SHR_HAS_SHRINKER) &&
	       (format->has &
		(SHR_HAS_MEMCG_PTR | SHR_HAS_MEMCG | SHR_HAS_BATCH | SHR_HAS_SEEKS |
		 SHR_HAS_FLAGS | SHR_HAS_ID | SHR_HAS_NAME));
}

/*
 * A cgroup without its id says nothing.  Up to 5.4 the id was an int of another
 * count (743210386c03 "cgroup: use cgrp->kn->id as the cgroup ID", 5.5).
 */
static bool surrounds(const struct shr_record_format *format)
{
	return !shr_context_is_cgroup(format->context) ||
	       format->fields[SHR_FIELD_MEMCG_ID].size == 8;
}

/* False: records of @event could not be told from others. */
static bool add_format(struct shr_formats *formats, struct tep_event *event,
		       enum shr_kind kind, enum shr_context_kind context,
		       struct shr_str text, bool big)
{
	static const struct field_name *const names[] = {
		[SHR_START] = start_fields,
		[SHR_END] = end_fields,
		[SHR_IDENTITY] = identity_fields,
		[SHR_CONTEXT] = context_fields,
	};
	bool line = shr_str_is(line_of(text, "name: "), SHR_IDENTITY_LINE_EVENT);
	struct shr_record_format *format = &formats->records[formats->count];
	struct tep_format_field *type = tep_find_any_field(event, "common_type");

	/* The quick decoder loads 8 bytes even of what is not there. */
	*format = (struct shr_record_format){ .kind = kind,
					      .context = context,
					      .id = (uint16_t)event->id,
					      .min_len = 8,
					      .line = line };
	place_fields(format, event, line ? line_fields : names[kind]);
	format->plain = is_plain(format, big);
	if (!type || !field_usable(type) || type->size != 2)
		return false;
	if ((kind == SHR_IDENTITY && !identifies(format)) ||
	    (kind == SHR_CONTEXT && !surrounds(format)))
		return true;
	formats->type = field_of(type);
	if (kind == SHR_START)
		learn_start(formats, format, event, text);
	formats->count++;
	return true;
}

static int learn_format(struct shr_formats *formats, struct tep_handle *tep,
			const struct shr_format_text *format, bool big,
			struct shr_err *err)
{
	struct tep_event *event;
	enum shr_context_kind context;
	enum shr_kind kind;

	if (!kind_of(format, &kind, &context))
		return 0;
	if (parse_format(tep, format, &event, err) < 0)
		return -1;
	bool added =
		event && add_format(formats, event, kind, context, format->text, big);

	if (!added && kind <= SHR_END)
		return shr_fail(err, SHR_ERR_SYNTAX,
				"the format of mm_shrink_slab_%s cannot be parsed",
				kind == SHR_START ? "start" : "end");
	if (kind != SHR_START || formats->gfp.flags)
		return 0;
	shr_gfp_flags_release(&formats->gfp);
	return shr_gfp_flags_init(&formats->gfp, line_of(format->text, "print fmt:"),
				  err);
}

static int learn_page(struct shr_formats *formats, struct tep_handle *tep,
		      struct shr_str header_page, bool big, struct shr_err *err)
{
	char *copy = strndup(header_page.ptr, header_page.len);

	if (!copy)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	int ret = shr_format_lines_header_page(header_page)
			  ? tep_parse_header_page(tep, copy, strlen(copy), 8)
			  : -1;
	int commit = tep_get_header_page_size(tep);

	free(copy);
	if (ret < 0 || (commit != 4 && commit != 8) ||
	    tep_get_header_timestamp_size(tep) != 8)
		return shr_fail(
			err, SHR_ERR_SYNTAX,
			"the recorded header_page does not describe a ring-buffer page");
	formats->page = (struct shr_page_layout){ .commit_offset = 8,
						  .commit_size = (unsigned)commit,
						  .data_offset = 8 + (unsigned)commit,
						  .big = big };
	return 0;
}

int shr_formats_init(struct shr_formats *formats, struct shr_str header_page,
		     const struct shr_format_text *texts, size_t count, bool big,
		     struct shr_err *err)
{
	struct tep_handle *tep = tep_alloc();
	int ret = 0;

	*formats = (struct shr_formats){ 0 };
	formats->records = calloc(count ? count : 1, sizeof(*formats->records));
	if (!tep || !formats->records) {
		ret = shr_fail(err, SHR_ERR_NOMEM, "out of memory");
		goto out;
	}
	tep_set_loglevel(TEP_LOG_NONE);
	tep_set_file_bigendian(tep, big ? TEP_BIG_ENDIAN : TEP_LITTLE_ENDIAN);
	ret = learn_page(formats, tep, header_page, big, err);
	for (size_t i = 0; i < count && !ret; i++)
		ret = learn_format(formats, tep, &texts[i], big, err);
out:
	tep_free(tep);
	return ret;
}

const struct shr_record_format *shr_formats_find(const struct shr_formats *formats,
						 const uint8_t *data, uint32_t len)
{
	if (len < 2u + formats->type.offset)
		return NULL;
	const uint8_t *type = data + formats->type.offset;
	uint16_t id = formats->page.big ? (uint16_t)(type[0] << 8 | type[1])
					: (uint16_t)(type[1] << 8 | type[0]);

	for (size_t i = 0; i < formats->count; i++)
		if (formats->records[i].id == id)
			return &formats->records[i];
	return NULL;
}

void shr_formats_release(struct shr_formats *formats)
{
	free(formats->records);
	shr_gfp_flags_release(&formats->gfp);
	*formats = (struct shr_formats){ 0 };
}
