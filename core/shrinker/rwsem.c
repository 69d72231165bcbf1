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
 *
 * With a waiter one thread runs at a time, and another only from within wait(): what a
 * thread found just before it called that is still so when it waits.  Writers wait
 * there for the mutex to be free, and the one that has it for the readers to go.
 */
#include "core/shrinker/rwsem.h"

#include "core/shrinker/waiter.h"

enum { READER = 1 };

static const unsigned writer = 1u << 31;

void shr_rwsem_init(struct shr_rwsem *sem, struct shr_waiter *waiter)
{
	sem->waiter = waiter;
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

static void lock_writers(struct shr_rwsem *sem)
{
	if (!sem->waiter) {
		pthread_mutex_lock(&sem->writers);
		return;
	}
	while (pthread_mutex_trylock(&sem->writers))
		sem->waiter->wait(sem->waiter, &sem->writers);
}

static void unlock_writers(struct shr_rwsem *sem)
{
	pthread_mutex_unlock(&sem->writers);
	if (sem->waiter)
		sem->waiter->wake(sem->waiter, &sem->writers);
}

bool shr_rwsem_try_read(struct shr_rwsem *sem)
{
	unsigned state = atomic_load_explicit(&sem->state, memory_order_relaxed);

	do {
		if (state & writer) {
			if (sem->waiter)
				sem->waiter->miss(sem->waiter, sem);
			return false;
		}
	} while (!atomic_compare_exchange_weak_explicit(
		&sem->state, &state, state + READER, memory_order_acquire,
		memory_order_relaxed));
	return true;
}

void shr_rwsem_read(struct shr_rwsem *sem)
{
	/* While we hold this the bit is nobody's, and clear. */
	lock_writers(sem);
	atomic_fetch_add_explicit(&sem->state, READER, memory_order_acquire);
	unlock_writers(sem);
}

void shr_rwsem_read_unlock(struct shr_rwsem *sem)
{
	if (atomic_fetch_sub_explicit(&sem->state, READER, memory_order_release) !=
	    (writer | READER))
		return;
	pthread_mutex_lock(&sem->lock);
	pthread_cond_signal(&sem->drained);
	pthread_mutex_unlock(&sem->lock);
	if (sem->waiter)
		sem->waiter->wake(sem->waiter, &sem->drained);
}

bool shr_rwsem_is_contended(struct shr_rwsem *sem)
{
	/* A hint: nothing is read because of it. */
	return atomic_load_explicit(&sem->state, memory_order_relaxed) & writer;
}

static bool is_drained(const struct shr_rwsem *sem)
{
	return atomic_load_explicit(&sem->state, memory_order_acquire) == writer;
}

void shr_rwsem_write(struct shr_rwsem *sem)
{
	lock_writers(sem);
	atomic_fetch_or_explicit(&sem->state, writer, memory_order_relaxed);
	if (sem->waiter) {
		while (!is_drained(sem))
			sem->waiter->wait(sem->waiter, &sem->drained);
		return;
	}
	pthread_mutex_lock(&sem->lock);
	while (!is_drained(sem))
		pthread_cond_wait(&sem->drained, &sem->lock);
	pthread_mutex_unlock(&sem->lock);
}

void shr_rwsem_write_unlock(struct shr_rwsem *sem)
{
	atomic_fetch_and_explicit(&sem->state, ~writer, memory_order_release);
	unlock_writers(sem);
}
