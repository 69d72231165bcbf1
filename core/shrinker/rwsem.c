/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A reader comes by adding 1 to a state without the writer's bit, and leaves by
 * subtracting it.  A writer sets the bit, after which no reader comes, and waits for
 * the last to leave.  Each pair that must see each other's work meets in `state`:
 *
 *	writer leaves (release) -> reader comes (acquire)
 *	reader leaves (release) -> writer sees 0 readers (acquire)
 *
 * and writers meet in the mutex.  The last reader wakes a waiting writer under `lock`:
 * either the writer has not yet looked, and sees 0, or it waits, and is woken.
 */
#include "core/shrinker/rwsem.h"

enum { READER = 1 };

static const unsigned writer = 1u << 31;

void shr_rwsem_init(struct shr_rwsem *sem)
{
	atomic_init(&sem->state, 0);
	pthread_mutex_init(&sem->writers, NULL);
	pthread_mutex_init(&sem->lock, NULL);
	pthread_cond_init(&sem->drained, NULL);
}

void shr_rwsem_release(struct shr_rwsem *sem)
{
	pthread_cond_destroy(&sem->drained);
	pthread_mutex_destroy(&sem->lock);
	pthread_mutex_destroy(&sem->writers);
}

bool shr_rwsem_try_read(struct shr_rwsem *sem)
{
	unsigned state = atomic_load_explicit(&sem->state, memory_order_relaxed);

	do {
		if (state & writer)
			return false;
	} while (!atomic_compare_exchange_weak_explicit(
		&sem->state, &state, state + READER, memory_order_acquire,
		memory_order_relaxed));
	return true;
}

void shr_rwsem_read(struct shr_rwsem *sem)
{
	/* While we hold this the bit is nobody's, and clear. */
	pthread_mutex_lock(&sem->writers);
	atomic_fetch_add_explicit(&sem->state, READER, memory_order_acquire);
	pthread_mutex_unlock(&sem->writers);
}

void shr_rwsem_read_unlock(struct shr_rwsem *sem)
{
	if (atomic_fetch_sub_explicit(&sem->state, READER, memory_order_release) !=
	    (writer | READER))
		return;
	pthread_mutex_lock(&sem->lock);
	pthread_cond_signal(&sem->drained);
	pthread_mutex_unlock(&sem->lock);
}

bool shr_rwsem_is_contended(struct shr_rwsem *sem)
{
	/* A hint: nothing is read because of it. */
	return atomic_load_explicit(&sem->state, memory_order_relaxed) & writer;
}

void shr_rwsem_write(struct shr_rwsem *sem)
{
	pthread_mutex_lock(&sem->writers);
	atomic_fetch_or_explicit(&sem->state, writer, memory_order_relaxed);
	pthread_mutex_lock(&sem->lock);
	while (atomic_load_explicit(&sem->state, memory_order_acquire) != writer)
		pthread_cond_wait(&sem->drained, &sem->lock);
	pthread_mutex_unlock(&sem->lock);
}

void shr_rwsem_write_unlock(struct shr_rwsem *sem)
{
	atomic_fetch_and_explicit(&sem->state, ~writer, memory_order_release);
	pthread_mutex_unlock(&sem->writers);
}
