/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_keys - the values of an event under the names of the record's fields.
 *
 *	shr=0xffff8881042a1000 (-131387274686464) nid=0x0 (0) ...    options/fields
 *	shr=0xffff88810004a300 shrink=f+0x0 (0xffffffff8...) nid=0   report -R
 *	shr: 0xffff88810004a300, nr_objects_to_shrink: 322, ...      perf trace
 *
 * Words in between and keys nobody knows are passed over; of two equal keys the
 * first counts.
 */
#ifndef PARSERS_TEXT_KEYS_H
#define PARSERS_TEXT_KEYS_H

#include "parsers/text_cursor.h"

#include <stdbool.h>

struct shr_text_body;
struct shr_text_table;

/* "key=" or "key: ", without its mark; empty, and nothing is taken, if none is here. */
struct shr_str shr_text_take_key(struct shr_text_cursor *cur);

/*
 * Take what @table names; where @lenient, a bad value counts as absent.  body->layouts
 * becomes SHR_LAYOUT_T7 if nid came late.  False: body->cur says where and why.
 */
bool shr_text_keys_take(struct shr_text_body *body, const struct shr_text_table *table,
			bool lenient);

/*
 * Add what perf trace left out because it is 0.  Up to 3.15 there was no nid: it
 * stays unknown where the line is of such an age.
 */
void shr_text_keys_add_zeroes(struct shr_text_body *body);

#endif /* PARSERS_TEXT_KEYS_H */
