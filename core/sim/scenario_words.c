/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sim/scenario_words.h"

#include "core/err.h"
#include "core/sim/scenario.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void skip_blanks(struct shr_words *words)
{
	while (words->at < words->end && is_blank(words->text.ptr[words->at]))
		words->at++;
}

/* What is not printed cannot be seen, and so cannot be put right. */
static int check_bytes(const struct shr_words *words, struct shr_err *err)
{
	for (size_t i = words->at; i < words->end; i++) {
		unsigned char c = (unsigned char)words->text.ptr[i];

		if ((c < ' ' && c != '\t' && c != '\r') || c == 0x7f)
			return shr_fail_at(err, SHR_ERR_SYNTAX, i, words->line,
					   "expected text, not the byte 0x%02x", c);
	}
	return 0;
}

/* A comment is a word that begins with '#', and all behind it. */
static void cut_comment(struct shr_words *words)
{
	const char *text = words->text.ptr;

	for (size_t i = words->at; i < words->end; i++)
		if (text[i] == '#' && (i == words->at || is_blank(text[i - 1]))) {
			words->end = i;
			return;
		}
}

int shr_words_next_line(struct shr_words *words, struct shr_err *err)
{
	while (words->next < words->text.len) {
		const char *from = words->text.ptr + words->next;
		const char *nl = memchr(from, '\n', words->text.len - words->next);
		size_t len = nl ? (size_t)(nl - from) : words->text.len - words->next;

		words->at = words->next;
		words->end = words->at + len;
		words->next = words->end + (nl != NULL);
		words->line++;
		words->word = (struct shr_str){ from, 0 };
		if (check_bytes(words, err))
			return -1;
		words->indented = len && is_blank(*from);
		cut_comment(words);
		skip_blanks(words);
		if (words->at < words->end)
			return 1;
	}
	return 0;
}

bool shr_words_has_more(const struct shr_words *words)
{
	return words->at < words->end;
}

static struct shr_str peek(const struct shr_words *words)
{
	size_t end = words->at;

	while (end < words->end && !is_blank(words->text.ptr[end]))
		end++;
	return (struct shr_str){ words->text.ptr + words->at, end - words->at };
}

static void take(struct shr_words *words)
{
	words->word = peek(words);
	words->at += words->word.len;
	skip_blanks(words);
}

bool shr_words_skip(struct shr_words *words, const char *word)
{
	struct shr_str next = peek(words);

	if (next.len != strlen(word) || memcmp(next.ptr, word, next.len) != 0)
		return false;
	take(words);
	return true;
}

int shr_words_fail(const struct shr_words *words, const char *what, struct shr_err *err)
{
	size_t offset = (size_t)(words->word.ptr - words->text.ptr);
	int len = words->word.len < 40 ? (int)words->word.len : 40;

	return shr_fail_at(err, SHR_ERR_SYNTAX, offset, words->line,
			   "expected %s, not '%.*s'", what, len, words->word.ptr);
}

int shr_words_take(struct shr_words *words, const char *what, struct shr_str *word,
		   struct shr_err *err)
{
	*word = (struct shr_str){ words->text.ptr + words->end, 0 };
	if (!shr_words_has_more(words))
		return shr_fail_at(err, SHR_ERR_SYNTAX, words->end, words->line,
				   "expected %s", what);
	take(words);
	*word = words->word;
	return 0;
}

int shr_words_take_copy(struct shr_words *words, const char *what, char **copy,
			struct shr_err *err)
{
	struct shr_str word;

	if (shr_words_take(words, what, &word, err))
		return -1;
	free(*copy);
	*copy = shr_str_copy(word);
	return *copy ? 0 : shr_fail(err, SHR_ERR_NOMEM, "out of memory");
}

/* The digits that @word begins with: false where there are none, or too many. */
static bool parse_digits(struct shr_str *word, uint64_t *number)
{
	const char *from = word->ptr;

	*number = 0;
	for (; word->len && *word->ptr >= '0' && *word->ptr <= '9';
	     word->ptr++, word->len--) {
		unsigned digit = (unsigned)(*word->ptr - '0');

		if (*number > (UINT64_MAX - digit) / 10)
			return false;
		*number = 10 * *number + digit;
	}
	return word->ptr != from;
}

struct unit {
	const char *name;
	uint64_t factor;
};

/* *number in the unit that is all of @word; false where it is none, or it is too much.
 */
static bool apply_unit(struct shr_str word, const struct unit *units, uint64_t *number)
{
	for (; units->name; units++) {
		if (strlen(units->name) != word.len ||
		    memcmp(units->name, word.ptr, word.len) != 0)
			continue;
		if (*number > UINT64_MAX / units->factor)
			return false;
		*number *= units->factor;
		return true;
	}
	return false;
}

static int fail_range(const struct shr_words *words, uint64_t least, uint64_t most,
		      struct shr_err *err)
{
	size_t offset = (size_t)(words->word.ptr - words->text.ptr);
	int len = words->word.len < 40 ? (int)words->word.len : 40;

	return shr_fail_at(err, SHR_ERR_RANGE, offset, words->line,
			   "expected %" PRIu64 " to %" PRIu64 ", not '%.*s'", least,
			   most, len, words->word.ptr);
}

int shr_words_take_count(struct shr_words *words, uint64_t least, uint64_t most,
			 uint64_t *count, struct shr_err *err)
{
	static const struct unit units[] = {
		{ "", 1 },
		{ "k", 1000 },
		{ "M", 1000000 },
		{ "G", 1000000000 },
		{ "T", UINT64_C(1000000000000) },
		{ NULL, 0 },
	};
	struct shr_str word;

	if (shr_words_take(words, "a number", &word, err))
		return -1;
	if (!parse_digits(&word, count) || !apply_unit(word, units, count))
		return shr_words_fail(words, "a number", err);
	if (*count < least || *count > most)
		return fail_range(words, least, most, err);
	return 0;
}

int shr_words_take_time(struct shr_words *words, uint64_t *ns, struct shr_err *err)
{
	static const struct unit units[] = {
		{ "ns", 1 },
		{ "us", 1000 },
		{ "ms", 1000000 },
		{ "s", 1000000000 },
		{ "m", UINT64_C(60000000000) },
		{ "h", UINT64_C(3600000000000) },
		{ NULL, 0 },
	};
	static const char what[] = "a time with its unit";
	struct shr_str word;

	if (shr_words_take(words, what, &word, err))
		return -1;
	if (!parse_digits(&word, ns))
		return shr_words_fail(words, what, err);
	if (!word.len && !*ns)
		return 0;
	if (!apply_unit(word, units, ns))
		return shr_words_fail(words, what, err);
	if (*ns > shr_scenario_longest_ns)
		return shr_words_fail(words, "at most 1000000s", err);
	return 0;
}

int shr_words_take_percent(struct shr_words *words, unsigned most, unsigned *percent,
			   struct shr_err *err)
{
	struct shr_str word;
	uint64_t number;

	if (shr_words_take(words, "a share in %", &word, err))
		return -1;
	if (!parse_digits(&word, &number) || word.len != 1 || *word.ptr != '%')
		return shr_words_fail(words, "a share in %", err);
	if (number > most)
		return fail_range(words, 0, most, err);
	*percent = (unsigned)number;
	return 0;
}

int shr_words_take_yes(struct shr_words *words, bool *yes, struct shr_err *err)
{
	struct shr_str word;

	*yes = shr_words_skip(words, "yes");
	if (*yes || shr_words_skip(words, "no"))
		return 0;
	if (shr_words_take(words, "'yes' or 'no'", &word, err))
		return -1;
	return shr_words_fail(words, "'yes' or 'no'", err);
}

int shr_words_end(struct shr_words *words, struct shr_err *err)
{
	if (!shr_words_has_more(words))
		return 0;
	take(words);
	return shr_words_fail(words, "the end of the line", err);
}
