/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/event.h"

#include <stdlib.h>
#include <string.h>

struct tracepoint {
	const char *group;
	const char *name;
};

/* Not strndup(): what lies behind the text may be nobody's, or without end. */
char *shr_str_copy(struct shr_str text)
{
	char *copy = malloc(text.len + 1);

	if (!copy)
		return NULL;
	if (text.len)
		memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	return copy;
}

static const struct tracepoint contexts[SHR_CONTEXT_COUNT] = {
	[SHR_CGROUP_MKDIR] = { "cgroup", "cgroup_mkdir" },
	[SHR_CGROUP_RMDIR] = { "cgroup", "cgroup_rmdir" },
	[SHR_DIRECT_BEGIN] = { "vmscan", "mm_vmscan_direct_reclaim_begin" },
	[SHR_DIRECT_END] = { "vmscan", "mm_vmscan_direct_reclaim_end" },
	[SHR_MEMCG_BEGIN] = { "vmscan", "mm_vmscan_memcg_reclaim_begin" },
	[SHR_MEMCG_END] = { "vmscan", "mm_vmscan_memcg_reclaim_end" },
	[SHR_KSWAPD_WAKE] = { "vmscan", "mm_vmscan_kswapd_wake" },
	[SHR_KSWAPD_SLEEP] = { "vmscan", "mm_vmscan_kswapd_sleep" },
	[SHR_NODE_BEGIN] = { "vmscan", "mm_vmscan_node_reclaim_begin" },
	[SHR_NODE_END] = { "vmscan", "mm_vmscan_node_reclaim_end" },
	[SHR_MEMCG_FLUSH] = { "memcg", "memcg_flush_stats" },
};

static bool is(struct shr_str text, const char *want)
{
	return text.len == strlen(want) && memcmp(text.ptr, want, text.len) == 0;
}

const char *shr_context_name(enum shr_context_kind kind)
{
	return contexts[kind].name;
}

enum shr_context_kind shr_context_find(struct shr_str group, struct shr_str name)
{
	enum shr_context_kind kind = 0;

	while (kind < SHR_CONTEXT_COUNT && !is(name, contexts[kind].name))
		kind++;
	if (kind < SHR_CONTEXT_COUNT && group.len && !is(group, contexts[kind].group))
		return SHR_CONTEXT_COUNT;
	return kind;
}

bool shr_context_is_cgroup(enum shr_context_kind kind)
{
	return kind == SHR_CGROUP_MKDIR || kind == SHR_CGROUP_RMDIR;
}

void shr_event_settle_memcg(struct shr_event *event)
{
	if (!(event->has & SHR_HAS_MEMCG_PTR) || event->identity.memcg)
		return;
	event->has &= ~(uint32_t)SHR_HAS_MEMCG;
	event->memcg_id = 0;
}
