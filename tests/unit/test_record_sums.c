/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What record computes: sizes, times, buffers, statistics, and which symbols it keeps.
 */
#include "cli/record/amount.h"
#include "cli/record/cpu_stats.h"
#include "cli/record/session.h"
#include "cli/record/symbols.h"
#include "cli/record/textbuf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const uint64_t mib = (uint64_t)1 << 20;

static void sizes_need_a_unit(void **state)
{
	static const char *const bad[] = { "",	  "8192", "M",	 ".5M",	 "0K",
					   "8MB", "8 M",  "-1M", "1e3M", "1..5M" };
	uint64_t bytes;

	(void)state;
	assert_true(amount_size("512K", &bytes));
	assert_int_equal(bytes, 512 << 10);
	assert_true(amount_size("1.5G", &bytes));
	assert_int_equal(bytes, 1536 * mib);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(amount_size(bad[i], &bytes));
	assert_false(amount_size("99999999999T", &bytes));
}

static void times_are_seconds_without_a_unit(void **state)
{
	uint64_t ns;

	(void)state;
	assert_true(amount_time("2", &ns));
	assert_int_equal(ns, 2000000000);
	assert_true(amount_time("250ms", &ns));
	assert_int_equal(ns, 250000000);
	assert_true(amount_time("1.5h", &ns));
	assert_int_equal(ns, 5400000000000);
	assert_false(amount_time("1d", &ns));
	assert_false(amount_time("soon", &ns));
	assert_false(amount_time("0", &ns));
}

static void amounts_read_well(void **state)
{
	char buf[AMOUNT_TEXT];

	(void)state;
	assert_string_equal(amount_text(buf, 0), "0 bytes");
	assert_string_equal(amount_text(buf, 1536), "1.5 KiB");
	assert_string_equal(amount_text(buf, 111 * mib), "111.0 MiB");
}

static void many_cpus_share_a_part_of_memory(void **state)
{
	(void)state;
	assert_int_equal(session_default_buffer(1024 * mib, 2), 8 * mib);
	assert_int_equal(session_default_buffer(1024 * mib, 64), mib);
	assert_int_equal(session_default_buffer(64 * 1024 * mib, 256), 4 * mib);
	assert_int_equal(session_default_buffer(0, 0), 8 * mib);
}

static void statistics_are_found_in_any_order(void **state)
{
	struct cpu_stats stats = cpu_stats_parse("entries: 3\noverrun: 20\n"
						 "commit overrun: 1\nbytes: 99\n"
						 "dropped events: 4\nread events: 7\n");

	(void)state;
	assert_int_equal(cpu_stats_events(&stats), 10);
	assert_int_equal(cpu_stats_lost(&stats), 25);
	assert_int_equal(stats.bytes, 99);
	stats = cpu_stats_parse("");
	assert_int_equal(cpu_stats_events(&stats), 0);
}

static void keep(struct textbuf *text, const char *lines)
{
	*text = (struct textbuf){ 0 };
	assert_int_equal(textbuf_add(text, lines, strlen(lines)), 0);
	symbols_reduce(text);
}

static void callbacks_are_kept(void **state)
{
	struct textbuf text;

	(void)state;
	keep(&text, "ffffffff81000000 T _text\n"
		    "ffffffff81000010 t super_cache_scan\n"
		    "ffffffff81000020 d shrinker_list\n"
		    "ffffffff80ffff00 t __pfx_super_cache_scan\n"
		    "ffffffffc0000000 t ext4_es_scan [ext4]\n");
	assert_string_equal(text.text, "ffffffff81000010 t super_cache_scan\n"
				       "ffffffffc0000000 t ext4_es_scan [ext4]\n");
	assert_true(symbols_are_shown(&text));
	textbuf_release(&text);
}

static void hidden_symbols_are_noticed(void **state)
{
	struct textbuf text;

	(void)state;
	keep(&text, "0000000000000000 t super_cache_scan\n"
		    "0000000000000000 t ext4_es_scan [ext4]\n");
	assert_false(symbols_are_shown(&text));
	textbuf_release(&text);
	keep(&text, "");
	assert_false(symbols_are_shown(&text));
	textbuf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_need_a_unit),
		cmocka_unit_test(times_are_seconds_without_a_unit),
		cmocka_unit_test(amounts_read_well),
		cmocka_unit_test(many_cpus_share_a_part_of_memory),
		cmocka_unit_test(statistics_are_found_in_any_order),
		cmocka_unit_test(callbacks_are_kept),
		cmocka_unit_test(hidden_symbols_are_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
