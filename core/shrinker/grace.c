/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/shrinker/grace.h"

#include <stddef.h>
#include <urcu-bp.h>

/* Thread sanitizers do not see into liburcu: they are told what it guarantees. */
#if defined(__SANITIZE_THREAD__)
#define TELL_TOOLS
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TELL_TOOLS
#endif
#endif
#ifdef TELL_TOOLS
#include <sanitizer/tsan_interface.h>
#endif

/*
 * One in so many waits for all the others: some ms, where a reader was preempted.
 * Tools find a use after the free the better the sooner that is.
 */
#ifdef TELL_TOOLS
enum { WORTH_A_GRACE_PERIOD = 16 };
#else
enum { WORTH_A_GRACE_PERIOD = 256 };
#endif

static void tell_ends(struct shr_grace *grace)
{
#ifdef TELL_TOOLS
	__tsan_release(&grace->ended);
#else
	(void)grace;
#endif
}

static void tell_waited(struct shr_grace *grace)
{
#ifdef TELL_TOOLS
	__tsan_acquire(&grace->ended);
#else
	(void)grace;
#endif
}

void shr_grace_init(struct shr_grace *grace)
{
	*grace = (struct shr_grace){ .retired = NULL };
	pthread_mutex_init(&grace->lock, NULL);
}

void shr_grace_enter(struct shr_grace *grace)
{
	(void)grace;
	urcu_bp_read_lock();
}

void shr_grace_leave(struct shr_grace *grace)
{
	tell_ends(grace);
	urcu_bp_read_unlock();
}

void shr_grace_retire(struct shr_grace *grace, struct shr_retired *retired,
		      void (*free)(struct shr_retired *retired))
{
	retired->free = free;
	pthread_mutex_lock(&grace->lock);
	retired->next = grace->retired;
	grace->retired = retired;
	grace->count++;
	pthread_mutex_unlock(&grace->lock);
}

/* All that is retired, if that is at least @least. */
static struct shr_retired *take(struct shr_grace *grace, unsigned least)
{
	struct shr_retired *taken = NULL;

	pthread_mutex_lock(&grace->lock);
	if (grace->count >= least) {
		taken = grace->retired;
		grace->retired = NULL;
		grace->count = 0;
	}
	pthread_mutex_unlock(&grace->lock);
	return taken;
}

static void free_all(struct shr_grace *grace, struct shr_retired *retired)
{
	if (!retired)
		return;
	urcu_bp_synchronize_rcu();
	tell_waited(grace);
	while (retired) {
		struct shr_retired *next = retired->next;

		retired->free(retired);
		retired = next;
	}
}

void shr_grace_settle(struct shr_grace *grace)
{
	free_all(grace, take(grace, WORTH_A_GRACE_PERIOD));
}

void shr_grace_release(struct shr_grace *grace)
{
	free_all(grace, take(grace, 0));
	pthread_mutex_destroy(&grace->lock);
}
