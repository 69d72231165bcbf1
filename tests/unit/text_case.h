/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * text_case - a text, read by the text reader to its end, for tests.
 *
 * The input lies in memory of exactly its size, so that a sanitizer sees the first
 * byte read beyond it.  Every event can be shown as one line, with what it has.
 */
#ifndef TESTS_UNIT_TEXT_CASE_H
#define TESTS_UNIT_TEXT_CASE_H

#include "core/err.h"
#include "core/stream.h"
#include "parsers/kallsyms.h"
#include "parsers/reader.h"
#include "parsers/text.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define UNUSED __attribute__((unused))

enum { SHOWN = 600 };

struct text_case {
	char *bytes;
	size_t size;
	size_t step; /* bytes at a time; 0: all of them, in place */
	size_t pos;
	bool fails; /* the stream ends in an error */
	struct shr_input input;
	struct shr_kallsyms *kallsyms;
	struct shr_text_reader *reader;
	struct shr_source *src;
	struct shr_event *events;
	size_t count;
	int got;
	struct shr_err err;
};

static ssize_t give_more(void *ctx, void *buf, size_t cap)
{
	struct text_case *text = ctx;
	size_t left = text->size - text->pos;
	size_t take = left < text->step ? left : text->step;

	if (!left && text->fails)
		return -1;
	take = take < cap ? take : cap;
	memcpy(buf, text->bytes + text->pos, take);
	text->pos += take;
	return (ssize_t)take;
}

static void keep_events(struct text_case *text, const struct shr_batch *batch)
{
	size_t size = (text->count + batch->count) * sizeof(*text->events);

	text->events = realloc(text->events, size);
	assert_non_null(text->events);
	memcpy(text->events + text->count, batch->events,
	       batch->count * sizeof(*text->events));
	text->count += batch->count;
}

/* Read @text->bytes as the other fields say. */
static void read_case(struct text_case *text)
{
	struct shr_batch batch;
	struct shr_err again;

	text->input.data = text->step ? NULL : (const uint8_t *)text->bytes;
	text->input.size = text->step ? 0 : text->size;
	text->input.more = text->step ? give_more : NULL;
	text->input.ctx = text;
	text->reader = shr_text_reader_new(&text->input, text->kallsyms, &text->err);
	assert_non_null(text->reader);
	text->src = shr_text_reader_source(text->reader);
	while ((text->got = text->src->next(text->src, &batch, &text->err)) > 0) {
		assert_true(batch.count > 0);
		keep_events(text, &batch);
	}
	/* The end repeats for ever. */
	assert_int_equal(text->src->next(text->src, &batch, &again), text->got);
	if (text->got < 0) {
		assert_int_equal(again.code, text->err.code);
		assert_int_equal(again.offset, text->err.offset);
	}
}

UNUSED static struct text_case read_bytes(const char *bytes, size_t size, size_t step)
{
	struct text_case text = { .size = size, .step = step };

	text.bytes = malloc(size ? size : 1);
	assert_non_null(text.bytes);
	memcpy(text.bytes, bytes, size);
	return text;
}

UNUSED static void free_case(struct text_case *text)
{
	shr_text_reader_free(text->reader);
	shr_kallsyms_free(text->kallsyms);
	free(text->events);
	free(text->bytes);
}

/* The whole of @path below fixtures, to be freed. */
UNUSED static char *load(const char *path, size_t *size)
{
	char name[400];
	FILE *file;
	char *bytes;
	long end;

	snprintf(name, sizeof(name), "fixtures/%s", path);
	file = fopen(name, "rb");
	if (!file)
		fail_msg("cannot open %s", name);
	fseek(file, 0, SEEK_END);
	end = ftell(file);
	rewind(file);
	assert_true(end >= 0);
	bytes = malloc((size_t)end + 1);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, (size_t)end, file), end);
	fclose(file);
	*size = (size_t)end;
	return bytes;
}

struct page {
	char *pos;
	char *end;
};

__attribute__((format(printf, 2, 3))) static void put(struct page *page,
						      const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int len = vsnprintf(page->pos, (size_t)(page->end - page->pos), fmt, ap);
	va_end(ap);
	assert_true(len >= 0 && len < page->end - page->pos);
	page->pos += len;
}

#define PUT(bit, ...)                                                                  \
	do {                                                                           \
		if (ev->has & SHR_HAS_##bit)                                           \
			put(page, __VA_ARGS__);                                        \
	} while (0)

static void put_callback(struct page *page, const struct text_case *text,
			 const struct shr_event *ev)
{
	struct shr_symbol symbol;

	if (!text->src->symbol(text->src, ev->callback, &symbol)) {
		put(page, " cb=0x%" PRIx64, ev->callback);
		return;
	}
	put(page, " cb=%.*s", (int)symbol.name.len, symbol.name.ptr);
	if (symbol.module.len)
		put(page, "[%.*s]", (int)symbol.module.len, symbol.module.ptr);
	if (symbol.address)
		put(page, "@0x%" PRIx64, symbol.address);
}

static void put_common(struct page *page, const struct text_case *text,
		       const struct shr_event *ev)
{
	struct shr_str comm = text->src->comm(text->src, ev->pid, ev->comm);

	PUT(TIME, " t=%" PRIu64, ev->ts_ns);
	PUT(CPU, " cpu=%u", ev->cpu);
	PUT(PID, " pid=%d", ev->pid);
	if (comm.len)
		put(page, " comm=%.*s", (int)comm.len, comm.ptr);
	PUT(SHRINKER, " shr=0x%" PRIx64, ev->shrinker);
	if (ev->has & SHR_HAS_CALLBACK)
		put_callback(page, text, ev);
	PUT(NID, " nid=%d", ev->nid);
	PUT(MEMCG, " cg=%" PRIu64, ev->memcg_id);
}

static void put_start(struct page *page, const struct text_case *text,
		      const struct shr_event *ev)
{
	const struct shr_start *start = &ev->start;
	char gfp[200];

	text->src->gfp(text->src, start, ev->has & SHR_HAS_GFP, gfp, sizeof(gfp));
	PUT(DEFERRED, " deferred=%" PRId64, start->deferred);
	if (*gfp)
		put(page, " gfp=%s", gfp);
	PUT(GFP, "(0x%" PRIx64 ")", start->gfp);
	PUT(MAY, " may=%x", start->may);
	PUT(LRU, " pgs=%" PRIu64 " lru=%" PRIu64, start->pgs_scanned, start->lru_pgs);
	PUT(FREEABLE, " freeable=%" PRId64, start->freeable);
	PUT(DELTA, " delta=%" PRIu64, start->delta);
	PUT(TOTAL_SCAN, " total=%" PRId64, start->total_scan);
	PUT(PRIORITY, " prio=%d", start->priority);
}

static void put_end(struct page *page, const struct shr_event *ev)
{
	PUT(DEFERRED, " deferred=%" PRId64, ev->end.deferred);
	PUT(NEW_SCAN, " new=%" PRId64, ev->end.new_scan);
	PUT(TOTAL_SCAN, " total=%" PRId64, ev->end.total_scan);
	PUT(RETVAL, " ret=%" PRId64, ev->end.retval);
}

static void put_identity(struct page *page, const struct text_case *text,
			 const struct shr_event *ev)
{
	struct shr_str name = text->src->text(text->src, ev->identity.name);

	PUT(MEMCG_PTR, " memcg=0x%" PRIx64, ev->identity.memcg);
	PUT(BATCH, " batch=%" PRId64, ev->identity.batch);
	PUT(SEEKS, " seeks=%d", ev->identity.seeks);
	PUT(FLAGS, " flags=0x%x", ev->identity.flags);
	PUT(ID, " id=%d", ev->identity.id);
	PUT(NAME, " name=%.*s", (int)name.len, name.ptr);
}

static void put_context(struct page *page, const struct text_case *text,
			const struct shr_event *ev)
{
	struct shr_str path = text->src->text(text->src, ev->context.path);

	put(page, " %s", shr_context_name(ev->context.kind));
	PUT(ROOT, " root=%d", ev->context.root);
	PUT(NAME, " path=%.*s", (int)path.len, path.ptr);
}

static void put_rest(struct page *page, const struct text_case *text,
		     const struct shr_event *ev)
{
	switch (ev->kind) {
	case SHR_START:
		put_start(page, text, ev);
		break;
	case SHR_END:
		put_end(page, ev);
		break;
	case SHR_IDENTITY:
		put_identity(page, text, ev);
		break;
	case SHR_CONTEXT:
		put_context(page, text, ev);
		break;
	case SHR_LOST:
		PUT(COUNT, " count=%" PRIu64, ev->lost.count);
		put(page, " from=%" PRIu64, ev->lost.from_ns);
		break;
	case SHR_MALFORMED:
		put(page, " offset=%" PRIu64 " line=%" PRIu64 ": %s",
		    ev->malformed.offset, ev->malformed.line, ev->malformed.reason);
		break;
	}
}

/* Event @i as one line: every value it has, and none that it has not. */
UNUSED static const char *show(const struct text_case *text, size_t i, char *buf)
{
	static const char *const kinds[] = { "start",	"end",	"identity",
					     "context", "lost", "malformed" };
	const struct shr_event *ev = &text->events[i];
	struct page page = { buf, buf + SHOWN };

	assert_true(ev->kind <= SHR_MALFORMED);
	put(&page, "%s", kinds[ev->kind]);
	put_common(&page, text, ev);
	put_rest(&page, text, ev);
	return buf;
}

/* What is known of the capture once it is read, and how it ended, as one line. */
UNUSED static const char *show_capture(const struct text_case *text, char *buf)
{
	static const char *const units[] = { "ns", "ticks", "none" };
	const struct shr_capture *capture = text->src->capture;
	struct page page = { buf, buf + SHOWN };

	put(&page, "%s, kernel '%.*s', unit %s, layouts 0x%x, long %u, %s",
	    capture->format, (int)capture->kernel.len, capture->kernel.ptr,
	    units[capture->clock_unit], capture->layouts, capture->long_size,
	    capture->hashed_pointers ? "hashed" : "plain");
	put(&page,
	    ", skipped %" PRIu64 ", malformed %" PRIu64 ", lost %" PRIu64 "/%" PRIu64,
	    capture->skipped, capture->malformed, capture->lost_gaps,
	    capture->lost_events);
	if (capture->context)
		put(&page, ", context %" PRIu64, capture->context);
	if (text->got < 0)
		put(&page, ", error %d at %" PRIu64 " line %" PRIu64 ": %s",
		    text->err.code, text->err.offset, text->err.line, text->err.reason);
	return buf;
}

#define SHOWS(...) ((const char *const[]){ __VA_ARGS__, NULL })

UNUSED static struct text_case read_text(const char *bytes, size_t step)
{
	struct text_case text = read_bytes(bytes, strlen(bytes), step);

	read_case(&text);
	return text;
}

/* A line of an expectation: "~..." is a part of it, "=..." a part of the summary. */
UNUSED static bool is_as(const char *want, const char *got)
{
	return *want == '~' ? strstr(got, want + 1) != NULL : strcmp(got, want) == 0;
}

/* @bytes, read in place and byte by byte, give the events that @want shows. */
UNUSED static void expect(const char *bytes, const char *const *want)
{
	for (size_t step = 0; step < 2; step++) {
		struct text_case text = read_text(bytes, step);
		size_t i = 0, line = 0;
		char buf[SHOWN];

		for (; want[line]; line++) {
			if (*want[line] == '=') {
				if (!strstr(show_capture(&text, buf), want[line] + 1))
					fail_msg("%s\n is\n  %s\nnot\n  %s", bytes, buf,
						 want[line]);
				continue;
			}
			if (i >= text.count)
				fail_msg("%s\nlacks\n  %s", bytes, want[line]);
			if (!is_as(want[line], show(&text, i++, buf)))
				fail_msg("%s\nis\n  %s\nnot\n  %s", bytes, buf,
					 want[line]);
		}
		if (i != text.count)
			fail_msg("%s\ngives also\n  %s", bytes, show(&text, i, buf));
		free_case(&text);
	}
}

#endif /* TESTS_UNIT_TEXT_CASE_H */
