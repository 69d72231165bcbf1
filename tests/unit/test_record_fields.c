/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events as each release lays them out and words them: offsets and sentences that its
 * format files had, on 64 bits, as far as captures and sources tell.
 */
#include "cli/record/textbuf.h"
#include "cli/sim/kernel_form.h"
#include "cli/sim/record_fields.h"
#include "cli/sim/record_format.h"
#include "tests/unit/maker.h"

#include <stdio.h>

static struct kernel_form form_of(const char *kernel, unsigned long_size)
{
	const struct shr_capture capture = { .kernel = str(kernel),
					     .long_size = long_size };

	return kernel_form_of(&capture, false);
}

/* "shr 8, shrink 16, ..." */
static void expect_fields(const char *kernel, enum record_id id, const char *want)
{
	const struct kernel_form form = form_of(kernel, 8);
	struct record_layout layout;
	char text[400] = "";
	size_t len = 0;

	assert_true(record_layout_init(&layout, &form, id, 0));
	for (size_t i = 0; i < layout.field_count; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s %u",
					i ? ", " : "", layout.fields[i].name,
					layout.fields[i].offset);
	assert_string_equal(text, want);
}

static void test_start(void **state)
{
	static const char t1[] = "shr 8, shrink 16, nr_objects_to_shrink 24, "
				 "gfp_flags 32, pgs_scanned 40, lru_pgs 48, "
				 "cache_items 56, delta 64, total_scan 72";
	static const char t4[] = "shr 8, shrink 16, nid 24, nr_objects_to_shrink 32, "
				 "gfp_flags 40, cache_items 48, delta 56, "
				 "total_scan 64, priority 72";

	(void)state;
	expect_fields("3.0.101", RECORD_START, t1);
	expect_fields("3.1", RECORD_START, t1);
	expect_fields("3.12", RECORD_START, t1);
	expect_fields("3.16", RECORD_START,
		      "shr 8, shrink 16, nid 24, nr_objects_to_shrink 32, "
		      "gfp_flags 40, pgs_scanned 48, lru_pgs 56, cache_items 64, "
		      "delta 72, total_scan 80");
	expect_fields("4.16", RECORD_START, t4);
	expect_fields("5.10", RECORD_START, t4);
	expect_fields("6.18", RECORD_START, t4);
	expect_fields("7.2", RECORD_START,
		      "shr 8, shrink 16, nr_objects_to_shrink 24, gfp_flags 32, "
		      "cache_items 40, delta 48, total_scan 56, priority 64, nid 68, "
		      "memcg_id 72");
}

static void test_end(void **state)
{
	(void)state;
	expect_fields("3.1", RECORD_END,
		      "shr 8, shrink 16, unused_scan 24, new_scan 32, retval 40, "
		      "total_scan 48");
	expect_fields("6.12", RECORD_END,
		      "shr 8, nid 16, shrink 24, unused_scan 32, new_scan 40, "
		      "retval 48, total_scan 56");
	expect_fields("7.1", RECORD_END,
		      "shr 8, shrink 16, unused_scan 24, new_scan 32, total_scan 40, "
		      "nid 48, retval 52, memcg_id 56");
}

static void test_context(void **state)
{
	const struct kernel_form old = form_of("4.9", 8);
	struct record_layout layout;

	(void)state;
	expect_fields("5.10", RECORD_CONTEXT + SHR_CGROUP_MKDIR,
		      "root 8, level 12, id 16, path 24");
	expect_fields("5.10", RECORD_CONTEXT + SHR_MEMCG_BEGIN,
		      "order 8, gfp_flags 12");
	expect_fields("6.1", RECORD_CONTEXT + SHR_DIRECT_BEGIN,
		      "order 8, gfp_flags 16");
	expect_fields("7.2", RECORD_CONTEXT + SHR_MEMCG_BEGIN,
		      "gfp_flags 8, memcg_id 16, order 24");
	expect_fields("7.2", RECORD_CONTEXT + SHR_MEMCG_END,
		      "nr_reclaimed 8, memcg_id 16");
	expect_fields("6.1", RECORD_CONTEXT + SHR_KSWAPD_WAKE,
		      "nid 8, zid 12, order 16");
	assert_false(record_layout_init(&layout, &old,
					RECORD_CONTEXT + SHR_CGROUP_MKDIR, 0));
}

/* A probe's fields lie side by side, those that are known. */
static void test_identity(void **state)
{
	const uint32_t has = SHR_HAS_SHRINKER | SHR_HAS_NID | SHR_HAS_MEMCG_PTR |
			     SHR_HAS_MEMCG | SHR_HAS_BATCH | SHR_HAS_SEEKS |
			     SHR_HAS_FLAGS | SHR_HAS_ID;
	const struct kernel_form wide = form_of("6.12", 8), narrow = form_of("6.12", 4);
	struct record_layout layout;

	(void)state;
	assert_true(record_layout_init(&layout, &wide, RECORD_IDENTITY, has));
	assert_int_equal(layout.field_count, 9);
	assert_int_equal(layout.size, 64);
	assert_string_equal(layout.fields[3].name, "memcg");
	assert_int_equal(layout.fields[3].offset, 28);
	assert_true(record_layout_init(&layout, &narrow, RECORD_IDENTITY, has));
	assert_string_equal(layout.fields[1].type, "u32");
	assert_int_equal(layout.size, 48);
	assert_true(record_layout_init(&layout, &wide, RECORD_IDENTITY,
				       SHR_HAS_SHRINKER | SHR_HAS_NAME));
	assert_int_equal(layout.field_count, 3);
}

/* The sentence without what gfp_flags needs. */
static void expect_sentence(const char *kernel, enum record_id id, const char *want)
{
	const struct kernel_form form = form_of(kernel, 8);
	struct record_layout layout;
	struct textbuf text = { 0 };

	assert_true(record_layout_init(&layout, &form, id, 0));
	assert_int_equal(record_format_print(&layout, &form, &text), 0);
	const char *at = strstr(text.text, "print fmt: ");

	assert_non_null(at);
	if (strncmp(at + 11, want, strlen(want)) != 0)
		fail_msg("%s: %s", kernel, at);
	textbuf_release(&text);
}

static void test_sentences(void **state)
{
	(void)state;
	expect_sentence("3.4", RECORD_START,
			"\"%pF %p: objects to shrink %ld gfp_flags %s pgs_scanned %ld "
			"lru_pgs %ld cache items %ld delta %lld total_scan %ld\", "
			"REC->shrink, REC->shr, REC->nr_objects_to_shrink, "
			"(REC->gfp_flags) ? __print_flags(REC->gfp_flags, \"|\", {");
	expect_sentence("4.19", RECORD_START,
			"\"%pF %p: nid: %d objects to shrink %ld gfp_flags %s cache "
			"items %ld delta %lld total_scan %ld priority %d\", ");
	expect_sentence("6.12", RECORD_END,
			"\"%pS %p: nid: %d unused scan count %ld new scan count %ld "
			"total_scan %ld last shrinker return val %d\", REC->shrink, "
			"REC->shr, REC->nid, REC->unused_scan, REC->new_scan, "
			"REC->total_scan, REC->retval\n");
	expect_sentence(
		"7.2", RECORD_END,
		"\"%pS %p: nid: %d pid: %d memcg_id: %llu unused scan count "
		"%ld new scan count %ld total_scan %ld last shrinker return val "
		"%d %s\", REC->shrink, REC->shr, REC->nid, REC->ent.pid, "
		"REC->memcg_id, REC->unused_scan, REC->new_scan, "
		"REC->total_scan, REC->retval, (REC->common_flags & 0x18) ? "
		"\"(in-irq)\" : \"\"\n");
	expect_sentence("7.2", RECORD_CONTEXT + SHR_MEMCG_END,
			"\"nr_reclaimed=%lu pid=%d memcg_id=%llu %s\", ");
	expect_sentence("6.1", RECORD_CONTEXT + SHR_CGROUP_RMDIR,
			"\"root=%d id=%llu level=%d path=%s\", REC->root, REC->id, "
			"REC->level, __get_str(path)\n");
}

/* A layout that the release cannot have counts for more than the release. */
static void test_form(void **state)
{
	struct shr_capture capture = { .layouts = SHR_LAYOUT_T5 };

	(void)state;
	capture.kernel = str("3.4.0");
	assert_int_equal(kernel_form_of(&capture, false).layout, SHR_LAYOUT_T5);
	assert_int_equal(kernel_form_of(&capture, false).version, FORM_VERSION(5, 2));
	capture.kernel = str("5.10.223");
	assert_int_equal(kernel_form_of(&capture, false).version, FORM_VERSION(5, 10));
	capture.kernel = str("");
	capture.layouts = SHR_LAYOUT_T1 | SHR_LAYOUT_T2;
	assert_int_equal(kernel_form_of(&capture, false).layout, SHR_LAYOUT_T2);
	capture.layouts = SHR_LAYOUT_T6 | SHR_LAYOUT_T7;
	assert_int_equal(kernel_form_of(&capture, false).layout, SHR_LAYOUT_T6);
	capture.layouts = SHR_LAYOUT_T7;
	assert_int_equal(kernel_form_of(&capture, false).layout, SHR_LAYOUT_T7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_start),	  cmocka_unit_test(test_end),
		cmocka_unit_test(test_context),	  cmocka_unit_test(test_identity),
		cmocka_unit_test(test_sentences), cmocka_unit_test(test_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
