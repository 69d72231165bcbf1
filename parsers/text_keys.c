/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/text_keys.h"

#include "core/event.h"
#include "core/stream.h"
#include "parsers/text_body.h"
#include "parsers/text_cursor.h"
#include "parsers/text_field.h"
#include "parsers/text_token.h"
#include "parsers/text_value.h"

#include <stddef.h>
#include <string.h>

#define BIT(value) (1u << SHR_VALUE_##value)

static const struct shr_text_field *find_key(const struct shr_text_table *table,
					     size_t *next, struct shr_str key)
{
	for (size_t tried = 0; tried < table->count; tried++) {
		size_t i = *next + tried;
		const struct shr_text_field *field =
			&table->fields[i < table->count ? i : i - table->count];

		if (field->len == key.len &&
		    memcmp(field->label, key.ptr, key.len) == 0) {
			*next = (size_t)(field - table->fields) + 1;
			return field;
		}
	}
	return NULL;
}

struct shr_str shr_text_take_key(struct shr_text_cursor *cur)
{
	const char *pos = cur->pos;

	while (pos < cur->end && shr_text_is(*pos, SHR_CLASS_WORD))
		pos++;

	struct shr_str key = { cur->pos, (size_t)(pos - cur->pos) };
	bool equals = pos < cur->end && *pos == '=';
	bool colon = cur->end - pos > 1 && pos[0] == ':' && shr_text_is_blank(pos[1]);

	if (!key.len || !(equals || colon))
		return (struct shr_str){ cur->pos, 0 };
	cur->pos = pos + 1;
	return key;
}

/* A value nobody asked for, or a word between two of them. */
static void pass_value(struct shr_text_cursor *cur)
{
	if (cur->pos < cur->end && *cur->pos == '"') {
		size_t size = (size_t)(cur->end - cur->pos - 1);
		const char *close = memchr(cur->pos + 1, '"', size);

		cur->pos = close ? close + 1 : cur->end;
		return;
	}
	shr_text_take_word(cur);
}

/* " (-2123641616)" of options/fields, or " (0xffffffff816bccf0)" of report -R. */
static void take_double(struct shr_text_body *body, const struct shr_text_field *field)
{
	struct shr_text_cursor at = body->cur;
	bool address = false;
	uint64_t number;

	if (!shr_text_take_literal(&at, " ("))
		return;
	address = at.end - at.pos > 1 && at.pos[1] == 'x';
	if (shr_text_take_number(&at, INT64_MIN, UINT64_MAX, &number) != SHR_NUMBER_OK ||
	    !shr_text_take_literal(&at, ")"))
		return;
	body->cur = at;
	if (!address)
		body->doubled = true;
	else if (field->value == SHR_VALUE_CALLBACK)
		shr_text_tokens_set_address(body->tokens, body->event->callback,
					    number);
}

static void skip_separators(struct shr_text_cursor *cur)
{
	while (cur->pos < cur->end && (shr_text_is_blank(*cur->pos) ||
				       *cur->pos == ',' || *cur->pos == ')'))
		cur->pos++;
}

bool shr_text_keys_take(struct shr_text_body *body, const struct shr_text_table *table,
			bool lenient)
{
	struct shr_text_cursor *cur = &body->cur;
	bool late = false; /* priority came before nid */
	size_t next = 0;

	for (skip_separators(cur); cur->pos < cur->end; skip_separators(cur)) {
		struct shr_str key = shr_text_take_key(cur);
		const struct shr_text_field *field =
			key.len ? find_key(table, &next, key) : NULL;

		if (!field || body->seen & 1u << field->value)
			pass_value(cur);
		else if (shr_text_field_take_short(field, cur, body->event))
			body->seen |= 1u << field->value;
		else if (shr_text_value_take(body, field))
			take_double(body, field);
		else if (lenient)
			pass_value(cur);
		else
			return false;
		if (!(body->seen & BIT(NID)) && body->seen & BIT(TOTAL_SCAN))
			late = true;
	}
	if (late && body->seen & BIT(NID))
		body->layouts = SHR_LAYOUT_T7;
	cur->reason = "expected fields as key=value";
	return body->seen != 0;
}

void shr_text_keys_add_zeroes(struct shr_text_body *body)
{
	const uint32_t pages = BIT(PGS_SCANNED) | BIT(LRU_PGS);
	const struct shr_text_table *table = shr_text_body_table(body);
	uint32_t skip = body->seen | BIT(SHRINKER) | BIT(CALLBACK) | BIT(CGROUP);

	skip |= body->seen & pages ? BIT(PRIORITY) | BIT(NID) : pages;
	for (size_t i = 0; i < table->count; i++) {
		const struct shr_text_field *field = &table->fields[i];

		if (skip & 1u << field->value)
			continue;
		if (field->value == SHR_VALUE_GFP)
			body->event->has |= SHR_HAS_GFP | SHR_HAS_MAY;
		else
			shr_text_field_store(field, body->event, 0);
	}
}
