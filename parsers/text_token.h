/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_token - the names on a line, as the tokens that events carry.
 *
 * A callback's token is its address where the text prints one, else a number that
 * no kernel address can be, made from its bare name and module: one function has
 * the same token however its symbol was decorated.  Tokens last as long as this.
 */
#ifndef PARSERS_TEXT_TOKEN_H
#define PARSERS_TEXT_TOKEN_H

#include "core/stream.h"
#include "parsers/text_cursor.h"

#include <stdbool.h>
#include <stdint.h>

struct shr_err;
struct shr_kallsyms;
struct shr_names;

/* All fields are private. */
struct shr_text_tokens {
	struct shr_names *names; /* owned */
	struct shr_kallsyms *kallsyms;
	uint32_t last_symbol; /* what is likely to come again */
	uint32_t last_comm;
	uint32_t last_gfp;
};

/* @kallsyms may be NULL and is borrowed until release.  0 or -1. */
int shr_text_tokens_init(struct shr_text_tokens *tokens, struct shr_kallsyms *kallsyms,
			 struct shr_err *err);

void shr_text_tokens_release(struct shr_text_tokens *tokens);

/* Any text; 0 if it is empty or there are too many. */
uint32_t shr_text_tokens_intern(struct shr_text_tokens *tokens, struct shr_str text);

/* A task's name; 0 where the text only has `<...>`. */
uint32_t shr_text_tokens_comm(struct shr_text_tokens *tokens, struct shr_str comm);

/*
 * The token of `super_cache_scan+0x0/0x210`, `f.isra.0+0x0 [zfs]` or `0xffff...`,
 * taken with its module.  0: the name is one too many.  False: no symbol is here.
 */
bool shr_text_tokens_take_callback(struct shr_text_tokens *tokens,
				   struct shr_text_cursor *cur, uint64_t *callback);

/* As above, only for the symbol that came last: at one look. */
bool shr_text_tokens_take_likely_callback(const struct shr_text_tokens *tokens,
					  struct shr_text_cursor *cur,
					  uint64_t *callback);

/* Remember the @address that the text prints beside @callback's name. */
void shr_text_tokens_set_address(struct shr_text_tokens *tokens, uint64_t callback,
				 uint64_t address);

/*
 * Printed gfp names: their token, and what they allow.  *known is false where a name
 * could hide a permission.  False: no names are here.
 */
bool shr_text_tokens_take_gfp(struct shr_text_tokens *tokens,
			      struct shr_text_cursor *cur, struct shr_start *start,
			      bool *known);

/* The text behind a token; empty for 0. */
struct shr_str shr_text_tokens_text(const struct shr_text_tokens *tokens,
				    uint32_t token);

/* The function behind a callback's token.  False if nothing is known. */
bool shr_text_tokens_symbol(const struct shr_text_tokens *tokens, uint64_t callback,
			    struct shr_symbol *symbol);

#endif /* PARSERS_TEXT_TOKEN_H */
