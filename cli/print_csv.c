/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/print_csv.h"

#include "cli/input.h"
#include "cli/print_evidence.h"
#include "core/replay/lane.h"
#include "core/replay/replay.h"
#include "core/stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Quotes are needed only around what would end the field. */
void csv_str(struct shr_str text)
{
	bool quote = false;

	for (size_t i = 0; i < text.len; i++)
		quote |= strchr(",\"\r\n", text.ptr[i]) != NULL;
	if (!quote) {
		if (text.len)
			fwrite(text.ptr, 1, text.len, stdout);
		return;
	}
	putchar('"');
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '"')
			putchar('"');
		putchar(text.ptr[i]);
	}
	putchar('"');
}

static void put_text(const char *text)
{
	csv_str((struct shr_str){ text, strlen(text) });
}

void csv_next_text(const char *text)
{
	putchar(',');
	put_text(text ? text : "");
}

void csv_next_str(struct shr_str text)
{
	putchar(',');
	csv_str(text);
}

void csv_next_int(int64_t value, bool known)
{
	if (known)
		printf(",%" PRId64, value);
	else
		putchar(',');
}

void csv_next_uint(uint64_t value, bool known)
{
	if (known)
		printf(",%" PRIu64, value);
	else
		putchar(',');
}

void csv_next_hex(uint64_t value, bool known)
{
	if (known)
		printf(",0x%" PRIx64, value);
	else
		putchar(',');
}

void csv_next_time(const struct input *input, uint64_t ts_ns)
{
	csv_next_uint(ts_ns, input->source->capture->clock_unit == SHR_CLOCK_NS);
}

static void next_gfp(const struct input *input, const struct shr_start *start,
		     uint32_t has)
{
	char names[256];

	input->source->gfp(input->source, start, has & SHR_HAS_GFP, names,
			   sizeof(names));
	csv_next_text(names);
	csv_next_hex(start->gfp, has & SHR_HAS_GFP);
}

static void next_task(const struct input *input, int32_t pid, uint32_t comm,
		      uint32_t has)
{
	csv_next_int(pid, has & SHR_HAS_PID);
	csv_next_str(input->source->comm(input->source, pid, comm));
}

static void amount_names(const char *side, unsigned shown)
{
	for (unsigned amount = 0; amount < SHR_AMOUNT_COUNT; amount++)
		if (shown >> amount & 1)
			printf(",%s_%s", side, shr_amount_name(amount));
}

static void next_amounts(const struct shr_amounts *amounts, unsigned shown)
{
	for (unsigned amount = 0; amount < SHR_AMOUNT_COUNT; amount++) {
		bool known = shr_amounts_has(amounts, amount);

		if (!(shown >> amount & 1))
			continue;
		if (amount == SHR_DELTA)
			csv_next_uint((uint64_t)amounts->value[amount], known);
		else
			csv_next_int(amounts->value[amount], known);
	}
}

static const unsigned observed = (1u << SHR_AMOUNT_COUNT) - 1;
static const unsigned predicted =
	((1u << SHR_AMOUNT_COUNT) - 1) & ~(1u << SHR_FREEABLE | 1u << SHR_FREED);

void csv_calls_header(void)
{
	printf("n,start_ns,end_ns,cpu,pid,comm,shrinker,address,symbol,nid,priority,"
	       "gfp,gfp_flags,lane,memcg_id");
	amount_names("observed", observed);
	amount_names("predicted", predicted);
	puts(",verdict,context,context_from,others_total,inherited,memcg_path,"
	     "memcg_from,ahead_total");
}

static void next_evidence(const struct input *input, const struct shr_call *call)
{
	uint32_t path = call->lane ? call->lane->path : 0;
	bool recorded;

	csv_next_text(context_of(input, call, &recorded));
	csv_next_text(context_from(input, call));
	csv_next_int(call->others.total, call->others.count);
	csv_next_int(call->inherited, call->inherited);
	csv_next_str(input->source->text(input->source, path));
	csv_next_text(memcg_from(call));
	csv_next_int(call->ahead.total, call->ahead.count);
}

void csv_call(const struct input *input, const struct shr_call *call)
{
	printf("%" PRIu64, call->n);
	csv_next_time(input, call->start_ns);
	csv_next_time(input, call->end_ns);
	csv_next_uint(call->cpu, call->has & SHR_HAS_CPU);
	next_task(input, call->pid, call->comm, call->has);
	csv_next_text(call->instance->label);
	csv_next_hex(call->shrinker, call->has & SHR_HAS_SHRINKER);
	csv_next_str(call->instance->symbol.name);
	csv_next_int(call->nid, call->has & SHR_HAS_NID);
	csv_next_int(call->start.priority, call->has & SHR_HAS_PRIORITY);
	next_gfp(input, &call->start, call->has);
	csv_next_uint(call->lane ? call->lane->number : 0, call->lane);
	csv_next_uint(call->cgroup, call->cgroup);
	next_amounts(&call->observed, observed);
	next_amounts(&call->predicted, predicted);
	csv_next_text(shr_verdict_name(call->verdict));
	next_evidence(input, call);
	putchar('\n');
}

void csv_events_header(void)
{
	puts("event,time_ns,cpu,pid,comm,address,symbol,nid,memcg_id,deferred,gfp,"
	     "gfp_flags,pgs_scanned,lru_pgs,freeable,delta,total_scan,priority,"
	     "new_scan,retval,lost,memcg,batch,seeks,flags,id,name,root,path");
}

static void csv_start(const struct input *input, const struct shr_event *event)
{
	const struct shr_start *start = &event->start;
	uint32_t has = event->has;

	csv_next_int(start->deferred, has & SHR_HAS_DEFERRED);
	next_gfp(input, start, has);
	csv_next_uint(start->pgs_scanned, has & SHR_HAS_LRU);
	csv_next_uint(start->lru_pgs, has & SHR_HAS_LRU);
	csv_next_int(start->freeable, has & SHR_HAS_FREEABLE);
	csv_next_uint(start->delta, has & SHR_HAS_DELTA);
	csv_next_int(start->total_scan, has & SHR_HAS_TOTAL_SCAN);
	csv_next_int(start->priority, has & SHR_HAS_PRIORITY);
	printf(",,");
}

static void csv_end(const struct shr_event *event)
{
	const struct shr_end *end = &event->end;
	uint32_t has = event->has;

	csv_next_int(end->deferred, has & SHR_HAS_DEFERRED);
	printf(",,,,,,");
	csv_next_int(end->total_scan, has & SHR_HAS_TOTAL_SCAN);
	putchar(',');
	csv_next_int(end->new_scan, has & SHR_HAS_NEW_SCAN);
	csv_next_int(end->retval, has & SHR_HAS_RETVAL);
}

static void csv_identity(const struct input *input, const struct shr_event *event)
{
	const struct shr_identity *identity = &event->identity;
	uint32_t has = event->has;

	if (event->kind != SHR_IDENTITY) {
		printf(",,,,,,");
		return;
	}
	csv_next_hex(identity->memcg, has & SHR_HAS_MEMCG_PTR);
	csv_next_int(identity->batch, has & SHR_HAS_BATCH);
	csv_next_int(identity->seeks, has & SHR_HAS_SEEKS);
	csv_next_uint(identity->flags, has & SHR_HAS_FLAGS);
	csv_next_int(identity->id, has & SHR_HAS_ID);
	csv_next_str(input->source->text(input->source, identity->name));
}

static void csv_context(const struct input *input, const struct shr_event *event)
{
	const struct shr_context *context = &event->context;

	if (event->kind != SHR_CONTEXT) {
		printf(",,");
		return;
	}
	csv_next_int(context->root, event->has & SHR_HAS_ROOT);
	csv_next_str(input->source->text(input->source, context->path));
}

void csv_event(const struct input *input, const struct shr_event *event)
{
	static const char *const kinds[] = {
		[SHR_START] = "start",	       [SHR_END] = "end",
		[SHR_IDENTITY] = "identity",   [SHR_LOST] = "lost",
		[SHR_MALFORMED] = "malformed",
	};
	struct shr_symbol symbol = { 0 };
	bool task = event->kind <= SHR_CONTEXT;

	put_text(event->kind == SHR_CONTEXT ? shr_context_name(event->context.kind)
					    : kinds[event->kind]);
	csv_next_time(input, event->ts_ns);
	csv_next_uint(event->cpu, event->has & SHR_HAS_CPU);
	if (task)
		next_task(input, event->pid, event->comm, event->has);
	else
		printf(",,");
	csv_next_hex(event->shrinker, event->has & SHR_HAS_SHRINKER);
	if (event->has & SHR_HAS_CALLBACK)
		input->source->symbol(input->source, event->callback, &symbol);
	csv_next_str(symbol.name);
	csv_next_int(event->nid, event->has & SHR_HAS_NID);
	csv_next_uint(event->memcg_id, event->has & SHR_HAS_MEMCG);
	if (event->kind == SHR_START)
		csv_start(input, event);
	else if (event->kind == SHR_END)
		csv_end(event);
	else
		printf(",,,,,,,,,,,");
	csv_next_uint(event->lost.count,
		      event->kind == SHR_LOST && (event->has & SHR_HAS_COUNT));
	csv_identity(input, event);
	csv_context(input, event);
	putchar('\n');
}

void csv_summary_header(void)
{
	printf("path,shrinker,symbol,address,name,batch,batch_from,seeks,seeks_from,"
	       "calls,planned,scanned_predicted,scanned_observed,freed,refusals,"
	       "deferred_first,deferred_last,deferred_max");
	for (unsigned verdict = 0; verdict < SHR_VERDICT_COUNT; verdict++)
		printf(",%s", shr_verdict_name(verdict));
	putchar('\n');
}

static void csv_instance(const struct input *input, const struct shr_instance *instance)
{
	const struct shr_tally *tally = &instance->tally;

	put_text(input->path);
	csv_next_text(instance->label);
	csv_next_str(instance->symbol.name);
	csv_next_hex(instance->address, instance->address);
	csv_next_str(instance->name);
	csv_next_int(instance->batch.value, instance->batch.from);
	csv_next_text(shr_from_name(instance->batch.from));
	csv_next_int(instance->seeks.value, instance->seeks.from);
	csv_next_text(shr_from_name(instance->seeks.from));
	csv_next_uint(tally->calls, true);
	csv_next_int(tally->planned, true);
	csv_next_int(tally->scanned_predicted, true);
	csv_next_int(tally->scanned_observed, true);
	csv_next_int(tally->freed, true);
	csv_next_uint(tally->refusals, true);
	csv_next_int(tally->deferred_first, tally->deferred_known);
	csv_next_int(tally->deferred_last, tally->deferred_known);
	csv_next_int(tally->deferred_max, tally->deferred_known);
	for (unsigned verdict = 0; verdict < SHR_VERDICT_COUNT; verdict++)
		csv_next_uint(tally->verdicts[verdict], true);
	putchar('\n');
}

void csv_summary(const struct input *input, const struct shr_summary *summary)
{
	for (size_t i = 0; i < summary->instance_count; i++)
		if (summary->instances[i]->tally.calls)
			csv_instance(input, summary->instances[i]);
}
