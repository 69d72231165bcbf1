/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Captures, handed in as a running kernel gives them, piece by piece and in odd orders:
 * they must give what the file gives.
 */
#include "parsers/trace_dat.h"
#include "tests/unit/fixture.h"
#include "tests/unit/kept.h"
#include "tests/unit/page_maker.h"
#include "tests/unit/reading.h"

enum { CPUS = 8, ROUNDS_MOST = 100000 };

/* What a read of a buffer gives: a page, or the part of one that is new. */
struct piece {
	uint8_t *bytes; /* owned */
	size_t len;
	uint64_t first_ts;
};

struct pieces {
	struct piece *all; /* owned */
	size_t count, next;
};

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* A capture, its pages apart, and what its reader gives. */
struct file_case {
	struct maker file;
	struct shr_trace_dat dat;
	struct pieces cpus[CPUS];
	struct reading reading;
	struct shr_page_layout layout;
};

static void add_piece(struct pieces *pieces, const uint8_t *bytes, size_t len,
		      uint64_t first_ts)
{
	struct piece piece = { malloc(len), len, first_ts };

	pieces->all = reallocarray(pieces->all, pieces->count + 1, sizeof(piece));
	assert_non_null(pieces->all);
	assert_non_null(piece.bytes);
	memcpy(piece.bytes, bytes, len);
	pieces->all[pieces->count++] = piece;
}

/*
 * A part of @page: its records from @from to @to, the time before them @ts.  The
 * kernel tells of a loss with the first part only.
 */
static void add_part(struct pieces *pieces, const struct shr_page_layout *layout,
		     const uint8_t *page, size_t from, size_t to, uint64_t ts,
		     uint64_t first_ts)
{
	uint8_t *part = calloc(1, layout->page_size);
	uint64_t commit;

	assert_non_null(part);
	memcpy(&commit, page + layout->commit_offset, sizeof(commit));
	memcpy(part, page, layout->data_offset);
	memcpy(part + layout->data_offset, page + from, to - from);
	if (from > layout->data_offset) {
		memcpy(part, &ts, sizeof(ts));
		commit = 0;
	} else if ((commit & lost_counted_mark) == lost_counted_mark) {
		memcpy(part + layout->data_offset + (to - from),
		       page + layout->data_offset + (commit & 0x7ffffff), 8);
	}
	commit = (commit & ~(uint64_t)0x7ffffff) | (to - from);
	memcpy(part + layout->commit_offset, &commit, sizeof(commit));
	add_piece(pieces, part, layout->page_size, first_ts);
	free(part);
}

/* The page in parts, cut behind records that @seed chooses. */
static void add_page(struct pieces *pieces, const struct shr_page_layout *layout,
		     const uint8_t *page, uint32_t *seed)
{
	struct shr_bytes bytes = { .data = page, .size = layout->page_size };
	size_t from = layout->data_offset, end;
	uint64_t ts = 0, first = 0;
	struct shr_pages pages;
	struct shr_run run;
	struct shr_err err;

	shr_pages_init(&pages, layout, bytes, layout->page_size, NULL);
	end = shr_pages_used(layout, page, layout->page_size);
	while (shr_pages_next(&pages, &run, &err) > 0) {
		for (size_t i = 0; i < run.count; i++) {
			const struct shr_record *record = &run.records[i];
			size_t to = (size_t)(record->data - page) +
				    (record->len + 3) / 4 * 4;

			first = first ? first : record->ts;
			if (next_random(seed) % 8 || to >= end)
				continue;
			add_part(pieces, layout, page, from, to, ts, first);
			from = to;
			ts = record->ts;
			first = 0;
		}
	}
	uint64_t commit;

	memcpy(&commit, page + layout->commit_offset, sizeof(commit));
	size_t last = layout->data_offset + (commit & 0x7ffffff);

	if (first || from == layout->data_offset)
		add_part(pieces, layout, page, from, last, ts, first);
}

static void add_chunks(struct file_case *test, struct shr_bytes data,
		       struct pieces *pieces, uint32_t *seed)
{
	uint32_t chunks = shr_bytes_u32(&data);
	size_t size = test->layout.page_size;
	struct shr_block block = { 0 };
	struct shr_err err;

	for (uint32_t i = 0; i < chunks; i++) {
		assert_int_equal(
			shr_unpack(test->dat.unpacker, &data, size * 16, &block, &err),
			0);
		for (size_t at = 0; at + size <= block.size; at += size)
			add_page(pieces, &test->layout, block.data + at, seed);
	}
	shr_block_release(&block);
}

static void cut_up(struct file_case *test, uint32_t *seed)
{
	const struct shr_trace_buffer *buffer = test->dat.buffers;

	while (!buffer->cpu_count)
		buffer++;
	test->layout = (struct shr_page_layout){ .commit_offset = 8,
						 .commit_size = 8,
						 .data_offset = 16,
						 .page_size = buffer->page_size };
	for (size_t i = 0; i < buffer->cpu_count; i++) {
		const struct shr_cpu_data *cpu = &buffer->cpus[i];
		struct shr_bytes data = shr_bytes_seek(&test->dat.bytes, cpu->offset);

		assert_true(cpu->cpu < CPUS);
		struct pieces *pieces = &test->cpus[cpu->cpu];

		if (buffer->packed && cpu->size)
			add_chunks(test, data, pieces, seed);
		for (size_t at = 0; !buffer->packed && at < cpu->size;
		     at += buffer->page_size)
			add_page(pieces, &test->layout, data.data + data.pos + at,
				 seed);
	}
}

static void open_case(struct file_case *test, const char *path, uint32_t *seed)
{
	struct shr_reader_options options = { 0 };
	struct shr_err err;

	*test = (struct file_case){ .file = load_fixture(path) };
	assert_int_equal(
		shr_trace_dat_init(&test->dat, test->file.data, test->file.size, &err),
		0);
	read_bytes(&test->reading, made(&test->file), &options);
	cut_up(test, seed);
}

static void close_case(struct file_case *test)
{
	for (size_t cpu = 0; cpu < CPUS; cpu++) {
		for (size_t i = 0; i < test->cpus[cpu].count; i++)
			free(test->cpus[cpu].all[i].bytes);
		free(test->cpus[cpu].all);
	}
	close_reading(&test->reading);
	shr_trace_dat_release(&test->dat);
	maker_release(&test->file);
}

/* The time of the first record that @pieces has left; the last moment without one. */
static uint64_t next_time(const struct pieces *pieces)
{
	for (size_t i = pieces->next; i < pieces->count; i++)
		if (pieces->all[i].first_ts)
			return pieces->all[i].first_ts;
	return UINT64_MAX;
}

/* Some pieces of some CPUs: whether any are left. */
static bool hand_in_some(struct file_case *test, struct kept *kept, uint32_t *seed)
{
	uint64_t silent = UINT64_MAX;
	bool left = false;
	struct shr_err err;

	for (uint32_t cpu = 0; cpu < CPUS; cpu++) {
		struct pieces *pieces = &test->cpus[cpu];
		uint32_t count = next_random(seed) % 4 ? next_random(seed) % 5 : 0;

		for (; count && pieces->next < pieces->count; count--) {
			const struct piece *piece = &pieces->all[pieces->next++];

			assert_int_equal(shr_live_add(kept->live, cpu, piece->bytes,
						      piece->len, &err),
					 0);
		}
		if (pieces->next == pieces->count)
			continue;
		left = true;
		if (next_random(seed) % 2)
			shr_live_busy(kept->live, cpu);
		else if (next_time(pieces) - 1 < silent)
			silent = next_time(pieces) - 1;
	}
	/* Not always does anybody know so much. */
	if (silent == UINT64_MAX)
		silent = shr_live_newest(kept->live);
	shr_live_settle(kept->live, next_random(seed) % 3 ? silent : silent / 2);
	return left;
}

static void expect_same(const struct shr_event *got, const struct shr_event *want,
			int64_t ts_offset)
{
	assert_int_equal(got->kind, want->kind);
	assert_int_equal(got->ts_ns + (uint64_t)ts_offset, want->ts_ns);
	assert_int_equal(got->cpu, want->cpu);
	assert_int_equal(got->pid, want->pid);
	assert_int_equal(got->has, want->has);
	assert_int_equal(got->shrinker, want->shrinker);
	assert_int_equal(got->callback, want->callback);
	if (got->kind == SHR_START)
		assert_memory_equal(&got->start, &want->start, sizeof(got->start));
	if (got->kind == SHR_END)
		assert_memory_equal(&got->end, &want->end, sizeof(got->end));
	if (got->kind == SHR_CONTEXT)
		assert_memory_equal(&got->context, &want->context,
				    sizeof(got->context));
}

static void expect_as_read(const struct file_case *test, const struct kept *kept)
{
	const struct reading *reading = &test->reading;
	const struct shr_capture *capture = kept->src->capture;
	size_t at = 0;

	for (size_t i = 0; i < reading->count; i++)
		if (reading->events[i].kind != SHR_LOST) {
			assert_true(at < kept->count);
			expect_same(&kept->events[at++], &reading->events[i],
				    test->dat.ts_offset);
		}
	assert_int_equal(at, kept->count);
	assert_int_equal(kept->lost_gaps, reading->of_kind[SHR_LOST]);
	assert_int_equal(capture->lost_events, reading->src->capture->lost_events);
	assert_int_equal(capture->skipped, reading->src->capture->skipped);
	assert_int_equal(capture->context, reading->src->capture->context);
}

static void read_live(const char *path, uint32_t seed)
{
	struct file_case test;
	struct kept kept;
	int rounds = 0;

	open_case(&test, path, &seed);
	struct shr_live_texts texts = {
		.header_page = test.dat.header_page,
		.formats = test.dat.formats,
		.format_count = test.dat.format_count,
		.kallsyms = test.dat.kallsyms,
		.kernel = test.dat.release,
		.clock = test.dat.clock,
		.page_size = test.layout.page_size,
		.cpu_count = CPUS,
	};

	open_kept(&kept, &texts);
	while (hand_in_some(&test, &kept, &seed)) {
		assert_true(++rounds < ROUNDS_MOST);
		take_all(&kept);
		assert_int_equal(kept.got, 0);
	}
	shr_live_finish(kept.live);
	take_all(&kept);
	assert_int_equal(kept.got, 0);
	assert_true(kept.count > 0);
	expect_as_read(&test, &kept);
	assert_int_equal(shr_live_late(kept.live), 0);
	assert_int_equal(shr_live_waiting(kept.live), 0);
	close_kept(&kept);
	close_case(&test);
}

static void test_captures(void **state)
{
	static const char *const paths[] = {
		"fixtures/trace/v7-none.dat",
		"fixtures/trace/lost.dat",
		"fixtures/trace/subbuf16k.dat",
		"fixtures/captures/6.12-reparent-truth.dat",
		"fixtures/captures/5.10-mixed-ctx.dat",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(paths); i++)
		for (uint32_t seed = 1; seed <= 4; seed++)
			read_live(paths[i], seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_captures) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
