/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * call - one run of do_shrink_slab(): what was observed, what was predicted, why.
 *
 * A call is a start event and its end event, joined by pair.h.  replay.h fills in
 * the amounts and the verdict and lends the finished call to its sink; nothing in
 * it outlives that.
 */
#ifndef CORE_REPLAY_CALL_H
#define CORE_REPLAY_CALL_H

#include "core/event.h"

#include <stdbool.h>

struct shr_counter;
struct shr_generation;
struct shr_instance;
struct shr_lane;

/* How a call's scanned amount came about, as far as it is not what was predicted. */
enum shr_scan_fault {
	SHR_SCAN_AS_PREDICTED,
	SHR_SCAN_STOPPED,   /* whole batches, and then SHRINK_STOP */
	SHR_SCAN_OWN_COUNT, /* nr_scanned was set by the callback */
	SHR_SCAN_WRONG,	    /* no callback can do that */
};

/* A movement of a counter by some call: evidence for what became of another. */
struct shr_part {
	uint64_t n;	   /* of the call */
	uint64_t start_ns; /* of the call */
	int32_t pid;
	int64_t amount; /* what it added; negative: what it took */
	/*
	 * Private: it found nothing, which says little of its lane, or only what the
	 * same task has left since it found nothing; it did then.  0: else.
	 */
	uint64_t weak_ns;
	const struct shr_call *pending; /* private: the call, until it has a number */
};

enum { SHR_PARTS = 4 };

/* Movements that belong together.  More than SHR_PARTS are counted, not kept. */
struct shr_parts {
	uint32_t count; /* of all */
	int64_t total;	/* of all; wraps */
	struct shr_part part[SHR_PARTS];
};

/* The amounts of a call, always under these names. */
enum shr_amount {
	SHR_DEFERRED,	  /* left over from earlier calls, taken at the start */
	SHR_FREEABLE,	  /* what count_objects() returned */
	SHR_DELTA,	  /* new work; unsigned 64 bits */
	SHR_PLANNED,	  /* what the loop starts with, after all caps */
	SHR_LEFT,	  /* what the loop left undone */
	SHR_SCANNED,	  /* planned - left */
	SHR_FREED,	  /* what the callback reported; 32 bits */
	SHR_NEW_DEFERRED, /* the counter after the remainder went back */
	SHR_AMOUNT_COUNT
};

struct shr_amounts {
	int64_t value[SHR_AMOUNT_COUNT];
	unsigned known; /* bit 1 << enum shr_amount; an unknown value is not 0 */
};

static inline bool shr_amounts_has(const struct shr_amounts *amounts,
				   enum shr_amount amount)
{
	return amounts->known >> amount & 1;
}

/* The closed set of verdicts, the weakest claim first. */
enum shr_verdict {
	SHR_EXACT,	 /* every predicted value equals the observed one */
	SHR_REFUSED,	 /* SHRINK_STOP that could not be foreseen */
	SHR_OWN_COUNT,	 /* the callback set nr_scanned itself */
	SHR_CONCURRENT,	 /* overlapping calls on the same counter account for it */
	SHR_REPARENTED,	 /* a dying memcg's deferred work arrived */
	SHR_REUSED,	 /* another shrinker at a known address or id */
	SHR_LOST_EVENTS, /* events are missing where it matters */
	SHR_AMBIGUOUS,	 /* several lanes fit and differ */
	SHR_UNEXPLAINED, /* none of these */
	SHR_VERDICT_COUNT
};

/* "exact", "refused", ...: the names of design and JSON. */
const char *shr_verdict_name(enum shr_verdict verdict);

/* The verdict of that name, or SHR_VERDICT_COUNT. */
enum shr_verdict shr_verdict_find(const char *name);

/* "deferred", "freeable", ...: the names of design and JSON. */
const char *shr_amount_name(enum shr_amount amount);

/* Where a call's memcg is known from. */
enum shr_memcg_from {
	SHR_MEMCG_NONE,
	SHR_MEMCG_EVENT,    /* memcg_id of 7.1 and later */
	SHR_MEMCG_IDENTITY, /* a recorded dynamic event */
	SHR_MEMCG_INFERRED,
};

#define SHR_NO_CPU UINT32_MAX

/*
 * What a gap in the capture looked like, for the verdict `lost`.  SHR_NO_CPU: no one
 * place, the capture is incomplete as a whole.
 */
struct shr_gap {
	uint32_t cpu;
	uint64_t from_ns;
	uint64_t to_ns;
	uint64_t count; /* 0: not known */
};

enum shr_step_kind {
	SHR_STEP_START,	  /* the counter was taken; call->orphan if no end will come */
	SHR_STEP_END,	  /* the remainder went back */
	SHR_STEP_GAP,	  /* events are missing here: call->gap, and nothing else */
	SHR_STEP_CGROUP,  /* one came or went: call->cgroup, call->context,
			     call->start_ns */
	SHR_STEP_ABANDON, /* the end of a call that was started will not come */
	SHR_STEP_STRAY,	  /* the end of a call whose start is not in the capture */
};

/* One moment of a call, as pair.h hands it out. */
struct shr_step {
	enum shr_step_kind kind;
	struct shr_call *call;
	struct shr_step *next; /* private to pair */
};

/* What memcgs that ended left to a counter.  More than SHR_PARTS are counted. */
struct shr_legacies {
	uint32_t count;
	struct {
		const struct shr_lane *lane;
		int64_t amount;
	} legacy[SHR_PARTS];
};

/* What a task in reclaim is there for. */
enum shr_reclaim {
	SHR_RECLAIM_UNKNOWN, /* direct or at a memcg's limit: nothing tells */
	SHR_RECLAIM_KSWAPD,
	SHR_RECLAIM_DIRECT,
	SHR_RECLAIM_MEMCG, /* a memcg's limit, or memory.reclaim */
	SHR_RECLAIM_NODE,  /* node_reclaim(): zone_reclaim_mode */
	SHR_RECLAIM_DROP_CACHES,
	SHR_RECLAIM_COUNT
};

/* What makes a call SHR_REUSED. */
enum shr_reuse {
	SHR_REUSE_NONE,
	SHR_REUSE_ADDRESS, /* another shrinker lived at this address before */
	SHR_REUSE_ID,	   /* its id was another's, whose memcg counters it inherits */
};

enum { SHR_RIVALS = 4 };

struct shr_call {
	/* All before start_ns begins as 0. */
	uint64_t n;	       /* from 1, in order of the starts */
	struct shr_lane *lane; /* borrowed from replay; NULL: none */
	int64_t inherited;     /* part of its deferred: reparented, or by id */
	int64_t arrived;       /* part of its new_deferred: reparented */
	const struct shr_instance *before; /* SHR_REUSED: who was there; may be NULL */
	const struct shr_lane *rivals[SHR_RIVALS]; /* SHR_AMBIGUOUS: NULL after last */
	uint32_t identity_has;			   /* 0: no identity was recorded */
	enum shr_reuse reuse;
	/* Private to pair, ledger and replay. */
	struct shr_counter *counter;
	struct shr_call *next;	/* by start */
	struct shr_call *later; /* the next that its task has started, if known */
	uint64_t weak_ns;	/* as in struct shr_part */
	uint32_t pending;	/* parts whose calls have no number yet */
	bool ended, orphan, settled, judged;
	bool introduced;	     /* instance and identity are known, */
	bool identified;	     /* also what was recorded of it */
	bool foretold;		     /* and what the model predicts */
	bool claimed;		     /* its lane is known from where it fits */
	bool taken, added;	     /* the ledger has entered its movements */
	bool broke_start, broke_end; /* and they did not fit */
	bool outlasted;		     /* it was open for longer than the window */
	bool gap_before;	     /* events are missing since its counter was seen */
	bool gap_ahead;		     /* or a gap was told of later: call->gap */
	bool firm;		     /* its lane is certain, though inferred */
	bool unsure;		     /* its counter may be another lane's */

	uint64_t start_ns, end_ns;
	uint64_t shrinker, callback;
	int32_t pid;
	uint32_t comm;
	uint32_t cpu, end_cpu;
	int32_t nid, end_nid;
	uint32_t has, end_has; /* enum shr_has of either event */
	struct shr_start start;
	struct shr_end end;

	uint64_t cgroup; /* id, from the event or the identity; 0 not known */
	enum shr_memcg_from memcg_from;
	enum shr_reclaim reclaim;      /* by recorded events; see reclaim.h */
	struct shr_instance *instance; /* borrowed from replay */
	struct shr_amounts observed;
	struct shr_amounts predicted;
	enum shr_verdict verdict;
	enum shr_scan_fault fault;
	unsigned differ; /* bit 1 << enum shr_amount that was predicted otherwise */
	bool foreseen_refusal; /* the model knew that the callback would stop */
	bool store_known;
	int64_t store;	  /* what it added to the counter at the end, by the model */
	uint64_t batches; /* how often the callback was asked, if nothing stopped it */

	/*
	 * Evidence.  `gave`: additions of earlier calls that make up the deferred it
	 * took; what is missing to it was there before the capture or was inherited.
	 * `ahead`: movements that went the other way round than they were recorded.
	 * `others`: additions of other calls that its own came on top of.
	 */
	struct shr_parts gave, ahead, others;
	struct shr_legacies legacies; /* SHR_REPARENTED: who left what it took, */
	struct shr_legacies arrivals; /* and what arrived while it ran */
	struct shr_gap gap;	      /* SHR_LOST_EVENTS: all that matter, in one, */
	uint64_t stray_ns;	      /* or no gap, but a call ended then whose start is
					 missing; else 0 */
	uint64_t gap_seen_ns; /* SHR_LOST_EVENTS: its counter was last seen then; 0 */
	struct shr_identity identity;

	/* Private to pair, ledger and replay. */
	struct shr_call *below; /* on the task's stack */
	struct shr_step begins, ends;
	uint64_t gaps_before; /* gaps seen when it started */
	uint64_t floor_ns;    /* its task was last seen before it then */
	uint64_t starts_seen; /* starts of all tasks up to its own */
	int64_t expected;     /* what was in the counter when it was taken */
	bool expected_known;
	bool alone;		    /* no other call was open at any time of it */
	struct shr_context context; /* SHR_STEP_CGROUP only */
	const struct shr_generation *foretold_by; /* whose rules; valid if foretold */
};

/* Whether the callback answered SHRINK_STOP, foreseen or not. */
bool shr_call_is_refused(const struct shr_call *call);

/* Add the movement; those beyond SHR_PARTS are only counted. */
static inline void shr_parts_add(struct shr_parts *parts, const struct shr_part *part)
{
	if (parts->count < SHR_PARTS)
		parts->part[parts->count] = *part;
	parts->count++;
	parts->total = (int64_t)((uint64_t)parts->total + (uint64_t)part->amount);
}

#endif /* CORE_REPLAY_CALL_H */
