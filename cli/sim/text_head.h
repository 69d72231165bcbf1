/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * text_head - what a tool prints above its first line.
 */
#ifndef CLI_SIM_TEXT_HEAD_H
#define CLI_SIM_TEXT_HEAD_H

#include "cli/sim/record_text.h"

struct census;
struct textbuf;

/* Append it.  0, or -1 when memory has run out. */
int text_head_print(struct textbuf *text, const struct census *census,
		    enum text_tool tool);

#endif /* CLI_SIM_TEXT_HEAD_H */
