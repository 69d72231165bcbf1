/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dat_stream - a trace.dat that nobody goes back in: for standard output.
 *
 * The format finds everything through sections of options, each of which tells of the
 * next.  A stream is its front, and then pieces: pages are collected until somebody
 * flushes or there is no more room for them, and go out with a section of options
 * before them that tells where each CPU's are, and that more options follow behind
 * them.  So, wherever it is cut off, what came before can be read.
 *
 * Each piece is a buffer of its own, called shrinkctl.1, shrinkctl.2 and so on: by
 * these names shrinkctl joins them, and trace-cmd shows them as instances, merged by
 * time.  There is no unnamed buffer.
 *
 * Nothing here waits.  What has been put together is written when the reader takes it;
 * until then, the next piece is collected, and then the stream is full and the caller
 * has to wait.  Memory is bounded by that: two pieces.
 *
 *	while (pages_come()) {
 *		if (!dat_stream_is_full(&stream))
 *			dat_stream_add(&stream, cpu, pages, len, &err);
 *		dat_stream_write(&stream, &err);
 *	}
 *	dat_stream_complete(&stream, &contents, &err);
 *	while (dat_stream_is_pending(&stream))
 *		...poll, dat_stream_write(&stream, &err);
 */
#ifndef CLI_RECORD_DAT_STREAM_H
#define CLI_RECORD_DAT_STREAM_H

#include "cli/record/dat_bytes.h"
#include "cli/record/dat_contents.h"
#include "cli/record/dat_packer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dat_buffer_places;
struct shr_err;

/* How many bytes of pages can be added while the stream is not full; or one page. */
enum { DAT_STREAM_AT_ONCE = 1 << 20 };

struct dat_stream {
	/* Private. */
	int fd; /* borrowed */
	struct dat_settings settings;
	struct dat_packer packer;
	char *clock;		/* owned */
	size_t option_count;	/* of contents->options, that the front has */
	struct dat_bytes names; /* the section of task names that waits for a piece */
	uint8_t *area;		/* owned: the pages of the next piece, as they came */
	uint32_t *cpu_of;	/* owned: whose each of them is */
	size_t page_max;
	size_t page_count;
	uint8_t *chunk; /* owned: pages to pack */
	unsigned piece_count;
	struct dat_bytes out; /* put together; what is written goes at once */
	size_t written;	      /* of out */
	uint64_t out_at;      /* where in the stream it begins */
	uint64_t size;	      /* bytes of pages added */
};

/*
 * A stream to @fd, borrowed until release, that begins with the front.  0, or -1 with
 * *err filled in.
 */
int dat_stream_init(struct dat_stream *stream, int fd,
		    const struct dat_contents *contents,
		    const struct dat_settings *settings, struct shr_err *err);

/* Accepts what a failed init left. */
void dat_stream_release(struct dat_stream *stream);

/* Whether no more can be added now. */
bool dat_stream_is_full(const struct dat_stream *stream);

/* Whether something waits for the reader. */
bool dat_stream_is_pending(const struct dat_stream *stream);

/* Add @len bytes of pages, which are whole, to CPU @cpu's: not when it is full. */
void dat_stream_add(struct dat_stream *stream, uint32_t cpu, const void *pages,
		    size_t len);

/* Add @len bytes out of the pipe @pipe.  0, or -1 with *err filled in: then none. */
int dat_stream_splice(struct dat_stream *stream, uint32_t cpu, int pipe, size_t len,
		      struct shr_err *err);

/*
 * Other task names, contents->cmdlines: they go out with the next piece.  0, or -1 with
 * *err filled in.
 */
int dat_stream_rename(struct dat_stream *stream, const struct dat_contents *contents,
		      struct shr_err *err);

/*
 * Let what was added go out now, where nothing waits before it.  0, or -1 with *err
 * filled in: the reader has gone, or has no room.
 */
int dat_stream_flush(struct dat_stream *stream, struct shr_err *err);

/* Write what the reader takes without waiting for it.  As dat_stream_flush(). */
int dat_stream_write(struct dat_stream *stream, struct shr_err *err);

/*
 * Put what was added and all that is known at the end behind the rest: task names, CPU
 * statistics, and the options behind those of the front.  It is written as ever.  0, or
 * -1 with *err filled in.
 */
int dat_stream_complete(struct dat_stream *stream, const struct dat_contents *contents,
			struct shr_err *err);

#endif /* CLI_RECORD_DAT_STREAM_H */
