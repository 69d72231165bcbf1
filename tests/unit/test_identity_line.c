/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of our BPF program: alone, and in records. */
#include "parsers/identity_line.h"

#include "parsers/names.h"
#include "parsers/records.h"
#include "parsers/text_cursor.h"
#include "parsers/trace_dat.h"
#include "tests/unit/format_maker.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define HEAD "shrinkctl_4711/call: "
#define BODY                                                                           \
	"shr=0xffff888100d89c80 nid=1 memcg=0xffff888100244600 cg=23993 batch=1024 "   \
	"seeks=0 flags=0xf id=22 "
#define GOOD HEAD BODY "name=\"sb-ext4:vda-12\""
/* A line in memory of exactly its size, and what is taken of it. */
struct taken {
	char *bytes;
	struct shr_text_cursor cur;
	struct shr_event event;
	struct shr_str name;
	bool good;
};

static struct taken take(const char *line, size_t len)
{
	struct taken taken = { .event = { .kind = SHR_IDENTITY } };

	taken.bytes = malloc(len ? len : 1);
	assert_non_null(taken.bytes);
	memcpy(taken.bytes, line, len);
	taken.cur =
		(struct shr_text_cursor){ taken.bytes, taken.bytes + len, "nothing" };
	taken.good = shr_identity_line_take(&taken.cur, &taken.event, &taken.name);
	return taken;
}

static void test_good(void **state)
{
	struct taken taken = take(GOOD, strlen(GOOD));

	(void)state;
	assert_true(taken.good);
	assert_int_equal(taken.event.has,
			 SHR_HAS_SHRINKER | SHR_HAS_NID | SHR_HAS_MEMCG_PTR |
				 SHR_HAS_MEMCG | SHR_HAS_BATCH | SHR_HAS_SEEKS |
				 SHR_HAS_FLAGS | SHR_HAS_ID | SHR_HAS_NAME);
	assert_int_equal(taken.event.shrinker, 0xffff888100d89c80);
	assert_int_equal(taken.event.identity.memcg, 0xffff888100244600);
	assert_int_equal(taken.event.memcg_id, 23993);
	assert_int_equal(taken.event.identity.batch, 1024);
	assert_int_equal(taken.event.identity.id, 22);
	assert_int_equal(taken.name.len, strlen("sb-ext4:vda-12"));
	assert_memory_equal(taken.name.ptr, "sb-ext4:vda-12", taken.name.len);
	free(taken.bytes);
}

/* Good lines, and what of them is out of the ordinary. */
static void test_variants(void **state)
{
	static const struct {
		const char *line, *name;
		uint32_t without; /* of the good line's */
	} variants[] = {
		{ HEAD BODY "name=\"\"", "", SHR_HAS_NAME },
		{ HEAD BODY "name=\"a \"b\" c\" \n", "a \"b\" c", 0 },
		{ HEAD BODY "later=7 name=\"x\"", "x", 0 },
		/* Neither CONFIG_MEMCG nor names. */
		{ HEAD "shr=0x1 nid=0 memcg=0x0 batch=0 seeks=2 flags=0x0 name=\"\"",
		  "", SHR_HAS_NAME | SHR_HAS_MEMCG | SHR_HAS_ID },
		/* Behind a memcg of NULL there is nothing. */
		{ HEAD "shr=0x1 nid=0 memcg=0x0 cg=9 batch=-1 seeks=2 flags=0x0 id=-1 "
		       "name=\"\"",
		  "", SHR_HAS_NAME | SHR_HAS_MEMCG },
	};
	struct taken good = take(GOOD, strlen(GOOD));

	(void)state;
	for (size_t i = 0; i < COUNT(variants); i++) {
		struct taken taken = take(variants[i].line, strlen(variants[i].line));

		assert_true(taken.good);
		assert_int_equal(taken.event.has,
				 good.event.has & ~variants[i].without);
		assert_int_equal(taken.name.len, strlen(variants[i].name));
		assert_memory_equal(taken.name.ptr, variants[i].name, taken.name.len);
		assert_true(taken.event.has & SHR_HAS_MEMCG || !taken.event.memcg_id);
		free(taken.bytes);
	}
	free(good.bytes);
}

/* Wherever it is cut, it is noticed, and nothing behind the cut is read. */
static void test_truncated(void **state)
{
	(void)state;
	for (size_t len = 0; len < strlen(GOOD); len++) {
		struct taken taken = take(GOOD, len);

		assert_false(taken.good);
		assert_string_not_equal(taken.cur.reason, "nothing");
		assert_in_range(taken.cur.pos - taken.bytes, 0, len);
		free(taken.bytes);
	}
}

static void test_broken(void **state)
{
	static const char *const broken[][2] = {
		{ "shrinkctl_7/cell: " BODY "name=\"\"", "expected '/call: '" },
		{ "shrinkctl_7: " BODY "name=\"\"", "expected '/call: '" },
		{ HEAD "shr=x " BODY "name=\"\"", "expected an address after 'shr'" },
		{ HEAD BODY "nid=1 name=\"\"", "expected each key once" },
		{ HEAD "nid=1 name=\"\"", "expected 'memcg'" },
		{ HEAD "shr=1 memcg=0 nid=1 name=\"\"", "expected 'batch'" },
		{ HEAD BODY "name=x\"", "expected a name in quotes" },
		{ HEAD BODY "name=\"", "expected the quote behind the name" },
		{ HEAD BODY "name=\"x\" later=7",
		  "expected the quote behind the name" },
		{ HEAD BODY "(null)", "expected key=value" },
		{ HEAD "nid=4294967296 ", "'nid' is out of range" },
		{ HEAD "nid= seeks=2", "expected a number after 'nid'" },
		{ HEAD "batch=12ab", "expected a number after 'batch'" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(broken); i++) {
		struct taken taken = take(broken[i][0], strlen(broken[i][0]));

		assert_false(taken.good);
		assert_string_equal(taken.cur.reason, broken[i][1]);
		free(taken.bytes);
	}
}

static void test_whose(void **state)
{
	static const char *const foreign[] = {
		"",	 "shrinkctl_",	   "shrinkctl_x/call: ", " shrinkctl_7/call: ",
		"hello", "shr=0x1 batch=3"
	};

	(void)state;
	assert_true(shr_identity_line_is_ours((struct shr_str){ GOOD, 11 }));
	assert_false(shr_identity_line_is_ours((struct shr_str){ GOOD, 10 }));
	for (size_t i = 0; i < COUNT(foreign); i++)
		assert_false(shr_identity_line_is_ours(
			(struct shr_str){ foreign[i], strlen(foreign[i]) }));
}

/* A record of bpf_trace_printk with @line in it. */
static void decode_record(const char *line, bool big, struct shr_event *event,
			  struct shr_names *names)
{
	static const struct field_spec fields[] = { { FIELD_DATA_LOC, "bpf_string" },
						    { FIELD_NONE, NULL } };
	const struct machine_kind kind = { 8, 8, false };
	struct made_format text;
	struct shr_formats formats;
	struct maker bytes = { .big = big };
	struct shr_err err;

	make_format(&text, "bpf_trace_printk", 550, fields, &kind, "\"\"");
	struct shr_format_text texts = { { "bpf_trace", 9 }, { text.text, text.len } };

	assert_int_equal(shr_formats_init(&formats, str(header_page_text(8)), &texts, 1,
					  big, &err),
			 0);
	const struct shr_record_format *format = &formats.records[0];

	assert_int_equal(formats.count, 1);
	assert_int_equal(format->kind, SHR_IDENTITY);
	assert_true(format->line);
	assert_int_equal(format->has, SHR_HAS_PID);
	memset(make_room(&bytes, text.size), 0, text.size);
	set_field(&bytes, 0, &text, "common_pid", 77);
	set_field(&bytes, 0, &text, "bpf_string",
		  (uint32_t)text.size | (uint32_t)(strlen(line) + 1) << 16);
	put_bytes(&bytes, line, strlen(line) + 1);
	made(&bytes);
	struct shr_str found =
		shr_record_line(&formats, format, bytes.data, (uint32_t)bytes.size);

	assert_int_equal(found.len, strlen(line));
	shr_record_decode_line(&formats, format, bytes.data, found, names, event);
	maker_release(&bytes);
	shr_formats_release(&formats);
}

static void test_records(void **state)
{
	struct shr_err err;
	struct shr_event event;
	struct shr_names *names = shr_names_new(&err);

	(void)state;
	assert_non_null(names);
	for (int big = 0; big < 2; big++) {
		decode_record(GOOD, big, &event, names);
		assert_int_equal(event.kind, SHR_IDENTITY);
		assert_int_equal(event.pid, 77);
		assert_int_equal(event.memcg_id, 23993);
		assert_true(event.has & SHR_HAS_TIME);
		struct shr_str name = shr_names_text(names, event.identity.name);

		assert_memory_equal(name.ptr, "sb-ext4:vda-12", name.len);
		decode_record(HEAD "shr=", big, &event, names);
		assert_int_equal(event.kind, SHR_MALFORMED);
		assert_int_equal(event.has & SHR_HAS_SHRINKER, 0);
		assert_string_equal(event.malformed.reason,
				    "expected an address after 'shr'");
	}
	shr_names_free(names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),	  cmocka_unit_test(test_variants),
		cmocka_unit_test(test_truncated), cmocka_unit_test(test_broken),
		cmocka_unit_test(test_whose),	  cmocka_unit_test(test_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
