/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/probe.h"

#include "cli/record/identity.h"
#include "cli/record/tracefile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* As Debian's 6.12 for amd64 has it, and a name. */
static struct probe_layout amd64(void)
{
	return (struct probe_layout){
		.steps = {
			[STEP_MEMCG] = { 24, 8 }, [STEP_NID] = { 4, 4 },
			[STEP_CSS] = { 0, 200 },  [STEP_CGROUP] = { 0, 8 },
			[STEP_KN] = { 256, 8 },	  [STEP_KN_ID] = { 96, 8 },
			[STEP_BATCH] = { 16, 8 }, [STEP_SEEKS] = { 24, 4 },
			[STEP_FLAGS] = { 28, 4 }, [STEP_ID] = { 112, 4 },
			[STEP_NAME] = { 128, 8 },
		},
		.pointer = 8,
		.control = 1,
		.shrinker = 2,
	};
}

static void test_names(void **state)
{
	char text[PROBE_TEXT_MAX];

	(void)state;
	assert_true(probe_define(NULL, PROBE_NAMES, PROBE_ALL_FIELDS, "shrinkctl_7",
				 text, sizeof(text)));
	assert_string_equal(
		text, "t:shrinkctl_7/call mm_shrink_slab_start shr=shr nid=sc->nid "
		      "memcg=sc->memcg cg=sc->memcg->css.cgroup->kn->id "
		      "batch=shr->batch seeks=shr->seeks flags=shr->flags id=shr->id "
		      "name=shr->name:string");
}

static void test_offsets(void **state)
{
	struct probe_layout layout = amd64();
	char text[PROBE_TEXT_MAX];

	(void)state;
	assert_true(probe_define(&layout, PROBE_OFFSETS, PROBE_ALL_FIELDS, "g", text,
				 sizeof(text)));
	assert_string_equal(
		text, "t:g/call mm_shrink_slab_start shr=$arg1:x64 nid=+4($arg2):s32 "
		      "memcg=+24($arg2):x64 cg=+96(+256(+0(+24($arg2)))):u64 "
		      "batch=+16($arg1):s64 seeks=+24($arg1):s32 flags=+28($arg1):x32 "
		      "id=+112($arg1):s32 name=+0(+128($arg1)):string");
}

static void test_kprobe(void **state)
{
	struct probe_layout layout = amd64();
	char text[PROBE_TEXT_MAX];

	(void)state;
	/* The css may be anywhere in its memcg. */
	layout.steps[STEP_CSS].offset = 16;
	layout.steps[STEP_CGROUP].offset = 8;
	assert_true(probe_define(&layout, PROBE_KPROBE,
				 1 << PROBE_SHR | 1 << PROBE_CG | 1 << PROBE_BATCH, "g",
				 text, sizeof(text)));
	assert_string_equal(text, "p:g/call do_shrink_slab shr=$arg2:x64 "
				  "cg=+96(+256(+24(+24($arg1)))):u64 "
				  "batch=+16($arg2):s64");
}

static void test_kprobe_of_unknown_function(void **state)
{
	struct probe_layout layout = amd64();
	char text[PROBE_TEXT_MAX];

	(void)state;
	layout.shrinker = 0;
	assert_false(probe_define(&layout, PROBE_KPROBE, PROBE_ALL_FIELDS, "g", text,
				  sizeof(text)));
	assert_false(probe_define(NULL, PROBE_KPROBE, PROBE_ALL_FIELDS, "g", text,
				  sizeof(text)));
}

#ifdef __x86_64__
static void test_registers(void **state)
{
	struct probe_layout layout = amd64();
	char text[PROBE_TEXT_MAX];

	(void)state;
	assert_true(probe_define(&layout, PROBE_REGISTERS,
				 1 << PROBE_SHR | 1 << PROBE_NID, "g", text,
				 sizeof(text)));
	assert_string_equal(text,
			    "p:g/call do_shrink_slab shr=%si:x64 nid=+4(%di):s32");
}
#endif

static void test_32_bits(void **state)
{
	struct probe_layout layout = amd64();
	char text[PROBE_TEXT_MAX];

	(void)state;
	layout.pointer = 4;
	layout.steps[STEP_BATCH].size = 4;
	layout.steps[STEP_MEMCG].size = 4;
	assert_true(probe_define(&layout, PROBE_KPROBE,
				 1 << PROBE_SHR | 1 << PROBE_MEMCG | 1 << PROBE_BATCH,
				 "g", text, sizeof(text)));
	assert_string_equal(text, "p:g/call do_shrink_slab shr=$arg2:x32 "
				  "memcg=+24($arg1):x32 batch=+16($arg2):s32");
}

/* What a kernel does not have is left out, and what makes no number with it. */
static void test_missing_members(void **state)
{
	struct probe_layout layout = amd64();

	(void)state;
	assert_int_equal(probe_layout_fields(&layout), PROBE_ALL_FIELDS);
	layout.steps[STEP_NAME] = (struct member){ 0 };
	layout.steps[STEP_KN] = (struct member){ 0 };
	layout.steps[STEP_SEEKS].size = 12;
	assert_int_equal(probe_layout_fields(&layout),
			 PROBE_ALL_FIELDS &
				 ~(1 << PROBE_NAME | 1 << PROBE_CG | 1 << PROBE_SEEKS));
}

static void test_too_long(void **state)
{
	struct probe_layout layout = amd64();
	char text[PROBE_TEXT_MAX];
	size_t fits;

	(void)state;
	assert_true(probe_define(&layout, PROBE_KPROBE, PROBE_ALL_FIELDS, "g", text,
				 sizeof(text)));
	fits = strlen(text) + 1;
	for (size_t size = 1; size <= fits; size++)
		assert_int_equal(probe_define(&layout, PROBE_KPROBE, PROBE_ALL_FIELDS,
					      "g", text, size),
				 size == fits);
}

static void test_field_of(void **state)
{
	(void)state;
	assert_int_equal(probe_field_of("name=shr->name:string"), PROBE_NAME);
	assert_int_equal(probe_field_of("id=shr->id'"), PROBE_ID);
	assert_int_equal(probe_field_of("t:g/call"), PROBE_FIELD_COUNT);
	assert_int_equal(probe_field_of(""), PROBE_FIELD_COUNT);
}

static void test_owner(void **state)
{
	(void)state;
	assert_int_equal(identity_owner("t:shrinkctl_123/call mm_shrink_slab_start"),
			 123);
	assert_int_equal(identity_owner("p:shrinkctl_4/call do_shrink_slab\np:x/y z"),
			 4);
	assert_int_equal(identity_owner("r16:shrinkctl_4/call do_shrink_slab"), 4);
	assert_int_equal(identity_owner("p:kprobes/call do_shrink_slab"), 0);
	assert_int_equal(identity_owner("p:shrinkctl_/call do_shrink_slab"), 0);
	assert_int_equal(identity_owner("p:shrinkctl_-4/call do_shrink_slab"), 0);
	assert_int_equal(identity_owner("p:shrinkctl_4x/call do_shrink_slab"), 0);
	assert_int_equal(identity_owner("p:shrinkctl_4/other do_shrink_slab"), 0);
	assert_int_equal(identity_owner("p:shrinkctl_99999999999/call f"), 0);
	assert_int_equal(identity_owner("x\np:shrinkctl_4/call f"), 0);
	assert_int_equal(identity_owner(""), 0);
}

/* As 6.12 writes it. */
static const char log_text[] =
	"[    3.100000] trace_kprobe: error: Invalid probed address or symbol\n"
	"  Command: p:g/call do_shrink_slab shr=$arg2:x64\n"
	"                    ^\n"
	"[    4.200000] trace_fprobe: error: This field is not found.\n"
	"  Command: t:g/call mm_shrink_slab_start shr=shr name=shr->name:string\n"
	"                                                      ^\n";

static void test_reason(void **state)
{
	char reason[200];

	(void)state;
	assert_true(tracefile_reason_in(log_text,
					"p:g/call do_shrink_slab shr=$arg2:x64", reason,
					sizeof(reason)));
	assert_string_equal(reason, "Invalid probed address or symbol at "
				    "'do_shrink_slab'");
	assert_true(tracefile_reason_in(
		log_text, "t:g/call mm_shrink_slab_start shr=shr name=shr->name:string",
		reason, sizeof(reason)));
	assert_string_equal(reason,
			    "This field is not found at 'name=shr->name:string'");
	assert_false(tracefile_reason_in(log_text, "t:g/call mm_shrink_slab_start",
					 reason, sizeof(reason)));
	assert_false(tracefile_reason_in("", "x", reason, sizeof(reason)));
	assert_true(tracefile_reason_in("\n  Command: x", "x", reason, sizeof(reason)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_offsets),
		cmocka_unit_test(test_kprobe),
		cmocka_unit_test(test_kprobe_of_unknown_function),
#ifdef __x86_64__
		cmocka_unit_test(test_registers),
#endif
		cmocka_unit_test(test_32_bits),
		cmocka_unit_test(test_missing_members),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_field_of),
		cmocka_unit_test(test_owner),
		cmocka_unit_test(test_reason),
	};

	return cmocka_run_group_tests_name("probe", tests, NULL, NULL);
}
