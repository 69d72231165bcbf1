/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * posts - sums by a key that a capture can have any number of: tasks, masks, memcgs.
 *
 * The number of posts is bounded.  The first keys get a post each; all that come when
 * the table is full share post 0, so that nothing is lost from the sums.
 */
#ifndef CORE_REPLAY_POSTS_H
#define CORE_REPLAY_POSTS_H

#include "core/replay/map.h"
#include "core/replay/sums.h"

struct shr_err;
struct shr_instance;

enum { SHR_POSTS_MAX = 4096 };

struct shr_post {
	const struct shr_instance *instance; /* NULL: not by shrinker */
	struct shr_party party;		     /* of its first call: what the key is of */
	struct shr_sums sums;
	uint32_t order; /* private */
};

/* All zero: empty. */
struct shr_posts {
	struct shr_post *posts; /* owned; 0 is of all other keys */
	uint32_t count;		/* with post 0; 0 as long as nothing was added */
	uint32_t cap;
	struct shr_map index;
	uint64_t last_a, last_b; /* the key asked for last, and its post */
	uint32_t last;
};

/* The number of the post of (@a, @b), new or not, 0 if there is no room; -1: no memory.
 */
int64_t shr_posts_find(struct shr_posts *posts, uint64_t a, uint64_t b,
		       struct shr_err *err);

/* Sort by what they added; post 0 stays in front.  Nothing can be found afterwards. */
void shr_posts_sort(struct shr_posts *posts);

/* Accepts one that is all zero, and leaves one. */
void shr_posts_release(struct shr_posts *posts);

#endif /* CORE_REPLAY_POSTS_H */
