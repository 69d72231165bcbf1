/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * kallsyms - function names for the addresses in a capture.
 *
 * The text of /proc/kallsyms is indexed at the first question and not before: many
 * captures need no name at all, and a whole kallsyms has 200,000 lines.  A callback
 * is a function's first byte, so only an exact match is a name; anything else means
 * that the table is of another boot, and a wrong name would be worse than none.
 */
#ifndef PARSERS_KALLSYMS_H
#define PARSERS_KALLSYMS_H

#include "core/stream.h"

#include <stdbool.h>
#include <stdint.h>

struct shr_kallsyms;

/* Over @text, borrowed until free and possibly empty.  NULL when memory runs out. */
struct shr_kallsyms *shr_kallsyms_new(struct shr_str text);

/* Accepts NULL. */
void shr_kallsyms_free(struct shr_kallsyms *kallsyms);

/*
 * The function that begins at @address: true, with *symbol's slices borrowed from
 * the text.  Accepts NULL and finds nothing.
 */
bool shr_kallsyms_find(struct shr_kallsyms *kallsyms, uint64_t address,
		       struct shr_symbol *symbol);

/* @name without what compilers append (.isra.0, .cold, .llvm.123, .cfi_jt). */
struct shr_str shr_symbol_bare(struct shr_str name);

#endif /* PARSERS_KALLSYMS_H */
