/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/replay/posts.h"

#include "core/err.h"

#include <stdlib.h>

static int64_t no_memory(struct shr_err *err)
{
	return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
}

/* A post more, zero; post 0 comes with the first. */
static bool grow(struct shr_posts *posts)
{
	uint32_t want = posts->count ? posts->count + 1 : 2;

	if (want > posts->cap) {
		uint32_t cap = posts->cap ? posts->cap * 2 : 32;
		struct shr_post *grown =
			reallocarray(posts->posts, cap, sizeof(*posts->posts));

		if (!grown)
			return false;
		posts->posts = grown;
		posts->cap = cap;
	}
	for (; posts->count < want; posts->count++)
		posts->posts[posts->count] = (struct shr_post){ 0 };
	return true;
}

static int64_t add(struct shr_posts *posts, uint64_t a, uint64_t b, struct shr_err *err)
{
	if (posts->count > SHR_POSTS_MAX)
		return 0;
	if (!grow(posts))
		return no_memory(err);
	void **slot = shr_map_add(&posts->index, a, b);

	if (!slot)
		return no_memory(err);
	*slot = (void *)(uintptr_t)(posts->count - 1);
	return posts->count - 1;
}

int64_t shr_posts_find(struct shr_posts *posts, uint64_t a, uint64_t b,
		       struct shr_err *err)
{
	/* Calls come in runs that have much in common. */
	if (posts->count && posts->last_a == a && posts->last_b == b)
		return posts->last;
	int64_t found = (int64_t)(uintptr_t)shr_map_find(&posts->index, a, b);

	if (!found)
		found = add(posts, a, b, err);
	if (found < 0)
		return -1;
	posts->last_a = a;
	posts->last_b = b;
	posts->last = (uint32_t)found;
	return found;
}

/* Equal ones in the order of their first calls, which that of the array is. */
static int compare(const void *a, const void *b)
{
	const struct shr_post *one = a, *other = b;
	int order = shr_sums_compare(&one->sums, &other->sums);

	return order ? order
		     : (one->order > other->order) - (one->order < other->order);
}

void shr_posts_sort(struct shr_posts *posts)
{
	for (uint32_t i = 0; i < posts->count; i++)
		posts->posts[i].order = i;
	if (posts->count > 2)
		qsort(posts->posts + 1, posts->count - 1, sizeof(*posts->posts),
		      compare);
}

void shr_posts_release(struct shr_posts *posts)
{
	free(posts->posts);
	shr_map_release(&posts->index);
	*posts = (struct shr_posts){ 0 };
}
