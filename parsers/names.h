/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * names - strings that recur, each kept once under a small number.
 *
 * Task names, symbols and gfp names repeat on every line; an event carries only
 * their token.  Growth is bounded, because a damaged capture may hold nothing but
 * new names: past the bound a string gets token 0, which means unknown, and is
 * counted.  Texts stay where they are until free.
 *
 *	likely = shr_names_intern(names, text, likely);
 *	print(shr_names_text(names, likely));
 */
#ifndef PARSERS_NAMES_H
#define PARSERS_NAMES_H

#include "core/event.h"

#include <stdint.h>

struct shr_err;
struct shr_names;

/* An empty set, or NULL with *err filled in. */
struct shr_names *shr_names_new(struct shr_err *err);

/* Accepts NULL. */
void shr_names_free(struct shr_names *names);

/*
 * The token of @text, which is copied when it is new; 0 for the empty string, and
 * for a new one past the bounds.  @likely is a token it may well be, or 0: trying
 * that first is cheap.
 */
uint32_t shr_names_intern(struct shr_names *names, struct shr_str text,
			  uint32_t likely);

/* The string behind @token; empty for 0 and for a token never handed out. */
struct shr_str shr_names_text(const struct shr_names *names, uint32_t token);

/* A number kept beside @token for the caller, 0 at first; 0 for an unknown token. */
uint64_t shr_names_note(const struct shr_names *names, uint32_t token);

/* Set that number; nothing happens for an unknown token. */
void shr_names_set_note(struct shr_names *names, uint32_t token, uint64_t note);

/* How many strings were refused. */
uint64_t shr_names_refused(const struct shr_names *names);

#endif /* PARSERS_NAMES_H */
