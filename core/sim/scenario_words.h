/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * scenario_words - the lines of a scenario, word by word, and what words stand for.
 *
 * Whoever takes a word and finds it wrong reports its place by shr_words_fail().
 *
 *	struct shr_words words = { .text = text };
 *
 *	while ((got = shr_words_next_line(&words, &err)) > 0) {
 *		if (shr_words_take_time(&words, &ns, &err) ||
 *		    shr_words_end(&words, &err))
 *			return -1;
 *	}
 */
#ifndef CORE_SIM_SCENARIO_WORDS_H
#define CORE_SIM_SCENARIO_WORDS_H

#include "core/event.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shr_err;

struct shr_words {
	struct shr_str text; /* set by who begins; all else is 0 */
	size_t next;	     /* line, in bytes */
	uint64_t line;	     /* this one, from 1 */
	bool indented;	     /* this one */
	size_t at, end;	     /* what is left of it */
	struct shr_str word; /* taken last */
};

/* To the next line that says anything: 1; 0 at the end, -1 where it is no text. */
int shr_words_next_line(struct shr_words *words, struct shr_err *err);

/* A word is left in this line. */
bool shr_words_has_more(const struct shr_words *words);

/* Whether the next word is @word, and then it is taken. */
bool shr_words_skip(struct shr_words *words, const char *word);

/* The next word.  -1 where there is none; @what was expected. */
int shr_words_take(struct shr_words *words, const char *what, struct shr_str *word,
		   struct shr_err *err);

/* A copy of it, into *copy, which is owned by the caller and may hold an older one. */
int shr_words_take_copy(struct shr_words *words, const char *what, char **copy,
			struct shr_err *err);

/* "64k", "1M", "3G", "1T": in thousands and 24; from @least to @most. */
int shr_words_take_count(struct shr_words *words, uint64_t least, uint64_t most,
			 uint64_t *count, struct shr_err *err);

/* "10ms", "35s", "500ns", "2us", "5m", "1h"; 0 needs no unit. */
int shr_words_take_time(struct shr_words *words, uint64_t *ns, struct shr_err *err);

/* "30%", from 0 to @most. */
int shr_words_take_percent(struct shr_words *words, unsigned most, unsigned *percent,
			   struct shr_err *err);

/* "yes" or "no". */
int shr_words_take_yes(struct shr_words *words, bool *yes, struct shr_err *err);

/* Nothing is left in this line, or -1. */
int shr_words_end(struct shr_words *words, struct shr_err *err);

/* Returns -1: of the word taken last @what was expected. */
int shr_words_fail(const struct shr_words *words, const char *what,
		   struct shr_err *err);

#endif /* CORE_SIM_SCENARIO_WORDS_H */
