/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/text_sentence.h"

#include "core/event.h"
#include "parsers/text_field.h"
#include "parsers/text_form.h"
#include "parsers/text_value.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define BIT(value) (1u << SHR_VALUE_##value)

static bool expected(struct shr_text_body *body, const char *reason)
{
	body->cur.reason = reason;
	return false;
}

/* "super_cache_scan+0x0/0x210 00000000be479b72:" */
static bool take_subject(struct shr_text_body *body)
{
	if (!(body->event->has & SHR_HAS_CALLBACK) &&
	    !shr_text_value_take_callback(body))
		return expected(body, "expected a callback");
	shr_text_skip_blanks(&body->cur);
	if (!shr_text_value_take_pointer(body))
		return expected(body, "expected a shrinker's address");
	if (body->cur.pos == body->cur.end || *body->cur.pos != ':')
		return expected(body, "expected ':' after the shrinker's address");
	body->cur.pos++;
	body->seen |= BIT(SHRINKER) | BIT(CALLBACK);
	return true;
}

/* Values come in the table's order, so that no label is looked for twice. */
static const struct shr_text_field *take_label(const struct shr_text_table *table,
					       const struct shr_text_field **next,
					       struct shr_text_cursor *cur)
{
	const struct shr_text_field *stop = table->fields + table->count;
	size_t size = (size_t)(cur->end - cur->pos);

	for (const struct shr_text_field *field = *next; field < stop; field++) {
		if (*field->label == *cur->pos && field->len <= size &&
		    memcmp(field->label, cur->pos, field->len) == 0) {
			*next = field + 1;
			cur->pos += field->len;
			return field;
		}
	}
	return NULL;
}

/* A sentence ends in priority from 4.16 on, and has two page counts before. */
static uint32_t lacks(const struct shr_text_body *body, uint32_t needed)
{
	const uint32_t pages = BIT(PGS_SCANNED) | BIT(LRU_PGS);

	if (body->event->kind == SHR_START && !(body->seen & BIT(PRIORITY)))
		needed |= body->seen & pages ? pages : BIT(PRIORITY);
	return needed & ~body->seen;
}

/* Past one blank, as a rule; false at the end. */
static bool to_word(struct shr_text_cursor *cur)
{
	if (cur->end - cur->pos > 1 && shr_text_is_blank(*cur->pos) &&
	    !shr_text_is_blank(cur->pos[1])) {
		cur->pos++;
		return true;
	}
	shr_text_skip_blanks(cur);
	return cur->pos < cur->end;
}

bool shr_text_sentence_take(struct shr_text_body *body)
{
	const struct shr_text_table *table = shr_text_body_table(body);
	struct shr_text_cursor *cur = &body->cur;
	const struct shr_text_field *next = table->fields;

	if (!take_subject(body))
		return false;
	while (to_word(cur)) {
		const struct shr_text_field *field = take_label(table, &next, cur);

		if (!field)
			shr_text_take_word(cur);
		else if (shr_text_field_take_short(field, cur, body->event))
			body->seen |= 1u << field->value;
		else if (!shr_text_value_take(body, field))
			return false;
	}

	uint32_t missing = lacks(body, table->needed);

	return !missing || expected(body, shr_text_body_missing(body, missing));
}
