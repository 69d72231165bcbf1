/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sim/sim_group.h"

#include "core/shrinker/memcg.h"
#include "core/sim/sim_cache.h"
#include "core/sim/sim_memory.h"
#include "core/sim/sim_parts.h"
#include "core/sim/sim_task.h"
#include "core/sim/sim_trace.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* cgroup ids are those of kernfs, which counts the files in cgroups, too. */
enum { ID_STEP = 23 };

/* From when a cgroup was removed until its memcg goes offline, by another task. */
static const uint64_t offline_least_ns = 20000, offline_most_ns = 500000;

static void free_group(struct shr_sim *sim, struct shr_sim_group *group)
{
	if (!group)
		return;
	if (group->slot < sim->slot_count)
		sim->slots[group->slot] = false;
	free(group->path);
	free(group->pages);
	free(group);
}

/* The lowest free one; UINT_MAX when memory runs out. */
static unsigned take_slot(struct shr_sim *sim)
{
	unsigned slot = 0;

	while (slot < sim->slot_count && sim->slots[slot])
		slot++;
	if (slot == sim->slot_count) {
		unsigned count = slot ? 2 * slot : 16;
		bool *slots = reallocarray(sim->slots, count, sizeof(*slots));

		if (!slots)
			return UINT32_MAX;
		memset(slots + slot, 0, (count - slot) * sizeof(*slots));
		sim->slots = slots;
		sim->slot_count = count;
	}
	sim->slots[slot] = true;
	return slot;
}

static struct shr_sim_group *new_group(struct shr_sim *sim, const char *path,
				       struct shr_err *err)
{
	struct shr_sim_group *group = calloc(1, sizeof(*group));

	if (!group)
		goto fail;
	group->slot = take_slot(sim);
	group->path = strdup(path);
	group->pages = calloc((size_t)sim->scenario->nodes, sizeof(*group->pages));
	if (group->slot == UINT32_MAX || !group->path || !group->pages)
		goto fail;
	return group;
fail:
	free_group(sim, group);
	shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	return NULL;
}

/* Ids ascend, so that the last one is the largest. */
static bool link_group(struct shr_sim *sim, struct shr_sim_group *group)
{
	if (sim->group_count == sim->group_cap) {
		size_t cap = sim->group_cap ? 2 * sim->group_cap : 16;
		struct shr_sim_group **groups =
			reallocarray(sim->groups, cap, sizeof(*groups));

		if (!groups)
			return false;
		sim->groups = groups;
		sim->group_cap = cap;
	}
	sim->groups[sim->group_count++] = group;
	return true;
}

static void unlink_group(struct shr_sim *sim, const struct shr_sim_group *group)
{
	size_t i = 0;

	while (sim->groups[i] != group)
		i++;
	for (sim->group_count--; i < sim->group_count; i++)
		sim->groups[i] = sim->groups[i + 1];
}

struct shr_sim_group *shr_sim_group_find(const struct shr_sim *sim, uint64_t id)
{
	size_t low = 0, high = sim->group_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (sim->groups[mid]->id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low < sim->group_count && sim->groups[low]->id == id ? sim->groups[low]
								    : NULL;
}

struct shr_sim_group *shr_sim_group_of(const struct shr_sim *sim,
				       const struct shr_memcg *memcg)
{
	return memcg ? shr_sim_group_find(sim, shr_memcg_id(memcg)) : sim->root;
}

struct shr_sim_group *shr_sim_group_at(const struct shr_sim *sim, const char *path)
{
	for (size_t i = 0; i < sim->group_count; i++)
		if (!strcmp(sim->groups[i]->path, path))
			return sim->groups[i];
	return NULL;
}

void shr_sim_group_charge(struct shr_sim_group *group, int64_t pages)
{
	for (; group; group = group->parent)
		group->usage += (uint64_t)pages;
}

int shr_sim_group_enter_root(struct shr_sim *sim, struct shr_err *err)
{
	struct shr_sim_group *root = new_group(sim, "/", err);

	if (!root)
		return -1;
	root->memcg = shr_memcg_root(sim->domain);
	root->id = sim->last_id = 1;
	root->path_token = shr_tokens_add(&sim->tokens, "/", err);
	if (!root->path_token || !link_group(sim, root)) {
		free_group(sim, root);
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	}
	sim->root = root;
	return 0;
}

/* The group above @path; NULL: there is none. */
static struct shr_sim_group *find_parent(const struct shr_sim *sim, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t len = (size_t)(slash - path);

	if (!len)
		return sim->root;
	for (size_t i = 0; i < sim->group_count; i++)
		if (strlen(sim->groups[i]->path) == len &&
		    !memcmp(sim->groups[i]->path, path, len))
			return sim->groups[i];
	return NULL;
}

/* With the cgroup lock; may wait.  NULL with *err filled in when memory runs out. */
static struct shr_sim_group *make_group(struct shr_sim *sim,
					struct shr_sim_group *parent, const char *path,
					struct shr_err *err)
{
	struct shr_sim_group *group = new_group(sim, path, err);

	if (!group)
		return NULL;
	group->parent = parent;
	group->id = sim->last_id += ID_STEP;
	group->path_token = shr_tokens_add(&sim->tokens, path, err);
	if (group->path_token)
		group->memcg = shr_memcg_online(parent->memcg, group->id, err);
	if (group->memcg && link_group(sim, group)) {
		parent->children++;
		return group;
	}
	if (group->memcg)
		shr_memcg_offline(group->memcg);
	free_group(sim, group);
	shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	return NULL;
}

static int furnish(struct shr_sim *sim, struct shr_sim_group *group,
		   const struct shr_scenario_memcg *conf, struct shr_err *err)
{
	group->conf = conf;
	for (int32_t nid = 0; nid < sim->scenario->nodes; nid++)
		shr_sim_memory_give(sim, group, nid, conf->pages);
	return shr_sim_cache_enter_group(sim, group, err);
}

static void lock_cgroups(struct shr_sim *sim)
{
	struct shr_waiter *waiter = shr_sched_waiter(sim->sched);

	while (sim->cgroup_busy)
		waiter->wait(waiter, &sim->cgroup_busy);
	sim->cgroup_busy = true;
}

static void unlock_cgroups(struct shr_sim *sim)
{
	struct shr_waiter *waiter = shr_sched_waiter(sim->sched);

	sim->cgroup_busy = false;
	waiter->wake(waiter, &sim->cgroup_busy);
}

/* @conf's memcg of @number: *id is its, or 0: there is nothing that it could be in. */
static int enter(struct shr_sim *sim, const struct shr_scenario_memcg *conf,
		 uint64_t number, uint64_t *id, struct shr_err *err)
{
	struct shr_sim_group *parent, *group;
	char *path;

	*id = 0;
	if (shr_tokens_number(conf->path, number, &path, err))
		return -1;
	parent = find_parent(sim, path);
	if (!parent || shr_sim_group_at(sim, path)) {
		free(path);
		return 0;
	}
	group = make_group(sim, parent, path, err);
	free(path);
	if (!group || furnish(sim, group, conf, err))
		return -1;
	*id = group->id;
	return 0;
}

static int start_life(struct shr_sim *sim, const struct shr_scenario_memcg *conf,
		      uint64_t number, uint64_t at_ns, uint64_t until_ns,
		      struct shr_err *err)
{
	const struct shr_sim_task_start start = { .work = shr_sim_group_live,
						  .what = conf,
						  .comm = "systemd",
						  .number = number,
						  .at_ns = at_ns,
						  .until_ns = until_ns,
						  .pid = 1 };

	return shr_sim_task_start(sim, &start, err);
}

static int start_churn(struct shr_sim *sim, const struct shr_scenario_memcg *conf,
		       struct shr_err *err)
{
	const struct shr_sim_task_start start = { .work = shr_sim_group_churn,
						  .what = conf,
						  .comm = "systemd",
						  .at_ns = conf->stay.from_ns,
						  .pid = 1 };

	return shr_sim_task_start(sim, &start, err);
}

/* All of @conf that the beginning has. */
static int enter_conf(struct shr_sim *sim, const struct shr_scenario_memcg *conf,
		      struct shr_err *err)
{
	const struct shr_stay *stay = &conf->stay;
	uint64_t id = 1;

	if (stay->every_ns)
		return start_churn(sim, conf, err);
	for (uint64_t i = 1; i <= stay->times; i++) {
		if (!stay->from_ns && enter(sim, conf, i, &id, err))
			return -1;
		if (!id)
			return shr_fail_at(err, SHR_ERR_RANGE, SHR_NO_OFFSET,
					   conf->line,
					   "expected a memcg above '%.80s', and none "
					   "of the same path",
					   conf->path);
		if ((stay->from_ns || stay->until_ns != SHR_NEVER) &&
		    start_life(sim, conf, i, stay->from_ns ? stay->from_ns : 0,
			       stay->until_ns, err))
			return -1;
	}
	return 0;
}

/* What is above @path, which no statement need have. */
static int enter_above(struct shr_sim *sim, const char *path, struct shr_err *err)
{
	for (const char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
		char *above = strndup(path, (size_t)(at - path));

		if (!above)
			return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
		struct shr_sim_group *parent = find_parent(sim, above);
		bool needed =
			parent && !strstr(above, "%d") && !shr_sim_group_at(sim, above);
		bool failed = needed && !make_group(sim, parent, above, err);

		free(above);
		if (failed)
			return -1;
	}
	return 0;
}

int shr_sim_group_enter_first(struct shr_sim *sim, struct shr_err *err)
{
	const struct shr_scenario *scenario = sim->scenario;

	if (scenario->memory.present)
		for (int32_t nid = 0; nid < scenario->nodes; nid++)
			shr_sim_memory_give(sim, sim->root, nid, scenario->memory.lru);
	for (size_t i = 0; i < scenario->memcg_count; i++)
		if (enter_above(sim, scenario->memcg[i].path, err) ||
		    enter_conf(sim, &scenario->memcg[i], err))
			return -1;
	return 0;
}

/* Its cgroup is gone for everybody, and a little later its memcg. */
static void remove_one(struct shr_sim_task *task, struct shr_sim_group *group)
{
	struct shr_sim *sim = task->sim;

	shr_sim_trace_context(sim, SHR_CGROUP_RMDIR, group);
	shr_sim_work(sim, shr_random_between(&task->random, offline_least_ns,
					     offline_most_ns));
	shr_sim_cache_leave_group(sim, group);
	shr_sim_memory_reparent(sim, group);
	unlink_group(sim, group);
	group->parent->children--;
	shr_memcg_offline(group->memcg);
	free_group(sim, group);
}

/* The last child of the last child…, of which nothing is below. */
static struct shr_sim_group *lowest(const struct shr_sim *sim,
				    struct shr_sim_group *group)
{
	while (group->children) {
		size_t i = sim->group_count;

		while (sim->groups[--i]->parent != group)
			;
		group = sim->groups[i];
	}
	return group;
}

/* Whoever removes a cgroup removes what is below it first. */
static void leave(struct shr_sim_task *task, uint64_t id)
{
	struct shr_sim *sim = task->sim;
	const struct shr_sim_since since = shr_sim_since(sim);
	struct shr_sim_group *group;

	lock_cgroups(sim);
	while ((group = shr_sim_group_find(sim, id)))
		remove_one(task, lowest(sim, group));
	unlock_cgroups(sim);
	shr_sim_waits_add(sim, &sim->sums.deaths, since);
}

/* 0: it could not be. */
static uint64_t enter_now(struct shr_sim_task *task)
{
	struct shr_sim *sim = task->sim;
	const struct shr_sim_since since = shr_sim_since(sim);
	struct shr_err err;
	uint64_t id;

	lock_cgroups(sim);
	if (enter(sim, task->what, task->number, &id, &err))
		shr_sim_fail(sim, &err);
	if (id)
		shr_sim_trace_context(sim, SHR_CGROUP_MKDIR,
				      shr_sim_group_find(sim, id));
	unlock_cgroups(sim);
	if (id)
		shr_sim_waits_add(sim, &sim->sums.births, since);
	return id;
}

/* Of what was there from the beginning: by its path. */
static uint64_t find_now(struct shr_sim_task *task)
{
	const struct shr_scenario_memcg *conf = task->what;
	struct shr_sim_group *group = NULL;
	struct shr_err err;
	char *path;

	if (shr_tokens_number(conf->path, task->number, &path, &err))
		shr_sim_fail(task->sim, &err);
	else
		group = shr_sim_group_at(task->sim, path);
	free(path);
	return group ? group->id : 0;
}

void shr_sim_group_live(struct shr_sim_task *task)
{
	const struct shr_scenario_memcg *conf = task->what;
	const bool comes = conf->stay.from_ns || conf->stay.every_ns;
	uint64_t id = comes ? enter_now(task) : find_now(task);

	if (id && shr_sim_task_sleep_until(task, task->until_ns))
		leave(task, id);
}

void shr_sim_group_churn(struct shr_sim_task *task)
{
	const struct shr_scenario_memcg *conf = task->what;
	const struct shr_stay *stay = &conf->stay;
	const struct shr_times times = { stay->from_ns, stay->until_ns,
					 stay->every_ns };
	uint64_t round = 0, number = 0;
	struct shr_err err;

	while (shr_sim_task_await(task, &times, 0, &round))
		for (uint64_t i = 0; i < stay->times; i++) {
			uint64_t now_ns = shr_sched_now(task->sim->sched);
			uint64_t lives_ns = shr_random_between(
				&task->random, stay->least_ns, stay->most_ns);

			if (start_life(task->sim, conf, ++number, now_ns,
				       now_ns + lives_ns, &err))
				shr_sim_fail(task->sim, &err);
		}
}

void shr_sim_group_free_all(struct shr_sim *sim)
{
	while (sim->group_count)
		free_group(sim, sim->groups[--sim->group_count]);
	free(sim->groups);
	free(sim->slots);
}
