/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/sim/record_fields.h"

#include "cli/sim/kernel_form.h"

#include <string.h>

#define V(major, minor) FORM_VERSION(major, minor)

enum { ALWAYS = FORM_ALWAYS, NEVER = FORM_NEVER };

/* The bytes behind which an event's own fields begin. */
enum { COMMON_SIZE = 8 };

/* In the order of layouts, the first releases of which they stand for. */
enum { T3 = V(3, 16), T4 = V(4, 16), T6 = V(5, 19), T7 = V(7, 1) };

/* How wide a field is, and whether it is signed. */
enum width { INT, UINT, LONG, ULONG, POINTER, LLONG, U64, BOOL, STRING };

struct width_of {
	uint8_t size; /* 0: of a long */
	bool is_signed;
};

static const struct width_of widths[] = {
	[INT] = { 4, true },	[UINT] = { 4, false },	  [LONG] = { 0, true },
	[ULONG] = { 0, false }, [POINTER] = { 0, false }, [LLONG] = { 8, true },
	[U64] = { 8, false },	[BOOL] = { 1, false },	  [STRING] = { 4, true },
};

/* A field, in the releases that have it; @has: what must be known, in an identity. */
struct column {
	const char *type, *name;
	enum record_value value;
	enum width width;
	uint16_t since, before;
	uint32_t has;
};

/* A part of the sentence, by the name of the field in it. */
struct words {
	const char *text, *name;
	enum record_print print;
	uint16_t since, before;
};

/* Where a table's rows end. */
#define NO_COLUMN                                                                      \
	{                                                                              \
		NULL, NULL, 0, 0, 0, 0, 0                                              \
	}
#define NO_WORDS                                                                       \
	{                                                                              \
		NULL, NULL, 0, 0, 0                                                    \
	}

static const struct column start_columns[] = {
	{ "struct shrinker *", "shr", VALUE_SHRINKER, POINTER, ALWAYS, NEVER, 0 },
	{ "void *", "shrink", VALUE_CALLBACK, POINTER, ALWAYS, NEVER, 0 },
	{ "int", "nid", VALUE_NID, INT, T3, T7, 0 },
	{ "long", "nr_objects_to_shrink", VALUE_DEFERRED, LONG, ALWAYS, NEVER, 0 },
	{ "gfp_t", "gfp_flags", VALUE_GFP, UINT, ALWAYS, T6, 0 },
	{ "unsigned long", "gfp_flags", VALUE_GFP, ULONG, T6, NEVER, 0 },
	{ "unsigned long", "pgs_scanned", VALUE_PGS_SCANNED, ULONG, ALWAYS, T4, 0 },
	{ "unsigned long", "lru_pgs", VALUE_LRU_PGS, ULONG, ALWAYS, T4, 0 },
	{ "unsigned long", "cache_items", VALUE_FREEABLE, ULONG, ALWAYS, NEVER, 0 },
	{ "unsigned long long", "delta", VALUE_DELTA, U64, ALWAYS, NEVER, 0 },
	{ "unsigned long", "total_scan", VALUE_TOTAL_SCAN, ULONG, ALWAYS, NEVER, 0 },
	{ "int", "priority", VALUE_PRIORITY, INT, T4, NEVER, 0 },
	{ "int", "nid", VALUE_NID, INT, T7, NEVER, 0 },
	{ "u64", "memcg_id", VALUE_MEMCG_ID, U64, T7, NEVER, 0 },
	NO_COLUMN,
};

static const struct words start_words[] = {
	{ "", "shrink", PRINT_SYMBOL, ALWAYS, NEVER },
	{ " ", "shr", PRINT_POINTER, ALWAYS, NEVER },
	{ ": nid: ", "nid", PRINT_INT, T3, NEVER },
	{ " pid: ", "ent.pid", PRINT_INT, T7, NEVER },
	{ " memcg_id: ", "memcg_id", PRINT_ULLONG, T7, NEVER },
	{ ": objects to shrink ", "nr_objects_to_shrink", PRINT_LONG, ALWAYS, T3 },
	{ " objects to shrink ", "nr_objects_to_shrink", PRINT_LONG, T3, NEVER },
	{ " gfp_flags ", "gfp_flags", PRINT_GFP, ALWAYS, NEVER },
	{ " pgs_scanned ", "pgs_scanned", PRINT_LONG, ALWAYS, T4 },
	{ " lru_pgs ", "lru_pgs", PRINT_LONG, ALWAYS, T4 },
	{ " cache items ", "cache_items", PRINT_LONG, ALWAYS, NEVER },
	{ " delta ", "delta", PRINT_LLONG, ALWAYS, NEVER },
	{ " total_scan ", "total_scan", PRINT_LONG, ALWAYS, NEVER },
	{ " priority ", "priority", PRINT_INT, T4, NEVER },
	{ " ", "common_flags", PRINT_IRQ, T7, NEVER },
	NO_WORDS,
};

static const struct column end_columns[] = {
	{ "struct shrinker *", "shr", VALUE_SHRINKER, POINTER, ALWAYS, NEVER, 0 },
	{ "int", "nid", VALUE_NID, INT, T3, T7, 0 },
	{ "void *", "shrink", VALUE_CALLBACK, POINTER, ALWAYS, NEVER, 0 },
	{ "long", "unused_scan", VALUE_DEFERRED, LONG, ALWAYS, NEVER, 0 },
	{ "long", "new_scan", VALUE_NEW_SCAN, LONG, ALWAYS, NEVER, 0 },
	{ "int", "retval", VALUE_RETVAL, INT, ALWAYS, T7, 0 },
	{ "long", "total_scan", VALUE_TOTAL_SCAN, LONG, ALWAYS, NEVER, 0 },
	{ "int", "nid", VALUE_NID, INT, T7, NEVER, 0 },
	{ "int", "retval", VALUE_RETVAL, INT, T7, NEVER, 0 },
	{ "u64", "memcg_id", VALUE_MEMCG_ID, U64, T7, NEVER, 0 },
	NO_COLUMN,
};

static const struct words end_words[] = {
	{ "", "shrink", PRINT_SYMBOL, ALWAYS, NEVER },
	{ " ", "shr", PRINT_POINTER, ALWAYS, NEVER },
	{ ": nid: ", "nid", PRINT_INT, T3, NEVER },
	{ " pid: ", "ent.pid", PRINT_INT, T7, NEVER },
	{ " memcg_id: ", "memcg_id", PRINT_ULLONG, T7, NEVER },
	{ ": unused scan count ", "unused_scan", PRINT_LONG, ALWAYS, T3 },
	{ " unused scan count ", "unused_scan", PRINT_LONG, T3, NEVER },
	{ " new scan count ", "new_scan", PRINT_LONG, ALWAYS, NEVER },
	{ " total_scan ", "total_scan", PRINT_LONG, ALWAYS, NEVER },
	{ " last shrinker return val ", "retval", PRINT_INT, ALWAYS, NEVER },
	{ " ", "common_flags", PRINT_IRQ, T7, NEVER },
	NO_WORDS,
};

/* As a probe of record's has them (probe.h): packed, and what of it is known. */
static const struct column identity_columns[] = {
	{ "unsigned long", "__probe_ip", VALUE_PROBE, ULONG, ALWAYS, NEVER, 0 },
	{ "u64", "shr", VALUE_SHRINKER, POINTER, ALWAYS, NEVER, SHR_HAS_SHRINKER },
	{ "s32", "nid", VALUE_NID, INT, ALWAYS, NEVER, SHR_HAS_NID },
	{ "u64", "memcg", VALUE_MEMCG, POINTER, ALWAYS, NEVER, SHR_HAS_MEMCG_PTR },
	{ "u64", "cg", VALUE_MEMCG_ID, U64, ALWAYS, NEVER, SHR_HAS_MEMCG },
	{ "s64", "batch", VALUE_BATCH, LONG, ALWAYS, NEVER, SHR_HAS_BATCH },
	{ "s32", "seeks", VALUE_SEEKS, INT, ALWAYS, NEVER, SHR_HAS_SEEKS },
	{ "u32", "flags", VALUE_FLAGS, UINT, ALWAYS, NEVER, SHR_HAS_FLAGS },
	{ "s32", "id", VALUE_ID, INT, ALWAYS, NEVER, SHR_HAS_ID },
	{ "__data_loc char[]", "name", VALUE_TEXT, STRING, ALWAYS, NEVER,
	  SHR_HAS_NAME },
	NO_COLUMN,
};

static const struct words identity_words[] = {
	{ "", "__probe_ip", PRINT_PLACE, ALWAYS, NEVER },
	{ " shr=", "shr", PRINT_HEX_LONG, ALWAYS, NEVER },
	{ " nid=", "nid", PRINT_INT, ALWAYS, NEVER },
	{ " memcg=", "memcg", PRINT_HEX_LONG, ALWAYS, NEVER },
	{ " cg=", "cg", PRINT_PROBE, ALWAYS, NEVER },
	{ " batch=", "batch", PRINT_PROBE_SIGNED, ALWAYS, NEVER },
	{ " seeks=", "seeks", PRINT_INT, ALWAYS, NEVER },
	{ " flags=", "flags", PRINT_HEX, ALWAYS, NEVER },
	{ " id=", "id", PRINT_INT, ALWAYS, NEVER },
	{ " name=", "name", PRINT_QUOTED, ALWAYS, NEVER },
	NO_WORDS,
};

/* Up to 5.4 the id was an int (743210386c03, 5.5). */
static const struct column cgroup_columns[] = {
	{ "int", "root", VALUE_ROOT, INT, ALWAYS, NEVER, 0 },
	{ "int", "id", VALUE_MEMCG_ID, INT, ALWAYS, V(5, 5), 0 },
	{ "int", "level", VALUE_LEVEL, INT, ALWAYS, NEVER, 0 },
	{ "u64", "id", VALUE_MEMCG_ID, U64, V(5, 5), NEVER, 0 },
	{ "__data_loc char[]", "path", VALUE_TEXT, STRING, ALWAYS, NEVER, 0 },
	NO_COLUMN,
};

static const struct words cgroup_words[] = {
	{ "root=", "root", PRINT_INT, ALWAYS, NEVER },
	{ " id=", "id", PRINT_INT, ALWAYS, V(5, 5) },
	{ " id=", "id", PRINT_ULLONG, V(5, 5), NEVER },
	{ " level=", "level", PRINT_INT, ALWAYS, NEVER },
	{ " path=", "path", PRINT_TEXT, ALWAYS, NEVER },
	NO_WORDS,
};

static const struct column begin_columns[] = {
	{ "int", "order", VALUE_ZERO, INT, ALWAYS, T7, 0 },
	{ "int", "may_writepage", VALUE_ZERO, INT, ALWAYS, V(5, 2), 0 },
	{ "gfp_t", "gfp_flags", VALUE_ZERO, UINT, ALWAYS, T6, 0 },
	{ "int", "classzone_idx", VALUE_ZERO, INT, V(4, 8), V(5, 2), 0 },
	{ "unsigned long", "gfp_flags", VALUE_ZERO, ULONG, T6, NEVER, 0 },
	{ "u64", "memcg_id", VALUE_MEMCG_ID, U64, T7, NEVER, 0 },
	{ "int", "order", VALUE_ZERO, INT, T7, NEVER, 0 },
	NO_COLUMN,
};

static const struct words begin_words[] = {
	{ "order=", "order", PRINT_INT, ALWAYS, NEVER },
	{ " may_writepage=", "may_writepage", PRINT_INT, ALWAYS, V(5, 2) },
	{ " gfp_flags=", "gfp_flags", PRINT_GFP, ALWAYS, NEVER },
	{ " classzone_idx=", "classzone_idx", PRINT_INT, V(4, 8), V(5, 2) },
	{ " pid=", "ent.pid", PRINT_INT, T7, NEVER },
	{ " memcg_id=", "memcg_id", PRINT_ULLONG, T7, NEVER },
	{ " ", "common_flags", PRINT_IRQ, T7, NEVER },
	NO_WORDS,
};

static const struct column done_columns[] = {
	{ "unsigned long", "nr_reclaimed", VALUE_ZERO, ULONG, ALWAYS, NEVER, 0 },
	{ "u64", "memcg_id", VALUE_MEMCG_ID, U64, T7, NEVER, 0 },
	NO_COLUMN,
};

static const struct words done_words[] = {
	{ "nr_reclaimed=", "nr_reclaimed", PRINT_ULONG, ALWAYS, NEVER },
	{ " pid=", "ent.pid", PRINT_INT, T7, NEVER },
	{ " memcg_id=", "memcg_id", PRINT_ULLONG, T7, NEVER },
	{ " ", "common_flags", PRINT_IRQ, T7, NEVER },
	NO_WORDS,
};

static const struct column wake_columns[] = {
	{ "int", "nid", VALUE_NID, INT, ALWAYS, NEVER, 0 },
	{ "int", "zid", VALUE_ZERO, INT, V(4, 8), NEVER, 0 },
	{ "int", "order", VALUE_ZERO, INT, ALWAYS, NEVER, 0 },
	NO_COLUMN,
};

static const struct words wake_words[] = {
	{ "nid=", "nid", PRINT_INT, ALWAYS, NEVER },
	{ " order=", "order", PRINT_INT, ALWAYS, NEVER },
	NO_WORDS,
};

static const struct column sleep_columns[] = {
	{ "int", "nid", VALUE_NID, INT, ALWAYS, NEVER, 0 },
	NO_COLUMN,
};

static const struct words sleep_words[] = {
	{ "nid=", "nid", PRINT_INT, ALWAYS, NEVER },
	NO_WORDS,
};

static const struct column node_columns[] = {
	{ "int", "nid", VALUE_NID, INT, ALWAYS, NEVER, 0 },
	{ "int", "order", VALUE_ZERO, INT, ALWAYS, NEVER, 0 },
	{ "gfp_t", "gfp_flags", VALUE_ZERO, UINT, ALWAYS, T6, 0 },
	{ "unsigned long", "gfp_flags", VALUE_ZERO, ULONG, T6, NEVER, 0 },
	NO_COLUMN,
};

static const struct words node_words[] = {
	{ "nid=", "nid", PRINT_INT, ALWAYS, NEVER },
	{ " order=", "order", PRINT_INT, ALWAYS, NEVER },
	{ " gfp_flags=", "gfp_flags", PRINT_GFP, ALWAYS, NEVER },
	NO_WORDS,
};

static const struct column flush_columns[] = {
	{ "u64", "id", VALUE_MEMCG_ID, U64, ALWAYS, NEVER, 0 },
	{ "s64", "stats_updates", VALUE_ZERO, LLONG, ALWAYS, NEVER, 0 },
	{ "bool", "force", VALUE_ZERO, BOOL, ALWAYS, NEVER, 0 },
	{ "bool", "needs_flush", VALUE_ZERO, BOOL, ALWAYS, NEVER, 0 },
	NO_COLUMN,
};

static const struct words flush_words[] = {
	{ "memcg_id=", "id", PRINT_ULLONG, ALWAYS, NEVER },
	{ " stats_updates=", "stats_updates", PRINT_LLONG, ALWAYS, NEVER },
	{ " force=", "force", PRINT_INT, ALWAYS, NEVER },
	{ " needs_flush=", "needs_flush", PRINT_INT, ALWAYS, NEVER },
	NO_WORDS,
};

static const struct table {
	const char *system;
	uint16_t id, since;
	const struct column *columns;
	const struct words *words;
} tables[RECORD_COUNT] = {
	[RECORD_START] = { "vmscan", 501, ALWAYS, start_columns, start_words },
	[RECORD_END] = { "vmscan", 502, ALWAYS, end_columns, end_words },
	[RECORD_IDENTITY] = { "shrinkctl_0", 1390, ALWAYS, identity_columns,
			      identity_words },
	[RECORD_CONTEXT + SHR_CGROUP_MKDIR] = { "cgroup", 422, V(4, 12), cgroup_columns,
						cgroup_words },
	[RECORD_CONTEXT + SHR_CGROUP_RMDIR] = { "cgroup", 421, V(4, 12), cgroup_columns,
						cgroup_words },
	[RECORD_CONTEXT + SHR_DIRECT_BEGIN] = { "vmscan", 508, ALWAYS, begin_columns,
						begin_words },
	[RECORD_CONTEXT +
		SHR_DIRECT_END] = { "vmscan", 505, ALWAYS, done_columns, done_words },
	[RECORD_CONTEXT + SHR_MEMCG_BEGIN] = { "vmscan", 507, ALWAYS, begin_columns,
					       begin_words },
	[RECORD_CONTEXT +
		SHR_MEMCG_END] = { "vmscan", 504, ALWAYS, done_columns, done_words },
	[RECORD_CONTEXT +
		SHR_KSWAPD_WAKE] = { "vmscan", 510, ALWAYS, wake_columns, wake_words },
	[RECORD_CONTEXT + SHR_KSWAPD_SLEEP] = { "vmscan", 511, ALWAYS, sleep_columns,
						sleep_words },
	[RECORD_CONTEXT +
		SHR_NODE_BEGIN] = { "vmscan", 499, V(5, 2), node_columns, node_words },
	[RECORD_CONTEXT +
		SHR_NODE_END] = { "vmscan", 498, V(5, 2), done_columns, done_words },
	[RECORD_CONTEXT + SHR_MEMCG_FLUSH] = { "memcg", 590, V(6, 13), flush_columns,
					       flush_words },
};

enum record_id record_id_of(const struct shr_event *event)
{
	switch (event->kind) {
	case SHR_START:
		return RECORD_START;
	case SHR_END:
		return RECORD_END;
	case SHR_IDENTITY:
		return RECORD_IDENTITY;
	case SHR_CONTEXT:
		return RECORD_CONTEXT + event->context.kind;
	default:
		return RECORD_COUNT;
	}
}

static const char *name_of(enum record_id id)
{
	static const char *const names[] = { "mm_shrink_slab_start",
					     "mm_shrink_slab_end", "call" };

	return id < RECORD_CONTEXT ? names[id] : shr_context_name(id - RECORD_CONTEXT);
}

/* Natural alignment, but for the fields of a probe, which lie side by side. */
static void add_field(struct record_layout *layout, const struct kernel_form *form,
		      const struct column *column, bool packed)
{
	const struct width_of *width = &widths[column->width];
	size_t size = width->size ? width->size : form->long_size;
	size_t at = packed ? layout->size : (layout->size + size - 1) / size * size;
	const char *type = column->type;

	/* A probe's type says how wide it is. */
	if (packed && size == 4 && !strcmp(type, "u64"))
		type = "u32";
	if (packed && size == 4 && !strcmp(type, "s64"))
		type = "s32";
	layout->fields[layout->field_count++] = (struct record_field){
		.type = type,
		.name = column->name,
		.value = column->value,
		.offset = (uint16_t)at,
		.size = (uint8_t)size,
		.is_signed = width->is_signed,
	};
	layout->size = at + size;
}

static const struct record_field *find_field(const struct record_layout *layout,
					     const char *name)
{
	for (size_t i = 0; i < layout->field_count; i++)
		if (!strcmp(layout->fields[i].name, name))
			return &layout->fields[i];
	return NULL;
}

static void add_phrase(struct record_layout *layout, const struct words *words)
{
	const struct record_field *field = find_field(layout, words->name);
	bool pid = !strcmp(words->name, "ent.pid");

	/* What nobody knows of an identity is not told. */
	if (!field && !pid && words->print != PRINT_IRQ)
		return;
	layout->foreign |= pid;
	layout->phrases[layout->phrase_count++] = (struct record_phrase){
		.text = words->text,
		.print = words->print,
		.name = words->name,
		.value = field ? field->value
			 : pid ? VALUE_PID
			       : VALUE_ZERO,
	};
}

bool record_layout_init(struct record_layout *layout, const struct kernel_form *form,
			enum record_id id, uint32_t has)
{
	const struct table *table = &tables[id];
	bool packed = id == RECORD_IDENTITY;

	*layout = (struct record_layout){ .system = table->system,
					  .name = name_of(id),
					  .id = table->id,
					  .size = COMMON_SIZE };
	if (!kernel_form_has(form, table->since, NEVER))
		return false;
	for (const struct column *column = table->columns; column->name; column++)
		if (kernel_form_has(form, column->since, column->before) &&
		    (column->has & has) == column->has)
			add_field(layout, form, column, packed);
	for (const struct words *words = table->words; words->text; words++)
		if (kernel_form_has(form, words->since, words->before))
			add_phrase(layout, words);
	return true;
}
