/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rwsem - a semaphore of one writer or many readers that never wait.
 *
 * As the kernel's shrinker_rwsem is used up to 6.6: passes try, and give up where a
 * writer holds it or waits for it; who registers waits until the last pass is done.
 * From 6.7 on only the writers' side is left, and it is a mutex.
 *
 * Waits are the owner's where he has a waiter, and block the thread where not.
 */
#ifndef CORE_SHRINKER_RWSEM_H
#define CORE_SHRINKER_RWSEM_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct shr_waiter;

struct shr_rwsem {
	/* Readers, and a bit that a writer holds it or waits for them to go. */
	_Atomic unsigned state;
	pthread_mutex_t writers; /* held by the writer that the bit is of */
	pthread_mutex_t lock;	 /* under which a writer waits */
	pthread_cond_t drained;
	struct shr_waiter *waiter; /* borrowed; NULL: waits block the thread */
};

/* Nobody holds it, then and when it is released.  @waiter may be NULL. */
void shr_rwsem_init(struct shr_rwsem *sem, struct shr_waiter *waiter);
void shr_rwsem_release(struct shr_rwsem *sem);

/* False at once where a writer holds it or waits. */
bool shr_rwsem_try_read(struct shr_rwsem *sem);

/* Waits for writers; those that come later wait for us. */
void shr_rwsem_read(struct shr_rwsem *sem);
void shr_rwsem_read_unlock(struct shr_rwsem *sem);

/* Whether a writer waits for the reader that asks. */
bool shr_rwsem_is_contended(struct shr_rwsem *sem);

/* Waits for all readers, and keeps out those that come. */
void shr_rwsem_write(struct shr_rwsem *sem);
void shr_rwsem_write_unlock(struct shr_rwsem *sem);

#endif /* CORE_SHRINKER_RWSEM_H */
