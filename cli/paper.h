/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * paper - text for a mail: at most 78 columns of printable ASCII, no tabs.
 *
 * A paragraph has a label in the margin and text that is broken between words.  What
 * comes from a capture may hold any bytes: those that a mail cannot show as they are
 * become "?", and a word that no line can hold is broken.
 *
 *	struct paper paper = { 0 };
 *
 *	paper_label(&paper, "deferred");
 *	paper_say(&paper, "%d objects, ", 12);
 *	paper_str(&paper, name);
 *	paper_end(&paper);
 */
#ifndef CLI_PAPER_H
#define CLI_PAPER_H

#include "core/event.h"

#include <stdbool.h>

enum { PAPER_WIDTH = 78, PAPER_MARGIN = 12 };

struct paper {
	int column;		/* 0: nothing on this line yet */
	int indent;		/* of the lines that follow */
	bool space;		/* one is due before the next word */
	char word[PAPER_WIDTH]; /* not printed yet */
	int len;
};

/* Begin a paragraph; the label has less than PAPER_MARGIN characters. */
void paper_label(struct paper *paper, const char *label);

/* Another line, unless this has only its label; @indent columns behind the margin. */
void paper_line(struct paper *paper, int indent);

/* printf(), of at most 1,023 characters: no text of the capture's. */
void paper_say(struct paper *paper, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Text of the capture's, of any length. */
void paper_str(struct paper *paper, struct shr_str text);

/* End the line. */
void paper_end(struct paper *paper);

#endif /* CLI_PAPER_H */
