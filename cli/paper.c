/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/paper.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void break_line(struct paper *paper)
{
	putchar('\n');
	paper->column = 0;
	paper->space = false;
}

static void put_word(struct paper *paper)
{
	if (!paper->len)
		return;
	if (paper->column && paper->column + paper->space + paper->len > PAPER_WIDTH)
		break_line(paper);
	if (!paper->column)
		paper->column = printf("%*s", paper->indent, "");
	else if (paper->space)
		paper->column += printf(" ");
	paper->column += printf("%.*s", paper->len, paper->word);
	paper->space = false;
	paper->len = 0;
}

static void put_char(struct paper *paper, char c)
{
	if (c == ' ') {
		put_word(paper);
		paper->space = paper->column > paper->indent;
		return;
	}
	if (paper->len == PAPER_WIDTH - paper->indent)
		put_word(paper);
	paper->word[paper->len++] = c > ' ' && c <= '~' ? c : '?';
}

void paper_label(struct paper *paper, const char *label)
{
	paper->indent = PAPER_MARGIN;
	paper->column = printf("%-*s", PAPER_MARGIN, label);
	paper->space = false;
}

void paper_line(struct paper *paper, int indent)
{
	if (paper->column != PAPER_MARGIN || paper->len)
		paper_end(paper);
	paper->indent = PAPER_MARGIN + indent;
}

void paper_say(struct paper *paper, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	for (const char *at = text; *at; at++)
		put_char(paper, *at);
}

void paper_str(struct paper *paper, struct shr_str text)
{
	for (size_t i = 0; i < text.len; i++)
		put_char(paper, text.ptr[i]);
}

void paper_end(struct paper *paper)
{
	put_word(paper);
	if (paper->column)
		break_line(paper);
}
