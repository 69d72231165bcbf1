/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/shrinker/completion.h"

#include "core/shrinker/waiter.h"

void shr_completion_init(struct shr_completion *completion, struct shr_waiter *waiter)
{
	completion->waiter = waiter;
	pthread_mutex_init(&completion->lock, NULL);
	pthread_cond_init(&completion->changed, NULL);
	completion->done = false;
}

void shr_completion_release(struct shr_completion *completion)
{
	pthread_cond_destroy(&completion->changed);
	pthread_mutex_destroy(&completion->lock);
}

void shr_completion_done(struct shr_completion *completion)
{
	struct shr_waiter *waiter = completion->waiter;

	pthread_mutex_lock(&completion->lock);
	completion->done = true;
	pthread_cond_broadcast(&completion->changed);
	pthread_mutex_unlock(&completion->lock);
	if (waiter)
		waiter->wake(waiter, completion);
}

void shr_completion_wait(struct shr_completion *completion)
{
	struct shr_waiter *waiter = completion->waiter;

	pthread_mutex_lock(&completion->lock);
	while (!completion->done) {
		if (!waiter) {
			pthread_cond_wait(&completion->changed, &completion->lock);
			continue;
		}
		pthread_mutex_unlock(&completion->lock);
		waiter->wait(waiter, completion);
		pthread_mutex_lock(&completion->lock);
	}
	pthread_mutex_unlock(&completion->lock);
}
