/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * stream - how events leave a parser: in batches, with what is known of the capture.
 *
 * A source hands out events in the order of their time, a batch at a call, so
 * that one indirect call pays for many events and memory stays constant however
 * long the capture is.  Events are borrowed until the source's next call; the
 * tokens in them stay valid as long as the source.
 *
 * Losses are told as soon as they are known: where each CPU has its own stream that is
 * before what the other CPUs did meanwhile, and so before the loss's own time.
 *
 *	struct shr_batch batch;
 *	int got;
 *
 *	while ((got = src->next(src, &batch, &err)) > 0)
 *		use(batch.events, batch.count);
 */
#ifndef CORE_STREAM_H
#define CORE_STREAM_H

#include "core/event.h"

#include <stdbool.h>

struct shr_err;

/* Trace layouts of mm_shrink_slab_start, by the first release that has them. */
enum shr_layout {
	SHR_LAYOUT_T1 = 1 << 0, /* 3.1 (and 3.0.39): no nid */
	SHR_LAYOUT_T2 = 1 << 1, /* 3.12: shrink is scan_objects */
	SHR_LAYOUT_T3 = 1 << 2, /* 3.16: nid; end.total_scan is the leftover */
	SHR_LAYOUT_T4 = 1 << 3, /* 4.16: priority for pgs_scanned and lru_pgs */
	SHR_LAYOUT_T5 = 1 << 4, /* 5.2: %pS */
	SHR_LAYOUT_T6 = 1 << 5, /* 5.19: gfp_flags unsigned long */
	SHR_LAYOUT_T7 = 1 << 6, /* 7.1: nid behind priority, memcg_id */
};

enum shr_clock_unit {
	SHR_CLOCK_NS,	 /* ts_ns are nanoseconds */
	SHR_CLOCK_TICKS, /* counts or cycles: an order, not a time */
	SHR_CLOCK_NONE,	 /* the capture has no times: only an order */
};

/* A cgroup of the memory controller's hierarchy, from a list in the capture. */
struct shr_listed_cgroup {
	uint64_t id;   /* as calls have it */
	uint32_t path; /* a token */
};

/* What a source knows of its capture; it grows while events are read. */
struct shr_capture {
	const char *format;    /* "trace.dat v7, zstd", "trace-cmd report", ... */
	struct shr_str kernel; /* release, e.g. 6.12.95; empty where not recorded */
	struct shr_str clock;  /* as the kernel names it; empty where not recorded */
	enum shr_clock_unit clock_unit;
	unsigned
		layouts; /* every enum shr_layout that the input allows; 0: none seen */
	unsigned long_size;   /* bytes of the kernel's long: 4 or 8; 0 unknown */
	bool hashed_pointers; /* shrinker addresses are printed hashes */
	uint64_t skipped;     /* records or lines of other events */
	uint64_t context;     /* SHR_CONTEXT events handed out */
	uint64_t malformed;   /* SHR_MALFORMED events handed out */
	uint64_t lost_gaps;   /* SHR_LOST events handed out */
	uint64_t lost_events; /* their counts, where known */
	bool incomplete;   /* damaged: from some time on, events of a CPU are missing */
	uint64_t size;	   /* bytes of the whole input, 0 if a pipe */
	uint64_t consumed; /* bytes read so far, for progress */
	/* Known before the first event; borrowed from the source. */
	const struct shr_listed_cgroup *cgroups;
	size_t cgroup_count;
};

struct shr_symbol {
	struct shr_str name; /* bare: no +0x0/0x210, no .isra.0; empty if unresolved */
	struct shr_str module; /* empty for the kernel proper */
	uint64_t address;      /* 0 where the capture has only the name */
};

struct shr_batch {
	const struct shr_event *events;
	size_t count;
};

struct shr_source {
	const struct shr_capture *capture;

	/*
	 * 1: *batch holds at least one event; 0: end; -1: *err says why.  0 and
	 * -1 repeat for ever; what was read before a fault has been handed out.
	 */
	int (*next)(struct shr_source *src, struct shr_batch *batch,
		    struct shr_err *err);

	/* The function behind event.callback.  False if the capture cannot tell. */
	bool (*symbol)(struct shr_source *src, uint64_t callback,
		       struct shr_symbol *symbol);

	/* The task's name, from event.comm or else event.pid; empty if unknown. */
	struct shr_str (*comm)(struct shr_source *src, int32_t pid, uint32_t comm);

	/* Names of an allocation mask into @buf, NUL terminated, cut at @size. */
	void (*gfp)(struct shr_source *src, const struct shr_start *start, bool has_gfp,
		    char *buf, size_t size);

	/* The text behind any other token (identity.name); empty for 0. */
	struct shr_str (*text)(struct shr_source *src, uint32_t token);
};

#endif /* CORE_STREAM_H */
