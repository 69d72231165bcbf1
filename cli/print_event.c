/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/print_event.h"

#include "cli/input.h"
#include "cli/print_text.h"
#include "core/stream.h"

#include <inttypes.h>
#include <stdio.h>

static void text_value(const char *name, int64_t value, bool known)
{
	if (known)
		printf(" %s=%" PRId64, name, value);
	else
		printf(" %s=?", name);
}

static void text_end(const struct shr_event *event)
{
	const struct shr_end *end = &event->end;

	text_value("unused_scan", end->deferred, event->has & SHR_HAS_DEFERRED);
	text_value("new_scan", end->new_scan, event->has & SHR_HAS_NEW_SCAN);
	text_value("total_scan", end->total_scan, event->has & SHR_HAS_TOTAL_SCAN);
	text_value("retval", end->retval, event->has & SHR_HAS_RETVAL);
}

static void text_start(const struct input *input, const struct shr_event *event)
{
	const struct shr_start *start = &event->start;
	uint32_t has = event->has;
	char gfp[256];

	input->source->gfp(input->source, start, has & SHR_HAS_GFP, gfp, sizeof(gfp));
	text_value("nr_objects_to_shrink", start->deferred, has & SHR_HAS_DEFERRED);
	printf(" gfp_flags=%s", *gfp ? gfp : "?");
	if (has & SHR_HAS_LRU)
		printf(" pgs_scanned=%" PRIu64 " lru_pgs=%" PRIu64, start->pgs_scanned,
		       start->lru_pgs);
	text_value("cache_items", start->freeable, has & SHR_HAS_FREEABLE);
	if (has & SHR_HAS_DELTA)
		printf(" delta=%" PRIu64, start->delta);
	else
		printf(" delta=?");
	text_value("total_scan", start->total_scan, has & SHR_HAS_TOTAL_SCAN);
	if (has & SHR_HAS_PRIORITY)
		printf(" priority=%d", start->priority);
}

static void text_identity(const struct input *input, const struct shr_event *event)
{
	const struct shr_identity *identity = &event->identity;
	struct shr_str name = input->source->text(input->source, identity->name);
	uint32_t has = event->has;

	if (has & SHR_HAS_MEMCG_PTR)
		printf(" memcg=0x%" PRIx64, identity->memcg);
	if (has & SHR_HAS_MEMCG)
		printf(" cg=%" PRIu64, event->memcg_id);
	if (has & SHR_HAS_BATCH)
		printf(" batch=%" PRId64, identity->batch);
	if (has & SHR_HAS_SEEKS)
		printf(" seeks=%d", identity->seeks);
	if (has & SHR_HAS_FLAGS)
		printf(" flags=0x%x", identity->flags);
	if (has & SHR_HAS_ID)
		printf(" id=%d", identity->id);
	if (name.len)
		printf(" name=%.*s", (int)name.len, name.ptr);
}

static void text_shrinker(const struct input *input, const struct shr_event *event)
{
	struct shr_symbol symbol;

	if (event->has & SHR_HAS_SHRINKER)
		printf(" shr=0x%" PRIx64, event->shrinker);
	if ((event->has & SHR_HAS_CALLBACK) && event->kind != SHR_IDENTITY) {
		if (input->source->symbol(input->source, event->callback, &symbol))
			printf(" shrink=%.*s", (int)symbol.name.len, symbol.name.ptr);
		else
			printf(" shrink=0x%" PRIx64, event->callback);
	}
	if (event->has & SHR_HAS_NID)
		printf(" nid=%d", event->nid);
	if ((event->has & SHR_HAS_MEMCG) && event->kind != SHR_IDENTITY)
		printf(" memcg_id=%" PRIu64, event->memcg_id);
}

static void text_lost(const struct input *input, const struct shr_event *event)
{
	char time[TEXT_NUMBER];

	if (event->has & SHR_HAS_COUNT)
		printf(" %" PRIu64 " events", event->lost.count);
	else
		printf(" nobody knows how many events");
	if (event->lost.from_ns)
		printf(" since %s", text_time(time, input, event->lost.from_ns));
}

/* A cgroup's events call it id, the others memcg_id. */
static void text_around(const struct input *input, const struct shr_event *event)
{
	const struct shr_context *context = &event->context;
	struct shr_str path = input->source->text(input->source, context->path);
	bool cgroup = shr_context_is_cgroup(context->kind);

	printf("%s:", shr_context_name(context->kind));
	if (event->has & SHR_HAS_NID)
		printf(" nid=%d", event->nid);
	if (event->has & SHR_HAS_ROOT)
		printf(" root=%d", context->root);
	if (event->has & SHR_HAS_MEMCG)
		printf(" %s=%" PRIu64, cgroup ? "id" : "memcg_id", event->memcg_id);
	if (path.len)
		printf(" path=%.*s", (int)path.len, path.ptr);
}

void text_event(const struct input *input, const struct shr_event *event)
{
	static const char *const kinds[] = {
		[SHR_START] = "mm_shrink_slab_start:",
		[SHR_END] = "mm_shrink_slab_end:",
		[SHR_IDENTITY] = "identity:",
		[SHR_CONTEXT] = "",
		[SHR_LOST] = "lost:",
		[SHR_MALFORMED] = "malformed:",
	};
	char time[TEXT_NUMBER];

	printf("%s ", text_time(time, input, event->ts_ns));
	if (event->kind <= SHR_CONTEXT)
		text_task(input, event->pid, event->comm, event->has, event->cpu);
	else if (event->has & SHR_HAS_CPU)
		printf("[%03u] ", event->cpu);
	fputs(kinds[event->kind], stdout);
	if (event->kind <= SHR_IDENTITY)
		text_shrinker(input, event);
	if (event->kind == SHR_START)
		text_start(input, event);
	else if (event->kind == SHR_END)
		text_end(event);
	else if (event->kind == SHR_IDENTITY)
		text_identity(input, event);
	else if (event->kind == SHR_CONTEXT)
		text_around(input, event);
	else if (event->kind == SHR_MALFORMED)
		printf(" %s", event->malformed.reason);
	else
		text_lost(input, event);
	putchar('\n');
}
