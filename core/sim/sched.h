/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sched - tasks in virtual time: threads of which exactly one runs.
 *
 * A task is a real thread, so that it can run what a thread would, passes through a
 * whole domain among it; but it has the baton only until it sleeps, waits or ends, and
 * the next to have it is who is due first, in virtual nanoseconds, and of those who
 * came first.  So what happens depends on nothing but what tasks do.  Time passes by
 * sleeping alone: whoever works for a while sleeps for that long, which costs nothing
 * where nobody else is due before.
 *
 * Who runs the tasks is the caller of shr_sched_run(), in his own thread.  He has the
 * baton when it returns, and may use what tasks use.
 *
 *	shr_sched_start(sched, 0, task, data, &err);
 *	while ((got = shr_sched_run(sched, &err)) > 0)
 *		use_what_they_left();
 */
#ifndef CORE_SIM_SCHED_H
#define CORE_SIM_SCHED_H

#include "core/shrinker/waiter.h"

#include <stdbool.h>
#include <stdint.h>

struct shr_err;
struct shr_sched;

enum { SHR_SCHED_THREADS = 4096 }; /* tasks that are neither new nor ended */

/* NULL with *err filled in when memory runs out. */
struct shr_sched *shr_sched_new(struct shr_err *err);

/* Ends tasks, and those that wait for each other where they are.  NULL is fine. */
void shr_sched_free(struct shr_sched *sched);

/*
 * End what was started: tasks that have not begun never do, time stands still for the
 * others, and shr_sched_is_ending() tells them to come to an end.  False: some wait for
 * each other, and what they hold stays held for ever.
 */
bool shr_sched_end(struct shr_sched *sched);

/*
 * A new task that calls @run with @data at @at_ns, or now if that is past.  Returns 0,
 * or -1 when memory runs out.
 */
int shr_sched_start(struct shr_sched *sched, uint64_t at_ns, void (*run)(void *data),
		    void *data, struct shr_err *err);

/*
 * Run tasks: 1 when one of them paused; 0 when all have ended; -1 when those that are
 * left wait for each other, or when there are no threads for so many.  The last two
 * repeat for ever.
 */
int shr_sched_run(struct shr_sched *sched, struct shr_err *err);

/* Now, in virtual time. */
uint64_t shr_sched_now(const struct shr_sched *sched);

/* Whether to come to an end. */
bool shr_sched_is_ending(const struct shr_sched *sched);

/* Who is on: what shr_sched_start() was given; NULL in the caller of run. */
void *shr_sched_current(const struct shr_sched *sched);

/* How long the task that is on has waited so far, in all. */
uint64_t shr_sched_waited(const struct shr_sched *sched);

/* How often a task of a domain found a lock taken that it only tried. */
uint64_t shr_sched_misses(const struct shr_sched *sched);

/* Tasks that were started, and have not ended. */
unsigned shr_sched_count(const struct shr_sched *sched);

/* Of a task: let time pass, and whoever is due meanwhile. */
void shr_sched_sleep(struct shr_sched *sched, uint64_t ns);

/* Of a task: let who called shr_sched_run() have a look, while no time passes. */
void shr_sched_pause(struct shr_sched *sched);

/* One nanosecond passes, and nobody is let on for it. */
void shr_sched_tick(struct shr_sched *sched);

/* By which a domain's waits are virtual, too; valid as long as @sched. */
struct shr_waiter *shr_sched_waiter(struct shr_sched *sched);

#endif /* CORE_SIM_SCHED_H */
