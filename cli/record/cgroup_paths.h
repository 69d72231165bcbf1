/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cgroup_paths - which cgroup an id belongs to: the number of its folder's inode.
 *
 * Of the hierarchy that the memory controller is in: a v1 one, or else that of v2.  An
 * id is only a number by the time a capture is read, and the cgroup may be gone by
 * then.
 */
#ifndef CLI_RECORD_CGROUP_PATHS_H
#define CLI_RECORD_CGROUP_PATHS_H

struct textbuf;

/*
 * Append a line "ID PATH" for each cgroup there is, or nothing where none is mounted.
 * 0, or -1 when memory has run out.
 */
int cgroup_paths_add(struct textbuf *text);

/* The same of the hierarchy mounted at @root. */
int cgroup_paths_walk(struct textbuf *text, const char *root);

#endif /* CLI_RECORD_CGROUP_PATHS_H */
