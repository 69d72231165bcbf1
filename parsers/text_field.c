/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/text_field.h"

#define BIT(value) (1u << SHR_VALUE_##value)

#define FIELD(label_, word, value_, member, has_, min_, max_)                          \
	{                                                                              \
		.label = label_, .len = sizeof(label_) - 1,                            \
		.value = SHR_VALUE_##value_,                                           \
		.width = sizeof(((struct shr_event *)0)->member),                      \
		.offset = offsetof(struct shr_event, member), .has = has_,             \
		.min = min_, .max = max_, .missing = "expected '" word "'",            \
		.bad = "expected a number after '" word "'",                           \
		.range = "'" word "' is out of range"                                  \
	}

/* A value that is not a plain number: text_body.c takes it. */
#define OTHER(label_, word, value_)                                                    \
	{                                                                              \
		.label = label_, .len = sizeof(label_) - 1,                            \
		.value = SHR_VALUE_##value_, .missing = "expected '" word "'",         \
		.bad = "expected a value after '" word "'",                            \
		.range = "'" word "' is out of range"                                  \
	}

/*
 * A long may come as %lu or in hexadecimal, and an int in hexadecimal, too: the
 * whole unsigned range is accepted and reinterpreted.
 */
#define LONG(label, word, value, member, has)                                          \
	FIELD(label, word, value, member, has, INT64_MIN, UINT64_MAX)
#define INT(label, word, value, member, has)                                           \
	FIELD(label, word, value, member, has, INT32_MIN, UINT32_MAX)

#define NID(label)	 INT(label, "nid", NID, nid, SHR_HAS_NID)
#define PID(label)	 FIELD(label, "pid", PID, pid, SHR_HAS_PID, INT32_MIN, INT32_MAX)
#define CGROUP(label, w) FIELD(label, w, CGROUP, memcg_id, SHR_HAS_MEMCG, 0, UINT64_MAX)
#define PRIORITY(label)                                                                \
	FIELD(label, "priority", PRIORITY, start.priority, SHR_HAS_PRIORITY,           \
	      INT16_MIN, INT16_MAX)
/* SHR_HAS_LRU comes with the second of the two. */
#define PGS(label)                                                                     \
	FIELD(label, "pgs_scanned", PGS_SCANNED, start.pgs_scanned, 0, INT64_MIN,      \
	      UINT64_MAX)
#define LRU(label)                                                                     \
	FIELD(label, "lru_pgs", LRU_PGS, start.lru_pgs, SHR_HAS_LRU, INT64_MIN,        \
	      UINT64_MAX)

static const struct shr_text_field start_sentence[] = {
	NID("nid: "),
	PID("pid: "),
	CGROUP("memcg_id: ", "memcg_id"),
	LONG("objects to shrink ", "objects to shrink", DEFERRED, start.deferred,
	     SHR_HAS_DEFERRED),
	OTHER("gfp_flags ", "gfp_flags", GFP),
	PGS("pgs_scanned "),
	LRU("lru_pgs "),
	LONG("cache items ", "cache items", FREEABLE, start.freeable, SHR_HAS_FREEABLE),
	LONG("delta ", "delta", DELTA, start.delta, SHR_HAS_DELTA),
	LONG("total_scan ", "total_scan", TOTAL_SCAN, start.total_scan,
	     SHR_HAS_TOTAL_SCAN),
	PRIORITY("priority "),
};

static const struct shr_text_field end_sentence[] = {
	NID("nid: "),
	PID("pid: "),
	CGROUP("memcg_id: ", "memcg_id"),
	LONG("unused scan count ", "unused scan count", DEFERRED, end.deferred,
	     SHR_HAS_DEFERRED),
	LONG("new scan count ", "new scan count", NEW_SCAN, end.new_scan,
	     SHR_HAS_NEW_SCAN),
	LONG("total_scan ", "total_scan", TOTAL_SCAN, end.total_scan,
	     SHR_HAS_TOTAL_SCAN),
	INT("last shrinker return val ", "last shrinker return val", RETVAL, end.retval,
	    SHR_HAS_RETVAL),
};

static const struct shr_text_field start_keys[] = {
	OTHER("shr", "shr", SHRINKER),
	OTHER("shrink", "shrink", CALLBACK),
	NID("nid"),
	LONG("nr_objects_to_shrink", "nr_objects_to_shrink", DEFERRED, start.deferred,
	     SHR_HAS_DEFERRED),
	OTHER("gfp_flags", "gfp_flags", GFP),
	PGS("pgs_scanned"),
	LRU("lru_pgs"),
	LONG("cache_items", "cache_items", FREEABLE, start.freeable, SHR_HAS_FREEABLE),
	LONG("delta", "delta", DELTA, start.delta, SHR_HAS_DELTA),
	LONG("total_scan", "total_scan", TOTAL_SCAN, start.total_scan,
	     SHR_HAS_TOTAL_SCAN),
	PRIORITY("priority"),
	CGROUP("memcg_id", "memcg_id"),
};

static const struct shr_text_field end_keys[] = {
	OTHER("shr", "shr", SHRINKER),
	NID("nid"),
	OTHER("shrink", "shrink", CALLBACK),
	LONG("unused_scan", "unused_scan", DEFERRED, end.deferred, SHR_HAS_DEFERRED),
	LONG("new_scan", "new_scan", NEW_SCAN, end.new_scan, SHR_HAS_NEW_SCAN),
	INT("retval", "retval", RETVAL, end.retval, SHR_HAS_RETVAL),
	LONG("total_scan", "total_scan", TOTAL_SCAN, end.total_scan,
	     SHR_HAS_TOTAL_SCAN),
	CGROUP("memcg_id", "memcg_id"),
};

static const struct shr_text_field identity_keys[] = {
	LONG("memcg", "memcg", MEMCG, identity.memcg, SHR_HAS_MEMCG_PTR),
	NID("nid"),
	OTHER("shr", "shr", SHRINKER),
	LONG("batch", "batch", BATCH, identity.batch, SHR_HAS_BATCH),
	INT("seeks", "seeks", SEEKS, identity.seeks, SHR_HAS_SEEKS),
	INT("flags", "flags", FLAGS, identity.flags, SHR_HAS_FLAGS),
	INT("id", "id", ID, identity.id, SHR_HAS_ID),
	CGROUP("cg", "cg"),
	OTHER("name", "name", NAME),
};

/* A cgroup's id is `id` in the record and, of memcg_flush_stats, memcg_id in words. */
static const struct shr_text_field context_keys[] = {
	INT("root", "root", ROOT, context.root, SHR_HAS_ROOT),
	CGROUP("id", "id"),
	CGROUP("memcg_id", "memcg_id"),
	NID("nid"),
	OTHER("path", "path", PATH),
};

#define TABLE(rows, needed_)                                                           \
	{                                                                              \
		rows, sizeof(rows) / sizeof(*rows), needed_                            \
	}

const struct shr_text_table shr_text_start_sentence =
	TABLE(start_sentence,
	      BIT(DEFERRED) | BIT(GFP) | BIT(FREEABLE) | BIT(DELTA) | BIT(TOTAL_SCAN));
const struct shr_text_table shr_text_end_sentence = TABLE(
	end_sentence, BIT(DEFERRED) | BIT(NEW_SCAN) | BIT(TOTAL_SCAN) | BIT(RETVAL));
const struct shr_text_table shr_text_start_keys = TABLE(start_keys, 0);
const struct shr_text_table shr_text_end_keys = TABLE(end_keys, 0);
const struct shr_text_table shr_text_identity_keys =
	TABLE(identity_keys, BIT(SHRINKER));
const struct shr_text_table shr_text_context_keys = TABLE(context_keys, 0);

bool shr_text_field_take(const struct shr_text_field *field,
			 struct shr_text_cursor *cur, struct shr_event *event)
{
	uint64_t number;

	switch (shr_text_take_number(cur, field->min, field->max, &number)) {
	case SHR_NUMBER_NONE:
		cur->reason = field->bad;
		return false;
	case SHR_NUMBER_RANGE:
		cur->reason = field->range;
		return false;
	case SHR_NUMBER_OK:
		break;
	}
	/* retval is the one int in a place of 64 bits. */
	if (field->value == SHR_VALUE_RETVAL)
		number = (uint64_t)(int64_t)(int32_t)number;
	shr_text_field_store(field, event, number);
	return true;
}

const struct shr_text_field *shr_text_table_first(const struct shr_text_table *table,
						  uint32_t values)
{
	for (size_t i = 0; i < table->count; i++) {
		if (values & 1u << table->fields[i].value)
			return &table->fields[i];
	}
	return NULL;
}
