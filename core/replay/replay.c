/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/replay.h"

#include "core/err.h"
#include "core/replay/counters.h"
#include "core/replay/map.h"
#include "core/replay/settings.h"
#include "core/stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct shr_replay {
	struct shr_source *src;		   /* borrowed */
	struct shr_replay_options options; /* borrowed inside */
	struct shr_call_sink *sink;	   /* borrowed, may be NULL */
	struct shr_release release;
	bool release_known;
	struct shr_pair *pair; /* owned */
	struct shr_fit fit;
	struct shr_counters counters;
	struct shr_map by_address;	 /* the instance that lives there now */
	struct shr_map by_callback;	 /* how many instances each callback has had */
	struct shr_instance **instances; /* owned */
	size_t instance_count, instance_cap;
	struct shr_gap last_gap;
	uint64_t gaps;
	uint64_t turns;		       /* calls numbered */
	uint64_t open;		       /* calls started and not ended */
	struct shr_call *first, *last; /* judged or waiting, by start */
	uint64_t flawless;	       /* calls with every amount foretold rightly */
	struct shr_score scores[SHR_AMOUNT_COUNT]; /* of all others */
	struct shr_summary summary;
};

static int no_memory(struct shr_err *err)
{
	return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
}

/* --kernel takes a generation's own name first: "4.19.0" is one, and a release. */
static int take_kernel(struct shr_replay *replay, struct shr_err *err)
{
	const char *kernel = replay->options.kernel;

	if (!kernel)
		return 0;
	const struct shr_generation *gen = shr_generation_find(kernel);
	struct shr_str text = { kernel, strlen(kernel) };

	replay->release_known = shr_release_parse(text, &replay->release);
	if (gen)
		replay->fit.forced = 1u << gen->id;
	else if (replay->release_known)
		replay->fit.forced = shr_generations_of_release(replay->release);
	if (!replay->fit.forced)
		return shr_fail(err, SHR_ERR_RANGE,
				"'%s' is not a kernel release from 3.0.39 on", kernel);
	return 0;
}

static void take_capture(struct shr_replay *replay)
{
	const struct shr_capture *capture = replay->src->capture;
	struct shr_release release;
	bool known = shr_release_parse(capture->kernel, &release);

	replay->fit.hint = known ? shr_generations_of_release(release) : 0;
	if (!replay->options.kernel) {
		replay->release_known = known;
		replay->release = release;
	}
	shr_fit_layouts(&replay->fit, capture->layouts, capture->long_size);
}

struct shr_replay *shr_replay_new(struct shr_source *src,
				  const struct shr_replay_options *options,
				  struct shr_call_sink *sink, struct shr_err *err)
{
	struct shr_replay *replay = calloc(1, sizeof(*replay));

	if (!replay) {
		no_memory(err);
		return NULL;
	}
	replay->src = src;
	replay->options = *options;
	replay->sink = sink;
	replay->pair = shr_pair_new(options->blind, err);
	if (!replay->pair || take_kernel(replay, err) < 0) {
		shr_replay_free(replay);
		return NULL;
	}
	take_capture(replay);
	return replay;
}

void shr_replay_free(struct shr_replay *replay)
{
	if (!replay)
		return;
	for (size_t i = 0; i < replay->instance_count; i++) {
		shr_instance_release(replay->instances[i]);
		free(replay->instances[i]);
	}
	free(replay->instances);
	shr_map_release(&replay->by_address);
	shr_map_release(&replay->by_callback);
	shr_counters_release(&replay->counters);
	shr_pair_free(replay->pair);
	free(replay);
}

static const struct shr_release *release_of(const struct shr_replay *replay)
{
	return replay->release_known ? &replay->release : NULL;
}

static int label_instance(struct shr_replay *replay, struct shr_instance *instance,
			  struct shr_err *err)
{
	void **count = shr_map_add(&replay->by_callback, instance->callback, 1);
	char base[64];

	if (!count)
		return no_memory(err);
	uintptr_t nth = (uintptr_t)*count + 1;

	*count = (void *)nth;
	if (instance->symbol.name.len)
		snprintf(base, sizeof(base), "%.*s", (int)instance->symbol.name.len,
			 instance->symbol.name.ptr);
	else
		snprintf(base, sizeof(base), "0x%" PRIx64, instance->callback);
	if (nth == 1)
		snprintf(instance->label, sizeof(instance->label), "%s", base);
	else
		snprintf(instance->label, sizeof(instance->label), "%s#%zu", base,
			 (size_t)nth);
	return 0;
}

static int list_instance(struct shr_replay *replay, struct shr_instance *instance,
			 struct shr_err *err)
{
	if (replay->instance_count == replay->instance_cap) {
		size_t cap = replay->instance_cap ? replay->instance_cap * 2 : 32;
		void *grown = reallocarray(replay->instances, cap,
					   sizeof(*replay->instances));

		if (!grown)
			return no_memory(err);
		replay->instances = grown;
		replay->instance_cap = cap;
	}
	instance->ordinal = (uint32_t)replay->instance_count;
	replay->instances[replay->instance_count++] = instance;
	return 0;
}

static struct shr_instance *new_instance(struct shr_replay *replay,
					 const struct shr_call *call,
					 struct shr_err *err)
{
	struct shr_instance *instance = calloc(1, sizeof(*instance));

	if (!instance) {
		no_memory(err);
		return NULL;
	}
	instance->address = call->shrinker;
	instance->anonymous = !(call->has & SHR_HAS_SHRINKER);
	instance->callback = call->callback;
	if (!replay->src->symbol(replay->src, call->callback, &instance->symbol))
		instance->symbol = (struct shr_symbol){ .name = { "", 0 },
							.module = { "", 0 },
							.address = call->callback };
	instance->name = (struct shr_str){ "", 0 };
	if (list_instance(replay, instance, err) < 0) {
		free(instance);
		return NULL;
	}
	if (label_instance(replay, instance, err) < 0 ||
	    shr_instance_resolve(instance, release_of(replay), replay->options.settings,
				 err) < 0)
		return NULL;
	return instance;
}

/* Where the text printed no address, one callback is all there is to go by. */
static uint64_t address_of(const struct shr_call *call)
{
	return call->has & SHR_HAS_SHRINKER ? call->shrinker : call->callback;
}

static struct shr_instance *
instance_of(struct shr_replay *replay, const struct shr_call *call, struct shr_err *err)
{
	void **slot = shr_map_add(&replay->by_address, address_of(call), 0);

	if (!slot) {
		no_memory(err);
		return NULL;
	}
	struct shr_instance *here = *slot;

	if (here && here->callback == call->callback)
		return here;
	struct shr_instance *instance = new_instance(replay, call, err);

	if (!instance) {
		if (!here)
			replay->by_address.count--;
		return NULL;
	}
	instance->shadowed = here;
	*slot = instance;
	return instance;
}

static void note_identity(struct shr_replay *replay, struct shr_call *call)
{
	struct shr_instance *instance = call->instance;

	if (!call->identity_has)
		return;
	shr_instance_identify(instance, call, release_of(replay));
	if (call->identity.name && !instance->name.len)
		instance->name = replay->src->text(replay->src, call->identity.name);
}

/* The counter is taken: what the model says was in it, and then nothing is. */
static void exchange(struct shr_replay *replay, struct shr_call *call)
{
	struct shr_counter *counter = call->counter;

	call->predicted.known = 0;
	/* Without addresses the counter may be another shrinker's. */
	if (counter->known && !call->instance->anonymous) {
		call->predicted.value[SHR_DEFERRED] = counter->value;
		call->predicted.known = 1u << SHR_DEFERRED;
	}
	call->gap_before = counter->known && counter->gaps_seen != replay->gaps;
	*counter = (struct shr_counter){ .known = true, .gaps_seen = replay->gaps };
}

static int step_start(struct shr_replay *replay, struct shr_call *call,
		      struct shr_err *err)
{
	call->instance = instance_of(replay, call, err);
	if (!call->instance)
		return -1;
	note_identity(replay, call);
	call->counter = shr_counters_find(&replay->counters, replay->fit.rules.gen->key,
					  call, err);
	if (!call->counter)
		return -1;
	exchange(replay, call);
	if (call->orphan) {
		/* What it gave back is not in the capture. */
		call->counter->known = false;
		shr_pair_drop(replay->pair, call);
		return 0;
	}
	call->n = ++replay->turns;
	call->alone = replay->open++ == 0;
	call->outlasted = !call->ended;
	if (call->outlasted) /* the window: it comes out when it ends, out of turn */
		return 0;
	if (replay->last)
		replay->last->next = call;
	else
		replay->first = call;
	replay->last = call;
	return 0;
}

static bool differs(const struct shr_call *call, enum shr_amount amount)
{
	return call->differ >> amount & 1;
}

/* From 3.2 on the end repeats the deferred count of its start. */
static bool ends_disagree(const struct shr_rules *rules, const struct shr_call *call)
{
	return rules->end != SHR_END_OLD_AT_END &&
	       (call->has & call->end_has & SHR_HAS_DEFERRED) &&
	       call->start.deferred != call->end.deferred;
}

static enum shr_verdict verdict_of(const struct shr_replay *replay,
				   const struct shr_call *call,
				   enum shr_scan_fault fault, bool gap_within)
{
	if (differs(call, SHR_DELTA) || differs(call, SHR_PLANNED))
		return SHR_UNEXPLAINED;
	if (fault == SHR_SCAN_WRONG || ends_disagree(&replay->fit.rules, call) ||
	    differs(call, SHR_NEW_DEFERRED))
		return gap_within ? SHR_LOST_EVENTS : SHR_UNEXPLAINED;
	if (differs(call, SHR_DEFERRED))
		return call->gap_before ? SHR_LOST_EVENTS : SHR_UNEXPLAINED;
	if (fault == SHR_SCAN_STOPPED)
		return SHR_REFUSED;
	return fault == SHR_SCAN_OWN_COUNT ? SHR_OWN_COUNT : SHR_EXACT;
}

/* All amounts that can be predicted, at once: almost every call. */
static const unsigned foretold = 1u << SHR_DEFERRED | 1u << SHR_DELTA |
				 1u << SHR_PLANNED | 1u << SHR_LEFT |
				 1u << SHR_SCANNED | 1u << SHR_NEW_DEFERRED;

static void score(struct shr_replay *replay, const struct shr_call *call)
{
	unsigned both = call->predicted.known & call->observed.known;

	if (both == foretold && !call->differ) {
		replay->flawless++;
		return;
	}
	for (unsigned amount = 0; amount < SHR_AMOUNT_COUNT; amount++) {
		replay->scores[amount].checked += both >> amount & 1;
		replay->scores[amount].equal += (both & ~call->differ) >> amount & 1;
	}
}

/* Count the call, show it to the sink, and give it back. */
static int emit(struct shr_replay *replay, struct shr_call *call, struct shr_err *err)
{
	int ret = 0;

	if (shr_filter_passes(&replay->options.filter, call)) {
		shr_tally_add(&call->instance->tally, call);
		score(replay, call);
		if (replay->sink)
			ret = replay->sink->call(replay->sink, call, err);
	}
	shr_pair_drop(replay->pair, call);
	return ret;
}

static int flush(struct shr_replay *replay, struct shr_err *err)
{
	while (replay->first && replay->first->judged) {
		struct shr_call *call = replay->first;

		replay->first = call->next;
		if (!replay->first)
			replay->last = NULL;
		if (emit(replay, call, err) < 0)
			return -1;
	}
	return 0;
}

/* A file whose end is missing does not say which events of which CPU that takes. */
static const struct shr_gap no_gap = { .cpu = SHR_NO_CPU };

static int step_end(struct shr_replay *replay, struct shr_call *call,
		    struct shr_err *err)
{
	const struct shr_rules *rules = &replay->fit.rules;
	bool alone = call->alone && replay->turns == call->n;
	bool incomplete = replay->src->capture->incomplete;
	bool gap_within = call->gaps_before != replay->gaps || incomplete;

	replay->open--;
	shr_fit_observe(&replay->fit, call, alone);
	shr_observe(rules, call);
	enum shr_scan_fault fault = shr_predict(rules, call);

	call->gap_before |= incomplete;
	call->verdict = verdict_of(replay, call, fault, gap_within);
	if (call->verdict == SHR_LOST_EVENTS)
		call->gap = replay->gaps ? replay->last_gap : no_gap;
	*call->counter = (struct shr_counter){
		.value = call->end.new_scan,
		.known = call->end_has & SHR_HAS_NEW_SCAN,
		.gaps_seen = replay->gaps,
	};
	call->judged = true;
	if (call->outlasted)
		return emit(replay, call, err);
	return flush(replay, err);
}

static int take_step(struct shr_replay *replay, const struct shr_step *step,
		     struct shr_err *err)
{
	switch (step->kind) {
	case SHR_STEP_START:
		return step_start(replay, step->call, err);
	case SHR_STEP_END:
		return step_end(replay, step->call, err);
	case SHR_STEP_GAP:
		replay->last_gap = step->call->gap;
		replay->gaps++;
		shr_pair_drop(replay->pair, step->call);
		return 0;
	case SHR_STEP_ABANDON:
		replay->open--;
		step->call->counter->known = false;
		shr_pair_drop(replay->pair, step->call);
		return 0;
	}
	return 0;
}

static int take_steps(struct shr_replay *replay, struct shr_err *err)
{
	const struct shr_step *step;

	while ((step = shr_pair_next(replay->pair)))
		if (take_step(replay, step, err) < 0)
			return -1;
	return 0;
}

static void note_time(struct shr_replay *replay, const struct shr_event *event)
{
	struct shr_summary *summary = &replay->summary;

	if (!summary->events++) {
		summary->first_ns = event->ts_ns;
		shr_filter_begin(&replay->options.filter, event->ts_ns);
	}
	summary->last_ns = event->ts_ns;
}

int shr_replay_batch(struct shr_replay *replay, const struct shr_batch *batch,
		     struct shr_err *err)
{
	const struct shr_capture *capture = replay->src->capture;

	if (capture->layouts != replay->fit.layouts ||
	    capture->long_size != replay->fit.long_size)
		take_capture(replay);
	for (size_t i = 0; i < batch->count; i++) {
		const struct shr_event *event = &batch->events[i];

		if (event->kind == SHR_START || event->kind == SHR_END)
			note_time(replay, event);
		if (shr_pair_event(replay->pair, event, err) < 0 ||
		    take_steps(replay, err) < 0)
			return -1;
	}
	return 0;
}

int shr_replay_finish(struct shr_replay *replay, struct shr_err *err)
{
	shr_pair_finish(replay->pair);
	return take_steps(replay, err);
}

const struct shr_summary *shr_replay_summary(struct shr_replay *replay)
{
	struct shr_summary *summary = &replay->summary;

	summary->pairs = *shr_pair_stats(replay->pair);
	summary->fit = &replay->fit;
	summary->instances = replay->instances;
	summary->instance_count = replay->instance_count;
	summary->all = (struct shr_tally){ 0 };
	for (size_t i = 0; i < replay->instance_count; i++)
		shr_tally_join(&summary->all, &replay->instances[i]->tally);
	for (unsigned amount = 0; amount < SHR_AMOUNT_COUNT; amount++) {
		uint64_t flawless = foretold >> amount & 1 ? replay->flawless : 0;

		summary->scores[amount].checked =
			replay->scores[amount].checked + flawless;
		summary->scores[amount].equal = replay->scores[amount].equal + flawless;
	}
	return summary;
}
