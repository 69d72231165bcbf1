/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * instances - which shrinker of the running kernel a call is on.
 *
 * The address tells shrinkers apart, as long as one lives there.  No event says when
 * one is freed and another takes its place; another callback there says so, another
 * recorded id, or other parameters that never change while one lives.
 */
#ifndef CORE_REPLAY_INSTANCES_H
#define CORE_REPLAY_INSTANCES_H

#include "core/model/release.h"
#include "core/replay/instance.h"
#include "core/replay/map.h"

enum { SHR_RECENT_INSTANCES = 64 };

struct shr_instances {
	/* Set by the owner, and borrowed. */
	struct shr_source *src;
	const struct shr_setting *settings; /* may be NULL */
	const struct shr_release *release;  /* NULL: not known */

	struct shr_instance **all; /* owned, as are they: by first appearance */
	size_t count, cap;
	struct shr_map by_address; /* the one that lives there now */
	struct shr_instance *recent[SHR_RECENT_INSTANCES]; /* by hash, or NULL */
	struct shr_map by_callback; /* how many each callback has had */
	struct shr_map by_id;	    /* the one that has or had the id last */
};

/* All instances go with it; it may not be used again. */
void shr_instances_release(struct shr_instances *instances);

/*
 * Set the instance of @call, and call->reuse if it took another's place; what was
 * recorded of its identity is noted.  Returns 0, or -1 when memory runs out.
 */
int shr_instances_find(struct shr_instances *instances, struct shr_call *call,
		       struct shr_err *err);

/* The instance that @call is on if there was a call on it before; NULL: none known. */
struct shr_instance *shr_instances_known(const struct shr_instances *instances,
					 const struct shr_call *call);

/*
 * Whether another shrinker lives at the address of @call by then than now: calls must
 * not be introduced ahead of their turn across that.
 */
bool shr_instances_changes(const struct shr_instances *instances,
			   const struct shr_call *call);

/*
 * The call shows that its instance is not the one that lived there before, though
 * nothing recorded does.  Returns as shr_instances_find().
 */
int shr_instances_renew(struct shr_instances *instances, struct shr_call *call,
			struct shr_err *err);

#endif /* CORE_REPLAY_INSTANCES_H */
