/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * intree - the shrinkers of the mainline tree: batch, seeks, flags, refusals.
 *
 * One row for each callback and range of releases in which nothing changed, each
 * with the file it was read from.  A symbol can have several rows: two shrinkers
 * may share a callback, and without a release every range is possible.  The
 * caller decides between them by values; a row is a fact, not a guess.
 *
 *	const struct shr_intree *row = NULL;
 *
 *	while ((row = shr_intree_next(row, symbol, release)))
 *		consider(row);
 */
#ifndef CORE_MODEL_INTREE_H
#define CORE_MODEL_INTREE_H

#include "core/event.h"
#include "core/model/release.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A batch or seeks that differs from instance to instance, or over time. */
#define SHR_VARIES (-1)

enum shr_intree_flag {
	SHR_NUMA_AWARE = 1 << 0,
	SHR_MEMCG_AWARE = 1 << 1,
	SHR_NONSLAB = 1 << 2,
};

/* When the callback answers SHRINK_STOP. */
enum shr_refusal {
	SHR_REFUSES_NEVER,
	SHR_REFUSES_ALWAYS,
	SHR_REFUSES_WITHOUT_FS,	    /* for certain without __GFP_FS; may otherwise */
	SHR_REFUSES_WITHOUT_KERNEL, /* for certain unless all of GFP_KERNEL; may
				       otherwise */
	SHR_REFUSES_MAYBE,	    /* for reasons no event shows */
};

struct shr_intree {
	const char *symbol; /* the callback as %pS prints it, without offset */
	const char *name;   /* debugfs name's fixed part: its end where it begins with
			       '-', else its start; "" where it has or had none */
	struct shr_release first; /* all zero: since ever */
	struct shr_release last;  /* inclusive, with all stable updates of major.minor;
				     all zero: still there */
	int64_t batch;		  /* as set, 0 means 128; SHR_VARIES */
	int32_t seeks[3]; /* possible values, padded with SHR_NO_SEEKS; or SHR_VARIES */
	unsigned flags;	  /* enum shr_intree_flag */
	enum shr_refusal refusal;
	bool own_count;	    /* may set sc->nr_scanned itself */
	const char *source; /* where it was read: file and releases checked */
};

#define SHR_NO_SEEKS (-2)

/*
 * The row after @prev (NULL: the first) for @symbol that exists in @release (NULL:
 * in any); NULL when there is none left.  Rows are constant.
 */
const struct shr_intree *shr_intree_next(const struct shr_intree *prev,
					 struct shr_str symbol,
					 const struct shr_release *release);

/* All rows, for printing; *count is set to their number. */
const struct shr_intree *shr_intree_all(size_t *count);

#endif /* CORE_MODEL_INTREE_H */
