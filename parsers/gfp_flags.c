/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/gfp_flags.h"

#include "core/err.h"
#include "parsers/bytes.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 64, FLAGS_MAX = 256 };

/* A cursor over the print fmt, which is not NUL terminated. */
struct text {
	const char *pos;
	const char *end;
	unsigned depth;
	bool wrong;
};

static char peek(struct text *text)
{
	while (text->pos < text->end && isspace((unsigned char)*text->pos))
		text->pos++;
	return text->pos < text->end ? *text->pos : '\0';
}

static bool take(struct text *text, const char *token)
{
	size_t len = strlen(token);

	peek(text);
	if ((size_t)(text->end - text->pos) < len || memcmp(text->pos, token, len) != 0)
		return false;
	text->pos += len;
	return true;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* "(gfp_t)", "( unsigned long)": a parenthesis that holds only words. */
static bool take_cast(struct text *text)
{
	const char *at = text->pos + 1;

	while (at < text->end && *at == ' ')
		at++;
	if (at == text->end || !(isalpha((unsigned char)*at) || *at == '_'))
		return false;
	while (at < text->end && (is_word(*at) || *at == ' '))
		at++;
	if (at == text->end || *at != ')')
		return false;
	text->pos = at + 1;
	return true;
}

static uint64_t take_number(struct text *text)
{
	char digits[24];
	size_t len = 0;

	while (text->pos < text->end && len < sizeof(digits) - 1 &&
	       isalnum((unsigned char)*text->pos))
		digits[len++] = *text->pos++;
	digits[len] = '\0';
	return strtoull(digits, NULL, 0); /* stops at a suffix as 10UL has */
}

static uint64_t take_or(struct text *text);

static uint64_t take_unary(struct text *text)
{
	char c = peek(text);

	/* Nesting is bounded so that a damaged file cannot exhaust the stack. */
	if (text->depth >= DEPTH_MAX || text->wrong) {
		text->wrong = true;
		return 0;
	}
	text->depth++;
	uint64_t value = 0;

	if (c == '~') {
		text->pos++;
		value = ~take_unary(text);
	} else if (c == '(' && take_cast(text)) {
		value = take_unary(text);
	} else if (c == '(') {
		text->pos++;
		value = take_or(text);
		text->wrong |= !take(text, ")");
	} else if (isdigit((unsigned char)c)) {
		value = take_number(text);
	} else {
		text->wrong = true;
	}
	text->depth--;
	return value;
}

static uint64_t take_shift(struct text *text)
{
	uint64_t value = take_unary(text);

	for (;;) {
		bool left = take(text, "<<");

		if (!left && !take(text, ">>"))
			return value;
		uint64_t by = take_unary(text);

		if (by > 63)
			value = 0;
		else
			value = left ? value << by : value >> by;
	}
}

static uint64_t take_and(struct text *text)
{
	uint64_t value = take_shift(text);

	while (take(text, "&"))
		value &= take_shift(text);
	return value;
}

static uint64_t take_or(struct text *text)
{
	uint64_t value = take_and(text);

	while (take(text, "|"))
		value |= take_and(text);
	return value;
}

/* One "{ expression, "NAME" }". */
static bool take_flag(struct text *text, struct shr_gfp_flag *flag)
{
	if (!take(text, "{"))
		return false;
	flag->mask = take_or(text);
	if (text->wrong || !take(text, ",") || !take(text, "\""))
		return false;
	const char *quote = memchr(text->pos, '"', (size_t)(text->end - text->pos));

	if (!quote)
		return false;
	flag->name = (struct shr_str){ text->pos, (size_t)(quote - text->pos) };
	text->pos = quote + 1;
	return take(text, "}");
}

static uint64_t mask_of(const struct shr_gfp_flags *gfp, const char *name)
{
	for (size_t i = 0; i < gfp->count; i++)
		if (shr_str_is(gfp->flags[i].name, name))
			return gfp->flags[i].mask;
	return 0;
}

static void find_bits(struct shr_gfp_flags *gfp)
{
	gfp->io = mask_of(gfp, "__GFP_IO");
	gfp->fs = mask_of(gfp, "__GFP_FS");
	gfp->direct_reclaim = mask_of(gfp, "__GFP_DIRECT_RECLAIM");
	gfp->kswapd_reclaim = mask_of(gfp, "__GFP_KSWAPD_RECLAIM");
	if (!gfp->io)
		gfp->io = 0x40;
	if (!gfp->fs)
		gfp->fs = 0x80;
	/* Up to 4.3 one bit stood for both; tables called it GFP_WAIT. */
	uint64_t wait = mask_of(gfp, "__GFP_WAIT") | mask_of(gfp, "GFP_WAIT");

	if (wait)
		gfp->direct_reclaim = gfp->kswapd_reclaim = wait;
}

int shr_gfp_flags_init(struct shr_gfp_flags *gfp, struct shr_str print_fmt,
		       struct shr_err *err)
{
	static const char call[] = "__print_flags(";
	const char *at = memmem(print_fmt.ptr, print_fmt.len, call, sizeof(call) - 1);
	struct text text = { .end = print_fmt.ptr + print_fmt.len };

	*gfp = (struct shr_gfp_flags){ 0 };
	text.pos = at ? memchr(at, '{', (size_t)(text.end - at)) : NULL;
	if (text.pos) {
		gfp->flags = calloc(FLAGS_MAX, sizeof(*gfp->flags));
		if (!gfp->flags)
			return shr_fail(err, SHR_ERR_NOMEM, "out of memory");
		while (gfp->count < FLAGS_MAX &&
		       take_flag(&text, &gfp->flags[gfp->count])) {
			gfp->count++;
			take(&text, ",");
		}
	}
	find_bits(gfp);
	return 0;
}

void shr_gfp_flags_release(struct shr_gfp_flags *gfp)
{
	free(gfp->flags);
	*gfp = (struct shr_gfp_flags){ 0 };
}

static size_t append(char *buf, size_t size, size_t len, const char *text, size_t add)
{
	if (len && len + 1 < size)
		buf[len++] = '|';
	for (size_t i = 0; i < add && len + 1 < size; i++)
		buf[len++] = text[i];
	buf[len] = '\0';
	return len;
}

void shr_gfp_flags_print(const struct shr_gfp_flags *gfp, uint64_t mask, char *buf,
			 size_t size)
{
	char rest[24];
	size_t len = 0;

	if (!mask) {
		snprintf(buf, size, "none");
		return;
	}
	for (size_t i = 0; i < gfp->count && mask; i++) {
		const struct shr_gfp_flag *flag = &gfp->flags[i];

		if (!flag->mask || (mask & flag->mask) != flag->mask)
			continue;
		mask &= ~flag->mask;
		len = append(buf, size, len, flag->name.ptr, flag->name.len);
	}
	if (!mask)
		return;
	int add = snprintf(rest, sizeof(rest), "0x%" PRIx64, mask);

	append(buf, size, len, rest, (size_t)add);
}
