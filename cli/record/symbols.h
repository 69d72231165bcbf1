/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * symbols - the lines of kallsyms that a capture needs.
 *
 * The events name a callback by its address.  Of a kernel's hundred thousand functions
 * those are kept whose names say that they could be one; they begin where the kernel
 * says, so that no neighbour is needed to find them.
 */
#ifndef CLI_RECORD_SYMBOLS_H
#define CLI_RECORD_SYMBOLS_H

#include <stdbool.h>

struct textbuf;

/* Remove the lines of @text whose functions cannot be callbacks. */
void symbols_reduce(struct textbuf *text);

/* Whether addresses are there, not all 0 as for those the kernel hides them from. */
bool symbols_are_shown(const struct textbuf *text);

#endif /* CLI_RECORD_SYMBOLS_H */
