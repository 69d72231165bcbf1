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
 * A file for standard output is put together just so, in an unnamed file, and copied at
 * the end: its head tells of its end.  The caller ignores SIGPIPE and SIGXFSZ, so that
 * a reader that is gone and a limit on files are errors.
 *
 *	if (dat_writer_open(&writer, "trace.dat", &contents, &settings, &err) <
 *0) return complain("trace.dat", &err); while (read_pages(&cpu, pages, &len))
 *		dat_spool_add(&writer.spool, cpu, pages, len, &err);
 *	dat_writer_finish(&writer, &contents, &err);
 *	dat_writer_close(&writer);
 */
#ifndef CLI_RECORD_DAT_WRITER_H
#define CLI_RECORD_DAT_WRITER_H

#include "cli/record/dat_spool.h"
#include "cli/record/outfile.h"

#include <stdbool.h>

struct dat_writer {
	struct dat_spool spool; /* to add pages to, and flush */
	bool kept;		/* the file is there, but not as it was asked for */

	/* Private. */
	struct dat_settings settings;
	struct outfile out;
};

/*
 * Begin the file @path, as outfile_open() does.  @contents is what is known now, and is
 * not needed after.  Returns 0, or -1 with *err filled in: also for a version and a
 * compression that do not go together.
 */
int dat_writer_open(struct dat_writer *writer, const char *path,
		    const struct dat_contents *contents,
		    const struct dat_settings *settings, struct shr_err *err);

/*
 * Make the file, with @contents as it is known now: what was there at the beginning,
 * with other task names and statistics, and perhaps more options behind the others.
 * Returns 0, or -1 with *err filled in.  If writer->kept is set then, there is a whole
 * file all the same: version 7 and not compressed.
 */
int dat_writer_finish(struct dat_writer *writer, const struct dat_contents *contents,
		      struct shr_err *err);

/* Throws away what is not finished.  Accepts what a failed open left. */
void dat_writer_close(struct dat_writer *writer);

#endif /* CLI_RECORD_DAT_WRITER_H */
