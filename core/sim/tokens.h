/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tokens - texts of a simulation, and the numbers by which events have them.
 */
#ifndef CORE_SIM_TOKENS_H
#define CORE_SIM_TOKENS_H

#include "core/event.h"

#include <stddef.h>
#include <stdint.h>

struct shr_err;

struct shr_tokens {
	char **texts; /* owned, as each of them */
	size_t count, cap;
};

/* Forget all: no token is valid any more.  All zero is what it begins and ends with. */
void shr_tokens_release(struct shr_tokens *tokens);

/* A copy of @text, from 1 on; 0 when memory runs out.  The same text twice is two. */
uint32_t shr_tokens_add(struct shr_tokens *tokens, const char *text,
			struct shr_err *err);

/* The token that @text has already, or one of its own; 0 as above. */
uint32_t shr_tokens_intern(struct shr_tokens *tokens, const char *text,
			   struct shr_err *err);

/* Its text, as valid as the tokens; empty for 0. */
struct shr_str shr_tokens_text(const struct shr_tokens *tokens, uint32_t token);

/* @pattern with @number in place of a %d, into *name, which is owned by the caller. */
int shr_tokens_number(const char *pattern, uint64_t number, char **name,
		      struct shr_err *err);

#endif /* CORE_SIM_TOKENS_H */
