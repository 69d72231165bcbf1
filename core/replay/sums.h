/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sums - what calls deferred, paid and wrote off, added up.
 *
 * A call takes what is deferred, adds its delta, scans, and gives back what is left:
 *
 *	deferred + delta - scanned - written off = store
 *
 * So of delta - scanned, which is what scanning alone would change, the part above 0
 * was added to the deferred work, the part below 0 was paid.  What is missing beyond
 * that was written off by a cap.
 */
#ifndef CORE_REPLAY_SUMS_H
#define CORE_REPLAY_SUMS_H

#include "core/replay/call.h"

struct shr_source;

/* What one call did to its counter, or several; each wraps, none is negative else. */
struct shr_movement {
	int64_t added;
	int64_t paid;
	int64_t written_off;
};

/*
 * Split the way from @deferred, taken, to @store, given back.  In all generations and
 * for all values deferred + added - paid - written_off is store, modulo 2^64.  Where a
 * call gave back more than its arithmetic leaves (it scanned more than was owed, or a
 * negative count began anew) nothing was written off, and the difference is paid or
 * added: a call pays no more than there was.
 */
struct shr_movement shr_movement_of(int64_t deferred, uint64_t delta, int64_t scanned,
				    int64_t store);

/* Who made a call, and what for. */
struct shr_party {
	int32_t pid;
	uint32_t comm;
	uint32_t has; /* enum shr_has of the start event */
	uint32_t gfp_names;
	uint64_t gfp;
	enum shr_reclaim reclaim;
	bool recorded; /* an event says what it was reclaiming for */
	int16_t priority;
	const struct shr_lane *lane; /* NULL: memcg not known, or none */
};

/* The party of @call, whose comm is looked up in @src. */
struct shr_party shr_party_of(const struct shr_call *call, struct shr_source *src);

/* The call that added most; n is 0 as long as none added anything. */
struct shr_growth {
	uint64_t n;
	uint64_t start_ns;
	int64_t amount;
	struct shr_party party;
};

struct shr_sums {
	uint64_t calls;
	uint64_t refusals; /* foreseen and unforeseen */
	uint64_t want_fs;  /* of these for want of __GFP_FS, as the model knows */
	uint64_t inferred; /* calls whose context no event says */
	uint64_t unknown;  /* calls whose movement cannot be told */
	uint64_t doubtful; /* calls that are lost, ambiguous or unexplained */
	struct shr_movement moved;
	struct shr_growth largest;
};

/* Add @call of @party; @movement is NULL where it cannot be told. */
void shr_sums_add(struct shr_sums *sums, const struct shr_call *call,
		  const struct shr_party *party, const struct shr_movement *movement);

/* Add the sums of @part. */
void shr_sums_join(struct shr_sums *sums, const struct shr_sums *part);

/* For sorting: negative where @a, which added more, or else paid more, goes first. */
int shr_sums_compare(const struct shr_sums *a, const struct shr_sums *b);

#endif /* CORE_REPLAY_SUMS_H */
