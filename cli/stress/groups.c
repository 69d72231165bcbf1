/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/stress/groups.h"

#include "core/err.h"
#include "core/shrinker/memcg.h"
#include "core/sim/random.h"

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>

struct group_place {
	pthread_mutex_t lock;
	struct shr_memcg *memcg; /* under lock; online while it is here */
};

int groups_open(struct groups *groups, struct shr_domain *domain, unsigned count,
		struct shr_err *err)
{
	*groups = (struct groups){ .domain = domain };
	groups->places = calloc(count + 1, sizeof(groups->places[0]));
	if (!groups->places)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	while (groups->count < count) {
		struct shr_memcg *memcg =
			shr_memcg_online(shr_memcg_root(domain), 0, err);

		if (!memcg)
			return -1;
		struct group_place *place = &groups->places[groups->count++];

		pthread_mutex_init(&place->lock, NULL);
		place->memcg = memcg;
	}
	return 0;
}

void groups_close(struct groups *groups)
{
	while (groups->count) {
		struct group_place *place = &groups->places[--groups->count];

		shr_memcg_offline(place->memcg);
		pthread_mutex_destroy(&place->lock);
	}
	free(groups->places);
	*groups = (struct groups){ .places = NULL };
}

struct shr_memcg *groups_pick(struct groups *groups, struct shr_random *random)
{
	struct shr_memcg *root = shr_memcg_root(groups->domain);

	if (!groups->count)
		return root ? shr_memcg_get(root) : NULL;
	struct group_place *place =
		&groups->places[shr_random_between(random, 0, groups->count - 1)];

	pthread_mutex_lock(&place->lock);
	struct shr_memcg *memcg = shr_memcg_get(place->memcg);

	pthread_mutex_unlock(&place->lock);
	return memcg;
}

int groups_replace(struct groups *groups, struct shr_random *random,
		   struct shr_err *err)
{
	struct group_place *place =
		&groups->places[shr_random_between(random, 0, groups->count - 1)];
	struct shr_memcg *memcg =
		shr_memcg_online(shr_memcg_root(groups->domain), 0, err);

	if (!memcg)
		return -1;
	pthread_mutex_lock(&place->lock);
	struct shr_memcg *old = place->memcg;

	place->memcg = memcg;
	pthread_mutex_unlock(&place->lock);
	shr_memcg_offline(old);
	return 0;
}
