/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * candidates - the values a hidden parameter can still have.
 *
 * A set shrinks as calls contradict its members.  One member left is a value;
 * several are what the capture can say, and are reported as such.  A call that no
 * member fits leaves the set alone and is counted: it is the call that is odd.
 */
#ifndef CORE_REPLAY_CANDIDATES_H
#define CORE_REPLAY_CANDIDATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shr_candidates {
	int32_t *values; /* owned, ascending */
	uint32_t count;
	uint64_t evidence;     /* calls that some member fitted */
	uint64_t contradicted; /* calls that none fitted */
};

/* Whether a call fits when the parameter has @value. */
typedef bool shr_fits(int64_t value, const void *call);

/* All of [@low, @high].  False: no memory. */
bool shr_candidates_range(struct shr_candidates *set, int32_t low, int32_t high);

/* The @count @values, made ascending and distinct.  False: no memory. */
bool shr_candidates_list(struct shr_candidates *set, const int32_t *values,
			 size_t count);

/* Drop the members that @call does not fit; how many fitted, 0 meaning unchanged. */
uint32_t shr_candidates_filter(struct shr_candidates *set, shr_fits *fits,
			       const void *call);

/* Leaves an empty set. */
void shr_candidates_release(struct shr_candidates *set);

#endif /* CORE_REPLAY_CANDIDATES_H */
