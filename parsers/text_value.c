/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/text_value.h"

#include "core/event.h"
#include "parsers/gfp_names.h"
#include "parsers/text_field.h"
#include "parsers/text_form.h"
#include "parsers/text_token.h"

#include <stddef.h>
#include <string.h>

/* "(____ptrval____)": the kernel had no key to hash with yet. */
static bool take_unhashed(struct shr_text_body *body)
{
	if (shr_text_take_literal(&body->cur, "(____ptrval____)"))
		body->long_size = 8;
	else if (shr_text_take_literal(&body->cur, "(ptrval)"))
		body->long_size = 4;
	else
		return false;
	return true;
}

static void have_shrinker(struct shr_text_body *body, uint64_t address)
{
	body->event->shrinker = address;
	body->event->has |= SHR_HAS_SHRINKER;
	if (address > UINT32_MAX)
		body->long_size = 8;
}

bool shr_text_value_take_pointer(struct shr_text_body *body)
{
	struct shr_text_cursor *cur = &body->cur;
	uint64_t address;

	body->prefixed = shr_text_take_literal(cur, "0x");

	const char *start = cur->pos;

	if (shr_text_take_hex(cur, &address) != SHR_NUMBER_OK)
		return take_unhashed(body);

	ptrdiff_t digits = cur->pos - start;

	if (!body->prefixed && digits == 16)
		body->long_size = 8;
	if (!body->prefixed && digits == 8)
		body->long_size = 4;
	body->hashed = !body->prefixed && digits == 16 && address <= UINT32_MAX;
	have_shrinker(body, address);
	return true;
}

/* In key=value text an address has its 0x; perf trace may print a plain number. */
static bool take_key_pointer(struct shr_text_body *body)
{
	uint64_t address;

	if (shr_text_take_number(&body->cur, INT64_MIN, UINT64_MAX, &address) !=
		    SHR_NUMBER_OK &&
	    shr_text_take_hex(&body->cur, &address) != SHR_NUMBER_OK)
		return take_unhashed(body);
	have_shrinker(body, address);
	return true;
}

bool shr_text_value_take_likely_callback(struct shr_text_body *body)
{
	struct shr_event *event = body->event;

	if (!shr_text_tokens_take_likely_callback(body->tokens, &body->cur,
						  &event->callback))
		return false;
	event->has |= SHR_HAS_CALLBACK;
	return true;
}

bool shr_text_value_take_callback(struct shr_text_body *body)
{
	struct shr_event *event = body->event;

	if (!shr_text_tokens_take_callback(body->tokens, &body->cur, &event->callback))
		return false;
	if (event->callback)
		event->has |= SHR_HAS_CALLBACK;
	return true;
}

/*
 * 0x.. or cc0 by "%lx" in a sentence.  The record's gfp_flags are decimal where
 * trace-cmd prints a gfp_t (up to 5.18) and in perf trace.
 */
static bool take_gfp_number(struct shr_text_body *body)
{
	struct shr_text_cursor *cur = &body->cur;
	struct shr_start *start = &body->event->start;
	bool prefixed = cur->end - cur->pos > 1 && cur->pos[1] == 'x';

	if (!shr_text_is(*cur->pos, SHR_CLASS_HEX))
		return false;
	if ((body->sentence && !prefixed) ||
	    shr_text_take_number(cur, 0, UINT64_MAX, &start->gfp) != SHR_NUMBER_OK) {
		if (shr_text_take_hex(cur, &start->gfp) != SHR_NUMBER_OK)
			return false;
	}
	start->may = shr_gfp_mask_may(start->gfp);
	body->event->has |= SHR_HAS_GFP | SHR_HAS_MAY;
	return true;
}

static bool take_gfp(struct shr_text_body *body)
{
	struct shr_start *start = &body->event->start;
	const char *pos = body->cur.pos;
	bool known;

	if (pos < body->cur.end && take_gfp_number(body))
		return true;
	if (!shr_text_tokens_take_gfp(body->tokens, &body->cur, start, &known))
		return false;
	if (known)
		body->event->has |= SHR_HAS_MAY;
	/* "none" is the one name that is a whole mask. */
	if (body->cur.pos - pos == 4 && memcmp(pos, "none", 4) == 0)
		body->event->has |= SHR_HAS_GFP;
	return true;
}

static bool take_name(struct shr_text_body *body)
{
	struct shr_text_cursor *cur = &body->cur;
	char stop = ' ';

	if (cur->pos < cur->end && *cur->pos == '"') {
		stop = '"';
		cur->pos++;
	}

	size_t size = (size_t)(cur->end - cur->pos);
	const char *end = size ? memchr(cur->pos, stop, size) : NULL;
	struct shr_str name = { cur->pos, end ? (size_t)(end - cur->pos) : size };

	cur->pos = end ? end + (stop == '"') : cur->end;
	body->event->identity.name = shr_text_tokens_intern(body->tokens, name);
	if (body->event->identity.name)
		body->event->has |= SHR_HAS_NAME;
	return true;
}

/* A path may hold blanks: it is last on the line, unless it stands in quotes. */
static bool take_path(struct shr_text_body *body)
{
	struct shr_text_cursor *cur = &body->cur;
	bool quoted = shr_text_take_literal(cur, "\"");
	size_t size = (size_t)(cur->end - cur->pos);
	const char *end = quoted ? memchr(cur->pos, '"', size) : NULL;
	struct shr_str path = { cur->pos, end ? (size_t)(end - cur->pos) : size };

	cur->pos = end ? end + 1 : cur->end;
	body->event->context.path = shr_text_tokens_intern(body->tokens, path);
	if (body->event->context.path)
		body->event->has |= SHR_HAS_NAME;
	return true;
}

static bool take_other(struct shr_text_body *body, const struct shr_text_field *field)
{
	switch (field->value) {
	case SHR_VALUE_SHRINKER:
		return take_key_pointer(body);
	case SHR_VALUE_CALLBACK:
		return shr_text_value_take_callback(body);
	case SHR_VALUE_GFP:
		return take_gfp(body);
	case SHR_VALUE_PATH:
		return take_path(body);
	default:
		return take_name(body);
	}
}

bool shr_text_value_take(struct shr_text_body *body, const struct shr_text_field *field)
{
	if (body->cur.pos < body->cur.end && shr_text_is_blank(*body->cur.pos))
		shr_text_skip_blanks(&body->cur);
	if (field->width) {
		if (!shr_text_field_take(field, &body->cur, body->event))
			return false;
	} else if (!take_other(body, field)) {
		body->cur.reason = field->bad;
		return false;
	}
	body->seen |= 1u << field->value;
	return true;
}
