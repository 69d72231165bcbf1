/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * instance - one shrinker of the running kernel: an address, and its life.
 *
 * Callbacks are shared (every superblock has super_cache_scan), so replay tells
 * shrinkers apart by address; an address that comes back with another callback is
 * another instance.  An instance knows its batch, seeks and awareness, each with
 * the source it is known from, and what its calls added up to.
 */
#ifndef CORE_REPLAY_INSTANCE_H
#define CORE_REPLAY_INSTANCE_H

#include "core/model/intree.h"
#include "core/replay/call.h"
#include "core/replay/candidates.h"
#include "core/stream.h"

struct shr_setting;

/* Where a parameter is known from, the best source first. */
enum shr_from {
	SHR_FROM_NOTHING,
	SHR_FROM_OPTION,   /* --set */
	SHR_FROM_IDENTITY, /* recorded in the capture */
	SHR_FROM_TABLE,	   /* the in-tree table, by symbol and release */
	SHR_FROM_VALUES,   /* inferred from the capture's values */
};

/* "option", "identity", "table", "values"; NULL for SHR_FROM_NOTHING. */
const char *shr_from_name(enum shr_from from);

/* A batch or a seeks. */
struct shr_param {
	enum shr_from from; /* SHR_FROM_NOTHING: the candidates are all there is */
	int64_t value;	    /* batch: effective, never the 0 that means 128 */
	/*
	 * What values allow: the set to infer from; or, where a better source
	 * named a value that a call contradicts, the evidence against it.
	 */
	struct shr_candidates fit; /* owned */
	uint64_t contradicted;	   /* calls that do not fit `value` */
};

/* NUMA or memcg awareness. */
struct shr_aware {
	enum shr_from from; /* SHR_FROM_NOTHING: not known */
	bool value;
};

/* Sums over calls; amounts that were not known are left out. */
struct shr_tally {
	uint64_t calls;
	int64_t planned;
	int64_t scanned_predicted;
	int64_t scanned_observed;
	int64_t freed;
	uint64_t refusals; /* foreseen and unforeseen */
	int64_t deferred_first, deferred_last, deferred_max;
	bool deferred_known;
	uint64_t verdicts[SHR_VERDICT_COUNT];
};

/* What the last call left, as long as it is not known who shares it. */
struct shr_left {
	bool known;
	int32_t nid;
	const struct shr_lane *lane;
	int64_t amount;
};

struct shr_instance {
	uint64_t address;
	bool anonymous; /* no address was printed: all shrinkers of one callback */
	uint64_t callback;
	uint32_t ordinal;	  /* from 0, in order of appearance */
	struct shr_symbol symbol; /* slices borrowed from the source */
	struct shr_str name;	  /* debugfs name where recorded, else empty */
	int32_t id;		  /* where recorded */
	bool id_known;
	struct shr_instance *inherits; /* who had the id before; NULL: not known */
	struct shr_instance *heir;     /* who has it since; NULL: not known */
	char label[80]; /* symbol or callback address, "#2" from the second on */
	struct shr_param batch;
	struct shr_param seeks;
	struct shr_aware numa;
	struct shr_aware memcg;
	enum shr_refusal
		refusal; /* what all table rows agree on, else NEVER or MAYBE */
	bool in_table;
	unsigned generations; /* in whose kernels the callback exists; 0: not known */
	bool may_count; /* in the table as setting sc->nr_scanned, or not in it at all
			 */
	uint32_t lanes; /* distinct memcgs seen */
	uint64_t calls; /* so far, whatever passes the filter */
	struct shr_tally tally;
	struct shr_counter *counters; /* borrowed: all there are of it */
	struct shr_left left;	      /* private to aware.h */
	/* Private to counters: the counter used last, and its key. */
	struct shr_counter *last;
	uint32_t last_slot;
	struct shr_lane *last_lane;
};

/*
 * Fill in what symbol, release and --set say of a new @instance.  @release NULL:
 * any.  @settings: the user's, ended by one without a pattern; may be NULL.
 * Returns 0, or -1 when memory runs out.
 */
int shr_instance_resolve(struct shr_instance *instance,
			 const struct shr_release *release,
			 const struct shr_setting *settings, struct shr_err *err);

/* Let a call's recorded identity say what it knows. */
void shr_instance_identify(struct shr_instance *instance, const struct shr_call *call,
			   const struct shr_release *release);

/* Whose memcgs' counters @instance has, by its id, since they were its; NULL: nobody's.
 */
const struct shr_instance *shr_instance_before(const struct shr_instance *instance);

/* Its storage is the caller's; it may not be used again. */
void shr_instance_release(struct shr_instance *instance);

/* Add a judged call. */
void shr_tally_add(struct shr_tally *tally, const struct shr_call *call);

/* Add the sums of @part, a different shrinker's: of deferred only the maximum. */
void shr_tally_join(struct shr_tally *tally, const struct shr_tally *part);

#endif /* CORE_REPLAY_INSTANCE_H */
