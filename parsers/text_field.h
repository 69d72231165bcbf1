/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_field - the numbers of our events: what they are called in text, what they
 * may be, and where in shr_event they go.
 *
 * One table for each form: a sentence names its values in words and in a fixed
 * order, key=value text by the names of the record's fields in any order.
 */
#ifndef PARSERS_TEXT_FIELD_H
#define PARSERS_TEXT_FIELD_H

#include "core/event.h"
#include "parsers/text_cursor.h"
#include "parsers/text_digits.h"

#include <stddef.h>
#include <stdint.h>

/* What a line can tell; 1 << value is its bit in a set of them. */
enum shr_text_value {
	SHR_VALUE_SHRINKER,
	SHR_VALUE_CALLBACK,
	SHR_VALUE_NID,
	SHR_VALUE_PID,
	SHR_VALUE_CGROUP,
	SHR_VALUE_DEFERRED,
	SHR_VALUE_GFP,
	SHR_VALUE_PGS_SCANNED,
	SHR_VALUE_LRU_PGS,
	SHR_VALUE_FREEABLE,
	SHR_VALUE_DELTA,
	SHR_VALUE_TOTAL_SCAN,
	SHR_VALUE_PRIORITY,
	SHR_VALUE_NEW_SCAN,
	SHR_VALUE_RETVAL,
	SHR_VALUE_MEMCG,
	SHR_VALUE_BATCH,
	SHR_VALUE_SEEKS,
	SHR_VALUE_FLAGS,
	SHR_VALUE_ID,
	SHR_VALUE_NAME,
	SHR_VALUE_ROOT,
	SHR_VALUE_PATH,
};

struct shr_text_field {
	char label[26]; /* in a sentence with the blank that ends it */
	uint8_t len;
	uint8_t value; /* enum shr_text_value */
	uint8_t width; /* bytes in shr_event; 0: not a plain number */
	uint16_t offset;
	uint32_t has; /* enum shr_has */
	int64_t min;
	uint64_t max;
	const char *missing; /* reasons, static */
	const char *bad;
	const char *range;
};

struct shr_text_table {
	const struct shr_text_field *fields;
	size_t count;
	uint32_t needed; /* values without which the line is incomplete */
};

/* Constant; the order of the sentences is that of the kernel's text. */
extern const struct shr_text_table shr_text_start_sentence;
extern const struct shr_text_table shr_text_end_sentence;
extern const struct shr_text_table shr_text_start_keys;
extern const struct shr_text_table shr_text_end_keys;
extern const struct shr_text_table shr_text_identity_keys;
extern const struct shr_text_table shr_text_context_keys;

/* Put @number into @event as @field says. */
static inline void shr_text_field_store(const struct shr_text_field *field,
					struct shr_event *event, uint64_t number)
{
	void *place = (char *)event + field->offset;

	if (field->width == 8)
		*(uint64_t *)place = number;
	else if (field->width == 4)
		*(uint32_t *)place = (uint32_t)number;
	else
		*(uint16_t *)place = (uint16_t)number;
	event->has |= field->has;
}

/* Take @field's number into @event.  False: cur->reason says why. */
bool shr_text_field_take(const struct shr_text_field *field,
			 struct shr_text_cursor *cur, struct shr_event *event);

/*
 * As above for the common case, up to eight digits, which are in every field's range
 * but an int16_t's, and then a blank or the end.  False: take the long way.  Eight
 * bytes before the cursor can be read: a name is there.  Inline because nearly all
 * numbers come through here.
 */
static inline bool shr_text_field_take_short(const struct shr_text_field *field,
					     struct shr_text_cursor *cur,
					     struct shr_event *event)
{
	size_t left = (size_t)(cur->end - cur->pos);
	uint64_t word, number;
	unsigned count;

	if (field->width < 4 || !left)
		return false;
	word = left >= 8 ? shr_text_word_at(cur->pos)
			 : shr_text_word_at(cur->end - 8) >> (64 - 8 * left);
	count = shr_text_word_digits(word, &number);
	if (!count || (count < left && cur->pos[count] != ' '))
		return false;
	cur->pos += count;
	shr_text_field_store(field, event, number);
	return true;
}

/* The first field of @table whose value is in @values, which is not empty there. */
const struct shr_text_field *shr_text_table_first(const struct shr_text_table *table,
						  uint32_t values);

#endif /* PARSERS_TEXT_FIELD_H */
