/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/pair.h"

#include "core/err.h"
#include "core/replay/map.h"
#include "core/replay/purpose.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum {
	WINDOW = 1 << 15, /* steps that may wait for an open call's end */
	DEPTH_MAX = 4,	  /* drop_caches, a callback that allocates, and room */
	NO_TASK_DEPTH = 256,
	BLOCK = 64, /* calls per allocation */
	TASKS_MIN = 1024,
	RECENT = 64,
	BEHIND_SURE = 4,
};

/* The key of events whose task is not known; no pid has more than 32 bits. */
static const uint64_t no_task = UINT64_MAX;

struct task {
	uint64_t last_ns;	 /* its last event */
	struct shr_call *top;	 /* innermost open call; they link through `below` */
	struct shr_call *newest; /* it started last, if it still is that one: */
	uint64_t newest_starts;	 /* its starts_seen */
	enum shr_reclaim reclaim;
	uint32_t identity_has;
	struct shr_event identity; /* waits for its start, if identity_has */
};

struct block {
	struct block *next;
	struct shr_call calls[BLOCK];
};

/* Tasks come in runs: the last one of each hash is kept, to spare the map. */
struct recent {
	uint64_t pid;
	struct task *task; /* NULL: none */
};

struct shr_pair {
	bool blind;
	bool finished;
	struct shr_map tasks; /* struct task by pid */
	size_t sweep_at;      /* tasks */
	struct recent recent[RECENT];
	struct block *blocks; /* owned: all calls there are */
	struct shr_call *free_calls;
	struct shr_step *first; /* that was not handed out yet */
	struct shr_step **last; /* where the next is linked */
	size_t waiting;
	uint64_t open;	/* calls on all stacks */
	int64_t behind; /* identities that came behind their start; less the others */
	struct shr_pair_stats stats;
};

struct shr_pair *shr_pair_new(bool blind, struct shr_err *err)
{
	struct shr_pair *pair = calloc(1, sizeof(*pair));

	if (!pair) {
		shr_fail(err, SHR_ERR_NOMEM, "out of memory");
		return NULL;
	}
	pair->blind = blind;
	pair->last = &pair->first;
	pair->sweep_at = TASKS_MIN;
	return pair;
}

void shr_pair_free(struct shr_pair *pair)
{
	if (!pair)
		return;
	for (size_t i = 0; i < pair->tasks.cap; i++)
		free(pair->tasks.entries[i].value);
	while (pair->blocks) {
		struct block *block = pair->blocks;

		pair->blocks = block->next;
		free(block);
	}
	shr_map_release(&pair->tasks);
	free(pair);
}

const struct shr_pair_stats *shr_pair_stats(const struct shr_pair *pair)
{
	return &pair->stats;
}

static void push(struct shr_pair *pair, struct shr_step *step, enum shr_step_kind kind,
		 struct shr_call *call)
{
	*step = (struct shr_step){ .kind = kind, .call = call };
	*pair->last = step;
	pair->last = &step->next;
	pair->waiting++;
}

static struct shr_call *new_call(struct shr_pair *pair)
{
	if (!pair->free_calls) {
		struct block *block = malloc(sizeof(*block));

		if (!block)
			return NULL;
		block->next = pair->blocks;
		pair->blocks = block;
		for (size_t i = 0; i < BLOCK; i++)
			shr_pair_drop(pair, &block->calls[i]);
	}
	struct shr_call *call = pair->free_calls;

	pair->free_calls = call->next;
	return call;
}

void shr_pair_drop(struct shr_pair *pair, struct shr_call *call)
{
	call->starts_seen = 0;
	call->next = pair->free_calls;
	pair->free_calls = call;
}

/*
 * Forget tasks with nothing open, so that memory follows what is open.  That is put
 * off until they are many: a task in reclaim comes back at once.
 */
static bool sweep_tasks(struct shr_pair *pair)
{
	struct shr_map kept = { 0 };

	for (size_t i = 0; i < pair->tasks.cap; i++) {
		const struct shr_map_entry *entry = &pair->tasks.entries[i];
		struct task *task = entry->value;

		if (!task)
			continue;
		if (!task->top && !task->identity_has && !task->reclaim) {
			free(task);
			continue;
		}
		void **slot = shr_map_add(&kept, entry->a, entry->b);

		if (!slot)
			return false;
		*slot = task;
	}
	shr_map_release(&pair->tasks);
	memset(pair->recent, 0, sizeof(pair->recent));
	pair->tasks = kept;
	pair->sweep_at = kept.count * 2 > TASKS_MIN ? kept.count * 2 : TASKS_MIN;
	return true;
}

static struct task *find_task(struct shr_pair *pair, uint64_t pid)
{
	struct recent *recent = &pair->recent[pid % RECENT];

	if (recent->task && recent->pid == pid)
		return recent->task;
	*recent = (struct recent){ pid, shr_map_find(&pair->tasks, pid, 0) };
	return recent->task;
}

static struct task *task_of(struct shr_pair *pair, uint64_t pid, struct shr_err *err)
{
	struct task *task = find_task(pair, pid);

	if (task)
		return task;
	bool swept = pair->tasks.count < pair->sweep_at || sweep_tasks(pair);
	void **slot = swept ? shr_map_add(&pair->tasks, pid, 0) : NULL;

	if (slot)
		*slot = task = calloc(1, sizeof(*task));
	if (slot && !task)
		pair->tasks.count--;
	if (!task)
		shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	return task;
}

static uint64_t pid_of(const struct shr_event *event)
{
	return event->has & SHR_HAS_PID ? (uint32_t)event->pid : no_task;
}

static void make_orphan(struct shr_pair *pair, struct shr_call *call)
{
	call->orphan = true;
	pair->stats.orphan_starts++;
	pair->open--;
	/* Its start has been handed out already: take that back. */
	if (call->settled && !pair->finished)
		push(pair, &call->ends, SHR_STEP_ABANDON, call);
}

/*
 * A task in reclaim (PF_MEMALLOC) does not enter it again, and only callers outside
 * of reclaim (drop_caches, memory failure) use priority 0: a start above any other
 * open call says that the end of that one is missing.
 */
static bool may_nest(const struct shr_call *outer)
{
	return !(outer->has & SHR_HAS_PRIORITY) || outer->start.priority == 0;
}

/* @known: whether it is one task; else all tasks share the stack. */
static void drop_stale(struct shr_pair *pair, struct task *task, bool known)
{
	unsigned depth = 0, depth_max = known ? DEPTH_MAX : NO_TASK_DEPTH;

	for (struct shr_call **link = &task->top; *link;) {
		struct shr_call *call = *link;

		if ((!known || may_nest(call)) && ++depth < depth_max) {
			link = &call->below;
			continue;
		}
		*link = call->below;
		make_orphan(pair, call);
	}
}

static void keep_identity(struct shr_call *call, const struct shr_event *event,
			  uint32_t has)
{
	call->identity_has = has;
	call->identity = event->identity;
	if (!(has & (SHR_HAS_MEMCG | SHR_HAS_MEMCG_PTR)) ||
	    call->memcg_from == SHR_MEMCG_EVENT)
		return;
	call->memcg_from = SHR_MEMCG_IDENTITY;
	call->cgroup = has & SHR_HAS_MEMCG ? event->memcg_id : 0;
}

/* A store at a time: for this much a compiler would rather call memset. */
static void clear(struct shr_call *call)
{
	char *at = (char *)call;
	const size_t piece = 32;
	size_t rest = offsetof(struct shr_call, start_ns);

	for (; rest >= piece; rest -= piece, at += piece)
		memset(at, 0, piece);
	memset(at, 0, offsetof(struct shr_call, start_ns) % piece);
}

/* Which call it is, as far as either of its events tells. */
static void fill_call(const struct shr_pair *pair, struct shr_call *call,
		      const struct shr_event *event)
{
	bool memcg = !pair->blind && (event->has & SHR_HAS_MEMCG);

	clear(call);
	call->shrinker = event->has & SHR_HAS_SHRINKER ? event->shrinker : 0;
	call->callback = event->callback;
	call->pid = event->pid;
	call->comm = event->comm;
	call->cpu = event->cpu;
	call->nid = event->nid;
	call->has = event->has;
	call->cgroup = memcg ? event->memcg_id : 0;
	call->memcg_from = memcg ? SHR_MEMCG_EVENT : SHR_MEMCG_NONE;
}

static void fill_start(struct shr_pair *pair, struct shr_call *call,
		       const struct shr_event *event)
{
	fill_call(pair, call, event);
	call->start_ns = event->ts_ns;
	call->start = event->start;
	call->gaps_before = pair->stats.gaps;
	call->starts_seen = pair->stats.starts;
	call->alone = pair->open++ == 0;
	call->gave.count = call->ahead.count = call->others.count = 0;
	call->gave.total = call->ahead.total = call->others.total = 0;
	call->legacies.count = call->arrivals.count = 0;
}

static int take_start(struct shr_pair *pair, const struct shr_event *event,
		      struct shr_err *err)
{
	struct task *task = task_of(pair, pid_of(event), err);
	struct shr_call *call = task ? new_call(pair) : NULL;

	if (!call)
		return task ? shr_fail(err, SHR_ERR_NOMEM, "out of memory") : -1;
	pair->stats.starts++;
	fill_start(pair, call, event);
	call->floor_ns = task->last_ns;
	call->reclaim = task->reclaim;
	if (task->newest && task->newest->starts_seen == task->newest_starts)
		task->newest->later = call;
	task->newest = call;
	task->newest_starts = call->starts_seen;
	task->last_ns = event->ts_ns;
	if (task->top)
		drop_stale(pair, task, event->has & SHR_HAS_PID);
	/* A kprobe on do_shrink_slab() fires before the start, for this shrinker or,
	 * where the count was 0, for another one. */
	if (task->identity_has && task->identity.shrinker == call->shrinker) {
		keep_identity(call, &task->identity, task->identity_has);
		pair->behind--;
	}
	task->identity_has = 0;
	call->below = task->top;
	task->top = call;
	push(pair, &call->begins, SHR_STEP_START, call);
	return 0;
}

static bool same_shrinker(const struct shr_call *call, const struct shr_event *event)
{
	if (call->has & event->has & SHR_HAS_SHRINKER)
		return call->shrinker == event->shrinker;
	return call->callback == event->callback;
}

/*
 * The open call that @event ends: the innermost on its shrinker whose deferred count
 * the end repeats; or, where no event is missing since, the innermost on its
 * shrinker, so that a wrong value is seen as one and not as two orphans.
 */
static struct shr_call **find_open(const struct shr_pair *pair, struct task *task,
				   const struct shr_event *event)
{
	struct shr_call **fallback = NULL;

	for (struct shr_call **link = &task->top; *link; link = &(*link)->below) {
		struct shr_call *call = *link;

		if (!same_shrinker(call, event))
			continue;
		if (call->start.deferred == event->end.deferred)
			return link;
		if (!fallback && call->gaps_before == pair->stats.gaps)
			fallback = link;
	}
	return fallback;
}

static void fill_end(struct shr_call *call, const struct shr_event *event)
{
	call->end_ns = event->ts_ns;
	call->end_cpu = event->cpu;
	call->end_nid = event->nid;
	call->end_has = event->has;
	call->end = event->end;
	call->ended = true;
}

/* Its start is missing, but what it gave back is known, and when. */
static int take_stray(struct shr_pair *pair, const struct shr_event *event,
		      struct shr_err *err)
{
	struct shr_call *carrier = new_call(pair);

	pair->stats.orphan_ends++;
	if (!carrier)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	fill_call(pair, carrier, event);
	fill_end(carrier, event);
	push(pair, &carrier->ends, SHR_STEP_STRAY, carrier);
	return 0;
}

static int take_end(struct shr_pair *pair, const struct shr_event *event,
		    struct shr_err *err)
{
	uint64_t pid = pid_of(event);
	struct task *task = find_task(pair, pid);
	struct shr_call **link = task ? find_open(pair, task, event) : NULL;

	pair->stats.ends++;
	if (!link)
		return take_stray(pair, event, err);
	struct shr_call *call = *link;

	/* Without tasks the stack is only a heap of what is open. */
	while ((event->has & SHR_HAS_PID) && task->top != call) {
		struct shr_call *inner = task->top;

		task->top = inner->below;
		make_orphan(pair, inner);
	}
	if (task->top == call)
		task->top = call->below;
	else
		*link = call->below;
	fill_end(call, event);
	call->alone &= call->starts_seen == pair->stats.starts;
	pair->open--;
	task->last_ns = event->ts_ns;
	push(pair, &call->ends, SHR_STEP_END, call);
	return 0;
}

/* A tracepoint probe fires just after the start that it tells about. */
static int take_identity(struct shr_pair *pair, const struct shr_event *event,
			 struct shr_err *err)
{
	uint64_t pid = pid_of(event);
	struct task *task = find_task(pair, pid);
	struct shr_call *call = task ? task->top : NULL;

	if (pair->blind)
		return 0;
	if (call && !call->identity_has && call->shrinker == event->shrinker) {
		keep_identity(call, event, event->has);
		pair->behind++;
		return 0;
	}
	/* The start that it was behind is missing: it is not the next one's. */
	if (pair->behind >= BEHIND_SURE)
		return 0;
	task = task ? task : task_of(pair, pid, err);
	if (!task)
		return -1;
	task->identity = *event;
	task->identity_has = event->has;
	return 0;
}

/* Whether @event may be one of those that are missing, or belong to one. */
static bool is_near(const struct shr_event *event, const struct shr_event *lost)
{
	return !(event->has & lost->has & SHR_HAS_CPU) || event->cpu == lost->cpu;
}

/* What is lost may be the start of an identity, or the end of a task's reclaim. */
static void forget_tasks(struct shr_pair *pair, const struct shr_event *lost)
{
	for (size_t i = 0; i < pair->tasks.cap; i++) {
		struct task *task = pair->tasks.entries[i].value;

		if (!task)
			continue;
		if (is_near(&task->identity, lost))
			task->identity_has = 0;
		task->reclaim = SHR_RECLAIM_UNKNOWN;
	}
}

static int take_gap(struct shr_pair *pair, const struct shr_event *event,
		    struct shr_gap gap, struct shr_err *err)
{
	struct shr_call *carrier = new_call(pair);

	if (!carrier)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	pair->stats.gaps++;
	forget_tasks(pair, event);
	carrier->gap = gap;
	push(pair, &carrier->begins, SHR_STEP_GAP, carrier);
	return 0;
}

/* Cgroups come and go in the order of time, among the steps of calls. */
static int take_cgroup(struct shr_pair *pair, const struct shr_event *event,
		       struct shr_err *err)
{
	struct shr_call *carrier = new_call(pair);

	if (!carrier)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	carrier->cgroup = event->has & SHR_HAS_MEMCG ? event->memcg_id : 0;
	carrier->start_ns = event->ts_ns;
	carrier->context = event->context;
	push(pair, &carrier->begins, SHR_STEP_CGROUP, carrier);
	return 0;
}

static int take_context(struct shr_pair *pair, const struct shr_event *event,
			struct shr_err *err)
{
	enum shr_context_kind kind = event->context.kind;
	struct task *task;

	if (kind == SHR_CGROUP_MKDIR || kind == SHR_CGROUP_RMDIR)
		return take_cgroup(pair, event, err);
	task = task_of(pair, pid_of(event), err);
	if (!task)
		return -1;
	task->reclaim = shr_reclaim_after(task->reclaim, kind);
	return 0;
}

int shr_pair_event(struct shr_pair *pair, const struct shr_event *event,
		   struct shr_err *err)
{
	switch (event->kind) {
	case SHR_START:
		return take_start(pair, event, err);
	case SHR_END:
		return take_end(pair, event, err);
	case SHR_IDENTITY:
		return take_identity(pair, event, err);
	case SHR_CONTEXT:
		return take_context(pair, event, err);
	case SHR_LOST:
		return take_gap(pair, event,
				(struct shr_gap){ event->cpu, event->lost.from_ns,
						  event->ts_ns, event->lost.count },
				err);
	case SHR_MALFORMED: /* one event that is as good as lost */
		return take_gap(
			pair, event,
			(struct shr_gap){ event->cpu, event->ts_ns, event->ts_ns, 1 },
			err);
	}
	return 0;
}

void shr_pair_finish(struct shr_pair *pair)
{
	pair->finished = true;
	for (size_t i = 0; i < pair->tasks.cap; i++) {
		struct task *task = pair->tasks.entries[i].value;

		while (task && task->top) {
			struct shr_call *call = task->top;

			task->top = call->below;
			make_orphan(pair, call);
		}
	}
}

struct shr_step *shr_pair_next(struct shr_pair *pair)
{
	struct shr_step *step = pair->first;

	if (!step || step->kind != SHR_STEP_START)
		return step;
	const struct shr_call *call = step->call;
	bool known = call->ended || call->orphan || pair->finished;

	return known || pair->waiting >= WINDOW ? step : NULL;
}

void shr_pair_take(struct shr_pair *pair)
{
	struct shr_step *step = pair->first;

	if (step->kind == SHR_STEP_START)
		step->call->settled = true;
	pair->first = step->next;
	if (!pair->first)
		pair->last = &pair->first;
	pair->waiting--;
}

size_t shr_pair_waiting(const struct shr_pair *pair)
{
	return pair->waiting;
}
