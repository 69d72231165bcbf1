/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/merge.h"

#include <stdlib.h>

static bool before(const struct shr_stream *a, const struct shr_stream *b)
{
	uint64_t x = shr_stream_record(a)->ts, y = shr_stream_record(b)->ts;

	return x != y ? x < y : a->order < b->order;
}

static void sift_down(struct shr_merge *merge, size_t at)
{
	struct shr_stream **heap = merge->heap;

	for (;;) {
		size_t child = 2 * at + 1;

		if (child >= merge->count)
			return;
		if (child + 1 < merge->count && before(heap[child + 1], heap[child]))
			child++;
		if (!before(heap[child], heap[at]))
			return;
		struct shr_stream *swap = heap[at];

		heap[at] = heap[child];
		heap[child] = swap;
		at = child;
	}
}

bool shr_merge_init(struct shr_merge *merge, size_t most)
{
	*merge = (struct shr_merge){ .heap = calloc(most ? most : 1,
						    sizeof(struct shr_stream *)) };
	return merge->heap;
}

void shr_merge_release(struct shr_merge *merge)
{
	free(merge->heap);
	*merge = (struct shr_merge){ 0 };
}

void shr_merge_add(struct shr_merge *merge, struct shr_stream *stream)
{
	merge->heap[merge->count++] = stream;
}

void shr_merge_start(struct shr_merge *merge)
{
	for (size_t i = merge->count; i-- > 0;)
		sift_down(merge, i);
}

uint64_t shr_merge_bound(const struct shr_merge *merge)
{
	struct shr_stream *const *heap = merge->heap;
	const struct shr_stream *second = merge->count > 1 ? heap[1] : NULL;

	if (merge->count > 2 && before(heap[2], second))
		second = heap[2];
	if (!second)
		return UINT64_MAX;
	uint64_t bound = shr_stream_record(second)->ts;

	return heap[0]->order < second->order && bound < UINT64_MAX ? bound + 1 : bound;
}

void shr_merge_settle(struct shr_merge *merge, bool goes_on)
{
	if (!goes_on)
		merge->heap[0] = merge->heap[--merge->count];
	sift_down(merge, 0);
}
