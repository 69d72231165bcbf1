/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parsers/formats.h"

#include "core/err.h"
#include "core/stream.h"
#include "parsers/trace_dat.h"
#include "tests/unit/format_maker.h"

static const struct machine_kind x86_64 = { 8, 8, false };
static const struct machine_kind x86_32 = { 4, 4, false };
static const struct machine_kind arm_32 = { 4, 8, false };
static const struct machine_kind old_64 = { 8, 8, true };
static const struct machine_kind old_32 = { 4, 4, true };

static const char pS[] = "\"%pS %p\", REC->shrink, REC->shr";
static const char pF[] = "\"%pF %p\", REC->shrink, REC->shr";
/* libtraceevent cannot parse what 7.1 and later print. */
static const char pid[] =
	"\"%pS %p: pid: %d %s\", REC->shrink, REC->shr, REC->ent.pid, "
	"(REC->gfp_flags) ? __print_flags(REC->gfp_flags, \"|\", "
	"{( gfp_t)((1UL) << (6)), \"__GFP_IO\"}) : \"none\"";

enum {
	HAS_COMMON = SHR_HAS_PID | SHR_HAS_SHRINKER | SHR_HAS_CALLBACK,
	HAS_START = HAS_COMMON | SHR_HAS_DEFERRED | SHR_HAS_GFP | SHR_HAS_MAY |
		    SHR_HAS_FREEABLE | SHR_HAS_DELTA | SHR_HAS_TOTAL_SCAN,
	HAS_END = HAS_COMMON | SHR_HAS_DEFERRED | SHR_HAS_NEW_SCAN | SHR_HAS_RETVAL |
		  SHR_HAS_TOTAL_SCAN,
};

/* One generation of kernels. */
struct generation {
	const char *name;
	const struct field_spec *start;
	const struct field_spec *end;
	const char *print_fmt;
	const struct machine_kind *kind;
	unsigned layouts;
	uint32_t start_has;
	uint32_t end_has;
};

static const struct generation generations[] = {
	{ "3.4, 64 bit", fields_t1, fields_e1, pF, &old_64,
	  SHR_LAYOUT_T1 | SHR_LAYOUT_T2, HAS_START | SHR_HAS_LRU, HAS_END },
	{ "3.4, 32 bit", fields_t1, fields_e1, pF, &old_32,
	  SHR_LAYOUT_T1 | SHR_LAYOUT_T2, HAS_START | SHR_HAS_LRU, HAS_END },
	{ "3.12", fields_t1, fields_e1, pF, &x86_64, SHR_LAYOUT_T1 | SHR_LAYOUT_T2,
	  HAS_START | SHR_HAS_LRU, HAS_END },
	{ "3.16", fields_t3, fields_e3, pF, &x86_64, SHR_LAYOUT_T3,
	  HAS_START | SHR_HAS_LRU | SHR_HAS_NID, HAS_END | SHR_HAS_NID },
	{ "3.16, 32 bit", fields_t3, fields_e3, pF, &x86_32, SHR_LAYOUT_T3,
	  HAS_START | SHR_HAS_LRU | SHR_HAS_NID, HAS_END | SHR_HAS_NID },
	{ "4.16", fields_t4, fields_e3, pF, &x86_64, SHR_LAYOUT_T4,
	  HAS_START | SHR_HAS_NID | SHR_HAS_PRIORITY, HAS_END | SHR_HAS_NID },
	{ "4.16, arm", fields_t4, fields_e3, pF, &arm_32, SHR_LAYOUT_T4,
	  HAS_START | SHR_HAS_NID | SHR_HAS_PRIORITY, HAS_END | SHR_HAS_NID },
	{ "5.2", fields_t4, fields_e3, pS, &x86_64, SHR_LAYOUT_T5,
	  HAS_START | SHR_HAS_NID | SHR_HAS_PRIORITY, HAS_END | SHR_HAS_NID },
	{ "5.19", fields_t6, fields_e3, pS, &x86_64, SHR_LAYOUT_T6,
	  HAS_START | SHR_HAS_NID | SHR_HAS_PRIORITY, HAS_END | SHR_HAS_NID },
	{ "5.19, 32 bit", fields_t6, fields_e3, pS, &x86_32, SHR_LAYOUT_T6,
	  HAS_START | SHR_HAS_NID | SHR_HAS_PRIORITY, HAS_END | SHR_HAS_NID },
	{ "7.1", fields_t7, fields_e5, pid, &x86_64, SHR_LAYOUT_T7,
	  HAS_START | SHR_HAS_NID | SHR_HAS_PRIORITY | SHR_HAS_MEMCG,
	  HAS_END | SHR_HAS_NID | SHR_HAS_MEMCG },
	{ "7.1, arm", fields_t7, fields_e5, pid, &arm_32, SHR_LAYOUT_T7,
	  HAS_START | SHR_HAS_NID | SHR_HAS_PRIORITY | SHR_HAS_MEMCG,
	  HAS_END | SHR_HAS_NID | SHR_HAS_MEMCG },
};

/* Formats learnt from up to three texts. */
struct learnt {
	struct made_format made[3];
	struct shr_format_text texts[3];
	size_t count;
	struct shr_formats formats;
	struct shr_err err;
	int ret;
};

static void add(struct learnt *learnt, const char *name, unsigned id,
		const struct field_spec *fields, const struct machine_kind *kind,
		const char *print_fmt)
{
	struct made_format *made = &learnt->made[learnt->count];

	make_format(made, name, id, fields, kind, print_fmt);
	learnt->texts[learnt->count++] =
		(struct shr_format_text){ { "vmscan", 6 }, { made->text, made->len } };
}

static void learn(struct learnt *learnt, const struct machine_kind *kind, bool big)
{
	learnt->ret = shr_formats_init(&learnt->formats,
				       str(header_page_text(kind->long_size)),
				       learnt->texts, learnt->count, big, &learnt->err);
}

static void learn_well(struct learnt *learnt, const struct machine_kind *kind, bool big)
{
	learn(learnt, kind, big);
	assert_int_equal(learnt->ret, 0);
}

static void learn_generation(struct learnt *learnt, const struct generation *generation,
			     bool big)
{
	memset(learnt, 0, sizeof(*learnt));
	add(learnt, "mm_shrink_slab_start", 631, generation->start, generation->kind,
	    generation->print_fmt);
	add(learnt, "mm_shrink_slab_end", 630, generation->end, generation->kind,
	    generation->print_fmt);
	learn_well(learnt, generation->kind, big);
	assert_int_equal(learnt->formats.count, 2);
}

/* The name a kernel gives a value; NULL where that event does not have it. */
static const char *const start_names[SHR_FIELD_COUNT] = {
	[SHR_FIELD_PID] = "common_pid",
	[SHR_FIELD_SHRINKER] = "shr",
	[SHR_FIELD_CALLBACK] = "shrink",
	[SHR_FIELD_NID] = "nid",
	[SHR_FIELD_MEMCG_ID] = "memcg_id",
	[SHR_FIELD_DEFERRED] = "nr_objects_to_shrink",
	[SHR_FIELD_TOTAL_SCAN] = "total_scan",
	[SHR_FIELD_FREEABLE] = "cache_items",
	[SHR_FIELD_DELTA] = "delta",
	[SHR_FIELD_PRIORITY] = "priority",
	[SHR_FIELD_PGS_SCANNED] = "pgs_scanned",
	[SHR_FIELD_LRU_PGS] = "lru_pgs",
	[SHR_FIELD_GFP] = "gfp_flags",
};

static const char *const end_names[SHR_FIELD_COUNT] = {
	[SHR_FIELD_PID] = "common_pid",	       [SHR_FIELD_SHRINKER] = "shr",
	[SHR_FIELD_CALLBACK] = "shrink",       [SHR_FIELD_NID] = "nid",
	[SHR_FIELD_MEMCG_ID] = "memcg_id",     [SHR_FIELD_DEFERRED] = "unused_scan",
	[SHR_FIELD_NEW_SCAN] = "new_scan",     [SHR_FIELD_RETVAL] = "retval",
	[SHR_FIELD_TOTAL_SCAN] = "total_scan",
};

/* Every value is where the format says, and those it lacks are nowhere. */
static void check_fields(const struct shr_record_format *format,
			 const struct made_format *made, const char *const *names)
{
	unsigned reach = 8;

	for (size_t id = 0; id < SHR_FIELD_COUNT; id++) {
		const struct shr_field *got = &format->fields[id];
		const struct placed_field *want =
			names[id] ? placed(made, names[id]) : NULL;

		assert_int_equal(got->size, want ? want->size : 0);
		if (!want)
			continue;
		assert_int_equal(got->offset, want->offset);
		assert_int_equal(got->is_signed, want->is_signed);
		reach = want->offset + want->size > reach ? want->offset + want->size
							  : reach;
	}
	assert_int_equal(format->min_len, reach);
}

static void check_generation(const struct generation *generation, bool big)
{
	static struct learnt learnt;
	bool plain = !big && generation->kind->long_size == 8;

	learn_generation(&learnt, generation, big);
	const struct shr_formats *formats = &learnt.formats;

	assert_int_equal(formats->layouts, generation->layouts);
	assert_int_equal(formats->long_size, generation->kind->long_size);
	assert_int_equal(formats->type.offset, 0);
	assert_int_equal(formats->page.commit_size, generation->kind->long_size);
	assert_int_equal(formats->page.data_offset, 8 + generation->kind->long_size);
	assert_int_equal(formats->page.big, big);
	assert_int_equal(formats->records[0].kind, SHR_START);
	assert_int_equal(formats->records[0].id, 631);
	assert_int_equal(formats->records[0].has, generation->start_has);
	assert_int_equal(formats->records[0].plain, plain);
	check_fields(&formats->records[0], &learnt.made[0], start_names);
	assert_int_equal(formats->records[1].kind, SHR_END);
	assert_int_equal(formats->records[1].id, 630);
	assert_int_equal(formats->records[1].has, generation->end_has);
	assert_int_equal(formats->records[1].plain, plain);
	check_fields(&formats->records[1], &learnt.made[1], end_names);
	shr_formats_release(&learnt.formats);
}

static void test_every_generation(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(generations); i++)
		for (int big = 0; big < 2; big++)
			check_generation(&generations[i], big);
}

/* Offsets as kernels of these generations have them. */
static void test_known_offsets(void **state)
{
	static struct learnt learnt;

	(void)state;
	learn_generation(&learnt, &generations[0], false); /* 12 bytes in common */
	assert_int_equal(learnt.formats.records[0].fields[SHR_FIELD_SHRINKER].offset,
			 16);
	shr_formats_release(&learnt.formats);
	learn_generation(&learnt, &generations[1], false);
	assert_int_equal(learnt.formats.records[0].fields[SHR_FIELD_SHRINKER].offset,
			 12);
	shr_formats_release(&learnt.formats);
	learn_generation(&learnt, &generations[8], false); /* 5.19 */
	assert_int_equal(learnt.formats.records[0].fields[SHR_FIELD_PRIORITY].offset,
			 72);
	assert_int_equal(learnt.formats.records[1].fields[SHR_FIELD_TOTAL_SCAN].offset,
			 56);
	shr_formats_release(&learnt.formats);
	learn_generation(&learnt, &generations[10], false); /* 7.1 */
	assert_int_equal(learnt.formats.records[0].fields[SHR_FIELD_MEMCG_ID].offset,
			 72);
	assert_int_equal(learnt.formats.records[0].min_len, 80);
	assert_int_equal(learnt.formats.records[1].min_len, 64);
	shr_formats_release(&learnt.formats);
}

/* The allocation flags' table comes from a print fmt that libtraceevent gives up on. */
static void test_gfp_table(void **state)
{
	static struct learnt learnt;

	(void)state;
	learn_generation(&learnt, &generations[10], false);
	assert_int_equal(learnt.formats.gfp.count, 1);
	assert_str(learnt.formats.gfp.flags[0].name, "__GFP_IO");
	assert_int_equal(learnt.formats.gfp.flags[0].mask, 0x40);
	shr_formats_release(&learnt.formats);
}

/* Kernels out of tree append fields; what we know stays where it is. */
static void test_unknown_fields(void **state)
{
	static const struct field_spec start[] = {
		{ FIELD_POINTER, "shr" },	{ FIELD_VOID, "shrink" },
		{ FIELD_INT, "nid" },		{ FIELD_LONG, "nr_objects_to_shrink" },
		{ FIELD_ARRAY, "cgroup_name" }, { FIELD_GFP, "gfp_flags" },
		{ FIELD_ULONG, "cache_items" }, { FIELD_ULLONG, "delta" },
		{ FIELD_ULONG, "total_scan" },	{ FIELD_INT, "priority" },
		{ FIELD_U64, "cgroup_ino" },	{ FIELD_DATA_LOC, "path" },
		{ FIELD_NONE, NULL },
	};
	static struct learnt learnt;

	(void)state;
	memset(&learnt, 0, sizeof(learnt));
	add(&learnt, "mm_shrink_slab_start", 1, start, &x86_64, pS);
	learn_well(&learnt, &x86_64, false);
	assert_int_equal(learnt.formats.count, 1);
	assert_int_equal(learnt.formats.layouts, SHR_LAYOUT_T5);
	check_fields(&learnt.formats.records[0], &learnt.made[0], start_names);
	shr_formats_release(&learnt.formats);
}

/* Renamed fields are unknown, not 0; nothing else suffers. */
static void test_missing_fields(void **state)
{
	static const struct field_spec start[] = {
		{ FIELD_POINTER, "shr" },
		{ FIELD_VOID, "scan_count" },
		{ FIELD_INT, "nid" },
		{ FIELD_LONG, "deferred_count" },
		{ FIELD_GFP, "gfp_flags" },
		{ FIELD_ULONG, "lru_pgs" },
		{ FIELD_ULONG, "freeable_objects" },
		{ FIELD_ULLONG, "delta" },
		{ FIELD_ULONG, "total_scan" },
		{ FIELD_INT, "priority" },
		{ FIELD_NONE, NULL },
	};
	static const struct field_spec end[] = { { FIELD_POINTER, "shr" },
						 { FIELD_NONE, NULL } };
	static struct learnt learnt;

	(void)state;
	memset(&learnt, 0, sizeof(learnt));
	add(&learnt, "mm_shrink_slab_start", 1, start, &x86_64, pS);
	add(&learnt, "mm_shrink_slab_end", 2, end, &x86_64, pS);
	learn_well(&learnt, &x86_64, false);
	assert_int_equal(learnt.formats.count, 2);
	/* lru_pgs is worth nothing without pgs_scanned. */
	assert_int_equal(learnt.formats.records[0].has,
			 SHR_HAS_PID | SHR_HAS_SHRINKER | SHR_HAS_NID | SHR_HAS_GFP |
				 SHR_HAS_MAY | SHR_HAS_DELTA | SHR_HAS_TOTAL_SCAN |
				 SHR_HAS_PRIORITY);
	check_fields(&learnt.formats.records[0], &learnt.made[0], start_names);
	assert_int_equal(learnt.formats.long_size, 0);
	assert_int_equal(learnt.formats.records[1].has, SHR_HAS_PID | SHR_HAS_SHRINKER);
	shr_formats_release(&learnt.formats);
}

/* Dynamic events that tell what the tracepoints do not. */
static void test_identity(void **state)
{
	static const struct field_spec kprobe[] = {
		{ FIELD_ULONG, "__probe_ip" }, { FIELD_U64, "memcg" },
		{ FIELD_S32, "nid" },	       { FIELD_U64, "shr" },
		{ FIELD_S64, "batch" },	       { FIELD_S32, "seeks" },
		{ FIELD_U32, "flags" },	       { FIELD_S32, "id" },
		{ FIELD_U64, "cg" },	       { FIELD_DATA_LOC, "name" },
		{ FIELD_NONE, NULL },
	};
	static struct learnt learnt;

	(void)state;
	memset(&learnt, 0, sizeof(learnt));
	add(&learnt, "start", 1554, kprobe, &x86_64, pS);
	learn_well(&learnt, &x86_64, false);
	const struct shr_record_format *format = &learnt.formats.records[0];

	assert_int_equal(learnt.formats.count, 1);
	assert_int_equal(format->kind, SHR_IDENTITY);
	assert_int_equal(format->has, SHR_HAS_PID | SHR_HAS_SHRINKER | SHR_HAS_NID |
					      SHR_HAS_MEMCG_PTR | SHR_HAS_BATCH |
					      SHR_HAS_SEEKS | SHR_HAS_FLAGS |
					      SHR_HAS_ID | SHR_HAS_MEMCG |
					      SHR_HAS_NAME);
	assert_false(format->plain);
	assert_false(format->name_relative);
	assert_int_equal(format->fields[SHR_FIELD_BATCH].offset,
			 placed(&learnt.made[0], "batch")->offset);
	assert_int_equal(format->fields[SHR_FIELD_NAME].size, 4);
	assert_int_equal(learnt.formats.layouts, 0);
	shr_formats_release(&learnt.formats);
}

static void test_identity_with_relative_name(void **state)
{
	static const struct field_spec fprobe[] = { { FIELD_U64, "shr" },
						    { FIELD_REL_LOC, "name" },
						    { FIELD_NONE, NULL } };
	static struct learnt learnt;

	(void)state;
	memset(&learnt, 0, sizeof(learnt));
	add(&learnt, "names", 7, fprobe, &x86_64, pS);
	learn_well(&learnt, &x86_64, false);
	assert_int_equal(learnt.formats.count, 1);
	assert_true(learnt.formats.records[0].name_relative);
	shr_formats_release(&learnt.formats);
}

/* Events that only mention a shrinker, and those that do not, are passed over. */
static void test_other_events(void **state)
{
	static const struct field_spec other[] = { { FIELD_U64, "shr" },
						   { FIELD_INT, "weight" },
						   { FIELD_DATA_LOC, "batch" },
						   { FIELD_ARRAY, "name" },
						   { FIELD_NONE, NULL } };
	static const struct field_spec foreign[] = { { FIELD_INT, "nid" },
						     { FIELD_NONE, NULL } };
	static struct learnt learnt;

	(void)state;
	memset(&learnt, 0, sizeof(learnt));
	add(&learnt, "other", 7, other, &x86_64, pS);
	add(&learnt, "mm_vmscan_kswapd_sleeps", 8, foreign, &x86_64, pS);
	add(&learnt, "mm_shrink_slab_started", 9, foreign, &x86_64, pS);
	learn_well(&learnt, &x86_64, false);
	assert_int_equal(learnt.formats.count, 0);
	shr_formats_release(&learnt.formats);
}

static const struct field_spec cgroup_fields[] = { { FIELD_INT, "root" },
						   { FIELD_INT, "level" },
						   { FIELD_U64, "id" },
						   { FIELD_DATA_LOC, "path" },
						   { FIELD_NONE, NULL } };
static const struct field_spec reclaim_fields[] = { { FIELD_ULONG, "nr_reclaimed" },
						    { FIELD_U64, "memcg_id" },
						    { FIELD_NONE, NULL } };
static const struct field_spec kswapd_fields[] = { { FIELD_INT, "nid" },
						   { FIELD_INT, "zid" },
						   { FIELD_INT, "order" },
						   { FIELD_NONE, NULL } };
static const struct field_spec flush_fields[] = { { FIELD_U64, "id" },
						  { FIELD_S64, "stats_updates" },
						  { FIELD_NONE, NULL } };

struct context_format {
	const char *group, *name;
	const struct field_spec *fields;
	enum shr_context_kind kind;
	uint32_t has;
};

enum { HAS_CGROUP = SHR_HAS_ROOT | SHR_HAS_MEMCG | SHR_HAS_NAME };

static const struct context_format context_formats[] = {
	{ "cgroup", "cgroup_mkdir", cgroup_fields, SHR_CGROUP_MKDIR, HAS_CGROUP },
	{ "cgroup", "cgroup_rmdir", cgroup_fields, SHR_CGROUP_RMDIR, HAS_CGROUP },
	{ "vmscan", "mm_vmscan_direct_reclaim_begin", reclaim_fields, SHR_DIRECT_BEGIN,
	  SHR_HAS_MEMCG },
	{ "vmscan", "mm_vmscan_direct_reclaim_end", reclaim_fields, SHR_DIRECT_END,
	  SHR_HAS_MEMCG },
	{ "vmscan", "mm_vmscan_memcg_reclaim_begin", reclaim_fields, SHR_MEMCG_BEGIN,
	  SHR_HAS_MEMCG },
	{ "vmscan", "mm_vmscan_memcg_reclaim_end", reclaim_fields, SHR_MEMCG_END,
	  SHR_HAS_MEMCG },
	{ "vmscan", "mm_vmscan_kswapd_wake", kswapd_fields, SHR_KSWAPD_WAKE,
	  SHR_HAS_NID },
	{ "vmscan", "mm_vmscan_kswapd_sleep", kswapd_fields, SHR_KSWAPD_SLEEP,
	  SHR_HAS_NID },
	{ "vmscan", "mm_vmscan_node_reclaim_begin", kswapd_fields, SHR_NODE_BEGIN,
	  SHR_HAS_NID },
	{ "vmscan", "mm_vmscan_node_reclaim_end", reclaim_fields, SHR_NODE_END,
	  SHR_HAS_MEMCG },
	{ "memcg", "memcg_flush_stats", flush_fields, SHR_MEMCG_FLUSH, SHR_HAS_MEMCG },
};

static void add_context(struct learnt *learnt, const struct context_format *format,
			const char *group, const struct machine_kind *kind)
{
	memset(learnt, 0, sizeof(*learnt));
	add(learnt, format->name, 7, format->fields, kind, pS);
	learnt->texts[0].system = str(group);
}

static void test_context(void **state)
{
	static const struct machine_kind *const kinds[] = { &x86_64, &x86_32, &arm_32,
							    &old_64, &old_32 };
	static struct learnt learnt;

	(void)state;
	assert_int_equal(COUNT(context_formats), SHR_CONTEXT_COUNT);
	for (size_t i = 0; i < COUNT(context_formats); i++)
		for (size_t run = 0; run < 2 * COUNT(kinds); run++) {
			const struct context_format *want = &context_formats[i];
			const struct machine_kind *kind = kinds[run / 2];

			add_context(&learnt, want, want->group, kind);
			learn_well(&learnt, kind, run % 2);
			assert_int_equal(learnt.formats.count, 1);
			const struct shr_record_format *got = learnt.formats.records;

			assert_int_equal(got->kind, SHR_CONTEXT);
			assert_int_equal(got->context, want->kind);
			assert_int_equal(got->has, want->has | SHR_HAS_PID);
			assert_false(got->plain);
			assert_true(got->min_len <= learnt.made[0].size);
			shr_formats_release(&learnt.formats);
		}
}

static void expect_no_context(const struct context_format *format, const char *group)
{
	static struct learnt learnt;

	add_context(&learnt, format, group, &x86_64);
	learn_well(&learnt, &x86_64, false);
	assert_int_equal(learnt.formats.count, 0);
	shr_formats_release(&learnt.formats);
}

/* A user's own event may have any name, but not the group. */
static void test_context_of_other_groups(void **state)
{
	static const char *const groups[] = { "kprobes", "synthetic", "vmscan2", "vm",
					      "probe_vmscan" };

	(void)state;
	for (size_t i = 0; i < COUNT(context_formats); i++)
		for (size_t group = 0; group < COUNT(groups); group++)
			expect_no_context(&context_formats[i], groups[group]);
}

/* Up to 5.4 the id was an int, and not the cgroup's; without one nothing is told. */
static void test_cgroup_without_its_id(void **state)
{
	static const struct field_spec old[] = { { FIELD_INT, "root" },
						 { FIELD_INT, "id" },
						 { FIELD_INT, "level" },
						 { FIELD_DATA_LOC, "path" },
						 { FIELD_NONE, NULL } };
	static const struct field_spec none[] = { { FIELD_INT, "root" },
						  { FIELD_DATA_LOC, "id" },
						  { FIELD_DATA_LOC, "path" },
						  { FIELD_NONE, NULL } };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct context_format format = context_formats[i];

		format.fields = old;
		expect_no_context(&format, "cgroup");
		format.fields = none;
		expect_no_context(&format, "cgroup");
	}
}

/* A path that is no dynamic string is none; what else there is counts. */
static void test_cgroup_with_another_path(void **state)
{
	static const struct field_spec array[] = { { FIELD_U64, "id" },
						   { FIELD_ARRAY, "path" },
						   { FIELD_NONE, NULL } };
	struct context_format format = context_formats[0];
	static struct learnt learnt;

	(void)state;
	format.fields = array;
	add_context(&learnt, &format, "cgroup", &x86_64);
	learn_well(&learnt, &x86_64, false);
	assert_int_equal(learnt.formats.count, 1);
	assert_int_equal(learnt.formats.records[0].has, SHR_HAS_PID | SHR_HAS_MEMCG);
	shr_formats_release(&learnt.formats);
}

/* Cut anywhere, a format of context is passed over or means what is left of it. */
static void test_cut_context(void **state)
{
	static struct learnt learnt;

	(void)state;
	for (size_t i = 0; i < COUNT(context_formats); i++) {
		add_context(&learnt, &context_formats[i], context_formats[i].group,
			    &x86_64);
		for (size_t len = learnt.made[0].len; len--;) {
			char *copy = malloc(len ? len : 1);

			assert_non_null(copy);
			memcpy(copy, learnt.made[0].text, len);
			learnt.texts[0].text = (struct shr_str){ copy, len };
			learn_well(&learnt, &x86_64, false);
			assert_in_range(learnt.formats.count, 0, 1);
			if (learnt.formats.count)
				assert_int_equal(learnt.formats.records[0].kind,
						 SHR_CONTEXT);
			shr_formats_release(&learnt.formats);
			free(copy);
		}
	}
}

/* A format of ours that cannot be used is an error: its records would be missed. */
static void test_damaged_formats(void **state)
{
	static const char *const texts[] = {
		"name: mm_shrink_slab_start\n",
		"name: mm_shrink_slab_start\nID: 5\n",
		"name: mm_shrink_slab_start\nID: five\nformat:\n",
		"name: mm_shrink_slab_end\nID: 5\nformat:\n\tfield:int "
		"common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n\tfield:int "
		"nid;\toffset:8;\tsize:4;\tsigned:1;\n\nprint fmt: \"\"\n",
		"name: mm_shrink_slab_end\nID: 5\nformat:\n\tfield:unsigned int "
		"common_type;\toffset:0;\tsize:4;\tsigned:0;\n\n\tfield:int "
		"nid;\toffset:8;\tsize:4;\tsigned:1;\n\nprint fmt: \"\"\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct shr_format_text text = { { "vmscan", 6 }, str(texts[i]) };
		struct shr_formats formats;
		struct shr_err err = { 0 };

		if (shr_formats_init(&formats, str(header_page_text(8)), &text, 1,
				     false, &err) == 0)
			print_error("taken: %s\n", texts[i]);
		assert_int_equal(err.code, SHR_ERR_SYNTAX);
		assert_non_null(strstr(err.reason, "format of mm_shrink_slab_"));
		shr_formats_release(&formats);
	}
}

/* Cut anywhere, a format text is taken or refused, and read no further. */
static void test_cut_formats(void **state)
{
	static struct made_format made;

	(void)state;
	make_format(&made, "mm_shrink_slab_start", 3, fields_t7, &x86_64, pid);
	for (size_t len = 0; len < made.len; len++) {
		char *copy = malloc(len + !len);
		struct shr_format_text text = { { "vmscan", 6 }, { copy, len } };
		struct shr_formats formats;
		struct shr_err err;

		assert_non_null(copy);
		memcpy(copy, made.text, len);
		if (shr_formats_init(&formats, str(header_page_text(8)), &text, 1,
				     false, &err) < 0)
			assert_int_equal(err.code, SHR_ERR_SYNTAX);
		shr_formats_release(&formats);
		free(copy);
	}
}

/* Places beyond what a record can be are not used. */
static void test_impossible_places(void **state)
{
	static const char text[] =
		"name: mm_shrink_slab_start\nID: 5\nformat:\n"
		"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
		"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
		"\tfield:void * shr;\toffset:70000;\tsize:8;\tsigned:0;\n"
		"\tfield:void * shrink;\toffset:8;\tsize:3;\tsigned:0;\n"
		"\tfield:int nid;\toffset:16;\tsize:0;\tsigned:1;\n"
		"\tfield:long total_scan[2];\toffset:24;\tsize:16;\tsigned:1;\n"
		"\tfield:long cache_items;\toffset:40;\tsize:8;\tsigned:1;\n"
		"\nprint fmt: \"\"\n";
	struct shr_format_text texts = { { "vmscan", 6 }, str(text) };
	struct shr_formats formats;
	struct shr_err err;

	(void)state;
	assert_int_equal(shr_formats_init(&formats, str(header_page_text(8)), &texts, 1,
					  false, &err),
			 0);
	assert_int_equal(formats.records[0].has, SHR_HAS_PID | SHR_HAS_FREEABLE);
	assert_int_equal(formats.records[0].min_len, 48);
	shr_formats_release(&formats);
}

/* A page's head has a time of 8 bytes and a commit of 4 or 8. */
static void test_header_page(void **state)
{
	static const char *const bad[] = {
		"",
		"junk",
		"\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n",
		"\tfield: u64 timestamp;\toffset:0;\tsize:4;\tsigned:0;\n"
		"\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"
		"\tfield: char data;\toffset:16;\tsize:4080;\tsigned:1;\n",
		"\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
		"\tfield: local_t commit;\toffset:8;\tsize:2;\tsigned:1;\n"
		"\tfield: char data;\toffset:16;\tsize:4080;\tsigned:1;\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct shr_formats formats;
		struct shr_err err = { 0 };

		assert_int_equal(
			shr_formats_init(&formats, str(bad[i]), NULL, 0, false, &err),
			-1);
		assert_int_equal(err.code, SHR_ERR_SYNTAX);
		shr_formats_release(&formats);
	}
}

/* 3.10 of a 32-bit machine wrote a commit of 8 bytes: fields say the pointers' size. */
static void test_page_and_pointers_disagree(void **state)
{
	static struct learnt learnt;

	(void)state;
	memset(&learnt, 0, sizeof(learnt));
	add(&learnt, "mm_shrink_slab_start", 1, fields_t1, &x86_32, pF);
	learn_well(&learnt, &x86_64, false);
	assert_int_equal(learnt.formats.page.commit_size, 8);
	assert_int_equal(learnt.formats.long_size, 4);
	assert_int_equal(learnt.formats.records[0].fields[SHR_FIELD_SHRINKER].size, 4);
	assert_false(learnt.formats.records[0].plain);
	shr_formats_release(&learnt.formats);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_generation),
		cmocka_unit_test(test_known_offsets),
		cmocka_unit_test(test_gfp_table),
		cmocka_unit_test(test_unknown_fields),
		cmocka_unit_test(test_missing_fields),
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_identity_with_relative_name),
		cmocka_unit_test(test_other_events),
		cmocka_unit_test(test_context),
		cmocka_unit_test(test_context_of_other_groups),
		cmocka_unit_test(test_cgroup_without_its_id),
		cmocka_unit_test(test_cgroup_with_another_path),
		cmocka_unit_test(test_cut_context),
		cmocka_unit_test(test_damaged_formats),
		cmocka_unit_test(test_cut_formats),
		cmocka_unit_test(test_impossible_places),
		cmocka_unit_test(test_header_page),
		cmocka_unit_test(test_page_and_pointers_disagree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
