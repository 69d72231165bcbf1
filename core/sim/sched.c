/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The baton is `on`, under `lock`: who has it is the only one to touch anything else
 * here, so that all of it is as ordered as the batons are, and needs no lock of its
 * own.  Threads are kept when their task has ended, for the next one.
 *
 * A task is in one place: in the queue, by (due, number); in the list of those that
 * wait; or on.  When nobody is on and nobody is in the queue, those that wait do so for
 * each other, and the baton goes to who runs it all.
 */
#include "core/sim/sched.h"

#include "core/err.h"

#include <assert.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>

/* So long it takes to find a lock taken: who tries for ever does so in time. */
static const uint64_t miss_ns = 100;

/* Tasks call deep into a domain, and a sanitizer's frames are large. */
static const size_t stack_len = (size_t)1 << 20;

struct thread {
	struct shr_sched *sched;
	struct thread *next; /* of all */
	struct thread *idle; /* of those without a task */
	pthread_t id;
	pthread_cond_t turn;
	struct task *task; /* NULL: none now, and if it is on: end */
};

struct task {
	void (*run)(void *data);
	void *data;
	uint64_t due_ns, number;
	struct thread *thread;	/* NULL: not begun */
	const void *waits_for;	/* NULL: it is in the queue, or on */
	struct task *next_wait; /* of those that wait, by how long they do */
	uint64_t waited_ns;
};

struct shr_sched {
	struct shr_waiter waiter; /* first: wait and wake cast back */
	pthread_mutex_t lock;
	pthread_cond_t turn;  /* of who runs it all */
	struct thread *on;    /* under lock; NULL: who runs it all */
	struct thread *first; /* owned */
	struct thread *idle;
	unsigned threads, tasks;
	struct task **queue; /* owned: a heap, the first due on top */
	size_t queued, cap;
	struct task *first_wait, *last_wait;
	struct task *paused; /* goes on before all others */
	uint64_t now_ns, last_number, misses;
	bool ending, giving_up;
	struct shr_err err; /* why nobody can go on; code NONE: they can */
};

static bool is_before(const struct task *a, const struct task *b)
{
	if (a->due_ns != b->due_ns)
		return a->due_ns < b->due_ns;
	return a->number < b->number;
}

static void swap(struct task **a, struct task **b)
{
	struct task *kept = *a;

	*a = *b;
	*b = kept;
}

/* There is room: shr_sched_start() saw to it for all tasks. */
static void enqueue(struct shr_sched *sched, struct task *task, uint64_t due_ns)
{
	size_t i = sched->queued++;

	assert(i < sched->cap);
	task->due_ns = due_ns;
	task->number = ++sched->last_number;
	sched->queue[i] = task;
	for (; i && is_before(sched->queue[i], sched->queue[(i - 1) / 2]);
	     i = (i - 1) / 2)
		swap(&sched->queue[i], &sched->queue[(i - 1) / 2]);
}

static struct task *dequeue(struct shr_sched *sched)
{
	struct task *first = sched->queue[0];
	size_t i = 0, child;

	sched->queue[0] = sched->queue[--sched->queued];
	while ((child = 2 * i + 1) < sched->queued) {
		if (child + 1 < sched->queued &&
		    is_before(sched->queue[child + 1], sched->queue[child]))
			child++;
		if (!is_before(sched->queue[child], sched->queue[i]))
			break;
		swap(&sched->queue[i], &sched->queue[child]);
		i = child;
	}
	return first;
}

/* Until the baton is @thread's (NULL: who runs it all). */
static void await_turn(struct shr_sched *sched, struct thread *thread)
{
	while (sched->on != thread)
		pthread_cond_wait(thread ? &thread->turn : &sched->turn, &sched->lock);
}

/* With lock held. */
static void give(struct shr_sched *sched, struct thread *to)
{
	sched->on = to;
	pthread_cond_signal(to ? &to->turn : &sched->turn);
}

static void hand_over(struct shr_sched *sched, struct thread *from, struct thread *to)
{
	if (from == to)
		return;
	pthread_mutex_lock(&sched->lock);
	give(sched, to);
	await_turn(sched, from);
	pthread_mutex_unlock(&sched->lock);
}

static void *thread_main(void *data);

/* NULL with sched->err filled in: there are too many, or no memory. */
static struct thread *new_thread(struct shr_sched *sched)
{
	struct thread *thread = NULL;
	pthread_attr_t attr;

	if (sched->threads < SHR_SCHED_THREADS)
		thread = calloc(1, sizeof(*thread));
	if (!thread)
		goto fail;
	thread->sched = sched;
	pthread_cond_init(&thread->turn, NULL);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, stack_len);
	int failed = pthread_create(&thread->id, &attr, thread_main, thread);

	pthread_attr_destroy(&attr);
	if (failed) {
		pthread_cond_destroy(&thread->turn);
		free(thread);
		goto fail;
	}
	sched->threads++;
	thread->next = sched->first;
	sched->first = thread;
	return thread;
fail:
	shr_fail(&sched->err, SHR_ERR_NOMEM,
		 "no thread for one more task beside %u that run or wait",
		 sched->threads);
	return NULL;
}

static struct thread *thread_for(struct shr_sched *sched, struct task *task)
{
	struct thread *thread = task->thread ? task->thread : sched->idle;

	if (!task->thread && thread)
		sched->idle = thread->idle;
	if (!thread)
		thread = new_thread(sched);
	if (thread) {
		thread->task = task;
		task->thread = thread;
	}
	return thread;
}

static void fail_deadlock(struct shr_sched *sched)
{
	shr_fail(&sched->err, SHR_ERR_UNSUPPORTED,
		 "deadlock: all %u tasks that are left wait for each other, at %llu ns",
		 sched->tasks, (unsigned long long)sched->now_ns);
}

/* Whose turn is next, and it is that time: a thread, or who runs it all. */
static struct thread *next_thread(struct shr_sched *sched)
{
	if (sched->err.code)
		return NULL;
	if (!sched->queued) {
		if (sched->tasks)
			fail_deadlock(sched);
		return NULL;
	}
	struct task *next = dequeue(sched);
	struct thread *thread = thread_for(sched, next);

	if (!thread)
		enqueue(sched, next, next->due_ns);
	else if (next->due_ns > sched->now_ns && !sched->ending)
		sched->now_ns = next->due_ns;
	return thread;
}

static void end_task(struct shr_sched *sched, struct thread *thread)
{
	free(thread->task);
	thread->task = NULL;
	sched->tasks--;
	thread->idle = sched->idle;
	sched->idle = thread;
}

static void *thread_main(void *data)
{
	struct thread *thread = data;
	struct shr_sched *sched = thread->sched;

	pthread_mutex_lock(&sched->lock);
	await_turn(sched, thread);
	while (thread->task) {
		pthread_mutex_unlock(&sched->lock);
		thread->task->run(thread->task->data);
		end_task(sched, thread);
		hand_over(sched, thread, next_thread(sched));
		pthread_mutex_lock(&sched->lock);
	}
	give(sched, NULL);
	pthread_mutex_unlock(&sched->lock);
	return NULL;
}

void shr_sched_sleep(struct shr_sched *sched, uint64_t ns)
{
	const uint64_t due_ns = sched->ending || ns > UINT64_MAX - sched->now_ns
					? sched->now_ns
					: sched->now_ns + ns;
	struct thread *self = sched->on;

	assert(self);
	if (!sched->queued || sched->queue[0]->due_ns > due_ns) {
		sched->now_ns = due_ns;
		return;
	}
	enqueue(sched, self->task, due_ns);
	hand_over(sched, self, next_thread(sched));
}

void shr_sched_pause(struct shr_sched *sched)
{
	struct thread *self = sched->on;

	assert(self && !sched->paused);
	sched->paused = self->task;
	hand_over(sched, self, NULL);
}

static void wait_for(struct shr_waiter *waiter, const void *what)
{
	struct shr_sched *sched = (struct shr_sched *)waiter;
	struct thread *self = sched->on;
	const uint64_t from_ns = sched->now_ns;

	assert(self && what);
	self->task->waits_for = what;
	self->task->next_wait = NULL;
	*(sched->last_wait ? &sched->last_wait->next_wait : &sched->first_wait) =
		self->task;
	sched->last_wait = self->task;
	hand_over(sched, self, next_thread(sched));
	if (!sched->giving_up) {
		self->task->waited_ns += sched->now_ns - from_ns;
		return;
	}
	/* What it waits for will never be; there is no way back from here. */
	pthread_mutex_lock(&sched->lock);
	give(sched, NULL);
	pthread_mutex_unlock(&sched->lock);
	pthread_exit(NULL);
}

static void wake(struct shr_waiter *waiter, const void *what)
{
	struct shr_sched *sched = (struct shr_sched *)waiter;
	struct task **at = &sched->first_wait, *before = NULL;

	for (; *at && (*at)->waits_for != what; at = &(*at)->next_wait)
		before = *at;
	struct task *woken = *at;

	if (!woken)
		return;
	*at = woken->next_wait;
	if (sched->last_wait == woken)
		sched->last_wait = before;
	woken->waits_for = NULL;
	enqueue(sched, woken, sched->now_ns);
}

static void miss(struct shr_waiter *waiter, const void *what)
{
	struct shr_sched *sched = (struct shr_sched *)waiter;

	(void)what;
	sched->misses++;
	if (sched->on)
		shr_sched_sleep(sched, miss_ns);
}

struct shr_sched *shr_sched_new(struct shr_err *err)
{
	struct shr_sched *sched = calloc(1, sizeof(*sched));

	if (!sched) {
		shr_fail(err, SHR_ERR_NOMEM, "out of memory");
		return NULL;
	}
	sched->waiter = (struct shr_waiter){ wait_for, wake, miss };
	pthread_mutex_init(&sched->lock, NULL);
	pthread_cond_init(&sched->turn, NULL);
	return sched;
}

static bool make_room(struct shr_sched *sched)
{
	if (sched->tasks < sched->cap)
		return true;
	size_t cap = sched->cap ? 2 * sched->cap : 16;
	struct task **queue = reallocarray(sched->queue, cap, sizeof(struct task *));

	if (!queue)
		return false;
	sched->queue = queue;
	sched->cap = cap;
	return true;
}

int shr_sched_start(struct shr_sched *sched, uint64_t at_ns, void (*run)(void *data),
		    void *data, struct shr_err *err)
{
	struct task *task = make_room(sched) ? calloc(1, sizeof(*task)) : NULL;

	if (!task)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	task->run = run;
	task->data = data;
	sched->tasks++;
	enqueue(sched, task, at_ns > sched->now_ns ? at_ns : sched->now_ns);
	return 0;
}

int shr_sched_run(struct shr_sched *sched, struct shr_err *err)
{
	struct task *paused = sched->paused;

	assert(!sched->on);
	sched->paused = NULL;
	struct thread *next = paused ? paused->thread : next_thread(sched);

	if (next)
		hand_over(sched, NULL, next);
	if (sched->err.code) {
		*err = sched->err;
		return -1;
	}
	return sched->paused != NULL;
}

/* Those that have not begun; the others come in any order that is always the same. */
static void forget_new(struct shr_sched *sched)
{
	const size_t queued = sched->queued;

	sched->queued = 0;
	for (size_t i = 0; i < queued; i++) {
		struct task *task = sched->queue[i];

		if (task->thread) {
			enqueue(sched, task, task->due_ns);
			continue;
		}
		free(task);
		sched->tasks--;
	}
}

bool shr_sched_end(struct shr_sched *sched)
{
	struct shr_err err;

	sched->ending = true;
	sched->err.code = SHR_ERR_NONE;
	forget_new(sched);
	while (shr_sched_run(sched, &err) > 0)
		;
	return !sched->tasks;
}

static void end_threads(struct shr_sched *sched)
{
	struct thread *next;

	for (struct thread *thread = sched->first; thread; thread = next) {
		next = thread->next;
		hand_over(sched, NULL, thread);
		pthread_join(thread->id, NULL);
		pthread_cond_destroy(&thread->turn);
		free(thread->task);
		free(thread);
	}
}

void shr_sched_free(struct shr_sched *sched)
{
	if (!sched)
		return;
	shr_sched_end(sched);
	sched->giving_up = true;
	end_threads(sched);
	pthread_cond_destroy(&sched->turn);
	pthread_mutex_destroy(&sched->lock);
	free(sched->queue);
	free(sched);
}

void shr_sched_tick(struct shr_sched *sched)
{
	if (!sched->ending)
		sched->now_ns++;
}

uint64_t shr_sched_now(const struct shr_sched *sched)
{
	return sched->now_ns;
}

bool shr_sched_is_ending(const struct shr_sched *sched)
{
	return sched->ending;
}

void *shr_sched_current(const struct shr_sched *sched)
{
	return sched->on ? sched->on->task->data : NULL;
}

uint64_t shr_sched_waited(const struct shr_sched *sched)
{
	return sched->on ? sched->on->task->waited_ns : 0;
}

uint64_t shr_sched_misses(const struct shr_sched *sched)
{
	return sched->misses;
}

unsigned shr_sched_count(const struct shr_sched *sched)
{
	return sched->tasks;
}

struct shr_waiter *shr_sched_waiter(struct shr_sched *sched)
{
	return &sched->waiter;
}
