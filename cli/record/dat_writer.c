/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/record/dat_writer.h"

#include "cli/record/dat_final.h"
#include "core/err.h"

#include <assert.h>

static int check_settings(const struct dat_settings *settings, struct shr_err *err)
{
	assert(settings->version == 6 || settings->version == 7);
	assert(settings->page_size && settings->cpu_count);
	if (settings->version == 6 && settings->compression != DAT_NONE)
		return shr_fail(err, SHR_ERR_UNSUPPORTED,
				"a trace.dat of version 6 cannot be compressed");
	return 0;
}

int dat_writer_open(struct dat_writer *writer, const char *path,
		    const struct dat_contents *contents,
		    const struct dat_settings *settings, struct shr_err *err)
{
	*writer = (struct dat_writer){ .settings = *settings,
				       .out = { .fd = -1, .dir = -1 } };
	if (check_settings(settings, err) < 0 ||
	    outfile_open(&writer->out, path, settings->force, err) < 0)
		return -1;
	if (dat_spool_init(&writer->spool, writer->out.fd, contents, settings, err) ==
	    0)
		return 0;
	dat_writer_close(writer);
	return -1;
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

static int write_final(const struct outfile *out, const struct dat_writer *writer,
		       const struct dat_contents *contents, struct shr_err *err)
{
	if (dat_final_write(out->fd, &writer->spool, contents, &writer->settings, err) <
	    0)
		return -1;
	return outfile_is_stream(out) ? 0 : outfile_sync(out, err);
}

int dat_writer_finish(struct dat_writer *writer, const struct dat_contents *contents,
		      struct shr_err *err)
{
	struct outfile out;

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
}
