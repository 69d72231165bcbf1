/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * print_ledger - the book of a capture, for people and for programs.
 *
 * With a breakdown (--by) its rows are printed, else those of the counters and of what
 * caused their growth.
 */
#ifndef CLI_PRINT_LEDGER_H
#define CLI_PRINT_LEDGER_H

#include "core/replay/book.h"

#include <stdbool.h>
#include <stddef.h>

struct input;
struct json;
struct output;
struct shr_summary;

/* What is printed, all of it borrowed. */
struct ledger {
	const struct input *input;
	const struct shr_summary *summary;
	const struct shr_book *book; /* closed */
	bool filtered;		     /* a filter was given */
	size_t top;		     /* rows of a table at most; 0: all */
};

/* "task", "gfp", "context", "memcg", "priority"; NULL for SHR_BY_NOTHING. */
const char *ledger_by_name(enum shr_by by);

/* How many of @count rows are printed. */
size_t ledger_rows(const struct ledger *ledger, size_t count);

/*
 * The @nth row of a breakdown, from 0: that of all other keys comes last, if there are
 * any.  NULL: there are no more.
 */
const struct shr_post *ledger_post(const struct shr_posts *posts, size_t nth);

/* How many rows a breakdown has. */
size_t ledger_post_count(const struct shr_posts *posts);

/* The event fields that name the mask of @party. */
struct shr_start ledger_mask(const struct shr_party *party);

/* The path of the memcg, empty where not recorded; @lane may be NULL. */
struct shr_str ledger_path(const struct ledger *ledger, const struct shr_lane *lane);

/* False after complaining that memory ran out. */
bool ledger_text(const struct output *out, const struct ledger *ledger);

/* The closing sentences of the text: who deferred, who paid, what is not known. */
void ledger_words(const struct ledger *ledger);

void ledger_json(struct json *json, const struct ledger *ledger);

void ledger_csv(const struct ledger *ledger);

#endif /* CLI_PRINT_LEDGER_H */
