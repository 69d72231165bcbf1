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
struct shr_instance;

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
	SHR_STEP_ABANDON, /* the end of a call that was started will not come */
};

/* One moment of a call, as pair.h hands it out. */
struct shr_step {
	enum shr_step_kind kind;
	struct shr_call *call;
	struct shr_step *next; /* private to pair */
};

struct shr_call {
	uint64_t n; /* from 1, in order of the starts */
	uint64_t start_ns, end_ns;
	uint64_t shrinker, callback;
	int32_t pid;
	uint32_t comm;
	uint32_t cpu, end_cpu;
	int32_t nid, end_nid;
	uint32_t has, end_has; /* enum shr_has of either event */
	struct shr_start start;
	struct shr_end end;

	uint32_t identity_has; /* 0: no identity was recorded */
	uint64_t cgroup;       /* id, from the event or the identity */
	struct shr_identity identity;
	enum shr_memcg_from memcg_from;
	uint32_t lane; /* from 1; 0: none */

	struct shr_instance *instance; /* borrowed from replay */
	struct shr_amounts observed;
	struct shr_amounts predicted;
	enum shr_verdict verdict;
	unsigned differ; /* bit 1 << enum shr_amount that was predicted otherwise */
	bool foreseen_refusal; /* the model knew that the callback would stop */
	uint64_t batches; /* how often the callback was asked, if nothing stopped it */
	struct shr_gap gap; /* SHR_LOST_EVENTS only */

	/* Private to pair and replay. */
	struct shr_counter *counter;
	struct shr_call *next;	/* by start */
	struct shr_call *below; /* on the task's stack */
	struct shr_step begins, ends;
	uint64_t gaps_before; /* gaps seen when it started */
	bool ended, orphan, settled, judged;
	bool outlasted;	 /* it was open for longer than the window */
	bool alone;	 /* nothing else was open when it started */
	bool gap_before; /* events are missing since its counter was last seen */
};

#endif /* CORE_REPLAY_CALL_H */
