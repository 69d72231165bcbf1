/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dat_writer - a trace.dat, from the first page to the finished file.
 *
 * While recording goes on, pages are added to the spool (dat_spool.h), which is a
 * trace.dat of its own under the file's temporary name: what a killed recorder leaves.
 * At the end the file that was asked for is put together from it (dat_final.h) beside
 * it, and takes the name; the spool goes.  That needs storage for both for a while.
 * Where there is none, the spool is kept instead: larger, but just as whole.
 *
 * For standard output, "-", it is a stream (dat_stream.h), which goes out as it comes
 * and leaves nothing on this machine.  Its reader may be slow: then the writer is full,
 * and the caller waits with poll(2) until it is not.  A file is never full.
 *
 * The caller ignores SIGPIPE and SIGXFSZ, so that a reader that is gone and a limit on
 * files are errors.
 *
 *	if (dat_writer_open(&writer, "trace.dat", &contents, &settings, &err) < 0)
 *		return complain("trace.dat", &err);
 *	while (read_pages(&cpu, pages, &len))
 *		dat_writer_add(&writer, cpu, pages, len, &err);
 *	dat_writer_finish(&writer, &contents, &err);
 *	dat_writer_close(&writer);
 */
#ifndef CLI_RECORD_DAT_WRITER_H
#define CLI_RECORD_DAT_WRITER_H

#include "cli/record/dat_spool.h"
#include "cli/record/dat_stream.h"
#include "cli/record/outfile.h"

#include <stdbool.h>

struct pollfd;

struct dat_writer {
	bool kept;   /* the file is there, but not as it was asked for */
	bool broken; /* a stream, and its reader took no more */

	/* Private. */
	struct dat_settings settings;
	struct dat_spool spool;
	struct outfile out;
	struct dat_stream stream;
};

/*
 * Begin the file @path, as outfile_open() does, or for "-" a stream.  @contents is what
 * is known now, and is not needed after.  Returns 0, or -1 with *err filled in: also
 * for what does not go together, a version and a compression, or a stream and a
 * terminal.
 */
int dat_writer_open(struct dat_writer *writer, const char *path,
		    const struct dat_contents *contents,
		    const struct dat_settings *settings, struct shr_err *err);

/* Whether nothing can be added before the reader has taken something. */
bool dat_writer_is_full(const struct dat_writer *writer);

/*
 * Add @len bytes of pages to CPU @cpu's, or of those out of the pipe @pipe: to one that
 * is not full, and then at most DAT_STREAM_AT_ONCE or one page.  Returns 0, or -1 with
 * *err filled in.
 */
int dat_writer_add(struct dat_writer *writer, uint32_t cpu, const void *pages,
		   size_t len, struct shr_err *err);
int dat_writer_splice(struct dat_writer *writer, uint32_t cpu, int pipe, size_t len,
		      struct shr_err *err);

/* Other task names, contents->cmdlines, than before.  Returns 0, or -1. */
int dat_writer_rename(struct dat_writer *writer, const struct dat_contents *contents,
		      struct shr_err *err);

/* What was added so far is to survive this process.  Returns 0, or -1. */
int dat_writer_flush(struct dat_writer *writer, struct shr_err *err);

/* Bytes of pages added so far, by all CPUs. */
uint64_t dat_writer_size(const struct dat_writer *writer);

/* What to wait for before dat_writer_write(): nothing, for a file. */
struct pollfd dat_writer_poll(const struct dat_writer *writer);

/*
 * Write what the reader takes without waiting; @revents is what poll(2) has said.
 * Returns 0, or -1 with *err filled in: also when the reader has gone.
 */
int dat_writer_write(struct dat_writer *writer, int revents, struct shr_err *err);

/*
 * Make the file, with @contents as it is known now: what was there at the beginning,
 * with other task names and statistics, and perhaps more options behind the others.
 * Returns 0, or -1 with *err filled in.  If writer->kept is set then, there is a whole
 * file all the same: version 7 and not compressed.  A stream is whole when its reader
 * has taken it: dat_writer_is_pending().
 */
int dat_writer_finish(struct dat_writer *writer, const struct dat_contents *contents,
		      struct shr_err *err);

/* Whether something waits for the reader of a stream. */
bool dat_writer_is_pending(const struct dat_writer *writer);

/* Throws away what is not finished.  Accepts what a failed open left. */
void dat_writer_close(struct dat_writer *writer);

#endif /* CLI_RECORD_DAT_WRITER_H */
