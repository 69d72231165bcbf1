/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every form of text the field uses, from real captures: each line's values, and the
 * same calls in all forms compared up to what a form can carry.
 */
#include "tests/unit/text_case.h"

#include <dirent.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct text_case read_fixture(const char *name)
{
	struct text_case text = { 0 };
	char path[200];

	snprintf(path, sizeof(path), "text/%s", name);
	text.bytes = load(path, &text.size);
	read_case(&text);
	return text;
}

/* The next line of *@rest, which is moved behind it; NULL at the end. */
static const char *next_line(char **rest)
{
	char *line = *rest, *end = strchr(line, '\n');

	if (!*line || !end)
		return NULL;
	*end = '\0';
	*rest = end + 1;
	return line;
}

static char *load_expected(const char *name)
{
	char path[200];
	size_t size;
	char *text;

	snprintf(path, sizeof(path), "../tests/unit/text/%s.events", name);
	text = load(path, &size);
	text[size] = '\0';
	return text;
}

/* fixtures/text/NAME against tests/unit/text/NAME.events, line by line. */
static void compare_fixture(const char *name)
{
	struct text_case text = read_fixture(name);
	char *expected = load_expected(name), *rest = expected;
	char buf[SHOWN];

	for (size_t i = 0; i < text.count; i++) {
		const char *want = next_line(&rest);

		if (!want || strcmp(show(&text, i, buf), want) != 0)
			fail_msg("%s, event %zu:\n  %s\nexpected\n  %s", name, i, buf,
				 want ? want : "no more");
	}
	const char *want = next_line(&rest);

	if (!want || strcmp(show_capture(&text, buf), want) != 0)
		fail_msg("%s:\n  %s\nexpected\n  %s", name, buf, want ? want : "-");
	assert_null(next_line(&rest));
	free(expected);
	free_case(&text);
}

static void test_fixtures(void **state)
{
	DIR *dir = opendir("fixtures/text");
	struct dirent *entry;
	size_t seen = 0;

	(void)state;
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		if (*entry->d_name == '.' || strcmp(entry->d_name, "README") == 0)
			continue;
		compare_fixture(entry->d_name);
		seen++;
	}
	closedir(dir);
	assert_true(seen >= 40);
}

/* What a form leaves out, or prints in another way, beside the one with everything. */
enum differs {
	NO_TASK = 1 << 0,
	NO_CPU = 1 << 1,
	HASHED = 1 << 2, /* the shrinker's address */
	MASK = 1 << 3,	 /* gfp as a number */
	RAW = 1 << 4,	 /* the callback as an address */
};

enum times {
	EXACT,
	ROUNDED,   /* to microseconds: the kernel and trace-cmd */
	TRUNCATED, /* perf */
	SCALED,	   /* --ts2secs on nanoseconds: a thousand times too much */
	FROM_FIRST,
	FROM_LAST,
	FROM_BUFFER, /* latency-format: any, but the distances are right */
	NONE,
};

struct form {
	const char *name;
	enum times times;
	unsigned differs;
};

static uint64_t time_in(const struct form *form, const struct text_case *all, size_t i)
{
	uint64_t ns = all->events[i].ts_ns, first = all->events[0].ts_ns;

	switch (form->times) {
	case ROUNDED:
		return (ns + 500) / 1000 * 1000;
	case TRUNCATED:
		return ns / 1000 * 1000;
	case SCALED:
		return ns * 1000;
	case FROM_FIRST:
		return (ns - first) / 1000 * 1000;
	case FROM_LAST:
		return i ? (ns - all->events[i - 1].ts_ns) / 1000 * 1000 : 0;
	default:
		return ns;
	}
}

/* What is in both, and must be the same in both. */
static uint32_t comparable(const struct form *form)
{
	uint32_t left_out = form->differs & MASK ? 0 : SHR_HAS_GFP;

	left_out |= form->differs & NO_TASK ? SHR_HAS_PID : 0;
	left_out |= form->differs & NO_CPU ? SHR_HAS_CPU : 0;
	left_out |= form->times == NONE ? SHR_HAS_TIME : 0;
	return ~left_out;
}

static void compare_names(const struct form *form, const struct text_case *one,
			  const struct text_case *all, size_t i)
{
	const struct shr_event *got = &one->events[i], *want = &all->events[i];
	struct shr_str a = one->src->comm(one->src, got->pid, got->comm);
	struct shr_str b = all->src->comm(all->src, want->pid, want->comm);
	struct shr_symbol x, y;

	if (!(form->differs & NO_TASK)) {
		assert_int_equal(a.len, b.len);
		assert_memory_equal(a.ptr, b.ptr, a.len);
	}
	if (form->differs & RAW) {
		assert_int_equal(got->callback >> 48, 0xffff);
		return;
	}
	assert_true(one->src->symbol(one->src, got->callback, &x));
	assert_true(all->src->symbol(all->src, want->callback, &y));
	assert_int_equal(x.name.len, y.name.len);
	assert_memory_equal(x.name.ptr, y.name.ptr, x.name.len);
}

static void compare_start(const struct form *form, const struct shr_start *got,
			  const struct shr_start *want)
{
	const uint16_t bits = SHR_MAY_IO | SHR_MAY_FS;

	assert_int_equal(got->deferred, want->deferred);
	assert_int_equal(got->freeable, want->freeable);
	assert_int_equal(got->delta, want->delta);
	assert_int_equal(got->total_scan, want->total_scan);
	assert_int_equal(got->priority, want->priority);
	assert_int_equal(got->may & bits, want->may & bits);
	assert_int_equal(!(got->may & SHR_MAY_RECLAIM_KNOWN), !!(form->differs & MASK));
	assert_int_equal(!got->gfp_names, !!(form->differs & MASK));
}

static void compare_event(const struct form *form, const struct text_case *one,
			  const struct text_case *all, size_t i)
{
	const struct shr_event *got = &one->events[i], *want = &all->events[i];
	const uint32_t gfp = form->differs & MASK ? SHR_HAS_GFP : 0;
	uint32_t has = want->has & comparable(form);

	assert_int_equal(got->kind, want->kind);
	if (got->kind == SHR_START)
		has |= gfp;
	assert_int_equal(got->has, has);
	if (has & SHR_HAS_PID)
		assert_int_equal(got->pid, want->pid);
	if (has & SHR_HAS_CPU)
		assert_int_equal(got->cpu, want->cpu);
	if (form->times != FROM_BUFFER && form->times != NONE)
		assert_int_equal(got->ts_ns, time_in(form, all, i));
	if (!(form->differs & HASHED))
		assert_int_equal(got->shrinker, want->shrinker);
	assert_int_equal(got->nid, want->nid);
	if (got->kind == SHR_CONTEXT) {
		assert_int_equal(got->context.kind, want->context.kind);
		return;
	}
	compare_names(form, one, all, i);
	if (got->kind == SHR_START)
		compare_start(form, &got->start, &want->start);
	else
		assert_memory_equal(&got->end, &want->end, sizeof(got->end));
}

/* Equal shrinkers and callbacks stay equal, and different ones different. */
static void compare_keys(const struct text_case *one, const struct text_case *all)
{
	for (size_t i = 0; i < all->count; i++) {
		for (size_t j = 0; j < i; j++) {
			const struct shr_event *a = all->events, *b = one->events;

			assert_int_equal(a[i].shrinker == a[j].shrinker,
					 b[i].shrinker == b[j].shrinker);
			assert_int_equal(a[i].callback == a[j].callback,
					 b[i].callback == b[j].callback);
		}
	}
}

/* Six events of calls, and what surrounds them. */
static void compare_forms(const char *reference, const struct form *forms, size_t count)
{
	struct text_case all = read_fixture(reference);

	assert_int_equal(all.got, 0);
	assert_int_equal(all.count - all.src->capture->context, 6);
	for (size_t f = 0; f < count; f++) {
		struct text_case one = read_fixture(forms[f].name);

		assert_int_equal(one.got, 0);
		assert_int_equal(one.count, all.count);
		for (size_t i = 0; i < all.count; i++)
			compare_event(&forms[f], &one, &all, i);
		compare_keys(&one, &all);
		free_case(&one);
	}
	free_case(&all);
}

static void test_same_calls_by_trace(void **state)
{
	static const struct form forms[] = {
		{ "trace.txt", EXACT, HASHED },
		{ "trace-record-tgid.txt", EXACT, HASHED },
		{ "trace-fields.txt", EXACT, MASK },
		{ "trace-latency-format.txt", FROM_BUFFER, HASHED },
		{ "trace-nocontext-info.txt", NONE, HASHED | NO_TASK | NO_CPU },
	};

	(void)state;
	compare_forms("trace-nohash-ptr.txt", forms, COUNT(forms));
}

static void test_same_calls_by_report(void **state)
{
	static const struct form forms[] = {
		{ "report.txt", ROUNDED, 0 },
		{ "report-R.txt", ROUNDED, MASK },
		{ "report-R-t.txt", EXACT, MASK },
		{ "report-l.txt", ROUNDED, 0 },
		{ "report-lt.txt", EXACT, 0 },
		{ "report-tsdiff.txt", ROUNDED, 0 },
		{ "report-tsoff.txt", ROUNDED, 0 },
		{ "report-rawts.txt", EXACT, 0 },
		{ "report-ts2secs.txt", SCALED, 0 },
	};

	(void)state;
	compare_forms("report-t.txt", forms, COUNT(forms));
}

static void test_same_calls_by_perf(void **state)
{
	static const struct form forms[] = {
		{ "perf-script.txt", TRUNCATED, 0 },
		{ "perf-script-F.txt", TRUNCATED, 0 },
		{ "perf-script-L.txt", TRUNCATED, RAW },
		{ "perf-script-period.txt", TRUNCATED, RAW },
		{ "perf-script-reltime.txt", FROM_FIRST, RAW },
		{ "perf-script-deltatime.txt", FROM_LAST, 0 },
	};

	(void)state;
	compare_forms("perf-script-ns.txt", forms, COUNT(forms));
}

/* Raw callbacks get their names from kallsyms, which is asked for no other. */
static void test_kallsyms(void **state)
{
	static const char symbols[] =
		"ffffffff815c9400 t kfree_rcu_shrink_scan.isra.0\n"
		"ffffffff816bccf0 t super_cache_scan\t[fs]\n";
	struct text_case text = { 0 };
	char buf[SHOWN];

	(void)state;
	text.bytes = load("text/perf-script-pipe.txt", &text.size);
	text.kallsyms =
		shr_kallsyms_new((struct shr_str){ symbols, sizeof(symbols) - 1 });
	assert_non_null(text.kallsyms);
	read_case(&text);
	assert_non_null(strstr(show(&text, 0, buf),
			       " cb=kfree_rcu_shrink_scan@0xffffffff815c9400 "));
	assert_non_null(strstr(show(&text, 2, buf),
			       " cb=super_cache_scan[fs]@0xffffffff816bccf0 "));
	free_case(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixtures),
		cmocka_unit_test(test_same_calls_by_trace),
		cmocka_unit_test(test_same_calls_by_report),
		cmocka_unit_test(test_same_calls_by_perf),
		cmocka_unit_test(test_kallsyms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
