/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cmdlines - task names by pid, from a capture's saved_cmdlines.
 *
 * The text ("pid name" a line) is indexed when first asked.  The kernel saves one
 * name a pid, so a task that changed its name during the capture has the last.
 */
#ifndef PARSERS_CMDLINES_H
#define PARSERS_CMDLINES_H

#include "core/event.h"

struct shr_cmdlines;

/* Over @text, borrowed until free and possibly empty.  NULL when memory runs out. */
struct shr_cmdlines *shr_cmdlines_new(struct shr_str text);

/* Accepts NULL. */
void shr_cmdlines_free(struct shr_cmdlines *cmdlines);

/* The name of @pid; "<idle>" for 0; empty if it was not saved.  Accepts NULL. */
struct shr_str shr_cmdlines_find(struct shr_cmdlines *cmdlines, int32_t pid);

#endif /* PARSERS_CMDLINES_H */
