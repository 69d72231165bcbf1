/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/turns.h"

#include "core/replay/ledger.h"

static bool name_part(struct shr_part *part, const struct shr_call *call)
{
	if (part->pending != call)
		return false;
	part->n = call->n;
	part->pending = NULL;
	return true;
}

static uint32_t name_parts(struct shr_parts *parts, const struct shr_call *call)
{
	uint32_t named = 0;

	for (uint32_t i = 0; i < SHR_PARTS && i < parts->count; i++)
		named += name_part(&parts->part[i], call);
	return named;
}

static void name_in(struct shr_call *list, const struct shr_call *call)
{
	for (; list; list = list->next)
		if (list->pending)
			list->pending -= name_parts(&list->gave, call) +
					 name_parts(&list->ahead, call) +
					 name_parts(&list->others, call);
}

/*
 * A call that was entered ahead of its turn has its number now: give it to those that
 * refer to it.  They wait for it, or were entered ahead of their turn themselves.
 */
static void name_early(struct shr_turns *turns, struct shr_call *call)
{
	struct shr_counter *counter = call->counter;
	struct shr_call **link = &counter->early;

	while (*link != call)
		link = &(*link)->next;
	*link = call->next;
	call->next = NULL;
	name_in(turns->first, call);
	name_in(counter->early, call);
	name_parts(&counter->parts, call);
	for (uint32_t i = 0; i < SHR_HISTORY; i++)
		name_part(&counter->history[i].by, call);
}

void shr_turns_number(struct shr_turns *turns, struct shr_call *call)
{
	if (call->n)
		return;
	call->n = ++turns->count;
	if (call->taken)
		name_early(turns, call);
}

void shr_turns_queue(struct shr_turns *turns, struct shr_call *call)
{
	if (turns->last)
		turns->last->next = call;
	else
		turns->first = call;
	turns->last = call;
}

struct shr_call *shr_turns_next(struct shr_turns *turns)
{
	struct shr_call *call = turns->first;

	if (!call || !call->judged || call->pending)
		return NULL;
	turns->first = call->next;
	if (!turns->first)
		turns->last = NULL;
	return call;
}
