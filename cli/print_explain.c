/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/print_explain.h"

#include "cli/input.h"
#include "cli/paper.h"
#include "cli/print_text.h"
#include "core/replay/find.h"
#include "core/replay/lane.h"
#include "core/replay/purpose.h"
#include "core/replay/replay.h"
#include "core/stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static struct shr_str slice(const char *text)
{
	return (struct shr_str){ text, strlen(text) };
}

void explain_task(struct paper *paper, const struct input *input, int32_t pid,
		  uint32_t comm)
{
	struct shr_str name = input->source->comm(input->source, pid, comm);

	if (name.len) {
		paper_str(paper, name);
		paper_say(paper, "-%d", pid);
	} else {
		paper_say(paper, "pid %d", pid);
	}
}

void explain_lane(struct paper *paper, const struct input *input,
		  const struct shr_lane *lane)
{
	paper_say(paper, "lane %" PRIu32, lane->number);
	if (!lane->cgroup && !lane->path)
		return;
	paper_say(paper, " (");
	if (lane->cgroup)
		paper_say(paper, "cgroup %" PRIu64 "%s", lane->cgroup,
			  lane->path ? ", " : "");
	paper_str(paper, input->source->text(input->source, lane->path));
	paper_say(paper, ")");
}

void explain_legacies(struct paper *paper, const struct explained *explained,
		      const struct shr_legacies *legacies, int64_t total)
{
	uint64_t rest = (uint64_t)total;

	paper_say(paper,
		  " from %s that ended: ", legacies->count == 1 ? "a memcg" : "memcgs");
	for (uint32_t i = 0; i < legacies->count && i < SHR_PARTS; i++) {
		const struct shr_lane *lane = legacies->legacy[i].lane;

		if (legacies->count > 1)
			paper_say(paper, "%s%" PRId64 " from ", i ? "; " : "",
				  legacies->legacy[i].amount);
		explain_lane(paper, explained->input, lane);
		if (lane->rmdir_ns)
			paper_say(paper, ", whose cgroup_rmdir is recorded");
		rest -= (uint64_t)legacies->legacy[i].amount;
	}
	if (legacies->count > SHR_PARTS)
		paper_say(paper, "; and %" PRId64 " from %u more", (int64_t)rest,
			  legacies->count - SHR_PARTS);
}

void explain_misfits(struct paper *paper, const struct shr_param *param)
{
	if (param->contradicted)
		paper_say(paper, "; %" PRIu64 " call%s not fit it", param->contradicted,
			  param->contradicted == 1 ? " does" : "s do");
}

/* The text of some captures names tasks event by event only, as the call's own. */
static uint32_t comm_of(const struct shr_call *call, const struct shr_part *part)
{
	return part->pid == call->pid ? call->comm : 0;
}

void explain_parts(struct paper *paper, const struct explained *explained,
		   const struct shr_parts *parts, const char *what)
{
	uint64_t rest = (uint64_t)parts->total;

	for (uint32_t i = 0; i < SHR_PARTS && i < parts->count; i++) {
		const struct shr_part *part = &parts->part[i];

		paper_line(paper, 2);
		paper_say(paper, "%+" PRId64 " %s call %" PRIu64 " (", part->amount,
			  what, part->n);
		explain_task(paper, explained->input, part->pid,
			     comm_of(explained->call, part));
		paper_say(paper, ")");
		rest -= (uint64_t)part->amount;
	}
	if (parts->count <= SHR_PARTS)
		return;
	paper_line(paper, 2);
	paper_say(paper, "%+" PRId64 " %s %" PRIu32 " more calls, too many to list",
		  (int64_t)rest, what, parts->count - SHR_PARTS);
}

static void say_shrinker(struct paper *paper, const struct shr_instance *instance)
{
	paper_label(paper, "shrinker");
	paper_str(paper, slice(instance->label));
	if (instance->symbol.module.len) {
		paper_say(paper, " [");
		paper_str(paper, instance->symbol.module);
		paper_say(paper, "]");
	}
	if (instance->anonymous)
		paper_say(paper, ", its address is not printed in the capture");
	else
		paper_say(paper, " at 0x%" PRIx64, instance->address);
	if (instance->name.len) {
		paper_say(paper, ", named ");
		paper_str(paper, instance->name);
	}
	paper_end(paper);
}

static void say_task(struct paper *paper, const struct explained *explained)
{
	const struct shr_call *call = explained->call;

	paper_label(paper, "task");
	if (call->has & SHR_HAS_PID)
		explain_task(paper, explained->input, call->pid, call->comm);
	else
		paper_say(paper, "not recorded");
	if (call->has & SHR_HAS_CPU)
		paper_say(paper, " on CPU %" PRIu32, call->cpu);
	if ((call->has & call->end_has & SHR_HAS_CPU) && call->end_cpu != call->cpu)
		paper_say(paper, ", and on CPU %" PRIu32 " at the end", call->end_cpu);
	paper_end(paper);
}

static void say_time(struct paper *paper, const struct explained *explained)
{
	const struct shr_call *call = explained->call;
	enum shr_clock_unit unit = explained->input->source->capture->clock_unit;
	char start[TEXT_NUMBER], end[TEXT_NUMBER], span[TEXT_NUMBER];

	paper_label(paper, "time");
	if (unit == SHR_CLOCK_NONE)
		paper_say(paper, "not recorded");
	else
		paper_say(paper, "%s to %s, %s %s",
			  text_time(start, explained->input, call->start_ns),
			  text_time(end, explained->input, call->end_ns),
			  text_time(span, explained->input,
				    call->end_ns - call->start_ns),
			  unit == SHR_CLOCK_NS ? "s" : "ticks of the clock");
	paper_end(paper);
}

static void say_memcg(struct paper *paper, const struct explained *explained)
{
	static const char *const how[] = {
		[SHR_MEMCG_NONE] = "",
		[SHR_MEMCG_EVENT] = ", as the events say",
		[SHR_MEMCG_IDENTITY] = ", as a recorded identity says",
		[SHR_MEMCG_INFERRED] = ", inferred from the values",
	};
	const struct shr_call *call = explained->call;

	paper_label(paper, "memcg");
	if (call->lane)
		explain_lane(paper, explained->input, call->lane);
	else if (call->cgroup)
		paper_say(paper, "cgroup %" PRIu64, call->cgroup);
	else if (call->memcg_from == SHR_MEMCG_NONE)
		paper_say(paper, "not recorded");
	else
		paper_say(paper, "none");
	paper_say(paper, "%s", how[call->memcg_from]);
	if (explained->summary->fit->rules.gen->key != SHR_KEY_MEMCG)
		paper_say(paper, "; in this kernel all share a counter");
	paper_end(paper);
}

static void say_asked(struct paper *paper, const struct explained *explained)
{
	const struct shr_call *call = explained->call;
	const struct shr_source *source = explained->input->source;
	char gfp[256];

	paper_label(paper, "asked");
	if (call->has & SHR_HAS_NID)
		paper_say(paper, "node %d, ", call->nid);
	if (call->has & SHR_HAS_PRIORITY)
		paper_say(paper, "priority %d, ", call->start.priority);
	if (call->has & SHR_HAS_LRU)
		paper_say(paper, "pgs_scanned %" PRIu64 ", lru_pgs %" PRIu64 ", ",
			  call->start.pgs_scanned, call->start.lru_pgs);
	source->gfp(explained->input->source, &call->start, call->has & SHR_HAS_GFP,
		    gfp, sizeof(gfp));
	paper_say(paper, "gfp ");
	paper_str(paper, slice(*gfp ? gfp : "not recorded"));
	/* Without names the number is all there is, and was said. */
	if ((call->has & SHR_HAS_GFP) && strncmp(gfp, "0x", 2) != 0)
		paper_say(paper, " (0x%" PRIx64 ")", call->start.gfp);
	paper_end(paper);
}

static void say_reclaim(struct paper *paper, const struct explained *explained)
{
	const struct shr_call *call = explained->call;
	struct shr_source *source = explained->input->source;
	struct shr_str comm = source->comm(source, call->pid, call->comm);
	bool recorded;
	enum shr_reclaim reclaim = shr_reclaim_of(call, comm, &recorded);

	paper_label(paper, "reclaim");
	if (recorded)
		paper_say(paper, "%s, as recorded events say",
			  shr_reclaim_name(reclaim));
	else if (reclaim == SHR_RECLAIM_UNKNOWN)
		paper_say(paper, "direct or at a memcg's limit: no event tells");
	else
		paper_say(paper, "%s, inferred from the %s", shr_reclaim_name(reclaim),
			  reclaim == SHR_RECLAIM_KSWAPD ? "task's name"
							: "pressure and gfp");
	paper_end(paper);
}

static void say_kernel(struct paper *paper, const struct explained *explained)
{
	struct shr_str kernel = explained->input->source->capture->kernel;

	paper_label(paper, "kernel");
	paper_str(paper, kernel.len ? kernel : slice("not recorded"));
	paper_end(paper);
}

static void say_generation(struct paper *paper, const struct explained *explained)
{
	const struct shr_fit *fit = explained->summary->fit;
	const struct shr_generation *gen = fit->rules.gen;
	const char *separator = fit->against[gen->id] ? "; these fit no better: "
						      : "; these fit as well: ";

	paper_label(paper, "algorithm");
	paper_say(paper, "%s (%s), known from the %s", gen->name, gen->releases,
		  shr_fit_from_name(shr_fit_source(fit)));
	for (unsigned id = 0; id < SHR_GEN_COUNT; id++) {
		if (id == gen->id || !(fit->left >> id & 1))
			continue;
		paper_say(paper, "%s%s", separator, shr_generation_get(id)->name);
		separator = ", ";
	}
	if (shr_fit_kernel_agrees(fit) == 0)
		paper_say(paper, "; the kernel's release says otherwise");
	if (fit->against[gen->id])
		paper_say(paper, "; calls that contradict it: %" PRIu64,
			  fit->against[gen->id]);
	paper_line(paper, 0);
	paper_str(paper, slice(gen->source));
	paper_end(paper);
}

void explain_head(struct paper *paper, const struct explained *explained)
{
	say_shrinker(paper, explained->call->instance);
	say_task(paper, explained);
	say_time(paper, explained);
	say_memcg(paper, explained);
	say_asked(paper, explained);
	say_reclaim(paper, explained);
	say_kernel(paper, explained);
	say_generation(paper, explained);
}

static void say_title(struct paper *paper, const struct explained *explained)
{
	const struct shr_find *find = explained->find;

	paper_say(paper, "Call %" PRIu64 " of ", explained->call->n);
	paper_str(paper, slice(explained->input->name));
	paper_say(paper, ": %s", shr_verdict_name(explained->call->verdict));
	paper_end(paper);
	if (find->how == SHR_FIND_AT && !find->runs)
		paper_say(paper,
			  "No call runs at that time: this is the next to start.");
	if (find->running) {
		paper_say(paper, "%" PRIu64 " more ran at that time: call",
			  find->running);
		for (uint64_t i = 0; i < SHR_RUNNING && i < find->running; i++)
			paper_say(paper, "%s %" PRIu64, i ? "," : "",
				  find->running_n[i]);
		paper_say(paper, "%s", find->running > SHR_RUNNING ? ", ..." : "");
	}
	paper_end(paper);
	putchar('\n');
}

void explain_text(const struct explained *explained)
{
	struct paper paper = { 0 };

	say_title(&paper, explained);
	explain_head(&paper, explained);
	putchar('\n');
	explain_start(&paper, explained);
	putchar('\n');
	explain_end(&paper, explained);
	putchar('\n');
	explain_verdict(&paper, explained);
}
