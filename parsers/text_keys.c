/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/text_keys.h"

#include "core/event.h"
#include "core/stream.h"
#include "parsers/text_cursor.h"
#include "parsers/text_field.h"
#include "parsers/text_form.h"
#include "parsers/text_token.h"
#include "parsers/text_value.h"

#include <stddef.h>
#include <string.h>

#define BIT(value) (1u << SHR_VALUE_##value)

/* Where in @table the field was that last followed @before, NULL at the beginning. */
static uint8_t *follower(struct shr_text_order *order,
			 const struct shr_text_table *table,
			 const struct shr_text_field *before)
{
	return &order->next[before ? before - table->fields + 1 : 0];
}

static const struct shr_text_field *find_key(const struct shr_text_table *table,
					     struct shr_str key)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct shr_text_field *field = &table->fields[i];

		if (field->len == key.len &&
		    memcmp(field->label, key.ptr, key.len) == 0)
			return field;
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
	bool address;
	uint64_t number;

	if (at.end - at.pos < 4 || at.pos[0] != ' ' || at.pos[1] != '(')
		return;
	at.pos += 2;
	address = at.pos[1] == 'x';
	if (shr_text_take_number(&at, INT64_MIN, UINT64_MAX, &number) !=
		    SHR_NUMBER_OK ||
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
	while (cur->pos < cur->end &&
	       (shr_text_is_blank(*cur->pos) || *cur->pos == ',' || *cur->pos == ')'))
		cur->pos++;
}

/* The key at the cursor, if it is the one that came here in the last line. */
static const struct shr_text_field *take_likely_key(const struct shr_text_table *table,
						    size_t guess,
						    struct shr_text_cursor *cur)
{
	const struct shr_text_field *field = &table->fields[guess];
	size_t size = (size_t)(cur->end - cur->pos);

	if (size <= field->len || cur->pos[field->len] != '=' ||
	    memcmp(cur->pos, field->label, field->len) != 0)
		return NULL;
	cur->pos += field->len + 1;
	return field;
}

/* The field whose key is taken, or NULL: another's key, or none. */
static const struct shr_text_field *take_field(const struct shr_text_table *table,
					       uint8_t *guess,
					       struct shr_text_cursor *cur)
{
	const struct shr_text_field *field = take_likely_key(table, *guess, cur);

	if (field)
		return field;
	field = find_key(table, shr_text_take_key(cur));
	if (field)
		*guess = (uint8_t)(field - table->fields);
	return field;
}

/* Eight bytes before a number can be read unless the line is next to nothing. */
static bool take_short(struct shr_text_body *body, const struct shr_text_field *field,
		       bool lenient)
{
	if (lenient && body->cur.end - body->cur.pos < 8)
		return false;
	if (!shr_text_field_take_short(field, &body->cur, body->event))
		return false;
	body->seen |= 1u << field->value;
	return true;
}

bool shr_text_keys_take(struct shr_text_body *body, const struct shr_text_table *table,
			bool lenient)
{
	const uint32_t after_nid = BIT(DEFERRED) | BIT(GFP) | BIT(FREEABLE) |
				   BIT(DELTA) | BIT(TOTAL_SCAN) | BIT(PRIORITY);
	struct shr_text_cursor *cur = &body->cur;
	const struct shr_text_field *field, *before = NULL;
	bool late = false; /* nid came behind what has followed it up to 7.0 */

	for (skip_separators(cur); cur->pos < cur->end; skip_separators(cur)) {
		field = take_field(table, follower(body->order, table, before), cur);
		if (!field || body->seen & 1u << field->value) {
			pass_value(cur);
			continue;
		}
		if (!take_short(body, field, lenient)) {
			if (shr_text_value_take(body, field))
				take_double(body, field);
			else if (lenient)
				pass_value(cur);
			else
				return false;
		}
		before = field;
		late = late ||
		       (field->value == SHR_VALUE_NID && body->seen & after_nid);
	}
	if (late)
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
