/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/cgroups.h"

#include "core/err.h"

void shr_cgroups_release(struct shr_cgroups *cgroups)
{
	shr_map_release(&cgroups->paths);
}

/* Its place in the list; hierarchies beyond the first so many are as good as none. */
static struct shr_root *root_of(struct shr_cgroups *cgroups, int32_t root)
{
	for (size_t i = 0; i < cgroups->root_count; i++)
		if (cgroups->roots[i].root == root)
			return &cgroups->roots[i];
	if (cgroups->root_count == SHR_ROOTS)
		return NULL;
	cgroups->roots[cgroups->root_count] = (struct shr_root){ .root = root };
	return &cgroups->roots[cgroups->root_count++];
}

static bool is_better(const struct shr_root *a, const struct shr_root *b)
{
	return a->memcgs != b->memcgs ? a->memcgs > b->memcgs : a->events > b->events;
}

static bool is_memory(const struct shr_cgroups *cgroups, const struct shr_root *root)
{
	for (size_t i = 0; i < cgroups->root_count; i++)
		if (is_better(&cgroups->roots[i], root))
			return false;
	return true;
}

/* Where listed cgroups are, of which it is not said what their hierarchy is called. */
enum { LISTED = 0 };

/* Of the id no bit is lost: the hierarchy is the other half of the key. */
static uint64_t key_of(int32_t root)
{
	return (uint64_t)(uint32_t)root + 1;
}

static int keep_path(struct shr_cgroups *cgroups, uint64_t id, uint64_t key,
		     uint32_t path, struct shr_err *err)
{
	void **known = shr_map_add(&cgroups->paths, id, key);

	if (!known)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	*known = (void *)(uintptr_t)path;
	return 0;
}

int shr_cgroups_list(struct shr_cgroups *cgroups, uint64_t id, uint32_t path,
		     struct shr_err *err)
{
	return path ? keep_path(cgroups, id, LISTED, path, err) : 0;
}

static unsigned remembered(const struct shr_cgroups *cgroups)
{
	return cgroups->removed < SHR_REMOVALS ? (unsigned)cgroups->removed
					       : SHR_REMOVALS;
}

/* The id is another's now. */
static void forget_removed(struct shr_cgroups *cgroups, uint64_t id)
{
	for (unsigned i = 0; i < remembered(cgroups); i++)
		if (cgroups->removed_id[i] == id)
			cgroups->removed_id[i] = 0;
}

int shr_cgroups_mkdir(struct shr_cgroups *cgroups, int32_t root, uint64_t id,
		      uint32_t path, struct shr_err *err)
{
	struct shr_root *in = root_of(cgroups, root);

	if (!in)
		return 0;
	in->events++;
	cgroups->expected += is_memory(cgroups, in);
	if (is_memory(cgroups, in))
		forget_removed(cgroups, id);
	return path ? keep_path(cgroups, id, key_of(root), path, err) : 0;
}

bool shr_cgroups_rmdir(struct shr_cgroups *cgroups, int32_t root, uint64_t id,
		       uint64_t ts_ns)
{
	struct shr_root *in = root_of(cgroups, root);

	if (!in)
		return false;
	in->events++;
	shr_map_remove(&cgroups->paths, id, key_of(root));
	if (!is_memory(cgroups, in))
		return false;
	cgroups->last_rmdir_ns = ts_ns;
	cgroups->removed_id[cgroups->removed % SHR_REMOVALS] = id;
	cgroups->removed_ns[cgroups->removed++ % SHR_REMOVALS] = ts_ns;
	return true;
}

unsigned shr_cgroups_removed_since(const struct shr_cgroups *cgroups, uint64_t ts_ns)
{
	unsigned count = 0;

	while (count < SHR_REMOVALS && count < cgroups->removed &&
	       cgroups->removed_ns[(cgroups->removed - 1 - count) % SHR_REMOVALS] >=
		       ts_ns)
		count++;
	return count;
}

uint64_t shr_cgroups_when_removed(const struct shr_cgroups *cgroups, uint64_t id)
{
	for (unsigned i = 0; i < remembered(cgroups); i++)
		if (id && cgroups->removed_id[i] == id)
			return cgroups->removed_ns[i];
	return 0;
}

static uint32_t path_in(const struct shr_cgroups *cgroups, const struct shr_root *root,
			uint64_t id)
{
	return (uint32_t)(uintptr_t)shr_map_find(&cgroups->paths, id,
						 key_of(root->root));
}

/* A hierarchy that has the id is the memory controller's, if no other has it, too. */
static void vote(struct shr_cgroups *cgroups, uint64_t id, uint32_t listed)
{
	struct shr_root *has = NULL;
	size_t count = 0;

	for (size_t i = 0; i < cgroups->root_count; i++) {
		uint32_t path = path_in(cgroups, &cgroups->roots[i], id);

		if (!path || (listed && listed != path))
			continue;
		has = &cgroups->roots[i];
		count++;
	}
	if (count == 1)
		has->memcgs++;
}

uint32_t shr_cgroups_path(struct shr_cgroups *cgroups, uint64_t id)
{
	uint32_t listed =
		(uint32_t)(uintptr_t)shr_map_find(&cgroups->paths, id, LISTED);

	vote(cgroups, id, listed);
	for (size_t i = 0; i < cgroups->root_count && !listed; i++)
		if (is_memory(cgroups, &cgroups->roots[i]))
			return path_in(cgroups, &cgroups->roots[i], id);
	return listed;
}
