/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * grace - RCU for a domain: read sections, grace periods, and what waits for one.
 *
 * The only file that knows liburcu.  It is liburcu-bp, whose threads need not be
 * registered: who embeds a domain shrinks from whatever threads he has.  Relied on is
 * its one guarantee: a read section that began before a grace period did has ended
 * when that has, and what it did is visible to who waited for it.
 *
 * What a reader may still see is retired, not freed: its memory goes after a grace
 * period, many at once, for a grace period is dear and nobody waits for the memory.
 *
 *	shr_grace_enter(grace);			unlink(thing);
 *	thing = find();				shr_grace_retire(grace, &thing->retired,
 *	use(thing);						 thing_free);
 *	shr_grace_leave(grace);			shr_grace_settle(grace);
 */
#ifndef CORE_SHRINKER_GRACE_H
#define CORE_SHRINKER_GRACE_H

#include <pthread.h>

/* Embedded in what is retired; set by shr_grace_retire() alone. */
struct shr_retired {
	struct shr_retired *next;
	void (*free)(struct shr_retired *retired);
};

struct shr_grace {
	pthread_mutex_t lock;	     /* of what follows */
	struct shr_retired *retired; /* owned */
	unsigned count;
	char ended; /* nothing but an address, by which tools learn who waited for whom
		     */
};

/* Nothing is retired. */
void shr_grace_init(struct shr_grace *grace);

/* Free all that is retired: no reader is left. */
void shr_grace_release(struct shr_grace *grace);

/* A read section; they nest. */
void shr_grace_enter(struct shr_grace *grace);
void shr_grace_leave(struct shr_grace *grace);

/* Let @free have @retired after a grace period.  Takes no lock that is held for long.
 */
void shr_grace_retire(struct shr_grace *grace, struct shr_retired *retired,
		      void (*free)(struct shr_retired *retired));

/*
 * Wait for a grace period and free, if enough is retired that it is worth one.  Not
 * in a read section, nor with a lock that a read section or a callback may want.
 */
void shr_grace_settle(struct shr_grace *grace);

#endif /* CORE_SHRINKER_GRACE_H */
