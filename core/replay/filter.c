/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/filter.h"

#include "core/replay/call.h"
#include "core/replay/settings.h"

void shr_filter_begin(struct shr_filter *filter, uint64_t first_ns)
{
	if (filter->since_relative)
		filter->since_ns += first_ns;
	if (filter->until_relative)
		filter->until_ns += first_ns;
	filter->since_relative = filter->until_relative = false;
}

/* What comes before the beginning is before any time relative to it. */
static bool in_time(const struct shr_filter *filter, uint64_t ts_ns)
{
	return !(filter->has_since &&
		 (filter->since_relative || ts_ns < filter->since_ns)) &&
	       !(filter->has_until && !filter->until_relative &&
		 ts_ns > filter->until_ns);
}

/* What was not recorded is no node, task or memcg: not even 0. */
static bool of_node(const struct shr_filter *filter, uint32_t has, int32_t nid)
{
	return !filter->has_nid || ((has & SHR_HAS_NID) && nid == filter->nid);
}

static bool of_task(const struct shr_filter *filter, uint32_t has, int32_t pid)
{
	return !filter->has_pid || ((has & SHR_HAS_PID) && pid == filter->pid);
}

static bool of_memcg(const struct shr_filter *filter, const struct shr_call *call)
{
	bool has_id = call->memcg_from == SHR_MEMCG_EVENT ||
		      (call->identity_has & SHR_HAS_MEMCG);

	if (call->memcg_from == SHR_MEMCG_NONE)
		return false;
	return (has_id && call->cgroup == filter->memcg) ||
	       ((call->identity_has & SHR_HAS_MEMCG_PTR) &&
		call->identity.memcg == filter->memcg);
}

bool shr_filter_passes(const struct shr_filter *filter, const struct shr_call *call)
{
	return in_time(filter, call->start_ns) &&
	       of_node(filter, call->has, call->nid) &&
	       of_task(filter, call->has, call->pid) &&
	       !(filter->has_memcg && !of_memcg(filter, call)) &&
	       !(filter->shrinker &&
		 !shr_instance_matches(call->instance, filter->shrinker));
}

bool shr_filter_passes_event(const struct shr_filter *filter,
			     const struct shr_event *event)
{
	return in_time(filter, event->ts_ns) &&
	       of_node(filter, event->has, event->nid) &&
	       of_task(filter, event->has, event->pid) &&
	       !(filter->has_memcg &&
		 !((event->has & SHR_HAS_MEMCG) && event->memcg_id == filter->memcg));
}
