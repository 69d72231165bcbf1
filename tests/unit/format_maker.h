/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * format_maker - `format` texts of our events as each generation of kernels writes
 * them, for any width and alignment, and records to go with them.
 *
 * Fields stand in the order of their declaration; the compiler's alignment is done
 * here.  A record gives every field a value of its own, so that one taken from the
 * wrong place shows.
 */
#ifndef TESTS_UNIT_FORMAT_MAKER_H
#define TESTS_UNIT_FORMAT_MAKER_H

#include "tests/unit/maker.h"

#include <stdio.h>

enum field_type {
	FIELD_NONE,
	FIELD_POINTER, /* struct shrinker * */
	FIELD_VOID,    /* void * */
	FIELD_INT,
	FIELD_LONG,
	FIELD_ULONG,
	FIELD_ULLONG,
	FIELD_GFP,
	FIELD_U64,
	FIELD_S64,
	FIELD_U32,
	FIELD_S32,
	FIELD_U16,
	FIELD_DATA_LOC, /* char[]: u16 offset and u16 length */
	FIELD_REL_LOC,
	FIELD_ARRAY, /* char[16] */
};

struct field_spec {
	enum field_type type;
	const char *name;
};

/* Layouts of mm_shrink_slab_start; T2 is T1's, and T5 T4's. */
static UNUSED const struct field_spec fields_t1[] = {
	{ FIELD_POINTER, "shr" },
	{ FIELD_VOID, "shrink" },
	{ FIELD_LONG, "nr_objects_to_shrink" },
	{ FIELD_GFP, "gfp_flags" },
	{ FIELD_ULONG, "pgs_scanned" },
	{ FIELD_ULONG, "lru_pgs" },
	{ FIELD_ULONG, "cache_items" },
	{ FIELD_ULLONG, "delta" },
	{ FIELD_ULONG, "total_scan" },
	{ FIELD_NONE, NULL },
};

static UNUSED const struct field_spec fields_t3[] = {
	{ FIELD_POINTER, "shr" },   { FIELD_VOID, "shrink" },
	{ FIELD_INT, "nid" },	    { FIELD_LONG, "nr_objects_to_shrink" },
	{ FIELD_GFP, "gfp_flags" }, { FIELD_ULONG, "pgs_scanned" },
	{ FIELD_ULONG, "lru_pgs" }, { FIELD_ULONG, "cache_items" },
	{ FIELD_ULLONG, "delta" },  { FIELD_ULONG, "total_scan" },
	{ FIELD_NONE, NULL },
};

static UNUSED const struct field_spec fields_t4[] = {
	{ FIELD_POINTER, "shr" },   { FIELD_VOID, "shrink" },
	{ FIELD_INT, "nid" },	    { FIELD_LONG, "nr_objects_to_shrink" },
	{ FIELD_GFP, "gfp_flags" }, { FIELD_ULONG, "cache_items" },
	{ FIELD_ULLONG, "delta" },  { FIELD_ULONG, "total_scan" },
	{ FIELD_INT, "priority" },  { FIELD_NONE, NULL },
};

static UNUSED const struct field_spec fields_t6[] = {
	{ FIELD_POINTER, "shr" },     { FIELD_VOID, "shrink" },
	{ FIELD_INT, "nid" },	      { FIELD_LONG, "nr_objects_to_shrink" },
	{ FIELD_ULONG, "gfp_flags" }, { FIELD_ULONG, "cache_items" },
	{ FIELD_ULLONG, "delta" },    { FIELD_ULONG, "total_scan" },
	{ FIELD_INT, "priority" },    { FIELD_NONE, NULL },
};

static UNUSED const struct field_spec fields_t7[] = {
	{ FIELD_POINTER, "shr" },
	{ FIELD_VOID, "shrink" },
	{ FIELD_LONG, "nr_objects_to_shrink" },
	{ FIELD_ULONG, "gfp_flags" },
	{ FIELD_ULONG, "cache_items" },
	{ FIELD_ULLONG, "delta" },
	{ FIELD_ULONG, "total_scan" },
	{ FIELD_INT, "priority" },
	{ FIELD_INT, "nid" },
	{ FIELD_U64, "memcg_id" },
	{ FIELD_NONE, NULL },
};

/* Layouts of mm_shrink_slab_end; E2 is E1's, and E4 E3's. */
static UNUSED const struct field_spec fields_e1[] = {
	{ FIELD_POINTER, "shr" },      { FIELD_VOID, "shrink" },
	{ FIELD_LONG, "unused_scan" }, { FIELD_LONG, "new_scan" },
	{ FIELD_INT, "retval" },       { FIELD_LONG, "total_scan" },
	{ FIELD_NONE, NULL },
};

static UNUSED const struct field_spec fields_e3[] = {
	{ FIELD_POINTER, "shr" },     { FIELD_INT, "nid" },
	{ FIELD_VOID, "shrink" },     { FIELD_LONG, "unused_scan" },
	{ FIELD_LONG, "new_scan" },   { FIELD_INT, "retval" },
	{ FIELD_LONG, "total_scan" }, { FIELD_NONE, NULL },
};

static UNUSED const struct field_spec fields_e5[] = {
	{ FIELD_POINTER, "shr" },      { FIELD_VOID, "shrink" },
	{ FIELD_LONG, "unused_scan" }, { FIELD_LONG, "new_scan" },
	{ FIELD_LONG, "total_scan" },  { FIELD_INT, "nid" },
	{ FIELD_INT, "retval" },       { FIELD_U64, "memcg_id" },
	{ FIELD_NONE, NULL },
};

/* What a kernel is built for. */
struct machine_kind {
	unsigned long_size;
	unsigned u64_align; /* 4 on 32-bit x86 */
	bool old_common;    /* up to about 3.9: common_padding behind the pid */
};

struct placed_field {
	const char *name;
	unsigned offset, size;
	bool is_signed;
};

struct made_format {
	char text[8192];
	size_t len;
	struct placed_field fields[32];
	size_t count;
	unsigned size; /* of a record */
};

static const char *type_name(enum field_type type)
{
	static const char *const names[] = {
		[FIELD_POINTER] = "struct shrinker *",
		[FIELD_VOID] = "void *",
		[FIELD_INT] = "int",
		[FIELD_LONG] = "long",
		[FIELD_ULONG] = "unsigned long",
		[FIELD_ULLONG] = "unsigned long long",
		[FIELD_GFP] = "gfp_t",
		[FIELD_U64] = "u64",
		[FIELD_S64] = "s64",
		[FIELD_U32] = "u32",
		[FIELD_S32] = "s32",
		[FIELD_U16] = "u16",
		[FIELD_DATA_LOC] = "__data_loc char[]",
		[FIELD_REL_LOC] = "__rel_loc char[]",
		[FIELD_ARRAY] = "char",
	};

	return names[type];
}

static unsigned type_size(enum field_type type, const struct machine_kind *kind)
{
	switch (type) {
	case FIELD_POINTER:
	case FIELD_VOID:
	case FIELD_LONG:
	case FIELD_ULONG:
		return kind->long_size;
	case FIELD_ULLONG:
	case FIELD_U64:
	case FIELD_S64:
		return 8;
	case FIELD_U16:
		return 2;
	case FIELD_ARRAY:
		return 16;
	default:
		return 4;
	}
}

static bool type_is_signed(enum field_type type)
{
	return type == FIELD_INT || type == FIELD_LONG || type == FIELD_S64 ||
	       type == FIELD_S32 || type == FIELD_ARRAY;
}

static __attribute__((format(printf, 2, 3))) void add_text(struct made_format *format,
							   const char *fmt, ...)
{
	va_list ap;
	size_t room = sizeof(format->text) - format->len;

	va_start(ap, fmt);
	int len = vsnprintf(format->text + format->len, room, fmt, ap);
	va_end(ap);
	assert_in_range(len, 0, room - 1);
	format->len += (size_t)len;
}

static void add_field(struct made_format *format, const char *type, const char *name,
		      unsigned align, struct placed_field field)
{
	field.name = name;
	field.offset = (format->size + align - 1) / align * align;
	format->size = field.offset + field.size;
	add_text(format, "\tfield:%s %s%s;\toffset:%u;\tsize:%u;\tsigned:%d;\n", type,
		 name, field.size == 16 ? "[16]" : "", field.offset, field.size,
		 field.is_signed);
	assert_true(format->count < COUNT(format->fields));
	format->fields[format->count++] = field;
}

static void add_common(struct made_format *format, const struct machine_kind *kind)
{
	add_field(format, "unsigned short", "common_type", 2,
		  (struct placed_field){ .size = 2 });
	add_field(format, "unsigned char", "common_flags", 1,
		  (struct placed_field){ .size = 1 });
	add_field(format, "unsigned char", "common_preempt_count", 1,
		  (struct placed_field){ .size = 1 });
	add_field(format, "int", "common_pid", 4,
		  (struct placed_field){ .size = 4, .is_signed = true });
	if (kind->old_common)
		add_field(format, "int", "common_padding", 4,
			  (struct placed_field){ .size = 4, .is_signed = true });
	add_text(format, "\n");
}

/* A format text in *@format; @fields end with FIELD_NONE. */
static UNUSED void make_format(struct made_format *format, const char *name,
			       unsigned id, const struct field_spec *fields,
			       const struct machine_kind *kind, const char *print_fmt)
{
	memset(format, 0, sizeof(*format));
	add_text(format, "name: %s\nID: %u\nformat:\n", name, id);
	add_common(format, kind);
	for (; fields->type; fields++) {
		unsigned size = type_size(fields->type, kind);
		unsigned align = size == 16 ? 1 : size == 8 ? kind->u64_align : size;

		if (kind->long_size == 8 && size == 8)
			align = 8;
		add_field(format, type_name(fields->type), fields->name, align,
			  (struct placed_field){
				  .size = size,
				  .is_signed = type_is_signed(fields->type) });
	}
	add_text(format, "\nprint fmt: %s\n", print_fmt);
}

/* Where @name is, or NULL. */
static UNUSED const struct placed_field *placed(const struct made_format *format,
						const char *name)
{
	for (size_t i = 0; i < format->count; i++)
		if (!strcmp(format->fields[i].name, name))
			return &format->fields[i];
	return NULL;
}

/* Set @name in the record at @at of @maker; a field that is not there is left alone. */
static UNUSED void set_field(struct maker *maker, size_t at,
			     const struct made_format *format, const char *name,
			     uint64_t value)
{
	const struct placed_field *field = placed(format, name);

	if (field)
		put_at(maker, at + field->offset, value, field->size);
}

/* The text of events/header_page; @size is the commit's. */
static UNUSED const char *header_page_text(unsigned size)
{
	return size == 8 ? "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
			   "\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"
			   "\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
			   "\tfield: char data;\toffset:16;\tsize:4080;\tsigned:1;\n"
			 : "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
			   "\tfield: local_t commit;\toffset:8;\tsize:4;\tsigned:1;\n"
			   "\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
			   "\tfield: char data;\toffset:12;\tsize:4084;\tsigned:1;\n";
}

#endif /* TESTS_UNIT_FORMAT_MAKER_H */
