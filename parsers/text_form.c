/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/text_form.h"

#include "core/event.h"
#include "parsers/text_field.h"

const struct shr_text_table *shr_text_body_table(const struct shr_text_body *body)
{
	if (body->event->kind == SHR_START)
		return body->sentence ? &shr_text_start_sentence : &shr_text_start_keys;
	return body->sentence ? &shr_text_end_sentence : &shr_text_end_keys;
}

const char *shr_text_body_missing(const struct shr_text_body *body, uint32_t values)
{
	const struct shr_text_field *field =
		shr_text_table_first(shr_text_body_table(body), values);

	return field ? field->missing : "expected more fields";
}
