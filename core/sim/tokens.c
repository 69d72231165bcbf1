/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sim/tokens.h"

#include "core/err.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void shr_tokens_release(struct shr_tokens *tokens)
{
	for (size_t i = 0; i < tokens->count; i++)
		free(tokens->texts[i]);
	free(tokens->texts);
	*tokens = (struct shr_tokens){ .texts = NULL };
}

static bool make_room(struct shr_tokens *tokens)
{
	if (tokens->count < tokens->cap)
		return true;
	size_t cap = tokens->cap ? 2 * tokens->cap : 64;
	char **texts = reallocarray(tokens->texts, cap, sizeof(*texts));

	if (!texts)
		return false;
	tokens->texts = texts;
	tokens->cap = cap;
	return true;
}

uint32_t shr_tokens_add(struct shr_tokens *tokens, const char *text,
			struct shr_err *err)
{
	char *copy =
		tokens->count < UINT32_MAX && make_room(tokens) ? strdup(text) : NULL;

	if (!copy) {
		shr_fail(err, SHR_ERR_NOMEM, "out of memory");
		return 0;
	}
	tokens->texts[tokens->count++] = copy;
	return (uint32_t)tokens->count;
}

uint32_t shr_tokens_intern(struct shr_tokens *tokens, const char *text,
			   struct shr_err *err)
{
	for (size_t i = 0; i < tokens->count; i++)
		if (!strcmp(tokens->texts[i], text))
			return (uint32_t)(i + 1);
	return shr_tokens_add(tokens, text, err);
}

struct shr_str shr_tokens_text(const struct shr_tokens *tokens, uint32_t token)
{
	if (!token || token > tokens->count)
		return (struct shr_str){ "", 0 };
	const char *text = tokens->texts[token - 1];

	return (struct shr_str){ text, strlen(text) };
}

int shr_tokens_number(const char *pattern, uint64_t number, char **name,
		      struct shr_err *err)
{
	const char *at = strstr(pattern, "%d");
	size_t size = strlen(pattern) + 24;

	*name = malloc(size);
	if (!*name)
		return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
	if (at)
		snprintf(*name, size, "%.*s%" PRIu64 "%s", (int)(at - pattern), pattern,
			 number, at + 2);
	else
		snprintf(*name, size, "%s", pattern);
	return 0;
}
