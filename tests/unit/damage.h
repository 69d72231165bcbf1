/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * damage - events of which one thing is not as the kernel recorded it.
 *
 * A subject is events that replay without anything unexplained.  A damage changes a
 * copy of them at one call: an amount, together with all that the model makes of it,
 * so that only the call's place among the others can give it away; or an amount by
 * itself; or an event is missing, or is another task's.
 */
#ifndef TESTS_UNIT_DAMAGE_H
#define TESTS_UNIT_DAMAGE_H

#include "core/model/scan.h"
#include "core/replay/instance.h"
#include "tests/unit/outcome.h"

/* Events, and what is made of them as they are. */
struct subject {
	struct shr_source *src; /* borrowed */
	const struct shr_event *events;
	size_t count;
	struct outcome sound;
	size_t *starts, *ends; /* owned: events of sound.calls */
};

/* A copy that is damaged at one call, or at two. */
struct copy {
	const struct subject *subject;
	struct shr_event *events; /* owned */
	size_t count;
	size_t at, with; /* calls; the same if it is one */
	uint64_t seed;
};

static size_t find_event(const struct subject *subject, size_t from, enum shr_kind kind,
			 uint64_t ts_ns, const struct shr_call *call)
{
	for (size_t i = from; i < subject->count; i++) {
		const struct shr_event *event = &subject->events[i];
		int64_t deferred =
			kind == SHR_START ? event->start.deferred : event->end.deferred;

		if (event->kind == kind && event->ts_ns == ts_ns &&
		    event->pid == call->pid && event->shrinker == call->shrinker &&
		    deferred == (kind == SHR_START ? call->start.deferred
						   : call->end.deferred))
			return i;
	}
	fail_msg("an event of call %llu is not there", (unsigned long long)call->n);
	return 0;
}

static void replay_events(struct outcome *outcome, const struct subject *subject,
			  const struct shr_event *events, size_t count, bool blind)
{
	*outcome = (struct outcome){ .sink = { keep_call }, .src = subject->src };
	outcome->options.blind = blind;
	outcome_replay(outcome, events, count, count);
}

UNUSED static void subject_init(struct subject *subject, struct shr_source *src,
				const struct shr_event *events, size_t count)
{
	*subject = (struct subject){ .src = src, .events = events, .count = count };
	replay_events(&subject->sound, subject, events, count, false);
	size_t calls = subject->sound.count;

	subject->starts = calloc(calls, sizeof(*subject->starts));
	subject->ends = calloc(calls, sizeof(*subject->ends));
	assert_true(subject->starts && subject->ends);
	for (size_t i = 0; i < calls; i++) {
		const struct shr_call *call = &subject->sound.calls[i];
		size_t from = i ? subject->starts[i - 1] : 0;

		/* One that outlasted the window came out late. */
		if (i && call->start_ns < subject->sound.calls[i - 1].start_ns)
			from = 0;
		subject->starts[i] =
			find_event(subject, from, SHR_START, call->start_ns, call);
		subject->ends[i] = find_event(subject, subject->starts[i], SHR_END,
					      call->end_ns, call);
	}
}

UNUSED static void subject_release(struct subject *subject)
{
	outcome_end(&subject->sound);
	free(subject->starts);
	free(subject->ends);
}

UNUSED static void copy_init(struct copy *copy, const struct subject *subject,
			     uint64_t seed)
{
	*copy = (struct copy){ .subject = subject, .seed = seed };
	copy->count = subject->count;
	copy->events = calloc(copy->count, sizeof(*copy->events));
	assert_non_null(copy->events);
	memcpy(copy->events, subject->events, copy->count * sizeof(*copy->events));
	copy->at = (size_t)any_of(&copy->seed, 0, (int64_t)subject->sound.count - 1);
	copy->with = copy->at;
}

UNUSED static void copy_release(struct copy *copy)
{
	free(copy->events);
}

static const struct shr_call *call_of(const struct copy *copy)
{
	return &copy->subject->sound.calls[copy->at];
}

static struct shr_event *start_of(const struct copy *copy, size_t at)
{
	return &copy->events[copy->subject->starts[at]];
}

static struct shr_event *end_of(const struct copy *copy, size_t at)
{
	return &copy->events[copy->subject->ends[at]];
}

/* What the model says of a call that finds @in; @scanned: as it was. */
struct made {
	uint64_t delta;
	struct shr_plan plan;
	int64_t scanned, store;
};

static bool known(const struct shr_call *call, enum shr_amount amount)
{
	return shr_amounts_has(&call->predicted, amount);
}

static struct shr_scan_input input_of(const struct shr_call *call)
{
	return (struct shr_scan_input){ .deferred = call->start.deferred,
					.freeable = call->start.freeable,
					.pgs_scanned = call->start.pgs_scanned,
					.lru_pgs = call->start.lru_pgs,
					.priority = call->start.priority };
}

/* False: a parameter is not known, or the model does not do what the kernel did. */
static bool make(const struct copy *copy, const struct shr_call *call,
		 const struct shr_scan_input *in, struct made *made)
{
	const struct shr_rules *rules = &copy->subject->sound.summary->fit->rules;
	const struct shr_instance *instance = call->instance;
	const struct shr_scan_params params = { instance->batch.value,
						(int32_t)instance->seeks.value,
						rules->long_size };

	if (!instance->batch.from || !instance->seeks.from ||
	    call->fault != SHR_SCAN_AS_PREDICTED)
		return false;
	if (!shr_scan_delta(rules->gen, in, &params, &made->delta))
		return false;
	made->plan = shr_scan_plan(rules->gen, in, made->delta, rules->long_size);
	made->scanned = call->foreseen_refusal
				? 0
				: shr_scan_loop(rules->gen, made->plan.planned,
						in->freeable, params.batch)
					  .scanned;
	made->store = shr_scan_store(rules->gen, in, &made->plan, made->scanned,
				     rules->long_size);
	return true;
}

/* Let the call @at have found @deferred, and do what it would have done then. */
static bool refind(struct copy *copy, size_t at, int64_t deferred)
{
	const struct shr_call *call = &copy->subject->sound.calls[at];
	struct shr_scan_input in = input_of(call);
	struct shr_event *start = start_of(copy, at), *end = end_of(copy, at);
	struct made made;

	in.deferred = deferred;
	if (deferred < 0 || deferred == call->start.deferred ||
	    !make(copy, call, &in, &made))
		return false;
	start->start.deferred = end->end.deferred = deferred;
	start->start.total_scan = made.plan.planned;
	end->end.total_scan = made.plan.planned - made.scanned;
	end->end.new_scan += made.store - call->store;
	return true;
}

/* What the first sight of a counter finds is nobody's word against another's. */
static bool is_foretold(const struct copy *copy, size_t at)
{
	return known(&copy->subject->sound.calls[at], SHR_DEFERRED);
}

static int64_t any_shift(struct copy *copy)
{
	static const int64_t shifts[] = { 1, -1, 1000 };

	return shifts[any_of(&copy->seed, 0, COUNT(shifts) - 1)];
}

static bool shift_deferred(struct copy *copy)
{
	return is_foretold(copy, copy->at) &&
	       refind(copy, copy->at, call_of(copy)->start.deferred + any_shift(copy));
}

/* Each finds what the other has found. */
static bool swap_deferred(struct copy *copy)
{
	const struct shr_call *calls = copy->subject->sound.calls;
	size_t count = copy->subject->sound.count;

	for (size_t i = copy->at + 1; i < count; i++) {
		if (calls[i].instance != calls[copy->at].instance ||
		    calls[i].start.deferred == calls[copy->at].start.deferred)
			continue;
		copy->with = i;
		return is_foretold(copy, copy->at) && is_foretold(copy, i) &&
		       refind(copy, copy->at, calls[i].start.deferred) &&
		       refind(copy, i, calls[copy->at].start.deferred);
	}
	return false;
}

static bool shift_new_scan(struct copy *copy)
{
	end_of(copy, copy->at)->end.new_scan += any_of(&copy->seed, 0, 1) ? 1 : -1;
	return call_of(copy)->store_known;
}

/* The counter was off from this call on until the next has taken it. */
static bool shift_both(struct copy *copy)
{
	const struct shr_call *calls = copy->subject->sound.calls;
	int64_t shift = any_of(&copy->seed, 0, 1) ? 1 : -1;

	end_of(copy, copy->at)->end.new_scan += shift;
	for (size_t i = copy->at + 1; i < copy->subject->sound.count; i++)
		if (calls[i].counter == calls[copy->at].counter) {
			copy->with = i;
			return call_of(copy)->store_known &&
			       refind(copy, i, calls[i].start.deferred + shift);
		}
	return false;
}

/* Another cache size matters if another amount comes of it. */
static bool change_freeable(struct copy *copy)
{
	const struct shr_call *call = call_of(copy);
	struct shr_scan_input in = input_of(call);
	struct made was, made;

	if (!known(call, SHR_DELTA) || !make(copy, call, &in, &was))
		return false;
	in.freeable += any_shift(copy);
	start_of(copy, copy->at)->start.freeable = in.freeable;
	return in.freeable > 0 && make(copy, call, &in, &made) &&
	       (made.delta != was.delta || made.plan.planned != was.plan.planned ||
		made.scanned != was.scanned || made.store != was.store);
}

static bool change_delta(struct copy *copy)
{
	start_of(copy, copy->at)->start.delta += any_of(&copy->seed, 0, 1) ? 1 : -1;
	return known(call_of(copy), SHR_DELTA);
}

static bool change_planned(struct copy *copy)
{
	start_of(copy, copy->at)->start.total_scan += any_shift(copy);
	return true;
}

/* A batch more or less was scanned, and what was left over is as it would have been. */
static bool change_batches(struct copy *copy)
{
	const struct shr_rules *rules = &copy->subject->sound.summary->fit->rules;
	const struct shr_call *call = call_of(copy);
	int64_t batch = call->instance->batch.value;
	struct shr_scan_input in = input_of(call);
	struct shr_event *end = end_of(copy, copy->at);
	struct made made;

	if (any_of(&copy->seed, 0, 1))
		batch = -batch;
	/* A callback that may stop may have stopped there. */
	if (call->instance->refusal != SHR_REFUSES_NEVER || call->instance->may_count ||
	    !make(copy, call, &in, &made) || made.scanned + batch < 0)
		return false;
	end->end.total_scan -= batch;
	end->end.new_scan += shr_scan_store(rules->gen, &in, &made.plan,
					    made.scanned + batch, rules->long_size) -
			     made.store;
	return true;
}

static bool change_freed(struct copy *copy)
{
	end_of(copy, copy->at)->end.retval++;
	return true;
}

static size_t any_event(struct copy *copy)
{
	return any_of(&copy->seed, 0, 1) ? copy->subject->starts[copy->at]
					 : copy->subject->ends[copy->at];
}

static bool drop_event(struct copy *copy)
{
	size_t at = any_event(copy);

	memmove(&copy->events[at], &copy->events[at + 1],
		(copy->count - at - 1) * sizeof(*copy->events));
	copy->count--;
	return true;
}

/* The kernel says so where it has dropped one. */
static bool lose_event(struct copy *copy)
{
	struct shr_event *event = &copy->events[any_event(copy)];
	const struct shr_event lost = { .kind = SHR_LOST,
					.ts_ns = event->ts_ns,
					.has = SHR_HAS_TIME | SHR_HAS_CPU |
					       SHR_HAS_COUNT,
					.cpu = event->cpu,
					.lost = { 1, event->ts_ns } };

	*event = lost;
	return true;
}

/* The call's task has its end and its next start the wrong way round, or all of it. */
static bool swap_events(struct copy *copy)
{
	const struct subject *subject = copy->subject;
	size_t at = any_event(copy), next = at + 1;

	while (next < copy->count && (copy->events[next].kind > SHR_END ||
				      copy->events[next].pid != copy->events[at].pid))
		next++;
	if (next == copy->count)
		return false;
	for (size_t i = 0; i < subject->sound.count; i++)
		if (subject->starts[i] == next || subject->ends[i] == next)
			copy->with = i;
	/* Outside of reclaim calls on one shrinker may nest; their ends can be alike.
	 */
	if (call_of(copy)->start.priority == 0 &&
	    copy->events[next].shrinker == copy->events[at].shrinker)
		return false;
	struct shr_event first = copy->events[at];
	uint64_t ts_ns = first.ts_ns;

	copy->events[at] = copy->events[next];
	first.ts_ns = copy->events[at].ts_ns;
	copy->events[at].ts_ns = ts_ns;
	copy->events[next] = first;
	return true;
}

static bool change_pid(struct copy *copy)
{
	enum { NOBODY = 99999999 };

	copy->events[any_event(copy)].pid = NOBODY;
	return true;
}

#endif /* TESTS_UNIT_DAMAGE_H */
