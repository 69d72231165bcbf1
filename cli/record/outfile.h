/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * outfile - a file that comes into being whole, or not at all.
 *
 * It is written under another name, `.NAME.` and six letters nobody can guess, in the
 * folder of the name it is for, and renamed when done.  A recorder often runs as root
 * in a folder that others can write to, so nothing planted there is followed: a link
 * at NAME is refused, or replaced itself where the user wants that, and what it points
 * to is left alone.  The file is readable by its owner only, who under sudo is the user
 * that called it.  While it is written it is locked (flock(2)).
 *
 *	if (outfile_open(&out, path, false, &err) < 0)
 *		return complain(path, &err);
 *	if (fill(out.fd) < 0)
 *		outfile_abandon(&out);
 *	else if (outfile_commit(&out, &err) < 0)
 *		complain(path, &err);
 */
#ifndef CLI_RECORD_OUTFILE_H
#define CLI_RECORD_OUTFILE_H

#include <stdbool.h>
#include <sys/types.h>

struct shr_err;

struct outfile {
	int fd; /* to write to, and to read back from */

	/* Private. */
	int dir;	/* where both names are */
	char name[256]; /* in dir, at the end */
	char temp[256]; /* in dir, until then; "": none yet */
	bool force;
};

/*
 * Begin a file for @path, which may exist only with @force, and then must be a regular
 * file or a symbolic link.  Returns 0, or -1 with *err filled in: there is nothing to
 * abandon then.
 */
int outfile_open(struct outfile *out, const char *path, bool force,
		 struct shr_err *err);

/*
 * A second file beside @other, for the same path: whichever is committed gets it. Where
 * the file system can, it has no name until outfile_sync(), and goes with its writer.
 */
int outfile_open_beside(struct outfile *out, const struct outfile *other,
			struct shr_err *err);

/*
 * Write through to the disk, and see that it has a temporary name: what there is no
 * room for shows here at the latest.  Returns 0, or -1 with *err filled in.
 */
int outfile_sync(struct outfile *out, struct shr_err *err);

/*
 * Sync the file, give it its name, and close it.  Returns 0, or -1 with
 * *err filled in.  A file that was whole is not lost then: it stays where it was
 * written, and the reason names it.
 */
int outfile_commit(struct outfile *out, struct shr_err *err);

/* Whether @name is one of those that files have until they are done. */
bool outfile_is_temp(const char *name);

/* Whose files are: ours, or under sudo those of who called it. */
uid_t outfile_owner(void);

/* Remove the file.  Accepts what commit left. */
void outfile_abandon(struct outfile *out);

#endif /* CLI_RECORD_OUTFILE_H */
