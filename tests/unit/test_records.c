/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parsers/records.h"

#include "core/err.h"
#include "core/stream.h"
#include "parsers/names.h"
#include "parsers/trace_dat.h"
#include "tests/unit/format_maker.h"

/* One event's format and a record of it, in memory of exactly the least size. */
struct record {
	struct made_format made;
	struct shr_formats formats;
	struct shr_names *names;
	struct maker bytes;
	struct shr_event event;
};

static void open_record(struct record *record, const char *name,
			const struct field_spec *fields,
			const struct machine_kind *kind, bool big)
{
	bool cgroup = strncmp(name, "cgroup_", 7) == 0;
	struct shr_err err;

	memset(record, 0, sizeof(*record));
	make_format(&record->made, name, 631, fields, kind, "\"\"");
	struct shr_format_text text = { str(cgroup ? "cgroup" : "vmscan"),
					{ record->made.text, record->made.len } };

	assert_int_equal(shr_formats_init(&record->formats,
					  str(header_page_text(kind->long_size)), &text,
					  1, big, &err),
			 0);
	assert_int_equal(record->formats.count, 1);
	record->names = shr_names_new(&err);
	assert_non_null(record->names);
	record->bytes.big = big;
	memset(make_room(&record->bytes, record->made.size), 0, record->made.size);
	set_field(&record->bytes, 0, &record->made, "common_type", 631);
}

static void set(struct record *record, const char *name, uint64_t value)
{
	set_field(&record->bytes, 0, &record->made, name, value);
}

static const struct shr_event *decode(struct record *record)
{
	const struct shr_record_format *format = &record->formats.records[0];

	assert_true(format->min_len <= record->bytes.size);
	made(&record->bytes);
	memset(&record->event, 0x5a, sizeof(record->event));
	shr_record_decode(&record->formats, format, record->bytes.data,
			  (uint32_t)record->bytes.size, record->names, &record->event);
	return &record->event;
}

static void close_record(struct record *record)
{
	shr_formats_release(&record->formats);
	shr_names_free(record->names);
	maker_release(&record->bytes);
}

static const struct machine_kind kinds[] = {
	{ 8, 8, false }, { 8, 8, true }, { 4, 4, false },
	{ 4, 8, false }, { 4, 4, true },
};

/* What @value is once the kernel has kept it in a long. */
static int64_t as_long(const struct machine_kind *kind, int64_t value)
{
	return kind->long_size == 4 ? (int32_t)value : value;
}

static uint64_t as_ulong(const struct machine_kind *kind, uint64_t value)
{
	return kind->long_size == 4 ? (uint32_t)value : value;
}

static const uint64_t shr = 0xffff8881842a1000, shrink = 0xffffffff815c9400;
static const int64_t huge = ((int64_t)1 << 40) + 5;

static void set_start(struct record *record)
{
	set(record, "common_pid", 15159);
	set(record, "shr", shr);
	set(record, "shrink", shrink);
	set(record, "nid", 3);
	set(record, "nr_objects_to_shrink", (uint64_t)-5);
	set(record, "gfp_flags", 0xc0000cc0);
	set(record, "pgs_scanned", 0xf0000001);
	set(record, "lru_pgs", 241753);
	set(record, "cache_items", (uint64_t)-2); /* unsigned, and yet negative */
	set(record, "delta", (uint64_t)huge);
	set(record, "total_scan", (uint64_t)-118);
	set(record, "priority", 12);
	set(record, "memcg_id", (uint64_t)huge);
}

static void check_start(const struct field_spec *fields, uint32_t has,
			const struct machine_kind *kind, bool big)
{
	static struct record record;

	open_record(&record, "mm_shrink_slab_start", fields, kind, big);
	set_start(&record);
	const struct shr_event *event = decode(&record);

	assert_int_equal(event->kind, SHR_START);
	assert_int_equal(event->has, has | record.formats.records[0].has);
	assert_int_equal(event->has & has, has);
	assert_int_equal(event->comm, 0);
	assert_int_equal(event->pid, 15159);
	assert_int_equal(event->shrinker, as_ulong(kind, shr));
	assert_int_equal(event->callback, as_ulong(kind, shrink));
	assert_int_equal(event->nid, event->has & SHR_HAS_NID ? 3 : 0);
	assert_int_equal(event->memcg_id, event->has & SHR_HAS_MEMCG ? huge : 0);
	assert_int_equal(event->start.deferred, -5);
	assert_int_equal(event->start.freeable, -2);
	assert_int_equal(event->start.delta, huge);
	assert_int_equal(event->start.total_scan, -118);
	assert_int_equal(event->start.gfp, 0xc0000cc0);
	assert_int_equal(event->start.gfp_names, 0);
	assert_int_equal(event->start.may, SHR_MAY_IO | SHR_MAY_FS);
	assert_int_equal(event->start.pgs_scanned,
			 event->has & SHR_HAS_LRU ? 0xf0000001 : 0);
	assert_int_equal(event->start.lru_pgs, event->has & SHR_HAS_LRU ? 241753 : 0);
	assert_int_equal(event->start.priority, event->has & SHR_HAS_PRIORITY ? 12 : 0);
	close_record(&record);
}

static void test_starts(void **state)
{
	const uint32_t time = SHR_HAS_TIME | SHR_HAS_CPU;

	(void)state;
	for (size_t kind = 0; kind < COUNT(kinds); kind++)
		for (int big = 0; big < 2; big++) {
			check_start(fields_t1, time | SHR_HAS_LRU, &kinds[kind], big);
			check_start(fields_t3, time | SHR_HAS_LRU | SHR_HAS_NID,
				    &kinds[kind], big);
			check_start(fields_t4, time | SHR_HAS_PRIORITY, &kinds[kind],
				    big);
			check_start(fields_t6, time | SHR_HAS_PRIORITY, &kinds[kind],
				    big);
			check_start(fields_t7, time | SHR_HAS_MEMCG, &kinds[kind], big);
		}
}

static void check_end(const struct field_spec *fields, uint32_t has,
		      const struct machine_kind *kind, bool big)
{
	static struct record record;

	open_record(&record, "mm_shrink_slab_end", fields, kind, big);
	set(&record, "common_pid", 77);
	set(&record, "shr", shr);
	set(&record, "shrink", shrink);
	set(&record, "nid", (uint64_t)-1);
	set(&record, "unused_scan", (uint64_t)huge);
	set(&record, "new_scan", (uint64_t)-3);
	set(&record, "retval", (uint64_t)-1); /* an int: SHRINK_STOP, or 2^32 - 1 */
	set(&record, "total_scan", (uint64_t)INT32_MIN);
	set(&record, "memcg_id", 4711);
	const struct shr_event *event = decode(&record);

	assert_int_equal(event->kind, SHR_END);
	assert_int_equal(event->has & has, has);
	assert_int_equal(event->pid, 77);
	assert_int_equal(event->shrinker, as_ulong(kind, shr));
	assert_int_equal(event->callback, as_ulong(kind, shrink));
	assert_int_equal(event->nid, event->has & SHR_HAS_NID ? -1 : 0);
	assert_int_equal(event->memcg_id, event->has & SHR_HAS_MEMCG ? 4711 : 0);
	assert_int_equal(event->end.deferred, as_long(kind, huge));
	assert_int_equal(event->end.new_scan, -3);
	assert_int_equal(event->end.retval, -1);
	assert_int_equal(event->end.total_scan, INT32_MIN);
	close_record(&record);
}

static void test_ends(void **state)
{
	(void)state;
	for (size_t kind = 0; kind < COUNT(kinds); kind++)
		for (int big = 0; big < 2; big++) {
			check_end(fields_e1, SHR_HAS_RETVAL, &kinds[kind], big);
			check_end(fields_e3, SHR_HAS_NID, &kinds[kind], big);
			check_end(fields_e5, SHR_HAS_MEMCG, &kinds[kind], big);
		}
}

/* Both ways of decoding must agree on anything: the quick one, and the one for all. */
static void test_quick_way_agrees(void **state)
{
	static const struct {
		const char *name;
		const struct field_spec *fields;
	} all[] = {
		{ "mm_shrink_slab_start", fields_t1 },
		{ "mm_shrink_slab_start", fields_t3 },
		{ "mm_shrink_slab_start", fields_t4 },
		{ "mm_shrink_slab_start", fields_t6 },
		{ "mm_shrink_slab_start", fields_t7 },
		{ "mm_shrink_slab_end", fields_e1 },
		{ "mm_shrink_slab_end", fields_e3 },
		{ "mm_shrink_slab_end", fields_e5 },
	};
	uint64_t random = 88172645463325252u;

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++) {
		static struct record record;
		struct shr_event quick;

		open_record(&record, all[i].name, all[i].fields, &kinds[0], false);
		assert_true(record.formats.records[0].plain);
		for (int round = 0; round < 200; round++) {
			for (size_t at = 2; at < record.bytes.size; at++) {
				random ^= random << 13;
				random ^= random >> 7;
				random ^= random << 17;
				record.bytes.data[at] = (uint8_t)random;
			}
			record.formats.records[0].plain = true;
			quick = *decode(&record);
			record.formats.records[0].plain = false;
			decode(&record);
			assert_int_equal(quick.has, record.event.has);
			assert_int_equal(quick.pid, record.event.pid);
			assert_int_equal(quick.nid, record.event.nid);
			assert_int_equal(quick.shrinker, record.event.shrinker);
			assert_int_equal(quick.callback, record.event.callback);
			assert_int_equal(quick.memcg_id, record.event.memcg_id);
			if (quick.kind == SHR_START)
				assert_memory_equal(&quick.start, &record.event.start,
						    sizeof(quick.start));
			else
				assert_memory_equal(&quick.end, &record.event.end,
						    sizeof(quick.end));
		}
		close_record(&record);
	}
}

static const struct field_spec probe[] = {
	{ FIELD_ULONG, "__probe_ip" }, { FIELD_U64, "memcg" }, { FIELD_S32, "nid" },
	{ FIELD_U64, "shr" },	       { FIELD_S64, "batch" }, { FIELD_S32, "seeks" },
	{ FIELD_U32, "flags" },	       { FIELD_S32, "id" },    { FIELD_U64, "cg" },
	{ FIELD_NONE, NULL },
};

static void test_identity(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		static struct record record;

		open_record(&record, "start", probe, &kinds[0], big);
		set(&record, "common_pid", 12);
		set(&record, "memcg", 0xff2e649e413e5430);
		set(&record, "nid", 1);
		set(&record, "shr", shr);
		set(&record, "batch", 1024);
		set(&record, "seeks", 2);
		set(&record, "flags", 0x80000003);
		set(&record, "id", (uint64_t)-1);
		set(&record, "cg", 4711);
		const struct shr_event *event = decode(&record);

		assert_int_equal(event->kind, SHR_IDENTITY);
		assert_int_equal(event->pid, 12);
		assert_int_equal(event->nid, 1);
		assert_int_equal(event->shrinker, shr);
		assert_int_equal(event->memcg_id, 4711);
		assert_int_equal(event->identity.memcg, 0xff2e649e413e5430);
		assert_int_equal(event->identity.batch, 1024);
		assert_int_equal(event->identity.seeks, 2);
		assert_int_equal(event->identity.flags, 0x80000003);
		assert_int_equal(event->identity.id, -1);
		assert_int_equal(event->identity.name, 0);
		assert_false(event->has & SHR_HAS_NAME);
		close_record(&record);
	}
}

/* From a NULL memcg a probe reads no id: its place has what an older record left. */
static void test_identity_without_memcg(void **state)
{
	static struct record record;

	(void)state;
	open_record(&record, "start", probe, &kinds[0], false);
	set(&record, "memcg", 0);
	set(&record, "shr", shr);
	set(&record, "cg", 4711);
	const struct shr_event *event = decode(&record);

	assert_true(event->has & SHR_HAS_MEMCG_PTR);
	assert_false(event->has & SHR_HAS_MEMCG);
	assert_int_equal(event->memcg_id, 0);
	close_record(&record);
}

static const struct field_spec named[] = { { FIELD_U64, "shr" },
					   { FIELD_DATA_LOC, "name" },
					   { FIELD_NONE, NULL } };
static const struct field_spec named_relative[] = { { FIELD_U64, "shr" },
						    { FIELD_REL_LOC, "name" },
						    { FIELD_NONE, NULL } };

/* The name in a record whose string is @text, said to be at @offset and @len long. */
static void expect_name(const struct field_spec *fields, bool big, const char *text,
			size_t size, uint32_t offset, uint32_t len, const char *want)
{
	static struct record record;

	open_record(&record, "names", fields, &kinds[0], big);
	set(&record, "name", offset | len << 16);
	put_bytes(&record.bytes, text, size);
	const struct shr_event *event = decode(&record);

	assert_true(event->has & SHR_HAS_NAME);
	assert_str(shr_names_text(record.names, event->identity.name), want);
	assert_int_equal(event->identity.name != 0, *want != 0);
	close_record(&record);
}

static void test_identity_names(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		/* The string follows 8 common bytes, an address, and the place itself.
		 */
		expect_name(named, big, "sb-ext4\0", 8, 20, 8, "sb-ext4");
		expect_name(named_relative, big, "sb-ext4\0", 8, 0, 8, "sb-ext4");
		expect_name(named_relative, big, "--sb-xfs\0", 9, 2, 7, "sb-xfs");
		expect_name(named, big, "no-nul", 6, 20, 6, "no-nul");
		expect_name(named, big, "no-nul", 6, 22, 3, "-nu");
	}
}

/* A place outside the record is no name. */
static void test_identity_names_that_lie(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		expect_name(named, big, "sb-ext4", 7, 20, 8, "");
		expect_name(named, big, "sb-ext4", 7, 28, 1, "");
		expect_name(named, big, "sb-ext4", 7, 27, 0, "");
		expect_name(named, big, "sb-ext4", 7, 0xffff, 0xffff, "");
		expect_name(named_relative, big, "sb-ext4", 7, 0, 8, "");
		expect_name(named_relative, big, "sb-ext4", 7, 0xffff, 0xffff, "");
		expect_name(named_relative, big, "", 0, 0, 0, "");
	}
}

static const struct field_spec cgroup[] = { { FIELD_INT, "root" },
					    { FIELD_INT, "level" },
					    { FIELD_U64, "id" },
					    { FIELD_DATA_LOC, "path" },
					    { FIELD_NONE, NULL } };

struct said_path {
	const char *text;
	size_t size;  /* there */
	uint32_t len; /* as the record says */
	const char *want;
};

static void expect_path(const struct machine_kind *kind, bool big,
			const struct said_path *path)
{
	static struct record record;

	open_record(&record, "cgroup_mkdir", cgroup, kind, big);
	set(&record, "common_pid", 12);
	set(&record, "root", (uint64_t)-4);
	set(&record, "id", (uint64_t)huge);
	set(&record, "path", (uint32_t)record.made.size | path->len << 16);
	put_bytes(&record.bytes, path->text, path->size);
	const struct shr_event *event = decode(&record);

	assert_int_equal(event->kind, SHR_CONTEXT);
	assert_int_equal(event->context.kind, SHR_CGROUP_MKDIR);
	assert_int_equal(event->pid, 12);
	assert_int_equal(event->memcg_id, huge);
	assert_int_equal(event->context.root, -4);
	assert_true(event->has & SHR_HAS_ROOT);
	assert_str(shr_names_text(record.names, event->context.path), path->want);
	assert_int_equal(event->context.path != 0, *path->want != 0);
	close_record(&record);
}

static void test_paths(void **state)
{
	static char longest[5000];
	const struct said_path paths[] = {
		{ "/box/a b", 9, 9, "/box/a b" },
		{ "/", 1, 1, "/" },
		{ "/box", 4, 2, "/b" },
		{ "", 0, 0, "" },
		{ "/box", 4, 5, "" },
		{ "/box", 4, 0xffff, "" },
		/* Longer than names are kept: not known rather than cut. */
		{ longest, sizeof(longest), sizeof(longest), "" },
	};

	(void)state;
	memset(longest, 'a', sizeof(longest));
	for (size_t kind = 0; kind < 2 * COUNT(kinds); kind++)
		for (size_t i = 0; i < COUNT(paths); i++)
			expect_path(&kinds[kind / 2], kind % 2, &paths[i]);
}

static void test_kswapd(void **state)
{
	static const struct field_spec fields[] = { { FIELD_INT, "nid" },
						    { FIELD_NONE, NULL } };

	(void)state;
	for (int big = 0; big < 2; big++) {
		static struct record record;

		open_record(&record, "mm_vmscan_kswapd_sleep", fields, &kinds[0], big);
		set(&record, "nid", 3);
		const struct shr_event *event = decode(&record);

		assert_int_equal(event->kind, SHR_CONTEXT);
		assert_int_equal(event->context.kind, SHR_KSWAPD_SLEEP);
		assert_int_equal(event->has, SHR_HAS_TIME | SHR_HAS_CPU | SHR_HAS_PID |
						     SHR_HAS_NID);
		assert_int_equal(event->nid, 3);
		assert_int_equal(event->context.path, 0);
		close_record(&record);
	}
}

/*
 * A record as short as its format, at the end of memory: values that the format does
 * not have must not be loaded from beyond it.
 */
static void test_least_record(void **state)
{
	static const char text[] =
		"name: mm_shrink_slab_end\nID: 5\nformat:\n"
		"\tfield:int common_pid;\toffset:0;\tsize:4;\tsigned:1;\n"
		"\tfield:unsigned short common_type;\toffset:2;\tsize:2;\tsigned:0;\n\n"
		"\tfield:int nid;\toffset:0;\tsize:4;\tsigned:1;\n"
		"\nprint fmt: \"\"\n";
	struct shr_format_text texts = { { "vmscan", 6 }, str(text) };
	struct shr_formats formats;
	struct shr_err err;
	struct shr_event event;

	(void)state;
	assert_int_equal(shr_formats_init(&formats, str(header_page_text(8)), &texts, 1,
					  false, &err),
			 0);
	uint8_t *data = calloc(1, formats.records[0].min_len);

	assert_non_null(data);
	shr_record_decode(&formats, &formats.records[0], data,
			  formats.records[0].min_len, NULL, &event);
	assert_int_equal(event.has,
			 SHR_HAS_PID | SHR_HAS_NID | SHR_HAS_TIME | SHR_HAS_CPU);
	free(data);
	shr_formats_release(&formats);
}

/* Records are told apart by their type, in either byte order. */
static void test_find(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		static struct record record;

		open_record(&record, "mm_shrink_slab_end", fields_e3, &kinds[0], big);
		const uint8_t *data = record.bytes.data;
		const struct shr_formats *formats = &record.formats;

		assert_ptr_equal(shr_formats_find(formats, data, 2),
				 &formats->records[0]);
		assert_null(shr_formats_find(formats, data, 1));
		assert_null(shr_formats_find(formats, data, 0));
		set(&record, "common_type", 632);
		assert_null(shr_formats_find(formats, data, 64));
		close_record(&record);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_starts),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_quick_way_agrees),
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_identity_without_memcg),
		cmocka_unit_test(test_identity_names),
		cmocka_unit_test(test_identity_names_that_lie),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_kswapd),
		cmocka_unit_test(test_least_record),
		cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
