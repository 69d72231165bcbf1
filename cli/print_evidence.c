/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/print_evidence.h"

#include "cli/input.h"
#include "cli/print_json.h"
#include "cli/print_lanes.h"
#include "cli/print_text.h"
#include "core/replay/lane.h"
#include "core/replay/purpose.h"
#include "core/replay/replay.h"
#include "core/stream.h"

#include <inttypes.h>
#include <stdio.h>

const char *context_of(const struct input *input, const struct shr_call *call,
		       bool *recorded)
{
	struct shr_str comm = input->source->comm(input->source, call->pid, call->comm);
	enum shr_reclaim reclaim = shr_reclaim_of(call, comm, recorded);

	return reclaim == SHR_RECLAIM_UNKNOWN ? NULL : shr_reclaim_name(reclaim);
}

const char *context_from(const struct input *input, const struct shr_call *call)
{
	bool recorded;

	if (!context_of(input, call, &recorded))
		return NULL;
	return recorded ? "event" : "inferred";
}

const char *memcg_from(const struct shr_call *call)
{
	static const char *const names[] = {
		[SHR_MEMCG_NONE] = "none",
		[SHR_MEMCG_EVENT] = "event",
		[SHR_MEMCG_IDENTITY] = "identity",
		[SHR_MEMCG_INFERRED] = "inferred",
	};

	return names[call->memcg_from];
}

static struct shr_str path_of(const struct input *input, const struct shr_lane *lane)
{
	return input->source->text(input->source, lane->path);
}

static uint32_t parts_kept(const struct shr_parts *parts)
{
	return parts->count < SHR_PARTS ? parts->count : SHR_PARTS;
}

/* Tasks of other calls are known where this one's is. */
static void json_parts(struct json *json, const char *key,
		       const struct shr_parts *parts, bool pids)
{
	if (!parts->count)
		return;
	json_map(json, key);
	json_uint(json, "count", parts->count);
	json_int(json, "total", parts->total);
	json_array(json, "calls");
	for (uint32_t i = 0; i < parts_kept(parts); i++) {
		const struct shr_part *part = &parts->part[i];

		json_map(json, NULL);
		json_uint_if(json, "n", part->n, part->n);
		json_int_if(json, "pid", part->pid, pids);
		json_int(json, "amount", part->amount);
		json_end_map(json);
	}
	json_end_array(json);
	json_end_map(json);
}

static void json_legacies(struct json *json, const struct input *input, const char *key,
			  const struct shr_legacies *legacies)
{
	json_array(json, key);
	for (uint32_t i = 0; i < legacies->count && i < SHR_PARTS; i++) {
		const struct shr_lane *lane = legacies->legacy[i].lane;

		json_map(json, NULL);
		json_uint(json, "lane", lane->number);
		json_uint_if(json, "id", lane->cgroup, lane->cgroup);
		json_str(json, "path", path_of(input, lane));
		json_time_if(json, input, "rmdir_ns", lane->rmdir_ns);
		json_int(json, "amount", legacies->legacy[i].amount);
		json_end_map(json);
	}
	json_end_array(json);
}

static void json_rivals(struct json *json, const struct shr_call *call)
{
	json_array(json, "rivals");
	for (int i = 0; i < SHR_RIVALS && call->rivals[i]; i++)
		json_uint(json, NULL, call->rivals[i]->number);
	json_end_array(json);
}

static void json_reuse(struct json *json, const struct shr_call *call)
{
	json_text(json, "reuse", call->reuse == SHR_REUSE_ID ? "id" : "address");
	json_text(json, "before", call->before ? call->before->label : NULL);
}

static void json_gap(struct json *json, const struct input *input,
		     const struct shr_gap *gap)
{
	json_uint_if(json, "cpu", gap->cpu, gap->cpu != SHR_NO_CPU);
	json_time_if(json, input, "from_ns", gap->from_ns);
	json_time_if(json, input, "to_ns", gap->to_ns);
	json_uint_if(json, "count", gap->count, gap->count);
}

static void json_lost(struct json *json, const struct input *input,
		      const struct shr_call *call)
{
	json_map(json, "gap");
	json_time_if(json, input, "stray_end_ns", call->stray_ns);
	if (!call->stray_ns)
		json_gap(json, input, &call->gap);
	json_time_if(json, input, "seen_ns", call->gap_seen_ns);
	json_end_map(json);
}

void json_evidence(struct json *json, const struct input *input,
		   const struct shr_call *call)
{
	bool pids = call->has & SHR_HAS_PID;

	json_map(json, "evidence");
	json_array(json, "differ");
	for (unsigned amount = 0; amount < SHR_AMOUNT_COUNT; amount++)
		if (call->differ >> amount & 1)
			json_text(json, NULL, shr_amount_name(amount));
	json_end_array(json);
	json_bool(json, "foreseen_refusal", call->foreseen_refusal);
	json_parts(json, "from_calls", &call->gave, pids);
	json_parts(json, "ahead", &call->ahead, pids);
	json_parts(json, "others", &call->others, pids);
	if (call->store_known && call->verdict != SHR_EXACT)
		json_int(json, "store", call->store);
	if (call->inherited)
		json_int(json, "inherited", call->inherited);
	if (call->legacies.count) {
		json_legacies(json, input, "heirs", &call->legacies);
		json_uint(json, "heir_count", call->legacies.count);
	}
	if (call->arrivals.count) {
		json_int(json, "arrived", call->arrived);
		json_legacies(json, input, "arrivals", &call->arrivals);
		json_uint(json, "arrival_count", call->arrivals.count);
	}
	if (call->reuse != SHR_REUSE_NONE)
		json_reuse(json, call);
	if (call->verdict == SHR_REFUSED)
		json_int(json, "loop_ended_at", call->observed.value[SHR_LEFT]);
	if (call->verdict == SHR_AMBIGUOUS)
		json_rivals(json, call);
	if (call->verdict == SHR_LOST_EVENTS)
		json_lost(json, input, call);
	json_end_map(json);
}

/* "+12 by #1057, #1060 and 3 more" */
static void text_parts(const struct shr_parts *parts)
{
	uint32_t kept = parts_kept(parts);

	printf("%+" PRId64 " by", parts->total);
	for (uint32_t i = 0; i < kept; i++) {
		if (parts->part[i].n)
			printf("%s #%" PRIu64, i ? "," : "", parts->part[i].n);
		else
			printf("%s a call not yet counted", i ? "," : "");
	}
	if (parts->count > kept)
		printf(" and %" PRIu32 " more", parts->count - kept);
}

static void text_concurrent(const struct shr_call *call)
{
	printf(" (");
	if (call->others.count)
		text_parts(&call->others);
	if (call->others.count && call->ahead.count)
		printf("; ");
	if (call->ahead.count) {
		text_parts(&call->ahead);
		printf(" in another order than recorded");
	}
	putchar(')');
}

static void text_legacies(const struct input *input,
			  const struct shr_legacies *legacies, int64_t total)
{
	for (uint32_t i = 0; i < legacies->count && i < SHR_PARTS; i++) {
		printf("%s%+" PRId64 " from ", i ? ", " : "",
		       legacies->legacy[i].amount);
		text_lane(input, legacies->legacy[i].lane);
	}
	if (legacies->count > SHR_PARTS)
		printf(" and %u more, %+" PRId64 " in all", legacies->count - SHR_PARTS,
		       total);
}

static void text_reparented(const struct input *input, const struct shr_call *call)
{
	printf(" (");
	text_legacies(input, &call->legacies, call->inherited);
	if (call->legacies.count && call->arrivals.count)
		printf("; ");
	if (call->arrivals.count)
		printf("while it ran ");
	text_legacies(input, &call->arrivals, call->arrived);
	putchar(')');
}

static void text_reuse(const struct shr_call *call)
{
	printf(" (its %s was ", call->reuse == SHR_REUSE_ID ? "id" : "address");
	printf("%s's", call->before ? call->before->label : "another");
	if (call->inherited)
		printf(", %+" PRId64, call->inherited);
	putchar(')');
}

static void text_rivals(const struct input *input, const struct shr_call *call)
{
	printf(" (");
	for (int i = 0; i < SHR_RIVALS && call->rivals[i]; i++) {
		fputs(i ? " or " : "", stdout);
		text_lane(input, call->rivals[i]);
	}
	putchar(')');
}

/* Of no CPU: of several, or, without a time, of the capture as a whole. */
static void text_gap(const struct input *input, const struct shr_gap *gap)
{
	char from[TEXT_NUMBER], to[TEXT_NUMBER];

	if (gap->cpu == SHR_NO_CPU && !gap->to_ns) {
		printf(" (the capture is incomplete)");
		return;
	}
	if (gap->cpu == SHR_NO_CPU)
		printf(" (gaps on several CPUs");
	else
		printf(" (gap on CPU %u", gap->cpu);
	if (gap->from_ns)
		printf(" from %s", text_time(from, input, gap->from_ns));
	printf(" to %s", text_time(to, input, gap->to_ns));
	if (gap->count)
		printf(", %" PRIu64 " event%s", gap->count, gap->count == 1 ? "" : "s");
	putchar(')');
}

static void text_lost(const struct input *input, const struct shr_call *call)
{
	char time[TEXT_NUMBER];

	if (call->stray_ns)
		printf(" (the start of the call that ended at %s is missing)",
		       text_time(time, input, call->stray_ns));
	else
		text_gap(input, &call->gap);
}

void text_evidence(const struct input *input, const struct shr_call *call)
{
	if (call->verdict == SHR_CONCURRENT)
		text_concurrent(call);
	else if (call->verdict == SHR_REPARENTED)
		text_reparented(input, call);
	else if (call->verdict == SHR_REUSED)
		text_reuse(call);
	else if (call->verdict == SHR_AMBIGUOUS)
		text_rivals(input, call);
	else if (call->verdict == SHR_LOST_EVENTS)
		text_lost(input, call);
}

void text_reason(const struct shr_call *call)
{
	if (call->verdict == SHR_REFUSED) {
		printf(": the callback stopped the loop with %" PRId64 " left",
		       call->observed.value[SHR_LEFT]);
	} else if (call->verdict == SHR_OWN_COUNT) {
		printf(": the callback counted what it scanned itself");
	} else if (call->verdict == SHR_UNEXPLAINED) {
		printf(": nothing in the capture accounts for it");
		if (call->differ == 1u << SHR_DEFERRED &&
		    call->memcg_from == SHR_MEMCG_NONE && call->instance->memcg.value)
			printf(", which does not say for which memcg it ran");
	}
}
