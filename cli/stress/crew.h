/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crew - the threads of a slice, from their making to what they have done.
 */
#ifndef CLI_STRESS_CREW_H
#define CLI_STRESS_CREW_H

struct arena;
struct crew;
struct shr_err;
struct slice_turn;
struct stress_tally;

/*
 * A thread for every duty that the arena's options want, each of which waits for the
 * arena's start.  NULL with *err filled in when there is no memory or no thread to be
 * had; the arena has ended then.
 */
struct crew *crew_new(struct arena *arena, const struct slice_turn *turn,
		      struct shr_err *err);

/*
 * The arena has ended: wait for all, and add what they did to *tally.  0, or -1 with
 * *err filled in when one of them ran out of memory.
 */
int crew_join(struct crew *crew, struct stress_tally *tally, struct shr_err *err);

/* They were joined, and the arena is still there.  NULL is fine. */
void crew_free(struct crew *crew);

#endif /* CLI_STRESS_CREW_H */
