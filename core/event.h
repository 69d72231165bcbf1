/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * event - one record of a capture, in the only form core and parsers share.
 *
 * Parsers translate their format into shr_event; core never sees a file, a
 * line or an endianness.  An event holds the values as the record carried
 * them.  What a value means can depend on the kernel (an end event's total_scan
 * is what the loop left from 3.16 on and a difference before); core decides
 * that, not the parser.
 *
 * A value the record did not carry is unknown, never 0: its SHR_HAS_ bit is
 * clear.  Names travel as tokens; struct shr_source (stream.h) turns a token
 * into text, so that nothing is copied or allocated per event.
 */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A borrowed slice, not NUL terminated. */
struct shr_str {
	const char *ptr;
	size_t len;
};

/* It as a string of the caller's, to be freed; NULL when memory runs out. */
char *shr_str_copy(struct shr_str text);

enum shr_kind {
	SHR_START,     /* mm_shrink_slab_start */
	SHR_END,       /* mm_shrink_slab_end */
	SHR_IDENTITY,  /* a dynamic event that tells what those two do not */
	SHR_CONTEXT,   /* what surrounds calls: reclaim, cgroups */
	SHR_LOST,      /* the kernel dropped events here */
	SHR_MALFORMED, /* one of our events that could not be understood */
};

/* Bits of shr_event.has: the values that the record really carried. */
enum shr_has {
	SHR_HAS_TIME = 1 << 0,
	SHR_HAS_CPU = 1 << 1,
	SHR_HAS_PID = 1 << 2,
	SHR_HAS_SHRINKER = 1 << 3, /* clear where text printed (____ptrval____) */
	SHR_HAS_CALLBACK = 1 << 4,
	SHR_HAS_NID = 1 << 5,
	SHR_HAS_MEMCG = 1 << 6,	   /* event.memcg_id */
	SHR_HAS_DEFERRED = 1 << 7, /* START nr_objects_to_shrink, END unused_scan */
	SHR_HAS_TOTAL_SCAN = 1 << 8,
	/* START only */
	SHR_HAS_FREEABLE = 1 << 9,
	SHR_HAS_DELTA = 1 << 10,
	SHR_HAS_PRIORITY = 1 << 11,
	SHR_HAS_LRU = 1 << 12, /* pgs_scanned and lru_pgs, up to 4.15 */
	SHR_HAS_GFP = 1 << 13, /* start.gfp is the raw mask */
	SHR_HAS_MAY = 1 << 14, /* start.may is meaningful */
	/* END only */
	SHR_HAS_NEW_SCAN = 1 << 15,
	SHR_HAS_RETVAL = 1 << 16,
	/* IDENTITY only */
	SHR_HAS_MEMCG_PTR = 1 << 17,
	SHR_HAS_BATCH = 1 << 18,
	SHR_HAS_SEEKS = 1 << 19,
	SHR_HAS_FLAGS = 1 << 20,
	SHR_HAS_ID = 1 << 21,
	SHR_HAS_NAME = 1 << 22, /* CONTEXT: its path */
	/* LOST only */
	SHR_HAS_COUNT = 1 << 23,
	/* CONTEXT only */
	SHR_HAS_ROOT = 1 << 24,
};

/* Bits of start.may: what the allocation allowed reclaim to do. */
enum shr_may {
	SHR_MAY_IO = 1 << 0,		 /* __GFP_IO */
	SHR_MAY_FS = 1 << 1,		 /* __GFP_FS */
	SHR_MAY_DIRECT_RECLAIM = 1 << 2, /* __GFP_DIRECT_RECLAIM, __GFP_WAIT to 4.3 */
	SHR_MAY_KSWAPD_RECLAIM = 1 << 3, /* __GFP_KSWAPD_RECLAIM */
	SHR_MAY_RECLAIM_KNOWN = 1 << 4,	 /* the two bits above are known, too */
};

struct shr_start {
	int64_t deferred; /* nr_objects_to_shrink */
	int64_t freeable; /* cache_items */
	uint64_t delta;
	int64_t total_scan;
	uint64_t pgs_scanned;
	uint64_t lru_pgs;
	uint64_t gfp;	    /* raw gfp_flags of that kernel */
	uint32_t gfp_names; /* token of the printed names, 0 if none: shr_source.gfp */
	int16_t priority;
	uint16_t may; /* enum shr_may */
};

struct shr_end {
	int64_t deferred; /* unused_scan */
	int64_t new_scan;
	int64_t total_scan;
	int64_t retval; /* an int in the kernel, sign-extended */
};

/* What a dynamic event says of a call on the same shrinker by the same task. */
struct shr_identity {
	uint64_t memcg; /* address of the struct mem_cgroup, 0 for NULL */
	int64_t batch;	/* shrinker->batch as set: 0 means 128 */
	int32_t seeks;
	uint32_t flags; /* raw shrinker->flags of that kernel */
	int32_t id;
	uint32_t name; /* token of the shrinker's debugfs name, 0 if none */
};

enum shr_context_kind {
	SHR_CGROUP_MKDIR, /* id, path */
	SHR_CGROUP_RMDIR, /* id, path */
	SHR_DIRECT_BEGIN, /* mm_vmscan_direct_reclaim_begin */
	SHR_DIRECT_END,
	SHR_MEMCG_BEGIN, /* mm_vmscan_memcg_reclaim_begin: a limit, or memory.reclaim */
	SHR_MEMCG_END,
	SHR_KSWAPD_WAKE, /* mm_vmscan_kswapd_wake */
	SHR_KSWAPD_SLEEP,
	SHR_NODE_BEGIN, /* mm_vmscan_node_reclaim_begin */
	SHR_NODE_END,
	SHR_MEMCG_FLUSH, /* memcg_flush_stats: id of the memcg about to be counted */
	SHR_CONTEXT_COUNT
};

/*
 * event.memcg_id is the cgroup id, with SHR_HAS_MEMCG; a cgroup that comes or goes
 * always has it.  Ids are counted in each hierarchy: below another root the same id
 * is another cgroup.
 */
struct shr_context {
	enum shr_context_kind kind;
	uint32_t path; /* token, 0 if none */
	int32_t root;  /* SHR_HAS_ROOT: the hierarchy, 0 is that of cgroup v2 */
};

struct shr_lost {
	uint64_t count;	  /* SHR_HAS_COUNT, else the kernel did not say */
	uint64_t from_ns; /* last event seen on that CPU before, 0: none; ts_ns is the
			     first after */
};

struct shr_malformed {
	uint64_t offset;    /* in the input */
	uint64_t line;	    /* counted from 1; 0 where there are no lines */
	const char *reason; /* borrowed until the reader's next call */
};

struct shr_event {
	uint64_t ts_ns;	   /* in the unit of shr_capture.clock_unit */
	uint64_t shrinker; /* address, or the hash text printed for it */
	uint64_t callback; /* token: equal in one capture iff the same function */
	uint64_t memcg_id; /* cgroup id, as 7.1 and later record it */
	int32_t pid;
	uint32_t cpu;
	int32_t nid;
	uint32_t comm; /* token of the task's name, 0: by pid */
	uint32_t has;  /* enum shr_has */
	enum shr_kind kind;
	union {
		struct shr_start start;
		struct shr_end end;
		struct shr_identity identity;
		struct shr_context context;
		struct shr_lost lost;
		struct shr_malformed malformed;
	};
};

/* The kernel's name of the tracepoint: "cgroup_mkdir". */
const char *shr_context_name(enum shr_context_kind kind);

/*
 * The tracepoint of that name in @group ("cgroup", "vmscan", "memcg"; empty: in
 * whichever), or SHR_CONTEXT_COUNT.
 */
enum shr_context_kind shr_context_find(struct shr_str group, struct shr_str name);

/*
 * Take back the cgroup id of an identity whose memcg is NULL: no probe can read one
 * from there, and leaves in its place what an older record held.
 */
void shr_event_settle_memcg(struct shr_event *event);

/* Whether it says that a cgroup came or went. */
bool shr_context_is_cgroup(enum shr_context_kind kind);

#endif /* CORE_EVENT_H */
