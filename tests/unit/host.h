/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host - a simulated machine with memcgs, and with tasks that reclaim from them.
 *
 * Every task goes through memcgs and shrinkers as its kind of reclaim does, with the
 * pauses that lie between, and several do so at once.  Each cache grows and shrinks a
 * little from one visit to the next.  The root memcg is group 0; only its pass calls
 * shrinkers that are not memcg-aware.
 *
 *	struct host host;
 *
 *	host_init(&host, caches, COUNT(caches), seed);
 *	size_t web = host_mkdir(&host, 5000);
 *	host_start(&host, WALK_KSWAPD, 0);
 *	host_start(&host, WALK_LIMIT, web);
 *	host_run(&host, 1000);
 *	host_rmdir(&host, web);
 *	host_stop(&host);
 *	use(&host.machine);
 *	host_release(&host);
 */
#ifndef TESTS_UNIT_HOST_H
#define TESTS_UNIT_HOST_H

#include "tests/unit/machine.h"

enum { GROUPS_MAX = 40, CACHES_MAX = 8, NODES = 2, WALKERS_MAX = 16 };

struct group {
	uint64_t id;
	bool gone;
	int64_t size; /* of its caches, about */
	int64_t freeable[CACHES_MAX][NODES];
};

enum walk {
	WALK_KSWAPD, /* its node, all memcgs, priority 12 down, now and then anew */
	WALK_LIMIT,  /* one memcg, both nodes, priority 12 down */
	WALK_DROP,   /* drop_caches: both nodes, all memcgs, priority 0, in a row */
};

struct walker {
	enum walk walk;
	int32_t pid;
	size_t home; /* WALK_LIMIT: the group */
	bool stopped;
	/* Where it is. */
	int32_t nid;
	int priority;
	size_t group, cache;
	uint64_t due_ns; /* its next event */
	bool busy;
	struct open_call open;
};

struct host {
	struct machine machine;
	const struct cache *caches; /* in the order they are called */
	size_t cache_count;
	struct group groups[GROUPS_MAX];
	size_t group_count;
	struct walker walkers[WALKERS_MAX];
	size_t walker_count;
	int32_t pids;
	bool recorded; /* cgroup_mkdir and cgroup_rmdir are */
	uint64_t seed;
};

/* A capture begins in the middle of a machine's life: something is deferred already. */
static void defer_before(struct host *host, const struct group *group)
{
	for (size_t i = 0; i < host->cache_count; i++)
		for (int32_t nid = 0; nid < NODES; nid++)
			*machine_counter(&host->machine, &host->caches[i], nid,
					 group->id) =
				any_of(&host->seed, 0, group->size / 8);
}

/* A new memcg, with about @size objects in each cache; its group. */
UNUSED static size_t host_mkdir(struct host *host, int64_t size)
{
	size_t at = host->group_count++;
	struct group *group = &host->groups[at];

	assert_true(at < GROUPS_MAX);
	*group = (struct group){ .id = at ? 100 + at : 1, .size = size };
	for (size_t i = 0; i < host->cache_count; i++)
		for (size_t nid = 0; nid < NODES; nid++)
			group->freeable[i][nid] =
				any_of(&host->seed, size / 2, size + size / 2);
	if (!host->walker_count)
		defer_before(host, group);
	else if (host->recorded)
		machine_cgroup(&host->machine, SHR_CGROUP_MKDIR, group->id);
	return at;
}

UNUSED static void host_init(struct host *host, const struct cache *caches,
			     size_t cache_count, uint64_t seed)
{
	*host = (struct host){
		.caches = caches, .cache_count = cache_count, .pids = 100, .seed = seed
	};
	assert_true(cache_count <= CACHES_MAX);
	machine_init(&host->machine, SHR_GEN_5_13, SHR_LAYOUT_T6);
	host_mkdir(host, 20000);
}

UNUSED static void host_release(struct host *host)
{
	machine_release(&host->machine);
}

static int64_t *freeable_at(struct host *host, const struct walker *walker)
{
	size_t nid = host->caches[walker->cache].numa ? (size_t)walker->nid : 0;

	return &host->groups[walker->group].freeable[walker->cache][nid];
}

/* The next memcg of its walk; false if it has been through. */
static bool next_group(const struct host *host, struct walker *walker)
{
	if (walker->walk == WALK_LIMIT)
		return false;
	while (++walker->group < host->group_count)
		if (!host->groups[walker->group].gone)
			return true;
	return false;
}

static void begin_round(struct host *host, struct walker *walker)
{
	bool limit = walker->walk == WALK_LIMIT;
	bool other_node = walker->walk == WALK_DROP || limit;

	walker->cache = 0;
	walker->group = limit ? walker->home : 0;
	if (other_node)
		walker->nid = !walker->nid;
	if (walker->walk == WALK_DROP || (other_node && walker->nid))
		return;
	if (walker->priority-- == !limit || any_of(&host->seed, 0, 7) == 0)
		walker->priority = 12;
}

/*
 * On to the next shrinker; returns how long that takes.  Between two memcgs their
 * pages are reclaimed, which drop_caches does not do.
 */
static uint64_t go_on(struct host *host, struct walker *walker)
{
	if (++walker->cache < host->cache_count)
		return (uint64_t)any_of(&host->seed, 1000, 9000);
	walker->cache = 0;
	if (next_group(host, walker))
		return (uint64_t)(walker->walk == WALK_DROP
					  ? any_of(&host->seed, 2000, 15000)
					  : any_of(&host->seed, 100000, 900000));
	begin_round(host, walker);
	return (uint64_t)any_of(&host->seed, 200000, 5000000);
}

/* A count of 0 is no call. */
static bool is_callable(struct host *host, const struct walker *walker)
{
	return (!walker->group || host->caches[walker->cache].memcg) &&
	       *freeable_at(host, walker) > 0;
}

static void seek(struct host *host, struct walker *walker)
{
	walker->due_ns = host->machine.now_ns;
	do
		walker->due_ns += go_on(host, walker);
	while (!is_callable(host, walker));
}

UNUSED static struct walker *host_start(struct host *host, enum walk walk, size_t home)
{
	struct walker *walker = &host->walkers[host->walker_count++];

	assert_true(host->walker_count <= WALKERS_MAX);
	*walker = (struct walker){ .walk = walk,
				   .pid = host->pids++,
				   .home = home,
				   .group = home,
				   .priority = walk == WALK_DROP ? 0 : 12,
				   .cache = host->cache_count - 1 };
	seek(host, walker);
	return walker;
}

static void start_call(struct host *host, struct walker *walker)
{
	static const uint64_t masks[] = {
		[WALK_KSWAPD] = 0xcc0, [WALK_LIMIT] = 0x100cca, [WALK_DROP] = 0xcc0
	};
	const struct cache *cache = &host->caches[walker->cache];
	int64_t *freeable = freeable_at(host, walker);

	*freeable += any_of(&host->seed, 0, *freeable / 50 + 2);
	const struct ask ask = { .pid = walker->pid,
				 .nid = walker->nid,
				 .memcg = host->groups[walker->group].id,
				 .gfp = masks[walker->walk],
				 .priority = walker->priority,
				 .freeable = *freeable,
				 /* It always does. */
				 .stops = cache->callback == FAKE_VMAP };

	walker->open = machine_begin(&host->machine, cache, &ask);
	walker->busy = true;
	walker->due_ns =
		host->machine.now_ns + (uint64_t)any_of(&host->seed, 500, 20000);
}

static void end_call(struct host *host, struct walker *walker)
{
	int64_t size = host->groups[walker->group].size;
	int64_t *freeable = freeable_at(host, walker);

	machine_end(&host->machine, &walker->open);
	*freeable -= host->machine.events[host->machine.count - 1].end.retval;
	/* What runs there fills them again. */
	if (*freeable < size / 4)
		*freeable += any_of(&host->seed, size / 4, size);
	walker->busy = false;
	seek(host, walker);
}

static struct walker *next_walker(struct host *host)
{
	struct walker *next = NULL;

	for (size_t i = 0; i < host->walker_count; i++) {
		struct walker *walker = &host->walkers[i];

		if ((!walker->stopped || walker->busy) &&
		    (!next || walker->due_ns < next->due_ns))
			next = walker;
	}
	return next;
}

static void step(struct host *host, struct walker *walker)
{
	/* The machine's clock runs on by itself with every event. */
	if (walker->due_ns > host->machine.now_ns)
		host->machine.now_ns = walker->due_ns;
	if (walker->busy)
		end_call(host, walker);
	else
		start_call(host, walker);
}

/* Let the tasks run for @steps events. */
UNUSED static void host_run(struct host *host, size_t steps)
{
	for (struct walker *walker; steps && (walker = next_walker(host)); steps--)
		step(host, walker);
}

/* End what is open. */
UNUSED static void host_stop(struct host *host)
{
	for (size_t i = 0; i < host->walker_count; i++)
		host->walkers[i].stopped = true;
	host_run(host, SIZE_MAX);
}

/* Its tasks have gone, and nobody goes there any more. */
static void leave_group(struct host *host, size_t group)
{
	host->groups[group].gone = true;
	for (size_t i = 0; i < host->walker_count; i++) {
		struct walker *walker = &host->walkers[i];

		walker->stopped |= walker->walk == WALK_LIMIT && walker->home == group;
		if (walker->busy && (walker->group == group || !walker->group))
			end_call(host, walker);
		while (!walker->stopped && walker->group == group)
			seek(host, walker);
	}
}

/*
 * Remove the memcg: the root has its counters from now on.  No call is open there, or
 * in the root, at that moment.
 */
UNUSED static void host_rmdir(struct host *host, size_t group)
{
	leave_group(host, group);
	if (host->recorded)
		machine_cgroup(&host->machine, SHR_CGROUP_RMDIR,
			       host->groups[group].id);
	machine_offline(&host->machine, host->groups[group].id, host->groups[0].id);
}

#endif /* TESTS_UNIT_HOST_H */
