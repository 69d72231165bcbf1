/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Real captures, written again in every form that sim writes, and read back: each event
 * has to be there, with all that the form can carry.
 */
#include "cli/sim/census.h"
#include "cli/sim/dat_output.h"
#include "cli/sim/text_output.h"
#include "core/replay/replay.h"
#include "tests/unit/folder.h"
#include "tests/unit/reading.h"

/* What a form keeps of an event, beside what all keep. */
enum keeps {
	KEEPS_NS = 1 << 0,	 /* times to the nanosecond, else microseconds: */
	KEEPS_ROUNDED = 1 << 1,	 /* rounded, else cut off */
	KEEPS_POINTERS = 1 << 2, /* shrinkers by their address */
	KEEPS_MASK = 1 << 3,	 /* allocation flags as a mask */
	KEEPS_SYMBOLS = 1 << 4,
	KEEPS_ALL = (1 << 5) - 1,
	KEEPS_NUMBERS = 1 << 5, /* and no names of allocation flags */
};

static struct folder folder;

static int set_up(void **state)
{
	(void)state;
	folder_make(&folder);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	folder_remove(&folder);
	return 0;
}

static const char *const captures[] = {
	"fixtures/captures/5.10-mixed-ctx.dat",
	"fixtures/captures/6.1-reparent-truth.dat",
	"fixtures/captures/6.12-reparent-truth.dat",
	"fixtures/captures/6.18-limits-bpf.dat",
	"fixtures/captures/7.2-drop-truth.dat",
	"fixtures/captures/7.2-mixed.dat",
	"fixtures/captures/record-6.1-ending-kprobe-context.dat",
	"fixtures/captures/record-6.12-limits-tracepoint-probe.dat",
	"fixtures/trace/lost.dat",
	"fixtures/trace/join-6.12.dat",
	"fixtures/trace/reencoded-be64.dat",
	"fixtures/trace/reencoded-le32-old.dat",
	"fixtures/trace/reencoded-le64-7.1.dat",
	"fixtures/trace/v7-counter.dat",
	"fixtures/text/bpftrace.txt",
	"fixtures/text/report-R-t.txt",
	"fixtures/text/trace_pipe-lost.txt",
	"fixtures/mail/windup-repro-5.x.txt",
};

struct original {
	struct maker bytes;
	struct reading reading; /* all events, and their source */
	struct census census;
	struct shr_reader *again;
};

static struct shr_reader *new_reader(struct maker *bytes)
{
	const struct shr_input input = { .data = bytes->data, .size = bytes->size };
	struct shr_err err;
	struct shr_reader *reader = shr_reader_new(&input, NULL, &err);

	assert_non_null(reader);
	return reader;
}

static void open_original(struct original *original, const char *path, bool big)
{
	struct shr_err err = { .reason = "" };

	*original = (struct original){ .bytes = load_fixture(path) };
	read_bytes(&original->reading, made(&original->bytes), NULL);
	assert_int_equal(original->reading.got, 0);

	struct shr_reader *reader = new_reader(&original->bytes);
	int ret = census_take(&original->census, shr_reader_source(reader), big, NULL,
			      &err);

	if (ret < 0)
		fail_msg("%s: %s", path, err.reason);
	shr_reader_free(reader);
	original->again = new_reader(&original->bytes);
}

static void close_original(struct original *original)
{
	shr_reader_free(original->again);
	census_release(&original->census);
	close_reading(&original->reading);
	maker_release(&original->bytes);
}

static bool is_same_text(struct shr_str a, struct shr_str b)
{
	return a.len == b.len && (!a.len || !memcmp(a.ptr, b.ptr, a.len));
}

#define expect_same(a, b, has, what)                                                   \
	expect_equal(((has) ? (uint64_t)(a) : 0), ((has) ? (uint64_t)(b) : 0), what)

static const char *now; /* what is compared: for messages */

static void expect_equal(uint64_t got, uint64_t want, const char *what)
{
	if (got == want)
		return;
	fail_msg("%s: %s is %" PRId64 ", expected %" PRId64, now, what, (int64_t)got,
		 (int64_t)want);
}

static uint64_t time_of(uint64_t ts, unsigned keeps)
{
	if (keeps & KEEPS_NS)
		return ts;
	return (ts + (keeps & KEEPS_ROUNDED ? 500 : 0)) / 1000 * 1000;
}

static void compare_texts(struct shr_str got, struct shr_str want, const char *what)
{
	if (!is_same_text(got, want))
		fail_msg("%s: %s is '%.*s', expected '%.*s'", now, what, (int)got.len,
			 got.ptr, (int)want.len, want.ptr);
}

static void compare_symbols(struct reading *got, const struct shr_event *a,
			    struct original *want, const struct shr_event *b)
{
	struct shr_symbol x = { .address = 0 }, y = { .address = 0 };
	bool known = want->reading.src->symbol(want->reading.src, b->callback, &y);

	assert_int_equal(got->src->symbol(got->src, a->callback, &x), known);
	compare_texts(x.name, y.name, "symbol");
	compare_texts(x.module, y.module, "module");
}

/* Names of a mask by the table that the file has, and those of the original. */
static void compare_names(struct reading *got, const struct shr_event *a,
			  struct original *want, const struct shr_event *b)
{
	char x[300], y[300];

	/* Releases order names in their own ways: from names alone, what they allow. */
	if (!(b->has & SHR_HAS_GFP) && (a->has & SHR_HAS_GFP)) {
		expect_equal(a->start.may, b->start.may, "may");
		return;
	}
	got->src->gfp(got->src, &a->start, a->has & SHR_HAS_GFP, x, sizeof(x));
	want->reading.src->gfp(want->reading.src, &b->start, b->has & SHR_HAS_GFP, y,
			       sizeof(y));
	/* Some, made by hand or by bpftrace, have no table of names at all. */
	if (strncmp(y, "0x", 2) != 0 || strchr(y, '|'))
		compare_texts(str(x), str(y), "gfp");
}

static void compare_start(const struct shr_event *a, const struct shr_event *b,
			  unsigned keeps)
{
	expect_same(a->start.deferred, b->start.deferred, b->has & SHR_HAS_DEFERRED,
		    "deferred");
	expect_same(a->start.freeable, b->start.freeable, b->has & SHR_HAS_FREEABLE,
		    "freeable");
	expect_same(a->start.delta, b->start.delta, b->has & SHR_HAS_DELTA, "delta");
	expect_same(a->start.total_scan, b->start.total_scan,
		    b->has & SHR_HAS_TOTAL_SCAN, "total_scan");
	expect_same(a->start.pgs_scanned, b->start.pgs_scanned, b->has & SHR_HAS_LRU,
		    "pgs_scanned");
	expect_same(a->start.lru_pgs, b->start.lru_pgs, b->has & SHR_HAS_LRU,
		    "lru_pgs");
	expect_same(a->start.priority, b->start.priority, b->has & SHR_HAS_PRIORITY,
		    "priority");
	if (keeps & KEEPS_MASK)
		expect_same(a->start.gfp, b->start.gfp, b->has & SHR_HAS_GFP, "gfp");
}

static void compare_end(const struct shr_event *a, const struct shr_event *b)
{
	expect_same(a->end.deferred, b->end.deferred, b->has & SHR_HAS_DEFERRED,
		    "unused_scan");
	expect_same(a->end.new_scan, b->end.new_scan, b->has & SHR_HAS_NEW_SCAN,
		    "new_scan");
	expect_same(a->end.total_scan, b->end.total_scan, b->has & SHR_HAS_TOTAL_SCAN,
		    "total_scan");
	expect_same(a->end.retval, b->end.retval, b->has & SHR_HAS_RETVAL, "retval");
}

static void compare_identity(struct reading *got, const struct shr_event *a,
			     struct original *want, const struct shr_event *b)
{
	struct shr_source *x = got->src, *y = want->reading.src;

	expect_same(a->shrinker, b->shrinker, b->has & SHR_HAS_SHRINKER, "shrinker");
	expect_same(a->identity.memcg, b->identity.memcg, b->has & SHR_HAS_MEMCG_PTR,
		    "memcg");
	expect_same(a->identity.batch, b->identity.batch, b->has & SHR_HAS_BATCH,
		    "batch");
	expect_same(a->identity.seeks, b->identity.seeks, b->has & SHR_HAS_SEEKS,
		    "seeks");
	expect_same(a->identity.flags, b->identity.flags, b->has & SHR_HAS_FLAGS,
		    "flags");
	expect_same(a->identity.id, b->identity.id, b->has & SHR_HAS_ID, "id");
	compare_texts(x->text(x, a->identity.name), y->text(y, b->identity.name),
		      "name");
}

static void compare_context(struct reading *got, const struct shr_event *a,
			    struct original *want, const struct shr_event *b)
{
	struct shr_source *x = got->src, *y = want->reading.src;

	expect_equal(a->context.kind, b->context.kind, "context");
	expect_same(a->context.root, b->context.root, b->has & SHR_HAS_ROOT, "root");
	compare_texts(x->text(x, a->context.path), y->text(y, b->context.path), "path");
}

static void compare_calls(struct reading *got, const struct shr_event *a,
			  struct original *want, const struct shr_event *b,
			  unsigned keeps)
{
	if (keeps & KEEPS_POINTERS)
		expect_same(a->shrinker, b->shrinker, b->has & SHR_HAS_SHRINKER,
			    "shrinker");
	if (keeps & KEEPS_SYMBOLS)
		compare_symbols(got, a, want, b);
	if (b->kind == SHR_END) {
		compare_end(a, b);
		return;
	}
	compare_start(a, b, keeps);
	if (!(keeps & KEEPS_NUMBERS))
		compare_names(got, a, want, b);
}

static void compare(struct reading *got, const struct shr_event *a,
		    struct original *want, const struct shr_event *b, unsigned keeps)
{
	expect_equal(a->kind, b->kind, "kind");
	if (want->census.capture.clock_unit != SHR_CLOCK_NS)
		keeps |= KEEPS_NS;
	if (want->census.capture.clock_unit != SHR_CLOCK_NONE && b->kind != SHR_LOST)
		expect_same(a->ts_ns, time_of(b->ts_ns, keeps), b->has & SHR_HAS_TIME,
			    "time");
	expect_same(a->cpu, b->cpu, b->has & SHR_HAS_CPU, "cpu");
	if (b->kind == SHR_LOST) {
		expect_same(a->lost.count, b->lost.count, b->has & SHR_HAS_COUNT,
			    "count");
		return;
	}
	expect_same(a->pid, b->pid, b->has & SHR_HAS_PID, "pid");
	expect_same(a->nid, b->nid, b->has & SHR_HAS_NID, "nid");
	expect_same(a->memcg_id, b->memcg_id, b->has & SHR_HAS_MEMCG, "memcg_id");
	if (b->kind <= SHR_END)
		compare_calls(got, a, want, b, keeps);
	else if (b->kind == SHR_IDENTITY)
		compare_identity(got, a, want, b);
	else
		compare_context(got, a, want, b);
}

/* What is not written: what could not be understood, and what the kernel has not. */
static bool is_written(const struct original *original, const struct shr_event *event)
{
	return event->kind == SHR_LOST ||
	       (event->kind < SHR_LOST &&
		!original->census.unknown[record_id_of(event)]);
}

/* The next of @reading's that is a loss, or is none; those are told early. */
static const struct shr_event *next_event(const struct reading *reading, size_t *at,
					  bool loss)
{
	while (*at < reading->count) {
		const struct shr_event *event = &reading->events[(*at)++];

		if ((event->kind == SHR_LOST) == loss)
			return event;
	}
	return NULL;
}

static void compare_kind(struct reading *got, struct original *want, bool loss,
			 unsigned keeps)
{
	const struct shr_event *a, *b;
	size_t i = 0, j = 0;

	while ((b = next_event(&want->reading, &j, loss))) {
		if (!is_written(want, b))
			continue;
		a = next_event(got, &i, loss);
		if (!a)
			fail_msg("%s: only %zu events", now, i);
		compare(got, a, want, b, keeps);
	}
	if (next_event(got, &i, loss))
		fail_msg("%s: more than %zu events", now, i - 1);
}

static void compare_all(struct reading *got, struct original *want, unsigned keeps)
{
	assert_int_equal(got->got, 0);
	assert_int_equal(got->of_kind[SHR_MALFORMED], 0);
	compare_kind(got, want, false, keeps);
	compare_kind(got, want, true, keeps);
}

static void compare_captures(const struct reading *got, const struct original *want)
{
	const struct shr_capture *a = got->src->capture;
	const struct shr_capture *b = want->reading.src->capture;

	compare_texts(a->kernel, b->kernel, "kernel");
	if (b->clock.len)
		compare_texts(a->clock, b->clock, "clock");
	expect_equal(a->lost_events, b->lost_events, "lost");
	expect_equal(a->long_size, want->census.form.long_size, "long");
	assert_true(!b->layouts || (a->layouts & b->layouts));
	expect_equal(a->cgroup_count, b->cgroup_count, "cgroups");
	for (size_t i = 0; i < b->cgroup_count; i++) {
		struct shr_source *x = got->src, *y = want->reading.src;

		expect_equal(a->cgroups[i].id, b->cgroups[i].id, "cgroup");
		compare_texts(x->text(x, a->cgroups[i].path),
			      y->text(y, b->cgroups[i].path), "path");
	}
}

/* What a replay makes of what was read. */
static struct shr_tally replay(struct reading *reading)
{
	const struct shr_replay_options options = { .blind = false };
	const struct shr_batch batch = { reading->events, reading->count };
	struct shr_err err = { .reason = "" };
	struct shr_replay *replay = shr_replay_new(reading->src, &options, NULL, &err);

	assert_non_null(replay);
	if (reading->count)
		assert_int_equal(shr_replay_batch(replay, &batch, &err), 0);
	assert_int_equal(shr_replay_finish(replay, &err), 0);
	struct shr_tally all = shr_replay_summary(replay)->all;

	shr_replay_free(replay);
	return all;
}

/* All that is summed up of calls. */
static void compare_replays(struct reading *got, struct original *want)
{
	struct shr_tally a = replay(got), b = replay(&want->reading);

	expect_equal(a.calls, b.calls, "calls");
	expect_equal((uint64_t)a.planned, (uint64_t)b.planned, "planned");
	expect_equal((uint64_t)a.scanned_predicted, (uint64_t)b.scanned_predicted,
		     "predicted");
	expect_equal((uint64_t)a.scanned_observed, (uint64_t)b.scanned_observed,
		     "scanned");
	expect_equal((uint64_t)a.freed, (uint64_t)b.freed, "freed");
	expect_equal(a.refusals, b.refusals, "refusals");
	expect_equal((uint64_t)a.deferred_max, (uint64_t)b.deferred_max, "most");
	for (size_t i = 0; i < COUNT(a.verdicts); i++)
		expect_equal(a.verdicts[i], b.verdicts[i], "calls of a verdict");
}

static void write_dat(struct original *original,
		      const struct dat_output_settings *settings)
{
	struct shr_err err = { .reason = "" };

	if (dat_output_write(&original->census, shr_reader_source(original->again),
			     folder_path(&folder, "out.dat"), settings, &err) < 0)
		fail_msg("%s: %s", now, err.reason);
}

static void through_dat(const char *path, bool big,
			const struct dat_output_settings *settings)
{
	struct original original;
	struct reading got;

	now = path;
	open_original(&original, path, big);
	write_dat(&original, settings);
	struct maker bytes = load_fixture(folder_path(&folder, "out.dat"));

	read_bytes(&got, made(&bytes), NULL);
	if (!got.reader || got.got < 0)
		fail_msg("%s: %s", path, got.err.reason);
	compare_all(&got, &original, KEEPS_ALL);
	compare_captures(&got, &original);
	/* Of text even their order is another where two CPUs have one time. */
	if (strstr(path, ".dat"))
		compare_replays(&got, &original);
	close_reading(&got);
	maker_release(&bytes);
	close_original(&original);
}

static void test_dat(void **state)
{
	static const struct dat_output_settings all[] = {
		{ 7, DAT_ZSTD, true, NULL },
		{ 7, DAT_NONE, true, NULL },
		{ 7, DAT_ZLIB, true, NULL },
		{ 6, DAT_NONE, true, NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(captures); i++)
		for (size_t j = 0; j < (i ? 1 : COUNT(all)); j++)
			through_dat(captures[i], false, &all[j]);
}

static void test_big_endian(void **state)
{
	static const struct dat_output_settings versions[] = {
		{ 7, DAT_ZSTD, true, NULL }, { 6, DAT_NONE, true, NULL }
	};

	(void)state;
	for (size_t i = 0; i < COUNT(captures); i++)
		through_dat(captures[i], true, &versions[i % 2]);
}

/* What is left of a capture in each text. */
struct text_case {
	struct text_output_settings settings;
	unsigned keeps;
};

static const struct text_case texts[] = {
	{ { TEXT_FTRACE, false, true, NULL }, KEEPS_ROUNDED | KEEPS_SYMBOLS },
	{ { TEXT_TRACE_CMD, false, true, NULL },
	  KEEPS_ROUNDED | KEEPS_POINTERS | KEEPS_SYMBOLS },
	{ { TEXT_TRACE_CMD, true, true, NULL },
	  KEEPS_NS | KEEPS_POINTERS | KEEPS_SYMBOLS },
	{ { TEXT_PERF, false, true, NULL }, KEEPS_POINTERS | KEEPS_SYMBOLS },
	{ { TEXT_PERF, true, true, NULL }, KEEPS_NS | KEEPS_POINTERS | KEEPS_SYMBOLS },
};

static void through_text(const char *path, const struct text_case *text)
{
	unsigned keeps = text->keeps;
	struct original original;
	struct shr_err err = { .reason = "" };
	struct reading got;

	now = path;
	open_original(&original, path, false);
	/* libtraceevent prints the fields of 7.1 as they are. */
	if (original.census.form.layout == SHR_LAYOUT_T7 &&
	    text->settings.tool != TEXT_FTRACE)
		keeps = (keeps & ~(unsigned)KEEPS_SYMBOLS) | KEEPS_MASK | KEEPS_NUMBERS;
	if (text_output_write(&original.census, shr_reader_source(original.again),
			      folder_path(&folder, "out.txt"), &text->settings,
			      &err) < 0)
		fail_msg("%s: %s", path, err.reason);
	struct maker bytes = load_fixture(folder_path(&folder, "out.txt"));

	read_bytes(&got, made(&bytes), NULL);
	if (!got.reader || got.got < 0)
		fail_msg("%s: %s", path, got.err.reason);
	compare_all(&got, &original, keeps);
	close_reading(&got);
	maker_release(&bytes);
	close_original(&original);
}

static void test_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(captures); i++)
		for (size_t j = 0; j < COUNT(texts); j++)
			through_text(captures[i], &texts[j]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_dat, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_big_endian, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_text, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
