/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/identity_line.h"

#include "parsers/text_cursor.h"
#include "parsers/text_digits.h"
#include "parsers/text_field.h"
#include "parsers/text_keys.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define BIT(value) (1u << SHR_VALUE_##value)

static const char group[] = "shrinkctl_";

bool shr_identity_line_is_ours(struct shr_str text)
{
	size_t len = sizeof(group) - 1;

	return text.len > len && memcmp(text.ptr, group, len) == 0 &&
	       shr_text_is_digit(text.ptr[len]);
}

static bool refuse(struct shr_text_cursor *cur, const char *reason)
{
	cur->reason = reason;
	return false;
}

static bool take_head(struct shr_text_cursor *cur)
{
	if (!shr_text_take_literal(cur, group))
		return refuse(cur, "expected 'shrinkctl_'");
	while (cur->pos < cur->end && shr_text_is_digit(*cur->pos))
		cur->pos++;
	return shr_text_take_literal(cur, "/call: ") ||
	       refuse(cur, "expected '/call: '");
}

/* Up to the last quote: there is no telling what a name may hold. */
static bool take_name(struct shr_text_cursor *cur, struct shr_str *name)
{
	if (!shr_text_take_literal(cur, "\""))
		return refuse(cur, "expected a name in quotes");
	if (cur->pos == cur->end || cur->end[-1] != '"') {
		cur->pos = cur->end;
		return refuse(cur, "expected the quote behind the name");
	}
	*name = (struct shr_str){ cur->pos, (size_t)(cur->end - 1 - cur->pos) };
	cur->pos = cur->end;
	return true;
}

static bool take_shrinker(struct shr_text_cursor *cur, struct shr_event *event)
{
	if (shr_text_take_number(cur, 0, UINT64_MAX, &event->shrinker) != SHR_NUMBER_OK)
		return refuse(cur, "expected an address after 'shr'");
	event->has |= SHR_HAS_SHRINKER;
	return true;
}

static bool take_value(struct shr_text_cursor *cur, const struct shr_text_field *field,
		       struct shr_event *event, struct shr_str *name)
{
	if (field->value == SHR_VALUE_NAME)
		return take_name(cur, name);
	if (field->value == SHR_VALUE_SHRINKER)
		return take_shrinker(cur, event);
	if (cur->pos == cur->end)
		return refuse(cur, field->bad);
	return shr_text_field_take(field, cur, event);
}

static const struct shr_text_field *find_field(struct shr_str key)
{
	const struct shr_text_table *table = &shr_text_identity_keys;

	for (size_t i = 0; i < table->count; i++)
		if (table->fields[i].len == key.len &&
		    memcmp(table->fields[i].label, key.ptr, key.len) == 0)
			return &table->fields[i];
	return NULL;
}

/* The key at the cursor with its value; *seen is the set of those before it, too. */
static bool take_pair(struct shr_text_cursor *cur, struct shr_event *event,
		      struct shr_str *name, uint32_t *seen)
{
	struct shr_str key = shr_text_take_key(cur);

	if (!key.len)
		return refuse(cur, "expected key=value");
	const struct shr_text_field *field = find_field(key);

	if (!field) {
		shr_text_take_word(cur);
		return true;
	}
	if (*seen & 1u << field->value) {
		cur->pos = key.ptr;
		return refuse(cur, "expected each key once");
	}
	*seen |= 1u << field->value;
	return take_value(cur, field, event, name);
}

bool shr_identity_line_take(struct shr_text_cursor *cur, struct shr_event *event,
			    struct shr_str *name)
{
	const uint32_t needed = BIT(SHRINKER) | BIT(NID) | BIT(MEMCG) | BIT(BATCH) |
				BIT(SEEKS) | BIT(FLAGS);
	uint32_t seen = 0;

	while (cur->end > cur->pos &&
	       (shr_text_is_blank(cur->end[-1]) || cur->end[-1] == '\n'))
		cur->end--;
	if (!take_head(cur))
		return false;
	while (!(seen & BIT(NAME))) {
		shr_text_skip_blanks(cur);
		if (!take_pair(cur, event, name, &seen))
			return false;
	}
	if (needed & ~seen)
		return refuse(cur, shr_text_table_first(&shr_text_identity_keys,
							needed & ~seen)
					   ->missing);
	if (name->len)
		event->has |= SHR_HAS_NAME;
	shr_event_settle_memcg(event);
	return true;
}
