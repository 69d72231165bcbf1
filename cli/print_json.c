/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/print_json.h"

#include "cli/input.h"
#include "cli/print_evidence.h"
#include "cli/print_survey.h"
#include "core/replay/lane.h"
#include "core/replay/replay.h"
#include "core/stream.h"

#include <stdio.h>
#include <string.h>

enum { CANDIDATES_LISTED = 16 };

void json_time(struct json *json, const struct input *input, const char *key,
	       uint64_t ts_ns)
{
	if (input->source->capture->clock_unit == SHR_CLOCK_NS)
		json_uint(json, key, ts_ns);
	else
		json_null(json, key);
}

void json_time_if(struct json *json, const struct input *input, const char *key,
		  uint64_t ts_ns)
{
	if (ts_ns)
		json_time(json, input, key, ts_ns);
	else
		json_null(json, key);
}

void json_capture(struct json *json, const char *key, const struct input *input,
		  const struct shr_summary *summary)
{
	const struct shr_capture *capture = input->source->capture;

	json_map(json, key);
	json_text(json, "path", input->path);
	json_text(json, "format", capture->format);
	json_str(json, "kernel", capture->kernel);
	json_str(json, "clock", capture->clock);
	if (summary && summary->events) {
		json_time(json, input, "first_ns", summary->first_ns);
		json_time(json, input, "last_ns", summary->last_ns);
	} else {
		json_null(json, "first_ns");
		json_null(json, "last_ns");
	}
	json_uint(json, "events", summary ? summary->events : input->events);
	json_uint(json, "context_events", capture->context);
	json_uint(json, "skipped", capture->skipped);
	json_uint(json, "malformed", capture->malformed);
	json_uint(json, "lost_events", capture->lost_events);
	json_uint(json, "lost_gaps", capture->lost_gaps);
	json_bool(json, "incomplete", capture->incomplete);
	json_bool(json, "partial", input->partial);
	json_end_map(json);
}

void json_generation(struct json *json, const char *key,
		     const struct shr_summary *summary)
{
	const struct shr_fit *fit = summary->fit;
	int agrees = shr_fit_kernel_agrees(fit);

	json_map(json, key);
	bool known = fit->layouts || fit->forced || fit->hint;

	json_text(json, "name", known ? fit->rules.gen->name : NULL);
	json_text(json, "from", known ? shr_fit_from_name(shr_fit_source(fit)) : NULL);
	if (agrees < 0)
		json_null(json, "kernel_agrees");
	else
		json_bool(json, "kernel_agrees", agrees);
	json_array(json, "candidates");
	for (unsigned id = 0; id < SHR_GEN_COUNT; id++)
		if (fit->left >> id & 1)
			json_text(json, NULL, shr_generation_get(id)->name);
	json_end_array(json);
	json_end_map(json);
}

void json_verdicts(struct json *json, const struct shr_tally *tally)
{
	json_map(json, "verdicts");
	for (unsigned verdict = 0; verdict < SHR_VERDICT_COUNT; verdict++)
		json_uint(json, shr_verdict_name(verdict), tally->verdicts[verdict]);
	json_end_map(json);
}

static void json_scores(struct json *json, const struct shr_summary *summary)
{
	static const enum shr_amount shown[] = { SHR_DELTA, SHR_PLANNED, SHR_SCANNED,
						 SHR_NEW_DEFERRED, SHR_DEFERRED };

	json_map(json, "predicted");
	for (size_t i = 0; i < sizeof(shown) / sizeof(*shown); i++) {
		const struct shr_score *score = &summary->scores[shown[i]];

		json_map(json, shr_amount_name(shown[i]));
		json_uint(json, "checked", score->checked);
		json_uint(json, "equal", score->equal);
		json_end_map(json);
	}
	json_end_map(json);
}

void json_scanned(struct json *json, const struct shr_tally *tally)
{
	json_map(json, "scanned");
	json_int(json, "predicted", tally->scanned_predicted);
	json_int(json, "observed", tally->scanned_observed);
	json_end_map(json);
}

static void json_param(struct json *json, const char *key,
		       const struct shr_param *param)
{
	json_map(json, key);
	if (param->from)
		json_int(json, "value", param->value);
	else
		json_null(json, "value");
	json_text(json, "from", shr_from_name(param->from));
	json_array(json, "candidates");
	for (uint32_t i = 0; i < param->fit.count && i < CANDIDATES_LISTED; i++)
		json_int(json, NULL, param->fit.values[i]);
	json_end_array(json);
	json_uint(json, "candidate_count", param->fit.count);
	json_uint(json, "contradicted", param->contradicted);
	json_end_map(json);
}

static void json_aware(struct json *json, const char *key, struct shr_aware aware)
{
	if (aware.from)
		json_bool(json, key, aware.value);
	else
		json_null(json, key);
}

void json_address(struct json *json, const struct shr_instance *instance)
{
	if (instance->address)
		json_hex(json, "address", instance->address);
	else
		json_null(json, "address");
	json_str(json, "symbol", instance->symbol.name);
}

static void json_instance(struct json *json, const struct shr_instance *instance)
{
	const struct shr_tally *tally = &instance->tally;

	json_map(json, NULL);
	json_text(json, "label", instance->label);
	json_address(json, instance);
	json_str(json, "module", instance->symbol.module);
	json_str(json, "name", instance->name);
	json_uint(json, "lanes", instance->lanes);
	json_param(json, "batch", &instance->batch);
	json_param(json, "seeks", &instance->seeks);
	json_aware(json, "numa_aware", instance->numa);
	json_aware(json, "memcg_aware", instance->memcg);
	json_uint(json, "calls", tally->calls);
	json_int(json, "planned", tally->planned);
	json_scanned(json, tally);
	json_int(json, "freed", tally->freed);
	json_uint(json, "refusals", tally->refusals);
	json_map(json, "deferred");
	json_int_if(json, "first", tally->deferred_first, tally->deferred_known);
	json_int_if(json, "last", tally->deferred_last, tally->deferred_known);
	json_int_if(json, "max", tally->deferred_max, tally->deferred_known);
	json_end_map(json);
	json_verdicts(json, tally);
	json_end_map(json);
}

void json_shrinkers(struct json *json, const struct shr_summary *summary)
{
	json_array(json, "shrinkers");
	for (size_t i = 0; i < summary->instance_count; i++)
		if (summary->instances[i]->tally.calls)
			json_instance(json, summary->instances[i]);
	json_end_array(json);
}

void json_summary(struct json *json, const struct input *input,
		  const struct shr_summary *summary)
{
	const struct shr_tally *all = &summary->all;

	json_map(json, NULL);
	json_text(json, "schema", "shrinkctl.replay/1");
	json_capture(json, "capture", input, summary);
	json_generation(json, "generation", summary);
	json_uint(json, "calls", all->calls);
	json_uint(json, "orphan_starts", summary->pairs.orphan_starts);
	json_uint(json, "orphan_ends", summary->pairs.orphan_ends);
	json_verdicts(json, all);
	json_scores(json, summary);
	json_scanned(json, all);
	json_shrinkers(json, summary);
	json_end_map(json);
}

static void json_layouts(struct json *json, unsigned layouts)
{
	char name[4] = "T?";

	json_array(json, "layouts");
	for (unsigned t = 0; t < 7; t++) {
		name[1] = (char)('1' + t);
		if (layouts >> t & 1)
			json_text(json, NULL, name);
	}
	json_end_array(json);
}

void json_info(struct json *json, const struct input *input,
	       const struct shr_summary *summary, const struct survey *survey)
{
	const struct shr_capture *capture = input->source->capture;

	json_map(json, NULL);
	json_text(json, "schema", "shrinkctl.info/1");
	json_capture(json, "capture", input, summary);
	json_layouts(json, capture->layouts);
	json_uint_if(json, "long_size", capture->long_size, capture->long_size);
	json_bool(json, "hashed_pointers", capture->hashed_pointers);
	json_generation(json, "generation", summary);
	json_recorded(json, survey, summary, capture->context);
	json_uint(json, "calls", summary->all.calls);
	json_shrinkers(json, summary);
	json_end_map(json);
}

static void json_amounts(struct json *json, const char *key,
			 const struct shr_amounts *amounts, unsigned shown)
{
	json_map(json, key);
	for (unsigned amount = 0; amount < SHR_AMOUNT_COUNT; amount++) {
		if (!(shown >> amount & 1))
			continue;
		if (!shr_amounts_has(amounts, amount))
			json_null(json, shr_amount_name(amount));
		else if (amount == SHR_DELTA)
			json_uint(json, shr_amount_name(amount),
				  (uint64_t)amounts->value[amount]);
		else
			json_int(json, shr_amount_name(amount), amounts->value[amount]);
	}
	json_end_map(json);
}

void json_gfp(struct json *json, const struct input *input,
	      const struct shr_start *start, uint32_t has)
{
	char names[256];

	input->source->gfp(input->source, start, has & SHR_HAS_GFP, names,
			   sizeof(names));
	json_text(json, "gfp", *names ? names : NULL);
	if (has & SHR_HAS_GFP)
		json_hex(json, "gfp_flags", start->gfp);
	else
		json_null(json, "gfp_flags");
}

static void json_memcg(struct json *json, const struct input *input,
		       const struct shr_call *call)
{
	struct shr_source *source = input->source;
	bool address = call->identity_has & SHR_HAS_MEMCG_PTR;

	json_map(json, "memcg");
	json_uint_if(json, "lane", call->lane ? call->lane->number : 0, call->lane);
	json_uint_if(json, "id", call->cgroup, call->cgroup);
	if (address)
		json_hex(json, "address", call->identity.memcg);
	else
		json_null(json, "address");
	json_str(json, "path", source->text(source, call->lane ? call->lane->path : 0));
	json_text(json, "from", memcg_from(call));
	json_end_map(json);
}

void json_task(struct json *json, const struct input *input, int32_t pid, uint32_t comm,
	       uint32_t has)
{
	json_int_if(json, "pid", pid, has & SHR_HAS_PID);
	json_str(json, "comm", input->source->comm(input->source, pid, comm));
}

static void json_context(struct json *json, const struct input *input,
			 const struct shr_call *call)
{
	bool recorded;

	json_map(json, "context");
	json_text(json, "name", context_of(input, call, &recorded));
	json_text(json, "from", context_from(input, call));
	json_end_map(json);
}

void json_call(struct json *json, const char *key, const struct input *input,
	       const struct shr_call *call)
{
	const unsigned all = (1u << SHR_AMOUNT_COUNT) - 1;
	const unsigned foretold = all & ~(1u << SHR_FREEABLE | 1u << SHR_FREED);

	json_map(json, key);
	json_uint(json, "n", call->n);
	json_time(json, input, "start_ns", call->start_ns);
	json_time(json, input, "end_ns", call->end_ns);
	json_int_if(json, "cpu", call->cpu, call->has & SHR_HAS_CPU);
	json_task(json, input, call->pid, call->comm, call->has);
	json_text(json, "shrinker", call->instance->label);
	json_address(json, call->instance);
	json_int_if(json, "nid", call->nid, call->has & SHR_HAS_NID);
	json_int_if(json, "priority", call->start.priority,
		    call->has & SHR_HAS_PRIORITY);
	json_gfp(json, input, &call->start, call->has);
	json_memcg(json, input, call);
	json_context(json, input, call);
	json_amounts(json, "observed", &call->observed, all);
	json_amounts(json, "predicted", &call->predicted, foretold);
	json_text(json, "verdict", shr_verdict_name(call->verdict));
	json_evidence(json, input, call);
	json_end_map(json);
}

static void json_start(struct json *json, const struct input *input,
		       const struct shr_event *event)
{
	const struct shr_start *start = &event->start;
	uint32_t has = event->has;

	json_int_if(json, "deferred", start->deferred, has & SHR_HAS_DEFERRED);
	json_gfp(json, input, start, has);
	json_uint_if(json, "pgs_scanned", start->pgs_scanned, has & SHR_HAS_LRU);
	json_uint_if(json, "lru_pgs", start->lru_pgs, has & SHR_HAS_LRU);
	json_int_if(json, "freeable", start->freeable, has & SHR_HAS_FREEABLE);
	json_uint_if(json, "delta", start->delta, has & SHR_HAS_DELTA);
	json_int_if(json, "total_scan", start->total_scan, has & SHR_HAS_TOTAL_SCAN);
	json_int_if(json, "priority", start->priority, has & SHR_HAS_PRIORITY);
}

static void json_end(struct json *json, const struct shr_event *event)
{
	const struct shr_end *end = &event->end;
	uint32_t has = event->has;

	json_int_if(json, "unused_scan", end->deferred, has & SHR_HAS_DEFERRED);
	json_int_if(json, "new_scan", end->new_scan, has & SHR_HAS_NEW_SCAN);
	json_int_if(json, "total_scan", end->total_scan, has & SHR_HAS_TOTAL_SCAN);
	json_int_if(json, "retval", end->retval, has & SHR_HAS_RETVAL);
}

static void json_identity(struct json *json, const struct input *input,
			  const struct shr_event *event)
{
	const struct shr_identity *identity = &event->identity;
	uint32_t has = event->has;

	if (has & SHR_HAS_MEMCG_PTR)
		json_hex(json, "memcg", identity->memcg);
	else
		json_null(json, "memcg");
	json_int_if(json, "batch", identity->batch, has & SHR_HAS_BATCH);
	json_int_if(json, "seeks", identity->seeks, has & SHR_HAS_SEEKS);
	json_int_if(json, "flags", identity->flags, has & SHR_HAS_FLAGS);
	json_int_if(json, "id", identity->id, has & SHR_HAS_ID);
	json_str(json, "name", input->source->text(input->source, identity->name));
}

static void json_around(struct json *json, const struct input *input,
			const struct shr_event *event)
{
	const struct shr_context *context = &event->context;
	uint32_t has = event->has;

	json_task(json, input, event->pid, event->comm, has);
	json_int_if(json, "nid", event->nid, has & SHR_HAS_NID);
	json_uint_if(json, "memcg_id", event->memcg_id, has & SHR_HAS_MEMCG);
	json_int_if(json, "root", context->root, has & SHR_HAS_ROOT);
	json_str(json, "path", input->source->text(input->source, context->path));
}

static void json_place(struct json *json, const struct input *input,
		       const struct shr_event *event)
{
	struct shr_symbol symbol = { 0 };
	bool named = (event->has & SHR_HAS_CALLBACK) &&
		     input->source->symbol(input->source, event->callback, &symbol);

	if (event->has & SHR_HAS_SHRINKER)
		json_hex(json, "address", event->shrinker);
	else
		json_null(json, "address");
	if (event->kind != SHR_IDENTITY)
		json_str(json, "symbol",
			 named ? symbol.name : (struct shr_str){ "", 0 });
	json_int_if(json, "nid", event->nid, event->has & SHR_HAS_NID);
	json_uint_if(json, "memcg_id", event->memcg_id, event->has & SHR_HAS_MEMCG);
}

void json_event(struct json *json, const struct input *input,
		const struct shr_event *event)
{
	static const char *const kinds[] = {
		[SHR_START] = "start",	       [SHR_END] = "end",
		[SHR_IDENTITY] = "identity",   [SHR_LOST] = "lost",
		[SHR_MALFORMED] = "malformed",
	};

	json_map(json, NULL);
	json_text(json, "event",
		  event->kind == SHR_CONTEXT ? shr_context_name(event->context.kind)
					     : kinds[event->kind]);
	json_time(json, input, "time_ns", event->ts_ns);
	json_int_if(json, "cpu", event->cpu, event->has & SHR_HAS_CPU);
	if (event->kind <= SHR_IDENTITY) {
		json_task(json, input, event->pid, event->comm, event->has);
		json_place(json, input, event);
	}
	switch (event->kind) {
	case SHR_START:
		json_start(json, input, event);
		break;
	case SHR_END:
		json_end(json, event);
		break;
	case SHR_IDENTITY:
		json_identity(json, input, event);
		break;
	case SHR_CONTEXT:
		json_around(json, input, event);
		break;
	case SHR_LOST:
		json_uint_if(json, "count", event->lost.count,
			     event->has & SHR_HAS_COUNT);
		json_time_if(json, input, "from_ns", event->lost.from_ns);
		break;
	case SHR_MALFORMED:
		json_uint_if(json, "line", event->malformed.line,
			     event->malformed.line);
		json_uint(json, "offset", event->malformed.offset);
		json_text(json, "reason", event->malformed.reason);
		break;
	}
	json_end_map(json);
}
