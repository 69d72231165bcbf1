/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record_fields - the events of a kernel: which values they have, where, and in which
 * words.
 *
 * One table says for each event which fields its record has, in their order, and of
 * what its sentence is made, with the releases that have each.  From it come the
 * `format` texts (record_format.h), the records (record_bytes.h) and what tools print
 * of them (record_text.h).
 *
 *	record_layout_init(&layout, &form, RECORD_START, 0);
 *	for (i = 0; i < layout.field_count; i++)
 *		use(layout.fields[i].name, layout.fields[i].offset);
 */
#ifndef CLI_SIM_RECORD_FIELDS_H
#define CLI_SIM_RECORD_FIELDS_H

#include "core/event.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kernel_form;

/* The events there are; those that surround calls behind each other. */
enum record_id {
	RECORD_START,
	RECORD_END,
	RECORD_IDENTITY,
	RECORD_CONTEXT, /* + enum shr_context_kind */
	RECORD_COUNT = RECORD_CONTEXT + SHR_CONTEXT_COUNT
};

/* What a field holds. */
enum record_value {
	VALUE_ZERO, /* something that events here do not tell */
	VALUE_PID,
	VALUE_SHRINKER,
	VALUE_CALLBACK,
	VALUE_NID,
	VALUE_MEMCG_ID,
	VALUE_DEFERRED,
	VALUE_GFP,
	VALUE_PGS_SCANNED,
	VALUE_LRU_PGS,
	VALUE_FREEABLE,
	VALUE_DELTA,
	VALUE_TOTAL_SCAN,
	VALUE_PRIORITY,
	VALUE_NEW_SCAN,
	VALUE_RETVAL,
	VALUE_PROBE, /* the address that was probed */
	VALUE_MEMCG,
	VALUE_BATCH,
	VALUE_SEEKS,
	VALUE_FLAGS,
	VALUE_ID,
	VALUE_ROOT,
	VALUE_LEVEL,
	VALUE_TEXT, /* a name or a path, behind the record: where, and its length */
};

/* How a value stands in a sentence: as printf() in the kernel has it. */
enum record_print {
	PRINT_SYMBOL,	    /* %pS: a function by its name */
	PRINT_POINTER,	    /* %p */
	PRINT_INT,	    /* %d */
	PRINT_LONG,	    /* %ld */
	PRINT_LLONG,	    /* %lld */
	PRINT_ULONG,	    /* %lu */
	PRINT_ULLONG,	    /* %llu */
	PRINT_HEX,	    /* 0x%x */
	PRINT_HEX_LONG,	    /* 0x%Lx, in probes */
	PRINT_PROBE_SIGNED, /* %Ld, in probes */
	PRINT_PROBE,	    /* %Lu, in probes */
	PRINT_PLACE,	    /* (%lx): where a probe is */
	PRINT_GFP,	    /* names */
	PRINT_TEXT,	    /* %s */
	PRINT_QUOTED,	    /* \"%s\" */
	PRINT_IRQ,	    /* "(in-irq)" or nothing */
};

struct record_field {
	const char *type, *name; /* static */
	enum record_value value;
	uint16_t offset;
	uint8_t size;
	bool is_signed;
};

/* A part of the sentence: text, and the value behind it. */
struct record_phrase {
	const char *text; /* static */
	enum record_print print;
	const char *name; /* static: of the field, or "ent.pid" */
	enum record_value value;
};

enum { RECORD_FIELDS_MAX = 14, RECORD_PHRASES_MAX = 14 };

struct record_layout {
	const char *system, *name; /* static */
	unsigned id;		   /* common_type */
	struct record_field fields[RECORD_FIELDS_MAX];
	size_t field_count;
	struct record_phrase phrases[RECORD_PHRASES_MAX];
	size_t phrase_count;
	size_t size;  /* bytes up to the end of the last field */
	bool foreign; /* libtraceevent does not understand the sentence */
};

/* The event that @event is recorded as; RECORD_COUNT: none. */
enum record_id record_id_of(const struct shr_event *event);

/*
 * The layout of event @id in the kernel of @form.  @has: enum shr_has of what is known
 * where it is an identity, whose fields are those.  False: that kernel has no such
 * event.
 */
bool record_layout_init(struct record_layout *layout, const struct kernel_form *form,
			enum record_id id, uint32_t has);

#endif /* CLI_SIM_RECORD_FIELDS_H */
