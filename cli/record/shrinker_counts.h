/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shrinker_counts - the shrinkers' names and counts, where the kernel tells them.
 *
 * That is the shrinker debugfs (CONFIG_SHRINKER_DEBUG, 6.0 on): a folder NAME-ID for
 * each, whose file "count" has a line "CGROUP COUNT COUNT..." for each memcg it has
 * objects of, a count for each node.
 */
#ifndef CLI_RECORD_SHRINKER_COUNTS_H
#define CLI_RECORD_SHRINKER_COUNTS_H

struct textbuf;

#define SHRINKER_DEBUGFS "/sys/kernel/debug/shrinker"

/*
 * Append "NAME-ID" and each line of its counts, behind it, from the folder @dir;
 * nothing where there is none.  0, or -1 when memory has run out.
 */
int shrinker_counts_add(struct textbuf *text, const char *dir);

#endif /* CLI_RECORD_SHRINKER_COUNTS_H */
