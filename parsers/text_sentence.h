/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_sentence - the values of an event in the kernel's own words.
 *
 *	super_cache_scan+0x0/0x210 00000000be479b72: nid: 0 objects to shrink 12 ...
 */
#ifndef PARSERS_TEXT_SENTENCE_H
#define PARSERS_TEXT_SENTENCE_H

#include <stdbool.h>

struct shr_text_body;

/* Take all of them.  False: body->cur says where and why. */
bool shr_text_sentence_take(struct shr_text_body *body);

#endif /* PARSERS_TEXT_SENTENCE_H */
