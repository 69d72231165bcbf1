/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record_bytes - events as the bytes of their kernel's records.
 *
 * What an event does not tell is 0 in its record.
 */
#ifndef CLI_SIM_RECORD_BYTES_H
#define CLI_SIM_RECORD_BYTES_H

#include "cli/sim/record_fields.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kernel_form;

/* What a record holds beside its event's own values. */
struct record_extra {
	uint64_t callback;   /* the function's address */
	uint64_t gfp;	     /* the raw mask */
	uint64_t probe;	     /* VALUE_PROBE */
	struct shr_str text; /* VALUE_TEXT: cut at RECORD_TEXT_MAX */
};

enum { RECORD_TEXT_MAX = 1024, RECORD_BYTES_MAX = 128 + RECORD_TEXT_MAX };

/* The number of @event that @value names; of VALUE_TEXT its length. */
uint64_t record_value(const struct shr_event *event, const struct record_extra *extra,
		      enum record_value value);

/* The record of @event into @record: its length. */
size_t record_bytes_put(const struct record_layout *layout,
			const struct kernel_form *form, const struct shr_event *event,
			const struct record_extra *extra,
			uint8_t record[RECORD_BYTES_MAX]);

/* @value as @size bytes at @at, cut to fit. */
void record_bytes_store(uint8_t *at, uint64_t value, size_t size, bool big);

#endif /* CLI_SIM_RECORD_BYTES_H */
