/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * memo - where each task was last, while lanes are followed.
 *
 * Kept by a hash of the task, one each: constant memory, and a task whose place is
 * taken begins anew, which costs a little certainty and nothing else.
 */
#ifndef CORE_REPLAY_MEMO_H
#define CORE_REPLAY_MEMO_H

#include "core/replay/lane_run.h"

struct shr_lane;

enum { SHR_MEMOS = 256, SHR_MEMO_SEEN = 32, SHR_MEMO_VISITED = 32 };

struct shr_memo {
	bool used;
	int32_t pid;
	int32_t nid;
	int16_t priority;
	uint64_t gfp;
	uint32_t gfp_names;
	struct shr_lane *lane;	      /* of its last run */
	uint64_t seen[SHR_MEMO_SEEN]; /* shrinkers it called in that */
	size_t seen_count;
	size_t left; /* calls of the run that are still to come */
	const struct shr_lane *visited[SHR_MEMO_VISITED]; /* in the pass it is in */
	size_t visited_count;
	uint32_t runs; /* the old ones count half */
};

struct shr_memos {
	struct shr_memo all[SHR_MEMOS];
};

/* Where @pid's is kept; it may be another task's. */
struct shr_memo *shr_memos_place(struct shr_memos *memos, int32_t pid);

/* What is remembered of @pid, or NULL. */
struct shr_memo *shr_memos_find(struct shr_memos *memos, int32_t pid);

/* Whether @call belongs to the pass its task is in: same node, priority and mask. */
bool shr_memo_in_pass(const struct shr_memo *memo, const struct shr_call *call);

/* Whether @call goes on with the run its task is in. */
bool shr_memo_goes_on(const struct shr_memo *memo, const struct shr_call *call);

/* A run of @call's task begins in @lane; @root: that is the root's. */
void shr_memo_begin(struct shr_memo *memo, const struct shr_call *call,
		    struct shr_lane *lane, bool root);

/* @call is part of the run. */
void shr_memo_see(struct shr_memo *memo, const struct shr_call *call);

/* Which lane of its pass @lane was, from 0; visited_count if it was none. */
size_t shr_memo_visit(const struct shr_memo *memo, const struct shr_lane *lane);

#endif /* CORE_REPLAY_MEMO_H */
