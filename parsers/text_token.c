/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/text_token.h"

#include "parsers/gfp_names.h"
#include "parsers/kallsyms.h"
#include "parsers/names.h"

#include <stddef.h>
#include <string.h>

/* Kernel addresses have both top bits set, or neither (s390, 32 bits). */
static const uint64_t NAMED = UINT64_C(1) << 62;
static const uint64_t TOP_BITS = UINT64_C(3) << 62;

enum {
	MAX_SYMBOL = 640, /* KSYM_NAME_LEN and a module's name */
	MAY_BITS = 2 * SHR_MAY_RECLAIM_KNOWN - 1, /* in the note of gfp names */
	GFP_PARSED = 1 << 8,
	GFP_UNKNOWN = 1 << 9,
};

int shr_text_tokens_init(struct shr_text_tokens *tokens, struct shr_kallsyms *kallsyms,
			 struct shr_err *err)
{
	*tokens = (struct shr_text_tokens){ .kallsyms = kallsyms };
	tokens->names = shr_names_new(err);
	return tokens->names ? 0 : -1;
}

void shr_text_tokens_release(struct shr_text_tokens *tokens)
{
	shr_names_free(tokens->names);
	tokens->names = NULL;
}

uint32_t shr_text_tokens_intern(struct shr_text_tokens *tokens, struct shr_str text)
{
	return shr_names_intern(tokens->names, text, 0);
}

uint32_t shr_text_tokens_comm(struct shr_text_tokens *tokens, struct shr_str comm)
{
	if (comm.len == 5 && memcmp(comm.ptr, "<...>", 5) == 0)
		return 0;
	tokens->last_comm = shr_names_intern(tokens->names, comm, tokens->last_comm);
	return tokens->last_comm;
}

static bool take_address(struct shr_text_cursor *cur, uint64_t *callback)
{
	struct shr_text_cursor at = *cur;

	if (!shr_text_take_literal(&at, "0x") && *at.pos == '0')
		return false;
	if (shr_text_take_hex(&at, callback) != SHR_NUMBER_OK)
		return false;
	if ((*callback & TOP_BITS) == NAMED)
		return false;
	*cur = at;
	return true;
}

/* ffffffffc0123456, as kernels printed what they could not resolve before 0x. */
static bool is_bare_address(const struct shr_text_cursor *cur)
{
	struct shr_text_cursor at = *cur;
	uint64_t address;

	return shr_text_take_hex(&at, &address) == SHR_NUMBER_OK &&
	       at.pos - cur->pos == 16;
}

/* Move past "+0x0/0x210".  True if the address is not that of the symbol itself. */
static bool take_offset(struct shr_text_cursor *cur)
{
	const char *start = cur->pos;
	struct shr_str text = shr_text_take_word(cur);
	bool inside = false;

	for (size_t i = 0; i < text.len && start[i] != '/'; i++)
		inside = inside || (start[i] >= '1' && start[i] <= '9') ||
			 (start[i] >= 'a' && start[i] <= 'f');
	return inside;
}

/* What names the function: decorated only if the address is inside it. */
static struct shr_str take_name(struct shr_text_cursor *cur)
{
	const char *start = cur->pos, *pos = start;

	while (pos < cur->end && *pos != '+' && !shr_text_is_blank(*pos))
		pos++;

	struct shr_str name = { start, (size_t)(pos - start) };

	cur->pos = pos;
	if (pos == cur->end || *pos != '+' || !take_offset(cur))
		return shr_symbol_bare(name);

	const char *slash = memchr(pos, '/', (size_t)(cur->pos - pos));

	name.len = (size_t)((slash ? slash : cur->pos) - start);
	return name;
}

/* " [zfs]", else nothing. */
static struct shr_str take_module(struct shr_text_cursor *cur)
{
	struct shr_text_cursor at = *cur;

	if (!shr_text_take_literal(&at, " ["))
		return (struct shr_str){ cur->pos, 0 };

	struct shr_str word = shr_text_take_word(&at);

	if (word.len < 2 || word.ptr[word.len - 1] != ']')
		return (struct shr_str){ cur->pos, 0 };
	*cur = at;
	return (struct shr_str){ word.ptr, word.len - 1 };
}

/* Kept as "name [module]": blanks cannot be in a name. */
static uint32_t intern_symbol(struct shr_text_tokens *tokens, struct shr_str name,
			      struct shr_str module)
{
	char text[MAX_SYMBOL];
	char *end = text;

	if (!module.len)
		return shr_names_intern(tokens->names, name, tokens->last_symbol);
	if (name.len + module.len + 3 > sizeof(text))
		return 0;
	end = mempcpy(end, name.ptr, name.len);
	end = mempcpy(end, " [", 2);
	end = mempcpy(end, module.ptr, module.len);
	*end++ = ']';
	return shr_names_intern(tokens->names,
				(struct shr_str){ text, (size_t)(end - text) },
				tokens->last_symbol);
}

/* "f+0x0 " or "f+0x0/0x210 ", without a module behind it. */
bool shr_text_tokens_take_likely_callback(const struct shr_text_tokens *tokens,
					  struct shr_text_cursor *cur,
					  uint64_t *callback)
{
	struct shr_str text = shr_names_text(tokens->names, tokens->last_symbol);
	const char *pos = cur->pos + text.len;

	if (!text.len || (size_t)(cur->end - cur->pos) < text.len + 8 ||
	    memcmp(cur->pos, text.ptr, text.len) != 0 || memcmp(pos, "+0x0", 4) != 0)
		return false;
	pos += 4;
	if (*pos == '/')
		while (pos < cur->end && !shr_text_is_blank(*pos))
			pos++;
	if (cur->end - pos < 2 || *pos != ' ' || pos[1] == '[')
		return false;
	cur->pos = pos;
	*callback = NAMED | tokens->last_symbol;
	return true;
}

bool shr_text_tokens_take_callback(struct shr_text_tokens *tokens,
				   struct shr_text_cursor *cur, uint64_t *callback)
{
	if (shr_text_tokens_take_likely_callback(tokens, cur, callback))
		return true;
	if (cur->pos == cur->end)
		return false;
	if (*cur->pos == '0')
		return take_address(cur, callback);
	if (*cur->pos == 'f' && is_bare_address(cur) && take_address(cur, callback))
		return true;

	struct shr_str name = take_name(cur);

	if (!name.len)
		return false;
	tokens->last_symbol = intern_symbol(tokens, name, take_module(cur));
	*callback = tokens->last_symbol ? NAMED | tokens->last_symbol : 0;
	return true;
}

void shr_text_tokens_set_address(struct shr_text_tokens *tokens, uint64_t callback,
				 uint64_t address)
{
	if ((callback & TOP_BITS) == NAMED)
		shr_names_set_note(tokens->names, (uint32_t)callback, address);
}

/* Whether the text of @token comes next, up to a blank or the end. */
static bool is_next(const struct shr_text_tokens *tokens, uint32_t token,
		    const struct shr_text_cursor *cur)
{
	struct shr_str text = shr_names_text(tokens->names, token);
	size_t size = (size_t)(cur->end - cur->pos);

	return text.len && size > text.len && shr_text_is_blank(cur->pos[text.len]) &&
	       memcmp(cur->pos, text.ptr, text.len) == 0;
}

static struct shr_str take_gfp_names(struct shr_text_cursor *cur)
{
	const char *start = cur->pos;

	while (cur->pos < cur->end &&
	       (shr_text_is(*cur->pos, SHR_CLASS_WORD) || *cur->pos == '|'))
		cur->pos++;
	return (struct shr_str){ start, (size_t)(cur->pos - start) };
}

static uint64_t note_of_gfp(struct shr_str names)
{
	uint16_t may;
	bool known = shr_gfp_names_parse(names, &may);

	return GFP_PARSED | may | (known ? 0 : GFP_UNKNOWN);
}

bool shr_text_tokens_take_gfp(struct shr_text_tokens *tokens,
			      struct shr_text_cursor *cur, struct shr_start *start,
			      bool *known)
{
	uint32_t token = tokens->last_gfp;
	uint64_t note;

	if (is_next(tokens, token, cur)) {
		cur->pos += shr_names_text(tokens->names, token).len;
		note = shr_names_note(tokens->names, token);
	} else {
		struct shr_str names = take_gfp_names(cur);

		if (!names.len || *names.ptr == '|' || shr_text_is_digit(*names.ptr))
			return false;
		token = shr_names_intern(tokens->names, names, 0);
		note = shr_names_note(tokens->names, token);
		if (!(note & GFP_PARSED))
			note = note_of_gfp(names);
		shr_names_set_note(tokens->names, token, note);
		tokens->last_gfp = token;
	}
	start->gfp_names = token;
	start->may = (uint16_t)(note & MAY_BITS);
	*known = !(note & GFP_UNKNOWN);
	return true;
}

struct shr_str shr_text_tokens_text(const struct shr_text_tokens *tokens,
				    uint32_t token)
{
	return shr_names_text(tokens->names, token);
}

static bool split_symbol(struct shr_str text, struct shr_symbol *symbol)
{
	const char *blank = text.len ? memchr(text.ptr, ' ', text.len) : NULL;

	symbol->name = text;
	if (blank) {
		size_t len = (size_t)(blank - text.ptr);

		symbol->name.len = len;
		symbol->module = (struct shr_str){ blank + 2, text.len - len - 3 };
	}
	return text.len > 0;
}

bool shr_text_tokens_symbol(const struct shr_text_tokens *tokens, uint64_t callback,
			    struct shr_symbol *symbol)
{
	*symbol = (struct shr_symbol){ .address = callback };
	if ((callback & TOP_BITS) != NAMED)
		return tokens->kallsyms &&
		       shr_kallsyms_find(tokens->kallsyms, callback, symbol);

	uint32_t token = (uint32_t)callback;

	symbol->address = shr_names_note(tokens->names, token);
	return split_symbol(shr_names_text(tokens->names, token), symbol);
}
