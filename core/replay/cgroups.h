/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cgroups - what the capture tells of cgroups that came and went.
 *
 * A memcg is a cgroup of one hierarchy: of the only one there is with cgroup v2, of
 * one among many with v1, where ids are counted in each.  Which one that is, no event
 * says: it is the one that has the ids of memcgs that calls were recorded for; and as
 * long as there are none, the one with most events.
 */
#ifndef CORE_REPLAY_CGROUPS_H
#define CORE_REPLAY_CGROUPS_H

#include "core/replay/map.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shr_err;

enum { SHR_ROOTS = 16, SHR_REMOVALS = 64 };

struct shr_root {
	int32_t root;	 /* as the events call it; 0 for cgroup v2 */
	uint64_t events; /* of cgroups below it */
	uint64_t memcgs; /* whose ids it has */
};

struct shr_cgroups {
	struct shr_map paths; /* tokens, by id and hierarchy; of none: listed ones */
	struct shr_root roots[SHR_ROOTS];
	size_t root_count;
	uint64_t expected;	/* memcgs that were made and not seen since */
	uint64_t last_rmdir_ns; /* some memcg was removed then; 0: not recorded */
	uint64_t removed;	/* memcgs so far, */
	uint64_t removed_ns[SHR_REMOVALS]; /* and when: a ring, the last of them, */
	uint64_t removed_id[SHR_REMOVALS]; /* and which; 0: there is another by now */
};

/* Accepts one that is all zero; it may not be used again. */
void shr_cgroups_release(struct shr_cgroups *cgroups);

/* A cgroup was made; @path is a token.  Returns 0, or -1 when memory runs out. */
int shr_cgroups_mkdir(struct shr_cgroups *cgroups, int32_t root, uint64_t id,
		      uint32_t path, struct shr_err *err);

/*
 * The capture lists a memcg's cgroup; @path is a token.  That is certain, where events
 * must first be told apart by hierarchy.  Returns 0, or -1 when memory runs out.
 */
int shr_cgroups_list(struct shr_cgroups *cgroups, uint64_t id, uint32_t path,
		     struct shr_err *err);

/* A cgroup was removed.  False: it was not a memcg. */
bool shr_cgroups_rmdir(struct shr_cgroups *cgroups, int32_t root, uint64_t id,
		       uint64_t ts_ns);

/* How many memcgs were removed at @ts_ns or later; SHR_REMOVALS stands for any more. */
unsigned shr_cgroups_removed_since(const struct shr_cgroups *cgroups, uint64_t ts_ns);

/* When the memcg was removed; 0: it was not, or that is too long ago. */
uint64_t shr_cgroups_when_removed(const struct shr_cgroups *cgroups, uint64_t id);

/* The path of a memcg that a call was recorded for; 0 if it is not known. */
uint32_t shr_cgroups_path(struct shr_cgroups *cgroups, uint64_t id);

#endif /* CORE_REPLAY_CGROUPS_H */
