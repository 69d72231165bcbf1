/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * completion - one thread waits for something that another says is done, once.
 *
 * Who has waited may free it at once: the last that shr_completion_done() touches is
 * a mutex which he takes after it.  With a waiter (waiter.h) waits are its owner's.
 */
#ifndef CORE_SHRINKER_COMPLETION_H
#define CORE_SHRINKER_COMPLETION_H

#include <pthread.h>
#include <stdbool.h>

struct shr_waiter;

struct shr_completion {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool done;
	struct shr_waiter *waiter; /* borrowed; NULL: a wait blocks the thread */
};

/*
 * Nobody has said so yet.  Released it is when nobody waits or will say so.  @waiter
 * may be NULL.
 */
void shr_completion_init(struct shr_completion *completion, struct shr_waiter *waiter);
void shr_completion_release(struct shr_completion *completion);

/* What was done before is visible to who waits. */
void shr_completion_done(struct shr_completion *completion);

/* Returns at once if it was done before. */
void shr_completion_wait(struct shr_completion *completion);

#endif /* CORE_SHRINKER_COMPLETION_H */
