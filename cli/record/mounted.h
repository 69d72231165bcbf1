/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mounted - where tracefs is.
 *
 * It is looked for and not mounted: that is for the user to decide.
 */
#ifndef CLI_RECORD_MOUNTED_H
#define CLI_RECORD_MOUNTED_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The folder of the first tracefs in the mount table into @path; else the one that
 * debugfs has inside, which is mounted when somebody enters it, and which was all there
 * was before 4.1.  False: there is neither.
 */
bool mounted_tracefs(char *path, size_t size);

#endif /* CLI_RECORD_MOUNTED_H */
