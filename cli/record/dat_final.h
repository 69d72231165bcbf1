/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dat_final - the trace.dat that is left when recording is over.
 *
 * The same parts as the spool's, in the version and with the compression that were
 * asked for, and each CPU's pages right behind those of the one before.
 */
#ifndef CLI_RECORD_DAT_FINAL_H
#define CLI_RECORD_DAT_FINAL_H

struct dat_contents;
struct dat_settings;
struct dat_spool;
struct shr_err;

/*
 * Write it to @fd, an empty file that can seek, from what @spool has.  Returns 0, or -1
 * with *err filled in: @spool is as before then.
 */
int dat_final_write(int fd, const struct dat_spool *spool,
		    const struct dat_contents *contents,
		    const struct dat_settings *settings, struct shr_err *err);

#endif /* CLI_RECORD_DAT_FINAL_H */
