/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/columns.h"

#include "cli/output.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void columns_open(struct columns *table, size_t columns, unsigned left)
{
	assert(columns && columns <= COLUMNS_MAX);
	*table = (struct columns){ .columns = columns, .left = left };
}

void columns_close(struct columns *table)
{
	for (size_t i = 0; i < table->count; i++)
		free(table->cells[i]);
	free(table->cells);
	*table = (struct columns){ 0 };
}

static bool make_room(struct columns *table)
{
	if (table->count < table->cap)
		return true;
	size_t cap = table->cap ? table->cap * 2 : 128;
	char **grown = reallocarray(table->cells, cap, sizeof(*grown));

	if (!grown)
		return false;
	table->cells = grown;
	table->cap = cap;
	return true;
}

void columns_add(struct columns *table, const char *format, ...)
{
	size_t column = table->count % table->columns;
	char *cell = NULL;
	va_list args;

	va_start(args, format);
	int len = make_room(table) ? vasprintf(&cell, format, args) : -1;

	va_end(args);
	if (len < 0) {
		table->failed = true;
		return;
	}
	table->cells[table->count++] = cell;
	if (len > table->width[column])
		table->width[column] = len;
}

static bool says_nothing(const struct columns *table, size_t column)
{
	for (size_t i = table->columns + column; i < table->count;
	     i += table->columns) {
		const char *cell = table->cells[i];

		if (*cell && strcmp(cell, "0") != 0 && strcmp(cell, "-") != 0)
			return false;
	}
	return true;
}

/* Mask of the columns that are printed. */
static unsigned columns_shown(const struct columns *table)
{
	unsigned shown = 0;

	for (size_t k = 0; k < table->columns; k++)
		if (!(table->optional >> k & 1) || !says_nothing(table, k))
			shown |= 1u << k;
	return shown;
}

/* Nothing follows the last cell of a row, so it is not padded. */
static void print_cell(const struct columns *table, size_t first, size_t column,
		       bool last)
{
	const char *cell = table->cells[first + column];
	int width = table->width[column];

	if (!(table->left >> column & 1))
		printf("%*s", width, cell);
	else
		printf("%-*s", last ? 0 : width, cell);
	if (!last)
		fputs("  ", stdout);
}

/* The last column of a row that is neither empty nor left out. */
static size_t last_column(const struct columns *table, size_t first, unsigned shown)
{
	size_t columns = table->columns;

	while (columns > 1 &&
	       (!(shown >> (columns - 1) & 1) || !*table->cells[first + columns - 1]))
		columns--;
	return columns ? columns - 1 : 0;
}

bool columns_print(const struct columns *table, const struct output *out)
{
	if (table->failed) {
		fputs("shrinkctl: out of memory\n", stderr);
		return false;
	}
	unsigned shown = columns_shown(table);

	for (size_t i = 0; i < table->count; i += table->columns) {
		size_t last = last_column(table, i, shown);

		fputs(i ? "" : out->bold, stdout);
		for (size_t k = 0; k <= last; k++)
			if (shown >> k & 1)
				print_cell(table, i, k, k == last);
		printf("%s\n", i ? "" : out->plain);
	}
	return true;
}
