/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/dat_writer.h"

#include "cli/record/dat_final.h"
#include "core/err.h"

#include <assert.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

static int check_settings(const struct dat_settings *settings, struct shr_err *err)
{
	assert(settings->version == 6 || settings->version == 7);
	assert(settings->page_size && settings->cpu_count);
	if (settings->version == 6 && settings->compression != DAT_NONE)
		return shr_fail(err, SHR_ERR_UNSUPPORTED,
				"a trace.dat of version 6 cannot be compressed");
	if (!settings->stream)
		return 0;
	if (settings->version == 6)
		return shr_fail(err, SHR_ERR_UNSUPPORTED,
				"a trace.dat of version 6 cannot be a stream: its "
				"beginning tells of its end");
	if (isatty(STDOUT_FILENO))
		return shr_fail(
			err, SHR_ERR_UNSUPPORTED,
			"is a terminal: add '>FILE', or '| shrinkctl replay -'");
	return 0;
}

static int open_file(struct dat_writer *writer, const char *path,
		     const struct dat_contents *contents, struct shr_err *err)
{
	if (outfile_open(&writer->out, path, writer->settings.force, err) < 0)
		return -1;
	return dat_spool_init(&writer->spool, writer->out.fd, contents,
			      &writer->settings, err);
}

int dat_writer_open(struct dat_writer *writer, const char *path,
		    const struct dat_contents *contents,
		    const struct dat_settings *settings, struct shr_err *err)
{
	*writer = (struct dat_writer){ .settings = *settings,
				       .out = { .fd = -1, .dir = -1 } };
	writer->settings.stream = !strcmp(path, "-");
	int ret = check_settings(&writer->settings, err);

	if (ret == 0)
		ret = writer->settings.stream
			      ? dat_stream_init(&writer->stream, STDOUT_FILENO,
						contents, &writer->settings, err)
			      : open_file(writer, path, contents, err);
	if (ret < 0)
		dat_writer_close(writer);
	return ret;
}

bool dat_writer_is_full(const struct dat_writer *writer)
{
	return writer->settings.stream && dat_stream_is_full(&writer->stream);
}

int dat_writer_add(struct dat_writer *writer, uint32_t cpu, const void *pages,
		   size_t len, struct shr_err *err)
{
	if (!writer->settings.stream)
		return dat_spool_add(&writer->spool, cpu, pages, len, err);
	dat_stream_add(&writer->stream, cpu, pages, len);
	return 0;
}

int dat_writer_splice(struct dat_writer *writer, uint32_t cpu, int pipe, size_t len,
		      struct shr_err *err)
{
	return writer->settings.stream
		       ? dat_stream_splice(&writer->stream, cpu, pipe, len, err)
		       : dat_spool_splice(&writer->spool, cpu, pipe, len, err);
}

int dat_writer_rename(struct dat_writer *writer, const struct dat_contents *contents,
		      struct shr_err *err)
{
	return writer->settings.stream
		       ? dat_stream_rename(&writer->stream, contents, err)
		       : dat_spool_rename(&writer->spool, contents, err);
}

/* What a reader has refused once is not offered again. */
static int note_broken(struct dat_writer *writer, int ret)
{
	writer->broken |= ret < 0;
	return ret;
}

int dat_writer_flush(struct dat_writer *writer, struct shr_err *err)
{
	return writer->settings.stream
		       ? note_broken(writer, dat_stream_flush(&writer->stream, err))
		       : dat_spool_flush(&writer->spool, err);
}

uint64_t dat_writer_size(const struct dat_writer *writer)
{
	return writer->settings.stream ? writer->stream.size
				       : dat_spool_size(&writer->spool);
}

bool dat_writer_is_pending(const struct dat_writer *writer)
{
	return writer->settings.stream && dat_stream_is_pending(&writer->stream);
}

struct pollfd dat_writer_poll(const struct dat_writer *writer)
{
	bool pending = dat_writer_is_pending(writer);

	/* Without an event to wait for, poll(2) still tells that the reader has gone.
	 */
	return (struct pollfd){ writer->settings.stream ? STDOUT_FILENO : -1,
				pending ? POLLOUT : 0, 0 };
}

int dat_writer_write(struct dat_writer *writer, int revents, struct shr_err *err)
{
	if (!writer->settings.stream)
		return 0;
	if (revents & (POLLERR | POLLHUP))
		return note_broken(
			writer, shr_fail(err, SHR_ERR_IO, "nobody reads it any more"));
	return note_broken(writer, dat_stream_write(&writer->stream, err));
}

/* The spool becomes the file, with as much of its end as can still be added. */
static int keep_spool(struct dat_writer *writer, const struct dat_contents *contents,
		      struct shr_err *err)
{
	const struct shr_err why = *err;
	struct shr_err more;
	bool complete = dat_spool_complete(&writer->spool, contents, &more) == 0;

	if (outfile_commit(&writer->out, err) < 0)
		return -1;
	writer->kept = true;
	return shr_fail(err, why.code,
			"%.100s; the file is version 7, not compressed%s", why.reason,
			complete ? "" : ", without task names and statistics");
}

static int write_final(struct outfile *out, const struct dat_writer *writer,
		       const struct dat_contents *contents, struct shr_err *err)
{
	if (dat_final_write(out->fd, &writer->spool, contents, &writer->settings, err) <
	    0)
		return -1;
	return outfile_sync(out, err);
}

int dat_writer_finish(struct dat_writer *writer, const struct dat_contents *contents,
		      struct shr_err *err)
{
	struct outfile out;

	if (writer->settings.stream)
		return dat_stream_complete(&writer->stream, contents, err);
	if (outfile_open_beside(&out, &writer->out, err) < 0)
		return keep_spool(writer, contents, err);
	if (write_final(&out, writer, contents, err) < 0) {
		outfile_abandon(&out);
		return keep_spool(writer, contents, err);
	}
	return outfile_commit(&out, err);
}

void dat_writer_close(struct dat_writer *writer)
{
	outfile_abandon(&writer->out);
	dat_spool_release(&writer->spool);
	dat_stream_release(&writer->stream);
}
