/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_value - one value of a body, whatever its kind: numbers, addresses, symbols,
 * allocation masks, names.
 */
#ifndef PARSERS_TEXT_VALUE_H
#define PARSERS_TEXT_VALUE_H

#include <stdbool.h>

struct shr_text_body;
struct shr_text_field;

/* Take @field's value into the event.  False: body->cur says where and why. */
bool shr_text_value_take(struct shr_text_body *body,
			 const struct shr_text_field *field);

/* The callback's symbol or address.  False: none is here. */
bool shr_text_value_take_callback(struct shr_text_body *body);

/* As above if it is the symbol that came last: tells a sentence at one look. */
bool shr_text_value_take_likely_callback(struct shr_text_body *body);

/* The shrinker's address as "%p" prints it: hexadecimal.  False: none is here. */
bool shr_text_value_take_pointer(struct shr_text_body *body);

#endif /* PARSERS_TEXT_VALUE_H */
