/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/model/release.h"

/* Beyond them a number is a date, a port or a build, not a part of a release. */
static const unsigned max_version = 255, max_patch = 65535;

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What can stand in the middle of a word, so that "node-1.2" is no release. */
static bool is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '.' || c == '-' || c == '_';
}

static void skip(struct shr_str *text, size_t len)
{
	text->ptr += len;
	text->len -= len;
}

static bool take_number(struct shr_str *text, unsigned max, unsigned *number)
{
	unsigned value = 0;

	if (text->len == 0 || !is_digit(text->ptr[0]))
		return false;
	while (text->len > 0 && is_digit(text->ptr[0])) {
		value = 10 * value + (unsigned)(text->ptr[0] - '0');
		if (value > max)
			return false;
		skip(text, 1);
	}
	*number = value;
	return true;
}

static bool follows_number(struct shr_str text)
{
	return text.len >= 2 && text.ptr[0] == '.' && is_digit(text.ptr[1]);
}

/*
 * "10.0.0.1" is how a host without a name calls itself in `uname -a`;
 * "5.15.167.4-microsoft-standard-WSL2" is a release.
 */
static bool is_rest_of_address(struct shr_str text)
{
	size_t len = 0;

	if (!follows_number(text))
		return false;
	while (len < text.len && (is_digit(text.ptr[len]) || text.ptr[len] == '.'))
		len++;
	return len == text.len || !is_word(text.ptr[len]);
}

static bool take_release(struct shr_str text, struct shr_release *release)
{
	struct shr_release found = { 0 };

	if (text.len > 0 && text.ptr[0] == 'v')
		skip(&text, 1);
	if (!take_number(&text, max_version, &found.major) || !follows_number(text))
		return false;
	skip(&text, 1);
	if (!take_number(&text, max_version, &found.minor))
		return false;
	if (follows_number(text)) {
		skip(&text, 1);
		if (!take_number(&text, max_patch, &found.patch) ||
		    is_rest_of_address(text))
			return false;
	}
	*release = found;
	return true;
}

bool shr_release_parse(struct shr_str text, struct shr_release *release)
{
	bool in_word = false;

	while (text.len > 0) {
		if (!in_word && take_release(text, release))
			return true;
		in_word = is_word(text.ptr[0]);
		skip(&text, 1);
	}
	return false;
}

static int compare(unsigned a, unsigned b)
{
	return (a > b) - (a < b);
}

int shr_release_compare(struct shr_release a, struct shr_release b)
{
	int order = compare(a.major, b.major);

	if (order == 0)
		order = compare(a.minor, b.minor);
	return order ? order : compare(a.patch, b.patch);
}
