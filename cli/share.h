/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * share - a part of a whole in per cent, exact to the decimal that is shown.
 */
#ifndef CLI_SHARE_H
#define CLI_SHARE_H

#include <stdint.h>

enum { SHARE_TEXT = 32 };

/* "97.3 %", rounded half up, into @buf, which is returned; "-" of nothing. */
const char *share_text(char buf[SHARE_TEXT], uint64_t part, uint64_t whole);

#endif /* CLI_SHARE_H */
