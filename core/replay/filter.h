/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * filter - which calls a user wants to see.
 *
 * Filtering happens when a call is handed out and not before: the counters need
 * every call, also those nobody asked for.
 */
#ifndef CORE_REPLAY_FILTER_H
#define CORE_REPLAY_FILTER_H

#include "core/event.h"

#include <stdbool.h>

struct shr_call;

/* All zero: every call. */
struct shr_filter {
	const char *shrinker; /* glob over label, symbol and name; NULL any */
	bool has_nid, has_memcg, has_pid, has_since, has_until;
	bool since_relative, until_relative; /* until shr_filter_begin() */
	int32_t nid;
	uint64_t memcg; /* cgroup id, or address of the struct mem_cgroup */
	int32_t pid;
	uint64_t since_ns, until_ns; /* of the start; both inclusive */
};

/*
 * Make relative times absolute: the first start or end event is at @first_ns.  Later
 * calls change nothing.
 */
void shr_filter_begin(struct shr_filter *filter, uint64_t first_ns);

/* Whether @call, whose instance is set, is wanted. */
bool shr_filter_passes(const struct shr_filter *filter, const struct shr_call *call);

/* The same for one event, as far as events tell: not by shrinker. */
bool shr_filter_passes_event(const struct shr_filter *filter,
			     const struct shr_event *event);

#endif /* CORE_REPLAY_FILTER_H */
