/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/dat_stream.h"

#include "cli/record/dat_front.h"
#include "cli/record/dat_section.h"
#include "cli/record/transfer.h"
#include "core/err.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 50,000 events or so: rates that fill it in less than a second are rare. */
enum { AREA = 4 << 20, PAGES_MIN = 4 };

static int fail_memory(struct shr_err *err)
{
	return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
}

static int put_front(struct dat_stream *stream, const struct dat_contents *contents,
		     struct shr_err *err)
{
	struct dat_front front;
	int ret = dat_front_init(&front, contents, &stream->settings, &stream->packer,
				 err);

	if (ret == 0) {
		stream->out = front.bytes;
		front.bytes = (struct dat_bytes){ 0 };
	}
	dat_front_release(&front);
	return ret;
}

static bool allocate(struct dat_stream *stream, const char *clock)
{
	size_t page_size = stream->settings.page_size;

	stream->page_max = AREA / page_size;
	if (stream->page_max < PAGES_MIN)
		stream->page_max = PAGES_MIN;
	stream->clock = strdup(clock ? clock : "");
	stream->area = reallocarray(NULL, stream->page_max, page_size);
	stream->cpu_of = calloc(stream->page_max, sizeof(*stream->cpu_of));
	stream->chunk = reallocarray(NULL, DAT_PAGES_PER_CHUNK, page_size);
	return stream->clock && stream->area && stream->cpu_of && stream->chunk;
}

int dat_stream_init(struct dat_stream *stream, int fd,
		    const struct dat_contents *contents,
		    const struct dat_settings *settings, struct shr_err *err)
{
	*stream = (struct dat_stream){ .fd = fd,
				       .settings = *settings,
				       .names = { .swapped = settings->swapped },
				       .option_count = contents->option_count };
	stream->settings.stream = true;
	if (dat_packer_init(&stream->packer, settings->compression, err) < 0)
		return -1;
	if (!allocate(stream, contents->clock))
		return fail_memory(err);
	return put_front(stream, contents, err);
}

void dat_stream_release(struct dat_stream *stream)
{
	dat_packer_release(&stream->packer);
	dat_bytes_release(&stream->names);
	dat_bytes_release(&stream->out);
	free(stream->clock);
	free(stream->area);
	free(stream->cpu_of);
	free(stream->chunk);
	*stream = (struct dat_stream){ .fd = -1 };
}

static uint8_t *page_at(const struct dat_stream *stream, size_t page)
{
	return stream->area + page * stream->settings.page_size;
}

bool dat_stream_is_full(const struct dat_stream *stream)
{
	size_t left = stream->page_max - stream->page_count;

	return left == 0 || left * stream->settings.page_size < DAT_STREAM_AT_ONCE;
}

bool dat_stream_is_pending(const struct dat_stream *stream)
{
	return stream->written < stream->out.len;
}

/* @len bytes are behind the last page: they are CPU @cpu's. */
static void take_in(struct dat_stream *stream, uint32_t cpu, size_t len)
{
	for (size_t at = 0; at < len; at += stream->settings.page_size)
		stream->cpu_of[stream->page_count++] = cpu;
	stream->size += len;
}

static bool has_room(const struct dat_stream *stream, uint32_t cpu, size_t len)
{
	size_t left = stream->page_max - stream->page_count;

	return cpu < stream->settings.cpu_count &&
	       len % stream->settings.page_size == 0 &&
	       len / stream->settings.page_size <= left;
}

void dat_stream_add(struct dat_stream *stream, uint32_t cpu, const void *pages,
		    size_t len)
{
	assert(has_room(stream, cpu, len));
	memcpy(page_at(stream, stream->page_count), pages, len);
	take_in(stream, cpu, len);
}

int dat_stream_splice(struct dat_stream *stream, uint32_t cpu, int pipe, size_t len,
		      struct shr_err *err)
{
	assert(has_room(stream, cpu, len));
	if (transfer_read(pipe, page_at(stream, stream->page_count), len, err) < 0)
		return -1;
	take_in(stream, cpu, len);
	return 0;
}

int dat_stream_rename(struct dat_stream *stream, const struct dat_contents *contents,
		      struct shr_err *err)
{
	stream->names.len = 0;
	return dat_put_part_section(&stream->names, contents, DAT_CMDLINES,
				    &stream->packer, err);
}

/* Where in the stream @at of what is put together is. */
static uint64_t place_of(const struct dat_stream *stream, size_t at)
{
	return stream->out_at + at;
}

/* The next of CPU @cpu's pages, from *@page on, or NULL; *@page is behind it then. */
static const uint8_t *next_page(const struct dat_stream *stream, uint32_t cpu,
				size_t *page)
{
	while (*page < stream->page_count)
		if (stream->cpu_of[(*page)++] == cpu)
			return page_at(stream, *page - 1);
	return NULL;
}

static void put_plain(struct dat_stream *stream, uint32_t cpu)
{
	const uint8_t *from;
	size_t page = 0;

	while ((from = next_page(stream, cpu, &page)))
		dat_put(&stream->out, from, stream->settings.page_size);
}

/* The number of chunks, and the chunks. */
static int put_chunks(struct dat_stream *stream, uint32_t cpu, struct shr_err *err)
{
	size_t page_size = stream->settings.page_size, count_at = stream->out.len;
	uint32_t chunks = 0, filled = 0;
	const uint8_t *from;
	size_t page = 0;

	dat_put_u32(&stream->out, 0);
	do {
		from = next_page(stream, cpu, &page);
		if (from)
			memcpy(stream->chunk + filled++ * page_size, from, page_size);
		if (!filled || (from && filled < DAT_PAGES_PER_CHUNK))
			continue;
		if (dat_pack(&stream->packer, stream->chunk, filled * page_size,
			     &stream->out, err) < 0)
			return -1;
		chunks++;
		filled = 0;
	} while (from);
	dat_set_u32(&stream->out, count_at, chunks);
	return 0;
}

static void align(struct dat_stream *stream)
{
	uint64_t at = place_of(stream, stream->out.len);

	dat_put_zeros(&stream->out, dat_align(&stream->settings, at) - at);
}

static int put_cpu(struct dat_stream *stream, uint32_t cpu, size_t row_at,
		   struct shr_err *err)
{
	struct dat_bytes *out = &stream->out;
	size_t page = 0;

	if (!next_page(stream, cpu, &page))
		return 0;
	align(stream);
	size_t at = out->len;

	if (stream->packer.compression == DAT_NONE)
		put_plain(stream, cpu);
	else if (put_chunks(stream, cpu, err) < 0)
		return -1;
	dat_set_u64(out, row_at, place_of(stream, at));
	dat_set_u64(out, row_at + sizeof(uint64_t), out->len - at);
	return 0;
}

/* The section of pages, and in the option at @places where each CPU's are. */
static int put_pages(struct dat_stream *stream, const struct dat_buffer_places *places,
		     struct shr_err *err)
{
	struct dat_bytes *out = &stream->out;
	size_t at = dat_section_begin(out, DAT_BUFFER,
				      stream->packer.compression != DAT_NONE);

	dat_set_u64(out, places->section, place_of(stream, at));
	for (uint32_t cpu = 0; cpu < stream->settings.cpu_count; cpu++)
		if (put_cpu(stream, cpu, places->rows + (size_t)cpu * DAT_ROW_STRIDE,
			    err) < 0)
			return -1;
	dat_section_end(out, at);
	return 0;
}

/* The names that wait, and in the option with its place @link where they are. */
static void put_names(struct dat_stream *stream, size_t link)
{
	struct dat_bytes *out = &stream->out;

	dat_set_u64(out, link, place_of(stream, out->len));
	dat_put(out, stream->names.data, stream->names.len);
	out->failed |= stream->names.failed;
	stream->names.len = 0;
}

/* The next piece: the task names that wait, and the pages that have been collected. */
static int put_piece(struct dat_stream *stream, struct shr_err *err)
{
	struct dat_bytes *out = &stream->out;
	struct dat_buffer_places places = { .rows = 0 };
	size_t names = 0;
	char name[32];

	size_t options = dat_section_begin(out, DAT_OPTIONS, false);

	if (stream->names.len)
		names = dat_put_link(out, DAT_CMDLINES);
	if (stream->page_count) {
		snprintf(name, sizeof(name), "shrinkctl.%u", ++stream->piece_count);
		places = dat_put_buffer(out, name, stream->clock, &stream->settings);
	}
	size_t next = dat_put_link(out, DAT_DONE);

	dat_section_end(out, options);
	if (names)
		put_names(stream, names);
	if (stream->page_count && put_pages(stream, &places, err) < 0)
		return -1;
	stream->page_count = 0;
	dat_set_u64(out, next, place_of(stream, out->len));
	return out->failed ? fail_memory(err) : 0;
}

/* Where the reader takes all of it, there is room for the next piece. */
static int write_out(struct dat_stream *stream, struct shr_err *err)
{
	struct dat_bytes *out = &stream->out;
	uint64_t put;

	if (!dat_stream_is_pending(stream))
		return 0;
	if (transfer_offer(stream->fd, out->data + stream->written,
			   out->len - stream->written, &put, err) < 0)
		return -1;
	stream->written += put;
	if (dat_stream_is_pending(stream))
		return 0;
	stream->out_at += out->len;
	stream->written = out->len = 0;
	return 0;
}

int dat_stream_flush(struct dat_stream *stream, struct shr_err *err)
{
	if (write_out(stream, err) < 0)
		return -1;
	if (dat_stream_is_pending(stream) || !stream->page_count)
		return 0;
	return put_piece(stream, err) < 0 ? -1 : write_out(stream, err);
}

int dat_stream_write(struct dat_stream *stream, struct shr_err *err)
{
	return dat_stream_is_full(stream) ? dat_stream_flush(stream, err)
					  : write_out(stream, err);
}

int dat_stream_complete(struct dat_stream *stream, const struct dat_contents *contents,
			struct shr_err *err)
{
	if (dat_stream_rename(stream, contents, err) < 0 || put_piece(stream, err) < 0)
		return -1;
	/* Where the last piece says that options follow. */
	dat_put_more_options(&stream->out, contents, stream->option_count);
	return stream->out.failed ? fail_memory(err) : 0;
}
