/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes behind the magic of a trace.dat: the reader must end, or fail with a
 * place inside the input, and must give the same answer when asked again.
 */
#include "core/err.h"
#include "core/stream.h"
#include "parsers/reader.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t magic[] = "\x17\x08\x44tracing";

/* How many events are asked for their names: enough for every kind of token. */
static const size_t named_max = 64;

/* Reads every byte of @text, so that a sanitizer sees one that is not there. */
static void touch(struct shr_str text)
{
	volatile char sum = 0;

	assert(text.ptr || !text.len);
	for (size_t i = 0; i < text.len; i++)
		sum = (char)(sum ^ text.ptr[i]);
}

static void ask_names(struct shr_source *src, const struct shr_event *event)
{
	struct shr_symbol symbol;
	char gfp[32];

	if (src->symbol(src, event->callback, &symbol)) {
		touch(symbol.name);
		touch(symbol.module);
	}
	touch(src->comm(src, event->pid, event->comm));
	if (event->kind == SHR_START) {
		src->gfp(src, &event->start, event->has & SHR_HAS_GFP, gfp,
			 sizeof(gfp));
		assert(memchr(gfp, '\0', sizeof(gfp)));
	}
	if (event->kind == SHR_CONTEXT) {
		assert(!shr_context_is_cgroup(event->context.kind) ||
		       event->has & SHR_HAS_MEMCG);
		touch(src->text(src, event->context.path));
	}
	if (event->kind == SHR_IDENTITY)
		touch(src->text(src, event->identity.name));
}

static void check_event(const struct shr_event *event, size_t size)
{
	assert(event->kind <= SHR_MALFORMED);
	if (event->kind == SHR_MALFORMED) {
		assert(event->malformed.reason && *event->malformed.reason);
		assert(event->malformed.offset <= size);
	}
}

static void check_error(const struct shr_err *err, size_t size)
{
	assert(err->code != SHR_ERR_NONE);
	assert(err->offset <= size || err->offset == SHR_NO_OFFSET);
	assert(*err->reason && memchr(err->reason, '\0', sizeof(err->reason)));
}

static void read_all(struct shr_source *src, size_t size)
{
	struct shr_err err, again;
	struct shr_batch batch;
	size_t named = 0;
	int got;

	while ((got = src->next(src, &batch, &err)) > 0) {
		assert(batch.count > 0);
		for (size_t i = 0; i < batch.count; i++) {
			check_event(&batch.events[i], size);
			if (named++ < named_max)
				ask_names(src, &batch.events[i]);
		}
	}
	if (got < 0)
		check_error(&err, size);
	assert(src->next(src, &batch, &again) == got);
	if (got < 0)
		assert(again.code == err.code && again.offset == err.offset);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct shr_reader_options options = { 0 };
	struct shr_err err;

	if (size < sizeof(magic))
		return 0;
	uint8_t *copy = malloc(size);

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	memcpy(copy, magic, sizeof(magic) - 1);
	if (data[size - 1] & 1) { /* as bad a kallsyms as any */
		options.kallsyms = data;
		options.kallsyms_size = size;
	}
	struct shr_reader *reader = shr_reader_new(
		&(struct shr_input){ .data = copy, .size = size }, &options, &err);

	if (reader)
		read_all(shr_reader_source(reader), size);
	else
		check_error(&err, size);
	shr_reader_free(reader);
	free(copy);
	return 0;
}
