/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * columns - a table for people, each column as wide as its widest cell.
 *
 *	struct columns table;
 *
 *	columns_open(&table, 2, 1 << 0);
 *	columns_add(&table, "%s", "shrinker");
 *	columns_add(&table, "%s", "calls");
 *	...more rows, cell by cell
 *	ok = columns_print(&table, &out);
 *	columns_close(&table);
 */
#ifndef CLI_COLUMNS_H
#define CLI_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

struct output;

enum { COLUMNS_MAX = 16 };

struct columns {
	char **cells; /* owned, and each of them */
	size_t count, cap;
	size_t columns;
	unsigned left;	   /* mask of the columns that begin at the left */
	unsigned optional; /* public: of those that nobody misses if they say nothing */
	int width[COLUMNS_MAX];
	bool failed; /* memory ran out */
};

void columns_open(struct columns *table, size_t columns, unsigned left);
void columns_close(struct columns *table);

/* The next cell, row by row; the first row is the head. */
__attribute__((format(printf, 2, 3))) void columns_add(struct columns *table,
						       const char *format, ...);

/*
 * Print all rows, without those optional columns that have only "0", "-" and nothing
 * below their head.  False after complaining that memory ran out.
 */
bool columns_print(const struct columns *table, const struct output *out);

#endif /* CLI_COLUMNS_H */
