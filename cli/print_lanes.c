/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/print_lanes.h"

#include "cli/input.h"
#include "core/replay/lane.h"
#include "core/replay/ledger.h"
#include "core/replay/replay.h"
#include "core/stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { LANES_LISTED = 4 };

/* Lanes of one kind, first one entry for each of their counters. */
struct lanes {
	const struct shr_lane **lanes; /* owned */
	size_t count;
	size_t cap;
};

void text_lane(const struct input *input, const struct shr_lane *lane)
{
	struct shr_str path = input->source->text(input->source, lane->path);

	printf("lane %" PRIu32, lane->number);
	if (path.len)
		printf(" %.*s", (int)path.len, path.ptr);
}

static bool add(struct lanes *found, const struct shr_lane *lane)
{
	if (found->count == found->cap) {
		size_t cap = found->cap ? 2 * found->cap : 64;
		const struct shr_lane **more =
			reallocarray(found->lanes, cap, sizeof(*more));

		if (!more)
			return false;
		found->lanes = more;
		found->cap = cap;
	}
	found->lanes[found->count++] = lane;
	return true;
}

static bool has_ended(const struct shr_lane *lane)
{
	return lane->into;
}

/* Nothing recorded says whose it is. */
static bool is_followed(const struct shr_lane *lane)
{
	return !lane->cgroup && !lane->memcg;
}

static bool collect(struct lanes *found, const struct shr_instance *instance,
		    bool (*wanted)(const struct shr_lane *))
{
	for (const struct shr_counter *counter = instance->counters; counter;
	     counter = counter->next_of_instance)
		if (counter->lane && wanted(counter->lane) &&
		    !add(found, counter->lane))
			return false;
	return true;
}

static int by_number(const void *a, const void *b)
{
	const struct shr_lane *const *left = a, *const *right = b;

	return ((*left)->number > (*right)->number) -
	       ((*left)->number < (*right)->number);
}

static void keep_each_once(struct lanes *found)
{
	size_t kept = 0;

	if (!found->count)
		return;
	qsort(found->lanes, found->count, sizeof(*found->lanes), by_number);
	for (size_t i = 1; i < found->count; i++)
		if (found->lanes[i] != found->lanes[kept])
			found->lanes[++kept] = found->lanes[i];
	found->count = kept + 1;
}

/* The lanes that pass @wanted, each once; none if memory runs out. */
static struct lanes find_lanes(const struct shr_summary *summary,
			       bool (*wanted)(const struct shr_lane *))
{
	struct lanes found = { 0 };

	for (size_t i = 0; i < summary->instance_count; i++)
		if (!collect(&found, summary->instances[i], wanted)) {
			found.count = 0;
			break;
		}
	keep_each_once(&found);
	return found;
}

static void print_ended(const struct input *input, const struct lanes *ended)
{
	printf("note: %zu memcg%s ended and left deferred work to %s parent%s:",
	       ended->count, ended->count == 1 ? "" : "s",
	       ended->count == 1 ? "its" : "their", ended->count == 1 ? "" : "s");
	for (size_t i = 0; i < ended->count && i < LANES_LISTED; i++) {
		fputs(i ? ", " : " ", stdout);
		text_lane(input, ended->lanes[i]);
		fputs(" to ", stdout);
		text_lane(input, ended->lanes[i]->into);
	}
	if (ended->count > LANES_LISTED)
		printf(" and %zu more", ended->count - LANES_LISTED);
	putchar('\n');
}

void text_ended_lanes(const struct input *input, const struct shr_summary *summary)
{
	struct lanes ended = find_lanes(summary, has_ended);

	if (ended.count)
		print_ended(input, &ended);
	free(ended.lanes);
}

size_t count_followed_lanes(const struct shr_summary *summary)
{
	struct lanes followed = find_lanes(summary, is_followed);

	free(followed.lanes);
	return followed.count;
}
