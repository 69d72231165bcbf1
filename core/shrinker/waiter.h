/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * waiter - who lets others run while a thread of a domain has to wait.
 *
 * A domain's threads block: they sleep until another one wakes them, in real time.
 * Where time is somebody else's, as in a simulation that lets one thread run at a
 * time, he must know that this one cannot go on.  He is told by its calling wait(),
 * again and again until what it waits for is so.
 *
 * wait() is called without locks that another thread could want but those that are
 * waited for in the same way, and the others likewise.
 */
#ifndef CORE_SHRINKER_WAITER_H
#define CORE_SHRINKER_WAITER_H

/* First in a struct of the owner's. */
struct shr_waiter {
	/* Let others run, until one of them woke who waits for @what; or not so long.
	 */
	void (*wait)(struct shr_waiter *waiter, const void *what);
	/* Who waits longest for @what, which may be gone by now, is to look again. */
	void (*wake)(struct shr_waiter *waiter, const void *what);
	/* Who tried to get @what did not, and goes on without it; perhaps to try again.
	 */
	void (*miss)(struct shr_waiter *waiter, const void *what);
};

#endif /* CORE_SHRINKER_WAITER_H */
