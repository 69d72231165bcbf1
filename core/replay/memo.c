/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/memo.h"

#include "core/replay/lane.h"

enum { RUNS_MAX = 64 };

struct shr_memo *shr_memos_place(struct shr_memos *memos, int32_t pid)
{
	return &memos->all[(uint32_t)pid % SHR_MEMOS];
}

struct shr_memo *shr_memos_find(struct shr_memos *memos, int32_t pid)
{
	struct shr_memo *memo = shr_memos_place(memos, pid);

	return memo->used && memo->pid == pid ? memo : NULL;
}

bool shr_memo_in_pass(const struct shr_memo *memo, const struct shr_call *call)
{
	return memo->nid == call->nid && memo->priority == call->start.priority &&
	       memo->gfp == call->start.gfp && memo->gfp_names == call->start.gfp_names;
}

bool shr_memo_goes_on(const struct shr_memo *memo, const struct shr_call *call)
{
	if (!shr_memo_in_pass(memo, call) || memo->seen_count == SHR_MEMO_SEEN)
		return false;
	for (size_t i = 0; i < memo->seen_count; i++)
		if (memo->seen[i] == call->shrinker)
			return false;
	return true;
}

/* A pass begins with another node or priority, with the root, or where it began. */
static bool begins_pass(const struct shr_memo *memo, const struct shr_call *call,
			const struct shr_lane *lane, bool root)
{
	return root || !shr_memo_in_pass(memo, call) ||
	       (memo->visited_count && memo->visited[0] == lane);
}

void shr_memo_begin(struct shr_memo *memo, const struct shr_call *call,
		    struct shr_lane *lane, bool root)
{
	if (!memo->used || memo->pid != call->pid)
		*memo = (struct shr_memo){ .used = true, .pid = call->pid };
	else if (shr_memo_in_pass(memo, call))
		memo->lane->trail.next = lane;
	if (begins_pass(memo, call, lane, root))
		memo->visited_count = 0;
	memo->nid = call->nid;
	memo->priority = call->start.priority;
	memo->gfp = call->start.gfp;
	memo->gfp_names = call->start.gfp_names;
	memo->lane = lane;
	memo->seen_count = 0;
	if (++memo->runs > RUNS_MAX)
		memo->runs /= 2;
	if (memo->visited_count < SHR_MEMO_VISITED)
		memo->visited[memo->visited_count++] = lane;
}

void shr_memo_see(struct shr_memo *memo, const struct shr_call *call)
{
	if (memo->seen_count < SHR_MEMO_SEEN)
		memo->seen[memo->seen_count++] = call->shrinker;
	memo->left -= memo->left > 0;
}

size_t shr_memo_visit(const struct shr_memo *memo, const struct shr_lane *lane)
{
	size_t i = 0;

	while (i < memo->visited_count && memo->visited[i] != lane)
		i++;
	return i;
}
